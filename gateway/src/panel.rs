// SPDX-License-Identifier: Apache-2.0

//! What a member of a panel does: sees the readings that were scored, commits to a vote, and reveals
//! it without a file that could be lost.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::panel::{Ballot, Shown};
//! use contour_primitives::TaskId;
//! use contour_seal::{keyfile::KeyFile, signer::{account_of, account_secret, keypair}};
//!
//! async fn vote(
//!     (chain, keys): (&Chain, &KeyFile),
//!     (task, accept): (TaskId, &[u8]),
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let secret = keys.account().ok_or("the key file has no account")?;
//!     let (signer, secret) = (keypair(secret)?, account_secret(secret)?);
//!     let (account, genesis) = (account_of(&signer), chain.genesis());
//!     let details = chain.at().await?.task(task).await?;
//!
//!     let shown = Shown::find(genesis, &details, &account, keys).await?;
//!     println!("{} readings, whose scores are those on the chain", shown.panel.readings.len());
//!     let ballot = Ballot::new(genesis, &details, account, &secret)?;
//!     let vote = ballot.cast(&details, accept)?;
//!     chain.commit_vote(&signer, task, ballot.commitment(vote)).await?;
//!
//!     // When the others have voted, the key alone finds the vote again.
//!     let details = chain.at().await?.task(task).await?;
//!     let vote = ballot.open(&details)?;
//!     chain.reveal_vote(&signer, task, vote, ballot.salt()).await?;
//!     Ok(())
//! }
//! ```

use super::recipients;
use contour_annotation::{
	AnnotationError, Binding,
	panel::{Numbered, Panel},
};
use contour_chain::{CopyRecord, OutcomeRecord, ReportRecord, TaskDetails};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Numbers, TaskId,
	annotation::{Phase, Vote},
	vote_commitment,
};
use contour_scoring::{Mask, Method, Rejection, Scored, score};
use contour_seal::{keyfile::KeyFile, keys::ballot_salt};
use contour_store::{MANIFEST_LIMIT, ObjectName, Store, StoreError};

/// Why a member of a panel cannot see the readings, or vote.
#[derive(Debug, thiserror::Error)]
pub enum PanelError {
	/// The store of a scorer.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// A scorer's copy does not open.
	#[error(transparent)]
	Annotation(#[from] AnnotationError),
	/// Others decide.
	#[error("you do not sit on the panel of task {0}; `contour task show {0}` names its members")]
	NotOnPanel(u32),
	/// The panel does something else.
	#[error(
		"nothing can be {what} in the present phase of task {task}; `contour task show {task}` \
		 shows who can do what"
	)]
	NotNow {
		/// The task.
		task: u32,
		/// What cannot be done.
		what: &'static str,
	},
	/// No reading has this number.
	#[error("there is no reading {number}; they have the numbers 1 to {readings}")]
	NoReading {
		/// The number.
		number: u8,
		/// How many there are.
		readings: usize,
	},
	/// There is nothing left to reveal.
	#[error("your vote is revealed already")]
	RevealedAlready,
	/// There is no commitment.
	#[error("you have not voted, so there is nothing to reveal")]
	NotVoted,
	/// The commitment was made with another salt.
	#[error(
		"your vote was made with another form of this account, which has other secrets: use the \
		 key file with which you voted"
	)]
	OtherBallot,
	/// Scorers are still at work.
	#[error("no scorer shows the readings to the panel yet; try again in a few minutes")]
	NoCopies,
	/// What scorers show does not open, or is something else.
	#[error(
		"no scorer's copy can be used; try again later, or inform the scorers' institutions:\n\
		 {0}"
	)]
	BadCopies(String),
	/// The scores on the chain do not follow from them.
	#[error("these are not the readings that were scored")]
	OtherReadings,
}

/// A voter, who can make a commitment and find out again which vote it was for.
pub struct Ballot {
	genesis: Hash,
	task: TaskId,
	panel: u8,
	account: AccountId,
	salt: Hash,
}

