// SPDX-License-Identifier: Apache-2.0

mod agenda;
mod draw;
mod encoding;
mod history;
mod properties;
mod reading;
mod result;
mod scenario;
mod scoring;
mod task;
mod view;
mod voting;
mod wire;
mod worker;
