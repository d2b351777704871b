// SPDX-License-Identifier: Apache-2.0
// The receipt, checked from outside by what docs/RECEIPT.md says: node's crypto and openssl, nothing of ours.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, run, sha256, smallCohort, temporary } from './lib.mjs';

// RFC 8785 for what a receipt holds: objects, arrays, strings, booleans, whole numbers.
const jcs = (v) => (Array.isArray(v) ? `[${v.map(jcs).join(',')}]` : v && typeof v === 'object' ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${jcs(v[k])}`).join(',')}}` : JSON.stringify(v));
const h = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
// RFC 9162, 2.1.1, by its definition.
const mth = (d) => {
  if (d.length === 0) return h();
  if (d.length === 1) return h(Buffer.from([0]), d[0]);
  let k = 1;
  while (k * 2 < d.length) k *= 2;
  return h(Buffer.from([1]), mth(d.slice(0, k)), mth(d.slice(k)));
};

// Throws unless the receipt in dir is genuine; returns it.
function check(dir) {
  const receipt = JSON.parse(fs.readFileSync(path.join(dir, 'receipt.json'), 'utf8'));
  const { rows, signature, ...head } = receipt;
  assert.equal(receipt.format, 'certfill-receipt/2');
  assert.equal(mth(rows.map((r) => Buffer.from(jcs(r)))).toString('hex'), head.rowsRoot);
  const jwk = JSON.parse(fs.readFileSync(path.join(dir, 'jwks.json'), 'utf8')).keys.find((k) => k.kid === signature.kid);
  assert.ok(jwk, 'the key is published');
  const key = crypto.createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
  const text = Buffer.from(jcs(head)), value = Buffer.from(signature.value, 'base64url');
  assert.ok(crypto.verify(null, text, key, value));
  const at = fs.mkdtempSync(path.join(dir, 'check-'));
  fs.writeFileSync(path.join(at, 'head'), text);
  fs.writeFileSync(path.join(at, 'sig'), value);
  fs.writeFileSync(path.join(at, 'key'), key.export({ type: 'spki', format: 'pem' }));
  const r = run('openssl', ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', path.join(at, 'key'), '-sigfile', path.join(at, 'sig'), '-in', path.join(at, 'head')]);
  assert.equal(r.status, 0, r.stderr);
  fs.rmSync(at, { recursive: true });
  const counted = {};
  for (const row of rows) counted[row.outcome] = (counted[row.outcome] ?? 0) + 1;
  for (const k of ['issued', 'unchanged', 'failed', 'refused', 'held']) assert.equal(head.counts[k], counted[k] ?? 0, k);
  assert.equal(head.counts.rows, rows.length);
  return receipt;
}

const files = { pdf: 'certificate.pdf', png: 'certificate.png', badge: 'credential.json', jwt: 'credential.jwt', pass: 'pass.pkpass' };

test('an entry for every record, with the digests of its files', (t) => {
  const dir = temporary(t), out = path.join(dir, 'out'), data = path.join(dir, 'data');
  const f = smallCohort(dir, 250, (r, i) => (i === 4 ? { ...r, email: 'no address', issued_on: '46185' } : i === 249 ? { ...r, name: '' } : r));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out]);
  assert.equal(r.status, 3, r.stderr);
  const receipt = check(out);
  assert.equal(receipt.manifestSha256, sha256(fs.readFileSync(f.manifest)));
  assert.equal(receipt.cohortSha256, sha256(fs.readFileSync(f.cohort)));
  assert.deepEqual(receipt.rows.map((x) => x.row).sort((a, b) => a - b), Array.from({ length: 250 }, (_, i) => i + 1));
  for (const x of receipt.rows) {
    if (x.row === 4 || x.row === 249) {
      assert.equal(x.outcome, 'refused');
      assert.ok(x.codes.length >= 1 && !x.credential && !x.artifacts);
      continue;
    }
    assert.equal(x.outcome, 'issued');
    assert.match(x.credential, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.deepEqual(Object.keys(x.artifacts), ['badge', 'jwt', 'pass', 'pdf', 'png']);
    for (const [kind, name] of Object.entries(files)) assert.equal(x.artifacts[kind], sha256(fs.readFileSync(path.join(out, `s-${x.row}`, name))), `${x.row} ${kind}`);
  }
  assert.deepEqual(receipt.rows.find((x) => x.row === 4).codes, [...new Set(receipt.rows.find((x) => x.row === 4).codes)]);
  // Nobody's data.
  assert.doesNotMatch(fs.readFileSync(path.join(out, 'receipt.json'), 'utf8'), /Person|example\.org|s-1/);
  // Exported again: the same bytes.
  const again = path.join(dir, 'again');
  assert.equal(certfill(['batch', 'export', receipt.batch, '--out', again, '--data', data]).status, 0);
  assert.equal(sha256(fs.readFileSync(path.join(again, 'receipt.json'))), sha256(fs.readFileSync(path.join(out, 'receipt.json'))));
  assert.deepEqual(fs.readdirSync(again).filter((n) => n.startsWith('.')), []);
});

test('what was issued before, and what is held, has its entry too', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  const first = smallCohort(dir, 3);
  assert.equal(certfill(['issue', first.cohort, '--manifest', first.manifest, '--data', data, '--out', path.join(dir, 'one')]).status, 0);
  const one = check(path.join(dir, 'one'));
  const second = smallCohort(dir, 5);
  const text = fs.readFileSync(second.cohort, 'utf8').trim().split('\n');
  fs.writeFileSync(second.cohort, text.map((l, i) => l + (i === 0 ? ',hold' : i === 5 ? ',yes' : ',')).join('\n') + '\n');
  const r = certfill(['issue', second.cohort, '--manifest', second.manifest, '--data', data, '--out', path.join(dir, 'two')]);
  assert.equal(r.status, 0, r.stderr);
  const two = check(path.join(dir, 'two'));
  assert.deepEqual(two.rows.map((x) => `${x.row} ${x.outcome}`).sort(), ['1 unchanged', '2 unchanged', '3 unchanged', '4 issued', '5 held']);
  assert.equal(two.rows[0].row, 4, 'planned rows come first');
  for (const x of two.rows.filter((y) => y.outcome === 'unchanged')) {
    const before = one.rows.find((y) => y.row === x.row);
    assert.equal(x.credential, before.credential);
    assert.deepEqual(x.artifacts, before.artifacts);
  }
});

test('any change to an entry, to their order or to the head is seen', (t) => {
  const dir = temporary(t), out = path.join(dir, 'out'), f = smallCohort(dir, 5);
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', out]).status, 0);
  const file = path.join(out, 'receipt.json'), good = fs.readFileSync(file, 'utf8');
  const changes = [(r) => { r.rows[2].artifacts.pdf = r.rows[1].artifacts.pdf; }, (r) => { r.rows.pop(); }, (r) => { r.rows.reverse(); }, (r) => { r.rows[0].outcome = 'failed'; }, (r) => { r.counts.issued = 4; }, (r) => { r.issuedAt = '2020-01-01T00:00:00Z'; }, (r) => { r.rowsRoot = '0'.repeat(64); }];
  for (const change of changes) {
    const r = JSON.parse(good);
    change(r);
    fs.writeFileSync(file, JSON.stringify(r));
    assert.throws(() => check(out), String(change));
  }
  fs.writeFileSync(file, good);
  check(out);
});
