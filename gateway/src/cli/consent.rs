// SPDX-License-Identifier: Apache-2.0

//! `contour consent …`

use super::{
	error::CliError,
	output::Output,
	session::Session,
	signing::sign,
	words::{Document, purposes},
};
use contour_chain::{At, ConsentRecord, PaperConsent, denied};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Purpose, Purposes, StudyId,
	imaging::{Denial, Directive, Source},
};
use serde::Serialize;
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Set what you permit and refuse, as a patient, for one study or for all of yours
	Set {
		/// The study. Without it, all of your studies.
		study: Option<Hash>,
		#[command(flatten)]
		said: Said,
	},

	/// Record what a patient permits and refuses on paper, as the custodian
	Record {
		/// The study.
		study: Hash,
		#[command(flatten)]
		said: Said,
		/// The document, or its hash.
		#[arg(long, value_name = "FILE|HASH")]
		document: Document,
	},

	/// Show what a study may be used for, and why, or what a patient permits for all studies
	Show {
		/// The study.
		#[arg(required_unless_present = "patient")]
		study: Option<Hash>,

		/// Account of the patient.
		#[arg(long, value_name = "ACCOUNT", conflicts_with = "study")]
		patient: Option<AccountId>,

		/// Also show whether this account may ask for the study now.
		#[arg(long = "for", value_name = "ACCOUNT", requires = "study")]
		reader: Option<AccountId>,
	},

	/// Let researchers find you, as a patient, or stop it
	Pool {
		/// open or close.
		#[arg(value_parser = ["open", "close"])]
		state: String,
	},
}

/// What a directive permits and refuses.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Said {
	/// Permitted purposes: care, gru, hmb, ds, poa (GA4GH DUO), separated by commas.
	#[arg(long, value_delimiter = ',', value_name = "PURPOSES")]
	permit: Vec<Purpose>,

	/// Refused purposes, separated by commas. A refusal wins over a permission.
	#[arg(long, value_delimiter = ',', value_name = "PURPOSES")]
	refuse: Vec<Purpose>,

	/// Research needs the approval of an ethics board.
	#[arg(long)]
	ethics_approval: bool,
}

/// What a study may be used for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
	study: StudyId,
	said: ConsentRecord,
	purposes: Vec<Verdict>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verdict {
	purpose: Purpose,
	permitted: bool,
	ethics_approval: bool,
	because: &'static str,
	/// Whether the given account may ask for it.
	#[serde(skip_serializing_if = "Option::is_none")]
	reader: Option<May>,
}

/// Whether an account may ask.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum May {
	/// Under this institution's credential.
	Under(InstitutionId),
	/// It may not.
	Refused(Denial),
}

impl From<Said> for Directive {
	fn from(said: Said) -> Self {
		Self {
			permitted: said.permit.into_iter().collect(),
			refused: said.refuse.into_iter().collect(),
			ethics_approval: said.ethics_approval,
		}
	}
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Set { study, said } => {
			let directive = Directive::from(said);
			sign(session, output, async |chain, signer| {
				chain.set_consent(signer, study.map(StudyId), directive).await
			})
			.await?;
			output.show(&json!({ "study": study, "directive": directive }), || {
				format!("{} Leases that lost their consent have ended.", sentence(&directive))
			});
		}
		Command::Record { study, said, document } => {
			let paper = PaperConsent { directive: said.into(), document: document.hash()? };
			sign(session, output, async |chain, signer| {
				chain.record_consent(signer, StudyId(study), paper).await
			})
			.await?;
			output.show(&json!({ "study": study, "paper": paper }), || {
				format!(
					"Recorded: {} Keep the document with the hash {:?}.",
					sentence(&paper.directive),
					paper.document,
				)
			});
		}
		Command::Show { patient: Some(patient), .. } => {
			let said = session.at().await?.consent_of(&patient).await?;
			output.show(&json!({ "patient": patient, "said": said }), || {
				let all = said.for_all.as_ref().map_or_else(
					|| "No directive for all studies.".into(),
					|it| format!("For all studies: {}", sentence(it)),
				);
				let pool = if said.research_pool { "open" } else { "closed" };
				format!("{all}\nResearch pool: {pool}")
			});
		}
		Command::Show { study, reader, .. } => {
			let study = StudyId(study.unwrap_or_default());
			let shown = show(&session.at().await?, study, reader.as_ref()).await?;
			output.show(&shown, || text(&shown));
		}
		Command::Pool { state } => {
			let open = state == "open";
			sign(session, output, async |chain, signer| {
				chain.set_research_pool(signer, open).await
			})
			.await?;
			output.show(&json!({ "researchPool": open }), || {
				let state = if open { "may" } else { "may not" };
				format!("Research projects {state} be offered your studies.")
			});
		}
	}
	Ok(())
}

