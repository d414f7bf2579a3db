// SPDX-License-Identifier: Apache-2.0

//! What stands for the pallets around this one, besides hospitals and histories: studies, bounties.

use super::{BOUNTY, Balance, NORTH};
use contour_primitives::{
	AccountId, Bounties, InstitutionId, Modality, Purpose, Settlement, Studies, StudyFacts,
	StudyId, TaskId,
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};
#[cfg(feature = "runtime-benchmarks")]
use {
	super::{Balances, FUNDS, Hospitals, Timestamp},
	contour_primitives::{Institutions, KeySuite, Moment, Role},
};

thread_local! {
	/// Studies for which another hospital than the north answers.
	static ENTRUSTED: RefCell<BTreeMap<StudyId, InstitutionId>> =
		const { RefCell::new(BTreeMap::new()) };
	static WITHDRAWN: RefCell<BTreeSet<StudyId>> = const { RefCell::new(BTreeSet::new()) };
	static LEASES: RefCell<BTreeMap<(StudyId, AccountId), Purpose>> =
		const { RefCell::new(BTreeMap::new()) };
	static RESERVED: RefCell<BTreeMap<TaskId, Balance>> =
		const { RefCell::new(BTreeMap::new()) };
	static SETTLED: RefCell<Vec<(TaskId, Option<Settlement<AccountId>>)>> =
		const { RefCell::new(Vec::new()) };
}

/// Lets all of them be as at the beginning.
pub(super) fn forget() {
	ENTRUSTED.take();
	WITHDRAWN.take();
	LEASES.take();
	RESERVED.take();
	SETTLED.take();
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<Balance> for Hospitals {
	fn admit(administrator: &AccountId) -> InstitutionId {
		use frame_support::traits::fungible::Mutate;

		let institution = Self::hospital_of(administrator);
		Self::vouch_for(institution, administrator);
		Balances::set_balance(&Self::fee_account_of(institution), FUNDS);
		institution
	}

	fn vouch_for(institution: InstitutionId, who: &AccountId) {
		const ALL: &[Role] =
			&[Role::Custodian, Role::Radiologist, Role::Scorer, Role::DataScientist];
		Self::vouch(who, institution, ALL);
		Self::give_key(who, KeySuite::X25519);
	}

	fn register(_: &AccountId, institution: InstitutionId, study: StudyId) {
		Archive::entrust(study, institution);
	}

	fn lease(study: StudyId, who: &AccountId, purpose: Purpose) {
		Archive::lease(study, who, purpose);
	}

	fn bounty(_: InstitutionId) -> Balance {
		BOUNTY
	}

	fn set_clock(now: Moment) {
		Timestamp::set_timestamp(now);
	}
}

/// Stands for the imaging pallet: every study is there until it is withdrawn.
pub struct Archive;

impl Archive {
	pub(crate) fn withdraw(study: StudyId) {
		WITHDRAWN.with_borrow_mut(|withdrawn| withdrawn.insert(study));
	}

	/// Lets a hospital answer for a study.
	pub(crate) fn entrust(study: StudyId, institution: InstitutionId) {
		ENTRUSTED.with_borrow_mut(|entrusted| entrusted.insert(study, institution));
	}

	pub(crate) fn lease(study: StudyId, who: &AccountId, purpose: Purpose) {
		LEASES.with_borrow_mut(|leases| leases.insert((study, who.clone()), purpose));
	}

	pub(crate) fn end_leases() {
		LEASES.take();
	}
}

impl Studies<AccountId> for Archive {
	fn facts(study: StudyId) -> Option<StudyFacts<AccountId>> {
		let there = !WITHDRAWN.with_borrow(|withdrawn| withdrawn.contains(&study));
		let entrusted = ENTRUSTED.with_borrow(|entrusted| entrusted.get(&study).copied());
		let custodian = entrusted.unwrap_or(NORTH);
		there.then_some(StudyFacts { custodian, modality: Modality::Mr, participant: None })
	}

	fn leased(study: StudyId, who: &AccountId) -> Option<Purpose> {
		LEASES.with_borrow(|leases| leases.get(&(study, who.clone())).copied())
	}
}

/// Stands for the rewards' pallet.
pub struct Purse;

impl Purse {
	/// How tasks were settled since the last time; nothing being a release.
	pub(crate) fn settled() -> Vec<(TaskId, Option<Settlement<AccountId>>)> {
		SETTLED.take()
	}

	/// What is held.
	pub(crate) fn reserved() -> BTreeMap<TaskId, Balance> {
		RESERVED.with_borrow(Clone::clone)
	}

	fn finish(task: TaskId, settlement: Option<Settlement<AccountId>>) {
		let reserved = RESERVED.with_borrow_mut(|reserved| reserved.remove(&task));
		assert!(reserved.is_some(), "a task is settled once");
		SETTLED.with_borrow_mut(|settled| settled.push((task, settlement)));
	}
}

impl Bounties<AccountId, Balance> for Purse {
	fn reserve(task: TaskId, _: InstitutionId, bounty: Balance) -> DispatchResult {
		ensure!(bounty <= BOUNTY, DispatchError::Other("the pot is empty"));
		RESERVED.with_borrow_mut(|reserved| reserved.insert(task, bounty));
		Ok(())
	}

	fn settle(task: TaskId, settlement: Settlement<AccountId>) {
		Self::finish(task, Some(settlement));
	}

	fn release(task: TaskId) {
		Self::finish(task, None);
	}
}
