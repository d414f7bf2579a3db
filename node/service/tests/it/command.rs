// SPDX-License-Identifier: Apache-2.0

//! What the node answers when something is wrong at its start.

use contour_service::{
	Error,
	tested::{advise, ensure_backend},
};
use sc_cli::NetworkBackendType;

#[test]
fn should_say_what_to_do_when_the_sdk_does_not() {
	let no_key = advise(Error::NetworkKeyNotFound("/data/secret_ed25519".into())).to_string();
	assert!(no_key.contains("/data/secret_ed25519"), "{no_key}");
	assert!(no_key.contains("generate-node-key --chain"), "{no_key}");

	let locked = advise(Error::Input("Database file is in use. (os error 11)".into()));
	assert!(locked.to_string().contains("--base-path"), "{locked}");

	let port = advise(Error::Input("Address already in use (os error 98)".into()));
	assert!(port.to_string().contains("--rpc-port"), "{port}");

	let denied = advise(Error::Input("Permission denied (os error 13)".into()));
	assert!(denied.to_string().contains("chown"), "{denied}");
}

#[test]
fn should_name_the_backend_there_is_when_asked_for_the_other() {
	assert!(ensure_backend(NetworkBackendType::Litep2p).is_ok());
	let error = ensure_backend(NetworkBackendType::Libp2p).expect_err("it is not in this build");
	assert!(error.to_string().contains("litep2p only"), "{error}");
}

#[test]
fn should_leave_an_error_as_it_is_when_it_speaks_for_itself() {
	let error = advise(Error::Input("no chain given".into()));
	assert_eq!(error.to_string(), "Invalid input: no chain given");
}
