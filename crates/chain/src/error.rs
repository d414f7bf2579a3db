// SPDX-License-Identifier: Apache-2.0

//! What can go wrong with the chain.

use super::{CallError, Obstacle};
use codec::Decode as _;
use contour_primitives::{AccountId, Refusal, StudyId, TaskId};
use contour_scoring::Unpayable;
use subxt::{
	error::{
		BlocksError, ConstantError, EventsError, ExtrinsicError, OnlineClientAtBlockError,
		OnlineClientError, RuntimeApiError, StorageError, StorageKeyError, StorageValueError,
		TransactionEventsError, TransactionFinalizedSuccessError, TransactionProgressError,
		ViewFunctionError,
	},
	transactions::{TransactionInvalid, TransactionUnknown},
};

/// What went wrong with the chain.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
	/// No node answers.
	#[error(
		"no node answers at {url}: {reason}; check the URL (--url), and that the node is running"
	)]
	Unreachable {
		/// Where.
		url: String,
		/// Why.
		reason: String,
	},
	/// The pool refused the transaction, or the call failed, for a reason that the chain gives.
	#[error("refused: {}", advice(*.0))]
	Refused(Refusal),
	/// The pool refused the transaction.
	#[error("the node refused the transaction: {0}")]
	Invalid(String),
	/// The call failed.
	#[error("{pallet}.{name}: {docs}")]
	Call {
		/// The pallet that refused.
		pallet: String,
		/// Name of the error.
		name: String,
		/// What the error means.
		docs: String,
	},
	/// The council decided, but its decision could not be carried out.
	#[error("the council decided, but its decision could not be carried out: {0}")]
	Motion(Box<ChainError>),
	/// Bytes that should be a call are not one.
	#[error(transparent)]
	NotACall(#[from] CallError),
	/// The call failed for a reason that does not come from a pallet.
	#[error("the chain refused the call: {0}")]
	Dispatch(String),
	/// There is no such study.
	#[error("{:?} is not a study on this chain, or it was withdrawn; check the ID", .0.0)]
	NoStudy(StudyId),
	/// There is no such task.
	#[error("there is no task {}, or it ended long ago; `contour task list` shows them", .0.0)]
	NoTask(TaskId),
	/// A policy's curve cannot be used.
	#[error("a curve of the policy cannot be used: {0}")]
	Curve(#[from] Unpayable),
	/// The node's chain has another runtime than the one that this program was made for.
	#[error(
		"the chain's runtime is not the one that this program was made for ({0}); use the program \
		 that belongs to it"
	)]
	OtherRuntime(String),
	/// The block is not final, so that the chain would stop if it were taken for final.
	#[error(
		"this node has finalized block {finalized} at most, not {given}, and a block that is not \
		 final would stop the chain: leave the number out, or use the node that has finalized it \
		 (--url)"
	)]
	NotFinal {
		/// The block that was named.
		given: u32,
		/// The last one that the node has finalized.
		finalized: u32,
	},
	/// The chain would not accept a runtime.
	#[error(transparent)]
	Upgrade(#[from] Obstacle),
	/// The signer may not sign for this account.
	#[error(
		"{0} has not named the account of this key file its proxy: its holder runs `contour proxy add`"
	)]
	NotProxy(AccountId),
	/// The signer may sign for this account, and not this.
	#[error(
		"the account of this key file is a proxy of {0}, but not for this: its holder has to sign, or \
		 runs `contour proxy add` with another type; `contour proxy list {0}` shows which there are"
	)]
	ProxyNotForThis(AccountId),
	/// The node does this only for its own machine.
	#[error(
		"this node does that only for its own machine: run the command there, or reach the node \
		 through a tunnel (`ssh -L 9944:127.0.0.1:9944 MACHINE`); a node that serves its RPC to \
		 others refuses it to everybody"
	)]
	UnsafeMethod,
	/// The node did not answer as it should.
	#[error("the node gave an unexpected answer: {0}; try again, or use another node")]
	Answer(String),
}

