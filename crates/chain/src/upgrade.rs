// SPDX-License-Identifier: Apache-2.0

//! A new runtime: what is in its file, and how it gets onto the chain.

use super::{At, Chain, ChainError, Done, api, hash_of};
use contour_primitives::{Hash, Moment};
use serde::{Deserialize, Serialize};
use sp_maybe_compressed_blob::{CODE_BLOB_BOMB_LIMIT, decompress};
use sp_version::RuntimeVersion;
use subxt_signer::sr25519::Keypair;
use wasmparser::{Parser, Payload};

/// Section of the code in which a build writes its version (`sp_version::runtime_version`).
const VERSION_SECTION: &str = "runtime_version";
/// Longest code that fits into a block beside what each block has: authorities put 4 MiB into one.
const MAX_BYTES: usize = 4 * 1024 * 1024 - 16 * 1024;

/// Code of a runtime.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeCode {
	/// BLAKE2b-256 hash, which the council authorises.
	pub hash: Hash,
	/// What it is, as it says itself.
	#[serde(flatten)]
	pub version: SpecVersion,
	/// How many bytes the file has.
	pub length: usize,
	#[serde(skip)]
	bytes: Vec<u8>,
}

/// Which runtime it is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecVersion {
	/// Name of the runtime.
	pub spec_name: String,
	/// Its version: a later one has a higher number.
	pub spec_version: u32,
}

/// Where the chain stands with upgrades.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpgradeState {
	/// What the chain runs.
	pub running: SpecVersion,
	/// Hash of the code that the council authorised and nobody has handed in yet.
	pub authorized: Option<Hash>,
	/// From when on that can be handed in.
	pub applicable: Option<Moment>,
	/// Seconds until then.
	pub seconds_left: u64,
}

/// Why a file is no runtime.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
	"this is not a runtime: pass the WASM file of a release, or of `cargo build`, whole and \
	 unchanged"
)]
pub struct NotARuntime;

/// Why the chain would not take a runtime.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Obstacle {
	/// The chain would not go back, nor stay where it is.
	#[error(
		"this is {offered}, and the chain runs {running}, but it accepts only a higher version: \
		 build a runtime with a higher `spec_version`"
	)]
	NotNewer {
		/// What the file is.
		offered: SpecVersion,
		/// What the chain runs.
		running: SpecVersion,
	},
	/// It is another chain's.
	#[error("this is {offered}, and the chain runs {running}: it is the runtime of another chain")]
	OtherName {
		/// What the file is.
		offered: SpecVersion,
		/// What the chain runs.
		running: SpecVersion,
	},
	/// It fits into no block.
	#[error(
		"this file has {length} bytes, but a transaction in a block has room for {MAX_BYTES}: use \
		 the compressed one of a release, `*.compact.compressed.wasm`"
	)]
	TooLong {
		/// Bytes of the file.
		length: usize,
	},
	/// The council has not decided.
	#[error(
		"the council has authorised no runtime; `contour council propose authorize-upgrade FILE` \
		 proposes one"
	)]
	NothingAuthorized,
	/// The council has decided about another one.
	#[error(
		"the council has authorised the code with the hash {authorized:?}, but this file has \
		 {offered:?}: get the file on which the council voted, or propose this one"
	)]
	OtherCode {
		/// Hash of what it has authorised.
		authorized: Hash,
		/// Hash of the file.
		offered: Hash,
	},
	/// The hospitals have some time to look at it.
	#[error(
		"the council has authorised this code, but it can be handed in only in about {minutes} min: \
		 wait, or let the council propose it with --urgent"
	)]
	TooEarly {
		/// Minutes until then.
		minutes: u64,
	},
}

impl std::fmt::Display for SpecVersion {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "{} {}", self.spec_name, self.spec_version)
	}
}

impl std::fmt::Debug for RuntimeCode {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "RuntimeCode({}, {:?})", self.version, self.hash)
	}
}

