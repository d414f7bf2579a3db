// SPDX-License-Identifier: Apache-2.0

//! Rewards on the chain: pots, records, what can be claimed, and the policy.

use super::{
	At, Chain, ChainError, Done, EncodedCall, account, account_id, amount, amount_text, api,
};
use api::runtime_types::pallet_rewards::{policy, record};
use contour_primitives::{
	AccountId, Balance, InstitutionId, Modality, Moment, Share, TaskId,
	audit::{Deed, Subject},
};
use contour_scoring::{Curve, Point, Ppm, Unpayable};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use subxt::utils::Static;
use subxt_signer::sr25519::Keypair;

/// Number of an era.
pub type EraIndex = u32;

/// What an institution has for bounties.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PotRecord {
	/// The institution.
	pub institution: InstitutionId,
	/// The account, which has no key.
	pub account: AccountId,
	/// What no task holds.
	#[serde(serialize_with = "amount_text")]
	pub free: Balance,
	/// What is held for tasks.
	#[serde(serialize_with = "amount_text")]
	pub held: Balance,
}

/// What somebody is known for.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkRecord {
	/// Readings and votes that counted.
	pub contributions: u32,
	/// Their mean quality, in parts per million.
	pub quality: Ppm,
	/// What is left of the reputation now, in parts per million.
	pub reputation: Ppm,
	/// When the last work was, in milliseconds since the Unix epoch.
	pub updated: Moment,
}

/// What somebody is known for, in each modality and over all.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recognition {
	/// The account.
	pub account: AccountId,
	/// Over all modalities.
	pub overall: Option<WorkRecord>,
	/// In each modality.
	pub modalities: Vec<ModalityRecord>,
	/// What can be claimed now.
	pub claimable: Vec<Claimable>,
}

/// What somebody is known for in a modality.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModalityRecord {
	/// The modality.
	pub modality: Modality,
	/// The record.
	#[serde(flatten)]
	pub record: WorkRecord,
}

/// What can be claimed from an era.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Claimable {
	/// The era.
	pub era: EraIndex,
	/// How much.
	#[serde(serialize_with = "amount_text")]
	pub amount: Balance,
}

/// Somebody was paid for a task.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
	/// Who; for custody and storage, an institution's pot.
	pub payee: AccountId,
	/// For what.
	pub share: Share,
	/// How much.
	#[serde(serialize_with = "amount_text")]
	pub amount: Balance,
}

/// What the council has decided about rewards, as people write it: percentages and amounts are texts.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Policy {
	/// How a bounty is divided.
	pub shares: Shares,
	/// Which part of its share of quality a reading earns, by its Dice with the consensus.
	pub quality_curve: Vec<Corner>,
	/// Which part of its share of timeliness a reading earns, by how much of the time was left.
	pub timeliness_curve: Vec<Corner>,
	/// Least quality that counts as a contribution.
	pub merit_floor: Percentage,
	/// Who may spend more of the institution's fees, and how much more.
	pub privilege: Privilege,
	/// What is minted for contributions.
	pub issuance: Issuance,
}

/// Parts of a bounty.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Shares {
	/// For each reading that could be scored.
	pub base: Percentage,
	/// For the same, by quality.
	pub quality: Percentage,
	/// For the same, by how early they were handed in.
	pub timeliness: Percentage,
	/// For votes of the panel.
	pub panel: Percentage,
	/// For the institution that answers for the study.
	pub custodian: Percentage,
	/// For the institutions whose scorers made the report.
	pub storage: Percentage,
	/// For the patient who has opened their studies to research projects.
	pub patient: Percentage,
}

/// A corner of a curve.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Corner {
	/// At this quality,
	pub quality: Percentage,
	/// this share is earned.
	pub share: Percentage,
}

/// Who may spend more.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Privilege {
	/// Least reputation over all modalities.
	pub reputation: Percentage,
	/// How much more, as a part of the allowance.
	pub bonus: Percentage,
}

