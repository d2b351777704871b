// SPDX-License-Identifier: Apache-2.0
// Status after issuing: events that are only ever added, lists that others can read, commands that ask first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { certfill, certfillPath, run, smallCohort, temporary } from './lib.mjs';

const ENTRIES = 131072;

// Issues count credentials and returns them by recipient.
function issued(t, count, status) {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out'), f = smallCohort(dir, count);
  const manifest = JSON.parse(fs.readFileSync(f.manifest));
  for (const c of Object.values(manifest.credentials)) if (status) c.status = status;
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  return { dir, data, out, batch: r.summary.batch, find: (id) => certfill(['cred', 'find', id, '--data', data]).lines };
}

const cred = (f, ...args) => certfill(['cred', ...args, '--data', f.data, '--no-input'], { input: '' });
const sql = (f, text) => run('sqlite3', [path.join(f.data, 'ledger', 'default.db'), text]).stdout.trim();

// The published lists, read without any code of ours: index -> set.
function lists(f) {
  const to = path.join(f.dir, `web-${Math.random()}`);
  const r = certfill(['status', 'export', '--to', to, '--data', f.data]);
  assert.equal(r.status, 0, r.stderr);
  const found = [];
  for (const name of fs.existsSync(path.join(to, 'status')) ? fs.readdirSync(path.join(to, 'status')) : []) {
    const doc = JSON.parse(fs.readFileSync(path.join(to, 'status', name)));
    const encoded = doc.credentialSubject.encodedList;
    assert.equal(encoded[0], 'u');
    const bits = zlib.gunzipSync(Buffer.from(encoded.slice(1), 'base64url'));
    assert.equal(bits.length, ENTRIES / 8);
    found.push({ doc, set: [...Array(ENTRIES).keys()].filter((i) => bits[i >> 3] & (0x80 >> (i & 7))) });
  }
  return { to, found };
}

// What the signed credential itself says about its place.
function entryOf(f, recipient) {
  const jwt = fs.readFileSync(path.join(f.out, recipient, 'credential.jwt'), 'utf8');
  const badge = JSON.parse(fs.readFileSync(path.join(f.out, recipient, 'credential.json')));
  const entry = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url')).credentialStatus;
  assert.ok(!Array.isArray(entry));
  if (badge.credentialStatus) assert.deepEqual(badge.credentialStatus, entry, 'both proofs secure the same entry');
  return entry;
}

test('a revoked credential is the one bit that is set, and revoking again adds nothing', (t) => {
  const f = issued(t, 5);
  assert.deepEqual(lists(f).found[0].set, []);
  const [{ credential }] = f.find('s-3');
  const r = cred(f, 'revoke', credential, '--reason', 'issued-in-error', '--note', 'zwei Personen, ein Name', '--yes');
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.lines.find((l) => l.message_type === 'result').change, 1);
  const { found: [list] } = lists(f);
  const entry = entryOf(f, 's-3');
  assert.deepEqual(list.set, [Number(entry.statusListIndex)]);
  assert.equal(entry.statusListCredential, list.doc.id);
  assert.equal(entry.statusPurpose, 'revocation');
  assert.equal(list.doc.credentialSubject.statusPurpose, 'revocation');
  assert.ok(Date.parse(list.doc.validUntil) > Date.parse(list.doc.validFrom));
  assert.equal(list.doc.credentialSubject.ttl, 300000);
  assert.equal(list.doc.proof[0].cryptosuite, 'eddsa-rdfc-2022');
  assert.equal(f.find('s-3')[0].verdict, 'revoked');
  const again = cred(f, 'revoke', credential, '--reason', 'withdrawn', '--yes');
  assert.equal(again.status, 0);
  assert.equal(again.lines.find((l) => l.message_type === 'result').unchanged, 1);
  assert.equal(sql(f, 'SELECT count(*), min(length(signature)), min(reason) FROM status_events'), '1|64|issued-in-error');
  assert.equal(sql(f, "SELECT count(*) FROM audit WHERE role='certification:revoke' AND action='revoked' AND reason='issued-in-error'"), '1');
  const [event] = certfill(['cred', 'show', credential, '--data', f.data]).lines[0].events;
  assert.deepEqual([event.event, event.reason, event.note], ['revoked', 'issued-in-error', 'zwei Personen, ein Name']);
  const bytes = fs.readFileSync(path.join(f.data, 'ledger', 'default.db'));
  assert.ok(!bytes.includes('zwei Personen'), 'what was written about a person is sealed');
});

