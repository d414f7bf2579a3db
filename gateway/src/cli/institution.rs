// SPDX-License-Identifier: Apache-2.0

//! `contour institution …`

use super::{error::CliError, output::Output, session::Session, signing::sign, words::purposes};
use contour_chain::{At, InstitutionRecord, amount};
use contour_primitives::{
	AccountId, Balance, InstitutionId, InstitutionStatus, NodeKey, Purpose, Purposes,
};
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// List the institutions, with the balances of their fee accounts
	List,

	/// Show an institution
	Show {
		/// Its number.
		institution: u32,
	},

	/// Pay your own money into an institution's fee account; the council pays from the purse, with
	/// `contour council propose top-up`
	TopUp {
		/// Number of the institution.
		institution: u32,
		/// Amount in CTR.
		#[arg(value_parser = amount::parse)]
		amount: Balance,
	},

	/// Set how much your institution pays per member and day, as its administrator
	SetAllowance {
		/// Amount in CTR.
		#[arg(value_parser = amount::parse)]
		allowance: Balance,
	},

	/// Set how much your institution pays for one member per day, as its administrator
	SetMemberAllowance {
		/// The member.
		member: AccountId,
		/// Amount in CTR. Without it, the same as for everybody.
		#[arg(value_parser = amount::parse)]
		allowance: Option<Balance>,
	},

	/// Set the most that your institution pays on one day for all its members together, as its
	/// administrator; you have an allowance apart, which the council sets
	SetDailyCap {
		/// Amount in CTR. Without it, as much as the council permits.
		#[arg(value_parser = amount::parse)]
		cap: Option<Balance>,
	},

	/// Hand over the administration of your institution to another account
	SetAdministrator {
		/// The new administrator.
		administrator: AccountId,
	},

	/// Name the account under which your institution will run a validator, as its administrator
	DesignateValidator {
		/// The account.
		account: AccountId,
	},

	/// Register your institution's nodes, so that other nodes accept them as peers
	#[command(subcommand)]
	Node(NodeCommand),

	/// Retire your institution's validator, as its administrator: it makes no more blocks, and its
	/// account can set no more keys
	RetireValidator,

	/// Set what your institution's patients permit unless they decide otherwise, for studies
	/// registered from now on, as its administrator
	SetConsentDefaults {
		/// Purposes, separated by commas: care, gru, hmb, ds and poa (GA4GH DUO).
		#[arg(value_delimiter = ',', required = true)]
		purposes: Vec<Purpose>,
	},

	/// Enrol a patient's account, as a custodian; your institution pays its fees
	Enrol {
		/// The account.
		patient: AccountId,
	},

	/// End the enrolment of a patient's account, as a custodian
	Discharge {
		/// The account.
		patient: AccountId,
	},
}

/// What can be done with nodes.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum NodeCommand {
	/// Register a node, as the institution's administrator; other nodes accept it as soon as this
	/// is final
	Add {
		/// Its peer ID, 12D3KooW…, which `contour-node key inspect-node-key` or `contour_status`
		/// shows.
		peer_id: NodeKey,
	},

	/// Remove a node that is out of use or whose key has leaked, as the institution's administrator
	Remove {
		/// Its peer ID.
		peer_id: NodeKey,
	},

	/// List the nodes of all institutions, and show whether other nodes are accepted
	List,
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::List => {
			let all = session.at().await?.institutions().await?;
			output.show(&all, || all.iter().map(line).collect::<Vec<_>>().join("\n"));
		}
		Command::Show { institution } => {
			let record = institution_on(&session.at().await?, institution).await?;
			output.show(&record, || text(&record));
		}
		Command::TopUp { institution, amount } => {
			let record = institution_on(&session.at().await?, institution).await?;
			sign(session, output, async |chain, signer| {
				chain.pay_into(signer, &record.fee_account, amount).await
			})
			.await?;
			let result = json!({ "institution": institution, "amount": amount.to_string() });
			output.show(&result, || format!("Paid {}.", amount::show(amount)));
		}
		Command::SetAllowance { allowance } => {
			sign(session, output, async |chain, signer| {
				chain.set_allowance(signer, allowance).await
			})
			.await?;
			output.show(&json!({ "allowance": allowance.to_string() }), || {
				format!("Your institution pays {} per member and day.", amount::show(allowance))
			});
		}
		Command::SetMemberAllowance { member, allowance } => {
			sign(session, output, async |chain, signer| {
				chain.set_member_allowance(signer, &member, allowance).await
			})
			.await?;
			let amount = allowance.map(|it| it.to_string());
			output.show(&json!({ "member": member, "allowance": amount }), || match allowance {
				Some(it) => {
					format!("Your institution pays {} a day for {member}.", amount::show(it))
				}
				None => format!("Your institution pays as much for {member} as for everybody."),
			});
		}
		Command::SetDailyCap { cap } => {
			sign(session, output, async |chain, signer| chain.set_daily_cap(signer, cap).await)
				.await?;
			output.show(&json!({ "cap": cap.map(|it| it.to_string()) }), || match cap {
				Some(it) => format!(
					"Your institution pays {} a day for all its members together, or the council's limit \
					 if that is less.",
					amount::show(it)
				),
				None => "Your institution pays as much a day as the council permits.".into(),
			});
		}
		Command::SetAdministrator { administrator } => {
			let own = own_institution(session).await?;
			sign(session, output, async |chain, signer| {
				chain.set_administrator(signer, own, &administrator).await
			})
			.await?;
			output.show(&json!({ "institution": own, "administrator": administrator }), || {
				format!("{administrator} administers institution {} from now on.", own.0)
			});
		}
		Command::DesignateValidator { account } => {
			sign(session, output, async |chain, signer| {
				chain.designate_validator(signer, &account).await
			})
			.await?;
			output.show(&json!({ "validator": account }), || {
				"Designated. Next, the account sets its session keys with `contour validator \
				 rotate-keys`. Then the council admits it with `contour council propose \
				 admit-validator`."
					.into()
			});
		}
		Command::RetireValidator => {
			let own = own_institution(session).await?;
			sign(session, output, async |chain, signer| chain.retire_validator(signer, own).await)
				.await?;
			output.show(&json!({ "institution": own, "retired": true }), || {
				"Retired: it makes no more blocks. To run a validator again, name its account with \
				 `contour institution designate-validator`; an account that was never used is best."
					.into()
			});
		}
		Command::Node(command) => node(command, session, output).await?,
		Command::SetConsentDefaults { purposes: set } => {
			let set: Purposes = set.into_iter().collect();
			sign(session, output, async |chain, signer| {
				chain.set_consent_defaults(signer, set).await
			})
			.await?;
			output.show(&json!({ "consentDefaults": set }), || {
				format!("Permitted unless a patient decides otherwise: {}.", purposes(set))
			});
		}
		Command::Enrol { patient } => {
			sign(session, output, async |chain, signer| {
				chain.enrol_patient(signer, &patient).await
			})
			.await?;
			output.show(&json!({ "patient": patient }), || "Enrolled.".into());
		}
		Command::Discharge { patient } => {
			sign(session, output, async |chain, signer| {
				chain.discharge_patient(signer, &patient).await
			})
			.await?;
			output.show(&json!({ "patient": patient }), || "Discharged.".into());
		}
	}
	Ok(())
}

