// SPDX-License-Identifier: Apache-2.0

//! `contour result …`

use super::{
	error::{CliError, StudyIdText},
	output::Output,
	session::Session,
	signing::wait_for,
	words::{Document, read, when},
};
use contour_chain::ResultRecord;
use contour_gateway::{
	recipients,
	results::{self, Fetched},
};
use contour_primitives::{Hash, StudyId, annotation::ResultKind};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Record the result of an analysis of a study with a consensus, on which you have a lease for
	/// research
	Submit {
		/// The study.
		study: Hash,

		/// Kind of result: segmentation, progression, treatment-response or recurrence.
		#[arg(long)]
		kind: ResultKind,

		/// File with the result. It is stored sealed to your own key, unless you pass --plain.
		#[arg(long)]
		file: PathBuf,

		/// File with the model that made it, whose hash is recorded, or the hash.
		#[arg(long, value_name = "FILE|HASH")]
		model: Document,

		/// Other studies that were used, on which you have leases for research.
		#[arg(long, value_name = "STUDY")]
		lease: Vec<Hash>,

		/// Store the file as it is, for everybody who can read the store.
		#[arg(long)]
		plain: bool,

		/// URL under which others reach the store, if it is a different one.
		#[arg(long, value_name = "URL")]
		share: Option<String>,
	},

	/// List the results recorded for a study
	List {
		/// The study.
		study: Hash,
	},

	/// Write the file of a result, after checking it against the chain
	Fetch {
		/// The study.
		study: Hash,

		/// Number of the result.
		index: u32,

		/// A file that does not exist.
		#[arg(long, value_name = "FILE")]
		out: PathBuf,
	},
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Submit { study, kind, file, model, lease, plain, share } => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			let study = StudyId(study);
			let model = model.hash()?;
			let content = read(&file)?;
			let object = if plain {
				content
			} else {
				let (at, genesis) = (chain.at().await?, chain.genesis());
				results::seal(&at, genesis, study, identity.account(), &content).await?
			};
			let sealed = recipients::keep(&session.store().await?, share, object).await?;
			let leases: Vec<_> = lease.into_iter().map(StudyId).collect();
			let root = sealed.root;
			let (signer, object) = (&identity.signer, sealed.clone());
			let recorded = chain.submit_result(signer, study, kind, object, model, &leases);
			wait_for(recorded, session, output).await?;
			let account = identity.account();
			let mut results = chain.at().await?.results(study).await?.into_iter().rev();
			let index = results.find(|it| it.author == account && it.object.root == root);
			let index = index.map(|it| it.index);
			let result = json!({
				"study": study,
				"index": index,
				"kind": kind,
				"root": root,
				"locator": String::from_utf8_lossy(&sealed.locator),
				"model": model,
				"leases": leases,
				"plain": plain,
			});
			output.show(&result, || {
				format!(
					"Recorded as result {} of study {}.",
					index.map_or_else(|| "?".into(), |it| it.to_string()),
					StudyIdText(study),
				)
			});
		}
		Command::List { study } => {
			let results = session.at().await?.results(StudyId(study)).await?;
			output.show(&results, || {
				if results.is_empty() {
					return "No results are recorded.".into();
				}
				results.iter().map(line).collect::<Vec<_>>().join("\n")
			});
		}
		Command::Fetch { study, index, out } => {
			let study = StudyId(study);
			let chain = session.chain().await?;
			let result = results::find(&chain.at().await?, study, index).await?;
			let content = match results::fetch(chain.genesis(), study, &result).await? {
				Fetched::Plain(content) => content,
				Fetched::Sealed(sealed) => {
					let identity = session.identity()?;
					sealed.open(&identity.account(), &identity.file)?
				}
			};
			let failed = |source| CliError::File { path: out.clone(), source };
			let mut file = std::fs::File::create_new(&out).map_err(failed)?;
			std::io::Write::write_all(&mut file, &content).map_err(failed)?;
			let shown =
				json!({ "study": study, "index": index, "file": out, "bytes": content.len() });
			output.show(&shown, || format!("Written to {}, as recorded.", out.display()));
		}
	}
	Ok(())
}

fn line(result: &ResultRecord) -> String {
	format!(
		"{:>3}  {:<18}  {}  {} of institution {}  model {:?}  {} other studies",
		result.index,
		result.kind,
		when(result.at),
		result.author,
		result.institution.0,
		result.model,
		result.leases.len(),
	)
}
