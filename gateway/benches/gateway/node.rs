// SPDX-License-Identifier: Apache-2.0

//! From a command to a finalized registration, with a node of the development chain and the program
//! `contour`.

use crate::{Bench, images, median, round};
use contour_chain::{Chain, api};
use contour_primitives::{DAY, Moment, Role, Roles, Specialties};
use serde::Serialize;
use serde_json::Value;
use std::{
	fmt,
	fs::{self, File},
	path::Path,
	process::{Child, Command, Stdio},
	thread,
	time::{Duration, Instant, SystemTime},
};
use subxt::utils::{H256, Static};
use subxt_signer::sr25519::dev;
use tokio::runtime::Runtime;

/// Images of each study.
const IMAGES: usize = 1_000;
const ROUNDS: usize = 5;
/// How long a node may take to open its RPC port.
const START: Duration = Duration::from_secs(60);

/// Medians in seconds.
#[derive(Serialize)]
pub(crate) struct Registration {
	images: usize,
	/// From the command's start until everything is durable.
	sealed: f64,
	/// From then until the command ends, the registration being final.
	finalized: f64,
	/// Both together.
	total: f64,
	/// A transaction that does nothing, from handing it in until it is final.
	one_finality: f64,
	/// `finalized` over `one_finality`.
	ratio: f64,
	rounds: usize,
}

pub(crate) fn measure(program: &Path, bench: &Bench) -> Registration {
	let folder = bench.folder("registration");
	let runtime = Runtime::new().expect("threads can be made");
	let node = Node::start(program, &folder);
	let chain = runtime.block_on(Chain::connect(&node.url)).expect("the node answers");
	let custodian = Custodian { folder: &folder, url: &node.url };
	custodian.enrol(&runtime, &chain);

	let (mut sealed, mut finalized, mut total, mut nothing) = (vec![], vec![], vec![], vec![]);
	for round in 0..ROUNDS {
		let begun = Instant::now();
		let remark = api::transactions().system().remark(vec![1]);
		runtime.block_on(chain.submit(&dev::alice(), &remark)).expect("Alice may");
		nothing.push(begun.elapsed().as_secs_f64());

		// Other images are another study. Each round begins at another time of the slot.
		let first = round * (bench.images() - IMAGES) / (ROUNDS - 1);
		let images = folder.join(format!("images-{round}"));
		images::link(&bench.all_images(), first..first + IMAGES, &images).expect("it is new");
		bench.settle();
		thread::sleep(Duration::from_millis(370 * round as u64));
		let (begun, clock) = (Instant::now(), SystemTime::now());
		let dir = images.to_str().expect("paths are Unicode here");
		custodian.contour(&["study", "register", dir, "--institution", "0"]);
		let until = begun.elapsed().as_secs_f64();
		let store = folder.join("store");
		let durable = newest(&store).duration_since(clock).unwrap_or_default().as_secs_f64();
		sealed.push(durable);
		finalized.push(until - durable);
		total.push(until);
		bench.discard(&store);
		fs::remove_dir_all(&images).expect("it is ours");
	}
	drop(node);
	fs::remove_dir_all(&folder).expect("it is ours");
	let (finalized, one_finality) = (median(finalized), median(nothing));
	Registration {
		images: IMAGES,
		sealed: round(median(sealed)),
		finalized: round(finalized),
		total: round(median(total)),
		one_finality: round(one_finality),
		ratio: round(finalized / one_finality),
		rounds: ROUNDS,
	}
}

/// When the last object was written: the manifest.
fn newest(store: &Path) -> SystemTime {
	walkdir::WalkDir::new(store.join("objects"))
		.into_iter()
		.map(|entry| entry.expect("it is ours").metadata().expect("it is ours"))
		.filter(fs::Metadata::is_file)
		.map(|file| file.modified().expect("files have a time here"))
		.max()
		.expect("there are objects")
}

/// Somebody who registers studies at a terminal.
struct Custodian<'a> {
	folder: &'a Path,
	url: &'a str,
}

impl Custodian<'_> {
	/// Makes the key file, and lets the hospital vouch for it.
	fn enrol(&self, runtime: &Runtime, chain: &Chain) {
		fs::write(self.folder.join("passphrase"), "benchmark\n").expect("it is ours");
		let made = self.contour(&["keys", "generate", "--custodian"]);
		let account = made["account"].as_str().expect("it is an account");
		let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
		let expires = now.expect("it is after 1970").as_millis() + u128::from(DAY);
		let vouch = api::transactions().credentials().issue_credential(
			account.parse().expect("it is an account"),
			Static(Roles::from(Role::Custodian)),
			Static(Specialties::empty()),
			H256([1; 32]),
			expires as Moment,
		);
		runtime.block_on(chain.submit(&dev::alice(), &vouch)).expect("Alice is an administrator");
	}

	/// What the command says.
	fn contour(&self, arguments: &[&str]) -> Value {
		let output = Command::new(env!("CARGO_BIN_EXE_contour"))
			.args(arguments)
			.args(["--json", "--url", self.url])
			.arg("--key")
			.arg(self.folder.join("key"))
			.arg("--passphrase-file")
			.arg(self.folder.join("passphrase"))
			.arg("--store")
			.arg(self.folder.join("store"))
			.stdin(Stdio::null())
			.stderr(Stdio::inherit())
			.output()
			.expect("it was built with this program");
		let said = String::from_utf8_lossy(&output.stdout);
		assert!(output.status.success(), "{arguments:?}: {said}");
		serde_json::from_str(&said).expect("it is JSON")
	}
}

/// A node of the development chain.
struct Node {
	process: Child,
	url: String,
}

impl Node {
	fn start(program: &Path, folder: &Path) -> Self {
		let log = folder.join("log");
		let file = File::create(&log).expect("it is ours");
		let process = Command::new(program)
			.arg("--dev")
			.arg("--base-path")
			.arg(folder.join("node"))
			.args(["--rpc-port", "0", "--listen-addr", "/ip4/127.0.0.1/tcp/0"])
			.args(["--no-prometheus", "--no-mdns"])
			.stdin(Stdio::null())
			.stdout(file.try_clone().expect("it is ours"))
			.stderr(file)
			.spawn()
			.expect("it is built");
		let mut node = Self { process, url: String::new() };
		let begun = Instant::now();
		while node.url.is_empty() {
			assert!(begun.elapsed() < START, "the node opened no RPC port: see {}", log.display());
			thread::sleep(Duration::from_millis(50));
			let text = fs::read_to_string(&log).expect("it is ours");
			let port = text
				.split_once("Running JSON-RPC server: addr=127.0.0.1:")
				.and_then(|(_, rest)| rest.split([',', '\n']).next());
			node.url =
				port.map(|port| format!("ws://127.0.0.1:{}", port.trim())).unwrap_or_default();
		}
		node
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		if let Err(error) = self.process.kill().and_then(|()| self.process.wait().map(|_| ())) {
			assert!(thread::panicking(), "the node could not be stopped: {error}");
		}
	}
}

impl fmt::Display for Registration {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(
			f,
			"contour study register, {} images: sealed after {} s, final {} s later, {} s in all. A \
			 transaction that does nothing is final after {} s: {} times that (goal: at most 1).",
			self.images, self.sealed, self.finalized, self.total, self.one_finality, self.ratio,
		)
	}
}
