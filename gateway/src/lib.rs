// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! Each layer is a crate of its own; here they are put together.
//!
//! | layer | what it knows |
//! | --- | --- |
//! | [`contour_dicom`] | where the pixels of a file are, and to which study it belongs |
//! | [`contour_seal`] | keys, sealing, wrapping, key files, accounts, shares |
//! | [`contour_store`] | where sealed objects are, durable and verified |
//! | [`contour_study`] | a study from the folder to the store, and back |
//! | [`contour_chain`] | what is registered, who may read, and what happened |
//! | [`contour_segmentation`] | masks as DICOM SEG and NIfTI, and the images they are drawn on |
//! | [`contour_annotation`] | blind readings, from a reader's file to the scorer, and back |
//! | [`contour_deidentify`] | research copies that tell nobody whose they are |
//! | [`contour_phantom`] | a patient who does not exist, and readers who disagree |
//!
//! Upon them are the workflows, of which the command line only parses the questions and shows the
//! answers: a listener, a page or a daemon asks the same.
//!
//! | workflow | what it does |
//! | --- | --- |
//! | [`registration`] | from a folder to registered studies |
//! | [`research`] | research copies of studies that are to be registered |
//! | [`fetching`] | the original files of a study, by a lease or as its custodian |
//! | [`leasing`] | what a custodian does about leases, alone or by a person |
//! | [`council`] | a decision of the council: proposed, voted on and closed |
//! | [`images`] | the images of a task, in somebody's folder |
//! | [`opening`] | a task before it is open: who pays for it, and its brief, sealed to the scorers |
//! | [`reading`] | what a reader hands in: whether it may be, whether it fits, sealed to the scorers |
//! | [`panel`] | what a member of a panel does: sees what was scored, commits to a vote, reveals it |
//! | [`recipients`] | to whom something is sealed, what it is bound to, and where it is kept |
//! | [`results`] | results of analyses: sealed to their author, and opened again |
//! | [`validated`] | the consensus of a validated task, looked for in the stores of scorers |
//! | [`consensus`] | the consensus of a task, in the store of a scorer |
//!
//! The command `contour` is in `main.rs` and `cli/`.

pub mod consensus;
pub mod council;
pub mod fetching;
pub mod images;
pub mod leasing;
pub mod opening;
pub mod panel;
pub mod reading;
pub mod recipients;
pub mod registration;
pub mod research;
pub mod results;
#[cfg(test)]
mod sample;
pub mod validated;
