// SPDX-License-Identifier: Apache-2.0

//! What calls cost was measured: none of ours is free, guessed, or measured by an older benchmark.
//!
//! A pallet of ours is a folder of `pallets/`; what was measured stands in `src/weights/`.

use codec::{Decode, Encode};
use contour_primitives::{InstitutionId, TaskId};
use contour_runtime::{Runtime, RuntimeCall};
use frame_support::{
	dispatch::GetDispatchInfo,
	traits::Authorize,
	weights::{Weight, constants::WEIGHT_REF_TIME_PER_NANOS},
};
use scale_info::{MetaType, TypeDef, TypeDefVariant, form::MetaForm};
use sp_runtime::traits::TrailingZeroInput;
use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::{Path, PathBuf},
};

/// What everybody has to do who reads this test failing.
const REMEDY: &str = "write its benchmark, run scripts/weights and use what it writes \
                      (docs/dev/pallets.md#weights)";
/// No call is done sooner than in a microsecond.
const LEAST: u64 = 1_000 * WEIGHT_REF_TIME_PER_NANOS;

/// A function of a generated file.
struct Figure {
	components: BTreeSet<String>,
	/// What it costs when every component is zero, without the database.
	base: Weight,
	/// The shortest time in which it was ever done, in nanoseconds.
	shortest: u64,
	body: String,
}

/// A call of the runtime.
struct Made {
	name: &'static str,
	call: RuntimeCall,
}

fn root() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
	fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names_in(folder: &str) -> Vec<String> {
	let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
	let mut names: Vec<_> = entries
		.map(|entry| entry.expect("it is readable").file_name().into_string().expect("plain"))
		.collect();
	names.sort();
	names
}

fn variants(of: MetaType) -> TypeDefVariant<MetaForm> {
	match of.type_info().type_def {
		TypeDef::Variant(variants) => variants,
		other => panic!("calls are enums: {other:?}"),
	}
}

/// Calls whose arguments cannot all be zero.
fn exceptions() -> [RuntimeCall; 2] {
	let report = pallet_annotation::Call::report {
		id: TaskId(0),
		institution: InstitutionId(0),
		stage: 0,
		report: crate::tasks::report(1),
		commitment: Default::default(),
		signature: Decode::decode(&mut TrailingZeroInput::zeroes()).expect("it is an array"),
	};
	let policy = <Runtime as pallet_rewards::Config>::DefaultPolicy::get();
	let set_policy = pallet_rewards::Call::set_policy { policy };
	[RuntimeCall::Annotation(report), RuntimeCall::Rewards(set_policy)]
}

/// The calls of all pallets, by pallet, each with the smallest arguments there are.
fn calls() -> BTreeMap<&'static str, Vec<Made>> {
	let made = |pallet: u8, call: u8, name| {
		let zeros = RuntimeCall::decode(&mut TrailingZeroInput::new(&[pallet, call])).ok();
		let call = zeros
			.or_else(|| {
				exceptions().into_iter().find(|made| made.encode().starts_with(&[pallet, call]))
			})
			.unwrap_or_else(|| panic!("{name} cannot be made of zeros: add it to `exceptions`"));
		Made { name, call }
	};
	variants(MetaType::new::<RuntimeCall>())
		.variants
		.iter()
		.map(|pallet| {
			let calls = variants(pallet.fields[0].ty);
			let calls = calls.variants.iter().map(|call| made(pallet.index, call.index, call.name));
			(pallet.name, calls.collect())
		})
		.collect()
}

