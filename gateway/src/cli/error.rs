// SPDX-License-Identifier: Apache-2.0

//! What the command shows when it cannot do its work.

use contour_annotation::{AnnotationError, pictures::PictureError};
use contour_chain::{ChainError, NotARuntime};
use contour_gateway::{
	council::CouncilError,
	fetching::FetchingError,
	images::ImagesError,
	leasing::{LeasingError, PolicyError},
	opening::OpeningError,
	panel::PanelError,
	reading::ReadingError,
	recipients::RecipientsError,
	registration::RegistrationError,
	research::ResearchError,
	results::ResultsError,
	validated::ValidatedError,
};
use contour_phantom::PhantomError;
use contour_primitives::StudyId;
use contour_seal::{
	keyfile::KeyFileError, keys::NoRandomness, shares::ShareError, signer::SignerError,
};
use contour_segmentation::{nifti::NiftiError, seg::SegError};
use contour_store::StoreError;
use std::path::PathBuf;

/// Why the command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
	#[error(transparent)]
	Chain(#[from] ChainError),
	#[error(transparent)]
	Leasing(#[from] LeasingError),
	#[error(transparent)]
	Policy(#[from] PolicyError),
	#[error(transparent)]
	Phantom(#[from] PhantomError),
	#[error(transparent)]
	KeyFile(#[from] KeyFileError),
	#[error(transparent)]
	NoRandomness(#[from] NoRandomness),
	#[error(transparent)]
	Store(#[from] StoreError),
	#[error("cannot start the async runtime: {0}")]
	Runtime(std::io::Error),
	#[error(
		"no key file given: pass --key FILE or set CONTOUR_KEY; `contour keys generate` makes one"
	)]
	NoKey,
	#[error("CONTOUR_ON_BEHALF_OF is {0:?}, which is not an address of an account")]
	NoPrincipal(String),
	#[error("no store given: pass --store URL or set CONTOUR_STORE")]
	NoStore,
	#[error("cannot read {}: {source}; its first line should be the secret", .path.display())]
	PassphraseFile { path: PathBuf, source: std::io::Error },
	#[error(
		"there is no terminal to ask for a secret: pass a file with --passphrase-file, or with the \
		 option that `--help` shows for this secret"
	)]
	NoTerminal,
	#[error("the two passphrases differ; try again")]
	PassphrasesDiffer,
	#[error("the key file has no account; make one with `contour keys generate`")]
	NoAccount,
	#[error(transparent)]
	Signer(#[from] SignerError),
	#[error(
		"the key file has no root secret, so it cannot keep studies: make a custodian's key file \
		 with `contour keys generate --custodian`"
	)]
	NoRoot,
	#[error(transparent)]
	Fetching(#[from] FetchingError),
	#[error("{}: {source}; check the path and its permissions", .path.display())]
	File { path: PathBuf, source: std::io::Error },
	#[error("there is no institution {0}; `contour institution list` shows them")]
	NoInstitution(u32),
	#[error(
		"institution {0} runs no validator; its administrator can name one with `contour \
		 institution designate-validator`"
	)]
	NoValidator(u32),
	#[error(
		"this key's account is not the validator of an institution: use the key file of the \
		 account that `contour institution show` names, or ask the administrator to name this one \
		 with `contour institution designate-validator`"
	)]
	NotValidator,
	#[error(
		"the node at {0} was not started with --validator, so it would make no blocks with the \
		 keys: pass the URL of the validator's node with --url"
	)]
	NotAValidatorNode(String),
	#[error(
		"the node at {0} is catching up: try again when `contour_status` shows that `majorSyncing` \
		 is false"
	)]
	CatchingUp(String),
	#[error("{}: {reason}", .path.display())]
	NotARuntime { path: PathBuf, reason: NotARuntime },
	#[error("this key's account administers no institution: use the administrator's key file")]
	NotAdministrator,
	#[error(transparent)]
	Council(#[from] CouncilError),
	#[error("withdrawing a study ends all sharing and cannot be undone; pass --yes to confirm")]
	WithdrawUnsaid,
	#[error(transparent)]
	Share(#[from] ShareError),
	#[error("{} contains no share: pass files that `contour keys split` wrote", .0.display())]
	NoShare(PathBuf),
	#[error(
		"{} exists: pass a folder that does not exist, so that no shares are mixed",
		.0.display()
	)]
	SharesExist(PathBuf),
	#[error(
		"this is not a secret key: give words (BIP 39), or a URI like 0x…//path, and check for \
		 typos"
	)]
	NotASecret,
	#[error(transparent)]
	Registration(#[from] RegistrationError),
	#[error(transparent)]
	Research(#[from] ResearchError),
	#[error(transparent)]
	Images(#[from] ImagesError),
	#[error("{} is not empty: pass a folder that is empty or does not exist", .0.display())]
	NotEmpty(PathBuf),
	#[error(transparent)]
	Annotation(#[from] AnnotationError),
	#[error(transparent)]
	Reading(#[from] ReadingError),
	#[error(transparent)]
	Picture(#[from] PictureError),
	#[error(transparent)]
	Seg(#[from] SegError),
	#[error(transparent)]
	Nifti(#[from] NiftiError),
	#[error(transparent)]
	Recipients(#[from] RecipientsError),
	#[error(transparent)]
	Opening(#[from] OpeningError),
	#[error(transparent)]
	Panel(#[from] PanelError),
	#[error(transparent)]
	Validated(#[from] ValidatedError),
	#[error(transparent)]
	Results(#[from] ResultsError),
	#[error(
		"{} is not a rewards policy: {reason}; `contour rewards policy --toml` writes one",
		.path.display()
	)]
	RewardsPolicy { path: PathBuf, reason: String },
	#[error("cannot write the policy as TOML: {0}")]
	PolicyWritten(toml::ser::Error),
	#[error(
		"the history is incomplete: entry {number} of {count} {fault} on the node at {url}, and nothing \
		 leads to the entries before it; {advice}"
	)]
	IncompleteHistory {
		number: u32,
		count: u32,
		fault: &'static str,
		url: String,
		advice: &'static str,
	},
	/// It stands in the JSON of the result already.
	#[error("{0}")]
	Shown(Box<CliError>),
}

/// A study's identifier, as people write it.
#[derive(Debug)]
pub(crate) struct StudyIdText(pub(crate) StudyId);

impl std::fmt::Display for StudyIdText {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "{:?}", self.0.0)
	}
}
