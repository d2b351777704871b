// SPDX-License-Identifier: Apache-2.0
// make bench: CPU of all processes per recipient, by stage, beside what others take for the same work.
// Nothing here is asserted: figures are for people, and depend on the machine.
//   node bench.mjs [--rows 2000] [--growth]   --growth: memory with 1,000 and 20,000 rows
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeWorkload } from './workload.mjs';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
const certfill = path.join(root, 'build/certfill');
const arg = (name, fallback) => { const i = process.argv.indexOf(name); return i < 0 ? fallback : Number(process.argv[i + 1]); };
const rows = arg('--rows', 2000);
const tick = 1000 / 100;

const read = (p) => { try { return fs.readFileSync(p, 'utf8'); } catch { return ''; } };
function descendants(pid) {
  const kids = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...kids.flatMap(descendants)];
}

// Runs certfill; CPU by program (last sample of each process, 20 ms apart), total CPU as the kernel
// accounts it for waited-for children, largest sum of PSS.
async function measure(args, { memory = false } = {}) {
  const before = process.resourceUsage();
  const began = process.hrtime.bigint();
  let first = 0;
  const child = spawn('/bin/bash', ['-c', 'times; "$@" >/dev/null; code=$?; times >&2; exit $code', 'bash', certfill, '--json', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (d) => { err += d; });
  const cpu = new Map(), pss = new Map();
  let peak = 0, n = 0;
  const timer = setInterval(() => {
    let sum = 0;
    for (const pid of descendants(child.pid)) {
      const stat = read(`/proc/${pid}/stat`);
      const m = stat.match(/\((.*)\) . (?:\S+ ){10}(\d+) (\d+)/);
      if (m) cpu.set(pid, { name: m[1], ms: (Number(m[2]) + Number(m[3])) * tick });
      if (memory && n % 10 === 0) sum += Number(read(`/proc/${pid}/smaps_rollup`).match(/^Pss: +(\d+)/m)?.[1] ?? 0);
    }
    n++;
    peak = Math.max(peak, sum);
  }, 20);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  const wall = Number(process.hrtime.bigint() - began) / 1e6;
  if (code !== 0) throw new Error(`certfill ended with ${code}: ${err}`);
  const line = err.trim().split('\n').at(-1);
  const total = [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((s, m) => s + Number(m[1]) * 60000 + Number(m[2]) * 1000, 0);
  const by = {};
  for (const c of cpu.values()) by[c.name] = (by[c.name] ?? 0) + c.ms;
  return { wall, total, by, peak, first, before };
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-bench-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
makeWorkload(dir, rows);
const file = (n) => path.join(dir, n);
const issue = (cohort, data) => ['issue', file(cohort), '--manifest', file('manifest.json'), '--data', file(data)];

const start = await measure(issue('one.csv', 'data'));
const run = await measure(issue('cohort.csv', 'data'));
const stored = fs.readdirSync(file('data/store'), { recursive: true }).map((f) => fs.statSync(path.join(file('data/store'), f))).filter((s) => s.isFile()).reduce((s, x) => s + x.size, 0);

const pad = (s, n) => String(s).padEnd(n), num = (v, n = 10) => v.toFixed(2).padStart(n);
console.log(`\n${rows} recipients, A4 at 150 dpi, PDF + PNG + Open Badges 3.0 + wallet pass, signed, sealed, stored durably`);
console.log(`${os.cpus().length} cores, ${os.cpus()[0]?.model ?? ''}\n`);
console.log(pad('process', 22) + '    ms CPU per recipient');
for (const [name, ms] of Object.entries(run.by).sort((a, b) => b[1] - a[1])) if (name !== 'bash') console.log(pad(name, 22) + num(ms / rows));
console.log(pad('all, by the kernel', 22) + num(run.total / rows));
console.log(`\n${(rows / (run.wall / 1000)).toFixed(0)} recipients a second; ${(stored / (rows + 1) / 1024).toFixed(0)} KiB stored for each, shared pieces included`);
console.log(`first certificate on an empty data directory: everything done after ${(start.wall / 1000).toFixed(2)} s`);
console.log(`
What others take for the same work (CPU ms, one recipient; measured once, on two cores like these):
  PDF    Typst 22    Chromium 137-259    rsvg-convert 161    WeasyPrint 781
  PNG    sharp over a ready base 112    resvg 205    rsvg-convert 377    Chromium 228-566
  pass   passkit-generator 36      badge with RDF proof   digitalbazaar 6.7
  sum    best correct mix 178      tuned Chromium 407     all Chromium 774`);

// One of the badges just made, and what its embedded proof takes, alone in a process.
const badge = path.join(dir, 'badge.json');
await measure([...issue('one.csv', 'data-badge'), '--out', file('out')]);
const folder = fs.readdirSync(file('out'), { recursive: true }).find((f) => f.endsWith('credential.json'));
fs.copyFileSync(path.join(file('out'), folder), badge);
console.log('\nthe embedded proof (eddsa-rdfc-2022) of one badge');
console.log(spawnSync(path.join(root, 'build/tools/dibench'), [badge, '3000'], { encoding: 'utf8' }).stdout.trimEnd());

// The render stage again, in one process and by part: no messages, no results read by others.
for (const dpi of [150, 300]) {
  const at = path.join(dir, String(dpi));
  fs.mkdirSync(at);
  makeWorkload(at, 1000);
  const manifest = path.join(at, 'manifest.json');
  fs.writeFileSync(manifest, fs.readFileSync(manifest, 'utf8').replace('"png_dpi":150', `"png_dpi":${dpi}`));
  await measure(['issue', path.join(at, 'one.csv'), '--manifest', manifest, '--data', path.join(at, 'data')]);
  const compiled = fs.readdirSync(path.join(at, 'data/cache')).find((n) => n.endsWith('.cft'));
  const r = spawnSync(path.join(root, 'build/tools/drawbench'), [path.join(at, 'data/cache', compiled), path.join(at, 'cohort.csv'), '500', '--times'], { encoding: 'utf8' });
  console.log(`\nms CPU per recipient in the render stage, by part, PNG at ${dpi} dpi`);
  console.log(r.status === 0 ? r.stdout.trimEnd().split('\n').slice(1).join('\n') : r.stderr);
}

if (process.argv.includes('--growth')) {
  console.log('\nsummed PSS of all processes, largest sample');
  for (const n of [1000, 20000]) {
    makeWorkload(dir, n);
    const r = await measure(issue('cohort.csv', `data-${n}`), { memory: true });
    console.log(`${String(n).padStart(8)} rows ${(r.peak / 1024).toFixed(1).padStart(8)} MiB   ${(r.total / n).toFixed(2)} ms CPU each`);
    fs.rmSync(file(`data-${n}`), { recursive: true });
  }
}
