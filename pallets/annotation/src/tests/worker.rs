// SPDX-License-Identifier: Apache-2.0

//! What a node's off-chain worker asks the scorer beside it, and what it submits.

use super::wire::{Answer, Asked, Scripted, Wire};
use crate::{Attestations, Call, KEY_TYPE, Phase, Seeds, Tasks, mock::*};
use codec::{Decode, DecodeAll, Encode};
use contour_primitives::{
	Hash, InstitutionId, KeySuite, Sealed, TaskId,
	scorer::{self, PanelRequest, Readings, SCORER_TOKEN, SCORER_URL, WORKER_STATUS, WorkerStatus},
};
use contour_scoring::{Method, Report};
use frame_support::{
	assert_ok,
	traits::{Authorize, Hooks},
};
use parking_lot::{Mutex, RwLock};
use sp_core::offchain::{
	Duration, OffchainDbExt, OffchainWorkerExt, StorageKind, TransactionPool, TransactionPoolExt,
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
};
use sp_keystore::{Keystore, KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{
	offchain::storage_lock::{StorageLock, Time},
	traits::Dispatchable,
	transaction_validity::TransactionSource,
};
use std::sync::Arc;

const URL: &[u8] = b"http://127.0.0.1:9/";
const TOKEN: &[u8] = b"secret";

/// A pool that takes nothing.
struct FullPool;

impl TransactionPool for FullPool {
	fn submit_transaction(&mut self, _: Vec<u8>) -> Result<(), ()> {
		Err(())
	}
}

/// What the worker of a node did.
struct Node {
	asked: Arc<Mutex<Vec<Asked>>>,
	pool: Arc<RwLock<PoolState>>,
}

impl Node {
	/// Requests since the last time.
	fn asked(&self) -> Vec<Asked> {
		std::mem::take(&mut self.asked.lock())
	}

	/// Calls submitted since the last time.
	fn submitted(&self) -> Vec<Call<Test>> {
		std::mem::take(&mut self.pool.write().transactions)
			.into_iter()
			.map(|bytes| {
				let transaction = Extrinsic::decode_all(&mut &bytes[..]).expect("it is one");
				match transaction.function {
					RuntimeCall::Annotation(call) => call,
					other => panic!("{other:?}"),
				}
			})
			.collect()
	}

	/// Lets what was submitted come into a block.
	fn include(&self) -> usize {
		let calls = self.submitted();
		for call in &calls {
			let validity = call.authorize(TransactionSource::Local).expect("it is authorised");
			assert!(validity.is_ok(), "{call:?}: {validity:?}");
			assert_ok!(RuntimeCall::from(call.clone()).dispatch(authorized()));
		}
		calls.len()
	}
}

/// Runs a test on a node that has the scorer keys of some institutions, beside a scorer that answers
/// so.
fn on_node(
	keys: &[InstitutionId],
	answer: impl Fn(&Asked) -> Answer + Send + 'static,
	test: impl FnOnce(Node),
) {
	let (wire, asked) = Wire::new(answer);
	let (pool_ext, pool) = TestTransactionPoolExt::new();
	let keystore = MemoryKeystore::new();
	for institution in keys {
		let seed = format!("0x{}", format!("{:02x}", institution.0 + 1).repeat(32));
		let public = key(*institution).1.encode();
		keystore.insert(KEY_TYPE, &seed, &public).expect("memory is there");
	}
	let mut ext = ExtBuilder::build();
	ext.register_extension(OffchainWorkerExt::new(wire));
	ext.register_extension(OffchainDbExt::new(TestOffchainExt::new().0));
	ext.register_extension(TransactionPoolExt::new(pool_ext));
	ext.register_extension(KeystoreExt::new(keystore));
	ext.execute_with(|| {
		configure(SCORER_URL, URL);
		configure(SCORER_TOKEN, TOKEN);
		test(Node { asked, pool });
		Annotation::do_try_state().expect("the pallet's invariants hold");
	});
}

fn configure(setting: &[u8], value: &[u8]) {
	sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, setting, value);
}

fn work() {
	Annotation::offchain_worker(System::block_number());
}

fn handed_in() -> TaskId {
	let task = open();
	read(task, &[ANNA, BEN, CARLA]);
	task
}

fn ok(answer: impl Encode) -> Answer {
	Answer::Status(200, answer.encode())
}

fn agreeing(_: &Asked) -> Answer {
	ok(scorer::Answer::Ready(report(900_000, &[950_000, 940_000, 930_000])))
}

