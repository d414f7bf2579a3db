// SPDX-License-Identifier: Apache-2.0

//! What the chain knows of one study: whose it is, for what it may be used, who may read it now, and
//! how much has happened to it.
//!
//! ```text
//! cargo run --example study -- ws://127.0.0.1:9944 STUDY
//! ```
//!
//! It only reads, so it needs no key: any node of the chain answers. `examples/README.md` shows how to
//! get a chain with a study to try it on.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

use contour_chain::{Chain, denied};
use contour_primitives::{
	Hash, MINUTE, Purpose, Purposes, StudyId,
	audit::Subject,
	imaging::{Basis, LeaseState},
};
use std::{env, error::Error, process::ExitCode};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
	let mut arguments = env::args().skip(1);
	let (Some(url), Some(study), None) = (arguments.next(), arguments.next(), arguments.next())
	else {
		eprintln!("usage: study URL STUDY");
		return ExitCode::from(2);
	};
	match show(&url, &study).await {
		Ok(()) => ExitCode::SUCCESS,
		// Errors of the library name what is wrong and what to do about it: they can be shown as they
		// are.
		Err(error) => {
			eprintln!("error: {error}");
			ExitCode::FAILURE
		}
	}
}

async fn show(url: &str, study: &str) -> Result<(), Box<dyn Error>> {
	// A study's ID is a hash: 64 hexadecimal digits, with or without 0x.
	let hash = study.parse::<Hash>().map_err(|error| format!("{study} is no study ID: {error}"))?;
	let study = StudyId(hash);
	// `ws://` works on this machine only; other machines need `wss://`.
	let chain = Chain::connect(url).await?;

	// Every question is answered from the same block, the last finalized one. An unknown study is an
	// error here; `At::study` gives an `Option` instead.
	let at = chain.at().await?;
	let record = at.registered(study).await?;
	let custodian = at.institution(record.custodian).await?;
	let custodian = custodian.map_or_else(|| "unknown".to_owned(), |it| it.name);
	println!("custodian  {custodian} (institution {})", record.custodian.0);
	println!("images     {} files, {} bytes sealed", record.instances, record.bytes);

	// The chain decides, by the directives of the patient and of the custodian. Do not compute it
	// from `At::consent`, which only tells who said what.
	for purpose in Purposes::all().iter() {
		match at.consented(study, purpose).await? {
			Ok(()) => println!("consent    {}: yes", words(purpose)),
			Err(denial) => println!("consent    {}: no, {}", words(purpose), denied(denial)),
		}
	}

	// A lease is over at its expiry, even if the chain has not written that down yet: compare with
	// the time of the chain, not with the clock of this machine.
	let now = at.now().await?;
	for (grantee, lease) in at.leases_on(study).await? {
		if let LeaseState::Live { expires, basis, .. } = lease.status
			&& expires > now
		{
			let minutes = (expires - now) / MINUTE;
			let how = if basis == Basis::Emergency { ", opened in an emergency" } else { "" };
			println!("lease      {grantee}: {}, {minutes} minutes left{how}", words(lease.purpose));
		}
	}

	// The client checks that each entry is the one that the next newer one names, back to the
	// registration. The newest is the node's word; docs/dev/audit.md shows how to trust no node.
	let history = chain.history(&Subject::Study(study)).await?;
	println!("history    {} entries", history.head.count);
	if history.broken.is_some() {
		let count = history.entries.len();
		println!("           of which this node has only the newest {count}: ask another node");
	}
	Ok(())
}

/// A purpose, as people say it.
fn words(purpose: Purpose) -> &'static str {
	match purpose {
		Purpose::ClinicalCare => "care",
		Purpose::GeneralResearch => "any research",
		Purpose::HealthResearch => "health research",
		Purpose::DiseaseResearch => "research on the disease",
		Purpose::AncestryResearch => "research on ancestry",
	}
}
