// SPDX-License-Identifier: Apache-2.0

//! What waits in the chain's state: leases, emergencies, tasks, reports, money.

use super::MissedSlots;
use crate::client::Client;
use contour_primitives::{
	Balance, InstitutionId, UNIT,
	monitoring::{Figures, GovernanceFigures, InstitutionFigures},
	opaque::Block,
	runtime_api::{GovernanceApi, MonitoringApi},
};
use sp_api::{ApiError, ApiExt as _, ProvideRuntimeApi as _};
use sp_consensus_aura::{AuraApi as _, sr25519::AuthorityId};
use sp_core::crypto::key_types;
use sp_keystore::KeystorePtr;
use sp_timestamp::Timestamp;
use std::{
	sync::{Arc, PoisonError, RwLock},
	time::{Duration, Instant},
};
use substrate_prometheus_endpoint::{
	F64, Gauge, MetricSource, Opts, PrometheusError, Registry, SourcedCounter, SourcedGauge, U64,
	register,
};

/// Time between two readings. Nothing that is read here is urgent within it.
const LOOK: Duration = Duration::from_secs(30);

/// What was read last.
#[derive(Clone, Debug, Default)]
struct Shown(Arc<RwLock<Reading>>);

/// What one reading gave.
#[derive(Debug, Default)]
struct Reading {
	institutions: Vec<InstitutionFigures>,
	/// Those whose session key is in this node's keystore: one, if this is a validator.
	own: Vec<InstitutionId>,
}

impl Shown {
	fn each(&self, mut show: impl FnMut(&InstitutionFigures, bool)) {
		let reading = self.0.read().unwrap_or_else(PoisonError::into_inner);
		for figures in &reading.institutions {
			show(figures, reading.own.contains(&figures.institution));
		}
	}

	fn replace(&self, reading: Reading) {
		*self.0.write().unwrap_or_else(PoisonError::into_inner) = reading;
	}
}

/// One figure of each institution.
#[derive(Clone)]
struct Figure {
	shown: Shown,
	of: fn(&InstitutionFigures) -> f64,
}

impl MetricSource for Figure {
	type N = f64;

	fn collect(&self, mut set: impl FnMut(&[&str], f64)) {
		self.shown
			.each(|figures, _| set(&[&figures.institution.0.to_string()], (self.of)(figures)));
	}
}

/// Which institutions there are, and which is this node's.
#[derive(Clone)]
struct Members(Shown);

impl MetricSource for Members {
	type N = f64;

	fn collect(&self, mut set: impl FnMut(&[&str], f64)) {
		self.0.each(|figures, own| {
			let number = figures.institution.0.to_string();
			set(&[&number, &figures.name, if own { "yes" } else { "no" }], 1.0);
		});
	}
}

fn tokens(amount: Balance) -> f64 {
	amount as f64 / UNIT as f64
}

/// Names, descriptions and values of the figures that show each institution's present state.
type Gauges = [(&'static str, &'static str, fn(&InstitutionFigures) -> f64); 7];

const GAUGES: Gauges = [
	(
		"contour_leases_ending",
		"Leases of an institution's members that end within a day, without emergencies",
		|it| it.leases_ending.into(),
	),
	(
		"contour_emergencies_unreviewed",
		"Emergency accesses that nobody has reviewed, by the custodian that has to review them",
		|it| it.emergencies_unreviewed.into(),
	),
	(
		"contour_emergencies_overdue",
		"Emergency accesses that the custodian did not review in time, so that the council has to \
		 review them",
		|it| it.emergencies_overdue.into(),
	),
	(
		"contour_tasks_overdue",
		"Tasks past the deadline of their phase that have not been moved on, by the institution \
		 that opened them",
		|it| it.tasks_overdue.into(),
	),
	(
		"contour_scorer_reports_missing",
		"Tasks in scoring that lack the report of the institution's scorer",
		|it| it.reports_missing.into(),
	),
	(
		"contour_fee_account_tokens",
		"Amount that an institution's fee account can still pay, in tokens",
		|it| tokens(it.fee_account),
	),
	(
		"contour_member_allowance_tokens",
		"Most that an institution pays for one member on one day, in tokens",
		|it| tokens(it.allowance),
	),
];

/// The metrics, without what they are read from.
pub struct FigureMetrics {
	shown: Shown,
	authorities: Gauge<U64>,
	applicable: Gauge<F64>,
	braked: Gauge<U64>,
	complete: Gauge<U64>,
	read_at: Gauge<F64>,
	duration: Gauge<F64>,
}

