// SPDX-License-Identifier: Apache-2.0

//! One object that several people can open, bound to a task and to its author.
//!
//! ```text
//! magic        "contour" ‖ 1                                   8 bytes
//! kind         0 brief, 1 reading, 2 panel, 3 consensus,
//!              4 result of an analysis                       1 byte
//! author       account that sealed it                         32 bytes
//! recipients   how many stanzas follow, 1 to 255               1 byte
//! stanza       account (32) ‖ suite (1) ‖ wrapped key          33 + 1168 or 80 bytes
//! …
//! content      Tink stream (module `stream`) of the content, deflated (RFC 1951)
//! ```
//!
//! Suites are numbered as on the chain: 0 is X-Wing, 1 is X25519. All stanzas wrap the same 32 bytes,
//! which are fresh for each object; the key of the stream is HKDF-SHA256 of them with the empty salt
//! and the info `contour/v1/object`.
//!
//! ## What it is bound to
//!
//! The [`Context`] has one form in bytes, 127 of them: `contour/v1/object-context` (25) ‖ genesis
//! hash of the chain (32) ‖ kind (1) ‖ 1 if there is a task, else 0 (1) ‖ task (u32 LE, 0 without one)
//! ‖ study (32) ‖ author (32). It is the stream's associated data; with the recipient's account (32)
//! behind it, it is the `info` of the wrapped key. So an object opens only as what it is: handed in
//! again by somebody else, for another task or on another chain, it does not.
//!
//! What is sealed is compressed before. Its length tells roughly how complex a mask is, nothing else.
//!
//! ```
//! use contour_primitives::{AccountId, Hash, KeySuite, StudyId, TaskId};
//! use contour_seal::{
//!     keyfile::{self, KeyFile},
//!     object::{self, Context, Kind, Recipient},
//! };
//!
//! let (scorer, keys) = (AccountId::new([7; 32]), KeyFile::generate(keyfile::Kind::Institution)?);
//! let key = keys.public_keys().of(KeySuite::XWing).to_vec();
//! let recipient = Recipient { account: scorer.clone(), suite: KeySuite::XWing, key };
//! let context = Context {
//!     genesis: Hash::repeat_byte(1),
//!     kind: Kind::Reading,
//!     task: Some(TaskId(3)),
//!     study: StudyId(Hash::repeat_byte(2)),
//!     author: AccountId::new([9; 32]),
//! };
//! let sealed = object::seal(&context, &[recipient], b"a mask")?;
//! assert_eq!(*object::open(&sealed, &context, &scorer, &keys)?, b"a mask");
//!
//! let elsewhere = Context { task: Some(TaskId(4)), ..context };
//! assert!(object::open(&sealed, &elsewhere, &scorer, &keys).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::{
	envelope::{self, EnvelopeError, KEY_LEN},
	keyfile::KeyFile,
	keys::{NoRandomness, StreamKey, random},
	stream::{self, OpenError, Opener},
};
use codec::{Decode as _, Encode as _};
use contour_primitives::{AccountId, Hash, KeySuite, StudyId, TaskId};
use flate2::bufread::DeflateDecoder;
use std::io::{self, BufReader, Read};
use zeroize::Zeroizing;

const MAGIC: [u8; 8] = *b"contour\x01";
const CONTEXT: &[u8] = b"contour/v1/object-context";
const ACCOUNT_LEN: usize = 32;
/// How hard deflating tries, 0 to 10.
const DEFLATE_LEVEL: u8 = 6;

/// Most recipients of an object.
pub const MAX_RECIPIENTS: usize = u8::MAX as usize;

/// What an object is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// What scorers have to know of a task, from whoever opened it.
	Brief,
	/// A reader's segmentation, for the scorers.
	Reading,
	/// All readings under numbers, from a scorer for a panel.
	Panel,
	/// The consensus, from a scorer for the account that opened the task.
	Consensus,
	/// The result of an analysis, from its author for their own key.
	Result,
}

impl Kind {
	const ALL: [Self; 5] = [Self::Brief, Self::Reading, Self::Panel, Self::Consensus, Self::Result];

	fn byte(self) -> u8 {
		match self {
			Self::Brief => 0,
			Self::Reading => 1,
			Self::Panel => 2,
			Self::Consensus => 3,
			Self::Result => 4,
		}
	}

	/// Most bytes of content that are sealed or opened.
	#[must_use]
	pub const fn limit(self) -> u64 {
		match self {
			Self::Brief => 1 << 14,
			// A voxel a byte, and what else is in a file.
			Self::Reading => (1 << 28) + (1 << 20),
			Self::Panel | Self::Consensus | Self::Result => 1 << 30,
		}
	}
}

/// What an object is bound to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Context {
	/// Hash of the chain's first block.
	pub genesis: Hash,
	/// What it is.
	pub kind: Kind,
	/// The task; a brief has none, because it is sealed before the task has a number, nor has a result.
	pub task: Option<TaskId>,
	/// The study.
	pub study: StudyId,
	/// Who seals it.
	pub author: AccountId,
}

