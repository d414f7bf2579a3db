// SPDX-License-Identifier: Apache-2.0

//! SCALE and JSON forms for sets of flags.

/// Wraps `enumflags2::BitFlags<$flag>` as `$set`: SCALE as the bits (unknown bits are refused when
/// decoding), JSON as the list of names.
macro_rules! bit_set {
	($(#[$doc:meta])* $set:ident of $flag:ident in $bits:ty) => {
		$(#[$doc])*
		#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
		pub struct $set(enumflags2::BitFlags<$flag>);

		impl $set {
			/// The empty set.
			pub const fn empty() -> Self {
				Self(enumflags2::BitFlags::EMPTY)
			}

			/// Every flag there is.
			pub const fn all() -> Self {
				Self(enumflags2::BitFlags::ALL)
			}

			/// Whether no flag is set.
			pub fn is_empty(self) -> bool {
				self.0.is_empty()
			}

			/// Whether `flag` is in the set.
			pub fn contains(self, flag: $flag) -> bool {
				self.0.contains(flag)
			}

			/// Whether the two sets share a flag.
			pub fn intersects(self, other: Self) -> bool {
				self.0.intersects(other.0)
			}

			/// The flags in the set, lowest bit first.
			pub fn iter(self) -> impl Iterator<Item = $flag> {
				self.0.iter()
			}
		}

		impl From<$flag> for $set {
			fn from(flag: $flag) -> Self {
				Self(flag.into())
			}
		}

		impl FromIterator<$flag> for $set {
			fn from_iter<I: IntoIterator<Item = $flag>>(flags: I) -> Self {
				Self(flags.into_iter().collect())
			}
		}

		impl core::ops::BitOr for $set {
			type Output = Self;
			fn bitor(self, other: Self) -> Self {
				Self(self.0 | other.0)
			}
		}

		impl codec::Encode for $set {
			fn size_hint(&self) -> usize {
				core::mem::size_of::<$bits>()
			}
			fn using_encoded<R, F: FnOnce(&[u8]) -> R>(&self, f: F) -> R {
				self.0.bits().using_encoded(f)
			}
		}

		impl codec::EncodeLike for $set {}

		impl codec::Decode for $set {
			fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
				let bits = <$bits>::decode(input)?;
				enumflags2::BitFlags::from_bits(bits)
					.map(Self)
					.map_err(|_| concat!("unknown flag in ", stringify!($set)).into())
			}
		}

		impl codec::DecodeWithMemTracking for $set {}

		impl codec::MaxEncodedLen for $set {
			fn max_encoded_len() -> usize {
				<$bits>::max_encoded_len()
			}
		}

		impl scale_info::TypeInfo for $set {
			type Identity = Self;

			fn type_info() -> scale_info::Type {
				scale_info::Type::builder()
					.path(scale_info::Path::new(stringify!($set), module_path!()))
					.composite(scale_info::build::Fields::unnamed().field(|f| {
						f.ty::<$bits>().type_name(concat!("BitFlags<", stringify!($flag), ">"))
					}))
			}
		}

		impl serde::Serialize for $set {
			fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
				serializer.collect_seq(self.0.iter())
			}
		}

		impl<'de> serde::Deserialize<'de> for $set {
			fn deserialize<D: serde::Deserializer<'de>>(
				deserializer: D,
			) -> Result<Self, D::Error> {
				let flags = <alloc::vec::Vec<$flag> as serde::Deserialize>::deserialize(deserializer)?;
				Ok(flags.into_iter().collect())
			}
		}
	};
}

pub(crate) use bit_set;
