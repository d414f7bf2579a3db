// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls, settlements and blocks, checked against a treasurer who
//! only reads the events: money is conserved, a bounty is paid or returned once, and no era mints
//! more than its cap.

use crate::{Call, EraIndex, Event, Issuance, Points, Policy, Shares, mock::*};
use contour_primitives::{
	Balance, Bounties as _, InstitutionId, Institutions, Modality, Moment, PanelWork, ReaderWork,
	Settlement, TaskId,
};
use frame_support::{
	storage::with_storage_layer,
	traits::{UnfilteredDispatchable, fungible::InspectHold},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const TASKS: u32 = 4;

#[derive(Clone, Debug)]
enum Step {
	Fund { institution: InstitutionId, amount: Balance },
	Allocate { head: AccountId, amount: Balance },
	Reclaim { head: AccountId, amount: Balance },
	ReclaimAll { head: AccountId },
	Sweep { institution: InstitutionId },
	Suspend { institution: InstitutionId, active: bool },
	SetPolicy { policy: Box<Policy> },
	Reserve { task: TaskId, institution: InstitutionId, bounty: Balance },
	Settle { task: TaskId, settlement: Settlement<AccountId> },
	Release { task: TaskId },
	Claim { who: AccountId, ago: EraIndex },
	AllClaim { ago: EraIndex },
	Pass { time: Moment, idle: bool },
}

/// People with and without accounts.
fn people() -> Vec<AccountId> {
	[&READERS[..], &PANEL[..], &[PATIENT, NEWCOMER, NEWCOMER + 1]].concat()
}

fn person() -> impl Strategy<Value = AccountId> {
	prop::sample::select(people())
}

fn institution() -> impl Strategy<Value = InstitutionId> {
	prop::sample::select(&HOSPITALS[..])
}

fn amount() -> impl Strategy<Value = Balance> {
	prop_oneof![0..3 * MINIMUM, 0..5_000_u128, Just(FUNDS)]
}

fn quality() -> impl Strategy<Value = u32> {
	prop_oneof![Just(0), Just(1_000_000), 0..=1_000_000_u32]
}

prop_compose! {
	/// Also such as make no sense: more readers than were wanted, the same one twice.
	fn any_settlement()(
		modality in prop::sample::select(&[Modality::Ct, Modality::Mr][..]),
		validated in prop::bool::weighted(0.8),
		custodian in institution(),
		participant in prop::option::of(person()),
		wanted in 0..5_u32,
		readers in prop::collection::vec((person(), prop::option::weighted(0.8, quality()), quality()), 0..5),
		panel in prop::collection::vec((person(), quality()), 0..5),
		scorers in prop::collection::vec(institution(), 0..4),
	) -> Settlement<AccountId> {
		let reader = |(who, quality, earliness): (_, Option<u32>, u32)| ReaderWork {
			who,
			quality: quality.map(ppm),
			earliness: ppm(earliness),
		};
		let member = |(who, alignment)| PanelWork { who, alignment: ppm(alignment) };
		Settlement {
			modality,
			validated,
			custodian,
			participant,
			wanted,
			readers: readers.into_iter().map(reader).collect(),
			panel: panel.into_iter().map(member).collect(),
			scorers,
		}
	}
}

prop_compose! {
	/// Some of which are out of bounds.
	fn any_policy()(
		shares in prop::array::uniform7(0..=200_000_u32),
		merit_floor in quality(),
		cap in 0..=MAX_ERA_ISSUANCE + MAX_ERA_ISSUANCE / 4,
		rate in 0..100_u128,
	) -> Policy {
		let [base, quality, timeliness, panel, custodian, storage, patient] = shares.map(ppm);
		let mut policy = policy();
		policy.terms.shares =
			Shares { base, quality, timeliness, panel, custodian, storage, patient };
		policy.terms.merit_floor = ppm(merit_floor);
		policy.issuance = Issuance { cap, rate };
		policy
	}
}

fn step() -> impl Strategy<Value = Step> {
	let task = || (0..TASKS).prop_map(TaskId);
	let head = || prop::sample::select(&[HEAD, SOUTH_HEAD][..]);
	prop_oneof![
		3 => (institution(), amount())
			.prop_map(|(institution, amount)| Step::Fund { institution, amount }),
		2 => (head(), amount()).prop_map(|(head, amount)| Step::Allocate { head, amount }),
		2 => (head(), amount()).prop_map(|(head, amount)| Step::Reclaim { head, amount }),
		1 => head().prop_map(|head| Step::ReclaimAll { head }),
		1 => institution().prop_map(|institution| Step::Sweep { institution }),
		1 => (institution(), prop::bool::weighted(0.9))
			.prop_map(|(institution, active)| Step::Suspend { institution, active }),
		1 => any_policy().prop_map(|policy| Step::SetPolicy { policy: Box::new(policy) }),
		8 => (task(), institution(), amount())
			.prop_map(|(task, institution, bounty)| Step::Reserve { task, institution, bounty }),
		8 => (task(), any_settlement())
			.prop_map(|(task, settlement)| Step::Settle { task, settlement }),
		1 => task().prop_map(|task| Step::Release { task }),
		6 => (person(), 0..CLAIM_WINDOW + 2).prop_map(|(who, ago)| Step::Claim { who, ago }),
		8 => (1..=CLAIM_WINDOW).prop_map(|ago| Step::AllClaim { ago }),
		5 => (prop::sample::select(&[1, ERA / 3, ERA / 2, ERA, 2 * ERA][..]), any::<bool>())
			.prop_map(|(time, idle)| Step::Pass { time, idle }),
	]
}

/// Does it in a transaction where the runtime does.
fn perform(step: Step) {
	let dispatch = |call: Call<Test>, origin: RuntimeOrigin| {
		let _ = with_storage_layer(|| {
			call.dispatch_bypass_filter(origin).map(|_| ()).map_err(|it| it.error)
		});
	};
	match step {
		Step::Fund { institution, amount } => {
			dispatch(Call::fund { institution, amount }, by(FOUNDATION));
		}
		Step::Allocate { head, amount } => dispatch(Call::allocate { amount }, by(head)),
		Step::Reclaim { head, amount } => dispatch(Call::reclaim { amount }, by(head)),
		Step::ReclaimAll { head } => {
			let institution = if head == HEAD { NORTH } else { SOUTH };
			dispatch(Call::reclaim { amount: pot(institution).0 }, by(head));
		}
		Step::Sweep { institution } => dispatch(Call::sweep { institution }, by(NEWCOMER)),
		Step::Suspend { institution, active: false } => Hospitals::suspend(institution),
		Step::Suspend { institution, active: true } => Hospitals::reinstate(institution),
		Step::SetPolicy { policy } => dispatch(Call::set_policy { policy: *policy }, council()),
		Step::Reserve { task, institution, bounty } => {
			let _ = with_storage_layer(|| Rewards::reserve(task, institution, bounty));
		}
		Step::Settle { task, settlement } => Rewards::settle(task, settlement),
		Step::Release { task } => Rewards::release(task),
		Step::Claim { who, ago } => {
			dispatch(Call::claim { era: Rewards::running_era().saturating_sub(ago) }, by(who));
		}
		Step::AllClaim { ago } => {
			people().into_iter().for_each(|who| perform(Step::Claim { who, ago }));
		}
		Step::Pass { time, idle: true } => pass(time),
		Step::Pass { time, idle: false } => wait(time),
	}
}

/// Knows what the events tell, and nothing of the storage.
#[derive(Default)]
struct Treasurer {
	/// Bounties of tasks that have not ended.
	bounties: BTreeMap<TaskId, (InstitutionId, Balance)>,
	/// What was paid to anybody for the task that is being settled.
	paid: Balance,
	minted: BTreeMap<EraIndex, Balance>,
	claims: BTreeSet<(AccountId, EraIndex)>,
}

impl Treasurer {
	fn note(&mut self, event: Event<Test>) {
		match event {
			Event::BountyReserved { task, institution, amount } => {
				assert_eq!(self.bounties.insert(task, (institution, amount)), None);
			}
			Event::Paid { amount, .. } => self.paid += amount,
			Event::BountySettled { task, institution, paid, refunded } => {
				assert_eq!(self.bounties.remove(&task), Some((institution, paid + refunded)));
				assert_eq!(std::mem::take(&mut self.paid), paid);
			}
			Event::BountyReleased { task, institution, amount } => {
				assert_eq!(self.bounties.remove(&task), Some((institution, amount)));
			}
			Event::Claimed { who, era, amount } => {
				assert!(self.claims.insert((who, era)), "somebody has claimed twice");
				*self.minted.entry(era).or_default() += amount;
			}
			Event::EraClosed { era, minted, .. } => {
				assert_eq!(self.minted.get(&era).copied().unwrap_or_default(), minted);
			}
			_ => {}
		}
	}

	fn check(&self) {
		Rewards::do_try_state().expect("the pallet's invariants hold");
		let minted: Balance = self.minted.values().sum();
		assert_eq!(Balances::total_issuance(), issuance_at_genesis() + minted);
		assert!(self.minted.values().all(|minted| *minted <= MAX_ERA_ISSUANCE));
		for institution in HOSPITALS {
			let held: Balance =
				self.bounties.values().filter(|it| it.0 == institution).map(|it| it.1).sum();
			assert_eq!(pot(institution).1, held);
			let (free, _) = pot(institution);
			assert!(free >= MINIMUM || free + held == 0);
			let fee_account = Hospitals::fee_account_of(institution);
			assert_eq!(Balances::total_balance_on_hold(&fee_account), 0);
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn should_agree_with_the_treasurer_when_anything_happens(
		steps in prop::collection::vec(step(), 1..150),
	) {
		ExtBuilder::run(|| {
			let mut treasurer = Treasurer::default();
			for institution in [NORTH, SOUTH] {
				perform(Step::Fund { institution, amount: FUNDS / 20 });
			}
			for step in steps {
				perform(step);
				events().into_iter().for_each(|event| treasurer.note(event));
				treasurer.check();
			}
			// In the end time forgets all points, and no money is left on hold.
			pass(Moment::from(CLAIM_WINDOW + 1) * ERA);
			for task in (0..TASKS).map(TaskId) {
				Rewards::release(task);
			}
			events().into_iter().for_each(|event| treasurer.note(event));
			treasurer.check();
			assert_eq!(Points::<Test>::iter().count(), 0);
			assert!(treasurer.bounties.is_empty());
			assert!(HOSPITALS.iter().all(|institution| pot(*institution).1 == 0));
		});
	}
}
