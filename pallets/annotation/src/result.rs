// SPDX-License-Identifier: Apache-2.0

//! Results of analyses on validated studies.

use crate::{
	Config, DepositOf, Error, Event, MAX_RESULTS, Pallet, ResultCounts, ResultKind, ResultOf,
	Results, Validations, history::Detail,
};
use codec::{Decode, Encode, MaxEncodedLen};
use contour_primitives::{
	Action, Hash, InstitutionId, Institutions, Moment, Purpose, Sealed, Standing, Studies, StudyId,
};
use frame_support::{
	BoundedVec,
	pallet_prelude::*,
	traits::{Consideration, ConstU32, Footprint, Time},
};

/// Most studies that one result names.
pub const MAX_LEASES: u32 = 64;

/// The result of an analysis.
#[derive(Clone, Debug, Decode, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct AnalysisResult<AccountId, Deposit> {
	/// Who recorded it.
	pub author: AccountId,
	/// The institution under whose credential.
	pub institution: InstitutionId,
	/// What the analysis was for.
	pub kind: ResultKind,
	/// The result: the hash of the object, and where it is.
	pub result: Sealed,
	/// Hash of the model that made it.
	pub model: Hash,
	/// Studies of which the author held leases for research then.
	pub leases: BoundedVec<StudyId, ConstU32<MAX_LEASES>>,
	/// When.
	pub at: Moment,
	/// What is held from the institution for the storage.
	pub deposit: Deposit,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_submit_result(
		who: T::AccountId,
		study: StudyId,
		kind: ResultKind,
		result: Sealed,
		model: Hash,
		leases: BoundedVec<StudyId, ConstU32<MAX_LEASES>>,
	) -> DispatchResult {
		let facts = T::Studies::facts(study).ok_or(Error::<T>::StudyNotFound)?;
		let institution = T::Standing::may(&who, Action::SubmitResult, facts.modality)
			.map_err(Error::<T>::Refused)?;
		ensure!(Validations::<T>::contains_key(study), Error::<T>::NotValidated);
		Self::ensure_research(study, &who)?;
		for leased in &leases {
			Self::ensure_research(*leased, &who)?;
		}
		let index = ResultCounts::<T>::get(study);
		ensure!(index < MAX_RESULTS, Error::<T>::TooManyResults);
		let fee_account = T::Institutions::fee_account_of(institution);
		let deposit: DepositOf<T> =
			T::Deposit::new(&fee_account, Footprint::from_mel::<ResultOf<T>>())?;

		let root = result.root;
		let author = who.clone();
		let at = T::Clock::now();
		let record =
			AnalysisResult { author, institution, kind, result, model, leases, at, deposit };
		Results::<T>::insert(study, index, record);
		ResultCounts::<T>::insert(study, index.saturating_add(1));

		let event = Event::ResultSubmitted { study, index, author: who.clone(), kind };
		Self::happened_with(Some(who), event, Detail::Analysis { result: root, model });
		Ok(())
	}

	fn ensure_research(study: StudyId, who: &T::AccountId) -> DispatchResult {
		let research =
			T::Studies::leased(study, who).is_some_and(|purpose| purpose != Purpose::ClinicalCare);
		ensure!(research, Error::<T>::NoLease);
		Ok(())
	}
}
