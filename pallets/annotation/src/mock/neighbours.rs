// SPDX-License-Identifier: Apache-2.0

//! What stands for the pallets around this one: hospitals and their people, studies, bounties, histories.

use super::{BOUNTY, Balance, NORTH, SOUTH, WEST, head, person};
use contour_primitives::{
	AccountId, Action, Bounties, InstitutionId, Institutions, KeyRegistry, KeySuite, Modality,
	PublicKey, Purpose, Refusal, Role, Settlement, Standing, Studies, StudyFacts, StudyId, TaskId,
	audit::{Deed, Subject, Trail},
};
use frame_support::ensure;
use sp_runtime::{DispatchError, DispatchResult};
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};
#[cfg(feature = "runtime-benchmarks")]
use {
	super::{Balances, FUNDS, Timestamp},
	contour_primitives::Moment,
};

thread_local! {
	static SUSPENDED: RefCell<BTreeSet<InstitutionId>> = const { RefCell::new(BTreeSet::new()) };
	/// Institutions of the measurements, by their administrators.
	static ADMITTED: RefCell<BTreeMap<AccountId, InstitutionId>> =
		const { RefCell::new(BTreeMap::new()) };
	/// Who has roles beside those that all tests know.
	static VOUCHED: RefCell<BTreeMap<AccountId, Vec<Position>>> =
		const { RefCell::new(BTreeMap::new()) };
	/// Who has no encryption key any more.
	static KEYLESS: RefCell<BTreeSet<AccountId>> = const { RefCell::new(BTreeSet::new()) };
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
	static HISTORY: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
}

/// Lets all of them be as at the beginning.
pub(super) fn forget() {
	SUSPENDED.take();
	ADMITTED.take();
	VOUCHED.take();
	KEYLESS.take();
	ENTRUSTED.take();
	WITHDRAWN.take();
	LEASES.take();
	RESERVED.take();
	SETTLED.take();
	HISTORY.take();
}

