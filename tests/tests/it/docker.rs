// SPDX-License-Identifier: Apache-2.0

//! What is in `docker/`, as far as it can be checked without Docker: linters, what the compose files give and withhold, and
//! their commands with the programs themselves.
//!
//! `CONTOUR_PYTHON` names a Python that has the packages of `scripts/python.txt`; without it what needs them is skipped.

use contour_e2e::{
	Error, ObjectStore, Person, chain_spec, hospitals::hospitals, program_named, rpc_ports,
	wait_for,
};
use serde_json::Value;
use std::{
	collections::BTreeSet,
	fs::{self, File},
	io::{BufRead as _, BufReader, Read as _, Write as _},
	net::{TcpListener, TcpStream},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
};

const COMPOSE: [&str; 2] = ["docker/compose.yml", "docker/compose.trial.yml"];
/// Those of ours, by their images.
const PROGRAMS: [(&str, &str); 3] = [
	("contour-node", "contour-node"),
	("contour", "contour"),
	("contour-scorer", "contour-scorer"),
];

fn root() -> &'static Path {
	Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above")
}

fn read(path: &str) -> String {
	fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A program of the Python that has the linters.
fn python(program: &str) -> Option<PathBuf> {
	let python = std::env::var_os("CONTOUR_PYTHON");
	if python.is_none() {
		let skipped = writeln!(std::io::stderr(), "skipped: CONTOUR_PYTHON is not set");
		skipped.expect("somebody listens");
	}
	Some(PathBuf::from(python?).with_file_name(program))
}

/// The services of the compose files by name, aliases resolved.
fn services() -> Option<Vec<(String, Value)>> {
	let python = python("python")?;
	let mut services = Vec::new();
	for file in COMPOSE {
		let document = compose(&python, file);
		let found = document["services"].as_object().expect("it has services");
		services.extend(found.iter().map(|(name, it)| (format!("{file}: {name}"), it.clone())));
	}
	Some(services)
}

fn compose(python: &Path, file: &str) -> Value {
	let json = "import json, sys; from ruamel.yaml import YAML; \
	            print(json.dumps(YAML(typ='safe').load(open(sys.argv[1]))))";
	let output = Command::new(python).args(["-c", json]).arg(root().join(file)).output();
	let output = output.expect("there is Python");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	serde_json::from_slice(&output.stdout).expect("it is JSON")
}

/// Texts of a list, none if there is no list.
fn texts(value: &Value) -> Vec<&str> {
	value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether an image is one of ours.
fn ours(service: &Value) -> Option<&'static str> {
	let image = service["image"].as_str().expect("it has an image").split(':').next()?;
	PROGRAMS.iter().find(|(name, _)| *name == image).map(|(_, program)| *program)
}

/// The options, words that begin with two hyphens, that a program's help knows.
fn options(program: &str, command: &[&str]) -> BTreeSet<String> {
	let mut help = Command::new(program_named(program).expect("it is built"));
	let output = help.args(command).arg("--help").output().expect("it runs");
	let text = String::from_utf8(output.stdout).expect("it writes UTF-8");
	text.split_whitespace()
		.filter(|word| word.starts_with("--"))
		.map(|word| word.trim_matches(|it: char| !it.is_ascii_alphanumeric() && it != '-').into())
		.collect()
}

#[test]
fn should_satisfy_the_linters_when_they_read_the_docker_files() {
	let Some(hadolint) = python("hadolint") else { return };
	let schema = python("check-jsonschema").expect("it is beside the other");
	let mut linters = [Command::new(hadolint), Command::new(schema)];
	linters[0].arg("docker/Dockerfile");
	linters[1].args(["--builtin-schema", "vendor.compose-spec"]).args(COMPOSE);
	for linter in &mut linters {
		let output = linter.current_dir(root()).output().expect("it is installed");
		let said = String::from_utf8_lossy(&output.stdout);
		assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
	}
}

#[test]
fn should_withhold_all_that_is_not_needed_when_a_service_is_started() {
	for (name, service) in services().into_iter().flatten() {
		let user = service["user"].as_str().unwrap_or_default();
		assert!(!["", "0", "root"].contains(&user.split(':').next().unwrap_or_default()), "{name}");
		assert_eq!(service["read_only"], true, "{name}");
		assert_eq!(texts(&service["cap_drop"]), ["ALL"], "{name}");
		assert_eq!(texts(&service["security_opt"]), ["no-new-privileges:true"], "{name}");
		for granted in ["privileged", "cap_add", "devices", "pid", "ipc", "env_file"] {
			assert!(service[granted].is_null(), "{name}: {granted}");
		}
		assert_ne!(service["network_mode"], "host", "{name}");
		for limit in ["mem_limit", "cpus", "pids_limit", "restart"] {
			assert!(!service[limit].is_null(), "{name}: {limit}");
		}
		assert!(service["logging"]["options"]["max-size"].is_string(), "{name}");
		for port in texts(&service["ports"]) {
			assert!(port == "30333:30333" || port.starts_with("127.0.0.1:"), "{name}: {port}");
		}
	}
}

#[test]
fn should_give_secrets_as_files_only_when_a_service_needs_them() {
	let Some(python) = python("python") else { return };
	let secret = ["key", "secret", "token", "pass", "suri", "phrase", "credential"];
	let sounds = |name: &str| secret.iter().any(|word| name.to_lowercase().contains(word));
	for file in COMPOSE {
		let document = compose(&python, file);
		let declared = document["secrets"].as_object().expect("it has secrets");
		let mut used = BTreeSet::new();
		for (name, service) in document["services"].as_object().expect("it has services") {
			for (variable, value) in service["environment"].as_object().into_iter().flatten() {
				let value = value.as_str().expect("a text");
				let path = value.starts_with("/run/secrets/") && variable.ends_with("_FILE");
				assert!(path || !sounds(variable), "{file}: {name}: {variable}");
			}
			for argument in texts(&service["command"]) {
				let (option, value) = argument.split_once('=').unwrap_or((argument, ""));
				let path = ["/run/secrets/", "/var/lib/contour-keystore"];
				let path = path.iter().any(|path| value.starts_with(path));
				assert!(path || !sounds(option), "{file}: {name}: {argument}");
			}
			used.extend(texts(&service["secrets"]).into_iter().map(str::to_owned));
		}
		assert_eq!(used, declared.keys().cloned().collect(), "{file}: each is declared and used");
		for (name, secret) in declared {
			let path = secret["file"].as_str().unwrap_or_else(|| panic!("{name} is no file"));
			let trial = path.starts_with("./trial/") && file.contains("trial");
			assert!(trial || path.starts_with("./hospital/secrets/"), "{name} lies at {path}");
			// Those of a hospital are never committed.
			assert!(!trial || root().join("docker").join(path).is_file(), "{path}");
		}
	}
	let mut git = Command::new("git");
	let tracked = git.args(["ls-files", "docker/hospital", "docker/.env"]).current_dir(root());
	let tracked = tracked.output().expect("there is git");
	assert!(tracked.stdout.is_empty(), "{}", String::from_utf8_lossy(&tracked.stdout));
}

#[test]
fn should_find_what_it_mounts_when_a_service_is_started() {
	let guide = read("docs/docker.md");
	for (name, service) in services().into_iter().flatten() {
		for volume in texts(&service["volumes"]) {
			let source = volume.split(':').next().unwrap_or_default();
			let Some(path) = source.strip_prefix("./") else { continue };
			// What is the hospital's is made as the guide says.
			let there = match path.strip_prefix("hospital/") {
				Some(_) => guide.contains(path),
				None => root().join("docker").join(path).exists(),
			};
			assert!(there, "{name}: {source}");
		}
	}
}

#[test]
fn should_know_every_option_when_a_service_or_a_unit_starts_our_programs() {
	let mut checked = 0;
	let mut check = |name: &str, program: &str, words: &[&str]| {
		let command: Vec<_> = words.iter().copied().take_while(|it| !it.starts_with('-')).collect();
		let known = options(program, &command);
		for option in words.iter().filter(|word| word.starts_with("--")) {
			let option = option.split('=').next().unwrap_or_default();
			assert!(known.contains(option), "{name}: {program} {command:?} has no {option}");
			checked += 1;
		}
	};
	for (name, service) in services().into_iter().flatten() {
		if let Some(program) = ours(&service) {
			check(&name, program, &texts(&service["command"]));
		}
	}
	let unit = read("docker/systemd/contour-node.service").replace("\\\n", " ");
	let start =
		unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/contour-node "));
	let unquoted = start.expect("it starts the node").replace('"', "");
	check("the unit", "contour-node", &unquoted.split_whitespace().collect::<Vec<_>>());
	assert!(checked > 8, "only {checked} options were there to check");
}

#[test]
fn should_name_exact_versions_when_images_are_pulled_or_built() {
	let version = concat!(":${CONTOUR_VERSION:-", env!("CARGO_PKG_VERSION"), "}");
	for (name, service) in services().into_iter().flatten() {
		let image = service["image"].as_str().expect("it has an image");
		match ours(&service) {
			Some(_) => assert!(image.ends_with(version), "{name}: {image}"),
			None => {
				let tag = image.split(':').nth(1).unwrap_or_default().trim_start_matches('v');
				let parts: Vec<_> = tag.split('.').map(str::parse::<u32>).collect();
				assert!(parts.len() == 3 && parts.iter().all(Result::is_ok), "{name}: {image}");
			}
		}
	}
	let dockerfile = read("docker/Dockerfile");
	let debian = dockerfile.lines().find_map(|line| line.strip_prefix("ARG DEBIAN=debian:12."));
	let debian = debian.and_then(|it| it.strip_suffix("-slim")).map(str::parse::<u32>);
	assert!(matches!(debian, Some(Ok(_))), "Debian has an exact version: {debian:?}");
	let froms = dockerfile.lines().filter_map(|line| line.strip_prefix("FROM "));
	for from in froms {
		let image = from.split_whitespace().next().unwrap_or_default();
		assert!(["${DEBIAN}", "base", "scratch"].contains(&image), "{from}");
	}
	let example = read("docker/.env.example");
	assert!(example.contains(concat!("CONTOUR_VERSION=", env!("CARGO_PKG_VERSION"))), "{example}");
}

/// What the images' health check finds wrong.
fn complaint(arguments: &[&str]) -> Option<String> {
	let mut check = Command::new(root().join("docker/healthcheck"));
	let output = check.args(arguments).output().expect("it runs");
	let said = [output.stdout, output.stderr].concat();
	let said = String::from_utf8(said).expect("it writes UTF-8");
	match output.status.code() {
		Some(0) => None,
		Some(1) => Some(said),
		code => panic!("it ended with {code:?}: {said}"),
	}
}

/// Whether the images' health check is satisfied.
fn healthy(arguments: &[&str]) -> bool {
	complaint(arguments).is_none()
}

/// The request over HTTP that a client makes, with its whole head: a connection closed before that is read may end with a reset
/// that takes the answer with it.
fn request(client: &mut TcpStream) -> String {
	let mut asked = String::new();
	let mut lines = BufReader::new(client);
	while !asked.ends_with("\r\n\r\n") {
		assert_ne!(lines.read_line(&mut asked).expect("it asks"), 0, "it ends early: {asked}");
	}
	asked
}

#[test]
fn should_tell_a_healthy_program_when_the_health_check_asks_it() {
	let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
	let port = listener.local_addr().expect("it listens").port();
	let answering = std::thread::spawn(move || {
		["200 OK", "500 Internal Server Error"].map(|status| {
			let (mut client, _) = listener.accept().expect("it is asked");
			let asked = request(&mut client);
			let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
			client.write_all(answer.as_bytes()).expect("it listens");
			asked
		})
	});
	let url = format!("http://127.0.0.1:{port}/health/readiness");
	assert_eq!(complaint(&[&url]), None);
	let said = complaint(&[&url]).expect("it does not work");
	assert!(said.contains("answers 500 instead of 200"), "{said}");
	for asked in answering.join().expect("it answered") {
		assert!(asked.starts_with("GET /health/readiness HTTP/1.1\r\n"), "{asked}");
		assert!(asked.contains(&format!("\r\nHost: 127.0.0.1:{port}\r\n")), "{asked}");
	}
	assert!(!healthy(&[&url]), "nobody listens any more");
}

#[test]
fn should_say_so_before_docker_ends_the_health_check_when_a_program_does_not_answer() {
	let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
	let url = format!("http://{}/health", listener.local_addr().expect("it listens"));
	let said = complaint(&[&url]).expect("it does not work");
	assert!(said.contains("answers nothing instead of 200"), "{said}");
}

#[test]
fn should_hear_the_answer_when_a_program_gives_it_and_closes_before_it_has_read_on() {
	const TIMES: usize = 20;
	let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
	let url = format!("http://{}/health", listener.local_addr().expect("it listens"));
	let hasty = std::thread::spawn(move || {
		for _ in 0..TIMES {
			let (mut client, _) = listener.accept().expect("it is asked");
			assert_ne!(client.read(&mut [0; 1024]).expect("it asks"), 0);
			client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("it listens");
		}
	});
	for _ in 0..TIMES {
		assert_eq!(complaint(&[&url]), None);
	}
	hasty.join().expect("it answered");
}

/// A process. It ends with the value.
struct Running(Child);

impl Drop for Running {
	fn drop(&mut self) {
		self.0.kill().expect("it is ours");
		self.0.wait().expect("it was started");
	}
}

/// Status with which a node answers a caller that names it so.
async fn status(port: u16, host: &str) -> u16 {
	let request = reqwest::Client::new()
		.post(format!("http://127.0.0.1:{port}"))
		.header("Host", host)
		.header("Content-Type", "application/json")
		.body(r#"{"jsonrpc":"2.0","id":1,"method":"system_health"}"#);
	request.send().await.expect("it answers").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn should_be_healthy_when_a_node_is_started_as_the_compose_file_does() {
	let Some(python) = python("python") else { return };
	let folder = tempfile::tempdir().expect("a temporary folder");
	let chain = chain_spec("development", folder.path(), |_| {}).expect("it is written");
	fs::write(folder.path().join("token"), "0123456789abcdef").expect("it is writable");
	fs::write(folder.path().join("node-key"), format!("{:064x}", 9)).expect("it is writable");
	let here = |name: &str| folder.path().join(name).display().to_string();
	// The container's paths and addresses are this test's; the rest is what hospitals run.
	let replaced = [
		("/etc/contour/chain.json", chain.display().to_string()),
		("/var/lib/contour-keystore", here("keystore")),
		("/var/lib/contour", here("data")),
		("/run/secrets/node-key", here("node-key")),
		("/run/secrets/scorer-token", here("token")),
		("0.0.0.0:9944", "127.0.0.1:0".into()),
		("0.0.0.0:9945", "127.0.0.1:0".into()),
		("127.0.0.1:9946", "127.0.0.1:0".into()),
		("/ip4/0.0.0.0/tcp/30333", "/ip4/127.0.0.1/tcp/0".into()),
	];
	let service = &compose(&python, "docker/compose.yml")["services"]["node"];
	let arguments =
		texts(&service["command"]).into_iter().filter(|it| *it != "--prometheus-external");
	let arguments = arguments.map(|argument| {
		let argument = match argument.split_once("=${") {
			Some((option, rest)) if rest.starts_with("CONTOUR_NAME") => format!("{option}=North"),
			Some((option, _)) => format!("{option}=/dns4/north.invalid/tcp/30333"),
			None => argument.into(),
		};
		replaced.iter().fold(argument, |it, (from, to)| it.replace(from, to))
	});
	let log_file = folder.path().join("log");
	let log = File::create(&log_file).expect("it is writable");
	let node = Command::new(program_named("contour-node").expect("it is built"))
		.args(arguments)
		.args(["--prometheus-port", "0", "--no-mdns"])
		.stdin(Stdio::null())
		.stdout(log.try_clone().expect("it is open"))
		.stderr(log)
		.spawn();
	let _node = Running(node.expect("it starts"));
	let begun = wait_for("a healthy node", 180, || async {
		let Some(ports) = rpc_ports(&fs::read_to_string(&log_file)?) else { return Ok(None) };
		let url = format!("http://127.0.0.1:{}/health/readiness", ports[0]);
		Ok(healthy(&[&url]).then_some(ports))
	});
	let ports = begun.await.unwrap_or_else(|error: Error| {
		panic!("{error}: {}", fs::read_to_string(&log_file).unwrap_or_default())
	});
	let [people, gateway, own] = ports[..] else { panic!("three endpoints, not {ports:?}") };

	// Each endpoint answers what it is there for.
	let rotate = |port: u16| async move {
		let chain = contour_e2e::Chain::connect(&format!("ws://127.0.0.1:{port}")).await;
		chain.expect("it answers").rpc::<Value, [Value; 0]>("author_rotateKeys", []).await
	};
	assert!(rotate(people).await.is_err(), "not everybody makes session keys");
	assert!(rotate(gateway).await.is_err(), "not everybody makes session keys");
	assert!(rotate(own).await.is_ok(), "the node's own machine does");
	let keys = fs::read_dir(folder.path().join("keystore")).expect("it is there").count();
	assert_eq!(keys, 2, "they are in the keystore of the hospital");
	assert_eq!(status(gateway, "node:9945").await, 200, "so the gateway calls it");
	assert_eq!(status(people, &format!("localhost:{people}")).await, 200);
	assert_eq!(status(people, "web.page.invalid").await, 403, "a name that leads to this machine");
}

#[tokio::test(flavor = "multi_thread")]
async fn should_tell_that_the_gateway_follows_the_chain_when_it_does() {
	let (node, _chain, folder, [mut custodian, ..]) = hospitals().await;
	// The credentials of its store are in a file.
	let bucket = ObjectStore::start().await.expect("it starts");
	let (credentials, rest): (Vec<_>, Vec<_>) =
		bucket.environment().into_iter().partition(|(name, _)| name.contains("KEY"));
	let file = folder.path().join("store.credentials");
	custodian.store = bucket.url("north");
	custodian.environment = rest;
	custodian
		.environment
		.push(("CONTOUR_STORE_CREDENTIALS_FILE".into(), file.display().to_string()));
	let policy = folder.path().join("policy.toml");
	fs::write(&policy, "institution = 0\n").expect("it is writable");
	let lines = |wrong: &str| -> String {
		credentials.iter().map(|(name, value)| format!("{name}={value}{wrong}\n")).collect()
	};
	private(&file, &lines("x"));
	let error = said(&custodian, &policy);
	assert!(error.contains("credentials may list, read, write and delete"), "{error}");
	private(&file, &lines(""));

	let alive = folder.path().join("alive");
	let daemon = gateway(&custodian, &policy, &["--alive-file", text(&alive)]);
	let young = ["--younger-than", "20", text(&alive)];
	let touched = || fs::metadata(&alive).and_then(|it| it.modified()).ok();
	let first = wait_for("a sign of life", 60, || async { Ok(touched()) });
	let first = first.await.unwrap_or_else(|error: Error| panic!("{error}"));
	let again = wait_for("another one", 60, || async { Ok(touched().filter(|it| *it > first)) });
	again.await.unwrap_or_else(|error: Error| panic!("{error}"));
	assert!(healthy(&young));

	// Without its node it is not healthy for long, though it runs on.
	node.stop().await.expect("it stops");
	let young = ["--younger-than", "3", text(&alive)];
	let old = wait_for("no sign of life", 60, || async { Ok((!healthy(&young)).then_some(())) });
	old.await.unwrap_or_else(|error: Error| panic!("{error}"));
	drop(daemon);
}

fn text(path: &Path) -> &str {
	path.to_str().expect("a path of letters")
}

/// Writes a file that only its owner can read.
fn private(path: &Path, content: &str) {
	use std::os::unix::fs::PermissionsExt as _;
	fs::write(path, content).expect("it is writable");
	fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("it is ours");
}

fn gateway(custodian: &Person, policy: &Path, more: &[&str]) -> Running {
	let mut command = custodian.command(&["gateway", "run", "--policy", text(policy)]);
	let command = command.as_mut().expect("it is built").args(more);
	let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
	Running(command.spawn().expect("it starts"))
}

/// Why the gateway ends at once.
fn said(custodian: &Person, policy: &Path) -> String {
	custodian.fail(&["gateway", "run", "--policy", text(policy), "--once"])
}

#[test]
fn should_speak_no_plain_websocket_to_other_machines_when_nobody_allowed_it() {
	let list = || {
		let mut contour = Command::new(program_named("contour").expect("it is built"));
		contour.args(["--url", "ws://contour.invalid:9945", "institution", "list"]);
		contour
	};
	let said = |mut command: Command| {
		let output = command.output().expect("it runs");
		assert!(!output.status.success());
		String::from_utf8(output.stderr).expect("it writes UTF-8")
	};
	let refused = said(list());
	assert!(refused.contains("set CONTOUR_ALLOW_PLAIN_WS=true if the network"), "{refused}");
	// As in the compose file: it is tried, and there is nobody.
	let mut allowed = list();
	allowed.env("CONTOUR_ALLOW_PLAIN_WS", "true");
	let tried = said(allowed);
	assert!(!tried.contains("CONTOUR_ALLOW_PLAIN_WS"), "{tried}");
}

#[test]
fn should_say_to_which_names_a_node_answers_when_it_refuses_one() {
	let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
	let url = format!("ws://{}", listener.local_addr().expect("it listens"));
	let refusing = std::thread::spawn(move || {
		let (mut client, _) = listener.accept().expect("it is asked");
		request(&mut client);
		let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
		client.write_all(answer.as_bytes()).expect("it listens");
	});
	let mut contour = Command::new(program_named("contour").expect("it is built"));
	let output = contour.args(["--url", &url, "institution", "list"]).output().expect("it runs");
	refusing.join().expect("it answered");
	let said = String::from_utf8(output.stderr).expect("it writes UTF-8");
	assert!(!output.status.success() && said.contains("--rpc-cors all"), "{said}");
}
