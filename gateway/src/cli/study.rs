// SPDX-License-Identifier: Apache-2.0

//! `contour study …`

use super::{
	error::{CliError, StudyIdText},
	history,
	lists::{self, Whose},
	output::{Output, follow},
	session::{Session, threads},
	signing::wait_for,
	words::Document,
};
use contour_chain::PaperConsent;
use contour_dicom::Folder;
use contour_gateway::{
	fetching::Wanted,
	registration::{Durable, Filing, Registration, look},
	research::{Copies, Pair},
};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Purpose, Purposes, StudyId, audit::Subject, imaging::Directive,
};
use contour_seal::keys::RootSecret;
use contour_store::{ObjectName, Store};
use contour_study::{Packed, Plan, Work};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Seal the DICOM studies in a folder, store them and register them on the chain
	Register {
		/// The folder.
		dir: PathBuf,

		/// Number of your institution.
		#[arg(long, value_name = "NUMBER")]
		institution: u32,

		/// Account of the patient. Without it, consent is given on paper.
		#[arg(long, value_name = "ACCOUNT")]
		patient: Option<AccountId>,

		/// Purposes permitted on paper: care, gru, hmb, ds, poa (GA4GH DUO), separated by commas.
		/// They are recorded in the same transaction.
		#[arg(long, value_delimiter = ',', value_name = "PURPOSES", requires = "document")]
		consent: Vec<Purpose>,

		/// The paper document, or its hash.
		#[arg(long, value_name = "FILE|HASH", requires = "consent")]
		document: Option<Document>,

		/// Also register a de-identified copy of each study (DICOM PS3.15 annex E).
		#[arg(long)]
		deidentify: bool,

		/// Where to write the list of what was removed from the copies; it contains no values.
		#[arg(long, value_name = "FILE", requires = "deidentify")]
		report: Option<PathBuf>,

		/// Leave out files with problems.
		#[arg(long)]
		keep_going: bool,

		/// Only show what would be registered.
		#[arg(long)]
		dry_run: bool,
	},

	/// List studies
	List(Whose),

	/// End all sharing of a study for good, as its patient or its custodian
	Withdraw {
		/// The study.
		study: Hash,

		/// Confirm the withdrawal.
		#[arg(long)]
		yes: bool,
	},

	/// Offer a study to another institution, as its custodian
	Offer {
		/// The study.
		study: Hash,

		/// Number of the institution. Without it, the offer is withdrawn.
		institution: Option<u32>,
	},

	/// Take over a study that is offered to your institution, as its custodian
	Accept {
		/// The study.
		study: Hash,

		/// Where you keep the study, in your own words, without anything that identifies a patient.
		/// It is for people: no program reads it.
		#[arg(long)]
		locator: String,
	},

	/// Show what the chain knows about a study
	Show {
		/// The study.
		study: Hash,
	},

	/// Write a study's original files to a folder, with a lease or as its custodian
	Fetch {
		/// The study.
		study: Hash,

		/// A folder that does not exist.
		#[arg(long, value_name = "DIR")]
		out: PathBuf,
	},

	/// Show what happened to a study, newest first
	History {
		/// The study.
		study: Hash,
	},

	/// Check that the node has every entry of a study's history, unchanged
	Verify {
		/// The study.
		study: Hash,
	},
}

/// What was registered, or would be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
	registered: Vec<Packed>,
	/// Those that were on the chain already.
	already: Vec<StudyId>,
	/// What would be registered.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	planned: Vec<Plan>,
	/// Which studies are the research copies of which others.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	research: Vec<Pair>,
	/// Files that were copied for research.
	#[serde(skip_serializing_if = "Option::is_none")]
	copied: Option<usize>,
	/// Files of studies that were not, and why.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	not_copied: Vec<String>,
	dry_run: bool,
	found: Folder,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Register {
			dir,
			institution,
			patient,
			consent,
			document,
			deidentify,
			report,
			keep_going,
			dry_run,
		} => {
			let consent = match document {
				Some(document) => {
					let directive = Directive {
						permitted: consent.into_iter().collect(),
						refused: Purposes::empty(),
						ethics_approval: false,
					};
					Some(PaperConsent { directive, document: document.hash()? })
				}
				None => None,
			};
			let custodian = InstitutionId(institution);
			let registering = Registering {
				dir,
				filing: Filing { custodian, patient, consent },
				deidentify,
				report,
				keep_going,
				dry_run,
			};
			registering.run(session, output).await
		}
		Command::List(whose) => lists::list(whose, session, output).await,
		Command::Withdraw { study, yes } => {
			lists::withdraw(StudyId(study), yes, session, output).await
		}
		Command::Offer { study, institution } => {
			lists::offer(StudyId(study), institution, session, output).await
		}
		Command::Accept { study, locator } => {
			lists::accept(StudyId(study), &locator, session, output).await
		}
		Command::Show { study } => {
			let record = session.at().await?.registered(StudyId(study)).await?;
			output.show(&record, || {
				format!(
					"Custodian:  {}\nModality:   {}\nFiles:      {}\nSealed:     {} bytes\nManifest:   {}\n\
					 Commitment: {:?}",
					record.custodian.0,
					record.modality,
					record.instances,
					record.bytes,
					ObjectName::from(record.manifest.0),
					record.commitment,
				)
			});
			Ok(())
		}
		Command::Fetch { study, out } => fetch(StudyId(study), &out, session, output).await,
		Command::History { study } => {
			history::show(Subject::Study(StudyId(study)), session, output).await
		}
		Command::Verify { study } => {
			history::verify(Subject::Study(StudyId(study)), session, output).await
		}
	}
}

