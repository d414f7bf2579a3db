// SPDX-License-Identifier: Apache-2.0

// View functions by their names: Polkadot.js 16.5.6 reads them in the metadata, but offers only the one runtime call behind them.

import { stringCamelCase, u8aConcat, u8aToHex } from '@polkadot/util';

/** All view functions, as `pallet.function` with the names of the arguments. */
export const views = (api) =>
  api.runtimeMetadata.asLatest.pallets.flatMap((pallet) =>
    pallet.viewFunctions.map((view) => ({
      name: `${stringCamelCase(pallet.name)}.${stringCamelCase(view.name)}`,
      inputs: view.inputs,
      view,
    })));

/** Asks a view function. */
export async function view(api, name, ...values) {
  const { inputs, view } = views(api).find((it) => it.name === name);
  const type = (id) => api.registry.createLookupType(id);
  const input = inputs.map(({ type: id }, index) => api.createType(type(id), values[index]).toU8a());
  const answer = await api.call.runtimeViewFunction.executeViewFunction(view.id.toHex(), u8aToHex(u8aConcat(...input)));
  if (answer.isErr) {
    throw new Error(`${name}: ${answer.asErr}`);
  }
  return api.createType(type(view.output), answer.asOk.toU8a(true));
}
