// SPDX-License-Identifier: Apache-2.0
// Corrections and renewals: a new credential in the place of one that stays as it was issued.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { certfill, certfillPath, hashTree, run, smallCohort, temporary } from './lib.mjs';

function issued(t, count) {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out'), f = smallCohort(dir, count);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  return { dir, data, out, batch: r.summary.batch, find: (id) => certfill(['cred', 'find', id, '--data', data]).lines };
}
const cred = (f, ...args) => certfill(['cred', ...args, '--data', f.data, '--no-input'], { input: '' });
const sql = (f, text) => run('sqlite3', [path.join(f.data, 'ledger', 'default.db'), text]).stdout.trim();
const payload = (dir) => JSON.parse(Buffer.from(fs.readFileSync(path.join(dir, 'credential.jwt'), 'utf8').split('.')[1], 'base64url'));
const claim = (dir, id) => fs.readFileSync(path.join(dir, 'links.csv'), 'utf8').split('\n').find((l) => l.startsWith(`${id},`))?.match(/https:\/\/[^,]*\/c\/[^,\s]*/)?.[0];

function set(f) {
  const to = path.join(f.dir, `web-${Math.random()}`);
  assert.equal(certfill(['status', 'export', '--to', to, '--data', f.data]).status, 0);
  const doc = JSON.parse(fs.readFileSync(path.join(to, 'status', '1')));
  const bits = zlib.gunzipSync(Buffer.from(doc.credentialSubject.encodedList.slice(1), 'base64url'));
  return [...Array(131072).keys()].filter((i) => bits[i >> 3] & (0x80 >> (i & 7)));
}

test('a correction is a new credential under the same award; what was issued stays', (t) => {
  const f = issued(t, 3), now = path.join(f.dir, 'new');
  const before = hashTree(f.out), [old] = f.find('s-2');
  const asked = cred(f, 'correct', old.credential, '--set', 'name=Zoë Ødegård');
  assert.equal(asked.status, 10);
  assert.equal(asked.lines.find((l) => l.message_type === 'target').detail, '"Person Nummer 2" -> "Zoë Ødegård"');
  assert.equal(sql(f, 'SELECT count(*) FROM credentials'), '3');
  const args = ['correct', old.credential, '--set', 'name=Zoë Ødegård', '--set', 'email=zoe@example.org', '--yes', '--out', now];
  const done = cred(f, ...args);
  assert.equal(done.status, 0, done.stderr);
  const [newest, first] = f.find('s-2');
  assert.deepEqual([newest.name, newest.verdict, newest.generation], ['Zoë Ødegård', 'valid', 2]);
  assert.deepEqual([first.credential, first.name, first.verdict], [old.credential, 'Person Nummer 2', 'superseded']);
  assert.notEqual(newest.credential, old.credential);
  assert.deepEqual(hashTree(f.out), before, 'nothing that was handed out is touched');
  const a = payload(path.join(f.out, 's-2')), b = payload(path.join(now, 's-2'));
  assert.notEqual(a.id, b.id);
  assert.equal(a.credentialSubject.achievement.id, b.credentialSubject.achievement.id);
  assert.equal(a.awardedDate, b.awardedDate);
  assert.notEqual(a.credentialStatus.statusListIndex, b.credentialStatus.statusListIndex);
  assert.deepEqual(set(f), [Number(a.credentialStatus.statusListIndex)], 'what was wrong does not verify any more');
  assert.match(claim(now, 's-2'), /\/c\/.{20}/);
  assert.equal(claim(f.out, 's-2'), claim(now, 's-2'), 'the claim link is the award\'s');
  const text = run('pdftotext', ['-layout', path.join(now, 's-2', 'certificate.pdf'), '-']).stdout;
  assert.ok(text.includes('Zoë Ødegård'), text);
  assert.equal(sql(f, 'SELECT kind, reason, length(signature) FROM status_events'), '4|corrected|64');
  assert.equal(sql(f, "SELECT count(*) FROM audit WHERE reason='corrected' AND action='batch.begin'"), '1');
  const again = cred(f, ...args);
  assert.equal(again.status, 0, again.stderr);
  assert.equal(again.lines.find((l) => l.message_type === 'result').unchanged, 1);
  assert.equal(sql(f, 'SELECT count(*) FROM credentials'), '4');
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '1');
});

