// SPDX-License-Identifier: Apache-2.0

//! `contour study …`

use super::{
	error::{CliError, StudyIdText},
	history,
	lists::{self, Whose},
	output::Output,
	research::{Copies, Pair},
	session::{Identity, Session, threads},
	words::Document,
};
use contour_chain::{At, Chain, NewStudy, PaperConsent};
use contour_dicom::{Folder, survey};
use contour_primitives::{
	AccountId, Hash, InstitutionId, KeySuite, MAX_BATCH, Modality, Purpose, Purposes, StudyId,
	audit::{AccessKind, Subject},
	imaging::{Directive, EndCause, LeaseState},
	locator_text,
};
use contour_seal::{envelope, envelope::LeaseInfo, keys::StudySecret};
use contour_store::{ObjectName, Store};
use contour_study::{Expected, Manifest, Packed, Plan, Work, pack, plan, unpack};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;

/// Maximum number of studies in one registration if consent is recorded with each; a block has room
/// for fewer of them.
const CONSENTED_BATCH: usize = 8;

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
			let registering = Registering {
				dir,
				institution: InstitutionId(institution),
				patient,
				consent,
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
	institution: InstitutionId,
	patient: Option<AccountId>,
	consent: Option<PaperConsent>,
	deidentify: bool,
	report: Option<PathBuf>,
	keep_going: bool,
	dry_run: bool,
}

impl Registering {
	async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		identity.root()?;
		let found = self.survey(output)?;
		let mut plans = found
			.studies
			.iter()
			.map(|study| plan(&self.dir, study, identity.root()?).map_err(CliError::from))
			.collect::<Result<Vec<_>, _>>()?;
		// The folder with the copies lasts as long as this value.
		let copies = self.copies(&found, &identity, output)?;
		let mut research = Vec::new();
		if let Some(copies) = &copies {
			let planned = copies.plans(identity.root()?)?;
			research = copies.pairs(&plans, &planned);
			plans.extend(planned);
		}
		let chain = session.chain().await?;
		let ids: Vec<_> = plans.iter().map(|plan| plan.study).collect();
		let at = chain.at().await?;
		let already = at.taken(&ids).await?;
		let (there, planned): (Vec<_>, Vec<_>) =
			plans.into_iter().partition(|plan| already.contains(&plan.study));
		for plan in &there {
			self.ensure_same(&at, plan).await?;
		}
		let mut result = Registered {
			registered: Vec::new(),
			already,
			planned,
			research,
			copied: copies.as_ref().map(Copies::copied),
			not_copied: copies.as_ref().map(|it| it.refused().to_vec()).unwrap_or_default(),
			dry_run: self.dry_run,
			found,
		};
		if !self.dry_run && !result.planned.is_empty() {
			let planned = std::mem::take(&mut result.planned);
			let store = session.store().await?;
			let sealed = planned.iter().map(Plan::sealed_bytes);
			store.ensure_space(sealed.fold(0, u64::saturating_add)).await?;
			let store = (&store, &chain);
			result.registered = self.register(&planned, &identity, store, session, output).await?;
		}
		output.show(&result, || result.to_string());
		Ok(())
	}

	fn copies(
		&self,
		found: &Folder,
		identity: &Identity,
		output: &Output,
	) -> Result<Option<Copies>, CliError> {
		if !self.deidentify {
			return Ok(None);
		}
		let copies = Copies::make(&self.dir, found, identity.root()?, self.keep_going, output)?;
		if let Some(path) = &self.report {
			copies.write_report(path)?;
		}
		Ok(Some(copies))
	}

	fn survey(&self, output: &Output) -> Result<Folder, CliError> {
		let bar = output.bar("Looking");
		let found = survey(&self.dir, None, &|progress| {
			bar.set_length(progress.total as u64);
			bar.set_position(progress.done as u64);
		})?;
		bar.finish_and_clear();
		if !found.problems.is_empty() && !self.keep_going {
			let lines = found
				.problems
				.iter()
				.take(20)
				.map(|problem| format!("  {}: {}", problem.path.display(), problem.trouble));
			let list = lines.collect::<Vec<_>>().join("\n");
			return Err(CliError::BadFiles { count: found.problems.len(), list });
		}
		if found.studies.is_empty() {
			let skipped = found.skipped.len();
			return Err(CliError::NothingToRegister { folder: self.dir.clone(), skipped });
		}
		Ok(found)
	}

	/// Studies with the same identifier should have the same contents.
	async fn ensure_same(&self, at: &At, plan: &Plan) -> Result<(), CliError> {
		let same = at.study(plan.study).await?.is_none_or(|record| {
			usize::try_from(record.instances) == Ok(plan.files)
				&& record.bytes == plan.sealed_bytes()
		});
		if same { Ok(()) } else { Err(CliError::OtherContents(StudyIdText(plan.study))) }
	}

	/// Everything is durable before anything is registered.
	async fn register(
		&self,
		planned: &[Plan],
		identity: &Identity,
		(store, chain): (&Store, &Chain),
		session: &Session,
		output: &Output,
	) -> Result<Vec<Packed>, CliError> {
		let files: usize = planned.iter().map(|plan| plan.files).sum();
		let bar = output.bar("Sealing");
		bar.set_length(files as u64);
		let (mut registered, mut studies) = (Vec::new(), Vec::new());
		let mut before = 0;
		for plan in planned {
			let runtime = Handle::current();
			let packed = tokio::task::block_in_place(|| {
				let work = Work {
					runtime: &runtime,
					threads: threads(),
					progress: &|progress| bar.set_position((before + progress.done) as u64),
				};
				pack(plan, identity.root()?, store, work).map_err(CliError::from)
			})?;
			before += plan.files;
			studies.push(new_study(&packed, plan));
			registered.push(packed);
		}
		bar.finish_and_clear();

		let wait = output.spinner(session.waiting());
		let (signer, patient) = (&identity.signer, self.patient.as_ref());
		match self.consent {
			None => {
				for batch in studies.chunks(MAX_BATCH as usize) {
					chain.register(signer, self.institution, patient, batch).await?;
				}
			}
			Some(paper) => {
				for batch in studies.chunks(CONSENTED_BATCH) {
					chain
						.register_consented(signer, self.institution, patient, batch, paper)
						.await?;
				}
			}
		}
		wait.finish_and_clear();
		Ok(registered)
	}
}

