// SPDX-License-Identifier: Apache-2.0

//! What `contour access …` does besides requests and grants: emergencies, misuse, and giving leases
//! back.

use super::{
	error::{CliError, StudyIdText},
	output::Output,
	session::Session,
	signing::sign,
	words::{Document, when},
};
use contour_chain::LeaseRecord;
use contour_primitives::{AccountId, StudyId, imaging::LeaseState};
use serde_json::json;

/// Opens emergency access.
pub(crate) async fn open(
	study: StudyId,
	reason: &Document,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let reason = reason.hash()?;
	let account = session.identity()?.account();
	let lease = sign(session, output, async |chain, signer| {
		chain.open_emergency(signer, study, reason).await?;
		chain.at().await?.lease(study, &account).await
	})
	.await?;
	let expires = match lease {
		Some(LeaseRecord { status: LeaseState::Live { expires, .. }, .. }) => Some(expires),
		_ => None,
	};
	let result =
		json!({ "study": study, "clinician": account, "reason": reason, "expires": expires });
	output.show(&result, || {
		let until = expires.map_or(String::new(), |it| format!(" until {}", when(it)));
		format!(
			"Emergency access is open{until}. The custodian gives you the key, reviews this \
			 access, and will want to read your reasons: keep the file as it is. The patient sees \
			 the access."
		)
	});
	Ok(())
}

/// Reviews an emergency access.
pub(crate) async fn review(
	study: StudyId,
	clinician: &AccountId,
	justified: bool,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	sign(session, output, async |chain, signer| {
		chain.review_emergency(signer, study, clinician, justified).await
	})
	.await?;
	let result = json!({ "study": study, "clinician": clinician, "justified": justified });
	output.show(&result, || match justified {
		true => "Reviewed: it was justified.".into(),
		false => "Reviewed: it was not justified, and the access has ended.".into(),
	});
	Ok(())
}

/// Lists the emergency accesses that nobody has reviewed.
pub(crate) async fn list(session: &Session, output: &Output) -> Result<(), CliError> {
	let emergencies = session.at().await?.emergencies().await?;
	output.show(&emergencies, || {
		let lines = emergencies.iter().map(|it| {
			let due = match it.due {
				Some(due) => {
					format!("institution {} has to review it by {}", it.custodian.0, when(due))
				}
				None => "NOT REVIEWED IN TIME: the council has to review it".into(),
			};
			format!(
				"{}  {} of institution {}  opened {}  {due}  reason {:?}",
				StudyIdText(it.study),
				it.clinician,
				it.institution.0,
				when(it.opened),
				it.reason,
			)
		});
		let lines: Vec<_> = lines.collect();
		if lines.is_empty() { "All emergencies are reviewed.".into() } else { lines.join("\n") }
	});
	Ok(())
}

/// Gives a lease back.
pub(crate) async fn end(
	study: StudyId,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	sign(session, output, async |chain, signer| chain.end_access(signer, study).await).await?;
	output.show(&json!({ "study": study }), || "Given back.".into());
	Ok(())
}

/// Reports a misuse.
pub(crate) async fn report(
	study: StudyId,
	grantee: &AccountId,
	reason: &Document,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let reason = reason.hash()?;
	sign(session, output, async |chain, signer| {
		chain.report_misuse(signer, study, grantee, reason).await
	})
	.await?;
	output.show(&json!({ "study": study, "grantee": grantee, "reason": reason }), || {
		format!(
			"Reported. {grantee} can do nothing that needs a standard until the council dismisses \
			 the report. The council will want to read the reasons: keep the file as it is."
		)
	});
	Ok(())
}
