// SPDX-License-Identifier: Apache-2.0

//! Splitting the root secret among several people.
//!
//! Shamir's scheme over GF(256): any `threshold` of the shares give the secret back, fewer say
//! nothing about it. A share is printed as bech32m (BIP 350) with prefix `contourshare`, in groups
//! of five characters; its checksum finds every typo of up to three characters, and all but one in
//! a thousand million others.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version, `1` |
//! | 1 | threshold, at least 2 |
//! | 1 | index of the share, from 1 |
//! | 8 | set: random, the same in all shares made at one time |
//! | 16 | check: first half of SHA-256(`contour/v1/share-check` ‖ set ‖ threshold ‖ secret) |
//! | 32 | the share itself |
//!
//! The check tells whether the combined secret is the one that was split. It gives nothing away:
//! the secret is 32 random bytes, which nobody can guess to compare.
//!
//! ```
//! use contour_seal::{
//!     keys::RootSecret,
//!     shares::{Share, combine, split},
//! };
//!
//! let secret = RootSecret::generate()?;
//! let shares = split(&secret, 2, 3)?;
//! let typed = Share::from_printable(&shares[2].to_printable())?;
//! assert_eq!(combine(&[shares[0].clone(), typed])?, secret);
//! assert!(combine(&shares[..1]).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::keys::{NoRandomness, RootSecret, random};
use aws_lc_rs::{
	constant_time::verify_slices_are_equal,
	digest::{Context, SHA256},
};
use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use core::fmt;
use hpke::rand_core::UnwrapErr;
use std::collections::BTreeMap;
use vsss_rs::Gf256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const VERSION: u8 = 1;
const PREFIX: Hrp = Hrp::parse_unchecked("contourshare");
const CHECK: &[u8] = b"contour/v1/share-check";
const SET_LEN: usize = 8;
const CHECK_LEN: usize = 16;
const SECRET_LEN: usize = 32;
const GROUP: usize = 5;

/// Why shares were not made, read or combined.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ShareError {
	/// The threshold does not fit the number of shares.
	#[error("{threshold} of {count} is not possible; ask for at least 2 of at least as many")]
	Threshold {
		/// How many shares were to give the secret back.
		threshold: u8,
		/// How many shares were to be made.
		count: u8,
	},
	/// No random bytes.
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
	/// The text is something else.
	#[error("this is not a share; a share begins with `contourshare1`")]
	NotAShare,
	/// The checksum does not fit.
	#[error("the share has a typo; compare it with the paper character by character")]
	Typo,
	/// A newer program made it.
	#[error("the share has version {0}, this program reads version 1; use a newer program")]
	Version(u8),
	/// The checksum fits but the content does not.
	#[error("the share was not made by this program: its content has no meaning")]
	Malformed,
	/// Too few different shares.
	#[error(
		"there are {found} different shares, but {needed} are needed; bring {} more",
		needed.saturating_sub(*found)
	)]
	TooFew {
		/// How many are here.
		found: usize,
		/// How many are needed.
		needed: usize,
	},
	/// Shares of different sets.
	#[error("share {index} belongs to another set than the first one; bring shares of one set")]
	OtherSet {
		/// Index of the share that does not fit the first.
		index: u8,
	},
	/// Two shares claim the same index.
	#[error("two different shares have index {index}; one of them is forged, find out which")]
	Conflict {
		/// The index.
		index: u8,
	},
	/// The shares fit together but give another secret.
	#[error("the shares do not recover the secret that was split; one of them is forged")]
	Mismatch,
}

/// One share of the root secret. Wiped on drop, never shown by `Debug`.
#[derive(Clone, Eq, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct Share {
	threshold: u8,
	index: u8,
	set: [u8; SET_LEN],
	check: [u8; CHECK_LEN],
	value: [u8; SECRET_LEN],
}

impl Share {
	/// How many shares give the secret back.
	pub const fn threshold(&self) -> u8 {
		self.threshold
	}

	/// Which share it is, from 1.
	pub const fn index(&self) -> u8 {
		self.index
	}

	/// Which set it belongs to.
	pub const fn set(&self) -> [u8; SET_LEN] {
		self.set
	}

	/// The share to print on paper. As secret as the share itself.
	pub fn to_printable(&self) -> Zeroizing<String> {
		let head = [VERSION, self.threshold, self.index];
		let bytes = Zeroizing::new([&head[..], &self.set, &self.check, &self.value].concat());
		let text = Zeroizing::new(
			bech32::encode::<Bech32m>(PREFIX, &bytes).expect("a share is short enough for bech32m"),
		);
		let mut grouped = Zeroizing::new(String::with_capacity(text.len().saturating_mul(2)));
		for (position, character) in text.chars().enumerate() {
			if position > 0 && position.is_multiple_of(GROUP) {
				grouped.push(' ');
			}
			grouped.push(character);
		}
		grouped
	}

