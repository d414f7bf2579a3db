// SPDX-License-Identifier: Apache-2.0

//! What happens, block by block.

use super::{Chain, ChainError, api};
use contour_primitives::{AccountId, StudyId};
use subxt::{SubstrateConfig, client::Blocks};

/// Finalized blocks, one after the other.
pub struct Watch {
	blocks: Blocks<SubstrateConfig>,
}

/// A finalized block.
#[derive(Clone, Debug)]
pub struct Block {
	/// Its number.
	pub number: u64,
	/// What leases it changed.
	pub touched: Vec<Touched>,
}

/// What a block changed.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Touched {
	/// A lease, or what may become one.
	Lease(StudyId, AccountId),
	/// All leases on a study.
	Study(StudyId),
}

impl Chain {
	/// Follows the finalized blocks from now on.
	///
	/// # Errors
	///
	/// Those of the connection.
	pub async fn watch(&self) -> Result<Watch, ChainError> {
		Ok(Watch { blocks: self.client.stream_blocks().await? })
	}
}

impl Watch {
	/// The next block, as soon as it is final.
	///
	/// # Errors
	///
	/// [`ChainError::Answer`] when the connection is lost.
	pub async fn next(&mut self) -> Result<Block, ChainError> {
		use api::imaging::events as imaging;
		let lost = || ChainError::Answer("the node ended the connection".into());
		let block = self.blocks.next().await.ok_or_else(lost)??;
		let events = block.at().await?.events().fetch().await?;
		let mut touched = Vec::new();
		macro_rules! note {
			($($event:ident . $who:ident),*) => {
				$(for event in events.find::<imaging::$event>() {
					let imaging::$event { study, $who, .. } = event?;
					touched.push(Touched::Lease(study.0, AccountId::new($who.0)));
				})*
			};
		}
		note!(
			AccessRequested.grantee,
			AccessGranted.grantee,
			AccessDeclined.grantee,
			AccessEnded.grantee,
			RequestLapsed.grantee,
			EmergencyOpened.clinician
		);
		for event in events.find::<imaging::StudyWithdrawn>() {
			touched.push(Touched::Study(event?.study.0));
		}
		Ok(Block { number: block.number(), touched })
	}
}
