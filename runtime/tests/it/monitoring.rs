// SPDX-License-Identifier: Apache-2.0

//! What operators watch, on a chain on which it happens.

use crate::{
	chain::*,
	tasks::{STUDY, TASK, report, reported, scorer_key, task},
};
use contour_primitives::{
	DAY, Hash, InstitutionId, Moment, Role,
	monitoring::{Figures, InstitutionFigures},
	runtime_api::runtime_decl_for_monitoring_api::MonitoringApiV1,
};
use contour_runtime::{Balances, Block, Credentials, Runtime, RuntimeCall, System, UNIT};
use frame_support::traits::fungible::Mutate;
use pallet_annotation::{Phase, Tasks};
use pallet_imaging::Call as Imaging;
use sp_consensus_aura::sr25519::AuthorityId;
use sp_keyring::Sr25519Keyring;

const WEST: InstitutionId = InstitutionId(3);

fn figures() -> Figures {
	let figures = <Runtime as MonitoringApiV1<Block>>::figures();
	assert!(figures.complete);
	figures
}

fn of(institution: InstitutionId) -> InstitutionFigures {
	let mut all = figures().institutions.into_iter();
	all.find(|it| it.institution == institution).expect("it has not left")
}

fn now() -> Moment {
	pallet_timestamp::Now::<Runtime>::get()
}

#[test]
fn should_name_every_hospital_and_count_nothing_when_nothing_waits() {
	run(|| {
		let all = figures().institutions;
		let numbers: Vec<_> = all.iter().map(|it| it.institution).collect();
		assert_eq!(numbers, [NORTH, SOUTH, EAST, WEST]);
		let names: Vec<_> = all.iter().map(|it| it.name.as_str()).collect();
		assert_eq!(names[0], "North University Hospital");
		assert!(all.iter().all(|it| !it.has_business() && it.dissents == 0), "{all:?}");
		// The existential deposit stays.
		assert_eq!(all[0].fee_account / UNIT, 9_999);
		assert_eq!(all[0].allowance, 10 * UNIT);
	});
}

#[test]
fn should_show_that_money_runs_low_when_it_does() {
	run(|| {
		Balances::set_balance(&Credentials::fee_account_of(SOUTH), 3 * UNIT);
		let low = of(SOUTH).fee_account;
		assert!(low < 3 * UNIT && low > 2 * UNIT, "{low}");
		let set = pallet_credentials::Call::set_allowance { allowance: UNIT };
		send(Bob, RuntimeCall::Credentials(set));
		assert_eq!(of(SOUTH).allowance, UNIT);
		assert!(of(SOUTH).fee_account < low, "that cost something");
		assert_eq!(of(NORTH).fee_account / UNIT, 9_999);
	});
}

#[test]
fn should_count_a_lease_an_emergency_and_a_task_when_their_time_comes() {
	run(|| {
		// The readers of the south and the east have leases for half a day. No block has come yet.
		task();
		assert_eq!((of(SOUTH).leases_ending, of(EAST).leases_ending), (1, 1));
		assert_eq!(of(NORTH).leases_ending, 0, "it is the custodian only");
		assert_eq!((of(NORTH).reports_missing, of(NORTH).tasks_overdue), (1, 0));

		send(Bob, credential(&Two.to_account_id(), Role::Clinician));
		let (study, reason) = (STUDY, Hash::repeat_byte(7));
		send(Two, Imaging::open_emergency { study, reason });
		assert_eq!((of(NORTH).emergencies_unreviewed, of(NORTH).emergencies_overdue), (1, 0));
		assert_eq!(of(SOUTH).emergencies_unreviewed, 0, "the custodian has to");

		// The chain stands still for three days; the first block has not moved anything yet.
		next_block_at(now() + 3 * DAY);
		assert_eq!((of(SOUTH).leases_ending, of(EAST).leases_ending), (0, 0));
		assert!(matches!(
			Tasks::<Runtime>::get(TASK).expect("it is there").phase,
			Phase::Scoring { .. }
		));
		assert_eq!((of(NORTH).reports_missing, of(NORTH).tasks_overdue), (1, 1));
		assert_eq!((of(NORTH).emergencies_unreviewed, of(NORTH).emergencies_overdue), (1, 1));

		next_block();
		assert_eq!((of(NORTH).reports_missing, of(NORTH).tasks_overdue), (0, 0));
		assert_eq!(of(NORTH).emergencies_overdue, 1);
		let clinician = Two.to_account_id();
		let review = Imaging::review_emergency { study, clinician, justified: true };
		send(Dave, review);
		assert!(!of(NORTH).has_business(), "{:?}", of(NORTH));
	});
}

#[test]
fn should_count_no_report_as_missing_when_the_scorer_has_told() {
	run(|| {
		task();
		let told = reported(&report(900_000), System::block_hash(0), &scorer_key());
		apply(told).expect("it is valid").expect("it succeeds");
		assert_eq!(of(NORTH).reports_missing, 0);
	});
}

#[test]
fn should_show_a_hospital_that_left_only_while_something_of_it_is_left() {
	run(|| {
		task();
		let told = reported(&report(900_000), System::block_hash(0), &scorer_key());
		apply(told).expect("it is valid").expect("it succeeds");
		send(Bob, credential(&Two.to_account_id(), Role::Clinician));
		send(Two, Imaging::open_emergency { study: STUDY, reason: Hash::zero() });
		let others = &[Bob, Charlie, Dave];
		let remove = pallet_credentials::Call::remove_institution { institution: NORTH };
		pass(others, RuntimeCall::Credentials(remove)).expect("the council decides");
		let left = of(NORTH);
		assert_eq!((left.emergencies_unreviewed, left.allowance, left.fee_account), (1, 0, 0));

		let (study, clinician) = (STUDY, Two.to_account_id());
		pass(others, Imaging::review_emergency { study, clinician, justified: true })
			.expect("the council reviews it");
		let listed: Vec<_> = figures().institutions.iter().map(|it| it.institution).collect();
		assert_eq!(listed, [SOUTH, EAST, WEST]);
	});
}

#[test]
fn should_know_whose_validator_has_a_key_when_it_was_set() {
	run(|| {
		let whose = |keyring: Sr25519Keyring| {
			let key = AuthorityId::from(keyring.public());
			<Runtime as MonitoringApiV1<Block>>::institution_of(key)
		};
		assert_eq!((whose(Alice), whose(Bob)), (Some(NORTH), Some(SOUTH)));
		assert_eq!(whose(Ferdie), None);
	});
}
