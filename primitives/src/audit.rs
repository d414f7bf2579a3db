// SPDX-License-Identifier: Apache-2.0

//! A history per subject that proves itself.
//!
//! Whatever happens to a [`Subject`] is written down as an [`Entry`]. An entry names the one before
//! it by its [link](Entry::link), the BLAKE2b-256 hash of its SCALE encoding. The chain keeps only
//! the [`Head`] of each subject: how many entries there are and the link of the last one. The
//! entries themselves are in the off-chain index of the nodes, under [`index_key`] of their link, so
//! that what another fork of the chain wrote cannot overwrite them.
//!
//! Somebody who trusts nothing but a finalized block's header checks a history in two steps:
//! [`head_from_proof`] takes the head out of a proof of the block's state (`state_getReadProof` of
//! [`head_key`]), and [`verify`] checks the entries against it.
//!
//! ## Format, version 1
//!
//! The SCALE encoding of [`Entry`], field by field: version (one byte, `1`), subject, index
//! (compact), previous link (32 bytes, zero for the first entry), who (an option), what, when (Unix
//! time in milliseconds, eight bytes, little-endian), block number (four bytes, little-endian). The
//! variants of [`Subject`] and [`Deed`] keep their numbers; new ones are added at the end. The test
//! vectors are in `primitives/tests/vectors/audit.json`.
//!
//! ```
//! use codec::Encode;
//! use contour_primitives::{
//!     AccountId, Hash, InstitutionId, StudyId,
//!     audit::{Break, Deed, Entry, Head, Subject, VERSION, verify},
//! };
//!
//! let subject = Subject::<AccountId>::Study(StudyId(Hash::repeat_byte(1)));
//! let entry = Entry {
//!     version: VERSION,
//!     subject: subject.clone(),
//!     index: 0,
//!     previous: Hash::zero(),
//!     who: Some(AccountId::new([2; 32])),
//!     what: Deed::Registered { custodian: InstitutionId(0), record: Hash::repeat_byte(3) },
//!     at: 1_700_000_000_000,
//!     block: 7,
//! };
//! // The chain keeps the head, the nodes keep the entry.
//! let head = Head { count: 1, link: entry.link() };
//! let mut kept = entry.encode();
//! assert_eq!(verify(&subject, head, &[kept.clone()]), Ok(vec![entry]));
//!
//! // Somebody changes a byte of it.
//! kept[0] ^= 1;
//! let broken = Break::Altered { index: 0, link: head.link };
//! assert_eq!(verify(&subject, head, &[kept]), Err(broken));
//! ```

mod proof;

pub use proof::{Break, InvalidProof, Walk, head_from_proof, verify};

use crate::{BlockNumber, Hash, InstitutionId, Moment, Purpose, Purposes, StudyId, TaskId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Version of the format that this crate writes.
pub const VERSION: u8 = 1;

const INDEX_PREFIX: &[u8] = b"contour/audit/1/";

/// Something that has a history of its own.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum Subject<AccountId> {
	/// A study.
	#[codec(index = 0)]
	Study(StudyId),
	/// An annotation task.
	#[codec(index = 1)]
	Task(TaskId),
	/// A patient's account, for directives that apply to all studies of the patient.
	#[codec(index = 2)]
	Patient(AccountId),
}

/// What was done with a leased study.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub enum AccessKind {
	/// Images were looked at.
	#[codec(index = 0)]
	View,
	/// The leased copy was fetched.
	#[codec(index = 1)]
	Download,
	/// A structure was segmented.
	#[codec(index = 2)]
	Annotate,
	/// A model was trained or run.
	#[codec(index = 3)]
	Compute,
}

