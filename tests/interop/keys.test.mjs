// SPDX-License-Identifier: Apache-2.0
// Rotation under a moving clock: three years of a weekly schedule, killed and doubled on the way; then
// other people's libraries check the oldest credentials with what is published at the end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { compactVerify, createLocalJWKSet, importJWK } from 'jose';

import { certfill, certfillPath, faketime, recordStderr, smallCohort, start, temporary } from '../e2e/lib.mjs';
import { verifyByReference } from './di_reference.mjs';

globalThis.crypto ??= crypto.webcrypto;

const day = 86400000;
const begin = Date.parse('2026-06-01T09:00:00Z');

// Control alone asks the clock; the workers' environment is empty and they are told the time.
const at = (ms) => ({ env: {
  ...process.env, TZ: 'UTC', LD_PRELOAD: faketime, FAKETIME_DONT_FAKE_MONOTONIC: '1',
  FAKETIME: `@${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}`,
} });

const keysOf = (r) => r.lines.filter((l) => l.message_type === 'key');

function list(data, ms) {
  const r = certfill(['--data', data, 'key', 'list'], at(ms));
  assert.equal(r.status, 0, r.stderr);
  return keysOf(r);
}

// One active key of each purpose, at most one announced; the active one in its first year.
function checkStates(keys, ms, purposes = ['assert', 'record', 'receipt']) {
  for (const purpose of purposes) {
    const own = keys.filter((k) => k.purpose === purpose);
    const active = own.filter((k) => k.state === 'active');
    assert.equal(active.length, 1, `${purpose} on ${new Date(ms).toISOString()}: ${JSON.stringify(own)}`);
    assert.ok(own.filter((k) => k.state === 'announced').length <= 1, purpose);
    assert.ok(ms - Date.parse(active[0].signs_from) <= 366 * day, `${purpose} signs for over a year`);
    // Also when a crash came between the key file and the ledger, which is what others see.
    if (own.length > 1 && active[0] !== own[0] && ['assert', 'jwt'].includes(purpose))
      assert.ok(ms - Date.parse(active[0].announced) >= 2 * day, 'published for two days before it signs');
  }
}

function issue(data, dir, ms, tag) {
  const own = path.join(dir, tag);
  fs.mkdirSync(own);
  const f = smallCohort(own, 2, (row, i) => ({ ...row, id: `${tag}-${i}`, issued_on: new Date(ms).toISOString().slice(0, 10) }));
  const r = certfill(['--data', data, 'issue', f.cohort, '--manifest', f.manifest, '--out', path.join(own, 'out')], at(ms));
  assert.equal(r.status, 0, r.stderr);
  const found = [];
  const walk = (d) => { for (const e of fs.readdirSync(d, { withFileTypes: true })) e.isDirectory() ? walk(path.join(d, e.name)) : found.push(path.join(d, e.name)); };
  walk(path.join(own, 'out'));
  return { jwt: found.filter((p) => p.endsWith('.jwt')), json: found.filter((p) => path.basename(p) === 'credential.json') };
}

// The VC-JWT beside 1EdTech's, which another key signs.
const vcJwt = (files) => files.find((f) => path.basename(f) === 'credential.jwt');
const kidOf = (jwt) => JSON.parse(Buffer.from(fs.readFileSync(jwt, 'utf8').split('.')[0], 'base64url')).kid;

