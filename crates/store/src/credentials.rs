// SPDX-License-Identifier: Apache-2.0

//! Credentials in a file, for deployments that pass secrets only as files.

use crate::{StoreError, location::Cloud};
use std::{env, fs::File, io::Read as _, path::PathBuf};
use zeroize::Zeroizing;

/// The variable that names the file.
const CREDENTIALS_FILE: &str = "CONTOUR_STORE_CREDENTIALS_FILE";

/// More than any file of credentials has.
const MAX_LEN: u64 = 1 << 16;

/// What a file says of one cloud: settings under the names of the environment's variables.
pub(crate) struct Credentials {
	path: PathBuf,
	text: Zeroizing<String>,
}

impl Credentials {
	/// Those of the file that the environment names, if it names one.
	pub(crate) fn from_env() -> Result<Option<Self>, StoreError> {
		env::var_os(CREDENTIALS_FILE).map(|path| Self::read(path.into())).transpose()
	}

	fn read(path: PathBuf) -> Result<Self, StoreError> {
		let mut text = Zeroizing::new(String::new());
		let read = File::open(&path)
			.and_then(|file| ensure_private(&file).map(|()| file))
			.and_then(|file| file.take(MAX_LEN).read_to_string(&mut text));
		match read {
			Ok(_) => Ok(Self { path, text }),
			Err(source) => Err(StoreError::Credentials { path, source }),
		}
	}

	/// Gives each of the cloud's settings to `set`, which says whether it knows the name.
	pub(crate) fn apply(
		&self,
		cloud: Cloud,
		mut set: impl FnMut(&str, &str) -> bool,
	) -> Result<(), StoreError> {
		let prefix = match cloud {
			Cloud::S3 => "AWS_",
			Cloud::Google => "GOOGLE_",
			Cloud::Azure => "AZURE_",
		};
		let path = &self.path;
		for (line, text) in (1..).zip(self.text.lines()) {
			let text = text.trim();
			if text.is_empty() || text.starts_with('#') {
				continue;
			}
			let wrong = || StoreError::CredentialsLine { path: path.clone(), line };
			let (name, value) = text.split_once('=').ok_or_else(wrong)?;
			let known = ["AWS_", "GOOGLE_", "AZURE_"].iter().any(|cloud| name.starts_with(cloud));
			if !known || (name.starts_with(prefix) && !set(&name.to_ascii_lowercase(), value)) {
				return Err(wrong());
			}
		}
		Ok(())
	}
}

/// Looks at the opened file, so that it cannot be exchanged between looking and reading.
#[cfg(unix)]
fn ensure_private(file: &File) -> std::io::Result<()> {
	use std::os::unix::fs::PermissionsExt as _;
	let mode = file.metadata()?.permissions().mode() & 0o777;
	if mode & 0o077 == 0 {
		return Ok(());
	}
	let why = format!("others can read it (mode {mode:03o}); run `chmod 600` on it");
	Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, why))
}

#[cfg(not(unix))]
fn ensure_private(_: &File) -> std::io::Result<()> {
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn credentials(text: &str) -> Credentials {
		Credentials { path: "credentials".into(), text: Zeroizing::new(text.into()) }
	}

	fn settings(text: &str, cloud: Cloud) -> Result<Vec<(String, String)>, StoreError> {
		let mut found = Vec::new();
		credentials(text).apply(cloud, |name, value| {
			found.push((name.to_owned(), value.to_owned()));
			!name.ends_with("nonsense")
		})?;
		Ok(found)
	}

	#[test]
	fn should_give_the_settings_of_the_cloud_when_the_file_has_those_of_several() {
		let text = "# of the bucket\n\nAWS_REGION=eu-central-1\nGOOGLE_BUCKET=x\n AWS_TOKEN=a=b \n";
		let expected = [("aws_region", "eu-central-1"), ("aws_token", "a=b")];
		let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
		assert_eq!(settings(text, Cloud::S3).unwrap(), expected);
		assert!(settings(text, Cloud::Azure).unwrap().is_empty());
	}

	#[test]
	fn should_name_the_line_and_no_secret_when_a_line_is_no_setting() {
		for line in ["hush", "PATH=hush", "AWS_NONSENSE=hush"] {
			let error = settings(&format!("AWS_REGION=eu\n{line}\n"), Cloud::S3).unwrap_err();
			let text = error.to_string();
			assert!(text.contains("line 2 of credentials"), "{text}");
			assert!(!format!("{error:?}{text}").contains("hush"), "{text}");
		}
	}

	#[cfg(unix)]
	#[test]
	fn should_refuse_the_file_when_others_can_read_it() {
		use std::os::unix::fs::PermissionsExt as _;
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), "AWS_REGION=eu-central-1\n").unwrap();
		assert!(Credentials::read(file.path().into()).is_ok());
		std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
		let error = Credentials::read(file.path().into()).err().unwrap().to_string();
		assert!(error.contains("mode 640") && error.contains("chmod 600"), "{error}");
	}
}
