// SPDX-License-Identifier: Apache-2.0

//! Applies the rules to a data set and all data sets in its sequences.

use super::{
	Dates, FileReport, Options,
	dummy::dummy,
	keyed::{self, Keyed},
	not_copied::text,
	report::{count, method_code},
	rule::{Rule, dictionary_vr, rule},
	sweep::{Taken, scheme},
	table,
};
use chrono::Days;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR, header::Header, value::DataSetSequence};
use dicom_dictionary_std::tags;
use dicom_object::{
	InMemDicomObject,
	mem::{InMemElement, InMemFragment},
};

type Value = dicom_core::value::Value<InMemDicomObject, InMemFragment>;

/// How the items of a sequence are treated.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Depth {
	/// By the rules.
	Rules,
	/// By the rules, but what they would keep gets a dummy: the items of a sequence with code `D`.
	Dummies,
}

/// One pass over a file.
pub(crate) struct Pass<'a> {
	keyed: &'a Keyed,
	options: &'a Options,
	report: &'a mut FileReport,
	subject: String,
	shift: Days,
	taken: Taken,
}

impl<'a> Pass<'a> {
	pub(crate) fn new(
		root: &InMemDicomObject,
		keyed: &'a Keyed,
		options: &'a Options,
		report: &'a mut FileReport,
	) -> Self {
		let study = format!("study\0{}", text(root, tags::STUDY_INSTANCE_UID));
		let issuer = text(root, tags::ISSUER_OF_PATIENT_ID);
		let patient = text(root, tags::PATIENT_ID);
		let scope = match options.dates {
			Dates::ShiftPerPatient if !patient.is_empty() => {
				format!("patient\0{issuer}\0{patient}")
			}
			_ => study,
		};
		let subject =
			if patient.is_empty() { String::new() } else { keyed.subject(&issuer, &patient) };
		Self {
			keyed,
			options,
			report,
			subject,
			shift: keyed.shift(&scope),
			taken: Taken::of(root, options),
		}
	}

	/// Cleans the data set and marks it (PS3.15, E.1.1).
	pub(crate) fn run(mut self, root: InMemDicomObject) -> InMemDicomObject {
		let codes = self.codes(&root);
		let mut clean = self.data_set(root, Depth::Rules);
		mark(&mut clean, &codes, self.options);
		self.report.codes = codes.iter().filter_map(|value| method_code(value)).collect();
		clean
	}

