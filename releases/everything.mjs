// SPDX-License-Identifier: Apache-2.0

// Lets happen on the demo's chain what the demo leaves out, so that every map of our pallets has something in it: run it beside a
// demo that is held (releases/README.md), from a folder with the packages of examples/polkadotjs.
//
//   node everything.mjs ws://127.0.0.1:PORT

import { ApiPromise, WsProvider } from '@polkadot/api';
import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NORTH = 0;
const SOUTH = 1;
/** Bits of the roles. */
const role = { radiologist: 1, oncologist: 2, clinician: 4, dataScientist: 8, custodian: 16, scorer: 32 };
/** Bytes of a key wrapped with X-Wing, and of a public key of it. */
const WRAPPED = 1_168;
const PUBLIC = 1_216;
const bytes = (value, length = 32) => `0x${value.toString(16).padStart(2, '0').repeat(length)}`;

await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519' });
const person = (name) => keyring.addFromUri(`//${name}`);
const alice = person('Alice');
const nothing = { extrinsic: {}, payload: {} };
const signedExtensions = { AuthorizeCall: nothing, CheckStanding: nothing };
const api = await ApiPromise.create({ noInitWarn: true, provider: new WsProvider(process.argv[2]), signedExtensions });
const { tx } = api;

/** Sends a call, and waits until it is in a block and has succeeded. */
const send = (who, call) =>
  new Promise((resolve, reject) => {
    const name = `${call.method.section}.${call.method.method}`;
    call
      .signAndSend(who, { nonce: -1 }, ({ dispatchError, events, status }) => {
        if (!status.isInBlock) {
          return;
        }
        const failed = dispatchError?.isModule ? api.registry.findMetaError(dispatchError.asModule) : dispatchError;
        if (failed) {
          reject(new Error(`${name}: ${failed.name ?? failed.toString()}`));
        } else {
          console.log(name);
          resolve(events);
        }
      })
      .catch((error) => reject(new Error(`${name}: ${error.message}`)));
  });

const people = ['custodian', 'clinician', 'reader', 'expert', 'scientist', 'leaver', 'suspended', 'patient', 'paper'];
const [custodian, clinician, reader, expert, scientist, leaver, suspended, patient, other] = people.map((it) => person(`snapshot-${it}`));
const now = (await api.query.timestamp.now()).toNumber();
const vouch = (holder, roles) => tx.credentials.issueCredential(holder.address, roles, 0, bytes(1), now + 300 * DAY);
await send(alice, tx.utility.batchAll([
  vouch(custodian, role.custodian),
  vouch(clinician, role.clinician | role.oncologist),
  vouch(reader, role.radiologist),
  vouch(expert, role.radiologist),
  vouch(scientist, role.dataScientist),
  vouch(leaver, role.radiologist),
  vouch(suspended, role.radiologist),
  tx.credentials.setMemberAllowance(clinician.address, 2_000_000_000_000n),
  tx.credentials.renewCredential(reader.address, now + 320 * DAY),
  tx.credentials.revokeCredential(leaver.address),
  tx.credentials.suspendCredential(suspended.address),
  tx.authorities.registerNode(bytes(0x31)),
  tx.rewards.allocate(5_000_000_000_000n),
]));
for (const [who, seed] of [[clinician, 0x41], [reader, 0x42], [expert, 0x43], [scientist, 0x44]]) {
  await send(who, tx.credentials.setEncryptionKey('XWing', bytes(seed, PUBLIC)));
}

const study = (number) => bytes(0xa0 + number);
const registration = (number, whose) => ({
  id: study(number), patient: whose?.address ?? null, modality: 'CT', contentRoot: bytes(2), metadataHash: bytes(3), commitment: bytes(4),
  instances: 30 + number, bytes: 15_000_000 + number, locator: `snapshot/${number}`,
});
await send(custodian, tx.utility.batchAll([
  tx.credentials.enrolPatient(patient.address),
  tx.credentials.enrolPatient(other.address),
  tx.imaging.register(NORTH, [registration(1, patient), registration(2, patient), registration(3), registration(4, other), registration(5)]),
]));
const consent = (permitted, refused = 0, ethicsApproval = false) => ({ permitted, refused, ethicsApproval });
const care = 1;
const research = 2;
const key = bytes(0x77, WRAPPED);
const later = (hours) => now + hours * HOUR;

await send(alice, tx.imaging.setConsentDefaults(care));
await send(patient, tx.utility.batchAll([
  tx.imaging.setConsent(null, consent(care | research)),
  tx.imaging.setConsent(study(2), consent(care, research, true)),
  tx.imaging.setResearchPool(true),
]));
await send(custodian, tx.imaging.recordConsent(study(3), consent(care), bytes(5)));

