// SPDX-License-Identifier: Apache-2.0
// Running again: nothing twice, nothing lost, corrections issue only what is new.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, certfillPath, hashTree, parseCsv, sample, smallCohort, temporary } from './lib.mjs';

const artifacts = (p) => /certificate|credential|pass\.pkpass/.test(p);

test('the same command again issues nothing new and says so', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 7);
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--out', path.join(dir, 'out'), '--data', path.join(dir, 'data')];
  const first = certfill(args);
  assert.equal(first.status, 0, first.stderr);
  const before = hashTree(path.join(dir, 'out'));
  const again = certfill(args);
  assert.equal(again.status, 0, again.stderr);
  assert.equal(again.summary.issued, 0);
  assert.equal(again.summary.unchanged, 7);
  assert.ok(again.lines.some((l) => l.message_type === 'note' && /nothing new/.test(l.text)));
  assert.deepEqual(hashTree(path.join(dir, 'out')), before);
});

test('bad rows are refused alone; the corrected cohort issues only them', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out');
  const broken = smallCohort(dir, 9, (r, i) => (i === 4 ? { ...r, email: 'no address' } : i === 6 ? { ...r, issued_on: '46185' } : r));
  const first = certfill(['issue', broken.cohort, '--manifest', broken.manifest, '--out', out, '--data', data]);
  assert.equal(first.status, 3, first.stderr);
  assert.deepEqual([first.summary.rows, first.summary.issued, first.summary.left_out], [9, 7, 2]);
  const errors = parseCsv(fs.readFileSync(path.join(out, 'errors.csv'), 'utf8'));
  assert.equal(errors.length, 2);
  assert.deepEqual(errors.map((e) => [e.recipient_id, e._line]), [['s-4', '5'], ['s-6', '7']]);
  for (const e of errors) assert.ok(e._code && e._message.length > 10);
  const same = certfill(['issue', broken.cohort, '--manifest', broken.manifest, '--out', out, '--data', data]);
  assert.equal(same.status, 3, same.stderr);
  assert.ok(same.lines.some((l) => l.message_type === 'note' && /^2 rows were left out then: issue the errors\.csv/.test(l.text)));
  const before = hashTree(out, artifacts);
  const fixed = smallCohort(dir, 9);
  const second = certfill(['issue', fixed.cohort, '--manifest', fixed.manifest, '--out', out, '--data', data]);
  assert.equal(second.status, 0, second.stderr);
  assert.deepEqual([second.summary.rows, second.summary.issued, second.summary.unchanged], [9, 2, 7]);
  const after = hashTree(out, artifacts);
  assert.equal(Object.keys(after).length, 45);
  for (const [p, h] of Object.entries(before)) assert.equal(after[p], h, `${p} was touched`);
});

test('a plan is frozen by --plan-only and issued later', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 5);
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data')];
  const plan = certfill([...args, '--plan-only']);
  assert.equal(plan.status, 0, plan.stderr);
  assert.equal(plan.lines.find((l) => l.message_type === 'plan').rows, 5);
  const list = certfill(['batch', 'list', '--data', path.join(dir, 'data')]);
  assert.equal(list.lines.find((l) => l.message_type === 'batch').state, 'planned');
  const done = certfill(args);
  assert.equal(done.summary.issued, 5, done.stderr);
  const status = certfill(['batch', 'status', done.summary.batch, '--data', path.join(dir, 'data')]);
  assert.equal(status.lines[0].state, 'finished');
});

