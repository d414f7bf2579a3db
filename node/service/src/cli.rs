// SPDX-License-Identifier: Apache-2.0

//! The command line: sc-cli's flags and subcommands, with Contour's defaults.

use crate::{
	NAME, Release, consensus::FinalityParams, rebuild::RebuildHistoryCmd, scorer::ScorerParams,
};
use clap::{Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand as Subcommands};
use sc_chain_spec::ChainSpec;
use sc_cli::{
	BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd,
	ImportBlocksCmd, KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd, SubstrateCli,
};
use std::{ffi::OsString, sync::OnceLock};

/// The binary's part, for the whole process: [`SubstrateCli`] asks for the version without an
/// instance of the command line.
static RELEASE: OnceLock<Release> = OnceLock::new();

fn release() -> &'static Release {
	RELEASE.get().expect("`parse` sets it before the command line exists")
}

/// A command line that was understood.
#[derive(Debug, Parser)]
pub struct Cli {
	/// What to do instead of running a node.
	#[command(subcommand)]
	pub(crate) subcommand: Option<Subcommand>,

	/// How to run a node.
	#[command(flatten)]
	pub run: RunCmd,

	/// The scorer of the node.
	#[command(flatten)]
	pub(crate) scorer: ScorerParams,

	/// The votes on finality.
	#[command(flatten)]
	pub(crate) finality: FinalityParams,
}

/// What the program does besides running a node.
#[derive(Debug, Subcommands)]
pub(crate) enum Subcommand {
	/// Generate, inspect and insert keys
	#[command(subcommand)]
	Key(KeySubcommand),

	/// Write a chain spec to stdout, or to a file with --output
	ExportChainSpec(ExportChainSpecCmd),

	/// Write a chain spec to stdout, with this machine as a boot node
	///
	/// Prefer `export-chain-spec` for a chain of several nodes.
	BuildSpec(BuildSpecCmd),

	/// Check a block of the database again
	CheckBlock(CheckBlockCmd),

	/// Write blocks to a file or stdout
	ExportBlocks(ExportBlocksCmd),

	/// Read blocks from a file or stdin
	ImportBlocks(ImportBlocksCmd),

	RebuildHistory(RebuildHistoryCmd),

	/// Go back by a number of blocks, at most to the last finalized one
	Revert(RevertCmd),

	/// Delete the database of a chain; the keys stay
	PurgeChain(PurgeChainCmd),

	/// Show the best and the finalized block of the database, as JSON
	ChainInfo(ChainInfoCmd),

	/// Write tab completion for a shell to stdout
	///
	/// bash: `contour-node completions bash > /etc/bash_completion.d/contour-node`.
	/// zsh: `contour-node completions zsh > "${fpath[1]}/_contour-node"`.
	/// fish: `contour-node completions fish > ~/.config/fish/completions/contour-node.fish`.
	#[command(verbatim_doc_comment)]
	Completions {
		/// The shell.
		shell: clap_complete::Shell,
	},

	/// Measure the weights of the runtime
	#[cfg(feature = "runtime-benchmarks")]
	#[command(subcommand)]
	Benchmark(Box<frame_benchmarking_cli::BenchmarkCmd>),

	/// Measure the weights of the runtime (only in a build with `--features runtime-benchmarks`)
	#[cfg(not(feature = "runtime-benchmarks"))]
	Benchmark {
		/// Arguments that such a build takes.
		#[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
		arguments: Vec<OsString>,
	},
}

impl Cli {
	/// Understands the arguments of this process, or ends it with the help, the version or an
	/// error.
	pub(crate) fn parse(release: Release) -> Self {
		Self::understand(release, std::env::args_os()).unwrap_or_else(|error| error.exit())
	}

	/// Understands arguments, of which the first is the program.
	///
	/// # Errors
	///
	/// They are wrong, or ask for the help or the version.
	pub fn understand<Argument: Into<OsString> + Clone>(
		release: Release,
		arguments: impl IntoIterator<Item = Argument>,
	) -> Result<Self, clap::Error> {
		RELEASE.get_or_init(|| release);
		Self::from_arg_matches(&command().try_get_matches_from(arguments)?)
	}
}

/// The command line with Contour's defaults and its own words where those of sc-cli would mislead.
pub fn command() -> Command {
	let command = edit_all(Cli::setup_command(Cli::command()), &name_chains);
	command
		.mut_arg("enabled", |arg| {
			arg.default_value("always").help("When to run off-chain workers").long_help(
				"When to run off-chain workers.\n\n\
				 They run on every node by default. On a node without keys they have nothing to \
				 do.",
			)
		})
		.mut_arg("indexing_enabled", |arg| {
			arg.default_value("true")
				.value_name("BOOL")
				.help("Keep what the runtime writes to the off-chain index")
				.long_help(
					"Keep what the runtime writes to the off-chain index: the bodies of the audit \
					 chains.\n\n\
					 On by default. With `--enable-offchain-indexing false` this node cannot show \
					 anybody what happened to a study; it can only prove what others show. \
					 `rebuild-history` restores what it missed.",
				)
		})
		.mut_arg("database", |arg| {
			arg.help("Database to use; this build supports only its default, paritydb")
		})
		.mut_arg("network_backend", |arg| {
			arg.help("Network backend to use; this build has litep2p only, its default")
				.long_help("Network backend to use; this build has litep2p only, its default")
				.hide_possible_values(true)
		})
		.mut_arg("telemetry_endpoints", |arg| {
			arg.help("Send telemetry to this server; nothing is sent without this flag").long_help(
				"Send telemetry to this server; can be given more than once.\n\n\
				 Nothing is sent without this flag, even if the chain spec names servers.\n\n\
				 Expected format is 'URL VERBOSITY', with 0 the least verbose and 9 the most, e.g. \
				 `--telemetry-url 'wss://foo/bar 0'`.",
			)
		})
		// It does nothing here; scripts written for other nodes may pass it.
		.mut_arg("no_telemetry", |arg| arg.hide(true))
		.mut_subcommand("export-chain-spec", |command| {
			command.mut_arg("chain", |arg| {
				release().chains.first().map_or(arg.clone(), |chain| arg.default_value(chain))
			})
		})
		.mut_subcommand("key", |key| {
			// The key goes into the folder of a chain, so the chain has to be given.
			key.mut_subcommand("generate-node-key", |command| {
				command
					.mut_arg("base_path", |arg| arg.requires("chain"))
					.mut_arg("default_base_path", |arg| arg.requires("chain"))
			})
		})
}

/// Edits a command and the ones below it.
fn edit_all(command: Command, edit: &dyn Fn(Command) -> Command) -> Command {
	edit(command).mut_subcommands(|command| edit_all(command, edit))
}

/// Lists the available chains where a command takes one.
fn name_chains(command: Command) -> Command {
	if !command.get_arguments().any(|arg| arg.get_id() == "chain") {
		return command;
	}
	let help = format!(
		"Chain to work on: {}, or the path of a chain spec file",
		release().chains.join(", "),
	);
	command.mut_arg("chain", |arg| arg.help(help.clone()).long_help(help))
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		NAME.into()
	}

	fn impl_version() -> String {
		release().version.into()
	}

	fn executable_name() -> String {
		NAME.into()
	}

	fn description() -> String {
		"Node of Contour, a permissioned chain for hospitals".into()
	}

	fn author() -> String {
		"The Contour authors".into()
	}

	fn support_url() -> String {
		"the issue tracker of the Contour source tree (for a vulnerability, see SECURITY.md there)"
			.into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn ChainSpec>, String> {
		(release().load_chain)(id)
	}
}
