// SPDX-License-Identifier: Apache-2.0
// What a phone would refuse without a word is said before a batch, with what was found and what is wanted.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { installApple, makeApple } from './apple.mjs';
import { certfill, smallCohort, temporary } from './lib.mjs';

let shared;
before(() => {
  shared = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-certificate-'));
  process.on('exit', () => fs.rmSync(shared, { recursive: true, force: true }));
  makeApple(path.join(shared, 'good'));
  makeApple(path.join(shared, 'other'));
});

// Issues under the chain that change made of a good one; returns the run.
function issue(t, change) {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 2), from = path.join(dir, 'apple');
  fs.cpSync(path.join(shared, 'good'), from, { recursive: true });
  change?.(from);
  assert.equal(certfill(['init', '--data', data]).status, 0);
  installApple(from, data);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'out')]);
  r.issued = fs.existsSync(path.join(dir, 'out', 's-1'));
  r.doctor = certfill(['doctor', '--data', data]);
  return r;
}

function refused(r, words) {
  assert.equal(r.status, 7, r.stderr);
  assert.match(r.stderr, words);
  assert.ok(!r.issued, 'nothing is issued');
  assert.match(r.doctor.stdout + r.doctor.stderr, words, 'doctor says it too');
}

const other = (name) => (to) => fs.copyFileSync(path.join(shared, 'other', name), path.join(to, name));
const made = (options) => (to) => makeApple(to, options);

test('a good one issues', (t) => assert.equal(issue(t).status, 0));
test('a key of another certificate', (t) => refused(issue(t, other('pass.key')), /pass\.key does not belong to pass\.pem/));
test('an intermediate that did not issue it', (t) => refused(issue(t, other('wwdr.pem')), /not issued by the one in wwdr\.pem: it names .*Worldwide Developer Relations/));
test('another generation', (t) => refused(issue(t, made({ generation: 'G3' })), /wwdr\.pem is generation .{1,2}G3/));
test('no intermediate of Apple\'s', (t) => refused(issue(t, made({ issuer: 'Somebody Else CA' })), /wwdr\.pem is .{1,2}Somebody Else CA, G4/));
test('no pass type', (t) => refused(issue(t, made({ type: 'com.example.app' })), /its UID is .{1,2}com\.example\.app/));
test('no team', (t) => refused(issue(t, made({ team: 'Learning' })), /its OU is .{1,2}Learning/));
test('one that ends within thirty days issues, with a warning', (t) => {
  const r = issue(t, made({ days: 20 }));
  assert.equal(r.status, 0, r.stderr);
  assert.ok(r.lines.some((l) => l.message_type === 'note' && /the pass certificate ends on \d{4}-\d\d-\d\d: renew it soon/.test(l.text)), JSON.stringify(r.lines));
});
test('one that is missing, and one that others can read', (t) => {
  refused(issue(t, (to) => fs.writeFileSync(path.join(to, 'wwdr.pem'), 'no certificate')), /wwdr\.pem holds no certificate in PEM form/);
});
