// SPDX-License-Identifier: Apache-2.0

//! `contour-scorer`: scores blind readings for a node. `contour-scorer --help` shows how to run it.

use clap::{CommandFactory as _, Parser, Subcommand};
use contour_scorer::{
	config::{Config, Limits},
	serve,
};
use contour_seal::{
	keyfile::{KeyFile, SecretString},
	signer::{account_of, keypair},
};
use std::{
	env,
	error::Error,
	fs::File,
	io::{BufRead as _, BufReader, Write as _},
	net::SocketAddr,
	path::{Path, PathBuf},
	process::ExitCode,
	time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

/// How long a stopping scorer waits for answers that are being written.
const GRACE: Duration = Duration::from_secs(10);

/// Scores blind readings for a node: fetches them, opens them with its own key, checks that they
/// fit the study, and answers with the report, which every scorer computes alike
///
/// The node beside it asks POST /score and POST /panel; people read GET /tasks. SIGTERM stops it.
/// CONTOUR_KEY and CONTOUR_PASSPHRASE_FILE in the environment can replace the options.
#[derive(Debug, Parser)]
#[command(
	name = "contour-scorer",
	version,
	verbatim_doc_comment,
	args_conflicts_with_subcommands = true,
	subcommand_negates_reqs = true
)]
struct Cli {
	#[command(subcommand)]
	command: Option<Command>,

	/// Address on which the scorer listens
	#[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9970")]
	listen: SocketAddr,

	/// The scorer's key file, made with `contour keys generate`
	#[arg(long, value_name = "FILE")]
	key_file: Option<PathBuf>,

	/// File whose first line is the key file's passphrase
	#[arg(long, value_name = "FILE")]
	passphrase_file: Option<PathBuf>,

	/// Store for the scorer's copies for panels and consensuses: a folder, or s3://, gs://, az://
	#[arg(long, value_name = "URL", required = true)]
	store: Option<String>,

	/// URL under which others reach that store, if it is a different one
	#[arg(long, value_name = "URL")]
	public_store: Option<String>,

	/// A store from which readings may be fetched, with everything below it; can be given several
	/// times. Without it, readings are fetched from every cloud, and from no folder
	#[arg(long, value_name = "URL")]
	allow_store: Vec<String>,

	/// File whose first line is the token that a node has to show; required unless the scorer
	/// listens on loopback
	#[arg(long, value_name = "FILE")]
	token_file: Option<PathBuf>,

	/// Folder in which to keep answers
	#[arg(long, value_name = "DIR", required = true)]
	cache: Option<PathBuf>,

	/// Number of requests to work on at the same time
	#[arg(long, value_name = "COUNT", default_value_t = Limits::default().jobs)]
	jobs: u32,

	/// Number of requests that may wait for that
	#[arg(long, value_name = "COUNT", default_value_t = Limits::default().queue)]
	queue: u32,

	/// Memory that all requests together may use
	#[arg(long, value_name = "MIB", default_value_t = Limits::default().memory)]
	max_memory: u32,

	/// How long one request may take
	#[arg(long, value_name = "SECONDS", default_value_t = Limits::default().timeout.as_secs())]
	timeout: u64,
}

#[derive(Debug, Subcommand)]
enum Command {
	/// Write tab completion for a shell to stdout
	Completions {
		/// The shell
		shell: clap_complete::Shell,
	},
}

fn main() -> ExitCode {
	let mut cli = Cli::parse();
	if let Some(Command::Completions { shell }) = cli.command.take() {
		let out = &mut std::io::stdout();
		clap_complete::generate(shell, &mut Cli::command(), "contour-scorer", out);
		return ExitCode::SUCCESS;
	}
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
	tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_writer(std::io::stderr)
		.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
		.init();
	match run(cli) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			// Nothing can be done when stderr is closed.
			let _ = writeln!(std::io::stderr(), "contour-scorer: {error}");
			ExitCode::FAILURE
		}
	}
}

fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
	let config = config(cli)?;
	let runtime = tokio::runtime::Runtime::new()?;
	let ended = runtime.block_on(until_stopped(config));
	// What is still computed is asked for again.
	runtime.shutdown_background();
	ended
}

async fn until_stopped(config: Config) -> Result<(), Box<dyn Error>> {
	let (mut terminate, mut interrupt) =
		(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
	let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
	let serving = serve(config, async {
		// Nothing is sent: it ends when the sender is gone.
		let _ = stopped.await;
	});
	let deadline = async {
		tokio::select! {
			_ = terminate.recv() => {}
			_ = interrupt.recv() => {}
		}
		tracing::info!("stopping");
		drop(stop);
		tokio::time::sleep(GRACE).await;
	};
	tokio::select! {
		ended = serving => Ok(ended?),
		() = deadline => Ok(()),
	}
}

fn config(cli: Cli) -> Result<Config, Box<dyn Error>> {
	let from_environment = |name| env::var_os(name).map(PathBuf::from);
	let key = cli.key_file.or_else(|| from_environment("CONTOUR_KEY"));
	let key = key.ok_or(
		"no key file given: pass --key-file FILE or set CONTOUR_KEY; `contour keys generate` makes \
		 one",
	)?;
	let passphrase = cli.passphrase_file.or_else(|| from_environment("CONTOUR_PASSPHRASE_FILE"));
	let passphrase = passphrase
		.ok_or("no passphrase given: pass --passphrase-file FILE or set CONTOUR_PASSPHRASE_FILE")?;
	let keys = KeyFile::read(&key, &first_line(&passphrase)?)?;
	let account = keys
		.account()
		.ok_or("the key file has no account: make one with `contour keys generate`")?;
	let account = account_of(&keypair(account)?);
	let token = cli.token_file.as_deref().map(first_line).transpose()?;
	Ok(Config {
		listen: cli.listen,
		account,
		keys,
		store: cli.store.unwrap_or_default(),
		public_store: cli.public_store,
		allow_store: cli.allow_store,
		token,
		cache: cli.cache.unwrap_or_default(),
		limits: Limits {
			jobs: cli.jobs,
			queue: cli.queue,
			memory: cli.max_memory,
			timeout: Duration::from_secs(cli.timeout),
		},
	})
}

/// A secret: the first line of a file.
fn first_line(path: &Path) -> Result<SecretString, Box<dyn Error>> {
	let failed = |error| {
		format!("cannot read {}: {error}; check the path and its permissions", path.display())
	};
	let mut line = Zeroizing::new(String::new());
	let file = File::open(path).map_err(failed)?;
	BufReader::new(file).read_line(&mut line).map_err(failed)?;
	Ok(line.trim_end_matches(['\r', '\n']).to_owned().into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn should_be_consistent_when_clap_checks_the_command() {
		Cli::command().debug_assert();
	}
}
