// SPDX-License-Identifier: Apache-2.0

//! Behaviour, one file per group of calls.
