// SPDX-License-Identifier: Apache-2.0

//! Memory for objects of a log, used again.
//!
//! An allocator keeps what threads return to it, for each thread that ever had some; with buffers of
//! 16 MiB that is most of what a process has. They hold sealed bytes only.

use super::log::OBJECT_SIZE;
use bytes::Bytes;
use std::{
	mem,
	ops::{Deref, DerefMut},
	sync::{Mutex, PoisonError},
};

/// Bytes of a buffer: an object, and one to notice that there is more.
const CAPACITY: usize = OBJECT_SIZE as usize + 1;
/// What has less is not worth a buffer.
const LEAST: usize = CAPACITY / 16;
/// Buffers that are kept while nobody has them: as many as a log is written and read with.
const KEPT: usize = 6;

static FREE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// An empty vector that goes back when it is dropped.
#[derive(Debug)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
	/// For `size` bytes.
	pub(super) fn of(size: u64) -> Self {
		let size = usize::try_from(size).unwrap_or(0).saturating_add(1);
		if !(LEAST..=CAPACITY).contains(&size) {
			return Self(Vec::with_capacity(size));
		}
		// A panic elsewhere cannot leave the list in a bad state.
		let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
		Self(free.unwrap_or_else(|| Vec::with_capacity(CAPACITY)))
	}

	/// Its bytes. It goes back when all parts of them are dropped.
	pub(super) fn into_bytes(self) -> Bytes {
		Bytes::from_owner(self)
	}
}

impl Drop for Buffer {
	fn drop(&mut self) {
		if self.0.capacity() != CAPACITY {
			return;
		}
		let mut buffer = mem::take(&mut self.0);
		let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
		if free.len() < KEPT {
			buffer.clear();
			free.push(buffer);
		}
	}
}

impl AsRef<[u8]> for Buffer {
	fn as_ref(&self) -> &[u8] {
		&self.0
	}
}

impl Deref for Buffer {
	type Target = Vec<u8>;

	fn deref(&self) -> &Vec<u8> {
		&self.0
	}
}

impl DerefMut for Buffer {
	fn deref_mut(&mut self) -> &mut Vec<u8> {
		&mut self.0
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_give_the_same_memory_again_only_when_nobody_has_it() {
		let mut first = Buffer::of(OBJECT_SIZE);
		assert!(first.capacity() as u64 > OBJECT_SIZE);
		first.extend_from_slice(b"sealed");
		let bytes = first.into_bytes();
		let (memory, part) = (bytes.as_ptr(), bytes.slice(1..3));
		drop(bytes);
		let other = Buffer::of(OBJECT_SIZE);
		assert_ne!(other.as_ptr(), memory, "a part of it is still there");
		assert_eq!(part, b"ea"[..]);
		drop(part);
		let again = Buffer::of(OBJECT_SIZE);
		assert_eq!((again.as_ptr(), again.len()), (memory, 0));
	}

	#[test]
	fn should_have_room_for_what_was_asked_when_it_is_small_or_large() {
		for size in [0, 1, 100, 3 * OBJECT_SIZE] {
			assert!(Buffer::of(size).capacity() as u64 > size);
		}
	}
}
