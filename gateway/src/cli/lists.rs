// SPDX-License-Identifier: Apache-2.0

//! What `contour study …` lists, and where studies go.

use super::{
	error::{CliError, StudyIdText},
	output::Output,
	session::Session,
	signing::sign,
	words::when,
};
use contour_chain::{LeaseRecord, StudyRecord};
use contour_primitives::{AccountId, InstitutionId, StudyId, imaging::LeaseState};
use serde::Serialize;
use serde_json::json;

/// Whose studies.
#[derive(clap::Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Whose {
	/// List the studies of a patient.
	#[arg(long, value_name = "ACCOUNT")]
	patient: Option<AccountId>,

	/// List the studies for which an institution answers; this looks at every study on the chain.
	#[arg(long, value_name = "NUMBER")]
	institution: Option<u32>,

	/// List the studies on which you have, requested or had a lease.
	#[arg(long)]
	mine: bool,
}

#[derive(Serialize)]
struct Study {
	id: StudyId,
	#[serde(flatten)]
	record: StudyRecord,
}

#[derive(Serialize)]
struct Lease {
	id: StudyId,
	#[serde(flatten)]
	lease: LeaseRecord,
}

pub(crate) async fn list(whose: Whose, session: &Session, output: &Output) -> Result<(), CliError> {
	let studies = match (&whose.patient, whose.institution) {
		(Some(patient), _) => session.at().await?.studies_of(patient).await?,
		(None, Some(number)) => session.at().await?.studies_at(InstitutionId(number)).await?,
		(None, None) => {
			let account = session.identity()?.account();
			let leases = session.at().await?.leases_of(&account).await?;
			let leases: Vec<_> =
				leases.into_iter().map(|(id, lease)| Lease { id, lease }).collect();
			output.show(&leases, || {
				let lines = leases.iter().map(|Lease { id, lease }| {
					let (id, purpose) = (StudyIdText(*id), lease.purpose);
					format!("{id}  {purpose:<4}  {}", state(&lease.status))
				});
				lines.collect::<Vec<_>>().join("\n")
			});
			return Ok(());
		}
	};
	let studies: Vec<_> = studies.into_iter().map(|(id, record)| Study { id, record }).collect();
	output.show(&studies, || {
		let lines = studies.iter().map(|Study { id, record }| {
			format!(
				"{}  {}  {} files, {} bytes sealed  institution {}",
				StudyIdText(*id),
				record.modality,
				record.instances,
				record.bytes,
				record.custodian.0,
			)
		});
		lines.collect::<Vec<_>>().join("\n")
	});
	Ok(())
}

/// Where a lease stands.
pub(crate) fn state(status: &LeaseState) -> String {
	match status {
		LeaseState::Requested { since, .. } => format!("requested {}", when(*since)),
		LeaseState::Live { expires, locator: Some(_), .. } => format!("until {}", when(*expires)),
		LeaseState::Live { expires, locator: None, .. } => {
			format!("until {}, but there is no key yet", when(*expires))
		}
		LeaseState::Ended { since, cause } => format!("ended {} ({cause})", when(*since)),
	}
}

/// Ends all sharing of a study.
pub(crate) async fn withdraw(
	study: StudyId,
	yes: bool,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	if !yes {
		return Err(CliError::WithdrawUnsaid);
	}
	sign(session, output, async |chain, signer| chain.withdraw(signer, study).await).await?;
	output.show(&json!({ "study": study }), || {
		"Withdrawn. Its leases have ended; the chain keeps a salted commitment and the history."
			.into()
	});
	Ok(())
}

/// Offers a study to another institution, or withdraws the offer.
pub(crate) async fn offer(
	study: StudyId,
	to: Option<u32>,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let to = to.map(InstitutionId);
	sign(session, output, async |chain, signer| chain.offer_custody(signer, study, to).await)
		.await?;
	output.show(&json!({ "study": study, "institution": to }), || match to {
		Some(to) => format!("Offered to institution {}, whose custodian can accept it.", to.0),
		None => "The offer is withdrawn.".into(),
	});
	Ok(())
}

/// Takes over a study that is offered.
pub(crate) async fn accept(
	study: StudyId,
	locator: &str,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	sign(session, output, async |chain, signer| chain.accept_custody(signer, study, locator).await)
		.await?;
	output.show(&json!({ "study": study, "locator": locator }), || {
		"Taken over; its live leases have ended. To open the study, you need the former \
		 custodian's copy."
			.into()
	});
	Ok(())
}
