// SPDX-License-Identifier: Apache-2.0

//! What a node's off-chain worker asks the scorer beside it, in SCALE over HTTP.
//!
//! | request | body | answer |
//! | --- | --- | --- |
//! | `POST /score` | [`Readings`] | [`Answer`] with a [`Report`](contour_scoring::Report) |
//! | `POST /panel` | [`PanelRequest`] | [`Answer`] with one object that each member can open |
//!
//! Bodies are of type `application/octet-stream`. The scorer answers at once, or reports that it is
//! still working. Then the worker asks again at a later block; the same request has the same
//! answer.
//!
//! ```
//! use codec::{DecodeAll, Encode};
//! use contour_primitives::{Hash, Sealed, scorer::Answer};
//!
//! // The scorer has stored what it was asked for.
//! let locator = b"s3://north/panels".to_vec().try_into().expect("it is short");
//! let object = Sealed { root: Hash::repeat_byte(7), locator };
//! let body = Answer::Ready(&object).encode();
//!
//! // The worker reads it; one byte reports that the scorer is at work.
//! assert_eq!(Answer::<Sealed>::decode_all(&mut &body[..])?, Answer::Ready(object));
//! assert_eq!(Answer::<Sealed>::decode_all(&mut &[1_u8][..])?, Answer::Pending);
//! # Ok::<(), codec::Error>(())
//! ```

use crate::{AccountId, Code, Hash, KeySuite, Numbers, PublicKey, Sealed, StudyId, TaskId};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use contour_scoring::{Method, Ppm};

/// Key of the scorer's URL in the node's local off-chain storage (persistent).
pub const SCORER_URL: &[u8] = b"contour/scorer/url";
/// Key, in the node's local off-chain storage (persistent), of the secret that the scorer demands
/// as a bearer token (RFC 6750).
pub const SCORER_TOKEN: &[u8] = b"contour/scorer/token";

/// Key in the node's local off-chain storage (persistent) under which the worker keeps its
/// [`WorkerStatus`].
pub const WORKER_STATUS: &[u8] = b"contour/scorer/status";

/// How a node gets on with the scorer beside it, for its operator.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq)]
pub struct WorkerStatus {
	/// How often the node had something to ask it.
	pub asked: u64,
	/// How often that failed: no scorer is configured, it did not answer, or the node could not use
	/// its answer.
	pub failed: u64,
}

/// The readings of a task, and what it takes to open, score and show them.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Readings {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// The task.
	pub task: TaskId,
	/// The study.
	pub study: StudyId,
	/// How the consensus is made.
	pub method: Method,
	/// Lowest agreement at which readers agree. Where they do not, and no panel has judged yet, the
	/// report's outcomes are in the order of the numbers under which a panel will see the readings,
	/// not in that of the readers, whom the panel could otherwise recognise by their masks and
	/// scores.
	pub threshold: Ppm,
	/// What was to be segmented.
	pub structure: Code,
	/// Who opened the task: the author of the brief.
	pub opener: AccountId,
	/// The task's brief: the geometry of the study, sealed to the scorers.
	pub brief: Sealed,
	/// The readers and their sealed readings.
	pub readings: Vec<(AccountId, Sealed)>,
	/// What a panel accepted; without a panel all readings count.
	pub accepted: Option<Numbers>,
	/// Whether there is no time left to wait for stores that cannot be reached: a reading that
	/// cannot be fetched now is missing.
	pub urgent: bool,
}

/// A member of a panel, and the key to which the member's copy is wrapped.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct PanelMember {
	/// The member.
	pub who: AccountId,
	/// Suite of the registered encryption key.
	pub suite: KeySuite,
	/// The registered encryption key.
	pub key: PublicKey,
}

/// Readings to show to a panel, under numbers instead of names.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct PanelRequest {
	/// The readings, and their task.
	pub readings: Readings,
	/// Which panel: 1, or 2 after an appeal.
	pub round: u8,
	/// Its members.
	pub panel: Vec<PanelMember>,
}

/// What a scorer answers.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Answer<T> {
	/// It has made what it was asked for.
	#[codec(index = 0)]
	Ready(T),
	/// It is at work, or waits for a store that cannot be reached: ask again.
	#[codec(index = 1)]
	Pending,
	/// It cannot, and asking again does not help; the reason is in its log.
	#[codec(index = 2)]
	Unable,
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use contour_scoring::{Grid, Outcome, Rejection, Report};

	fn sealed() -> Sealed {
		let locator = b"s3://a".to_vec().try_into().expect("it is short");
		Sealed { root: Hash::repeat_byte(7), locator }
	}

	#[test]
	fn should_keep_its_bytes_when_a_request_is_encoded() {
		let code = |text: &[u8]| text.to_vec().try_into().expect("it is short");
		let (study, genesis) = (Hash::repeat_byte(9), Hash::repeat_byte(1));
		let (opener, reader) = (AccountId::new([4; 32]), AccountId::new([5; 32]));
		let readings = Readings {
			genesis,
			task: TaskId(3),
			study: StudyId(study),
			method: Method::Staple,
			threshold: Ppm::ONE,
			structure: Code { scheme: code(b"SCT"), value: code(b"4147007") },
			opener: opener.clone(),
			brief: sealed(),
			readings: vec![(reader.clone(), sealed())],
			accepted: Some(0b101),
			urgent: true,
		};
		let (scheme, value) = (b"SCT".to_vec(), b"4147007".to_vec());
		let object = (Hash::repeat_byte(7), b"s3://a".to_vec());
		let bytes = [
			(genesis, 3_u32, study, Method::Staple, 1_000_000_u32, scheme, value).encode(),
			(&opener, &object, vec![(&reader, &object)], Some(5_u16), true).encode(),
		]
		.concat();
		assert_eq!(readings.encode(), bytes);

		let key: PublicKey = vec![6; 32].try_into().expect("it is short");
		let member = PanelMember { who: opener.clone(), suite: KeySuite::X25519, key };
		let request = PanelRequest { readings, round: 2, panel: vec![member] };
		let panel = (2_u8, vec![(opener, KeySuite::X25519, vec![6_u8; 32])]);
		assert_eq!(request.encode(), [bytes, panel.encode()].concat());
	}

	#[test]
	fn should_keep_its_bytes_when_an_answer_is_encoded() {
		let object = [&[7_u8; 32][..], &[6 << 2], b"s3://a"].concat();
		let answer = Answer::Ready(sealed());
		assert_eq!(answer.encode(), [vec![0], object].concat());
		assert_eq!(Answer::decode_all(&mut &answer.encode()[..]), Ok(answer));

		let report = Report {
			method: Method::Staple,
			grid: Grid::new([8; 3], [1_000; 3]).expect("it is one"),
			consensus: None,
			agreement: None,
			outcomes: vec![Outcome::Rejected(Rejection::Missing)].try_into().expect("it is one"),
		};
		assert_eq!(Answer::Ready(&report).encode(), [vec![0], report.encode()].concat());
		assert_eq!(Answer::<Report>::Pending.encode(), [1]);
		assert_eq!(Answer::<Report>::Unable.encode(), [2]);
		for (bytes, answer) in [([1_u8], Answer::Pending), ([2], Answer::Unable)] {
			assert_eq!(Answer::<Sealed>::decode_all(&mut &bytes[..]), Ok(answer));
		}
		assert!(Answer::<Sealed>::decode_all(&mut &[3_u8][..]).is_err());
	}
}
