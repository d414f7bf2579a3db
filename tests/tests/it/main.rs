// SPDX-License-Identifier: Apache-2.0

//! The end-to-end tests: real processes, real sockets, a module for each thing that people do.
//!
//! They are one program, as each program is linked with the whole runtime and takes as much disk.

mod commands;
mod consortium;
mod daemon;
mod demo;
mod development;
mod docker;
mod equivocation;
mod gateway;
mod history;
mod lost_quorum;
mod metadata;
mod metrics;
mod network;
mod operations;
mod polkadotjs;
mod release;
mod scoring;
mod setup;
mod strangers;
mod subcommands;
