// SPDX-License-Identifier: Apache-2.0

//! The versions of the runtime beside those of every release, whose metadata is in `releases/`.
//! `scripts/versions` compares what metadata does not show.

use crate::metadata::metadata;
use codec::Decode;
use contour_runtime::VERSION;
use frame_metadata::{
	RuntimeMetadata, RuntimeMetadataPrefixed,
	v16::{ExtrinsicMetadata, RuntimeMetadataV16},
};
use scale_info::{Field, PortableRegistry, TypeDef, Variant, form::PortableForm};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// A runtime, as far as its versions stand for it.
#[derive(Clone)]
struct Version {
	spec: u32,
	transaction: u32,
	metadata: RuntimeMetadataV16,
}

impl Version {
	/// That of this tree.
	fn current() -> Self {
		Self {
			spec: VERSION.spec_version,
			transaction: VERSION.transaction_version,
			metadata: decoded(&metadata()),
		}
	}

	/// That of a folder of `releases/`.
	fn released(folder: &Path) -> Self {
		let facts = fs::read_to_string(folder.join("runtime.json")).expect("it was recorded");
		let facts: Value = serde_json::from_str(&facts).expect("it is JSON");
		let number = |name: &str| -> u32 {
			let number = facts[name].as_u64().and_then(|number| number.try_into().ok());
			number.unwrap_or_else(|| panic!("{} has no {name}", folder.display()))
		};
		let metadata = fs::read(folder.join("metadata.scale")).expect("it was recorded");
		Self {
			spec: number("specVersion"),
			transaction: number("transactionVersion"),
			metadata: decoded(&metadata),
		}
	}

	/// What has to be raised in `next` before it may take the place of this one, each with a reason.
	fn demands_of(&self, next: &Self) -> Vec<String> {
		let mut demands = Vec::new();
		if next.spec <= self.spec && next.metadata != self.metadata {
			demands.push("spec_version: the metadata differs".into());
		}
		if next.transaction <= self.transaction {
			let kept = signed(&next.metadata);
			let broken = signed(&self.metadata).into_iter().filter(|it| !kept.contains(it));
			demands.extend(broken.map(|it| format!("transaction_version: no longer {it}")));
		}
		demands
	}
}

fn decoded(mut metadata: &[u8]) -> RuntimeMetadataV16 {
	let decoded = RuntimeMetadataPrefixed::decode(&mut metadata).expect("it is metadata");
	match decoded.1 {
		RuntimeMetadata::V16(metadata) => metadata,
		other => panic!("it is metadata of version {}, not 16", other.version()),
	}
}

/// What signers rely on as long as `transaction_version` stays: each call, and what a transaction
/// has around it. The modules of types are no part of it: a type may move.
fn signed(metadata: &RuntimeMetadataV16) -> BTreeSet<String> {
	let call = metadata.extrinsic.call_ty.id;
	let types = Types { registry: &metadata.types, call };
	let mut signed = BTreeSet::from([types.around_a_call(&metadata.extrinsic)]);
	for pallet in &metadata.pallets {
		let calls = pallet.calls.iter().flat_map(|calls| types.variants(calls.ty.id));
		signed.extend(calls.map(|call| {
			let arguments = types.fields(&call.fields);
			format!("{}.{} {}.{}{arguments}", pallet.index, call.index, pallet.name, call.name)
		}));
	}
	signed
}

/// Describes types by what is encoded, and by the names of fields and variants.
struct Types<'a> {
	registry: &'a PortableRegistry,
	/// The enum of all calls, which are also arguments of calls such as `batch`.
	call: u32,
}

impl<'a> Types<'a> {
	fn definition(&self, id: u32) -> &'a TypeDef<PortableForm> {
		&self.registry.resolve(id).expect("every type is there").type_def
	}

	fn variants(&self, id: u32) -> &'a [Variant<PortableForm>] {
		match self.definition(id) {
			TypeDef::Variant(it) => &it.variants,
			other => panic!("it is no enum but {other:?}"),
		}
	}

	fn describe(&self, id: u32) -> String {
		// Each of its variants has a description of its own.
		if id == self.call {
			return "a call".into();
		}
		match self.definition(id) {
			TypeDef::Composite(it) => self.fields(&it.fields),
			TypeDef::Variant(it) => {
				let variants = it.variants.iter();
				let variants: Vec<_> = variants
					.map(|it| format!("{} {}{}", it.index, it.name, self.fields(&it.fields)))
					.collect();
				format!("<{}>", variants.join(" | "))
			}
			TypeDef::Sequence(it) => format!("[{}]", self.describe(it.type_param.id)),
			TypeDef::Array(it) => format!("[{}; {}]", self.describe(it.type_param.id), it.len),
			TypeDef::Tuple(it) => {
				let fields: Vec<_> = it.fields.iter().map(|it| self.describe(it.id)).collect();
				format!("({})", fields.join(", "))
			}
			TypeDef::Primitive(it) => format!("{it:?}"),
			TypeDef::Compact(it) => format!("compact {}", self.describe(it.type_param.id)),
			TypeDef::BitSequence(it) => {
				let (store, order) = (it.bit_store_type.id, it.bit_order_type.id);
				format!("bits in {} {}", self.describe(store), self.describe(order))
			}
		}
	}

	fn fields(&self, fields: &[Field<PortableForm>]) -> String {
		let fields: Vec<_> = fields
			.iter()
			.map(|field| {
				let ty = self.describe(field.ty.id);
				field.name.as_ref().map(|name| format!("{name}: {ty}")).unwrap_or(ty)
			})
			.collect();
		format!("({})", fields.join(", "))
	}

	fn around_a_call(&self, extrinsic: &ExtrinsicMetadata<PortableForm>) -> String {
		let extensions: Vec<_> = extrinsic
			.transaction_extensions
			.iter()
			.map(|it| {
				let (ty, implicit) = (self.describe(it.ty.id), self.describe(it.implicit.id));
				format!("{} {ty} signs {implicit}", it.identifier)
			})
			.collect();
		format!(
			"transaction in formats {:?} from {} with {}, extensions {:?} of {}",
			extrinsic.versions,
			self.describe(extrinsic.address_ty.id),
			self.describe(extrinsic.signature_ty.id),
			extrinsic.transaction_extensions_by_version,
			extensions.join(", ")
		)
	}
}