test('what a badge says is corrected and checked with it: results against their descriptions, credits', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), manifest = path.join(dir, 'm.json');
  const resultDescription = [{ name: 'Project', resultType: 'RubricCriterionLevel', rubricCriterionLevel: [{ id: 'https://u.example/l/1', name: 'Pass' }, { id: 'https://u.example/l/2', name: 'Good' }] },
    { name: 'Grade', resultType: 'Percent', valueMin: '0', valueMax: '100' }];
  fs.writeFileSync(manifest, JSON.stringify({ format: 'certfill-manifest/1', rows: [{ recipient_id: '1', name: 'Ada', credits_earned: '5', result: { project: 'Pass', grade: '70' } }],
    credentials: { c: { template: 'sample:classic', outputs: ['ob3'], achievement: { id: 'https://u.example/a', name: 'N', description: 'd', criteria: { narrative: 'x' }, resultDescription } } } }));
  assert.equal(certfill(['issue', '--manifest', manifest, '--data', data]).status, 0);
  const f = { data }, newest = () => certfill(['cred', 'find', '1', '--data', data]).lines[0].credential;
  const subject = (...args) => {
    const out = path.join(dir, `${Math.random()}`), r = cred(f, 'correct', newest(), ...args, '--yes', '--out', out);
    assert.equal(r.status, 0, r.stderr);
    return payload(path.join(out, '1')).credentialSubject;
  };
  const s = subject('--set', 'result.project=Good', '--set', 'credits_earned=7,50');
  assert.deepEqual([s.result[0].achievedLevel, s.result[1].value, s.creditsEarned], ['https://u.example/l/2', '70', 7.5]);
  for (const [value, why] of [['result.project=Great', /none of: Pass, Good/], ['result.grade=101', /valueMax/], ['credits_earned=many', /number of credits/]]) {
    const r = cred(f, 'correct', newest(), '--set', value, '--yes');
    assert.equal(r.status, 6, r.stderr);
    assert.match(r.stderr, why);
  }
  assert.equal(cred(f, 'correct', newest(), '--set', 'credits_earned=7.5', '--yes').lines.find((l) => l.message_type === 'result').unchanged, 1);
});

test('values are checked as those of a cohort, and what a correction cannot be is refused', (t) => {
  const f = issued(t, 2), [{ credential }] = f.find('s-1');
  const refused = (why, ...args) => {
    const r = cred(f, 'correct', credential, ...args, '--yes');
    assert.equal(r.status, 6, `${args}: ${r.stderr}`);
    assert.match(r.stderr, why);
  };
  refused(/no @/, '--set', 'email=nope');
  refused(/same person/, '--set', 'recipient_id=s-9');
  refused(/no value of a credential/, '--set', 'shoe_size=46');
  refused(/name/, '--set', 'name=');
  refused(/nothing to change/);
  assert.equal(cred(f, 'correct', credential, '--set', 'name', '--yes').status, 2);
  const same = cred(f, 'correct', credential, '--set', 'name=Person Nummer 1', '--yes');
  assert.deepEqual([same.status, same.lines.find((l) => l.message_type === 'result').unchanged], [0, 1]);
  assert.equal(cred(f, 'revoke', credential, '--reason', 'other', '--yes').status, 0);
  refused(/for good/, '--set', 'name=Ada');
  assert.equal(sql(f, 'SELECT count(*) FROM credentials'), '2');
});

test('a renewal has a new last day and leaves the bit of the old one alone', (t) => {
  const f = issued(t, 2), now = path.join(f.dir, 'new'), [old] = f.find('s-1');
  assert.equal(cred(f, 'renew', old.credential, '--yes').status, 6, 'until when?');
  assert.equal(cred(f, 'renew', old.credential, '--until', '2001-01-01', '--yes').status, 6);
  const r = cred(f, 'renew', old.credential, '--until', '2049-12-31', '--yes', '--out', now);
  assert.equal(r.status, 0, r.stderr);
  const [newest, first] = f.find('s-1');
  assert.deepEqual([newest.valid_until, first.verdict], ['2049-12-31T00:00:00Z', 'superseded']);
  assert.equal(payload(path.join(now, 's-1')).awardedDate, payload(path.join(f.out, 's-1')).awardedDate);
  assert.deepEqual(set(f), []);
  assert.equal(sql(f, 'SELECT reason FROM status_events'), 'renewed');
});