/// A scorer that finds that the readers disagree, and shows panels the readings.
fn disagreeing(asked: &Asked) -> Answer {
	if asked.uri.ends_with("/panel") {
		return ok(scorer::Answer::Ready(sealed(40)));
	}
	ok(scorer::Answer::Ready(report(300_000, &[900_000, 880_000, 310_000])))
}

#[test]
fn should_ask_the_scorer_and_submit_what_it_says_when_a_task_waits() {
	on_node(&[NORTH], agreeing, |node| {
		let task = handed_in();
		work();
		let asked = node.asked();
		let [request] = &asked[..] else { panic!("it asks once: {asked:?}") };
		assert_eq!(request.method, "POST");
		assert_eq!(request.uri, "http://127.0.0.1:9/score");
		let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
		assert_eq!(
			request.headers,
			[
				header("content-type", "application/octet-stream"),
				header("authorization", "Bearer secret"),
			]
		);
		let body = Readings::decode_all(&mut &request.body[..]).expect("it is a request");
		assert_eq!(
			body,
			Readings {
				genesis: Annotation::genesis(),
				task,
				study: study(1),
				method: Method::Staple,
				threshold: terms().threshold,
				structure: terms().structure,
				opener: KEEPER,
				brief: sealed(9),
				readings: vec![(ANNA, sealed(1)), (BEN, sealed(2)), (CARLA, sealed(3))],
				accepted: None,
				urgent: false,
			}
		);
		assert_eq!(node.include(), 1);
		let attestations = Attestations::<Test>::get(task);
		assert_eq!((attestations.len(), attestations[0].institution), (1, NORTH));
		assert_ne!(attestations[0].commitment, Hash::zero());

		work();
		assert!(node.asked().is_empty(), "it has reported");
		assert!(node.submitted().is_empty());
	});
}

#[test]
fn should_send_no_token_when_none_is_configured() {
	on_node(&[NORTH], agreeing, |node| {
		configure(SCORER_TOKEN, b"");
		handed_in();
		work();
		let headers: Vec<_> = node.asked()[0].headers.iter().map(|it| it.0.clone()).collect();
		assert_eq!(headers, ["content-type"]);
		assert_eq!(node.submitted().len(), 1);
	});
}

#[test]
fn should_submit_the_same_again_when_a_block_passes_before_it_is_included() {
	on_node(&[NORTH], agreeing, |node| {
		handed_in();
		work();
		let first = node.submitted();
		wait(6 * SECOND);
		work();
		assert_eq!(node.submitted(), first);
	});
}

#[test]
fn should_ask_nobody_when_nothing_can_come_of_it() {
	type Change = fn();
	let changes: [Change; 6] = [
		|| {
			open();
		},
		|| {
			handed_in();
			configure(SCORER_URL, b"");
		},
		|| {
			handed_in();
			configure(SCORER_URL, &[0xff, 0xfe]);
		},
		|| {
			handed_in();
			assert_ok!(Annotation::dismiss_scorer(by(head(NORTH))));
		},
		|| {
			validated();
		},
		|| {
			handed_in();
			wait(terms().scoring);
		},
	];
	for change in changes {
		on_node(&[NORTH], agreeing, |node| {
			change();
			work();
			assert!(node.asked().is_empty());
			assert!(node.submitted().is_empty());
		});
	}
	on_node(&[], agreeing, |node| {
		handed_in();
		work();
		assert!(node.asked().is_empty());
	});
}

#[test]
fn should_leave_a_task_alone_when_it_does_not_count_on_the_institution() {
	on_node(&[WEST], agreeing, |node| {
		handed_in();
		assert_ok!(Annotation::appoint_scorer(by(head(WEST)), scorer(WEST), key(WEST).1));
		work();
		assert!(node.asked().is_empty());
		let counted_on = handed_in();
		work();
		assert_eq!(node.asked().len(), 1);
		assert!(Tasks::<Test>::get(counted_on).expect("it is open").scorers.contains(&WEST));
		assert_eq!(node.include(), 1);
	});
}

