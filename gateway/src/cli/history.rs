// SPDX-License-Identifier: Apache-2.0

//! Histories of studies and of tasks.

use super::{
	error::CliError,
	output::Output,
	session::Session,
	words::{numbers, purposes, row, when},
};
use contour_primitives::{
	AccountId, Moment, annotation,
	audit::{self, AccessKind, Break, Deed, Head},
	rpc::History,
};
use std::time::Duration;

type Subject = audit::Subject<AccountId>;

/// What to do about an entry that the node had once.
const REBUILD: &str = "ask another node with --url, and tell this one's operator, who restores the \
                       entry with `contour-node rebuild-history`";
/// What to do about an entry that no node can read.
const MALFORMED: &str = "ask a node of a newer version with --url; if that cannot read it either, \
                         the runtime wrote it wrongly: report it";

/// What happened, newest first.
pub(crate) async fn show(
	subject: Subject,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let history = session.chain().await?.history(&subject).await?;
	let told = || text(&history);
	if let Some(broken) = history.broken {
		let error = incomplete(broken, history.head, session.url());
		return Err(output.show_failed(&history, told, error));
	}
	output.show(&history, told);
	Ok(())
}

/// Whether the node has every entry unchanged.
pub(crate) async fn verify(
	subject: Subject,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	let verification = session.chain().await?.verify_history(&subject).await?;
	let (intact, head) = (verification.intact, verification.head);
	if let Some(broken) = verification.broken {
		let told =
			|| format!("The newest {intact} of {} entries are there, unchanged.", head.count);
		let error = incomplete(broken, head, session.url());
		return Err(output.show_failed(&verification, told, error));
	}
	output.show(&verification, || format!("All {intact} entries are there, unchanged."));
	Ok(())
}

/// Which entry of a history the node lacks, counted from the first one, and what is wrong with it.
fn fault(broken: Break) -> (u32, &'static str) {
	let (index, what) = match broken {
		Break::Missing { index, .. } => (index, "is missing"),
		Break::Altered { index, .. } => (index, "was altered"),
		Break::Malformed { index, .. } => (index, "cannot be read"),
	};
	(index.saturating_add(1), what)
}

fn incomplete(broken: Break, head: Head, url: String) -> CliError {
	let (number, fault) = fault(broken);
	let advice = match broken {
		Break::Missing { .. } | Break::Altered { .. } => REBUILD,
		Break::Malformed { .. } => MALFORMED,
	};
	CliError::IncompleteHistory { number, count: head.count, fault, url, advice }
}

fn text(history: &History) -> String {
	let lines = history.entries.iter().map(|linked| {
		let entry = &linked.entry;
		let who = entry
			.who
			.as_ref()
			.map_or_else(|| "automatically, or by the council".to_owned(), ToString::to_string);
		format!("{}  {who:<48}  {}", when(entry.at), deed(&entry.what))
	});
	let end = history.broken.map(|broken| {
		let (number, fault) = fault(broken);
		let count = history.head.count;
		format!("INCOMPLETE: entry {number} of {count} {fault}, and none before it can be shown.")
	});
	lines.chain(end).collect::<Vec<_>>().join("\n")
}

