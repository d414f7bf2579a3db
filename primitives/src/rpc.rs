// SPDX-License-Identifier: Apache-2.0

//! What a node answers over its RPC, in the namespace `contour`: only what the runtime cannot know.
//!
//! | method | parameters | answer |
//! | --- | --- | --- |
//! | `contour_status` | none | [`Status`] |
//! | `contour_history` | a [`Subject`], where to begin, how many entries | [`History`] |
//! | `contour_verifyHistory` | a [`Subject`] | [`Verification`] |
//!
//! A history begins at its newest entry (`null`), or at [`History::next`] of the page before.
//!
//! Node and clients share these types. Programs in any language read their JSON: what is in it stays.
//!
//! ```
//! use contour_primitives::{Hash, rpc::Verification};
//! use serde_json::json;
//!
//! // What a node answers to `contour_verifyHistory` about a history that is whole.
//! let answer = json!({
//!     "at": { "number": 9, "hash": Hash::repeat_byte(4) },
//!     "head": { "count": 7, "link": Hash::repeat_byte(3) },
//!     "intact": 7,
//!     "broken": null,
//! });
//! let verification: Verification = serde_json::from_str(&answer.to_string())?;
//! assert_eq!(verification.intact, verification.head.count);
//! assert_eq!(verification.broken, None);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! [`Subject`]: crate::audit::Subject

use crate::{
	AccountId, BlockNumber, Hash,
	audit::{Break, Entry, Head},
};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;

/// Number and hash of a block.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockRef {
	/// Height.
	pub number: BlockNumber,
	/// Hash of the header.
	pub hash: Hash,
}

/// How a node is doing.
///
/// Healthy is: `majorSyncing` false, `peers` above zero, `finalityLag` of at most two (a few more
/// where slots are shorter than a second), `secondsSinceBest` below five slots, and on a validator
/// `authority.active` true.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
	/// Name of the program: `contour-node`.
	pub implementation: String,
	/// Version of the program and the commit it was built from: `0.1.0-1a2b3c4d5e6`.
	pub version: String,
	/// Name that the operator gave the node (`--name`).
	pub name: String,
	/// Name of the chain, from its chain spec.
	pub chain: String,
	/// Hash of block 0: what the chain really is, whatever its name.
	pub genesis_hash: Hash,
	/// Whether the node was started to author and vote, or only to follow.
	pub role: NodeRole,
	/// Head of the best chain this node knows.
	pub best: BlockRef,
	/// Last block that the authorities finalized, as far as this node knows.
	pub finalized: BlockRef,
	/// Blocks between `best` and `finalized`. It grows while too few authorities vote.
	pub finality_lag: BlockNumber,
	/// Seconds since the slot of the best block began; `null` while the best block is block 0. It
	/// grows while nobody authors, or this node hears of nothing.
	pub seconds_since_best: Option<u64>,
	/// Nodes this node is connected to.
	pub peers: usize,
	/// Who this node is to others, and whether they accept it.
	pub node: Peer,
	/// Whether the node is far behind the network and catching up.
	pub major_syncing: bool,
	/// Whether off-chain workers run (`--offchain-worker`).
	pub offchain_workers: bool,
	/// Whether the node keeps what the runtime writes to the off-chain index, the bodies of the
	/// audit chains (`--enable-offchain-indexing`).
	pub offchain_indexing: bool,
	/// Whether this node is one of the authorities, by the keys it holds.
	pub authority: Authority,
}

/// A node on the network.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Peer {
	/// The peer ID, which an institution's administrator registers.
	pub peer_id: String,
	/// Whether nodes accept as peers only those that institutions have registered.
	pub members_only: bool,
	/// Whether an institution has registered this node. Both are read at the last finalized block, as
	/// nodes do that decide about a peer.
	pub registered: bool,
}

/// What a node was started as.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeRole {
	/// `--validator`: it authors and votes when its keys are in the current set.
	Authority,
	/// It follows the chain.
	Full,
}

/// The part of a node in consensus, at its best block.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
	/// Whether the node authors and votes: its role is authority and its keystore holds a key of
	/// each current set. An authority that was disabled for an offence stays in the sets, so counts
	/// as active, until the next session; the chain's events tell.
	pub active: bool,
	/// The set that authors blocks.
	pub aura: Member,
	/// The set that finalizes blocks.
	pub grandpa: Member,
}

/// A node's membership in a set of authorities.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
	/// Authorities in the set.
	pub set_size: usize,
	/// Public key of the set (32 bytes, hex) whose secret is in this node's keystore; `null` if
	/// there is none.
	pub key: Option<Bytes>,
}

/// A history, or a page of it: newest entry first.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
	/// The finalized block at which it was read.
	pub at: BlockRef,
	/// Number of entries at that block, and the link of the last one.
	pub head: Head,
	/// Entries, newest first, each checked against its link.
	pub entries: Vec<Linked>,
	/// Where the history breaks on this node, if it does on this page: nothing leads further back.
	pub broken: Option<Break>,
	/// From where to ask for the next page; `null` at the beginning of the history, and where it
	/// breaks.
	pub next: Option<Head>,
}

/// An entry and its link.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Linked {
	/// Hash of the entry.
	pub link: Hash,
	/// The entry.
	#[serde(flatten)]
	pub entry: Entry<AccountId>,
}