/// The readings that a panel votes on: those that were scored, whichever scorer shows them.
pub struct Shown {
	/// The institution whose scorer's copy it is.
	pub scorer: InstitutionId,
	/// The copy.
	pub panel: Panel,
	/// The masks of its readings; `None` of those that cannot be seen.
	pub masks: Vec<Option<Mask>>,
	/// The scores of its readings, and the consensus of all of them.
	pub scored: Scored,
}

impl Ballot {
	/// The ballot of a member of the panel that sits, on the chain with this genesis hash. What hides
	/// the vote follows from the `secret` of the member's account.
	///
	/// # Errors
	///
	/// [`PanelError::NotOnPanel`].
	pub fn new(
		genesis: [u8; 32],
		details: &TaskDetails,
		account: AccountId,
		secret: &[u8],
	) -> Result<Self, PanelError> {
		let (task, panel) = (details.task.task, details.task.panels);
		if details.seat_of(&account).is_none() {
			return Err(PanelError::NotOnPanel(task.0));
		}
		let salt = Hash::from(ballot_salt(secret, &genesis, task.0, panel));
		Ok(Self { genesis: Hash::from(genesis), task, panel, account, salt })
	}

	/// Which panel: 1, or 2 after an appeal.
	pub fn panel(&self) -> u8 {
		self.panel
	}

	/// What hides the vote until it is revealed.
	pub fn salt(&self) -> Hash {
		self.salt
	}

	/// What the chain is told of a vote.
	pub fn commitment(&self, accepted: Numbers) -> Hash {
		vote_commitment(self.genesis, self.task, self.panel, &self.account, accepted, self.salt)
	}

	/// The vote behind a commitment: one of the sets of readings, all of which are tried.
	pub fn find(&self, commitment: Hash, readings: usize) -> Option<Numbers> {
		let all = Numbers::MAX.checked_shr(Numbers::BITS.saturating_sub(readings as u32));
		(0..=all.unwrap_or_default()).find(|accepted| self.commitment(*accepted) == commitment)
	}

	/// The vote that accepts the readings with these numbers, if the panel votes now.
	///
	/// # Errors
	///
	/// [`PanelError::NotNow`] and [`PanelError::NoReading`].
	pub fn cast(&self, details: &TaskDetails, accept: &[u8]) -> Result<Numbers, PanelError> {
		if !matches!(details.task.phase, Phase::Committing { .. }) {
			return Err(PanelError::NotNow { task: self.task.0, what: "voted" });
		}
		set_of(accept, details.places.len())
	}

	/// The vote to which the member is committed, if the panel reveals its votes now.
	///
	/// # Errors
	///
	/// [`PanelError::NotVoted`], [`PanelError::RevealedAlready`], [`PanelError::NotNow`] and
	/// [`PanelError::OtherBallot`].
	pub fn open(&self, details: &TaskDetails) -> Result<Numbers, PanelError> {
		let commitment = match details.seat_of(&self.account).map(|seat| &seat.vote) {
			Some(Vote::Committed(commitment)) => *commitment,
			Some(Vote::Revealed(_)) => return Err(PanelError::RevealedAlready),
			Some(Vote::Awaited) | None => return Err(PanelError::NotVoted),
		};
		if !matches!(details.task.phase, Phase::Revealing { .. }) {
			return Err(PanelError::NotNow { task: self.task.0, what: "revealed" });
		}
		self.find(commitment, details.places.len()).ok_or(PanelError::OtherBallot)
	}
}

impl Shown {
	/// Fetches the readings for the panel that sits, as one of its members: the first scorer's copy
	/// from which the scores on the chain follow.
	///
	/// # Errors
	///
	/// [`PanelError::NotOnPanel`], [`PanelError::NoCopies`], and [`PanelError::BadCopies`] with what is
	/// wrong with each.
	pub async fn find(
		genesis: [u8; 32],
		details: &TaskDetails,
		account: &AccountId,
		keys: &KeyFile,
	) -> Result<Self, PanelError> {
		if details.seat_of(account).is_none() {
			return Err(PanelError::NotOnPanel(details.task.task.0));
		}
		let binding = recipients::binding(genesis, details);
		let mut reasons = Vec::new();
		for copy in details.copies.iter().filter(|it| it.panel == details.task.panels) {
			match Self::fetch(copy, &binding, details, (account, keys)).await {
				Ok(shown) => return Ok(shown),
				Err(error) => {
					let institution = copy.institution.0;
					reasons.push(format!("  of institution {institution}: {error}"));
				}
			}
		}
		Err(match reasons.is_empty() {
			true => PanelError::NoCopies,
			false => PanelError::BadCopies(reasons.join("\n")),
		})
	}