test('what cannot be undone is not undone, and nothing happens without a yes', (t) => {
  const f = issued(t, 2);
  const [{ credential }] = f.find('s-1');
  const asked = cred(f, 'revoke', credential, '--reason', 'withdrawn');
  assert.equal(asked.status, 10);
  assert.match(asked.stderr, /for good/);
  assert.equal(asked.lines.find((l) => l.message_type === 'preview').change, 1);
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '0');
  assert.equal(cred(f, 'revoke', credential, '--yes').status, 2, 'a reason is required');
  assert.equal(cred(f, 'revoke', credential, '--reason', 'mood', '--yes').status, 2);
  assert.equal(cred(f, 'suspend', credential, '--reason', 'under-review', '--yes').status, 6, 'its status cannot be suspended');
  assert.equal(cred(f, 'revoke', credential, '--reason', 'withdrawn', '--yes').status, 0);
  for (const verb of ['restore', 'suspend']) {
    const r = cred(f, verb, credential, '--reason', 'other', '--yes');
    assert.equal(r.status, 6);
    assert.match(r.stderr, /for good/);
  }
  assert.equal(cred(f, 'revoke', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '--reason', 'other', '--yes').status, 5);
  assert.equal(cred(f, 'revoke', 'nonsense', '--reason', 'other', '--yes').status, 5);
  assert.equal(cred(f, 'revoke').status, 2);
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '1');
});

test('a person who says y sees the preview once', (t) => {
  const f = issued(t, 1), [c] = f.find('s-1');
  // util-linux's script gives the command a terminal.
  const type = (answer) => run('script', ['-qec', `'${certfillPath}' cred revoke ${c.credential} --reason withdrawn --data '${f.data}'`, '/dev/null'], { input: `${answer}\n` });
  const no = type('n');
  assert.match(no.stdout, /nothing was changed/);
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '0');
  const yes = type('y');
  assert.equal(yes.status, 0, yes.stdout);
  assert.equal(yes.stdout.split(c.credential).length - 1, 1, yes.stdout);
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '1');
});

test('what a person agrees to is the list that was shown, whatever its file says by then', async (t) => {
  const f = issued(t, 2), [a] = f.find('s-1'), [b] = f.find('s-2'), list = path.join(f.dir, 'list.csv');
  fs.writeFileSync(list, `credential\n${a.credential}\n`);
  const child = spawn('script', ['-qec', `'${certfillPath}' cred revoke --file '${list}' --reason withdrawn --data '${f.data}'`, '/dev/null'], { stdio: 'pipe' });
  let said = '';
  const ended = new Promise((resolve) => child.on('exit', resolve));
  child.stdout.on('data', (text) => {
    said += text;
    if (!/\[y\/N\]/.test(said) || child.stdin.writableEnded) return;
    fs.writeFileSync(list, `credential\n${a.credential}\n${b.credential}\n`);
    child.stdin.end('y\n');
  });
  assert.equal(await ended, 0, said);
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '1', said);
});

