// SPDX-License-Identifier: Apache-2.0

//! A store in S3: a real server on the loopback interface, spoken to over HTTP.

use crate::common::{ACCESS_KEY, BUCKET, MIB, SECRET_KEY, Server, bytes, impatient};
use bytes::Bytes;
use contour_store::{
	AmazonS3Builder, LogReader, LogWriter, MANIFEST_LIMIT, OBJECT_LIMIT, OBJECT_SIZE, ObjectName,
	Store, StoreError, StoreOptions, Verify,
};
use futures::TryStreamExt;
use std::{fs, process::Command, sync::atomic::Ordering::SeqCst, time::Duration};
use tokio::io::AsyncReadExt;

#[tokio::test(flavor = "multi_thread")]
async fn should_give_back_what_was_put_when_store_is_s3() {
	let server = Server::start().await;
	let store = server.store();
	assert_eq!(store.to_string(), "s3://images/study");
	assert!(!format!("{store:?}").contains(ACCESS_KEY));
	store.check().await.unwrap();
	let mut names = Vec::new();
	for content in [Bytes::from_static(b"a"), bytes(1, 16 * MIB)] {
		let name = store.put(content.clone()).await.unwrap();
		assert!(store.exists(&name).await.unwrap());
		assert_eq!(fs::read(server.file(&name)).unwrap(), content);
		assert_eq!(store.get(&name).await.unwrap(), content);
		names.push(name);
	}
	names.sort();
	let mut listed: Vec<_> = store.list("").try_collect().await.unwrap();
	listed.sort_by_key(|object| object.name);
	assert_eq!(listed.iter().map(|object| object.name).collect::<Vec<_>>(), names);
	let prefix = &names[0].to_string()[..3];
	assert_eq!(store.list(prefix).try_collect::<Vec<_>>().await.unwrap(), listed[..1]);
	let usage = store.usage().await.unwrap();
	assert_eq!((usage.objects, usage.bytes, usage.space), (2, 16 * MIB as u64 + 1, None));
	store.ensure_space(u64::MAX).await.unwrap();

	store.delete(&names[0]).await.unwrap();
	assert!(!store.exists(&names[0]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn should_write_only_what_is_missing_when_put_again() {
	let server = Server::start().await;
	let store = server.store();
	let content = bytes(1, MIB);
	let name = store.put(content.clone()).await.unwrap();
	assert_eq!(server.puts(), 1);
	store.put(content.clone()).await.unwrap();
	assert_eq!(server.puts(), 0);
	fs::write(server.file(&name), &content[..MIB / 2]).unwrap();
	store.put(content.clone()).await.unwrap();
	assert_eq!(server.puts(), 1);
	assert_eq!(store.get(&name).await.unwrap(), content);

	// Rot with the right length is found by those who asked for it.
	fs::write(server.file(&name), vec![0; MIB]).unwrap();
	store.put(content.clone()).await.unwrap();
	assert_eq!(server.puts(), 0);
	let careful = server.store_with(StoreOptions { verify: Verify::Content, ..impatient() });
	careful.put(content.clone()).await.unwrap();
	assert_eq!(server.puts(), 1);
	assert_eq!(store.get(&name).await.unwrap(), content);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_name_the_fault_when_object_is_missing_changed_swapped_or_large() {
	let server = Server::start().await;
	let store = server.store();
	let [a, b] = [store.put(bytes(1, MIB)).await.unwrap(), store.put(bytes(2, MIB)).await.unwrap()];
	fs::write(server.file(&a), bytes(2, MIB)).unwrap();
	let error = store.get(&a).await.unwrap_err();
	assert!(
		matches!(error, StoreError::Corrupt { name, found } if name == a && found == b),
		"{error}"
	);

	fs::remove_file(server.file(&b)).unwrap();
	let error = store.get(&b).await.unwrap_err();
	assert!(matches!(error, StoreError::Missing { name, .. } if name == b), "{error}");

	let manifest = bytes(3, OBJECT_LIMIT as usize + 1);
	let large = store.put(manifest.clone()).await.unwrap();
	let error = store.get(&large).await.unwrap_err();
	assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");
	assert_eq!(store.get_within(&large, MANIFEST_LIMIT).await.unwrap(), manifest);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_try_again_when_server_is_overloaded() {
	let server = Server::start().await;
	let store = server.store();
	server.seen.fail_next.store(3, SeqCst);
	let name = store.put(bytes(1, 1000)).await.unwrap();
	server.seen.fail_next.store(3, SeqCst);
	assert_eq!(store.get(&name).await.unwrap(), bytes(1, 1000));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_say_unreachable_when_all_retries_failed() {
	let server = Server::start().await;
	let store = server.store();
	let name = ObjectName::of(b"");
	server.seen.fail_next.store(1000, SeqCst);
	for error in [
		store.get(&name).await.unwrap_err(),
		store.put(bytes(1, 10)).await.unwrap_err(),
		store.delete(&name).await.unwrap_err(),
		store.exists(&name).await.unwrap_err(),
		store.check().await.unwrap_err(),
	] {
		assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
		assert!(!format!("{error} {error:?}").contains(SECRET_KEY));
	}
	// Nobody listens there at all.
	let nobody = server.builder().with_endpoint("http://127.0.0.1:9");
	let store = Store::open_s3(&format!("s3://{BUCKET}"), nobody, impatient()).unwrap();
	let error = store.get(&name).await.unwrap_err();
	assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_say_denied_when_credentials_are_wrong() {
	let server = Server::start().await;
	let stranger = server.builder().with_secret_access_key("a guess");
	let store = Store::open_s3(&format!("s3://{BUCKET}"), stranger, impatient()).unwrap();
	for error in [
		store.put(bytes(1, 10)).await.unwrap_err(),
		store.get(&ObjectName::of(b"")).await.unwrap_err(),
		store.check().await.unwrap_err(),
	] {
		assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
		assert!(!format!("{error} {error:?}").contains("a guess"));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn should_say_so_when_bucket_does_not_exist() {
	let server = Server::start().await;
	let store = Store::open_s3("s3://elsewhere/a", server.builder(), impatient()).unwrap();
	let name = ObjectName::of(b"");
	for error in [
		store.put(bytes(1, 10)).await.unwrap_err(),
		store.get(&name).await.unwrap_err(),
		store.check().await.unwrap_err(),
	] {
		assert!(matches!(error, StoreError::NoBucket { .. }), "{error:?}");
	}
}

#[test]
fn should_refuse_plain_http_unless_it_is_loopback_or_allowed() {
	let open = |endpoint: &str, allow_http| {
		let options = StoreOptions { allow_http, ..StoreOptions::default() };
		Store::open_s3("s3://bucket", AmazonS3Builder::new().with_endpoint(endpoint), options)
	};
	for endpoint in [
		"http://127.0.0.1:9000",
		"http://127.8.8.8:9000",
		"http://[::1]:9000",
		"http://localhost:9000",
		"https://minio.hospital.example",
	] {
		open(endpoint, false).unwrap();
	}
	for endpoint in
		["http://minio.hospital.example", "http://10.0.0.1:9000", "http://localhost.example"]
	{
		let error = open(endpoint, false).unwrap_err();
		assert!(matches!(error, StoreError::Insecure { .. }), "{endpoint}: {error}");
		open(endpoint, true).unwrap();
	}
	for endpoint in ["https://user:hunter2@minio.example", "http://hunter2@127.0.0.1"] {
		let error = open(endpoint, true).unwrap_err();
		assert!(matches!(error, StoreError::SecretInUrl), "{endpoint}: {error}");
		assert!(!format!("{error:?} {error}").contains("hunter2"));
	}
	let told = AmazonS3Builder::new().with_endpoint("http://10.0.0.1").with_allow_http(true);
	Store::open_s3("s3://bucket", told, StoreOptions::default()).unwrap();
	let error = Store::open_s3("gs://bucket", AmazonS3Builder::new(), StoreOptions::default());
	assert!(matches!(error, Err(StoreError::NotAStore(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn should_take_credentials_from_environment_when_opened_by_url() {
	const CHILD: &str = "CONTOUR_TEST_CHILD";
	if std::env::var_os(CHILD).is_some() {
		let store = Store::open(&format!("s3://{BUCKET}/study")).await.unwrap();
		assert_eq!(
			store.put(Bytes::from_static(b"hello")).await.unwrap(),
			ObjectName::of(b"hello")
		);
		return;
	}
	let server = Server::start().await;
	let endpoint = format!("http://{}", server.address);
	// The process environment is everybody's: a child has its own.
	let child = tokio::task::spawn_blocking(move || {
		Command::new(std::env::current_exe().unwrap())
			.args(["--exact", "s3::should_take_credentials_from_environment_when_opened_by_url"])
			.env(CHILD, "1")
			.env("AWS_ENDPOINT", endpoint)
			.env("AWS_REGION", "eu-central-1")
			.env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
			.env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
			.output()
			.unwrap()
	})
	.await
	.unwrap();
	assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
	assert_eq!(server.store().get(&ObjectName::of(b"hello")).await.unwrap(), "hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_upload_only_the_rest_when_log_is_resumed_after_a_crash() {
	let server = Server::start().await;
	let store = server.store();
	let content = bytes(1, 72 * MIB);

	let mut writer = LogWriter::new(&store).concurrency(2);
	for instance in content[..40 * MIB].chunks(3 * MIB) {
		writer.write(instance).await.unwrap();
	}
	while store.usage().await.unwrap().objects < 2 {
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
	drop(writer);
	assert_eq!(server.puts(), 2);

	let mut writer = LogWriter::new(&store).concurrency(2);
	for instance in content.chunks(3 * MIB) {
		writer.write(instance).await.unwrap();
	}
	let log = writer.finish().await.unwrap();
	assert_eq!(server.puts(), 3);
	assert_eq!(log.length(), 72 * MIB as u64);
	assert_eq!(log.objects().len(), 5);

	// Read through once, in pieces of one instance: every object is fetched once.
	server.gets();
	let reader = LogReader::new(&store, log.clone());
	let mut offset = 0;
	for instance in content.chunks(3 * MIB) {
		let end = offset + instance.len() as u64;
		let mut found = Vec::new();
		reader.read(offset..end).unwrap().read_to_end(&mut found).await.unwrap();
		assert!(found == instance);
		offset = end;
	}
	assert_eq!(server.gets(), 5);

	// And in one go, reading ahead: again once.
	let reader = LogReader::new(&store, log);
	let mut found = Vec::new();
	reader.read(0..offset).unwrap().read_to_end(&mut found).await.unwrap();
	assert!(found == content);
	assert_eq!(server.gets(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn should_write_no_more_at_once_than_permitted() {
	let server = Server::start().await;
	let store = server.store();
	let mut writer = LogWriter::new(&store).concurrency(3);
	writer.write(&bytes(1, 8 * OBJECT_SIZE as usize)).await.unwrap();
	writer.finish().await.unwrap();
	let most = server.seen.most_writing.load(SeqCst);
	assert!((2..=3).contains(&most), "{most}");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_report_no_log_when_an_object_could_not_be_uploaded() {
	let server = Server::start().await;
	let store = server.store();
	let mut writer = LogWriter::new(&store).concurrency(1);
	writer.write(&bytes(1, 17 * MIB)).await.unwrap();
	server.seen.fail_next.store(usize::MAX, SeqCst);
	let error = match writer.write(&bytes(2, 32 * MIB)).await {
		Err(error) => {
			let next = writer.write(b"more").await.unwrap_err();
			assert!(matches!(next, StoreError::LogFailed), "{next:?}");
			let end = writer.finish().await.unwrap_err();
			assert!(matches!(end, StoreError::LogFailed), "{end:?}");
			error
		}
		Ok(()) => writer.finish().await.unwrap_err(),
	};
	assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
}
