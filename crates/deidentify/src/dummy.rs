// SPDX-License-Identifier: Apache-2.0

//! Dummy values that fit a VR (PS3.5, table 6.2-1). They are the same everywhere.

use dicom_core::{PrimitiveValue, Tag, VR};

/// Text that stands for a removed one; fits every text VR and `CS`.
pub const TEXT: &str = "ANONYMISED";

/// A dummy for this VR; nothing for sequences and UIDs, which need their items and the key.
pub(crate) fn dummy(vr: VR) -> Option<PrimitiveValue> {
	Some(match vr {
		VR::AE | VR::CS | VR::LO | VR::LT | VR::PN | VR::SH | VR::ST | VR::UC | VR::UT => {
			TEXT.into()
		}
		VR::AS => "000Y".into(),
		VR::AT => Tag(0, 0).into(),
		VR::DA => "19000101".into(),
		VR::DS | VR::IS => "0".into(),
		VR::DT => "19000101000000".into(),
		VR::FD | VR::OD => PrimitiveValue::from(0_f64),
		VR::FL | VR::OF => PrimitiveValue::from(0_f32),
		VR::OB | VR::UN => PrimitiveValue::U8([0, 0].as_slice().into()),
		VR::OL | VR::UL => PrimitiveValue::from(0_u32),
		VR::OV | VR::UV => PrimitiveValue::from(0_u64),
		VR::OW | VR::US => PrimitiveValue::from(0_u16),
		VR::SL => PrimitiveValue::from(0_i32),
		VR::SS => PrimitiveValue::from(0_i16),
		VR::SV => PrimitiveValue::from(0_i64),
		VR::TM => "000000".into(),
		VR::UR => "urn:anonymised".into(),
		VR::SQ | VR::UI => return None,
	})
}