#[test]
fn should_submit_nothing_and_not_panic_when_the_scorer_fails() {
	let told = scorer::Answer::Ready(report(900_000, &[950_000, 940_000, 930_000])).encode();
	let cut = told[..told.len() - 1].to_vec();
	let longer = [&told[..], &[0]].concat();
	let failures: Vec<Scripted> = vec![
		Box::new(|_| Answer::Absent),
		Box::new(|_| Answer::Slow),
		Box::new(|_| Answer::Broken),
		Box::new({
			let cut = cut.clone();
			move |_| Answer::Torn(cut.clone())
		}),
		Box::new({
			let told = told.clone();
			move |_| Answer::Status(500, told.clone())
		}),
		Box::new(|_| Answer::Status(401, vec![])),
		Box::new(|_| Answer::Status(200, vec![])),
		Box::new(move |_| Answer::Status(200, cut.clone())),
		Box::new(move |_| Answer::Status(200, longer.clone())),
		Box::new(|_| Answer::Status(200, b"<!doctype html>".to_vec())),
		Box::new(|_| Answer::Status(200, vec![0; 1_000_000])),
		Box::new(|_| ok(scorer::Answer::<Report>::Pending)),
		Box::new(|_| ok(scorer::Answer::<Report>::Unable)),
	];
	for (number, failure) in failures.into_iter().enumerate() {
		on_node(&[NORTH], failure, |node| {
			handed_in();
			work();
			assert!(node.submitted().is_empty(), "failure {number}");
			work();
			let attempts = node.asked().len();
			assert!(attempts == 2 || number == 0, "it tries again: {number}");
		});
	}
}

#[test]
fn should_tell_the_operator_how_it_gets_on_with_the_scorer() {
	let status = || {
		let kept = sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, WORKER_STATUS);
		kept.map(|it| WorkerStatus::decode_all(&mut &it[..]).expect("it is a status"))
	};
	on_node(
		&[NORTH],
		|_| Answer::Status(500, vec![]),
		move |_| {
			work();
			assert_eq!(status(), None);
			handed_in();
			handed_in();
			work();
			assert_eq!(status(), Some(WorkerStatus { asked: 2, failed: 2 }));
			configure(SCORER_URL, b"");
			work();
			assert_eq!(status(), Some(WorkerStatus { asked: 2, failed: 3 }));
		},
	);
	on_node(&[NORTH], agreeing, move |_| {
		handed_in();
		configure(WORKER_STATUS, b"something else");
		work();
		assert_eq!(status(), Some(WorkerStatus { asked: 1, failed: 0 }));
	});
}

#[test]
fn should_go_on_with_the_next_task_when_one_cannot_be_scored() {
	let answer = |asked: &Asked| {
		let request = Readings::decode(&mut &asked.body[..]);
		match request.map(|request| request.task) {
			Ok(TaskId(0)) => Answer::Status(500, vec![]),
			_ => agreeing(asked),
		}
	};
	on_node(&[NORTH], answer, |node| {
		handed_in();
		let second = handed_in();
		work();
		assert_eq!(node.asked().len(), 2);
		let submitted = node.submitted();
		assert_eq!(submitted.len(), 1);
		assert!(matches!(&submitted[0], Call::report { id, .. } if *id == second));
	});
}

#[test]
fn should_not_panic_when_the_pool_takes_nothing() {
	let mut ext = ExtBuilder::build();
	let (wire, asked) = Wire::new(agreeing);
	let keystore = MemoryKeystore::new();
	let seed = format!("0x{}", "01".repeat(32));
	keystore.insert(KEY_TYPE, &seed, &key(NORTH).1.encode()).expect("memory is there");
	ext.register_extension(OffchainWorkerExt::new(wire));
	ext.register_extension(OffchainDbExt::new(TestOffchainExt::new().0));
	ext.register_extension(TransactionPoolExt::new(FullPool));
	ext.register_extension(KeystoreExt::new(keystore));
	ext.execute_with(|| {
		configure(SCORER_URL, URL);
		handed_in();
		work();
		assert_eq!(asked.lock().len(), 1);
	});
}

#[test]
fn should_not_work_twice_at_a_time() {
	on_node(&[NORTH], agreeing, |node| {
		handed_in();
		let patience = Duration::from_millis(60_000);
		let mut lock = StorageLock::<Time>::with_deadline(b"contour/scorer/lock", patience);
		let guard = lock.try_lock().expect("nobody works");
		work();
		assert!(node.asked().is_empty());
		drop(guard);
		work();
		assert_eq!(node.asked().len(), 1);
	});
}

#[test]
fn should_say_that_it_is_urgent_when_half_of_the_time_is_over() {
	on_node(
		&[NORTH],
		|_| ok(scorer::Answer::<Report>::Pending),
		|node| {
			handed_in();
			let urgent = || {
				work();
				let asked = node.asked();
				Readings::decode(&mut &asked[0].body[..]).expect("it is a request").urgent
			};
			assert!(!urgent());
			wait(terms().scoring / 2 - 1);
			assert!(!urgent());
			wait(1);
			assert!(urgent());
		},
	);
}

