// SPDX-License-Identifier: Apache-2.0

//! Studies from the folder to the store, and back.

mod pack;
mod support;
