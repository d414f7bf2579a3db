// SPDX-License-Identifier: Apache-2.0

//! Behaviour, one file per group of calls.

mod equivocation;
mod finality;
mod genesis;
mod minimum;
mod node;
mod properties;
mod scenario;
mod session;
mod suspension;
mod validator;
