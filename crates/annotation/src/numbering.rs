// SPDX-License-Identifier: Apache-2.0

//! The numbers under which a panel sees the readings.
//!
//! Readers are ordered by HMAC-SHA256, with a secret that is in the brief, over `contour/v1/numbering`
//! (20), the task (u32 LE) and the reader's account (32), each behind its length in bytes (u64 LE).
//! Number 1 is the first. Whoever does not know the secret cannot tell whose number it is; all scorers
//! know it, and so number alike.
//!
//! ```
//! use contour_annotation::numbering::Numbering;
//! use contour_primitives::{AccountId, TaskId};
//!
//! let readers = [1, 2, 3].map(|it| AccountId::new([it; 32]));
//! let numbering = Numbering::new(&[7; 32], TaskId(0), &readers);
//! let mut numbers = [0, 1, 2].map(|index| numbering.of(index));
//! numbers.sort();
//! assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
//! ```

use contour_primitives::{AccountId, Numbers, TaskId};
use contour_seal::keys::NameKey;

const LABEL: &[u8] = b"contour/v1/numbering";

/// Readers of a task in the order of their numbers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Numbering(Vec<u8>);

impl Numbering {
	/// Numbers the readers of a task by the secret of its brief.
	#[must_use]
	pub fn new<'a>(
		secret: &[u8; 32],
		task: TaskId,
		readers: impl IntoIterator<Item = &'a AccountId>,
	) -> Self {
		let key = NameKey::from_bytes(*secret);
		let name = |reader: &AccountId| key.name(&[LABEL, &task.0.to_le_bytes(), reader.as_ref()]);
		let mut order: Vec<([u8; 32], usize)> =
			readers.into_iter().enumerate().map(|(index, it)| (name(it), index)).collect();
		order.sort_unstable();
		let mut numbers = vec![0; order.len()];
		for (number, (_, index)) in (1..=u8::MAX).zip(order) {
			if let Some(slot) = numbers.get_mut(index) {
				*slot = number;
			}
		}
		Self(numbers)
	}

	/// The number of the reader at a position of the list, from 1.
	#[must_use]
	pub fn of(&self, index: usize) -> Option<u8> {
		self.0.get(index).copied()
	}

	/// Puts what is in the order of the readers into that of their numbers: as long as a panel judges,
	/// nobody can tell from the chain whose an outcome is.
	pub fn order<T: Copy>(&self, items: &mut [T]) {
		let named = items.to_vec();
		for (item, number) in named.into_iter().zip(&self.0) {
			let slot = number.checked_sub(1).and_then(|slot| items.get_mut(usize::from(slot)));
			if let Some(slot) = slot {
				*slot = item;
			}
		}
	}

	/// Whether the reader at a position of the list is among those numbers.
	#[must_use]
	pub fn is_in(&self, index: usize, numbers: Numbers) -> bool {
		let bit = self.of(index).and_then(|number| number.checked_sub(1));
		bit.and_then(|bit| numbers.checked_shr(bit.into())).is_some_and(|it| it & 1 == 1)
	}
}
