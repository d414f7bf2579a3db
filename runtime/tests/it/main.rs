// SPDX-License-Identifier: Apache-2.0

//! The assembled runtime: transactions go through the pool's validation and the executive, with the
//! real extensions, on the `consortium` preset.

mod admission;
mod assembly;
mod brake;
mod chain;
mod council;
mod equivocation;
mod fees;
mod governance;
mod leaked;
mod machines;
mod metadata;
mod monitoring;
mod released;
mod sessions;
mod slots;
mod studies;
mod tasks;
mod tools;
mod version;
mod weights;
