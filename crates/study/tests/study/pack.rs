// SPDX-License-Identifier: Apache-2.0

//! What comes out is what went in, or an error that says why not.

use crate::support::*;
use contour_dicom::{Layout, survey};
use contour_primitives::Hash;
use contour_seal::keys::RootSecret;
use contour_store::{Log, Store, StoreError};
use contour_study::{Expected, Manifest, StudyError, copy_for_lease, pack, plan, unpack};
use std::{env, fs, io::Write, path::Path};

#[test]
fn should_give_back_every_file_byte_for_byte() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let out = hospital.unpack(&packed, "out").expect("nothing was changed");
	let went_in: Vec<_> = files(&hospital.images())
		.into_iter()
		.filter(|(path, _)| path.extension().is_some_and(|it| it == "dcm"))
		.collect();
	let came_out: Vec<_> = files(&out).into_iter().collect();
	assert_eq!(packed.instances as usize, went_in.len());
	assert_eq!(hospital.plan().modality.as_deref(), Some("MR"), "not that of a segmentation");
	assert!(went_in == came_out, "the same files with the same bytes");
}

#[test]
fn should_write_nothing_new_when_packed_again() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let objects = hospital.objects();
	assert_eq!(hospital.pack(), packed);
	assert_eq!(hospital.objects(), objects);
}

#[test]
fn should_go_on_where_it_stopped_when_objects_are_missing() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let objects = hospital.objects();
	for path in objects.keys() {
		let file = hospital.store_folder.path().join("objects").join(path);
		fs::remove_file(file).expect("it is ours");
		assert_eq!(hospital.pack(), packed);
		assert_eq!(hospital.objects(), objects);
	}
}

#[test]
fn should_have_nothing_to_read_in_the_store() {
	let hospital = Hospital::with_phantom();
	hospital.pack();
	let originals = files(&hospital.images());
	for (path, sealed) in files(hospital.store_folder.path()) {
		let finds = |needle: &[u8]| sealed.windows(needle.len()).any(|it| it == needle);
		assert!(!finds(b"Phantom"), "{}", path.display());
		assert!(!finds(b"1.2.840.10008"), "{}", path.display());
		for original in originals.values().filter(|it| it.len() > 4_096) {
			assert!(!finds(&original[2_048..2_112]), "{}", path.display());
		}
	}
}

#[test]
fn should_have_another_name_when_the_custodian_is_another_or_the_study_has_more_images() {
	let mut hospital = Hospital::with_phantom();
	let study = hospital.plan().study;
	let first = hospital.survey().studies[0].instances[0].path.clone();
	fs::remove_file(hospital.images().join(first)).expect("it is ours");
	assert_ne!(hospital.plan().study, study);
	let fewer = hospital.plan().study;
	hospital.root = RootSecret::from_bytes([8; 32]);
	assert_ne!(hospital.plan().study, fewer);
}

#[test]
fn should_name_the_changed_object_when_a_byte_was_changed() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let manifest = hospital.manifest(&packed);
	let object = manifest.log.objects()[0];
	let name = object.to_string();
	let file = hospital.store_folder.path().join("objects").join(&name[..2]).join(&name);
	let mut bytes = fs::read(&file).expect("it is there");
	let middle = bytes.len() / 2;
	bytes[middle] ^= 1;
	fs::write(&file, bytes).expect("it is ours");

	let error = hospital.unpack(&packed, "out").expect_err("a byte is another");
	assert!(
		matches!(&error, StudyError::Store(StoreError::Corrupt { name, .. }) if *name == object),
		"{error:?}"
	);
	fs::remove_file(&file).expect("it is ours");
	let error = hospital.unpack(&packed, "out").expect_err("it is missing");
	assert!(matches!(&error, StudyError::Store(StoreError::Missing { .. })), "{error:?}");
	assert!(!hospital.folder.path().join("out").exists(), "nothing is left of it");
	let left = fs::read_dir(hospital.folder.path()).expect("it is ours").count();
	assert_eq!(left, 1, "only the images");
}

