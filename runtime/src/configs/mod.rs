// SPDX-License-Identifier: Apache-2.0

//! How the pallets are configured, by concern.

mod annotation;
mod authorities;
mod brake;
mod calls;
mod fees;
mod governance;
mod imaging;
mod members;
mod places;
mod system;
mod tools;

pub use authorities::ReportableSessions;
pub use calls::CallKinds;
pub use fees::SponsoredFees;
pub use governance::{CouncilCollective, NineTenthsOfCouncil, TwoThirdsOfCouncil, votes_for};
pub use members::MaxInstitutions;
pub use system::{RuntimeBlockWeights, SlotDuration};
