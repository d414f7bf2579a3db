// SPDX-License-Identifier: Apache-2.0

//! A real Prometheus asks real nodes and a real scorer, with the rules of `docker/prometheus`.

#![expect(clippy::print_stdout, reason = "a test that is skipped says why")]

use codec::{Decode, Encode};
use contour_e2e::{
	Error, Node, NodeBuilder, Person, Prometheus, Scorer, Series, development_spec, metric_names,
};
use contour_primitives::{
	AccountId, Hash, InstitutionId, Purpose, StudyId,
	monitoring::{LEASE_NOTICE, MAX_LOOKED_AT},
};
use contour_runtime::Runtime;
use pallet_imaging::{
	Agenda, Basis, Emergencies, Emergency, Lease, LeaseState, Leases, Matter, Review,
};
use serde_json::Value;
use std::{
	collections::BTreeSet,
	fs,
	path::Path,
	time::{Duration, Instant, SystemTime},
};

const NORTH: InstitutionId = InstitutionId(0);
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// The repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Metrics that rules and panels name and that are not there when a node and a scorer have just
/// started, and why.
const LATER: [(&str, &str); 4] = [
	("contour:fee_account_spent_tokens:1m", "compares with what was a minute ago"),
	("contour:fee_account_days", "is made of it, and only where something is spent"),
	("contour_scorer_answers_total", "a node has to ask the scorer first"),
	("contour_scorer_readings_total", "the scorer has to score a task first"),
];