/// Something that happened to a subject. Documents appear as hashes only.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Deed<AccountId> {
	/// The study was registered.
	#[codec(index = 0)]
	Registered {
		/// Its custodian.
		custodian: InstitutionId,
		/// BLAKE2b-256 hash of the study's record as stored.
		record: Hash,
	},
	/// Consent was given or withdrawn.
	#[codec(index = 1)]
	ConsentSet {
		/// Permitted purposes; special cases of them are permitted, too.
		permitted: Purposes,
		/// Refused purposes; special cases of them are refused, too.
		refused: Purposes,
		/// Whether research needs the approval of an ethics board.
		ethics_approval: bool,
		/// Hash of the document, when consent was given on paper.
		document: Option<Hash>,
	},
	/// A lease was requested.
	#[codec(index = 2)]
	AccessRequested {
		/// The purpose.
		purpose: Purpose,
		/// Requested duration, in milliseconds.
		duration: Moment,
	},
	/// A lease was granted.
	#[codec(index = 3)]
	AccessGranted {
		/// Who received it.
		grantee: AccountId,
		/// The purpose.
		purpose: Purpose,
		/// When it expires.
		expires: Moment,
	},
	/// A request for a lease was declined or withdrawn.
	#[codec(index = 4)]
	AccessDeclined {
		/// The grantee.
		grantee: AccountId,
	},
	/// A lease was renewed.
	#[codec(index = 5)]
	AccessRenewed {
		/// The grantee.
		grantee: AccountId,
		/// When it expires.
		expires: Moment,
	},
	/// A lease was ended before it expired.
	#[codec(index = 6)]
	AccessRevoked {
		/// The grantee.
		grantee: AccountId,
	},
	/// A lease expired.
	#[codec(index = 7)]
	AccessExpired {
		/// The grantee.
		grantee: AccountId,
		/// When.
		expired: Moment,
	},
	/// The holder of a lease used it.
	#[codec(index = 8)]
	Accessed {
		/// How.
		kind: AccessKind,
	},
	/// Somebody tried to use a lease that had ended.
	#[codec(index = 9)]
	AccessAttempted {
		/// How.
		kind: AccessKind,
	},
	/// The custodian reported a misuse to the council.
	#[codec(index = 10)]
	MisuseReported {
		/// Who is said to have misused the study.
		grantee: AccountId,
		/// Hash of the reasons.
		reason: Hash,
	},
	/// Emergency access was opened.
	#[codec(index = 11)]
	EmergencyOpened {
		/// Hash of the reasons.
		reason: Hash,
		/// When it expires.
		expires: Moment,
	},
	/// The custodian reviewed an emergency access.
	#[codec(index = 12)]
	EmergencyReviewed {
		/// Who had opened it.
		clinician: AccountId,
		/// Whether it was justified.
		justified: bool,
	},
	/// Nobody reviewed an emergency access in time, so the council has to review it.
	#[codec(index = 13)]
	EmergencyEscalated {
		/// Who had opened it.
		clinician: AccountId,
	},
	/// The custodian offered the study to another institution.
	#[codec(index = 14)]
	CustodyOffered {
		/// To which.
		to: InstitutionId,
	},
	/// Another institution took the study over.
	#[codec(index = 15)]
	CustodyTransferred {
		/// From which.
		from: InstitutionId,
		/// To which.
		to: InstitutionId,
	},
	/// The study was withdrawn and is not shared any more.
	#[codec(index = 16)]
	Withdrawn {
		/// The salted commitment that remains.
		commitment: Hash,
	},
	/// The council found a misuse proven, or dismissed the report.
	#[codec(index = 17)]
	MisuseSettled {
		/// Who was said to have misused the study.
		grantee: AccountId,
		/// Whether the misuse is proven.
		upheld: bool,
	},
	/// The custodian moved the sealed instances to another place.
	#[codec(index = 18)]
	Moved,
	/// The patient opened all studies to research projects that look for data, or closed them.
	#[codec(index = 19)]
	ResearchPoolSet {
		/// Whether the studies are open.
		open: bool,
	},
	/// The custodian withdrew the offer of the study to another institution.
	#[codec(index = 20)]
	CustodyOfferWithdrawn,
	/// Nobody answered a request for a lease in time.
	#[codec(index = 21)]
	RequestLapsed {
		/// The grantee.
		grantee: AccountId,
	},
	/// A task was opened on the study. This is in the histories of both.
	#[codec(index = 22)]
	TaskOpened {
		/// The task.
		task: TaskId,
		/// The study.
		study: StudyId,
		/// The institution that opened it.
		institution: InstitutionId,
		/// Root of the sealed brief.
		brief: Hash,
	},
	/// A reader claimed a place.
	#[codec(index = 23)]
	PlaceClaimed,
	/// A reader gave the place back, or handed in nothing.
	#[codec(index = 24)]
	PlaceFreed {
		/// The reader.
		reader: AccountId,
	},
	/// A reader handed in a sealed reading, or replaced it.
	#[codec(index = 25)]
	ReadingSubmitted {
		/// Root of the sealed reading.
		root: Hash,
	},
	/// A scorer reported the scores of the task.
	#[codec(index = 26)]
	ScoresReported {
		/// Its institution.
		institution: InstitutionId,
		/// Hash of the report.
		report: Hash,
	},
	/// More than half of the scorers reported the same: the report is accepted.
	#[codec(index = 27)]
	TaskScored {
		/// Hash of the report.
		report: Hash,
	},
	/// The readers disagree: a panel will decide.
	#[codec(index = 28)]
	TaskDisputed,
	/// A panel was drawn.
	#[codec(index = 29)]
	PanelDrawn {
		/// Its members.
		members: Vec<AccountId>,
		/// The seed of the draw.
		seed: Hash,
	},
	/// A member of the panel committed to a vote.
	#[codec(index = 30)]
	VoteCommitted {
		/// The commitment.
		commitment: Hash,
	},
	/// A member of the panel revealed a vote.
	#[codec(index = 31)]
	VoteRevealed {
		/// The readings that the member accepts.
		accepted: u16,
	},
	/// The panel decided.
	#[codec(index = 32)]
	PanelDecided {
		/// The readings that it accepts; `None` if too few members voted.
		accepted: Option<u16>,
	},
	/// Somebody appealed against the panel's decision.
	#[codec(index = 33)]
	Appealed {
		/// Hash of the reasons.
		reason: Hash,
	},
	/// The task has a consensus. This is in the histories of the study and of the task.
	#[codec(index = 34)]
	TaskValidated {
		/// The task.
		task: TaskId,
		/// Hash of the consensus mask.
		consensus: Hash,
	},
	/// The task ended without a consensus. This is in the histories of the study and of the task.
	#[codec(index = 35)]
	TaskEnded {
		/// The task.
		task: TaskId,
	},
	/// The consensus was registered as a study, which is leased like any other.
	#[codec(index = 36)]
	ConsensusPublished {
		/// That study.
		study: StudyId,
	},
	/// The result of an analysis was recorded.
	#[codec(index = 37)]
	ResultSubmitted {
		/// Hash of the result.
		result: Hash,
		/// Hash of the model that made it.
		model: Hash,
	},
}

