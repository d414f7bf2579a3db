// SPDX-License-Identifier: Apache-2.0

//! A decision of the council: proposed, voted on and closed by its members.
//!
//! ```no_run
//! use contour_chain::Chain;
//! use contour_gateway::council::{self, CouncilError};
//! use subxt_signer::sr25519::Keypair;
//!
//! async fn agree(chain: &Chain, signer: &Keypair, hash: &str) -> Result<bool, CouncilError> {
//!     let motion = council::find(&chain.at().await?, hash).await?;
//!     let motion = council::vote(chain, signer, &motion, true).await?;
//!     Ok(motion.is_carried())
//! }
//! ```

use contour_chain::{At, Chain, ChainError, Decision, Motion, Outcome, Proposal};
use contour_primitives::Hash;
use humantime::FormattedDuration;
use std::time::Duration;
use subxt_signer::sr25519::Keypair;

/// Why a member cannot take part in a decision.
#[derive(Debug, thiserror::Error)]
pub enum CouncilError {
	/// The chain.
	#[error(transparent)]
	Chain(#[from] ChainError),
	/// Only members take part.
	#[error(
		"this key's account is not on the council; its members are the administrators of the active \
		 institutions (`contour institution list`)"
	)]
	NotOnCouncil,
	/// It was closed, or never proposed.
	#[error("no motion {0} waits for votes; `contour council list` shows those that do")]
	NoMotion(String),
	/// The vote would change nothing.
	#[error(
		"you have already voted this way on the motion; `contour council list` shows who is missing"
	)]
	VotedSo,
	/// One motion is enough.
	#[error(
		"the same decision has been proposed already: find it with `contour council list`, and \
		 vote on it"
	)]
	ProposedAlready,
	/// The vote would have counted for another motion.
	#[error("somebody else proposed something at the same moment, so nothing was done: try again")]
	ProposedMeanwhile,
	/// It cannot be closed yet.
	#[error(
		"the motion is not decided, votes missing: {missing}. Close it when they are there, or in \
		 about {left}"
	)]
	Undecided {
		/// Votes that are missing.
		missing: u32,
		/// For how long it can be voted on.
		left: FormattedDuration,
	},
	/// The fees of the one institution would go to the other.
	#[error(
		"motion {0}, which also admits an institution, is still open: vote on it and close it \
		 first, so that the fees go to the right number"
	)]
	AdmissionWaits(u32),
}

/// A motion by its number or its hash.
///
/// # Errors
///
/// [`CouncilError::NoMotion`], and those of the chain.
pub async fn find(at: &At, named: &str) -> Result<Motion, CouncilError> {
	let motions = at.motions().await?;
	let is_it = |motion: &Motion| {
		named.parse() == Ok(motion.index)
			|| named.parse().is_ok_and(|hash: Hash| hash == motion.hash)
	};
	motions.into_iter().find(is_it).ok_or_else(|| CouncilError::NoMotion(named.into()))
}

/// For how long a motion can be voted on, without the seconds.
pub fn left(motion: &Motion) -> FormattedDuration {
	humantime::format_duration(Duration::from_secs(motion.seconds_left / 60 * 60))
}

/// Whether a decision can be proposed now; [`propose`] makes sure of it, too.
///
/// # Errors
///
/// [`CouncilError::AdmissionWaits`], and those of the chain.
pub async fn ensure_proposable(at: &At, decision: &Decision) -> Result<(), CouncilError> {
	if let Decision::ResumeFinality { best_finalized, .. } = decision {
		at.finality_base(*best_finalized).await?;
	}
	if !matches!(decision, Decision::AdmitInstitution { .. }) {
		return Ok(());
	}
	// Its fees go to the next number, which nobody else may take meanwhile.
	match at.motions().await?.iter().find(|motion| motion.admits()) {
		Some(other) => Err(CouncilError::AdmissionWaits(other.index)),
		None => Ok(()),
	}
}

/// Whether a motion can be closed: it is decided, or its time is over; [`close`] makes sure of it,
/// too.
///
/// # Errors
///
/// [`CouncilError::Undecided`].
pub fn ensure_decided(motion: &Motion) -> Result<(), CouncilError> {
	if motion.is_carried() || motion.is_lost() || motion.seconds_left == 0 {
		return Ok(());
	}
	Err(CouncilError::Undecided { missing: motion.missing, left: left(motion) })
}

/// Proposes a decision and votes for it.
///
/// # Errors
///
/// [`CouncilError::AdmissionWaits`], [`CouncilError::NotOnCouncil`],
/// [`CouncilError::ProposedAlready`], [`CouncilError::ProposedMeanwhile`], and those of the chain.
pub async fn propose(
	chain: &Chain,
	signer: &Keypair,
	decision: &Decision,
) -> Result<Proposal, CouncilError> {
	ensure_proposable(&chain.at().await?, decision).await?;
	chain.propose(signer, decision).await.map_err(explained)
}

/// Votes on a motion; returns how it stands then.
///
/// # Errors
///
/// [`CouncilError::NotOnCouncil`], [`CouncilError::VotedSo`], and those of the chain.
pub async fn vote(
	chain: &Chain,
	signer: &Keypair,
	motion: &Motion,
	approve: bool,
) -> Result<Motion, CouncilError> {
	chain.vote(signer, motion, approve).await.map_err(explained)?;
	find(&chain.at().await?, &motion.index.to_string()).await
}

/// Closes a motion that is decided, or whose time is over.
///
/// # Errors
///
/// [`CouncilError::Undecided`], and those of the chain.
pub async fn close(
	chain: &Chain,
	signer: &Keypair,
	motion: &Motion,
) -> Result<Outcome, CouncilError> {
	ensure_decided(motion)?;
	chain.close(signer, motion).await.map_err(explained)
}

/// What an error of the council means to the voter.
fn explained(error: ChainError) -> CouncilError {
	match error {
		ChainError::Call { pallet, name, .. } if pallet == "Council" => match name.as_str() {
			"NotMember" => CouncilError::NotOnCouncil,
			"DuplicateVote" => CouncilError::VotedSo,
			"DuplicateProposal" => CouncilError::ProposedAlready,
			"WrongIndex" => CouncilError::ProposedMeanwhile,
			_ => {
				let docs = "look at `contour council list`".into();
				CouncilError::Chain(ChainError::Call { pallet, name, docs })
			}
		},
		other => CouncilError::Chain(other),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn call(pallet: &str, name: &str) -> ChainError {
		ChainError::Call { pallet: pallet.into(), name: name.into(), docs: "It failed.".into() }
	}

	#[test]
	fn should_say_what_to_do_when_the_council_refuses() {
		let refused = explained(call("Council", "DuplicateVote"));
		assert!(matches!(refused, CouncilError::VotedSo));
		let refused = explained(call("Council", "TooEarly")).to_string();
		assert_eq!(refused, "Council.TooEarly: look at `contour council list`");
		let refused = explained(call("Credentials", "DuplicateVote")).to_string();
		assert_eq!(refused, "Credentials.DuplicateVote: It failed.");
	}
}
