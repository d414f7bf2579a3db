// SPDX-License-Identifier: Apache-2.0

//! A patient who does not exist, and readers who disagree.

mod common;
mod conformance;
mod hostile;
mod nifti;
mod phantom;
mod seg;
