// SPDX-License-Identifier: Apache-2.0

//! Who gets how much of a bounty: arithmetic only.

use crate::Terms;
use alloc::vec::Vec;
use contour_primitives::{Balance, InstitutionId, PanelWork, ReaderWork, Settlement, Share};
use contour_scoring::{part, split};

/// Whom to pay.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Payee<AccountId> {
	Account(AccountId),
	Pot(InstitutionId),
}

/// A payment to be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Payment<AccountId> {
	pub(crate) payee: Payee<AccountId>,
	pub(crate) share: Share,
	pub(crate) amount: Balance,
}

/// The payments that a bounty makes, together at most the bounty. Nobody is paid nothing.
pub(crate) fn payments<AccountId: Clone>(
	bounty: Balance,
	terms: &Terms,
	settlement: &Settlement<AccountId>,
) -> Vec<Payment<AccountId>> {
	let mut payments = Vec::new();
	let mut pay = |payee, share, amount| {
		if amount > 0 {
			payments.push(Payment { payee, share, amount });
		}
	};
	if settlement.validated {
		// More readings than were wanted would eat into what is for others.
		let most = usize::try_from(settlement.wanted).unwrap_or(usize::MAX);
		for reader in settlement.readers.iter().take(most) {
			let amount = for_reading(bounty, terms, settlement.wanted, reader);
			pay(Payee::Account(reader.who.clone()), Share::Reading, amount);
		}
	}
	for (member, amount) in for_votes(bounty, terms, &settlement.panel) {
		pay(Payee::Account(member.who.clone()), Share::Vote, amount);
	}
	if settlement.validated {
		let (custody, _) = part(bounty, terms.shares.custodian);
		pay(Payee::Pot(settlement.custodian), Share::Custody, custody);
		let (storage, _) = part(bounty, terms.shares.storage);
		let scorers = u128::try_from(settlement.scorers.len()).unwrap_or(u128::MAX);
		let each = storage.checked_div(scorers).unwrap_or_default();
		for scorer in &settlement.scorers {
			pay(Payee::Pot(*scorer), Share::Storage, each);
		}
		if let Some(patient) = &settlement.participant {
			let (amount, _) = part(bounty, terms.shares.patient);
			pay(Payee::Account(patient.clone()), Share::Participation, amount);
		}
	}
	payments
}

/// What a reading has earned: its place's part of each of the three shares. One that could not be
/// scored earns nothing, however early it came.
fn for_reading<AccountId>(
	bounty: Balance,
	terms: &Terms,
	wanted: u32,
	reader: &ReaderWork<AccountId>,
) -> Balance {
	let Some(quality) = reader.quality else {
		return 0;
	};
	let place = |share| {
		let (all, _) = part(bounty, share);
		all.checked_div(wanted.into()).unwrap_or_default()
	};
	let (by_quality, _) = part(place(terms.shares.quality), terms.quality_curve.share(quality));
	let (by_time, _) =
		part(place(terms.shares.timeliness), terms.timeliness_curve.share(reader.earliness));
	place(terms.shares.base).saturating_add(by_quality).saturating_add(by_time)
}

/// What each vote has earned, by its alignment. Nobody is paid when nobody decided as the panel did.
fn for_votes<'a, AccountId>(
	bounty: Balance,
	terms: &Terms,
	panel: &'a [PanelWork<AccountId>],
) -> impl Iterator<Item = (&'a PanelWork<AccountId>, Balance)> {
	let (pool, _) = part(bounty, terms.shares.panel);
	let weights: Vec<_> = panel.iter().map(|member| member.alignment.parts()).collect();
	panel.iter().zip(split(pool, &weights).unwrap_or_default())
}
