// SPDX-License-Identifier: Apache-2.0
// Verification stays up: everything else is killed, a batch is written, its own processes die.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Wire, kept } from './floor.mjs';
import { certfill, certfillPath, parseCsv, run, smallCohort } from './lib.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-alone-'));
const data = path.join(dir, 'data');
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
let serve, origin, people;

const links = (out) => parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8')).map((r) => new URL(r.verify_page).pathname);
const ask = (at) => new Promise((resolve, reject) => {
  http.get(`${origin}${at}.json`, { agent: false }, async (r) => {
    let text = '';
    for await (const piece of r) text += piece;
    resolve({ status: r.statusCode, verdict: JSON.parse(text).verdict });
  }).on('error', reject);
});
function descendants(pid) {
  let own = [];
  try { own = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number); } catch { /* it ended */ }
  return own.flatMap((p) => [p, ...descendants(p)]);
}
const named = (pid) => { try { return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim(); } catch { return ''; } };

before(async () => {
  const f = smallCohort(dir, 4), out = path.join(dir, 'out');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out]).status, 0);
  people = links(out);
  serve = spawn(certfillPath, ['serve', '--data', data, '--listen', '127.0.0.1:0', '--workers', '2', '--address-rate', '1000000', '--tenant-rate', '1000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  origin = await new Promise((resolve, reject) => {
    let text = '';
    serve.stdout.on('data', (d) => { text += d; const m = /http:\/\/127\.0\.0\.1:\d+/.exec(text); if (m) resolve(m[0]); });
    serve.on('exit', (c) => reject(new Error(`serve ended: ${c}`)));
  });
});
after(() => {
  serve?.kill('SIGTERM');
  fs.rmSync(dir, { recursive: true, force: true });
});

// Asks for all people over and over until over() says so; every answer counts.
async function watch(over) {
  const seen = new Map();
  let count = 0;
  for (; !over() || count < 200; count++) {
    const a = await ask(people[count % people.length]);
    const key = `${a.status} ${a.verdict}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return { count, seen: [...seen.keys()] };
}

const limit = { timeout: 180000 };

test('while a batch is written, and while all of its processes are killed', limit, async () => {
  const more = path.join(dir, 'more');
  fs.mkdirSync(more);
  const f = smallCohort(more, 600);
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  fs.writeFileSync(f.manifest, JSON.stringify({ ...m, idempotency_key: 'another' }));
  const killed = new Set(), names = ['certfill-contro', 'certfill-sign', 'certfill-render', 'certfill-store'];
  let over = false;
  for (let round = 0; round < 3; round++) {
    const issue = spawn(certfillPath, ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--no-input'], { stdio: 'ignore' });
    const ended = new Promise((resolve) => issue.on('exit', resolve));
    over = false;
    const watching = watch(() => over);
    if (round < 2) {
      // Once all are there to be killed: drawing has begun.
      const there = () => descendants(issue.pid).map(named);
      while (issue.exitCode === null && !names.every((n) => there().includes(n))) await sleep(25);
      for (const p of [issue.pid, ...descendants(issue.pid)]) {
        killed.add(named(p));
        try { process.kill(p, 'SIGKILL'); } catch { /* it ended by itself */ }
      }
    }
    await ended;
    over = true;
    const w = await watching;
    assert.deepEqual(w.seen, ['200 valid'], `round ${round}, ${w.count} answers`);
  }
  for (const name of names) assert.ok(killed.has(name), `${name} was killed: ${[...killed]}`);
});

test('a revocation is seen although the answer was kept ready', limit, async () => {
  for (let i = 0; i < 20; i++) assert.equal((await ask(people[0])).verdict, 'valid');
  const r = certfill(['cred', 'revoke', certfill(['cred', 'find', 's-1', '--data', data]).lines[0].credential, '--reason', 'misconduct', '--yes', '--data', data, '--no-input']);
  assert.equal(r.status, 0, r.stderr);
  // Each of the two processes looks for itself, and connections are new ones: twenty in a row are of both.
  for (let row = 0; row < 20;) {
    const { verdict } = await ask(people[0]);
    assert.match(verdict, /^(valid|revoked)$/);
    row = verdict === 'revoked' ? row + 1 : 0;
  }
  assert.equal((await ask(people[1])).verdict, 'valid');
});

const verifiers = () => [serve.pid, ...descendants(serve.pid)].filter((p) => named(p) === 'certfill-verify');

test('out of descriptors, within its confinement: others are served, and nobody ends', limit, async () => {
  const { port } = new URL(origin), before = verifiers(), wires = [];
  const allow = (p, n) => assert.equal(run('prlimit', [`--pid=${p}`, `--nofile=${n}:`]).status, 0);
  const allowed = /Max open files +(\d+)/.exec(fs.readFileSync(`/proc/${before[0]}/limits`, 'utf8'))[1];
  // Both have the ledger open by then.
  for (let i = 0; i < 40; i++) await ask(people[1]);
  for (const p of before) allow(p, 60);
  let gone = 0;
  for (let i = 0; i < 200; i++) {
    const w = new Wire(port, { localAddress: '127.0.0.8' });
    w.closed.then(() => gone++);
    wires.push(w);
  }
  while (gone < 20) await sleep(20);
  // Some newcomers are turned away; who tries again is served.
  for (let served = 0; served < 10;) served += (await ask(people[1]).catch(() => ({}))).status === 200;
  for (const w of wires) w.drop();
  for (const p of before) allow(p, allowed);
  assert.deepEqual(verifiers(), before);
});

test('a verify process that is killed is started again, and its connections count no more', limit, async () => {
  const { port } = new URL(origin), wires = await kept(port, 260, '127.0.0.7');
  assert.equal(wires.length, 256, 'the cap of an address, over both processes');
  let gone = 0;
  for (const w of wires) w.closed.then(() => gone++);
  const before = verifiers();
  assert.equal(before.length, 2);
  process.kill(before[0], 'SIGKILL');
  while (verifiers().length < 2 || verifiers().includes(before[0])) await sleep(50);
  for (let i = 0; i < 40; i++) assert.equal((await ask(people[1])).status, 200);
  assert.ok(gone > 0 && gone < 256, `${gone} were of that process`);
  const again = await kept(port, gone + 2, '127.0.0.7');
  assert.equal(again.length, gone);
  for (const w of [...wires, ...again]) w.drop();
});
