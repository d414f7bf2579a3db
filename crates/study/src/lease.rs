// SPDX-License-Identifier: Apache-2.0

//! The copy that is made for one lease: the same files, sealed under a key of its own.

use super::{
	Progress, StudyError, Work,
	manifest::{Instance, Manifest},
	ordered::in_order,
	pack::store_error,
	sealing::{Parts, Sealed},
	unpack::{Opening, named},
};
use contour_primitives::StudyId;
use contour_seal::{keys::StudySecret, stream::Opener};
use contour_store::{LogReader, LogWriter, ObjectName, Store};
use std::io::{Seek, SeekFrom, Write};
use tokio::runtime::Handle;

/// Instances whose sealed pixels are longer than this are copied one after the other, over the disk.
const IN_MEMORY: u64 = 32 * 1024 * 1024;

/// Copies a study to another store, sealed under another secret, and returns the name of the copy's
/// manifest. The manifest opens the same commitment.
///
/// Doing it again writes only what is missing.
///
/// # Errors
///
/// Those of reading, opening, sealing and storing.
pub fn copy_for_lease(
	from: (&Store, &Manifest, &StudySecret),
	to: (&Store, &StudySecret),
	study: StudyId,
	work: Work<'_>,
) -> Result<ObjectName, StudyError> {
	let Work { runtime, threads, progress } = work;
	let (store, manifest, secret) = from;
	let (copy_store, copy_secret) = to;
	let reader = LogReader::new(store, manifest.log.clone());
	let mut log = LogWriter::new(copy_store).into_blocking(runtime.clone());
	let mut instances = Vec::with_capacity(manifest.instances.len());
	let total = manifest.instances.len();
	in_order(
		&manifest.instances,
		threads,
		|instance| {
			let opening = Opening { instance, study, secret, reader: &reader };
			if instance.pixels_length() > IN_MEMORY {
				return Ok(None);
			}
			reseal(&opening, copy_secret, runtime).map(Some)
		},
		|instance, sealed| {
			let offset = log.length();
			match sealed {
				Some(sealed) => log.write_all(&sealed).map_err(store_error)?,
				None => {
					let opening = Opening { instance, study, secret, reader: &reader };
					reseal_long(&opening, copy_secret, runtime, &mut log)?;
				}
			}
			instances.push(Instance { offset, ..instance.clone() });
			progress(Progress { done: instances.len(), total });
			Ok(())
		},
	)?;
	if instances.len() != total {
		return Err(StudyError::Interrupted);
	}
	let copy = manifest.with_log(log.finish()?, instances);
	runtime.block_on(copy.store(copy_store, copy_secret))
}

fn reseal(
	opening: &Opening<'_>,
	secret: &StudySecret,
	runtime: &Handle,
) -> Result<Vec<u8>, StudyError> {
	let metadata = opening.metadata(runtime)?;
	let mut pixels = Vec::new();
	open_pixels(opening, &metadata.digest, runtime, &mut pixels)?;
	let digest = &opening.instance.digest;
	let sealed = Sealed::new(digest, &metadata.bytes, &pixels, opening.study, secret);
	Ok(sealed.bytes)
}

fn reseal_long(
	opening: &Opening<'_>,
	secret: &StudySecret,
	runtime: &Handle,
	out: impl Write,
) -> Result<(), StudyError> {
	let path = &opening.instance.path;
	let metadata = opening.metadata(runtime)?;
	let spool = tempfile::tempfile().map_err(StudyError::file(path))?;
	let mut hashing = super::manifest::Hashing::new(&spool);
	open_pixels(opening, &metadata.digest, runtime, &mut hashing)?;
	let (mut spool, pixels_digest) = hashing.finish();
	spool.seek(SeekFrom::Start(0)).map_err(StudyError::file(path))?;
	let digest = opening.instance.digest;
	let parts = Parts { digest, metadata: metadata.bytes, pixels: spool, pixels_digest };
	parts.seal_to(out, opening.study, secret).map_err(seal_error(opening))?;
	Ok(())
}

fn open_pixels(
	opening: &Opening<'_>,
	metadata: &[u8; 32],
	runtime: &Handle,
	mut out: impl Write,
) -> Result<(), StudyError> {
	let instance = opening.instance;
	let range = instance.sealed_pixels();
	let sealed_len = range.end.saturating_sub(range.start);
	let sealed = opening.reader.read_blocking(range, runtime.clone())?;
	let bound = Instance::associated_data(opening.study, &instance.digest);
	let key = opening.secret.pixel_key(metadata);
	let open = |source| StudyError::Open { path: instance.path.clone(), part: "pixels", source };
	let mut opener =
		Opener::with_len(sealed, &key, &bound, sealed_len).map_err(|error| named(error, open))?;
	std::io::copy(&mut opener, &mut out).map_err(|error| named(error.into(), open))?;
	Ok(())
}

fn seal_error(opening: &Opening<'_>) -> impl FnOnce(contour_seal::stream::SealError) -> StudyError {
	let path = opening.instance.path.clone().into();
	|source| StudyError::Seal { path, source }
}