	/// Codes of what was done now and, if the file was de-identified before, what was done then.
	fn codes(&self, root: &InMemDicomObject) -> Vec<&'static str> {
		let mut codes = vec!["113100"];
		let options = self.options;
		for (is_on, code) in [
			(options.dates != Dates::Remove, "113107"),
			(options.retain_patient_characteristics, "113108"),
			(options.retain_device_identity, "113109"),
			(options.retain_uids, "113110"),
		] {
			codes.extend(is_on.then_some(code));
		}
		if text(root, tags::PATIENT_IDENTITY_REMOVED) == "YES" {
			let earlier = root
				.get(tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE)
				.and_then(|sequence| sequence.items())
				.unwrap_or_default();
			codes.extend(earlier.iter().filter_map(|item| {
				let is_dcm = text(item, tags::CODING_SCHEME_DESIGNATOR) == "DCM";
				let code = method_code(&text(item, tags::CODE_VALUE));
				code.filter(|_| is_dcm).map(|code| code.value)
			}));
		}
		codes.sort_unstable();
		codes.dedup();
		codes
	}

	fn data_set(&mut self, data_set: InMemDicomObject, depth: Depth) -> InMemDicomObject {
		let scheme = scheme(&data_set);
		let elements: Vec<_> = data_set
			.into_iter()
			.filter_map(|element| self.element(element, depth, &scheme))
			.collect();
		InMemDicomObject::from_element_iter(elements)
	}

	fn element(
		&mut self,
		element: InMemElement,
		depth: Depth,
		scheme: &str,
	) -> Option<InMemElement> {
		let (tag, vr) = (element.tag(), element.vr());
		let rule = match rule(tag, vr, self.options) {
			Rule::Keep if depth == Depth::Dummies && vr != VR::UI => Rule::Dummy,
			rule => rule,
		};
		let value = element.into_value();
		match rule {
			Rule::Rewrite => None,
			Rule::RemovePrivate => {
				self.report.private_removed = self.report.private_removed.saturating_add(1);
				None
			}
			Rule::Remove => {
				count(&mut self.report.removed, tag);
				None
			}
			Rule::RemoveOpaque => self.opaque(tag),
			Rule::Keep | Rule::Retain if !is_number_text(vr, &value) => self.opaque(tag),
			Rule::Keep | Rule::Retain if self.is_taken(tag, vr, &value, scheme) => {
				count(&mut self.report.swept, tag);
				Some(DataElement::new(tag, vr, dummy(vr)?))
			}
			Rule::Keep => Some(DataElement::new(tag, vr, value)),
			Rule::Retain => {
				count(&mut self.report.retained, tag);
				Some(DataElement::new(tag, vr, value))
			}
			Rule::Empty => {
				count(&mut self.report.emptied, tag);
				Some(empty(tag, vr))
			}
			Rule::Items => self.items(tag, value, depth),
			Rule::Uid => self.uid(tag, value),
			Rule::Shift => match self.shift(vr, &value) {
				Some(shifted) => {
					count(&mut self.report.shifted, tag);
					Some(DataElement::new(tag, vr, shifted))
				}
				None => self.unreadable_date(tag, vr),
			},
			Rule::Dummy => self.dummy(tag, vr, value),
		}
	}

	fn is_taken(&self, tag: Tag, vr: VR, value: &Value, scheme: &str) -> bool {
		value.to_str().is_ok_and(|text| self.taken.is_in(tag, vr, &text, scheme))
	}

	fn opaque(&mut self, tag: Tag) -> Option<InMemElement> {
		count(&mut self.report.opaque, tag);
		None
	}

	/// The Basic Profile's own action, for a date that cannot be shifted.
	fn unreadable_date(&mut self, tag: Tag, vr: VR) -> Option<InMemElement> {
		match table::row(tag).map(|row| row.action) {
			Some(table::Action::Dummy) => self.dummy(tag, vr, PrimitiveValue::Empty.into()),
			Some(table::Action::Empty) => {
				count(&mut self.report.emptied, tag);
				Some(empty(tag, vr))
			}
			_ => {
				count(&mut self.report.removed, tag);
				None
			}
		}
	}

	fn items(&mut self, tag: Tag, value: Value, depth: Depth) -> Option<InMemElement> {
		let Some(items) = value.into_items() else { return self.opaque(tag) };
		let items: Vec<_> = items.into_iter().map(|item| self.data_set(item, depth)).collect();
		Some(DataElement::new(tag, VR::SQ, DataSetSequence::from(items)))
	}

	fn uid(&mut self, tag: Tag, value: Value) -> Option<InMemElement> {
		let Ok(uids) = value.to_multi_str() else { return self.opaque(tag) };
		let mapped: Vec<String> =
			uids.iter().flat_map(|uids| uids.split('\\')).map(|uid| self.keyed.uid(uid)).collect();
		count(&mut self.report.remapped, tag);
		Some(DataElement::new(tag, VR::UI, PrimitiveValue::Strs(mapped.into())))
	}

	/// Dates moved; nothing if a value cannot be read.
	fn shift(&self, vr: VR, value: &Value) -> Option<PrimitiveValue> {
		let text = value.to_str().ok()?;
		if keyed::trim(&text).is_empty() {
			return Some(PrimitiveValue::Empty);
		}
		let shifted: Option<Vec<String>> = text
			.split('\\')
			.map(|value| match vr {
				VR::DA => keyed::shift_date(value, self.shift),
				VR::DT => keyed::shift_date_time(value, self.shift),
				_ => keyed::time(value),
			})
			.collect();
		Some(PrimitiveValue::Strs(shifted?.into()))
	}

	fn dummy(&mut self, tag: Tag, vr: VR, value: Value) -> Option<InMemElement> {
		let vr = if vr == VR::UN { dictionary_vr(tag).unwrap_or(vr) } else { vr };
		match vr {
			VR::SQ => {
				count(&mut self.report.replaced, tag);
				self.items(tag, value, Depth::Dummies)
			}
			VR::UI => self.uid(tag, value),
			// One dummy for all patients would make one patient of them.
			VR::LO if tag == tags::PATIENT_ID => {
				count(&mut self.report.replaced, tag);
				Some(DataElement::new(tag, vr, PrimitiveValue::from(self.subject.as_str())))
			}
			vr => {
				count(&mut self.report.replaced, tag);
				Some(DataElement::new(tag, vr, dummy(vr)?))
			}
		}
	}
}

fn empty(tag: Tag, vr: VR) -> InMemElement {
	match vr {
		VR::SQ => DataElement::new(tag, vr, DataSetSequence::empty()),
		vr => DataElement::new(tag, vr, PrimitiveValue::Empty),
	}
}

/// `DS` and `IS` hold numbers; a name in them would pass as a number otherwise.
fn is_number_text(vr: VR, value: &Value) -> bool {
	let is_numeric = |text: &str| {
		text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE\\ \0".contains(&byte))
	};
	!matches!(vr, VR::DS | VR::IS) || value.to_str().is_ok_and(|text| is_numeric(&text))
}

/// Sets (0012,0062), (0012,0063), (0012,0064) and (0028,0303).
fn mark(root: &mut InMemDicomObject, codes: &[&'static str], options: &Options) {
	let method = [
		"CONTOUR DEIDENTIFY 1".to_owned(),
		format!("PS3.15 TABLE E.1-1 {}", table::EDITION),
		"PIXEL DATA NOT CLEANED".to_owned(),
	];
	let items: Vec<_> = codes
		.iter()
		.filter_map(|value| method_code(value))
		.map(|code| {
			InMemDicomObject::from_element_iter([
				DataElement::new(tags::CODE_VALUE, VR::SH, code.value),
				DataElement::new(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "DCM"),
				DataElement::new(tags::CODE_MEANING, VR::LO, code.meaning),
			])
		})
		.collect();
	let temporal = if options.dates == Dates::Remove { "REMOVED" } else { "MODIFIED" };
	for (tag, vr, value) in [
		(tags::PATIENT_IDENTITY_REMOVED, VR::CS, PrimitiveValue::from("YES")),
		(tags::DEIDENTIFICATION_METHOD, VR::LO, PrimitiveValue::Strs(method.to_vec().into())),
		(tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, VR::CS, temporal.into()),
	] {
		root.put(DataElement::new(tag, vr, value));
	}
	root.put(DataElement::new(
		tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE,
		VR::SQ,
		DataSetSequence::from(items),
	));
}