fn read(file: &str) -> String {
	fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What is in all files of a folder.
fn read_all(folder: &str) -> String {
	let entries = fs::read_dir(Path::new(ROOT).join(folder)).expect("the folder is there");
	let files = entries.map(|entry| entry.expect("the folder can be read").path());
	files.map(|file| fs::read_to_string(file).expect("it is text")).collect()
}

/// Every `expr` of a dashboard.
fn expressions(panel: &Value) -> Vec<&str> {
	match panel {
		Value::Object(map) => {
			let own = map.get("expr").and_then(Value::as_str);
			own.into_iter().chain(map.values().flat_map(expressions)).collect()
		}
		Value::Array(all) => all.iter().flat_map(expressions).collect(),
		_ => Vec::new(),
	}
}

fn dashboard() -> Value {
	serde_json::from_str(&read("docker/grafana/dashboards/contour.json")).expect("it is JSON")
}

/// Asks until the answer suffices.
async fn await_series(
	prometheus: &Prometheus,
	expression: &str,
	suffices: impl Fn(&[Series]) -> bool,
) -> Vec<Series> {
	let begun = Instant::now();
	loop {
		let series = prometheus.query(expression).await.expect("the expression is right");
		if suffices(&series) {
			return series;
		}
		assert!(begun.elapsed() < PATIENCE, "{expression}: {series:?}");
		tokio::time::sleep(Duration::from_millis(250)).await;
	}
}

async fn metrics(node: &Node) -> Result<String, Error> {
	let url = format!("http://{}/metrics", node.metrics_address()?);
	Ok(reqwest::get(url).await?.text().await?)
}

#[tokio::test]
async fn should_alarm_when_a_node_is_gone_and_not_before() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	// With slots of two seconds, as hospitals have them.
	let node = NodeBuilder::preset().metrics().start().await.expect("the node starts");
	let other = NodeBuilder::follower(&node).await.expect("the node listens");
	let other = other.metrics().start().await.expect("the node starts");
	let person = Person::new(folder.path(), "scorer", node.url(), false);
	let scorer = Scorer::start(&person, folder.path()).await.expect("the scorer starts");
	let targets = [&node, &other].map(|node| node.metrics_address().expect("it exports metrics"));
	let scoring = scorer.url().trim_start_matches("http://");
	let prometheus = Prometheus::start(&targets.each_ref().map(String::as_str), scoring).await;
	let Some(prometheus) = prometheus.expect("Prometheus takes our configuration") else {
		println!("skipped: there is no prometheus; scripts/test fetches it");
		return;
	};
	await_series(&prometheus, "up == 1", |it| it.len() == 3).await;

	// What rules and panels name is there.
	let rules = prometheus.rules().await.expect("there are rules");
	let queries = rules.iter().filter_map(|rule| rule["query"].as_str());
	let dashboard = dashboard();
	let named: BTreeSet<_> =
		queries.chain(expressions(&dashboard)).flat_map(metric_names).collect();
	for later in LATER {
		assert!(named.contains(later.0), "{}: nobody names it", later.0);
	}
	for metric in named.iter().filter(|metric| !LATER.iter().any(|(later, _)| later == metric)) {
		await_series(&prometheus, metric, |it| !it.is_empty()).await;
	}
	for expression in expressions(&dashboard) {
		let expression = expression.replace("$node", ".*");
		prometheus.query(&expression).await.expect("Prometheus understands it");
	}
	let described = read("docs/monitoring.md");
	for series in prometheus.query(r#"{__name__=~"contour_.+"}"#).await.expect("it is right") {
		let name = series.label("__name__");
		let family = name.trim_end_matches("_bucket").trim_end_matches("_count");
		assert!(described.contains(family.trim_end_matches("_sum")), "{name} is not described");
	}

	// The node knows whose it is; the other one is nobody's.
	let own = format!(r#"contour_institution_info{{instance="{}",own="yes"}}"#, targets[0]);
	let own = prometheus.query(&own).await.expect("it is right");
	assert_eq!(own.len(), 1);
	assert_eq!(own[0].label("name"), "North University Hospital");
	let watched = prometheus.query("contour:watched_institution").await.expect("it is right");
	assert_eq!(watched.len(), 2);
	let slots = prometheus.query("contour_slot_seconds").await.expect("it is right");
	assert!(slots.len() == 2 && slots.iter().all(|it| it.value == 2.0), "{slots:?}");
	let tokens = prometheus.query("contour_fee_account_tokens").await.expect("it is right");
	assert!(tokens.iter().all(|it| it.value > 9_999.0 && it.value < 10_000.0), "{tokens:?}");

	// All is well, so nothing is said.
	await_series(&prometheus, "ALERTS", <[_]>::is_empty).await;
	for rule in prometheus.rules().await.expect("there are rules") {
		// Rules of another interval may not have been looked at yet.
		assert_ne!(rule["health"], "err", "{rule}");
	}

	// It is gone: so say Prometheus, and the node that has lost its only peer.
	drop(node);
	let firing = |alert: &str, instance: &str| {
		format!(r#"ALERTS{{alertname="{alert}",alertstate="firing",instance="{instance}"}}"#)
	};
	for (alert, instance) in [("ContourNodeDown", &targets[0]), ("ContourNoPeers", &targets[1])] {
		await_series(&prometheus, &firing(alert, instance), |it| it.len() == 1).await;
	}
	let others = prometheus.query(r#"ALERTS{alertstate="firing"}"#).await.expect("it is right");
	assert_eq!(others.len(), 2, "{others:?}");
}

#[test]
fn should_be_tested_and_described_when_there_is_an_alert() {
	let (rules, tests) = (read_all("docker/prometheus/rules"), read_all("docker/prometheus/tests"));
	let described = read("docs/monitoring.md");
	let alerts: Vec<_> =
		rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
	assert!(alerts.len() > 20, "{alerts:?}");
	for alert in alerts {
		assert!(tests.contains(&format!("alertname=\"{alert}\"")), "{alert} is not tested");
		assert!(described.contains(&format!("| `{alert}` |")), "{alert} is not described");
	}
}

#[test]
fn should_have_panels_that_do_not_overlap_when_grafana_loads_the_dashboard() {
	let dashboard = dashboard();
	let panels = dashboard["panels"].as_array().expect("there are panels");
	let mut taken = BTreeSet::new();
	let mut ids = BTreeSet::new();
	for panel in panels {
		let title = panel["title"].as_str().expect("a panel has a title");
		assert!(ids.insert(panel["id"].as_u64()), "{title} has the id of another panel");
		let at = |side: &str| panel["gridPos"][side].as_u64().expect("a panel has a place");
		assert!(at("x") + at("w") <= 24, "{title} is too wide");
		for x in at("x")..at("x") + at("w") {
			for y in at("y")..at("y") + at("h") {
				assert!(taken.insert((x, y)), "{title} is over another panel");
			}
		}
		assert_eq!(expressions(panel).is_empty(), panel["type"] == "row", "{title}");
	}
	let datasources = read("docker/grafana/provisioning/datasources/prometheus.yml");
	assert!(datasources.contains("uid: prometheus"));
	for panel in panels.iter().filter(|panel| panel["type"] != "row") {
		assert_eq!(panel["datasource"]["uid"], "prometheus");
	}
}

/// The development chain, on which from its beginning so many leases end within a day and so many
/// emergencies were not reviewed.
fn busy_chain(folder: &Path, leases: u64, emergencies: u64) -> std::path::PathBuf {
	let spec = fs::read(development_spec(folder).expect("it is written")).expect("it is there");
	let mut spec: Value = serde_json::from_slice(&spec).expect("it is JSON");
	let state = spec["genesis"]["raw"]["top"].as_object_mut().expect("the genesis is raw");
	let mut put = |key: Vec<u8>, value: Vec<u8>| {
		let hex = |bytes: &[u8]| sp_core::bytes::to_hex(bytes, false);
		state.insert(hex(&key), hex(&value).into());
	};
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
	let now = u64::try_from(now.as_millis()).expect("it is before the year 500 million");
	let study = |number: u64| StudyId(Hash::from_low_u64_be(number));
	let somebody = AccountId::new([7; 32]);
	// The first hour stays empty, so that none ends while the test runs.
	let hour = LEASE_NOTICE / 24;
	for number in 0..leases {
		let expires = now + hour + number * (LEASE_NOTICE - 2 * hour) / leases;
		let state = LeaseState::Live { start: 0, expires, basis: Basis::Grant, locator: None };
		let lease = Lease {
			institution: NORTH,
			purpose: Purpose::ClinicalCare,
			approval: None,
			state,
			deposit: Decode::decode(&mut &0u128.encode()[..]).expect("it is an amount"),
		};
		let lease: pallet_imaging::LeaseOf<Runtime> = lease;
		put(Leases::<Runtime>::hashed_key_for(study(number), &somebody), lease.encode());
		let matter = Matter::LeaseEnds(study(number), somebody.clone());
		let minute = expires.div_ceil(60_000);
		put(Agenda::<Runtime>::hashed_key_for(minute, matter), ().encode());
	}
	for number in 0..emergencies {
		let emergency = Emergency {
			institution: NORTH,
			custodian: NORTH,
			reason: Hash::zero(),
			opened: now,
			review: Review::Due { by: now + 3 * LEASE_NOTICE },
		};
		let key = Emergencies::<Runtime>::hashed_key_for(study(number), &somebody);
		put(key, emergency.encode());
	}
	let file = folder.join("busy.json");
	fs::write(&file, spec.to_string()).expect("the folder is writable");
	file
}

/// The value in a line of what a node exports.
fn value(text: &str, metric: &str) -> Option<f64> {
	let line = text.lines().find(|line| line.starts_with(metric))?;
	line.split_whitespace().last()?.parse().ok()
}

#[tokio::test]
async fn should_read_the_state_in_a_bounded_time_when_very_much_waits() {
	let folder = tempfile::tempdir().expect("a temporary folder");
	// Beside the leases, a reading looks at each of the 1 440 minutes of a day.
	let leases = 8_000;
	let most = u64::try_from(MAX_LOOKED_AT).expect("it is a small number");
	let spec = busy_chain(folder.path(), leases, most + 500);
	let node = NodeBuilder::validator(&spec, Some("--alice")).metrics();
	let node = node.start().await.expect("the node starts");
	let begun = Instant::now();
	// The first reading is that of the genesis, where it is 1970.
	let text = loop {
		let text = metrics(&node).await.expect("the node answers");
		let ending = value(&text, "contour_leases_ending{");
		if ending.is_some_and(|it| it > 0.0) {
			break text;
		}
		assert!(begun.elapsed() < PATIENCE, "{ending:?}: {}", node.log());
		tokio::time::sleep(Duration::from_millis(250)).await;
	};
	assert_eq!(value(&text, "contour_leases_ending{"), Some(leases as f64));
	assert_eq!(value(&text, "contour_emergencies_unreviewed{"), Some(most as f64));
	assert_eq!(value(&text, "contour_figures_complete{"), Some(0.0), "emergencies were left out");
	let seconds = value(&text, "contour_figures_duration_seconds{").expect("it is there");
	println!("{leases} leases and {most} emergencies were read in {seconds} s");
	assert!(seconds < 10.0, "{seconds}");
}
