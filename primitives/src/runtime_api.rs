// SPDX-License-Identifier: Apache-2.0

//! Runtime APIs that the SDK does not define.
//!
//! A node asks whether its network is open to everybody:
//!
//! ```
//! use contour_primitives::{Hash, opaque::Block, runtime_api::PeersApi};
//! use sp_api::{ApiError, ProvideRuntimeApi};
//!
//! fn is_open<Client>(client: &Client, at: Hash) -> Result<bool, ApiError>
//! where
//!     Client: ProvideRuntimeApi<Block, Api: PeersApi<Block>>,
//! {
//!     Ok(client.runtime_api().member_nodes(at)?.is_none())
//! }
//! ```

use crate::{
	InstitutionId, NodeKey,
	monitoring::{Figures, GovernanceFigures},
};
use alloc::vec::Vec;
use sp_consensus_aura::sr25519::AuthorityId;
use sp_consensus_slots::{EquivocationProof, Slot};
use sp_runtime::OpaqueValue;

/// Proof that two different blocks were sealed for one slot by one Aura authority.
pub type AuraEquivocationProof<Header> = EquivocationProof<Header, AuthorityId>;

sp_api::decl_runtime_apis! {
	/// What a node needs to report an authority that sealed two blocks in one slot.
	///
	/// The SDK has this for BABE and GRANDPA, not for Aura.
	pub trait AuraEquivocationApi {
		/// Proves that `authority` belonged to the set of the session of the current state.
		///
		/// `None` when it does not belong to it.
		fn generate_key_ownership_proof(
			slot: Slot,
			authority: AuthorityId,
		) -> Option<OpaqueValue>;

		/// Hands the evidence to this node's transaction pool.
		///
		/// `None` when the proof does not decode or the pool refuses the report, for instance
		/// because it is known already.
		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation_proof: AuraEquivocationProof<Block::Header>,
			key_owner_proof: OpaqueValue,
		) -> Option<()>;
	}

	/// Which nodes belong to the network.
	pub trait PeersApi {
		/// The nodes of the institutions in good standing, and of those whose validators are still
		/// needed for finality; `None` while the network is open to everybody.
		fn member_nodes() -> Option<Vec<NodeKey>>;
	}

	/// What a node shows its operator about the chain's state.
	pub trait MonitoringApi {
		/// What is to be watched. It is bounded, yet too expensive for every block, so nodes ask
		/// for it from time to time.
		fn figures() -> Figures;

		/// The institution whose validator set this session key, whether or not the key is in the
		/// present set of authorities.
		fn institution_of(authority: AuthorityId) -> Option<InstitutionId>;
	}

	/// What a node shows its operator about decisions of the council. Runtimes of version 0.1.0 do not
	/// have it.
	pub trait GovernanceApi {
		/// What is to be watched.
		fn governance() -> GovernanceFigures;
	}
}