test('three years of rotation', { skip: !faketime, timeout: 600000 }, async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), published = path.join(dir, 'published');
  const init = certfill(['--data', data, 'init', '--name', 'Uni', '--base-url', 'https://certs.uni-example.org'], at(begin));
  assert.equal(init.status, 0, init.stderr);
  assert.equal(certfill(['--data', data, 'key', 'new', '--alg', 'RS256'], at(begin)).status, 0);
  const issued = [issue(data, dir, begin, 'year-0')];
  const end = begin + 3 * 365 * day;
  for (let ms = begin; ms <= end; ms += 7 * day) {
    const r = certfill(['--data', data, 'key', 'rotate', '--if-due'], at(ms));
    assert.equal(r.status, 0, r.stderr);
    checkStates(keysOf(r), ms, ['assert', 'record', 'receipt', 'jwt']);
    for (const between of [1, 3, 6]) if (keysOf(r).some((k) => k.state === 'announced')) checkStates(list(data, ms + between * day), ms + between * day);
    for (const year of [1, 2]) if (ms <= begin + (year * 365 + 20) * day && ms + 7 * day > begin + (year * 365 + 20) * day) issued.push(issue(data, dir, ms, `year-${year}`));
  }
  const kids = issued.map((i) => kidOf(vcJwt(i.jwt)));
  assert.equal(new Set(kids).size, 3, 'a key for every year');

  assert.equal(certfill(['--data', data, 'key', 'publish', '--to', published], at(end)).status, 0);
  assert.equal(certfill(['--data', data, 'key', 'check', published], at(end)).status, 0);
  const read = (name) => JSON.parse(fs.readFileSync(path.join(published, name), 'utf8'));
  for (const { jwt, json } of issued) {
    for (const file of jwt) {
      await compactVerify(fs.readFileSync(file, 'utf8'), createLocalJWKSet(read('jwks.json')));
      const bare = read(`keys/${kidOf(file).split('/').at(-1)}.json`);
      await compactVerify(fs.readFileSync(file, 'utf8'), await importJWK(bare, bare.alg));
    }
    for (const file of json) {
      const result = await verifyByReference(JSON.parse(fs.readFileSync(file, 'utf8')), read('did.json'), { now: new Date(end) });
      assert.ok(result.verified, `${file}: ${result.reason}`);
    }
  }

  // A compromised key: its credentials fail with what is published then, the others hold.
  const first = kids[0].split('/').at(-1);
  assert.equal(certfill(['--data', data, 'key', 'compromise', first], at(end)).status, 10);
  assert.equal(certfill(['--data', data, '--yes', 'key', 'compromise', first], at(end)).status, 0);
  assert.equal(certfill(['--data', data, 'key', 'check', published], at(end)).status, 6);
  assert.equal(certfill(['--data', data, 'key', 'publish', '--to', published], at(end)).status, 0);
  const [old, , young] = issued.map((i) => fs.readFileSync(vcJwt(i.jwt), 'utf8'));
  await assert.rejects(compactVerify(old, createLocalJWKSet(read('jwks.json'))));
  await compactVerify(young, createLocalJWKSet(read('jwks.json')));
  const bare = read(`keys/${first}.json`);
  assert.ok(bare.compromisedAt);
  await assert.rejects((async () => compactVerify(old, await importJWK(bare, 'EdDSA')))());
  const did = read('did.json');
  assert.ok(!did.assertionMethod.some((m) => m.endsWith(`#${first}`)));
  assert.ok(did.verificationMethod.find((m) => m.id.endsWith(`#${first}`)).revoked);
});

// Everything that a rotation does to a disk. strace counts each call of each process by itself.
const steps = ['renameat', 'fsync', 'fdatasync', 'pwrite64', 'ftruncate', 'unlink', 'unlinkat'];
const traced = (data, file, now, ...more) => new Promise((resolve) => {
  const child = recordStderr(spawn('strace', ['-f', '-qq', '-o', file, '-e', `trace=${steps}`, ...more, certfillPath, '--data', data, 'key', 'rotate'], { ...at(now), stdio: ['ignore', 'ignore', 'pipe'] }));
  child.on('close', (status) => resolve(status));
});

