// SPDX-License-Identifier: Apache-2.0

// A vote on a panel: hidden behind a salt until it is revealed.

import { hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { blake2AsHex, randomAsU8a } from '@polkadot/util-crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** The readings with these numbers, as the chain counts them: bit 0 is number 1. */
const set = (numbers) => numbers.reduce((bits, number) => bits | (1 << (number - 1)), 0);

/** What a member commits to: BLAKE2b-256 of all that the vote belongs to. */
function commitment(api, { task, panel, who, accepted, salt }) {
  const part = (type, value) => api.createType(type, value).toU8a();
  const parts = [
    stringToU8a('contour/vote'),
    part('H256', api.genesisHash),
    part('u32', task),
    part('u8', panel),
    part('AccountId', who),
    part('u16', accepted),
    hexToU8a(salt),
  ];
  return blake2AsHex(u8aConcat(...parts));
}

/** Makes a ballot and writes it to a file that only its owner reads: without the salt nothing can be revealed. */
export async function fill(api, file, { task, panel, who, numbers }) {
  const salt = u8aToHex(randomAsU8a(32));
  const ballot = { accepted: set(numbers), panel, salt, task };
  await writeFile(file, JSON.stringify(ballot), { flag: 'wx', mode: 0o600 });
  return commitment(api, { ...ballot, who });
}

export const kept = async (file) => JSON.parse(await readFile(file, 'utf8'));
