// SPDX-License-Identifier: Apache-2.0

//! What `frame_support::runtime` writes as unit tests of a runtime: `runtime_integrity_tests` and
//! `test_genesis_config_builds`. As such they would have all of it compiled a second time.

use contour_runtime::{AllPalletsWithSystem, RuntimeGenesisConfig};
use frame_support::traits::{BuildGenesisConfig, IntegrityTest};
use sp_io::TestExternalities;

#[test]
fn should_pass_the_integrity_test_of_every_pallet_when_assembled() {
	<AllPalletsWithSystem as IntegrityTest>::integrity_test();
}

#[test]
fn should_build_a_genesis_when_nothing_is_said() {
	TestExternalities::default().execute_with(|| RuntimeGenesisConfig::default().build());
}