#[test]
fn should_come_to_every_task_when_many_wait() {
	on_node(
		&[NORTH],
		|_| ok(scorer::Answer::<Report>::Pending),
		|node| {
			for _ in 0..40 {
				handed_in();
			}
			let mut seen = std::collections::BTreeSet::new();
			for _ in 0..40 {
				work();
				let asked = node.asked();
				assert!(asked.len() <= 16);
				for request in asked {
					let request = Readings::decode(&mut &request.body[..]);
					seen.insert(request.expect("it is a request").task);
				}
				wait(SECOND);
			}
			assert_eq!(seen.len(), 40);
		},
	);
}

#[test]
fn should_carry_a_disputed_task_to_its_end_when_two_institutions_share_a_node() {
	on_node(&[NORTH, SOUTH], disagreeing, |node| {
		enlist(20);
		let task = handed_in();
		work();
		assert_eq!(node.include(), 2);
		assert!(matches!(phase(task), Phase::Drawing { .. }));
		node.asked();

		work();
		assert!(node.asked().is_empty(), "secrets need no scorer");
		assert_eq!(node.include(), 2);
		assert_eq!(Seeds::<Test>::get(task).len(), 2);
		assert!(matches!(phase(task), Phase::Committing { .. }));

		work();
		let asked = node.asked();
		assert_eq!(asked.len(), 2);
		assert_eq!(asked[0].uri, "http://127.0.0.1:9/panel");
		let request = PanelRequest::decode_all(&mut &asked[0].body[..]).expect("it is a request");
		assert_eq!(
			(request.round, request.readings.task, request.readings.urgent),
			(1, task, true)
		);
		let shown: Vec<_> = request.panel.iter().map(|member| member.who.clone()).collect();
		assert_eq!(shown, members(1));
		assert!(request.panel.iter().all(|it| it.suite == KeySuite::X25519));
		assert_eq!(node.include(), 2);
		work();
		assert!(node.asked().is_empty(), "the readings are shown");

		vote(&members(1), &[0b011; 3]);
		assert_ok!(Annotation::appeal(by(CARLA), task, Hash::zero()));
		work();
		assert_eq!(node.include(), 2, "the second secrets");
		assert_eq!(members(2).len(), 7);
		work();
		let asked = node.asked();
		let request = PanelRequest::decode_all(&mut &asked[0].body[..]).expect("it is a request");
		assert_eq!((request.round, request.panel.len()), (2, 7));
		assert_eq!(node.include(), 2);

		vote(&members(2), &[0b011; 7]);
		assert!(matches!(phase(task), Phase::Scoring { .. }));
		work();
		let asked = node.asked();
		let request = Readings::decode_all(&mut &asked[0].body[..]).expect("it is a request");
		assert_eq!(request.accepted, Some(0b011));
		assert_eq!(node.include(), 2);
		assert!(matches!(phase(task), Phase::Validated { .. }));
		work();
		assert!(node.asked().is_empty());
	});
}

#[test]
fn should_reveal_nothing_when_the_report_was_outvoted_or_late() {
	on_node(&[EAST], agreeing, |node| {
		enlist(12);
		let task = handed_in();
		work();
		assert_eq!(node.include(), 1);
		let told = report(300_000, &[900_000, 880_000, 310_000]);
		assert_ok!(score(NORTH, task, &told));
		assert_ok!(score(SOUTH, task, &told));
		assert!(matches!(phase(task), Phase::Drawing { .. }));
		work();
		assert!(node.submitted().is_empty());
	});
}

#[test]
fn should_show_no_readings_when_the_scorer_cannot() {
	let answers: [fn() -> Answer; 5] = [
		|| ok(scorer::Answer::<Sealed>::Pending),
		|| ok(scorer::Answer::<Sealed>::Unable),
		|| Answer::Status(500, vec![]),
		|| Answer::Status(200, vec![9; 9]),
		|| Answer::Slow,
	];
	for answer in answers {
		on_node(
			&[NORTH],
			move |_| answer(),
			|node| {
				dispute();
				work();
				assert_eq!(node.asked().len(), 1);
				assert!(node.submitted().is_empty());
			},
		);
	}
}

#[test]
fn should_tell_the_scorer_of_no_member_whose_key_is_gone() {
	on_node(&[NORTH], disagreeing, |node| {
		let members = dispute();
		Hospitals::lose_key(&members[1]);
		work();
		let asked = node.asked();
		let request = PanelRequest::decode_all(&mut &asked[0].body[..]).expect("it is a request");
		let shown: Vec<_> = request.panel.iter().map(|member| member.who.clone()).collect();
		assert_eq!(shown, [members[0].clone(), members[2].clone()]);
		assert_eq!(node.include(), 1);
	});
}