async fn show(at: &At, study: StudyId, reader: Option<&AccountId>) -> Result<Shown, CliError> {
	let said = at.consent(study).await?;
	let said = said.ok_or(contour_chain::ChainError::NoStudy(study))?;
	let mut purposes = Vec::new();
	for purpose in Purposes::all().iter() {
		let verdict = at.consented(study, purpose).await?;
		let ethics_approval = verdict == Err(Denial::ApprovalMissing);
		let may = match reader {
			Some(reader) => Some(match at.can_access(reader, study, purpose).await? {
				Ok(institution) => May::Under(institution),
				Err(denial) => May::Refused(denial),
			}),
			None => None,
		};
		purposes.push(Verdict {
			purpose,
			permitted: verdict.is_ok() || ethics_approval,
			ethics_approval,
			because: because(said.verdict(purpose).1),
			reader: may,
		});
	}
	Ok(Shown { study, said, purposes })
}

/// Who has decided on a purpose.
const fn because(source: Source) -> &'static str {
	match source {
		Source::Account => "by the patient's account, for this study",
		Source::Paper => "by the paper for this study",
		Source::PaperAndAccount => {
			"by the stricter of the paper for this study and the patient's account, for all studies"
		}
		Source::AccountForAll => "by the patient's account, for all studies",
		Source::Defaults => "by the custodian's defaults, as there is no directive",
	}
}

fn sentence(directive: &Directive) -> String {
	let approval = if directive.ethics_approval {
		", research only with an ethics board's approval"
	} else {
		""
	};
	format!(
		"permitted {}, refused {}{approval}.",
		purposes(directive.permitted),
		purposes(directive.refused),
	)
}

fn text(shown: &Shown) -> String {
	let lines = shown.purposes.iter().map(|verdict| {
		let state = match (verdict.permitted, verdict.ethics_approval) {
			(false, _) => "no",
			(true, false) => "yes",
			(true, true) => "with an ethics board's approval",
		};
		let reader = match verdict.reader {
			None => String::new(),
			Some(May::Under(institution)) => {
				format!("; the account may ask, under institution {}", institution.0)
			}
			Some(May::Refused(denial)) => format!("; the account may not: {}", denied(denial)),
		};
		format!("{:<4}  {state} ({}){reader}", verdict.purpose, verdict.because)
	});
	lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_name_who_decided_when_several_have_spoken() {
		let directive = |permitted: Option<Purpose>, refused: Option<Purpose>| Directive {
			permitted: permitted.into_iter().collect(),
			refused: refused.into_iter().collect(),
			ethics_approval: false,
		};
		let told = |said: &ConsentRecord, purpose| because(said.verdict(purpose).1);
		let purpose = Purpose::DiseaseResearch;
		let mut said = ConsentRecord::default();
		assert!(told(&said, purpose).contains("defaults"));
		// General research includes research on a disease.
		said.for_all = Some(directive(Some(Purpose::GeneralResearch), None));
		assert!(told(&said, purpose).contains("for all studies"));
		let on_paper = directive(None, Some(Purpose::HealthResearch));
		said.on_paper = Some(PaperConsent { directive: on_paper, document: Hash::zero() });
		assert!(told(&said, purpose).contains("stricter"));
		assert!(told(&said, Purpose::AncestryResearch).contains("for all studies"));
		said.on_paper = None;
		said.by_account = Some(directive(Some(purpose), None));
		assert!(told(&said, purpose).contains("for this study"));
		assert!(told(&said, Purpose::ClinicalCare).contains("defaults"));
	}
}