impl FigureMetrics {
	/// Registers the metrics of this file.
	///
	/// # Errors
	///
	/// The registry has metrics of these names.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let shown = Shown::default();
		for (name, help, of) in GAUGES {
			let figure = Figure { shown: shown.clone(), of };
			let opts = Opts::new(name, help).variable_label("institution");
			register(SourcedGauge::new(&opts, figure)?, registry)?;
		}
		let dissents = Opts::new(
			"contour_scorer_dissents_total",
			"Reports of an institution's scorer that differ from the accepted ones",
		);
		let figure = Figure { shown: shown.clone(), of: |it| it.dissents.into() };
		let dissents = dissents.variable_label("institution");
		register(SourcedCounter::new(&dissents, figure)?, registry)?;
		let members = Opts::new(
			"contour_institution_info",
			"1 for each institution, with its name and whether this node is its validator",
		);
		let members =
			members.variable_labels(["institution", "name", "own"].map(Into::into).into());
		register(SourcedGauge::new(&members, Members(shown.clone()))?, registry)?;

		let authorities =
			Gauge::new("contour_authorities", "Number of authorities, which take turns")?;
		let applicable = Gauge::new(
			"contour_upgrade_applicable_timestamp_seconds",
			"Unix time from which the runtime can be applied that the council authorised, 0 if there is \
			 none",
		)?;
		let braked = Gauge::new("contour_brake", "1 while the brake is on, 0 otherwise")?;
		let complete = Gauge::new(
			"contour_figures_complete",
			"1 if the last reading of the chain's state was complete, 0 if counts are too low",
		)?;
		let read_at = Gauge::new(
			"contour_figures_timestamp_seconds",
			"Unix time of the last reading of the chain's state",
		)?;
		let duration = Gauge::new(
			"contour_figures_duration_seconds",
			"How long the last reading of the chain's state took",
		)?;
		Ok(Self {
			shown,
			authorities: register(authorities, registry)?,
			applicable: register(applicable, registry)?,
			braked: register(braked, registry)?,
			complete: register(complete, registry)?,
			read_at: register(read_at, registry)?,
			duration: register(duration, registry)?,
		})
	}

	/// Shows a reading, in which these institutions are those of this node.
	pub fn show(&self, Figures { institutions, complete }: Figures, own: Vec<InstitutionId>) {
		self.shown.replace(Reading { institutions, own });
		self.complete.set(complete.into());
	}

	/// Shows a reading of the council's decisions.
	pub fn show_governance(&self, figures: GovernanceFigures) {
		let GovernanceFigures { upgrade_applicable, is_braked } = figures;
		self.applicable.set(upgrade_applicable.unwrap_or_default() as f64 / 1_000.0);
		self.braked.set(is_braked.into());
	}
}

/// Reads the chain's state again and again.
pub(super) struct Task {
	client: Arc<Client>,
	keystore: KeystorePtr,
	metrics: FigureMetrics,
	missed: MissedSlots,
}

impl Task {
	/// Registers the metrics of this file.
	pub(super) fn register(
		registry: &Registry,
		client: Arc<Client>,
		keystore: KeystorePtr,
		missed: MissedSlots,
	) -> Result<Self, PrometheusError> {
		Ok(Self { client, keystore, metrics: FigureMetrics::register(registry)?, missed })
	}

	/// Reads as long as the node runs.
	pub(super) async fn run(self) {
		let mut had_trouble = false;
		loop {
			match self.read() {
				Ok(()) => had_trouble = false,
				Err(trouble) if had_trouble => tracing::debug!("{trouble}"),
				Err(trouble) => {
					had_trouble = true;
					tracing::warn!(
						"cannot read for Prometheus what waits in the chain's state: {trouble}; \
						 the node itself is not affected, and will try again"
					);
				}
			}
			tokio::time::sleep(LOOK).await;
		}
	}

	/// Reads the best block's state, because operators need the figures also while no blocks are
	/// finalized.
	fn read(&self) -> Result<(), ApiError> {
		let begun = Instant::now();
		let at = self.client.chain_info().best_hash;
		let api = self.client.runtime_api();
		if !api.has_api::<dyn MonitoringApi<Block>>(at)? {
			return Err(ApiError::Application("the chain's runtime is too old for this".into()));
		}
		let figures = api.figures(at)?;
		let mut own = Vec::new();
		for key in self.keystore.sr25519_public_keys(key_types::AURA) {
			own.extend(api.institution_of(at, AuthorityId::from(key))?);
		}
		self.metrics.authorities.set(api.authorities(at)?.len() as u64);
		for it in &figures.institutions {
			self.missed.introduce(it.institution);
		}
		self.metrics.show(figures, own);
		if api.has_api::<dyn GovernanceApi<Block>>(at)? {
			self.metrics.show_governance(api.governance(at)?);
		}
		self.metrics.duration.set(begun.elapsed().as_secs_f64());
		self.metrics.read_at.set(Timestamp::current().as_millis() as f64 / 1_000.0);
		Ok(())
	}
}
