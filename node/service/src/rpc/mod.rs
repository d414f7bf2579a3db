// SPDX-License-Identifier: Apache-2.0

//! The RPC methods of a Contour node.
//!
//! Besides what every Substrate node serves (`system`, `chain`, `state`, `author`, `offchain`, and
//! the `chainHead`, `transaction`, `archive` groups of the JSON-RPC specification):
//!
//! | method | for |
//! | --- | --- |
//! | `system_accountNextIndex` | the nonce of an account's next transaction |
//! | `payment_queryInfo`, `payment_queryFeeDetails` | the fee of a transaction |
//! | `grandpa_roundState`, `grandpa_subscribeJustifications`, `grandpa_proveFinality` | finality |
//! | `contour_status` | what support asks an operator on the phone |
//! | `contour_history` | what happened to a study, to a task or to a patient's consent, page by page |
//! | `contour_verifyHistory` | whether this node has all of it |
//!
//! The `contour` namespace has only what the runtime cannot know; its answers are in
//! [`contour_primitives::rpc`]. What the runtime can know is read through view functions and runtime
//! APIs.

mod history;
mod status;

pub(crate) use history::Histories;
pub(crate) use status::NodeStatus;
pub use status::membership;

use crate::client::{Backend, Client, Pool};
use contour_primitives::{AccountId, BlockNumber, Hash, audit::Subject, opaque::Block};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer as _};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer as _};
use sc_rpc::SubscriptionTaskExecutor;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer as _};

/// What the methods work on.
pub(crate) struct Deps {
	pub(crate) client: Arc<Client>,
	pub(crate) pool: Arc<Pool>,
	pub(crate) executor: SubscriptionTaskExecutor,
	pub(crate) authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	pub(crate) justifications: GrandpaJustificationStream<Block>,
	pub(crate) proofs: Arc<FinalityProofProvider<Backend, Block>>,
	pub(crate) voter_state: SharedVoterState,
	pub(crate) status: NodeStatus,
	pub(crate) histories: Histories,
}

/// The methods that sc-service does not serve by itself.
pub(crate) fn module(
	deps: Deps,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let mut module = RpcModule::new(());
	module.merge(System::new(deps.client.clone(), deps.pool).into_rpc())?;
	module.merge(TransactionPayment::new(deps.client).into_rpc())?;
	module.merge(
		Grandpa::new(
			deps.executor,
			deps.authority_set,
			deps.voter_state,
			deps.justifications,
			deps.proofs,
		)
		.into_rpc(),
	)?;

	// By hand: what jsonrpsee's `rpc` macro writes does not compile in a crate that has debug
	// assertions when jsonrpsee has none, as in this workspace's dev profile.
	let mut contour = RpcModule::new(deps.status);
	contour.register_blocking_method("contour_status", |_, status, _| status.read())?;
	module.merge(contour)?;
	let mut histories = RpcModule::new(deps.histories);
	histories.register_blocking_method("contour_history", |parameters, histories, _| {
		let mut parameters = parameters.sequence();
		let subject: Subject<AccountId> = parameters.next()?;
		histories.read(&subject, parameters.optional_next()?, parameters.optional_next()?)
	})?;
	histories.register_blocking_method("contour_verifyHistory", |parameters, histories, _| {
		histories.verify(&parameters.one()?)
	})?;
	module.merge(histories)?;
	Ok(module)
}
