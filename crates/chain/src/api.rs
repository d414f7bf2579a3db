// SPDX-License-Identifier: Apache-2.0

//! What the runtime offers, from its committed metadata (`scripts/metadata` writes it).

#![allow(
	missing_docs,
	unreachable_pub,
	clippy::all,
	reason = "the macro writes it; the runtime has the documentation"
)]

#[subxt::subxt(
	runtime_metadata_path = "metadata.scale",
	substitute_type(
		path = "contour_primitives::study::StudyId",
		with = "::subxt::utils::Static<::contour_primitives::StudyId>"
	),
	substitute_type(
		path = "contour_primitives::study::Purpose",
		with = "::subxt::utils::Static<::contour_primitives::Purpose>"
	),
	substitute_type(
		path = "contour_primitives::study::Purposes",
		with = "::subxt::utils::Static<::contour_primitives::Purposes>"
	),
	substitute_type(
		path = "contour_primitives::institution::InstitutionId",
		with = "::subxt::utils::Static<::contour_primitives::InstitutionId>"
	),
	substitute_type(
		path = "contour_primitives::node::NodeKey",
		with = "::subxt::utils::Static<::contour_primitives::NodeKey>"
	),
	substitute_type(
		path = "contour_primitives::proxy::ProxyType",
		with = "::subxt::utils::Static<::contour_primitives::ProxyType>"
	),
	substitute_type(
		path = "contour_primitives::refusal::Refusal",
		with = "::subxt::utils::Static<::contour_primitives::Refusal>"
	),
	substitute_type(
		path = "contour_primitives::credential::CredentialStatus",
		with = "::subxt::utils::Static<::contour_primitives::CredentialStatus>"
	),
	substitute_type(
		path = "contour_primitives::credential::InstitutionStatus",
		with = "::subxt::utils::Static<::contour_primitives::InstitutionStatus>"
	),
	substitute_type(
		path = "contour_primitives::encryption::KeySuite",
		with = "::subxt::utils::Static<::contour_primitives::KeySuite>"
	),
	substitute_type(
		path = "contour_primitives::audit::AccessKind",
		with = "::subxt::utils::Static<::contour_primitives::audit::AccessKind>"
	),
	substitute_type(
		path = "contour_primitives::annotation::Phase",
		with = "::subxt::utils::Static<::contour_primitives::annotation::Phase>"
	),
	substitute_type(
		path = "contour_primitives::annotation::ResultKind",
		with = "::subxt::utils::Static<::contour_primitives::annotation::ResultKind>"
	),
	substitute_type(
		path = "contour_primitives::annotation::Ruling",
		with = "::subxt::utils::Static<::contour_primitives::annotation::Ruling>"
	),
	substitute_type(
		path = "contour_primitives::annotation::Terms",
		with = "::subxt::utils::Static<::contour_primitives::annotation::Terms>"
	),
	substitute_type(
		path = "contour_primitives::annotation::Vote",
		with = "::subxt::utils::Static<::contour_primitives::annotation::Vote>"
	),
	substitute_type(
		path = "contour_primitives::imaging::Denial",
		with = "::subxt::utils::Static<::contour_primitives::imaging::Denial>"
	),
	substitute_type(
		path = "contour_primitives::imaging::Directive",
		with = "::subxt::utils::Static<::contour_primitives::imaging::Directive>"
	),
	substitute_type(
		path = "contour_primitives::imaging::LeaseState",
		with = "::subxt::utils::Static<::contour_primitives::imaging::LeaseState>"
	),
	substitute_type(
		path = "contour_primitives::imaging::RecordedDirective",
		with = "::subxt::utils::Static<::contour_primitives::imaging::RecordedDirective>"
	),
	substitute_type(
		path = "contour_primitives::imaging::Review",
		with = "::subxt::utils::Static<::contour_primitives::imaging::Review>"
	),
	substitute_type(
		path = "contour_primitives::standing::Action",
		with = "::subxt::utils::Static<::contour_primitives::Action>"
	),
	substitute_type(
		path = "contour_primitives::study::Modality",
		with = "::subxt::utils::Static<::contour_primitives::Modality>"
	),
	substitute_type(
		path = "contour_primitives::role::Roles",
		with = "::subxt::utils::Static<::contour_primitives::Roles>"
	),
	substitute_type(
		path = "contour_primitives::role::Specialties",
		with = "::subxt::utils::Static<::contour_primitives::Specialties>"
	),
	substitute_type(
		path = "contour_primitives::standing::Standard",
		with = "::subxt::utils::Static<::contour_primitives::Standard>"
	),
	substitute_type(
		path = "contour_primitives::task::TaskId",
		with = "::subxt::utils::Static<::contour_primitives::TaskId>"
	),
	substitute_type(
		path = "contour_primitives::sealed::Sealed",
		with = "::subxt::utils::Static<::contour_primitives::Sealed>"
	),
	substitute_type(
		path = "contour_primitives::task::Code",
		with = "::subxt::utils::Static<::contour_primitives::Code>"
	),
	substitute_type(
		path = "contour_primitives::task::Share",
		with = "::subxt::utils::Static<::contour_primitives::Share>"
	),
	substitute_type(
		path = "contour_primitives::validator::SuspensionCause",
		with = "::subxt::utils::Static<::contour_primitives::SuspensionCause>"
	),
	substitute_type(
		path = "contour_primitives::validator::ValidatorStatus",
		with = "::subxt::utils::Static<::contour_primitives::ValidatorStatus>"
	),
	substitute_type(
		path = "contour_scoring::consensus::Method",
		with = "::subxt::utils::Static<::contour_scoring::Method>"
	),
	substitute_type(
		path = "contour_scoring::ppm::Ppm",
		with = "::subxt::utils::Static<::contour_scoring::Ppm>"
	),
	substitute_type(
		path = "contour_scoring::payout::Curve",
		with = "::subxt::utils::Static<::contour_scoring::Curve>"
	),
	substitute_type(
		path = "contour_scoring::report::Report",
		with = "::subxt::utils::Static<::contour_scoring::Report>"
	),
	substitute_type(path = "contour_runtime::RuntimeCall", with = "crate::call::EncodedCall")
)]
pub mod contour {}

pub use contour::*;
