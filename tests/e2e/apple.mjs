// SPDX-License-Identifier: Apache-2.0
// A pass certificate as an operator installs it: shaped like Apple's, made by openssl, trusted by nobody.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { run } from './lib.mjs';

const openssl = (dir, ...args) => {
  const r = run('openssl', args, { cwd: dir });
  assert.equal(r.status, 0, r.stderr);
};

// root.pem, wwdr.pem, pass.pem, pass.key in dir. options: type, team, generation, days, issuer (of wwdr.pem).
export function makeApple(dir, options = {}) {
  const o = { type: 'pass.example.badges', team: 'ABCDE12345', generation: 'G4', days: 365, issuer: 'Apple Worldwide Developer Relations Certification Authority', ...options };
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'ca.cnf'), 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n');
  fs.writeFileSync(path.join(dir, 'leaf.cnf'), 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=1.2.840.113635.100.4.14\n');
  const key = (name) => openssl(dir, 'genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', name);
  key('root.key');
  key('wwdr.key');
  key('pass.key');
  openssl(dir, 'req', '-new', '-x509', '-key', 'root.key', '-subj', '/C=US/O=Test Inc./CN=Test Root CA', '-days', '3650', '-out', 'root.pem');
  openssl(dir, 'req', '-new', '-key', 'wwdr.key', '-subj', `/CN=${o.issuer}/OU=${o.generation}/O=Test Inc./C=US`, '-out', 'wwdr.csr');
  openssl(dir, 'x509', '-req', '-in', 'wwdr.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '3650', '-extfile', 'ca.cnf', '-out', 'wwdr.pem');
  openssl(dir, 'req', '-new', '-key', 'pass.key', '-subj', `/UID=${o.type}/CN=Pass Type ID: ${o.type}/OU=${o.team}/O=Test/C=US`, '-out', 'pass.csr');
  openssl(dir, 'x509', '-req', '-in', 'pass.csr', '-CA', 'wwdr.pem', '-CAkey', 'wwdr.key', '-CAcreateserial', '-days', String(o.days), '-extfile', 'leaf.cnf', '-out', 'pass.pem');
  return dir;
}

// Puts it where certfill looks; which: the files to copy.
export function installApple(from, data, which = ['pass.pem', 'wwdr.pem', 'pass.key']) {
  const tenant = fs.readdirSync(path.join(data, 'keys'))[0];
  const to = path.join(data, 'keys', tenant, 'apple');
  fs.mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const name of which) {
    fs.copyFileSync(path.join(from, name), path.join(to, name));
    fs.chmodSync(path.join(to, name), 0o600);
  }
  return to;
}

// Verifies the signature of a .pkpass with openssl against root.pem and the intermediates; throws when it is not good.
export function verifyPass(pass, root, dir, extra = []) {
  const at = fs.mkdtempSync(path.join(dir, 'pass-'));
  for (const name of ['manifest.json', 'signature']) fs.writeFileSync(path.join(at, name), run('unzip', ['-p', pass, name]).bytes);
  const r = run('openssl', ['cms', '-verify', '-binary', '-purpose', 'any', '-inform', 'DER', '-in', path.join(at, 'signature'), '-content', path.join(at, 'manifest.json'), '-CAfile', root, ...extra, '-out', '/dev/null']);
  fs.rmSync(at, { recursive: true });
  assert.equal(r.status, 0, r.stderr);
}
