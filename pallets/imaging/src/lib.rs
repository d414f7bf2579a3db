// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Study**: sealed images and their sealed metadata, which are in the custodian's object store.
//!   The chain stores hashes, counts, a locator and a name that reveals nothing.
//! - **Custodian**: the institution that answers for a study; its staff in that role act for it.
//! - **Directive**: what a patient permits and refuses, by [`Purpose`], for one study or for all. A
//!   refusal wins over a permission. The account's directive for the study decides. Without one,
//!   the stricter of two decides: the paper directive for the study, and the account's directive
//!   for all studies. Without any of these, the defaults decide that the custodian had when the
//!   study was registered.
//! - **Lease**: the right of one account to read one study, for one purpose, until a given moment.
//!   It is requested, live or ended; the wrapped key is on the chain only while it is live.
//! - **Emergency access**: a lease that a clinician opens alone, without consent, for a short time.
//!   The custodian has to review it; if nobody does so in time, it goes to the council.
//! - **Misuse**: what a custodian reports about a grantee. Until the council dismisses the report,
//!   the grantee may do nothing that needs a standard.
//!
//! ## Scenario: a second opinion
//!
//! 1. The custodian of institution 0 [registers](Call::register) a study of a patient.
//! 2. The patient [permits](Call::set_consent) health research.
//! 3. A radiologist of institution 1 [asks](Call::request_access) for it for thirty days of disease
//!    research; the custodian [grants](Call::grant_access) it with the wrapped key.
//! 4. The radiologist [records](Call::record_access) that the images were viewed.
//! 5. The patient withdraws consent: in the same block the lease ends and its key is erased.
//!    Whatever the radiologist records now is an attempt, which the custodian sees.
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
pub use contour_primitives::{
	Locator, MAX_BATCH, MAX_LOCATOR_BYTES, MAX_PAGE, Page,
	imaging::{Basis, Denial, Directive, EndCause, LeaseState, RecordedDirective, Review},
};
pub use emergency::{Emergency, EmergencyCount};
pub use lease::Lease;
pub use misuse::Misuse;
pub use pallet::*;
pub use status::{Holder, Matter};
pub use study::{NewStudy, Study, Tombstone};
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

