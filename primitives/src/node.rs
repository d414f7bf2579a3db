// SPDX-License-Identifier: Apache-2.0

//! How a node is known to its peers.

use alloc::string::{String, ToString};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Bytes of a peer ID before the key: an identity multihash (0x00) of 36 bytes (0x24), which are the
/// protobuf message of an ed25519 key (0x08 0x01) of 32 bytes (0x12 0x20).
const PREFIX: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// The public ed25519 key by which a node proves to its peers who it is.
///
/// People know it as the node's [peer
/// ID](https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md), such as
/// `12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp`. It is shown, parsed and written to JSON
/// in that form. On the chain it is the 32 bytes of the key.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub struct NodeKey(pub [u8; 32]);

impl NodeKey {
	/// The bytes of the peer ID.
	pub fn to_peer_id(self) -> [u8; 38] {
		let mut bytes = [0; 38];
		bytes.iter_mut().zip(PREFIX.iter().chain(&self.0)).for_each(|(to, from)| *to = *from);
		bytes
	}

	/// The key in the bytes of a peer ID; `None` if it is not an ed25519 key's.
	pub fn from_peer_id(bytes: &[u8]) -> Option<Self> {
		bytes.strip_prefix(&PREFIX)?.try_into().ok().map(Self)
	}
}

impl fmt::Display for NodeKey {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(&bs58::encode(self.to_peer_id()).into_string())
	}
}

/// Text that is not the peer ID of an ed25519 key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoPeerId(String);

impl fmt::Display for NoPeerId {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(
			formatter,
			"`{}` is not a peer ID: give one that begins with 12D3KooW, as \
			 `contour-node key inspect-node-key` shows it",
			self.0
		)
	}
}

impl core::error::Error for NoPeerId {}

impl FromStr for NodeKey {
	type Err = NoPeerId;

	fn from_str(text: &str) -> Result<Self, NoPeerId> {
		bs58::decode(text)
			.into_vec()
			.ok()
			.and_then(|bytes| Self::from_peer_id(&bytes))
			.ok_or_else(|| NoPeerId(text.to_string()))
	}
}

impl Serialize for NodeKey {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for NodeKey {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The peer ID of the node key 0x00…01, as `contour-node key inspect-node-key` shows it.
	const ALICE: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

	#[test]
	fn should_be_the_same_key_when_shown_and_parsed() {
		let key: NodeKey = ALICE.parse().expect("it is a peer ID");
		assert_eq!(key.to_string(), ALICE);
		assert_eq!(NodeKey::from_peer_id(&key.to_peer_id()), Some(key));
		let json = serde_json::to_string(&key).expect("it is text");
		assert_eq!(json, format!("\"{ALICE}\""));
		assert_eq!(serde_json::from_str::<NodeKey>(&json).expect("it was just written"), key);
		assert_eq!(key.encode(), key.0, "on the chain it is the key alone");
	}

	#[test]
	fn should_be_the_public_key_when_made_from_a_secret_one() {
		use sp_core::{Pair, ed25519};
		let mut seed = [0; 32];
		seed[31] = 1;
		assert_eq!(NodeKey(ed25519::Pair::from_seed(&seed).public().0).to_string(), ALICE);
	}

	#[test]
	fn should_say_what_a_peer_id_looks_like_when_it_is_none() {
		// Another kind of key, one that is cut off, one that is not Base58, and nothing.
		for text in ["QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N", &ALICE[..40], "0OIl", ""] {
			let error = text.parse::<NodeKey>().expect_err("it is not a peer ID").to_string();
			assert!(error.contains("12D3KooW") && error.contains(text), "{error}");
		}
	}
}
