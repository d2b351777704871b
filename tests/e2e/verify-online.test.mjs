// SPDX-License-Identifier: Apache-2.0
// certfill verify --online: nothing without being asked, nothing in private networks, and what is fetched counts.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, before, test } from 'node:test';
import { certfillPath, run, tool } from './lib.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-online-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
const put = (name, content) => { const p = path.join(dir, name); fs.writeFileSync(p, content); return p; };
const b64u = (x) => Buffer.from(x).toString('base64url');
const key = crypto.generateKeyPairSync('ed25519');
let server, port, did, ca, seen = [], answers = {};

function jwt(payload, kid = `${did}#k`) {
  const input = `${b64u(JSON.stringify({ alg: 'EdDSA', kid, typ: 'vc+jwt' }))}.${b64u(JSON.stringify(payload))}`;
  return `${input}.${b64u(crypto.sign(null, Buffer.from(input), key.privateKey))}`;
}
const verify = async (...args) => {
  const r = await tool(certfillPath, ['--json', 'verify', ...args]);
  const lines = r.stdout.toString().split('\n').filter(Boolean).map((l) => JSON.parse(l));
  return { status: r.status, line: lines[0], lines, stderr: r.stderr };
};

before(async () => {
  ca = path.join(dir, 'ca.pem');
  const made = run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', path.join(dir, 'key.pem'), '-out', ca]);
  assert.equal(made.status, 0, made.stderr);
  server = https.createServer({ key: fs.readFileSync(path.join(dir, 'key.pem')), cert: fs.readFileSync(ca) }, (q, a) => {
    seen.push(q.url);
    const found = answers[q.url];
    if (found === undefined) { a.writeHead(404); a.end(); } else if (typeof found === 'function') found(q, a);
    else a.end(found);
  });
  await new Promise((done) => server.listen(0, 'localhost', done));
  port = server.address().port;
  did = `did:web:localhost%3A${port}`;
  const base = `https://localhost:${port}`;
  const status = { id: `${base}/status/1#5`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '5', statusListCredential: `${base}/status/1` };
  const badge = { '@context': ['https://www.w3.org/ns/credentials/v2'], id: `${base}/b/1`, type: ['VerifiableCredential'], issuer: { id: did, name: 'Online' }, validFrom: '2024-01-01T00:00:00Z', name: 'N', credentialSubject: { id: 'urn:x:y' }, credentialStatus: status };
  const list = (bit) => {
    const bits = Buffer.alloc(16384);
    if (bit) bits[0] = 0x04;
    return jwt({ '@context': ['https://www.w3.org/ns/credentials/v2'], id: `${base}/status/1`, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: did, validFrom: new Date(Date.now() - 1000).toISOString(), credentialSubject: { type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: `u${b64u(zlib.gzipSync(bits))}` } });
  };
  answers = {
    '/.well-known/did.json': JSON.stringify({ id: did, verificationMethod: [{ id: `${did}#k`, type: 'JsonWebKey', controller: did, publicKeyJwk: key.publicKey.export({ format: 'jwk' }) }], assertionMethod: [`${did}#k`] }),
    '/status/1': list(false), '/b/1': jwt(badge),
    '/away': (q, a) => { a.writeHead(302, { location: 'http://localhost/x' }); a.end(); },
    '/moved': (q, a) => { a.writeHead(302, { location: '/b/1' }); a.end(); },
    '/large': (q, a) => { a.writeHead(200); const piece = Buffer.alloc(1 << 20, 'x'); const send = () => { while (a.write(piece)); a.once('drain', send); }; send(); q.on('close', () => a.destroy()); },
  };
  answers.list = list;
  put('badge.jwt', answers['/b/1']);
});
after(() => server.close());

test('nothing is fetched unless asked', async () => {
  seen = [];
  const r = await verify(path.join(dir, 'badge.jwt'));
  assert.deepEqual([r.status, r.line.verdict, r.line.missing], [9, 'undetermined', [did]]);
  assert.equal((await verify(`https://localhost:${port}/b/1`)).status, 2);
  assert.deepEqual(seen, []);
});

