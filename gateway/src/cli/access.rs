// SPDX-License-Identifier: Apache-2.0

//! `contour access …`

use super::{
	emergency,
	error::{CliError, StudyIdText},
	lists::state,
	output::{Output, follow},
	session::Session,
	signing::{sign, wait_for},
	words::{Document, millis, when},
};
use contour_chain::{LeaseCall, LeaseRecord};
use contour_gateway::leasing::{Custodian, Grant};
use contour_primitives::{AccountId, Hash, InstitutionId, Purpose, StudyId};
use serde::Serialize;
use serde_json::json;
use std::time::Duration;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Ask the custodian for a lease
	Request {
		/// The study.
		study: Hash,

		/// Purpose: care, gru, hmb, ds or poa (GA4GH DUO).
		#[arg(long)]
		purpose: Purpose,

		/// Duration, e.g. 12h or 30days.
		#[arg(long, value_parser = humantime::parse_duration)]
		duration: Duration,

		/// Hash of an ethics board's approval, if the patient requires one.
		#[arg(long)]
		approval: Option<Hash>,
	},

	/// Grant a request: make the leased copy, and give its key to the grantee alone
	Grant {
		/// The study.
		study: Hash,

		/// Account that asked.
		grantee: AccountId,

		/// Longest duration. Without it, the requested duration is granted.
		#[arg(long, value_parser = humantime::parse_duration)]
		duration: Option<Duration>,

		/// URL under which the grantee reaches the store, if it is a different one.
		#[arg(long, value_name = "URL")]
		share: Option<String>,
	},

	/// Decline a request
	Decline {
		/// The study.
		study: Hash,
		/// Account that asked.
		grantee: AccountId,
	},

	/// Renew a lease; the grantee fetches as before
	Renew {
		/// The study.
		study: Hash,
		/// Account that holds the lease.
		grantee: AccountId,
		/// New duration from now, e.g. 30days.
		#[arg(long, value_parser = humantime::parse_duration)]
		duration: Duration,
	},

	/// End a lease before it expires, as the custodian or the patient
	Revoke {
		/// The study.
		study: Hash,
		/// Account that holds the lease.
		grantee: AccountId,
	},

	/// List the leases on a study, the requests that an institution has to answer, or emergencies
	List {
		/// The study.
		#[arg(required_unless_present_any = ["institution", "emergencies"])]
		study: Option<Hash>,

		/// Number of the institution.
		#[arg(long, value_name = "NUMBER", conflicts_with = "study")]
		institution: Option<u32>,

		/// List the emergency accesses that nobody has reviewed, of all institutions.
		#[arg(long, conflicts_with_all = ["study", "institution"])]
		emergencies: bool,
	},

	/// Open access at once for a short time, as a clinician in an emergency; the custodian reviews
	/// it
	Emergency {
		/// The study.
		study: Hash,

		/// File with your reasons, whose hash is recorded, or the hash.
		#[arg(long, value_name = "FILE|HASH")]
		reason: Document,
	},

	/// Review an emergency access, as the custodian
	Review {
		/// The study.
		study: Hash,

		/// Account that opened it.
		clinician: AccountId,

		/// The access was justified.
		#[arg(long, required_unless_present = "unjustified")]
		justified: bool,

		/// The access was not justified: it ends.
		#[arg(long, conflicts_with = "justified")]
		unjustified: bool,
	},

	/// Give your lease back, or withdraw your request
	End {
		/// The study.
		study: Hash,
	},

	/// Report to the council that somebody misused a study, as the custodian
	Report {
		/// The study.
		study: Hash,

		/// Account that misused it.
		grantee: AccountId,

		/// File with the reasons, whose hash is recorded, or the hash.
		#[arg(long, value_name = "FILE|HASH")]
		reason: Document,
	},
}

