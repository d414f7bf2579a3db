// SPDX-License-Identifier: Apache-2.0

//! `contour-scorer`: the service's command.

fn main() {}
