// SPDX-License-Identifier: Apache-2.0

use crate::{Heads, mock::*};
use codec::Encode;
use contour_primitives::{
	Hash, InstitutionId, Purpose, Purposes,
	audit::{
		AccessKind, Break, Deed, Entry, Head, InvalidProof, Subject, Trail, VERSION, Walk,
		head_from_proof, head_key, link_of, verify,
	},
};
use proptest::prelude::*;

fn head_of(ext: &mut sp_io::TestExternalities, subject: Subject<AccountId>) -> Head {
	ext.execute_with(|| Audit::head(subject))
}

#[test]
fn should_follow_the_scenario_of_the_crate_documentation() {
	let study = study(1);
	let custodian = InstitutionId(0);
	let purpose = Purpose::ClinicalCare;
	let deeds = [
		Deed::Registered { custodian, record: Hash::repeat_byte(9) },
		Deed::AccessRequested { purpose, duration: 1_000 },
		Deed::AccessGranted { grantee: DOCTOR, purpose, expires: START + 1_000 },
	];
	let (mut ext, mut index) = ExtBuilder::run(|| {
		for deed in deeds.clone() {
			Audit::append(study, Some(DOCTOR), deed);
		}
	});

	let head = head_of(&mut ext, study);
	assert_eq!(head.count, 3);
	let entries = bodies(&index, head);
	let history = verify(&study, head, &entries).expect("nothing is missing or changed");
	assert_eq!(history.iter().map(|entry| entry.what.clone()).collect::<Vec<_>>(), deeds);
	for (place, entry) in (0u32..).zip(&history) {
		assert_eq!((entry.version, entry.subject, entry.index), (VERSION, study, place));
		assert_eq!((entry.who, entry.at, entry.block), (Some(DOCTOR), START, 1));
	}

	index.tamper(link_of(&entries[1]), None);
	let mut walk = Walk::new(&study, head, |link| index.body(link));
	assert_eq!(walk.next(), Some(Ok(history[2].clone())));
	let link = history[2].previous;
	assert_eq!(walk.next(), Some(Err(Break::Missing { index: 1, link })));
	assert_eq!(walk.next(), None);

	let (header, proof) = proven(&mut ext, study);
	assert_eq!(head_from_proof(header, proof, &study), Ok(head));
}

/// Root of the state, and a proof of what it holds under a subject's key.
fn proven(ext: &mut sp_io::TestExternalities, subject: Subject<AccountId>) -> (Hash, Vec<Vec<u8>>) {
	ext.commit_all().expect("there is nothing in the way");
	let root = *ext.backend.root();
	let (_, proof) = ext.execute_and_prove(|| Audit::head(subject));
	(root, proof.into_iter_nodes().collect())
}

#[test]
fn should_have_no_history_when_nothing_happened() {
	let (mut ext, _) = ExtBuilder::run(|| look(study(1)));
	for subject in [study(2), Subject::Patient(PATIENT)] {
		assert_eq!(head_of(&mut ext, subject), Head::default());
		assert_eq!(verify(&subject, Head::default(), &[]), Ok(Vec::new()));
		let (root, proof) = proven(&mut ext, subject);
		assert_eq!(head_from_proof(root, proof, &subject), Ok(Head::default()));
	}
}

#[test]
fn should_keep_the_histories_of_subjects_apart() {
	let patient = Subject::Patient(PATIENT);
	let consent = Deed::ConsentSet {
		permitted: Purposes::all(),
		refused: Purposes::empty(),
		ethics_approval: true,
		document: None,
	};
	let (mut ext, index) = ExtBuilder::run(|| {
		look(study(1));
		Audit::append(patient, Some(PATIENT), consent.clone());
		look(study(1));
		look(study(2));
	});
	for (subject, count) in [(study(1), 2), (study(2), 1), (patient, 1)] {
		let head = head_of(&mut ext, subject);
		assert_eq!(head.count, count);
		let history = verify(&subject, head, &bodies(&index, head)).expect("it is whole");
		assert!(history.iter().all(|entry| entry.subject == subject));
	}
}

#[test]
fn should_keep_what_each_fork_wrote_when_a_chain_forks() {
	let subject = study(1);
	let (mut ext, index) = ExtBuilder::run(|| {
		look(subject);
		look(subject);
	});
	let head = head_of(&mut ext, subject);
	// Another chain of blocks on the same node.
	let (mut fork, fork_index) = ExtBuilder::run(|| {
		look(subject);
		Audit::append(subject, None, Deed::EmergencyEscalated { clinician: DOCTOR });
	});
	let fork_head = head_of(&mut fork, subject);

	assert_ne!(head, fork_head);
	let (own, others) = (bodies(&index, head), bodies(&fork_index, fork_head));
	assert_eq!(own[0], others[0]);
	assert_ne!(link_of(&own[1]), link_of(&others[1]), "one would overwrite the other");
}