/// What the chain is told of a sealed study.
fn new_study(packed: &Packed, plan: &Plan) -> NewStudy {
	NewStudy {
		study: packed.study,
		modality: Modality::from_dicom(plan.modality.as_deref()),
		content_root: packed.content_root,
		manifest: Hash::from(*packed.manifest.as_bytes()),
		commitment: packed.commitment,
		instances: packed.instances,
		bytes: packed.bytes,
	}
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
				writeln!(f, "  {} ({:?})", skipped.path.display(), skipped.reason)?;
			}
		}
		Ok(())
	}
}

/// What a fetch came from.
struct Source {
	store: Store,
	manifest: ObjectName,
	secret: StudySecret,
	content_root: Option<Hash>,
}

async fn fetch(
	study: StudyId,
	out: &Path,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let at = chain.at().await?;
	let record = at.registered(study).await?;
	let source = match at.lease(study, &identity.account()).await? {
		Some(lease) => leased(study, lease.status, &identity, (&chain, &at)).await?,
		None => {
			let root =
				identity.root().map_err(|_| CliError::NoLease(StudyIdText(study).to_string()))?;
			Source {
				store: session.store().await?,
				manifest: record.manifest.0.into(),
				secret: root.study_secret(&study.0.0),
				content_root: Some(record.content_root),
			}
		}
	};

	let manifest = Manifest::fetch(&source.store, &source.manifest, study, &source.secret).await?;
	let expected =
		Expected { study, commitment: record.commitment, content_root: source.content_root };
	let bar = output.bar("Opening");
	let runtime = Handle::current();
	tokio::task::block_in_place(|| {
		let work = Work {
			runtime: &runtime,
			threads: threads(),
			progress: &|progress| {
				bar.set_length(progress.total as u64);
				bar.set_position(progress.done as u64);
			},
		};
		unpack((&source.store, &manifest, &source.secret), &expected, out, work)
	})?;
	bar.finish_and_clear();

	let (files, bytes) = (manifest.instances.len(), manifest.bytes());
	let result = json!({ "study": study, "folder": out, "files": files, "bytes": bytes });
	output.show(&result, || {
		format!("Written to {}: {files} files, {bytes} bytes, as registered.", out.display())
	});
	Ok(())
}

/// Opens a lease. Its use is recorded before anything can be read.
async fn leased(
	study: StudyId,
	status: LeaseState,
	identity: &Identity,
	(chain, at): (&Chain, &At),
) -> Result<Source, CliError> {
	let (expires, locator) = match status {
		LeaseState::Requested { .. } => return Err(CliError::NotGranted),
		LeaseState::Live { expires, locator, .. } => {
			(expires, locator.ok_or(CliError::NoWrappedKey)?)
		}
		LeaseState::Ended { cause, .. } => {
			chain.record_access(&identity.signer, study, AccessKind::Download).await?;
			return Err(CliError::LeaseEnded { cause });
		}
	};
	let account = identity.account();
	let Some(wrapped) = at.wrapped_key(study, &account).await? else {
		// Its time is over, and nobody has attended to it yet.
		chain.record_access(&identity.signer, study, AccessKind::Download).await?;
		return Err(CliError::LeaseEnded { cause: EndCause::Expired });
	};
	let info = LeaseInfo {
		genesis: chain.genesis(),
		study: study.0.0,
		grantee: *account.as_ref(),
		expires,
	};
	let suite = match wrapped.len() {
		length if length == KeySuite::X25519.wrapped_key_bytes() as usize => KeySuite::X25519,
		_ => KeySuite::XWing,
	};
	let key = envelope::unwrap(identity.file.private_key(suite), &info.to_bytes(), &wrapped)?;
	chain.record_access(&identity.signer, study, AccessKind::Download).await?;

	let (url, manifest) = contour_gateway::leasing::parse_locator(&locator_text(&locator))?;
	Ok(Source {
		store: Store::open(&url).await?,
		manifest,
		secret: StudySecret::from_bytes(*key),
		content_root: None,
	})
}
