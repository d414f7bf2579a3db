// SPDX-License-Identifier: Apache-2.0

//! `contour`: the gateway's command.

fn main() {}