/// What was done, in a line: its name, and with what.
fn deed(deed: &Deed<AccountId>) -> String {
	match deed {
		Deed::Registered { custodian, record } => {
			format!("registered  custodian {}  record {record:?}", custodian.0)
		}
		Deed::ConsentSet { permitted, refused, ethics_approval, document } => {
			let document = document.map_or_else(String::new, |it| format!("  document {it:?}"));
			format!(
				"consent set  permitted {}  refused {}  ethics approval {}{document}",
				purposes(*permitted),
				purposes(*refused),
				if *ethics_approval { "needed" } else { "not needed" },
			)
		}
		Deed::AccessRequested { purpose, duration } => {
			format!("access requested  purpose {purpose}  for {}", long(*duration))
		}
		Deed::AccessGranted { grantee, purpose, expires } => format!(
			"access granted  grantee {grantee}  purpose {purpose}  expires {}",
			when(*expires),
		),
		Deed::AccessDeclined { grantee } => format!("access declined  grantee {grantee}"),
		Deed::AccessRenewed { grantee, expires } => {
			format!("access renewed  grantee {grantee}  expires {}", when(*expires))
		}
		Deed::AccessRevoked { grantee } => format!("access revoked  grantee {grantee}"),
		Deed::AccessExpired { grantee, expired } => {
			format!("access expired  grantee {grantee}  expired {}", when(*expired))
		}
		Deed::Accessed { kind } => format!("accessed  kind {}", access(*kind)),
		Deed::AccessAttempted { kind } => format!("access attempted  kind {}", access(*kind)),
		Deed::MisuseReported { grantee, reason } => {
			format!("misuse reported  grantee {grantee}  reason {reason:?}")
		}
		Deed::EmergencyOpened { reason, expires } => {
			format!("emergency opened  reason {reason:?}  expires {}", when(*expires))
		}
		Deed::EmergencyReviewed { clinician, justified } => {
			let verdict = if *justified { "justified" } else { "not justified" };
			format!("emergency reviewed  clinician {clinician}  {verdict}")
		}
		Deed::EmergencyEscalated { clinician } => {
			format!("emergency escalated  clinician {clinician}")
		}
		Deed::CustodyOffered { to } => format!("custody offered  to {}", to.0),
		Deed::CustodyTransferred { from, to } => {
			format!("custody transferred  from {}  to {}", from.0, to.0)
		}
		Deed::Withdrawn { commitment } => format!("withdrawn  commitment {commitment:?}"),
		Deed::MisuseSettled { grantee, upheld } => {
			let verdict = if *upheld { "proven" } else { "dismissed" };
			format!("misuse settled  grantee {grantee}  {verdict}")
		}
		Deed::Moved => "moved".into(),
		Deed::ResearchPoolSet { open } => {
			format!("research pool set  {}", if *open { "open" } else { "closed" })
		}
		Deed::CustodyOfferWithdrawn => "custody offer withdrawn".into(),
		Deed::RequestLapsed { grantee } => format!("request lapsed  grantee {grantee}"),
		Deed::TaskOpened { task, study, institution, brief } => format!(
			"task opened  task {}  study {:?}  institution {}  brief {brief:?}",
			task.0, study.0, institution.0,
		),
		Deed::PlaceClaimed => "place claimed".into(),
		Deed::PlaceFreed { reader } => format!("place freed  reader {reader}"),
		Deed::ReadingSubmitted { root } => format!("reading submitted  root {root:?}"),
		Deed::ScoresReported { institution, report } => {
			format!("scores reported  institution {}  report {report:?}", institution.0)
		}
		Deed::TaskScored { report } => format!("task scored  report {report:?}"),
		Deed::TaskDisputed => "task disputed".into(),
		Deed::PanelDrawn { members, seed } => {
			let members = row(members.iter().map(ToString::to_string));
			format!("panel drawn  members {members}  seed {seed:?}")
		}
		Deed::VoteCommitted { commitment } => format!("vote committed  commitment {commitment:?}"),
		Deed::VoteRevealed { accepted } => {
			format!("vote revealed  accepted {}", readings(*accepted))
		}
		Deed::PanelDecided { accepted: None } => "panel decided  too few votes".into(),
		Deed::PanelDecided { accepted: Some(accepted) } => {
			format!("panel decided  accepted {}", readings(*accepted))
		}
		Deed::Appealed { reason } => format!("appealed  reason {reason:?}"),
		Deed::TaskValidated { task, consensus } => {
			format!("task validated  task {}  consensus {consensus:?}", task.0)
		}
		Deed::TaskEnded { task } => format!("task ended  task {}", task.0),
		Deed::ConsensusPublished { study } => format!("consensus published  study {:?}", study.0),
		Deed::ResultSubmitted { result, model } => {
			format!("result submitted  result {result:?}  model {model:?}")
		}
	}
}

fn access(kind: AccessKind) -> &'static str {
	match kind {
		AccessKind::View => "view",
		AccessKind::Download => "download",
		AccessKind::Annotate => "annotate",
		AccessKind::Compute => "compute",
	}
}

fn long(duration: Moment) -> String {
	humantime::format_duration(Duration::from_millis(duration)).to_string()
}