/// What somebody could do who controls the store, but has no key.
#[test]
fn should_refuse_swapped_objects_when_their_names_are_right() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let manifest = hospital.manifest(&packed);
	let other = hospital.runtime.block_on(async {
		let swapped = hospital.store.get(&manifest.log.objects()[0]).await.expect("it is there");
		let mut swapped = swapped.to_vec();
		swapped.reverse();
		hospital.store.put(swapped.into()).await.expect("there is room")
	});
	let log = Log::new(manifest.log.length(), vec![other]).expect("one object is enough");
	let mut swapped = manifest;
	swapped.log = log;
	let out = hospital.folder.path().join("out");
	let secret = hospital.secret(&packed);
	let source = (&hospital.store, &swapped, &secret);
	let error = unpack(source, &expected(&packed), &out, hospital.work());
	assert!(matches!(error, Err(StudyError::Open { part: "metadata", .. })), "{error:?}");
}

#[test]
fn should_refuse_another_key_another_study_and_another_commitment_with_words_of_their_own() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let secret = hospital.secret(&packed);

	let other = RootSecret::from_bytes([9; 32]).study_secret(&packed.study.0.0);
	let error = hospital.try_manifest(&packed.manifest, &packed, &other);
	assert!(matches!(error, Err(StudyError::ManifestUnopenable(_))), "{error:?}");

	let mut elsewhere = packed.clone();
	elsewhere.study.0 = Hash::repeat_byte(1);
	let error = hospital.try_manifest(&packed.manifest, &elsewhere, &secret);
	assert!(matches!(error, Err(StudyError::ManifestUnopenable(_))), "{error:?}");

	let out = hospital.folder.path().join("out");
	let manifest = hospital.manifest(&packed);
	let source = (&hospital.store, &manifest, &secret);
	let wrong = Expected { commitment: Hash::zero(), ..expected(&packed) };
	let error = unpack(source, &wrong, &out, hospital.work());
	assert!(matches!(error, Err(StudyError::CommitmentBroken)), "{error:?}");
	let wrong = Expected { content_root: Some(Hash::zero()), ..expected(&packed) };
	let error = unpack(source, &wrong, &out, hospital.work());
	assert!(matches!(error, Err(StudyError::NotAsRegistered)), "{error:?}");
	assert!(!out.exists());
}

/// The pixels' key is made from the metadata.
#[test]
fn should_not_open_pixels_with_the_metadata_of_another_file() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let secret = hospital.secret(&packed);
	let mut manifest = hospital.manifest(&packed);
	let (one, two) = (manifest.instances[0].clone(), manifest.instances[1].clone());
	// The second file's metadata in front of the first one's pixels.
	manifest.instances[1].offset = two.offset;
	manifest.instances[1].pixels = one.pixels.clone();
	manifest.instances[1].length = one.length;
	manifest.instances[1].digest = one.digest;
	let out = hospital.folder.path().join("out");
	let wrong = Expected { commitment: manifest.commitment().into(), ..expected(&packed) };
	let error = unpack((&hospital.store, &manifest, &secret), &wrong, &out, hospital.work());
	assert!(matches!(error, Err(StudyError::Open { part: "metadata", .. })), "{error:?}");
}

#[test]
fn should_open_a_leased_copy_with_its_own_key_only() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let (study, secret) = (packed.study, hospital.secret(&packed));
	let manifest = hospital.manifest(&packed);
	let lease = hospital.root.lease_secret(&study.0.0, &[1; 32], 5);
	let folder = hospital.folder.path().join("lease");
	let url = folder.to_str().expect("it has letters only");
	let store = hospital.runtime.block_on(Store::open(url)).expect("it can be made");
	let make = || {
		let from = (&hospital.store, &manifest, &secret);
		copy_for_lease(from, (&store, &lease), study, hospital.work()).expect("it opens")
	};
	let name = make();
	let once = files(&folder);
	assert_eq!(make(), name, "the daemon may do it twice");
	assert_eq!(files(&folder), once);

	let fetch = |secret| hospital.runtime.block_on(Manifest::fetch(&store, &name, study, secret));
	let error = fetch(&secret);
	assert!(matches!(error, Err(StudyError::ManifestUnopenable(_))), "{error:?}");
	let copy = fetch(&lease).expect("it is the grantee's");
	let out = hospital.folder.path().join("out");
	let leased = Expected { content_root: None, ..expected(&packed) };
	unpack((&store, &copy, &lease), &leased, &out, hospital.work()).expect("it is whole");
	let original = hospital.unpack(&packed, "original").expect("it is whole");
	assert!(files(&out) == files(&original));
}

