// SPDX-License-Identifier: Apache-2.0

//! Behaviour, one file per group of calls.

mod administrator;
mod admission;
mod credential;
mod encoding;
mod encryption;
mod genesis;
mod institution;
mod limits;
mod patient;
mod properties;
mod scenario;
mod sponsorship;
mod standard;
mod standing;
mod view;