/// Readings by their numbers.
fn readings(set: u16) -> String {
	match annotation::numbers(set) {
		set if set.is_empty() => "no reading".into(),
		set => format!("readings {}", numbers(&set)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::{
		Hash, InstitutionId, Purpose, Purposes, StudyId, TaskId,
		audit::{Entry, VERSION},
		rpc::{BlockRef, Linked},
	};

	fn account() -> AccountId {
		AccountId::new([7; 32])
	}

	/// Two entries of a history that has as many as `count`, and where it breaks.
	fn history(count: u32, broken: Option<Break>) -> History {
		let link = Hash::repeat_byte(3);
		let linked = |index: u32, who, what| Linked {
			link,
			entry: Entry {
				version: VERSION,
				subject: Subject::Task(TaskId(3)),
				index,
				previous: link,
				who,
				what,
				at: 1_000,
				block: 7,
			},
		};
		History {
			at: BlockRef { number: 9, hash: Hash::repeat_byte(4) },
			head: Head { count, link },
			entries: vec![
				linked(count - 1, None, Deed::TaskDisputed),
				linked(count - 2, Some(account()), Deed::PlaceClaimed),
			],
			broken,
			next: None,
		}
	}

	#[test]
	fn should_say_that_it_is_incomplete_when_an_entry_is_missing_or_altered() {
		let link = Hash::repeat_byte(2);
		for (broken, fault) in [
			(Break::Missing { index: 2, link }, "entry 3 of 5 is missing"),
			(Break::Altered { index: 2, link }, "entry 3 of 5 was altered"),
			(Break::Malformed { index: 2, link }, "entry 3 of 5 cannot be read"),
		] {
			let history = history(5, Some(broken));
			let text = text(&history);
			let lines: Vec<_> = text.lines().collect();
			assert_eq!(lines.len(), 3, "{text}");
			assert!(lines[2].starts_with(&format!("INCOMPLETE: {fault}, ")), "{text}");

			let error = incomplete(broken, history.head, "ws://127.0.0.1:9944".into()).to_string();
			assert!(error.contains(fault) && error.contains("ws://127.0.0.1:9944"), "{error}");
			assert!(error.contains("--url"), "{error}");
			let can_be_rebuilt = !matches!(broken, Break::Malformed { .. });
			assert_eq!(error.contains("`contour-node rebuild-history`"), can_be_rebuilt, "{error}");
		}
	}

	#[test]
	fn should_tell_who_did_what_when_the_history_is_whole() {
		let who = account().to_string();
		let expected = format!(
			"1970-01-01T00:00:01Z  {:<48}  task disputed\n\
			 1970-01-01T00:00:01Z  {who:<48}  place claimed",
			"automatically, or by the council",
		);
		assert_eq!(text(&history(2, None)), expected);
		let nothing = History { entries: Vec::new(), ..history(2, None) };
		assert_eq!(text(&nothing), "");
	}

	#[test]
	fn should_be_words_when_a_deed_is_told() {
		let account = account();
		for (done, words) in [
			(Deed::TaskDisputed, "task disputed".to_owned()),
			(Deed::PlaceClaimed, "place claimed".into()),
			(
				Deed::AccessRequested { purpose: Purpose::GeneralResearch, duration: 86_400_000 },
				"access requested  purpose gru  for 1day".into(),
			),
			(
				Deed::AccessExpired { grantee: account.clone(), expired: 1_000 },
				format!("access expired  grantee {account}  expired 1970-01-01T00:00:01Z"),
			),
			(Deed::Accessed { kind: AccessKind::Download }, "accessed  kind download".into()),
			(
				Deed::ConsentSet {
					permitted: Purposes::from(Purpose::ClinicalCare),
					refused: Purposes::empty(),
					ethics_approval: true,
					document: None,
				},
				"consent set  permitted care  refused nothing  ethics approval needed".into(),
			),
			(
				Deed::CustodyTransferred { from: InstitutionId(1), to: InstitutionId(2) },
				"custody transferred  from 1  to 2".into(),
			),
			(
				Deed::ConsensusPublished { study: StudyId(Hash::repeat_byte(1)) },
				format!("consensus published  study 0x{}", "01".repeat(32)),
			),
			(
				Deed::VoteRevealed { accepted: 0b101 },
				"vote revealed  accepted readings 1, 3".into(),
			),
			(Deed::PanelDecided { accepted: Some(0) }, "panel decided  accepted no reading".into()),
			(Deed::PanelDecided { accepted: None }, "panel decided  too few votes".into()),
			(
				Deed::PanelDrawn { members: vec![account.clone(); 2], seed: Hash::zero() },
				format!("panel drawn  members {account}, {account}  seed 0x{}", "00".repeat(32)),
			),
		] {
			assert_eq!(deed(&done), words);
		}
	}
}
