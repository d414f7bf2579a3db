// SPDX-License-Identifier: Apache-2.0

//! Three hospitals and their people.

use crate::{list, text};
use contour_e2e::{Error, Node, NodeBuilder, Person, hospitals::LICENCE};
use std::{path::Path, thread};
use tempfile::TempDir;

/// Everybody who takes part, each with a key file.
pub(crate) struct People {
	pub(crate) folder: TempDir,
	/// Administers North, with which the chain begins.
	pub(crate) north: Person,
	/// Keeps North's studies.
	pub(crate) custodian: Person,
	/// Administers South.
	pub(crate) south: Person,
	/// Works at South.
	pub(crate) radiologist: Person,
	/// Administers East.
	pub(crate) east: Person,
	/// Works at East.
	pub(crate) colleague: Person,
	/// Works nowhere.
	pub(crate) stranger: Person,
}

impl People {
	pub(crate) async fn arrive() -> Result<((Node, Self), String), Error> {
		let node = NodeBuilder::development().start().await?;
		let chain = node.client().await?;
		chain.await_finalized(1).await?;
		let slot = chain.slot_duration().await?.as_millis();
		let detail = format!(
			"{}, block {} is final\na test network: its slots last {slot} ms, those of hospitals two \
			 seconds",
			node.url(),
			chain.finalized().await?
		);
		let folder = tempfile::Builder::new().prefix("contour-").tempdir()?;
		let generate = ["keys", "generate", "--custodian"];
		let url = node.url();
		let [north, south, east] = ["north", "south", "east"].map(|it| folder.path().join(it));
		let person = |hospital: &Path, name| Person::make(hospital, name, url, &generate[..2]);
		let people = Self {
			north: Person::import(&north, "head", url, "//Alice")?,
			custodian: Person::make(&north, "custodian", url, &generate)?,
			south: person(&south, "head")?,
			radiologist: person(&south, "radiologist")?,
			east: person(&east, "head")?,
			colleague: person(&east, "colleague")?,
			stranger: person(folder.path(), "stranger")?,
			folder,
		};
		Ok(((node, people), detail))
	}

	/// Makes the key file of somebody at a hospital, whose people share a store.
	pub(crate) fn person(&self, hospital: &str, name: &str) -> Result<Person, Error> {
		let folder = self.folder.path().join(hospital);
		Person::make(&folder, name, &self.north.url, &["keys", "generate"])
	}

	/// One seat decides alone. From then on there are two, and both have to agree.
	pub(crate) async fn are_admitted(&self) -> Result<((), String), Error> {
		let admit = ["council", "propose", "admit-institution"];
		let (south, east) = (self.south.account.to_string(), self.east.account.to_string());
		self.north.ask(&[&admit[..], &["South", &south]].concat())?;
		let proposed = self.north.ask(&[&admit[..], &["East", &east]].concat())?;
		let motion = proposed["index"].to_string();
		self.south.ask(&["council", "vote", &motion, "yes"])?;
		self.south.ask(&["council", "close", &motion])?;
		let institutions = self.north.ask(&["institution", "list"])?;
		let names = list(&institutions).map(|it| text(&it["name"]).to_owned());
		Ok(((), names.collect::<Vec<_>>().join(", ")))
	}

	pub(crate) async fn are_vouched_for(&self) -> Result<((), String), Error> {
		let vouched = [
			(&self.north, &self.custodian, "custodian"),
			(&self.south, &self.radiologist, "radiologist"),
			(&self.east, &self.colleague, "radiologist"),
		];
		self.vouch(
			vouched.map(|(administrator, holder, role)| (administrator, vec![(holder, role)])),
		)?;
		let told = vouched.map(|(_, holder, role)| format!("{} is a {role}", holder.account));
		Ok(((), told.join("\n")))
	}

	/// Administrators vouch for people, each of them for one after the other.
	pub(crate) fn vouch<const N: usize>(
		&self,
		hospitals: [(&Person, Vec<(&Person, &str)>); N],
	) -> Result<(), Error> {
		let vouch = |administrator: &Person, people: Vec<(&Person, &str)>| {
			people.into_iter().try_for_each(|(who, role)| {
				let who = who.account.to_string();
				let issue = ["credential", "issue", &who, "--roles", role, "--expires", "365days"];
				administrator.ask(&[&issue[..], &["--licence-hash", LICENCE]].concat()).map(drop)
			})
		};
		thread::scope(|scope| {
			let all: Vec<_> = hospitals
				.into_iter()
				.map(|(administrator, people)| scope.spawn(move || vouch(administrator, people)))
				.collect();
			all.into_iter().try_for_each(|it| it.join().expect("it asks and answers"))
		})
	}

	pub(crate) async fn radiologist_registers(&self) -> Result<((), String), Error> {
		self.radiologist.ask(&["keys", "register"])?;
		let shown = self.radiologist.ask(&["credential", "show"])?;
		let key = text(&shown["encryptionKey"]);
		Ok(((), format!("an {key} key is registered, and the hospital paid for it")))
	}
}