test('when a key is compromised its lists are signed anew at once, and what must not wait does not', (t) => {
  const f = issued(t, 2), kid = (purpose, state) => certfill(['key', 'list', '--data', f.data]).lines.find((l) => l.purpose === purpose && l.state === state)?.kid;
  const signedBy = () => lists(f).found.map((l) => l.doc.proof[0].verificationMethod.split('#')[1]);
  // One id in 64 begins with a dash, and is no option.
  const dashed = certfill(['key', 'compromise', `-${'A'.repeat(42)}`, '--yes', '--data', f.data]);
  assert.equal(dashed.status, 5, dashed.stderr);
  const first = kid('assert', 'active');
  assert.deepEqual(signedBy(), [first]);
  const r = certfill(['key', 'compromise', first, '--yes', '--data', f.data]);
  assert.equal(r.status, 0, r.stderr);
  assert.ok(r.lines.some((l) => /status lists were signed anew/.test(l.text ?? '')), JSON.stringify(r.lines));
  const next = kid('assert', 'announced');
  assert.deepEqual(signedBy(), [next]);
  const made = () => certfill(['status', 'refresh', '--data', f.data]).lines.at(-1).made;
  assert.equal(made(), 0, 'once is enough');
  assert.equal(sql(f, `UPDATE status_docs SET built_s = built_s - 3600; SELECT changes()`), '1');
  assert.equal(made(), 1, 'and a killed command leaves it to the next');

  // The key of events, too: revoking goes on, with its successor.
  const record = kid('record', 'active');
  assert.equal(certfill(['key', 'compromise', record, '--yes', '--data', f.data]).status, 0);
  const [c] = f.find('s-1'), [other] = f.find('s-2');
  assert.equal(cred(f, 'revoke', c.credential, '--reason', 'key-compromise', '--yes').status, 0);
  assert.equal(sql(f, 'SELECT kid FROM status_events'), kid('record', 'announced'));
  const entry = entryOf(f, 's-1'), [list] = lists(f).found;
  assert.deepEqual(list.set, [Number(entry.statusListIndex)]);

  // The list verifies with what is published now; what the old key signed does not.
  const bundle = path.join(f.dir, 'bundle.json');
  assert.equal(certfill(['cred', 'bundle', other.credential, '-o', bundle, '--data', f.data]).status, 0);
  const whole = JSON.parse(fs.readFileSync(bundle)), text = (name) => whole.documents.find((d) => d.name.startsWith(name)).text;
  fs.writeFileSync(path.join(f.dir, 'did.json'), text('did.json'));
  fs.writeFileSync(path.join(f.dir, 'list.json'), text('status/'));
  const verify = (file) => run(certfillPath, ['--json', 'verify', path.join(f.dir, file), '--offline', path.join(f.dir, 'did.json')]);
  assert.equal(JSON.parse(verify('list.json').stdout).verdict, 'valid');
  const old = JSON.parse(verify('out/s-2/credential.json').stdout);
  assert.equal(old.verdict, 'undetermined');
  assert.match(old.summary, /withdrew the key/);
});

test('a suspension sets the bit, lifting it clears it, and the events of both stay', (t) => {
  const f = issued(t, 3, 'suspension');
  const [{ credential }] = f.find('s-2');
  const index = Number(entryOf(f, 's-2').statusListIndex);
  assert.equal(entryOf(f, 's-2').statusPurpose, 'suspension');
  assert.equal(cred(f, 'suspend', credential, '--reason', 'under-review', '--yes').status, 0);
  assert.deepEqual(lists(f).found[0].set, [index]);
  assert.equal(f.find('s-2')[0].verdict, 'suspended');
  assert.equal(cred(f, 'restore', credential, '--yes').status, 0);
  assert.deepEqual(lists(f).found[0].set, []);
  assert.equal(f.find('s-2')[0].verdict, 'valid');
  assert.equal(cred(f, 'restore', credential, '--yes').lines.find((l) => l.message_type === 'result').unchanged, 1);
  const [{ credential: other }] = f.find('s-3');
  assert.equal(cred(f, 'revoke', other, '--reason', 'withdrawn', '--yes').status, 0);
  assert.deepEqual(lists(f).found[0].set, [Number(entryOf(f, 's-3').statusListIndex)], 'revoked is at least suspended');
  assert.equal(sql(f, "SELECT group_concat(kind) FROM (SELECT kind FROM status_events ORDER BY seq)"), '2,3,1');
});