/// A lease, with its study and its holder.
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
			let (id, duration) = (StudyId(study), millis(duration));
			let asked = chain.request_access(&identity.signer, id, purpose, duration, approval);
			wait_for(asked, session, output).await?;
			output.show(&json!({ "study": study, "grantee": identity.account() }), || {
				"Requested. The custodian decides; `contour study fetch` works once the lease is \
				 granted."
					.into()
			});
			Ok(())
		}
		Command::Grant { study, grantee, duration, share } => {
			let identity = session.identity()?;
			let custodian = session.custodian(&identity, share).await?;
			custodian.ensure_locators_fit()?;
			let bar = output.bar("Copying");
			let longest = duration.map(millis);
			let grant = custodian.prepare(StudyId(study), &grantee, longest, follow(&bar)).await?;
			bar.finish_and_clear();
			wait_for(answer(&custodian, grant.call()), session, output).await?;
			let Grant { expires, locator, .. } = grant;
			let result = json!({
				"study": study,
				"grantee": grantee,
				"expires": expires,
				"locator": locator,
			});
			output.show(&result, || format!("Granted until {}.", when(expires)));
			Ok(())
		}
		Command::Decline { study, grantee } => {
			let decline = [LeaseCall::Decline { study: StudyId(study), grantee: grantee.clone() }];
			let results = sign(session, output, async |chain, signer| {
				chain.answer_requests(signer, &decline).await
			})
			.await?;
			results.into_iter().collect::<Result<(), _>>()?;
			output.show(&json!({ "study": study, "grantee": grantee }), || "Declined.".into());
			Ok(())
		}
		Command::Renew { study, grantee, duration } => {
			let identity = session.identity()?;
			let custodian = session.custodian(&identity, None).await?;
			let renewed = custodian.renew(StudyId(study), &grantee, millis(duration));
			let expires = wait_for(renewed, session, output).await?;
			let result = json!({ "study": study, "grantee": grantee, "expires": expires });
			output.show(&result, || format!("Renewed until {}.", when(expires)));
			Ok(())
		}
		Command::Revoke { study, grantee } => {
			sign(session, output, async |chain, signer| {
				chain.revoke_access(signer, StudyId(study), &grantee).await
			})
			.await?;
			output.show(&json!({ "study": study, "grantee": grantee }), || "Ended.".into());
			Ok(())
		}
		Command::Emergency { study, reason } => {
			emergency::open(StudyId(study), &reason, session, output).await
		}
		Command::Review { study, clinician, justified, .. } => {
			emergency::review(StudyId(study), &clinician, justified, session, output).await
		}
		Command::End { study } => emergency::end(StudyId(study), session, output).await,
		Command::Report { study, grantee, reason } => {
			emergency::report(StudyId(study), &grantee, &reason, session, output).await
		}
		Command::List { emergencies: true, .. } => emergency::list(session, output).await,
		Command::List { study, institution, .. } => {
			let at = session.at().await?;
			let leases: Vec<_> = match (study, institution) {
				(Some(study), _) => {
					let study = StudyId(study);
					let leases = at.leases_on(study).await?.into_iter();
					leases.map(|(grantee, lease)| Listed { study, grantee, lease }).collect()
				}
				(None, number) => {
					let institution = InstitutionId(number.unwrap_or_default());
					let requests = at.requests_to(institution).await?.into_iter();
					requests
						.map(|(study, grantee, lease)| Listed { study, grantee, lease })
						.collect()
				}
			};
			output.show(&leases, || {
				let lines = leases.iter().map(|it| {
					let study = StudyIdText(it.study);
					let (purpose, state) = (it.lease.purpose, state(&it.lease.status));
					format!("{study}  {}  {purpose:<4}  {state}", it.grantee)
				});
				lines.collect::<Vec<_>>().join("\n")
			});
			Ok(())
		}
	}
}

/// Sends one answer to the chain.
async fn answer(custodian: &Custodian, call: LeaseCall) -> Result<(), CliError> {
	let results = custodian.answer(&[call]).await?;
	Ok(results.into_iter().collect::<Result<(), _>>()?)
}
