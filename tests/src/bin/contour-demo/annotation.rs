// SPDX-License-Identifier: Apache-2.0

//! How a tumour is annotated blind, scored, disputed, voted on and paid.

use crate::{FOR_THE_PANEL, command, leasing::Gateway, list, people::People, text};
use contour_e2e::{Chain, Error, Liar, Node, NodeBuilder, Person, Scorer, together};
use contour_primitives::TaskId;
use pallet_annotation::Phase;
use serde_json::{Value, json};
use sp_core::Bytes;
use std::{
	fs,
	path::{Path, PathBuf},
};

/// What is drawn: a neoplasm, in SNOMED CT.
const STRUCTURE: &str = "SCT:108369006";
/// How much North pays for a task, in tokens.
const BOUNTY: &str = "90";

/// Who and what else takes part.
pub(crate) struct Crew {
	/// Radiologists: one of each hospital.
	readers: [Person; 3],
	/// Radiologists of South and East who sit on panels.
	experts: [Person; 4],
	/// Data scientist of South.
	scientist: Person,
	/// Scorers of North and South; East's lies.
	_scorers: [Scorer; 2],
	_liar: Liar,
	/// Nodes of South and East.
	_nodes: [Node; 2],
	/// A client of North's node.
	chain: Chain,
	images: PathBuf,
	study: String,
}

impl People {
	/// Each hospital runs a node and a scorer, and has people who read.
	pub(crate) async fn bring_scorers(&self, node: &Node) -> Result<(Crew, String), Error> {
		let person = |hospital: &str, name: &str| self.person(hospital, name);
		let anna = person("north", "anna")?;
		let experts = [
			person("south", "expert-1")?,
			person("south", "expert-2")?,
			person("east", "expert-3")?,
			person("east", "expert-4")?,
		];
		let scientist = person("south", "scientist")?;
		let scorers =
			[person("north", "scorer")?, person("south", "scorer")?, person("east", "scorer")?];

		let readable = self.folder.path();
		let [north, south, east] = &scorers;
		let (liar, norths, souths) = tokio::try_join!(
			Liar::start(),
			Scorer::start(north, readable),
			Scorer::start(south, readable)
		)?;
		// They start while hospitals vouch for people.
		let nodes = [
			NodeBuilder::follower(node).await?.scorer(souths.url()),
			NodeBuilder::follower(node).await?.scorer(&liar.url()),
		];
		let nodes = nodes.map(|node| tokio::spawn(node.start()));

		let [first, second, third, fourth] = &experts;
		self.vouch([
			(&self.north, vec![(&anna, "radiologist"), (north, "scorer")]),
			(
				&self.south,
				vec![
					(first, "radiologist"),
					(second, "radiologist"),
					(&scientist, "data-scientist"),
					(south, "scorer"),
				],
			),
			(&self.east, vec![(third, "radiologist"), (fourth, "radiologist"), (east, "scorer")]),
		])?;
		// The custodian has to open the consensus.
		let newcomers = [&anna, &scientist, &self.colleague, &self.custodian];
		let newcomers = newcomers.into_iter().chain(&experts);
		let register = command(&["keys", "register"]);
		together(newcomers.chain(&scorers).map(|who| (who, register.clone())))?;

		let [second, third] = nodes;
		let second = second.await.expect("it starts or says why not")?;
		let third = third.await.expect("it starts or says why not")?;
		let chain = node.client().await?;
		chain.use_scorer(norths.url()).await?;
		let nodes = [node, &second, &third];
		let hospitals = [("North", &self.north), ("South", &self.south), ("East", &self.east)];
		let mut acts: Vec<_> =
			experts.iter().map(|who| (who, command(&["task", "enlist"]))).collect();
		for ((node, scorer), (hospital, administrator)) in nodes.iter().zip(&scorers).zip(hospitals)
		{
			let suri = format!("//{hospital}//scorer");
			let key = node.client().await?.insert_scorer_key(&suri).await?;
			let public = json!(Bytes(key.0.to_vec()));
			let account = scorer.account.to_string();
			let appoint =
				command(&["task", "scorer", "appoint", &account, "--report-key", text(&public)]);
			acts.push((administrator, appoint));
		}
		together(acts)?;

		let images = self.folder.path().join("tumour");
		let crew = Crew {
			readers: [anna, self.radiologist.clone(), self.colleague.clone()],
			experts,
			scientist,
			_scorers: [norths, souths],
			_liar: liar,
			_nodes: [second, third],
			chain,
			images,
			study: String::new(),
		};
		let told = "North, South and East each have a node, and a scorer that it asks; East's scorer \
		            will lie\nthree radiologists read, four can be drawn for panels";
		Ok((crew, told.into()))
	}

