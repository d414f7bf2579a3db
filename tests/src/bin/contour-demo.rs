// SPDX-License-Identifier: Apache-2.0

//! Shows a hospital's engineer what the chain does: a hospital is admitted, it vouches for a
//! doctor, and the chain tells the doctor from a stranger.
//!
//! With `--json`, shows it to a program: one JSON document on stdout when the demo has ended.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

use contour_e2e::{Chain, Error, NodeBuilder, council};
use contour_primitives::{
	AccountId, Balance, DAY, Hash, InstitutionId, KeySuite, Moment, Refusal, Role, Specialties,
	TOKEN_SYMBOL, UNIT,
};
use contour_runtime::RuntimeCall;
use pallet_credentials::Call;
use serde::Serialize;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{
	process::ExitCode,
	time::{Instant, SystemTime},
};

/// The hospital that the demo admits: the development chain starts with number 0.
const HOSPITAL: InstitutionId = InstitutionId(1);

/// What happened, in order; also the document that `--json` writes.
#[derive(Default, Serialize)]
struct Report {
	/// Whether everything went as it should.
	ok: bool,
	/// How long all of it took.
	seconds: f64,
	/// The steps, up to the first one that failed.
	steps: Vec<Step>,
	/// Whether to tell each step as soon as it is done.
	#[serde(skip)]
	aloud: bool,
}

/// One thing that the demo shows.
#[derive(Serialize)]
struct Step {
	name: &'static str,
	ok: bool,
	/// What there was to see, or what went wrong.
	detail: String,
	seconds: f64,
}

impl Report {
	/// Takes a step, which gives what later steps need and what there was to see.
	async fn step<T>(
		&mut self,
		name: &'static str,
		action: impl Future<Output = Result<(T, String), Error>>,
	) -> Result<T, Error> {
		let begun = Instant::now();
		let outcome = action.await;
		let seconds = seconds_since(begun);
		let detail = match &outcome {
			Ok((_, detail)) => detail.clone(),
			Err(error) => error.to_string(),
		};
		let step = Step { name, ok: outcome.is_ok(), detail, seconds };
		if self.aloud && step.ok {
			println!("✓ {name}\n    {}", step.detail);
		}
		self.steps.push(step);
		outcome.map(|(value, _)| value)
	}
}

/// To the millisecond.
fn seconds_since(begun: Instant) -> f64 {
	(begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
}

#[tokio::main]
async fn main() -> ExitCode {
	let arguments: Vec<_> = std::env::args().skip(1).collect();
	let json = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
		[] => false,
		["--json"] => true,
		_ => {
			eprintln!("usage: contour-demo [--json]");
			return ExitCode::from(2);
		}
	};

	let begun = Instant::now();
	let mut report = Report { aloud: !json, ..Default::default() };
	let outcome = run(&mut report).await;
	report.ok = outcome.is_ok();
	report.seconds = seconds_since(begun);
	if json {
		match serde_json::to_string_pretty(&report) {
			Ok(document) => println!("{document}"),
			Err(error) => eprintln!("the report cannot be written: {error}"),
		}
	}
	match outcome {
		Ok(()) if !json => {
			println!("\nEverything went as it should. The node was stopped and its data deleted.");
		}
		Ok(()) => {}
		Err(error) => {
			eprintln!("\nThe demo failed: {error}");
			eprintln!("Run it again; if it fails again, `scripts/test` tells more.");
		}
	}
	if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(report: &mut Report) -> Result<(), Error> {
	let (_node, chain) = report
		.step("A chain runs", async {
			let node = NodeBuilder::development().start().await?;
			let chain = node.client().await?;
			chain.await_finalized(2).await?;
			let detail = format!("{}, block {} is final", node.url(), chain.finalized().await?);
			Ok(((node, chain), detail))
		})
		.await?;

	let founder = Sr25519Keyring::Alice.pair();
	let hospital = sr25519::Pair::generate().0;
	let doctor = sr25519::Pair::generate().0;
	let stranger = sr25519::Pair::generate().0;

	let admission = Call::admit_institution {
		name: b"Demonstration Hospital".to_vec().try_into().unwrap_or_default(),
		administrator: account(&hospital),
		allowance: UNIT,
	};
	let seats = [founder];
	let top_up = Call::top_up { institution: HOSPITAL, amount: 100 * UNIT };
	// In one motion: the new hospital has a seat at once, but cannot pay for a vote before that.
	let calls = [admission, top_up].map(RuntimeCall::Credentials).to_vec();
	let motion = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls });
	report
		.step("The council admits a hospital", async {
			council::pass(&chain, &seats, motion).await?;
			let money = chain.fees_of(HOSPITAL).await?;
			Ok(((), format!("number {}, {} for fees", HOSPITAL.0, tokens(money))))
		})
		.await?;

	report
		.step("The hospital vouches for a doctor", async {
			chain.send(&hospital, credential(&doctor)).await?;
			Ok(((), account(&doctor).to_string()))
		})
		.await?;

	report
		.step("A stranger is REFUSED in the pool", async {
			let message = refused(&chain, &stranger, Refusal::NotVouchedFor).await?;
			Ok(((), format!("{message} = nobody vouches for the account")))
		})
		.await?;

	report
		.step("The doctor is ACCEPTED", async {
			let before = chain.fees_of(HOSPITAL).await?;
			let included = chain.send(&doctor, encryption_key()).await?;
			let paid = before - chain.fees_of(HOSPITAL).await?;
			let detail = format!(
				"in block {}; the hospital paid {}, the doctor owns {}",
				included.block,
				tokens(paid),
				tokens(chain.balance(&account(&doctor)).await?),
			);
			Ok(((), detail))
		})
		.await?;

	report
		.step("The doctor, suspended, is REFUSED", async {
			let suspend = Call::suspend_credential { holder: account(&doctor) };
			chain.send(&hospital, RuntimeCall::Credentials(suspend)).await?;
			let message = refused(&chain, &doctor, Refusal::CredentialSuspended).await?;
			Ok(((), format!("{message} = the credential is suspended")))
		})
		.await
}

fn tokens(amount: Balance) -> String {
	let micro = amount / (UNIT / 1_000_000);
	format!("{}.{:06} {TOKEN_SYMBOL}", micro / 1_000_000, micro % 1_000_000)
}

fn account(pair: &sr25519::Pair) -> AccountId {
	pair.public().into()
}

/// Vouches for somebody as a radiologist for a year.
fn credential(holder: &sr25519::Pair) -> RuntimeCall {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
	RuntimeCall::Credentials(Call::issue_credential {
		holder: account(holder),
		roles: Role::Radiologist.into(),
		specialties: Specialties::empty(),
		licence_hash: Hash::random(),
		expires: now.as_millis() as Moment + 365 * DAY,
	})
}

/// Registers an encryption key, made up here: the gateway makes real ones.
fn encryption_key() -> RuntimeCall {
	let bytes = Hash::random().as_bytes().to_vec().try_into().unwrap_or_default();
	RuntimeCall::Credentials(Call::set_encryption_key { suite: KeySuite::X25519, bytes })
}

/// What the pool says to somebody whom it has to refuse for this reason.
async fn refused(chain: &Chain, signer: &sr25519::Pair, refusal: Refusal) -> Result<String, Error> {
	match chain.send(signer, encryption_key()).await {
		Err(error) if error.is(refusal) => Ok(error.to_string()),
		Err(error) => Err(error),
		Ok(_) => Err(Error::Answer("the pool took it".into())),
	}
}
