// SPDX-License-Identifier: Apache-2.0

//! Which shares give the root secret back, and what is said of the others.

use contour_seal::{
	keys::RootSecret,
	shares::{Share, ShareError, combine, split},
};
use proptest::prelude::*;

fn root() -> RootSecret {
	RootSecret::from_bytes(std::array::from_fn(|i| i as u8 ^ 0x5a))
}

/// Raw bytes in a share's clothes.
fn printed(bytes: &[u8]) -> String {
	let prefix = bech32::Hrp::parse("contourshare").unwrap();
	bech32::encode::<bech32::Bech32m>(prefix, bytes).unwrap()
}

#[test]
fn should_give_the_secret_back_when_any_three_of_five_are_there() {
	let shares = split(&root(), 3, 5).unwrap();
	for chosen in 0u32..32 {
		let some: Vec<_> =
			(0..5).filter(|i| chosen >> i & 1 == 1).map(|i| shares[i].clone()).rev().collect();
		match some.len() {
			0 => assert_eq!(combine(&some), Err(ShareError::TooFew { found: 0, needed: 2 })),
			found @ 1..3 => {
				assert_eq!(combine(&some), Err(ShareError::TooFew { found, needed: 3 }));
			}
			_ => assert_eq!(combine(&some), Ok(root())),
		}
	}
}

#[test]
fn should_give_the_secret_back_when_limits_are_reached() {
	for (threshold, count) in [(2, 2), (2, 255), (255, 255)] {
		let shares = split(&root(), threshold, count).unwrap();
		assert_eq!(shares.len(), usize::from(count));
		assert_eq!(combine(&shares), Ok(root()));
		assert_eq!(combine(&shares[..threshold.into()]), Ok(root()));
	}
}

#[test]
fn should_refuse_to_split_when_the_threshold_does_not_fit() {
	for (threshold, count) in [(0, 0), (0, 3), (1, 3), (4, 3), (255, 254)] {
		let error = split(&root(), threshold, count).unwrap_err();
		assert_eq!(error, ShareError::Threshold { threshold, count });
	}
}

#[test]
fn should_read_a_share_when_it_is_typed_freely() {
	for share in split(&root(), 2, 3).unwrap() {
		let text = share.to_printable();
		assert!(text.starts_with("conto ursha re1"), "{}", *text);
		for typed in [
			text.to_uppercase(),
			text.replace(' ', ""),
			text.replace(' ', "-"),
			format!("\n {} \t", text.replace(' ', "  ")),
		] {
			assert_eq!(Share::from_printable(&typed), Ok(share.clone()));
		}
	}
}

#[test]
fn should_say_typo_when_any_character_is_another() {
	let share = split(&root(), 2, 2).unwrap().remove(0);
	let text = share.to_printable().replace(' ', "");
	let start = "contourshare1".len();
	for at in start..text.len() {
		for other in "qpzry9x8gf2tvdw0s3jn54khce6mua7l".chars() {
			let mut typed = text.clone();
			typed.replace_range(at..=at, &other.to_string());
			let result = Share::from_printable(&typed);
			if typed == text {
				assert_eq!(result.as_ref(), Ok(&share));
			} else {
				assert_eq!(result, Err(ShareError::Typo));
			}
		}
	}
	for typed in [
		&text[..text.len() - 1],
		&format!("{text}q"),
		&text.replacen(&text[20..21], "b", 1),
		&format!("{}ü", &text[..text.len() - 1]),
	] {
		let result = Share::from_printable(typed);
		assert!(matches!(result, Err(ShareError::Typo | ShareError::NotAShare)), "{result:?}");
	}
}

#[test]
fn should_say_not_a_share_when_the_text_is_something_else() {
	for text in ["", "hello", "contourshare", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "é"] {
		assert_eq!(Share::from_printable(text), Err(ShareError::NotAShare));
	}
}