/// What is minted for the contributions of an era.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Issuance {
	/// Most that is minted for one era.
	#[serde(serialize_with = "tokens", deserialize_with = "from_tokens")]
	pub cap: Balance,
	/// What is minted for one point.
	#[serde(serialize_with = "tokens", deserialize_with = "from_tokens")]
	pub rate: Balance,
}

/// A fraction of at most one, written `62.5%` or `0.625`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Percentage(pub Ppm);

/// Why a text is no percentage.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("write a fraction like 70% or 0.7, of one at most, with at most six decimals of one")]
pub struct PercentageError;

/// Decimals of a fraction in parts per million.
const DECIMALS: usize = 6;

impl std::str::FromStr for Percentage {
	type Err = PercentageError;

	fn from_str(text: &str) -> Result<Self, PercentageError> {
		let (number, decimals) = match text.trim().strip_suffix('%') {
			Some(percent) => (percent.trim_end(), DECIMALS - 2),
			None => (text.trim(), DECIMALS),
		};
		let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
		let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
		let part = part.trim_end_matches('0');
		if !digits(whole) || !(part.is_empty() || digits(part)) || part.len() > decimals {
			return Err(PercentageError);
		}
		let parts: u32 =
			format!("{whole}{part:0<decimals$}").parse().map_err(|_| PercentageError)?;
		match parts {
			parts if parts <= Ppm::ONE.parts() => Ok(Self(Ppm::from_parts(parts))),
			_ => Err(PercentageError),
		}
	}
}

impl std::fmt::Display for Percentage {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		let parts = self.0.parts();
		let decimals = format!("{:04}", parts % 10_000);
		match decimals.trim_end_matches('0') {
			"" => write!(f, "{}%", parts / 10_000),
			decimals => write!(f, "{}.{decimals}%", parts / 10_000),
		}
	}
}

impl Serialize for Percentage {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Percentage {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
	}
}

fn tokens<S: Serializer>(balance: &Balance, serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_str(&amount::show(*balance))
}

