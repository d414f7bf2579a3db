// SPDX-License-Identifier: Apache-2.0

// Writes the state of a chain at its last finalized block, without the runtime's code, as the SCALE encoding of Vec<(Vec<u8>, Vec<u8>)>,
// compressed by gzip.
//
//   node state.mjs ws://127.0.0.1:PORT FILE

import { ApiPromise, WsProvider } from '@polkadot/api';
import { compactToU8a, hexToU8a, u8aConcat } from '@polkadot/util';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const CODE = '0x3a636f6465';
const PAGE = 500;

const [url, file] = process.argv.slice(2);
const api = await ApiPromise.create({ noInitWarn: true, provider: new WsProvider(url) });
const block = await api.rpc.chain.getFinalizedHead();
const pairs = [];
for (let after = undefined; ; ) {
  const keys = await api.rpc.state.getKeysPaged('0x', PAGE, after, block);
  for (const key of keys.map((it) => it.toHex())) {
    if (key !== CODE) {
      pairs.push([key, (await api._rpcCore.provider.send('state_getStorage', [key, block.toHex()]))]);
    }
  }
  if (keys.length < PAGE) {
    break;
  }
  after = keys[keys.length - 1];
}
const field = (hex) => { const value = hexToU8a(hex); return u8aConcat(compactToU8a(value.length), value); };
const encoded = u8aConcat(compactToU8a(pairs.length), ...pairs.map(([key, value]) => u8aConcat(field(key), field(value))));
await writeFile(file, gzipSync(encoded, { level: 9 }));
const header = await api.rpc.chain.getHeader(block);
console.log(JSON.stringify({ block: header.number.toNumber(), hash: block.toHex(), stateRoot: header.stateRoot.toHex(), pairs: pairs.length, bytes: encoded.length }));
await api.disconnect();
