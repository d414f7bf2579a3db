// SPDX-License-Identifier: Apache-2.0

use crate::common::{BINDING, Person, World, person};
use codec::{DecodeAll, Encode};
use contour_annotation::panel::Panel;
use contour_primitives::{
	KeySuite, Sealed,
	scorer::{Answer, PanelMember, PanelRequest},
};
use contour_scoring::Outcome;
use contour_store::{ObjectName, Store};

fn member(person: &Person) -> PanelMember {
	let key = person.keys.public_keys().of(KeySuite::XWing).to_vec();
	let key = key.try_into().expect("it is short enough");
	PanelMember { who: person.account.clone(), suite: KeySuite::XWing, key }
}

#[tokio::test]
async fn should_show_readings_by_number_when_a_member_opens_the_copies() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	let readings = world.request().await;
	let report = north.report(&readings).await;
	let (first, second) = (person("First"), person("Second"));
	// A member whose key is none does not keep it from the others.
	let mut broken = member(&person("Broken"));
	broken.key = vec![1; 5].try_into().unwrap();
	let panel = vec![member(&first), broken, member(&second), member(&first)];
	let request = PanelRequest { readings, round: 1, panel };
	let Answer::Ready(Sealed { root, locator }) = north.panel(&request).await else {
		panic!("{}", north.log());
	};
	assert_eq!(
		north.panel(&request).await,
		Answer::Ready(Sealed { root, locator: locator.clone() })
	);

	let url = String::from_utf8(locator.to_vec()).unwrap();
	let store = Store::open(&url).await.unwrap();
	let sealed = store.get(&ObjectName::from(root.0)).await.unwrap();
	let mut hashes: Vec<_> = report
		.outcomes
		.iter()
		.filter_map(|outcome| match outcome {
			Outcome::Scored { mask, .. } => Some(*mask),
			Outcome::Rejected(_) => None,
		})
		.collect();
	hashes.sort_unstable();
	for it in [&first, &second] {
		let (panel, by) = Panel::open(&sealed, &BINDING, &it.account, &it.keys).unwrap();
		assert_eq!((panel.round, &by), (1, &world.north.person.account));
		let numbers: Vec<u8> = panel.readings.iter().map(|it| it.number).collect();
		assert_eq!(numbers, [1, 2, 3]);
		let mut seen = Vec::new();
		for reading in &panel.readings {
			let drawing = reading.drawing.as_ref().expect("it can be seen");
			seen.push(drawing.mask(&panel.geometry, &panel.structure).unwrap().hash());
			for name in [b"Reader^".as_slice(), b"PHANTOM", b"Phantom"] {
				assert!(!drawing.seg.windows(name.len()).any(|it| it == name));
			}
		}
		seen.sort_unstable();
		assert_eq!(seen, hashes);
	}
	for it in [&world.readers[0], &world.opener, &world.south.person] {
		assert!(Panel::open(&sealed, &BINDING, &it.account, &it.keys).is_err());
	}
}

#[tokio::test]
async fn should_be_unable_when_nobody_is_on_the_panel() {
	let world = World::new();
	let north = world.north.start(&world.readings(), &[]);
	let request = PanelRequest { readings: world.request().await, round: 1, panel: Vec::new() };
	assert_eq!(north.panel(&request).await, Answer::Unable);
}

#[tokio::test]
async fn should_wait_for_all_readings_when_copies_are_urgent_and_a_store_is_away() {
	let world = World::new();
	let mut readings = world.request().await;
	readings.urgent = true;
	let member_of_panel = person("First");
	let request = PanelRequest { readings, round: 1, panel: vec![member(&member_of_panel)] };
	let north = world.north.start(world.folder.path(), &[]);
	let hidden = world.folder.path().join("hidden");
	std::fs::rename(world.readings(), &hidden).unwrap();
	let ask = async || {
		let answer = north.post("/panel", request.encode()).await.bytes().await.unwrap();
		Answer::<Sealed>::decode_all(&mut answer.as_ref()).unwrap()
	};
	for _ in 0..5 {
		assert_eq!(ask().await, Answer::Pending);
		tokio::time::sleep(std::time::Duration::from_millis(50)).await;
	}
	std::fs::rename(&hidden, world.readings()).unwrap();
	assert!(matches!(north.panel(&request).await, Answer::Ready(_)));
}
