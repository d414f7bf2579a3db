// SPDX-License-Identifier: Apache-2.0

//! Parts of long lists, as view functions answer.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

/// Most entries of one page.
pub const MAX_PAGE: usize = 100;

/// Part of a list, in the order of the storage.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq, TypeInfo)]
pub struct Page<Key, Value> {
	/// Entries.
	pub entries: Vec<(Key, Value)>,
	/// After which to ask for the next page; nothing at the end.
	pub next: Option<Key>,
}

impl<Key: Clone, Value> Page<Key, Value> {
	/// The first [`MAX_PAGE`] of some entries.
	pub fn of(mut entries: impl Iterator<Item = (Key, Value)>) -> Self {
		let page: Vec<_> = entries.by_ref().take(MAX_PAGE).collect();
		let next = entries.next().and_then(|_| page.last()).map(|(key, _)| key.clone());
		Self { entries: page, next }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_name_the_last_entry_when_more_follow() {
		let page = |entries: usize| Page::of((0..entries).map(|key| (key, ())));
		assert_eq!(page(0), Page { entries: vec![], next: None });
		let full = page(MAX_PAGE);
		assert_eq!((full.entries.len(), full.next), (MAX_PAGE, None));
		let first = page(MAX_PAGE + 1);
		assert_eq!((first.entries.len(), first.next), (MAX_PAGE, Some(MAX_PAGE - 1)));
	}
}