#[test]
fn should_say_version_or_malformed_when_the_content_is_not_ours() {
	assert_eq!(Share::from_printable(&printed(&[2; 60])), Err(ShareError::Version(2)));
	for bytes in [
		&[][..],
		&[1],
		&[1; 58],
		&[1; 60],
		&[&[1, 1, 1][..], &[0; 56]].concat(),
		&[&[1, 2, 0][..], &[0; 56]].concat(),
	] {
		assert_eq!(Share::from_printable(&printed(bytes)), Err(ShareError::Malformed));
	}
	assert!(Share::from_printable(&printed(&[&[1, 2, 1][..], &[0; 56]].concat())).is_ok());
}

#[test]
fn should_say_other_set_when_shares_were_made_at_different_times() {
	let (a, b) = (split(&root(), 2, 3).unwrap(), split(&root(), 2, 3).unwrap());
	let mixed = [a[0].clone(), b[1].clone()];
	assert_eq!(combine(&mixed), Err(ShareError::OtherSet { index: 2 }));
	assert_ne!(a[0].set(), b[0].set());
}

#[test]
fn should_count_once_when_a_share_is_given_twice() {
	let shares = split(&root(), 3, 3).unwrap();
	let twice = [shares[0].clone(), shares[0].clone(), shares[1].clone()];
	assert_eq!(combine(&twice), Err(ShareError::TooFew { found: 2, needed: 3 }));
	let more = [&shares[..], &shares[..1]].concat();
	assert_eq!(combine(&more), Ok(root()));
}

#[test]
fn should_say_conflict_or_mismatch_when_a_share_is_forged() {
	let shares = split(&root(), 2, 3).unwrap();
	let text = shares[1].to_printable().replace(' ', "");
	let (_, mut bytes) = bech32::decode(&text).unwrap();
	*bytes.last_mut().unwrap() ^= 1;
	let forged = Share::from_printable(&printed(&bytes)).unwrap();
	let conflict = [shares[1].clone(), forged.clone(), shares[0].clone()];
	assert_eq!(combine(&conflict), Err(ShareError::Conflict { index: 2 }));
	assert_eq!(combine(&[shares[0].clone(), forged.clone()]), Err(ShareError::Mismatch));
	let all = [shares[0].clone(), forged, shares[2].clone()];
	assert_eq!(combine(&all), Err(ShareError::Mismatch));
}

#[test]
fn should_show_no_secret_when_printed_for_debugging() {
	let share = Share::from_printable(&printed(&[&[1, 2, 1][..], &[0xab; 56]].concat())).unwrap();
	let shown = format!("{share:?}");
	assert_eq!(shown, "Share { threshold: 2, index: 1, set: \"abababababababab\", .. }");
}

proptest! {
	#[test]
	fn should_give_any_secret_back_when_printed_and_read(
		secret in any::<[u8; 32]>(),
		(threshold, count) in (2..8u8).prop_flat_map(|t| (Just(t), t..10)),
		order in any::<u64>(),
	) {
		let secret = RootSecret::from_bytes(secret);
		let mut shares: Vec<_> = split(&secret, threshold, count)
			.unwrap()
			.iter()
			.map(|share| Share::from_printable(&share.to_printable()).unwrap())
			.collect();
		shares.sort_by_key(|share| order.rotate_left(u32::from(share.index()) * 7) % 1009);
		shares.truncate(threshold.into());
		prop_assert_eq!(combine(&shares), Ok(secret));
		shares.pop();
		let result = combine(&shares);
		prop_assert!(matches!(result, Err(ShareError::TooFew { .. })), "{:?}", result);
	}

	#[test]
	fn should_not_panic_when_text_is_random(text in "\\PC{0,200}", bytes: Vec<u8>) {
		prop_assert!(Share::from_printable(&text).is_err());
		let _ = Share::from_printable(&printed(&bytes));
		let _ = Share::from_printable(&format!("contourshare1{text}"));
	}
}
