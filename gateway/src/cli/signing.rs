// SPDX-License-Identifier: Apache-2.0

//! Most commands sign one thing.

use super::{error::CliError, output::Output, session::Session};
use contour_chain::{Chain, ChainError};
use subxt_signer::sr25519::Keypair;

/// Signs, and waits until it is final.
pub(crate) async fn sign<T>(
	session: &Session,
	output: &Output,
	act: impl AsyncFnOnce(&Chain, &Keypair) -> Result<T, ChainError>,
) -> Result<T, CliError> {
	let identity = session.identity()?;
	let chain = session.chain().await?;
	let wait = output.spinner(session.waiting());
	let result = act(&chain, &identity.signer).await;
	wait.finish_and_clear();
	Ok(result?)
}
