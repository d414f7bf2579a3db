// SPDX-License-Identifier: Apache-2.0

//! Institutions' nodes, and the network that is for members only.

use crate::{Departing, Error, Event, MembersOnly, Nodes, mock::*};
use contour_primitives::NodeKey;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn members() -> Option<Vec<NodeKey>> {
	Authorities::member_nodes()
}

fn keys(numbers: &[u8]) -> Option<Vec<NodeKey>> {
	Some(numbers.iter().copied().map(key).collect())
}

#[test]
fn should_accept_everybody_when_the_council_has_not_closed_the_network() {
	ExtBuilder::run(|| {
		assert_eq!(members(), None);
		assert_ok!(register_node(NORTH, key(7)));
		assert_eq!(events(), [Event::NodeRegistered { institution: NORTH, node: key(7) }]);
		assert_eq!(members(), None, "one hospital's registration cuts nobody off");
	});
}

#[test]
fn should_refuse_to_close_the_network_when_an_authority_would_be_cut_off() {
	ExtBuilder::run(|| {
		for institution in [NORTH, SOUTH, EAST] {
			assert_ok!(register_node(institution, key(institution.0 as u8)));
		}
		assert_noop!(Authorities::set_members_only(council(), true), Error::<Test>::NoNode);
		assert_ok!(register_node(WEST, key(3)));
		events();
		assert_ok!(Authorities::set_members_only(council(), true));
		assert_eq!(events(), [Event::MembersOnlySet { members_only: true }]);
		assert_eq!(members(), keys(&[0, 1, 2, 3]));
		assert_ok!(Authorities::set_members_only(council(), false));
		assert_eq!(members(), None);
	});
}

#[test]
fn should_accept_a_members_node_when_its_administrator_vouches_for_it() {
	ExtBuilder::run(|| {
		close_network();
		assert_ok!(register_node(HARBOUR, key(4)));
		assert_eq!(members(), keys(&[0, 1, 2, 3, 4]), "it needs no validator for that");
		assert_ok!(remove_node(HARBOUR, key(4)));
		assert_eq!(members(), keys(&[0, 1, 2, 3]));
		assert!(!Nodes::<Test>::contains_key(HARBOUR), "nothing is left of it");
	});
}

#[test]
fn should_refuse_when_the_caller_does_not_administer_the_institution() {
	ExtBuilder::run(|| {
		close_network();
		for who in [node(NORTH), STRANGER] {
			assert_noop!(Authorities::register_node(by(who), key(9)), Error::<Test>::NotAuthorized);
		}
		assert_noop!(Authorities::register_node(council(), key(9)), BadOrigin);
		for who in [administrator(SOUTH), node(NORTH), STRANGER] {
			assert_noop!(
				Authorities::remove_node(by(who), NORTH, key(0)),
				Error::<Test>::NotAuthorized
			);
		}
		assert_noop!(Authorities::remove_node(RuntimeOrigin::none(), NORTH, key(0)), BadOrigin);
	});
}

#[test]
fn should_refuse_when_a_node_is_there_already_or_not_at_all() {
	ExtBuilder::run(|| {
		assert_ok!(register_node(NORTH, key(0)));
		assert_noop!(register_node(NORTH, key(0)), Error::<Test>::NodeAlreadyRegistered);
		assert_noop!(remove_node(NORTH, key(1)), Error::<Test>::NodeNotFound);
		assert_noop!(remove_node(SOUTH, key(0)), Error::<Test>::NodeNotFound);
	});
}

#[test]
fn should_refuse_another_node_when_the_institution_has_as_many_as_it_may() {
	ExtBuilder::run(|| {
		for number in 0..MAX_NODES {
			assert_ok!(register_node(NORTH, key(number as u8)));
		}
		assert_noop!(register_node(NORTH, key(99)), Error::<Test>::TooManyNodes);
		assert_ok!(remove_node(NORTH, key(0)));
		assert_ok!(register_node(NORTH, key(99)));
	});
}

#[test]
fn should_accept_the_node_for_the_other_when_two_institutions_vouch_for_it() {
	ExtBuilder::run(|| {
		close_network();
		assert_ok!(register_node(HARBOUR, key(3)));
		assert_ok!(suspend_institution(HARBOUR));
		assert_eq!(members(), keys(&[0, 1, 2, 3]), "the West still vouches for it");
	});
}