/// Whether a node has the whole history.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
	/// The finalized block at which it was checked.
	pub at: BlockRef,
	/// Number of entries at that block, and the link of the last one.
	pub head: Head,
	/// Number of entries that are as they were written, from the newest one back.
	pub intact: u32,
	/// Where the history breaks on this node; `null` when all entries are intact.
	pub broken: Option<Break>,
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		StudyId,
		audit::{AccessKind, Deed, Subject, VERSION},
	};
	use serde::de::DeserializeOwned;
	use serde_json::{Value, json};
	use std::fmt::Debug;

	/// The answer has this form in JSON, and is read from it.
	fn assert_form<T: Debug + DeserializeOwned + PartialEq + Serialize>(answer: &T, form: Value) {
		let written = serde_json::to_value(answer).expect("its keys are text");
		assert_eq!(written, form);
		let read: T = serde_json::from_str(&form.to_string()).expect("it was just written");
		assert_eq!(&read, answer);
	}

	fn hash(byte: &str) -> String {
		format!("0x{}", byte.repeat(32))
	}

	#[test]
	fn should_keep_its_form_when_a_status_is_answered() {
		let status = |role, key: Option<Bytes>| Status {
			implementation: "contour-node".into(),
			version: "0.1.0-1a2b3c4d5e6".into(),
			name: "Charité 1".into(),
			chain: "Contour Consortium".into(),
			genesis_hash: Hash::repeat_byte(1),
			role,
			best: BlockRef { number: 12, hash: Hash::repeat_byte(2) },
			finalized: BlockRef { number: 10, hash: Hash::repeat_byte(3) },
			finality_lag: 2,
			seconds_since_best: Some(1),
			peers: 3,
			node: Peer {
				peer_id: "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp".into(),
				members_only: true,
				registered: true,
			},
			major_syncing: false,
			offchain_workers: true,
			offchain_indexing: true,
			authority: Authority {
				active: false,
				aura: Member { set_size: 4, key },
				grandpa: Member { set_size: 4, key: None },
			},
		};
		let form = |role: &str, key: Value| {
			json!({
				"implementation": "contour-node",
				"version": "0.1.0-1a2b3c4d5e6",
				"name": "Charité 1",
				"chain": "Contour Consortium",
				"genesisHash": hash("01"),
				"role": role,
				"best": { "number": 12, "hash": hash("02") },
				"finalized": { "number": 10, "hash": hash("03") },
				"finalityLag": 2,
				"secondsSinceBest": 1,
				"peers": 3,
				"node": {
					"peerId": "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp",
					"membersOnly": true,
					"registered": true,
				},
				"majorSyncing": false,
				"offchainWorkers": true,
				"offchainIndexing": true,
				"authority": {
					"active": false,
					"aura": { "setSize": 4, "key": key },
					"grandpa": { "setSize": 4, "key": null },
				},
			})
		};
		let key = Bytes(vec![0xab; 2]);
		assert_form(&status(NodeRole::Authority, Some(key)), form("authority", json!("0xabab")));
		assert_form(&status(NodeRole::Full, None), form("full", Value::Null));
	}

	#[test]
	fn should_keep_its_form_when_a_history_is_answered() {
		let study = Subject::Study(StudyId(Hash::repeat_byte(1)));
		let at = BlockRef { number: 9, hash: Hash::repeat_byte(4) };
		let (link, previous) = (Hash::repeat_byte(3), Hash::repeat_byte(2));
		let head = Head { count: 2, link };
		let entry = |who: Option<AccountId>, what| Entry {
			version: VERSION,
			subject: study.clone(),
			index: 1,
			previous,
			who,
			what,
			at: 1_700_000_000_000,
			block: 7,
		};
		let form = |who: Value, what: Value, broken: Value, next: Value| {
			json!({
				"at": { "number": 9, "hash": hash("04") },
				"head": { "count": 2, "link": hash("03") },
				"entries": [{
					"link": hash("03"),
					"version": 1,
					"subject": { "study": hash("01") },
					"index": 1,
					"previous": hash("02"),
					"who": who,
					"what": what,
					"at": 1_700_000_000_000_u64,
					"block": 7,
				}],
				"broken": broken,
				"next": next,
			})
		};

		let attempted = entry(None, Deed::AccessAttempted { kind: AccessKind::View });
		let broken = History {
			at,
			head,
			entries: vec![Linked { link, entry: attempted }],
			broken: Some(Break::Missing { index: 0, link: previous }),
			next: None,
		};
		assert_form(
			&broken,
			form(
				Value::Null,
				json!({ "accessAttempted": { "kind": "view" } }),
				json!({ "break": "missing", "index": 0, "link": hash("02") }),
				Value::Null,
			),
		);
		let alice = AccountId::new([0; 32]);
		let page = History {
			entries: vec![Linked { link, entry: entry(Some(alice.clone()), Deed::Moved) }],
			broken: None,
			next: Some(Head { count: 1, link: previous }),
			..broken
		};
		let next = json!({ "count": 1, "link": hash("02") });
		assert_form(&page, form(json!(alice.to_string()), json!("moved"), Value::Null, next));
	}

	#[test]
	fn should_keep_its_form_when_a_verification_is_answered() {
		let link = Hash::repeat_byte(2);
		for (broken, form) in [
			(None, Value::Null),
			(
				Some(Break::Missing { index: 4, link }),
				json!({ "break": "missing", "index": 4, "link": hash("02") }),
			),
			(
				Some(Break::Altered { index: 4, link }),
				json!({ "break": "altered", "index": 4, "link": hash("02") }),
			),
			(
				Some(Break::Malformed { index: 4, link }),
				json!({ "break": "malformed", "index": 4, "link": hash("02") }),
			),
		] {
			let verification = Verification {
				at: BlockRef { number: 9, hash: Hash::repeat_byte(4) },
				head: Head { count: 7, link: Hash::repeat_byte(3) },
				intact: 2,
				broken,
			};
			assert_form(
				&verification,
				json!({
					"at": { "number": 9, "hash": hash("04") },
					"head": { "count": 7, "link": hash("03") },
					"intact": 2,
					"broken": form,
				}),
			);
		}
	}
}
