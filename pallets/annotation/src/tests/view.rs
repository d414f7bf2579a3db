// SPDX-License-Identifier: Apache-2.0

//! What clients may ask. Lists are asked for in the tests of what is listed.

use crate::{
	MAX_SCORED_RUNS, MAX_SCORED_VOXELS, Phase, TICK, Terms,
	mock::{self, *},
};
use contour_primitives::{TaskId, monitoring::Tally};
use contour_scoring::{Grid, MAX_READERS, Method, Outcome, Ppm, Rejection, Report};
use frame_support::{assert_ok, traits::Hooks, weights::Weight};

fn grid(size: [u32; 3]) -> Grid {
	Grid::new(size, [1_000; 3]).expect("it is a grid")
}

fn score(size: [u32; 3], readings: Vec<Vec<(u64, u64)>>) -> Option<Report> {
	Annotation::score(grid(size), Method::Majority, readings)
}

#[test]
fn should_score_what_anybody_gives_when_it_is_small() {
	ExtBuilder::run(|| {
		let report = score([8, 8, 8], vec![vec![(0, 64)], vec![(0, 32), (32, 32)]]);
		let report = report.expect("it is small");
		assert_eq!(report.agreement, Some(Ppm::ONE));
		assert!(report.consensus.is_some());
		let outside = score([8, 8, 8], vec![vec![(511, 2)]]).expect("it is small");
		assert_eq!(outside.outcomes.to_vec(), [Outcome::Rejected(Rejection::Malformed)]);
	});
}

#[test]
fn should_score_nothing_when_it_would_take_much_time_or_memory() {
	ExtBuilder::run(|| {
		assert_eq!(score([128, 128, 65], vec![]), None);
		assert_eq!(score([8, 8, 8], vec![vec![(0, 1); MAX_SCORED_RUNS + 1]]), None);
		assert_eq!(score([8, 8, 8], vec![vec![]; MAX_READERS + 1]), None);
		assert_eq!(score([8, 8, 8], vec![vec![]; 1_000_000]), None);
		let over_and_over = vec![(0, MAX_SCORED_VOXELS), (0, 1)];
		assert_eq!(score([128, 128, 64], vec![over_and_over]), None);
		assert_eq!(score([128, 128, 64], vec![vec![(0, u64::MAX), (0, u64::MAX)]]), None);
		assert!(score([128, 128, 64], vec![vec![(0, MAX_SCORED_VOXELS)]; 2]).is_some());
	});
}

#[test]
fn should_tell_nothing_of_a_task_that_is_not_there() {
	ExtBuilder::run(|| {
		assert!(Annotation::details(TaskId(0)).is_none());
		assert_eq!(Annotation::tasks(None, Some(TaskId(7))).entries, []);
	});
}

#[test]
fn should_give_every_task_once_when_a_list_has_pages() {
	ExtBuilder::run(|| {
		let opened: Vec<_> = (0..crate::MAX_PAGE + 3).map(|_| open()).collect();
		for study in [None, Some(study(1))] {
			let (mut found, mut after, mut pages) = (vec![], None, 0);
			loop {
				let page = Annotation::tasks(study, after);
				assert!(page.entries.len() <= crate::MAX_PAGE);
				found.extend(page.entries.into_iter().map(|(task, _)| task));
				pages += 1;
				after = page.next;
				if after.is_none() {
					break;
				}
			}
			found.sort();
			assert_eq!((found, pages), (opened.clone(), 2));
		}
	});
}

/// Of the hospitals with a scorer.
fn counts(tally: &Tally) -> [u32; 3] {
	assert!(tally.is_complete());
	SCORING.map(|institution| tally.count(institution))
}

#[test]
fn should_count_tasks_past_their_deadline_until_a_block_moves_them() {
	ExtBuilder::run(|| {
		let overdue = || counts(&Annotation::tasks_overdue());
		let idle = || Annotation::on_idle(System::block_number(), Weight::MAX);
		assert_eq!(overdue(), [0; 3]);
		open_with(Terms { reading: HOUR, ..terms() });
		let claimed = open_with(Terms { reading: 4 * HOUR, ..terms() });
		assert_ok!(Annotation::claim(by(ANNA), claimed));
		wait(HOUR - 1);
		assert_eq!(overdue(), [0; 3]);
		wait(TICK + 1);
		assert_eq!(overdue(), [1, 0, 0]);
		idle();
		assert_eq!(overdue(), [0; 3]);
		wait(CLAIM_WINDOW);
		assert_eq!(overdue(), [0; 3], "a place lapses, which is no deadline of the task");
		wait(HOUR);
		assert_eq!(overdue(), [1, 0, 0]);
		assert!(matches!(phase(claimed), Phase::Reading { .. }));
	});
}

#[test]
fn should_count_reports_that_are_missing_for_those_who_have_to_make_them() {
	ExtBuilder::run(|| {
		let missing = || counts(&Annotation::reports_missing());
		let task = open();
		assert_eq!(missing(), [0; 3], "there is nothing to score yet");
		read(task, &[ANNA, BEN, CARLA]);
		assert_eq!(missing(), [1; 3]);
		let told = report(900_000, &[950_000, 940_000, 930_000]);
		assert_ok!(mock::score(NORTH, task, &told));
		assert_eq!(missing(), [0, 1, 1]);
		assert_ok!(mock::score(SOUTH, task, &told));
		assert_eq!(missing(), [0; 3], "two of three are enough");
	});
}