test('killed at each step, and several at once', { skip: !faketime, timeout: 600000 }, async (t) => {
  const dir = temporary(t), fresh = path.join(dir, 'fresh'), trace = path.join(dir, 'trace'), now = begin + 350 * day;
  assert.equal(certfill(['--data', fresh, 'init'], at(begin)).status, 0);
  const copy = (name) => { const data = path.join(dir, name); fs.cpSync(fresh, data, { recursive: true }); return data; };
  assert.equal(await traced(copy('whole'), trace, now), 0);
  const calls = {};
  for (const [, pid, call] of fs.readFileSync(trace, 'latin1').matchAll(/^(\d+) +(\w+)\(/gm)) ((calls[call] ??= {})[pid] ??= 0, calls[call][pid]++);
  for (const call of ['renameat', 'fsync', 'fdatasync', 'pwrite64']) assert.ok(calls[call], `${call}: ${JSON.stringify(calls)}`);
  const all = Object.entries(calls).flatMap(([call, by]) => [...Array(Math.max(...Object.values(by))).keys()].map((n) => [call, n + 1]));
  // SQLite writes many pages; every third, but with SWEEP=all each.
  const points = all.filter(([call, n]) => call !== 'pwrite64' || n % 3 === 1 || process.env.SWEEP === 'all');
  assert.ok(points.length > 20, JSON.stringify(calls));

  const check = (data, where) => {
    checkStates(list(data, now), now);
    const again = certfill(['--data', data, 'key', 'rotate'], at(now + 60000));
    assert.equal(again.status, 0, `${where}: ${again.stderr}`);
    for (const later of [0, 5]) checkStates(list(data, now + 60000 + later * day), now + 60000 + later * day);
    assert.equal(list(data, now + 60000).filter((k) => k.purpose === 'assert').length, 2, where);
    assert.ok(fs.readdirSync(path.join(data, 'keys/default')).filter((n) => n !== 'keys').length <= 1, where);
    return again.lines.some((l) => /announced already/.test(l.text ?? ''));
  };
  let killed = 0, early = 0, late = 0;
  for (const [call, n] of points) {
    const data = copy(`${call}-${n}`);
    await traced(data, trace, now, '-e', `inject=${call}:signal=SIGKILL:when=${n}`);
    if (/killed by SIGKILL/.test(fs.readFileSync(trace, 'latin1'))) killed++;
    if (check(data, `${call} ${n}`)) late++;
    else early++;
    fs.rmSync(data, { recursive: true });
  }
  assert.equal(killed, points.length, 'each step was reached');
  assert.ok(early > 0 && late > 0, `${early} before the keys changed, ${late} after`);

  // One is killed while it puts the new file in place, and another rotates at the same time.
  for (const call of ['renameat', 'fsync']) {
    const data = copy(`two-${call}`);
    const [, status] = await Promise.all([traced(data, trace, now, '-e', `inject=${call}:signal=SIGKILL:when=1`),
      new Promise((resolve) => start(['--data', data, 'key', 'rotate'], at(now)).on('close', resolve))]);
    // 7: the first one's control took it over, and each of its signers is killed.
    assert.ok(status === 0 || status === 7, `${call}: ${status}`);
    check(data, `two at ${call}`);
  }

  const data = copy('many');
  const ends = await Promise.all([1, 2, 3, 4].map(() => new Promise((resolve) => start(['--data', data, 'key', 'rotate'], at(now)).on('close', resolve))));
  assert.deepEqual(ends, [0, 0, 0, 0]);
  assert.equal(list(data, now).filter((k) => k.purpose === 'assert').length, 2);
  checkStates(list(data, now + 3 * day), now + 3 * day);
});

test('a plan ends with its key; --replan issues the rest', { skip: !faketime, timeout: 600000 }, (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 3);
  const args = ['--data', data, 'issue', f.cohort, '--manifest', f.manifest];
  assert.equal(certfill([...args, '--plan-only'], at(begin)).status, 0);
  assert.equal(certfill(['--data', data, 'key', 'rotate'], at(begin)).status, 0);
  const kid = list(data, begin).find((k) => k.purpose === 'assert' && k.state === 'active').kid;
  const late = certfill(args, at(begin + 20 * day));
  assert.equal(late.status, 7, late.stderr);
  assert.match(late.stderr, /last day of signing on 2026-06-10.*--replan/);
  const again = certfill([...args, '--replan'], at(begin + 20 * day));
  assert.equal(again.status, 0, again.stderr);
  assert.equal(again.summary.issued, 3);
  // Compromised in the middle of things: the same, at once.
  const g = smallCohort(dir, 5);
  const more = ['--data', data, 'issue', g.cohort, '--manifest', g.manifest];
  assert.equal(certfill([...more, '--plan-only'], at(begin + 20 * day)).status, 0);
  const active = list(data, begin + 20 * day).find((k) => k.purpose === 'assert' && k.state === 'active').kid;
  assert.notEqual(active, kid);
  assert.equal(certfill(['--data', data, '--yes', 'key', 'compromise', active], at(begin + 20 * day)).status, 0);
  const refused = certfill(more, at(begin + 20 * day));
  assert.equal(refused.status, 7);
  assert.match(refused.stderr, /is compromised/);
  assert.equal(certfill([...more, '--replan'], at(begin + 20 * day)).status, 7, 'no key before the overlap is over');
  const done = certfill([...more, '--replan'], at(begin + 23 * day));
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.summary.issued, 2);
});
