// SPDX-License-Identifier: Apache-2.0

//! Bounties: held, paid once, freed.

use crate::{Error, Event, Share, mock::*};
use contour_primitives::{
	Balance, Bounties as _, InstitutionId, PanelWork, ReaderWork, Settlement, TaskId,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};

const BOUNTY: Balance = 100_000;

/// What was paid to whom for what, and the last event.
fn settle(settlement: Settlement<AccountId>) -> (Vec<(AccountId, Share, Balance)>, Event<Test>) {
	events();
	Rewards::settle(TASK, settlement);
	let (mut paid, mut last) = (Vec::new(), None);
	for event in events() {
		match event {
			Event::Paid { payee, share, amount, .. } => paid.push((payee, share, amount)),
			Event::BountySettled { .. } => last = Some(event),
			_ => {}
		}
	}
	(paid, last.expect("the task has a bounty"))
}

fn settled(paid: Balance) -> Event<Test> {
	let refunded = BOUNTY - paid;
	Event::BountySettled { task: TASK, institution: NORTH, paid, refunded }
}

fn pot_account(institution: InstitutionId) -> AccountId {
	Rewards::pot_account(institution)
}

/// As in `docs/rewards.md`, with a hundredth of a token as the unit.
fn example() -> Settlement<AccountId> {
	let [ada, bob, eve] = READERS;
	let [uma, vic, wim] = PANEL;
	let reading = |who, quality, earliness| ReaderWork {
		who,
		quality: Some(ppm(quality)),
		earliness: ppm(earliness),
	};
	Settlement {
		wanted: 3,
		readers: vec![
			reading(ada, 950_000, 500_000),
			reading(bob, 860_000, 250_000),
			reading(eve, 600_000, 900_000),
		],
		panel: vec![vote(uma, 1_000_000), vote(vic, 1_000_000), vote(wim, 666_666)],
		scorers: vec![NORTH, SOUTH, EAST],
		..settlement()
	}
}

#[test]
fn should_pay_everybody_their_part_when_the_task_of_the_documentation_is_settled() {
	ExtBuilder::run(|| {
		for institution in [SOUTH, EAST] {
			assert_ok!(Rewards::fund(by(FOUNDATION), institution, MINIMUM));
		}
		open(TASK, BOUNTY);
		let (paid, last) = settle(example());

		let [ada, bob, eve] = READERS;
		let [uma, vic, wim] = PANEL;
		assert_eq!(
			paid,
			[
				(ada, Share::Reading, 10_000 + 10_000 + 2_000),
				(bob, Share::Reading, 10_000 + 8_000 + 1_000),
				(eve, Share::Reading, 10_000 + 2_000),
				(uma, Share::Vote, 5_625),
				(vic, Share::Vote, 5_625),
				(wim, Share::Vote, 3_750),
				(pot_account(SOUTH), Share::Custody, 10_000),
				(pot_account(NORTH), Share::Storage, 1_666),
				(pot_account(SOUTH), Share::Storage, 1_666),
				(pot_account(EAST), Share::Storage, 1_666),
				(PATIENT, Share::Participation, 4_000),
			]
		);
		assert_eq!(last, settled(86_998));
		assert_eq!(pot(NORTH), (MINIMUM + 13_002 + 1_666, 0));
		assert_eq!(pot(SOUTH), (MINIMUM + 11_666, 0));
		assert_eq!(Balances::balance(&ada), MINIMUM + 22_000);
		assert_eq!(Balances::total_issuance(), issuance_at_genesis());

		// What the points are worth when the era is over.
		wait(ERA);
		for (who, amount) in [(ada, 190), (bob, 172), (uma, 60), (vic, 60)] {
			assert_eq!(Rewards::claimable(who), [(FIRST_ERA, amount)]);
		}
		for who in [eve, wim] {
			assert_eq!(Rewards::claimable(who), []);
		}
	});
}