	/// Reads a printed share. White space and hyphens are ignored; so is case, unless it is mixed.
	///
	/// # Errors
	///
	/// [`ShareError::NotAShare`], [`ShareError::Typo`], [`ShareError::Version`] and
	/// [`ShareError::Malformed`].
	pub fn from_printable(text: &str) -> Result<Self, ShareError> {
		let mut compact = Zeroizing::new(String::with_capacity(text.len()));
		compact.extend(text.chars().filter(|c| !c.is_whitespace() && *c != '-'));
		let begins = compact.get(..PREFIX.as_str().len().saturating_add(1));
		let expected = || PREFIX.as_str().bytes().chain([b'1']);
		if !begins.is_some_and(|begins| begins.to_ascii_lowercase().bytes().eq(expected())) {
			return Err(ShareError::NotAShare);
		}
		let parsed = CheckedHrpstring::new::<Bech32m>(&compact).map_err(|_| ShareError::Typo)?;
		let bytes = Zeroizing::new(parsed.byte_iter().collect::<Vec<u8>>());
		Self::from_bytes(&bytes)
	}

	fn from_bytes(bytes: &[u8]) -> Result<Self, ShareError> {
		let (&version, rest) = bytes.split_first().ok_or(ShareError::Malformed)?;
		if version != VERSION {
			return Err(ShareError::Version(version));
		}
		let parts = || {
			let (&threshold, rest) = rest.split_first()?;
			let (&index, rest) = rest.split_first()?;
			let (&set, rest) = rest.split_first_chunk()?;
			let (&check, rest) = rest.split_first_chunk()?;
			let value = rest.try_into().ok()?;
			(threshold >= 2 && index >= 1).then_some(Self { threshold, index, set, check, value })
		};
		parts().ok_or(ShareError::Malformed)
	}
}

impl fmt::Debug for Share {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Share")
			.field("threshold", &self.threshold)
			.field("index", &self.index)
			.field("set", &hex::encode(self.set))
			.finish_non_exhaustive()
	}
}

fn check(secret: &[u8], set: &[u8; SET_LEN], threshold: u8) -> [u8; CHECK_LEN] {
	let mut context = Context::new(&SHA256);
	for part in [CHECK, set, &[threshold], secret] {
		context.update(part);
	}
	*context.finish().as_ref().first_chunk().expect("SHA-256 has 32 bytes")
}

/// Makes `count` shares, any `threshold` of which give the secret back.
///
/// # Errors
///
/// [`ShareError::Threshold`] unless 2 ≤ `threshold` ≤ `count`; [`ShareError::NoRandomness`].
///
/// # Panics
///
/// If the operating system's random generator fails while it is drawn from.
pub fn split(secret: &RootSecret, threshold: u8, count: u8) -> Result<Vec<Share>, ShareError> {
	if threshold < 2 || threshold > count {
		return Err(ShareError::Threshold { threshold, count });
	}
	let set: [u8; SET_LEN] = *random()?;
	let check = check(secret.expose(), &set, threshold);
	let rng = UnwrapErr(getrandom::SysRng);
	let values = Gf256::split_bytes(threshold.into(), count.into(), secret.expose(), rng)
		.map_err(|_| ShareError::Threshold { threshold, count })?;
	values
		.into_iter()
		.map(|value| {
			let value = Zeroizing::new(value);
			let (&index, value) = value.split_first().ok_or(ShareError::Malformed)?;
			let value = value.try_into().map_err(|_| ShareError::Malformed)?;
			Ok(Share { threshold, index, set, check, value })
		})
		.collect()
}

/// Gives the secret back. The same share given twice counts once; more than needed do no harm.
///
/// # Errors
///
/// [`ShareError::TooFew`], [`ShareError::OtherSet`], [`ShareError::Conflict`] and
/// [`ShareError::Mismatch`].
pub fn combine(shares: &[Share]) -> Result<RootSecret, ShareError> {
	let Some(first) = shares.first() else {
		return Err(ShareError::TooFew { found: 0, needed: 2 });
	};
	let mut distinct = BTreeMap::new();
	for share in shares {
		let index = share.index;
		if (share.set, share.threshold, share.check) != (first.set, first.threshold, first.check) {
			return Err(ShareError::OtherSet { index });
		}
		if *distinct.entry(index).or_insert(share) != share {
			return Err(ShareError::Conflict { index });
		}
	}
	let (found, needed) = (distinct.len(), usize::from(first.threshold));
	if found < needed {
		return Err(ShareError::TooFew { found, needed });
	}
	let points = Zeroizing::new(
		distinct
			.values()
			.map(|share| [&[share.index], &share.value[..]].concat())
			.collect::<Vec<_>>(),
	);
	let combined =
		Zeroizing::new(Gf256::combine_bytes(points.as_slice()).map_err(|_| ShareError::Mismatch)?);
	let found = check(&combined, &first.set, first.threshold);
	verify_slices_are_equal(&found, &first.check).map_err(|_| ShareError::Mismatch)?;
	let mut secret = Zeroizing::new([0; SECRET_LEN]);
	if combined.len() != SECRET_LEN {
		return Err(ShareError::Mismatch);
	}
	secret.copy_from_slice(&combined);
	Ok(RootSecret::from_bytes(*secret))
}
