// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls by anybody, checked against a model that knows nothing of
//! the pallet's storage.

use crate::{Event, PublicKeyBytes, mock::*};
use contour_primitives::{DAY, InstitutionId, KeySuite, Moment, Refusal, Role, Sponsor, Standing};
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use std::collections::{BTreeMap, BTreeSet};

const EVERYBODY: [AccountId; 8] =
	[NORTH_ADMIN, SOUTH_ADMIN, EAST_ADMIN, RADIOLOGIST, CUSTODIAN, PATIENT, OPERATOR, NEWCOMER];
const HOURS: Moment = DAY / 24;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Caller {
	Council,
	Account(AccountId),
}

impl From<Caller> for RuntimeOrigin {
	fn from(caller: Caller) -> Self {
		match caller {
			Caller::Council => council(),
			Caller::Account(who) => by(who),
		}
	}
}

#[derive(Clone, Debug)]
enum Call {
	Admit { administrator: AccountId },
	Suspend(InstitutionId),
	Reinstate(InstitutionId),
	Remove(InstitutionId),
	HandOver { institution: InstitutionId, to: AccountId },
	TopUp { institution: InstitutionId, amount: Balance },
	SetAllowance(Balance),
	SetMemberAllowance { member: AccountId, allowance: Option<Balance> },
	SetCap(Option<Balance>),
	Issue { holder: AccountId, role: Role, expires: Moment },
	Renew { holder: AccountId, expires: Moment },
	SuspendCredential(AccountId),
	ReinstateCredential(AccountId),
	Revoke(AccountId),
	SetKey,
	Enrol(AccountId),
	Discharge(AccountId),
}

#[derive(Clone, Debug)]
enum Step {
	Call { caller: Caller, call: Call },
	Wait { hours: Moment },
	Pay { who: AccountId, fee: Balance, excess: Balance },
}

fn anybody() -> impl Strategy<Value = AccountId> {
	prop::sample::select(&EVERYBODY[..])
}

fn institution() -> impl Strategy<Value = InstitutionId> {
	(0u32..5).prop_map(InstitutionId)
}

/// Mostly the council and the administrators at genesis, so that much succeeds.
fn caller() -> impl Strategy<Value = Caller> {
	prop_oneof![
		3 => Just(Caller::Council),
		5 => prop::sample::select(&EVERYBODY[..3]).prop_map(Caller::Account),
		3 => anybody().prop_map(Caller::Account),
	]
}

fn call() -> impl Strategy<Value = Call> {
	let expiry = || (0..60u64).prop_map(|days| NOW + days * DAY);
	let role = prop::sample::select(vec![Role::Radiologist, Role::Custodian]);
	prop_oneof![
		1 => anybody().prop_map(|administrator| Call::Admit { administrator }),
		3 => institution().prop_map(Call::Suspend),
		3 => institution().prop_map(Call::Reinstate),
		1 => institution().prop_map(Call::Remove),
		2 => (institution(), anybody())
			.prop_map(|(institution, to)| Call::HandOver { institution, to }),
		1 => (institution(), 0..500u64)
			.prop_map(|(institution, amount)| Call::TopUp { institution, amount }),
		1 => (0..300u64).prop_map(Call::SetAllowance),
		2 => (anybody(), prop::option::of(0..300u64))
			.prop_map(|(member, allowance)| Call::SetMemberAllowance { member, allowance }),
		1 => prop::option::of(0..400u64).prop_map(Call::SetCap),
		6 => (anybody(), role, expiry())
			.prop_map(|(holder, role, expires)| Call::Issue { holder, role, expires }),
		2 => (anybody(), expiry()).prop_map(|(holder, expires)| Call::Renew { holder, expires }),
		2 => anybody().prop_map(Call::SuspendCredential),
		2 => anybody().prop_map(Call::ReinstateCredential),
		2 => anybody().prop_map(Call::Revoke),
		1 => Just(Call::SetKey),
		3 => anybody().prop_map(Call::Enrol),
		2 => anybody().prop_map(Call::Discharge),
	]
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		12 => (caller(), call()).prop_map(|(caller, call)| Step::Call { caller, call }),
		2 => (1..240u64).prop_map(|hours| Step::Wait { hours }),
		6 => (anybody(), 0..150u64, 0..50u64)
			.prop_map(|(who, fee, excess)| Step::Pay { who, fee, excess: excess.min(fee) }),
	]
}

