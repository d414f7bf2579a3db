// SPDX-License-Identifier: Apache-2.0

//! What time does without anybody's help.

use crate::{Agenda, Event, NextTick, Phase, TICK, Tasks, Terms, mock::*};
use contour_primitives::TaskId;
use frame_support::{
	assert_ok,
	traits::Hooks,
	weights::{Weight, constants::RocksDbWeight},
};

/// What looking at one task weighs here, where measured weights are nothing.
fn look() -> Weight {
	let weights: frame_support::weights::RuntimeDbWeight = RocksDbWeight::get();
	weights.reads_writes(2, 1)
}

fn idle(limit: Weight) -> Weight {
	Annotation::on_idle(System::block_number(), limit)
}

fn open_until(reading: u64) -> TaskId {
	open_with(Terms { reading, ..terms() })
}

fn ended() -> Vec<TaskId> {
	let ended = |event| match event {
		Event::TaskEnded { task, .. } => Some(task),
		_ => None,
	};
	events().into_iter().filter_map(ended).collect()
}

#[test]
fn should_end_a_phase_within_a_tick_when_its_time_is_over() {
	ExtBuilder::run(|| {
		let task = open_until(HOUR + 1);
		wait(HOUR);
		assert_ok!(Annotation::claim(by(ANNA), task));
		events();
		idle(Weight::MAX);
		assert_eq!(ended(), []);
		wait(TICK);
		idle(Weight::MAX);
		assert_eq!(ended(), [task]);
	});
}

#[test]
fn should_do_nothing_when_there_is_no_time_left_in_the_block() {
	ExtBuilder::run(|| {
		let task = open();
		wait(terms().reading + TICK);
		assert_eq!(idle(Weight::zero()), Weight::zero());
		assert!(matches!(phase(task), Phase::Reading { .. }));
		assert_eq!(idle(look()), look());
		assert!(matches!(phase(task), Phase::Reading { .. }));
	});
}

#[test]
fn should_look_at_due_tasks_when_blocks_are_full() {
	ExtBuilder::run(|| {
		let task = open();
		wait(terms().reading + TICK);
		let used = Annotation::on_initialize(System::block_number());
		assert!(used.any_gt(Weight::zero()));
		assert!(matches!(phase(task), Phase::Ended { .. }));
	});
}

#[test]
fn should_look_at_the_oldest_first_and_at_all_when_blocks_have_little_time() {
	ExtBuilder::run(|| {
		let newest = open_until(3 * HOUR);
		let oldest = open_until(HOUR);
		let middle: Vec<_> = (0..6).map(|_| open_until(2 * HOUR)).collect();
		idle(Weight::MAX);
		wait(4 * HOUR);
		events();
		let (mut order, mut blocks) = (vec![], 0);
		while order.len() < 8 {
			let limit = look().saturating_mul(100);
			let used = idle(limit);
			assert!(used.all_lte(limit));
			order.extend(ended());
			blocks += 1;
			assert!(blocks < 100, "it gets nowhere");
		}
		assert!(blocks > 1);
		assert_eq!((order[0], order[7]), (oldest, newest));
		let mut between = order[1..7].to_vec();
		between.sort();
		assert_eq!(between, middle);
	});
}

#[test]
fn should_let_nobody_starve_when_new_tasks_come_due_all_the_time() {
	ExtBuilder::run(|| {
		let old = open_until(MINUTE);
		let mut limit = look().saturating_mul(3);
		for _ in 0..40 {
			open_until(MINUTE);
			wait(TICK);
			let used = idle(limit);
			assert!(used.all_lte(limit));
			limit = look().saturating_mul(12);
		}
		assert!(matches!(phase(old), Phase::Ended { .. }));
	});
}

#[test]
fn should_come_to_every_task_when_the_chain_stood_still_for_a_month() {
	ExtBuilder::run(|| {
		enlist(12);
		let reading = open();
		let scoring = open();
		read(scoring, &[ANNA, BEN, CARLA]);
		idle(Weight::MAX);
		wait(30 * 24 * HOUR);
		let mut blocks = 0;
		while matches!(phase(reading), Phase::Reading { .. })
			|| matches!(phase(scoring), Phase::Scoring { .. })
		{
			// A twentieth of a block of two seconds.
			let limit = Weight::from_parts(100_000_000_000, u64::MAX);
			assert!(idle(limit).all_lte(limit));
			wait(6 * SECOND);
			blocks += 1;
			assert!(blocks < 1_000, "it gets nowhere");
		}
		assert!(matches!(phase(scoring), Phase::Ended { .. }));
	});
}

#[test]
fn should_give_everybody_the_whole_next_phase_when_the_chain_stood_still() {
	ExtBuilder::run(|| {
		let task = open();
		for (number, reader) in (1..).zip([ANNA, BEN]) {
			assert_ok!(Annotation::claim(by(reader.clone()), task));
			assert_ok!(Annotation::submit(by(reader), task, sealed(number), false));
		}
		pass(30 * 24 * HOUR);
		let (since, until) = (now(), now() + terms().scoring);
		assert_eq!(phase(task), Phase::Scoring { since, until });
	});
}

#[test]
fn should_leave_nothing_behind_when_everything_is_forgotten() {
	ExtBuilder::run(|| {
		let tasks = [open(), open(), open()];
		assert_ok!(Annotation::cancel(by(KEEPER), tasks[1]));
		for _ in 0..3 {
			pass(terms().reading + RETENTION);
		}
		assert_eq!(Tasks::<Test>::iter().count(), 0);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(held(NORTH), 0);
		assert_eq!(Purse::settled().len(), 3);
		assert_eq!(NextTick::<Test>::get(), Some(now() / TICK + 1));
	});
}

#[test]
fn should_go_on_where_it_stopped_when_something_nearer_is_put_on_the_agenda() {
	ExtBuilder::run(|| {
		assert_eq!(NextTick::<Test>::get(), None);
		assert_eq!(idle(Weight::MAX), look());
		open_until(10 * HOUR);
		assert_eq!(NextTick::<Test>::get(), Some((START + 10 * HOUR).div_ceil(TICK)));
		let near = open_until(HOUR);
		assert_eq!(NextTick::<Test>::get(), Some((START + HOUR).div_ceil(TICK)));
		pass(HOUR);
		assert!(matches!(phase(near), Phase::Ended { .. }));
		assert_eq!(NextTick::<Test>::get(), Some(now() / TICK + 1));
	});
}
