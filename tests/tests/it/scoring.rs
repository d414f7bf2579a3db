// SPDX-License-Identifier: Apache-2.0

//! The off-chain worker of a real node, beside what is no honest scorer.

use contour_e2e::{
	Chain, Liar, Node, NodeBuilder,
	hospitals::{NORTH, credential, now},
	wait_for,
};
use contour_primitives::{
	AccountId, Code, DAY, Hash, KeySuite, Modality, Moment, Purpose, Role, Sealed, StudyId, TaskId,
};
use contour_runtime::{Runtime, RuntimeCall};
use contour_scoring::{Method, Ppm};
use pallet_annotation::{Call as Annotation, Phase, Tasks, Terms};
use pallet_credentials::Call as Credentials;
use pallet_imaging::{Call as Imaging, NewStudy};
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;

const MINUTE: Moment = 60_000;
const STUDY: StudyId = StudyId(Hash::repeat_byte(1));
const TASK: TaskId = TaskId(0);
const SCORER_KEY: &str = "//North//scorer";

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

fn together(calls: impl IntoIterator<Item = RuntimeCall>) -> RuntimeCall {
	RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: calls.into_iter().collect() })
}

fn sealed(number: u8) -> Sealed {
	let locator = b"file:///nowhere".to_vec().try_into().expect("it is short");
	Sealed { root: Hash::repeat_byte(number), locator }
}

/// A hospital with a scorer, and a task on which two readers have handed something in.
async fn task() -> (Node, Chain) {
	let node = NodeBuilder::development().start().await.expect("the node starts");
	let chain = node.client().await.expect("the node answers");
	let alice = Sr25519Keyring::Alice.pair();
	let [keeper, first, second, scorer] = std::array::from_fn(|_| sr25519::Pair::generate().0);
	let scorer_key = chain.insert_scorer_key(SCORER_KEY).await.expect("the keystore takes it");

	let people = [
		(&keeper, Role::Custodian),
		(&first, Role::Radiologist),
		(&second, Role::Radiologist),
		(&scorer, Role::Scorer),
	];
	let vouch = people.map(|(who, role)| credential(&account(who), role));
	chain.send(&alice, together(vouch)).await.expect("Alice may");
	let set_key = |number: u8| {
		RuntimeCall::Credentials(Credentials::set_encryption_key {
			suite: KeySuite::X25519,
			bytes: vec![number; 32].try_into().expect("it is short"),
		})
	};
	let keys = (1..).zip([&first, &second, &scorer]);
	chain.send_all(keys.map(|(number, who)| (who, set_key(number)))).await.expect("they may");
	let appoint = Annotation::appoint_scorer { account: account(&scorer), key: scorer_key.into() };
	chain.send(&alice, RuntimeCall::Annotation(appoint)).await.expect("Alice may");

	let study = NewStudy {
		id: STUDY,
		patient: None,
		modality: Modality::Mr,
		content_root: Hash::repeat_byte(2),
		metadata_hash: Hash::repeat_byte(3),
		commitment: Hash::repeat_byte(4),
		instances: 1,
		bytes: 1_000,
		locator: Default::default(),
	};
	let studies = vec![study].try_into().expect("it is one");
	let register = RuntimeCall::Imaging(Imaging::register { custodian: NORTH, studies });
	let text = |text: &str| text.as_bytes().to_vec().try_into().expect("it is short");
	let open = RuntimeCall::Annotation(Annotation::open {
		institution: NORTH,
		study: STUDY,
		terms: Terms {
			structure: Code { scheme: text("SCT"), value: text("4147007") },
			method: Method::Majority,
			wanted: 2,
			threshold: Ppm::from_parts(700_000),
			panel: 1,
			reading: 10 * MINUTE,
			scoring: 10 * MINUTE,
			voting: MINUTE,
			revealing: MINUTE,
			appeal: MINUTE,
		},
		brief: sealed(1),
		bounty: 0,
	});
	chain.send(&keeper, together([register, open])).await.expect("the custodian may");
	let readers = [&first, &second];
	let come = || {
		let (study, purpose) = (STUDY, Purpose::ClinicalCare);
		let request = Imaging::request_access { study, purpose, duration: DAY, approval: None };
		let claim = RuntimeCall::Annotation(Annotation::claim { id: TASK });
		together([RuntimeCall::Imaging(request), claim])
	};
	chain.send_all(readers.map(|reader| (reader, come()))).await.expect("the readers may");
	let grant = |reader| {
		RuntimeCall::Imaging(Imaging::grant_access {
			study: STUDY,
			grantee: account(reader),
			key: vec![7; 80].try_into().expect("it is short"),
			expires: now() + DAY / 2,
			locator: Default::default(),
		})
	};
	chain.send(&keeper, together(readers.map(grant))).await.expect("the custodian may");
	let submit = |number: u8| {
		let submit = Annotation::submit { id: TASK, reading: sealed(number), finished: true };
		RuntimeCall::Annotation(submit)
	};
	let readings = (2..).zip(readers);
	let readings = readings.map(|(number, reader)| (reader, submit(number)));
	chain.send_all(readings).await.expect("the readers may");
	(node, chain)
}

async fn phase(chain: &Chain) -> Phase {
	let key = Tasks::<Runtime>::hashed_key_for(TASK);
	let task: Option<pallet_annotation::TaskOf<Runtime>> =
		chain.storage(key, None).await.expect("the node answers");
	task.expect("it is open").phase
}

#[tokio::test(flavor = "multi_thread")]
async fn should_report_what_the_scorer_beside_the_node_says_and_carry_on_when_there_is_none() {
	let (node, chain) = task().await;
	assert!(matches!(phase(&chain).await, Phase::Scoring { .. }));

	// None is configured, then one that is not there: the node says so, and makes blocks.
	wait_for("the node to miss a scorer", 30, || async {
		Ok(node.has_logged("start it with --scorer-url").then_some(()))
	})
	.await
	.expect("it says so");
	chain.use_scorer("http://127.0.0.1:1").await.expect("the node's own RPC may");
	wait_for("the node to miss its scorer", 30, || async {
		Ok(node.has_logged("does not answer; others carry the task").then_some(()))
	})
	.await
	.expect("it says so");
	let before = chain.finalized().await.expect("the node answers");
	chain.await_finalized(before + 2).await.expect("it makes blocks");

	// Where there is only one scorer, nobody contradicts it.
	let liar = Liar::start().await.expect("it starts");
	chain.use_scorer(&liar.url()).await.expect("the node's own RPC may");
	wait_for("the task to be validated", 60, || async {
		let consensus = Hash::repeat_byte(1);
		let phase = phase(&chain).await;
		Ok(matches!(phase, Phase::Validated { consensus: held, .. } if held == consensus)
			.then_some(()))
	})
	.await
	.expect("one of one is enough");
	// In the next blocks there is nothing to do any more.
	let validated = chain.header(None).await.expect("the node answers").number;
	chain.await_finalized(validated + 2).await.expect("it makes blocks");
	assert!(!node.has_logged("panicked"), "{}", node.log());
}
