// SPDX-License-Identifier: Apache-2.0

// Whether pages of the documentation name what the chain has: every `pallet.name` in them is a call, an item of the storage, a
// constant, a view function, an event or an error, with the arguments it is said to have. Also gives the rows of tables of refusals.
//
//   node guide.mjs URL PAGE...

import { stringCamelCase } from '@polkadot/util';
import { readFile } from 'node:fs/promises';

import { connect } from './chain.mjs';
import { views } from './views.mjs';
import { refusals } from './words.mjs';

/** What the chain has, by its name, with the names of the arguments. Storage has keys, which have no names. */
function known(api) {
  const names = new Map(views(api).map(({ inputs, name }) => [name, [inputs.map((it) => stringCamelCase(it.name))]]));
  const add = (name, args) => names.set(name, [...(names.get(name) ?? []), args]);
  const every = (pallets, use) => Object.entries(pallets).forEach(([pallet, items]) =>
    Object.entries(items).forEach(([name, item]) => use(`${pallet}.${name}`, item)));
  every(api.tx, (name, call) => add(name, call.meta.args.map((arg) => stringCamelCase(arg.name))));
  every(api.query, (name) => add(name, undefined));
  every(api.consts, (name) => add(name, undefined));
  every(api.events, (name) => add(name, undefined));
  every(api.errors, (name) => add(name, undefined));
  return names;
}

/** Arguments as a page writes them: names; or placeholders, of which only the number can be wrong. */
function fits(args, said) {
  const named = (it) => /^[a-z]\w*$/.test(it) && it !== 'null';
  return args.length === said.length && said.every((it, index) => !named(it) || it === args[index]);
}

function check(text, names, pallets) {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span);
  const found = spans.flatMap((span) => [...span.matchAll(/(?<![\w./])([a-z]\w*)\.([a-zA-Z]\w*)(?:\(([\w\s,.]*)\))?/g)]);
  const ours = found.filter(([, pallet]) => pallets.has(pallet));
  const problems = ours.flatMap(([, pallet, item, written]) => {
    const name = `${pallet}.${item}`;
    const all = names.get(name);
    const said = written?.split(',').map((it) => it.trim()).filter(Boolean);
    if (!all) {
      return [`${name}: there is no such thing`];
    }
    if (said?.length && !all.some((args) => !args || fits(args, said))) {
      return [`${name}(${said.join(', ')}): it takes ${all.map((args) => `(${args?.join(', ')})`).join(' or ')}`];
    }
    return [];
  });
  return { checked: ours.length, problems };
}

/** Rows like "| 1 | `NotVouchedFor`…", and ranges like "| 6–10 | `NoStandard`, `MissingRole`, …". */
function table(text) {
  const rows = text.matchAll(/^\| (\d+)(?:–(\d+))? \| ([^|]*)/gm);
  return [...rows].flatMap(([, first, last, cell]) => {
    const reasons = [...cell.matchAll(/`(\w+)`/g)].map(([, reason]) => reason);
    const codes = Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, index) => Number(first) + index);
    return codes.map((code, index) => ({ code, reason: reasons[index] }));
  });
}

const [url, ...pages] = process.argv.slice(2);
const api = await connect(url);
const names = known(api);
const pallets = new Set([...names.keys()].map((name) => name.split('.')[0]));
const report = {};
for (const page of pages) {
  const text = await readFile(page, 'utf8');
  report[page] = { ...check(text, names, pallets), refusals: table(text) };
}
const reasons = refusals(api.registry).map(({ code, reason }) => ({ code, reason }));
console.log(JSON.stringify({ pages: report, refusals: reasons }));
await api.disconnect();
