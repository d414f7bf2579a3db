// SPDX-License-Identifier: Apache-2.0

//! Where a lease's copy is.

use super::LeasingError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use contour_primitives::{AccountId, MAX_LOCATOR_BYTES, Moment, StudyId};
use contour_seal::keys::{NameKey, RootSecret, StudySecret};
use contour_store::ObjectName;
use contour_study::merkle::sha256;

/// The folder of a store in which all leased copies are.
pub(super) const LEASES: &str = "leases";
const TAG: &[u8] = b"contour/v1/leases";

/// Where the copies of one custodian on one chain are: several may share a store.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Tag([u8; 4]);

impl Tag {
	/// Of a custodian, who is known by the key for study names.
	pub(super) fn of(key: &NameKey, genesis: &[u8; 32]) -> Self {
		let [a, b, c, d, ..] = key.name(&[TAG, genesis]);
		Self([a, b, c, d])
	}
}

/// Where the copy for one lease is. Its name, `leases/` and 24 hexadecimal digits, tells nobody more
/// than the chain does.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct CopyPlace {
	tag: Tag,
	number: u64,
}

impl CopyPlace {
	/// Of what `grantee` asked for, or opened in an emergency, at a time (Unix time in milliseconds).
	pub(super) fn of(tag: Tag, study: StudyId, grantee: &AccountId, since: Moment) -> Self {
		let named = [study.0.as_bytes(), grantee.as_ref(), &since.to_le_bytes()].concat();
		let [a, b, c, d, e, f, g, h, ..] = sha256(&named);
		Self { tag, number: u64::from_be_bytes([a, b, c, d, e, f, g, h]) }
	}

	/// The place with this name, if it belongs to the custodian.
	pub(super) fn parse(tag: Tag, name: &str) -> Option<Self> {
		let number = name.strip_prefix(&hex::encode(tag.0)).filter(|digits| digits.len() == 16)?;
		let place = Self { tag, number: u64::from_str_radix(number, 16).ok()? };
		// One text for one place.
		(place.name() == name).then_some(place)
	}

	/// The place of a live lease by its locator, if the custodian made it.
	pub(super) fn of_locator(tag: Tag, locator: &str) -> Option<Self> {
		let (url, _) = parse_locator(locator).ok()?;
		Self::parse(tag, url.rsplit('/').next()?)
	}

	fn name(self) -> String {
		format!("{}{:016x}", hex::encode(self.tag.0), self.number)
	}

	/// Its path in the store.
	pub(super) fn path(self) -> String {
		format!("{LEASES}/{}", self.name())
	}

	/// Its locator: the URL of the store as the grantee reaches it, its path, `#`, and the name of
	/// the copy's manifest in URL-safe base 64 (RFC 4648, section 5) without padding.
	pub(super) fn locator(
		self,
		store: &str,
		manifest: &ObjectName,
	) -> Result<String, LeasingError> {
		// Shorter than the digits in which an object's name is written elsewhere.
		let manifest = URL_SAFE_NO_PAD.encode(manifest.as_bytes());
		let locator = format!("{}/{}#{manifest}", store.trim_end_matches('/'), self.path());
		match locator.len().checked_sub(MAX_LOCATOR_BYTES as usize) {
			Some(excess) if excess > 0 => Err(LeasingError::LongLocator(excess)),
			_ => Ok(locator),
		}
	}

	/// What the copy is sealed under.
	pub(super) fn secret(
		self,
		root: &RootSecret,
		study: StudyId,
		grantee: &AccountId,
	) -> StudySecret {
		root.lease_secret(&study.0.0, grantee.as_ref(), self.number)
	}
}

impl std::fmt::Display for CopyPlace {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.write_str(&self.path())
	}
}

/// The store and the manifest of a leased copy.
///
/// # Errors
///
/// [`LeasingError::Locator`] when the locator is something else.
pub fn parse_locator(locator: &str) -> Result<(String, ObjectName), LeasingError> {
	let invalid = || LeasingError::Locator(locator.into());
	let (url, manifest) = locator.rsplit_once('#').ok_or_else(invalid)?;
	let manifest = URL_SAFE_NO_PAD.decode(manifest).map_err(|_| invalid())?;
	let manifest = <[u8; 32]>::try_from(manifest).map_err(|_| invalid())?;
	Ok((url.into(), manifest.into()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::Hash;

	fn tag(byte: u8) -> Tag {
		Tag::of(&RootSecret::from_bytes([byte; 32]).name_key(), &[0; 32])
	}

	fn place(study: u8, grantee: u8, since: Moment) -> CopyPlace {
		let study = StudyId(Hash::repeat_byte(study));
		CopyPlace::of(tag(1), study, &AccountId::new([grantee; 32]), since)
	}

	#[test]
	fn should_find_store_manifest_and_place_again_when_the_locator_is_read() {
		let name = ObjectName::of(b"hello");
		let written = place(1, 1, 1).locator("s3://north/contour/", &name).expect("it is short");
		let (url, found) = parse_locator(&written).expect("it is a locator");
		assert_eq!((url, found), (format!("s3://north/contour/{}", place(1, 1, 1)), name));
		assert_eq!(CopyPlace::of_locator(tag(1), &written), Some(place(1, 1, 1)));
		assert_eq!(CopyPlace::of_locator(tag(2), &written), None, "another custodian's");
		assert!(parse_locator("s3://north").is_err());
		let locator = |length| place(1, 1, 1).locator(&"x".repeat(length), &name);
		assert_eq!(locator(52).map(|it| it.len()).ok(), Some(MAX_LOCATOR_BYTES as usize));
		assert!(matches!(locator(70), Err(LeasingError::LongLocator(18))));
	}

	#[test]
	fn should_be_another_place_when_anything_differs() {
		let one = place(1, 1, 1);
		assert_ne!(one, place(2, 1, 1));
		assert_ne!(one, place(1, 2, 1));
		assert_ne!(one, place(1, 1, 2));
	}

	#[test]
	fn should_be_no_place_when_the_name_is_written_otherwise() {
		let name = place(1, 1, 1).name();
		assert_eq!(CopyPlace::parse(tag(1), &name), Some(place(1, 1, 1)));
		let others = [name.to_uppercase(), format!("{name}0"), name[1..].to_owned(), String::new()];
		for other in others {
			assert_eq!(CopyPlace::parse(tag(1), &other), None, "{other}");
		}
	}
}
