// SPDX-License-Identifier: Apache-2.0

//! The council on the chain: motions, votes and what they decide.

use super::{
	At, Chain, ChainError, Described, Done, EncodedCall, Policy, account, account_id, api,
	credentials::name, hash_of,
};
use api::runtime_types::sp_weights::weight_v2::Weight;
use contour_primitives::{
	AccountId, Action, Balance, BlockNumber, Hash, InstitutionId, Modality, Moment, NodeKey,
	Standard, StudyId, ValidatorStatus, brake_votes, council_votes, urgent_votes,
};
use serde::Serialize;
use subxt::{
	SubstrateConfig,
	error::DispatchError,
	extrinsics::ExtrinsicEvents,
	utils::{AccountId32, H256, Static},
};
use subxt_signer::sr25519::Keypair;

/// Bytes of a motion's hash.
const HASH_LEN: usize = 32;
/// Milliseconds in which a block certainly reaches every authority.
const HANDOVER_TIME: Moment = 40_000;
/// Blocks behind which authorities that are connected do not differ.
const HANDOVER_BLOCKS: BlockNumber = 20;

/// What the council can decide.
#[derive(Clone, Debug)]
pub enum Decision {
	/// Admit a hospital.
	AdmitInstitution {
		/// Its name.
		name: String,
		/// The account that acts for it.
		administrator: AccountId,
		/// What it pays per member and day.
		allowance: Balance,
		/// What it gets from the purse for fees: without any, it can only vote.
		fees: Balance,
	},
	/// Suspend an institution, and everybody it vouches for.
	SuspendInstitution(InstitutionId),
	/// End a suspension.
	ReinstateInstitution(InstitutionId),
	/// End a membership.
	RemoveInstitution(InstitutionId),
	/// Move money from the purse to an institution's fee account.
	TopUp(InstitutionId, Balance),
	/// Set what an institution may pay on one day for all but its administrator.
	SetDailyLimit(InstitutionId, Option<Balance>),
	/// Set what an institution pays on one day for its administrator.
	SetAdministratorAllowance(InstitutionId, Option<Balance>),
	/// Give an institution another administrator.
	SetAdministrator(InstitutionId, AccountId),
	/// Say what an action requires; nobody may do it when there is no standard.
	SetStandard(Action, Option<Modality>, Option<Standard>),
	/// Make a designated validator an authority.
	AdmitValidator(InstitutionId),
	/// Suspend a validator, not its institution.
	SuspendValidator(InstitutionId),
	/// Make a suspended validator an authority again.
	ReinstateValidator(InstitutionId),
	/// End an institution's running of a validator.
	RetireValidator(InstitutionId),
	/// Set the least number of authorities.
	SetMinimum(u32),
	/// Let nodes accept as peers the members' nodes only, or everybody.
	SetMembersOnly(bool),
	/// Vouch for an institution's node no more.
	RemoveNode(InstitutionId, NodeKey),
	/// Let the authorities that are left take over a finality that has stalled.
	ResumeFinality {
		/// The institutions whose validators are lost.
		lost: Vec<InstitutionId>,
		/// The highest block that any of the others has finalized; `None` for the one that the node
		/// which answers has finalized.
		best_finalized: Option<BlockNumber>,
		/// Blocks until they vote, once the set has changed; `None` for so many that all of them
		/// certainly have the block in which it changed.
		delay: Option<BlockNumber>,
	},
	/// Withdraw what was noted about a finality that has stalled.
	WithdrawStall,
	/// Authorise a runtime.
	AuthorizeUpgrade {
		/// BLAKE2b-256 hash of its code.
		code_hash: Hash,
		/// Whether it may be applied after a shorter delay, which nine tenths have to decide.
		urgent: bool,
	},
	/// Take the authorisation of a runtime back.
	CancelUpgrade,
	/// Pull the brake.
	PullBrake {
		/// Whether for an hour only, for which two seats are enough.
		briefly: bool,
	},
	/// Release the brake.
	ReleaseBrake,
	/// Hold a misuse proven, or dismiss the report.
	SettleMisuse {
		/// Who is said to have misused it.
		grantee: AccountId,
		/// The study.
		study: StudyId,
		/// Whether it is proven.
		upheld: bool,
	},
	/// Review an emergency access.
	ReviewEmergency {
		/// The study.
		study: StudyId,
		/// Who opened it.
		clinician: AccountId,
		/// Whether it was justified.
		justified: bool,
	},
	/// Say how work is rewarded.
	SetRewardsPolicy(Box<Policy>),
	/// Any call.
	Call(EncodedCall),
}

