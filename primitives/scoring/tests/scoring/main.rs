// SPDX-License-Identifier: Apache-2.0

//! Scoring seen from outside.

mod common;
mod consensus;
mod distance;
mod overlap;
mod payout;
mod python;
mod report;
mod surface;
mod volume;
mod words;
