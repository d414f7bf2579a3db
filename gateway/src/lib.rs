// SPDX-License-Identifier: Apache-2.0

//! The gateway beside a hospital's PACS: DICOM in, sealed and registered; the original bytes out.
//!
//! | layer | what it knows |
//! | --- | --- |
//! | [`dicom`] | where the pixels of a file are, and to which study it belongs |
//! | [`seal`] | keys, sealing, wrapping, key files, shares |
//! | [`store`] | where sealed objects are, durable and verified |
//! | [`study`] | a study from the folder to the store, and back |
//! | [`chain`] | what is registered, who may read, and what happened |
//! | [`leasing`] | what a custodian does about leases, alone or by a person |
//! | [`consensus`] | the consensus of a task, in the store of a scorer |
//! | [`segmentation`] | masks as DICOM SEG and NIfTI, and the images they are drawn on |
//! | [`annotation`] | blind readings from a reader's file to the scorer, and what comes back |
//! | [`deidentify`] | research copies that tell nobody whose they are |
//! | [`phantom`] | a patient who does not exist, and readers who disagree |
//!
//! A layer knows those above it at most. The command `contour` is in `main.rs` and `cli/`.

pub mod annotation;
pub mod chain;
pub mod consensus;
pub mod deidentify;
pub mod dicom;
pub mod leasing;
pub mod phantom;
pub mod seal;
pub mod segmentation;
pub mod store;
pub mod study;
