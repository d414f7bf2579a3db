// SPDX-License-Identifier: Apache-2.0

use crate::common::World;
use codec::Encode;
use serde_json::Value;
use std::{fs, process::Command};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn should_ask_for_the_token_when_it_has_one() {
	let world = World::new();
	let file = world.folder.path().join("token");
	fs::write(&file, format!("{TOKEN}\n")).unwrap();
	let north = world.north.start(&world.readings(), &["--token-file", file.to_str().unwrap()]);
	let request = world.request().await.encode();
	for route in ["/score", "/panel"] {
		assert_eq!(north.post(route, request.clone()).await.status(), 401);
	}
	for route in ["/tasks", "/tasks/3"] {
		assert_eq!(north.get(route).await.0, 401);
	}
	for route in ["/health", "/metrics", "/openapi.json"] {
		assert_eq!(north.get(route).await.0, 200);
	}
	let send = |token: String| {
		let client = reqwest::Client::new();
		let post = client.post(format!("{}/score", north.url)).header("authorization", token);
		post.body(request.clone()).send()
	};
	for wrong in [format!("Bearer {TOKEN}0"), format!("Basic {TOKEN}"), "Bearer ".into()] {
		assert_eq!(send(wrong).await.unwrap().status(), 401);
	}
	assert_eq!(send(format!("Bearer {TOKEN}")).await.unwrap().status(), 200);
	assert!(!north.log().contains(TOKEN));
}

#[tokio::test]
async fn should_refuse_a_body_when_it_is_too_long_or_something_else() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	assert_eq!(north.post("/score", vec![0; (1 << 20) + 1]).await.status(), 413);
	assert_eq!(north.post("/score", vec![0xff; 1000]).await.status(), 400);
	assert_eq!(north.post("/panel", b"{}".to_vec()).await.status(), 400);
	let mut trailing = world.request().await.encode();
	trailing.push(0);
	assert_eq!(north.post("/score", trailing).await.status(), 400);
	assert_eq!(north.get("/tasks/three").await.0, 400);
	assert_eq!(north.get("/tasks/3").await.0, 404);
	assert_eq!(north.get("/nothing").await.0, 404);
	assert_eq!(north.get("/score").await.0, 405);
}

#[tokio::test]
async fn should_tell_people_what_the_node_was_told_when_a_task_was_scored() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	let mut request = world.request().await;
	request.readings[1].1.root.0[0] ^= 1;
	assert_eq!(north.get("/tasks").await, (200, "[]".into()));
	let report = north.report(&request).await;
	let (status, text) = north.get("/tasks/3").await;
	assert_eq!(status, 200);
	let told: Value = serde_json::from_str(&text).unwrap();
	let told = &told[0]["report"];
	assert_eq!(told["hash"], format!("0x{}", hex::encode(report.hash())));
	assert_eq!(told["agreementPpm"], report.agreement.unwrap().parts());
	assert_eq!(told["readings"][1]["outcome"], "missing");
	assert_eq!(told["readings"][0]["reader"], world.readers[0].account.to_string());
	assert!(told["readings"][0]["dicePpm"].as_u64().unwrap() > 500_000);
	let (_, metrics) = north.get("/metrics").await;
	for line in [
		"contour_scorer_readings_total{outcome=\"missing\"} 1",
		"contour_scorer_readings_total{outcome=\"scored\"} 2",
		"contour_scorer_working 0",
	] {
		assert!(metrics.contains(line), "{metrics}");
	}
}

#[tokio::test]
async fn should_have_every_route_and_answer_when_openapi_says_so() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	north.report(&world.request().await).await;
	let (_, text) = north.get("/openapi.json").await;
	let document: Value = serde_json::from_str(&text).unwrap();
	let paths = document["paths"].as_object().unwrap();
	assert_eq!(paths.len(), 7);
	for (path, methods) in paths {
		let path = path.replace("{task}", "3");
		for (method, described) in methods.as_object().unwrap() {
			let (status, kind) = if method == "get" {
				let answer = reqwest::get(format!("{}{path}", north.url)).await.unwrap();
				(answer.status(), answer.headers()["content-type"].to_str().unwrap().to_owned())
			} else {
				let answer = north.post(&path, b"nothing".to_vec()).await;
				(answer.status(), String::new())
			};
			let answers = &described["responses"][status.as_str()];
			assert!(answers.is_object(), "{method} {path}: {status} is not described");
			if status == 200 {
				let content = answers["content"].as_object().unwrap();
				assert!(content.keys().all(|named| kind.starts_with(named)), "{path}: {kind}");
			}
		}
	}
	// What is referred to is there.
	for part in text.split("\"$ref\":\"#").skip(1) {
		let pointer = part.split('"').next().unwrap();
		assert!(document.pointer(pointer).is_some(), "{pointer}");
	}
}

#[test]
fn should_not_start_when_anybody_could_ask() {
	let world = World::new();
	let start = |more: &[&str]| {
		let output = world.north.command(&world.readings()).args(more).output().unwrap();
		assert!(!output.status.success());
		String::from_utf8(output.stderr).unwrap()
	};
	let mut open = world.north.command(&world.readings());
	let output = open.args(["--jobs", "0"]).output().unwrap();
	assert!(String::from_utf8_lossy(&output.stderr).contains("--jobs must be at least 1"));

	let file = world.folder.path().join("token");
	fs::write(&file, "short\n").unwrap();
	assert!(start(&["--token-file", file.to_str().unwrap()]).contains("fewer than 16"));
	fs::write(world.north.folder.join("passphrase"), "another\n").unwrap();
	assert!(start(&[]).contains("the passphrase is wrong"));
	fs::write(world.north.folder.join("passphrase"), "passphrase\n").unwrap();

	let mut everywhere = Command::new(env!("CARGO_BIN_EXE_contour-scorer"));
	let folder = &world.north.folder;
	everywhere.args(["--listen", "0.0.0.0:0", "--store"]).arg(folder.join("store"));
	everywhere.arg("--cache").arg(folder.join("cache"));
	everywhere.arg("--key-file").arg(folder.join("keys"));
	everywhere.arg("--passphrase-file").arg(folder.join("passphrase"));
	let output = everywhere.output().unwrap();
	assert!(!output.status.success());
	assert!(String::from_utf8_lossy(&output.stderr).contains("--token-file"));
}

#[test]
fn should_complete_in_a_shell_when_asked_for_it() {
	let mut command = Command::new(env!("CARGO_BIN_EXE_contour-scorer"));
	let output = command.args(["completions", "bash"]).output().unwrap();
	assert!(output.status.success());
	assert!(String::from_utf8_lossy(&output.stdout).contains("--token-file"));
}
