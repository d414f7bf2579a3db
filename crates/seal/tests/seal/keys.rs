// SPDX-License-Identifier: Apache-2.0

//! What is derived from what.

use contour_seal::keys::{RootSecret, StudySecret};
use std::collections::BTreeSet;

const STUDY: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];

fn root() -> RootSecret {
	RootSecret::from_bytes(std::array::from_fn(|i| i as u8))
}

#[test]
fn should_keep_its_bytes_when_derived_as_the_table_says() {
	// Made by the HKDF of PyPI's `cryptography`, from the table.
	let vectors = include_str!("vectors/keys.txt");
	let study = root().study_secret(&STUDY);
	let derived = [
		("study", study.expose()),
		("lease", root().lease_secret(&STUDY, &OTHER, 0x0102_0304).expose()),
		("name", root().name_key().expose()),
		("salt", root().commitment_salt(&STUDY).expose()),
		("research", &root().research_key()),
		("meta", study.metadata_key(&OTHER).expose()),
		("pixel", study.pixel_key(&OTHER).expose()),
		("manifest", study.manifest_key().expose()),
		("study name", &root().name_key().name(&[b"1.2.3", b""])),
	]
	.map(|(name, bytes)| format!("{name}: {}", hex::encode(bytes)));
	assert_eq!(derived.join("\n"), vectors.trim());
}

#[test]
fn should_all_differ_when_any_input_differs() {
	let study = root().study_secret(&STUDY);
	let other_root = RootSecret::from_bytes([9; 32]);
	let all = [
		*study.expose(),
		*root().study_secret(&OTHER).expose(),
		*other_root.study_secret(&STUDY).expose(),
		*root().lease_secret(&STUDY, &OTHER, 1).expose(),
		*root().lease_secret(&OTHER, &STUDY, 1).expose(),
		*root().lease_secret(&STUDY, &OTHER, 2).expose(),
		*root().name_key().expose(),
		*root().research_key(),
		*root().commitment_salt(&STUDY).expose(),
		*root().commitment_salt(&OTHER).expose(),
		*study.metadata_key(&STUDY).expose(),
		*study.metadata_key(&OTHER).expose(),
		*study.pixel_key(&STUDY).expose(),
		*study.pixel_key(&OTHER).expose(),
		*study.manifest_key().expose(),
	];
	assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}

#[test]
fn should_name_differently_when_parts_are_divided_differently() {
	let key = root().name_key();
	let names = [
		key.name(&[]),
		key.name(&[b""]),
		key.name(&[b"abc"]),
		key.name(&[b"ab", b"c"]),
		key.name(&[b"a", b"bc"]),
	];
	assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
	assert_eq!(key.name(&[b"ab", b"c"]), root().name_key().name(&[b"ab", b"c"]));
}

#[test]
fn should_show_nothing_when_printed() {
	let root = RootSecret::from_bytes([0xab; 32]);
	let shown = format!("{root:?} {:?} {:?}", root.name_key(), root.commitment_salt(&STUDY));
	assert_eq!(shown, "RootSecret(redacted) NameKey(redacted) CommitmentSalt(redacted)");
}

#[test]
fn should_differ_when_generated_twice() {
	assert_ne!(RootSecret::generate().unwrap(), RootSecret::generate().unwrap());
	assert_ne!(StudySecret::generate().unwrap(), StudySecret::generate().unwrap());
}
