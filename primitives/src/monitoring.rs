// SPDX-License-Identifier: Apache-2.0

//! Figures of the chain's state that the operators of its nodes watch.
//!
//! A node reads them again and again, off the path of blocks. To bound the time that this takes, it
//! looks only at the first [`MAX_LOOKED_AT`] entries of a list, and reports whether there are more.
//!
//! ```
//! use contour_primitives::{InstitutionId, monitoring::Tally};
//!
//! let [north, south] = [0, 1].map(InstitutionId);
//! // Two entries are about the north, one of them about the south as well.
//! let tally = Tally::of([vec![north, south], vec![north]].into_iter());
//! assert_eq!((tally.count(north), tally.count(south)), (2, 1));
//! assert!(tally.is_complete());
//! ```

use crate::{Balance, DAY, InstitutionId, Moment};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// Maximum number of entries of one list that a node looks at.
pub const MAX_LOOKED_AT: usize = 10_000;

/// How long before its end a lease counts as about to end, in milliseconds.
pub const LEASE_NOTICE: Moment = DAY;

/// What is to be watched at one block. Times are those of the chain.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Figures {
	/// By institution, in the order of their numbers: those that have not left, and those that left
	/// something behind.
	pub institutions: Vec<InstitutionFigures>,
	/// Whether every list was looked at to its end; if not, counts are too low.
	pub complete: bool,
}

/// What is to be watched about one institution.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct InstitutionFigures {
	/// The institution.
	pub institution: InstitutionId,
	/// Its name.
	pub name: String,
	/// What its fee account can still pay.
	pub fee_account: Balance,
	/// The most that it pays for a member on one day, unless it decided otherwise for that member.
	pub allowance: Balance,
	/// Leases that its members hold and that end within [`LEASE_NOTICE`]; those opened in an
	/// emergency, which are short anyway, are not counted.
	pub leases_ending: u32,
	/// Emergency accesses that it has to review as the custodian, or should have.
	pub emergencies_unreviewed: u32,
	/// Those of them for which its time is over, so that the council has to review them.
	pub emergencies_overdue: u32,
	/// Its tasks that are past the deadline of their phase and have not been moved on.
	pub tasks_overdue: u32,
	/// Tasks in scoring, of anybody, that lack the report of its scorer.
	pub reports_missing: u32,
	/// How often its scorer reported something other than the accepted report.
	pub dissents: u32,
}

/// What the council decided about the chain itself.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, PartialEq, TypeInfo)]
pub struct GovernanceFigures {
	/// From when on the runtime can be applied that the council authorised; nothing if there is none.
	pub upgrade_applicable: Option<Moment>,
	/// Whether the brake is on.
	pub is_braked: bool,
}

impl InstitutionFigures {
	/// Whether anybody is waiting for something.
	pub fn has_business(&self) -> bool {
		[self.leases_ending, self.emergencies_unreviewed, self.tasks_overdue, self.reports_missing]
			.iter()
			.any(|count| *count > 0)
	}
}

/// Counts by institution.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally {
	counts: BTreeMap<InstitutionId, u32>,
	complete: bool,
}

impl Tally {
	/// Counts the institutions that each of the first [`MAX_LOOKED_AT`] entries stands for.
	pub fn of<Entry: IntoIterator<Item = InstitutionId>>(
		mut entries: impl Iterator<Item = Entry>,
	) -> Self {
		let mut counts = BTreeMap::<_, u32>::new();
		for institution in entries.by_ref().take(MAX_LOOKED_AT).flatten() {
			let count = counts.entry(institution).or_default();
			*count = count.saturating_add(1);
		}
		Self { counts, complete: entries.next().is_none() }
	}

	/// How many there are for an institution.
	pub fn count(&self, institution: InstitutionId) -> u32 {
		self.counts.get(&institution).copied().unwrap_or_default()
	}

	/// Whether all entries were looked at.
	pub fn is_complete(&self) -> bool {
		self.complete
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const NORTH: InstitutionId = InstitutionId(0);
	const SOUTH: InstitutionId = InstitutionId(1);

	#[test]
	fn should_count_every_institution_when_entries_stand_for_none_or_several() {
		let tally = Tally::of([vec![NORTH], vec![], vec![NORTH, SOUTH]].into_iter());
		assert_eq!((tally.count(NORTH), tally.count(SOUTH)), (2, 1));
		assert_eq!(tally.count(InstitutionId(2)), 0);
		assert!(tally.is_complete());
	}

	#[test]
	fn should_stop_and_say_so_when_there_are_too_many_entries() {
		let entries = |count| Tally::of(core::iter::repeat_n(Some(NORTH), count));
		assert!(entries(MAX_LOOKED_AT).is_complete());
		let most = entries(MAX_LOOKED_AT + 1);
		assert!(!most.is_complete());
		assert_eq!(most.count(NORTH) as usize, MAX_LOOKED_AT);
		// Entries that stand for nobody were looked at, too.
		let nobody = core::iter::repeat_n(None, MAX_LOOKED_AT).chain([Some(NORTH)]);
		assert!(!Tally::of(nobody).is_complete());
	}
}
