// SPDX-License-Identifier: Apache-2.0

//! What happened to a study, a task or a patient's consent, as the node that answers has it.

use super::{Chain, ChainError};
use contour_primitives::{
	AccountId,
	audit::{Head, Subject},
	rpc::{History, Linked, Verification},
};

impl Chain {
	/// What happened to a subject, newest first: all of it, or as far back as the node has it; then
	/// [`History::broken`] tells which entry the node lacks.
	///
	/// # Errors
	///
	/// Those of the connection. [`ChainError::Answer`] when the entries do not lead from the head to
	/// the beginning and the node does not say that one is missing.
	pub async fn history(&self, subject: &Subject<AccountId>) -> Result<History, ChainError> {
		whole(subject, async |from| self.history_page(subject, from).await).await
	}

	/// As many entries as the node gives at once.
	async fn history_page(
		&self,
		subject: &Subject<AccountId>,
		from: Option<Head>,
	) -> Result<History, ChainError> {
		self.rpc("contour_history", &(subject, from)).await
	}

	/// Whether the node that answers has every entry of a history.
	///
	/// # Errors
	///
	/// Those of the connection.
	pub async fn verify_history(
		&self,
		subject: &Subject<AccountId>,
	) -> Result<Verification, ChainError> {
		self.rpc("contour_verifyHistory", &[subject]).await
	}
}

/// The pages of a history as one.
async fn whole(
	subject: &Subject<AccountId>,
	ask: impl AsyncFn(Option<Head>) -> Result<History, ChainError>,
) -> Result<History, ChainError> {
	let mut history = ask(None).await?;
	let mut left = rest(subject, history.head, &history)?;
	while let Some(from) = history.next {
		let page = ask(Some(from)).await?;
		left = rest(subject, left, &page)?;
		history.entries.extend(page.entries);
		(history.broken, history.next) = (page.broken, page.next);
	}
	Ok(history)
}

