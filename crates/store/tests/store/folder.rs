// SPDX-License-Identifier: Apache-2.0

//! A store in a local folder.

use crate::common::{MIB, bytes, object_file, skip};
use bytes::Bytes;
use contour_store::{
	Action, LogWriter, MANIFEST_LIMIT, OBJECT_LIMIT, ObjectName, Store, StoreError, StoreOptions,
	Verify,
};
use futures::{StreamExt, TryStreamExt};
use std::{
	fs::{self, File},
	os::unix::fs::{MetadataExt, PermissionsExt},
	path::Path,
	process::Command,
	time::{Duration, SystemTime},
};

async fn open(root: &Path) -> Store {
	Store::open(root.to_str().unwrap()).await.unwrap()
}

fn temporary_files(root: &Path) -> usize {
	fs::read_dir(root.join("tmp")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn should_give_back_what_was_put_when_folder_is_new() {
	let home = tempfile::tempdir().unwrap();
	let root = home.path().join("not/there/yet");
	let store = Store::open(&format!("file://{}", root.display())).await.unwrap();
	assert_eq!(store.to_string(), format!("file://{}", root.display()));
	store.check().await.unwrap();
	for content in [Bytes::new(), Bytes::from_static(b"a"), bytes(1, 3 * MIB + 7)] {
		let name = store.put(content.clone()).await.unwrap();
		assert_eq!(name, ObjectName::of(&content));
		assert!(store.exists(&name).await.unwrap());
		assert_eq!(fs::read(object_file(&root, &name)).unwrap(), content);
		assert_eq!(store.get(&name).await.unwrap(), content);
	}
	// The vector of FIPS 180-4: the name is plain SHA-256.
	assert!(
		store
			.exists(
				&"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
					.parse()
					.unwrap()
			)
			.await
			.unwrap()
	);
	assert_eq!(temporary_files(&root), 0);
	assert_eq!(open(&root).await.usage().await.unwrap().objects, 3);
}

#[tokio::test]
async fn should_leave_object_alone_when_it_is_there() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	let name = store.put(bytes(1, MIB)).await.unwrap();
	let before = fs::metadata(object_file(home.path(), &name)).unwrap();
	assert_eq!(store.put(bytes(1, MIB)).await.unwrap(), name);
	let after = fs::metadata(object_file(home.path(), &name)).unwrap();
	assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
}

#[tokio::test]
async fn should_replace_object_when_its_length_is_wrong() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	let content = bytes(1, MIB);
	let name = store.put(content.clone()).await.unwrap();
	let file = object_file(home.path(), &name);
	for length in [0, 1, MIB as u64 - 1, MIB as u64 + 1] {
		File::options().write(true).open(&file).unwrap().set_len(length).unwrap();
		assert!(matches!(store.get(&name).await, Err(StoreError::Corrupt { .. })));
		store.put(content.clone()).await.unwrap();
		assert_eq!(store.get(&name).await.unwrap(), content);
	}
}

#[tokio::test]
async fn should_replace_rotten_object_only_when_content_is_verified() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	let content = bytes(1, MIB);
	let name = store.put(content.clone()).await.unwrap();
	fs::write(object_file(home.path(), &name), vec![0; MIB]).unwrap();
	store.put(content.clone()).await.unwrap();
	assert!(matches!(store.get(&name).await, Err(StoreError::Corrupt { .. })));

	let options = StoreOptions { verify: Verify::Content, ..StoreOptions::default() };
	let careful = Store::open_with(home.path().to_str().unwrap(), options).await.unwrap();
	careful.put(content.clone()).await.unwrap();
	assert_eq!(store.get(&name).await.unwrap(), content);
}

#[tokio::test]
async fn should_name_the_fault_when_object_is_missing_changed_or_swapped() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	let [a, b] = [store.put(bytes(1, MIB)).await.unwrap(), store.put(bytes(2, MIB)).await.unwrap()];
	let [file_a, file_b] = [object_file(home.path(), &a), object_file(home.path(), &b)];

	let between = home.path().join("between");
	for (from, to) in [(&file_a, &between), (&file_b, &file_a), (&between, &file_b)] {
		fs::rename(from, to).unwrap();
	}
	let error = store.get(&a).await.unwrap_err();
	assert!(
		matches!(error, StoreError::Corrupt { name, found } if name == a && found == b),
		"{error}"
	);

	let mut changed = bytes(2, MIB).to_vec();
	changed[MIB / 2] ^= 1;
	fs::write(&file_b, changed).unwrap();
	let error = store.get(&b).await.unwrap_err();
	assert!(
		matches!(error, StoreError::Corrupt { name, found } if name == b && found != a),
		"{error}"
	);

	fs::remove_file(&file_b).unwrap();
	let error = store.get(&b).await.unwrap_err();
	assert!(matches!(error, StoreError::Missing { name, .. } if name == b), "{error}");
	assert!(!store.exists(&b).await.unwrap());
}