/// Which roles somebody has at a hospital.
type Position = (InstitutionId, &'static [Role]);

/// A line of a history.
pub(crate) type Line = (Subject<AccountId>, Option<AccountId>, Deed<AccountId>);

/// Stands for the credentials' pallet.
pub struct Hospitals;

impl Hospitals {
	/// Suspends a hospital and all whom it vouches for.
	pub(crate) fn suspend(institution: InstitutionId) {
		SUSPENDED.with_borrow_mut(|suspended| suspended.insert(institution));
	}

	/// Takes somebody's encryption key away.
	pub(crate) fn lose_key(who: &AccountId) {
		KEYLESS.with_borrow_mut(|keyless| keyless.insert(who.clone()));
	}

	/// Lets a hospital vouch for somebody, for whom others may vouch already.
	pub(crate) fn vouch(who: &AccountId, institution: InstitutionId, roles: &'static [Role]) {
		VOUCHED.with_borrow_mut(|vouched| {
			vouched.entry(who.clone()).or_default().push((institution, roles));
		});
	}

	/// At which hospitals somebody has which roles.
	fn positions(who: &AccountId) -> Vec<Position> {
		let [number, ..] = *AsRef::<[u8; 32]>::as_ref(who);
		let position: Option<(_, &[_])> = match number {
			_ if *who != person(number) => None,
			1 => Some((NORTH, &[Role::Custodian])),
			11 | 15 => Some((NORTH, &[Role::Radiologist])),
			12 | 13 => Some((SOUTH, &[Role::Radiologist])),
			14 => Some((SOUTH, &[Role::DataScientist])),
			110..=113 => Some((InstitutionId(u32::from(number) - 110), &[Role::Scorer])),
			200..=240 => Some((WEST, &[Role::Radiologist])),
			_ => None,
		};
		let more = VOUCHED.with_borrow(|vouched| vouched.get(who).cloned());
		position.into_iter().chain(more.unwrap_or_default()).collect()
	}

	/// The first hospital that is active and at which the roles suffice.
	fn first(
		who: &AccountId,
		suffices: impl Fn(&[Role]) -> bool,
	) -> Result<InstitutionId, Refusal> {
		let mut closest = Refusal::NotVouchedFor;
		for (institution, roles) in Self::positions(who) {
			if !Self::is_active(institution) {
				closest = closest.max(Refusal::InstitutionNotActive);
			} else if suffices(roles) {
				return Ok(institution);
			} else {
				closest = Refusal::MissingRole;
			}
		}
		Err(closest)
	}

	/// The roles of which one is needed.
	fn needed(action: Action) -> Result<&'static [Role], Refusal> {
		match action {
			Action::OpenTask => Ok(&[Role::Custodian, Role::Radiologist]),
			Action::SubmitReading | Action::VoteOnPanel => Ok(&[Role::Radiologist]),
			Action::ReportScores => Ok(&[Role::Scorer]),
			Action::SubmitResult => Ok(&[Role::DataScientist]),
			_ => Err(Refusal::NoStandard),
		}
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<Balance> for Hospitals {
	fn admit(administrator: &AccountId) -> InstitutionId {
		use frame_support::traits::fungible::Mutate;

		let institution = ADMITTED.with_borrow_mut(|admitted| {
			let next = InstitutionId(100 + admitted.len() as u32);
			*admitted.entry(administrator.clone()).or_insert(next)
		});
		Self::vouch_for(institution, administrator);
		Balances::set_balance(&Self::fee_account_of(institution), FUNDS);
		institution
	}

	fn vouch_for(institution: InstitutionId, who: &AccountId) {
		const ALL: &[Role] =
			&[Role::Custodian, Role::Radiologist, Role::Scorer, Role::DataScientist];
		Self::vouch(who, institution, ALL);
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

impl Standing<AccountId> for Hospitals {
	fn voucher(who: &AccountId) -> Result<InstitutionId, Refusal> {
		Self::first(who, |_| true)
	}

	fn may(who: &AccountId, action: Action, _: Modality) -> Result<InstitutionId, Refusal> {
		let needed = Self::needed(action)?;
		Self::first(who, |roles| roles.iter().any(|role| needed.contains(role)))
	}

	fn may_at(
		who: &AccountId,
		institution: InstitutionId,
		action: Action,
		_: Modality,
	) -> Result<(), Refusal> {
		let mut verdict = Err(Refusal::NotVouchedFor);
		for role in Self::needed(action)? {
			verdict = verdict.or_else(|_| Self::holds(who, institution, *role));
		}
		verdict
	}

	fn holds(who: &AccountId, institution: InstitutionId, role: Role) -> Result<(), Refusal> {
		let (_, roles) = Self::positions(who)
			.into_iter()
			.find(|(own, _)| *own == institution)
			.ok_or(Refusal::NotVouchedFor)?;
		ensure!(Self::is_active(institution), Refusal::InstitutionNotActive);
		ensure!(roles.contains(&role), Refusal::MissingRole);
		Ok(())
	}
}

impl Institutions<AccountId> for Hospitals {
	fn is_active(institution: InstitutionId) -> bool {
		(institution.0 <= WEST.0 || institution.0 >= 100)
			&& !SUSPENDED.with_borrow(|suspended| suspended.contains(&institution))
	}

	fn administered_by(who: &AccountId) -> Option<InstitutionId> {
		let hospital = (0..=WEST.0).map(InstitutionId).find(|it| head(*it) == *who);
		let institution =
			hospital.or_else(|| ADMITTED.with_borrow(|admitted| admitted.get(who).copied()))?;
		Self::is_active(institution).then_some(institution)
	}

	fn fee_account_of(institution: InstitutionId) -> AccountId {
		let mut bytes = [255; 32];
		bytes[..4].copy_from_slice(&institution.0.to_le_bytes());
		AccountId::new(bytes)
	}

	fn introduce(_: &AccountId) {}
}

impl KeyRegistry<AccountId> for Hospitals {
	fn key_of(who: &AccountId) -> Option<(KeySuite, PublicKey)> {
		Self::positions(who).first()?;
		let lost = KEYLESS.with_borrow(|keyless| keyless.contains(who));
		(!lost).then(|| (KeySuite::X25519, PublicKey::truncate_from(vec![1; 32])))
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

/// Writes histories down, for the tests to read.
pub struct Clerk;

impl Trail<AccountId> for Clerk {
	fn append(subject: Subject<AccountId>, who: Option<AccountId>, what: Deed<AccountId>) {
		HISTORY.with_borrow_mut(|history| history.push((subject, who, what)));
	}
}

/// What was written down since the last time.
pub(crate) fn history() -> Vec<Line> {
	HISTORY.take()
}