#[test]
fn should_name_the_entry_when_it_was_changed() {
	let subject = study(1);
	let (mut ext, mut index) = ExtBuilder::run(|| (0..4).for_each(|_| look(subject)));
	let head = head_of(&mut ext, subject);
	let mut entries = bodies(&index, head);

	let link = link_of(&entries[1]);
	index.tamper(link, Some(&entries[3]));
	let broken = Walk::new(&subject, head, |link| index.body(link)).last();
	assert_eq!(broken, Some(Err(Break::Altered { index: 1, link })));

	entries[1][60] ^= 1;
	assert_eq!(verify(&subject, head, &entries), Err(Break::Altered { index: 1, link }));
}

#[test]
fn should_find_no_way_through_when_entries_were_added_removed_or_swapped() {
	let subject = study(1);
	let (mut ext, index) = ExtBuilder::run(|| (0..4).for_each(|_| look(subject)));
	let head = head_of(&mut ext, subject);
	let entries = bodies(&index, head);
	let links: Vec<_> = entries.iter().map(|entry| link_of(entry)).collect();
	let altered = |index: u32| Err(Break::Altered { index, link: links[index as usize] });

	assert_eq!(verify(&subject, head, &[&entries[..], &entries[..1]].concat()), altered(3));
	assert_eq!(verify(&subject, head, &entries[..3]), altered(3));
	assert_eq!(
		verify(&subject, head, &entries[1..]),
		Err(Break::Missing { index: 0, link: links[0] })
	);
	let mut swapped = entries.clone();
	swapped.swap(1, 2);
	assert_eq!(verify(&subject, head, &swapped), altered(2));
	let shorter = Head { count: 3, ..head };
	let link = links[3];
	assert_eq!(verify(&subject, shorter, &entries), Err(Break::Malformed { index: 2, link }));
}

#[test]
fn should_refuse_the_history_of_another_subject() {
	let (mut ext, index) = ExtBuilder::run(|| look(study(1)));
	let head = head_of(&mut ext, study(1));
	assert_eq!(
		verify(&study(2), head, &bodies(&index, head)),
		Err(Break::Malformed { index: 0, link: head.link })
	);
}

#[test]
fn should_refuse_an_entry_when_its_version_is_unknown() {
	let subject = study(1);
	let entry = Entry {
		version: VERSION + 1,
		subject,
		index: 0,
		previous: Hash::zero(),
		who: Some(DOCTOR),
		what: Deed::Accessed { kind: AccessKind::View },
		at: START,
		block: 1,
	};
	let head = Head { count: 1, link: entry.link() };
	assert_eq!(
		verify(&subject, head, &[entry.encode()]),
		Err(Break::Malformed { index: 0, link: head.link })
	);
}

#[test]
fn should_keep_the_head_under_the_key_that_light_clients_ask_for() {
	for subject in [study(1), Subject::Patient(PATIENT)] {
		assert_eq!(head_key(&subject), Heads::<Test>::hashed_key_for(subject));
	}
}

#[test]
fn should_prove_nothing_when_the_proof_is_of_another_state_or_lacks_nodes() {
	let subject = study(1);
	let (mut ext, _) = ExtBuilder::run(|| (1..40).for_each(|number| look(study(number))));
	let (root, proof) = proven(&mut ext, subject);
	let stale = Hash::repeat_byte(1);
	assert_eq!(head_from_proof(stale, proof.clone(), &subject), Err(InvalidProof::Incomplete));
	for missing in 0..proof.len() {
		let mut proof = proof.clone();
		proof.remove(missing);
		assert_eq!(head_from_proof(root, proof, &subject), Err(InvalidProof::Incomplete));
	}
}

proptest! {
	#[test]
	fn should_detect_any_change_of_any_history(
		order in prop::collection::vec(0..4u8, 1..40),
		which in any::<prop::sample::Index>(),
		byte in any::<prop::sample::Index>(),
		bit in 0..8u8,
	) {
		let (mut ext, mut index) =
			ExtBuilder::run(|| order.iter().for_each(|number| look(study(*number))));
		let victim = study(*which.get(&order));
		for number in 0..4 {
			let subject = study(number);
			let head = head_of(&mut ext, subject);
			let expected = order.iter().filter(|it| **it == number).count();
			prop_assert_eq!(head.count as usize, expected);
			prop_assert!(verify(&subject, head, &bodies(&index, head)).is_ok());
		}

		let head = head_of(&mut ext, victim);
		let mut entries = bodies(&index, head);
		let place = which.index(entries.len());
		let link = link_of(&entries[place]);
		let length = entries[place].len();
		entries[place][byte.index(length)] ^= 1 << bit;
		index.tamper(link, Some(&entries[place]));
		let broken = Break::Altered { index: place as u32, link };
		prop_assert_eq!(verify(&victim, head, &entries), Err(broken));
		let last = Walk::new(&victim, head, |link| index.body(link)).last();
		prop_assert_eq!(last, Some(Err(broken)));
	}
}