/// What a refusal means, and what to do.
pub fn advice(refusal: Refusal) -> &'static str {
	match refusal {
		Refusal::NotVouchedFor => {
			"no institution vouches for this account; ask your hospital's administrator for a \
			 credential, and check that this is the right key"
		}
		Refusal::InstitutionNotActive => {
			"every institution that vouches for this account is suspended or has left; ask your hospital"
		}
		Refusal::CredentialRevoked => "the credential was revoked; ask your hospital for a new one",
		Refusal::CredentialSuspended => "the credential is suspended; ask your hospital",
		Refusal::CredentialExpired => "the credential has expired; ask your hospital to renew it",
		Refusal::NoStandard => "the council has set no standard for this, so nobody may do it",
		Refusal::MissingRole => "this needs a role that the credential does not name",
		Refusal::MissingSpecialty => "this needs a specialty that the credential does not name",
		Refusal::TooFewContributions => "this needs more validated contributions",
		Refusal::TooLowReputation => "this needs a higher reputation",
		Refusal::AllowanceExhausted => {
			"the fee exceeds what is left of your daily allowance; wait for midnight UTC, or ask your \
			 administrator for a higher one"
		}
		Refusal::FeeAccountEmpty => {
			"your hospital's fee account cannot pay the fee; ask its administrator to request a \
			 top-up from the council"
		}
		Refusal::MisuseReported => {
			"a custodian reported a misuse of a study by this account, and the council has not \
			 dismissed the report"
		}
		Refusal::TransactionTooLong => {
			"the transaction is longer than a member's may be; send less at once"
		}
		Refusal::TipRefused => {
			"the transaction offers a tip, which nobody takes; sign it without one"
		}
		Refusal::InstitutionSpent => {
			"your hospital has paid for its members what it pays on one day; wait for midnight UTC, or ask \
			 its administrator for a higher cap"
		}
		Refusal::Paused => {
			"the council has pulled the brake; try again when it is released (`contour council \
			 brake` shows when)"
		}
	}
}

impl From<TransactionInvalid> for ChainError {
	fn from(invalid: TransactionInvalid) -> Self {
		let text = match invalid {
			TransactionInvalid::Custom(code) => {
				return match Refusal::decode(&mut &[code][..]) {
					Ok(refusal) => Self::Refused(refusal),
					Err(_) => Self::Invalid(format!(
						"reason {code}, which this program does not know; use the program that \
						 belongs to the chain's runtime"
					)),
				};
			}
			TransactionInvalid::Call => {
				"the chain does not expect this call; use the program that belongs to its runtime"
			}
			TransactionInvalid::Payment => {
				"its fee cannot be paid; ask your hospital's administrator"
			}
			TransactionInvalid::Future => {
				"others of this account have to come before it; wait until they are in a block, and \
				 run the command again"
			}
			TransactionInvalid::Stale => {
				"another one of this account came before it; check what has happened, and run the \
				 command again if it is still needed"
			}
			TransactionInvalid::BadProof => {
				"its signature is not valid on this chain; check the URL (--url), and use the \
				 program that belongs to the chain's runtime"
			}
			TransactionInvalid::AncientBirthBlock => {
				"it waited too long for a block; check that the node is up to date, and run the \
				 command again"
			}
			TransactionInvalid::ExhaustsResources => {
				"it does not fit into the block; run the command again, or with less at once"
			}
			TransactionInvalid::BadMandatory | TransactionInvalid::MandatoryValidation => {
				"only the author of a block may make this call"
			}
			TransactionInvalid::BadSigner => {
				"this account may not sign it; check that this is the right key"
			}
		};
		Self::Invalid(text.into())
	}
}

