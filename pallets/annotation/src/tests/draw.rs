// SPDX-License-Identifier: Apache-2.0

//! The pool of experts, what is revealed for a draw, and who is drawn.

use crate::{
	Call, EndCause, Event, MAX_LOOKS, Panels, Phase, Pool, PoolIndex, PoolSize, Seeds, Tasks,
	Terms, Vote, mock::*,
};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Refusal, Role, TaskId,
	audit::{Deed, Subject},
};
use frame_support::{assert_noop, assert_ok, traits::Authorize};
use sp_runtime::{
	DispatchResult,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use std::collections::BTreeMap;

type Error = crate::Error<Test>;

/// A task on which the readers disagree, so that a panel has to be drawn.
fn disputed() -> TaskId {
	let task = open();
	read(task, &[ANNA, BEN, CARLA]);
	let told = report(300_000, &[900_000, 880_000, 310_000]);
	assert_ok!(score(NORTH, task, &told));
	assert_ok!(score(SOUTH, task, &told));
	events();
	history();
	task
}

fn reveal_seed(institution: InstitutionId, panel: u8, hashes: u8) -> DispatchResult {
	let secret = secret(institution, hashes);
	Annotation::reveal_seed(authorized(), TASK, institution, panel, secret)
}

/// What the pool of transactions says of a secret.
fn authorize(institution: InstitutionId, panel: u8, secret: Hash) -> TransactionValidity {
	let call = Call::<Test>::reveal_seed { id: TASK, institution, panel, secret };
	call.authorize(TransactionSource::External)
		.expect("it is a call that is authorised")
		.map(|(valid, _)| valid)
}

fn invalid(why: InvalidTransaction) -> TransactionValidity {
	Err(TransactionValidityError::Invalid(why))
}

#[test]
fn should_number_experts_without_gaps_when_they_come_and_go() {
	ExtBuilder::run(|| {
		enlist(4);
		assert_eq!(events().last(), Some(&Event::ExpertEnlisted { expert: expert(3) }));
		assert_noop!(Annotation::enlist(by(expert(1))), Error::AlreadyExists);
		let pool =
			|| -> Vec<_> { (0..PoolSize::<Test>::get()).filter_map(Pool::<Test>::get).collect() };
		assert_ok!(Annotation::retire(by(expert(1))));
		assert_eq!(events(), [Event::ExpertRetired { expert: expert(1) }]);
		assert_eq!(pool(), [0, 3, 2].map(expert));
		assert_eq!(PoolIndex::<Test>::get(expert(3)), Some(1));
		assert_noop!(Annotation::retire(by(expert(1))), Error::NotFound);
		assert_ok!(Annotation::retire(by(expert(2))));
		assert_eq!(pool(), [0, 3].map(expert));
		assert_ok!(Annotation::retire(by(expert(0))));
		assert_ok!(Annotation::retire(by(expert(3))));
		assert_eq!((pool(), PoolSize::<Test>::get()), (vec![], 0));
		assert!(!Annotation::is_enlisted(expert(0)));
		assert_ok!(Annotation::enlist(by(expert(0))));
		assert!(Annotation::is_enlisted(expert(0)));
	});
}

#[test]
fn should_refuse_an_expert_when_nobody_vouches_or_there_is_no_key() {
	ExtBuilder::run(|| {
		let enlist = |who| Annotation::enlist(by(who));
		assert_noop!(enlist(STRANGER), Error::Refused(Refusal::NotVouchedFor));
		assert_noop!(enlist(DAVID), Error::Refused(Refusal::MissingRole));
		Hospitals::lose_key(&expert(1));
		assert_noop!(enlist(expert(1)), Error::NoEncryptionKey);
		PoolSize::<Test>::put(u32::MAX);
		assert_noop!(enlist(expert(2)), Error::TooManyExperts);
		PoolSize::<Test>::kill();
		Hospitals::suspend(WEST);
		assert_noop!(enlist(expert(2)), Error::Refused(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_draw_at_once_when_all_whose_report_holds_have_revealed() {
	ExtBuilder::run(|| {
		enlist(12);
		let task = disputed();
		assert_ok!(reveal_seed(NORTH, 1, 1));
		let revealed = |institution| Event::SeedRevealed { task, institution, panel: 1 };
		assert_eq!(events(), [revealed(NORTH)]);
		wait(MINUTE);
		assert_ok!(reveal_seed(SOUTH, 1, 1));

		let members = members(1);
		assert_eq!(members.len(), 3);
		let drawn = Event::PanelDrawn { task, panel: 1, members: members.clone() };
		assert_eq!(events(), [revealed(SOUTH), drawn]);
		let told = history();
		let [(Subject::Task(of), None, Deed::PanelDrawn { members: named, seed })] = &told[..]
		else {
			panic!("the draw is written down")
		};
		assert_eq!((of, named), (&task, &members));
		assert_ne!(*seed, Hash::zero());
		assert_eq!(phase(task), Phase::Committing { until: now() + terms().voting });
		assert!(Annotation::votes(task, 1).iter().all(|(_, vote)| *vote == Vote::Awaited));
	});
}

#[test]
fn should_draw_from_what_was_revealed_when_others_are_silent() {
	let drawn = |who: &[InstitutionId]| {
		let mut drawn = vec![];
		ExtBuilder::run(|| {
			enlist(30);
			disputed();
			for institution in who {
				assert_ok!(reveal_seed(*institution, 1, 1));
			}
			if who.len() < 2 {
				assert!(matches!(phase(TASK), Phase::Drawing { .. }));
				pass(SEED_WINDOW);
			}
			drawn = members(1);
		});
		assert_eq!(drawn.len(), 3);
		drawn
	};
	let all = drawn(&[NORTH, SOUTH]);
	assert_eq!(all, drawn(&[SOUTH, NORTH]), "the order does not matter");
	assert_ne!(all, drawn(&[NORTH]));
	assert_ne!(all, drawn(&[SOUTH]));
	assert_ne!(all, drawn(&[]));
}

#[test]
fn should_draw_from_the_last_blocks_hash_when_nobody_reveals() {
	let drawn = |parent: u8| {
		let mut drawn = vec![];
		ExtBuilder::run(|| {
			enlist(30);
			disputed();
			System::set_parent_hash(Hash::repeat_byte(parent));
			pass(SEED_WINDOW);
			drawn = members(1);
		});
		assert_eq!(drawn.len(), 3);
		drawn
	};
	assert_eq!(drawn(1), drawn(1));
	assert_ne!(drawn(1), drawn(2));
}

#[test]
fn should_refuse_a_secret_when_it_is_not_what_was_committed_to() {
	ExtBuilder::run(|| {
		assert_noop!(reveal_seed(NORTH, 1, 1), Error::NotFound);
		assert_eq!(authorize(NORTH, 1, secret(NORTH, 1)), invalid(InvalidTransaction::Future));
		enlist(12);
		disputed();
		for hashes in [0, 2] {
			assert_noop!(reveal_seed(NORTH, 1, hashes), Error::NotCommitted);
		}
		assert_eq!(authorize(NORTH, 1, secret(NORTH, 0)), invalid(InvalidTransaction::Call));
		assert_noop!(reveal_seed(NORTH, 2, 0), Error::WrongPhase);
		assert_noop!(reveal_seed(NORTH, 0, 1), Error::WrongPhase);
		assert_noop!(reveal_seed(EAST, 1, 1), Error::NotAuthorized);
		assert_noop!(reveal_seed(WEST, 1, 1), Error::NotAuthorized);
		assert!(authorize(NORTH, 1, secret(NORTH, 1)).is_ok());
		assert_ok!(reveal_seed(NORTH, 1, 1));
		assert_noop!(reveal_seed(NORTH, 1, 1), Error::AlreadyExists);
		assert_eq!(authorize(NORTH, 1, secret(NORTH, 1)), invalid(InvalidTransaction::Stale));
		wait(SEED_WINDOW);
		assert_noop!(reveal_seed(SOUTH, 1, 1), Error::WrongPhase);
	});
}

#[test]
fn should_wait_for_no_secret_of_a_scorer_when_it_reported_late_or_something_else() {
	ExtBuilder::run(|| {
		enlist(12);
		let task = disputed();
		assert_ok!(score(EAST, task, &report(300_000, &[900_000, 880_000, 310_000])));
		assert_noop!(reveal_seed(EAST, 1, 1), Error::NotAuthorized);
		reveal_seeds(1);
		assert_eq!(Seeds::<Test>::get(task).len(), 2);
		assert_eq!(members(1).len(), 3);
	});
	ExtBuilder::run(|| {
		enlist(12);
		let task = open();
		read(task, &[ANNA, BEN, CARLA]);
		assert_ok!(score(EAST, task, &report(900_000, &[1; 3])));
		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		assert_noop!(reveal_seed(EAST, 1, 1), Error::NotAuthorized);
		reveal_seeds(1);
		assert_eq!(members(1).len(), 3);
	});
}

#[test]
fn should_draw_nobody_who_read_opened_the_task_or_is_of_its_institution() {
	ExtBuilder::run(|| {
		for who in [ANNA, BEN, CARLA, COLLEAGUE] {
			assert_ok!(Annotation::enlist(by(who)));
		}
		enlist(2);
		Hospitals::lose_key(&expert(2));
		assert_ok!(Annotation::enlist(by(expert(3))));
		Hospitals::lose_key(&expert(3));
		disputed();
		reveal_seeds(1);
		let mut members = members(1);
		members.sort();
		assert_eq!(members, [expert(0), expert(1)], "two of three make a quorum possible");
	});
}

#[test]
fn should_draw_nobody_who_belongs_to_the_tasks_institution_in_another_role() {
	ExtBuilder::run(|| {
		enlist(2);
		// At home they may not vote on panels, but elsewhere they may.
		vouch(&expert(5), NORTH, Role::Custodian);
		vouch(&head(NORTH), WEST, Role::Radiologist);
		assert_ok!(Annotation::enlist(by(expert(5))));
		assert_ok!(Annotation::enlist(by(head(NORTH))));
		disputed();
		reveal_seeds(1);
		let mut members = members(1);
		members.sort();
		assert_eq!(members, [expert(0), expert(1)]);
	});
}

#[test]
fn should_not_draw_who_opened_the_task_when_another_hospital_vouches() {
	ExtBuilder::run(|| {
		enlist(3);
		let task = disputed();
		Tasks::<Test>::mutate(task, |task| {
			task.as_mut().expect("it is open").opener = expert(1);
		});
		reveal_seeds(1);
		let mut members = members(1);
		members.sort();
		assert_eq!(members, [expert(0), expert(2)]);
	});
}

#[test]
fn should_not_draw_whose_hospital_is_suspended() {
	ExtBuilder::run(|| {
		enlist(12);
		disputed();
		Hospitals::suspend(WEST);
		reveal_seeds(1);
		assert!(matches!(phase(TASK), Phase::Ended { cause: EndCause::NoPanel, .. }));
	});
}

#[test]
fn should_end_and_free_the_bounty_when_half_a_panel_or_less_can_be_drawn() {
	for (experts, panel, drawn) in
		[(0, 1, 0), (1, 1, 1), (1, 3, 0), (2, 3, 2), (3, 7, 0), (4, 7, 4)]
	{
		ExtBuilder::run(|| {
			enlist(experts);
			let task = open_with(Terms { panel, ..terms() });
			read(task, &[ANNA, BEN, CARLA]);
			let told = report(300_000, &[900_000, 880_000, 310_000]);
			assert_ok!(score(NORTH, task, &told));
			assert_ok!(score(SOUTH, task, &told));
			events();
			pass(SEED_WINDOW);
			assert_eq!(members(1).len(), drawn);
			if drawn == 0 {
				let cause = EndCause::NoPanel;
				assert_eq!(events(), [Event::TaskEnded { task, cause }]);
				assert_eq!(Purse::settled(), [(task, None)]);
			}
		});
	}
}

#[test]
fn should_draw_everybody_about_equally_often() {
	ExtBuilder::run(|| {
		const EXPERTS: u32 = 20;
		const DRAWS: u32 = 2_000;
		enlist(EXPERTS as u8);
		let task = disputed();
		let record = Tasks::<Test>::get(task).expect("it is open");
		let mut first = BTreeMap::<AccountId, u32>::new();
		let mut drawn = BTreeMap::<AccountId, u32>::new();
		for number in 0..DRAWS {
			System::set_parent_hash(Hash::from_low_u64_be(number.into()));
			Panels::<Test>::remove(task);
			Annotation::draw(task, record.clone(), now());
			let members = members(1);
			assert_eq!(members.len(), 3);
			*first.entry(members[0].clone()).or_default() += 1;
			for member in members {
				*drawn.entry(member).or_default() += 1;
			}
		}
		// Pearson's test with 19 degrees of freedom: 43.8 is exceeded once in a thousand times.
		for (counts, total) in [(first, DRAWS), (drawn, DRAWS * 3)] {
			let expected = f64::from(total) / f64::from(EXPERTS);
			assert_eq!(counts.len(), EXPERTS as usize);
			let chi: f64 =
				counts.values().map(|it| (f64::from(*it) - expected).powi(2) / expected).sum();
			assert!(chi < 43.8, "{chi}");
		}
	});
}

#[test]
fn should_look_at_so_many_experts_only_when_the_pool_is_large() {
	ExtBuilder::run(|| {
		// Those from the north may not sit on its panel, and all others are numbers only.
		for number in 0..MAX_LOOKS * 4 {
			let mut bytes = [77; 32];
			bytes[..4].copy_from_slice(&number.to_le_bytes());
			let who = AccountId::new(bytes);
			Pool::<Test>::insert(number, &who);
			PoolIndex::<Test>::insert(&who, number);
		}
		PoolSize::<Test>::put(MAX_LOOKS * 4);
		enlist(12);
		let task = disputed();
		reveal_seeds(1);
		let found = members(1).len();
		let ended = matches!(phase(task), Phase::Ended { cause: EndCause::NoPanel, .. });
		assert!(found == 0 && ended || (2..=3).contains(&found));
	});
}

#[test]
fn should_find_every_expert_when_the_pool_is_as_large_as_a_look() {
	ExtBuilder::run(|| {
		for number in 0..MAX_LOOKS - 2 {
			let mut bytes = [77; 32];
			bytes[..4].copy_from_slice(&number.to_le_bytes());
			let who = AccountId::new(bytes);
			Pool::<Test>::insert(number, &who);
			PoolIndex::<Test>::insert(&who, number);
		}
		PoolSize::<Test>::put(MAX_LOOKS - 2);
		enlist(2);
		disputed();
		reveal_seeds(1);
		assert_eq!(members(1).len(), 2, "nobody is looked at twice");
	});
}

#[test]
fn should_draw_a_larger_panel_of_others_when_there_is_an_appeal() {
	ExtBuilder::run(|| {
		enlist(20);
		disputed();
		reveal_seeds(1);
		let first = members(1);
		vote(&first, &[1, 1, 1]);
		assert_ok!(Annotation::appeal(by(CARLA), TASK, Hash::zero()));
		assert_eq!(phase(TASK), Phase::Drawing { until: now() + SEED_WINDOW });
		assert_noop!(reveal_seed(NORTH, 1, 1), Error::WrongPhase);
		assert_noop!(reveal_seed(NORTH, 2, 1), Error::NotCommitted);
		reveal_seeds(2);
		let second = members(2);
		assert_eq!(second.len(), 7);
		assert!(second.iter().all(|member| !first.contains(member)));
		assert_eq!(members(1), first);
	});
}
