// SPDX-License-Identifier: Apache-2.0

//! Several calls in one transaction.

use super::{At, Chain, ChainError, EncodedCall, api};
use subxt::error::DispatchError;
use subxt_signer::sr25519::Keypair;

impl Chain {
	/// Signs calls as one transaction, waits until it is final, and says of each call whether it
	/// succeeded. One that fails does not stop the others.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub(super) async fn submit_each(
		&self,
		at: &At,
		signer: &Keypair,
		calls: Vec<EncodedCall>,
	) -> Result<Vec<Result<(), ChainError>>, ChainError> {
		let metadata = at.client.metadata();
		let batch = api::transactions().utility().force_batch(calls);
		let events = self.submit_for_events(at, signer, &batch).await?;
		let mut results = Vec::new();
		for event in events.iter() {
			let event = event?;
			match (event.pallet_name(), event.event_name()) {
				("Utility", "ItemCompleted") => results.push(Ok(())),
				("Utility", "ItemFailed") => {
					let error = DispatchError::decode_from(event.field_bytes(), metadata.clone());
					let error = error.map_err(|error| ChainError::Answer(error.to_string()))?;
					results.push(Err(error.into()));
				}
				_ => {}
			}
		}
		Ok(results)
	}
}