	/// A study of a patient who does not exist, which the readers may look at.
	pub(crate) async fn lease_a_tumour(&self, crew: &mut Crew) -> Result<((), String), Error> {
		let images = crew.images.display().to_string();
		let phantom = ["phantom", "--out", &images, "--seed", "7", "--readers", "3", "--blunder"];
		self.custodian.ask(&phantom)?;
		let series = crew.images.join("mr").display().to_string();
		let consent = crew.images.join("consent.txt");
		fs::write(&consent, "I permit research into my disease.\n")?;
		let consent = consent.display().to_string();
		let register = ["study", "register", &series, "--institution", "0"];
		let consented = ["--consent", "ds", "--document", &consent];
		let register = command(&[&register[..], &consented].concat());
		let allocate = command(&["rewards", "allocate", "1000"]);
		let done = together([(&self.custodian, register), (&self.north, allocate)])?;
		crew.study = text(&done[0]["registered"][0]["study"]).into();
		let request = ["access", "request", &crew.study, "--purpose", "care", "--duration", "1h"];
		together(crew.readers.iter().map(|who| (who, command(&request))))?;
		let told = format!("{}\nthree leases are requested", crew.study);
		Ok(((), told))
	}
}

/// A task as the chain knows it.
fn id(task: &str) -> Result<TaskId, Error> {
	let number = task.parse::<u32>();
	number.map(TaskId).map_err(|error| Error::Answer(format!("task {task}: {error}")))
}

impl Crew {
	/// North's gateway grants the requests.
	pub(crate) async fn is_granted(&self, gateway: &Gateway) -> Result<((), String), Error> {
		let granted = gateway.says_often("granted", &self.study, 3).await?;
		Ok(((), format!("{granted} copies, one for each reader")))
	}

	/// North opens a task; three readers claim the places and hand in what they drew.
	pub(crate) async fn read(
		&self,
		people: &People,
		drawings: [&str; 3],
	) -> Result<(String, String), Error> {
		let images = self.images.join("mr").display().to_string();
		let open = [
			"task",
			"open",
			&self.study,
			"--institution",
			"0",
			"--structure",
			STRUCTURE,
			"--images",
			&images,
			"--readers",
			"3",
			"--method",
			"staple",
			"--threshold",
			"0.7",
			"--panel",
			"3",
			"--reading",
			"1h",
			"--scoring",
			"10m",
			"--voting",
			"10m",
			"--revealing",
			"10m",
			"--appeal",
			"10s",
			"--bounty",
			BOUNTY,
		];
		let opened = people.custodian.ask(&open)?;
		let task = opened["task"].to_string();
		let each = || self.readers.iter();
		together(each().map(|who| (who, command(&["task", "claim", &task]))))?;
		let submit = each().zip(drawings).map(|(who, drawing)| {
			let file = self.images.join("readers").join(drawing).display().to_string();
			(who, command(&["task", "submit", &task, &file, "--finished"]))
		});
		together(submit)?;
		let told = format!(
			"task {task}: three places, {BOUNTY} tokens; a panel of three decides if the lowest \
			 Dice is below 0.7\n\
			 each reading is sealed to the scorers, for this task, study and reader"
		);
		Ok((task, told))
	}

	/// What is known of a task, once it is in a phase.
	async fn shown(
		&self,
		people: &People,
		task: &str,
		phase: impl Fn(&Phase) -> bool,
	) -> Result<Value, Error> {
		self.chain.await_phase(id(task)?, phase).await?;
		people.custodian.ask(&["task", "show", task])
	}

