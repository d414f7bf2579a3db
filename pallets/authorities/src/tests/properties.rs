// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls, reports and sessions, checked against a model that knows
//! nothing of the pallet's storage.

use crate::{Error, Minimum, SessionStart, Stalled, SuspensionCause, ValidatorStatus, mock::*};
use contour_primitives::{InstitutionId, Operators};
use frame_support::traits::Get;
use proptest::prelude::*;
use sp_runtime::{DispatchError, DispatchResult};
use sp_staking::SessionIndex;
use std::collections::{BTreeMap, BTreeSet};

type Seats = BTreeSet<(InstitutionId, AccountId)>;

#[derive(Clone, Copy, Debug)]
enum Step {
	Designate { institution: InstitutionId, spare: bool },
	SetKeys { institution: InstitutionId, spare: bool },
	Admit(InstitutionId),
	Suspend(InstitutionId),
	Reinstate(InstitutionId),
	Retire { institution: InstitutionId, by_council: bool },
	SetMinimum(u32),
	SuspendInstitution(InstitutionId),
	ReinstateInstitution(InstitutionId),
	RemoveInstitution(InstitutionId),
	Equivocate { institution: InstitutionId, spare: bool },
	RegisterNode { institution: InstitutionId, node: u8 },
	RemoveNode { institution: InstitutionId, node: u8, by_council: bool },
	SetMembersOnly(bool),
	NoteStalled { delay: u64, ago: u64 },
	Blocks(u8),
}

fn institution() -> impl Strategy<Value = InstitutionId> {
	(0..NOWHERE.0).prop_map(InstitutionId)
}

fn step() -> impl Strategy<Value = Step> {
	let seat = || (institution(), prop::bool::weighted(0.2));
	prop_oneof![
		3 => seat().prop_map(|(institution, spare)| Step::Designate { institution, spare }),
		4 => seat().prop_map(|(institution, spare)| Step::SetKeys { institution, spare }),
		5 => institution().prop_map(Step::Admit),
		3 => institution().prop_map(Step::Suspend),
		3 => institution().prop_map(Step::Reinstate),
		2 => (institution(), any::<bool>())
			.prop_map(|(institution, by_council)| Step::Retire { institution, by_council }),
		1 => (0..6u32).prop_map(Step::SetMinimum),
		2 => institution().prop_map(Step::SuspendInstitution),
		3 => institution().prop_map(Step::ReinstateInstitution),
		1 => institution().prop_map(Step::RemoveInstitution),
		3 => seat().prop_map(|(institution, spare)| Step::Equivocate { institution, spare }),
		6 => (institution(), 0..4u8)
			.prop_map(|(institution, node)| Step::RegisterNode { institution, node }),
		3 => (institution(), 0..4u8, any::<bool>()).prop_map(|(institution, node, by_council)| {
			Step::RemoveNode { institution, node, by_council }
		}),
		2 => any::<bool>().prop_map(Step::SetMembersOnly),
		1 => (0..=MAX_STALL_DELAY + 1, 0..8u64)
			.prop_map(|(delay, ago)| Step::NoteStalled { delay, ago }),
		6 => (1..8u8).prop_map(Step::Blocks),
	]
}

