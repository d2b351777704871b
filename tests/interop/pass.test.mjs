// SPDX-License-Identifier: Apache-2.0
// A wallet pass, checked by OpenSSL's command line and by hand.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';

import { makeSamples } from './sign.mjs';

const made = makeSamples();
after(() => made.remove());
const manifest = made.json('manifest.json');
const pass = made.json('pass.json');

function verify(content) {
  return spawnSync('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', made.path('signature'),
    '-content', content, '-CAfile', made.path('root.pem'), '-purpose', 'any', '-attime', '1782000000', '-out', '/dev/null'],
  { encoding: 'utf8' });
}

test('openssl verifies the signature with the root alone', () => {
  const run = verify(made.path('manifest.json'));
  assert.equal(run.status, 0, run.stderr);
});

test('openssl refuses the signature of a changed manifest', () => {
  const changed = made.path('changed.json');
  writeFileSync(changed, made.text('manifest.json').replace('icon.png', 'icon.pnh'));
  assert.notEqual(verify(changed).status, 0);
});

test('the manifest names every file with its SHA-1, sorted', () => {
  const sources = { 'de.lproj/pass.strings': 'de.strings', 'en.lproj/pass.strings': 'en.strings', 'icon.png': 'icon.png', 'logo.png': 'logo.png', 'pass.json': 'pass.json' };
  assert.deepEqual(Object.keys(manifest), Object.keys(sources));
  for (const [name, source] of Object.entries(sources)) {
    assert.equal(manifest[name], crypto.createHash('sha1').update(made.bytes(source)).digest('hex'), name);
  }
});

test('the signature carries the signing time of the plan and the intermediate', () => {
  const text = execFileSync('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', made.path('signature')],
    { encoding: 'utf8' });
  assert.match(text, /signingTime[\s\S]*?UTCTIME:Jun 15 01:00:00 2026 GMT/);
  assert.match(text, /eContent: <ABSENT>/);
  const certificates = execFileSync('openssl', ['pkcs7', '-inform', 'DER', '-in', made.path('signature'), '-print_certs',
    '-noout'], { encoding: 'utf8' });
  assert.match(certificates, /subject=.*Worldwide Developer Relations Certification Authority, OU = G4/);
});

test('pass type and team are those of the certificate', () => {
  const subject = execFileSync('openssl', ['x509', '-in', made.path('leaf.pem'), '-noout', '-subject'], { encoding: 'utf8' });
  assert.match(subject, new RegExp(`UID = ${pass.passTypeIdentifier}`));
  assert.match(subject, new RegExp(`OU = ${pass.teamIdentifier}`));
  assert.match(subject, /not Apple/);
});

test('pass.json has what a wallet wants', () => {
  assert.equal(pass.formatVersion, 1);
  for (const key of ['description', 'organizationName', 'passTypeIdentifier', 'serialNumber', 'teamIdentifier']) {
    assert.ok(pass[key].length > 0, key);
  }
  assert.equal(['boardingPass', 'coupon', 'eventTicket', 'generic', 'storeCard'].filter((s) => s in pass).length, 1);
  const fields = Object.values(pass.generic).flat();
  assert.equal(new Set(fields.map((f) => f.key)).size, fields.length);
  for (const f of fields.filter((field) => field.dateStyle)) {
    assert.ok(!Number.isNaN(Date.parse(f.value)));
    assert.equal(f.ignoresTimeZone, true);
  }
  assert.equal(pass.barcodes[0].message, `HTTPS://BADGES.UNI.EXAMPLE/VERIFY/${made.text('token.txt')}`);
  assert.match(pass.barcodes[0].message, /^[0-9A-Z $%*+\-./:]+$/, 'QR alphanumeric mode');
});

test('a pass of a throwaway certificate says DEMO', () => {
  assert.equal(pass.logoText, 'DEMO');
  assert.match(pass.description, /^DEMO, not valid: /);
});