impl RuntimeCode {
	/// Takes the bytes of a file, compressed or not.
	///
	/// # Errors
	///
	/// [`NotARuntime`].
	pub fn new(bytes: Vec<u8>) -> Result<Self, NotARuntime> {
		let version = embedded_version(&bytes).ok_or(NotARuntime)?;
		Ok(Self { hash: hash_of(&bytes), version, length: bytes.len(), bytes })
	}

	/// What speaks against proposing it.
	pub fn obstacle_to_propose(&self, state: &UpgradeState) -> Option<Obstacle> {
		let (offered, running) = (self.version.clone(), state.running.clone());
		if offered.spec_name != running.spec_name {
			return Some(Obstacle::OtherName { offered, running });
		}
		if offered.spec_version <= running.spec_version {
			return Some(Obstacle::NotNewer { offered, running });
		}
		(self.length > MAX_BYTES).then_some(Obstacle::TooLong { length: self.length })
	}

	/// What speaks against handing it in.
	pub fn obstacle_to_apply(&self, state: &UpgradeState) -> Option<Obstacle> {
		let unauthorized = match state.authorized {
			None => Some(Obstacle::NothingAuthorized),
			Some(authorized) if authorized != self.hash => {
				Some(Obstacle::OtherCode { authorized, offered: self.hash })
			}
			Some(_) => (state.seconds_left > 0)
				.then(|| Obstacle::TooEarly { minutes: state.seconds_left.div_ceil(60) }),
		};
		self.obstacle_to_propose(state).or(unauthorized)
	}
}

/// The version that a build has written into the code.
fn embedded_version(code: &[u8]) -> Option<SpecVersion> {
	let code = decompress(code, CODE_BLOB_BOMB_LIMIT).ok()?;
	let section = Parser::new(0).parse_all(&code).find_map(|payload| match payload {
		Ok(Payload::CustomSection(section)) if section.name() == VERSION_SECTION => {
			Some(Some(section.data()))
		}
		Ok(_) => None,
		Err(_) => Some(None),
	});
	// Name and version stand first, in all forms that this structure ever had.
	let version = RuntimeVersion::decode_with_version_hint(&mut section??, None).ok()?;
	Some(SpecVersion {
		spec_name: version.spec_name.into_owned(),
		spec_version: version.spec_version,
	})
}

impl Chain {
	/// Hands in the runtime that the council authorised. It holds from the next block on.
	///
	/// # Errors
	///
	/// [`ChainError::Upgrade`] when the chain would not take it; those of [`Chain::submit`].
	pub async fn apply_upgrade(
		&self,
		signer: &Keypair,
		code: &RuntimeCode,
	) -> Result<Done, ChainError> {
		let at = self.at().await?;
		if let Some(obstacle) = code.obstacle_to_apply(&at.upgrade_state().await?) {
			return Err(obstacle.into());
		}
		let call = api::transactions().governance().apply_upgrade(code.bytes.clone());
		let events = self.submit_for_events(&at, signer, &call).await?;
		Ok(Done::of(&events))
	}
}

impl At {
	/// Where the chain stands with upgrades.
	pub async fn upgrade_state(&self) -> Result<UpgradeState, ChainError> {
		let authorized = self.stored(api::storage().governance().authorized(), ()).await?;
		let now = self.value(api::storage().timestamp().now(), ()).await?;
		let applicable = authorized.as_ref().map(|it| it.applicable);
		let left = applicable.map_or(0, |at| at.saturating_sub(now));
		Ok(UpgradeState {
			running: self.rpc("state_getRuntimeVersion").await?,
			authorized: authorized.map(|it| Hash::from(it.code_hash.0)),
			applicable,
			seconds_left: left.div_ceil(1_000),
		})
	}

