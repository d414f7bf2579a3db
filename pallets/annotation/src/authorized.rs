// SPDX-License-Identifier: Apache-2.0

//! What scorers send without an account: checked cheapest first, the signature last.

use crate::{Config, Error, Pallet, ScorerId, ScorerOf};
use alloc::vec::Vec;
use codec::Encode;
use contour_primitives::{Hash, InstitutionId, Sealed, TaskId};
use contour_scoring::Report;
use frame_support::pallet_prelude::*;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::transaction_validity::{
	InvalidTransaction, TransactionPriority, TransactionValidityError,
};

/// A signature of a [`ScorerId`].
pub type ScorerSignature = <ScorerId as RuntimeAppPublic>::Signature;

/// Blocks for which a scorer's transaction may wait in the pool: a number of attempts, not a time, as
/// the worker makes it again with each block.
const LONGEVITY: u64 = 64;

/// What a scorer signs to report.
pub fn report_payload(
	genesis: Hash,
	id: TaskId,
	institution: InstitutionId,
	stage: u8,
	report: Hash,
	commitment: Hash,
) -> Vec<u8> {
	(b"contour/report", genesis, id, institution, stage, report, commitment).encode()
}

/// What a scorer signs to say where the readings are for a panel.
pub fn copies_payload(
	genesis: Hash,
	id: TaskId,
	institution: InstitutionId,
	panel: u8,
	sealed: &Sealed,
) -> Vec<u8> {
	(b"contour/copies", genesis, id, institution, panel, sealed).encode()
}

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_report(
		id: TaskId,
		institution: InstitutionId,
		stage: u8,
		report: &Report,
		commitment: Hash,
		signature: &ScorerSignature,
	) -> TransactionValidity {
		let (task, scorer) = Self::may_report(id, institution, stage).map_err(refuse)?;
		// What would fail in a block costs its scorer nothing, and could come again and again.
		Self::ensure_fits(id, &task, report).map_err(refuse)?;
		let hash = Hash::from(report.hash());
		let payload = report_payload(Self::genesis(), id, institution, stage, hash, commitment);
		Self::check(&scorer, &payload, signature)?;
		accept("ScorerReport", (id, institution, stage))
	}

	pub(crate) fn authorize_copies(
		id: TaskId,
		institution: InstitutionId,
		panel: u8,
		sealed: &Sealed,
		signature: &ScorerSignature,
	) -> TransactionValidity {
		let (_, scorer) = Self::may_provide(id, institution, panel).map_err(refuse)?;
		let payload = copies_payload(Self::genesis(), id, institution, panel, sealed);
		Self::check(&scorer, &payload, signature)?;
		accept("ScorerCopies", (id, institution, panel))
	}

	/// The secret proves itself: nobody else knows what the commitment was made of.
	pub(crate) fn authorize_seed(
		id: TaskId,
		institution: InstitutionId,
		panel: u8,
		secret: Hash,
	) -> TransactionValidity {
		Self::may_reveal_seed(id, institution, panel, secret).map_err(refuse)?;
		accept("ScorerSeed", (id, institution, panel))
	}

	fn check(
		scorer: &ScorerOf,
		payload: &[u8],
		signature: &ScorerSignature,
	) -> Result<(), TransactionValidityError> {
		let signed = scorer.key.verify(&payload, signature);
		ensure!(signed, InvalidTransaction::BadProof);
		Ok(())
	}
}

/// What comes too early can come again; what was said already is stale; the rest is wrong.
fn refuse<T>(error: Error<T>) -> TransactionValidityError {
	match error {
		Error::AlreadyExists => InvalidTransaction::Stale,
		Error::WrongPhase | Error::NotFound => InvalidTransaction::Future,
		_ => InvalidTransaction::Call,
	}
	.into()
}

fn accept(tag: &'static str, what: (TaskId, InstitutionId, u8)) -> TransactionValidity {
	ValidTransaction::with_tag_prefix(tag)
		.priority(TransactionPriority::MAX)
		.and_provides(what)
		.longevity(LONGEVITY)
		.propagate(true)
		.build()
}