test('1edtech: the list names revoked credentials with a reason that is nobody\'s secret', (t) => {
  const f = issued(t, 3, '1edtech');
  const [{ credential }] = f.find('s-1');
  const entry = entryOf(f, 's-1');
  assert.equal(entry.type, '1EdTechRevocationList');
  assert.equal(cred(f, 'revoke', credential, '--reason', 'issued-in-error', '--note', 'private', '--yes').status, 0);
  const { to } = lists(f);
  const list = JSON.parse(fs.readFileSync(path.join(to, 'revocations', entry.id.split('/').at(-1))));
  assert.equal(list.id, entry.id);
  const jwt = JSON.parse(Buffer.from(fs.readFileSync(path.join(f.out, 's-1', 'credential.jwt'), 'utf8').split('.')[1], 'base64url'));
  assert.deepEqual(list.revokedCredential, [{ id: jwt.id, revoked: true, revocationReason: 'issued in error' }]);
  assert.equal(list.issuer, jwt.issuer.id);
});

test('in bulk: a preview with counts, then exactly the lines that can be', (t) => {
  const f = issued(t, 150);
  const ids = [...Array(150).keys()].map((i) => `s-${i + 1}`);
  const by = Object.fromEntries(ids.map((id) => [id, f.find(id)[0]]));
  assert.equal(cred(f, 'revoke', by['s-7'].credential, '--reason', 'other', '--yes').status, 0);
  const list = path.join(f.dir, 'list.csv');
  const lines = ids.slice(0, 120).map((id) => `${by[id].credential},withdrawn`);
  fs.writeFileSync(list, ['Credential;Reason', ...lines, 'nonsense,other', `${by['s-1'].credential},other`].join('\n').replaceAll(',', ';'));
  const preview = cred(f, 'revoke', '--file', list);
  assert.equal(preview.status, 10);
  assert.deepEqual({ ...preview.lines.find((l) => l.message_type === 'preview') },
    { message_type: 'preview', action: 'revoke', change: 119, unchanged: 1, refused: 1, unknown: 1 });
  const done = cred(f, 'revoke', '--file', list, '--yes');
  assert.equal(done.status, 3, done.stderr);
  const want = ids.slice(0, 120).map((id) => by[id].status_index).sort((a, b) => a - b);
  assert.deepEqual(lists(f).found[0].set, want);
  assert.equal(cred(f, 'revoke', '--file', list, '--yes').lines.find((l) => l.message_type === 'result').change, 0);
  assert.equal(sql(f, 'SELECT count(*) FROM status_events'), '120');
  fs.writeFileSync(list, 'name\nAda\n');
  const bad = cred(f, 'revoke', '--file', list, '--reason', 'other', '--yes');
  assert.equal(bad.status, 4);
  assert.match(bad.stderr, /exactly one column/);
});

test('killed in the middle of a bulk revocation, the same command leaves one event each', async (t) => {
  const f = issued(t, 60);
  const list = path.join(f.dir, 'list.csv');
  const ids = [...Array(60).keys()].map((i) => f.find(`s-${i + 1}`)[0]);
  fs.writeFileSync(list, `credential\n${ids.map((c) => c.credential).join('\n')}\n`);
  const args = ['cred', 'revoke', '--file', list, '--reason', 'withdrawn', '--yes', '--data', f.data];
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
  assert.equal(sql(f, 'SELECT count(*), count(DISTINCT ulid) FROM status_events'), '60|60');
  assert.deepEqual(lists(f).found[0].set, ids.map((c) => c.status_index).sort((a, b) => a - b));
});

test('each event is signed by itself, over a text that anybody can write again', (t) => {
  const f = issued(t, 2);
  for (const id of ['s-1', 's-2']) assert.equal(cred(f, 'revoke', f.find(id)[0].credential, '--reason', 'withdrawn', '--note', 'n', '--yes').status, 0);
  const rows = sql(f, "SELECT hex(e.ulid), e.kind, e.reason, e.at_s, hex(e.note), hex(e.signature), hex(k.public_key) FROM status_events e JOIN keys k ON k.kid = e.kid AND k.purpose = 2").split('\n');
  assert.equal(rows.length, 2);
  const lp = (b) => { const n = Buffer.alloc(4); n.writeUInt32BE(b.length); return Buffer.concat([n, b]); };
  for (const [ulid, kind, reason, at, note, signature, key] of rows.map((r) => r.split('|'))) {
    const time = Buffer.alloc(8);
    time.writeBigInt64BE(BigInt(at));
    const text = (kindByte) => Buffer.concat([Buffer.from('certfill-status-v1\n'), lp(Buffer.from('default')), Buffer.from(ulid, 'hex'), Buffer.from([kindByte]),
      lp(Buffer.from(reason)), time, crypto.createHash('sha256').update(Buffer.from(note, 'hex')).digest()]);
    const publicKey = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key, 'hex').toString('base64url') }, format: 'jwk' });
    assert.ok(crypto.verify(null, text(Number(kind)), publicKey, Buffer.from(signature, 'hex')));
    assert.ok(!crypto.verify(null, text(3), publicKey, Buffer.from(signature, 'hex')));
  }
});

