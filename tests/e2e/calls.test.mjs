// SPDX-License-Identifier: Apache-2.0
// Every system call that a worker's list allows is made in real work, or its reason begins with "rare: ".
// Real work: the sample cohort, designs with filters, foreign files, and the public side with its whole day.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { callsAfterLockdown, tableOf, traced } from './calls.mjs';
import { certfillPath, parseCsv, root, run, sample } from './lib.mjs';

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-calls-'));
const data = path.join(base, 'data'), out = path.join(base, 'out');
let made, count = 0;

const trace = (args) => traced(path.join(base, `${count++}.strace`), certfillPath, args);
async function work(args, expected = [0]) {
  const child = trace(args), status = await child.ended;
  assert.ok(expected.includes(status), `${args[0]}: ${status} ${child.said}`);
}

// One request; the body is read to its end.
const ask = (url, options = {}) => new Promise((resolve, reject) => {
  const { body, ...rest } = options;
  const q = (url.startsWith('https') ? https : http).request(url, { rejectUnauthorized: false, ...rest }, (r) => {
    const parts = [];
    r.on('data', (d) => parts.push(d));
    r.on('end', () => resolve({ status: r.statusCode, headers: r.headers, body: Buffer.concat(parts) }));
  });
  q.on('error', reject);
  q.end(body);
});

function certificate() {
  const r = run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-keyout', path.join(base, 'key.pem'), '-out', path.join(base, 'cert.pem')]);
  assert.equal(r.status, 0, r.stderr);
}

const pidOf = (name, parent) => run('pgrep', ['-P', String(parent)]).stdout.split('\n').filter(Boolean).map(Number)
  .flatMap((p) => (fs.readFileSync(`/proc/${p}/comm`, 'utf8').trim() === name ? [p] : pidOf(name, p)));

async function visit(at, rows) {
  for (const r of rows) {
    const verify = new URL(r.verify_page).pathname, claim = new URL(r.claim_page).pathname;
    assert.equal((await ask(at + verify)).status, 200);
    await ask(`${at}${verify}/picture`);
    const thumbnail = await ask(`${at}${claim}/thumbnail`);
    if (thumbnail.status === 303) assert.equal((await ask(`${at}${thumbnail.headers.location}`)).status, 200);
    assert.equal((await ask(at + claim)).status, 200);
    const form = await ask(at + claim, { method: 'POST', body: 'artifact=pdf', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const link = form.headers.location ?? /href="(\/a\/[^"]*)"/.exec(form.body)?.[1].replaceAll('&amp;', '&');
    if (link === undefined) continue;
    const url = new URL(link, at).href.replace(/^https?:\/\/[^/]*/, at);
    assert.equal((await ask(url)).status, 200);
    assert.equal((await ask(url, { headers: { range: 'bytes=10-99' } })).status, 206);
    await ask(url, { method: 'HEAD' });
  }
  for (const p of ['/', '/robots.txt', '/verify/nonsense', '/api/v1/.well-known/certification-keys.json', '/.well-known/did.json', '/status/1', '/t/default/did.json'])
    await ask(at + p);
}

async function serveADay() {
  certificate();
  const child = trace(['serve', '--data', data, '--listen', '127.0.0.1:0', '--tls', '127.0.0.1:0', '--cert', path.join(base, 'cert.pem'),
    '--key', path.join(base, 'key.pem'), '--access-log', path.join(base, 'access.log'), '--workers', '1', '--address-rate', '100000']);
  const places = await new Promise((resolve, reject) => {
    child.stdout.on('data', () => { const m = [...child.said.matchAll(/Serving on (\S+)/g)]; if (m.length === 2) resolve(m.map((x) => x[1])); });
    child.ended.then(() => reject(new Error(child.said)));
  });
  const rows = parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8')).slice(0, 4);
  for (const at of places) await visit(at, rows);
  const [serve] = pidOf('certfill-serve', child.pid);
  certificate();
  process.kill(serve, 'SIGHUP');
  // The ledger grows and its write-ahead log with it, while visitors read.
  const id = JSON.parse(run(certfillPath, ['--json', 'cred', 'find', rows[0].recipient_id, '--data', data]).stdout.split('\n')[0]).credential;
  assert.equal(run(certfillPath, ['cred', 'revoke', id, '--reason', 'other', '--yes', '--data', data]).status, 0);
  for (const at of places) await visit(at, rows.slice(1));
  process.kill(serve, 'SIGTERM');
  assert.equal(await child.ended, 0, child.said);
}

before(async () => {
  await work(['init', '--data', data]);
  await work(['issue', sample('cohort.csv'), '--manifest', sample('manifest.json'), '--data', data, '--out', out]);
  await work(['issue', sample('cohort-with-errors.csv'), '--manifest', sample('manifest-modern.json'), '--data', data, '--out', `${out}2`], [3]);
  // Filters are what librsvg draws with threads.
  const designs = path.join(root, 'tests/benign');
  const filtered = fs.readdirSync(designs).filter((n) => n.endsWith('.svg') && fs.readFileSync(path.join(designs, n), 'utf8').includes('<filter'));
  assert.ok(filtered.length >= 8, 'designs with filters');
  for (const name of filtered)
    await work(['template', 'preview', path.join(designs, name), '-o', path.join(base, 'preview.pdf'), '--data', data], [0, 4]);
  const files = fs.readdirSync(out, { recursive: true }).filter((n) => /\.(pdf|png|json|jwt|pkpass)$/.test(n)).slice(0, 12).map((n) => path.join(out, n));
  await work(['verify', ...files], [0, 8, 9]);
  await serveADay();
  made = callsAfterLockdown(fs.readdirSync(base).filter((n) => n.endsWith('.strace')).map((n) => path.join(base, n)));
}, { timeout: 600000 });
after(() => fs.rmSync(base, { recursive: true, force: true }));

const common = tableOf('ipc/confine_base.c', 'confine_base_calls');
const profiles = {
  intake: common,
  compile: { ...common, ...tableOf('render/compile_profile.c', 'calls') },
  render: tableOf('render/draw_profile.c', 'calls'),
  sign: { ...common, ...tableOf('trust/sign_profile.c', 'calls') },
  store: { ...common, ...tableOf('store/store_profile.c', 'calls'), ...tableOf('store/store_profile.c', 'reading_calls') },
  check: { ...common, ...tableOf('check/check_main.c', 'calls') },
  verify: { ...common, ...tableOf('serve/verify_profile.c', 'calls') },
  thumbnail: tableOf('render/thumbnail_profile.c', 'calls'),
};
const idle = (table, used) => Object.entries(table).filter(([c, e]) => e.answer !== 'REFUSE' && !used.has(c) && !e.why.startsWith('rare: ')).map(([c]) => c);

for (const [role, allowed] of Object.entries(profiles))
  test(`${role} makes the calls it may make, and no others`, () => {
    const used = new Set(Object.keys(made[role] ?? {}));
    if (process.env.SHOW) for (const [k, v] of Object.entries(made[role] ?? {})) console.log(role, k, v.size, [...v].slice(0, 3).join(' | '));
    assert.ok(used.size > 2 && used.has('write'), `${role} was not seen at work`);
    assert.deepEqual([...used].filter((c) => !(c in allowed)), [], 'not on the list, and yet made');
    const own = Object.fromEntries(Object.entries(allowed).filter(([c, e]) => common[c] !== e));
    assert.deepEqual(idle(own, used), [], 'on its own list, and not made');
  });

test('every call of the common list is made by somebody', () => {
  assert.deepEqual(idle(common, new Set(Object.values(made).flatMap((calls) => Object.keys(calls)))), []);
});
