// SPDX-License-Identifier: Apache-2.0

//! What is an equivocation, and which blocks are watched for one.

use contour_primitives::{
	Hash,
	opaque::{Block, Header},
};
use contour_service::tested::{is_fresh, is_one_block};
use sc_client_api::in_mem::Blockchain;
use sc_consensus::BlockImportParams;
use sc_consensus_aura::{
	CompatibleDigestItem,
	standalone::{check_equivocation, check_header_slot_and_seal},
};
use sp_consensus::BlockOrigin;
use sp_consensus_aura::{
	Slot,
	sr25519::{AuthorityPair, AuthoritySignature},
};
use sp_core::Pair as _;
use sp_runtime::{Digest, DigestItem, traits::Header as _};

/// A block of `slot` as it comes to the import, told apart from others by its state root.
fn block(author: &AuthorityPair, slot: Slot, state_root: u8) -> BlockImportParams<Block> {
	let header = Header::new(
		1,
		Default::default(),
		Hash::repeat_byte(state_root),
		Default::default(),
		Digest { logs: vec![CompatibleDigestItem::<AuthoritySignature>::aura_pre_digest(slot)] },
	);
	let seal: DigestItem = CompatibleDigestItem::aura_seal(author.sign(header.hash().as_bytes()));
	let mut block = BlockImportParams::new(BlockOrigin::NetworkBroadcast, header);
	block.post_digests.push(seal);
	block
}

#[test]
fn should_give_evidence_with_valid_seals_when_an_authority_seals_twice_in_a_slot() {
	let store = Blockchain::<Block>::new();
	let author = AuthorityPair::from_seed(&[1; 32]);
	let other = AuthorityPair::from_seed(&[2; 32]);
	let slot = Slot::from(42);
	let check = |author: &AuthorityPair, slot, state_root| {
		let header = block(author, slot, state_root).post_header();
		check_equivocation(&store, slot, slot, &header, &author.public())
			.expect("the store is in memory")
	};

	assert!(check(&author, slot, 1).is_none(), "the first block of a slot is fine");
	assert!(check(&other, slot, 2).is_none(), "another authority is another matter");
	assert!(check(&author, slot + 1, 3).is_none(), "so is another slot");
	let proof = check(&author, slot, 4).expect("two blocks in one slot");

	assert_eq!((proof.slot, &proof.offender), (slot, &author.public()));
	assert!(!is_one_block(&proof));
	for header in [proof.first_header, proof.second_header] {
		assert!(
			check_header_slot_and_seal::<Block, AuthorityPair>(slot, header, &[author.public()])
				.is_ok()
		);
	}
}

#[test]
fn should_tell_one_block_from_two_when_it_carries_another_seal() {
	let store = Blockchain::<Block>::new();
	let author = AuthorityPair::from_seed(&[1; 32]);
	let slot = Slot::from(42);
	let check = || {
		let header = block(&author, slot, 1).post_header();
		check_equivocation(&store, slot, slot, &header, &author.public())
			.expect("the store is in memory")
	};

	assert!(check().is_none(), "the first seal is fine");
	let proof = check().expect("the hashes differ, as seals are randomised");
	assert_ne!(proof.first_header.hash(), proof.second_header.hash());
	assert!(is_one_block(&proof));
}

#[test]
fn should_ignore_history_when_deciding_what_is_fresh() {
	for new in [BlockOrigin::Own, BlockOrigin::NetworkBroadcast] {
		assert!(is_fresh(new), "{new:?}");
	}
	for old in [
		BlockOrigin::File,
		BlockOrigin::GapSync,
		BlockOrigin::NetworkInitialSync,
		BlockOrigin::WarpSync,
	] {
		assert!(!is_fresh(old), "{old:?}");
	}
}
