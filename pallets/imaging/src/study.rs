// SPDX-License-Identifier: Apache-2.0

//! Studies: registered, moved, withdrawn.

use crate::{
	Config, ConsentDefaults, DepositOf, Error, Event, Holder, LeaseCounts, Leases, Locator,
	NewStudyOf, Offers, Pallet, PatientStudies, ResearchPool, Studies, StudyDirectives, StudyOf,
	Tombstones, history::Detail,
};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{
	Action, Hash, InstitutionId, Institutions, Modality, Moment, Purpose, Purposes, Role, Standing,
	StudyFacts, StudyId,
};
use frame_support::{
	pallet_prelude::*,
	traits::{Consideration, Footprint, Get, Time},
};
use sp_runtime::{
	DispatchError,
	traits::{BlakeTwo256, Hash as _},
};

/// What the custodian says of a study when it registers it.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct NewStudy<AccountId> {
	/// Its name: random, or a keyed hash made off chain.
	pub id: StudyId,
	/// Account of the patient, who then gives consent; nobody when the patient has none, and the
	/// custodian records consent given on paper.
	pub patient: Option<AccountId>,
	/// What made the images.
	pub modality: Modality,
	/// Root of the binary Merkle tree over the sealed instances.
	pub content_root: Hash,
	/// Hash of the sealed metadata.
	pub metadata_hash: Hash,
	/// Salted hash of the originals, whose salt the custodian keeps: it stays when everything else
	/// is withdrawn, and tells nothing without the salt.
	pub commitment: Hash,
	/// Number of instances.
	#[codec(compact)]
	pub instances: u32,
	/// Bytes of the sealed instances together.
	#[codec(compact)]
	pub bytes: u64,
	/// Where the sealed instances are, for the custodian's gateway.
	pub locator: Locator,
}

/// A study as stored.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Study<AccountId, Deposit> {
	/// The institution that answers for it.
	pub custodian: InstitutionId,
	/// Account of the patient, if there is one.
	pub patient: Option<AccountId>,
	/// What made the images.
	pub modality: Modality,
	/// Root of the binary Merkle tree over the sealed instances.
	pub content_root: Hash,
	/// Hash of the sealed metadata.
	pub metadata_hash: Hash,
	/// Salted hash of the originals.
	pub commitment: Hash,
	/// Number of instances.
	#[codec(compact)]
	pub instances: u32,
	/// Bytes of the sealed instances together.
	#[codec(compact)]
	pub bytes: u64,
	/// Where the sealed instances are.
	pub locator: Locator,
	/// Purposes that the custodian's defaults permitted when the study was registered; they hold
	/// where nobody gave a directive.
	pub defaults: Purposes,
	/// When it was registered, in milliseconds since the Unix epoch.
	pub registered: Moment,
	/// What is held from the custodian for the storage.
	pub deposit: Deposit,
}

/// What remains of a withdrawn study.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Tombstone {
	/// Salted hash of the originals.
	pub commitment: Hash,
	/// When it was withdrawn.
	pub withdrawn: Moment,
}

impl<T: Config> Pallet<T> {
	/// Registers all of the studies, or none of them.
	pub(crate) fn do_register(
		who: T::AccountId,
		custodian: InstitutionId,
		studies: Vec<NewStudyOf<T>>,
	) -> DispatchResult {
		ensure!(!studies.is_empty(), Error::<T>::NothingToRegister);
		Self::ensure_staff(&who, custodian)?;
		let modalities: BTreeSet<_> = studies.iter().map(|study| study.modality).collect();
		for modality in modalities {
			T::Standing::may_at(&who, custodian, Action::RegisterStudy, modality)
				.map_err(Error::<T>::Refused)?;
		}
		let defaults = Self::consent_defaults(custodian);
		let registered = T::Clock::now();

		for study in studies {
			let id = study.id;
			ensure!(!Self::is_taken(id), Error::<T>::AlreadyExists);
			let deposit = Self::take_deposit::<StudyOf<T>>(custodian)?;
			let study = Study {
				custodian,
				patient: study.patient,
				modality: study.modality,
				content_root: study.content_root,
				metadata_hash: study.metadata_hash,
				commitment: study.commitment,
				instances: study.instances,
				bytes: study.bytes,
				locator: study.locator,
				defaults,
				registered,
				deposit,
			};
			let record = BlakeTwo256::hash_of(&study);
			Studies::<T>::insert(id, &study);
			if let Some(patient) = &study.patient {
				PatientStudies::<T>::insert(patient, id, ());
			}

			let Study { patient, modality, .. } = study;
			let event = Event::StudyRegistered { study: id, custodian, patient, modality };
			Self::happened_with(Some(who.clone()), event, Detail::Record(record));
		}
		Ok(())
	}