	async fn fetch(
		copy: &CopyRecord,
		binding: &Binding,
		details: &TaskDetails,
		(account, keys): (&AccountId, &KeyFile),
	) -> Result<Self, PanelError> {
		let store = Store::open(&copy.object.locator).await?;
		let name = ObjectName::from(copy.object.root.0);
		let bytes = store.get_within(&name, MANIFEST_LIMIT).await?;
		let (panel, _) = Panel::open(&bytes, binding, account, keys)?;
		if panel.round != copy.panel {
			return Err(PanelError::OtherReadings);
		}
		let masks = masks(&panel)?;
		let scored = rescored(&panel, &masks, details.task.terms.method, details.scores.as_ref())?;
		Ok(Self { scorer: copy.institution, panel, masks, scored })
	}
}

/// The set of readings with these numbers.
fn set_of(accept: &[u8], readings: usize) -> Result<Numbers, PanelError> {
	accept.iter().try_fold(0, |set, number| match number {
		number if (1..=readings).contains(&usize::from(*number)) => Ok(set | 1 << (number - 1)),
		number => Err(PanelError::NoReading { number: *number, readings }),
	})
}

/// The masks of the readings, each with the hash that the scorer names.
fn masks(panel: &Panel) -> Result<Vec<Option<Mask>>, PanelError> {
	let mask = |numbered: &Numbered| match &numbered.drawing {
		Ok(drawing) => Ok(Some(drawing.mask(&panel.geometry, &panel.structure)?)),
		Err(_) => Ok(None),
	};
	panel.readings.iter().map(mask).collect()
}