	/// What handing in a runtime costs the signer's institution.
	pub async fn upgrade_fee(
		&self,
		signer: &Keypair,
		code: &RuntimeCode,
	) -> Result<u128, ChainError> {
		let call = api::transactions().governance().apply_upgrade(code.bytes.clone());
		let mut transactions = self.client.transactions();
		let signed = transactions.create_signed(&call, signer, Default::default()).await?;
		Ok(signed.partial_fee_estimate().await?)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	/// A module with nothing but a version, as a build writes it.
	fn module(spec_name: &'static str, spec_version: u32) -> Vec<u8> {
		let version = RuntimeVersion {
			spec_name: spec_name.into(),
			spec_version,
			..RuntimeVersion::default()
		};
		let content =
			[(VERSION_SECTION.len() as u8).encode(), VERSION_SECTION.into(), version.encode()]
				.concat();
		let length = u8::try_from(content.len()).expect("a version is short");
		assert!(length < 128, "longer ones need more than a byte for their length");
		[b"\0asm\x01\0\0\0".as_slice(), &[0, length], &content].concat()
	}

	fn state(authorized: Option<Hash>) -> UpgradeState {
		let running = SpecVersion { spec_name: "contour".into(), spec_version: 100 };
		UpgradeState { running, authorized, applicable: None, seconds_left: 0 }
	}

	#[test]
	fn should_tell_name_version_and_hash_when_code_is_a_runtime() {
		let bytes = module("contour", 101);
		let code = RuntimeCode::new(bytes.clone()).expect("it has a version");
		assert_eq!(code.version.to_string(), "contour 101");
		assert_eq!((code.hash, code.length), (hash_of(&bytes), bytes.len()));

		// What is hashed is the file as it is.
		let packed = sp_maybe_compressed_blob::compress_strongly(&bytes, CODE_BLOB_BOMB_LIMIT);
		let packed = packed.expect("it is short");
		let compressed = RuntimeCode::new(packed.clone()).expect("it has a version");
		assert_eq!((compressed.hash, compressed.version), (hash_of(&packed), code.version));
	}

	#[test]
	fn should_refuse_when_a_file_is_no_runtime_or_cut_off() {
		let whole = module("contour", 101);
		let other = b"\0asm\x01\0\0\0".to_vec();
		for bytes in [vec![], b"PK".to_vec(), other, whole[..whole.len() - 1].to_vec()] {
			assert_eq!(RuntimeCode::new(bytes).err(), Some(NotARuntime));
		}
	}

	#[test]
	fn should_name_the_obstacle_when_the_chain_would_not_take_the_code() {
		let code = |name, version| RuntimeCode::new(module(name, version)).expect("it has one");
		let newer = code("contour", 101);
		assert_eq!(newer.obstacle_to_propose(&state(None)), None);
		assert_eq!(newer.obstacle_to_apply(&state(None)), Some(Obstacle::NothingAuthorized));
		let other = Hash::repeat_byte(1);
		assert_eq!(
			newer.obstacle_to_apply(&state(Some(other))),
			Some(Obstacle::OtherCode { authorized: other, offered: newer.hash })
		);
		assert_eq!(newer.obstacle_to_apply(&state(Some(newer.hash))), None);
		let early = UpgradeState { seconds_left: 61, ..state(Some(newer.hash)) };
		let obstacle = newer.obstacle_to_apply(&early);
		assert_eq!(obstacle, Some(Obstacle::TooEarly { minutes: 2 }));
		for same in [code("contour", 100), code("contour", 7)] {
			let obstacle = same.obstacle_to_apply(&state(Some(same.hash)));
			assert!(matches!(obstacle, Some(Obstacle::NotNewer { .. })), "{obstacle:?}");
		}
		let long = RuntimeCode { length: MAX_BYTES + 1, ..newer.clone() };
		let obstacle = long.obstacle_to_propose(&state(None));
		assert_eq!(obstacle, Some(Obstacle::TooLong { length: MAX_BYTES + 1 }));
		let obstacle = code("outline", 101).obstacle_to_propose(&state(None));
		assert!(matches!(obstacle, Some(Obstacle::OtherName { .. })), "{obstacle:?}");
	}
}