impl Context {
	/// The form in bytes that the module describes.
	#[must_use]
	pub fn to_bytes(&self) -> Vec<u8> {
		let task = self.task.map_or(0, |task| task.0).to_le_bytes();
		let author: &[u8; ACCOUNT_LEN] = self.author.as_ref();
		[
			CONTEXT,
			self.genesis.as_bytes(),
			&[self.kind.byte(), self.task.is_some().into()],
			&task,
			self.study.0.as_bytes(),
			author,
		]
		.concat()
	}

	fn info(&self, recipient: &AccountId) -> Vec<u8> {
		let account: &[u8; ACCOUNT_LEN] = recipient.as_ref();
		[self.to_bytes().as_slice(), account].concat()
	}
}

/// Somebody who can open an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recipient {
	/// Who.
	pub account: AccountId,
	/// Suite of the registered encryption key.
	pub suite: KeySuite,
	/// The registered encryption key.
	pub key: Vec<u8>,
}

/// Why an object was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
	/// It does not begin like one, or is cut.
	#[error("these bytes are not a sealed object of Contour: check what was fetched")]
	NotAnObject,
	/// A newer program made it.
	#[error("the sealed object has a form that this program does not know: use a newer one")]
	Version,
	/// It is something else.
	#[error("the sealed object is of another kind or by another author than expected")]
	Other,
	/// It is sealed to others.
	#[error("the object is not sealed to {0}: ask its author to seal it to that account as well")]
	NotRecipient(AccountId),
	/// Nobody, or too many.
	#[error("an object is sealed to 1 to {MAX_RECIPIENTS} accounts, each once: not to these {0}")]
	Recipients(usize),
	/// A key did not wrap or unwrap.
	#[error(transparent)]
	Envelope(#[from] EnvelopeError),
	/// The content does not open.
	#[error("the content does not open: {0}")]
	Stream(#[from] OpenError),
	/// The content cannot be inflated.
	#[error("the content is not deflated data: ask its author to seal it again")]
	Inflate,
	/// The content is longer than what its kind may have.
	#[error("the content has more than {0} bytes: crop the volume to the structure's surroundings")]
	TooLarge(u64),
	/// No random bytes.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
}

/// The part of an object that everybody can read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
	/// What it says that it is.
	pub kind: Kind,
	/// By whom it says that it is.
	pub author: AccountId,
	/// To whom it is sealed.
	pub recipients: Vec<AccountId>,
}

struct Parsed<'a> {
	header: Header,
	/// Suite and wrapped key, in the order of the recipients.
	wrapped: Vec<(KeySuite, &'a [u8])>,
	stream: &'a [u8],
}

impl<'a> Parsed<'a> {
	fn new(bytes: &'a [u8]) -> Result<Self, ObjectError> {
		let mut rest = bytes;
		let mut take = |length: usize| {
			let (part, behind) = rest.split_at_checked(length).ok_or(ObjectError::NotAnObject)?;
			rest = behind;
			Ok::<_, ObjectError>(part)
		};
		let magic = take(MAGIC.len())?;
		if magic != MAGIC {
			let named = magic.starts_with(b"contour");
			return Err(if named { ObjectError::Version } else { ObjectError::NotAnObject });
		}
		let one = |part: &[u8]| part.first().copied().ok_or(ObjectError::NotAnObject);
		let kind = one(take(1)?)?;
		let kind = Kind::ALL.into_iter().find(|known| known.byte() == kind);
		let kind = kind.ok_or(ObjectError::Version)?;
		let author = account(take(ACCOUNT_LEN)?)?;
		let count = one(take(1)?)?;
		let (mut recipients, mut wrapped) = (Vec::new(), Vec::new());
		for _ in 0..count {
			recipients.push(account(take(ACCOUNT_LEN)?)?);
			let suite = KeySuite::decode(&mut take(1)?).map_err(|_| ObjectError::Version)?;
			wrapped.push((suite, take(suite.wrapped_key_bytes() as usize)?));
		}
		Ok(Self { header: Header { kind, author, recipients }, wrapped, stream: rest })
	}
}

fn account(bytes: &[u8]) -> Result<AccountId, ObjectError> {
	AccountId::try_from(bytes).map_err(|()| ObjectError::NotAnObject)
}

/// What everybody can read of an object. Nothing of it is to be believed before it is opened.
///
/// # Errors
///
/// [`ObjectError::NotAnObject`] and [`ObjectError::Version`].
pub fn header(object: &[u8]) -> Result<Header, ObjectError> {
	Parsed::new(object).map(|parsed| parsed.header)
}

/// Seals content to the recipients, under a fresh key.
///
/// # Errors
///
/// [`ObjectError::Recipients`], [`ObjectError::TooLarge`], [`ObjectError::NoRandomness`], and
/// [`ObjectError::Envelope`] for a key that is none.
pub fn seal(
	context: &Context,
	recipients: &[Recipient],
	content: &[u8],
) -> Result<Vec<u8>, ObjectError> {
	let limit = context.kind.limit();
	if u64::try_from(content.len()).map_or(true, |length| length > limit) {
		return Err(ObjectError::TooLarge(limit));
	}
	let deflated = Zeroizing::new(miniz_oxide::deflate::compress_to_vec(content, DEFLATE_LEVEL));
	seal_deflated(context, recipients, &deflated)
}