/// What became of a proposal.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
	/// What was proposed.
	pub motion: Described,
	/// Where it stands.
	#[serde(flatten)]
	pub outcome: Outcome,
	/// Hash of the transaction.
	pub transaction: Hash,
}

/// Where a proposal stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "state")]
pub enum Outcome {
	/// The council of one decided at once.
	Done,
	/// It waits for votes; the proposer's is there.
	Open {
		/// Number of the motion.
		index: u32,
		/// Its hash.
		hash: Hash,
		/// Votes that are missing.
		missing: u32,
	},
	/// It was voted down.
	Rejected,
}

/// A motion that waits for votes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Motion {
	/// Number of the motion.
	pub index: u32,
	/// Its hash.
	pub hash: Hash,
	/// What it would do; nothing if this program cannot tell.
	pub motion: Option<Described>,
	/// Who is for it.
	pub ayes: Vec<AccountId>,
	/// Who is against it.
	pub nays: Vec<AccountId>,
	/// Seats of the council.
	pub seats: u32,
	/// Votes that it needs: two thirds of the seats, or two to pull the brake for an hour, and no
	/// fewer than when it was proposed.
	pub needed: u32,
	/// Votes that are missing.
	pub missing: u32,
	/// Last block in which it can be voted on.
	pub end: BlockNumber,
	/// About how many seconds are left until then.
	pub seconds_left: u64,
	#[serde(skip)]
	call: Option<EncodedCall>,
}

impl Motion {
	/// Whether it admits an institution, so that it takes the next number: alone or with others.
	pub fn admits(&self) -> bool {
		// A name that looks like it is no harm: then one waits for the other.
		let text = self.motion.as_ref().map(|it| format!("{} {:?}", it.call, it.arguments));
		text.is_some_and(|it| it.contains("Credentials.admit_institution"))
	}

	/// Whether there are enough votes for it.
	pub const fn is_carried(&self) -> bool {
		self.missing == 0
	}

	/// Whether so many are against it that it cannot be carried any more.
	pub fn is_lost(&self) -> bool {
		let against = u32::try_from(self.nays.len()).unwrap_or(u32::MAX);
		self.seats.saturating_sub(against) < self.needed
	}
}

impl Chain {
	/// Proposes a decision and votes for it. A council of one decides at once.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`]; [`ChainError::Motion`] when it was decided and could not be done.
	pub async fn propose(
		&self,
		signer: &Keypair,
		decision: &Decision,
	) -> Result<Proposal, ChainError> {
		let at = self.at().await?;
		let call = decision.encode(&at).await?;
		let motion = call.describe(&at.client.metadata())?;
		let hash = hash_of(call.as_bytes());
		let threshold = decision.votes(seats(&at).await?).max(1);
		let index = at.value(api::storage().council().proposal_count(), ()).await?;
		let length = call.length();
		let calls = api::transactions().council();
		let propose = calls.propose(threshold, call, length);
		let events = if threshold == 1 {
			self.submit_for_events(&at, signer, &propose).await?
		} else {
			let vote = EncodedCall::new(&at, &calls.vote(H256(hash.0), index, true))?;
			let both = vec![EncodedCall::new(&at, &propose)?, vote];
			let batch = api::transactions().utility().batch_all(both);
			self.submit_for_events(&at, signer, &batch).await?
		};
		let outcome = if executed(&events, &at)? {
			Outcome::Done
		} else {
			Outcome::Open { index, hash, missing: threshold.saturating_sub(1) }
		};
		Ok(Proposal { motion, outcome, transaction: Hash::from(events.extrinsic_hash().0) })
	}