/// A lease's key, wrapped to the grantee's registered encryption key.
pub type WrappedKey = BoundedVec<u8, ConstU32<MAX_WRAPPED_KEY_BYTES>>;
/// A deposit held for storage.
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

	/// What a deposit is held for.
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

		/// The deposit for one record in storage, held on an institution's fee account.
		type Deposit: Consideration<Self::AccountId, Footprint> + PartialEq;

		/// Who may act.
		type Standing: Standing<Self::AccountId>;

		/// Member hospitals and their accounts.
		type Institutions: Institutions<Self::AccountId>;

		/// The keys to which leases are wrapped.
		type KeyRegistry: KeyRegistry<Self::AccountId>;

		/// Where the history is written.
		type Trail: Trail<Self::AccountId>;

		/// What patients permit unless they, or their institution, decide otherwise.
		#[pallet::constant]
		type DefaultPurposes: Get<Purposes>;

		/// Longest lease, in milliseconds.
		#[pallet::constant]
		type MaxLease: Get<Moment>;

		/// How long a request waits for the custodian, in milliseconds.
		#[pallet::constant]
		type RequestWindow: Get<Moment>;

		/// How long an ended lease is remembered, in milliseconds.
		#[pallet::constant]
		type AttemptWindow: Get<Moment>;

		/// How long emergency access lasts, in milliseconds.
		#[pallet::constant]
		type EmergencyDuration: Get<Moment>;

		/// How much time the custodian has to review an emergency access, in milliseconds.
		#[pallet::constant]
		type ReviewWindow: Get<Moment>;

		/// Maximum number of emergency accesses that a clinician may open on one day (UTC).
		#[pallet::constant]
		type MaxEmergenciesPerDay: Get<u32>;

		/// Maximum number of leases on one study: requested, live and remembered.
		#[pallet::constant]
		type MaxLeasesPerStudy: Get<u32>;

		/// Maximum number of leases of one grantee: requested, live and remembered.
		#[pallet::constant]
		type MaxLeasesPerGrantee: Get<u32>;

		/// Maximum number of live leases that depend on one patient's consent.
		#[pallet::constant]
		type MaxLiveLeasesPerPatient: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need from the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// Studies that have not been withdrawn.
	#[pallet::storage]
	pub type Studies<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, StudyOf<T>>;

	/// What remains of withdrawn studies.
	#[pallet::storage]
	pub type Tombstones<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, Tombstone>;

	/// The institutions to which studies are offered.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, InstitutionId>;

	/// What is permitted and refused for single studies.
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

	/// What the patients of an institution permit unless they decide otherwise.
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

	/// How many emergency accesses a clinician opened on the last day on which there was one.
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

	/// Matters to look at when a minute, counted from the Unix epoch, has begun.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u64, Blake2_128Concat, Matter<T::AccountId>, ()>;

	/// First minute, counted from the Unix epoch, whose matters have not all been looked at; `None`
	/// until there is a first matter.
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
		/// The custodian moved a study to another place.
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
			/// The study; `None` means all studies of the patient.
			study: Option<StudyId>,
			/// What is permitted and refused.
			directive: Directive,
		},
		/// A patient opened their studies to research projects, or closed them.
		ResearchPoolSet {
			/// The patient.
			patient: T::AccountId,
			/// Whether the studies are open.
			open: bool,
		},
		/// An institution changed what its patients permit unless they decide otherwise, for
		/// studies registered from now on.
		ConsentDefaultsSet {
			/// The institution.
			institution: InstitutionId,
			/// The purposes.
			purposes: Purposes,
		},
		/// Somebody requested a lease.
		AccessRequested {
			/// The study.
			study: StudyId,
			/// Who requested it.
			grantee: T::AccountId,
			/// The institution under whose credential the grantee acts.
			institution: InstitutionId,
			/// The purpose.
			purpose: Purpose,
			/// Requested duration, in milliseconds.
			duration: Moment,
		},
		/// A lease was granted.
		AccessGranted {
			/// The study.
			study: StudyId,
			/// Who received it.
			grantee: T::AccountId,
			/// The institution under whose credential the grantee acts.
			institution: InstitutionId,
			/// The purpose.
			purpose: Purpose,
			/// Unix time in milliseconds at which it expires.
			expires: Moment,
		},
		/// A request for a lease was declined, or withdrawn.
		AccessDeclined {
			/// The study.
			study: StudyId,
			/// Who had requested it.
			grantee: T::AccountId,
		},
		/// Nobody answered a request for a lease in time.
		RequestLapsed {
			/// The study.
			study: StudyId,
			/// Who had requested it.
			grantee: T::AccountId,
		},
		/// A lease was renewed.
		AccessRenewed {
			/// The study.
			study: StudyId,
			/// Who holds it.
			grantee: T::AccountId,
			/// Unix time in milliseconds at which it expires.
			expires: Moment,
		},
		/// A lease ended: delete the copy that was made for it.
		AccessEnded {
			/// The study.
			study: StudyId,
			/// Who held it.
			grantee: T::AccountId,
			/// Why it ended.
			cause: EndCause,
		},
		/// The holder of a lease used it.
		Accessed {
			/// The study.
			study: StudyId,
			/// Who holds it.
			grantee: T::AccountId,
			/// How the study is used.
			kind: AccessKind,
		},
		/// Somebody tried to use a lease that has ended.
		AccessAttempted {
			/// The study.
			study: StudyId,
			/// The institution that answers for the study.
			custodian: InstitutionId,
			/// Who tried.
			grantee: T::AccountId,
			/// How the study is used.
			kind: AccessKind,
		},
		/// A custodian reported a misuse: the council has to settle it.
		MisuseReported {
			/// The study.
			study: StudyId,
			/// Who is said to have misused it.
			grantee: T::AccountId,
			/// The institution that reported it.
			reporter: InstitutionId,
			/// Hash of the reasons.
			reason: Hash,
		},
		/// The council found a misuse proven, or dismissed the report.
		MisuseSettled {
			/// The study.
			study: StudyId,
			/// Who was said to have misused it.
			grantee: T::AccountId,
			/// Whether the misuse is proven.
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
			/// Unix time in milliseconds at which the access ends.
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
		/// The custodian did not review an emergency access in time: the council has to review it.
		EmergencyEscalated {
			/// The study.
			study: StudyId,
			/// Who had opened it.
			clinician: T::AccountId,
			/// The institution that should have reviewed it.
			custodian: InstitutionId,
		},
		/// A study was offered to another institution, or the offer was withdrawn.
		CustodyOffered {
			/// The study.
			study: StudyId,
			/// The custodian.
			from: InstitutionId,
			/// The other institution; `None` means that the offer was withdrawn.
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
		/// The ID is taken, or such a lease, offer or report exists already.
		AlreadyExists,
		/// There is no study to register: give at least one.
		NothingToRegister,
		/// Only the patient, the institution's administrator or another reviewer may do this.
		NotAuthorized,
		/// The account does not meet the standard for this, or lacks the role for it.
		Refused(Refusal),
		/// The patient's consent does not cover this purpose.
		NoConsent,
		/// The patient requires the approval of an ethics board: request access again with its
		/// hash.
		ApprovalMissing,
		/// The patient has set a directive for this study from their own account; paper cannot
		/// overrule it.
		PatientDecides,
		/// There is no lease, and none was requested.
		LeaseNotFound,
		/// No lease is requested, or the request has lapsed.
		NotRequested,
		/// The lease is not live.
		NotLive,
		/// The duration is zero, or longer than the chain allows for a lease.
		DurationOutOfRange,
		/// The lease would end in the past, or later than was requested or than the chain allows.
		ExpiryOutOfRange,
		/// The maximum number of leases has been reached for the study, the grantee or the patient.
		TooManyLeases,
		/// The grantee has no encryption key to which the lease could be wrapped, and has to
		/// register one first.
		NoEncryptionKey,
		/// The wrapped key does not have the length that the grantee's key suite requires.
		InvalidKeyLength,
		/// The clinician has reached today's limit of emergency accesses.
		TooManyEmergencies,
		/// The clinician's previous emergency access to this study has not been reviewed yet.
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
		/// Registers studies for an institution at which the caller is a custodian: all of them, or
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

		/// Records that the custodian has moved a study to another place.
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

		/// Ends all sharing of a study. Its patient or its custodian may do this. Leases end, and
		/// locators and wrapped keys are erased; a salted commitment remains.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::withdraw(T::MaxLeasesPerStudy::get()))]
		pub fn withdraw(origin: OriginFor<T>, study: StudyId) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let leases = Self::do_withdraw(who, study)?;
			Ok(Some(T::WeightInfo::withdraw(leases)).into())
		}

		/// Sets what the caller, a patient, permits and refuses: for one study, or for all. Live
		/// leases whose purpose is no longer permitted end at once.
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

		/// Records consent given on paper, unless the patient has set a directive for the study
		/// from their own account.
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

		/// Sets what the patients of the caller's institution permit unless they decide otherwise,
		/// for studies registered from now on.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_consent_defaults())]
		pub fn set_consent_defaults(origin: OriginFor<T>, purposes: Purposes) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_consent_defaults(who, purposes)
		}

		/// Requests a lease of `duration` milliseconds. `approval` is the hash of an ethics board's
		/// approval, if the patient requires one.
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

		/// Grants a requested lease, or gives the key to the clinician who opened emergency access.
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

		/// Renews a live lease. The key has to be wrapped again, because it is bound to the expiry.
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

		/// Ends a lease before it expires. The custodian or the patient may do this.
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

		/// Gives the caller's lease back, or withdraws the caller's request.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::end_access())]
		pub fn end_access(origin: OriginFor<T>, study: StudyId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_end_access(who, study)
		}

		/// Records that the caller used a study. If the caller's lease has ended, this counts as an
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

		/// Finds a reported misuse proven, or dismisses the report. A misuse that was found proven
		/// can still be dismissed later.
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

		/// Reviews an emergency access, for the custodian or for the council. An access that was
		/// not justified ends at once.
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

		/// Offers a study to another institution, or withdraws the offer.
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
		/// Those of the given IDs that are no longer free for a study. Only the first 256 are
		/// looked at.
		pub fn taken(ids: Vec<StudyId>) -> Vec<StudyId> {
			Self::do_taken(ids)
		}

		/// The institution under whose credential an account may do something with a study now, for
		/// a purpose if one is given; or the reason why it may not.
		pub fn can(
			who: T::AccountId,
			action: Action,
			study: StudyId,
			purpose: Option<Purpose>,
		) -> Result<InstitutionId, Denial> {
			Self::do_can(&who, action, study, purpose)
		}

		/// Whether a study may be used for a purpose, whoever asks.
		pub fn consented(study: StudyId, purpose: Purpose) -> Result<(), Denial> {
			Self::do_consented(study, purpose)
		}

		/// What the patients of an institution permit unless they decide otherwise.
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

		/// The requests after `after` that an institution has to answer, at most [`MAX_PAGE`] at a
		/// time.
		pub fn requests_to(
			custodian: InstitutionId,
			after: Option<(StudyId, T::AccountId)>,
		) -> Page<(StudyId, T::AccountId), LeaseOf<T>> {
			Self::do_requests_to(custodian, after)
		}

		/// The emergency accesses after `after` that nobody has reviewed, of all institutions, at
		/// most [`MAX_PAGE`] at a time.
		pub fn unreviewed(
			after: Option<(StudyId, T::AccountId)>,
		) -> Page<(StudyId, T::AccountId), Emergency> {
			Self::do_unreviewed(after)
		}

		/// The reported misuses after `after` that the council has not dismissed, at most
		/// [`MAX_PAGE`] at a time.
		pub fn reported(
			after: Option<(T::AccountId, StudyId)>,
		) -> Page<(T::AccountId, StudyId), Misuse> {
			Self::do_reported(after)
		}

		/// The patients after `after` whose studies may be offered to research projects, at most
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
