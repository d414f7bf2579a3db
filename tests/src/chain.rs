// SPDX-License-Identifier: Apache-2.0

//! A client of one node, with the runtime's own types.

use crate::Error;
use codec::{Decode, Encode};
use contour_primitives::{
	AccountId, Balance, BlockNumber, Hash, InstitutionId, Moment, Nonce, scorer::SCORER_URL,
};
use contour_runtime::{
	Address, Credentials, Header, Runtime, RuntimeCall, RuntimeEvent, SessionKeys, SignedPayload,
	TxExtension, UncheckedExtrinsic, VERSION,
};
use frame_system::{EventRecord, Phase};
use jsonrpsee::{
	core::{
		ClientError,
		client::{ClientT, Subscription, SubscriptionClientT},
		traits::ToRpcParams,
	},
	rpc_params,
	ws_client::{WsClient, WsClientBuilder},
};
use serde_json::{Value, json};
use sp_core::{Bytes, Pair, ed25519, sr25519};
use sp_runtime::{MultiSignature, generic::Era};
use std::{
	future::Future,
	time::{Duration, Instant},
};

/// How long a transaction may take to get into a block.
const INCLUSION: Duration = Duration::from_secs(60);

/// How many seconds finality may take.
const FINALITY: u64 = 240;

/// A connection to a node.
pub struct Chain {
	rpc: WsClient,
	genesis: Hash,
}

/// A transaction that was handed in.
struct Sent {
	bytes: Bytes,
	/// What becomes of it.
	updates: Subscription<Value>,
}

/// A transaction in a block.
#[derive(Debug)]
pub struct Included {
	/// The block.
	pub block: Hash,
	/// What happened.
	pub events: Vec<RuntimeEvent>,
}

