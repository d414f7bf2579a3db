// SPDX-License-Identifier: Apache-2.0

//! What the command says when it cannot.

use contour_gateway::{
	chain::{ChainError, signer::SignerError},
	deidentify::DeidentifyError,
	dicom::SurveyError,
	leasing::{LeasingError, PolicyError},
	phantom::PhantomError,
	seal::{
		envelope::EnvelopeError, keyfile::KeyFileError, keys::NoRandomness, shares::ShareError,
	},
	store::StoreError,
	study::StudyError,
};
use contour_primitives::StudyId;
use std::path::PathBuf;

/// Why the command did not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
	#[error(transparent)]
	Chain(#[from] ChainError),
	#[error(transparent)]
	Survey(#[from] SurveyError),
	#[error(transparent)]
	Leasing(#[from] LeasingError),
	#[error(transparent)]
	Policy(#[from] PolicyError),
	#[error(transparent)]
	Phantom(#[from] PhantomError),
	#[error(transparent)]
	KeyFile(#[from] KeyFileError),
	#[error(transparent)]
	Envelope(#[from] EnvelopeError),
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
	#[error(transparent)]
	Store(#[from] StoreError),
	#[error(transparent)]
	Study(#[from] StudyError),
	#[error("threads cannot be made: {0}")]
	Runtime(std::io::Error),
	#[error(
		"which key? name your key file with --key FILE or CONTOUR_KEY; `contour keys generate` makes one"
	)]
	NoKey,
	#[error("where are sealed objects? say it with --store URL or CONTOUR_STORE")]
	NoStore,
	#[error("{} cannot be read: {source}; it should have the secret in its first line", .path.display())]
	PassphraseFile { path: PathBuf, source: std::io::Error },
	#[error(
		"there is no terminal to ask for a secret: name a file with --passphrase-file, or with the \
		 option that `--help` names for it"
	)]
	NoTerminal,
	#[error("the two passphrases differ; try again")]
	PassphrasesDiffer,
	#[error("the key file has no account; make one with `contour keys generate`")]
	NoAccount,
	#[error(transparent)]
	Signer(#[from] SignerError),
	#[error(
		"the key file has no root secret, so it can keep no studies; a custodian's has one: \
		 `contour keys generate --custodian`"
	)]
	NoRoot,
	#[error("no study in {} can be registered; {skipped} files are no images of a study", .folder.display())]
	NothingToRegister { folder: PathBuf, skipped: usize },
	#[error(
		"{count} files have problems, so nothing was registered; look at them, or leave them out \
		 with --keep-going:\n{list}"
	)]
	BadFiles { count: usize, list: String },
	#[error("you have no lease on this study; ask for one with `contour access request {0}`")]
	NoLease(String),
	#[error("the custodian has not answered your request yet")]
	NotGranted,
	#[error(
		"your lease has ended ({cause}); this attempt was written to the study's history. Ask for a \
		 new one with `contour access request`"
	)]
	LeaseEnded { cause: String },
	#[error("the custodian has given no key for this lease yet")]
	NoWrappedKey,
	#[error(
		"study {0} is registered already, with other contents; look at it with `contour study show`"
	)]
	OtherContents(StudyIdText),
	#[error("{}: {source}; check the path and its permissions", .path.display())]
	File { path: PathBuf, source: std::io::Error },
	#[error("there is no institution {0}; `contour institution list` shows them")]
	NoInstitution(u32),
	#[error("this key's account administers no institution; use the administrator's key file")]
	NotAdministrator,
	#[error(
		"this key's account is not on the council; its members are the administrators of the active \
		 institutions (`contour institution list`)"
	)]
	NotOnCouncil,
	#[error("no motion {0} waits for votes; `contour council list` shows those that do")]
	NoMotion(String),
	#[error(
		"your vote on this motion is that already; `contour council list` shows who is missing"
	)]
	VotedSo,
	#[error("the same is proposed already; `contour council list` shows it, vote on it")]
	ProposedAlready,
	#[error("somebody else proposed something at the same moment; nothing was done, try again")]
	ProposedMeanwhile,
	#[error(
		"the motion is not decided, votes missing: {missing}. It can be closed when they are there, or \
		 in about {left}"
	)]
	Undecided { missing: u32, left: humantime::FormattedDuration },
	#[error(
		"motion {0} admits an institution, too, and waits; vote on it and close it first, so that the \
		 fees go to the right number"
	)]
	AdmissionWaits(u32),
	#[error(
		"to withdraw a study ends all its sharing and cannot be undone; say --yes if that is meant"
	)]
	WithdrawUnsaid,
	#[error(transparent)]
	Share(#[from] ShareError),
	#[error("{} has no share in it; name files that `contour keys split` wrote", .0.display())]
	NoShare(PathBuf),
	#[error("{} exists; name a folder that does not, so that no shares are mixed", .0.display())]
	SharesExist(PathBuf),
	#[error("this is no secret key: words (BIP 39), or a URI like 0x…//path; check it for typos")]
	NotASecret,
	#[error(transparent)]
	Deidentify(#[from] DeidentifyError),
	#[error(
		"{count} files of studies cannot be copied for research, so nothing was registered; leave them \
		 out with --keep-going:\n{list}"
	)]
	NotCopied { count: usize, list: String },
}

/// A study's identifier, as people write it.
#[derive(Debug)]
pub(crate) struct StudyIdText(pub(crate) StudyId);

impl std::fmt::Display for StudyIdText {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "{:?}", self.0.0)
	}
}
