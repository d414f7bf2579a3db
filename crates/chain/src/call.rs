// SPDX-License-Identifier: Apache-2.0

//! Calls as bytes, which other calls carry, and what they say to a person.

use super::{At, ChainError, Percentage, amount};
use contour_primitives::{AccountId, Purposes, Roles, Specialties};
use contour_scoring::Ppm;
use scale_info::{PortableRegistry, TypeDef, TypeDefPrimitive};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use sp_core::U256;
use subxt::{
	Metadata,
	ext::{
		codec::Decode,
		scale_decode::{
			self, IntoVisitor, TypeResolver, Visitor,
			visitor::{DecodeAsTypeResult, IgnoreVisitor, decode_with_visitor},
		},
		scale_encode::{self, EncodeAsFields, EncodeAsType, FieldIter},
		scale_value::{Composite, Primitive, Value, ValueDef, scale::decode_as_type},
	},
	transactions::Payload,
};

/// A call of the runtime, encoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EncodedCall(Vec<u8>);

/// A call to be signed, whatever type it was made of: only the name and the bytes are left, so that what
/// signs and submits is compiled once, not for each call that there is.
pub(super) struct NamedCall {
	pallet: String,
	call: String,
	arguments: Arguments,
}

/// The arguments of a call, encoded.
pub(super) struct Arguments(Vec<u8>);

impl NamedCall {
	/// Encodes a call, if the chain has it as this program knows it.
	pub(super) fn new(at: &At, call: &impl Payload) -> Result<Self, ChainError> {
		let transactions = at.client.transactions();
		transactions.validate(call)?;
		let mut arguments = transactions.call_data(call)?;
		// The numbers of pallet and call, which are encoded again by their names.
		arguments.drain(..arguments.len().min(2));
		Ok(Self {
			pallet: call.pallet_name().into(),
			call: call.call_name().into(),
			arguments: Arguments(arguments),
		})
	}
}

impl Payload for NamedCall {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		&self.pallet
	}

	fn call_name(&self) -> &str {
		&self.call
	}

	fn call_data(&self) -> &Arguments {
		&self.arguments
	}
}

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_: &mut dyn FieldIter<'_, R::TypeId>,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		out.extend_from_slice(&self.0);
		Ok(())
	}
}

/// Why bytes are no call.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
	"these bytes are not a call of this chain; in Polkadot.js Apps, Developer → Extrinsics shows a \
	 call's bytes as `encoded call data`"
)]
pub struct CallError;

/// What a call does, in words.
#[derive(Clone, Debug, Serialize)]
pub struct Described {
	/// `pallet.call`.
	pub call: String,
	/// What it is called with, in order.
	#[serde(serialize_with = "in_order")]
	pub arguments: Vec<(String, Json)>,
}

fn in_order<S: Serializer>(arguments: &[(String, Json)], serializer: S) -> Result<S::Ok, S::Error> {
	serializer.collect_map(arguments.iter().map(|(name, value)| (name, value)))
}

impl EncodedCall {
	/// Encodes a call.
	pub(super) fn new(at: &At, call: &impl Payload) -> Result<Self, ChainError> {
		Ok(Self(at.client.transactions().call_data(call)?))
	}

	/// Takes bytes that somebody else has made.
	pub const fn from_bytes(bytes: Vec<u8>) -> Self {
		Self(bytes)
	}

	/// The bytes.
	pub fn as_bytes(&self) -> &[u8] {
		&self.0
	}

	/// How many bytes it has.
	pub(super) fn length(&self) -> u32 {
		u32::try_from(self.0.len()).unwrap_or(u32::MAX)
	}

	/// What it says.
	pub(super) fn describe(&self, metadata: &Metadata) -> Result<Described, CallError> {
		let types = metadata.types();
		let mut rest = self.as_bytes();
		let value = decode_as_type(&mut rest, metadata.outer_enums().call_enum_ty(), types)
			.map_err(|_| CallError)?;
		if rest.is_empty() { described(&value, types).ok_or(CallError) } else { Err(CallError) }
	}
}

impl std::fmt::Display for Described {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "{}(", self.call)?;
		for (index, (name, value)) in self.arguments.iter().enumerate() {
			let comma = if index == 0 { "" } else { ", " };
			match value {
				Json::String(text) => write!(f, "{comma}{name}: {text}")?,
				other => write!(f, "{comma}{name}: {other}")?,
			}
		}
		f.write_str(")")
	}
}

/// A call: the pallet's variant around the call's.
fn described(value: &Value<u32>, types: &PortableRegistry) -> Option<Described> {
	let ValueDef::Variant(pallet) = &value.value else { return None };
	let ValueDef::Variant(call) = &pallet.values.values().next()?.value else { return None };
	let arguments = match &call.values {
		Composite::Named(fields) => {
			fields.iter().map(|(name, value)| (name.clone(), plain(value, types))).collect()
		}
		Composite::Unnamed(values) => {
			let numbered = values.iter().enumerate();
			numbered.map(|(index, value)| (index.to_string(), plain(value, types))).collect()
		}
	};
	Some(Described { call: format!("{}.{}", pallet.name, call.name), arguments })
}