type Change = fn(&mut RuntimeMetadataV16);

fn variants(metadata: &mut RuntimeMetadataV16, id: u32) -> &mut Vec<Variant<PortableForm>> {
	let index = usize::try_from(id).expect("it is small");
	match &mut metadata.types.types[index].ty.type_def {
		TypeDef::Variant(it) => &mut it.variants,
		other => panic!("it is no enum but {other:?}"),
	}
}

/// The calls of a pallet, the first of which has arguments.
fn calls(metadata: &mut RuntimeMetadataV16) -> &mut Vec<Variant<PortableForm>> {
	let pallet = metadata.pallets.iter().find(|it| it.name == "Imaging").expect("it is there");
	let calls = pallet.calls.as_ref().expect("it has calls").ty.id;
	variants(metadata, calls)
}

#[test]
fn should_have_greater_versions_when_it_is_another_runtime_than_a_released_one() {
	let current = Version::current();
	let releases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../releases");
	let entries = fs::read_dir(&releases).expect("the releases are there");
	let folders = entries.map(|entry| entry.expect("it is readable").path());
	let folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
	assert!(!folders.is_empty(), "{} has what was released", releases.display());
	for folder in folders {
		let demands = Version::released(&folder).demands_of(&current);
		assert!(
			demands.is_empty(),
			"this is not the runtime of {}: raise what is named here in runtime/src/lib.rs, then run \
			 scripts/metadata\n{}",
			folder.display(),
			demands.join("\n")
		);
	}
}

#[test]
fn should_demand_both_versions_when_a_transaction_is_signed_in_another_way() {
	let changes: [(&str, Change); 9] = [
		("another index", |metadata| calls(metadata)[0].index = 250),
		("another name", |metadata| calls(metadata)[0].name.push('x')),
		("another pallet's index", |metadata| metadata.pallets[0].index = 250),
		("an argument of another type", |metadata| {
			let other = metadata.extrinsic.call_ty;
			calls(metadata)[0].fields[0].ty = other;
		}),
		("an argument less", |metadata| {
			calls(metadata)[0].fields.pop();
		}),
		("a call less", |metadata| {
			calls(metadata).pop();
		}),
		("a kind of address less", |metadata| {
			let address = metadata.extrinsic.address_ty.id;
			variants(metadata, address).pop();
		}),
		("an extension less", |metadata| {
			metadata.extrinsic.transaction_extensions.pop();
		}),
		("extensions in another order", |metadata| {
			metadata.extrinsic.transaction_extensions.reverse();
		}),
	];
	let released = Version::current();
	for (what, change) in changes {
		let mut next = released.clone();
		change(&mut next.metadata);
		let demands = released.demands_of(&next);
		assert!(demands[0].starts_with("spec_version: "), "{what}: {demands:?}");
		next.spec += 1;
		let demands = released.demands_of(&next);
		let transaction = |it: &String| it.starts_with("transaction_version: ");
		assert!(!demands.is_empty() && demands.iter().all(transaction), "{what}: {demands:?}");
		next.transaction += 1;
		assert_eq!(released.demands_of(&next), [""; 0], "{what}");
	}
}

#[test]
fn should_demand_only_another_spec_version_when_transactions_are_signed_as_before() {
	let changes: [(&str, Change); 4] = [
		("words", |metadata| calls(metadata)[0].docs.push("It is explained better.".into())),
		("a call more", |metadata| {
			let mut more = calls(metadata)[0].clone();
			more.index = 250;
			calls(metadata).push(more);
		}),
		("a type elsewhere", |metadata| {
			let address = usize::try_from(metadata.extrinsic.address_ty.id).expect("it is small");
			metadata.types.types[address].ty.path.segments.insert(0, "elsewhere".into());
		}),
		("an error more", |metadata| {
			let pallet = metadata.pallets.iter().find(|it| it.name == "Imaging");
			let error = pallet.and_then(|it| it.error.as_ref()).expect("it has errors").ty.id;
			let more = variants(metadata, error)[0].clone();
			variants(metadata, error).push(more);
		}),
	];
	let released = Version::current();
	assert_eq!(released.demands_of(&released), [""; 0], "it is the same");
	for (what, change) in changes {
		let mut next = released.clone();
		change(&mut next.metadata);
		let demands = released.demands_of(&next);
		assert_eq!(demands, ["spec_version: the metadata differs"], "{what}");
		next.spec += 1;
		assert_eq!(released.demands_of(&next), [""; 0], "{what}");
	}
}