impl Chain {
	/// Connects to a node.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		let rpc = WsClientBuilder::default().build(url).await?;
		let genesis = rpc.request("chain_getBlockHash", rpc_params![0]).await?;
		Ok(Self { rpc, genesis })
	}

	/// Calls an RPC method.
	pub async fn rpc<T, P>(&self, method: &str, parameters: P) -> Result<T, Error>
	where
		T: serde::de::DeserializeOwned,
		P: IntoIterator<Item = Value>,
	{
		let parameters = Parameters(parameters.into_iter().collect());
		Ok(self.rpc.request(method, parameters).await?)
	}

	/// Reads storage, at the best block or at another one.
	pub async fn storage<T: Decode>(
		&self,
		key: impl AsRef<[u8]>,
		at: Option<Hash>,
	) -> Result<Option<T>, Error> {
		let key = Bytes(key.as_ref().to_vec());
		let value: Option<Bytes> = self.rpc("state_getStorage", [json!(key), json!(at)]).await?;
		value.map(|bytes| decode(&bytes)).transpose()
	}

	/// Calls a runtime API at the best block.
	pub async fn runtime_api<T: Decode>(&self, method: &str, data: &[u8]) -> Result<T, Error> {
		let data = Bytes(data.to_vec());
		let answer: Bytes = self.rpc("state_call", [json!(method), json!(data)]).await?;
		decode(&answer)
	}

	/// Free balance of an account.
	pub async fn balance(&self, who: &AccountId) -> Result<Balance, Error> {
		let key = frame_system::Account::<Runtime>::hashed_key_for(who);
		let account =
			self.storage::<frame_system::AccountInfo<Nonce, AccountData>>(key, None).await?;
		Ok(account.map(|account| account.data.free).unwrap_or_default())
	}

	/// What an institution has for fees.
	pub async fn fees_of(&self, institution: InstitutionId) -> Result<Balance, Error> {
		self.balance(&Credentials::fee_account_of(institution)).await
	}

	/// Header of a block, or of the best one.
	pub async fn header(&self, at: Option<Hash>) -> Result<Header, Error> {
		self.rpc("chain_getHeader", [json!(at)]).await
	}

	/// Number of the last finalized block.
	pub async fn finalized(&self) -> Result<BlockNumber, Error> {
		let hash: Hash = self.rpc("chain_getFinalizedHead", []).await?;
		Ok(self.header(Some(hash)).await?.number)
	}

	/// Hash of a block by its number.
	pub async fn block_hash(&self, number: BlockNumber) -> Result<Option<Hash>, Error> {
		self.rpc("chain_getBlockHash", [json!(number)]).await
	}

	/// How long a slot of the chain lasts.
	pub async fn slot_duration(&self) -> Result<Duration, Error> {
		self.runtime_api("AuraApi_slot_duration", &[]).await.map(Duration::from_millis)
	}

	/// Waits until there is a block `number`, final or not.
	pub async fn await_block(&self, number: BlockNumber) -> Result<(), Error> {
		wait_for(&format!("block {number}"), FINALITY, || async {
			Ok((self.header(None).await?.number >= number).then_some(()))
		})
		.await
	}

	/// Waits until block `number` is final.
	pub async fn await_finalized(&self, number: BlockNumber) -> Result<(), Error> {
		wait_for(&format!("block {number} to be final"), FINALITY, || async {
			Ok((self.finalized().await? >= number).then_some(()))
		})
		.await
	}

	/// Waits until a block is final that was made after a moment, which may be to come.
	pub async fn await_moment(&self, moment: Moment) -> Result<(), Error> {
		let key = pallet_timestamp::Now::<Runtime>::hashed_key();
		wait_for(&format!("a final block after {moment}"), FINALITY, || async {
			let finalized: Hash = self.rpc("chain_getFinalizedHead", []).await?;
			let made: Option<Moment> = self.storage(key, Some(finalized)).await?;
			Ok((made > Some(moment)).then_some(()))
		})
		.await
	}

	/// Lets the node make session keys for an account that will run a validator.
	pub async fn rotate_keys(
		&self,
		owner: &AccountId,
	) -> Result<pallet_session::Call<Runtime>, Error> {
		let owner = Bytes(owner.encode());
		let generated: Value = self.rpc("author_rotateKeysWithOwner", [json!(owner)]).await?;
		let part = |name: &str| -> Result<Bytes, Error> {
			serde_json::from_value(generated[name].clone())
				.map_err(|error| Error::Answer(format!("{name}: {error} in {generated}")))
		};
		let keys: SessionKeys = decode(&part("keys")?)?;
		Ok(pallet_session::Call::set_keys { keys, proof: part("proof")?.0 })
	}

	/// Lets the node sign what its hospital's scorer says; gives the public key.
	pub async fn insert_scorer_key(&self, suri: &str) -> Result<ed25519::Public, Error> {
		let key = ed25519::Pair::from_string(suri, None)
			.map_err(|error| Error::Answer(format!("{suri}: {error:?}")))?
			.public();
		let insert = [json!("scor"), json!(suri), json!(Bytes(key.0.to_vec()))];
		let () = self.rpc("author_insertKey", insert).await?;
		Ok(key)
	}

	/// Tells the node where its hospital's scorer is, as its operator does when it starts.
	pub async fn use_scorer(&self, url: &str) -> Result<(), Error> {
		let [key, url] = [SCORER_URL, url.as_bytes()].map(|bytes| json!(Bytes(bytes.to_vec())));
		self.rpc("offchain_localStorageSet", [json!("PERSISTENT"), key, url]).await
	}

	/// Next nonce of an account, transactions in the pool included.
	pub async fn nonce(&self, who: &AccountId) -> Result<Nonce, Error> {
		self.rpc("system_accountNextIndex", [json!(who)]).await
	}

	/// Signs a call. A `metadata_hash` is signed too if there is one.
	pub async fn sign(
		&self,
		signer: &sr25519::Pair,
		call: impl Into<RuntimeCall>,
		metadata_hash: Option<[u8; 32]>,
	) -> Result<UncheckedExtrinsic, Error> {
		let nonce = self.nonce(&signer.public().into()).await?;
		Ok(sign(signer, call, nonce, self.genesis, metadata_hash))
	}

	/// Signs and sends a call, and waits until it has succeeded in a block.
	pub async fn send(
		&self,
		signer: &sr25519::Pair,
		call: impl Into<RuntimeCall>,
	) -> Result<Included, Error> {
		let transaction = self.sign(signer, call, None).await?;
		self.submit(&transaction).await
	}

	/// Lets several people act at once: signs and sends a call of each, and waits until all have
	/// succeeded.
	pub async fn send_all<'a>(
		&self,
		calls: impl IntoIterator<Item = (&'a sr25519::Pair, RuntimeCall)>,
	) -> Result<(), Error> {
		let mut sent = Vec::new();
		for (signer, call) in calls {
			let transaction = self.sign(signer, call, None).await?;
			sent.push(self.hand_in(&transaction).await?);
		}
		for transaction in sent {
			self.included(transaction).await?;
		}
		Ok(())
	}

	/// Hands in a transaction and waits until it has succeeded in a block.
	pub async fn submit(&self, transaction: &UncheckedExtrinsic) -> Result<Included, Error> {
		self.included(self.hand_in(transaction).await?).await
	}

	/// Hands in a transaction, and watches it from then on.
	async fn hand_in(&self, transaction: &UncheckedExtrinsic) -> Result<Sent, Error> {
		let bytes = Bytes(transaction.encode());
		let updates = self
			.rpc
			.subscribe(
				"author_submitAndWatchExtrinsic",
				rpc_params![bytes.clone()],
				"author_unwatchExtrinsic",
			)
			.await
			.map_err(refusal)?;
		Ok(Sent { bytes, updates })
	}

	/// Waits until a transaction has succeeded in a block.
	async fn included(&self, sent: Sent) -> Result<Included, Error> {
		let Sent { bytes, mut updates } = sent;
		let block = tokio::time::timeout(INCLUSION, async {
			while let Some(update) = updates.next().await {
				let update = update.map_err(|error| Error::Answer(error.to_string()))?;
				if let Some(block) = update.get("inBlock") {
					return serde_json::from_value::<Hash>(block.clone())
						.map_err(|error| Error::Answer(error.to_string()));
				}
				if matches!(update.as_str(), Some("invalid" | "dropped")) {
					return Err(Error::Refused { code: None, message: update.to_string() });
				}
			}
			Err(Error::Answer("the node stopped to tell what happens".into()))
		})
		.await
		.map_err(|_| Error::Timeout {
			what: "the transaction to get into a block".into(),
			seconds: INCLUSION.as_secs(),
		})??;
		self.outcome(&bytes, block).await
	}

	/// All events of a block.
	pub async fn events(&self, block: Hash) -> Result<Vec<EventRecord<RuntimeEvent, Hash>>, Error> {
		let key = frame_support::storage::storage_prefix(b"System", b"Events");
		Ok(self.storage(key, Some(block)).await?.unwrap_or_default())
	}

	async fn outcome(&self, transaction: &Bytes, block: Hash) -> Result<Included, Error> {
		let content: Value = self.rpc("chain_getBlock", [json!(block)]).await?;
		let index = content["block"]["extrinsics"]
			.as_array()
			.and_then(|list| list.iter().position(|extrinsic| *extrinsic == json!(transaction)))
			.ok_or_else(|| Error::Answer("the transaction is not in its block".into()))?;
		let mut events = Vec::new();
		for record in self.events(block).await? {
			if record.phase != Phase::ApplyExtrinsic(index as u32) {
				continue;
			}
			if let RuntimeEvent::System(frame_system::Event::ExtrinsicFailed {
				dispatch_error,
				..
			}) = record.event
			{
				return Err(Error::Call(dispatch_error));
			}
			events.push(record.event);
		}
		Ok(Included { block, events })
	}
}

