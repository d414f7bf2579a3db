// SPDX-License-Identifier: Apache-2.0

//! Shows a hospital's engineer what the chain does: a hospital is admitted, it vouches for a
//! doctor, and the chain tells the doctor from a stranger.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is there to be read")]

use contour_e2e::{Chain, Error, NodeBuilder, council};
use contour_primitives::{
	AccountId, Balance, DAY, Hash, InstitutionId, KeySuite, Moment, Refusal, Role, Specialties,
	TOKEN_SYMBOL, UNIT,
};
use contour_runtime::RuntimeCall;
use pallet_credentials::Call;
use sp_core::{Pair, sr25519};
use sp_keyring::Sr25519Keyring;
use std::{process::ExitCode, time::SystemTime};

/// The hospital that the demo admits: the development chain starts with number 0.
const HOSPITAL: InstitutionId = InstitutionId(1);

#[tokio::main]
async fn main() -> ExitCode {
	match run().await {
		Ok(()) => {
			println!("\nEverything went as it should. The node was stopped and its data deleted.");
			ExitCode::SUCCESS
		}
		Err(error) => {
			eprintln!("\nThe demo failed: {error}");
			eprintln!("Run it again; if it fails again, `scripts/test` tells more.");
			ExitCode::FAILURE
		}
	}
}

async fn run() -> Result<(), Error> {
	let node = NodeBuilder::development().start().await?;
	let chain = node.client().await?;
	chain.await_finalized(2).await?;
	step("A chain runs", &format!("{}, block {} is final", node.url(), chain.finalized().await?));

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
	council::pass(&chain, &seats, motion).await?;
	let money = chain.fees_of(HOSPITAL).await?;
	step(
		"The council admits a hospital",
		&format!("number {}, {} for fees", HOSPITAL.0, tokens(money)),
	);

	chain.send(&hospital, credential(&doctor)).await?;
	step("The hospital vouches for a doctor", &account(&doctor).to_string());

	let message = refused(&chain, &stranger, Refusal::NotVouchedFor).await?;
	step(
		"A stranger is REFUSED in the pool",
		&format!("{message} = nobody vouches for the account"),
	);

	let before = chain.fees_of(HOSPITAL).await?;
	let included = chain.send(&doctor, encryption_key()).await?;
	let paid = before - chain.fees_of(HOSPITAL).await?;
	let detail = format!(
		"in block {}; the hospital paid {}, the doctor owns {}",
		included.block,
		tokens(paid),
		tokens(chain.balance(&account(&doctor)).await?),
	);
	step("The doctor is ACCEPTED", &detail);

	let suspend = Call::suspend_credential { holder: account(&doctor) };
	chain.send(&hospital, RuntimeCall::Credentials(suspend)).await?;
	let message = refused(&chain, &doctor, Refusal::CredentialSuspended).await?;
	step("The doctor, suspended, is REFUSED", &format!("{message} = the credential is suspended"));
	Ok(())
}

fn step(what: &str, detail: &str) {
	println!("✓ {what}\n    {detail}");
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
