// SPDX-License-Identifier: Apache-2.0

//! Two hospitals with people, beside a real node.

use crate::{Chain, Error, Node, NodeBuilder, Person, council};
use contour_primitives::{
	AccountId, DAY, Hash, InstitutionId, Moment, Role, Roles, Specialties, UNIT,
};
use contour_runtime::RuntimeCall;
use pallet_credentials::Call as Credentials;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	time::SystemTime,
};
use tempfile::TempDir;

/// The hospital with which the development chain begins. Alice administers it.
pub const NORTH: InstitutionId = InstitutionId(0);
/// The other one.
pub const SOUTH: InstitutionId = InstitutionId(1);

/// A licence hash, as an administrator names it.
pub const LICENCE: &str = "0x0101010101010101010101010101010101010101010101010101010101010101";

/// The time, in milliseconds since the Unix epoch.
pub fn now() -> Moment {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	now.as_millis() as Moment
}

/// Vouches for somebody for a year.
pub fn credential(holder: &AccountId, role: Role) -> RuntimeCall {
	RuntimeCall::Credentials(Credentials::issue_credential {
		holder: holder.clone(),
		roles: Roles::from(role),
		specialties: Specialties::empty(),
		licence_hash: Hash::repeat_byte(1),
		expires: now() + 365 * DAY,
	})
}

/// A chain with a second hospital, and people: the north's custodian, the south's radiologist, and
/// somebody for whom nobody vouches.
pub async fn hospitals() -> (Node, Chain, TempDir, [Person; 3]) {
	hospitals_beside(NodeBuilder::development()).await
}

/// The same beside a node of the development chain that is yet to be started.
pub async fn hospitals_beside(node: NodeBuilder) -> (Node, Chain, TempDir, [Person; 3]) {
	let node = node.start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	let folder = tempfile::tempdir().expect("a temporary folder");
	let person = |name, custodian| Person::new(folder.path(), name, node.url(), custodian);
	let people = [person("custodian", true), person("reader", false), person("stranger", false)];
	chain.await_finalized(1).await.expect("the chain finalizes");

	let (alice, head) = (Sr25519Keyring::Alice.pair(), sr25519::Pair::generate().0);
	admit_south(&chain, &head).await.expect("Alice is the council");
	let custodian = credential(&people[0].account, Role::Custodian);
	let reader = credential(&people[1].account, Role::Radiologist);
	chain.send_all([(&alice, custodian), (&head, reader)]).await.expect("they may");
	let vouched = chain.header(None).await.expect("the node answers").number;
	chain.await_finalized(vouched).await.expect("the chain finalizes");
	(node, chain, folder, people)
}

/// Lets the council admit the second hospital, with money for fees.
pub async fn admit_south(chain: &Chain, head: &sr25519::Pair) -> Result<(), Error> {
	let admit = Credentials::admit_institution {
		name: b"South".to_vec().try_into().expect("it is short"),
		administrator: head.public().into(),
		allowance: UNIT,
	};
	let top_up = Credentials::top_up { institution: SOUTH, amount: 100 * UNIT };
	let calls = [admit, top_up].map(RuntimeCall::Credentials).to_vec();
	let motion = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls });
	council::pass(chain, &[Sr25519Keyring::Alice.pair()], motion).await
}

/// Every file below a folder, by its path in it.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
	let mut found = BTreeMap::new();
	let mut folders = vec![folder.to_path_buf()];
	while let Some(next) = folders.pop() {
		for entry in fs::read_dir(next).expect("it is readable") {
			let path = entry.expect("it is readable").path();
			if path.is_dir() {
				folders.push(path);
			} else {
				let name = path.strip_prefix(folder).expect("it is below").to_path_buf();
				found.insert(name, fs::read(path).expect("it is readable"));
			}
		}
	}
	found
}