	/// The readers' scores, and who dissented.
	fn scores(shown: &Value) -> String {
		let outcomes = list(&shown["scores"]["outcomes"]);
		let readings = list(&shown["places"]).zip(outcomes).map(|(place, outcome)| {
			let dice = outcome["dice"].as_f64().unwrap_or_default() / 10_000.0;
			let distance = outcome["hd95Micrometres"].as_f64().unwrap_or_default() / 1_000.0;
			let counted = if outcome["counted"] == json!(true) { "" } else { ", does not count" };
			let who = text(&place["account"]);
			format!("{who}: Dice {dice:.1} %, HD95 {distance:.1} mm{counted}")
		});
		let dissent = Self::dissenters(shown).map(|it| {
			format!("the scorer of institution {} reported something else", it["institution"])
		});
		let mut told: Vec<_> = readings.chain(dissent).collect();
		// Before and after a panel it is the same scorer.
		told.dedup();
		told.join("\n")
	}

	/// Reports that differ from the others.
	fn dissenters(shown: &Value) -> impl Iterator<Item = &Value> {
		list(&shown["reports"]).filter(|it| it["dissents"] == json!(true))
	}

	/// Scored and validated: the honest scorers agree, and the liar is detected.
	pub(crate) async fn is_validated(
		&self,
		people: &People,
		task: &str,
	) -> Result<((), String), Error> {
		let shown = self.shown(people, task, |it| matches!(it, Phase::Validated { .. })).await?;
		if Self::dissenters(&shown).next().is_none() {
			return Err(Error::Answer(format!("nobody lied: {shown}")));
		}
		Ok(((), Self::scores(&shown)))
	}

	/// What the readers have, in the smallest unit.
	pub(crate) async fn purses(&self) -> Result<Vec<u128>, Error> {
		let mut purses = Vec::new();
		for who in self.readers.iter().chain(&self.experts) {
			purses.push(self.chain.balance(&who.account).await?);
		}
		Ok(purses)
	}

	/// Who has received how much since.
	pub(crate) async fn is_paid(&self, before: &[u128]) -> Result<((), String), Error> {
		let after = self.purses().await?;
		let earned: Vec<_> = before.iter().zip(&after).map(|(was, is)| is - was).collect();
		if earned.iter().take(2).any(|it| *it == 0) {
			return Err(Error::Answer(format!("somebody was not paid: {earned:?}")));
		}
		let names = ["Anna (North)", "the radiologist of South", "the radiologist of East"]
			.into_iter()
			.chain(["an expert of the panel"; 4]);
		let told =
			names.zip(&earned).filter(|(name, earned)| **earned > 0 || !name.contains("expert"));
		let told = told.map(|(name, earned)| {
			let unit = contour_primitives::UNIT;
			format!("{name}: {}.{:03} tokens", earned / unit, earned % unit / (unit / 1_000))
		});
		Ok(((), told.collect::<Vec<_>>().join("\n")))
	}

	/// The panel is drawn by lot, and sees readings under numbers. Returns its members, each with
	/// the numbers that the member finds right.
	pub(crate) async fn is_drawn(
		&self,
		people: &People,
		task: &str,
		pictures: &Path,
	) -> Result<(Vec<(&Person, String)>, String), Error> {
		let shown = self.shown(people, task, |it| matches!(it, Phase::Committing { .. })).await?;
		let on_panel =
			|who: &&Person| list(&shown["seats"]).any(|seat| seat["account"] == json!(who.account));
		let members: Vec<_> = self.experts.iter().filter(on_panel).collect();
		if members.len() != 3 {
			return Err(Error::Answer(format!("the panel does not have three members: {shown}")));
		}
		self.chain.await_copies(id(task)?).await?;
		let images = self.images.join("mr").display().to_string();
		let folder = |number: usize| match number {
			0 => pictures.join(FOR_THE_PANEL),
			_ => people.folder.path().join(format!("panel-{number}")),
		};
		let looks = members.iter().enumerate().map(|(number, who)| {
			let to = folder(number).display().to_string();
			(*who, command(&["task", "readings", task, "--to", &to, "--images", &images]))
		});
		let seen = together(looks)?;
		let found = |seen: &Value| {
			// An expert sees which of them are on the tumour; here their Dice shows it.
			let right = list(&seen["readings"])
				.filter(|reading| reading["outcome"]["dice"].as_u64() > Some(500_000));
			right.map(|reading| reading["number"].to_string()).collect::<Vec<_>>().join(",")
		};
		let right: Vec<_> = seen.iter().map(found).collect();
		let told = format!(
			"{} of four experts, drawn by lot, none from North; they see numbers 1 to 3, not names\n\
			 readings that they find right: {}",
			members.len(),
			right.first().map_or("none", String::as_str)
		);
		Ok((members.into_iter().zip(right).collect(), told))
	}