/// What is left of a history after a page that was to begin at `from`. The node may lack entries,
/// but it must say so: each entry has to be the one that is named by what came before.
fn rest(subject: &Subject<AccountId>, from: Head, page: &History) -> Result<Head, ChainError> {
	let left = page.entries.iter().try_fold(from, |from, Linked { link, entry }| {
		let is_named = *link == from.link
			&& entry.link() == *link
			&& entry.subject == *subject
			&& from.count.checked_sub(1) == Some(entry.index);
		is_named.then_some(Head { count: entry.index, link: entry.previous })
	});
	let next = left.filter(|left| left.count > 0 && page.broken.is_none());
	match left {
		Some(left) if page.next == next && next != Some(from) => Ok(left),
		_ => Err(ChainError::Answer("entries that do not belong to the history".into())),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::{
		Hash, TaskId,
		audit::{Break, Deed, Entry, VERSION},
		rpc::BlockRef,
	};

	/// Entries of a page.
	const PAGE: usize = 2;

	fn subject() -> Subject<AccountId> {
		Subject::Task(TaskId(3))
	}

	/// A node that has a history, perhaps without one of the entries.
	struct Node {
		head: Head,
		/// Newest first.
		entries: Vec<Linked>,
		missing: Option<u32>,
	}

	impl Node {
		fn new(count: u32, missing: Option<u32>) -> Self {
			let mut head = Head::default();
			let mut entries = Vec::new();
			for index in 0..count {
				let entry = Entry {
					version: VERSION,
					subject: subject(),
					index,
					previous: head.link,
					who: None,
					what: Deed::PlaceClaimed,
					at: 1_700_000_000_000,
					block: index,
				};
				let link = entry.link();
				head = Head { count: index + 1, link };
				entries.push(Linked { link, entry });
			}
			entries.reverse();
			Self { head, entries, missing }
		}

		fn page(&self, from: Option<Head>) -> History {
			let at = BlockRef { number: 9, hash: Hash::repeat_byte(4) };
			let mut page =
				History { at, head: self.head, entries: Vec::new(), broken: None, next: None };
			let from = from.unwrap_or(self.head).count;
			let after = self.entries.iter().filter(|it| it.entry.index < from);
			for Linked { link, entry } in after.take(PAGE) {
				let index = entry.index;
				if self.missing == Some(index) {
					page.broken = Some(Break::Missing { index, link: *link });
					page.next = None;
					break;
				}
				page.entries.push(Linked { link: *link, entry: entry.clone() });
				page.next = (index > 0).then_some(Head { count: index, link: entry.previous });
			}
			page
		}

		/// What a client makes of it when pages are changed on the way.
		async fn told(&self, change: impl Fn(&mut History)) -> Result<History, ChainError> {
			whole(&subject(), async |from| {
				let mut page = self.page(from);
				change(&mut page);
				Ok(page)
			})
			.await
		}
	}

	fn indices(history: &History) -> Vec<u32> {
		history.entries.iter().map(|it| it.entry.index).collect()
	}

	#[tokio::test]
	async fn should_have_every_entry_when_the_node_has_them() {
		for count in 0..6 {
			let node = Node::new(count, None);
			let history = node.told(|_| ()).await.expect("it is in order");
			assert_eq!(indices(&history), (0..count).rev().collect::<Vec<_>>());
			assert_eq!((history.head, history.broken, history.next), (node.head, None, None));
		}
	}

	#[tokio::test]
	async fn should_have_what_is_asked_for_when_the_history_grows_meanwhile() {
		let node = Node::new(5, None);
		let grown = Head { count: 6, link: Hash::repeat_byte(6) };
		let grow = |page: &mut History| {
			if page.entries[0].entry.index < 4 {
				page.head = grown;
			}
		};
		let history = node.told(grow).await.expect("it is in order");
		assert_eq!((indices(&history).len(), history.head), (5, node.head));
	}

	#[tokio::test]
	async fn should_say_where_it_breaks_when_the_node_lacks_an_entry_of_any_page() {
		for missing in 0..5 {
			let node = Node::new(5, Some(missing));
			let history = node.told(|_| ()).await.expect("the node says what it lacks");
			assert_eq!(indices(&history), (missing + 1..5).rev().collect::<Vec<_>>());
			let Some(Break::Missing { index, .. }) = history.broken else {
				panic!("{:?}", history.broken)
			};
			assert_eq!((index, history.next), (missing, None));
		}
	}

	#[tokio::test]
	async fn should_refuse_when_the_node_leaves_out_or_changes_entries_without_a_word() {
		type Change = fn(&mut History);
		let changes: [(&str, Change); 8] = [
			("ends early", |page| page.next = None),
			("has nothing", |page| page.entries.clear()),
			("has nothing, and ends", |page| {
				page.entries.clear();
				page.next = None;
			}),
			("leaves out the newest", |page| {
				page.entries.remove(0);
			}),
			("changes an entry", |page| page.entries[0].entry.block += 1),
			("changes an entry and its link", |page| {
				page.entries[0].entry.block += 1;
				page.entries[0].link = page.entries[0].entry.link();
			}),
			("leads elsewhere", |page| page.next = Some(Head::default())),
			("goes on where it breaks", |page| {
				page.broken = Some(Break::Missing { index: 2, link: Hash::zero() });
			}),
		];
		for (what, change) in changes {
			let told = Node::new(5, None).told(change).await;
			assert!(matches!(told, Err(ChainError::Answer(_))), "{what}: {told:?}");
		}
		// It gives the first page again and again.
		let node = Node::new(5, None);
		let told = whole(&subject(), async |_| Ok(node.page(None))).await;
		assert!(matches!(told, Err(ChainError::Answer(_))), "{told:?}");
		// The history of something else.
		let other = Subject::Task(TaskId(4));
		let told = whole(&other, async |from| Ok(node.page(from))).await;
		assert!(matches!(told, Err(ChainError::Answer(_))), "{told:?}");
	}
}
