// SPDX-License-Identifier: Apache-2.0

//! `contour council …`

use super::{
	error::CliError, output::Output, rewards, session::Session, signing::sign, upgrade, words::when,
};
use contour_chain::{
	BrakeRecord, Decision, EncodedCall, Motion, Outcome, Proposal, RuntimeCode, amount,
};
use contour_gateway::council::{self, left};
use contour_primitives::{
	AccountId, Action, Balance, BlockNumber, Hash, InstitutionId, Modality, NodeKey, Role,
	Specialty, Standard, StudyId,
};
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Propose a decision and vote for it, as the administrator of an active institution
	#[command(subcommand)]
	Propose(Matter),

	/// Vote on a motion
	Vote {
		/// Its number, or its hash.
		motion: String,
		/// yes or no.
		#[arg(value_parser = ["yes", "no"])]
		vote: String,
	},

	/// Close a motion that is decided, and carry it out
	Close {
		/// Its number, or its hash.
		motion: String,
	},

	/// List the motions that wait for votes
	List,

	/// Show whether the brake is on, and when it is released
	Brake,
}

/// What the council can decide.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Matter {
	/// Admit a hospital
	AdmitInstitution {
		/// Its name.
		name: String,
		/// Account of its administrator.
		administrator: AccountId,
		/// Most that it pays per member and day, in CTR.
		#[arg(long, value_parser = amount::parse, default_value = "10")]
		allowance: Balance,
		/// Amount that it receives from the purse for fees, in CTR. Without any, it can vote and do
		/// nothing else.
		#[arg(long, value_parser = amount::parse, default_value = "100")]
		fees: Balance,
	},
	/// Suspend an institution and everybody for whom it vouches
	SuspendInstitution {
		/// Its number.
		institution: u32,
	},
	/// End the suspension of an institution
	ReinstateInstitution {
		/// Its number.
		institution: u32,
	},
	/// End the membership of an institution for good
	RemoveInstitution {
		/// Its number.
		institution: u32,
	},
	/// Move money from the purse to an institution's fee account
	TopUp {
		/// Its number.
		institution: u32,
		/// Amount in CTR.
		#[arg(value_parser = amount::parse)]
		amount: Balance,
	},
	/// Set the most that an institution may pay on one day for all but its administrator
	SetDailyLimit {
		/// Its number.
		institution: u32,
		/// Amount in CTR. Without it, the general limit applies again.
		#[arg(value_parser = amount::parse)]
		limit: Option<Balance>,
	},
	/// Set the most that an institution pays on one day for its administrator
	SetAdministratorAllowance {
		/// Its number.
		institution: u32,
		/// Amount in CTR. Without it, the general allowance applies again.
		#[arg(value_parser = amount::parse)]
		allowance: Option<Balance>,
	},
	/// Give an institution a new administrator
	SetAdministrator {
		/// Its number.
		institution: u32,
		/// Account of the new administrator.
		administrator: AccountId,
	},
	/// Set the standard that an action requires
	SetStandard {
		/// register-study, access-study, emergency-access, open-task, submit-reading, vote-on-panel,
		/// report-scores or submit-result.
		action: Action,

		/// Only on data of this modality, such as CT.
		#[arg(long)]
		modality: Option<Modality>,

		/// One of these roles, separated by commas.
		#[arg(long, value_delimiter = ',', required_unless_present = "withdraw")]
		any_of: Vec<Role>,

		/// One of these specialties, separated by commas.
		#[arg(long, value_delimiter = ',')]
		specialties: Vec<Specialty>,

		/// At least this many validated contributions.
		#[arg(long, default_value_t = 0)]
		contributions: u32,

		/// At least this reputation, in parts per million.
		#[arg(long, default_value_t = 0)]
		reputation: u32,

		/// Withdraw the standard instead.
		#[arg(long, conflicts_with_all = ["any_of", "specialties", "contributions", "reputation"])]
		withdraw: bool,
	},
	/// Make a designated validator an authority
	AdmitValidator {
		/// Number of its institution.
		institution: u32,
	},
	/// Suspend a validator, but not its institution
	SuspendValidator {
		/// Number of its institution.
		institution: u32,
	},
	/// Make a suspended validator an authority again
	ReinstateValidator {
		/// Number of its institution.
		institution: u32,
	},
	/// Retire an institution's validator
	RetireValidator {
		/// Number of its institution.
		institution: u32,
	},
	/// Set the number of authorities below which the set never falls
	SetMinimum {
		/// The number.
		minimum: u32,
	},
	/// Let nodes accept as peers only the nodes that institutions have registered
	CloseNetwork,
	/// Let nodes accept everybody as a peer
	OpenNetwork,
	/// Stop vouching for an institution's node
	RemoveNode {
		/// Number of the institution.
		institution: u32,
		/// The peer ID.
		peer_id: NodeKey,
	},
	/// Let the remaining authorities take over finality that has stalled because a third of them is
	/// lost for good
	///
	/// One motion lowers the minimum if necessary, suspends the lost validators and notes the
	/// stall. Pass --without-finality, as nothing becomes final in the meantime.
	#[command(verbatim_doc_comment)]
	ResumeFinality {
		/// Numbers of the institutions whose validators are lost, separated by commas.
		#[arg(long, value_delimiter = ',', required = true)]
		lost: Vec<u32>,
		/// The highest block that any of the others has finalized (`contour_status` of each). A lower
		/// one does no harm. Without it, the last one that this node has finalized; the node has to
		/// have finalized what is named.
		#[arg(long)]
		best_finalized: Option<BlockNumber>,
		/// Number of blocks from the change of the set to their first vote. It has to be large
		/// enough that all of them certainly have that block. Without it, 40 seconds' worth of
		/// slots, and at least 20 blocks.
		#[arg(long)]
		delay: Option<BlockNumber>,
	},
	/// Withdraw what was noted about finality that has stalled, because the lost authorities are back
	WithdrawStall,
	/// Authorise a runtime; anybody in good standing may hand it in with `contour upgrade apply`
	/// when its delay is over
	AuthorizeUpgrade {
		/// File with its code, which is checked, or the code's BLAKE2b-256 hash, 0x….
		#[arg(value_name = "FILE|HASH")]
		code: Code,
		/// Shorten the delay (to an hour, where the genesis says nothing else); needs nine tenths of
		/// the council.
		#[arg(long)]
		urgent: bool,
	},
	/// Take the authorisation of a runtime back
	CancelUpgrade,
	/// Pull the brake: until it is released, the chain takes only what the council, the authorities
	/// or a patient's protection need, and deadlines of tasks stand still
	PullBrake {
		/// For an hour only: two seats are enough, but not again within a week.
		#[arg(long)]
		briefly: bool,
	},
	/// Release the brake
	ReleaseBrake,
	/// Find a reported misuse proven, or dismiss the report
	SettleMisuse {
		/// Account that is said to have misused it.
		grantee: AccountId,
		/// The study.
		study: Hash,
		/// The misuse is proven.
		#[arg(long, required_unless_present = "dismissed")]
		upheld: bool,
		/// The report is dismissed.
		#[arg(long, conflicts_with = "upheld")]
		dismissed: bool,
	},
	/// Review an emergency access that its custodian has not reviewed
	ReviewEmergency {
		/// The study.
		study: Hash,
		/// Account that opened it.
		clinician: AccountId,
		/// The access was justified.
		#[arg(long, required_unless_present = "unjustified")]
		justified: bool,
		/// The access was not justified: it ends.
		#[arg(long, conflicts_with = "justified")]
		unjustified: bool,
	},
	/// Set how work is rewarded; `contour rewards policy --toml` writes the present policy
	SetRewardsPolicy {
		/// The policy.
		file: PathBuf,
	},
	/// Propose any other call, as Polkadot.js Apps encodes it
	Call {
		/// The encoded call data, 0x….
		#[arg(value_parser = encoded)]
		call: EncodedCall,
	},
}