/// The pallets of ours that have calls: name of the folder, and calls.
fn ours() -> Vec<(String, Vec<Made>)> {
	let mut all = calls();
	let ours: Vec<_> = names_in("pallets")
		.into_iter()
		.filter_map(|folder| {
			let pallet = all.keys().copied().find(|name| name.eq_ignore_ascii_case(&folder))?;
			Some((folder, all.remove(pallet).unwrap_or_default()))
		})
		.collect();
	assert!(ours.len() >= 5, "the pallets are found by the names of their folders");
	ours
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
	text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

fn number(text: &str) -> Option<u64> {
	text.trim().replace('_', "").parse().ok()
}

/// The functions of a pallet's generated file.
fn measured(pallet: &str) -> BTreeMap<String, Figure> {
	let path = root().join(format!("runtime/src/weights/pallet_{pallet}.rs"));
	assert!(path.is_file(), "what pallet-{pallet} costs was never measured: {REMEDY}");
	let figure = |function: &str| {
		let (name, rest) = function.split_once('(')?;
		let (arguments, body) = rest.split_once(") -> Weight {")?;
		let components = arguments.split(',').filter_map(|argument| argument.split_once(':'));
		let (time, proof) = between(body, "Weight::from_parts(", ")")?.split_once(',')?;
		let figure = Figure {
			components: components.map(|(name, _)| name.trim().into()).collect(),
			base: Weight::from_parts(number(time)?, number(proof)?),
			shortest: number(between(body, "// At least ", " ns")?)?,
			body: body.split("\n\t}").next()?.into(),
		};
		Some((name.into(), figure))
	};
	read(&path)
		.split("\n\tfn ")
		.skip(1)
		.map(|function| {
			let line = function.lines().next().unwrap_or_default();
			figure(function)
				.unwrap_or_else(|| panic!("pallet_{pallet}.rs, `{line}` is not measured: {REMEDY}"))
		})
		.collect()
}

/// The benchmarks of a pallet and the names of their components.
fn benchmarks(pallet: &str) -> BTreeMap<String, BTreeSet<String>> {
	let source = read(&root().join(format!("pallets/{pallet}/src/benchmarking.rs")));
	let benchmark = |text: &str| {
		let (name, rest) = text.split_once("fn ")?.1.split_once('(')?;
		let arguments = &rest[..rest.find(") {").into_iter().chain(rest.find(") ->")).min()?];
		let pieces: Vec<_> = arguments.split(": Linear<").collect();
		let components = pieces[..pieces.len() - 1].iter().filter_map(|piece| {
			piece.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
		});
		Some((name.into(), components.map(Into::into).collect()))
	};
	source
		.split("#[benchmark")
		.skip(1)
		.filter(|text| text.starts_with([']', '(']))
		.map(|text| benchmark(text).expect("an attribute stands on a function"))
		.collect()
}

#[test]
fn should_cost_what_was_measured_when_a_call_is_ours() {
	for (pallet, calls) in ours() {
		let figures = measured(&pallet);
		for Made { name, call } in calls {
			let figure = figures
				.get(name)
				.unwrap_or_else(|| panic!("{pallet}.{name} was never measured: {REMEDY}"));
			let weight = call.get_dispatch_info().call_weight;
			assert!(
				weight.all_gte(figure.base),
				"{pallet}.{name} costs {weight:?}, less than the {:?} measured: {REMEDY}",
				figure.base
			);
		}
	}
}

#[test]
fn should_be_no_guess_when_a_figure_is_used() {
	for (pallet, _) in ours() {
		for (name, Figure { components, base, shortest, body }) in measured(&pallet) {
			let least = shortest * WEIGHT_REF_TIME_PER_NANOS;
			assert!(least >= LEAST, "{pallet}.{name} is done in no time: {REMEDY}");
			// With components, it is what the line through all measurements says of zero.
			assert!(
				base.ref_time() >= if components.is_empty() { least } else { LEAST },
				"{pallet}.{name} costs less than ever measured: {REMEDY}"
			);
			for component in &components {
				assert!(
					body.contains(&format!("saturating_mul({component}.into())")),
					"{pallet}.{name} costs the same whatever `{component}` is: {REMEDY}"
				);
			}
		}
	}
}

#[test]
fn should_be_measured_again_when_benchmarks_changed() {
	for (pallet, _) in ours() {
		let figures: BTreeMap<_, _> =
			measured(&pallet).into_iter().map(|(name, figure)| (name, figure.components)).collect();
		assert_eq!(
			figures,
			benchmarks(&pallet),
			"what was measured (left) are not the benchmarks of pallet-{pallet} (right): {REMEDY}"
		);
	}
}

#[test]
fn should_pass_on_its_arguments_when_the_weight_depends_on_them() {
	for (pallet, _) in ours() {
		let source = read(&root().join(format!("pallets/{pallet}/src/lib.rs")));
		for (name, _) in
			measured(&pallet).iter().filter(|(_, figure)| !figure.components.is_empty())
		{
			let used = format!("WeightInfo::{name}(");
			for arguments in source.split(&used).skip(1) {
				assert!(
					!arguments.starts_with(|letter: char| letter.is_ascii_digit()),
					"pallet-{pallet} always pays for the same: `{name}({}`",
					arguments.lines().next().unwrap_or_default()
				);
			}
		}
	}
}

#[test]
fn should_pay_for_the_check_when_a_call_needs_no_signature() {
	for (pallet, calls) in ours() {
		let source = read(&root().join(format!("pallets/{pallet}/src/lib.rs")));
		let authorized = source.matches("#[pallet::authorize(").count();
		let paid = calls.iter().filter(|made| made.call.weight_of_authorize().ref_time() >= LEAST);
		assert_eq!(
			paid.map(|made| made.name).collect::<Vec<_>>().len(),
			authorized,
			"a check of pallet-{pallet} was never measured: {REMEDY}"
		);
	}
}

#[test]
fn should_say_how_it_was_measured_when_a_file_was_generated() {
	let lock = read(&root().join("Cargo.lock"));
	let tool = between(&lock, "name = \"frame-benchmarking-cli\"\nversion = \"", "\"")
		.expect("the node can be built with it");
	for file in names_in("runtime/src/weights") {
		if !file.ends_with(".rs") || file == "mod.rs" {
			continue;
		}
		let text = read(&root().join("runtime/src/weights").join(&file));
		let header = text
			.lines()
			.find(|line| line.contains("SDK's tool"))
			.unwrap_or_else(|| panic!("{file} was not written by scripts/weights"));
		assert!(
			header.ends_with(&format!("SDK's tool {tool}.")),
			"{file} was measured with another tool than {tool}: run scripts/weights"
		);
		let steps = between(header, ", ", " steps").and_then(number);
		let repeats = between(header, "steps, ", " repeats").and_then(number);
		assert!(steps >= Some(20) && repeats >= Some(10), "{file} says too little: {header}");
	}
}

#[test]
fn should_not_be_free_when_any_call_is_made() {
	for (pallet, calls) in calls() {
		for Made { name, call } in calls {
			let weight = call.get_dispatch_info().call_weight;
			assert!(weight.ref_time() >= LEAST, "{pallet}.{name} costs {weight:?}");
		}
	}
}
