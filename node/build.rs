// SPDX-License-Identifier: Apache-2.0

//! Puts the commit into the version of the program.
//!
//! Where there is no git repository, `SUBSTRATE_CLI_GIT_COMMIT_HASH` can name the commit.

fn main() {
	substrate_build_script_utils::generate_cargo_keys();
	substrate_build_script_utils::rerun_if_git_head_changed();
}
