// SPDX-License-Identifier: Apache-2.0

//! Amounts, as people write them.
//!
//! ```
//! use contour_chain::amount::{parse, show};
//! use contour_primitives::UNIT;
//!
//! assert_eq!(parse("12.5 CTR")?, 12 * UNIT + UNIT / 2);
//! assert_eq!(show(UNIT / 1_000), "0.001 CTR");
//! assert!(parse("12,5").is_err());
//! # Ok::<(), contour_chain::amount::AmountError>(())
//! ```

use contour_primitives::{Balance, TOKEN_DECIMALS, TOKEN_SYMBOL, UNIT};

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
	"this is not an amount; write it in {TOKEN_SYMBOL}, like 12.5, with {TOKEN_DECIMALS} decimals \
	 at most"
)]
pub struct AmountError;

/// An amount in whole tokens, like `12.5` or `12.5 CTR`.
///
/// # Errors
///
/// [`AmountError`].
pub fn parse(text: &str) -> Result<Balance, AmountError> {
	let number = text.trim();
	let number = number.strip_suffix(TOKEN_SYMBOL).unwrap_or(number).trim_end();
	let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
	let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
	let decimals = usize::from(TOKEN_DECIMALS);
	if !digits(whole) || !digits(part) || part.len() > decimals {
		return Err(AmountError);
	}
	let whole: Balance = whole.parse().map_err(|_| AmountError)?;
	let part: Balance = format!("{part:0<decimals$}").parse().map_err(|_| AmountError)?;
	whole.checked_mul(UNIT).and_then(|it| it.checked_add(part)).ok_or(AmountError)
}

/// The same amount as a text.
pub fn show(amount: Balance) -> String {
	let (whole, part) = (amount / UNIT, amount % UNIT);
	let decimals = usize::from(TOKEN_DECIMALS);
	let part = format!("{part:0decimals$}");
	match part.trim_end_matches('0') {
		"" => format!("{whole} {TOKEN_SYMBOL}"),
		part => format!("{whole}.{part} {TOKEN_SYMBOL}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_be_the_same_amount_when_shown_and_read_again() {
		for amount in [0, 1, UNIT / 2, UNIT, 10_000 * UNIT + 1] {
			assert_eq!(parse(&show(amount)), Ok(amount));
		}
		assert_eq!(parse("12.5"), Ok(12 * UNIT + UNIT / 2));
		assert_eq!(show(12 * UNIT + UNIT / 2), "12.5 CTR");
	}

	#[test]
	fn should_refuse_when_it_is_no_amount() {
		for text in ["", "-1", "1.", ".5", "1,5", "1e3", "1 DOT", "0.0000000000001"] {
			assert_eq!(parse(text), Err(AmountError), "{text}");
		}
		assert_eq!(parse(&format!("{}", u128::MAX)), Err(AmountError));
	}
}
