// SPDX-License-Identifier: Apache-2.0

//! `contour access …`

use super::{
	emergency,
	error::{CliError, StudyIdText},
	output::Output,
	session::{Session, threads},
	study::study_on,
	words::{Document, millis, now, purpose},
};
use contour_gateway::{
	chain::{LeaseRecord, LeaseStatus},
	seal::{
		envelope::{LeaseInfo, wrap},
		keys::RootSecret,
	},
	store::{ObjectName, Store},
	study::{Manifest, Work, copy_for_lease, merkle::sha256},
};
use contour_primitives::{AccountId, Hash, InstitutionId, Moment, Purpose, StudyId};
use serde::Serialize;
use serde_json::json;
use std::time::Duration;
use tokio::runtime::Handle;

/// Longest locator on the chain, in bytes.
const MAX_LOCATOR: usize = 128;

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

		/// For how long; as long as was asked for, otherwise.
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

	/// End a lease before its time, as the custodian or the patient
	Revoke {
		/// The study.
		study: Hash,
		/// Whose lease.
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

		/// Emergency accesses that nobody has reviewed, of all institutions.
		#[arg(long, conflicts_with_all = ["study", "institution"])]
		emergencies: bool,
	},

	/// Open access for a short time at once, as a clinician in an emergency; it is reviewed
	Emergency {
		/// The study.
		study: Hash,

		/// File with your reasons, whose hash is recorded; or the hash.
		#[arg(long, value_name = "FILE|HASH")]
		reason: Document,
	},

	/// Review an emergency access, as the custodian
	Review {
		/// The study.
		study: Hash,

		/// Who opened it.
		clinician: AccountId,

		/// It was justified.
		#[arg(long, required_unless_present = "unjustified")]
		justified: bool,

		/// It was not: the access ends.
		#[arg(long, conflicts_with = "justified")]
		unjustified: bool,
	},

	/// Give your lease back, or take your request away
	End {
		/// The study.
		study: Hash,
	},

	/// Report to the council that somebody misused a study, as the custodian
	Report {
		/// The study.
		study: Hash,

		/// Who misused it.
		grantee: AccountId,

		/// File with the reasons, whose hash is recorded; or the hash.
		#[arg(long, value_name = "FILE|HASH")]
		reason: Document,
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
			let granting = Granting { study: StudyId(study), grantee, duration, share };
			granting.run(session, output).await
		}
		Command::Decline { study, grantee } => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			chain.decline_access(&identity.signer, StudyId(study), &grantee).await?;
			output.show(&json!({ "study": study, "grantee": grantee }), || "Declined.".into());
			Ok(())
		}
		Command::Revoke { study, grantee } => {
			let identity = session.identity()?;
			let chain = session.chain().await?;
			chain.revoke_access(&identity.signer, StudyId(study), &grantee).await?;
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

struct Granting {
	study: StudyId,
	grantee: AccountId,
	duration: Option<Duration>,
	share: Option<String>,
}

impl Granting {
	async fn run(self, session: &Session, output: &Output) -> Result<(), CliError> {
		let identity = session.identity()?;
		let root = identity.root()?;
		let chain = session.chain().await?;
		let record = study_on(&chain, self.study).await?;
		let (since, asked) = match chain.lease(self.study, &self.grantee).await? {
			Some(LeaseRecord { status: LeaseStatus::Requested { since, duration }, .. }) => {
				(since, duration)
			}
			_ => return Err(CliError::NotRequested(self.grantee.to_string())),
		};
		let (suite, key) = chain
			.encryption_key(&self.grantee)
			.await?
			.ok_or_else(|| CliError::NoEncryptionKey(self.grantee.to_string()))?;

		let place = place(self.study, &self.grantee, since);
		let base = session.store_url()?;
		let shared = below(self.share.as_deref().unwrap_or(&base), &place);
		// Before the work: the name of the manifest has the same length, whatever it is.
		locator(&shared, &ObjectName::of(&[]))?;
		let store = session.store().await?;
		let copies = Store::open(&below(&base, &place)).await?;
		let manifest = self.copy(&store, &copies, record.manifest, root, since, output).await?;

		let duration = self.duration.map_or(asked, millis);
		let expires = now().checked_add(duration).ok_or(CliError::Expiry)?;
		let info = LeaseInfo {
			genesis: chain.genesis(),
			study: self.study.0.0,
			grantee: *self.grantee.as_ref(),
			expires,
		};
		let secret = root.lease_secret(&self.study.0.0, self.grantee.as_ref(), since);
		let wrapped = wrap(suite, &key, &info.to_bytes(), secret.expose())?;
		let wait = output.spinner("Waiting for finality");
		let locator = locator(&shared, &manifest)?;
		chain
			.grant_access(&identity.signer, self.study, &self.grantee, wrapped, expires, &locator)
			.await?;
		wait.finish_and_clear();
		let result = json!({
			"study": self.study,
			"grantee": self.grantee,
			"expires": expires,
			"locator": locator,
		});
		output.show(&result, || format!("Granted until {expires} (Unix time in milliseconds)."));
		Ok(())
	}

	async fn copy(
		&self,
		store: &Store,
		copies: &Store,
		name: ObjectName,
		root: &RootSecret,
		since: Moment,
		output: &Output,
	) -> Result<ObjectName, CliError> {
		let secret = root.study_secret(&self.study.0.0);
		let lease = root.lease_secret(&self.study.0.0, self.grantee.as_ref(), since);
		let manifest = Manifest::fetch(store, &name, self.study, &secret).await?;
		copies.ensure_space(manifest.log.length()).await?;
		let bar = output.bar("Copying");
		let runtime = Handle::current();
		let copy = tokio::task::block_in_place(|| {
			let work = Work {
				runtime: &runtime,
				threads: threads(),
				progress: &|progress| {
					bar.set_length(progress.total as u64);
					bar.set_position(progress.done as u64);
				},
			};
			copy_for_lease((store, &manifest, &secret), (copies, &lease), self.study, work)
		})?;
		bar.finish_and_clear();
		Ok(copy)
	}
}

/// Where in the store a lease's copy is: a name that tells nobody whose it is.
fn place(study: StudyId, grantee: &AccountId, since: Moment) -> String {
	let named = [study.0.as_bytes(), grantee.as_ref(), &since.to_le_bytes()].concat();
	format!("leases/{}", hex::encode(&sha256(&named)[..8]))
}

fn below(url: &str, place: &str) -> String {
	format!("{}/{place}", url.trim_end_matches('/'))
}

/// Where a leased copy is, for the chain: the URL of its store, `#`, and its manifest.
fn locator(store: &str, manifest: &ObjectName) -> Result<String, CliError> {
	let locator = format!("{store}#{manifest}");
	match locator.len().checked_sub(MAX_LOCATOR) {
		Some(excess) if excess > 0 => Err(CliError::LongLocator(excess)),
		_ => Ok(locator),
	}
}

/// The store and the manifest of a leased copy.
pub(crate) fn parse_locator(locator: &str) -> Result<(String, ObjectName), CliError> {
	let invalid = || CliError::Locator(locator.into());
	let (url, manifest) = locator.rsplit_once('#').ok_or_else(invalid)?;
	Ok((url.into(), manifest.parse().map_err(|_| invalid())?))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_find_the_manifest_again_when_the_locator_is_read() {
		let name = ObjectName::of(b"hello");
		let written = locator("s3://north/leases/0011", &name).expect("it is short");
		let (url, found) = parse_locator(&written).expect("it is a locator");
		assert_eq!((url.as_str(), found), ("s3://north/leases/0011", name));
		assert!(parse_locator("s3://north").is_err());
		assert!(matches!(locator(&"x".repeat(70), &name), Err(CliError::LongLocator(7))));
	}

	#[test]
	fn should_be_another_place_when_anything_differs() {
		let account = |byte| AccountId::new([byte; 32]);
		let study = |byte| StudyId(Hash::repeat_byte(byte));
		let one = place(study(1), &account(1), 1);
		assert_ne!(one, place(study(2), &account(1), 1));
		assert_ne!(one, place(study(1), &account(2), 1));
		assert_ne!(one, place(study(1), &account(1), 2));
	}
}