	/// Votes on a motion.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn vote(
		&self,
		signer: &Keypair,
		motion: &Motion,
		approve: bool,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().council();
		self.submit(signer, &calls.vote(H256(motion.hash.0), motion.index, approve)).await
	}

	/// Closes a motion that is decided, which does what was decided.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`]; [`ChainError::Motion`] when it was decided and could not be done.
	pub async fn close(&self, signer: &Keypair, motion: &Motion) -> Result<Outcome, ChainError> {
		let at = self.at().await?;
		let (weight, length) = match &motion.call {
			Some(call) => {
				let question = api::runtime_apis()
					.transaction_payment_call_api()
					.query_call_info(call.clone(), call.length());
				(at.client.runtime_apis().call(question).await?.weight, call.length())
			}
			None => (Weight { ref_time: 0, proof_size: 0 }, 0),
		};
		let calls = api::transactions().council();
		let close = calls.close(H256(motion.hash.0), motion.index, weight, length);
		let events = self.submit_for_events(&at, signer, &close).await?;
		Ok(if executed(&events, &at)? { Outcome::Done } else { Outcome::Rejected })
	}
}

impl At {
	/// The motions that wait for votes, oldest first.
	pub async fn motions(&self) -> Result<Vec<Motion>, ChainError> {
		let seats = seats(self).await?;
		let slot = self.slot_duration().await?;
		let now = u32::try_from(self.client.block_number()).unwrap_or(u32::MAX);
		let briefly = Decision::PullBrake { briefly: true }.encode(self).await?;
		let council = api::storage().council();
		let hashes = self.value(council.proposals(), ()).await?.0;
		let mut motions = Vec::with_capacity(hashes.len());
		for hash in hashes {
			let Some(votes) = self.stored(council.voting(), (hash,)).await? else {
				continue;
			};
			let call = self.stored(council.proposal_of(), (hash,)).await?;
			let is_brief = call.as_ref().is_some_and(|it| it.as_bytes() == briefly.as_bytes());
			let least = if is_brief { brake_votes(seats) } else { council_votes(seats) };
			let needed = votes.threshold.max(least);
			let ayes: Vec<_> = votes.ayes.iter().map(account).collect();
			let voted = u32::try_from(ayes.len()).unwrap_or(u32::MAX);
			let blocks = u64::from(votes.end.saturating_sub(now));
			motions.push(Motion {
				index: votes.index,
				hash: Hash::from(hash.0),
				motion: call.as_ref().and_then(|call| call.describe(&self.client.metadata()).ok()),
				ayes,
				nays: votes.nays.iter().map(account).collect(),
				seats,
				needed,
				missing: needed.saturating_sub(voted),
				end: votes.end,
				seconds_left: blocks.saturating_mul(slot) / 1_000,
				call,
			});
		}
		motions.sort_by_key(|motion| motion.index);
		Ok(motions)
	}

	/// The block from which the remaining authorities go on with a finality that has stalled: `given`,
	/// or the last one that the node has finalized before the present session.
	///
	/// # Errors
	///
	/// [`ChainError::NotFinal`] when the node has not finalized the given one. The chain would stop.
	pub async fn finality_base(
		&self,
		given: Option<BlockNumber>,
	) -> Result<BlockNumber, ChainError> {
		let finalized = self.finalized().await?;
		match given {
			Some(given) if given > finalized => Err(ChainError::NotFinal { given, finalized }),
			Some(given) => Ok(given),
			None => {
				let now = u32::try_from(self.client.block_number()).unwrap_or(u32::MAX);
				let length = api::storage().authorities().session_length();
				let session = self.value(length, ()).await?;
				let began = now.saturating_sub(now.checked_rem(session).unwrap_or_default());
				Ok(finalized.min(began.saturating_sub(1)))
			}
		}
	}

	/// The administrators who are the council.
	pub async fn council(&self) -> Result<Vec<AccountId>, ChainError> {
		Ok(members(self).await?.iter().map(account).collect())
	}
}

