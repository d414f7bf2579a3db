// SPDX-License-Identifier: Apache-2.0

//! The command line.

use clap::error::ErrorKind;
use contour_service::{
	Release,
	tested::{Cli, command},
};
use sc_cli::CliConfiguration as _;
use sc_service::Role;

fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
	let release = Release {
		version: "0.0.0-test",
		chains: &["one", "two"],
		load_chain: |id| Err(format!("no chain {id}")),
	};
	Cli::understand(release, ["contour-node"].iter().chain(arguments))
}

fn offchain(arguments: &[&str], role: Role) -> (bool, bool) {
	let cli = parse(arguments).expect("these are valid arguments");
	let config = cli.run.offchain_worker(&role).expect("nothing here can fail");
	(config.enabled, config.indexing_enabled)
}

#[test]
fn should_be_consistent_when_clap_checks_the_command() {
	parse(&[]).expect("no argument is needed");
	command().debug_assert();
}

#[test]
fn should_run_offchain_workers_and_index_when_nothing_is_said() {
	assert_eq!(offchain(&[], Role::Full), (true, true));
	assert_eq!(offchain(&["--validator"], Role::Authority), (true, true));
}

#[test]
fn should_leave_offchain_parts_off_when_told() {
	assert_eq!(offchain(&["--offchain-worker", "never"], Role::Full), (false, true));
	assert_eq!(offchain(&["--enable-offchain-indexing", "false"], Role::Full), (true, false));
}

#[test]
fn should_ask_for_the_chain_when_a_node_key_goes_into_its_folder() {
	let key = ["key", "generate-node-key"];
	assert!(parse(&key).is_ok());
	let error = parse(&[&key[..], &["--base-path", "/tmp"]].concat()).expect_err("no --chain");
	assert_eq!(error.kind(), ErrorKind::MissingRequiredArgument);
	assert!(parse(&[&key[..], &["--base-path", "/tmp", "--chain", "one"]].concat()).is_ok());
}

#[test]
fn should_name_the_chains_when_help_is_asked_of_any_subcommand() {
	parse(&[]).expect("no argument is needed");
	for path in [&["--help"][..], &["revert", "--help"], &["key", "insert", "--help"]] {
		let help = parse(path).expect_err("help is an error to clap").to_string();
		assert!(help.contains("one, two"), "{help}");
		assert!(!help.contains("staging"), "{help}");
	}
}
