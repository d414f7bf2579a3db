// SPDX-License-Identifier: Apache-2.0

//! Sealed objects, readings, panels' copies, the consensus, pictures.

mod common;
mod object;
mod pictures;
mod reading;
mod returned;