	/// Each commits to a vote; when all have, each reveals it.
	pub(crate) async fn vote(
		&self,
		people: &People,
		task: &str,
		votes: &[(&Person, String)],
	) -> Result<((), String), Error> {
		let commit = votes
			.iter()
			.map(|(who, right)| (*who, command(&["task", "vote", task, "--accept", right])));
		together(commit)?;
		let committed =
			self.shown(people, task, |it| matches!(it, Phase::Revealing { .. })).await?;
		if list(&committed["seats"]).any(|seat| seat["vote"] != "committed") {
			return Err(Error::Answer(format!("a vote is seen too early: {committed}")));
		}
		together(votes.iter().map(|(who, _)| (*who, command(&["task", "reveal", task]))))?;
		let told = "everybody committed before anybody saw a vote; no file is needed to reveal a \
		            vote, as its salt is made from the key";
		Ok(((), told.into()))
	}

	/// The consensus is registered as a study, by the hospital that opened the task.
	pub(crate) async fn is_published(
		&self,
		people: &People,
		task: &str,
	) -> Result<((), String), Error> {
		let to = people.folder.path().join("consensus").display().to_string();
		people.custodian.ask(&["task", "consensus", task, "--to", &to])?;
		let register = ["study", "register", &to, "--institution", "0"];
		let registered = people.custodian.ask(&register)?;
		let study = text(&registered["registered"][0]["study"]);
		people.custodian.ask(&["task", "publish", task, "--study", study])?;
		Ok(((), format!("{study}: its mask has the hash that the scorers reported")))
	}

	/// A data scientist leases the study for research and records what a model made of it.
	pub(crate) async fn is_analysed(&self, people: &People) -> Result<((), String), Error> {
		let request = ["access", "request", &self.study, "--purpose", "ds", "--duration", "1h"];
		let result = self.images.join("result.json");
		fs::write(&result, r#"{"volume_mm3": 17000, "progression": false}"#)?;
		let result = result.display().to_string();
		let model = format!("0x{}", "5a".repeat(32));
		let submit = [
			"result",
			"submit",
			&self.study,
			"--kind",
			"progression",
			"--file",
			&result,
			"--model",
			&model,
		];
		let refused = crate::refused(&self.scientist, &submit, "lease")?;
		self.scientist.ask(&request)?;
		let scientist = self.scientist.account.to_string();
		people.custodian.ask(&["access", "grant", &self.study, &scientist])?;
		self.scientist.ask(&submit)?;
		let results = self.scientist.ask(&["result", "list", &self.study])?;
		let count = list(&results).count();
		Ok(((), format!("before the lease: {refused}\nwith the lease: {count} result is recorded")))
	}

	/// Nobody can have changed the histories of the study and of the tasks.
	pub(crate) async fn are_verified(
		&self,
		people: &People,
		tasks: [&str; 2],
	) -> Result<((), String), Error> {
		let histories = [("study", self.study.as_str()), ("task", tasks[0]), ("task", tasks[1])];
		let verify =
			histories.map(|(kind, which)| (&people.custodian, command(&[kind, "verify", which])));
		let mut told = Vec::new();
		for ((kind, which), verified) in histories.iter().zip(together(verify)?) {
			if !verified["broken"].is_null() {
				return Err(Error::Answer(format!("the history is broken: {verified}")));
			}
			told.push(format!("{kind} {which}: {} entries, all unchanged", verified["intact"]));
		}
		Ok(((), told.join("\n")))
	}
}
