// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]
//!
//! ## Vocabulary
//!
//! - **Task**: one structure to segment on one study, for an institution that pays.
//! - **Brief**: the geometry of the study, sealed to the scorers, who check readings against it.
//! - **Place**: what a reader claims, so that nobody works for nothing.
//! - **Reading**: a sealed segmentation. It is sealed to the scorers for this task, study and
//!   reader: nobody else can open it, and nobody can hand it in again as their own.
//! - **Scorer**: a service of an institution that recomputes the scores, bit for bit. The chain
//!   accepts what more than half of a task's scorers report; a scorer that reports something else
//!   is visible.
//! - **Panel**: experts drawn by lot who decide which of the readings are right. They see them
//!   under numbers that only the scorers and the account that opened the task can relate to
//!   readers.
//! - **Consensus**: the mask that follows from the readings, or from those that the panel accepted.
//!
//! ## Scenario: three readers, one of whom is wrong
//!
//! 1. A custodian of institution 0 [opens](Call::open) a task for three readings.
//! 2. Three radiologists [claim](Call::claim) the places and [hand in](Call::submit) sealed readings.
//! 3. The scorers of two institutions [report](Call::report) the same: the lowest Dice of any two
//!    readings is below the threshold. A third one reports something else, which everybody can see.
//! 4. Both [reveal](Call::reveal_seed) the secrets from which a panel of three is drawn, and a
//!    scorer [shows](Call::provide_copies) the panel the readings under numbers.
//! 5. Its members [commit](Call::commit) to votes, then [reveal](Call::reveal) them: two of the
//!    readings are accepted, the third is not.
//! 6. Nobody [appeals](Call::appeal). The scorers report again, on the accepted readings: the task
//!    is validated, and the readers, the panel, the custodian and the scorers are paid.
//! 7. The custodian registers the consensus as a study and [names](Call::publish) it. A data
//!    scientist leases it and [records a result](Call::submit_result).
//!
//! The test `should_follow_the_scenario_of_the_crate_documentation` walks it.
//!
//! ## Phases
//!
//! | phase | ends early when | what follows at its deadline |
//! | --- | --- | --- |
//! | Reading | every place has a finished reading | Ended if there are fewer than two readings, else Scoring |
//! | Scoring | more than half of the scorers report the same | Ended (`Unscored`) |
//! | Drawing | all scorers whose report was accepted have revealed | the panel is drawn from what was revealed |
//! | Committing | the whole panel has committed | Revealing |
//! | Revealing | everybody who committed has revealed | the votes are counted |
//! | Decided | | Scoring of what was accepted, or Ended |
//! | Validated, Ended | | the task is forgotten later; a consensus is kept |
//!
//! A reading is accepted if more than half of the revealed votes accept it; a tie does not accept
//! it. If only half of a panel or less reveals, it has decided nothing (`NoQuorum`). A vote that is
//! revealed late is refused, and counts as not given. An appeal draws a panel of twice as many
//! members and one more, none of whom sat on the first. If that panel decides nothing, or too few
//! members can be drawn, the first decision stands.
//!
//! ## Calls and roles
//!
//! | call | administrator | by Standard | reader | panel | scorer's key |
//! | --- | --- | --- | --- | --- | --- |
//! | `appoint_scorer`, `dismiss_scorer` | own institution | | | | |
//! | `open`, `cancel` | | `OpenTask`; custodians with a bounty | | | |
//! | `claim` | | `SubmitReading` | | | |
//! | `submit`, `leave` | | | ✓ | | |
//! | `report`, `reveal_seed`, `provide_copies` | | | | | ✓ |
//! | `enlist`, `retire` | | `VoteOnPanel`, for some modality | | | |
//! | `commit`, `reveal` | | | | ✓ | |
//! | `appeal` | | `OpenTask`, of the task's institution | ✓ | | |
//! | `publish` | | custodians of the task's institution | | | |
//! | `submit_result` | | `SubmitResult`, with a lease for research | | | |

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
mod authorized;
mod draw;
mod history;
mod reading;
mod result;
mod scoring;
mod settlement;
mod task;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod view;
mod voting;
mod worker;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
#[allow(unreachable_pub, reason = "construct_runtime! makes the types it names public")]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use agenda::TICK;
pub use authorized::{ScorerSignature, copies_payload, report_payload};
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use contour_primitives::{
	MAX_PAGE, Page,
	annotation::{Decision, EndCause, Phase, ResultKind, Ruling, Terms, Vote},
};
pub use draw::{MAX_LOOKS, Seat, Seed};
pub use pallet::*;
pub use reading::{Reader, Submission};
pub use result::{AnalysisResult, MAX_LEASES};
pub use scoring::{Attestation, PanelCopy, Scorer};
pub use task::{MAX_PANEL, MIN_READERS, Task};
pub use view::{Details, MAX_SCORED_RUNS, MAX_SCORED_VOXELS};
pub use weights::WeightInfo;
pub use worker::{KEY_TYPE, ScorerId};

