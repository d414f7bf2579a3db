// SPDX-License-Identifier: Apache-2.0

//! Votes of a panel: committing to them, and revealing them without a file that could be lost.

use super::{
	error::CliError,
	output::Output,
	session::{Identity, Session},
	signing::wait_for,
	words::{numbers, when},
};
use contour_chain::{Chain, TaskDetails};
use contour_primitives::{
	AccountId, Hash, Numbers, TaskId,
	annotation::{self, Phase, Vote},
	vote_commitment,
};
use contour_seal::keys::ballot_salt;
use serde_json::json;

/// A voter, who can make a commitment and find out again which vote it was for.
struct Ballot {
	genesis: Hash,
	task: TaskId,
	panel: u8,
	account: AccountId,
	salt: Hash,
}

impl Ballot {
	fn new(chain: &Chain, details: &TaskDetails, identity: &Identity) -> Result<Self, CliError> {
		let account = identity.account();
		let (task, panel) = (details.task.task, details.task.panels);
		if details.seat_of(&account).is_none() {
			return Err(CliError::NotOnPanel(task.0));
		}
		let salt = ballot_salt(&identity.account_secret()?, &chain.genesis(), task.0, panel);
		let (genesis, salt) = (Hash::from(chain.genesis()), Hash::from(salt));
		Ok(Self { genesis, task, panel, account, salt })
	}

	fn commitment(&self, accepted: Numbers) -> Hash {
		vote_commitment(self.genesis, self.task, self.panel, &self.account, accepted, self.salt)
	}

	/// The vote behind a commitment: one of the sets of readings, all of which are tried.
	fn find(&self, commitment: Hash, readings: usize) -> Option<Numbers> {
		let all = Numbers::MAX.checked_shr(Numbers::BITS.saturating_sub(readings as u32));
		(0..=all.unwrap_or_default()).find(|accepted| self.commitment(*accepted) == commitment)
	}
}

/// The set of readings with these numbers.
fn set_of(accept: &[u8], readings: usize) -> Result<Numbers, CliError> {
	accept.iter().try_fold(0, |set, number| match number {
		number if (1..=readings).contains(&usize::from(*number)) => Ok(set | 1 << (number - 1)),
		number => Err(CliError::NoReading { number: *number, readings }),
	})
}

/// Commits to a vote.
pub(crate) async fn vote(
	task: TaskId,
	accept: &[u8],
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let details = chain.at().await?.task(task).await?;
	let ballot = Ballot::new(&chain, &details, &identity)?;
	if !matches!(details.task.phase, Phase::Committing { .. }) {
		return Err(CliError::NotNow { task: task.0, what: "voted" });
	}
	let accepted = set_of(accept, details.places.len())?;
	let commitment = ballot.commitment(accepted);
	let voted = chain.commit_vote(&identity.signer, task, commitment);
	wait_for(voted, session, output).await?;
	let phase = chain.at().await?.task(task).await?.task.phase;
	let accepts = annotation::numbers(accepted);
	let result = json!({
		"task": task,
		"panel": ballot.panel,
		"accepts": accepts,
		"commitment": commitment,
		"phase": phase,
	});
	output.show(&result, || {
		let when = match phase {
			Phase::Committing { until } => {
				format!("when the others have voted, {} at the latest", when(until))
			}
			_ => "now: all have voted".into(),
		};
		format!(
			"You voted. Accepted: {}. Nobody sees your vote yet. Reveal it {when}: `contour task \
			 reveal {}`",
			numbers(&accepts),
			task.0,
		)
	});
	Ok(())
}

/// Reveals a vote.
pub(crate) async fn reveal(
	task: TaskId,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let details = chain.at().await?.task(task).await?;
	let ballot = Ballot::new(&chain, &details, &identity)?;
	let commitment = match details.seat_of(&ballot.account).map(|seat| &seat.vote) {
		Some(Vote::Committed(commitment)) => *commitment,
		Some(Vote::Revealed(_)) => return Err(CliError::RevealedAlready),
		Some(Vote::Awaited) | None => return Err(CliError::NotVoted),
	};
	if !matches!(details.task.phase, Phase::Revealing { .. }) {
		return Err(CliError::NotNow { task: task.0, what: "revealed" });
	}
	let accepted = ballot.find(commitment, details.places.len()).ok_or(CliError::OtherBallot)?;
	let revealed = chain.reveal_vote(&identity.signer, task, accepted, ballot.salt);
	wait_for(revealed, session, output).await?;
	let accepts = annotation::numbers(accepted);
	let result = json!({ "task": task, "panel": ballot.panel, "accepts": accepts });
	output.show(&result, || format!("Revealed. Accepted: {}.", numbers(&accepts)));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

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
}
