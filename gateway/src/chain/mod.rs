// SPDX-License-Identifier: Apache-2.0

//! The chain.

pub mod api;
