// SPDX-License-Identifier: Apache-2.0

// The connection, and what a wallet has to know of this chain beside its metadata.

import { ApiPromise, WsProvider } from '@polkadot/api';
import { u8aToHex } from '@polkadot/util';
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata';

/** Transaction extensions that Polkadot.js does not know by name. Neither has any data. */
const nothing = { extrinsic: {}, payload: {} };
export const signedExtensions = { AuthorizeCall: nothing, CheckStanding: nothing };

/** The version of the metadata's format of which hardware wallets have the hash. */
const HASHED_FORMAT = 15;

export const connect = (url) =>
  ApiPromise.create({ noInitWarn: true, provider: new WsProvider(url), signedExtensions });

/** The hash of the metadata by RFC 78 of the Polkadot fellowship, from what the node tells. */
export async function metadataHash(api) {
  const metadata = await api.call.metadata.metadataAtVersion(HASHED_FORMAT);
  const decimals = api.registry.chainDecimals[0];
  const tokenSymbol = api.registry.chainTokens[0];
  return u8aToHex(merkleizeMetadata(metadata.unwrap().toU8a(true), { decimals, tokenSymbol }).digest());
}

/** What the signer of a transaction is told, so that a signature holds for this metadata only. */
export const withMetadataHash = (hash) => ({ metadataHash: hash, mode: 1, withSignedTransaction: true });

/** Polls until there is something, at most for so many seconds. */
export async function until(what, seconds, poll) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const found = await poll();
    if (found) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}
