// SPDX-License-Identifier: Apache-2.0

//! `contour validator …`

use super::{error::CliError, output::Output, session::Session, signing::sign};
use contour_chain::{Chain, ChainError, SessionKeys, ValidatorDetails};
use contour_primitives::{Hash, InstitutionId, SuspensionCause, ValidatorStatus, rpc::NodeRole};
use serde::Serialize;
use serde_json::json;
use std::time::Duration;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Show a validator: its status, its keys, and whether the node holds them
	Show {
		/// Number of the institution. Without it, the institution whose validator's account is in
		/// your key file.
		institution: Option<u32>,
	},

	/// Make new session keys in the validator's node and set them, as the validator's account
	///
	/// Run this on the node's machine, or through a tunnel: the node makes keys for nobody else.
	/// The new keys are in use from the session after the next; until then the node needs the old
	/// ones, which stay in its keystore.
	RotateKeys {
		/// Only show whether it could be done, without making keys.
		#[arg(long)]
		dry_run: bool,
	},
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
	#[serde(flatten)]
	validator: &'a ValidatorDetails,
	/// Whether the node that answers holds the keys that are set; `None` if it does not tell.
	held_by_node: Option<bool>,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Show { institution } => {
			let chain = session.chain().await?;
			let validator = match institution {
				Some(number) => {
					let validator = chain.at().await?.validator(InstitutionId(number)).await?;
					validator.ok_or(CliError::NoValidator(number))?
				}
				None => own(&chain, session).await?,
			};
			let held_by_node = match validator.set {
				Some(keys) => held(&chain, keys).await?,
				None => None,
			};
			output.show(&Shown { validator: &validator, held_by_node }, || {
				text(&validator, held_by_node)
			});
		}
		Command::RotateKeys { dry_run } => rotate(dry_run, session, output).await?,
	}
	Ok(())
}

/// Whether the node holds keys, if it tells.
async fn held(chain: &Chain, keys: SessionKeys) -> Result<Option<bool>, CliError> {
	match chain.node_holds(keys).await {
		Ok(held) => Ok(Some(held)),
		Err(ChainError::UnsafeMethod) => Ok(None),
		Err(error) => Err(error.into()),
	}
}

/// The validator whose account is in the key file.
async fn own(chain: &Chain, session: &Session) -> Result<ValidatorDetails, CliError> {
	let account = session.identity()?.account();
	chain.at().await?.validator_of(&account).await?.ok_or(CliError::NotValidator)
}

async fn rotate(dry_run: bool, session: &Session, output: &Output) -> Result<(), CliError> {
	let chain = session.chain().await?;
	let before = own(&chain, session).await?;
	let node = chain.node_status().await?;
	if node.role != NodeRole::Authority {
		return Err(CliError::NotAValidatorNode(session.url()));
	}
	if node.major_syncing {
		return Err(CliError::CatchingUp(session.url()));
	}
	// Asked of keys that nobody has, so that a node which refuses does so before anything is made.
	let nobody = SessionKeys { aura: Hash::zero(), grandpa: Hash::zero() };
	let held = chain.node_holds(before.set.unwrap_or(nobody)).await?;
	if dry_run {
		let result = json!({ "validator": before, "heldByNode": held, "dryRun": true });
		output.show(&result, || {
			format!(
				"Would let the node at {} make keys for {}, the validator of institution {}, and \
				 set them. They would be in use from block {} on, {}.{}",
				session.url(),
				before.account,
				before.institution.0,
				before.from,
				left(&before),
				if before.set.is_some() && !held {
					" The node does not hold the keys that are set now: is it the right one?"
				} else {
					""
				},
			)
		});
		return Ok(());
	}
	let keys = sign(session, output, async |chain, signer| {
		let fresh = chain.rotate_keys(&before.account).await?;
		let keys = fresh.keys;
		chain.set_keys(signer, fresh).await?;
		Ok::<_, ChainError>(keys)
	})
	.await?;
	let after = own(&chain, session).await?;
	let result = json!({
		"institution": after.institution,
		"account": after.account,
		"keys": keys,
		"former": before.set,
		"from": after.from,
		"secondsLeft": after.seconds_left,
	});
	output.show(&result, || {
		let next = match (after.status, before.set) {
			(ValidatorStatus::Candidate, _) => {
				"Next, the council admits the validator: `contour council propose admit-validator`."
					.into()
			}
			(_, None) => String::new(),
			(_, Some(_)) => format!(
				"They are in use from block {} on at the latest, {}. Until then the node needs the \
				 old ones: leave its keystore as it is, and make a new backup of it.",
				after.from,
				left(&after),
			),
		};
		format!("Set:\n  Aura:    {:?}\n  GRANDPA: {:?}\n{next}", keys.aura, keys.grandpa)
	});
	Ok(())
}

/// Time until the keys that are set now are in use.
fn left(validator: &ValidatorDetails) -> String {
	format!("in about {}", humantime::format_duration(Duration::from_secs(validator.seconds_left)))
}

fn standing(status: ValidatorStatus) -> &'static str {
	match status {
		ValidatorStatus::Candidate => "waiting for the council to admit it",
		ValidatorStatus::Admitted => "admitted",
		ValidatorStatus::Condemned { .. } => {
			"to be suspended for an equivocation, as soon as the chain can spare it"
		}
		ValidatorStatus::Suspended { cause: SuspensionCause::Council } => {
			"suspended by the council"
		}
		ValidatorStatus::Suspended { cause: SuspensionCause::Equivocation } => {
			"suspended for an equivocation; the council can reinstate it when the cause is gone"
		}
	}
}

fn text(validator: &ValidatorDetails, held: Option<bool>) -> String {
	let present = match validator.present {
		Some(key) => format!("makes blocks with {key:?}"),
		None => "makes no blocks".into(),
	};
	let next = match validator.next {
		Some(keys) if Some(keys.aura) == validator.present => "the same".into(),
		Some(keys) => format!("makes blocks with {:?}", keys.aura),
		None => "makes no blocks".into(),
	};
	let set = match validator.set {
		Some(keys) => format!("Aura {:?}\n              GRANDPA {:?}", keys.aura, keys.grandpa),
		None => "none; `contour validator rotate-keys` sets them".into(),
	};
	let node = match (validator.set, held) {
		(None, _) => "has nothing to hold",
		(_, Some(true)) => "holds the keys that are set",
		(_, Some(false)) => "does not hold the keys that are set",
		(_, None) => "does not tell others whether it holds the keys",
	};
	format!(
		"Validator:    {}, of institution {}\nStatus:       {}\nThis session: {present}\n\
		 The next:     {next}\nKeys set:     {set}\n              what is set now holds from block {} \
		 on, {}\nThis node:    {node}",
		validator.account,
		validator.institution.0,
		standing(validator.status),
		validator.from,
		left(validator),
	)
}
