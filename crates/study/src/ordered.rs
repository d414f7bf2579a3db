// SPDX-License-Identifier: Apache-2.0

//! Work on several threads whose results are taken in order, a bounded number at a time.

use std::{
	num::NonZeroUsize,
	sync::{
		Mutex,
		mpsc::{Receiver, SyncSender, sync_channel},
	},
	thread,
};

/// Does `work` for each item on `threads` threads, and hands the results to `take` in the order of
/// the items. At most three results for each thread wait; the first error ends everything.
pub(super) fn in_order<Item, Done, Error>(
	items: &[Item],
	threads: NonZeroUsize,
	work: impl Fn(&Item) -> Result<Done, Error> + Sync,
	mut take: impl FnMut(&Item, Done) -> Result<(), Error>,
) -> Result<(), Error>
where
	Item: Sync,
	Done: Send,
	Error: Send,
{
	type Job<'a, Item, Done, Error> = (&'a Item, SyncSender<Result<Done, Error>>);
	// Dropped when `take` fails, so that everybody stops.
	let (order, results) =
		sync_channel::<(&Item, Receiver<Result<Done, Error>>)>(threads.get().saturating_mul(2));
	let (jobs, queue) = sync_channel::<Job<'_, Item, Done, Error>>(0);
	let queue = Mutex::new(queue);
	let (queue, work) = (&queue, &work);
	thread::scope(|scope| {
		for _ in 0..threads.get() {
			scope.spawn(move || {
				loop {
					let job = queue.lock().ok().and_then(|queue| queue.recv().ok());
					let Some((item, done)) = job else {
						return;
					};
					// Nobody waits for it any more when another one has failed.
					let _ = done.send(work(item));
				}
			});
		}
		scope.spawn(move || {
			for item in items {
				let (done, result) = sync_channel(1);
				if order.send((item, result)).is_err() || jobs.send((item, done)).is_err() {
					return;
				}
			}
		});
		for (item, result) in results {
			match result.recv() {
				Ok(done) => take(item, done?)?,
				// The thread panicked; the scope hands the panic on.
				Err(_) => break,
			}
		}
		Ok(())
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		sync::atomic::{AtomicUsize, Ordering::SeqCst},
		time::Duration,
	};

	const FOUR: NonZeroUsize = NonZeroUsize::new(4).expect("it is four");

	#[test]
	fn should_hand_out_results_in_order_when_they_are_ready_in_another() {
		let items: Vec<u64> = (0..50).collect();
		let mut taken = Vec::new();
		let done: Result<(), ()> = in_order(
			&items,
			FOUR,
			|item| {
				thread::sleep(Duration::from_millis((item * 7) % 5));
				Ok(item * 2)
			},
			|item, done| {
				taken.push((*item, done));
				Ok(())
			},
		);
		assert_eq!(done, Ok(()));
		assert_eq!(taken, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
	}

	#[test]
	fn should_stop_early_when_one_fails() {
		let items: Vec<usize> = (0..1_000).collect();
		let begun = AtomicUsize::new(0);
		let done = in_order(
			&items,
			FOUR,
			|item| {
				begun.fetch_add(1, SeqCst);
				if *item == 10 { Err("ten") } else { Ok(()) }
			},
			|_, ()| Ok(()),
		);
		assert_eq!(done, Err("ten"));
		assert!(begun.load(SeqCst) < 100);
	}

	#[test]
	fn should_never_run_far_ahead_of_who_takes_the_results() {
		let items: Vec<usize> = (0..200).collect();
		let begun = AtomicUsize::new(0);
		let done: Result<(), ()> = in_order(
			&items,
			FOUR,
			|_| {
				begun.fetch_add(1, SeqCst);
				Ok(())
			},
			|item, ()| {
				thread::sleep(Duration::from_millis(1));
				assert!(begun.load(SeqCst) <= item + 4 * 4);
				Ok(())
			},
		);
		assert_eq!(done, Ok(()));
	}
}