#[test]
fn should_hold_the_bounty_when_a_task_is_opened() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		assert_eq!(pot(NORTH), (MINIMUM, BOUNTY));
		let bounty = Rewards::bounty_of(TASK).expect("it is reserved");
		assert_eq!((bounty.institution, bounty.amount), (NORTH, BOUNTY));
		assert_eq!(bounty.terms, policy().terms);
		assert_eq!(
			events().last(),
			Some(&Event::BountyReserved { task: TASK, institution: NORTH, amount: BOUNTY })
		);
	});
}

#[test]
fn should_refuse_a_bounty_when_the_pot_has_not_so_much() {
	ExtBuilder::run(|| {
		assert_noop!(Rewards::reserve(TASK, NORTH, 1), Error::<Test>::PotTooSmall);
		assert_ok!(Rewards::fund(by(FOUNDATION), NORTH, BOUNTY));
		let too_much = BOUNTY - MINIMUM + 1;
		assert_noop!(Rewards::reserve(TASK, NORTH, too_much), Error::<Test>::PotTooSmall);
		assert_ok!(Rewards::reserve(TASK, NORTH, too_much - 1));
		assert_noop!(Rewards::reserve(TaskId(8), NORTH, 1), Error::<Test>::PotTooSmall);
	});
}

#[test]
fn should_refuse_a_bounty_when_the_task_has_one_or_the_institution_is_suspended() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		assert_noop!(Rewards::reserve(TASK, NORTH, 0), Error::<Test>::AlreadyExists);
		Hospitals::suspend(NORTH);
		assert_noop!(Rewards::reserve(TaskId(8), NORTH, 0), Error::<Test>::InstitutionNotActive);
	});
}

#[test]
fn should_recognise_without_paying_when_there_is_no_bounty() {
	ExtBuilder::run(|| {
		assert_ok!(Rewards::reserve(TASK, NORTH, 0));
		assert_eq!(pot(NORTH), (0, 0));
		events();
		Rewards::settle(TASK, settlement());
		let [who, ..] = READERS;
		assert_eq!(
			events(),
			[
				Event::BountySettled { task: TASK, institution: NORTH, paid: 0, refunded: 0 },
				Event::WorkRecorded {
					who,
					task: TASK,
					modality: settlement().modality,
					quality: ppm(1_000_000),
					counted: true,
					points: 10_000_000,
				},
			]
		);
	});
}

#[test]
fn should_pay_once_when_a_task_is_settled_or_released_again() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		Rewards::settle(TASK, settlement());
		events();
		let before = pot(NORTH);
		Rewards::settle(TASK, settlement());
		Rewards::release(TASK);
		assert_eq!((pot(NORTH), events()), (before, vec![]));
		assert_eq!(Rewards::bounty_of(TASK), None);
	});
}

#[test]
fn should_free_all_of_it_when_a_task_ends_without_merit() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		events();
		Rewards::release(TASK);
		assert_eq!(pot(NORTH), (MINIMUM + BOUNTY, 0));
		assert_eq!(
			events(),
			[Event::BountyReleased { task: TASK, institution: NORTH, amount: BOUNTY }]
		);
	});
}

#[test]
fn should_pay_only_the_panel_when_there_is_no_consensus() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		let (paid, last) = settle(Settlement { validated: false, ..example() });
		assert_eq!(paid.iter().map(|(who, share, _)| (*who, *share)).collect::<Vec<_>>(), {
			PANEL.map(|who| (who, Share::Vote))
		});
		assert_eq!(last, settled(15_000));
	});
}

#[test]
fn should_return_the_share_of_the_panel_when_nobody_decided_as_it_did_or_there_was_none() {
	for panel in [vec![], vec![vote(PANEL[0], 0), vote(PANEL[1], 0)]] {
		ExtBuilder::run(|| {
			open(TASK, BOUNTY);
			let (paid, last) = settle(Settlement { panel, validated: false, ..settlement() });
			assert_eq!((paid, last), (vec![], settled(0)));
		});
	}
}

