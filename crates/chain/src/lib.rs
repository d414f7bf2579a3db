// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! What the chain knows is read from one block, [`At`]: [`Chain::at`] gives the last finalized one. A
//! transaction is done when it is final. Where finality has stalled, [`Chain::without_finality`] waits
//! for none.
//!
//! ```no_run
//! use contour_chain::{Chain, ChainError};
//! use contour_primitives::{Purpose, StudyId};
//!
//! async fn may_research(study: StudyId) -> Result<bool, ChainError> {
//!     let chain = Chain::connect("ws://127.0.0.1:9944").await?;
//!     let at = chain.at().await?;
//!     Ok(at.consented(study, Purpose::HealthResearch).await?.is_ok())
//! }
//! ```
//!
//! `examples/study.rs` is a whole program.

pub mod amount;
mod annotation;
pub mod api;
mod at;
mod batch;
mod brake;
mod call;
mod consent;
mod council;
mod credentials;
mod emergency;
mod error;
mod history;
mod lease;
mod lists;
mod node;
mod proxy;
mod rewards;
mod study;
mod task;
mod upgrade;
mod validator;
mod watch;

pub use annotation::ResultRecord;
pub use at::At;
pub use brake::BrakeRecord;
pub use call::{CallError, Described, EncodedCall};
pub use consent::{ConsentRecord, PaperConsent, denied};
pub use council::{Decision, Motion, Outcome, Proposal};
pub use credentials::{
	CredentialRecord, InstitutionRecord, Issue, Member, ValidatorRecord, Vouched,
};
pub use emergency::EmergencyRecord;
pub use error::{ChainError, advice};
pub use lease::LeaseCall;
pub use node::{NodeList, NodeRecord};
pub use proxy::ProxyRecord;
pub use rewards::{
	Claimable, Corner, EraIndex, Issuance, ModalityRecord, Payment, Percentage, PercentageError,
	Policy, PotRecord, Privilege, Recognition, Shares, WorkRecord,
};
pub use study::{LeaseRecord, NewStudy, StudyRecord};
pub use task::{
	AttestationRecord, CopyRecord, ObjectRecord, OutcomeRecord, ReaderRecord, ReadingRecord,
	ReportRecord, ScorerRecord, SeatRecord, TaskDetails, TaskRecord,
};
pub use upgrade::{NotARuntime, Obstacle, RuntimeCode, SpecVersion, UpgradeState};
pub use validator::{FreshKeys, SessionKeys, ValidatorDetails};
pub use watch::{Block, Touched, Watch};

use call::NamedCall;
use contour_primitives::{AccountId, Hash, Moment};
use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;
use sp_core::{Blake2Hasher, Hasher as _};
use subxt::{
	OnlineClient, SubstrateConfig,
	config::DefaultExtrinsicParamsBuilder,
	ext::futures::future::BoxFuture,
	extrinsics::ExtrinsicEvents,
	rpcs::{Error as RpcError, client::RpcClient},
	transactions::{Payload, TransactionStatus, ValidationResult},
	utils::H256,
};
use subxt_signer::sr25519::Keypair;

/// A connection to a node.
#[derive(Clone)]
pub struct Chain {
	client: OnlineClient<SubstrateConfig>,
	rpc: RpcClient,
	/// Whether only what is final counts.
	finality: bool,
	/// For whom every signer acts.
	principal: Option<AccountId>,
}

/// A transaction that is final and has succeeded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Done {
	/// Hash of the transaction.
	pub transaction: Hash,
}

impl Done {
	/// The transaction in which this happened.
	fn of(events: &ExtrinsicEvents<SubstrateConfig>) -> Self {
		Self { transaction: Hash::from(events.extrinsic_hash().0) }
	}
}

/// The variable that lets `ws://` be spoken to other machines, when it is `true`.
const ALLOW_PLAIN: &str = "CONTOUR_ALLOW_PLAIN_WS";
/// How long a signed transaction may wait for a block, in milliseconds; the chain counts it in blocks, and rounds up
/// to a power of two.
const LIFETIME: Moment = 64_000;

impl Chain {
	/// Connects to a node's WebSocket; `ws://` to this machine only, unless
	/// `CONTOUR_ALLOW_PLAIN_WS=true` is in the environment: between containers the network is trusted.
	///
	/// # Errors
	///
	/// [`ChainError::Unreachable`].
	pub async fn connect(url: &str) -> Result<Self, ChainError> {
		let unreachable = |reason: String| ChainError::Unreachable { url: url.into(), reason };
		let rpc = match std::env::var(ALLOW_PLAIN).as_deref() {
			Ok("true") => RpcClient::from_insecure_url(url).await,
			_ => RpcClient::from_url(url).await,
		};
		let rpc = rpc.map_err(|error| match error {
			RpcError::InsecureUrl(_) => unreachable(format!(
				"it is not encrypted and not on this machine: use wss://, or set {ALLOW_PLAIN}=true if \
				 the network between is trusted"
			)),
			error => unreachable(match error.to_string() {
				said if said.contains("status code: 403") => {
					format!(
						"{said}: a node answers to localhost and 127.0.0.1, to other names with --rpc-cors all"
					)
				}
				said => said,
			}),
		})?;
		let client = OnlineClient::from_rpc_client(rpc.clone())
			.await
			.map_err(|it| unreachable(it.to_string()))?;
		Ok(Self { client, rpc, finality: true, principal: None })
	}

	/// Reads at the best block and waits for no finality: for a chain on which nothing becomes final
	/// any more, so that the council can mend it.
	pub fn without_finality(self) -> Self {
		Self { finality: false, ..self }
	}