	pub(crate) fn do_set_locator(
		who: T::AccountId,
		id: StudyId,
		locator: Locator,
	) -> DispatchResult {
		let mut study = Self::study(id)?;
		Self::ensure_staff(&who, study.custodian)?;
		study.locator = locator;
		Studies::<T>::insert(id, study);

		Self::happened(Some(who), Event::StudyMoved { study: id });
		Ok(())
	}

	/// Ends all sharing of a study. Returns how many leases and requests there were.
	pub(crate) fn do_withdraw(who: T::AccountId, id: StudyId) -> Result<u32, DispatchError> {
		let study = Self::study(id)?;
		Self::ensure_patient_or_staff(&who, &study)?;

		let grantees: Vec<_> = Leases::<T>::iter_key_prefix(id).collect();
		for grantee in &grantees {
			Self::forget_lease(id, grantee)?;
		}
		Studies::<T>::remove(id);
		if let Some(patient) = &study.patient {
			PatientStudies::<T>::remove(patient, id);
		}
		StudyDirectives::<T>::remove(id);
		Offers::<T>::remove(id);
		let (custodian, commitment) = (study.custodian, study.commitment);
		study.deposit.drop(&T::Institutions::fee_account_of(custodian))?;
		let withdrawn = T::Clock::now();
		Tombstones::<T>::insert(id, Tombstone { commitment, withdrawn });

		let event = Event::StudyWithdrawn { study: id, custodian };
		Self::happened_with(Some(who), event, Detail::Commitment(commitment));
		Ok(u32::try_from(grantees.len()).unwrap_or(u32::MAX))
	}

	/// A study that was not withdrawn.
	pub(crate) fn study(id: StudyId) -> Result<StudyOf<T>, DispatchError> {
		Studies::<T>::get(id).ok_or_else(|| {
			if Tombstones::<T>::contains_key(id) {
				Error::<T>::Withdrawn.into()
			} else {
				Error::<T>::NotFound.into()
			}
		})
	}

	/// Whether an ID cannot be given any more.
	pub(crate) fn is_taken(id: StudyId) -> bool {
		Studies::<T>::contains_key(id) || Tombstones::<T>::contains_key(id)
	}

	/// What an institution's patients permit unless they say otherwise.
	pub(crate) fn consent_defaults(institution: InstitutionId) -> Purposes {
		ConsentDefaults::<T>::get(institution).unwrap_or_else(T::DefaultPurposes::get)
	}

	/// Refuses unless `who` is a custodian at the institution.
	pub(crate) fn ensure_staff(who: &T::AccountId, institution: InstitutionId) -> DispatchResult {
		T::Standing::holds(who, institution, Role::Custodian)
			.map_err(|refusal| Error::<T>::Refused(refusal).into())
	}

	/// Refuses unless `who` is the study's patient or a custodian of it.
	pub(crate) fn ensure_patient_or_staff(
		who: &T::AccountId,
		study: &StudyOf<T>,
	) -> DispatchResult {
		if study.patient.as_ref() == Some(who) {
			return Ok(());
		}
		Self::ensure_staff(who, study.custodian)
	}

	/// Holds the deposit for one record of a kind from an institution.
	pub(crate) fn take_deposit<Record: MaxEncodedLen>(
		institution: InstitutionId,
	) -> Result<DepositOf<T>, DispatchError> {
		let footprint = Footprint::from_mel::<Record>();
		T::Deposit::new(&T::Institutions::fee_account_of(institution), footprint)
	}

	/// Counts another lease of somebody or something, unless there are as many as may be.
	pub(crate) fn count(holder: Holder<T::AccountId>, most: u32) -> DispatchResult {
		LeaseCounts::<T>::try_mutate(holder, |count| {
			ensure!(*count < most, Error::<T>::TooManyLeases);
			*count = count.saturating_add(1);
			Ok(())
		})
	}

	/// Counts a lease less.
	pub(crate) fn discount(holder: Holder<T::AccountId>) {
		LeaseCounts::<T>::mutate_exists(holder, |count| {
			*count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
		});
	}
}

impl<T: Config> contour_primitives::Studies<T::AccountId> for Pallet<T> {
	fn facts(study: StudyId) -> Option<StudyFacts<T::AccountId>> {
		let Study { custodian, modality, patient, .. } = Studies::<T>::get(study)?;
		let participant = patient.filter(|patient| ResearchPool::<T>::contains_key(patient));
		Some(StudyFacts { custodian, modality, participant })
	}

	fn leased(study: StudyId, who: &T::AccountId) -> Option<Purpose> {
		let lease = Leases::<T>::get(study, who)?;
		lease.is_live(T::Clock::now()).then_some(lease.purpose)
	}
}
