// SPDX-License-Identifier: Apache-2.0

//! The chain at one block, from which everything is read.

use super::{ChainError, api, request};
use api::runtime_types::contour_primitives::page::Page;
use codec::{Decode as _, Encode as _};
use contour_primitives::{BlockNumber, Moment, rpc::Status};
use serde::de::DeserializeOwned;
use subxt::{
	SubstrateConfig,
	client::{ClientAtBlock, OnlineClientAtBlockImpl},
	ext::scale_decode::DecodeAsType as _,
	rpcs::client::RpcClient,
	storage::Address as StorageAddress,
	view_functions::Payload as ViewPayload,
};

/// subxt's client at one block.
type BlockClient = ClientAtBlock<SubstrateConfig, OnlineClientAtBlockImpl<SubstrateConfig>>;

/// The state of the chain at one block: what is asked of it is answered from that block, so that
/// answers fit together.
///
/// Take another one by [`Chain::at`](super::Chain::at) for what is to be known as it is later: after a
/// transaction, or after waiting. A node that is no archive forgets old blocks.
///
/// # Errors
///
/// Every method fails with [`ChainError::OtherRuntime`] when the chain's runtime is not the one that this
/// program was made for, and with [`ChainError::Answer`] when the node does not answer as it should.
#[derive(Clone)]
pub struct At {
	pub(super) client: BlockClient,
	rpc: RpcClient,
}

/// Bytes by which the runtime knows a view function.
const VIEW_FUNCTION_ID: usize = 32;

impl At {
	pub(super) fn new(client: BlockClient, rpc: RpcClient) -> Self {
		Self { client, rpc }
	}

	/// Reads what is stored, if something is.
	pub(super) async fn stored<Item: StorageAddress>(
		&self,
		item: Item,
		keys: Item::KeyParts,
	) -> Result<Option<Item::Value>, ChainError> {
		let value = self.client.storage().try_fetch(item, keys).await?;
		Ok(value.map(|it| it.decode()).transpose()?)
	}

	/// Reads what is stored, or what the runtime takes for it where nothing is.
	pub(super) async fn value<Item: StorageAddress>(
		&self,
		item: Item,
		keys: Item::KeyParts,
	) -> Result<Item::Value, ChainError> {
		Ok(self.client.storage().fetch(item, keys).await?.decode()?)
	}

	/// Asks a view function.
	///
	/// subxt 0.50 takes arguments and answer for those of the runtime API, which has them as bytes: the
	/// arguments with their length, and either the answer with its length, or why there is none.
	pub(super) async fn view<Call: ViewPayload>(
		&self,
		call: Call,
	) -> Result<Call::ReturnType, ChainError> {
		let (pallet, function) = (call.pallet_name().to_owned(), call.function_name().to_owned());
		let functions = self.client.view_functions();
		functions.validate(&call)?;
		let encoded = functions.encode_args(&call)?;
		let (id, arguments) = encoded.split_at_checked(VIEW_FUNCTION_ID).ok_or_else(|| {
			ChainError::OtherRuntime("its view functions have other names".into())
		})?;
		let question = [id, &arguments.encode()].concat();
		let answer = functions.call_raw(Some(&question)).await?;
		let answer = Result::<Vec<u8>, u8>::decode(&mut &answer[..])
			.map_err(|error| ChainError::Answer(error.to_string()))?
			.map_err(|_| ChainError::OtherRuntime(format!("it has no {pallet}.{function}")))?;

		let metadata = self.client.metadata();
		let function = metadata
			.pallet_by_name(&pallet)
			.and_then(|pallet| pallet.view_function_by_name(&function))
			.ok_or_else(|| ChainError::OtherRuntime(format!("it has no {pallet}.{function}")))?;
		Call::ReturnType::decode_as_type(&mut &answer[..], function.output_ty(), metadata.types())
			.map_err(|error| ChainError::Answer(error.to_string()))
	}

	/// Asks a view function that answers in pages until it has given all of them. The closure makes the
	/// call for what comes after a key.
	pub(super) async fn pages<Key, Value, Call>(
		&self,
		call: impl Fn(Option<Key>) -> Call,
	) -> Result<Vec<(Key, Value)>, ChainError>
	where
		Call: ViewPayload<ReturnType = Page<Key, Value>>,
	{
		let mut all = Vec::new();
		let mut after = None;
		loop {
			let page = self.view(call(after)).await?;
			all.extend(page.entries);
			match page.next {
				Some(next) => after = Some(next),
				None => return Ok(all),
			}
		}
	}

	/// Calls a method of the node's RPC that takes a block.
	pub(super) async fn rpc<T: DeserializeOwned>(&self, method: &str) -> Result<T, ChainError> {
		let hash = format!("{:?}", self.client.block_hash());
		request(&self.rpc, method, &[hash]).await
	}

	/// Number of the last block that the node has finalized, whichever block this is.
	pub(super) async fn finalized(&self) -> Result<BlockNumber, ChainError> {
		let status: Status = request(&self.rpc, "contour_status", &[(); 0]).await?;
		Ok(status.finalized.number)
	}

	/// Milliseconds of the chain's slots, which its genesis chose: what a number of blocks is as time.
	pub(super) async fn slot_duration(&self) -> Result<Moment, ChainError> {
		let call = api::runtime_apis().aura_api().slot_duration();
		Ok(self.client.runtime_apis().call(call).await?.0)
	}
}
