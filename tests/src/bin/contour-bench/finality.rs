// SPDX-License-Identifier: Apache-2.0

//! How long it takes from handing in a transaction until nobody can undo it.
//!
//! Networks of real nodes, one after the other, each with its own chain. Transactions are handed in
//! at random moments of a slot, to the nodes in turn, and the time runs until that node reports the
//! block as final. Afterwards the final blocks of all nodes are compared.

use crate::{
	consortium::{Consortium, MOST, Setting},
	load::{Fullness, Load, await_full_blocks, fullness},
	sample::{Finality, sample},
};
use clap::Args;
use contour_e2e::Error;
use contour_primitives::{BlockNumber, SLOT_DURATION};
use serde::Serialize;
use std::{
	fmt, thread,
	time::{Duration, Instant},
};

/// Cores that seven authorities need.
const CORES_OF_SEVEN: usize = 4;
/// Milliseconds from one node to another and back where relays are between them.
const ROUND_TRIP: u64 = 50;
/// Seconds within which transactions should be final at slots of two seconds and this round trip:
/// the mean, and 99 of 100.
const GOAL: (f64, f64) = (2.0, 3.0);

/// How the chains of this measurement are.
#[derive(Args)]
pub(crate) struct Options {
	/// Milliseconds of a slot, when finality is measured.
	#[arg(long, value_name = "MS", default_value_t = SLOT_DURATION)]
	slot_duration: u64,
	/// How long nodes expect a vote to travel, in milliseconds, when finality is measured.
	#[arg(long, value_name = "MS", default_value_t = 100)]
	gossip_duration: u64,
	/// Milliseconds from one node to another and back, when finality is measured with relays
	/// between them.
	#[arg(long, value_name = "MS", default_value_t = ROUND_TRIP)]
	round_trip: u64,
	/// Measure finality of seven authorities, too, on fewer than four cores.
	#[arg(long)]
	seven: bool,
}

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Report {
	slot_duration: u64,
	gossip_duration: u64,
	round_trip: u64,
	cores: usize,
	rows: Vec<Row>,
	/// Why seven authorities were not measured.
	#[serde(skip_serializing_if = "Option::is_none")]
	skipped: Option<String>,
}

#[derive(Serialize)]
struct Row {
	what: String,
	authorities: usize,
	#[serde(flatten)]
	finality: Finality,
	/// Whether the goal was reached; nothing where there is none.
	#[serde(skip_serializing_if = "Option::is_none")]
	within_goal: Option<bool>,
	/// Heights at which the final blocks of all nodes are the same: all there were.
	heights_compared: BlockNumber,
	#[serde(skip_serializing_if = "Option::is_none")]
	fullness: Option<Fullness>,
	/// What passed the relays.
	#[serde(skip_serializing_if = "Vec::is_empty")]
	links: Vec<Link>,
}

/// What two nodes sent each other through their relays.
#[derive(Serialize)]
struct Link {
	between: (usize, usize),
	bytes_per_second: u64,
}

#[derive(Clone, Copy)]
struct Scenario {
	what: &'static str,
	authorities: usize,
	/// Whether relays are between the nodes.
	far: bool,
	one_away: bool,
	full_blocks: bool,
	/// Whether the goal is meant for it.
	goal: bool,
}

const ONE: Scenario = Scenario {
	what: "1 authority",
	authorities: 1,
	far: false,
	one_away: false,
	full_blocks: false,
	goal: true,
};
const FOUR: Scenario = Scenario { what: "4 authorities", authorities: 4, ..ONE };
const FAR: Scenario = Scenario { far: true, ..FOUR };
const AWAY: Scenario =
	Scenario { what: "4, one of them away", one_away: true, goal: false, ..FOUR };
const FULL: Scenario = Scenario { what: "4, full blocks", full_blocks: true, goal: false, ..FOUR };
const SEVEN: Scenario = Scenario { what: "7 authorities", authorities: MOST, goal: false, ..FOUR };

/// Measures all scenarios. Fails when a network does not do what it should, above all when a fork
/// was finalized.
pub(crate) fn measure(options: &Options) -> Result<Report, Error> {
	let cores = thread::available_parallelism().map_or(1, usize::from);
	let mut scenarios = vec![ONE, FOUR, FAR, AWAY, FULL];
	let mut skipped = None;
	if options.seven || cores >= CORES_OF_SEVEN {
		scenarios.push(SEVEN);
	} else {
		skipped = Some(format!(
			"{} were not measured: they need {CORES_OF_SEVEN} cores, and there are {cores}; \
			 --seven measures them all the same",
			SEVEN.what,
		));
	}
	let runtime = tokio::runtime::Runtime::new()?;
	let mut rows = Vec::new();
	for scenario in scenarios {
		eprintln!("Finality, {}: about 2 minutes", scenario.name(options));
		let row = runtime.block_on(scenario.row(options))?;
		let Finality { n, mean, p99, .. } = row.finality;
		eprintln!("  {n} transactions: {mean:.2} s in the mean, {p99:.2} s at most for 99 of 100");
		rows.push(row);
	}
	let Options { slot_duration, gossip_duration, round_trip, .. } = *options;
	Ok(Report { slot_duration, gossip_duration, round_trip, cores, rows, skipped })
}

