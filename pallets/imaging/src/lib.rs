// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Study**: sealed images and their sealed metadata, which are in the custodian's object store.
//!   The chain has hashes, counts and a locator, and a name that reveals nothing.
//! - **Custodian**: the institution that answers for a study; its staff in that role act for it.
//! - **Directive**: what a patient permits and refuses, by [`Purpose`], for one study or for all. A
//!   refusal wins over a permission. The account's directive for the study decides; else the
//!   stricter of paper for the study and the account's directive for all; else what the
//!   custodian's defaults were when the study was registered.
//! - **Lease**: that one account may read one study, for one purpose, until a moment. It is
//!   requested, live or ended; the wrapped key is on the chain only while it is live.
//! - **Emergency access**: a lease that a clinician opens alone, without consent, for a short time.
//!   The custodian has to review it; if nobody does in time, it goes to the council.
//! - **Misuse**: what a custodian reports of a grantee. Until the council dismisses the report, the
//!   grantee may do nothing that needs a standard.
//!
//! ## Scenario: a second opinion
//!
//! 1. The custodian of institution 0 [registers](Call::register) a study of a patient.
//! 2. The patient [permits](Call::set_consent) health research.
//! 3. A radiologist of institution 1 [asks](Call::request_access) for it for thirty days of disease
//!    research; the custodian [grants](Call::grant_access) it with the wrapped key.
//! 4. The radiologist [records](Call::record_access) that the images were viewed.
//! 5. The patient withdraws the consent: the key is gone and the lease has ended in the same block.
//!    What the radiologist records now is an attempt, which the custodian sees.
//! 6. The patient [withdraws](Call::withdraw) the study. A tombstone remains.
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Calls and roles
//!
//! | call | custodian's staff | patient | grantee | council |
//! | --- | --- | --- | --- | --- |
//! | `register`, `set_locator`, `record_consent` | ✓ | | | |
//! | `set_consent_defaults` | administrator | | | |
//! | `set_consent`, `set_research_pool` | | ✓ | | |
//! | `request_access`, `end_access`, `record_access`, `open_emergency` | | | ✓ | |
//! | `grant_access`, `decline_access`, `renew_access`, `report_misuse` | ✓ | | | |
//! | `revoke_access`, `withdraw` | ✓ | ✓ | | |
//! | `review_emergency` | ✓ | | | ✓ |
//! | `settle_misuse` | | | | ✓ |
//! | `offer_custody`, `accept_custody` | ✓ (each side) | | | |

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::as_conversions,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::unwrap_used
	)
)]

extern crate alloc;

mod agenda;
mod consent;
mod custody;
mod emergency;
mod history;
mod lease;
mod misuse;
mod status;
mod study;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod view;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
#[allow(unreachable_pub, reason = "construct_runtime! makes the types it names public")]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use consent::{Directive, RecordedDirective};
pub use contour_primitives::{Locator, MAX_LOCATOR_BYTES};
pub use emergency::{Emergency, EmergencyCount};
pub use lease::Lease;
pub use misuse::Misuse;
pub use pallet::*;
pub use status::{Basis, Denial, EndCause, Holder, LeaseState, Matter, Review};
pub use study::{NewStudy, Study, Tombstone};
pub use view::{MAX_PAGE, Page};
pub use weights::WeightInfo;

use alloc::vec::Vec;
use contour_primitives::{
	Action, DAY, Hash, InstitutionId, Institutions, KeyRegistry, MAX_WRAPPED_KEY_BYTES, Modality,
	Moment, Purpose, Purposes, Refusal, Standing, StudyId,
	audit::{AccessKind, Trail},
};
use frame_support::{
	pallet_prelude::*,
	traits::{Consideration, Footprint, Time},
};
use frame_system::pallet_prelude::*;

/// Most studies in one registration.
pub const MAX_BATCH: u32 = 256;

