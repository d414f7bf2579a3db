// SPDX-License-Identifier: Apache-2.0

//! Lists that clients page through.

use crate::{EndCause, LeaseState, Leases, MAX_PAGE, NewStudy, Page, mock::*};
use contour_primitives::{DAY, Hash, StudyId, monitoring::Tally};
use frame_support::assert_ok;
use sp_runtime::traits::{BlakeTwo256, Hash as _};

/// All entries, page by page.
fn all<Key: Clone, Value>(page: impl Fn(Option<Key>) -> Page<Key, Value>) -> Vec<Key> {
	let mut keys = Vec::new();
	let mut after = None;
	loop {
		let Page { entries, next } = page(after);
		assert!(entries.len() == MAX_PAGE || entries.len() < MAX_PAGE && next.is_none());
		keys.extend(entries.into_iter().map(|(key, _)| key));
		match next {
			Some(key) => after = Some(key),
			None => return keys,
		}
	}
}

/// Registers so many studies of [`PATIENT`].
fn register_many(count: u32) -> Vec<StudyId> {
	let name = |index| StudyId(BlakeTwo256::hash_of(&(count, index)));
	let ids: Vec<_> = (0..count).map(name).collect();
	let studies: Vec<_> = ids.iter().map(|id| NewStudy { id: *id, ..new_study(1) }).collect();
	let studies = studies.try_into().expect("there are not too many");
	assert_ok!(Imaging::register(by(KEEPER), NORTH, studies));
	ids
}

#[test]
fn should_list_every_study_of_a_patient_once_when_there_are_several_pages() {
	ExtBuilder::run(|| {
		let studies_of = |who| all(|after| Imaging::studies_of(who, after));
		for count in [1, 99, 100, 101, 250] {
			let mut ids = register_many(count);
			let mut listed = studies_of(PATIENT);
			ids.sort_unstable();
			listed.sort_unstable();
			assert_eq!(listed, ids);
			assert_eq!(studies_of(STRANGER), []);
			for id in ids {
				assert_ok!(Imaging::withdraw(by(PATIENT), id));
			}
			assert_eq!(studies_of(PATIENT), []);
		}
	});
}

#[test]
fn should_list_requests_to_the_custodian_who_has_to_answer_them() {
	ExtBuilder::run(|| {
		register([1, 2]);
		assert_ok!(request(READER, 1));
		assert_ok!(request(READER, 2));
		assert_ok!(request(OTHER_READER, 1));
		let to = |institution| {
			let mut keys = all(|after| Imaging::requests_to(institution, after));
			keys.sort_unstable();
			keys
		};
		assert_eq!(to(NORTH), [(id(1), READER), (id(1), OTHER_READER), (id(2), READER)]);
		assert_eq!(to(SOUTH), []);
		let lease = &Imaging::requests_to(NORTH, Some((id(1), READER))).entries;
		assert!(lease.iter().all(|(_, it)| matches!(it.state, LeaseState::Requested { .. })));

		assert_ok!(grant(READER, 1, now() + HOUR));
		assert_ok!(Imaging::end_access(by(READER), id(2)));
		assert_eq!(to(NORTH), [(id(1), OTHER_READER)]);
		assert_ok!(Imaging::offer_custody(by(KEEPER), id(1), Some(SOUTH)));
		assert_ok!(Imaging::accept_custody(by(SOUTH_KEEPER), id(1), locator(1)));
		assert_eq!((to(NORTH), to(SOUTH)), (vec![], vec![(id(1), OTHER_READER)]));
		pass(REQUEST_WINDOW + MINUTE);
		assert_eq!(to(SOUTH), []);
	});
}

#[test]
fn should_list_what_waits_for_a_review_or_for_the_council() {
	ExtBuilder::run(|| {
		register([1, 2]);
		assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(1), Hash::zero()));
		assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(2), Hash::zero()));
		let mut unreviewed = all(Imaging::unreviewed);
		unreviewed.sort_unstable();
		assert_eq!(unreviewed, [(id(1), CLINICIAN), (id(2), CLINICIAN)]);
		assert_ok!(Imaging::review_emergency(by(KEEPER), id(1), CLINICIAN, true));
		assert_eq!(all(Imaging::unreviewed), [(id(2), CLINICIAN)]);

		assert_eq!(all(Imaging::reported), []);
		assert_ok!(Imaging::report_misuse(by(KEEPER), id(1), CLINICIAN, Hash::zero()));
		assert_eq!(all(Imaging::reported), [(CLINICIAN, id(1))]);
		assert_ok!(Imaging::settle_misuse(council(), CLINICIAN, id(1), false));
		assert_eq!(all(Imaging::reported), []);
	});
}

/// Of the north and of the south.
fn counts(tally: &Tally) -> (u32, u32) {
	assert!(tally.is_complete());
	(tally.count(NORTH), tally.count(SOUTH))
}

#[test]
fn should_count_leases_that_end_soon_when_they_are_live() {
	ExtBuilder::run(|| {
		register([1, 2, 3, 4]);
		let ending = || counts(&Imaging::leases_ending(DAY));
		assert_ok!(request(READER, 1));
		assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(4), Hash::zero()));
		assert_eq!(ending(), (0, 0), "one is asked for only, one is short anyway");

		assert_ok!(grant(READER, 1, now() + DAY));
		lease(READER, 2, now() + DAY + 1);
		assert_eq!(ending(), (0, 1), "for the institution of their holder, not of the study");
		wait(1);
		assert_eq!(ending(), (0, 2));
		lease(READER, 3, now() + 1);
		assert_eq!(ending(), (0, 3));
		wait(1);
		assert_eq!(ending(), (0, 2), "one is over, though no block has ended it");

		assert_ok!(Imaging::renew_access(by(KEEPER), id(1), READER, key(READER), now() + 2 * DAY));
		assert_eq!(ending(), (0, 1));
		wait(DAY + HOUR);
		assert_eq!(ending(), (0, 1), "the renewed one");
		assert_ok!(Imaging::revoke_access(by(KEEPER), id(1), READER));
		assert_eq!(ending(), (0, 0));
		let cause = EndCause::Revoked;
		let state = Leases::<Test>::get(id(1), READER).map(|lease| lease.state);
		assert_eq!(state, Some(LeaseState::Ended { since: now(), cause }));
	});
}

#[test]
fn should_count_emergencies_until_somebody_reviews_them() {
	ExtBuilder::run(|| {
		register([1, 2]);
		let waiting = || {
			let (unreviewed, overdue) =
				(Imaging::emergencies_unreviewed(), Imaging::emergencies_overdue());
			(counts(&unreviewed), counts(&overdue))
		};
		assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(1), Hash::zero()));
		assert_ok!(Imaging::open_emergency(by(CLINICIAN), id(2), Hash::zero()));
		assert_eq!(waiting(), ((2, 0), (0, 0)), "the custodian's, not the clinician's");
		wait(REVIEW_WINDOW - 1);
		assert_eq!(waiting(), ((2, 0), (0, 0)));
		wait(1);
		assert_eq!(waiting(), ((2, 0), (2, 0)), "also before a block tells the council");
		pass(MINUTE);
		assert_eq!(waiting(), ((2, 0), (2, 0)));
		assert_ok!(Imaging::review_emergency(by(KEEPER), id(1), CLINICIAN, true));
		assert_ok!(Imaging::review_emergency(council(), id(2), CLINICIAN, true));
		assert_eq!(waiting(), ((0, 0), (0, 0)));
	});
}
