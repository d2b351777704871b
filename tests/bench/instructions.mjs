// SPDX-License-Identifier: Apache-2.0
// Instructions that the render stage takes for a recipient of the bench workload, by valgrind: times
// depend on the machine and who else uses it, these do not. Compared with instructions.json; fails when
// a stage takes over 10 % more.
//   node instructions.mjs [--record]     --record: writes what was counted into instructions.json
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeWorkload } from './workload.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, '../..');
const baselineFile = path.join(here, 'instructions.json');
const ROWS = 40; // two rounds of the workload's scripts
const ALLOWED = 0.10;
// Stage: functions whose inclusive costs make it up.
const stages = { layout: ['lay_out'], qr: ['qr_encode'], pdf: ['pdf_write'], draw: ['raster_draw', 'raster_qr'], png: ['png_write'], pass: ['pack_write'], all: ['draw_rows'] };

// Libraries choose their code by what the processor can do; valgrind shows them AVX2 at most.
if (!/\bavx2\b/.test(fs.readFileSync('/proc/cpuinfo', 'utf8'))) {
  console.log('not compared: this processor lacks AVX2, with which the baseline was counted');
  process.exit(0);
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-instructions-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
const file = (n) => path.join(dir, n);
function run(command, args) {
  const r = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (r.status !== 0) { console.error(`${command} ended with ${r.status ?? r.error}\n${r.stderr ?? ''}`); process.exit(1); }
  return r.stdout;
}

makeWorkload(dir, 2 * ROWS);
run(path.join(root, 'build/certfill'), ['issue', file('one.csv'), '--manifest', file('manifest.json'), '--data', file('data')]);
const compiled = fs.readdirSync(file('data/cache')).find((n) => n.endsWith('.cft'));
run('valgrind', ['--tool=callgrind', `--callgrind-out-file=${file('out')}`, '--toggle-collect=drawbench_counted', '--quiet',
  path.join(root, 'build/tools/drawbench'), file(`data/cache/${compiled}`), file('cohort.csv'), String(ROWS)]);
const counts = new Map();
for (const m of run('callgrind_annotate', ['--inclusive=yes', '--threshold=100', file('out')]).matchAll(/^ *([\d,]+) \(.*?:(\w+)(?: \[|$)/gm)) {
  const n = Number(m[1].replaceAll(',', ''));
  if (n > (counts.get(m[2]) ?? 0)) counts.set(m[2], n);
}

const found = {};
for (const [stage, functions] of Object.entries(stages)) found[stage] = Math.round(functions.reduce((s, f) => s + (counts.get(f) ?? NaN), 0) / ROWS);
if (process.argv.includes('--record')) fs.writeFileSync(baselineFile, `${JSON.stringify(found, null, 2)}\n`);
const baseline = JSON.parse(fs.readFileSync(baselineFile, 'utf8'));
let bad = false;
console.log('thousands of instructions per recipient   baseline       now');
for (const [stage, now] of Object.entries(found)) {
  const change = now / baseline[stage] - 1;
  const worse = !(change <= ALLOWED);
  bad ||= worse;
  console.log(`${stage.padEnd(38)}${(baseline[stage] / 1000).toFixed(0).padStart(12)}${(now / 1000).toFixed(0).padStart(10)}  ${change >= 0 ? '+' : ''}${(100 * change).toFixed(1)} %${worse ? '  MORE THAN ALLOWED' : ''}`);
}
if (bad) console.log('Find the reason with callgrind_annotate. When it is worth its price: node tests/bench/instructions.mjs --record, and commit instructions.json.');
process.exit(bad ? 1 : 0);