#[tokio::test]
async fn should_refuse_to_read_when_object_is_larger_than_permitted() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	let manifest = bytes(1, OBJECT_LIMIT as usize + 1);
	let name = store.put(manifest.clone()).await.unwrap();
	let error = store.get(&name).await.unwrap_err();
	assert!(
		matches!(error, StoreError::TooLarge { size, limit: OBJECT_LIMIT, .. } if size == OBJECT_LIMIT + 1),
		"{error}"
	);
	assert_eq!(store.get_within(&name, MANIFEST_LIMIT).await.unwrap(), manifest);

	let error = store.put(vec![0; MANIFEST_LIMIT as usize + 1].into()).await.unwrap_err();
	assert!(matches!(error, StoreError::TooLarge { .. }), "{error}");

	// A file of a terabyte costs nothing to refuse.
	File::options()
		.write(true)
		.open(object_file(home.path(), &name))
		.unwrap()
		.set_len(1 << 40)
		.unwrap();
	assert!(
		matches!(store.get(&name).await, Err(StoreError::TooLarge { size, .. }) if size == 1 << 40)
	);
}

#[tokio::test]
async fn should_delete_when_object_is_there_and_when_not() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	let name = store.put(bytes(1, 10)).await.unwrap();
	store.delete(&name).await.unwrap();
	assert!(!store.exists(&name).await.unwrap());
	store.delete(&name).await.unwrap();
	store.delete(&ObjectName::of(b"in a folder that is not there")).await.unwrap();
}

