// SPDX-License-Identifier: Apache-2.0

// A clinician's day with Polkadot.js, in four sittings. Each writes one JSON document with what the clinician would see:
//
//   node day.mjs arrive --url URL --words FILE --administrator EXPORT --password FILE --encryption-key HEX --study ID --task NUMBER
//   node day.mjs read   --url URL --words FILE --study ID --task NUMBER --root HASH --locator URL
//   node day.mjs vote   --url URL --words FILE --task NUMBER --accept NUMBERS --ballot FILE
//   node day.mjs earn   --url URL --words FILE
//
// The clinician signs the hash of the metadata, as hardware wallets do; the administrator does not.

import { u8aToHex } from '@polkadot/util';
import { blake2AsHex, randomAsU8a } from '@polkadot/util-crypto';
import { parseArgs } from 'node:util';

import { connect, metadataHash, until, withMetadataHash } from './chain.mjs';
import { fromExport, fromWords } from './keys.mjs';
import { refused, send } from './send.mjs';
import { view } from './views.mjs';
import { fill, kept } from './vote.mjs';
import { refusals, told, wordless } from './words.mjs';

const HOUR = 60 * 60 * 1000;
const YEAR = 365 * 24 * HOUR;
const RADIOLOGIST = 1;
/** How long others may take, in seconds. */
const PATIENCE = 120;
/** How many blocks the evening looks back for payments. */
const BLOCKS = 200;

/** A hospital vouches for the clinician, who registers a key, asks for a lease and claims a place. */
async function arrive({ act, api, fails, me, options, pair }) {
  const hash = await metadataHash(api);
  const wrong = hash.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
  const key = api.tx.credentials.setEncryptionKey('XWing', options['encryption-key']);
  const standing = async () => (await view(api, 'credentials.standing', me)).toHuman();
  const report = { hash, standingBefore: await standing(), unvouched: await fails(key) };

  const administrator = await fromExport(options.administrator, options.password);
  const licence = blake2AsHex(u8aToHex(randomAsU8a(16)) + 'licence 4711');
  const vouch = api.tx.credentials.issueCredential(me, RADIOLOGIST, 0, licence, Date.now() + YEAR);
  report.vouched = await send(api, administrator, vouch);
  report.standing = await standing();

  report.otherMetadata = await refused(api, pair, key, withMetadataHash(wrong));
  report.keyed = await act(key);
  report.beyondTheRole = await fails(api.tx.imaging.openEmergency(options.study, licence));

  report.requested = await act(api.tx.imaging.requestAccess(options.study, 'ClinicalCare', HOUR, null));
  const { custodian } = (await api.query.imaging.studies(options.study)).unwrap();
  // As this custodian sees them. Polkadot.js adds the underscore, because a Map has entries of its own.
  report.requests = (await view(api, 'imaging.requestsTo', custodian, null)).toHuman().entries_;
  report.enlisted = await act(api.tx.annotation.enlist());
  report.claimed = await act(api.tx.annotation.claim(options.task));
  report.claimedTwice = await fails(api.tx.annotation.claim(options.task));
  report.refusals = refusals(api.registry);
  report.wordless = wordless(api);
  return report;
}

/** The lease is there; the clinician hands in what `contour task submit --store-only` has sealed. */
async function read({ act, api, me, options }) {
  const { locator, root, study, task } = options;
  await until('the lease', PATIENCE, async () => (await view(api, 'imaging.isLive', study, me)).isTrue);
  const lease = (await api.query.imaging.leases(study, me)).toHuman();
  const submitted = await act(api.tx.annotation.submit(task, { root, locator }, true));
  const readers = (await api.query.annotation.readers(task)).toHuman();
  return { lease, readers, submitted };
}

/** The clinician, alone on the panel, commits to a vote and reveals it. */
async function vote({ act, api, fails, me, options }) {
  const { accept, ballot: file, task } = options;
  const { panels } = (await api.query.annotation.tasks(task)).unwrap();
  const ballot = { numbers: accept.split(',').map(Number), panel: panels.toNumber(), task: Number(task), who: me };
  const committed = await act(api.tx.annotation.commit(task, await fill(api, file, ballot)));
  const seats = (await api.query.annotation.panels(task)).toHuman();

  const { accepted, salt } = await kept(file);
  const otherVote = await fails(api.tx.annotation.reveal(task, accepted ^ 1, salt));
  const revealed = await act(api.tx.annotation.reveal(task, accepted, salt));
  return { committed, otherVote, revealed, seats };
}

/** What the day has brought. */
async function earn({ api, fails, me }) {
  const paid = [];
  let { hash, number, parentHash } = await api.rpc.chain.getHeader();
  for (let left = BLOCKS; left > 0 && number.toNumber() > 0; left -= 1) {
    const events = await (await api.at(hash)).query.system.events();
    paid.push(...events.map(({ event }) => told(event)).filter((it) => it.event === 'rewards.Paid' && it.fields.payee === me));
    ({ hash, number, parentHash } = await api.rpc.chain.getHeader(parentHash));
  }
  const { data } = await api.query.system.account(me);
  const era = Math.floor(Date.now() / api.consts.rewards.eraLength.toNumber());
  return {
    balance: data.free.toString(),
    claimable: (await view(api, 'rewards.claimable', me)).toHuman(),
    paid,
    record: (await view(api, 'rewards.recordsOf', me)).toHuman(),
    tooEarly: await fails(api.tx.rewards.claim(era)),
  };
}

const sittings = { arrive, read, vote, earn };
const names = ['accept', 'administrator', 'ballot', 'encryption-key', 'locator', 'password', 'root', 'study', 'task', 'url', 'words'];
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
});
const sitting = sittings[positionals[0]];
if (!sitting || !options.url || !options.words) {
  throw new Error(`say one of ${Object.keys(sittings).join(', ')}, and --url and --words; the head of this file says the rest`);
}
const pair = await fromWords(options.words);
const api = await connect(options.url);
const signing = withMetadataHash(await metadataHash(api));
const act = (call) => send(api, pair, call, signing);
const fails = (call) => refused(api, pair, call, signing);
console.log(JSON.stringify(await sitting({ act, api, fails, me: pair.address, options, pair })));
await api.disconnect();
