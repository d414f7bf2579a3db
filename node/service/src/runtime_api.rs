// SPDX-License-Identifier: Apache-2.0

//! The runtime APIs that this node calls.
//!
//! The client's generics want a type that implements them, yet only the signatures matter: the
//! executor knows nothing but WASM, so every call goes to the blob in the chain's state. The bodies
//! below exist for the compiler and are never run.

#![allow(dead_code, reason = "what is never run is never used")]

use contour_primitives::{
	AccountId, Balance, InstitutionId, NodeKey, Nonce,
	monitoring::{Figures, GovernanceFigures},
	opaque::Block,
	runtime_api::AuraEquivocationProof,
};
use pallet_transaction_payment_rpc_runtime_api::{FeeDetails, RuntimeDispatchInfo};
use sp_consensus_aura::{Slot, SlotDuration, sr25519::AuthorityId as AuraId};
use sp_consensus_grandpa::{
	AuthorityId as GrandpaId, AuthorityList, EquivocationProof,
	OpaqueKeyOwnershipProof as GrandpaKeyOwnershipProof, SetId,
};
use sp_core::{OpaqueMetadata, crypto::KeyTypeId};
use sp_runtime::{
	ApplyExtrinsicResult, ExtrinsicInclusionMode, OpaqueValue, Weight,
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

/// The body of every function below.
fn in_wasm_only() -> ! {
	unreachable!("runtime calls execute the WASM blob of the chain; there is no native runtime")
}

/// Carries the implementations; never made.
struct Runtime;

sp_api::impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			in_wasm_only()
		}

		fn execute_block(_: <Block as BlockT>::LazyBlock) {
			in_wasm_only()
		}

		fn initialize_block(_: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			in_wasm_only()
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			in_wasm_only()
		}

		fn metadata_at_version(_: u32) -> Option<OpaqueMetadata> {
			in_wasm_only()
		}

		fn metadata_versions() -> Vec<u32> {
			in_wasm_only()
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(_: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			in_wasm_only()
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			in_wasm_only()
		}

		fn inherent_extrinsics(_: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			in_wasm_only()
		}

		fn check_inherents(
			_: <Block as BlockT>::LazyBlock,
			_: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			in_wasm_only()
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			_: TransactionSource,
			_: <Block as BlockT>::Extrinsic,
			_: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			in_wasm_only()
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(_: &<Block as BlockT>::Header) {
			in_wasm_only()
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(_: Vec<u8>, _: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
			in_wasm_only()
		}

		fn decode_session_keys(_: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			in_wasm_only()
		}
	}

	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> SlotDuration {
			in_wasm_only()
		}

		fn authorities() -> Vec<AuraId> {
			in_wasm_only()
		}
	}

	impl contour_primitives::runtime_api::AuraEquivocationApi<Block> for Runtime {
		fn generate_key_ownership_proof(_: Slot, _: AuraId) -> Option<OpaqueValue> {
			in_wasm_only()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			_: AuraEquivocationProof<<Block as BlockT>::Header>,
			_: OpaqueValue,
		) -> Option<()> {
			in_wasm_only()
		}
	}

	impl contour_primitives::runtime_api::PeersApi<Block> for Runtime {
		fn member_nodes() -> Option<Vec<NodeKey>> {
			in_wasm_only()
		}
	}

	impl contour_primitives::runtime_api::MonitoringApi<Block> for Runtime {
		fn figures() -> Figures {
			in_wasm_only()
		}

		fn institution_of(_: AuraId) -> Option<InstitutionId> {
			in_wasm_only()
		}
	}

	impl contour_primitives::runtime_api::GovernanceApi<Block> for Runtime {
		fn governance() -> GovernanceFigures {
			in_wasm_only()
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> AuthorityList {
			in_wasm_only()
		}

		fn current_set_id() -> SetId {
			in_wasm_only()
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			_: EquivocationProof<<Block as BlockT>::Hash, NumberFor<Block>>,
			_: GrandpaKeyOwnershipProof,
		) -> Option<()> {
			in_wasm_only()
		}

		fn generate_key_ownership_proof(_: SetId, _: GrandpaId) -> Option<GrandpaKeyOwnershipProof> {
			in_wasm_only()
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(_: AccountId) -> Nonce {
			in_wasm_only()
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
		for Runtime
	{
		fn query_info(
			_: <Block as BlockT>::Extrinsic,
			_: u32,
		) -> RuntimeDispatchInfo<Balance> {
			in_wasm_only()
		}

		fn query_fee_details(_: <Block as BlockT>::Extrinsic, _: u32) -> FeeDetails<Balance> {
			in_wasm_only()
		}

		fn query_weight_to_fee(_: Weight) -> Balance {
			in_wasm_only()
		}

		fn query_length_to_fee(_: u32) -> Balance {
			in_wasm_only()
		}
	}
}