test('in bulk, by a list with the new values', (t) => {
  const f = issued(t, 5), list = path.join(f.dir, 'list.csv');
  const id = (n) => f.find(`s-${n}`)[0].credential;
  fs.writeFileSync(list, `credential,name,Note\n${id(1)},Ann One,x\n${id(2)},Bob Two,\n${id(3)},Person Nummer 3,\n${id(4)},,\n`);
  const r = cred(f, 'correct', '--file', list, '--yes');
  assert.equal(r.status, 3, r.stderr);
  const result = r.lines.find((l) => l.message_type === 'result');
  assert.deepEqual([result.change, result.unchanged, result.refused], [2, 1, 1]);
  assert.deepEqual([1, 2, 3, 4].map((n) => f.find(`s-${n}`)[0].name), ['Ann One', 'Bob Two', 'Person Nummer 3', 'Person Nummer 4']);
  assert.equal(sql(f, "SELECT count(*) FROM batches"), '2');
});

test('killed in the middle, the same command leaves one correction and one event each', async (t) => {
  const f = issued(t, 8), list = path.join(f.dir, 'list.csv');
  const ids = [...Array(8).keys()].map((i) => f.find(`s-${i + 1}`)[0].credential);
  fs.writeFileSync(list, `credential,name\n${ids.map((c, i) => `${c},Neue Person ${i}`).join('\n')}\n`);
  const args = ['cred', 'correct', '--file', list, '--yes', '--data', f.data];
  // What it takes on this machine, on a copy; the moments walk over that.
  const copy = `${f.data}-copy`;
  fs.cpSync(f.data, copy, { recursive: true, filter: (n) => !n.endsWith('.sock') });
  const began = Date.now();
  assert.equal(certfill(args.map((a) => (a === f.data ? copy : a))).status, 0);
  const span = Date.now() - began;
  for (const part of [0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9]) {
    const p = spawn(certfillPath, ['--json', ...args], { stdio: 'ignore', detached: true });
    const gone = new Promise((resolve) => p.on('exit', resolve));
    setTimeout(() => {
      const control = run('pgrep', ['-P', String(p.pid)]).stdout.trim();
      if (control) try { process.kill(Number(control), 'SIGKILL'); } catch { /* it was faster */ }
    }, span * part);
    await gone;
  }
  const last = certfill(args);
  assert.equal(last.status, 0, last.stderr);
  assert.equal(sql(f, 'SELECT count(*), max(generation) FROM credentials'), '16|2');
  assert.equal(sql(f, 'SELECT count(*), count(DISTINCT ulid), min(kind), max(kind) FROM status_events'), '8|8|4|4');
  assert.equal(set(f).length, 8);
});

test('killed after its last shard, a correction is completed by the next command that has a signer', (t) => {
  for (const [verb, option, reason, bits] of [['correct', ['--set', 'name=Neu'], 'corrected', 1], ['renew', ['--until', '2040-01-01'], 'renewed', 0]])
    for (const next of [['status', 'refresh'], ['cred', 'find', 's-2']]) {
      const f = issued(t, 2), [old] = f.find('s-1');
      const r = cred(f, verb, old.credential, ...option, '--yes');
      assert.equal(r.status, 0, r.stderr);
      const events = sql(f, 'SELECT hex(ulid), kind, reason FROM status_events');
      assert.match(events, new RegExp(`\\|4\\|${reason}$`));
      // As a crash leaves it: issued, not finished, nothing told.
      for (const table of ['status_events', 'batch_events', 'batch_receipts'])
        for (const name of sql(f, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '${table}'`).split('\n').filter(Boolean)) sql(f, `DROP TRIGGER ${name}`);
      sql(f, 'DELETE FROM status_events');
      sql(f, "DELETE FROM batch_events WHERE state = 4 AND batch = (SELECT max(batch) FROM batches)");
      assert.equal(certfill([...next, '--data', f.data]).status, 0);
      assert.equal(sql(f, 'SELECT hex(ulid), kind, reason FROM status_events'), events, `${verb}, ${next.join(' ')}`);
      assert.equal(set(f).length, bits);
    }
});
