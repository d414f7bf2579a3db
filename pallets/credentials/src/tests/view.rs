// SPDX-License-Identifier: Apache-2.0

//! What clients ask, by the identifiers that the runtime's metadata gives them.

use crate::mock::*;
use codec::{Decode, Encode};
use contour_primitives::{Action, InstitutionId, Modality, Refusal, Role};
use frame_support::{
	assert_ok,
	view_functions::{ViewFunctionId, ViewFunctionIdPrefix},
};

/// Calls the view function with this signature by its identifier, as a client does.
fn ask<Answer: Decode>(signature: &str, input: impl Encode) -> Answer {
	let id = ViewFunctionId {
		prefix: <Credentials as ViewFunctionIdPrefix>::prefix(),
		suffix: sp_io::hashing::twox_128(signature.as_bytes()),
	};
	let output =
		Test::execute_view_function(id, input.encode()).expect("there is such a view function");
	Answer::decode(&mut &output[..]).expect("the answer has its type")
}

fn standing(who: AccountId) -> Result<InstitutionId, Refusal> {
	ask("standing(T::AccountId) -> Result<InstitutionId,Refusal>", who)
}

fn allowance_left(who: AccountId) -> Result<Balance, Refusal> {
	ask("allowance_left(T::AccountId) -> Result<BalanceOf<T>,Refusal>", who)
}

#[test]
fn should_answer_who_vouches_when_asked_for_the_standing() {
	ExtBuilder::run(|| {
		assert_eq!(standing(STRANGER), Err(Refusal::NotVouchedFor));
		assert_eq!(standing(NORTH_ADMIN), Ok(NORTH));
		suspend(NORTH);
		assert_eq!(standing(NORTH_ADMIN), Err(Refusal::InstitutionNotActive));
	});
}

#[test]
fn should_answer_which_requirement_fails_when_asked_for_eligibility() {
	ExtBuilder::run(|| {
		let eligible = |action| -> Result<InstitutionId, Refusal> {
			ask(
				"eligible(T::AccountId,Action,Modality) -> Result<InstitutionId,Refusal>",
				(RADIOLOGIST, action, Modality::Mr),
			)
		};
		assert_eq!(eligible(Action::OpenTask), Err(Refusal::NoStandard));
		assert_eq!(eligible(Action::AccessStudy), Err(Refusal::NotVouchedFor));
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(eligible(Action::AccessStudy), Ok(NORTH));
	});
}

#[test]
fn should_answer_what_is_left_when_asked_for_the_allowance() {
	ExtBuilder::run(|| {
		assert_eq!(allowance_left(RADIOLOGIST), Err(Refusal::NotVouchedFor));
		vouch(NORTH_ADMIN, RADIOLOGIST, Role::Radiologist);
		assert_eq!(allowance_left(RADIOLOGIST), Ok(ALLOWANCE));
		assert_eq!(pay(RADIOLOGIST, 30), Ok(NORTH));
		assert_eq!(allowance_left(RADIOLOGIST), Ok(ALLOWANCE - 30));
		assert_ok!(Credentials::set_member_allowance(by(NORTH_ADMIN), RADIOLOGIST, Some(20)));
		assert_eq!(allowance_left(RADIOLOGIST), Ok(0));
	});
}

#[test]
fn should_answer_the_accounts_when_asked_where_the_money_is() {
	ExtBuilder::run(|| {
		let fee_account: AccountId = ask("fee_account(InstitutionId) -> T::AccountId", SOUTH);
		let purse: AccountId = ask("purse() -> T::AccountId", ());
		assert_eq!(fee_account, Credentials::fee_account_of(SOUTH));
		assert_eq!(purse, Credentials::purse_account());
	});
}