type AccountData = <Runtime as frame_system::Config>::AccountData;

/// Signs a call as a client does, for ever: neither `nonce` nor genesis can be used twice. A
/// `metadata_hash` is signed too if there is one.
pub fn sign(
	signer: &sr25519::Pair,
	call: impl Into<RuntimeCall>,
	nonce: Nonce,
	genesis: Hash,
	metadata_hash: Option<[u8; 32]>,
) -> UncheckedExtrinsic {
	let account = AccountId::from(signer.public());
	let check_metadata = match metadata_hash {
		Some(hash) => frame_metadata_hash_extension::CheckMetadataHash::new_with_custom_hash(hash),
		None => frame_metadata_hash_extension::CheckMetadataHash::new(false),
	};
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(Era::Immortal),
		pallet_credentials::CheckStanding::new(),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(0),
		check_metadata,
		frame_system::WeightReclaim::new(),
	);
	let implicit = (
		(),
		(),
		VERSION.spec_version,
		VERSION.transaction_version,
		genesis,
		genesis,
		(),
		(),
		(),
		(),
		metadata_hash,
		(),
	);
	let payload = SignedPayload::from_raw(call.into(), extension, implicit);
	let signature = payload.using_encoded(|payload| signer.sign(payload));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(
		call,
		Address::Id(account),
		MultiSignature::Sr25519(signature),
		extension,
	)
}

/// Polls until there is an answer, several times in a slot, and at most for so many seconds.
pub async fn wait_for<T, F>(
	what: &str,
	seconds: u64,
	mut poll: impl FnMut() -> F,
) -> Result<T, Error>
where
	F: Future<Output = Result<Option<T>, Error>>,
{
	let begun = Instant::now();
	while begun.elapsed().as_secs() < seconds {
		if let Some(answer) = poll().await? {
			return Ok(answer);
		}
		tokio::time::sleep(Duration::from_millis(100)).await;
	}
	Err(Error::Timeout { what: what.into(), seconds })
}

fn decode<T: Decode>(bytes: &[u8]) -> Result<T, Error> {
	T::decode(&mut &bytes[..]).map_err(|error| Error::Answer(error.to_string()))
}

/// The pool's refusal: JSON-RPC error 1010, with "Custom error: CODE" as its data if it is one of
/// the chain's own.
fn refusal(error: ClientError) -> Error {
	match error {
		ClientError::Call(object) if object.code() == 1010 => {
			let data = object.data().map(|data| data.get().trim_matches('"').to_owned());
			let data = data.unwrap_or_default();
			let code = data.strip_prefix("Custom error: ").and_then(|code| code.parse().ok());
			Error::Refused { code, message: format!("{}: {data}", object.message()) }
		}
		other => other.into(),
	}
}

struct Parameters(Vec<Value>);

impl ToRpcParams for Parameters {
	fn to_rpc_params(self) -> Result<Option<Box<serde_json::value::RawValue>>, serde_json::Error> {
		serde_json::value::to_raw_value(&self.0).map(Some)
	}
}
