// SPDX-License-Identifier: Apache-2.0

//! Behaviour, one file per group of calls.

mod brake;
mod encoding;
mod motion;
mod scenario;
mod upgrade;
