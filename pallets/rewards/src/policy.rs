// SPDX-License-Identifier: Apache-2.0

//! What the council decides: who gets which part of a bounty, and what merit brings besides.

use crate::{Config, CurrentPolicy, Error, Event, Pallet};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::Balance;
use contour_scoring::{Curve, Ppm};
use frame_support::pallet_prelude::*;

/// Everything that the council decides about rewards.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Policy {
	/// How a bounty is divided; a task keeps those of the moment in which it was opened.
	pub terms: Terms,
	/// What good readers' institutions may pay for them in addition.
	pub privilege: Privilege,
	/// What is minted for contributions; an era keeps that of its first contribution.
	pub issuance: Issuance,
}

/// How a bounty is divided, and what counts as a contribution.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Terms {
	/// Parts of a bounty. What is left of the whole returns to the pot.
	pub shares: Shares,
	/// Which part of its share of `quality` a reading earns, by its Dice with the consensus.
	pub quality_curve: Curve,
	/// Which part of its share of `timeliness` a reading earns, by how much of the time for
	/// reading was left.
	pub timeliness_curve: Curve,
	/// Least quality of a reading, and least alignment of a vote, that counts as a contribution.
	pub merit_floor: Ppm,
}

/// Parts of a bounty, which are the whole at most.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Shares {
	/// For readings that could be scored, in equal parts for each that was wanted.
	pub base: Ppm,
	/// For the same, by their quality.
	pub quality: Ppm,
	/// For the same, by how early they were handed in.
	pub timeliness: Ppm,
	/// For votes on a panel, by how many of the readings they judged as the panel did.
	pub panel: Ppm,
	/// For the pot of the institution that answers for the study.
	pub custodian: Ppm,
	/// For the pots of the institutions whose scorers computed and keep the result.
	pub storage: Ppm,
	/// For the patient, if the patient has opened their studies to research projects.
	pub patient: Ppm,
}

/// Who may spend more of the institution's fees each day, and how much more.
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
pub struct Privilege {
	/// Least reputation over all modalities.
	pub reputation: Ppm,
	/// How much more, as a part of the allowance.
	pub bonus: Ppm,
}

/// What is minted for the contributions of an era.
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
pub struct Issuance {
	/// Most that is minted for one era.
	pub cap: Balance,
	/// What is minted for one point, as long as the cap is not reached.
	pub rate: Balance,
}

impl Shares {
	/// All parts together, in parts per million.
	#[must_use]
	pub fn total(&self) -> u32 {
		let Self { base, quality, timeliness, panel, custodian, storage, patient } = *self;
		[base, quality, timeliness, panel, custodian, storage, patient]
			.iter()
			.fold(0, |total, share| total.saturating_add(share.parts()))
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_policy(policy: Policy) -> DispatchResult {
		Self::ensure_within_bounds(&policy)?;
		CurrentPolicy::<T>::put(&policy);
		Self::deposit_event(Event::PolicySet { policy });
		Ok(())
	}

	pub(crate) fn ensure_within_bounds(policy: &Policy) -> Result<(), Error<T>> {
		ensure!(policy.terms.shares.total() <= Ppm::ONE.parts(), Error::<T>::SharesExceedWhole);
		ensure!(policy.issuance.cap <= T::MaxEraIssuance::get(), Error::<T>::CapTooHigh);
		Ok(())
	}
}