#[test]
fn should_pay_nothing_for_a_reading_that_could_not_be_scored() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		let reader = ReaderWork { quality: None, ..reading(READERS[0], 0) };
		let (paid, _) = settle(Settlement { readers: vec![reader], ..settlement() });
		assert!(paid.iter().all(|(_, share, _)| *share != Share::Reading));
		assert_eq!(Rewards::records_of(READERS[0]), []);
	});
}

#[test]
fn should_pay_a_place_its_part_only_when_other_places_stay_empty() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		let (paid, _) = settle(Settlement { wanted: 3, ..settlement() });
		assert_eq!(paid.first(), Some(&(READERS[0], Share::Reading, 22_000)));
	});
}

#[test]
fn should_return_the_share_of_the_patient_when_none_takes_part() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		let (paid, last) = settle(Settlement { participant: None, ..settlement() });
		assert!(paid.iter().all(|(_, share, _)| *share != Share::Participation));
		assert_eq!(last, settled(66_000 + 10_000 + 5_000));
	});
}

#[test]
fn should_pay_what_was_promised_when_the_institution_has_been_suspended_since() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		Hospitals::suspend(NORTH);
		let (paid, last) = settle(settlement());
		assert_eq!(paid.first(), Some(&(READERS[0], Share::Reading, 66_000)));
		assert_eq!(last, settled(66_000 + 10_000 + 5_000 + 4_000));
	});
}

#[test]
fn should_return_what_an_account_cannot_receive_when_it_is_less_than_an_account_needs() {
	ExtBuilder::run(|| {
		assert_ok!(Rewards::fund(by(FOUNDATION), NORTH, 150));
		assert_ok!(Rewards::reserve(TASK, NORTH, 100));
		let panel = vec![vote(NEWCOMER, 500_000), vote(PANEL[0], 500_000)];
		let settlement = Settlement { panel, participant: Some(NEWCOMER), ..settlement() };
		events();
		Rewards::settle(TASK, settlement);
		let money: Vec<_> =
			events().into_iter().filter(|it| !matches!(it, Event::WorkRecorded { .. })).collect();
		let task = TASK;
		let paid = |payee, share, amount| Event::Paid { task, payee, share, amount };
		let lost = |payee, share, amount| Event::NotPaid { task, payee, share, amount };
		assert_eq!(
			money,
			[
				paid(READERS[0], Share::Reading, 66),
				lost(NEWCOMER, Share::Vote, 8),
				paid(PANEL[0], Share::Vote, 7),
				paid(pot_account(SOUTH), Share::Custody, 10),
				lost(pot_account(EAST), Share::Storage, 5),
				lost(NEWCOMER, Share::Participation, 4),
				Event::BountySettled { task, institution: NORTH, paid: 83, refunded: 17 },
			]
		);
		assert_eq!(pot(NORTH), (50 + 17, 0));
	});
}

#[test]
fn should_create_the_account_when_a_payee_without_one_gets_enough() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		let readers = vec![reading(NEWCOMER, 1_000_000)];
		settle(Settlement { readers, ..settlement() });
		assert_eq!(Balances::balance(&NEWCOMER), 66_000);
	});
}

#[test]
fn should_leave_other_tasks_their_money_when_a_settlement_asks_for_more_than_there_is() {
	ExtBuilder::run(|| {
		open(TASK, BOUNTY);
		open(TaskId(8), BOUNTY);
		let readers = [READERS, PANEL].concat().into_iter().map(|who| reading(who, 1_000_000));
		let (paid, last) =
			settle(Settlement { wanted: 2, readers: readers.collect(), ..settlement() });
		assert_eq!(paid.iter().filter(|(_, share, _)| *share == Share::Reading).count(), 2);
		assert_eq!(last, settled(66_000 + 10_000 + 5_000 + 4_000));
		assert_eq!(pot(NORTH).1, BOUNTY);
		let work = |who| PanelWork { who, alignment: ppm(1_000_000) };
		Rewards::settle(
			TaskId(8),
			Settlement {
				wanted: 0,
				scorers: vec![],
				panel: PANEL.map(work).to_vec(),
				..settlement()
			},
		);
		assert_eq!(pot(NORTH).1, 0);
	});
}