#[tokio::test]
async fn should_list_objects_only_when_there_are_other_files() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	assert_eq!(store.list("").count().await, 0);
	let mut names = Vec::new();
	for seed in 0..40 {
		names.push(store.put(bytes(seed, 100)).await.unwrap());
	}
	names.sort();
	let stray = object_file(home.path(), &names[0]);
	fs::write(stray.with_file_name("README"), "not an object").unwrap();
	fs::copy(&stray, home.path().join("objects").join(names[0].to_string())).unwrap();
	fs::write(home.path().join("tmp/put-half"), "half an object").unwrap();

	let list = |prefix: String| {
		let store = store.clone();
		async move {
			let mut found: Vec<_> = store.list(&prefix).try_collect::<Vec<_>>().await.unwrap();
			found.sort_by_key(|object| object.name);
			assert!(found.iter().all(|object| object.size == 100));
			found.into_iter().map(|object| object.name).collect::<Vec<_>>()
		}
	};
	assert_eq!(list(String::new()).await, names);
	let whole = names[7].to_string();
	for length in 0..=64 {
		let prefix = &whole[..length];
		let expected: Vec<_> =
			names.iter().copied().filter(|name| name.to_string().starts_with(prefix)).collect();
		assert_eq!(list(prefix.to_owned()).await, expected, "{prefix}");
	}
	for none in ["../tmp", "zz", "é", &whole.to_uppercase()] {
		assert_eq!(list(none.to_owned()).await, [], "{none}");
	}
	let usage = store.usage().await.unwrap();
	assert_eq!((usage.objects, usage.bytes), (40, 4000));
	assert!(usage.space.unwrap().available > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn should_keep_every_object_when_many_write_at_once() {
	let home = tempfile::tempdir().unwrap();
	let writers = (0..64_u64).map(|task| {
		let root = home.path().to_owned();
		async move {
			// Two clients of one folder, as two processes would be; every object four times.
			let store = open(&root).await;
			let content = bytes(task % 16, 100_000);
			let name = store.put(content.clone()).await.unwrap();
			assert_eq!(store.get(&name).await.unwrap(), content);
		}
	});
	futures::future::join_all(writers.map(tokio::spawn)).await.into_iter().for_each(Result::unwrap);
	assert_eq!(open(home.path()).await.usage().await.unwrap().objects, 16);
	assert_eq!(temporary_files(home.path()), 0);
}

#[tokio::test]
async fn should_sweep_temporary_file_when_it_is_older_than_a_day() {
	let home = tempfile::tempdir().unwrap();
	open(home.path()).await.put(bytes(1, 10)).await.unwrap();
	let hour = Duration::from_secs(3600);
	let file = |name: &str, age: Duration| {
		let path = home.path().join("tmp").join(name);
		File::create(&path).unwrap().set_modified(SystemTime::now() - age).unwrap();
		path
	};
	let old = file("put-old", 25 * hour);
	let young = file("put-young", 23 * hour);
	let foreign = file("notes", 25 * hour);
	open(home.path()).await;
	assert_eq!([old.exists(), young.exists(), foreign.exists()], [false, true, true]);
}

#[tokio::test]
async fn should_say_what_is_missing_when_disk_has_too_little_space() {
	let home = tempfile::tempdir().unwrap();
	let store = open(home.path()).await;
	store.ensure_space(1).await.unwrap();
	let error = store.ensure_space(1 << 60).await.unwrap_err();
	assert!(matches!(error, StoreError::NotEnoughSpace { needed, .. } if needed == 1 << 60));
	assert!(error.to_string().contains("needs 1152921504606846976 bytes but has "), "{error}");
}

/// A file system of a few MiB, gone when dropped.
struct Tiny(tempfile::TempDir);

impl Tiny {
	fn mount(options: &str) -> Option<Self> {
		let folder = tempfile::tempdir().unwrap();
		let mounted = Command::new("mount")
			.args(["-t", "tmpfs", "-o", options, "tmpfs"])
			.arg(folder.path())
			.output();
		match mounted {
			Ok(output) if output.status.success() => Some(Self(folder)),
			other => {
				skip(&format!("no tmpfs can be mounted here: {other:?}"));
				None
			}
		}
	}
}

impl Drop for Tiny {
	fn drop(&mut self) {
		let _ = Command::new("umount").arg(self.0.path()).output();
	}
}

#[tokio::test]
async fn should_say_full_and_clean_up_when_disk_is_full() {
	let Some(tiny) = Tiny::mount("size=1m") else { return };
	let store = open(tiny.0.path()).await;
	let small = store.put(bytes(1, MIB / 4)).await.unwrap();
	let error = store.put(bytes(2, 2 * MIB)).await.unwrap_err();
	assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
	assert_eq!(temporary_files(tiny.0.path()), 0);
	assert_eq!(store.usage().await.unwrap().objects, 1);
	store.get(&small).await.unwrap();
	store.put(bytes(3, MIB / 4)).await.unwrap();
	assert!(matches!(store.ensure_space(MIB as u64).await, Err(StoreError::NotEnoughSpace { .. })));

	let mut log = LogWriter::new(&store);
	log.write(&bytes(4, 20 * MIB)).await.unwrap();
	let error = log.finish().await.unwrap_err();
	assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
	assert_eq!(temporary_files(tiny.0.path()), 0);
}

#[tokio::test]
async fn should_say_denied_and_still_read_when_file_system_is_read_only() {
	let Some(tiny) = Tiny::mount("size=1m") else { return };
	let name = open(tiny.0.path()).await.put(bytes(1, 10)).await.unwrap();
	let remounted =
		Command::new("mount").args(["-o", "remount,ro"]).arg(tiny.0.path()).status().unwrap();
	assert!(remounted.success());
	let store = open(tiny.0.path()).await;
	assert_eq!(store.get(&name).await.unwrap(), bytes(1, 10));
	let error = store.put(bytes(2, 10)).await.unwrap_err();
	assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
	let error = store.delete(&name).await.unwrap_err();
	assert!(matches!(error, StoreError::Denied { action: Action::Delete, .. }), "{error:?}");
}

#[tokio::test]
async fn should_say_denied_when_folder_belongs_to_somebody_else() {
	const FOLDER: &str = "CONTOUR_TEST_FORBIDDEN";
	if let Ok(root) = std::env::var(FOLDER) {
		// The child, as a user who may read and not write.
		let store = Store::open(&format!("{root}/store")).await.unwrap();
		store.get(&ObjectName::of(b"hello")).await.unwrap();
		let error = store.put(Bytes::from_static(b"new")).await.unwrap_err();
		assert!(matches!(error, StoreError::Denied { .. }), "{error:?}");
		let error = store.get(&ObjectName::of(b"secret")).await.unwrap_err();
		assert!(matches!(error, StoreError::Denied { action: Action::Read, .. }), "{error:?}");
		let error = Store::open(&format!("{root}/other")).await.unwrap_err();
		assert!(matches!(error, StoreError::Denied { action: Action::Create, .. }), "{error:?}");
		return;
	}
	if !rustix::process::geteuid().is_root() {
		return skip("only root can become another user");
	}
	use std::os::unix::process::CommandExt;
	let home = tempfile::tempdir().unwrap();
	fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
	let root = home.path().join("store");
	let store = open(&root).await;
	let hello = store.put(Bytes::from_static(b"hello")).await.unwrap();
	store.put(Bytes::from_static(b"secret")).await.unwrap();
	fs::set_permissions(object_file(&root, &hello), fs::Permissions::from_mode(0o644)).unwrap();
	// Somebody else may not even see the folder in which this program was built.
	let program = home.path().join("program");
	fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
	let child = Command::new(program)
		.args(["--exact", "folder::should_say_denied_when_folder_belongs_to_somebody_else"])
		.env(FOLDER, home.path())
		.uid(65534)
		.gid(65534)
		.output()
		.unwrap();
	assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
}

#[tokio::test]
async fn should_name_the_path_when_folder_is_a_file() {
	let home = tempfile::tempdir().unwrap();
	let file = home.path().join("file");
	fs::write(&file, "").unwrap();
	for path in [file.clone(), file.join("below")] {
		let error = Store::open(path.to_str().unwrap()).await.unwrap_err();
		assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
		assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
	}
}