/// One line of a history.
#[derive(
	Clone,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Deserialize,
	Encode,
	Eq,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub struct Entry<AccountId> {
	/// Version of the format.
	pub version: u8,
	/// The subject to whose history it belongs.
	pub subject: Subject<AccountId>,
	/// Number of entries before it.
	#[codec(compact)]
	pub index: u32,
	/// Link of the entry before it; zero for the first one.
	pub previous: Hash,
	/// Who did it; `None` if it happened because time passed.
	pub who: Option<AccountId>,
	/// What was done.
	pub what: Deed<AccountId>,
	/// Time of the block, in milliseconds since the Unix epoch.
	pub at: Moment,
	/// Number of the block.
	pub block: BlockNumber,
}

impl<AccountId: Encode> Entry<AccountId> {
	/// The hash by which the next entry, or the head, names this one.
	pub fn link(&self) -> Hash {
		link_of(&self.encode())
	}
}

/// What the chain keeps of a history.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Deserialize,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	Serialize,
	TypeInfo,
)]
#[serde(rename_all = "camelCase")]
pub struct Head {
	/// Number of entries.
	pub count: u32,
	/// Link of the last one; zero when there is none.
	pub link: Hash,
}

/// Where histories are written. `()` writes nothing.
pub trait Trail<AccountId> {
	/// Adds to the history of `subject` that `who` did `what` now. `who` is `None` if it happened
	/// because time passed.
	fn append(subject: Subject<AccountId>, who: Option<AccountId>, what: Deed<AccountId>);
}

impl<AccountId> Trail<AccountId> for () {
	fn append(_: Subject<AccountId>, _: Option<AccountId>, _: Deed<AccountId>) {}
}

/// Link of an entry from its encoding.
pub fn link_of(encoded: &[u8]) -> Hash {
	sp_io::hashing::blake2_256(encoded).into()
}

/// Key of an entry in the off-chain index of the nodes.
pub fn index_key(link: Hash) -> Vec<u8> {
	[INDEX_PREFIX, link.as_bytes()].concat()
}

/// Key of a subject's [`Head`] in the chain's state: that of the map `Heads` of the pallet `Audit`,
/// hashed by `Blake2_128Concat`.
pub fn head_key<AccountId: Encode>(subject: &Subject<AccountId>) -> Vec<u8> {
	let subject = subject.encode();
	[
		&sp_io::hashing::twox_128(b"Audit")[..],
		&sp_io::hashing::twox_128(b"Heads"),
		&sp_io::hashing::blake2_128(&subject),
		&subject,
	]
	.concat()
}
