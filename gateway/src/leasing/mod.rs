// SPDX-License-Identifier: Apache-2.0

//! What a custodian does about leases: makes the copy, gives the key, and deletes the copy when the
//! lease has ended.
//!
//! | file | what |
//! | --- | --- |
//! | `place.rs` | where a lease's copy is, and how the chain names it |
//! | `custodian.rs` | one lease: granted or renewed |
//! | `policy.rs` | what is decided without a person |
//! | `daemon.rs` | all leases, for as long as it runs |
//!
//! Nothing is remembered but on the chain and in the store. A copy is in a place that follows from the
//! lease, sealed under a secret that follows from the place, and sealing is deterministic: whoever
//! was interrupted looks at both again, writes what is missing, and deletes what is not wanted.
//!
//! What a policy says about a request:
//!
//! ```
//! use contour_gateway::leasing::{Policy, Request, Response};
//! use contour_primitives::{AccountId, InstitutionId, Modality, Purpose};
//!
//! let policy: Policy = r#"
//!     institution = 0
//!     [[rule]]
//!     decide = "grant"
//!     purposes = ["care"]
//!     longest = "30days"
//! "#
//! .parse()?;
//! let care = Request {
//!     grantee: AccountId::new([7; 32]),
//!     institution: InstitutionId(1),
//!     purpose: Purpose::ClinicalCare,
//!     modality: Modality::Ct,
//! };
//! assert_eq!(policy.decide(&care), Response::Grant { longest: Some(2_592_000_000) });
//! let research = Request { purpose: Purpose::HealthResearch, ..care };
//! assert_eq!(policy.decide(&research), Response::Ask);
//! # Ok::<(), contour_gateway::leasing::PolicyError>(())
//! ```

mod custodian;
mod daemon;
mod error;
mod place;
mod policy;

pub use custodian::{Custodian, Grant};
pub use daemon::{Act, Daemon};
pub use error::LeasingError;
pub use place::{CopyPlace, parse_locator};
pub use policy::{Policy, PolicyError, Request, Response};
