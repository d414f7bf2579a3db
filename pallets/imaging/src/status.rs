// SPDX-License-Identifier: Apache-2.0

//! Who has leases, and what time looks at.

#![allow(clippy::as_conversions, reason = "what derives the codec of an enum converts its indices")]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::StudyId;
use frame_support::pallet_prelude::TypeInfo;

/// Who or what has a bounded number of leases.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum Holder<AccountId> {
	/// A study: requests, live leases and those that are still remembered.
	#[codec(index = 0)]
	Study(StudyId),
	/// A grantee: the same.
	#[codec(index = 1)]
	Grantee(AccountId),
	/// A patient: live leases that depend on the patient's consent.
	#[codec(index = 2)]
	Patient(AccountId),
}

/// What is to be looked at. When the time comes, the storage decides whether there is still
/// something to do.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum Matter<AccountId> {
	/// A lease's time is over.
	#[codec(index = 0)]
	LeaseEnds(StudyId, AccountId),
	/// A request has lapsed, or an ended lease need not be remembered any more.
	#[codec(index = 1)]
	LeaseForgotten(StudyId, AccountId),
	/// An emergency access should have been reviewed.
	#[codec(index = 2)]
	ReviewDue(StudyId, AccountId),
}
