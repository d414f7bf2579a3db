// SPDX-License-Identifier: Apache-2.0

//! Where leases and reviews stand, what time looks at, and why somebody may not.

#![allow(clippy::as_conversions, reason = "what derives the codec of an enum converts its indices")]

use crate::Locator;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use contour_primitives::{Moment, Refusal, StudyId};
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

/// Where a lease stands.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub enum LeaseState {
	/// Asked for.
	#[codec(index = 0)]
	Requested {
		/// When.
		since: Moment,
		/// For how long, in milliseconds.
		duration: Moment,
	},
	/// Good until it expires.
	#[codec(index = 1)]
	Live {
		/// From when.
		start: Moment,
		/// Until when, exclusively.
		expires: Moment,
		/// How it came about.
		basis: Basis,
		/// Where the leased copy is, once there is one.
		locator: Option<Locator>,
	},
	/// Over; kept for a while, so that its use is noticed.
	#[codec(index = 2)]
	Ended {
		/// Since when.
		since: Moment,
		/// Why.
		cause: EndCause,
	},
}

/// How a lease came about.
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
pub enum Basis {
	/// The custodian granted it, for a purpose that has consent.
	#[codec(index = 0)]
	Grant,
	/// A clinician opened it in an emergency.
	#[codec(index = 1)]
	Emergency,
}

/// Why a lease ended.
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
pub enum EndCause {
	/// Its time was over.
	#[codec(index = 0)]
	Expired,
	/// The custodian or the patient revoked it.
	#[codec(index = 1)]
	Revoked,
	/// Its purpose lost its consent.
	#[codec(index = 2)]
	ConsentWithdrawn,
	/// The grantee gave it back.
	#[codec(index = 3)]
	Returned,
	/// The study went to another custodian, who may grant it anew.
	#[codec(index = 4)]
	CustodyTransferred,
}

/// How the review of an emergency access stands.
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
pub enum Review {
	/// The custodian has to review it.
	#[codec(index = 0)]
	Due {
		/// By when.
		by: Moment,
	},
	/// The custodian did not, and the council was told.
	#[codec(index = 1)]
	Escalated {
		/// Since when.
		since: Moment,
	},
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

/// Why somebody may not do something with a study.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub enum Denial {
	/// There is no such study.
	#[codec(index = 0)]
	NotFound,
	/// The study was withdrawn.
	#[codec(index = 1)]
	Withdrawn,
	/// The standard is not met.
	#[codec(index = 2)]
	Refused(Refusal),
	/// The patient's consent does not cover the purpose.
	#[codec(index = 3)]
	NoConsent,
	/// The patient demands the approval of an ethics board.
	#[codec(index = 4)]
	ApprovalMissing,
}
