// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls and blocks, checked against a clerk who knows nothing of
//! the pallet's storage: who may read a study now, and what is held from whom.

use crate::{Leases, Studies, WrappedKeys, mock::*};
use contour_primitives::{
	Hash, InstitutionId, Moment, Purpose, Purposes, StudyId,
	audit::{AccessKind, Subject},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const STUDIES: u8 = 3;
const READERS: [AccountId; 3] = [READER, OTHER_READER, CLINICIAN];
const KEEPERS: [AccountId; 2] = [KEEPER, SOUTH_KEEPER];

#[derive(Clone, Copy, Debug)]
enum Step {
	Register { number: u8, keeper: AccountId },
	Consent { study: Option<u8>, permitted: Purposes, refused: Purposes },
	Paper { number: u8, keeper: AccountId, permitted: Purposes },
	Request { reader: AccountId, number: u8, purpose: Purpose, duration: Moment },
	Grant { keeper: AccountId, reader: AccountId, number: u8, duration: Moment },
	Decline { keeper: AccountId, reader: AccountId, number: u8 },
	Renew { keeper: AccountId, reader: AccountId, number: u8, duration: Moment },
	Revoke { who: AccountId, reader: AccountId, number: u8 },
	GiveBack { reader: AccountId, number: u8 },
	Record { reader: AccountId, number: u8 },
	Emergency { number: u8 },
	Review { keeper: AccountId, number: u8, justified: bool },
	Report { keeper: AccountId, reader: AccountId, number: u8 },
	Settle { reader: AccountId, number: u8, upheld: bool },
	Offer { keeper: AccountId, number: u8, to: Option<InstitutionId> },
	Accept { keeper: AccountId, number: u8 },
	Withdraw { who: AccountId, number: u8 },
	Pass { time: Moment, idle: bool },
}

impl Step {
	/// Whose history has to tell of it.
	fn subject(&self) -> Option<Subject<AccountId>> {
		match *self {
			Self::Consent { study: None, .. } => Some(Subject::Patient(PATIENT)),
			Self::Consent { study: Some(number), .. }
			| Self::Register { number, .. }
			| Self::Paper { number, .. }
			| Self::Request { number, .. }
			| Self::Grant { number, .. }
			| Self::Decline { number, .. }
			| Self::Renew { number, .. }
			| Self::Revoke { number, .. }
			| Self::GiveBack { number, .. }
			| Self::Record { number, .. }
			| Self::Emergency { number }
			| Self::Review { number, .. }
			| Self::Report { number, .. }
			| Self::Settle { number, .. }
			| Self::Offer { number, .. }
			| Self::Accept { number, .. }
			| Self::Withdraw { number, .. } => Some(Subject::Study(id(number))),
			Self::Pass { .. } => None,
		}
	}
}

fn purpose() -> impl Strategy<Value = Purpose> {
	prop::sample::select(Purposes::all().iter().collect::<Vec<_>>())
}

fn purposes() -> impl Strategy<Value = Purposes> {
	prop::collection::vec(purpose(), 0..3).prop_map(|purposes| purposes.into_iter().collect())
}

fn step() -> impl Strategy<Value = Step> {
	let number = || 0..STUDIES;
	let reader = || prop::sample::select(&READERS[..]);
	let keeper = || prop::sample::select(&KEEPERS[..]);
	let owner = || prop::sample::select(&[KEEPER, SOUTH_KEEPER, PATIENT][..]);
	let duration = || prop::sample::select(&[1, MINUTE, HOUR, MAX_LEASE, MAX_LEASE + 1][..]);
	let to = || prop::sample::select(&[None, Some(NORTH), Some(SOUTH)][..]);
	prop_oneof![
		4 => (number(), keeper()).prop_map(|(number, keeper)| Step::Register { number, keeper }),
		4 => (prop::option::of(number()), purposes(), purposes()).prop_map(
			|(study, permitted, refused)| Step::Consent { study, permitted, refused }
		),
		2 => (number(), keeper(), purposes())
			.prop_map(|(number, keeper, permitted)| Step::Paper { number, keeper, permitted }),
		8 => (reader(), number(), purpose(), duration()).prop_map(
			|(reader, number, purpose, duration)| Step::Request { reader, number, purpose, duration }
		),
		8 => (keeper(), reader(), number(), duration()).prop_map(
			|(keeper, reader, number, duration)| Step::Grant { keeper, reader, number, duration }
		),
		1 => (keeper(), reader(), number())
			.prop_map(|(keeper, reader, number)| Step::Decline { keeper, reader, number }),
		3 => (keeper(), reader(), number(), duration()).prop_map(
			|(keeper, reader, number, duration)| Step::Renew { keeper, reader, number, duration }
		),
		1 => (owner(), reader(), number())
			.prop_map(|(who, reader, number)| Step::Revoke { who, reader, number }),
		1 => (reader(), number()).prop_map(|(reader, number)| Step::GiveBack { reader, number }),
		2 => (reader(), number()).prop_map(|(reader, number)| Step::Record { reader, number }),
		3 => number().prop_map(|number| Step::Emergency { number }),
		2 => (keeper(), number(), any::<bool>())
			.prop_map(|(keeper, number, justified)| Step::Review { keeper, number, justified }),
		1 => (keeper(), reader(), number())
			.prop_map(|(keeper, reader, number)| Step::Report { keeper, reader, number }),
		1 => (reader(), number(), any::<bool>())
			.prop_map(|(reader, number, upheld)| Step::Settle { reader, number, upheld }),
		2 => (keeper(), number(), to())
			.prop_map(|(keeper, number, to)| Step::Offer { keeper, number, to }),
		2 => (keeper(), number()).prop_map(|(keeper, number)| Step::Accept { keeper, number }),
		1 => (owner(), number()).prop_map(|(who, number)| Step::Withdraw { who, number }),
		6 => (prop::sample::select(&[1, MINUTE, HOUR, 40 * HOUR, ATTEMPT_WINDOW][..]), any::<bool>())
			.prop_map(|(time, idle)| Step::Pass { time, idle }),
	]
}

/// What a careful clerk would note of the calls that succeeded.
#[derive(Default)]
struct Clerk {
	/// Permitted and refused, for all.
	general: (Purposes, Purposes),
	/// Permitted and refused by the patient, for a study.
	special: BTreeMap<u8, (Purposes, Purposes)>,
	/// Permitted on paper, for a study.
	paper: BTreeMap<u8, Purposes>,
	/// Purpose of what was asked for.
	requests: BTreeMap<(u8, AccountId), Purpose>,
	/// Until when somebody has a key, and for what; nothing being an emergency.
	keys: BTreeMap<(u8, AccountId), (Moment, Option<Purpose>)>,
	/// Who opened an emergency, and until when.
	emergencies: BTreeMap<(u8, AccountId), Moment>,
	withdrawn: BTreeSet<u8>,
}

impl Clerk {
	fn take(&mut self, step: Step) {
		history();
		if perform(step).is_ok() {
			if let Some(subject) = step.subject() {
				let told = history().iter().any(|(of, ..)| *of == subject);
				assert!(told, "the history says nothing of {step:?}");
			}
			self.note(step);
		}
		self.forget_what_has_no_consent();
		self.check();
	}

	fn note(&mut self, step: Step) {
		match step {
			Step::Consent { study: None, permitted, refused } => {
				self.general = (permitted, refused);
			}
			Step::Consent { study: Some(number), permitted, refused } => {
				self.special.insert(number, (permitted, refused));
			}
			Step::Paper { number, permitted, .. } => {
				self.paper.insert(number, permitted);
			}
			Step::Request { reader, number, purpose, .. } => {
				self.requests.insert((number, reader), purpose);
				self.keys.remove(&(number, reader));
			}
			Step::Grant { reader, number, duration, .. } => {
				let purpose = match self.emergencies.get(&(number, reader)) {
					Some(expires) if now() < *expires => None,
					_ => Some(self.requests[&(number, reader)]),
				};
				let expires = match purpose {
					None => self.emergencies[&(number, reader)],
					Some(_) => now() + duration,
				};
				let expires = expires.min(now() + duration);
				self.keys.insert((number, reader), (expires, purpose));
			}
			Step::Renew { reader, number, duration, .. } => {
				let lease = self.keys.get_mut(&(number, reader)).expect("only a lease is renewed");
				lease.0 = now() + duration;
			}
			Step::Revoke { reader, number, .. } | Step::GiveBack { reader, number } => {
				self.keys.remove(&(number, reader));
				self.emergencies.remove(&(number, reader));
			}
			Step::Emergency { number } => {
				self.keys.remove(&(number, CLINICIAN));
				self.emergencies.insert((number, CLINICIAN), now() + EMERGENCY);
			}
			Step::Review { number, justified: false, .. } => {
				let emergency = self.emergencies.remove(&(number, CLINICIAN)).is_some();
				if emergency {
					self.keys.remove(&(number, CLINICIAN));
				}
			}
			Step::Accept { number, .. } => {
				self.keys.retain(|(it, _), _| *it != number);
				self.emergencies.retain(|(it, _), _| *it != number);
			}
			Step::Withdraw { number, .. } => {
				self.keys.retain(|(it, _), _| *it != number);
				self.emergencies.retain(|(it, _), _| *it != number);
				self.withdrawn.insert(number);
			}
			_ => {}
		}
	}

	fn permits(&self, number: u8, purpose: Purpose) -> bool {
		let names = match purpose {
			Purpose::ClinicalCare => vec![purpose],
			Purpose::GeneralResearch => vec![purpose],
			Purpose::HealthResearch | Purpose::AncestryResearch => {
				vec![purpose, Purpose::GeneralResearch]
			}
			Purpose::DiseaseResearch => {
				vec![purpose, Purpose::HealthResearch, Purpose::GeneralResearch]
			}
		};
		let any = |set: Purposes| names.iter().any(|it| set.contains(*it));
		let (permitted, refused) = self.special.get(&number).copied().unwrap_or_default();
		if any(permitted) || any(refused) {
			return !any(refused);
		}
		let (permitted, refused) = self.general;
		// Paper is of no account once the patient has spoken of this study.
		let spoken = self.special.contains_key(&number);
		let paper = self.paper.get(&number).filter(|_| !spoken).is_some_and(|it| any(*it));
		!any(refused) && (any(permitted) || paper || purpose == Purpose::ClinicalCare)
	}

	/// A lease that lost its consent does not come back with it.
	fn forget_what_has_no_consent(&mut self) {
		let lost: Vec<_> = self
			.keys
			.iter()
			.filter(|((number, _), (expires, purpose))| {
				now() < *expires && purpose.is_some_and(|it| !self.permits(*number, it))
			})
			.map(|(key, _)| *key)
			.collect();
		for key in lost {
			self.keys.remove(&key);
		}
	}

	fn check(&self) {
		Imaging::do_try_state().expect("the pallet's invariants hold");
		for number in 0..STUDIES {
			for reader in READERS {
				let expected =
					self.keys.get(&(number, reader)).is_some_and(|(expires, _)| now() < *expires);
				let key = Imaging::key_of(id(number), reader);
				assert_eq!(key.is_some(), expected, "study {number}, reader {reader}");
			}
			assert_eq!(
				crate::Tombstones::<Test>::contains_key(id(number)),
				self.withdrawn.contains(&number)
			);
		}
		let live = self.keys.values().filter(|(expires, _)| now() < *expires).count();
		assert!(WrappedKeys::<Test>::iter().count() >= live);

		// Every record has its deposit, and nothing else is held.
		for institution in [NORTH, SOUTH] {
			let studies =
				Studies::<Test>::iter_values().filter(|it| it.custodian == institution).count();
			let leases =
				Leases::<Test>::iter_values().filter(|it| it.institution == institution).count();
			let expected = studies as u64 * deposit_of_study() + leases as u64 * deposit_of_lease();
			assert_eq!(held(institution), expected);
		}
	}
}

fn deposit_of_study() -> u64 {
	use codec::MaxEncodedLen;
	10 + crate::StudyOf::<Test>::max_encoded_len() as u64
}

fn deposit_of_lease() -> u64 {
	use codec::MaxEncodedLen;
	10 + crate::LeaseOf::<Test>::max_encoded_len() as u64
}

fn directive(permitted: Purposes, refused: Purposes) -> crate::Directive {
	crate::Directive { permitted, refused, ethics_approval: false }
}

fn hospital_of(keeper: AccountId) -> InstitutionId {
	if keeper == KEEPER { NORTH } else { SOUTH }
}

/// Does it in a transaction, as the runtime does.
fn perform(step: Step) -> Result<(), ()> {
	let call = |call: RuntimeCall, who: AccountId| -> Result<(), ()> {
		use sp_runtime::traits::Dispatchable;
		frame_support::storage::with_storage_layer(|| call.dispatch(by(who)).map_err(|it| it.error))
			.map(|_| ())
			.map_err(|_| ())
	};
	use crate::Call;
	let (call_made, who): (Call<Test>, AccountId) = match step {
		Step::Register { number, keeper } => {
			let studies = vec![new_study(number)].try_into().expect("one is not too many");
			(Call::register { custodian: hospital_of(keeper), studies }, keeper)
		}
		Step::Consent { study, permitted, refused } => {
			let study: Option<StudyId> = study.map(id);
			(Call::set_consent { study, directive: directive(permitted, refused) }, PATIENT)
		}
		Step::Paper { number, keeper, permitted } => {
			let directive = directive(permitted, Purposes::empty());
			let document = Hash::zero();
			(Call::record_consent { study: id(number), directive, document }, keeper)
		}
		Step::Request { reader, number, purpose, duration } => {
			(Call::request_access { study: id(number), purpose, duration, approval: None }, reader)
		}
		Step::Grant { keeper, reader, number, duration } => (
			Call::grant_access {
				study: id(number),
				grantee: reader,
				key: key(reader),
				expires: now() + duration,
				locator: locator(number),
			},
			keeper,
		),
		Step::Decline { keeper, reader, number } => {
			(Call::decline_access { study: id(number), grantee: reader }, keeper)
		}
		Step::Renew { keeper, reader, number, duration } => (
			Call::renew_access {
				study: id(number),
				grantee: reader,
				key: key(reader),
				expires: now() + duration,
			},
			keeper,
		),
		Step::Revoke { who, reader, number } => {
			(Call::revoke_access { study: id(number), grantee: reader }, who)
		}
		Step::GiveBack { reader, number } => (Call::end_access { study: id(number) }, reader),
		Step::Record { reader, number } => {
			(Call::record_access { study: id(number), kind: AccessKind::View }, reader)
		}
		Step::Emergency { number } => {
			(Call::open_emergency { study: id(number), reason: Hash::zero() }, CLINICIAN)
		}
		Step::Review { keeper, number, justified } => {
			(Call::review_emergency { study: id(number), clinician: CLINICIAN, justified }, keeper)
		}
		Step::Report { keeper, reader, number } => (
			Call::report_misuse { study: id(number), grantee: reader, reason: Hash::zero() },
			keeper,
		),
		Step::Settle { reader, number, upheld } => {
			return Imaging::settle_misuse(council(), reader, id(number), upheld).map_err(|_| ());
		}
		Step::Offer { keeper, number, to } => {
			(Call::offer_custody { study: id(number), to }, keeper)
		}
		Step::Accept { keeper, number } => {
			(Call::accept_custody { study: id(number), locator: locator(number) }, keeper)
		}
		Step::Withdraw { who, number } => (Call::withdraw { study: id(number) }, who),
		Step::Pass { time, idle } => {
			if idle {
				pass(time);
			} else {
				wait(time);
			}
			return Ok(());
		}
	};
	call(call_made.into(), who)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn should_agree_with_a_careful_clerk_when_anybody_does_anything(
		steps in prop::collection::vec(step(), 1..120),
	) {
		ExtBuilder::run(|| {
			let mut clerk = Clerk::default();
			for step in steps {
				clerk.take(step);
				System::reset_events();
			}
			// In the end time puts everything away but what is registered and undecided.
			for _ in 0..3 {
				pass(MAX_LEASE + ATTEMPT_WINDOW);
			}
			clerk.forget_what_has_no_consent();
			clerk.check();
			assert_eq!(Leases::<Test>::iter().count(), 0);
		});
	}
}
