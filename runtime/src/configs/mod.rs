// SPDX-License-Identifier: Apache-2.0

//! How the pallets are configured, by concern.

mod annotation;
mod authorities;
mod fees;
mod governance;
mod imaging;
mod members;
mod system;
mod tools;

pub use authorities::ReportableSessions;
pub use fees::SponsoredFees;
pub use governance::{CouncilCollective, TwoThirdsOfCouncil};
pub use members::MaxInstitutions;
pub use system::{RuntimeBlockWeights, SlotDuration};
pub use tools::ProxyType;