test('cred show and cred find say what was issued; batch report and export, too', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 3), data = path.join(dir, 'data');
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'out')]);
  assert.equal(r.status, 0, r.stderr);
  const found = certfill(['cred', 'find', 's-2', '--data', data]);
  assert.equal(found.status, 0, found.stderr);
  assert.equal(found.lines[0].name, 'Person Nummer 2');
  assert.equal(found.lines[0].verdict, 'valid');
  const shown = certfill(['cred', 'show', found.lines[0].credential, '--data', data]);
  assert.deepEqual(shown.lines[0], found.lines[0]);
  // As the credential itself says it.
  const { id } = JSON.parse(fs.readFileSync(path.join(dir, 'out/s-2/credential.json'), 'utf8'));
  assert.match(id, /^urn:uuid:/);
  assert.deepEqual(certfill(['cred', 'show', id, '--data', data]).lines[0], found.lines[0]);
  assert.equal(certfill(['cred', 'find', 'nobody', '--data', data]).status, 5);
  assert.equal(certfill(['cred', 'show', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '--data', data]).status, 5);
  const report = certfill(['batch', 'report', r.summary.batch, '--data', data]);
  assert.equal(report.lines.filter((l) => l.outcome === 'issued').length, 3);
  const exported = certfill(['batch', 'export', r.summary.batch, '--out', path.join(dir, 'again'), '--data', data]);
  assert.equal(exported.status, 0, exported.stderr);
  assert.deepEqual(hashTree(path.join(dir, 'again'), artifacts), hashTree(path.join(dir, 'out'), artifacts));
  assert.equal(certfill(['batch', 'status', 'nope', '--data', data]).status, 5);
});

test('another name under the same id: skip leaves it, supersede issues a new credential', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  const policy = (f, duplicate) => {
    const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
    m.policy = { ...m.policy, duplicate };
    fs.writeFileSync(f.manifest, JSON.stringify(m));
    return certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data]);
  };
  assert.equal(policy(smallCohort(dir, 3), 'skip').summary.issued, 3);
  const renamed = () => smallCohort(dir, 3, (r, i) => (i === 2 ? { ...r, name: 'José García' } : r));
  const skipped = policy(renamed(), 'skip');
  assert.deepEqual([skipped.summary.issued, skipped.summary.unchanged], [0, 3], skipped.stderr);
  const superseded = policy(renamed(), 'supersede');
  assert.deepEqual([superseded.summary.issued, superseded.summary.unchanged], [1, 2], superseded.stderr);
  const found = certfill(['cred', 'find', 's-2', '--data', data]).lines;
  assert.deepEqual(found.map((c) => [c.generation, c.verdict, c.name]), [[2, 'valid', 'José García'], [1, 'superseded', 'Person Nummer 2']]);
  // Nothing of the person is in an identifier: behind the time, the two of them have no more places in common than chance gives.
  const [a, b] = found.map((c) => c.credential.slice(10));
  assert.ok([...a].filter((x, i) => x === b[i]).length < 8, `${a} ${b}`);
});

test('the sample with errors refuses each bad row with record, line, column and code', (t) => {
  const dir = temporary(t);
  const r = certfill(['issue', sample('cohort-with-errors.csv'), '--manifest', smallCohort(dir, 1).manifest, '--out', path.join(dir, 'out'), '--data', path.join(dir, 'data')]);
  assert.equal(r.status, 3, r.stderr);
  const problems = r.lines.filter((l) => l.message_type === 'problem' && !l.warning);
  assert.ok(problems.length >= 8);
  for (const p of problems) assert.ok(p.record > 0 && p.line > 1 && p.column && /^[a-z-]+$/.test(p.code) && p.message.length > 8, JSON.stringify(p));
  assert.equal(r.summary.left_out - r.summary.held, new Set(problems.map((p) => p.record)).size);
});

test('held rows are left out, counted and no fault; a clean run takes an old errors.csv away', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out'), f = smallCohort(dir, 2);
  fs.writeFileSync(f.cohort, 'recipient_id,name,email,hold\ns-1,Ada,a@example.org,\ns-2,Bob,b@example.org,Y\n');
  fs.mkdirSync(out);
  fs.writeFileSync(path.join(out, 'errors.csv'), 'from a run before\n');
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual([r.summary.rows, r.summary.issued, r.summary.left_out, r.summary.held], [2, 1, 1, 1]);
  assert.ok(!fs.existsSync(path.join(out, 'errors.csv')));
  const report = certfill(['batch', 'report', r.summary.batch, '--data', data]).lines;
  assert.ok(report.some((l) => l.row === 2 && l.outcome === 'held'));
});

