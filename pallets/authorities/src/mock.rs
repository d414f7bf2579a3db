// SPDX-License-Identifier: Apache-2.0

//! A runtime with this pallet.
