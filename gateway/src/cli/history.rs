// SPDX-License-Identifier: Apache-2.0

//! Histories: of studies, of tasks.

use super::{
	error::CliError,
	output::Output,
	session::Session,
	words::{numbers, when},
};
use contour_gateway::chain;
use contour_primitives::{AccountId, audit};
use serde_json::{Value, json};

type Subject = audit::Subject<AccountId>;

/// What happened, newest first.
pub(crate) async fn show(
	subject: Subject,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let chain = session.chain().await?;
	let mut entries = Vec::new();
	let mut from = Value::Null;
	loop {
		let page: Value =
			chain.rpc("contour_history", &json!([subject, from, Value::Null])).await?;
		entries.extend(page["entries"].as_array().cloned().unwrap_or_default());
		from = page["next"].clone();
		if from.is_null() {
			break;
		}
	}
	output.show(&entries, || {
		let lines = entries.iter().map(|entry| {
			let at = entry["at"].as_u64().map_or_else(String::new, when);
			let who = entry["who"].as_str().unwrap_or("by time, or the council");
			format!("{at}  {:<48}  {}", who, deed(&entry["what"]))
		});
		lines.collect::<Vec<_>>().join("\n")
	});
	Ok(())
}

/// Whether the node has every entry, unchanged.
pub(crate) async fn verify(
	subject: Subject,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let chain = session.chain().await?;
	let verification: Value = chain.rpc("contour_verifyHistory", &json!([subject])).await?;
	output.show(&verification, || {
		if verification["broken"].is_null() {
			format!("All {} entries are there, unchanged.", verification["intact"])
		} else {
			format!("BROKEN after {} entries: {}", verification["intact"], verification["broken"])
		}
	});
	Ok(())
}

/// What was done, in a line: its name, and with what.
fn deed(what: &Value) -> String {
	let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), Into::into);
	let Some((name, Value::Object(fields))) = what.as_object().and_then(|it| it.iter().next())
	else {
		return spaced(&plain(what));
	};
	let fields = fields.iter().filter(|(_, value)| !value.is_null()).map(|(field, value)| {
		let set = value.as_u64().and_then(|it| u16::try_from(it).ok());
		let text = match (field.as_str(), value.as_u64(), set, value.as_array()) {
			("expires" | "expired", Some(moment), ..) => when(moment),
			("accepted", _, Some(set), _) => match chain::numbers(set) {
				set if set.is_empty() => "no reading".into(),
				set => format!("readings {}", numbers(&set)),
			},
			("members", .., Some(members)) => {
				members.iter().map(plain).collect::<Vec<_>>().join(", ")
			}
			_ => plain(value),
		};
		format!("{} {text}", spaced(field))
	});
	[spaced(name)].into_iter().chain(fields).collect::<Vec<_>>().join("  ")
}

/// `readingSubmitted` as `reading submitted`.
fn spaced(name: &str) -> String {
	let mut text = String::new();
	for letter in name.chars() {
		if letter.is_ascii_uppercase() {
			text.push(' ');
		}
		text.push(letter.to_ascii_lowercase());
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::{Hash, InstitutionId, StudyId, TaskId, audit::Deed};

	fn told(deed_done: &Deed<AccountId>) -> String {
		deed(&serde_json::to_value(deed_done).expect("it has a form in JSON"))
	}

	#[test]
	fn should_be_words_when_a_deed_of_a_task_is_told() {
		let opened = Deed::TaskOpened {
			task: TaskId(3),
			study: StudyId(Hash::repeat_byte(1)),
			institution: InstitutionId(2),
			brief: Hash::repeat_byte(9),
		};
		assert!(told(&opened).starts_with("task opened  "), "{}", told(&opened));
		assert_eq!(told(&Deed::TaskDisputed), "task disputed");
		assert_eq!(told(&Deed::PlaceClaimed), "place claimed");
		let revealed = Deed::VoteRevealed { accepted: 0b101 };
		assert_eq!(told(&revealed), "vote revealed  accepted readings 1, 3");
		let decided = Deed::PanelDecided { accepted: Some(0) };
		assert_eq!(told(&decided), "panel decided  accepted no reading");
		assert_eq!(told(&Deed::PanelDecided { accepted: None }), "panel decided");
		let account = AccountId::new([7; 32]);
		let drawn = Deed::PanelDrawn { members: vec![account.clone(); 2], seed: Hash::zero() };
		assert!(told(&drawn).contains(&format!("members {account}, {account}")));
	}
}
