// SPDX-License-Identifier: Apache-2.0

//! `contour credential …`

use super::{
	error::CliError,
	output::Output,
	session::Session,
	signing::sign,
	words::{moment, read, row, when},
};
use contour_chain::{CredentialRecord, Issue, Member, Vouched, advice, amount, hash_of};
use contour_primitives::{AccountId, CredentialStatus, Hash, Moment, Refusal, Role, Specialty};
use contour_seal::keys::NoRandomness;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

/// Bytes of the salt of a licence's hash.
const SALT_LEN: usize = 16;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Vouch for an account, as your institution's administrator
	Issue {
		/// Account to vouch for.
		holder: AccountId,

		/// Roles, separated by commas: radiologist, oncologist, clinician, data-scientist,
		/// custodian, scorer, machine.
		#[arg(long, value_delimiter = ',', required = true)]
		roles: Vec<Role>,

		/// Fields in which the holder is certified, separated by commas, such as neuroradiology.
		#[arg(long, value_delimiter = ',')]
		specialties: Vec<Specialty>,

		/// When it expires: 365days, or a date.
		#[arg(long, value_parser = moment, value_name = "TIME")]
		expires: Moment,

		/// Salted hash of the professional licence.
		#[arg(long, value_name = "HASH", required_unless_present = "licence_file")]
		licence_hash: Option<Hash>,

		/// File with the licence. Its hash is salted; keep the salt that the command shows.
		#[arg(long, value_name = "FILE", conflicts_with = "licence_hash")]
		licence_file: Option<PathBuf>,
	},

	/// Give a credential a new expiry
	Renew {
		/// Account that holds it.
		holder: AccountId,
		/// When it expires: 365days, or a date.
		#[arg(long, value_parser = moment, value_name = "TIME")]
		expires: Moment,
	},

	/// Suspend a credential; from that moment its holder can do nothing under it
	Suspend {
		/// Account that holds it.
		holder: AccountId,
	},

	/// Make a suspended credential valid again
	Reinstate {
		/// Account that holds it.
		holder: AccountId,
	},

	/// Revoke a credential for good
	Revoke {
		/// Account that holds it.
		holder: AccountId,
	},

	/// Show all credentials of an account, and whether it has standing
	Show {
		/// The account. Without it, your own.
		holder: Option<AccountId>,
	},
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
	#[serde(flatten)]
	member: Member,
	/// Suite of the encryption key to which leases are wrapped.
	encryption_key: Option<&'static str>,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Issue { holder, roles, specialties, expires, licence_hash, licence_file } => {
			let (hash, salt) = licence(licence_hash, licence_file)?;
			let issue = Issue {
				roles: roles.into_iter().collect(),
				specialties: specialties.into_iter().collect(),
				licence_hash: hash,
				expires,
			};
			sign(session, output, async |chain, signer| {
				chain.issue_credential(signer, &holder, &issue).await
			})
			.await?;
			let salt = salt.map(hex::encode);
			let result = json!({
				"holder": holder,
				"roles": issue.roles,
				"specialties": issue.specialties,
				"expires": expires,
				"licenceHash": hash,
				"salt": salt,
			});
			output.show(&result, || {
				let kept = salt.map_or(String::new(), |salt| {
					format!(
						"\n\
						 Salt of the licence's hash: {salt}\n\
						 Keep it with the licence: the hash is BLAKE2b-256 of the salt and the \
						 file, and proves that it was this file."
					)
				});
				format!("Your institution vouches for {holder} until {}.{kept}", when(expires))
			});
		}
		Command::Renew { holder, expires } => {
			sign(session, output, async |chain, signer| {
				chain.renew_credential(signer, &holder, expires).await
			})
			.await?;
			output.show(&json!({ "holder": holder, "expires": expires }), || {
				format!("Renewed until {}.", when(expires))
			});
		}
		Command::Suspend { holder } => {
			sign(session, output, async |chain, signer| {
				chain.suspend_credential(signer, &holder).await
			})
			.await?;
			output.show(&json!({ "holder": holder }), || "Suspended.".into());
		}
		Command::Reinstate { holder } => {
			sign(session, output, async |chain, signer| {
				chain.reinstate_credential(signer, &holder).await
			})
			.await?;
			output.show(&json!({ "holder": holder }), || "Reinstated.".into());
		}
		Command::Revoke { holder } => {
			sign(session, output, async |chain, signer| {
				chain.revoke_credential(signer, &holder).await
			})
			.await?;
			output.show(&json!({ "holder": holder }), || "Revoked.".into());
		}
		Command::Show { holder } => {
			let holder = match holder {
				Some(holder) => holder,
				None => session.identity()?.account(),
			};
			let at = session.at().await?;
			let member = at.member(&holder).await?;
			let key = at.encryption_key(&holder).await?;
			let encryption_key = key.map(|(suite, _)| suite.as_str());
			let shown = Shown { member, encryption_key };
			output.show(&shown, || text(&shown));
		}
	}
	Ok(())
}

/// The hash of a licence, with the salt if it was made here.
fn licence(
	hash: Option<Hash>,
	file: Option<PathBuf>,
) -> Result<(Hash, Option<[u8; SALT_LEN]>), CliError> {
	let Some(path) = file else { return Ok((hash.unwrap_or_default(), None)) };
	let mut salt = [0; SALT_LEN];
	getrandom::fill(&mut salt).map_err(|_| NoRandomness)?;
	Ok((hash_of(&[&salt[..], &read(&path)?].concat()), Some(salt)))
}

fn text(shown: &Shown) -> String {
	let member = &shown.member;
	let standing = match member.standing {
		Vouched::By(institution) => format!("institution {} answers for it", institution.0),
		Vouched::Refused(refusal) => format!("none: {}", advice(refusal)),
	};
	let mut lines =
		vec![format!("Account:     {}", member.account), format!("Standing:    {standing}")];
	if let Some(left) = member.allowance_left {
		lines.push(format!("Fees today:  {} left", amount::show(left)));
	}
	if let Some(institution) = member.administers {
		lines.push(format!("Administers: institution {}", institution.0));
	}
	for institution in &member.enrolled {
		lines.push(format!("Patient of:  institution {}", institution.0));
	}
	if member.misuses > 0 {
		let reason = advice(Refusal::MisuseReported);
		lines.push(format!("Misuse:      {} reported: {reason}", member.misuses));
	}
	let key = shown.encryption_key.unwrap_or("none; `contour keys register` registers one");
	lines.push(format!("Encryption:  {key}"));
	lines.extend(member.credentials.iter().map(credential));
	lines.join("\n")
}

fn credential(credential: &CredentialRecord) -> String {
	let names = row(credential.roles.iter().map(|it| it.to_string()));
	let fields = if credential.specialties.is_empty() {
		String::new()
	} else {
		format!(" ({})", row(credential.specialties.iter().map(|it| it.to_string())))
	};
	let status = match credential.status {
		CredentialStatus::Active if credential.expires <= super::words::now() => {
			format!("EXPIRED {}", when(credential.expires))
		}
		CredentialStatus::Active => format!("until {}", when(credential.expires)),
		CredentialStatus::Suspended { since } => format!("SUSPENDED since {}", when(since)),
		CredentialStatus::Revoked { since } => format!("REVOKED {}", when(since)),
	};
	format!("Credential:  institution {}: {names}{fields}, {status}", credential.institution.0)
}
