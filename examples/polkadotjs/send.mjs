// SPDX-License-Identifier: Apache-2.0

// Sends transactions, and says what became of them.

import { moduleError, poolRefusal, told } from './words.mjs';

/** Refused: in the pool, where nobody paid, or in a block. */
export class Refused extends Error {
  constructor(refusal) {
    super(JSON.stringify(refusal));
    this.refusal = refusal;
  }
}

/** Sends a transaction and waits until it has succeeded in a block. Gives what happened. */
export function send(api, pair, call, options = {}) {
  return new Promise((resolve, reject) => {
    const refuse = (refusal) => reject(new Refused({ call: name(call), ...refusal }));
    const fail = (error) => {
      const refusal = poolRefusal(api.registry, error);
      return refusal ? refuse(refusal) : reject(error);
    };
    call.signAndSend(pair, { nonce: -1, ...options }, ({ dispatchError, events, status }) => {
      if (status.isInvalid || status.isDropped || status.isUsurped) {
        refuse({ message: `the node took it out of its pool: ${status.type}` });
      } else if (status.isInBlock && dispatchError) {
        refuse(moduleError(api.registry, dispatchError));
      } else if (status.isInBlock) {
        resolve({ call: name(call), events: events.map(({ event }) => told(event)) });
      }
    }).catch(fail);
  });
}

/** Sends what is to be refused, and gives the reason. */
export async function refused(api, pair, call, options) {
  try {
    await send(api, pair, call, options);
  } catch (error) {
    if (error instanceof Refused) {
      return error.refusal;
    }
    throw error;
  }
  throw new Error(`${name(call)} should have been refused`);
}

const name = (call) => `${call.method.section}.${call.method.method}`;