test('nobody changes or takes back an event with plain SQL', (t) => {
  const f = issued(t, 1);
  assert.equal(cred(f, 'revoke', f.find('s-1')[0].credential, '--reason', 'other', '--yes').status, 0);
  const db = path.join(f.data, 'ledger', 'default.db');
  for (const text of ["UPDATE status_events SET reason='x'", 'DELETE FROM status_events',
    'INSERT OR REPLACE INTO status_events SELECT tenant_id, seq, ulid, 3, reason, at_s, note, kid, signature FROM status_events']) {
    const r = run('sqlite3', [db, text]);
    assert.notEqual(r.status, 0, text);
  }
  assert.equal(sql(f, 'SELECT kind, reason FROM status_events'), '1|other');
});

test('a list that ends soon is made anew by the command for cron; one that does not is left alone', (t) => {
  const f = issued(t, 1);
  const before = sql(f, 'SELECT content FROM status_docs');
  const idle = certfill(['status', 'refresh', '--data', f.data]);
  assert.equal(idle.lines.at(-1).made, 0, idle.stderr);
  run('sqlite3', [path.join(f.data, 'ledger', 'default.db'), 'UPDATE status_docs SET valid_until_s = built_s + 14*86400, built_s = built_s - 16*86400']);
  const due = certfill(['status', 'refresh', '--data', f.data]);
  assert.equal(due.lines.at(-1).made, 1, due.stderr);
  assert.equal(sql(f, 'SELECT (valid_until_s - built_s) / 86400 FROM status_docs'), '30');
  assert.ok(before.includes('BitstringStatusListCredential'));
});

test('a batch that fills a list goes on in the next one', (t) => {
  const f = issued(t, 1);
  // As after 131,069 more: the counter is the ledger's own, and it only grows.
  sql(f, `UPDATE counters SET value = ${ENTRIES - 2} WHERE name = 'status-list/1'`);
  const dir = path.join(f.dir, 'more'), out = path.join(dir, 'out');
  fs.mkdirSync(dir);
  const c = smallCohort(dir, 5, (row) => ({ ...row, id: `t${row.id}` }));
  const r = certfill(['issue', c.cohort, '--manifest', c.manifest, '--out', out, '--data', f.data]);
  assert.equal(r.status, 0, r.stderr);
  const entries = [1, 2, 3, 4, 5].map((n) => JSON.parse(fs.readFileSync(path.join(out, `ts-${n}`, 'credential.json'))).credentialStatus);
  const listOf = (e) => e.statusListCredential.split('/').at(-1);
  assert.deepEqual(entries.map(listOf).sort(), ['1', '1', '2', '2', '2']);
  assert.equal(new Set(entries.map((e) => `${listOf(e)} ${e.statusListIndex}`)).size, 5);
  assert.ok(entries.every((e) => Number(e.statusListIndex) < ENTRIES));
  for (const id of ['ts-1', 'ts-5']) {
    const [{ credential }] = f.find(id);
    assert.equal(cred(f, 'revoke', credential, '--reason', 'withdrawn', '--yes').status, 0);
  }
  const want = { 1: [], 2: [] };
  for (const e of [entries[0], entries[4]]) want[listOf(e)].push(Number(e.statusListIndex));
  const got = Object.fromEntries(lists(f).found.map(({ doc, set }) => [doc.id.split('/').at(-1), set]));
  assert.deepEqual(got, want);
});