/// Makes the call; `Ok` is the institution for which it was made, where its event names one.
fn perform(caller: Caller, call: Call) -> Result<Option<InstitutionId>, sp_runtime::DispatchError> {
	let origin = caller.into();
	let done: DispatchResult = match call {
		Call::Admit { administrator } => {
			Credentials::admit_institution(origin, name(b"New"), administrator, ALLOWANCE)
		}
		Call::Suspend(institution) => Credentials::suspend_institution(origin, institution),
		Call::Reinstate(institution) => Credentials::reinstate_institution(origin, institution),
		Call::Remove(institution) => Credentials::remove_institution(origin, institution),
		Call::HandOver { institution, to } => {
			Credentials::set_administrator(origin, institution, to)
		}
		Call::TopUp { institution, amount } => Credentials::top_up(origin, institution, amount),
		Call::SetAllowance(allowance) => Credentials::set_allowance(origin, allowance),
		Call::SetMemberAllowance { member, allowance } => {
			Credentials::set_member_allowance(origin, member, allowance)
		}
		Call::SetCap(cap) => Credentials::set_daily_cap(origin, cap),
		Call::Issue { holder, role, expires } => issue_until(origin, holder, role.into(), expires),
		Call::Renew { holder, expires } => Credentials::renew_credential(origin, holder, expires),
		Call::SuspendCredential(holder) => Credentials::suspend_credential(origin, holder),
		Call::ReinstateCredential(holder) => Credentials::reinstate_credential(origin, holder),
		Call::Revoke(holder) => Credentials::revoke_credential(origin, holder),
		Call::SetKey => {
			let key = PublicKeyBytes::truncate_from(vec![1; 32]);
			Credentials::set_encryption_key(origin, KeySuite::X25519, key)
		}
		Call::Enrol(patient) => Credentials::enrol_patient(origin, patient),
		Call::Discharge(patient) => Credentials::discharge_patient(origin, patient),
	};
	done?;
	Ok(match &events()[..] {
		[
			Event::InstitutionAdmitted { institution, .. }
			| Event::PatientEnrolled { institution, .. }
			| Event::PatientDischarged { institution, .. },
		] => Some(*institution),
		[_] => None,
		other => panic!("a call deposits one event: {other:?}"),
	})
}

#[derive(Clone, Copy, PartialEq)]
enum Membership {
	Good,
	Suspended,
	Over,
}

struct Hospital {
	administrator: AccountId,
	allowance: Balance,
	cap: Option<Balance>,
	membership: Membership,
	money: Balance,
}

struct Vouched {
	role: Role,
	expires: Moment,
	suspended: bool,
}

/// What a careful clerk would note, without looking at the chain.
struct Clerk {
	now: Moment,
	hospitals: BTreeMap<InstitutionId, Hospital>,
	credentials: BTreeMap<(InstitutionId, AccountId), Vouched>,
	enrolled: BTreeSet<(InstitutionId, AccountId)>,
	allowances: BTreeMap<(InstitutionId, AccountId), Balance>,
	spent: BTreeMap<(InstitutionId, AccountId, Moment), Balance>,
	/// The highest allowance at any payment of a day.
	highest: BTreeMap<(InstitutionId, AccountId, Moment), Balance>,
	/// What an institution paid for all but its administrator on a day.
	spent_by: BTreeMap<(InstitutionId, Moment), Balance>,
	/// The highest cap at any of these payments.
	highest_cap: BTreeMap<(InstitutionId, Moment), Balance>,
}

impl Clerk {
	fn at_genesis() -> Self {
		let hospital = |administrator| Hospital {
			administrator,
			allowance: ALLOWANCE,
			cap: None,
			membership: Membership::Good,
			money: FEES,
		};
		Self {
			now: NOW,
			hospitals: [(NORTH, NORTH_ADMIN), (SOUTH, SOUTH_ADMIN), (EAST, EAST_ADMIN)]
				.map(|(institution, administrator)| (institution, hospital(administrator)))
				.into(),
			credentials: BTreeMap::new(),
			enrolled: BTreeSet::new(),
			allowances: BTreeMap::new(),
			spent: BTreeMap::new(),
			highest: BTreeMap::new(),
			spent_by: BTreeMap::new(),
			highest_cap: BTreeMap::new(),
		}
	}

	fn is_good(&self, institution: InstitutionId) -> bool {
		self.hospitals.get(&institution).is_some_and(|it| it.membership == Membership::Good)
	}

	fn administers(&self, caller: Caller) -> Option<InstitutionId> {
		let is_caller = |hospital: &Hospital| Caller::Account(hospital.administrator) == caller;
		let mut own = self
			.hospitals
			.iter()
			.filter(|(_, it)| it.membership == Membership::Good && is_caller(it));
		let (institution, _) = own.next()?;
		assert!(own.next().is_none(), "an account administers two institutions");
		Some(*institution)
	}

	fn counts(&self, institution: InstitutionId, who: AccountId) -> Option<Role> {
		let it = self.credentials.get(&(institution, who))?;
		(!it.suspended && self.now < it.expires && self.is_good(institution)).then_some(it.role)
	}