impl From<TransactionUnknown> for ChainError {
	fn from(unknown: TransactionUnknown) -> Self {
		Self::Invalid(match unknown {
			TransactionUnknown::CannotLookup => {
				"something is missing with which to check it; try again, or use another node".into()
			}
			TransactionUnknown::NoUnsignedValidator => {
				"it has to be signed; use the program that belongs to the chain's runtime".into()
			}
			TransactionUnknown::Custom(code) => format!(
				"it could not be checked, for reason {code}; try again, or use another node"
			),
		})
	}
}

impl From<subxt::error::DispatchError> for ChainError {
	fn from(error: subxt::error::DispatchError) -> Self {
		let subxt::error::DispatchError::Module(module) = &error else {
			return Self::Dispatch(error.to_string());
		};
		match module.details() {
			// The reason is in the byte after the error's own.
			Ok(details) if details.variant.name == "Refused" => {
				match Refusal::decode(&mut &module.bytes()[2..]) {
					Ok(refusal) => Self::Refused(refusal),
					Err(_) => Self::Dispatch(error.to_string()),
				}
			}
			Ok(details) => Self::Call {
				pallet: details.pallet.name().into(),
				name: details.variant.name.clone(),
				docs: details.variant.docs.join(" ").trim().into(),
			},
			Err(_) => Self::Dispatch(error.to_string()),
		}
	}
}

impl From<TransactionFinalizedSuccessError> for ChainError {
	fn from(error: TransactionFinalizedSuccessError) -> Self {
		match error {
			TransactionFinalizedSuccessError::SuccessError(error) => error.into(),
			error => Self::Answer(error.to_string()),
		}
	}
}

impl From<TransactionEventsError> for ChainError {
	fn from(error: TransactionEventsError) -> Self {
		match error {
			TransactionEventsError::ExtrinsicFailed(error) => error.into(),
			error => Self::Answer(error.to_string()),
		}
	}
}

impl From<ExtrinsicError> for ChainError {
	fn from(error: ExtrinsicError) -> Self {
		match error {
			ExtrinsicError::IncompatibleCodegen => Self::OtherRuntime(error.to_string()),
			error => Self::Answer(error.to_string()),
		}
	}
}

macro_rules! unexpected {
	($($error:ty),*) => {
		$(impl From<$error> for ChainError {
			fn from(error: $error) -> Self {
				let text = error.to_string();
				if text.contains("incompatible") { Self::OtherRuntime(text) } else { Self::Answer(text) }
			}
		})*
	};
}

unexpected!(
	BlocksError,
	ConstantError,
	EventsError,
	OnlineClientAtBlockError,
	OnlineClientError,
	RuntimeApiError,
	StorageError,
	StorageKeyError,
	StorageValueError,
	TransactionProgressError,
	ViewFunctionError
);

impl From<subxt::rpcs::Error> for ChainError {
	fn from(error: subxt::rpcs::Error) -> Self {
		let text = error.to_string();
		// The code is that of a method which does not exist.
		if text.contains("unsafe to be called externally") {
			Self::UnsafeMethod
		} else {
			Self::Answer(text)
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_give_advice_when_the_pool_refuses() {
		for invalid in [
			TransactionInvalid::Call,
			TransactionInvalid::Payment,
			TransactionInvalid::Future,
			TransactionInvalid::Stale,
			TransactionInvalid::BadProof,
			TransactionInvalid::AncientBirthBlock,
			TransactionInvalid::ExhaustsResources,
			TransactionInvalid::BadSigner,
			TransactionInvalid::Custom(255),
		] {
			let name = format!("{invalid:?}");
			let text = ChainError::from(invalid).to_string();
			assert!(text.starts_with("the node refused the transaction: "), "{text}");
			assert!(text.contains("; ") && !text.contains(&name), "{text}");
		}
	}

	#[test]
	fn should_give_the_reason_of_the_chain_when_the_code_is_a_refusal() {
		for refusal in Refusal::ALL {
			let error = ChainError::from(TransactionInvalid::Custom(refusal.code()));
			assert!(matches!(error, ChainError::Refused(it) if it == refusal), "{error}");
		}
	}
}
