// SPDX-License-Identifier: Apache-2.0

//! The binary Merkle tree of RFC 9162, section 2.1, with SHA-256: what commits to the instances of a
//! study, in their order.
//!
//! ```
//! use contour_study::merkle::{root, sha256};
//!
//! let [first, second] = [sha256(b"first"), sha256(b"second")];
//! assert_ne!(root(&[first, second]), root(&[second, first]), "their order counts");
//! assert_eq!(root(&[]), sha256(b""));
//! ```

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

/// A SHA-256 hash.
pub type Digest = [u8; SHA256_OUTPUT_LEN];

/// Hash of some bytes in one piece.
pub fn sha256(bytes: &[u8]) -> Digest {
	let mut context = Context::new(&SHA256);
	context.update(bytes);
	finish(context)
}

/// Ends a hash that was fed in pieces.
pub(crate) fn finish(context: Context) -> Digest {
	let mut digest = Digest::default();
	digest.copy_from_slice(context.finish().as_ref());
	digest
}

/// Hash of a leaf, which cannot be taken for one of a node.
fn leaf(entry: &Digest) -> Digest {
	let mut context = Context::new(&SHA256);
	context.update(&[0]);
	context.update(entry);
	finish(context)
}

fn node(left: &Digest, right: &Digest) -> Digest {
	let mut context = Context::new(&SHA256);
	context.update(&[1]);
	context.update(left);
	context.update(right);
	finish(context)
}

/// Root of the tree over `entries`; the hash of nothing when there are none.
pub fn root(entries: &[Digest]) -> Digest {
	// Perfect trees, largest first, as the binary digits of the number of leaves so far.
	let mut trees: Vec<(u32, Digest)> = Vec::new();
	for entry in entries {
		let mut tree = (0, leaf(entry));
		while let Some((height, left)) = trees.pop_if(|(height, _)| *height == tree.0) {
			tree = (height.saturating_add(1), node(&left, &tree.1));
		}
		trees.push(tree);
	}
	let folded =
		trees.into_iter().rev().map(|(_, hash)| hash).reduce(|right, left| node(&left, &right));
	folded.unwrap_or_else(|| sha256(&[]))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// As the RFC defines it.
	fn defined(entries: &[Digest]) -> Digest {
		match entries {
			[] => sha256(&[]),
			[entry] => leaf(entry),
			_ => {
				let left = entries.len().next_power_of_two() / 2;
				node(&defined(&entries[..left]), &defined(&entries[left..]))
			}
		}
	}

	#[test]
	fn should_be_the_published_root_when_the_tree_is_empty() {
		let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
		assert_eq!(hex::encode(root(&[])), expected);
	}

	#[test]
	fn should_differ_when_two_instances_change_places() {
		let (one, two) = ([1; 32], [2; 32]);
		assert_ne!(root(&[one, two]), root(&[two, one]));
		assert_ne!(root(&[one]), root(&[one, one]));
	}

	proptest! {
		#[test]
		fn should_be_what_the_rfc_defines(entries in prop::collection::vec(any::<Digest>(), 0..70)) {
			prop_assert_eq!(root(&entries), defined(&entries));
		}
	}
}
