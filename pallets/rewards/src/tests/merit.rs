// SPDX-License-Identifier: Apache-2.0

//! What work is recorded, and what other pallets hear of it.

use crate::{Event, Record, mock::*};
use contour_primitives::{Bounties as _, Merit as _, Modality, Settlement, TaskId};
use frame_support::assert_ok;

/// A task without a bounty that ends so.
fn end(task: u32, settlement: Settlement<AccountId>) {
	assert_ok!(Rewards::reserve(TaskId(task), NORTH, 0));
	Rewards::settle(TaskId(task), settlement);
}

fn read(task: u32, quality: u32) {
	end(task, Settlement { readers: vec![reading(READERS[0], quality)], ..settlement() });
}

#[test]
fn should_know_nothing_of_who_has_done_nothing() {
	ExtBuilder::run(|| {
		assert_eq!(Rewards::contributions(&NEWCOMER, Modality::Mr), 0);
		assert_eq!(Rewards::reputation(&NEWCOMER, Modality::Mr), 0);
		let mut policy = policy();
		policy.privilege.reputation = ppm(0);
		assert_ok!(Rewards::set_policy(council(), policy));
		assert_eq!(Rewards::privilege(&NEWCOMER), 0);
		assert_eq!(Rewards::record_of(NEWCOMER, Modality::Mr), None);
		assert_eq!(Rewards::overall_record_of(NEWCOMER), None);
		assert_eq!(Rewards::records_of(NEWCOMER), []);
	});
}

#[test]
fn should_count_and_average_when_readings_are_validated() {
	ExtBuilder::run(|| {
		read(1, 960_000);
		read(2, 800_000);
		let expected = Record {
			contributions: 2,
			quality: ppm(940_000),
			reputation: ppm(120_000 + 85_000),
			updated: START,
		};
		assert_eq!(Rewards::record_of(READERS[0], Modality::Mr), Some(expected));
		assert_eq!(Rewards::overall_record_of(READERS[0]), Some(expected));
		assert_eq!(Rewards::contributions(&READERS[0], Modality::Mr), 2);
		assert_eq!(Rewards::reputation(&READERS[0], Modality::Mr), 205_000);
	});
}

#[test]
fn should_keep_modalities_apart_and_sum_them_up() {
	ExtBuilder::run(|| {
		let readers = vec![reading(READERS[0], 800_000)];
		end(1, Settlement { readers: readers.clone(), ..settlement() });
		end(2, Settlement { modality: Modality::Ct, readers, ..settlement() });
		for modality in [Modality::Mr, Modality::Ct] {
			assert_eq!(Rewards::contributions(&READERS[0], modality), 1);
			assert_eq!(Rewards::reputation(&READERS[0], modality), 100_000);
		}
		assert_eq!(Rewards::contributions(&READERS[0], Modality::Pt), 0);
		let overall = Rewards::overall_record_of(READERS[0]).expect("there are readings");
		assert_eq!((overall.contributions, overall.reputation), (2, ppm(187_500)));
		assert_eq!(Rewards::records_of(READERS[0]).len(), 2);
	});
}

#[test]
fn should_lower_the_mean_without_counting_when_a_reading_is_below_the_floor() {
	ExtBuilder::run(|| {
		read(1, 960_000);
		events();
		read(2, 160_000);
		let record = Rewards::record_of(READERS[0], Modality::Mr).expect("there are readings");
		assert_eq!((record.contributions, record.quality), (1, ppm(860_000)));
		assert_eq!(
			events().last(),
			Some(&Event::WorkRecorded {
				who: READERS[0],
				task: TaskId(2),
				modality: Modality::Mr,
				quality: ppm(160_000),
				counted: false,
				points: 0,
			})
		);
	});
}

#[test]
fn should_count_a_reading_when_it_is_just_good_enough() {
	ExtBuilder::run(|| {
		read(1, 699_999);
		assert_eq!(Rewards::contributions(&READERS[0], Modality::Mr), 0);
		read(2, 700_000);
		assert_eq!(Rewards::contributions(&READERS[0], Modality::Mr), 1);
	});
}

#[test]
fn should_not_record_readings_but_votes_when_there_is_no_consensus() {
	ExtBuilder::run(|| {
		let panel = vec![vote(PANEL[0], 900_000), vote(PANEL[1], 100_000)];
		end(1, Settlement { validated: false, panel, ..settlement() });
		assert_eq!(Rewards::overall_record_of(READERS[0]), None);
		assert_eq!(Rewards::contributions(&PANEL[0], Modality::Mr), 1);
		assert_eq!(Rewards::contributions(&PANEL[1], Modality::Mr), 0);
		assert_eq!(Rewards::reputation(&PANEL[1], Modality::Mr), 12_500);
	});
}

#[test]
fn should_halve_the_reputation_and_keep_the_rest_when_a_half_life_passes_without_work() {
	ExtBuilder::run(|| {
		read(1, 960_000);
		wait(HALF_LIFE);
		assert_eq!(Rewards::reputation(&READERS[0], Modality::Mr), 60_000);
		let record = Rewards::record_of(READERS[0], Modality::Mr).expect("there is a reading");
		assert_eq!((record.contributions, record.quality), (1, ppm(960_000)));
		assert_eq!((record.reputation, record.updated), (ppm(60_000), START));
		// New work starts from what is left.
		read(2, 860_000);
		assert_eq!(Rewards::reputation(&READERS[0], Modality::Mr), 160_000);
	});
}

#[test]
fn should_grant_the_privilege_when_the_overall_reputation_suffices_and_no_longer() {
	ExtBuilder::run(|| {
		assert_eq!(Rewards::privilege(&READERS[0]), 0);
		read(1, 800_000);
		assert_eq!(Rewards::privilege(&READERS[0]), 500_000);
		wait(HALF_LIFE / 1_000);
		assert_eq!(Rewards::privilege(&READERS[0]), 0);
	});
}