/// Whether a motion was carried out.
fn executed(events: &ExtrinsicEvents<SubstrateConfig>, at: &At) -> Result<bool, ChainError> {
	for event in events.iter() {
		let event = event?;
		if (event.pallet_name(), event.event_name()) != ("Council", "Executed") {
			continue;
		}
		// The motion's hash, and whether there is an error, which has a type of its own in subxt.
		return match event.field_bytes().split_at_checked(HASH_LEN) {
			Some((_, [0])) => Ok(true),
			Some((_, [1, error @ ..])) => {
				let error = DispatchError::decode_from(error, at.client.metadata())
					.map_err(|error| ChainError::OtherRuntime(error.to_string()))?;
				Err(ChainError::Motion(Box::new(error.into())))
			}
			_ => Err(ChainError::OtherRuntime("motions end in another way".into())),
		};
	}
	Ok(false)
}

async fn members(at: &At) -> Result<Vec<AccountId32>, ChainError> {
	at.value(api::storage().council().members(), ()).await
}

async fn seats(at: &At) -> Result<u32, ChainError> {
	Ok(u32::try_from(members(at).await?.len()).unwrap_or(u32::MAX))
}

/// How many of the validators with which sessions are planned are left without some.
async fn authorities_without(at: &At, lost: &[InstitutionId]) -> Result<u32, ChainError> {
	let next = at.view(api::view_functions().authorities().next_authorities()).await?;
	let left = next.iter().filter(|(institution, _)| !lost.contains(&institution.0)).count();
	Ok(u32::try_from(left).unwrap_or(u32::MAX))
}

/// Whether an institution's validator is suspended.
async fn is_suspended(at: &At, number: InstitutionId) -> Result<bool, ChainError> {
	let address = api::storage().authorities().validators();
	let validator = at.stored(address, (Static(number),)).await?;
	Ok(validator.is_some_and(|it| matches!(it.status.0, ValidatorStatus::Suspended { .. })))
}

/// Number of authorities below which the set never falls.
async fn minimum(at: &At) -> Result<u32, ChainError> {
	at.value(api::storage().authorities().minimum(), ()).await
}

/// Number that the next institution gets.
async fn next_institution(at: &At) -> Result<InstitutionId, ChainError> {
	Ok(at.value(api::storage().credentials().next_institution(), ()).await?.0)
}

/// Blocks until all authorities that are left certainly have the block in which their set changed:
/// as many slots as [`HANDOVER_TIME`] has, and at least [`HANDOVER_BLOCKS`].
fn handover_delay(slot: Moment) -> BlockNumber {
	let blocks = HANDOVER_TIME.div_ceil(slot.max(1));
	u32::try_from(blocks).unwrap_or(u32::MAX).max(HANDOVER_BLOCKS)
}

impl Decision {
	/// Votes that carry it in a council with so many seats.
	const fn votes(&self, seats: u32) -> u32 {
		match self {
			Self::AuthorizeUpgrade { urgent: true, .. } => urgent_votes(seats),
			Self::PullBrake { briefly: true } => brake_votes(seats),
			_ => council_votes(seats),
		}
	}

