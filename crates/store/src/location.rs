// SPDX-License-Identifier: Apache-2.0

//! Where a store is, as its user writes it.

use crate::StoreError;
use object_store::path::Path;
use std::{
	fmt,
	path::{self, PathBuf},
	str::FromStr,
};
use url::Url;

/// A place for objects. Has no secret in it: [`str::parse`] refuses those.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Location {
	/// A folder of this machine, absolute.
	Folder(PathBuf),
	/// Somebody's object store.
	Cloud(Cloud, String, Path),
}

/// The protocols that are spoken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cloud {
	S3,
	Google,
	Azure,
}

impl Cloud {
	fn scheme(self) -> &'static str {
		match self {
			Self::S3 => "s3",
			Self::Google => "gs",
			Self::Azure => "az",
		}
	}
}

impl FromStr for Location {
	type Err = StoreError;

	fn from_str(text: &str) -> Result<Self, StoreError> {
		if !text.contains("://") {
			return folder(text);
		}
		let url = Url::parse(text).map_err(|_| StoreError::NotAStore("it cannot be parsed"))?;
		if !url.username().is_empty()
			|| url.password().is_some()
			|| url.query().is_some()
			|| url.fragment().is_some()
		{
			return Err(StoreError::SecretInUrl);
		}
		let cloud = match url.scheme() {
			"file" => {
				return url.to_file_path().map(Self::Folder).map_err(|()| {
					StoreError::NotAStore("file: needs three slashes and an absolute path")
				});
			}
			"s3" => Cloud::S3,
			"gs" => Cloud::Google,
			"az" => Cloud::Azure,
			_ => return Err(StoreError::NotAStore("its scheme is unknown")),
		};
		let Some(bucket) = url.host_str().filter(|bucket| !bucket.is_empty()) else {
			return Err(StoreError::NotAStore("the bucket is missing"));
		};
		if url.port().is_some() {
			return Err(StoreError::NotAStore("a bucket has no port, set the endpoint instead"));
		}
		let prefix = Path::from_url_path(url.path())
			.map_err(|_| StoreError::NotAStore("the prefix has characters that no key may have"))?;
		Ok(Self::Cloud(cloud, bucket.to_owned(), prefix))
	}
}

fn folder(text: &str) -> Result<Location, StoreError> {
	// `s3:/bucket` is a slip, and a folder of that name would silently take the data.
	if text.split_once(":/").is_some_and(|(scheme, _)| {
		!scheme.is_empty() && scheme.bytes().all(|letter| letter.is_ascii_alphanumeric())
	}) {
		return Err(StoreError::NotAStore("two slashes are needed after the colon"));
	}
	path::absolute(text)
		.map(Location::Folder)
		.map_err(|_| StoreError::NotAStore("the path is empty or has no absolute form"))
}

impl fmt::Display for Location {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Folder(path) => write!(f, "file://{}", path.display()),
			Self::Cloud(cloud, bucket, prefix) => {
				write!(f, "{}://{bucket}", cloud.scheme())?;
				if prefix.as_ref().is_empty() { Ok(()) } else { write!(f, "/{prefix}") }
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn should_name_the_place_when_url_is_good() {
		for (text, shown) in [
			("/srv/contour", "file:///srv/contour"),
			("file:///srv/contour", "file:///srv/contour"),
			("file:///srv/a%20b", "file:///srv/a b"),
			("s3://bucket", "s3://bucket"),
			("s3://bucket/", "s3://bucket"),
			("s3://bucket/a/b/", "s3://bucket/a/b"),
			("gs://bucket/a", "gs://bucket/a"),
			("az://container/a", "az://container/a"),
		] {
			assert_eq!(text.parse::<Location>().unwrap().to_string(), shown, "{text}");
		}
	}

	#[test]
	fn should_make_path_absolute_when_it_is_relative() {
		let here = std::env::current_dir().unwrap();
		assert_eq!("a/b".parse::<Location>().unwrap(), Location::Folder(here.join("a/b")));
	}

	#[test]
	fn should_refuse_without_repeating_it_when_url_has_a_secret() {
		for text in [
			"s3://AKIA:hunter2@bucket/prefix",
			"s3://hunter2@bucket",
			"az://container/prefix?sig=hunter2",
			"gs://bucket/prefix#hunter2",
			"ftp://user:hunter2@host/",
		] {
			let error = text.parse::<Location>().unwrap_err();
			assert!(matches!(error, StoreError::SecretInUrl), "{text}: {error}");
			assert!(!format!("{error} {error:?}").contains("hunter2"));
		}
	}

	#[test]
	fn should_refuse_when_it_is_no_store() {
		for text in [
			"",
			"s3:/bucket/prefix",
			"file:/folder",
			"s3://",
			"s3:///prefix",
			"s3://bucket:9000/prefix",
			"http://host/bucket",
			"file://host/folder",
			"memory:///",
			"file://user:hunter2@host/folder",
			"://",
		] {
			let error = text.parse::<Location>().unwrap_err();
			assert!(matches!(error, StoreError::NotAStore(_)), "{text}: {error}");
			assert!(!format!("{error} {error:?}").contains("hunter2"));
		}
	}

	proptest! {
		#[test]
		fn should_not_panic_when_text_is_anything(text in "\\PC{0,40}") {
			let _ = text.parse::<Location>();
			let _ = format!("s3://{text}").parse::<Location>();
		}
	}
}