fn from_tokens<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Balance, D::Error> {
	amount::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

impl Policy {
	/// The curves have points, and rise.
	///
	/// # Errors
	///
	/// [`Unpayable`].
	pub fn check(&self) -> Result<(), Unpayable> {
		self.to_chain().map(drop)
	}

	/// What of a bounty is nobody's share, and returns to the pot.
	pub fn unassigned(&self) -> Percentage {
		let Shares { base, quality, timeliness, panel, custodian, storage, patient } = self.shares;
		let all = [base, quality, timeliness, panel, custodian, storage, patient];
		let sum = all.iter().fold(0, |sum: u32, it| sum.saturating_add(it.0.parts()));
		Percentage(Ppm::from_parts(Ppm::ONE.parts().saturating_sub(sum)))
	}

	fn to_chain(&self) -> Result<policy::Policy, Unpayable> {
		let ppm = |it: Percentage| Static(it.0);
		let curve = |corners: &[Corner]| {
			let point = |it: &Corner| Point { quality: it.quality.0, share: it.share.0 };
			Curve::new(corners.iter().map(point).collect()).map(Static)
		};
		Ok(policy::Policy {
			terms: policy::Terms {
				shares: policy::Shares {
					base: ppm(self.shares.base),
					quality: ppm(self.shares.quality),
					timeliness: ppm(self.shares.timeliness),
					panel: ppm(self.shares.panel),
					custodian: ppm(self.shares.custodian),
					storage: ppm(self.shares.storage),
					patient: ppm(self.shares.patient),
				},
				quality_curve: curve(&self.quality_curve)?,
				timeliness_curve: curve(&self.timeliness_curve)?,
				merit_floor: ppm(self.merit_floor),
			},
			privilege: policy::Privilege {
				reputation: ppm(self.privilege.reputation),
				bonus: ppm(self.privilege.bonus),
			},
			issuance: policy::Issuance { cap: self.issuance.cap, rate: self.issuance.rate },
		})
	}

	/// The call that sets it.
	pub(super) fn encode(&self, at: &At) -> Result<EncodedCall, ChainError> {
		let policy = self.to_chain()?;
		EncodedCall::new(at, &api::transactions().rewards().set_policy(policy))
	}
}

impl From<policy::Policy> for Policy {
	fn from(policy: policy::Policy) -> Self {
		let percentage = |it: Static<Ppm>| Percentage(it.0);
		let corner =
			|it: &Point| Corner { quality: Percentage(it.quality), share: Percentage(it.share) };
		let corners = |curve: &Curve| curve.points().iter().map(corner).collect();
		let policy::Terms { shares, quality_curve, timeliness_curve, merit_floor } = policy.terms;
		Self {
			shares: Shares {
				base: percentage(shares.base),
				quality: percentage(shares.quality),
				timeliness: percentage(shares.timeliness),
				panel: percentage(shares.panel),
				custodian: percentage(shares.custodian),
				storage: percentage(shares.storage),
				patient: percentage(shares.patient),
			},
			quality_curve: corners(&quality_curve.0),
			timeliness_curve: corners(&timeliness_curve.0),
			merit_floor: percentage(merit_floor),
			privilege: Privilege {
				reputation: percentage(policy.privilege.reputation),
				bonus: percentage(policy.privilege.bonus),
			},
			issuance: Issuance { cap: policy.issuance.cap, rate: policy.issuance.rate },
		}
	}
}

impl From<record::Record> for WorkRecord {
	fn from(record: record::Record) -> Self {
		Self {
			contributions: record.contributions,
			quality: record.quality.0,
			reputation: record.reputation.0,
			updated: record.updated,
		}
	}
}

impl Chain {
	/// Gives the signer's money for the bounties of an institution.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn fund_pot(
		&self,
		signer: &Keypair,
		institution: InstitutionId,
		amount: Balance,
	) -> Result<Done, ChainError> {
		let calls = api::transactions().rewards();
		self.submit(signer, &calls.fund(Static(institution), amount)).await
	}

	/// Sets money from the fee account of the signer's institution aside for bounties.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn allocate(&self, signer: &Keypair, amount: Balance) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().rewards().allocate(amount)).await
	}

	/// Takes money that no task holds back to the fee account of the signer's institution.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn reclaim(&self, signer: &Keypair, amount: Balance) -> Result<Done, ChainError> {
		self.submit(signer, &api::transactions().rewards().reclaim(amount)).await
	}

	/// Claims what the signer has earned in eras: of each, whether it was paid.
	///
	/// # Errors
	///
	/// Those of [`Chain::submit`].
	pub async fn claim_eras(
		&self,
		signer: &Keypair,
		eras: &[EraIndex],
	) -> Result<Vec<Result<(), ChainError>>, ChainError> {
		let calls = api::transactions().rewards();
		if let [era] = eras {
			// What is refused is said at once.
			return Ok(vec![self.submit(signer, &calls.claim(*era)).await.map(drop)]);
		}
		let at = self.at().await?;
		let claims = eras.iter().map(|era| EncodedCall::new(&at, &calls.claim(*era)));
		self.submit_each(&at, signer, claims.collect::<Result<_, _>>()?).await
	}

	/// What was paid when a task ended; nothing when it has not ended, or when the node keeps neither
	/// the task's history nor the events of that block.
	///
	/// # Errors
	///
	/// Those of [`Chain::history`].
	pub async fn payments(&self, task: TaskId) -> Result<Option<Vec<Payment>>, ChainError> {
		let Some(block) = self.end_of(task).await? else { return Ok(None) };
		// A node that is no archive forgets what happened long ago.
		let Ok(at) = self.client.at_block(block).await else { return Ok(None) };
		let Ok(events) = at.events().fetch().await else { return Ok(None) };
		let mut payments = Vec::new();
		for event in events.find::<api::rewards::events::Paid>() {
			let event = event?;
			if event.task.0 == task {
				payments.push(Payment {
					payee: account(&event.payee),
					share: event.share.0,
					amount: event.amount,
				});
			}
		}
		Ok(Some(payments))
	}

	/// The block in which a task ended, by its history.
	async fn end_of(&self, task: TaskId) -> Result<Option<u64>, ChainError> {
		let history = self.history(&Subject::Task(task)).await?;
		let mut entries = history.entries.iter().map(|it| &it.entry);
		let end = entries
			.find(|it| matches!(it.what, Deed::TaskValidated { .. } | Deed::TaskEnded { .. }));
		Ok(end.map(|it| it.block.into()))
	}
}

