// SPDX-License-Identifier: Apache-2.0
// Room for a signature in a PDF: kept free when the manifest asks for it; OpenSSL signs into it, poppler's pdfsig
// accepts that, and the file is still PDF/A-3a and PDF/UA-1.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, run, smallCohort, temporary } from './lib.mjs';
import { checkPdf } from '../interop/pdf-check.mjs';

const ROOM = 12288;

function issue(dir, room) {
  const f = smallCohort(dir, 1);
  const manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  Object.assign(manifest.credentials.diploma, { outputs: ['pdf'], pdf_signature_room: room });
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  return certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out')]);
}

const rangeOf = (pdf) => pdf.toString('latin1').match(/\/ByteRange \[(\d+) (\d+) (\d+) (\d+) *\]/).slice(1).map(Number);

test('a signature fits into the room, and readers accept it', (t) => {
  const dir = temporary(t), file = (f) => path.join(dir, f);
  const r = issue(dir, ROOM);
  assert.equal(r.status, 0, r.stderr);
  const empty = fs.readdirSync(file('out'), { recursive: true }).filter((f) => f.endsWith('.pdf')).map((f) => path.join(dir, 'out', f))[0];
  assert.deepEqual(checkPdf(empty), ['6.4.3: the room for a signature is empty']);

  const pdf = fs.readFileSync(empty), [zero, before, after, rest] = rangeOf(pdf);
  assert.deepEqual([zero, after - before, after + rest], [0, 2 * ROOM + 2, pdf.length]);
  assert.equal(pdf.toString('latin1', before, after), `<${'0'.repeat(2 * ROOM)}>`);

  fs.writeFileSync(file('signed-bytes'), Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('key.pem'), '-out', file('cert.pem'), '-days', '30', '-subj', '/CN=Registrar'], { stdio: 'ignore' });
  const cms = execFileSync('openssl', ['cms', '-sign', '-binary', '-cades', '-nosmimecap', '-md', 'sha256', '-in', file('signed-bytes'), '-signer', file('cert.pem'), '-inkey', file('key.pem'), '-outform', 'DER'], { stdio: ['ignore', 'pipe', 'ignore'] });
  pdf.write(cms.toString('hex'), before + 1, 'latin1');
  fs.writeFileSync(file('signed.pdf'), pdf);

  const told = run('pdfsig', ['-nocert', file('signed.pdf')]).stdout;
  assert.match(told, /Signature is Valid/);
  assert.match(told, /Total document signed/);
  assert.match(told, /ETSI\.CAdES\.detached/);
  assert.deepEqual(checkPdf(file('signed.pdf')), []);

  pdf[pdf.length - rest - 2 * ROOM - 200] ^= 1;
  fs.writeFileSync(file('changed.pdf'), pdf);
  assert.doesNotMatch(run('pdfsig', ['-nocert', file('changed.pdf')]).stdout, /Signature is Valid/);
});

test('too little room is refused', (t) => {
  const r = issue(temporary(t), 100);
  assert.equal(r.status, 4, r.stderr);
  assert.match(r.stderr + r.stdout, /pdf_signature_room.*between 4096 and 65536/);
});
