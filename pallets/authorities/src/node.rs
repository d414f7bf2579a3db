// SPDX-License-Identifier: Apache-2.0

//! The nodes of the institutions, and whether the network is theirs alone.

use crate::{Config, Departing, Error, Event, MembersOnly, Nodes, OperatorOf, Pallet, Validators};
use alloc::{collections::BTreeSet, vec::Vec};
use contour_primitives::{InstitutionId, Institutions, NodeKey};
use frame_support::pallet_prelude::*;

impl<T: Config> Pallet<T> {
	/// The nodes that other nodes accept as peers; `None` while the network is open to everybody.
	///
	/// Besides those of the active institutions, these are the nodes of an institution that leaves
	/// the authorities: its votes finalize the block in which the others take over. Nodes ask for
	/// this at the last finalized block, in whose set the institution still is as long as that has
	/// to happen.
	pub fn member_nodes() -> Option<Vec<NodeKey>> {
		MembersOnly::<T>::get().then(|| {
			let voters = Self::voters();
			let nodes: BTreeSet<_> = Nodes::<T>::iter()
				.filter(|(institution, _)| {
					T::Institutions::is_active(*institution) || voters.contains(institution)
				})
				.flat_map(|(_, nodes)| nodes)
				.collect();
			nodes.into_iter().collect()
		})
	}

	pub(crate) fn do_register_node(institution: InstitutionId, node: NodeKey) -> DispatchResult {
		Nodes::<T>::try_mutate(institution, |nodes| {
			let new = nodes.try_insert(node).map_err(|_| Error::<T>::TooManyNodes)?;
			ensure!(new, Error::<T>::NodeAlreadyRegistered);
			Ok::<_, DispatchError>(())
		})?;

		Self::deposit_event(Event::NodeRegistered { institution, node });
		Ok(())
	}

	pub(crate) fn do_remove_node(institution: InstitutionId, node: NodeKey) -> DispatchResult {
		let mut nodes = Nodes::<T>::get(institution);
		ensure!(nodes.remove(&node), Error::<T>::NodeNotFound);
		if nodes.is_empty() {
			ensure!(!Self::is_cut_off_without_node(institution), Error::<T>::LastNode);
			Nodes::<T>::remove(institution);
		} else {
			Nodes::<T>::insert(institution, nodes);
		}

		Self::deposit_event(Event::NodeRemoved { institution, node });
		Ok(())
	}

	pub(crate) fn do_set_members_only(members_only: bool) -> DispatchResult {
		if members_only {
			ensure!(Self::needed().into_iter().all(Self::has_node), Error::<T>::NoNode);
		}
		MembersOnly::<T>::put(members_only);

		Self::deposit_event(Event::MembersOnlySet { members_only });
		Ok(())
	}

	/// Refuses when the institution's validator could not reach the others.
	pub(crate) fn ensure_can_take_part(institution: InstitutionId) -> DispatchResult {
		ensure!(!MembersOnly::<T>::get() || Self::has_node(institution), Error::<T>::NoNode);
		Ok(())
	}

	fn is_cut_off_without_node(institution: InstitutionId) -> bool {
		MembersOnly::<T>::get() && Self::needed().contains(&institution)
	}

	/// The institutions whose validators vote on finality in the present session, or will in the one that
	/// is planned, whatever has become of them: GRANDPA goes on with a set until the next one.
	pub(crate) fn voters() -> BTreeSet<InstitutionId> {
		let planned =
			pallet_session::QueuedKeys::<T>::get().into_iter().map(|(account, _)| account);
		let present = pallet_session::Validators::<T>::get();
		present.into_iter().chain(planned).filter_map(OperatorOf::<T>::get).collect()
	}

	/// The institutions whose validators have to be connected: those that vote, and those that are to.
	pub(crate) fn needed() -> BTreeSet<InstitutionId> {
		let takes_part = Validators::<T>::iter()
			.filter_map(|(it, validator)| validator.status.takes_part().then_some(it));
		Self::voters().into_iter().chain(takes_part).collect()
	}

	/// Forgets the nodes of an institution that has left, as soon as its validator votes no more.
	pub(crate) fn part_with(institution: InstitutionId) {
		if Self::voters().contains(&institution) {
			Departing::<T>::insert(institution, ());
		} else {
			Nodes::<T>::remove(institution);
		}
	}

	/// Forgets the nodes of institutions that have left and vote no more in the session that begins.
	pub(crate) fn part_with_departed() {
		let voters = Self::voters();
		let departed = Departing::<T>::iter_keys().filter(|it| !voters.contains(it));
		for institution in departed.collect::<Vec<_>>() {
			Departing::<T>::remove(institution);
			Nodes::<T>::remove(institution);
		}
	}

	pub(crate) fn has_node(institution: InstitutionId) -> bool {
		Nodes::<T>::contains_key(institution)
	}
}
