// SPDX-License-Identifier: Apache-2.0

//! The nodes of the institutions, and whether the network is theirs alone.

use crate::{Config, Error, Event, MembersOnly, Nodes, OperatorOf, Pallet, Validators};
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
			let needed: BTreeSet<_> = pallet_session::Validators::<T>::get()
				.into_iter()
				.filter_map(OperatorOf::<T>::get)
				.collect();
			let nodes: BTreeSet<_> = Nodes::<T>::iter()
				.filter(|(institution, _)| {
					T::Institutions::is_active(*institution) || needed.contains(institution)
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
			ensure!(
				Validators::<T>::iter().all(|(institution, validator)| {
					!validator.status.takes_part() || Self::has_node(institution)
				}),
				Error::<T>::NoNode
			);
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
		MembersOnly::<T>::get()
			&& Validators::<T>::get(institution)
				.is_some_and(|validator| validator.status.takes_part())
	}

	pub(crate) fn has_node(institution: InstitutionId) -> bool {
		Nodes::<T>::contains_key(institution)
	}
}
