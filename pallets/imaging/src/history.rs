// SPDX-License-Identifier: Apache-2.0

//! What happened: an event for whoever listens now, and an entry in the history for later.
//!
//! Nothing else in this pallet deposits an event or writes a history, so that no change can have
//! one without the other.

use crate::{Config, Directive, EndCause, Event, Pallet};
use contour_primitives::{
	Hash, Moment,
	audit::{Deed, Subject, Trail},
};
use frame_support::defensive;

/// What an entry contains that its event lacks.
#[derive(Clone, Copy)]
pub(crate) enum Detail {
	/// Nothing.
	Nothing,
	/// Hash of the study's record as stored.
	Record(Hash),
	/// The salted commitment that remains of the study.
	Commitment(Hash),
	/// Hash of the document, when consent was given on paper.
	Document(Option<Hash>),
	/// Until when the lease would have lasted.
	Expiry(Moment),
}

/// Whose history has an entry, and which.
type Entry<T> =
	(Subject<<T as frame_system::Config>::AccountId>, Deed<<T as frame_system::Config>::AccountId>);

impl<T: Config> Pallet<T> {
	/// Writes to the history what an event means there, and deposits the event. `who` is nobody when
	/// time or the council did it.
	pub(crate) fn happened(who: Option<T::AccountId>, event: Event<T>) {
		Self::happened_with(who, event, Detail::Nothing);
	}

	/// The same, for an event whose entry contains more than itself.
	pub(crate) fn happened_with(who: Option<T::AccountId>, event: Event<T>, detail: Detail) {
		if let Some((subject, deed)) = event.deed(detail) {
			T::Trail::append(subject, who, deed);
		}
		frame_system::Pallet::<T>::deposit_event(event);
	}
}

impl<T: Config> Event<T> {
	/// Into whose history the event goes, and as what; nothing when no study and no patient's
	/// directive changed.
	pub(crate) fn deed(&self, detail: Detail) -> Option<Entry<T>> {
		let (study, deed) = match (self, detail) {
			(Self::StudyRegistered { study, custodian, .. }, Detail::Record(record)) => {
				(study, Deed::Registered { custodian: *custodian, record })
			}
			(Self::StudyMoved { study }, _) => (study, Deed::Moved),
			(Self::StudyWithdrawn { study, .. }, Detail::Commitment(commitment)) => {
				(study, Deed::Withdrawn { commitment })
			}
			(
				Self::ConsentSet { study: Some(study), directive, .. },
				Detail::Document(document),
			) => (study, consent_set(*directive, document)),
			(
				Self::ConsentSet { study: None, patient: Some(patient), directive },
				Detail::Document(document),
			) => {
				let subject = Subject::Patient(patient.clone());
				return Some((subject, consent_set(*directive, document)));
			}
			(Self::ResearchPoolSet { patient, open }, _) => {
				let subject = Subject::Patient(patient.clone());
				return Some((subject, Deed::ResearchPoolSet { open: *open }));
			}
			// Each study's record contains the defaults that hold for it.
			(Self::ConsentDefaultsSet { .. }, _) => return None,
			(Self::AccessRequested { study, purpose, duration, .. }, _) => {
				(study, Deed::AccessRequested { purpose: *purpose, duration: *duration })
			}
			(Self::AccessGranted { study, grantee, purpose, expires, .. }, _) => {
				let (purpose, expires) = (*purpose, *expires);
				(study, Deed::AccessGranted { grantee: grantee.clone(), purpose, expires })
			}
			(Self::AccessDeclined { study, grantee }, _) => {
				(study, Deed::AccessDeclined { grantee: grantee.clone() })
			}
			(Self::RequestLapsed { study, grantee }, _) => {
				(study, Deed::RequestLapsed { grantee: grantee.clone() })
			}
			(Self::AccessRenewed { study, grantee, expires }, _) => {
				(study, Deed::AccessRenewed { grantee: grantee.clone(), expires: *expires })
			}
			(
				Self::AccessEnded { study, grantee, cause: EndCause::Expired },
				Detail::Expiry(expired),
			) => (study, Deed::AccessExpired { grantee: grantee.clone(), expired }),
			(
				Self::AccessEnded {
					study,
					grantee,
					cause:
						EndCause::Revoked
						| EndCause::ConsentWithdrawn
						| EndCause::Returned
						| EndCause::CustodyTransferred,
				},
				_,
			) => (study, Deed::AccessRevoked { grantee: grantee.clone() }),
			(Self::Accessed { study, kind, .. }, _) => (study, Deed::Accessed { kind: *kind }),
			(Self::AccessAttempted { study, kind, .. }, _) => {
				(study, Deed::AccessAttempted { kind: *kind })
			}
			(Self::MisuseReported { study, grantee, reason, .. }, _) => {
				(study, Deed::MisuseReported { grantee: grantee.clone(), reason: *reason })
			}
			(Self::MisuseSettled { study, grantee, upheld }, _) => {
				(study, Deed::MisuseSettled { grantee: grantee.clone(), upheld: *upheld })
			}
			(Self::EmergencyOpened { study, reason, expires, .. }, _) => {
				(study, Deed::EmergencyOpened { reason: *reason, expires: *expires })
			}
			(Self::EmergencyReviewed { study, clinician, justified }, _) => {
				let (clinician, justified) = (clinician.clone(), *justified);
				(study, Deed::EmergencyReviewed { clinician, justified })
			}
			(Self::EmergencyEscalated { study, clinician, .. }, _) => {
				(study, Deed::EmergencyEscalated { clinician: clinician.clone() })
			}
			(Self::CustodyOffered { study, to: Some(to), .. }, _) => {
				(study, Deed::CustodyOffered { to: *to })
			}
			(Self::CustodyOffered { study, to: None, .. }, _) => {
				(study, Deed::CustodyOfferWithdrawn)
			}
			(Self::CustodyTransferred { study, from, to }, _) => {
				(study, Deed::CustodyTransferred { from: *from, to: *to })
			}
			(
				Self::StudyRegistered { .. }
				| Self::StudyWithdrawn { .. }
				| Self::ConsentSet { .. }
				| Self::AccessEnded { cause: EndCause::Expired, .. },
				_,
			) => {
				defensive!(self, "the entry of this event needs a detail");
				return None;
			}
			(Self::__Ignore(_, never), _) => match *never {},
		};
		Some((Subject::Study(*study), deed))
	}
}

fn consent_set<AccountId>(directive: Directive, document: Option<Hash>) -> Deed<AccountId> {
	let Directive { permitted, refused, ethics_approval } = directive;
	Deed::ConsentSet { permitted, refused, ethics_approval, document }
}