struct Registering {
	dir: PathBuf,
	filing: Filing,
	deidentify: bool,
	report: Option<PathBuf>,
	keep_going: bool,
	dry_run: bool,
}

impl Registering {
	async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		let root = identity.root()?;
		let bar = output.bar("Looking");
		let found = look(&self.dir, self.keep_going, &follow(&bar));
		bar.finish_and_clear();
		let found = found?;
		let copies = self.copies(&found, root, output)?;
		let chain = session.chain().await?;
		let dir = &self.dir;
		let registration =
			Registration::plan(dir, &found, copies, root, &chain.at().await?).await?;
		let copies = registration.copies();
		let mut result = Registered {
			registered: Vec::new(),
			already: registration.already().to_vec(),
			planned: registration.planned().to_vec(),
			research: registration.research().to_vec(),
			copied: copies.map(|it| it.report().copied()),
			not_copied: copies.map(|it| it.refused().to_vec()).unwrap_or_default(),
			dry_run: self.dry_run,
			found,
		};
		if !self.dry_run && !result.planned.is_empty() {
			result.planned.clear();
			let durable = seal(&registration, root, &session.store().await?, output)?;
			let registered = durable.register(&chain, &identity.signer, &self.filing);
			wait_for(registered, session, output).await?;
			result.registered = durable.studies().to_vec();
		}
		output.show(&result, || result.to_string());
		Ok(())
	}

	fn copies(
		&self,
		found: &Folder,
		root: &RootSecret,
		output: &Output,
	) -> Result<Option<Copies>, CliError> {
		if !self.deidentify {
			return Ok(None);
		}
		let bar = output.bar("Copying");
		let copies = Copies::make(&self.dir, found, root, self.keep_going, &follow(&bar));
		bar.finish_and_clear();
		let copies = copies?;
		if let Some(path) = &self.report {
			let report = serde_json::to_string_pretty(copies.report());
			let report = report.expect("its maps have texts as keys");
			std::fs::write(path, report)
				.map_err(|source| CliError::File { path: path.clone(), source })?;
		}
		Ok(Some(copies))
	}
}

fn seal(
	registration: &Registration,
	root: &RootSecret,
	store: &Store,
	output: &Output,
) -> Result<Durable, CliError> {
	let bar = output.bar("Sealing");
	let runtime = Handle::current();
	let durable = tokio::task::block_in_place(|| {
		let work = Work { runtime: &runtime, threads: threads(), progress: &follow(&bar) };
		registration.seal(root, store, work)
	})?;
	bar.finish_and_clear();
	Ok(durable)
}

impl std::fmt::Display for Registered {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		for plan in &self.planned {
			let (files, bytes) = (plan.files, plan.bytes);
			writeln!(
				f,
				"would register {}  {files} files, {bytes} bytes",
				StudyIdText(plan.study)
			)?;
		}
		for packed in &self.registered {
			let (files, bytes) = (packed.instances, packed.bytes);
			writeln!(
				f,
				"registered {}  {files} files, {bytes} bytes sealed",
				StudyIdText(packed.study)
			)?;
		}
		for Pair { original, copy } in &self.research {
			let (copy, original) = (StudyIdText(*copy), StudyIdText(*original));
			writeln!(f, "{copy} is the research copy of {original}")?;
		}
		if let Some(copied) = self.copied {
			writeln!(
				f,
				"{copied} files were copied for research; their pixels were not changed: look at \
				 them"
			)?;
		}
		for refused in &self.not_copied {
			writeln!(f, "not copied {refused}")?;
		}
		for study in &self.already {
			writeln!(f, "already registered {}", StudyIdText(*study))?;
		}
		for problem in &self.found.problems {
			writeln!(f, "left out {}: {}", problem.path.display(), problem.trouble)?;
		}
		if !self.found.skipped.is_empty() {
			writeln!(f, "{} files are not images of a study:", self.found.skipped.len())?;
			for skipped in &self.found.skipped {
				writeln!(f, "  {} ({})", skipped.path.display(), skipped.reason)?;
			}
		}
		Ok(())
	}
}

async fn fetch(
	study: StudyId,
	out: &Path,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let wanted = Wanted::find(&chain.at().await?, study, &identity.account()).await?;
	let originals = match identity.file.root().filter(|_| wanted.lease().is_none()) {
		Some(root) => wanted.by_custody(root, session.store().await?).await?,
		None => {
			let opened = wanted.by_lease(&chain, &identity.signer, &identity.file);
			wait_for(opened, session, output).await?
		}
	};

	let bar = output.bar("Opening");
	let runtime = Handle::current();
	tokio::task::block_in_place(|| {
		let work = Work { runtime: &runtime, threads: threads(), progress: &follow(&bar) };
		originals.write(out, work)
	})?;
	bar.finish_and_clear();

	let (files, bytes) = (originals.files(), originals.bytes());
	let result = json!({ "study": study, "folder": out, "files": files, "bytes": bytes });
	output.show(&result, || {
		format!("Written to {}: {files} files, {bytes} bytes, as registered.", out.display())
	});
	Ok(())
}