/// A runtime that is proposed.
#[derive(Clone, Debug)]
pub(crate) enum Code {
	/// By its hash.
	Hash(Hash),
	/// By its file.
	File(PathBuf),
}

impl std::str::FromStr for Code {
	type Err = std::convert::Infallible;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		// A hash that lacks a digit is taken for a file, which then is not there.
		Ok(text.parse().map_or_else(|_| Self::File(text.into()), Self::Hash))
	}
}

/// What was proposed, and for a runtime what is in its file.
#[derive(Serialize)]
struct Proposed<'a> {
	#[serde(flatten)]
	proposal: &'a Proposal,
	#[serde(skip_serializing_if = "Option::is_none")]
	code: Option<&'a RuntimeCode>,
}

fn encoded(text: &str) -> Result<EncodedCall, String> {
	let digits = text.strip_prefix("0x").unwrap_or(text);
	let bytes = hex::decode(digits).map_err(|_| "hexadecimal digits after 0x".to_owned())?;
	Ok(EncodedCall::from_bytes(bytes))
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Propose(matter) => {
			let code = match &matter {
				Matter::AuthorizeUpgrade { code: Code::File(path), .. } => {
					Some(upgrade::proposable(path, session).await?)
				}
				_ => None,
			};
			let decision = Decision::try_from(matter)?;
			// Before the passphrase is asked for.
			council::ensure_proposable(&session.at().await?, &decision).await?;
			let proposal = sign(session, output, async |chain, signer| {
				council::propose(chain, signer, &decision).await
			})
			.await?;
			let proposed = Proposed { proposal: &proposal, code: code.as_ref() };
			output.show(&proposed, || {
				let code = code.as_ref().map_or_else(String::new, |code| {
					format!(
						"\n\
						 It is {}, {} bytes. The others should compare the hash with that of their \
						 own file.",
						code.version, code.length
					)
				});
				let next = match &proposal.outcome {
					Outcome::Open { index, missing, .. } => format!(
						"Proposed as motion {index}, and you voted for it. Votes missing: {missing} \
						 (`contour council vote {index} yes`, then `contour council close {index}`)."
					),
					Outcome::Done | Outcome::Rejected => "Decided and done.".into(),
				};
				format!("{}{code}\n{next}", proposal.motion)
			});
		}
		Command::Vote { motion, vote } => {
			let motion = council::find(&session.at().await?, &motion).await?;
			let approve = vote == "yes";
			let motion = sign(session, output, async |chain, signer| {
				council::vote(chain, signer, &motion, approve).await
			})
			.await?;
			output.show(&motion, || text(&motion));
		}
		Command::Close { motion } => {
			let motion = council::find(&session.at().await?, &motion).await?;
			council::ensure_decided(&motion)?;
			let outcome = sign(session, output, async |chain, signer| {
				council::close(chain, signer, &motion).await
			})
			.await?;
			let result =
				json!({ "index": motion.index, "motion": motion.motion, "outcome": outcome });
			output.show(&result, || match outcome {
				Outcome::Done => format!("Done: {}", told(&motion)),
				Outcome::Open { .. } | Outcome::Rejected => format!("Rejected: {}", told(&motion)),
			});
		}
		Command::List => {
			let motions = session.at().await?.motions().await?;
			output.show(&motions, || {
				if motions.is_empty() {
					return "No motion waits for votes.".into();
				}
				motions.iter().map(text).collect::<Vec<_>>().join("\n\n")
			});
		}
		Command::Brake => {
			let brake = session.at().await?.brake().await?;
			output.show(&json!({ "brake": brake }), || match brake {
				None => "The brake is not on.".into(),
				Some(BrakeRecord { since, until: Some(until) }) => {
					format!("The brake is on since {}, until {}.", when(since), when(until))
				}
				Some(BrakeRecord { since, until: None }) => format!(
					"The brake is on since {}, until the council releases it (`contour council \
					 propose release-brake`).",
					when(since)
				),
			});
		}
	}
	Ok(())
}

