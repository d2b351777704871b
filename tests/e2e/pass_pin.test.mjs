// SPDX-License-Identifier: Apache-2.0
// A plan pins the pass certificate: another one under a frozen plan is a conflict, and each batch keeps its chain.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import os from 'node:os';
import { installApple, makeApple, verifyPass } from './apple.mjs';
import { certfill, run, smallCohort, temporary } from './lib.mjs';

let shared;

before(() => {
  shared = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-apple-'));
  process.on('exit', () => fs.rmSync(shared, { recursive: true, force: true }));
  for (const name of ['old', 'renewed']) makeApple(path.join(shared, name));
});

const apple = (name) => path.join(shared, name);

test('a plan of the throwaway certificate is not finished under a real one', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 3);
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'out')];
  assert.equal(certfill([...args, '--plan-only']).status, 0);
  const installed = installApple(apple('old'), data);
  const refused = certfill(args);
  assert.equal(refused.status, 6, refused.stderr);
  assert.match(refused.stderr, /planned with the throwaway pass certificate, and a real one is installed now; put the old one back to finish it, or give the manifest another idempotency_key/);
  assert.ok(!fs.existsSync(path.join(dir, 'out', 's-1')), 'nothing is issued');
  // As the sentence says: the old one back.
  fs.renameSync(installed, path.join(dir, 'put-away'));
  const done = certfill(args);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.summary.issued, 3);
  // Finished is finished, whatever is installed: the chain is the batch's own.
  fs.renameSync(path.join(dir, 'put-away'), installed);
  assert.equal(certfill(args).status, 0);
  const out = path.join(dir, 'again');
  const r = certfill(['batch', 'export', done.summary.batch, '--out', out, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  const pem = fs.readFileSync(path.join(out, 'pass-chain.pem'), 'utf8');
  assert.equal(pem, fs.readFileSync(path.join(dir, 'out', 'pass-chain.pem'), 'utf8'));
  assert.match(run('openssl', ['x509', '-noout', '-subject'], { input: pem }).stdout, /DEMO/);
  verifyPass(path.join(out, 's-2', 'pass.pkpass'), path.join(out, 'pass-chain.pem'), dir);
});

test('or the rest is planned anew under another idempotency key', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 3);
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'out')];
  assert.equal(certfill([...args, '--plan-only']).status, 0);
  installApple(apple('old'), data);
  assert.equal(certfill(args).status, 6);
  const manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  manifest.idempotency_key = 'with-the-real-certificate';
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const done = certfill(args);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.summary.issued, 3);
  verifyPass(path.join(dir, 'out', 's-1', 'pass.pkpass'), path.join(apple('old'), 'root.pem'), dir);
});

test('renewed, or another intermediate: a conflict that says which', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 2);
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', data];
  assert.equal(certfill(['init', '--data', data]).status, 0);
  installApple(apple('old'), data);
  assert.equal(certfill([...args, '--plan-only']).status, 0);
  const to = installApple(apple('renewed'), data);
  let r = certfill(args);
  assert.equal(r.status, 6, r.stderr);
  assert.match(r.stderr, /planned with another pass certificate than is installed now/);
  installApple(apple('old'), data);
  // The same name and key, made again: its DER differs, and so would the passes.
  run('openssl', ['x509', '-req', '-in', 'wwdr.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-days', '3000', '-extfile', 'ca.cnf', '-out', path.join(to, 'wwdr.pem')], { cwd: apple('old') });
  r = certfill(args);
  assert.equal(r.status, 6, r.stderr);
  assert.match(r.stderr, /planned with another wwdr\.pem than is installed now/);
  fs.rmSync(to, { recursive: true });
  r = certfill(args);
  assert.equal(r.status, 6, r.stderr);
  assert.match(r.stderr, /planned with a real pass certificate, and there is only the throwaway one now/);
});

test('an export holds the chain of every batch whose passes it holds', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out');
  const first = smallCohort(dir, 2);
  assert.equal(certfill(['issue', first.cohort, '--manifest', first.manifest, '--data', data]).status, 0);
  installApple(apple('old'), data);
  const second = smallCohort(dir, 4);
  const r = certfill(['issue', second.cohort, '--manifest', second.manifest, '--data', data, '--out', out]);
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual([r.summary.issued, r.summary.unchanged], [2, 2]);
  const pem = path.join(out, 'pass-chain.pem');
  assert.equal(fs.readFileSync(pem, 'utf8').match(/BEGIN CERTIFICATE/g).length, 3);
  verifyPass(path.join(out, 's-1', 'pass.pkpass'), pem, dir);
  // Apple's root is not ours to hand out; with it, or trusting the intermediate, the new ones verify.
  verifyPass(path.join(out, 's-3', 'pass.pkpass'), pem, dir, ['-partial_chain']);
  assert.throws(() => verifyPass(path.join(out, 's-3', 'pass.pkpass'), path.join(apple('renewed'), 'root.pem'), dir));
});

test('a manifest without passes does not care', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 2);
  const manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  for (const c of Object.values(manifest.credentials)) c.outputs = ['pdf', 'ob3'];
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'out')];
  assert.equal(certfill([...args, '--plan-only']).status, 0);
  installApple(apple('old'), data);
  const done = certfill(args);
  assert.equal(done.status, 0, done.stderr);
  assert.ok(!fs.existsSync(path.join(dir, 'out', 'pass-chain.pem')));
});