use alloc::vec::Vec;
use contour_primitives::{
	AccountId, Bounties, Hash, InstitutionId, Institutions, KeyRegistry, Moment, Numbers, Refusal,
	Sealed, Standing, Studies, StudyId, TaskId, audit::Trail,
};
use contour_scoring::{Grid, MAX_READERS, Method, Ppm, Report};
use frame_support::{
	pallet_prelude::*,
	traits::{Consideration, Footprint, Time},
};
use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};

/// Maximum number of institutions with a scorer.
pub const MAX_SCORERS: u32 = 32;
/// Maximum number of readers of a task.
#[expect(clippy::as_conversions, reason = "a small constant")]
pub const MAX_PLACES: u32 = MAX_READERS as u32;
/// Maximum number of members of both panels of a task together.
#[allow(clippy::as_conversions, clippy::arithmetic_side_effects, reason = "small constants")]
pub const MAX_SEATS: u32 = MAX_PANEL as u32 * 3 + 1;
/// Maximum number of analysis results that are recorded for one study.
pub const MAX_RESULTS: u32 = 1_024;

/// Maximum number of reports on a task, in its two stages of scoring.
const MAX_ATTESTATIONS: u32 = MAX_SCORERS.saturating_mul(2);

/// A deposit held for storage.
pub type DepositOf<T> = <T as Config>::Deposit;
/// A task as stored.
pub type TaskOf<T> = Task<AccountId, DepositOf<T>>;
/// A result as stored.
pub type ResultOf<T> = AnalysisResult<AccountId, DepositOf<T>>;
/// A reader's place as stored.
pub type ReaderOf = Reader<AccountId>;
/// A scorer as stored.
pub type ScorerOf = Scorer<AccountId>;

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
		/// The record of a task or of a result.
		#[codec(index = 0)]
		Record,
	}

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId, RuntimeEvent: From<Event<Self>>>
		+ CreateAuthorizedTransaction<Call<Self>>
	{
		/// Amount of a bounty.
		type Balance: Parameter + Member + Default + Copy + MaxEncodedLen;

		/// Who holds and pays bounties.
		type Bounties: Bounties<AccountId, Self::Balance>;

		/// Time, in milliseconds since the Unix epoch: wall time, without the time in which nothing could
		/// be done.
		type Clock: Time<Moment = Moment>;

		/// The deposit for one record in storage, held on an institution's fee account.
		type Deposit: Consideration<AccountId, Footprint> + PartialEq;

		/// Member hospitals and their accounts.
		type Institutions: Institutions<AccountId>;

		/// The keys to which readings are sealed.
		type KeyRegistry: KeyRegistry<AccountId>;

		/// Who may act.
		type Standing: Standing<AccountId>;

		/// Studies and leases.
		type Studies: Studies<AccountId>;

		/// Where the history is written.
		type Trail: Trail<AccountId>;

		/// How long a place is kept for a reader who has handed in nothing, in milliseconds.
		#[pallet::constant]
		type ClaimWindow: Get<Moment>;

		/// Shortest phase, in milliseconds.
		#[pallet::constant]
		type MinPhase: Get<Moment>;

		/// Longest phase, in milliseconds.
		#[pallet::constant]
		type MaxPhase: Get<Moment>;

		/// How long the records behind an ended task are kept, in milliseconds.
		#[pallet::constant]
		type Retention: Get<Moment>;

		/// How long scorers may reveal the secrets from which a panel is drawn, in milliseconds.
		#[pallet::constant]
		type SeedWindow: Get<Moment>;

		/// Weight that each block reserves for tasks that are due, so that full blocks delay none
		/// of them.
		#[pallet::constant]
		type ServiceWeight: Get<Weight>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// What the benchmarks need from the runtime.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::Balance>;
	}

	/// Number of the next task.
	#[pallet::storage]
	pub type NextTask<T: Config> = StorageValue<_, TaskId, ValueQuery>;

	/// Tasks. Those with a consensus are kept; the others are kept for a while.
	#[pallet::storage]
	pub type Tasks<T: Config> = StorageMap<_, Twox64Concat, TaskId, TaskOf<T>>;

	/// Tasks on a study.
	#[pallet::storage]
	pub type StudyTasks<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, StudyId, Twox64Concat, TaskId, ()>;

	/// The latest task on a study that has a consensus.
	#[pallet::storage]
	pub type Validations<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, TaskId>;

	/// The study as which the consensus of a task was registered.
	#[pallet::storage]
	pub type Published<T: Config> = StorageMap<_, Twox64Concat, TaskId, StudyId>;

	/// Readers of a task, in the order in which they claimed their places.
	#[pallet::storage]
	pub type Readers<T: Config> =
		StorageMap<_, Twox64Concat, TaskId, BoundedVec<ReaderOf, ConstU32<MAX_PLACES>>, ValueQuery>;

	/// Scorers of the institutions.
	#[pallet::storage]
	pub type Scorers<T: Config> = CountedStorageMap<_, Twox64Concat, InstitutionId, ScorerOf>;

	/// How often the scorer of an institution reported something other than the accepted report.
	#[pallet::storage]
	pub type Dissents<T: Config> = StorageMap<_, Twox64Concat, InstitutionId, u32, ValueQuery>;

	/// What scorers reported on a task, by hash.
	#[pallet::storage]
	pub type Attestations<T: Config> = StorageMap<
		_,
		Twox64Concat,
		TaskId,
		BoundedVec<Attestation, ConstU32<MAX_ATTESTATIONS>>,
		ValueQuery,
	>;

	/// Accepted reports. When there is a consensus, their outcomes are in the order of the readers.
	/// As long as a panel judges, they are in the order of the numbers, which only the scorers can
	/// relate to readers.
	#[pallet::storage]
	pub type AcceptedReports<T: Config> = StorageMap<_, Twox64Concat, TaskId, Report>;

	/// Tasks that wait for scorers.
	#[pallet::storage]
	pub type Attention<T: Config> = StorageMap<_, Twox64Concat, TaskId, ()>;

	/// The secrets that scorers revealed for the draw of a panel.
	#[pallet::storage]
	pub type Seeds<T: Config> = StorageMap<
		_,
		Twox64Concat,
		TaskId,
		BoundedVec<Seed, ConstU32<MAX_ATTESTATIONS>>,
		ValueQuery,
	>;

	/// Experts from whom panels are drawn, numbered without gaps.
	#[pallet::storage]
	pub type Pool<T: Config> = StorageMap<_, Twox64Concat, u32, AccountId>;

	/// The numbers of the experts.
	#[pallet::storage]
	pub type PoolIndex<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32>;

	/// How many experts there are.
	#[pallet::storage]
	pub type PoolSize<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// Panels of a task.
	#[pallet::storage]
	pub type Panels<T: Config> = StorageMap<
		_,
		Twox64Concat,
		TaskId,
		BoundedVec<Seat<AccountId>, ConstU32<MAX_SEATS>>,
		ValueQuery,
	>;

	/// Readings as scorers show them to the panels.
	#[pallet::storage]
	pub type Copies<T: Config> = StorageMap<
		_,
		Twox64Concat,
		TaskId,
		BoundedVec<PanelCopy, ConstU32<MAX_ATTESTATIONS>>,
		ValueQuery,
	>;

	/// Results of analyses, by study and number.
	#[pallet::storage]
	pub type Results<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, StudyId, Twox64Concat, u32, ResultOf<T>>;

	/// Number of results recorded for a study.
	#[pallet::storage]
	pub type ResultCounts<T: Config> = StorageMap<_, Blake2_128Concat, StudyId, u32, ValueQuery>;

	/// Tasks to look at when a tick, counted from the Unix epoch, has begun.
	#[pallet::storage]
	pub type Agenda<T: Config> = StorageDoubleMap<_, Twox64Concat, u64, Twox64Concat, TaskId, ()>;

	/// First tick, counted from the Unix epoch, whose tasks have not all been looked at; `None`
	/// until there is a first task.
	#[pallet::storage]
	pub type NextTick<T: Config> = StorageValue<_, u64>;

	// `Pallet::happened` deposits events, together with their entries in histories.
	#[pallet::event]
	pub enum Event<T: Config> {
		/// An institution appointed a scorer, or replaced the one it had.
		ScorerAppointed {
			/// The institution.
			institution: InstitutionId,
			/// The scorer's account.
			account: AccountId,
		},
		/// An institution dismissed its scorer.
		ScorerDismissed {
			/// The institution.
			institution: InstitutionId,
		},
		/// An expert enlisted and can be drawn for panels from now on.
		ExpertEnlisted {
			/// The expert.
			expert: AccountId,
		},
		/// An expert retired and will not be drawn for panels any more.
		ExpertRetired {
			/// The expert.
			expert: AccountId,
		},
		/// A task was opened: readers can claim places.
		TaskOpened {
			/// The task.
			task: TaskId,
			/// The study.
			study: StudyId,
			/// The institution that pays.
			institution: InstitutionId,
			/// What is held to pay those who work.
			bounty: T::Balance,
		},
		/// A reader claimed a place.
		PlaceClaimed {
			/// The task.
			task: TaskId,
			/// The reader.
			reader: AccountId,
			/// Unix time in milliseconds until which the place is kept without a reading.
			until: Moment,
		},
		/// A reader gave the place back, or handed in nothing in time.
		PlaceFreed {
			/// The task.
			task: TaskId,
			/// The reader.
			reader: AccountId,
		},
		/// A reader handed in a sealed reading, or replaced it.
		ReadingSubmitted {
			/// The task.
			task: TaskId,
			/// The reader.
			reader: AccountId,
			/// SHA-256 of the sealed reading.
			root: Hash,
			/// Whether the reader has declared it finished and will not replace it.
			finished: bool,
		},
		/// A scorer reported the scores of a task.
		ScoresReported {
			/// The task.
			task: TaskId,
			/// The scorer's institution.
			institution: InstitutionId,
			/// Hash of the report.
			report: Hash,
		},
		/// More than half of the task's scorers reported the same: the report is accepted.
		TaskScored {
			/// The task.
			task: TaskId,
			/// Hash of the report.
			report: Hash,
			/// Lowest Dice of any two readings, in parts per million.
			agreement: Option<Ppm>,
		},
		/// A scorer reported something other than the accepted report.
		ScorerDissented {
			/// The task.
			task: TaskId,
			/// The scorer's institution.
			institution: InstitutionId,
		},
		/// The readers disagree: a panel will decide.
		TaskDisputed {
			/// The task.
			task: TaskId,
		},
		/// A scorer revealed its secret for the draw of a panel.
		SeedRevealed {
			/// The task.
			task: TaskId,
			/// The scorer's institution.
			institution: InstitutionId,
			/// Which panel: 1, or 2 after an appeal.
			panel: u8,
		},
		/// A panel was drawn: its members can look at the readings and commit to votes.
		PanelDrawn {
			/// The task.
			task: TaskId,
			/// Which panel: 1, or 2 after an appeal.
			panel: u8,
			/// Its members.
			members: Vec<AccountId>,
		},
		/// A scorer provided the copies of the readings that it shows to the panel.
		CopiesProvided {
			/// The task.
			task: TaskId,
			/// The scorer's institution.
			institution: InstitutionId,
			/// Which panel: 1, or 2 after an appeal.
			panel: u8,
			/// SHA-256 of the stored copies.
			root: Hash,
		},
		/// A member of the panel committed to a vote.
		VoteCommitted {
			/// The task.
			task: TaskId,
			/// The member.
			member: AccountId,
		},
		/// A member of the panel revealed a vote.
		VoteRevealed {
			/// The task.
			task: TaskId,
			/// The member.
			member: AccountId,
			/// The readings that the member accepts, one bit each.
			accepted: Numbers,
		},
		/// The panel decided.
		PanelDecided {
			/// The task.
			task: TaskId,
			/// Which panel: 1, or 2 after an appeal.
			panel: u8,
			/// What it decided.
			decision: Decision,
		},
		/// Somebody appealed: a larger panel will decide.
		Appealed {
			/// The task.
			task: TaskId,
			/// Who appealed.
			who: AccountId,
			/// Hash of the reasons.
			reason: Hash,
		},
		/// The task has a consensus, and those who worked for it are paid.
		TaskValidated {
			/// The task.
			task: TaskId,
			/// Hash of the consensus mask.
			consensus: Hash,
		},
		/// The task ended without a consensus.
		TaskEnded {
			/// The task.
			task: TaskId,
			/// Why it ended.
			cause: EndCause,
		},
		/// The records of an ended task were removed, and its deposit was returned.
		TaskForgotten {
			/// The task.
			task: TaskId,
		},
		/// The consensus was registered as a study, which is leased like any other.
		ConsensusPublished {
			/// The task.
			task: TaskId,
			/// That study.
			study: StudyId,
		},
		/// The result of an analysis was recorded.
		ResultSubmitted {
			/// The study.
			study: StudyId,
			/// Number of the result.
			index: u32,
			/// Who recorded it.
			author: AccountId,
			/// What the analysis was for.
			kind: ResultKind,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such task, scorer or expert.
		NotFound,
		/// There is no such study, or it was withdrawn.
		StudyNotFound,
		/// This already exists: the place, the reading, the report or the scorer's key.
		AlreadyExists,
		/// Only the institution's administrator, its custodian, a member of the panel, or a scorer of
		/// the task may do this.
		NotAuthorized,
		/// The account does not meet the standard for this, or lacks the role for it.
		Refused(Refusal),
		/// The phase in which this could be done is over.
		PhaseOver,
		/// This cannot be done in the task's present phase.
		WrongPhase,
		/// The number of readings is out of range: a task needs 2 to 16.
		ReadersOutOfRange,
		/// The size of the panel is out of range: a panel has 1, 3, 5 or 7 members.
		PanelOutOfRange,
		/// A phase is shorter or longer than the chain allows.
		DurationOutOfRange,
		/// No active institution has a scorer: an institution has to appoint one first.
		NoScorer,
		/// The maximum number of scorers has been reached.
		TooManyScorers,
		/// The maximum number of tasks has been reached.
		TooManyTasks,
		/// The maximum number of experts has been reached.
		TooManyExperts,
		/// Somebody has claimed a place, so the task cannot be cancelled any more.
		PlacesTaken,
		/// All places are taken: try again later, as one may become free.
		NoPlaceLeft,
		/// The caller has no place, or it has lapsed: claim one first.
		NoPlace,
		/// The caller has declared the reading finished, so it cannot be replaced any more.
		AlreadyFinished,
		/// The caller has no live lease on the study, or none for research.
		NoLease,
		/// The account has no encryption key and has to register one first.
		NoEncryptionKey,
		/// The report uses another method, or does not have one outcome for each reading.
		InvalidReport,
		/// What was revealed is not what was committed to.
		NotCommitted,
		/// There is no reading with this number.
		NoSuchReading,
		/// There is no consensus yet, on the study or from the task.
		NotValidated,
		/// The maximum number of results has been recorded for the study.
		TooManyResults,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MinPhase::get() > 0, "phases last a while");
			assert!(T::MinPhase::get() <= T::MaxPhase::get(), "some durations are allowed");
			let least = Self::most_of_a_look()
				.saturating_add(T::DbWeight::get().reads_writes(2, 1).saturating_mul(2));
			assert!(
				T::ServiceWeight::get().all_gte(least),
				"each block has time for one task at least: {least:?}"
			);
		}

		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::attend_to_due(T::ServiceWeight::get())
		}

		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::attend_to_due(remaining)
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::work();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Appoints the scorer of the caller's institution: the account to whose encryption key
		/// readings are sealed, and the key with which the institution's node signs reports. Tasks
		/// opened from now on count on it.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::appoint_scorer())]
		pub fn appoint_scorer(
			origin: OriginFor<T>,
			account: AccountId,
			key: ScorerId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_appoint_scorer(who, account, key)
		}

		/// Dismisses the scorer of the caller's institution.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::dismiss_scorer())]
		pub fn dismiss_scorer(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_dismiss_scorer(who)
		}

		/// Enlists the caller, who can then be drawn for panels.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::enlist())]
		pub fn enlist(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_enlist(who)
		}

		/// Retires the caller, who will not be drawn for panels any more but keeps the seats on
		/// present panels.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire(who)
		}

		/// Opens a task on a study for an institution. The bounty is held on the institution's pot.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::open())]
		pub fn open(
			origin: OriginFor<T>,
			institution: InstitutionId,
			study: StudyId,
			terms: Terms,
			brief: Sealed,
			bounty: T::Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_open(who, institution, study, terms, brief, bounty)
		}

		/// Cancels a task on which nobody has claimed a place.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::cancel())]
		pub fn cancel(origin: OriginFor<T>, id: TaskId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel(who, id)
		}

		/// Claims a place on a task, which is kept for a while.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>, id: TaskId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(who, id)
		}

		/// Gives the caller's place back, and withdraws what was handed in.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>, id: TaskId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave(who, id)
		}

		/// Hands in a sealed reading, or replaces it. It can be replaced until the time for reading
		/// ends, unless it is declared finished. When all readings are finished, the time ends at
		/// once.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::submit())]
		pub fn submit(
			origin: OriginFor<T>,
			id: TaskId,
			reading: Sealed,
			finished: bool,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_submit(who, id, reading, finished)
		}

		/// Reports the scores of a task for the scorer of an institution, whose signature the
		/// report needs.
		///
		/// Nodes submit this by themselves; it costs nothing.
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::report())]
		#[pallet::authorize(|_, id, institution, stage, report, commitment, signature| {
			Pallet::<T>::authorize_report(*id, *institution, *stage, report, *commitment, signature)
				.map(|valid| (valid, Weight::zero()))
		})]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_report())]
		pub fn report(
			origin: OriginFor<T>,
			id: TaskId,
			institution: InstitutionId,
			stage: u8,
			report: Report,
			commitment: Hash,
			signature: ScorerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let _ = signature;
			Self::do_report(id, institution, stage, report, commitment)
		}

		/// Reveals, for the draw of a panel, the secret to which the scorer of an institution has
		/// committed.
		///
		/// Nodes submit this by themselves; it costs nothing.
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::reveal_seed())]
		#[pallet::authorize(|_, id, institution, panel, secret| {
			Pallet::<T>::authorize_seed(*id, *institution, *panel, *secret)
				.map(|valid| (valid, Weight::zero()))
		})]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_seed())]
		pub fn reveal_seed(
			origin: OriginFor<T>,
			id: TaskId,
			institution: InstitutionId,
			panel: u8,
			secret: Hash,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			Self::do_reveal_seed(id, institution, panel, secret)
		}

		/// Records where a scorer shows the readings to the panel, under numbers instead of names.
		///
		/// Nodes submit this by themselves; it costs nothing.
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::provide_copies())]
		#[pallet::authorize(|_, id, institution, panel, copies, signature| {
			Pallet::<T>::authorize_copies(*id, *institution, *panel, copies, signature)
				.map(|valid| (valid, Weight::zero()))
		})]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_copies())]
		pub fn provide_copies(
			origin: OriginFor<T>,
			id: TaskId,
			institution: InstitutionId,
			panel: u8,
			copies: Sealed,
			signature: ScorerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let _ = signature;
			Self::do_provide_copies(id, institution, panel, copies)
		}

		/// Commits the caller, a member of the panel, to a vote. The caller may commit to another
		/// one while the phase lasts.
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::commit())]
		pub fn commit(origin: OriginFor<T>, id: TaskId, commitment: Hash) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit(who, id, commitment)
		}

		/// Reveals the vote to which the caller committed: the readings that the caller accepts.
		#[pallet::call_index(13)]
		#[pallet::weight(T::WeightInfo::reveal())]
		pub fn reveal(
			origin: OriginFor<T>,
			id: TaskId,
			accepted: Numbers,
			salt: Hash,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal(who, id, accepted, salt)
		}

		/// Appeals against the panel's decision, once. `reason` is the hash of the reasons.
		#[pallet::call_index(14)]
		#[pallet::weight(T::WeightInfo::appeal())]
		pub fn appeal(origin: OriginFor<T>, id: TaskId, reason: Hash) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_appeal(who, id, reason)
		}

		/// Names the study as which the consensus of a task was registered.
		#[pallet::call_index(15)]
		#[pallet::weight(T::WeightInfo::publish())]
		pub fn publish(origin: OriginFor<T>, id: TaskId, study: StudyId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_publish(who, id, study)
		}

		/// Records the result of an analysis of a study with a consensus: the result's hash and
		/// location, the model's hash, and the leases that were used. All of these have to be live
		/// leases of the caller, for research.
		#[pallet::call_index(16)]
		#[pallet::weight(
			T::WeightInfo::submit_result(leases.len().try_into().unwrap_or(u32::MAX))
		)]
		pub fn submit_result(
			origin: OriginFor<T>,
			study: StudyId,
			kind: ResultKind,
			result: Sealed,
			model: Hash,
			leases: BoundedVec<StudyId, ConstU32<MAX_LEASES>>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_submit_result(who, study, kind, result, model, leases)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Everything that the chain knows about a task.
		pub fn details(id: TaskId) -> Option<Details<DepositOf<T>>> {
			Self::do_details(id)
		}

		/// The tasks after `after`, at most [`MAX_PAGE`] at a time: of one study, or of all.
		pub fn tasks(study: Option<StudyId>, after: Option<TaskId>) -> Page<TaskId, TaskOf<T>> {
			Self::do_tasks(study, after)
		}

		/// The scorers of the institutions.
		pub fn scorers() -> Vec<(InstitutionId, ScorerOf)> {
			Self::do_scorers()
		}

		/// Whether an account can be drawn for panels.
		pub fn is_enlisted(who: AccountId) -> bool {
			PoolIndex::<T>::contains_key(who)
		}

		/// Scores readings as scorers do, with the code of this runtime, so that anybody can check
		/// that both compute the same bits. A reading is given as runs of voxels, each by its first
		/// voxel and its length. Returns `None` for more readings than a task can have, for more
		/// than [`MAX_SCORED_VOXELS`] in the volume or in the runs of one reading, and for more
		/// than [`MAX_SCORED_RUNS`].
		pub fn score(grid: Grid, method: Method, readings: Vec<Vec<(u64, u64)>>) -> Option<Report> {
			Self::do_score(grid, method, readings)
		}

		/// The results recorded for a study after `after`, at most [`MAX_PAGE`] at a time.
		pub fn results(study: StudyId, after: Option<u32>) -> Page<u32, ResultOf<T>> {
			Self::do_results(study, after)
		}
	}
}
