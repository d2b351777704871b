// SPDX-License-Identifier: Apache-2.0
// What is stuck or broken for one institution stays its own: a store that hangs, an index of SQLite that
// somebody cuts, a serving tree whose supervisor is stopped.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Wire, answers } from './floor.mjs';
import { run } from './lib.mjs';
import { below, institution, serve, until } from './serving.mjs';

const limit = { timeout: 240000 };
const signal = (pid, name) => { try { process.kill(pid, name); } catch { /* it has ended */ } };
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-stuck-'));
let data, first, second;

before(() => {
  first = institution(dir, 2, { name: 'first', url: 'https://first.example.edu' });
  second = institution(dir, 2, { name: 'second', url: 'https://second.example.edu' });
  ({ data } = first);
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const link = async (s, p) => (await s.request('POST', p.claim, '', { body: 'artifact=pdf' })).headers.location;
const stores = (s) => below(s.pid).filter((p) => p.name === 'certfill-store').map((p) => p.pid);

test('a store that hangs delays nobody else, and its visitors are told to come again', limit, async (t) => {
  const s = await serve(t, data), one = await link(s, first.people[0]), two = await link(s, second.people[0]);
  assert.deepEqual([...new Set((await Promise.all(Array.from({ length: 180 }, () => s.get(one)))).map((a) => a.status))], [200], 'a crowd is served');
  const [stuck] = stores(s);
  process.kill(stuck, 'SIGSTOP');
  t.after(() => signal(stuck, 'SIGKILL'));
  // More than may wait: the last are answered at once, while the first still wait.
  const waiting = [], over = [];
  for (let i = 0; i < 210; i++) waiting.push(s.get(one).then((a) => { over.push(a); return a; }));
  await until(() => over.length >= 16, 'the queue has no end');
  const atOnce = over.length;
  assert.ok(stores(s).includes(stuck), 'the stuck store is still there');
  assert.ok(atOnce < 210, 'the others wait');
  for (let i = 0; i < 20; i++) {
    assert.equal((await s.verdict(first.people[i % 2])).verdict, 'valid');
    assert.equal((await s.get(first.people[i % 2].claim)).status, 200);
    assert.equal((await s.get(two)).status, 200, 'another institution\'s store answers');
  }
  const told = (await Promise.all(waiting)).filter((a) => a.status !== 200);
  // Who came so late that the next store was there already has the file.
  assert.ok(told.length > atOnce, 'who waited longest is told');
  for (const a of told) {
    assert.equal(a.status, 503);
    assert.equal(a.headers['retry-after'], '5');
    assert.match(a.body, /cannot be fetched just now/);
  }
  assert.equal((await until(async () => { const a = await s.get(one); return a.status === 200 && a; })).status, 200);
  assert.ok(!stores(s).includes(stuck), 'another process has taken its place');
  assert.match(s.complained, /store process of first does not answer and is ended/);
});

test('a store that is killed under way is started again, and nobody notices', limit, async (t) => {
  const s = await serve(t, data), one = await link(s, first.people[0]);
  assert.equal((await s.get(one)).status, 200);
  const [old] = stores(s);
  process.kill(old, 'SIGSTOP');
  const asked = Array.from({ length: 8 }, () => s.get(one));
  // Everything was sent before it is killed, or is after: both must come to an answer.
  assert.equal((await s.verdict(first.people[0])).verdict, 'valid');
  process.kill(old, 'SIGKILL');
  for (const a of await Promise.all(asked)) assert.equal(a.status, 200);
});

test('certfill-serve stopped: verification goes on, files are refused with a sentence in the end', limit, async (t) => {
  const s = await serve(t, data), one = await link(s, first.people[0]);
  const hall = [s.pid, ...below(s.pid).map((p) => p.pid)].find((p) => fs.readFileSync(`/proc/${p}/comm`, 'utf8').startsWith('certfill-serve'));
  process.kill(hall, 'SIGSTOP');
  t.after(() => signal(hall, 'SIGCONT'));
  const file = s.get(one);
  for (let i = 0; i < 40; i++) assert.equal((await s.verdict(second.people[i % 2])).verdict, 'valid');
  process.kill(hall, 'SIGCONT');
  assert.equal((await file).status, 200);
});

test('SIGTERM while a file waits for its store: the visitor gets the answer, whole, and then all ends', limit, async (t) => {
  const s = await serve(t, data), one = await link(s, first.people[0]);
  const before = await s.get(one);
  const [stuck] = stores(s);
  process.kill(stuck, 'SIGSTOP');
  t.after(() => signal(stuck, 'SIGKILL'));
  const w = new Wire(s.port);
  await w.open;
  w.send(`GET ${one} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  s.kill('SIGTERM');
  await until(() => new Promise((resolve) => {
    const probe = net.connect(s.port, '127.0.0.1');
    probe.on('error', () => resolve(true));
    probe.on('connect', () => { probe.destroy(); resolve(false); });
  }), 'it takes connections still');
  assert.match(w.text, /^(HTTP\/1.1 503 [^]*)?$/, 'it waits for the store');
  signal(stuck, 'SIGCONT');
  const [a, ...more] = answers(await w.rest());
  // On a slow machine the five seconds for a store may be over before it goes on.
  assert.ok(a.status === 503 || (a.status === 200 && a.body === before.body), `${a.status}`);
  assert.deepEqual([a.headers.connection, more.length], ['close', 0]);
  assert.deepEqual(await s.exited, { code: 0, signal: null });
});

// More pages in the log than the first part of its index has room for, left there.
function fillLog(name) {
  const r = run('sqlite3', [path.join(data, 'ledger', `${name}.db`), `PRAGMA busy_timeout=30000; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF; CREATE TABLE IF NOT EXISTS much(b BLOB); BEGIN; DELETE FROM much;
    WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 4500) INSERT INTO much SELECT zeroblob(3000) FROM c; COMMIT`]);
  assert.equal(r.status, 0, r.stderr);
  assert.ok(fs.statSync(path.join(data, 'ledger', `${name}.db-shm`)).size > 32768);
}

for (const len of [0, 100, 4096, 32768, 49152])
  test(`an index cut to ${len} bytes ends nobody, and the ledger is read again`, limit, async (t) => {
    const s = await serve(t, data);
    const processes = () => below(s.pid).filter((p) => /certfill-(serve|verify)/.test(p.name)).map((p) => p.pid).sort();
    const ready = async () => { for (let i = 0; i < 8; i++) for (const p of [...first.people, ...second.people]) assert.equal((await s.verdict(p)).verdict, 'valid'); };
    await ready();
    const there = processes();
    for (const name of ['first', 'routes']) {
      if (len >= 32768) fillLog(name);
      fs.truncateSync(path.join(data, 'ledger', `${name}.db-shm`), len);
      // Until it is read again "could not be checked" is the truth; nothing else may be said, of anybody.
      for (const p of first.people)
        await until(async () => {
          const a = await s.verdict(p);
          assert.ok(['valid', 'undetermined'].includes(a.verdict), a.verdict);
          return a.verdict === 'valid';
        }, `${name} is not read again: ${s.complained}`);
      if (name === 'first') for (const p of second.people) assert.equal((await s.verdict(p)).verdict, 'valid');
    }
    await until(async () => { try { await ready(); return true; } catch (e) { if (!/undetermined/.test(e.message)) throw e; return false; } }, s.complained);
    assert.deepEqual(processes(), there, `nobody ended: ${s.complained}`);
  });
