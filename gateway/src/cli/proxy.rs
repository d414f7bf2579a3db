// SPDX-License-Identifier: Apache-2.0

//! `contour proxy …`

use super::{error::CliError, output::Output, session::Session, signing::sign};
use contour_primitives::{AccountId, ProxyType};
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
	/// Let an account sign for you; with --on-behalf-of, it then does
	Add {
		/// The account, to which an institution has issued a credential of its own: `machine` is enough.
		delegate: AccountId,

		/// What it may do: leases (answer requests), reading (record that a study was opened), validator,
		/// vouching, council, or any.
		#[arg(long = "for", value_name = "TYPE")]
		proxy_type: ProxyType,
	},

	/// Let an account sign for you no longer
	Remove {
		/// The account.
		delegate: AccountId,

		/// What it may do.
		#[arg(long = "for", value_name = "TYPE")]
		proxy_type: ProxyType,
	},

	/// List who may sign for an account
	List {
		/// The account; yours if it is not given.
		account: Option<AccountId>,
	},
}

pub(crate) async fn run(
	command: Command,
	session: &Session,
	output: &Output,
) -> Result<(), CliError> {
	match command {
		Command::Add { delegate, proxy_type } => {
			sign(session, output, async |chain, signer| {
				chain.add_proxy(signer, &delegate, proxy_type).await
			})
			.await?;
			output.show(&json!({ "delegate": delegate, "proxyType": proxy_type }), || {
				format!("{delegate} may sign for you: {proxy_type}.")
			});
		}
		Command::Remove { delegate, proxy_type } => {
			sign(session, output, async |chain, signer| {
				chain.remove_proxy(signer, &delegate, proxy_type).await
			})
			.await?;
			output.show(&json!({ "delegate": delegate, "proxyType": proxy_type }), || {
				format!("{delegate} no longer signs for you: {proxy_type}.")
			});
		}
		Command::List { account } => {
			let account = match account {
				Some(account) => account,
				None => session.identity()?.account(),
			};
			let proxies = session.at().await?.proxies(&account).await?;
			output.show(&proxies, || {
				if proxies.is_empty() {
					return format!("Nobody signs for {account}.");
				}
				let lines = proxies.iter().map(|it| format!("{}  {}", it.delegate, it.proxy_type));
				lines.collect::<Vec<_>>().join("\n")
			});
		}
	}
	Ok(())
}
