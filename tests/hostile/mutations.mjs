// SPDX-License-Identifier: Apache-2.0
// Switches off one rule of the cleaner after the other: the attacks must show each that is missing.
//   node mutations.mjs [EVERY]   every EVERY-th rule, beginning at a different one each day; all by default
//   node mutations.mjs NAME...   only these
// Needs make VARIANT=mutate build/mutate/tools/clean_svg. Exit 1 when a rule could be switched off unseen.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { attackFiles, clean, faults, lineOf, readExpected } from './attacks.mjs';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
const program = 'build/mutate/tools/clean_svg';
const named = process.argv.slice(2).filter((a) => !/^\d+$/.test(a));
const every = named.length ? 1 : Number(process.argv[2] ?? 1);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-mutations-'));
const files = attackFiles(dir);
const large = files.filter((f) => path.basename(f).startsWith('large-'));
const small = files.filter((f) => !large.includes(f));
const expected = readExpected();

// The first attack that shows that something is amiss, or null: told otherwise at once, else looked at closely.
function shown(some, env) {
  const { died, results } = clean(some, dir, { program, env });
  if (died) return `${some[results.length] ?? some.at(-1)} (the cleaner died)`;
  const other = results.find((r) => expected.get(r.name.replace(/\.svg$/, ''))?.trimEnd() !== lineOf(r).trimEnd() || (r.rc === 0 && !r.again));
  if (other) return other.name;
  return results.find((r) => faults(r, fs.readFileSync(some.find((p) => path.basename(p) === r.name)), dir, expected).length)?.name ?? null;
}

const rules = spawnSync(path.join(root, program), ['--rules']).stdout.toString().trim().split('\n').filter((r) => !named.length || named.includes(r));
const before = shown(small, {}) ?? shown(large, {});
const unseen = [];
let tried = 0;
if (before) console.log(`with every rule on, ${before} is not as expected`);
else
  for (let i = every > 1 ? Math.floor(Date.now() / 86400000) % every : 0; i < rules.length; i += every) {
    const by = shown(small, { RULE_OFF: rules[i] }) ?? shown(large, { RULE_OFF: rules[i] });
    tried++;
    console.log(`${rules[i]}: ${by ? `shown by ${path.basename(by)}` : 'NOT SEEN'}`);
    if (!by) unseen.push(rules[i]);
  }
fs.rmSync(dir, { recursive: true, force: true });
console.log(`${tried} rules switched off, ${unseen.length} unseen${unseen.length ? `: ${unseen.join(' ')}` : ''}`);
process.exit(before || unseen.length || tried === 0 ? 1 : 0);
