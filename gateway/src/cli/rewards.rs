// SPDX-License-Identifier: Apache-2.0

//! `contour rewards …`

use super::{
	error::CliError,
	output::Output,
	session::Session,
	signing::sign,
	words::{percent, row, when},
};
use contour_chain::{Claimable, Corner, EraIndex, Policy, Recognition, WorkRecord, amount};
use contour_gateway::opening::payer;
use contour_primitives::{AccountId, Balance, InstitutionId};
use serde_json::json;
use std::path::Path;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Fund an institution's pot for bounties with your own money
	Fund {
		/// Number of the institution.
		institution: u32,
		/// Amount in CTR.
		#[arg(value_parser = amount::parse)]
		amount: Balance,
	},

	/// Move money from your institution's fee account to its pot for bounties, as its administrator
	Allocate {
		/// Amount in CTR.
		#[arg(value_parser = amount::parse)]
		amount: Balance,
	},

	/// Move money that is not held for tasks back to your institution's fee account, as its
	/// administrator
	Reclaim {
		/// Amount in CTR.
		#[arg(value_parser = amount::parse)]
		amount: Balance,
	},

	/// Show an institution's pot for bounties
	Pot {
		/// Its number. Without it, the institution that vouches for you.
		institution: Option<u32>,
	},

	/// Show an account's record of work, and what it can claim
	Record {
		/// The account. Without it, your own.
		account: Option<AccountId>,
	},

	/// Claim everything that your work earned in past eras
	Claim {
		/// Claim only from this era.
		#[arg(long, value_name = "NUMBER")]
		era: Option<EraIndex>,
	},

	/// Show how work is rewarded; the council sets it with `contour council propose
	/// set-rewards-policy`
	Policy {
		/// Write the policy as the file that the council's proposal takes.
		#[arg(long)]
		toml: bool,
	},
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Fund { institution, amount } => {
			sign(session, output, async |chain, signer| {
				chain.fund_pot(signer, InstitutionId(institution), amount).await
			})
			.await?;
			let result = json!({ "institution": institution, "amount": amount.to_string() });
			output.show(&result, || {
				format!("Given {} to the pot of institution {institution}.", amount::show(amount))
			});
		}
		Command::Allocate { amount } => {
			sign(session, output, async |chain, signer| chain.allocate(signer, amount).await)
				.await?;
			output.show(&json!({ "amount": amount.to_string() }), || {
				format!("Moved {} to the pot for bounties.", amount::show(amount))
			});
		}
		Command::Reclaim { amount } => {
			sign(session, output, async |chain, signer| chain.reclaim(signer, amount).await)
				.await?;
			output.show(&json!({ "amount": amount.to_string() }), || {
				format!("Moved {} back to the fee account.", amount::show(amount))
			});
		}
		Command::Pot { institution } => {
			let pot = match institution {
				Some(number) => session.at().await?.pot(InstitutionId(number)).await?,
				None => {
					let account = session.identity()?.account();
					let at = session.at().await?;
					at.pot(payer(&at, &account).await?).await?
				}
			};
			output.show(&pot, || {
				format!(
					"Institution: {}\nFree:        {}\nFor tasks:   {}\nAccount:     {}",
					pot.institution.0,
					amount::show(pot.free),
					amount::show(pot.held),
					pot.account,
				)
			});
		}
		Command::Record { account } => {
			let account = match account {
				Some(account) => account,
				None => session.identity()?.account(),
			};
			let known = session.at().await?.recognition(&account).await?;
			output.show(&known, || recognition(&known));
		}
		Command::Claim { era } => claim(era, session, output).await?,
		Command::Policy { toml: as_toml } => {
			let policy = session.at().await?.rewards_policy().await?;
			let toml = toml::to_string(&policy).map_err(CliError::PolicyWritten)?;
			output.show(&policy, || {
				if as_toml { toml.trim_end().to_owned() } else { policy_text(&policy) }
			});
		}
	}
	Ok(())
}

async fn claim(era: Option<EraIndex>, session: &Session, output: &Output) -> Result<(), CliError> {
	let account = session.identity()?.account();
	let claimable = session.at().await?.recognition(&account).await?.claimable;
	let claims: Vec<Claimable> = match era {
		Some(era) => {
			let amount = claimable.iter().find(|it| it.era == era).map_or(0, |it| it.amount);
			vec![Claimable { era, amount }]
		}
		None => claimable,
	};
	let eras: Vec<_> = claims.iter().map(|it| it.era).collect();
	if !eras.is_empty() {
		let results =
			sign(session, output, async |chain, signer| chain.claim_eras(signer, &eras).await)
				.await?;
		results.into_iter().collect::<Result<Vec<_>, _>>()?;
	}
	let total = claims.iter().fold(0, |sum: Balance, it| sum.saturating_add(it.amount));
	output.show(&json!({ "claimed": claims, "total": total.to_string() }), || {
		if claims.is_empty() {
			"Nothing can be claimed now: only points that you earned in eras that are over can be \
			 claimed."
				.into()
		} else {
			let lines = claims.iter().map(era_line).collect::<Vec<_>>().join("\n");
			format!("{lines}\nClaimed {}.", amount::show(total))
		}
	});
	Ok(())
}

