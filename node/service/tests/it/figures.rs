// SPDX-License-Identifier: Apache-2.0

//! What Prometheus reads of the chain's state.

use contour_primitives::{
	InstitutionId, UNIT,
	monitoring::{Figures, GovernanceFigures, InstitutionFigures},
};
use contour_service::tested::FigureMetrics;
use substrate_prometheus_endpoint::{Registry, prometheus::TextEncoder};

fn institution(number: u32, name: &str) -> InstitutionFigures {
	InstitutionFigures {
		institution: InstitutionId(number),
		name: name.into(),
		..Default::default()
	}
}

#[test]
fn should_show_the_figures_of_the_last_reading_and_no_others() {
	let registry = Registry::new();
	let metrics = FigureMetrics::register(&registry).expect("the names are valid and differ");
	let text = || TextEncoder::new().encode_to_string(&registry.gather()).expect("it is text");
	assert!(!text().contains("institution="), "nothing was read");

	let north = InstitutionFigures {
		fee_account: 3 * UNIT / 2,
		emergencies_unreviewed: 2,
		dissents: 1,
		..institution(0, "Klinik \"Nord\"")
	};
	let both = vec![north, institution(7, "South")];
	let figures = Figures { institutions: both, complete: true };
	metrics.show(figures, vec![InstitutionId(7)]);
	let shown = text();
	for line in [
		"contour_fee_account_tokens{institution=\"0\"} 1.5\n",
		"contour_fee_account_tokens{institution=\"7\"} 0\n",
		"contour_emergencies_unreviewed{institution=\"0\"} 2\n",
		"# TYPE contour_scorer_dissents_total counter\n",
		"contour_scorer_dissents_total{institution=\"0\"} 1\n",
		"contour_institution_info{institution=\"0\",name=\"Klinik \\\"Nord\\\"\",own=\"no\"} 1\n",
		"contour_institution_info{institution=\"7\",name=\"South\",own=\"yes\"} 1\n",
		"contour_figures_complete 1\n",
	] {
		assert!(shown.contains(line), "{line:?} is not in {shown}");
	}

	let figures = Figures { institutions: vec![institution(7, "South")], complete: false };
	metrics.show(figures, vec![]);
	let shown = text();
	assert!(!shown.contains("institution=\"0\""), "it has left: {shown}");
	assert!(shown.contains("contour_figures_complete 0\n"), "{shown}");
}

#[test]
fn should_show_what_the_council_decided_and_zero_when_it_is_over() {
	let registry = Registry::new();
	let metrics = FigureMetrics::register(&registry).expect("the names are valid and differ");
	let text = || TextEncoder::new().encode_to_string(&registry.gather()).expect("it is text");
	let decided = GovernanceFigures { upgrade_applicable: Some(1_500), is_braked: true };
	for (figures, applicable, braked) in
		[(decided, "1.5", 1), (GovernanceFigures::default(), "0", 0)]
	{
		metrics.show_governance(figures);
		let shown = text();
		for line in [
			format!("contour_upgrade_applicable_timestamp_seconds {applicable}\n"),
			format!("contour_brake {braked}\n"),
		] {
			assert!(shown.contains(&line), "{line:?} is not in {shown}");
		}
	}
}
