// SPDX-License-Identifier: Apache-2.0

//! Where sealed objects are kept.

mod common;
mod crash;
mod folder;
mod log;
mod places;
mod s3;