	async fn encode(&self, at: &At) -> Result<EncodedCall, ChainError> {
		let credentials = api::transactions().credentials();
		let authorities = api::transactions().authorities();
		let governance = api::transactions().governance();
		let imaging = api::transactions().imaging();
		match self {
			Self::AdmitInstitution { name: text, administrator, allowance, fees } => {
				let admit = credentials.admit_institution(
					name(text),
					account_id(administrator),
					*allowance,
				);
				let admit = EncodedCall::new(at, &admit)?;
				if *fees == 0 {
					return Ok(admit);
				}
				let top_up = credentials.top_up(Static(next_institution(at).await?), *fees);
				let both = vec![admit, EncodedCall::new(at, &top_up)?];
				EncodedCall::new(at, &api::transactions().utility().batch_all(both))
			}
			Self::SuspendInstitution(number) => {
				EncodedCall::new(at, &credentials.suspend_institution(Static(*number)))
			}
			Self::ReinstateInstitution(number) => {
				EncodedCall::new(at, &credentials.reinstate_institution(Static(*number)))
			}
			Self::RemoveInstitution(number) => {
				EncodedCall::new(at, &credentials.remove_institution(Static(*number)))
			}
			Self::TopUp(number, amount) => {
				EncodedCall::new(at, &credentials.top_up(Static(*number), *amount))
			}
			Self::SetDailyLimit(number, limit) => {
				EncodedCall::new(at, &credentials.set_daily_limit(Static(*number), *limit))
			}
			Self::SetAdministratorAllowance(number, allowance) => {
				let call = credentials.set_administrator_allowance(Static(*number), *allowance);
				EncodedCall::new(at, &call)
			}
			Self::SetAdministrator(number, administrator) => {
				let call =
					credentials.set_administrator(Static(*number), account_id(administrator));
				EncodedCall::new(at, &call)
			}
			Self::SetStandard(action, modality, standard) => {
				let call = credentials.set_standard(
					Static(*action),
					modality.map(Static),
					standard.map(Static),
				);
				EncodedCall::new(at, &call)
			}
			Self::AdmitValidator(number) => {
				EncodedCall::new(at, &authorities.admit_validator(Static(*number)))
			}
			Self::SuspendValidator(number) => {
				EncodedCall::new(at, &authorities.suspend_validator(Static(*number)))
			}
			Self::ReinstateValidator(number) => {
				EncodedCall::new(at, &authorities.reinstate_validator(Static(*number)))
			}
			Self::RetireValidator(number) => {
				EncodedCall::new(at, &authorities.retire_validator(Static(*number)))
			}
			Self::SetMinimum(minimum) => EncodedCall::new(at, &authorities.set_minimum(*minimum)),
			Self::SetMembersOnly(members_only) => {
				EncodedCall::new(at, &authorities.set_members_only(*members_only))
			}
			Self::RemoveNode(number, node) => {
				EncodedCall::new(at, &authorities.remove_node(Static(*number), Static(*node)))
			}
			Self::ResumeFinality { lost, best_finalized, delay } => {
				let best_finalized = at.finality_base(*best_finalized).await?;
				let left = authorities_without(at, lost).await?;
				let mut calls = Vec::new();
				if left < minimum(at).await? {
					calls.push(EncodedCall::new(at, &authorities.set_minimum(left.max(1)))?);
				}
				for number in lost {
					if is_suspended(at, *number).await? {
						continue;
					}
					let suspend = authorities.suspend_validator(Static(*number));
					calls.push(EncodedCall::new(at, &suspend)?);
				}
				let delay = match delay {
					Some(delay) => *delay,
					None => handover_delay(at.slot_duration().await?),
				};
				let note = authorities.note_stalled(delay, best_finalized);
				calls.push(EncodedCall::new(at, &note)?);
				EncodedCall::new(at, &api::transactions().utility().batch_all(calls))
			}
			Self::WithdrawStall => EncodedCall::new(at, &authorities.withdraw_stall()),
			Self::AuthorizeUpgrade { code_hash, urgent } => {
				EncodedCall::new(at, &governance.authorize_upgrade(H256(code_hash.0), *urgent))
			}
			Self::CancelUpgrade => EncodedCall::new(at, &governance.cancel_upgrade()),
			Self::PullBrake { briefly: false } => EncodedCall::new(at, &governance.pull_brake()),
			Self::PullBrake { briefly: true } => {
				EncodedCall::new(at, &governance.pull_brake_briefly())
			}
			Self::ReleaseBrake => EncodedCall::new(at, &governance.release_brake()),
			Self::SettleMisuse { grantee, study, upheld } => {
				let call = imaging.settle_misuse(account_id(grantee), Static(*study), *upheld);
				EncodedCall::new(at, &call)
			}
			Self::ReviewEmergency { study, clinician, justified } => {
				let call =
					imaging.review_emergency(Static(*study), account_id(clinician), *justified);
				EncodedCall::new(at, &call)
			}
			Self::SetRewardsPolicy(policy) => policy.encode(at),
			Self::Call(call) => Ok(call.clone()),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_wait_for_forty_seconds_and_twenty_blocks_when_finality_is_handed_over() {
		for (slot, blocks) in [(500, 80), (2_000, 20), (6_000, 20)] {
			assert_eq!(handover_delay(slot), blocks, "slots of {slot} ms");
		}
	}
}
