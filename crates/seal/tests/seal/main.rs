// SPDX-License-Identifier: Apache-2.0

//! Keys, sealing, wrapping, key files and shares.

mod envelope;
mod interop;
mod keyfile;
mod keys;
mod shares;
mod stream;
