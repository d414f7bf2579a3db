// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! | module | what it is for |
//! | --- | --- |
//! | [`keys`] | every secret of a custodian, derived from one root secret |
//! | [`stream`] | sealing files of any size, in a format that Tink opens |
//! | [`envelope`] | wrapping a 32-byte key to somebody's public key (HPKE) |
//! | [`object`] | one object that several people can open, bound to a task and its author |
//! | [`keyfile`] | the file in which an institution or a person keeps its keys |
//! | [`signer`] | the account in a key file |
//! | [`shares`] | splitting the root secret among several people |

pub mod envelope;
pub mod keyfile;
pub mod keys;
pub mod object;
pub mod shares;
pub mod signer;
pub mod stream;
