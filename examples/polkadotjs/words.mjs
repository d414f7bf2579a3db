// SPDX-License-Identifier: Apache-2.0

// What happened and what was refused, in the words of the chain's own metadata.

const text = (docs) => docs.map((line) => line.toString().trim()).join(' ').trim();

/** An event as a page shows it: its name, its docs, its fields by their names. */
export function told(event) {
  const fields = event.data.names
    ? event.data.names.map((name, index) => [name, event.data[index].toHuman()])
    : event.data.map((value, index) => [index, value.toHuman()]);
  return {
    event: `${event.section}.${event.method}`,
    docs: text(event.meta.docs),
    fields: Object.fromEntries(fields),
  };
}

/** The variants of an enum of ours, by its path. */
function variants(registry, path) {
  const { type } = registry.lookup.types.find(({ type }) => type.path.join('::') === path);
  return type.def.asVariant.variants;
}

/** Why the chain refuses somebody: `Refusal` in the metadata is the list behind docs/refusals.md. */
export function refusals(registry) {
  return variants(registry, 'contour_primitives::refusal::Refusal').map((variant) => ({
    code: variant.index.toNumber(),
    reason: variant.name.toString(),
    docs: text(variant.docs),
  }));
}

const refusal = (registry, code) => refusals(registry).find((it) => it.code === code);

/** An error of a call in a block. `Refused` has the reason in it, behind the number of the error. */
export function moduleError(registry, error) {
  if (!error.isModule) {
    return { error: error.toString(), docs: '' };
  }
  const found = registry.findMetaError(error.asModule);
  const why = found.fields.length ? refusal(registry, error.asModule.error[1]) : undefined;
  return { error: `${found.section}.${found.name}`, docs: text(found.docs), ...(why && { why }) };
}

/** What the pool says when it takes no transaction; nothing if that is not what went wrong. */
export function poolRefusal(registry, { code, data, message }) {
  if (code !== 1010) {
    return undefined;
  }
  const custom = /Custom error: (\d+)/.exec(data ?? message);
  const why = custom && refusal(registry, Number(custom[1]));
  return { message, ...(why && { why }) };
}

/** Events and errors that say nothing to whoever reads them. */
export function wordless(api) {
  const ours = new Set(['Annotation', 'Authorities', 'Credentials', 'Imaging', 'Rewards']);
  const pallets = api.runtimeMetadata.asLatest.pallets.filter(({ name }) => ours.has(name.toString()));
  if (pallets.length !== ours.size) {
    throw new Error(`of our pallets, the metadata has only ${pallets.map(({ name }) => name).join(', ')}`);
  }
  return pallets.flatMap(({ errors, events, name }) =>
    [errors, events]
      .filter((it) => it.isSome)
      .flatMap((it) => [...api.registry.lookup.getSiType(it.unwrap().type).def.asVariant.variants])
      .filter((variant) => text(variant.docs) === '')
      .map((variant) => `${name}.${variant.name}`));
}