/// Computes the scores again from what the panel sees. If they are the scores that the chain holds,
/// these are the readings that were scored, whichever scorer shows them.
fn rescored(
	panel: &Panel,
	masks: &[Option<Mask>],
	method: Method,
	held: Option<&ReportRecord>,
) -> Result<Scored, PanelError> {
	let readings: Vec<_> = panel
		.readings
		.iter()
		.zip(masks)
		.map(|(numbered, mask)| match (mask, &numbered.drawing) {
			(Some(mask), _) => Ok(mask.clone()),
			(None, Err(rejection)) => Err(*rejection),
			(None, Ok(_)) => Err(Rejection::Malformed),
		})
		.collect();
	let grid = panel.geometry.scoring_grid();
	let scored = score(grid, method, &readings, |_| true).map_err(|_| PanelError::OtherReadings)?;
	let mut shown = scored.report.outcomes.to_vec();
	let held = held.ok_or(PanelError::OtherReadings)?;
	let same = held.consensus == scored.report.consensus.map(Hash::from)
		&& held.outcomes.len() == shown.len()
		&& held.outcomes.iter().all(|outcome| {
			// The order is another one: numbers instead of names.
			let found = shown.iter().position(|it| OutcomeRecord::from(*it) == *outcome);
			found.map(|index| shown.swap_remove(index)).is_some()
		});
	if same { Ok(scored) } else { Err(PanelError::OtherReadings) }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::sample::{geometry, structure};
	use contour_annotation::numbering::Numbering;
	use contour_primitives::StudyId;

	fn ballot(secret: &[u8], task: u32, panel: u8) -> Ballot {
		let genesis = [9; 32];
		Ballot {
			genesis: Hash::from(genesis),
			task: TaskId(task),
			panel,
			account: AccountId::new([1; 32]),
			salt: Hash::from(ballot_salt(secret, &genesis, task, panel)),
		}
	}

	#[test]
	fn should_find_the_vote_again_when_only_the_key_and_the_commitment_are_there() {
		let own = ballot(b"secret", 3, 1);
		for (accepted, readings) in [(0, 2), (0b101, 3), (0b111, 3), (u16::MAX, 16)] {
			assert_eq!(own.find(own.commitment(accepted), readings), Some(accepted));
		}
		let commitment = own.commitment(0b101);
		for other in [ballot(b"other", 3, 1), ballot(b"secret", 4, 1), ballot(b"secret", 3, 2)] {
			assert_eq!(other.find(commitment, 16), None);
		}
	}

	#[test]
	fn should_be_a_set_when_numbers_are_those_of_readings() {
		assert_eq!(set_of(&[], 3).ok(), Some(0));
		assert_eq!(set_of(&[1, 3], 3).ok(), Some(0b101));
		assert_eq!(set_of(&[3, 3], 3).ok(), Some(0b100));
		assert_eq!(set_of(&[16], 16).ok(), Some(1 << 15));
		assert!(set_of(&[4], 3).is_err() && set_of(&[0], 3).is_err());
	}

	/// What a scorer shows of readings that begin at these voxels; `None` is one that nobody can see.
	fn shown(readings: &[Option<u64>]) -> Panel {
		let geometry = geometry();
		let grid = geometry.scoring_grid();
		let readings = readings.iter().map(|first| match first {
			Some(first) => Ok(Mask::from_runs(grid, [(*first, 4)]).expect("it is on the grid")),
			None => Err(Rejection::Sealed),
		});
		let readings: Vec<_> = readings.collect();
		let (task, study) = (TaskId(3), StudyId(Hash::repeat_byte(9)));
		let binding = Binding { genesis: Hash::repeat_byte(7), task, study };
		let readers: Vec<_> =
			(1..).map(|it| AccountId::new([it; 32])).take(readings.len()).collect();
		let numbering = Numbering::new(&[7; 32], task, &readers);
		Panel::new(&binding, 1, &structure(), &geometry, &numbering, &readings)
			.expect("the masks are on the grid")
	}

	fn scores(panel: &Panel) -> Vec<Result<Mask, Rejection>> {
		let masks = masks(panel).expect("the hashes are theirs");
		let readings = panel.readings.iter().zip(masks);
		let readings = readings.map(|(numbered, mask)| match &numbered.drawing {
			Ok(_) => Ok(mask.expect("it can be seen")),
			Err(rejection) => Err(*rejection),
		});
		readings.collect()
	}

	/// What the chain holds of readings.
	fn held(panel: &Panel) -> ReportRecord {
		let grid = panel.geometry.scoring_grid();
		let scored = score(grid, Method::Majority, &scores(panel), |_| true);
		let report = scored.expect("they are few").report;
		let outcomes = report.outcomes.iter().rev().map(|it| OutcomeRecord::from(*it));
		ReportRecord {
			method: Method::Majority,
			voxels: [8, 6, 4],
			spacing_micrometres: [1_000, 1_000, 2_000],
			consensus: report.consensus.map(Hash::from),
			agreement: report.agreement,
			outcomes: outcomes.collect(),
		}
	}

	#[test]
	fn should_show_readings_when_the_scores_on_the_chain_follow_from_them() {
		let panel = shown(&[Some(10), None, Some(11)]);
		let masks = masks(&panel).expect("the hashes are theirs");
		let held = held(&panel);
		assert!(rescored(&panel, &masks, Method::Majority, Some(&held)).is_ok());
	}

	#[test]
	fn should_show_nothing_when_a_scorer_replaced_hid_or_added_a_reading() {
		let held = held(&shown(&[Some(10), None, Some(11)]));
		for readings in [
			&[Some(10), None, Some(12)][..],
			&[Some(10), None, None],
			&[Some(10), Some(11)],
			&[Some(10), None, Some(11), Some(11)],
		] {
			let panel = shown(readings);
			let masks = masks(&panel).expect("the hashes are theirs");
			let rescored = rescored(&panel, &masks, Method::Majority, Some(&held));
			assert!(matches!(rescored, Err(PanelError::OtherReadings)), "{readings:?}");
			let unheld = super::rescored(&panel, &masks, Method::Majority, None);
			assert!(matches!(unheld, Err(PanelError::OtherReadings)), "{readings:?}");
		}
	}
}