impl Scenario {
	fn name(self, options: &Options) -> String {
		if self.far {
			format!("{}, {} ms of round trip", self.authorities, options.round_trip)
		} else {
			self.what.into()
		}
	}

	async fn row(self, options: &Options) -> Result<Row, Error> {
		let what = self.name(options);
		let Self { authorities, far, one_away, full_blocks, goal, .. } = self;
		let Options { slot_duration, gossip_duration, round_trip, .. } = *options;
		// Each direction takes half of it.
		let delay = far.then(|| Duration::from_millis(round_trip) / 2);
		let setting = Setting { authorities, slot_duration, gossip_duration, delay };
		let mut network = Consortium::start(&setting).await?;
		network.check_ways().await?;
		if one_away {
			network.lose_one().await?;
		}

		let chain = &network.nodes[0].chain;
		let slot = Duration::from_millis(slot_duration);
		let (finality, links, fullness) = if full_blocks {
			let load = Load::new(chain).await?;
			let measured = async {
				await_full_blocks(chain).await?;
				let first = chain.finalized().await?;
				let (finality, links) = sample_and_count(&network, slot).await?;
				Ok::<_, Error>((finality, links, first..=chain.finalized().await?))
			};
			let (finality, links, blocks) = tokio::select! {
				measured = measured => measured,
				error = load.keep_up(chain) => Err(error),
			}?;
			(finality, links, Some(fullness(chain, blocks).await?))
		} else {
			let (finality, links) = sample_and_count(&network, slot).await?;
			(finality, links, None)
		};

		network.check_ways().await?;
		let heights_compared = network.compare().await?;
		let (mean, p99) = GOAL;
		let as_meant = slot_duration == SLOT_DURATION && (!far || round_trip == ROUND_TRIP);
		let within_goal =
			(goal && as_meant).then_some(finality.mean <= mean && finality.p99 <= p99);
		Ok(Row { what, authorities, finality, within_goal, heights_compared, fullness, links })
	}
}

/// Takes the times, and counts what passes the relays meanwhile.
async fn sample_and_count(
	network: &Consortium,
	slot: Duration,
) -> Result<(Finality, Vec<Link>), Error> {
	let (before, begun) = (network.traffic(), Instant::now());
	let finality = sample(&network.nodes, slot).await?;
	let seconds = begun.elapsed().as_secs_f64();
	let links = network.traffic().into_iter().map(|(between, bytes)| {
		let bytes = bytes - before.get(&between).copied().unwrap_or_default();
		Link { between, bytes_per_second: (bytes as f64 / seconds).round() as u64 }
	});
	Ok((finality, links.collect()))
}

impl fmt::Display for Report {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(
			f,
			"Finality: seconds from handing in a transaction until its block is final, at slots of \
			 {} ms and gossip of {} ms, on {} cores\n",
			self.slot_duration, self.gossip_duration, self.cores,
		)?;
		let head = ["n", "mean", "p90", "p99", "most"].map(|column| format!("{column:>8}"));
		writeln!(f, "{:<24}{}   goal", "", head.concat())?;
		for row in &self.rows {
			let Finality { n, mean, p90, p99, most } = row.finality;
			let goal = match row.within_goal {
				Some(true) => "reached",
				Some(false) => "missed",
				None => "",
			};
			let times = [mean, p90, p99, most].map(|seconds| format!("{seconds:>8.2}"));
			let line = format!("{:<24}{n:>8}{}   {goal}", row.what, times.concat());
			writeln!(f, "{}", line.trim_end())?;
		}
		let (mean, p99) = GOAL;
		writeln!(f, "\nGoal at slots of 2 s: mean at most {mean} s, p99 at most {p99} s.")?;
		for row in &self.rows {
			let rates = || row.links.iter().map(|link| link.bytes_per_second);
			if let (Some(least), Some(most)) = (rates().min(), rates().max()) {
				writeln!(
					f,
					"{}: from {least} to {most} bytes a second passed the relays of two nodes.",
					row.what,
				)?;
			}
			if let Some(Fullness { blocks, mean, least }) = &row.fullness {
				writeln!(
					f,
					"{}: ordinary transactions took {:.0} % of the weight they may have in a \
					 block, on average of {blocks} blocks, and {:.0} % in the emptiest of them.",
					row.what,
					mean * 100.0,
					least * 100.0,
				)?;
			}
		}
		let heights: BlockNumber = self.rows.iter().map(|row| row.heights_compared).sum();
		writeln!(f, "No fork was finalized: all nodes agree at all {heights} heights.")?;
		self.skipped.iter().try_for_each(|why| writeln!(f, "{why}."))
	}
}
