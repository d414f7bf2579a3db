// SPDX-License-Identifier: Apache-2.0

//! Research copies that tell nobody whose they are.

mod fixture;
mod hostile;
mod profile;
mod properties;
mod samples;
