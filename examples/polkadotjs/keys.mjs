// SPDX-License-Identifier: Apache-2.0

// Key pairs, as the Polkadot.js extension has them: from twelve words, or from an account's export.

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { readFile } from 'node:fs/promises';

const firstLine = async (file) => (await readFile(file, 'utf8')).split(/\r?\n/)[0];

async function keyring() {
  await cryptoWaitReady();
  return new Keyring({ type: 'sr25519' });
}

/** The pair of the words in a file. */
export const fromWords = async (file) => (await keyring()).addFromUri(await firstLine(file));

/** The pair of an export, unlocked with the password in another file. */
export async function fromExport(file, passwordFile) {
  const pair = (await keyring()).addFromJson(JSON.parse(await readFile(file, 'utf8')));
  pair.unlock(await firstLine(passwordFile));
  return pair;
}
