// SPDX-License-Identifier: Apache-2.0

use crate::common::{BINDING, Person, person};
use contour_primitives::{Hash, KeySuite, StudyId, TaskId};
use contour_seal::object::{Context, Kind, ObjectError, header, open, seal};
use proptest::prelude::*;

fn context(author: &Person) -> Context {
	Context {
		genesis: BINDING.genesis,
		kind: Kind::Reading,
		task: Some(BINDING.task),
		study: BINDING.study,
		author: author.account.clone(),
	}
}

#[test]
fn should_open_for_every_recipient_when_suites_differ() {
	let (author, north) = (person(1), person(2));
	let south = Person { suite: KeySuite::X25519, ..person(3) };
	let sealed = seal(&context(&author), &[north.recipient(), south.recipient()], b"mask").unwrap();
	for it in [&north, &south] {
		let opened = open(&sealed, &context(&author), &it.account, &it.keys).unwrap();
		assert_eq!(*opened, b"mask");
	}
	let said = header(&sealed).unwrap();
	assert_eq!((said.kind, said.author), (Kind::Reading, author.account.clone()));
	assert_eq!(said.recipients, [north.account, south.account]);
	let stranger = open(&sealed, &context(&author), &author.account, &author.keys);
	assert!(matches!(stranger, Err(ObjectError::NotRecipient(_))));
}

#[test]
fn should_not_open_when_anything_of_its_context_differs() {
	let (author, scorer) = (person(1), person(2));
	let bound = context(&author);
	let sealed = seal(&bound, &[scorer.recipient()], b"mask").unwrap();
	let others = [
		Context { genesis: Hash::zero(), ..bound.clone() },
		Context { kind: Kind::Panel, ..bound.clone() },
		Context { task: Some(TaskId(4)), ..bound.clone() },
		Context { task: None, ..bound.clone() },
		Context { study: StudyId(Hash::zero()), ..bound.clone() },
		Context { author: person(9).account, ..bound.clone() },
	];
	for other in others {
		assert!(open(&sealed, &other, &scorer.account, &scorer.keys).is_err(), "{other:?}");
	}
	assert!(open(&sealed, &bound, &scorer.account, &scorer.keys).is_ok());
}

#[test]
fn should_not_open_as_somebody_elses_when_the_author_is_written_over() {
	let (author, thief, scorer) = (person(1), person(5), person(2));
	let mut sealed = seal(&context(&author), &[scorer.recipient()], b"mask").unwrap();
	sealed[9..41].copy_from_slice(thief.account.as_ref());
	let opened = open(&sealed, &context(&thief), &scorer.account, &scorer.keys);
	assert!(matches!(opened, Err(ObjectError::Envelope(_))));
}

#[test]
fn should_differ_when_the_same_is_sealed_twice() {
	let (author, scorer) = (person(1), person(2));
	let sealed = || seal(&context(&author), &[scorer.recipient()], b"mask").unwrap();
	assert_ne!(sealed(), sealed());
}

#[test]
fn should_refuse_recipients_when_none_or_one_twice() {
	let author = person(1);
	for recipients in [vec![], vec![author.recipient(), author.recipient()]] {
		let sealed = seal(&context(&author), &recipients, b"mask");
		assert!(matches!(sealed, Err(ObjectError::Recipients(_))));
	}
}

#[test]
fn should_stop_at_the_limit_when_content_would_inflate_to_more() {
	let (author, scorer) = (person(1), person(2));
	let bound = Context { kind: Kind::Brief, ..context(&author) };
	let most = usize::try_from(Kind::Brief.limit()).unwrap();
	let sealed = seal(&bound, &[scorer.recipient()], &vec![0; most]).unwrap();
	assert!(open(&sealed, &bound, &scorer.account, &scorer.keys).is_ok());
	let more = seal(&bound, &[scorer.recipient()], &vec![0; most + 1]);
	assert!(matches!(more, Err(ObjectError::TooLarge(_))));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn should_not_panic_when_bytes_are_anything(
		bytes in proptest::collection::vec(any::<u8>(), 0..4096),
		begun in any::<bool>(),
	) {
		let author = person(1);
		let bytes = if begun { [b"contour\x01\x01".as_slice(), &bytes].concat() } else { bytes };
		let _ = header(&bytes);
		prop_assert!(open(&bytes, &context(&author), &author.account, &author.keys).is_err());
	}

	#[test]
	fn should_not_open_when_any_byte_is_changed(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
		let (author, scorer) = (person(1), Person { suite: KeySuite::X25519, ..person(2) });
		let sealed = seal(&context(&author), &[scorer.recipient()], b"mask").unwrap();
		let mut changed = sealed.clone();
		let at = at.index(changed.len());
		changed[at] ^= 1 << bit;
		prop_assert!(open(&changed, &context(&author), &scorer.account, &scorer.keys).is_err());
		let cut = open(&sealed[..at], &context(&author), &scorer.account, &scorer.keys);
		prop_assert!(cut.is_err());
	}
}