/// A value as somebody reads it: accounts as addresses, sets as names, amounts with their unit. What
/// a value is, its type tells.
fn plain(value: &Value<u32>, types: &PortableRegistry) -> Json {
	let kind = types.resolve(value.context);
	let name = kind.and_then(|it| it.path.segments.last()).map_or("", String::as_str);
	let bits = || bits(value).unwrap_or_default().to_le_bytes();
	match name {
		"RuntimeCall" => {
			return described(value, types).map_or(Json::Null, |call| json!(call));
		}
		"AccountId32" => {
			let inner = single(value).and_then(|inner| bytes(inner, types));
			let bytes = inner.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
			return json!(bytes.map(AccountId::new));
		}
		"Roles" => return json!(Roles::decode(&mut &bits()[..]).ok()),
		"Specialties" => return json!(Specialties::decode(&mut &bits()[..]).ok()),
		"Purposes" => return json!(Purposes::decode(&mut &bits()[..]).ok()),
		"Ppm" => return json!(Ppm::decode(&mut &bits()[..]).map(Percentage).ok()),
		_ => {}
	}
	if let Some(bytes) = bytes(value, types) {
		let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains(char::is_control));
		return match text {
			// What has a fixed length is a hash or a key.
			Some(text) if matches!(kind.map(|it| &it.type_def), Some(TypeDef::Sequence(_))) => {
				json!(text)
			}
			_ => json!(format!("0x{}", hex::encode(bytes))),
		};
	}
	match &value.value {
		ValueDef::Primitive(Primitive::U128(number)) => match kind.map(|it| &it.type_def) {
			// Nothing but amounts has so many bits.
			Some(TypeDef::Primitive(TypeDefPrimitive::U128)) => json!(amount::show(*number)),
			_ => u64::try_from(*number).map_or_else(|_| json!(number.to_string()), Json::from),
		},
		ValueDef::Primitive(Primitive::Bool(it)) => json!(it),
		ValueDef::Primitive(Primitive::String(it)) => json!(it),
		ValueDef::Primitive(Primitive::Char(it)) => json!(it),
		ValueDef::Primitive(Primitive::I128(number)) => {
			i64::try_from(*number).map_or_else(|_| json!(number.to_string()), Json::from)
		}
		ValueDef::Primitive(Primitive::U256(bytes)) => {
			json!(U256::from_little_endian(bytes).to_string())
		}
		ValueDef::Primitive(Primitive::I256(bytes)) => json!(signed(bytes)),
		ValueDef::BitSequence(bits) => {
			let digits = bits.iter().map(|bit| if bit { '1' } else { '0' });
			json!(digits.collect::<String>())
		}
		ValueDef::Composite(fields) => composite(fields, types),
		ValueDef::Variant(variant) => match (variant.name.as_str(), variant.values.is_empty()) {
			("None", true) => Json::Null,
			(name, true) => json!(name),
			// An address is an account, whatever it is wrapped in.
			("Some" | "Id", false) => composite(&variant.values, types),
			(name, false) => json!({ name: composite(&variant.values, types) }),
		},
	}
}

/// A signed number of 256 bits (little endian, two's complement) in digits.
fn signed(bytes: &[u8; 32]) -> String {
	let number = U256::from_little_endian(bytes);
	if number.bit(255) {
		format!("-{}", (!number).overflowing_add(U256::one()).0)
	} else {
		number.to_string()
	}
}

fn composite(fields: &Composite<u32>, types: &PortableRegistry) -> Json {
	match fields {
		Composite::Named(fields) => {
			fields.iter().map(|(name, value)| (name.clone(), plain(value, types))).collect()
		}
		Composite::Unnamed(values) => match values.as_slice() {
			[one] => plain(one, types),
			all => all.iter().map(|value| plain(value, types)).collect(),
		},
	}
}

/// What a value consists of that has only one field.
fn single(value: &Value<u32>) -> Option<&Value<u32>> {
	let ValueDef::Composite(fields) = &value.value else { return None };
	let mut values = fields.values();
	values.next().filter(|_| values.next().is_none())
}

/// The bytes of a list of bytes.
fn bytes(value: &Value<u32>, types: &PortableRegistry) -> Option<Vec<u8>> {
	let element = match &types.resolve(value.context)?.type_def {
		TypeDef::Sequence(list) => list.type_param.id,
		TypeDef::Array(list) => list.type_param.id,
		_ => return None,
	};
	match types.resolve(element)?.type_def {
		TypeDef::Primitive(TypeDefPrimitive::U8) => {}
		_ => return None,
	}
	let ValueDef::Composite(fields) = &value.value else { return None };
	fields.values().map(byte).collect()
}