fn account(institution: InstitutionId, spare: bool) -> AccountId {
	if spare { spare_node(institution) } else { node(institution) }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Membership {
	Good,
	Suspended,
	Over,
}

/// What a careful clerk would note, without looking at the chain.
struct Clerk {
	members: BTreeMap<InstitutionId, Membership>,
	validators: BTreeMap<InstitutionId, (AccountId, ValidatorStatus)>,
	operators: BTreeSet<AccountId>,
	keys: BTreeSet<AccountId>,
	minimum: u32,
	nodes: BTreeMap<InstitutionId, BTreeSet<u8>>,
	members_only: bool,
	stall: Option<Stalled<u64>>,
	session: SessionIndex,
	/// Authorities of the present session and of the next one.
	present: Seats,
	next: Seats,
	/// Those of the present session that make no more blocks in it.
	idle: Seats,
	/// Since when an institution is to have no authority.
	out_since: BTreeMap<InstitutionId, SessionIndex>,
}

impl Clerk {
	fn at_genesis() -> Self {
		let first = [NORTH, SOUTH, EAST, WEST];
		let seats: Seats = first.map(|it| (it, node(it))).into();
		Self {
			members: (0..NOWHERE.0).map(|id| (InstitutionId(id), Membership::Good)).collect(),
			validators: first.map(|it| (it, (node(it), ValidatorStatus::Admitted))).into(),
			operators: first.map(node).into(),
			keys: first.map(node).into(),
			minimum: MINIMUM,
			nodes: BTreeMap::new(),
			members_only: false,
			stall: None,
			session: 0,
			present: seats.clone(),
			next: seats,
			idle: Seats::new(),
			out_since: BTreeMap::new(),
		}
	}

	fn is_good(&self, institution: InstitutionId) -> bool {
		self.members[&institution] == Membership::Good
	}

	fn status(&self, institution: InstitutionId) -> Option<ValidatorStatus> {
		self.validators.get(&institution).map(|(_, status)| *status)
	}

	/// Seats of the validators with which sessions are planned.
	fn staying(&self) -> Seats {
		let takes_part = |status: &ValidatorStatus| {
			matches!(status, ValidatorStatus::Admitted | ValidatorStatus::Condemned { .. })
		};
		self.validators
			.iter()
			.filter(|(institution, (_, status))| self.is_good(**institution) && takes_part(status))
			.map(|(institution, (account, _))| (*institution, *account))
			.collect()
	}

	/// Authorities that are left in the session that will have the fewest of them.
	fn fewest(&self, staying: &Seats) -> u32 {
		let busy = self.present.difference(&self.idle).copied().collect();
		let left =
			[&busy, &self.next, staying].map(|session| session.intersection(staying).count());
		left.into_iter().min().expect("there are three sessions") as u32
	}

	fn can_lose(&self, institution: InstitutionId) -> bool {
		let mut staying = self.staying();
		let all = staying.len();
		staying.retain(|(other, _)| *other != institution);
		staying.len() == all || self.fewest(&staying) >= self.minimum
	}

	fn set_status(&mut self, institution: InstitutionId, status: ValidatorStatus) {
		self.validators.get_mut(&institution).expect("it has a validator").1 = status;
	}

	/// Notes that a validator which takes part again makes blocks again, if it is an authority.
	fn resume(&mut self, institution: InstitutionId) {
		let staying = self.staying();
		self.idle.retain(|seat| seat.0 != institution || !staying.contains(seat));
	}

	/// Notes who makes no more blocks, and from when on an institution is to have no authority.
	fn note_who_is_out(&mut self) {
		let staying = self.staying();
		self.idle.extend(self.present.difference(&staying));
		for institution in self.members.keys() {
			if staying.iter().any(|(it, _)| it == institution) {
				self.out_since.remove(institution);
			} else {
				self.out_since.entry(*institution).or_insert(self.session);
			}
		}
	}

	/// Predicts what comes of a call, and notes it.
	fn expect(&mut self, step: Step) -> DispatchResult {
		use Error as E;
		use ValidatorStatus::{Admitted, Candidate, Condemned, Suspended};
		let ensure = |holds: bool, error: E<Test>| -> DispatchResult {
			holds.then_some(()).ok_or(error.into())
		};
		match step {
			Step::Designate { institution, spare } => {
				let account = account(institution, spare);
				ensure(self.is_good(institution), E::NotAuthorized)?;
				ensure(!self.validators.contains_key(&institution), E::AlreadyExists)?;
				ensure(self.validators.len() < MAX_VALIDATORS as usize, E::TooManyValidators)?;
				self.validators.insert(institution, (account, Candidate));
				self.operators.insert(account);
			}
			Step::SetKeys { institution, spare } => {
				let account = account(institution, spare);
				if !self.operators.contains(&account) {
					return Err(pallet_session::Error::<Test>::NoAssociatedValidatorId.into());
				}
				self.keys.insert(account);
			}
			Step::Admit(institution) => {
				ensure(self.is_good(institution), E::InstitutionNotActive)?;
				let status = self.status(institution).ok_or(E::ValidatorNotFound::<Test>)?;
				ensure(status == Candidate, E::NotCandidate)?;
				ensure(self.has_keys(institution), E::KeysNotSet)?;
				ensure(!self.members_only || self.has_node(institution), E::NoNode)?;
				self.set_status(institution, Admitted);
			}
			Step::Suspend(institution) => {
				let status = self.status(institution).ok_or(E::ValidatorNotFound::<Test>)?;
				ensure(matches!(status, Admitted | Condemned { .. }), E::NotAdmitted)?;
				ensure(self.can_lose(institution), E::TooFewAuthorities)?;
				self.set_status(institution, Suspended { cause: SuspensionCause::Council });
			}
			Step::Reinstate(institution) => {
				let status = self.status(institution).ok_or(E::ValidatorNotFound::<Test>)?;
				ensure(matches!(status, Suspended { .. } | Condemned { .. }), E::NotSuspended)?;
				ensure(self.has_keys(institution), E::KeysNotSet)?;
				ensure(!self.members_only || self.has_node(institution), E::NoNode)?;
				self.set_status(institution, Admitted);
				self.resume(institution);
			}
			Step::Retire { institution, by_council } => {
				ensure(by_council || self.is_good(institution), E::NotAuthorized)?;
				ensure(self.can_lose(institution), E::TooFewAuthorities)?;
				ensure(self.validators.contains_key(&institution), E::ValidatorNotFound)?;
				self.remove_validator(institution);
			}
			Step::SetMinimum(minimum) => {
				let most = self.fewest(&self.staying());
				ensure((1..=most).contains(&minimum), E::MinimumOutOfRange)?;
				self.minimum = minimum;
			}
			Step::SuspendInstitution(institution) => {
				ensure(self.can_lose(institution), E::TooFewAuthorities)?;
				self.members.insert(institution, Membership::Suspended);
				if let Some(Condemned { cause }) = self.status(institution) {
					self.set_status(institution, Suspended { cause });
				}
			}
			Step::ReinstateInstitution(institution) => {
				self.members.insert(institution, Membership::Good);
				self.resume(institution);
			}
			Step::RemoveInstitution(institution) => {
				ensure(self.can_lose(institution), E::TooFewAuthorities)?;
				self.members.insert(institution, Membership::Over);
				self.remove_validator(institution);
				self.part_with_departed();
			}
			Step::Equivocate { institution, spare } => {
				let account = account(institution, spare);
				let cause = SuspensionCause::Equivocation;
				if self.validators.get(&institution) == Some(&(account, Admitted)) {
					let status = match self.can_lose(institution) {
						true => Suspended { cause },
						false => Condemned { cause },
					};
					self.set_status(institution, status);
				}
			}
			Step::RegisterNode { institution, node } => {
				ensure(self.is_good(institution), E::NotAuthorized)?;
				let nodes = self.nodes.entry(institution).or_default();
				ensure(nodes.contains(&node) || nodes.len() < MAX_NODES as usize, E::TooManyNodes)?;
				ensure(nodes.insert(node), E::NodeAlreadyRegistered)?;
			}
			Step::RemoveNode { institution, node, by_council } => {
				ensure(by_council || self.is_good(institution), E::NotAuthorized)?;
				let mut nodes = self.nodes.get(&institution).cloned().unwrap_or_default();
				ensure(nodes.remove(&node), E::NodeNotFound)?;
				let last = nodes.is_empty() && self.members_only;
				ensure(!(last && self.is_needed(institution)), E::LastNode)?;
				self.nodes.insert(institution, nodes);
			}
			Step::SetMembersOnly(members_only) => {
				let connected = |it: &InstitutionId| !self.is_needed(*it) || self.has_node(*it);
				ensure(!members_only || self.members.keys().all(connected), E::NoNode)?;
				self.members_only = members_only;
			}
			Step::NoteStalled { delay, ago } => {
				ensure((1..=MAX_STALL_DELAY).contains(&delay), E::DelayOutOfRange)?;
				ensure(ago > 0, E::NotPast)?;
				let now = System::block_number();
				let best_finalized = now.saturating_sub(ago);
				ensure(best_finalized < now - now % SESSION_LENGTH, E::InPresentSession)?;
				self.stall = Some(Stalled { delay, best_finalized });
			}
			Step::Blocks(_) => {}
		}
		Ok(())
	}

	fn has_node(&self, institution: InstitutionId) -> bool {
		self.nodes.get(&institution).is_some_and(|nodes| !nodes.is_empty())
	}

	fn takes_part(&self, institution: InstitutionId) -> bool {
		matches!(
			self.status(institution),
			Some(ValidatorStatus::Admitted | ValidatorStatus::Condemned { .. })
		)
	}

	/// Whether an institution has a vote in this session or the next one.
	fn votes(&self, institution: InstitutionId) -> bool {
		self.present.iter().chain(&self.next).any(|(it, _)| *it == institution)
	}

	fn is_needed(&self, institution: InstitutionId) -> bool {
		self.takes_part(institution) || self.votes(institution)
	}

	/// Forgets the nodes of those who have left and have no vote any more.
	fn part_with_departed(&mut self) {
		let over = |it: &InstitutionId| self.members[it] == Membership::Over && !self.votes(*it);
		let over: Vec<_> = self.nodes.keys().copied().filter(over).collect();
		for institution in over {
			self.nodes.remove(&institution);
		}
	}

	/// Whose nodes others accept: members', and those that have a vote.
	fn accepted(&self) -> Option<BTreeSet<u8>> {
		self.members_only.then(|| {
			let counts = |it: &InstitutionId| self.is_good(*it) || self.votes(*it);
			self.nodes
				.iter()
				.filter(|(it, _)| counts(it))
				.flat_map(|(_, all)| all)
				.copied()
				.collect()
		})
	}

	fn has_keys(&self, institution: InstitutionId) -> bool {
		self.validators.get(&institution).is_some_and(|(account, _)| self.keys.contains(account))
	}

	fn remove_validator(&mut self, institution: InstitutionId) {
		if let Some((account, _)) = self.validators.remove(&institution) {
			self.keys.remove(&account);
		}
	}

	/// Whether such a step can be taken at all.
	fn allows(&self, step: Step) -> bool {
		match step {
			Step::SuspendInstitution(institution) => self.is_good(institution),
			Step::ReinstateInstitution(institution) => {
				self.members[&institution] == Membership::Suspended
			}
			Step::RemoveInstitution(institution) => self.members[&institution] != Membership::Over,
			// Whoever has no key any more could not be proven guilty.
			Step::Equivocate { institution, spare } => {
				let account = account(institution, spare);
				self.present.contains(&(institution, account)) && self.keys.contains(&account)
			}
			_ => true,
		}
	}

	fn take(&mut self, step: Step) {
		if !self.allows(step) {
			return;
		}
		match step {
			Step::Blocks(blocks) => (0..blocks).for_each(|_| self.block()),
			Step::Equivocate { .. } => {
				// A slot of its own that is the present session's.
				self.block();
				if SessionStart::<Test>::get(self.session) == Some(CurrentSlot::get()) {
					self.block();
				}
				if !self.allows(step) {
					return;
				}
			}
			_ => {}
		}
		let expected = self.expect(step);
		assert_eq!(perform(step), expected, "{step:?}");
		self.note_who_is_out();
		self.check();
	}

	fn block(&mut self) {
		next_block();
		if Session::current_index() == self.session {
			return;
		}
		self.session += 1;
		self.present = self.next.clone();
		self.idle = self.present.difference(&self.staying()).copied().collect();
		let due = self.idle.is_empty().then(|| self.stall.take()).flatten();
		assert_eq!(handed_over(), Vec::from_iter(due), "finality is handed over when all stay");
		for (institution, cause) in self.condemned() {
			if self.can_lose(institution) {
				self.set_status(institution, ValidatorStatus::Suspended { cause });
			}
		}
		self.next = self.staying();
		self.part_with_departed();
		self.note_who_is_out();
		self.check_session();
	}

	fn condemned(&self) -> Vec<(InstitutionId, SuspensionCause)> {
		let condemned =
			self.validators.iter().filter_map(|(institution, (_, status))| match status {
				ValidatorStatus::Condemned { cause } => Some((*institution, *cause)),
				_ => None,
			});
		condemned.collect()
	}

	fn check_session(&self) {
		let set = authorities();
		assert!(set.len() >= self.minimum as usize, "too few authorities");
		let distinct: BTreeSet<_> = set.iter().collect();
		assert_eq!(distinct.len(), set.len(), "an institution has two votes");
		for institution in &set {
			let since = self.out_since.get(institution);
			assert!(
				since.is_none_or(|since| since + 1 >= self.session),
				"{institution:?} was to leave in session {since:?} and is there in {}",
				self.session
			);
		}
		let seats: Seats = set.into_iter().zip(Session::validators()).collect();
		assert_eq!(seats, self.present);
	}

	fn check(&self) {
		Authorities::do_try_state().expect("the pallet's invariants hold");
		assert_eq!(Minimum::<Test>::get(), self.minimum);
		let idle: Vec<_> = self.idle.iter().map(|(it, _)| *it).collect();
		assert_eq!(disabled(), idle);
		assert!(self.present.len() - idle.len() >= self.minimum as usize);
		let accepted = self.accepted().map(|it| it.into_iter().map(key).collect::<Vec<_>>());
		assert_eq!(Authorities::member_nodes(), accepted);
		for institution in self.members.keys() {
			assert_eq!(status(*institution), self.status(*institution));
			for account in [node(*institution), spare_node(*institution)] {
				let operates =
					self.validators.get(institution).is_some_and(|(own, _)| *own == account);
				assert_eq!(Authorities::operates_for(&account), operates.then_some(*institution));
				let known = u32::from(self.operators.contains(&account));
				assert_eq!(System::providers(&account), known);
				assert_eq!(System::consumers(&account), u32::from(self.keys.contains(&account)));
			}
		}
	}
}

fn perform(step: Step) -> Result<(), DispatchError> {
	match step {
		Step::Designate { institution, spare } => {
			designate(institution, account(institution, spare))
		}
		Step::SetKeys { institution, spare } => set_keys(account(institution, spare)),
		Step::Admit(institution) => admit(institution),
		Step::Suspend(institution) => suspend(institution),
		Step::Reinstate(institution) => reinstate(institution),
		Step::Retire { institution, by_council: false } => retire(institution),
		Step::Retire { institution, by_council: true } => {
			Authorities::retire_validator(council(), institution)
		}
		Step::SetMinimum(minimum) => set_minimum(minimum),
		Step::SuspendInstitution(institution) => suspend_institution(institution),
		Step::ReinstateInstitution(institution) => {
			reinstate_institution(institution);
			Ok(())
		}
		Step::RemoveInstitution(institution) => remove_institution(institution),
		Step::Equivocate { institution, spare } => {
			let account = account(institution, spare);
			dispatch(report(equivocation(account, CurrentSlot::get()), membership(account)))
		}
		Step::RegisterNode { institution, node } => register_node(institution, key(node)),
		Step::RemoveNode { institution, node, by_council: false } => {
			remove_node(institution, key(node))
		}
		Step::RemoveNode { institution, node, by_council: true } => {
			Authorities::remove_node(council(), institution, key(node))
		}
		Step::SetMembersOnly(members_only) => {
			Authorities::set_members_only(council(), members_only)
		}
		Step::NoteStalled { delay, ago } => {
			let block = System::block_number().saturating_sub(ago);
			Authorities::note_stalled(council(), delay, block)
		}
		Step::Blocks(_) => Ok(()),
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn should_keep_the_invariants_when_anything_happens_in_any_order(
		steps in prop::collection::vec(step(), 1..80),
	) {
		ExtBuilder::run(|| {
			let mut clerk = Clerk::at_genesis();
			for step in steps {
				clerk.take(step);
				System::reset_events();
			}
			// Whatever came before, what is planned comes to be.
			for _ in 0..2 * SESSION_LENGTH {
				clerk.block();
			}
			clerk.check();
		});
	}
}