	/// Whether the institution answers for somebody in a way that does not depend on time.
	fn knows(&self, institution: InstitutionId, who: AccountId) -> bool {
		let hospital = &self.hospitals[&institution];
		(hospital.administrator == who && hospital.membership != Membership::Over)
			|| self.enrolled.contains(&(institution, who))
			|| (institution, who) == (NORTH, OPERATOR)
	}

	fn vouches(&self, institution: InstitutionId, who: AccountId) -> bool {
		self.is_good(institution)
			&& (self.knows(institution, who) || self.counts(institution, who).is_some())
	}

	fn anybody_vouches(&self, who: AccountId) -> bool {
		self.hospitals.keys().any(|institution| self.vouches(*institution, who))
	}

	fn forget_allowance(&mut self, institution: InstitutionId, who: AccountId) {
		if !self.knows(institution, who) && !self.credentials.contains_key(&(institution, who)) {
			self.allowances.remove(&(institution, who));
		}
	}

	/// Notes a call that succeeded, unless the caller had no right to it.
	fn note(&mut self, caller: Caller, call: Call, institution: Option<InstitutionId>) {
		let council = || assert_eq!(caller, Caller::Council, "only the council may do {call:?}");
		let own = || self.administers(caller).expect("only an administrator may do this");
		let named = || institution.expect("the event names the institution");
		match call {
			Call::Admit { administrator } => {
				council();
				let (allowance, membership) = (ALLOWANCE, Membership::Good);
				let hospital =
					Hospital { administrator, allowance, cap: None, membership, money: 0 };
				let known = self.hospitals.insert(named(), hospital);
				assert!(known.is_none(), "a number was given again");
			}
			Call::Suspend(it) => {
				council();
				self.hospital(it).membership = Membership::Suspended;
			}
			Call::Reinstate(it) => {
				council();
				assert!(self.hospital(it).membership == Membership::Suspended);
				self.hospital(it).membership = Membership::Good;
			}
			Call::Remove(it) => {
				council();
				let hospital = self.hospital(it);
				(hospital.membership, hospital.money) = (Membership::Over, 0);
			}
			Call::HandOver { institution, to } => {
				assert!(caller == Caller::Council || own() == institution);
				self.hospital(institution).administrator = to;
			}
			Call::TopUp { institution, amount } => {
				council();
				self.hospital(institution).money += amount;
			}
			Call::SetAllowance(allowance) => {
				let own = own();
				self.hospital(own).allowance = allowance;
			}
			Call::SetMemberAllowance { member, allowance } => {
				match (own(), allowance) {
					(own, Some(allowance)) => self.allowances.insert((own, member), allowance),
					(own, None) => self.allowances.remove(&(own, member)),
				};
			}
			Call::SetCap(cap) => {
				let own = own();
				self.hospital(own).cap = cap;
			}
			Call::Issue { holder, role, expires } => {
				let vouched = Vouched { role, expires, suspended: false };
				let known = self.credentials.insert((own(), holder), vouched);
				assert!(known.is_none(), "a credential was issued twice");
			}
			Call::Renew { holder, expires } => self.credential(own(), holder).expires = expires,
			Call::SuspendCredential(holder) => self.credential(own(), holder).suspended = true,
			Call::ReinstateCredential(holder) => self.credential(own(), holder).suspended = false,
			Call::Revoke(holder) => {
				let own = own();
				self.credentials.remove(&(own, holder)).expect("there is one to revoke");
				self.forget_allowance(own, holder);
			}
			Call::SetKey => {
				let Caller::Account(who) = caller else { panic!("the council has no key") };
				assert!(self.anybody_vouches(who), "a key of a stranger");
			}
			Call::Enrol(patient) => {
				self.ensure_custodian(caller, named());
				assert!(self.enrolled.insert((named(), patient)), "enrolled twice");
			}
			Call::Discharge(patient) => {
				self.ensure_custodian(caller, named());
				assert!(self.enrolled.remove(&(named(), patient)), "was not enrolled");
				self.forget_allowance(named(), patient);
			}
		}
	}

	fn hospital(&mut self, institution: InstitutionId) -> &mut Hospital {
		let hospital = self.hospitals.get_mut(&institution).expect("there is such an institution");
		assert!(hospital.membership != Membership::Over, "an institution that has left");
		hospital
	}

	fn credential(&mut self, own: InstitutionId, holder: AccountId) -> &mut Vouched {
		self.credentials.get_mut(&(own, holder)).expect("there is such a credential")
	}

	fn ensure_custodian(&self, caller: Caller, institution: InstitutionId) {
		let Caller::Account(who) = caller else { panic!("the council enrols nobody") };
		assert!(
			self.administers(caller) == Some(institution)
				|| self.counts(institution, who) == Some(Role::Custodian),
			"only a custodian may do this"
		);
	}

