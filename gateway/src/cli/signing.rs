// SPDX-License-Identifier: Apache-2.0

//! Most commands sign one thing, and wait for it.

use super::{error::CliError, output::Output, session::Session};
use contour_chain::Chain;
use subxt_signer::sr25519::Keypair;

/// Signs, and waits until it is final.
pub(crate) async fn sign<T, E>(
	session: &Session,
	output: &Output,
	act: impl AsyncFnOnce(&Chain, &Keypair) -> Result<T, E>,
) -> Result<T, CliError>
where
	CliError: From<E>,
{
	let identity = session.identity()?;
	let chain = session.chain().await?;
	Ok(wait_for(act(&chain, &identity.signer), session, output).await?)
}

/// Shows what is waited for until something signed is done.
pub(crate) async fn wait_for<T>(
	signed: impl Future<Output = T>,
	session: &Session,
	output: &Output,
) -> T {
	let wait = output.spinner(session.waiting());
	let done = signed.await;
	wait.finish_and_clear();
	done
}
