// SPDX-License-Identifier: Apache-2.0
// What the end-to-end tests share: running certfill, temporary directories, other people's tools.
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach } from 'node:test';

export const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
// Another build of the whole tree can be tried: CERTFILL=build/asan/certfill.
export const certfillPath = path.resolve(root, process.env.CERTFILL ?? 'build/certfill');
export const sample = (name) => path.join(root, 'sample', name);

// A directory that goes away with the test.
export function temporary(t, prefix = 'certfill-') {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

// Standard error of a whole file of tests, taken apart again by tests/tools/failures.mjs.
const recorded = process.env.TEST_STDERR !== undefined;
const record = (text) => { if (recorded) fs.writeSync(2, text); };
if (recorded) beforeEach((t) => record(`== ${t.name}\n`));
const own = path.join(root, 'build');
function recordEnd(command, args, { status, signal, stderr }) {
  if (command.startsWith(own) && status !== 0) record(`${path.basename(command)} ${args.join(' ').slice(0, 300)}: ${signal ?? `exit ${status}`}\n${stderr.slice(-2000)}\n`);
}
// What a process that goes on says, as it says it.
export function recordStderr(child) {
  child.stderr?.on('data', record);
  return child;
}

export function run(command, args, options = {}) {
  const r = spawnSync(command, args, { maxBuffer: 1 << 28, ...options });
  if (r.error) throw r.error;
  const out = { status: r.status, signal: r.signal, stdout: r.stdout?.toString() ?? '', stderr: r.stderr?.toString() ?? '', bytes: r.stdout };
  recordEnd(command, args, out);
  return out;
}

// certfill with JSON lines; .lines holds the parsed objects, .summary the last of its kind.
export function certfill(args, options = {}) {
  const r = run(certfillPath, ['--json', ...args], options);
  r.lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
  r.summary = r.lines.filter((l) => l.message_type === 'summary').at(-1);
  return r;
}

export function start(args, options = {}) {
  return recordStderr(spawn(certfillPath, ['--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options }));
}

export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

// What a frozen plan settles: a status list is dated when it is signed, which each run does for itself.
export const frozenFile = (p) => !/^status-list-\d+\.json$/.test(p);

// Every file below dir: relative path to SHA-256.
export function hashTree(dir, keep = () => true) {
  const out = {};
  const walk = (at) => {
    for (const e of fs.readdirSync(path.join(dir, at), { withFileTypes: true })) {
      const p = path.join(at, e.name);
      if (e.isDirectory()) walk(p);
      else if (keep(p)) out[p] = sha256(fs.readFileSync(path.join(dir, p)));
    }
  };
  walk('');
  return out;
}

// RFC 4180, enough for what we write ourselves.
export function parseCsv(text) {
  const rows = [];
  let row = [], cell = '', quoted = false;
  text = text.replace(/^\uFEFF/, '');
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { cell += '"'; i++; } else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { row.push(cell); cell = ''; } else if (c === '\n') { row.push(cell); rows.push(row); row = []; cell = ''; } else if (c !== '\r') cell += c;
  }
  if (cell !== '' || row.length) { row.push(cell); rows.push(row); }
  const [head, ...rest] = rows;
  return rest.map((r) => Object.fromEntries(head.map((h, i) => [h, r[i] ?? ''])));
}

export const csvCell = (s) => (/[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);

// Runs work over items, two at a time (two cores).
export async function each(items, work) {
  let next = 0;
  await Promise.all([0, 1].map(async () => { while (next < items.length) await work(items[next++]); }));
}

export function tool(command, args, input) {
  return new Promise((resolve, reject) => {
    const p = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const out = [], err = [];
    p.stdout.on('data', (d) => out.push(d));
    p.stderr.on('data', (d) => err.push(d));
    p.on('error', reject);
    p.on('close', (status, signal) => {
      const stderr = Buffer.concat(err).toString();
      recordEnd(command, args, { status, signal, stderr });
      resolve({ status, stdout: Buffer.concat(out), stderr });
    });
    p.stdin.on('error', () => {});
    p.stdin.end(input ?? '');
  });
}

// Of Debian's package faketime; undefined where it is not installed.
export const faketime = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib']
  .map((d) => `${d}/faketime/libfaketime.so.1`).find((p) => fs.existsSync(p));

// A manifest for n plain rows and the cohort that goes with it.
export function smallCohort(dir, count, change = (row) => row) {
  const manifest = JSON.parse(fs.readFileSync(sample('manifest.json'), 'utf8'));
  manifest.policy.max_error_ratio = 1;
  fs.writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify(manifest));
  const rows = ['recipient_id,name,email,locale,issued_on'];
  for (let i = 1; i <= count; i++) {
    const r = change({ id: `s-${i}`, name: `Person Nummer ${i}`, email: `p${i}@example.org`, locale: 'en', issued_on: '2026-06-12' }, i);
    rows.push([r.id, r.name, r.email, r.locale, r.issued_on].map(csvCell).join(','));
  }
  fs.writeFileSync(path.join(dir, 'cohort.csv'), rows.join('\n') + '\n');
  return { manifest: path.join(dir, 'manifest.json'), cohort: path.join(dir, 'cohort.csv') };
}