	/// Pays as the runtime does, and checks what the pallet says about it beforehand.
	fn pay(&mut self, who: AccountId, fee: Balance, excess: Balance) {
		let Ok(institution) = Credentials::voucher(&who) else {
			assert!(!self.anybody_vouches(who));
			assert!(pay(who, fee).is_err_and(|refusal| refusal < Refusal::NoStandard));
			return;
		};
		assert!(self.vouches(institution, who), "the wrong institution pays");
		let key = (institution, who, self.now / DAY);
		let hospital = &self.hospitals[&institution];
		let administers = hospital.administrator == who;
		let works_there =
			self.counts(institution, who).is_some() || (institution, who) == (NORTH, OPERATOR);
		let general =
			if works_there { Balance::MAX } else { PATIENT_ALLOWANCE }.min(hospital.allowance);
		let allowance = match self.allowances.get(&(institution, who)) {
			_ if administers => ADMINISTRATOR_ALLOWANCE,
			own => own.copied().unwrap_or(general),
		};
		let spent = self.spent.get(&key).copied().unwrap_or_default();
		let day = (institution, self.now / DAY);
		let spent_by = self.spent_by.get(&day).copied().unwrap_or_default();
		let cap = hospital.cap.unwrap_or(DAILY_LIMIT).min(DAILY_LIMIT);
		let expected = if spent + fee > allowance && fee > 0 {
			Err(Refusal::AllowanceExhausted)
		} else if !administers && spent_by + fee > cap && fee > 0 {
			Err(Refusal::InstitutionSpent)
		} else if fee > hospital.money.saturating_sub(EXISTENTIAL_DEPOSIT) {
			Err(Refusal::FeeAccountEmpty)
		} else {
			Ok(institution)
		};

		assert_eq!(pay(who, fee), expected);

		if expected.is_ok() {
			let highest = self.highest.entry(key).or_default();
			*highest = allowance.max(*highest);
			assert!(fee == 0 || spent + fee <= *highest, "more than any allowance of the day");
			give_back(who, institution, !administers, excess);
			self.spent.insert(key, spent + fee - excess);
			if !administers {
				let highest = self.highest_cap.entry(day).or_default();
				*highest = cap.max(*highest);
				assert!(fee == 0 || spent_by + fee <= *highest, "more than any cap of the day");
				self.spent_by.insert(day, spent_by + fee - excess);
			}
			self.hospital(institution).money -= fee - excess;
		}
	}

	fn check(&self) {
		Credentials::do_try_state().expect("the pallet's invariants hold");
		let mut seats: Vec<_> = self
			.hospitals
			.values()
			.filter(|hospital| hospital.membership == Membership::Good)
			.map(|hospital| hospital.administrator)
			.collect();
		seats.sort();
		assert_eq!(Council::members(), seats);
		assert_eq!(crate::Seats::<Test>::get().into_inner(), seats);
		assert!(!seats.is_empty(), "nobody can decide any more");

		for who in EVERYBODY.into_iter().chain([STRANGER]) {
			assert_eq!(at_the_door(by(who)).is_ok(), self.anybody_vouches(who));
		}
		for (institution, hospital) in &self.hospitals {
			let fee_account = Credentials::fee_account_of(*institution);
			assert_eq!(Balances::free_balance(fee_account), hospital.money);
		}
		assert_eq!(Balances::total_issuance(), PURSE + 3 * FEES);
	}
}

/// Corrects a payment as the runtime does when the transaction cost less than was charged.
fn give_back(who: AccountId, institution: InstitutionId, capped: bool, excess: Balance) {
	let fee_account = Credentials::fee_account_of(institution);
	move_money(&Credentials::purse_account(), &fee_account, excess);
	let sponsor = Sponsor { institution, fee_account, capped };
	<Credentials as contour_primitives::Sponsorship<_, _>>::refund(&who, &sponsor, excess);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(384))]

	#[test]
	fn should_agree_with_a_careful_clerk_when_anybody_does_anything(
		steps in prop::collection::vec(step(), 1..60),
	) {
		ExtBuilder::run(|| {
			let mut clerk = Clerk::at_genesis();
			for step in steps {
				match step {
					Step::Call { caller, call } => {
						let before = storage();
						match perform(caller, call.clone()) {
							Ok(institution) => clerk.note(caller, call, institution),
							Err(_) => assert_eq!(storage(), before),
						}
					}
					Step::Wait { hours } => {
						clerk.now += hours * HOURS;
						Timestamp::set_timestamp(clerk.now);
					}
					Step::Pay { who, fee, excess } => clerk.pay(who, fee, excess),
				}
				clerk.check();
			}
		});
	}
}