/// A lease's key, wrapped to the grantee's registered encryption key.
pub type WrappedKey = BoundedVec<u8, ConstU32<MAX_WRAPPED_KEY_BYTES>>;
/// What is held for storage.
pub type DepositOf<T> = <T as Config>::Deposit;
/// A study as registered.
pub type NewStudyOf<T> = NewStudy<<T as frame_system::Config>::AccountId>;
/// A study as stored.
pub type StudyOf<T> = Study<<T as frame_system::Config>::AccountId, DepositOf<T>>;
/// A lease as stored.
pub type LeaseOf<T> = Lease<DepositOf<T>>;

#[allow(
	clippy::arithmetic_side_effects,
	clippy::as_conversions,
	clippy::expect_used,
	clippy::indexing_slicing,
	clippy::unwrap_used,
	reason = "the FRAME macros expand to such code; what is written here only delegates"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// For what a deposit is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The record of a study or of a lease.
		#[codec(index = 0)]
		Record,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Two thirds of the council.
		type CouncilOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Wall time, in milliseconds since the Unix epoch.
		type Clock: Time<Moment = Moment>;

		/// What is held from an institution's fee account for one record in storage.
		type Deposit: Consideration<Self::AccountId, Footprint> + PartialEq;

		/// Who may act.
		type Standing: Standing<Self::AccountId>;

		/// Member hospitals and their accounts.
		type Institutions: Institutions<Self::AccountId>;

		/// To which keys leases are wrapped.
		type KeyRegistry: KeyRegistry<Self::AccountId>;

		/// Where the history is written.
		type Trail: Trail<Self::AccountId>;

		/// What patients permit unless they, or their institution, say otherwise.
		#[pallet::constant]
		type DefaultPurposes: Get<Purposes>;

		/// Longest lease, in milliseconds.
		#[pallet::constant]
		type MaxLease: Get<Moment>;

		/// For how long a request waits for the custodian, in milliseconds.
		#[pallet::constant]
		type RequestWindow: Get<Moment>;

		/// For how long an ended lease is remembered, in milliseconds.
		#[pallet::constant]
		type AttemptWindow: Get<Moment>;

		/// How long emergency access lasts, in milliseconds.
		#[pallet::constant]
		type EmergencyDuration: Get<Moment>;

		/// Within what time the custodian has to review an emergency access, in milliseconds.
		#[pallet::constant]
		type ReviewWindow: Get<Moment>;

		/// Most emergencies that a clinician may open on one day (UTC).
		#[pallet::constant]
		type MaxEmergenciesPerDay: Get<u32>;

		/// Most leases on one study: asked for, live and remembered.
		#[pallet::constant]
		type MaxLeasesPerStudy: Get<u32>;

		/// Most leases of one grantee: asked for, live and remembered.
		#[pallet::constant]
		type MaxLeasesPerGrantee: Get<u32>;

		/// Most live leases that depend on one patient's consent.
		#[pallet::constant]
		type MaxLiveLeasesPerPatient: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the measurements need of the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// Studies that were not withdrawn.
	#[pallet::storage]
	pub type Studies<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, StudyOf<T>>;

	/// What remains of withdrawn studies.
	#[pallet::storage]
	pub type Tombstones<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, Tombstone>;

	/// Institutions to which studies are offered.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, InstitutionId>;

	/// What was permitted and refused for single studies.
	#[pallet::storage]
	pub type StudyDirectives<T: Config> =
		StorageMap<_, Blake2_128Concat, StudyId, RecordedDirective>;

	/// What patients permit and refuse for all their studies.
	#[pallet::storage]
	pub type PatientDirectives<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Directive>;

	/// Patients whose studies may be offered to research projects.
	#[pallet::storage]
	pub type ResearchPool<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, ()>;

	/// What the patients of an institution permit unless they say otherwise.
	#[pallet::storage]
	pub type ConsentDefaults<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, Purposes>;

	/// Leases, by study and grantee.
	#[pallet::storage]
	pub type Leases<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, StudyId, Blake2_128Concat, T::AccountId, LeaseOf<T>>;

	/// Keys of live leases.
	#[pallet::storage]
	pub type WrappedKeys<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, StudyId, Blake2_128Concat, T::AccountId, WrappedKey>;

	/// Studies on which a grantee has a lease.
	#[pallet::storage]
	pub type GranteeLeases<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, StudyId, ()>;

	/// Requests that an institution has to answer, as the custodian.
	#[pallet::storage]
	pub type Requests<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		InstitutionId,
		Blake2_128Concat,
		(StudyId, T::AccountId),
		(),
	>;

	/// Studies of a patient.
	#[pallet::storage]
	pub type PatientStudies<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, StudyId, ()>;

	/// Live leases that depend on a patient's consent.
	#[pallet::storage]
	pub type PatientLeases<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		T::AccountId,
		Blake2_128Concat,
		(StudyId, T::AccountId),
		(),
	>;

	/// Numbers of leases.
	#[pallet::storage]
	pub type LeaseCounts<T: Config> =
		StorageMap<_, Blake2_128Concat, Holder<T::AccountId>, u32, ValueQuery>;

	/// Emergency accesses that nobody has reviewed, by study and clinician.
	#[pallet::storage]
	pub type Emergencies<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, StudyId, Blake2_128Concat, T::AccountId, Emergency>;

	/// How many emergencies a clinician opened on the last day on which there was one.
	#[pallet::storage]
	pub type EmergencyCounts<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, EmergencyCount, ValueQuery>;

	/// Reported misuses that the council has not dismissed, by grantee and study.
	#[pallet::storage]
	pub type Misuses<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, StudyId, Misuse>;

	/// Numbers of misuses that the council has not dismissed.
	#[pallet::storage]
	pub type MisuseCounts<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	/// What is to be looked at when a minute since the Unix epoch has begun.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u64, Blake2_128Concat, Matter<T::AccountId>, ()>;

	/// First minute since the Unix epoch whose matters have not all been looked at; nothing while
	/// there never was one.
	#[pallet::storage]
	pub type NextMinute<T: Config> = StorageValue<_, u64>;

	// `Pallet::happened` deposits events, together with their entries in the history.
	#[pallet::event]
	pub enum Event<T: Config> {
		/// A study was registered.
		StudyRegistered {
			/// The study.
			study: StudyId,
			/// The institution that answers for it.
			custodian: InstitutionId,
			/// Account of the patient, if there is one.
			patient: Option<T::AccountId>,
			/// What made the images.
			modality: Modality,
		},
		/// The custodian keeps a study somewhere else.
		StudyMoved {
			/// The study.
			study: StudyId,
		},
		/// A study was withdrawn: delete all copies that were made for leases.
		StudyWithdrawn {
			/// The study.
			study: StudyId,
			/// The institution that answered for it.
			custodian: InstitutionId,
		},
		/// A patient's consent changed.
		ConsentSet {
			/// Account of the patient, if there is one.
			patient: Option<T::AccountId>,
			/// The study, or all of the patient's.
			study: Option<StudyId>,
			/// What is permitted and refused.
			directive: Directive,
		},
		/// A patient opened the own studies to research projects, or closed them.
		ResearchPoolSet {
			/// The patient.
			patient: T::AccountId,
			/// Whether they are open.
			open: bool,
		},
		/// An institution changed what its patients permit unless they say otherwise, in studies
		/// registered from now on.
		ConsentDefaultsSet {
			/// The institution.
			institution: InstitutionId,
			/// The purposes.
			purposes: Purposes,
		},
		/// Somebody asks for a lease.
		AccessRequested {
			/// The study.
			study: StudyId,
			/// Who asks.
			grantee: T::AccountId,
			/// The institution under whose credential.
			institution: InstitutionId,
			/// For what.
			purpose: Purpose,
			/// For how long, in milliseconds.
			duration: Moment,
		},
		/// A lease was granted.
		AccessGranted {
			/// The study.
			study: StudyId,
			/// To whom.
			grantee: T::AccountId,
			/// The institution under whose credential.
			institution: InstitutionId,
			/// For what.
			purpose: Purpose,
			/// Until when.
			expires: Moment,
		},
		/// A request for a lease was declined, or taken back.
		AccessDeclined {
			/// The study.
			study: StudyId,
			/// Whose request.
			grantee: T::AccountId,
		},
		/// Nobody answered a request for a lease in time.
		RequestLapsed {
			/// The study.
			study: StudyId,
			/// Whose request.
			grantee: T::AccountId,
		},
		/// A lease was prolonged.
		AccessRenewed {
			/// The study.
			study: StudyId,
			/// Whose lease.
			grantee: T::AccountId,
			/// Until when.
			expires: Moment,
		},
		/// A lease ended: delete the copy that was made for it.
		AccessEnded {
			/// The study.
			study: StudyId,
			/// Whose lease.
			grantee: T::AccountId,
			/// Why.
			cause: EndCause,
		},
		/// The holder of a lease used it.
		Accessed {
			/// The study.
			study: StudyId,
			/// Who.
			grantee: T::AccountId,
			/// How.
			kind: AccessKind,
		},
		/// Somebody whose lease has ended tried to use it.
		AccessAttempted {
			/// The study.
			study: StudyId,
			/// The institution that answers for the study.
			custodian: InstitutionId,
			/// Who.
			grantee: T::AccountId,
			/// How.
			kind: AccessKind,
		},
		/// A custodian reported a misuse: the council has to settle it.
		MisuseReported {
			/// The study.
			study: StudyId,
			/// Who misused it.
			grantee: T::AccountId,
			/// The institution that reported it.
			reporter: InstitutionId,
			/// Hash of the reasons.
			reason: Hash,
		},
		/// The council held a misuse proven, or dismissed the report.
		MisuseSettled {
			/// The study.
			study: StudyId,
			/// Who was said to have misused it.
			grantee: T::AccountId,
			/// Whether it is held proven.
			upheld: bool,
		},
		/// A clinician opened emergency access: the custodian has to review it.
		EmergencyOpened {
			/// The study.
			study: StudyId,
			/// Who opened it.
			clinician: T::AccountId,
			/// The clinician's institution.
			institution: InstitutionId,
			/// The institution that has to review it.
			custodian: InstitutionId,
			/// Account of the patient, if there is one.
			patient: Option<T::AccountId>,
			/// Hash of the reasons.
			reason: Hash,
			/// Until when it lasts.
			expires: Moment,
		},
		/// An emergency access was reviewed.
		EmergencyReviewed {
			/// The study.
			study: StudyId,
			/// Who had opened it.
			clinician: T::AccountId,
			/// Whether it was justified.
			justified: bool,
		},
		/// The custodian did not review an emergency access in time: the council has to.
		EmergencyEscalated {
			/// The study.
			study: StudyId,
			/// Who had opened it.
			clinician: T::AccountId,
			/// The institution that should have reviewed it.
			custodian: InstitutionId,
		},
		/// A study was offered to another institution, or the offer was taken back.
		CustodyOffered {
			/// The study.
			study: StudyId,
			/// The custodian.
			from: InstitutionId,
			/// The other institution.
			to: Option<InstitutionId>,
		},
		/// A study has another custodian.
		CustodyTransferred {
			/// The study.
			study: StudyId,
			/// The former custodian.
			from: InstitutionId,
			/// The new one.
			to: InstitutionId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such study, emergency access or report.
		NotFound,
		/// The study was withdrawn.
		Withdrawn,
		/// The ID is taken; or there is such a lease, offer or report already.
		AlreadyExists,
		/// No study is to be registered.
		NothingToRegister,
		/// Only the patient, the administrator or another reviewer may do this.
		NotAuthorized,
		/// The standard for this is not met, or the role is missing.
		Refused(Refusal),
		/// The patient's consent does not cover this purpose.
		NoConsent,
		/// The patient demands the approval of an ethics board.
		ApprovalMissing,
		/// The patient's account has given a directive for this study; paper cannot overrule it.
		PatientDecides,
		/// There is no lease, and none was asked for.
		LeaseNotFound,
		/// No lease is asked for, or the request has lapsed.
		NotRequested,
		/// The lease is not live.
		NotLive,
		/// A lease lasts at least a millisecond and no longer than the chain allows.
		DurationOutOfRange,
		/// The lease would end in the past, or later than was asked for or is allowed.
		ExpiryOutOfRange,
		/// The study, the grantee or the patient has as many leases as can be.
		TooManyLeases,
		/// The grantee has registered no encryption key to which the lease could be wrapped.
		NoEncryptionKey,
		/// The wrapped key has not the length of the grantee's key suite.
		InvalidKeyLength,
		/// The clinician has opened as many emergencies today as may be.
		TooManyEmergencies,
		/// The last emergency access of this clinician to this study has not been reviewed.
		ReviewPending,
		/// The study is not offered to anybody.
		NotOffered,
		/// The institution is not a member in good standing.
		InstitutionNotActive,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxLease::get() > 0, "a lease lasts a while");
			assert!(T::EmergencyDuration::get() <= T::MaxLease::get(), "emergencies are short");
			assert!(T::MaxLeasesPerStudy::get() > 0, "somebody may read a study");
			assert!(T::MaxLeasesPerGrantee::get() > 0, "everybody may read something");
			assert!(
				!T::DefaultPurposes::get().iter().any(|it| it != Purpose::ClinicalCare),
				"nobody's data go to research by default"
			);
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::do_on_idle(remaining)
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers studies for an institution of which the caller is a custodian: all of them, or
		/// none.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register(studies.len().try_into().unwrap_or(u32::MAX)))]
		pub fn register(
			origin: OriginFor<T>,
			custodian: InstitutionId,
			studies: BoundedVec<NewStudyOf<T>, ConstU32<MAX_BATCH>>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_register(who, custodian, studies.into_inner())
		}

		/// Notes that the custodian keeps a study somewhere else.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_locator())]
		pub fn set_locator(
			origin: OriginFor<T>,
			study: StudyId,
			locator: Locator,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_locator(who, study, locator)
		}

		/// Ends all sharing of a study: by its patient or its custodian. Leases end, locators and
		/// wrapped keys are erased; a salted commitment remains.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw(T::MaxLeasesPerStudy::get()))]
		pub fn withdraw(origin: OriginFor<T>, study: StudyId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let leases = Self::do_withdraw(who, study)?;
			Ok(Some(T::WeightInfo::withdraw(leases)).into())
		}

		/// Says what the caller, a patient, permits and refuses: for one study, or for all. Live
		/// leases whose purpose loses its consent end at once.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::set_consent(Pallet::<T>::most_consented_leases()))]
		pub fn set_consent(
			origin: OriginFor<T>,
			study: Option<StudyId>,
			directive: Directive,
		) -> DispatchResultWithPostInfo {
			let patient = ensure_signed(origin)?;
			let looked_at = Self::consented_leases(&patient, study);
			Self::do_set_consent(patient, study, directive)?;
			Ok(Some(T::WeightInfo::set_consent(looked_at)).into())
		}

		/// Records consent given on paper, unless the patient's account has given a directive for
		/// the study.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::record_consent(T::MaxLeasesPerStudy::get()))]
		pub fn record_consent(
			origin: OriginFor<T>,
			study: StudyId,
			directive: Directive,
			document: Hash,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let looked_at = LeaseCounts::<T>::get(Holder::Study(study));
			Self::do_record_consent(who, study, directive, document)?;
			Ok(Some(T::WeightInfo::record_consent(looked_at)).into())
		}

		/// Opens the caller's studies to research projects that look for data, or closes them.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_research_pool())]
		pub fn set_research_pool(origin: OriginFor<T>, open: bool) -> DispatchResult {
			let patient = ensure_signed(origin)?;
			Self::do_set_research_pool(patient, open)
		}

		/// Sets what the patients of the caller's institution permit unless they say otherwise, in
		/// studies registered from now on.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_consent_defaults())]
		pub fn set_consent_defaults(origin: OriginFor<T>, purposes: Purposes) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_consent_defaults(who, purposes)
		}

		/// Asks for a lease of `duration` milliseconds. `approval` is the hash of an ethics board's
		/// approval, where the patient demands one.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::request_access())]
		pub fn request_access(
			origin: OriginFor<T>,
			study: StudyId,
			purpose: Purpose,
			duration: Moment,
			approval: Option<Hash>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request_access(who, study, purpose, duration, approval)
		}

		/// Grants a lease that is asked for, or gives the key to who opened an emergency.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::grant_access())]
		pub fn grant_access(
			origin: OriginFor<T>,
			study: StudyId,
			grantee: T::AccountId,
			key: WrappedKey,
			expires: Moment,
			locator: Locator,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_grant_access(who, study, grantee, key, expires, locator)
		}

		/// Declines a request for a lease.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::decline_access())]
		pub fn decline_access(
			origin: OriginFor<T>,
			study: StudyId,
			grantee: T::AccountId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_decline_access(who, study, grantee)
		}

		/// Prolongs a live lease. The key is wrapped anew, as the expiry is part of what it is bound to.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::renew_access())]
		pub fn renew_access(
			origin: OriginFor<T>,
			study: StudyId,
			grantee: T::AccountId,
			key: WrappedKey,
			expires: Moment,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_renew_access(who, study, grantee, key, expires)
		}

		/// Ends a lease before its time: by the custodian or the patient.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::revoke_access())]
		pub fn revoke_access(
			origin: OriginFor<T>,
			study: StudyId,
			grantee: T::AccountId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_revoke_access(who, study, grantee)
		}

		/// Gives the caller's lease back, or takes the caller's request away.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::end_access())]
		pub fn end_access(origin: OriginFor<T>, study: StudyId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_end_access(who, study)
		}

		/// Writes down that the caller used a study. When the caller's lease has ended, this is an
		/// attempt, which the custodian sees.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::record_access())]
		pub fn record_access(
			origin: OriginFor<T>,
			study: StudyId,
			kind: AccessKind,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_record_access(who, study, kind)
		}

		/// Reports to the council that a grantee misused a study. Until the council dismisses it,
		/// the grantee may do nothing that needs a standard.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::report_misuse())]
		pub fn report_misuse(
			origin: OriginFor<T>,
			study: StudyId,
			grantee: T::AccountId,
			reason: Hash,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_report_misuse(who, study, grantee, reason)
		}

		/// Holds a reported misuse proven, or dismisses the report, also later.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::settle_misuse())]
		pub fn settle_misuse(
			origin: OriginFor<T>,
			grantee: T::AccountId,
			study: StudyId,
			upheld: bool,
		) -> DispatchResult {
			T::CouncilOrigin::ensure_origin(origin)?;
			Self::do_settle_misuse(grantee, study, upheld)
		}

		/// Opens a short lease at once, in an emergency. `reason` is the hash of the reasons, which
		/// the custodian will want to read.
		#[pallet::call_index(16)]
		#[pallet::weight(T::WeightInfo::open_emergency())]
		pub fn open_emergency(
			origin: OriginFor<T>,
			study: StudyId,
			reason: Hash,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_open_emergency(who, study, reason)
		}

		/// Reviews an emergency access: by the custodian, or by the council. One that was not
		/// justified ends.
		#[pallet::call_index(17)]
		#[pallet::weight(T::WeightInfo::review_emergency())]
		pub fn review_emergency(
			origin: OriginFor<T>,
			study: StudyId,
			clinician: T::AccountId,
			justified: bool,
		) -> DispatchResult {
			Self::do_review_emergency(origin, study, clinician, justified)
		}

		/// Offers a study to another institution, or takes the offer back.
		#[pallet::call_index(18)]
		#[pallet::weight(T::WeightInfo::offer_custody())]
		pub fn offer_custody(
			origin: OriginFor<T>,
			study: StudyId,
			to: Option<InstitutionId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_offer_custody(who, study, to)
		}

		/// Takes over a study that is offered to the caller's institution. Its live leases end.
		#[pallet::call_index(19)]
		#[pallet::weight(T::WeightInfo::accept_custody(T::MaxLeasesPerStudy::get()))]
		pub fn accept_custody(
			origin: OriginFor<T>,
			study: StudyId,
			locator: Locator,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let looked_at = LeaseCounts::<T>::get(Holder::Study(study));
			Self::do_accept_custody(who, study, locator)?;
			Ok(Some(T::WeightInfo::accept_custody(looked_at)).into())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Which of some IDs cannot be given to a study any more, of the first 256.
		pub fn taken(ids: Vec<StudyId>) -> Vec<StudyId> {
			Self::do_taken(ids)
		}

		/// Whether an account may do something with a study now, and for a purpose if there is one,
		/// and under the credential of which institution; or why not.
		pub fn can(
			who: T::AccountId,
			action: Action,
			study: StudyId,
			purpose: Option<Purpose>,
		) -> Result<InstitutionId, Denial> {
			Self::do_can(&who, action, study, purpose)
		}

		/// Whether a study may be used for a purpose, without regard to who asks.
		pub fn consented(study: StudyId, purpose: Purpose) -> Result<(), Denial> {
			Self::do_consented(study, purpose)
		}

		/// What the patients of an institution permit unless they say otherwise.
		pub fn defaults_of(institution: InstitutionId) -> Purposes {
			Self::consent_defaults(institution)
		}

		/// Whether an account's lease on a study is live now.
		pub fn is_live(study: StudyId, grantee: T::AccountId) -> bool {
			Self::do_is_live(study, &grantee)
		}

		/// The key of a lease, while it is live.
		pub fn key_of(study: StudyId, grantee: T::AccountId) -> Option<WrappedKey> {
			Self::do_key_of(study, &grantee)
		}

		/// The studies of a patient after `after`, at most [`MAX_PAGE`] at a time.
		pub fn studies_of(
			patient: T::AccountId,
			after: Option<StudyId>,
		) -> Page<StudyId, StudyOf<T>> {
			Self::do_studies_of(patient, after)
		}

		/// The requests that an institution has to answer after `after`, at most [`MAX_PAGE`] at a
		/// time.
		pub fn requests_to(
			custodian: InstitutionId,
			after: Option<(StudyId, T::AccountId)>,
		) -> Page<(StudyId, T::AccountId), LeaseOf<T>> {
			Self::do_requests_to(custodian, after)
		}

		/// The emergency accesses that nobody has reviewed after `after`, at most [`MAX_PAGE`] at a
		/// time, of all institutions.
		pub fn unreviewed(
			after: Option<(StudyId, T::AccountId)>,
		) -> Page<(StudyId, T::AccountId), Emergency> {
			Self::do_unreviewed(after)
		}

		/// The reported misuses that the council has not dismissed after `after`, at most
		/// [`MAX_PAGE`] at a time.
		pub fn reported(
			after: Option<(T::AccountId, StudyId)>,
		) -> Page<(T::AccountId, StudyId), Misuse> {
			Self::do_reported(after)
		}

		/// The patients whose studies may be offered to research projects after `after`, at most
		/// [`MAX_PAGE`] at a time.
		pub fn research_pool(after: Option<T::AccountId>) -> Page<T::AccountId, ()> {
			Self::do_research_pool(after)
		}

		/// The leases and requests on a study after `after`, at most [`MAX_PAGE`] at a time.
		pub fn leases_on(
			study: StudyId,
			after: Option<T::AccountId>,
		) -> Page<T::AccountId, LeaseOf<T>> {
			Self::do_leases_on(study, after)
		}

		/// The leases and requests of a grantee after `after`, at most [`MAX_PAGE`] at a time.
		pub fn leases_of(
			grantee: T::AccountId,
			after: Option<StudyId>,
		) -> Page<StudyId, LeaseOf<T>> {
			Self::do_leases_of(grantee, after)
		}
	}
}