async fn node(command: NodeCommand, session: &Session, output: &Output) -> Result<(), CliError> {
	match command {
		NodeCommand::Add { peer_id } => {
			sign(session, output, async |chain, signer| chain.register_node(signer, peer_id).await)
				.await?;
			output.show(&json!({ "node": peer_id, "registered": true }), || {
				format!("Other nodes accept {peer_id} from now on.")
			});
		}
		NodeCommand::Remove { peer_id } => {
			let own = own_institution(session).await?;
			sign(session, output, async |chain, signer| {
				chain.remove_node(signer, own, peer_id).await
			})
			.await?;
			output.show(&json!({ "node": peer_id, "registered": false }), || {
				format!("Your institution no longer vouches for {peer_id}.")
			});
		}
		NodeCommand::List => {
			let list = session.at().await?.nodes().await?;
			output.show(&list, || {
				let lines =
					list.nodes.iter().map(|it| format!("{:>3}  {}", it.institution.0, it.node));
				let who = if list.members_only {
					"Nodes accept only these as peers."
				} else {
					"Nodes accept everybody as a peer (`contour council propose close-network` \
					 changes that)."
				};
				lines.chain([who.to_owned()]).collect::<Vec<_>>().join("\n")
			});
		}
	}
	Ok(())
}

async fn institution_on(at: &At, number: u32) -> Result<InstitutionRecord, CliError> {
	let record = at.institution(InstitutionId(number)).await?;
	record.ok_or(CliError::NoInstitution(number))
}

/// The institution that the key's account administers.
async fn own_institution(session: &Session) -> Result<InstitutionId, CliError> {
	let account = session.identity()?.account();
	let member = session.at().await?.member(&account).await?;
	member.administers.ok_or(CliError::NotAdministrator)
}

fn status(record: &InstitutionRecord) -> String {
	match record.status {
		InstitutionStatus::Active => "active".into(),
		InstitutionStatus::Suspended { since } => {
			format!("suspended since {}", super::words::when(since))
		}
		InstitutionStatus::Removed { since } => format!("left {}", super::words::when(since)),
	}
}

fn line(record: &InstitutionRecord) -> String {
	let validator = record
		.validator
		.as_ref()
		.map_or("no validator".into(), |it| format!("validator {}", it.status));
	format!(
		"{:>3}  {}  {}  {}  {validator}",
		record.institution.0,
		record.name,
		status(record),
		amount::show(record.balance),
	)
}

fn text(record: &InstitutionRecord) -> String {
	let validator = record
		.validator
		.as_ref()
		.map_or("none".into(), |validator| format!("{}, {}", validator.account, validator.status));
	format!(
		"Institution:      {} ({})\nStatus:           {}\nAdministrator:    {}\nFee account:      {}\n\
		 For fees:         {}, and {} held for its studies and leases\n\
		 Allowance:        {} per member and day; today {} are left for all of them\nConsent defaults: {}\nValidator:        {validator}",
		record.name,
		record.institution.0,
		status(record),
		record.administrator,
		record.fee_account,
		amount::show(record.balance),
		amount::show(record.held),
		amount::show(record.allowance),
		amount::show(record.daily_cap_left),
		purposes(record.consent_defaults),
	)
}