// Leases: one that lives, one asked for, one declined, one revoked, one given back, one in an emergency, one misused.
await send(reader, tx.utility.batchAll([
  tx.imaging.requestAccess(study(1), 'ClinicalCare', 5 * HOUR, null),
  tx.imaging.requestAccess(study(2), 'ClinicalCare', 5 * HOUR, null),
  tx.imaging.requestAccess(study(3), 'ClinicalCare', 5 * HOUR, null),
]));
await send(expert, tx.utility.batchAll([
  tx.imaging.requestAccess(study(1), 'ClinicalCare', 5 * HOUR, null),
  tx.imaging.requestAccess(study(2), 'ClinicalCare', 5 * HOUR, null),
]));
await send(scientist, tx.imaging.requestAccess(study(1), 'GeneralResearch', 5 * HOUR, bytes(6)));
await send(clinician, tx.imaging.requestAccess(study(1), 'ClinicalCare', 5 * HOUR, null));
const grant = (number, who) => tx.imaging.grantAccess(study(number), who.address, key, later(5), 'snapshot/lease');
await send(custodian, tx.utility.batchAll([
  grant(1, reader),
  grant(2, reader),
  grant(1, expert),
  grant(2, expert),
  grant(1, scientist),
  tx.imaging.declineAccess(study(1), clinician.address),
  tx.imaging.renewAccess(study(1), reader.address, key, later(6)),
  tx.imaging.revokeAccess(study(2), reader.address),
  tx.imaging.setLocator(study(3), 'snapshot/elsewhere'),
  tx.imaging.offerCustody(study(3), SOUTH),
]));
await send(reader, tx.imaging.recordAccess(study(1), 'View'));
await send(reader, tx.imaging.recordAccess(study(2), 'Download'));
await send(expert, tx.imaging.endAccess(study(2)));
await send(clinician, tx.utility.batchAll([tx.imaging.openEmergency(study(4), bytes(7)), tx.imaging.openEmergency(study(2), bytes(8))]));
await send(custodian, tx.utility.batchAll([grant(4, clinician), tx.imaging.reviewEmergency(study(2), clinician.address, false)]));
await send(custodian, tx.imaging.reportMisuse(study(1), expert.address, bytes(11)));
await send(custodian, tx.imaging.withdraw(study(5)));

// A task that is read, and one that was taken back.
const hours = (number) => number * HOUR;
const terms = {
  structure: { scheme: 'SCT', value: '4147007' }, method: 'Majority', wanted: 2, threshold: 800_000, panel: 1,
  reading: hours(5), scoring: hours(1), voting: hours(1), revealing: hours(1), appeal: hours(1),
};
const open = (wanted) => tx.annotation.open(NORTH, study(1), { ...terms, ...wanted }, { root: bytes(12), locator: 'snapshot/brief' }, 1_000_000_000_000n);
for (const step of [open({}), open({ wanted: 3 })]) {
  await send(custodian, step).catch((error) => console.log(`left out: ${error.message}`));
}
const last = (await api.query.annotation.tasks.keys()).map(({ args: [id] }) => id.toNumber()).sort((a, b) => b - a);
console.log('tasks', last.join(' '));
await send(custodian, tx.annotation.cancel(last[0])).catch((error) => console.log(`left out: ${error.message}`));
await send(reader, tx.annotation.enlist()).catch((error) => console.log(`left out: ${error.message}`));
await send(reader, tx.annotation.claim(last[1])).catch((error) => console.log(`left out: ${error.message}`));

// What makes accounts convenient and safe.
await send(alice, tx.proxy.addProxy(custodian.address, api.registry.createType(tx.proxy.addProxy.meta.args[1].type.toString()).defKeys[0], 0));
const inner = tx.system.remark('0x01');
const others = [custodian, reader].map(({ address }) => address).sort((a, b) => Buffer.compare(keyring.decodeAddress(a), keyring.decodeAddress(b)));
await send(alice, tx.multisig.approveAsMulti(2, others, null, inner.method.hash, { refTime: 1_000_000_000, proofSize: 0 }));

// A motion that waits for votes.
const motion = tx.credentials.topUp(SOUTH, 1_000_000_000_000n);
await send(alice, tx.council.propose(2, motion, motion.method.encodedLength + 8));

const ours = ['annotation', 'audit', 'authorities', 'credentials', 'imaging', 'rewards'];
for (const pallet of ours) {
  for (const [name, entry] of Object.entries(api.query[pallet])) {
    if (entry.creator?.meta?.type?.isMap && (await entry.keys()).length === 0) {
      console.log(`empty: ${pallet}.${name}`);
    }
  }
}
await api.disconnect();