fn told(motion: &Motion) -> String {
	let unknown = "a call unknown to this program";
	motion.motion.as_ref().map_or_else(|| unknown.to_owned(), ToString::to_string)
}

fn text(motion: &Motion) -> String {
	let names = |all: &[AccountId]| {
		let names = all.iter().map(|it| format!("\n          {it}"));
		names.collect::<String>()
	};
	let state = if motion.is_carried() {
		format!("carried: `contour council close {}` carries it out", motion.index)
	} else if motion.is_lost() {
		format!("lost: `contour council close {}` removes it", motion.index)
	} else {
		format!("open for about {}, votes missing: {}", left(motion), motion.missing)
	};
	format!(
		"Motion {}  {}\n  Hash:   {:?}\n  Yes:    {} of {} ({} needed){}\n  No:     {}{}\n  State:  {state}",
		motion.index,
		told(motion),
		motion.hash,
		motion.ayes.len(),
		motion.seats,
		motion.needed,
		names(&motion.ayes),
		motion.nays.len(),
		names(&motion.nays),
	)
}

impl TryFrom<Matter> for Decision {
	type Error = CliError;

	fn try_from(matter: Matter) -> Result<Self, CliError> {
		let number = InstitutionId;
		Ok(match matter {
			Matter::AdmitInstitution { name, administrator, allowance, fees } => {
				Self::AdmitInstitution { name, administrator, allowance, fees }
			}
			Matter::SuspendInstitution { institution } => {
				Self::SuspendInstitution(number(institution))
			}
			Matter::ReinstateInstitution { institution } => {
				Self::ReinstateInstitution(number(institution))
			}
			Matter::RemoveInstitution { institution } => {
				Self::RemoveInstitution(number(institution))
			}
			Matter::TopUp { institution, amount } => Self::TopUp(number(institution), amount),
			Matter::SetDailyLimit { institution, limit } => {
				Self::SetDailyLimit(number(institution), limit)
			}
			Matter::SetAdministratorAllowance { institution, allowance } => {
				Self::SetAdministratorAllowance(number(institution), allowance)
			}
			Matter::SetAdministrator { institution, administrator } => {
				Self::SetAdministrator(number(institution), administrator)
			}
			Matter::SetStandard {
				action,
				modality,
				any_of,
				specialties,
				contributions,
				reputation,
				withdraw,
			} => {
				let standard = Standard {
					any_of: any_of.into_iter().collect(),
					specialties: specialties.into_iter().collect(),
					contributions,
					reputation,
				};
				Self::SetStandard(action, modality, (!withdraw).then_some(standard))
			}
			Matter::AdmitValidator { institution } => Self::AdmitValidator(number(institution)),
			Matter::SuspendValidator { institution } => Self::SuspendValidator(number(institution)),
			Matter::ReinstateValidator { institution } => {
				Self::ReinstateValidator(number(institution))
			}
			Matter::RetireValidator { institution } => Self::RetireValidator(number(institution)),
			Matter::SetMinimum { minimum } => Self::SetMinimum(minimum),
			Matter::CloseNetwork => Self::SetMembersOnly(true),
			Matter::OpenNetwork => Self::SetMembersOnly(false),
			Matter::RemoveNode { institution, peer_id } => {
				Self::RemoveNode(number(institution), peer_id)
			}
			Matter::ResumeFinality { lost, best_finalized, delay } => Self::ResumeFinality {
				lost: lost.into_iter().map(number).collect(),
				best_finalized,
				delay,
			},
			Matter::WithdrawStall => Self::WithdrawStall,
			Matter::AuthorizeUpgrade { code, urgent } => {
				let code_hash = match code {
					Code::Hash(hash) => hash,
					Code::File(path) => upgrade::read(&path)?.hash,
				};
				Self::AuthorizeUpgrade { code_hash, urgent }
			}
			Matter::CancelUpgrade => Self::CancelUpgrade,
			Matter::PullBrake { briefly } => Self::PullBrake { briefly },
			Matter::ReleaseBrake => Self::ReleaseBrake,
			Matter::SettleMisuse { grantee, study, upheld, .. } => {
				Self::SettleMisuse { grantee, study: StudyId(study), upheld }
			}
			Matter::ReviewEmergency { study, clinician, justified, .. } => {
				Self::ReviewEmergency { study: StudyId(study), clinician, justified }
			}
			Matter::SetRewardsPolicy { file } => {
				Self::SetRewardsPolicy(Box::new(rewards::read_policy(&file)?))
			}
			Matter::Call { call } => Self::Call(call),
		})
	}
}