#[test]
fn should_keep_the_last_node_when_its_institution_has_an_authority() {
	ExtBuilder::run(|| {
		close_network();
		assert_noop!(remove_node(NORTH, key(0)), Error::<Test>::LastNode);
		assert_noop!(Authorities::remove_node(council(), NORTH, key(0)), Error::<Test>::LastNode);
		// The new node first, then the old one.
		assert_ok!(register_node(NORTH, key(9)));
		assert_ok!(Authorities::remove_node(council(), NORTH, key(0)));
		assert_eq!(members(), keys(&[1, 2, 3, 9]));
		// In an open network nobody is cut off.
		assert_ok!(Authorities::set_members_only(council(), false));
		assert_ok!(remove_node(NORTH, key(9)));
	});
}

#[test]
fn should_refuse_a_validator_when_its_peers_would_refuse_its_node() {
	ExtBuilder::run(|| {
		close_network();
		assert_ok!(designate(HARBOUR, node(HARBOUR)));
		assert_ok!(set_keys(node(HARBOUR)));
		assert_noop!(admit(HARBOUR), Error::<Test>::NoNode);
		assert_ok!(register_node(HARBOUR, key(4)));
		assert_ok!(admit(HARBOUR));

		assert_ok!(suspend(SOUTH));
		next_session();
		next_session();
		assert_ok!(remove_node(SOUTH, key(1)));
		assert_noop!(reinstate(SOUTH), Error::<Test>::NoNode);
		assert_ok!(register_node(SOUTH, key(1)));
		assert_ok!(reinstate(SOUTH));
	});
}

#[test]
fn should_keep_the_node_of_a_suspended_institution_until_finality_needs_it_no_more() {
	ExtBuilder::run(|| {
		close_network();
		assert_ok!(suspend_institution(SOUTH));
		assert_eq!(members(), keys(&[0, 1, 2, 3]), "its votes are needed yet");
		next_session();
		assert_eq!(members(), keys(&[0, 1, 2, 3]), "this session was planned with it");
		next_session();
		assert_eq!(members(), keys(&[0, 2, 3]));
		reinstate_institution(SOUTH);
		assert_eq!(members(), keys(&[0, 1, 2, 3]), "at once, so that it can catch up");
	});
}

#[test]
fn should_drop_the_nodes_when_the_institution_is_suspended_or_leaves_without_an_authority() {
	ExtBuilder::run(|| {
		close_network();
		assert_ok!(register_node(HARBOUR, key(4)));
		assert_ok!(suspend_institution(HARBOUR));
		assert_eq!(members(), keys(&[0, 1, 2, 3]));
		reinstate_institution(HARBOUR);
		assert_eq!(members(), keys(&[0, 1, 2, 3, 4]));
		assert_ok!(remove_institution(HARBOUR));
		assert_eq!(members(), keys(&[0, 1, 2, 3]));
		assert!(!Nodes::<Test>::contains_key(HARBOUR));
		assert!(MembersOnly::<Test>::get());
	});
}

#[test]
fn should_keep_the_nodes_of_an_institution_that_left_until_finality_needs_it_no_more() {
	ExtBuilder::run(|| {
		close_network();
		assert_ok!(remove_institution(SOUTH));
		assert_eq!(members(), keys(&[0, 1, 2, 3]), "its votes are needed yet");
		next_session();
		assert_eq!(members(), keys(&[0, 1, 2, 3]), "this session was planned with it");
		next_session();
		assert_eq!(members(), keys(&[0, 2, 3]));
		assert!(!Nodes::<Test>::contains_key(SOUTH));
		assert_eq!(Departing::<Test>::iter().count(), 0);
	});
}

#[test]
fn should_keep_the_last_node_of_a_validator_that_leaves_until_finality_needs_it_no_more() {
	for leave in [suspend, retire] {
		ExtBuilder::run(|| {
			close_network();
			assert_ok!(leave(SOUTH));
			for _ in 0..2 {
				assert_noop!(remove_node(SOUTH, key(1)), Error::<Test>::LastNode);
				next_session();
			}
			assert_ok!(remove_node(SOUTH, key(1)));
			assert_eq!(members(), keys(&[0, 2, 3]));
		});
	}
}

#[test]
fn should_refuse_to_close_the_network_when_a_validator_that_leaves_still_votes() {
	ExtBuilder::run(|| {
		for institution in [NORTH, EAST, WEST] {
			assert_ok!(register_node(institution, key(institution.0 as u8)));
		}
		assert_ok!(suspend(SOUTH));
		for _ in 0..2 {
			assert_noop!(Authorities::set_members_only(council(), true), Error::<Test>::NoNode);
			next_session();
		}
		assert_ok!(Authorities::set_members_only(council(), true));
	});
}