fn era_line(claim: &Claimable) -> String {
	format!("era {}  {}", claim.era, amount::show(claim.amount))
}

fn work(record: &WorkRecord) -> String {
	format!(
		"{} contributions, mean quality {}, reputation {}, last {}",
		record.contributions,
		percent(record.quality),
		percent(record.reputation),
		when(record.updated),
	)
}

fn recognition(known: &Recognition) -> String {
	let Some(overall) = &known.overall else {
		return format!("{} has no record yet.", known.account);
	};
	let mut lines = vec![format!("Overall    {}", work(overall))];
	lines.extend(
		known.modalities.iter().map(|it| format!("{:<9}  {}", it.modality, work(&it.record))),
	);
	let claims = row(known.claimable.iter().map(era_line));
	lines.push(format!("Claimable  {claims}"));
	lines.join("\n")
}

fn policy_text(policy: &Policy) -> String {
	let shares = policy.shares;
	let curve = |corners: &[Corner]| {
		row(corners.iter().map(|it| format!("{} from {} on", it.share, it.quality)))
	};
	format!(
		"A bounty is divided as follows; what nobody earns, and {} besides, returns to the pot:\n  \
		   {:>7}  readings that could be scored, in equal parts\n  \
		   {:>7}  the same, by their Dice with the consensus: {}, even in between\n  \
		   {:>7}  the same, by how much of the time was left: {}, even in between\n  \
		   {:>7}  votes of the panel, by how many readings they judged as the panel did\n  \
		   {:>7}  the institution that answers for the study\n  \
		   {:>7}  the institutions whose scorers made the report\n  \
		   {:>7}  the patient, if the studies are open to research projects\n\
		 A reading or vote of {} or more counts as a contribution.\n\
		 With a reputation of {} or more an institution may pay {} more of fees each day.\n\
		 An era mints {} for a point, and {} at most; a reading earns up to 10 points, a vote up to 3.",
		policy.unassigned(),
		shares.base.to_string(),
		shares.quality.to_string(),
		curve(&policy.quality_curve),
		shares.timeliness.to_string(),
		curve(&policy.timeliness_curve),
		shares.panel.to_string(),
		shares.custodian.to_string(),
		shares.storage.to_string(),
		shares.patient.to_string(),
		policy.merit_floor,
		policy.privilege.reputation,
		policy.privilege.bonus,
		amount::show(policy.issuance.rate),
		amount::show(policy.issuance.cap),
	)
}

/// The policy in a file.
pub(crate) fn read_policy(path: &Path) -> Result<Policy, CliError> {
	let failed = |reason: String| CliError::RewardsPolicy { path: path.into(), reason };
	let bytes = super::words::read(path)?;
	let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
	let policy: Policy = toml::from_str(&text).map_err(|error| failed(error.to_string()))?;
	policy.check().map_err(|error| failed(error.to_string()))?;
	Ok(policy)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::path::PathBuf;

	const POLICY: &str = r#"
merit-floor = "60%"
quality-curve = [{ quality = "50%", share = "0%" }, { quality = "90%", share = "100%" }]
timeliness-curve = [{ quality = "0%", share = "0%" }, { quality = "50%", share = "100%" }]

[shares]
base = "25%"
quality = "35%"
timeliness = "5%"
panel = "15%"
custodian = "10%"
storage = "5%"
patient = "2.5%"

[privilege]
reputation = "80%"
bonus = "50%"

[issuance]
cap = "1000"
rate = "0.1 CTR"
"#;

	fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
		let folder = tempfile::tempdir().expect("there is room");
		let path = folder.path().join("policy.toml");
		std::fs::write(&path, text).expect("the folder is writable");
		(folder, path)
	}

	#[test]
	fn should_be_the_same_policy_when_written_and_read_again() {
		let (_folder, path) = file(POLICY);
		let policy = read_policy(&path).expect("it is one");
		assert_eq!(policy.unassigned().to_string(), "2.5%");
		let written = toml::to_string(&policy).expect("it has a form in TOML");
		let (_folder, path) = file(&written);
		assert_eq!(read_policy(&path).ok(), Some(policy.clone()));
		let text = policy_text(&policy);
		assert!(text.contains("2.5% besides") && text.contains("0.1 CTR"), "{text}");
	}

	#[test]
	fn should_say_what_is_wrong_when_a_policy_is_none() {
		for (from, to, expected) in [
			("\"60%\"", "\"160%\"", "fraction"),
			("base", "bass", "bass"),
			("\"90%\"", "\"40%\"", "rise"),
			("\"1000\"", "\"much\"", "amount"),
		] {
			let (_folder, path) = file(&POLICY.replacen(from, to, 1));
			let error = read_policy(&path).expect_err(to).to_string();
			assert!(error.contains(expected), "{error}");
		}
	}
}
