// SPDX-License-Identifier: Apache-2.0

//! Where the pixels of DICOM files are, and what walks over data sets find.

mod join;
mod layout;
mod properties;
mod samples;
mod support;
mod survey;
mod walk;