	/// Hash of the chain's first block.
	pub fn genesis(&self) -> [u8; 32] {
		self.client.genesis_hash().0
	}

	/// The last finalized block, to be read; or the best one of a chain [`Chain::without_finality`].
	///
	/// # Errors
	///
	/// [`ChainError::Answer`].
	pub async fn at(&self) -> Result<At, ChainError> {
		let client = if self.finality {
			self.client.at_current_block().await?
		} else {
			let best: Hash = self.rpc("chain_getBlockHash", &()).await?;
			self.client.at_block(H256(best.0)).await?
		};
		Ok(At::new(client, self.rpc.clone()))
	}

	/// Calls a method of the node's RPC.
	///
	/// # Errors
	///
	/// [`ChainError::Answer`].
	pub async fn rpc<T: DeserializeOwned>(
		&self,
		method: &str,
		parameters: &impl Serialize,
	) -> Result<T, ChainError> {
		request(&self.rpc, method, parameters).await
	}

	/// Signs a call, hands it in, and waits until it is final; or only in a block of a chain
	/// [`Chain::without_finality`].
	///
	/// # Errors
	///
	/// [`ChainError::Refused`] and [`ChainError::Invalid`] when the pool would not take it;
	/// [`ChainError::Call`] when the call failed; those of the connection.
	pub async fn submit<Call: Payload>(
		&self,
		signer: &Keypair,
		call: &Call,
	) -> Result<Done, ChainError> {
		let events = self.submit_for_events(&self.at().await?, signer, call).await?;
		Ok(Done::of(&events))
	}

	/// The same for a call that follows from what `at` says; returns what happened.
	async fn submit_for_events<Call: Payload>(
		&self,
		at: &At,
		signer: &Keypair,
		call: &Call,
	) -> Result<ExtrinsicEvents<SubstrateConfig>, ChainError> {
		let call = NamedCall::new(at, call)?;
		let Some(principal) = &self.principal else {
			return self.submit_named(at, signer, call).await;
		};
		let call = call.on_behalf_of(at, principal)?;
		let submitted = self.submit_named(at, signer, call).await;
		let events = submitted.map_err(|error| proxy::explained(principal, error))?;
		proxy::ensure_executed(at, principal, &events)?;
		Ok(events)
	}

	/// Boxed, so that it is compiled here and not in every program that submits something.
	fn submit_named<'a>(
		&'a self,
		at: &'a At,
		signer: &'a Keypair,
		call: NamedCall,
	) -> BoxFuture<'a, Result<ExtrinsicEvents<SubstrateConfig>, ChainError>> {
		Box::pin(self.sign_and_watch(at, signer, call))
	}

	async fn sign_and_watch(
		&self,
		at: &At,
		signer: &Keypair,
		call: NamedCall,
	) -> Result<ExtrinsicEvents<SubstrateConfig>, ChainError> {
		let slot = at.slot_duration().await?.max(1);
		let blocks = LIFETIME.checked_div(slot).unwrap_or_default();
		let parameters = DefaultExtrinsicParamsBuilder::new().mortal(blocks).build();
		let signed = at.client.transactions().create_signed(&call, signer, parameters).await?;
		match signed.validate().await? {
			ValidationResult::Valid(_) => {}
			ValidationResult::Invalid(invalid) => return Err(invalid.into()),
			ValidationResult::Unknown(unknown) => return Err(unknown.into()),
		}
		let mut progress = signed.submit_and_watch().await?;
		if self.finality {
			return Ok(progress.wait_for_finalized_success().await?);
		}
		while let Some(status) = progress.next().await {
			match status? {
				TransactionStatus::InBestBlock(block)
				| TransactionStatus::InFinalizedBlock(block) => {
					return Ok(block.wait_for_success().await?);
				}
				TransactionStatus::Error { message }
				| TransactionStatus::Invalid { message }
				| TransactionStatus::Dropped { message } => return Err(ChainError::Invalid(message)),
				_ => {}
			}
		}
		Err(ChainError::Answer("the node ended the connection".into()))
	}
}

/// Calls a method of a node's RPC.
async fn request<T: DeserializeOwned>(
	rpc: &RpcClient,
	method: &str,
	parameters: &impl Serialize,
) -> Result<T, ChainError> {
	let text = serde_json::to_string(parameters)
		.and_then(RawValue::from_string)
		.map_err(|error| ChainError::Answer(error.to_string()))?;
	let answer = rpc.request_raw(method, Some(text)).await?;
	serde_json::from_str(answer.get()).map_err(|error| ChainError::Answer(error.to_string()))
}

/// The chain's hash of a document: BLAKE2b-256.
pub fn hash_of(bytes: &[u8]) -> Hash {
	Blake2Hasher::hash(bytes)
}

/// An account as subxt has it.
pub(crate) fn account_id(account: &AccountId) -> subxt::utils::AccountId32 {
	subxt::utils::AccountId32(*account.as_ref())
}

/// An account of subxt.
fn account(id: &subxt::utils::AccountId32) -> AccountId {
	AccountId::new(id.0)
}

/// Amounts have more digits than a number in JSON is sure to keep.
fn amount_text<S: Serializer>(amount: &u128, serializer: S) -> Result<S::Ok, S::Error> {
	amount.to_string().serialize(serializer)
}

fn optional_amount_text<S: Serializer>(
	amount: &Option<u128>,
	serializer: S,
) -> Result<S::Ok, S::Error> {
	amount.map(|amount| amount.to_string()).serialize(serializer)
}
