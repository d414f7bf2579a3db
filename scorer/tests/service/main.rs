// SPDX-License-Identifier: Apache-2.0

//! Scorers as processes, asked over HTTP.

mod common;
mod hostile;
mod http;
mod panel;
mod scoring;
