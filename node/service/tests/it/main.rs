// SPDX-License-Identifier: Apache-2.0

//! The parts of a node that can be looked at without starting one.

mod cli;
mod command;
mod equivocation;
mod figures;
mod scorer;
mod slots;
mod status;
