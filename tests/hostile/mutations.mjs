// SPDX-License-Identifier: Apache-2.0
// Switches off one rule of the cleaner after the other: the attacks must show each that is missing. Of a rule behind
// another one, both are off, and what comes out must be other than with the first alone.
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
const zips = fs.readdirSync(path.join(root, 'tests/hostile/zip')).map((f) => path.join(root, 'tests/hostile/zip', f));
const zipExpected = new Map(fs.readFileSync(path.join(root, 'tests/hostile/zip.expect'), 'utf8').split('\n').map((l) => /^(\S+) (.*)$/.exec(l)?.slice(1)).filter(Boolean));
const behind = { ENTITY_UNKNOWN: 'DOCTYPE_LATE' };

// The first attack that shows that something is amiss, or null: told otherwise at once, else looked at closely.
function shown(some, env) {
  const { died, results } = clean(some, dir, { program, env });
  if (died) return `${some[results.length] ?? some.at(-1)} (the cleaner died)`;
  const other = results.find((r) => expected.get(r.name.replace(/\.svg$/, ''))?.trimEnd() !== lineOf(r).trimEnd() || (r.rc === 0 && !r.again));
  if (other) return other.name;
  return results.find((r) => faults(r, fs.readFileSync(some.find((p) => path.basename(p) === r.name)), dir, expected).length)?.name ?? null;
}

// The same of bundles.
function shownByZip(env) {
  const { died, results } = clean(zips, dir, { program, env });
  if (died) return `${zips[results.length] ?? zips.at(-1)} (the cleaner died)`;
  return results.find((r) => !(r.refusal ?? 'accepted').includes(zipExpected.get(r.name)) || (r.rc === 0 && !r.again))?.name ?? null;
}

// What is other with both off than with the outer rule alone.
function shownBehind(rule, outer) {
  const lines = (off) => clean(small, dir, { program, env: { RULE_OFF: off } }).results.map((r) => [r.name, lineOf(r)]);
  const before = new Map(lines(outer));
  return lines(`${outer},${rule}`).find(([name, line]) => before.get(name) !== line)?.[0] ?? null;
}

function shownWithout(rule) {
  if (behind[rule]) return shownBehind(rule, behind[rule]);
  const env = { RULE_OFF: rule };
  return /^(ZIP|FONT)_/.test(rule) ? shownByZip(env) : (shown(small, env) ?? shown(large, env));
}

const rules = spawnSync(path.join(root, program), ['--rules']).stdout.toString().trim().split('\n').filter((r) => !named.length || named.includes(r));
const before = shown(small, {}) ?? shown(large, {}) ?? shownByZip({});
const unseen = [];
let tried = 0;
if (before) console.log(`with every rule on, ${before} is not as expected`);
else
  for (let i = every > 1 ? Math.floor(Date.now() / 86400000) % every : 0; i < rules.length; i += every) {
    const by = shownWithout(rules[i]);
    tried++;
    console.log(`${rules[i]}: ${by ? `shown by ${path.basename(by)}` : 'NOT SEEN'}`);
    if (!by) unseen.push(rules[i]);
  }
fs.rmSync(dir, { recursive: true, force: true });
console.log(`${tried} rules switched off, ${unseen.length} unseen${unseen.length ? `: ${unseen.join(' ')}` : ''}`);
process.exit(before || unseen.length || tried === 0 ? 1 : 0);
