// SPDX-License-Identifier: Apache-2.0

//! One word for each variant of an enum, which people write and read.

use core::fmt;

/// A word that is none of those there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UnknownWord(pub(crate) &'static [&'static str]);

impl fmt::Display for UnknownWord {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str("one of ")?;
		for (index, word) in self.0.iter().enumerate() {
			if index > 0 {
				formatter.write_str(", ")?;
			}
			formatter.write_str(word)?;
		}
		Ok(())
	}
}

impl core::error::Error for UnknownWord {}

/// Whether two texts are the same word: case, hyphens and underscores do not matter.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
	letters(one).eq(letters(other))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
	text.bytes().filter(|it| !matches!(it, b'-' | b'_')).map(|it| it.to_ascii_lowercase())
}

/// Gives an enum without fields its words, in the order of the indices: `Display` writes them,
/// `FromStr` reads them.
macro_rules! words {
	($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
		impl $name {
			/// Each of them.
			pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

			/// The word for it.
			pub const fn as_str(self) -> &'static str {
				match self {
					$(Self::$variant => $word),+
				}
			}
		}

		impl core::fmt::Display for $name {
			fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				formatter.pad(self.as_str())
			}
		}

		impl core::str::FromStr for $name {
			type Err = $crate::word::UnknownWord;

			fn from_str(text: &str) -> Result<Self, Self::Err> {
				Self::ALL
					.into_iter()
					.find(|one| $crate::word::is_same(one.as_str(), text))
					.ok_or($crate::word::UnknownWord(&[$($word),+]))
			}
		}
	};
}

pub(crate) use words;
