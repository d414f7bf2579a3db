// SPDX-License-Identifier: Apache-2.0

mod draw;
mod encoding;
mod reading;
mod result;
mod scenario;
mod scoring;
mod task;
mod voting;
mod worker;
