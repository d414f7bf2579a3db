// SPDX-License-Identifier: Apache-2.0

//! What proves a history: its head in a block's state, and a walk from there to its beginning.

use super::{Entry, Head, Subject, VERSION, head_key, link_of};
use crate::Hash;
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use serde::{Deserialize, Serialize};
use sp_runtime::traits::BlakeTwo256;
use sp_trie::{LayoutV1, StorageProof, read_trie_value};

/// Where a history breaks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "break")]
pub enum Break {
	/// The entry is not there.
	Missing {
		/// Its place.
		index: u32,
		/// Its link.
		link: Hash,
	},
	/// What is there is not the entry.
	Altered {
		/// Its place.
		index: u32,
		/// Its link.
		link: Hash,
	},
	/// The entry is as it was written, but it does not belong there or has an unknown version: the
	/// chain wrote it wrongly, or this crate is too old.
	Malformed {
		/// Its place.
		index: u32,
		/// Its link.
		link: Hash,
	},
}

/// Walks a history from its head to its beginning: newest entry first.
///
/// `body` gives the encoding of the entry with a link. After a [`Break`] the walk ends, as nothing
/// leads further back.
pub struct Walk<'a, AccountId, Body> {
	subject: &'a Subject<AccountId>,
	left: u32,
	link: Hash,
	body: Body,
}

impl<'a, AccountId, Body> Walk<'a, AccountId, Body>
where
	AccountId: Decode + PartialEq,
	Body: FnMut(Hash) -> Option<Vec<u8>>,
{
	/// Starts at the head.
	pub fn new(subject: &'a Subject<AccountId>, head: Head, body: Body) -> Self {
		Self { subject, left: head.count, link: head.link, body }
	}

	fn entry(&mut self, index: u32) -> Result<Entry<AccountId>, Break> {
		let link = self.link;
		let encoded = (self.body)(link).ok_or(Break::Missing { index, link })?;
		if link_of(&encoded) != link {
			return Err(Break::Altered { index, link });
		}
		Entry::decode_all(&mut &encoded[..])
			.ok()
			.filter(|entry: &Entry<AccountId>| {
				entry.version == VERSION
					&& entry.subject == *self.subject
					&& entry.index == index
					&& (index == 0) == entry.previous.is_zero()
			})
			.ok_or(Break::Malformed { index, link })
	}
}

impl<AccountId, Body> Iterator for Walk<'_, AccountId, Body>
where
	AccountId: Decode + PartialEq,
	Body: FnMut(Hash) -> Option<Vec<u8>>,
{
	type Item = Result<Entry<AccountId>, Break>;

	fn next(&mut self) -> Option<Self::Item> {
		let index = self.left.checked_sub(1)?;
		let entry = self.entry(index);
		(self.left, self.link) = match &entry {
			Ok(entry) => (index, entry.previous),
			Err(_) => (0, self.link),
		};
		Some(entry)
	}
}

/// Checks the encoded entries of a history, oldest first, against its head, and returns them
/// decoded.
///
/// # Errors
///
/// The first break on the way from the head back to the beginning. With one entry too many, the
/// head's entry is [`Break::Altered`].
pub fn verify<AccountId: Decode + PartialEq>(
	subject: &Subject<AccountId>,
	head: Head,
	entries: &[Vec<u8>],
) -> Result<Vec<Entry<AccountId>>, Break> {
	let mut bodies = entries.iter().rev();
	let mut history: Vec<_> =
		Walk::new(subject, head, |_| bodies.next().cloned()).collect::<Result<_, _>>()?;
	history.reverse();
	Ok(history)
}

/// A proof of state that proves nothing about the head.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvalidProof {
	/// It lacks nodes of the trie, or does not belong to a state with this root.
	Incomplete,
	/// What it proves is not a head.
	NotAHead,
}

/// The head of a subject's history in the state with this root, which is in the block's header. A
/// subject without a history has the default head.
///
/// # Errors
///
/// When `proof` (the answer of `state_getReadProof` for [`head_key`]) does not prove it.
pub fn head_from_proof<AccountId: Encode>(
	state_root: Hash,
	proof: impl IntoIterator<Item = Vec<u8>>,
	subject: &Subject<AccountId>,
) -> Result<Head, InvalidProof> {
	let nodes = StorageProof::new(proof).into_memory_db::<BlakeTwo256>();
	read_trie_value::<LayoutV1<BlakeTwo256>, _>(&nodes, &state_root, &head_key(subject), None, None)
		.map_err(|_| InvalidProof::Incomplete)?
		.map_or(Ok(Head::default()), |value| Head::decode_all(&mut &value[..]))
		.map_err(|_| InvalidProof::NotAHead)
}
