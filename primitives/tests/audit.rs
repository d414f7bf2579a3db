// SPDX-License-Identifier: Apache-2.0

//! The format of histories: what every implementation has to write and accept. A change of
//! `vectors/audit.json` is a new version of the format.

use codec::{DecodeAll, Encode};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Purpose, Purposes, StudyId, TaskId,
	audit::{AccessKind, Deed, Entry, Head, Subject, VERSION, verify},
};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Vectors {
	histories: Vec<History>,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct History {
	subject: Subject<AccountId>,
	head: Head,
	entries: Vec<Vector>,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Vector {
	entry: Entry<AccountId>,
	encoded: Bytes,
	link: Hash,
}

fn vectors() -> Vectors {
	serde_json::from_str(include_str!("vectors/audit.json")).expect("the vectors are in order")
}

fn who(number: u8) -> AccountId {
	AccountId::new([number; 32])
}

/// One of each deed.
fn deeds() -> Vec<Deed<AccountId>> {
	let (grantee, clinician, purpose) = (who(1), who(2), Purpose::DiseaseResearch);
	let (reason, expires) = (Hash::repeat_byte(3), 1_700_000_100_000);
	vec![
		Deed::Registered { custodian: InstitutionId(7), record: Hash::repeat_byte(4) },
		Deed::ConsentSet {
			permitted: Purpose::GeneralResearch.into(),
			refused: Purposes::from(Purpose::AncestryResearch),
			ethics_approval: true,
			document: Some(Hash::repeat_byte(5)),
		},
		Deed::AccessRequested { purpose, duration: 86_400_000 },
		Deed::AccessGranted { grantee: grantee.clone(), purpose, expires },
		Deed::AccessDeclined { grantee: grantee.clone() },
		Deed::AccessRenewed { grantee: grantee.clone(), expires },
		Deed::AccessRevoked { grantee: grantee.clone() },
		Deed::AccessExpired { grantee: grantee.clone(), expired: expires },
		Deed::Accessed { kind: AccessKind::View },
		Deed::AccessAttempted { kind: AccessKind::Download },
		Deed::MisuseReported { grantee: grantee.clone(), reason },
		Deed::EmergencyOpened { reason, expires },
		Deed::EmergencyReviewed { clinician: clinician.clone(), justified: true },
		Deed::EmergencyEscalated { clinician },
		Deed::CustodyOffered { to: InstitutionId(8) },
		Deed::CustodyTransferred { from: InstitutionId(7), to: InstitutionId(8) },
		Deed::Withdrawn { commitment: Hash::repeat_byte(6) },
		Deed::MisuseSettled { grantee: grantee.clone(), upheld: false },
		Deed::Moved,
		Deed::Accessed { kind: AccessKind::Annotate },
		Deed::Accessed { kind: AccessKind::Compute },
		Deed::ResearchPoolSet { open: true },
		Deed::CustodyOfferWithdrawn,
		Deed::RequestLapsed { grantee },
	]
}

/// One of each deed that belongs to a task.
fn task_deeds() -> Vec<Deed<AccountId>> {
	let (task, study) = (TaskId(7), StudyId(Hash::repeat_byte(42)));
	let [brief, root, report, seed] = [20, 21, 22, 23].map(Hash::repeat_byte);
	vec![
		Deed::TaskOpened { task, study, institution: InstitutionId(1), brief },
		Deed::PlaceClaimed,
		Deed::PlaceFreed { reader: who(4) },
		Deed::ReadingSubmitted { root },
		Deed::ScoresReported { institution: InstitutionId(2), report },
		Deed::TaskScored { report },
		Deed::TaskDisputed,
		Deed::PanelDrawn { members: vec![who(5), who(6), who(7)], seed },
		Deed::VoteCommitted { commitment: Hash::repeat_byte(24) },
		Deed::VoteRevealed { accepted: 3 },
		Deed::PanelDecided { accepted: Some(3) },
		Deed::PanelDecided { accepted: None },
		Deed::Appealed { reason: Hash::repeat_byte(25) },
		Deed::TaskValidated { task, consensus: Hash::repeat_byte(26) },
		Deed::TaskEnded { task },
		Deed::ConsensusPublished { study: StudyId(Hash::repeat_byte(27)) },
		Deed::ResultSubmitted { result: Hash::repeat_byte(28), model: Hash::repeat_byte(29) },
	]
}

fn history(subject: Subject<AccountId>, deeds: Vec<Deed<AccountId>>) -> History {
	let mut head = Head::default();
	let mut entries = Vec::new();
	for what in deeds {
		let entry = Entry {
			version: VERSION,
			subject: subject.clone(),
			index: head.count,
			previous: head.link,
			who: (head.count % 3 != 2).then(|| who(9)),
			what,
			at: 1_700_000_000_000 + u64::from(head.count) * 2_000,
			block: 100 + head.count,
		};
		head = Head { count: head.count + 1, link: entry.link() };
		entries.push(Vector { encoded: Bytes(entry.encode()), link: head.link, entry });
	}
	History { subject, head, entries }
}

#[test]
fn should_write_what_the_vectors_say() {
	let own = Vectors {
		histories: vec![
			history(Subject::Study(StudyId(Hash::repeat_byte(42))), deeds()),
			history(Subject::Patient(who(43)), deeds().drain(1..2).collect()),
			history(Subject::Task(TaskId(7)), task_deeds()),
		],
	};
	assert!(own == vectors(), "{}", serde_json::to_string_pretty(&own).expect("it is JSON"));
}

#[test]
fn should_accept_what_the_vectors_say() {
	for History { subject, head, entries } in vectors().histories {
		let encoded: Vec<_> = entries.iter().map(|vector| vector.encoded.0.clone()).collect();
		let expected: Vec<_> = entries.into_iter().map(|vector| vector.entry).collect();
		assert_eq!(verify(&subject, head, &encoded), Ok(expected));
	}
}

#[test]
fn should_refuse_an_entry_when_bytes_follow_it() {
	let mut encoded = vectors().histories.remove(1).entries.remove(0).encoded.0;
	assert!(Entry::<AccountId>::decode_all(&mut &encoded[..]).is_ok());
	encoded.push(0);
	assert!(Entry::<AccountId>::decode_all(&mut &encoded[..]).is_err());
}