test('too many bad rows: nothing is issued, errors.csv says what to mend; three years end on the day they began', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out');
  const f = smallCohort(dir, 4, (r, i) => (i <= 3 ? { ...r, email: 'nobody' } : r));
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  m.policy.max_error_ratio = 0.5;
  m.credentials.diploma.valid_for = 'P3Y';
  fs.writeFileSync(f.manifest, JSON.stringify(m));
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data];
  const refused = certfill(args);
  assert.equal(refused.status, 4, refused.stderr);
  assert.equal(parseCsv(fs.readFileSync(path.join(out, 'errors.csv'), 'utf8')).length, 3);
  const fixed = smallCohort(dir, 4);
  fs.writeFileSync(fixed.manifest, JSON.stringify(m));
  assert.equal(certfill(args).summary.issued, 4);
  const shown = certfill(['cred', 'find', 's-1', '--data', data]).lines[0];
  assert.deepEqual([shown.valid_from, shown.valid_until], ['2026-06-12T00:00:00Z', '2029-06-12T00:00:00Z']);
});

test('a batch that was frozen before a later one took its rows still ends, and --out holds everybody', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 6);
  const first = ['issue', f.cohort, '--manifest', f.manifest, '--data', data];
  assert.equal(certfill([...first, '--plan-only']).status, 0);
  const other = path.join(dir, 'other');
  fs.mkdirSync(other);
  const g = smallCohort(other, 7);
  assert.equal(certfill(['issue', g.cohort, '--manifest', g.manifest, '--data', data]).summary.issued, 7);
  const r = certfill([...first, '--out', path.join(dir, 'out')]);
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual([r.summary.rows, r.summary.issued, r.summary.unchanged], [6, 0, 6]);
  const third = smallCohort(other, 8);
  const all = certfill(['issue', third.cohort, '--manifest', third.manifest, '--data', data, '--out', path.join(dir, 'all')]);
  assert.deepEqual([all.summary.issued, all.summary.unchanged], [1, 7], all.stderr);
  assert.equal(fs.readdirSync(path.join(dir, 'all')).filter((n) => n.startsWith('s-')).length, 8);
  assert.equal(parseCsv(fs.readFileSync(path.join(dir, 'all/links.csv'), 'utf8')).length, 8);
});

test('ids that are no file names, or names of our own lists, do no harm', (t) => {
  const dir = temporary(t), ids = ['../x', '.', '..', 'a/b', 'errors.csv', 'LINKS.CSV', 'receipt.json', 'CON', 'ä', 'x'.repeat(250), '%41', 'A'];
  const f = smallCohort(dir, ids.length, (r, i) => ({ ...r, id: ids[i - 1] }));
  const out = path.join(dir, 'deep', 'out');
  fs.mkdirSync(path.join(dir, 'deep'));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', out]);
  assert.equal(r.status, 0, r.stderr);
  const folders = fs.readdirSync(out).filter((n) => fs.statSync(path.join(out, n)).isDirectory());
  assert.equal(folders.length, ids.length);
  assert.equal(fs.readdirSync(path.join(dir, 'deep')).length, 1);
  assert.equal(parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8')).length, ids.length);
  assert.equal(fs.statSync(path.join(out, 'links.csv')).mode & 0o077, 0, 'links.csv is private');
});

test('a long report reaches a slow reader whole', async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), f = smallCohort(dir, 1200);
  const plan = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--plan-only']);
  assert.equal(plan.status, 0, plan.stderr);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data]);
  const { execFileSync } = await import('node:child_process');
  const text = execFileSync('/bin/sh', ['-c', `"$0" batch report ${r.summary.batch} --data "$1" | (sleep 1; cat)`, certfillPath, data]).toString();
  assert.equal(text.trim().split('\n').length, 1200);
});
