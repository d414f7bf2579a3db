// SPDX-License-Identifier: Apache-2.0

//! `contour access …`

use super::{
	error::{CliError, StudyIdText},
	output::Output,
	session::Session,
};
use contour_gateway::{
	chain::{LeaseCall, LeaseRecord},
	leasing::{Custodian, Grant},
	study::Progress,
};
use contour_primitives::{AccountId, Hash, InstitutionId, Moment, Purpose, StudyId};
use serde::Serialize;
use serde_json::json;
use std::time::{Duration, SystemTime};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Ask the custodian for a lease
	Request {
		/// The study.
		study: Hash,

		/// For what: care, gru, hmb, ds or poa (GA4GH DUO).
		#[arg(long, value_parser = purpose)]
		purpose: Purpose,

		/// For how long, e.g. 12h or 30days.
		#[arg(long, value_parser = humantime::parse_duration)]
		duration: Duration,

		/// Hash of an ethics board's approval, where the patient demands one.
		#[arg(long)]
		approval: Option<Hash>,
	},

	/// Grant a request: makes the leased copy, and gives its key to the grantee alone
	Grant {
		/// The study.
		study: Hash,

		/// Who asked.
		grantee: AccountId,

		/// For how long at most; as long as was asked for, otherwise.
		#[arg(long, value_parser = humantime::parse_duration)]
		duration: Option<Duration>,

		/// URL under which the grantee reaches the store, if it is another one.
		#[arg(long, value_name = "URL")]
		share: Option<String>,
	},

	/// Decline a request
	Decline {
		/// The study.
		study: Hash,
		/// Who asked.
		grantee: AccountId,
	},

	/// Prolong a lease; the grantee fetches as before
	Renew {
		/// The study.
		study: Hash,
		/// Whose lease.
		grantee: AccountId,
		/// How long from now, e.g. 30days.
		#[arg(long, value_parser = humantime::parse_duration)]
		duration: Duration,
	},

	/// End a lease before its time, as the custodian or the patient
	Revoke {
		/// The study.
		study: Hash,
		/// Whose lease.
		grantee: AccountId,
	},

	/// List the leases on a study, or the requests that an institution has to answer
	List {
		/// The study.
		#[arg(required_unless_present = "institution")]
		study: Option<Hash>,

		/// Number of the institution.
		#[arg(long, value_name = "NUMBER", conflicts_with = "study")]
		institution: Option<u32>,
	},
}

/// A lease, with the study and who has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
	study: StudyId,
	grantee: AccountId,
	#[serde(flatten)]
	lease: LeaseRecord,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Request { study, purpose, duration, approval } => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			let wait = output.spinner("Waiting for finality");
			let duration = millis(duration);
			chain
				.request_access(&identity.signer, StudyId(study), purpose, duration, approval)
				.await?;
			wait.finish_and_clear();
			output.show(&json!({ "study": study, "grantee": identity.account() }), || {
				"Asked. The custodian decides; `contour study fetch` works once it is granted."
					.into()
			});
			Ok(())
		}
		Command::Grant { study, grantee, duration, share } => {
			let identity = session.identity()?;
			let custodian = session.custodian(&identity, share).await?;
			let bar = output.bar("Copying");
			let copying = bar.clone();
			let progress = move |progress: Progress| {
				copying.set_length(progress.total as u64);
				copying.set_position(progress.done as u64);
			};
			let longest = duration.map(millis);
			let grant = custodian.prepare(StudyId(study), &grantee, longest, progress).await?;
			bar.finish_and_clear();
			let wait = output.spinner("Waiting for finality");
			answer(&custodian, grant.call()).await?;
			wait.finish_and_clear();
			let Grant { expires, locator, .. } = grant;
			let result = json!({
				"study": study,
				"grantee": grantee,
				"expires": expires,
				"locator": locator,
			});
			output.show(&result, || {
				format!("Granted until {}.", humantime::format_rfc3339_seconds(time(expires)))
			});
			Ok(())
		}
		Command::Decline { study, grantee } => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			let decline = LeaseCall::Decline { study: StudyId(study), grantee: grantee.clone() };
			let results = chain.answer_requests(&identity.signer, &[decline]).await?;
			results.into_iter().collect::<Result<(), _>>()?;
			output.show(&json!({ "study": study, "grantee": grantee }), || "Declined.".into());
			Ok(())
		}
		Command::Renew { study, grantee, duration } => {
			let identity = session.identity()?;
			let custodian = session.custodian(&identity, None).await?;
			let wait = output.spinner("Waiting for finality");
			let expires = custodian.renew(StudyId(study), &grantee, millis(duration)).await?;
			wait.finish_and_clear();
			let result = json!({ "study": study, "grantee": grantee, "expires": expires });
			output.show(&result, || {
				format!("Renewed until {}.", humantime::format_rfc3339_seconds(time(expires)))
			});
			Ok(())
		}
		Command::Revoke { study, grantee } => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			chain.revoke_access(&identity.signer, StudyId(study), &grantee).await?;
			output.show(&json!({ "study": study, "grantee": grantee }), || "Ended.".into());
			Ok(())
		}
		Command::List { study, institution } => {
			let chain = session.chain().await?;
			let leases: Vec<_> = match (study, institution) {
				(Some(study), _) => {
					let study = StudyId(study);
					let leases = chain.leases_on(study).await?.into_iter();
					leases.map(|(grantee, lease)| Listed { study, grantee, lease }).collect()
				}
				(None, number) => {
					let institution = InstitutionId(number.unwrap_or_default());
					let requests = chain.requests_to(institution).await?.into_iter();
					requests
						.map(|(study, grantee, lease)| Listed { study, grantee, lease })
						.collect()
				}
			};
			output.show(&leases, || {
				let lines = leases.iter().map(|it| {
					let study = StudyIdText(it.study);
					format!(
						"{study}  {}  {:?}  {:?}",
						it.grantee, it.lease.purpose, it.lease.status
					)
				});
				lines.collect::<Vec<_>>().join("\n")
			});
			Ok(())
		}
	}
}

fn purpose(text: &str) -> Result<Purpose, &'static str> {
	contour_gateway::chain::purpose(text).ok_or("care, gru, hmb, ds or poa")
}

/// Tells the chain of one answer.
async fn answer(custodian: &Custodian, call: LeaseCall) -> Result<(), CliError> {
	let results = custodian.answer(&[call]).await?;
	Ok(results.into_iter().collect::<Result<(), _>>()?)
}

fn millis(duration: Duration) -> Moment {
	Moment::try_from(duration.as_millis()).unwrap_or(Moment::MAX)
}

fn time(millis: Moment) -> SystemTime {
	SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}