#[test]
fn should_overwrite_nothing_when_the_folder_exists() {
	let hospital = Hospital::with_phantom();
	let packed = hospital.pack();
	let error = hospital.unpack(&packed, "images").expect_err("it has the originals");
	assert!(matches!(error, StudyError::Exists(_)), "{error:?}");
}

#[test]
fn should_refuse_a_file_when_it_changes_while_it_is_packed() {
	let hospital = Hospital::with_phantom();
	let planned = hospital.plan();
	let file = hospital.survey().studies[0].instances[3].path.clone();
	let mut file =
		fs::OpenOptions::new().append(true).open(hospital.images().join(file)).expect("it is ours");
	file.write_all(&[0]).expect("there is room");
	let error = pack(&planned, &hospital.root, &hospital.store, hospital.work());
	assert!(matches!(error, Err(StudyError::Changed(_))), "{error:?}");
}

/// A file that is sealed straight into the log.
#[test]
fn should_give_back_a_file_that_is_larger_than_memory_should_be() {
	let hospital = Hospital::with_phantom();
	let path = hospital.survey().studies[0].instances[0].path.clone();
	let path = hospital.images().join(path);
	// Pixels of 40 MiB in place of its own, and their length.
	let bytes = fs::read(&path).expect("it is there");
	let layout = Layout::read(std::io::Cursor::new(&bytes)).expect("it is DICOM");
	let start = layout.pixels[0].start as usize;
	let length = 40 * 1024 * 1024_u32;
	let mut large = bytes[..start].to_vec();
	large[start - 4..].copy_from_slice(&length.to_le_bytes());
	large.extend((0..length).map(|index| ((index * 31) >> 7) as u8));
	fs::write(&path, &large).expect("there is room");

	let packed = hospital.pack();
	let out = hospital.unpack(&packed, "out").expect("it is whole");
	let name = path.strip_prefix(hospital.images()).expect("it is below");
	assert!(fs::read(out.join(name)).expect("it came out") == large);

	let (study, secret) = (packed.study, hospital.secret(&packed));
	let lease = hospital.root.lease_secret(&study.0.0, &[1; 32], 5);
	let from = (&hospital.store, &hospital.manifest(&packed), &secret);
	let copy = copy_for_lease(from, (&hospital.store, &lease), study, hospital.work());
	let copy = hospital
		.runtime
		.block_on(Manifest::fetch(&hospital.store, &copy.expect("it opens"), study, &lease))
		.expect("it is the grantee's");
	let leased = Expected { content_root: None, ..expected(&packed) };
	let out = hospital.folder.path().join("leased");
	unpack((&hospital.store, &copy, &lease), &leased, &out, hospital.work()).expect("it is whole");
	assert!(fs::read(out.join(name)).expect("it came out") == large);
}

/// `CONTOUR_DICOM_SAMPLES` is a list of folders, separated like `PATH`.
#[test]
fn should_give_back_every_real_file_byte_for_byte() {
	let Some(folders) = env::var_os("CONTOUR_DICOM_SAMPLES") else {
		return;
	};
	for folder in env::split_paths(&folders) {
		let hospital = Hospital::new();
		let found = survey(&folder, None, &|_| {}).expect("the folder is there");
		assert!(!found.studies.is_empty(), "{}", folder.display());
		for (number, study) in found.studies.iter().enumerate() {
			let planned = plan(&folder, study, &hospital.root).expect("names are Unicode");
			let packed = pack(&planned, &hospital.root, &hospital.store, hospital.work())
				.expect("it can be sealed");
			let out = hospital.unpack(&packed, &number.to_string()).expect("it is whole");
			for instance in &study.instances {
				same(&folder.join(&instance.path), &out.join(&instance.path));
			}
		}
	}
}

fn same(one: &Path, other: &Path) {
	let read = |path: &Path| fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
	assert!(read(one) == read(other), "{} is not {}", one.display(), other.display());
}
