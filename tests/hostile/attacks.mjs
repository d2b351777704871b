// SPDX-License-Identifier: Apache-2.0
// Cleans every attack and says what is wrong with what became of it: accepted though it must be refused (or the other
// way round), told otherwise than svg.expect has it, harmful, not the same when cleaned again, or not all told.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { harms } from './harmless.mjs';
import { writeLarge } from './large.mjs';
import { untold } from './told.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, '../..');
export const expectPath = path.join(here, 'svg.expect');
const NOTES = 12;

/** Path by name of every attack, the large ones written into dir. */
export function attackFiles(dir) {
  const kept = fs.readdirSync(path.join(here, 'svg')).filter((f) => f.endsWith('.svg')).map((f) => path.join(here, 'svg', f));
  return [...kept, ...writeLarge(dir)].sort();
}

/** What the cleaner made of each file: its JSON lines, and the directory of its results. */
export function clean(files, dir, { program = 'build/tools/clean_svg', env = {} } = {}) {
  const r = spawnSync(path.join(root, program), [dir, ...files], { maxBuffer: 1 << 28, env: { ...process.env, ...env }, timeout: 600000 });
  const lines = (r.stdout ?? '').toString().split('\n').filter((l) => l.endsWith('}'));
  return { died: r.status !== 0 ? `${r.signal ?? r.status}: ${r.stderr}` : null, results: lines.map((l) => JSON.parse(l)) };
}

/** The line of svg.expect for a result. */
export function lineOf(result) {
  const name = result.name.replace(/\.svg$/, '');
  if (result.rc !== 0) return `refuse ${name} | ${result.refusal}`;
  const notes = result.notes.map((n) => `${n.line} ${n.element} - ${n.removed ? '' : '(warning) '}${n.what}${n.what === 'image' ? ` (${n.why})` : ''}`);
  const more = notes.length > NOTES ? [`${notes.length - NOTES} more`] : [];
  return `clean ${name} | ${[...notes.slice(0, NOTES), ...more].join('; ')}`;
}

export function readExpected() {
  const out = new Map();
  for (const line of fs.readFileSync(expectPath, 'utf8').split('\n')) {
    const m = /^(refuse|clean) (\S+)/.exec(line);
    if (m) out.set(m[2], line);
  }
  return out;
}

/** Sentences about one result; none when it is as it should be. */
export function faults(result, source, dir, expected) {
  const name = result.name.replace(/\.svg$/, '');
  const want = expected.get(name);
  const out = [];
  if (want === undefined) out.push('svg.expect does not have it');
  else if (want.replace(/ +$/, '') !== lineOf(result).replace(/ +$/, '')) out.push(`expected ${want}, found ${lineOf(result)}`);
  if (result.rc !== 0) {
    if (!result.refused || !result.refusal) out.push('it is neither refused with a sentence nor accepted');
    return out;
  }
  if (!result.again) out.push('cleaning it again gives other bytes');
  const layers = fs.readdirSync(dir).filter((f) => f.startsWith(`${result.name}.art`)).map((f) => f.slice(result.name.length + 1, -4));
  for (const kind of ['clean', ...layers])
    out.push(...harms(fs.readFileSync(path.join(dir, `${result.name}.${kind}.svg`)), { art: kind !== 'clean' }).map((h) => `${kind}: ${h}`));
  out.push(...untold(source, result.notes));
  return out;
}

/** Everything at once: [{name, faults}] of the files that have any, and how many there were. */
export function tryAll({ program, env, only } = {}) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-hostile-'));
  try {
    const files = attackFiles(dir).filter((f) => !only || only(path.basename(f, '.svg')));
    const { died, results } = clean(files, dir, { program, env });
    const expected = readExpected();
    const bad = died ? [{ name: results.at(-1)?.name ?? files[0], faults: [`the cleaner died: ${died}`] }] : [];
    for (const r of results) {
      const f = faults(r, fs.readFileSync(files.find((p) => path.basename(p) === r.name)), dir, expected);
      if (f.length) bad.push({ name: r.name, faults: f });
    }
    return { bad, results, files };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

// node attacks.mjs --write: svg.expect as things are now, for a review of the difference.
if (process.argv[1] === new URL(import.meta.url).pathname && process.argv[2] === '--write') {
  const { results } = tryAll();
  const head = '# What the cleaner does with each attack: refuse, with its sentence; or clean, with what it tells. See attacks.mjs.\n';
  fs.writeFileSync(expectPath, head + results.map((r) => `${lineOf(r).replace(/ +$/, '')}\n`).join(''));
}