fn seal_deflated(
	context: &Context,
	recipients: &[Recipient],
	deflated: &[u8],
) -> Result<Vec<u8>, ObjectError> {
	let mut accounts: Vec<&AccountId> = recipients.iter().map(|it| &it.account).collect();
	accounts.sort();
	accounts.dedup();
	let count = u8::try_from(recipients.len()).ok().filter(|count| *count > 0);
	let count = count.filter(|_| accounts.len() == recipients.len());
	let count = count.ok_or(ObjectError::Recipients(recipients.len()))?;
	let key: Zeroizing<[u8; KEY_LEN]> = random()?;
	let author: &[u8; ACCOUNT_LEN] = context.author.as_ref();
	let mut object = [MAGIC.as_slice(), &[context.kind.byte()], author, &[count]].concat();
	for Recipient { account, suite, key: public } in recipients {
		let bytes: &[u8; ACCOUNT_LEN] = account.as_ref();
		object.extend_from_slice(bytes);
		object.extend(suite.encode());
		object.extend(envelope::wrap(*suite, public, &context.info(account), &key)?);
	}
	let stream_key = StreamKey::of_object(&key);
	stream::Plain::new(deflated).seal_to(&stream_key, &context.to_bytes(), &mut object);
	Ok(object)
}

/// Opens an object as `recipient`, whose keys are given, if it is what the context says.
///
/// # Errors
///
/// All of [`ObjectError`] but [`ObjectError::Recipients`] and [`ObjectError::NoRandomness`].
pub fn open(
	object: &[u8],
	context: &Context,
	recipient: &AccountId,
	keys: &KeyFile,
) -> Result<Zeroizing<Vec<u8>>, ObjectError> {
	let Parsed { header, wrapped, stream } = Parsed::new(object)?;
	if header.kind != context.kind || header.author != context.author {
		return Err(ObjectError::Other);
	}
	let at = header.recipients.iter().position(|it| it == recipient);
	let (suite, wrapped) = at
		.and_then(|at| wrapped.get(at))
		.ok_or_else(|| ObjectError::NotRecipient(recipient.clone()))?;
	let key = envelope::unwrap(keys.private_key(*suite), &context.info(recipient), wrapped)?;
	let opener = Opener::new(stream, &StreamKey::of_object(&key), &context.to_bytes())?;
	inflate(opener, context.kind.limit())
}

/// Inflates what an opener gives, up to a limit, and makes sure that nothing follows.
fn inflate(opener: Opener<&[u8]>, limit: u64) -> Result<Zeroizing<Vec<u8>>, ObjectError> {
	let failed = |error: io::Error| match error.downcast::<OpenError>() {
		Ok(error) => ObjectError::Stream(error),
		Err(_) => ObjectError::Inflate,
	};
	let mut content = Zeroizing::new(Vec::new());
	let mut decoder = DeflateDecoder::new(BufReader::new(opener));
	decoder.by_ref().take(limit.saturating_add(1)).read_to_end(&mut content).map_err(failed)?;
	if u64::try_from(content.len()).map_or(true, |length| length > limit) {
		return Err(ObjectError::TooLarge(limit));
	}
	// Its end is verified only when all of it was read.
	let mut rest = decoder.into_inner();
	match io::copy(&mut rest, &mut io::sink()).map_err(failed)? {
		0 => Ok(content),
		_ => Err(ObjectError::Inflate),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn opened(deflated: &[u8]) -> Result<Zeroizing<Vec<u8>>, ObjectError> {
		let keys = KeyFile::generate(super::super::keyfile::Kind::Person).expect("random bytes");
		let account = AccountId::new([1; 32]);
		let context = Context {
			genesis: Hash::zero(),
			kind: Kind::Brief,
			task: None,
			study: StudyId::default(),
			author: account.clone(),
		};
		let key = keys.public_keys().of(KeySuite::XWing).to_vec();
		let recipient = Recipient { account: account.clone(), suite: KeySuite::XWing, key };
		let object = seal_deflated(&context, &[recipient], deflated).expect("it is sealed");
		open(&object, &context, &account, &keys)
	}

	#[test]
	fn should_stop_at_the_limit_when_another_program_seals_what_inflates_to_more() {
		let bomb = miniz_oxide::deflate::compress_to_vec(&vec![0; 1 << 24], 9);
		assert!(matches!(opened(&bomb), Err(ObjectError::TooLarge(_))));
	}

	#[test]
	fn should_not_open_when_what_is_inside_is_not_deflated_or_has_a_tail() {
		assert!(matches!(opened(b"\xff\xff\xff"), Err(ObjectError::Inflate)));
		let mut tail = miniz_oxide::deflate::compress_to_vec(b"brief", 6);
		assert_eq!(opened(&tail).as_deref().map(Vec::as_slice).ok(), Some(b"brief".as_slice()));
		tail.push(0);
		assert!(matches!(opened(&tail), Err(ObjectError::Inflate)));
	}
}
