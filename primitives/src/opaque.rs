// SPDX-License-Identifier: Apache-2.0

//! The block as a node sees it: extrinsics are bytes.
//!
//! The node's service is built against these types only, so that a change of the runtime does not
//! recompile it.
//!
//! ```
//! use contour_primitives::{Hash, opaque::Header};
//! use sp_runtime::traits::Header as _;
//!
//! let root = Hash::zero();
//! let parent = Header::new(7, root, root, Hash::repeat_byte(1), Default::default());
//! let child = Header::new(8, root, root, parent.hash(), Default::default());
//! assert_eq!((*child.number(), *child.parent_hash()), (8, parent.hash()));
//! ```

use sp_runtime::{
	generic,
	traits::{BlakeTwo256, Block as BlockT},
};

pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

/// Header of a block.
pub type Header = generic::Header<crate::BlockNumber, BlakeTwo256>;
/// A block whose extrinsics are not decoded.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Identifier of a block: its number or its hash.
pub type BlockId = generic::BlockId<Block>;
/// Hash of a block.
pub type BlockHash = <Block as BlockT>::Hash;