impl At {
	/// What an institution has for bounties.
	pub async fn pot(&self, institution: InstitutionId) -> Result<PotRecord, ChainError> {
		let pot = self.view(api::view_functions().rewards().pot_of(Static(institution))).await?;
		let account = account(&pot.account);
		Ok(PotRecord { institution, account, free: pot.free, held: pot.held })
	}

	/// What somebody is known for, and can claim.
	pub async fn recognition(&self, who: &AccountId) -> Result<Recognition, ChainError> {
		let views = api::view_functions().rewards();
		let overall = self.view(views.overall_record_of(account_id(who))).await?;
		let records = self.view(views.records_of(account_id(who))).await?;
		let claimable = self.view(views.claimable(account_id(who))).await?;
		Ok(Recognition {
			account: who.clone(),
			overall: overall.map(Into::into),
			modalities: records
				.into_iter()
				.map(|(it, record)| ModalityRecord { modality: it.0, record: record.into() })
				.collect(),
			claimable: claimable
				.into_iter()
				.map(|(era, amount)| Claimable { era, amount })
				.collect(),
		})
	}

	/// What the council has decided about rewards.
	pub async fn rewards_policy(&self) -> Result<Policy, ChainError> {
		Ok(self.view(api::view_functions().rewards().policy()).await?.into())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_be_the_same_fraction_when_shown_and_read_again() {
		for parts in [0, 1, 50_000, 625_000, 999_999, 1_000_000] {
			let percentage = Percentage(Ppm::from_parts(parts));
			assert_eq!(percentage.to_string().parse(), Ok(percentage));
		}
		let parts = |text: &str| text.parse::<Percentage>().map(|it| it.0.parts());
		assert_eq!(parts("70%"), Ok(700_000));
		assert_eq!(parts("0.7"), Ok(700_000));
		assert_eq!(parts("62.5 %"), Ok(625_000));
		assert_eq!(parts("1"), Ok(1_000_000));
		assert_eq!(parts("1.000"), Ok(1_000_000));
		assert_eq!(Percentage(Ppm::from_parts(625_000)).to_string(), "62.5%");
	}

	#[test]
	fn should_be_the_same_policy_when_the_chain_has_it() {
		let percentage = |parts| Percentage(Ppm::from_parts(parts));
		let corner =
			|quality, share| Corner { quality: percentage(quality), share: percentage(share) };
		let policy = Policy {
			shares: Shares {
				base: percentage(625_000),
				quality: percentage(0),
				timeliness: percentage(0),
				panel: percentage(0),
				custodian: percentage(0),
				storage: percentage(0),
				patient: percentage(0),
			},
			quality_curve: vec![corner(0, 0), corner(900_000, 1_000_000)],
			timeliness_curve: vec![corner(0, 1_000_000)],
			merit_floor: percentage(600_000),
			privilege: Privilege { reputation: percentage(800_000), bonus: percentage(500_000) },
			issuance: Issuance { cap: 1_000, rate: 1 },
		};
		assert_eq!(policy.unassigned(), percentage(375_000));
		let back = policy.to_chain().map(Policy::from);
		assert_eq!(back, Ok(policy.clone()));
		let wrong = Policy { quality_curve: vec![corner(1, 1), corner(0, 0)], ..policy };
		assert_eq!(wrong.check(), Err(Unpayable::Order));
	}

	#[test]
	fn should_refuse_when_it_is_no_fraction() {
		for text in ["", "%", "70", "101%", "-1%", "0,7", "1.1", ".5", "0.1234567", "1e-1", "half"]
		{
			assert_eq!(text.parse::<Percentage>(), Err(PercentageError), "{text}");
		}
	}
}