fn byte(value: &Value<u32>) -> Option<u8> {
	value.as_u128().and_then(|number| u8::try_from(number).ok())
}

/// The bits of a set, which is a number in as many wrappings as there are.
fn bits(value: &Value<u32>) -> Option<u128> {
	single(value).map_or_else(|| value.as_u128(), bits)
}

impl EncodeAsType for EncodedCall {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		_: R::TypeId,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		out.extend_from_slice(&self.0);
		Ok(())
	}
}

/// Finds where a call ends.
pub struct CallVisitor<R>(std::marker::PhantomData<R>);

impl<R: TypeResolver> Visitor for CallVisitor<R> {
	type Error = scale_decode::Error;
	type TypeResolver = R;
	type Value<'scale, 'resolver> = EncodedCall;

	fn unchecked_decode_as_type(
		self,
		input: &mut &[u8],
		type_id: R::TypeId,
		types: &R,
	) -> DecodeAsTypeResult<Self, Result<EncodedCall, scale_decode::Error>> {
		let all = *input;
		let skipped = decode_with_visitor(input, type_id, types, IgnoreVisitor::<R>::new());
		let length = all.len().saturating_sub(input.len());
		let call = all.get(..length).unwrap_or_default().to_vec();
		DecodeAsTypeResult::Decoded(skipped.map(|_| EncodedCall(call)).map_err(Into::into))
	}
}

impl IntoVisitor for EncodedCall {
	type AnyVisitor<R: TypeResolver> = CallVisitor<R>;

	fn into_visitor<R: TypeResolver>() -> CallVisitor<R> {
		CallVisitor(std::marker::PhantomData)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use contour_primitives::{Role, UNIT};
	use subxt::ext::codec::Encode;

	fn metadata() -> Metadata {
		let bytes = include_bytes!("../metadata.scale");
		Metadata::decode(&mut &bytes[..]).expect("the gateway is compiled for it")
	}

	fn described(call: Vec<u8>) -> Result<String, CallError> {
		EncodedCall::from_bytes(call).describe(&metadata()).map(|it| it.to_string())
	}

	#[test]
	fn should_say_what_a_call_does_when_it_is_decoded() {
		let minimum = (15u8, 5u8, 3u32).encode();
		assert_eq!(described(minimum).as_deref(), Ok("Authorities.set_minimum(minimum: 3)"));
		let administrator = AccountId::new([7; 32]);
		let admit = (10u8, 0u8, "South", &administrator, 5 * UNIT / 2).encode();
		let expected = format!(
			"Credentials.admit_institution(name: South, administrator: {administrator}, allowance: 2.5 CTR)"
		);
		assert_eq!(described(admit), Ok(expected));
		let roles = Roles::from(Role::Scorer) | Role::Custodian.into();
		let issue = (10u8, 8u8, &administrator, roles, 0u32, [9u8; 32], 1_000u64).encode();
		let expected = format!(
			"Credentials.issue_credential(holder: {administrator}, roles: [\"custodian\",\"scorer\"], \
			 specialties: [], licence_hash: 0x{}, expires: 1000)",
			"09".repeat(32),
		);
		assert_eq!(described(issue), Ok(expected));
	}

	#[test]
	fn should_write_digits_when_a_value_is_no_number_of_json() {
		let (mut one, mut minus_two) = ([0; 32], [255; 32]);
		one[0] = 1;
		minus_two[0] = 254;
		let metadata = metadata();
		let bits = [true, false, true].into_iter().collect();
		for (value, expected) in [
			(ValueDef::Primitive(Primitive::Char('ä')), json!("ä")),
			(ValueDef::Primitive(Primitive::I128(-5)), json!(-5)),
			(ValueDef::Primitive(Primitive::I128(i128::MIN)), json!(i128::MIN.to_string())),
			(ValueDef::Primitive(Primitive::U256(one)), json!("1")),
			(ValueDef::Primitive(Primitive::I256(one)), json!("1")),
			(ValueDef::Primitive(Primitive::I256(minus_two)), json!("-2")),
			(ValueDef::BitSequence(bits), json!("101")),
		] {
			// A type that there is not: what it says is in the value.
			let value = Value::with_context(value, u32::MAX);
			assert_eq!(plain(&value, metadata.types()), expected);
		}
	}

	#[test]
	fn should_refuse_when_bytes_are_no_call_or_more_than_one() {
		for bytes in [vec![], vec![15], vec![15, 5], vec![255, 0], (15u8, 5u8, 3u32, 0u8).encode()]
		{
			assert_eq!(described(bytes), Err(CallError));
		}
	}
}