test('a private host is refused unless allowed, and nothing reaches it', async () => {
  seen = [];
  const r = await verify(path.join(dir, 'badge.jwt'), '--online', '--ca-file', ca);
  assert.deepEqual([r.status, r.line.verdict], [9, 'undetermined']);
  assert.match(r.stderr, /not public/);
  assert.deepEqual(seen, []);
});

test('keys and status list are fetched, in turn, once', async () => {
  seen = [];
  const r = await verify(path.join(dir, 'badge.jwt'), '--online', '--allow-private', '--ca-file', ca);
  assert.deepEqual([r.status, r.line.verdict], [0, 'valid'], r.stderr + JSON.stringify(r.line));
  assert.deepEqual(seen, ['/.well-known/did.json', '/status/1']);
  const u = await verify(`https://localhost:${port}/moved`, '--online', '--allow-private', '--ca-file', ca);
  assert.deepEqual([u.status, u.line.verdict], [0, 'valid'], u.stderr);
  answers['/status/1'] = answers.list(true);
  const v = await verify(path.join(dir, 'badge.jwt'), '--online', '--allow-private', '--ca-file', ca);
  assert.deepEqual([v.status, v.line.verdict], [8, 'revoked']);
});

test('an unknown authority, another scheme, endless answers', async () => {
  const r = await verify(path.join(dir, 'badge.jwt'), '--online', '--allow-private');
  assert.deepEqual([r.status, r.line.verdict], [9, 'undetermined']);
  for (const [page, why] of [['away', /protocol/i], ['large', /larger/], ['nowhere', /error/i]]) {
    const u = await verify(`https://localhost:${port}/${page}`, '--online', '--allow-private', '--ca-file', ca);
    assert.deepEqual([u.status, u.line.verdict], [9, 'undetermined'], page);
    assert.match(u.line.summary, why, page);
  }
});

test('what an address answers speaks for its own issuer, and makes nothing of another one good', async (t) => {
  const kept = { ...answers };
  t.after(() => Object.assign(answers, kept));
  const jwk = key.publicKey.export({ format: 'jwk' }), made = new Date().toISOString().replace(/\.\d+/, '');
  const document = (id) => JSON.stringify({ id, verificationMethod: [{ id: `${id}#k`, type: 'JsonWebKey', controller: id, publicKeyJwk: jwk }], assertionMethod: [`${id}#k`] });
  const own = JSON.parse(Buffer.from(answers['/b/1'].split('.')[1], 'base64url'));
  const forged = (issuer, kid) => put('b-forged.jwt', jwt({ ...own, id: 'urn:uuid:1', issuer: { id: issuer, name: 'Another' }, credentialStatus: undefined }, kid));
  const other = 'https://localhost:1', web = 'did:web:localhost%3A1';
  const attacks = [
    ['/.well-known/did.json', JSON.stringify({ format: 'certfill-bundle/1', made, documents: [document(did), document(web)].map((text, i) => ({ name: `${i}`, text })) }), web, `${web}#k`],
    ['/status/1', document(web), web, `${web}#k`],
    ['/status/1', JSON.stringify({ keys: [{ ...jwk, kid: `${other}/k` }] }), other, `${other}/k`],
    ['/status/1', JSON.stringify({ ...jwk, kid: `${other}/k` }), other, `${other}/k`],
    ['/status/1', JSON.stringify({ keys: [{ ...jwk, kid: `${other}/k` }, { ...jwk, kid: `${web}#k` }] }), web, `${web}#k`],
  ];
  for (const [at, answer, issuer, kid] of attacks) {
    Object.assign(answers, kept, { [at]: answer });
    const r = await verify(path.join(dir, 'badge.jwt'), forged(issuer, kid), '--online', '--allow-private', '--ca-file', ca);
    assert.deepEqual([r.status, r.lines[1].verdict, r.lines[1].facts], [9, 'undetermined', {}], answer);
  }
});
