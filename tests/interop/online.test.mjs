// SPDX-License-Identifier: Apache-2.0
// certfill verify --online: what digitalbazaar signed and a server of others publishes, from its address alone.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import zlib from 'node:zlib';
import { test } from 'node:test';

import { certfill, certfillPath, run, temporary, tool } from '../e2e/lib.mjs';
import { serve } from '../e2e/serving.mjs';
import { signByReference } from './di_reference.mjs';

function authority(dir) {
  const ca = path.join(dir, 'ca.pem'), key = path.join(dir, 'ca.key');
  const made = run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', ca]);
  assert.equal(made.status, 0, made.stderr);
  return { ca, key };
}

const contexts = ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'];
const badge = (id, issuer, more = {}) => ({
  '@context': contexts, id, type: ['VerifiableCredential', 'OpenBadgeCredential'], issuer: { id: issuer, type: ['Profile'], name: 'Elsewhere' }, validFrom: '2024-06-15T00:00:00Z', name: 'Statistics', ...more,
  credentialSubject: { id: 'urn:uuid:0f6f2a40-8f6d-4b3c-9a55-90f3cf7a1d02', type: ['AchievementSubject'], achievement: { id: 'https://elsewhere.example/a', type: ['Achievement'], name: 'Statistics', description: 'D', criteria: { narrative: 'N' } } },
});
const seed = (n) => new Uint8Array(32).fill(n);

test('did:web, its list and a verify page, all fetched; did:key without a network', async (t) => {
  const dir = temporary(t), { ca, key } = authority(dir), answers = new Map();
  let seen = [];
  const server = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(ca) }, (q, a) => {
    seen.push(q.url);
    const found = answers.get(q.url);
    a.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    a.end(found === undefined ? '{}' : JSON.stringify(found));
  });
  await new Promise((done) => server.listen(0, 'localhost', done));
  t.after(() => server.close());
  const origin = `https://localhost:${server.address().port}`, web = `did:web:localhost%3A${server.address().port}`;
  const verify = async (...args) => {
    seen = [];
    const r = await tool(certfillPath, ['--json', 'verify', ...args]);
    const [line] = r.stdout.toString().split('\n').filter(Boolean).map((l) => JSON.parse(l));
    return { status: r.status, ...line };
  };
  const online = ['--online', '--allow-private', '--ca-file', ca];

  const list = async (bit, signer = seed(1)) => {
    const bits = Buffer.alloc(16384);
    if (bit) bits[0] = 0x04;
    return (await signByReference({
      '@context': contexts.slice(0, 1), id: `${origin}/s/1`, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: web, validFrom: new Date(Date.now() - 60e3).toISOString().replace(/\.\d+/, ''),
      credentialSubject: { id: `${origin}/s/1#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: `u${zlib.gzipSync(bits).toString('base64url')}` },
    }, signer, { id: web })).signed;
  };
  const entry = { id: `${origin}/s/1#5`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '5', statusListCredential: `${origin}/s/1` };
  const token = '01M803DJ7EQ1DG90ZJ4B7NTQX8'.padEnd(77, '0').padEnd(78, '4');
  const { signed, did } = await signByReference(badge(`${origin}/credentials/${token.slice(0, 26)}`, web, { credentialStatus: entry }), seed(1), { id: web });
  answers.set('/.well-known/did.json', did);
  answers.set('/s/1', await list(false));
  answers.set('/c', signed);

  let v = await verify(`${origin}/c`, ...online);
  assert.deepEqual([v.status, v.verdict], [0, 'valid'], JSON.stringify(v));
  assert.deepEqual(seen, ['/c', '/.well-known/did.json', '/s/1']);
  assert.equal(v.facts.achievement, 'Statistics');

  // A verify page: first whether the token is one of theirs, in whatever case a QR code has it.
  assert.deepEqual([(await verify(`${origin}/verify/${token}`, ...online)).verdict, seen.length], ['undetermined', 1]);
  const says = (verdict, at = Date.now()) => answers.set(`/verify/${token}.json`, { verdict, checked: new Date(at).toISOString().replace(/\.\d+/, '') });
  const page = `${origin}/verify/${token}`, named = (name) => v.checks.find((c) => c.name === name);
  says('valid');
  answers.set(`/credentials/${token.slice(0, 26)}.json`, signed);
  for (const address of [`${origin}/verify/${token}`, `${origin.toUpperCase()}/VERIFY/${token}`, `${origin}/verify/vt_${token.toLowerCase()}.json`]) {
    v = await verify(address, ...online);
    assert.deepEqual([v.status, v.verdict], [0, 'valid'], address + JSON.stringify(v));
    assert.deepEqual(seen.slice(0, 2), [`/verify/${token}.json`, `/credentials/${token.slice(0, 26)}.json`]);
    assert.deepEqual([named('page').outcome, named('page').why], ['ok', "the issuer's page says: valid"]);
  }

  // The page's word can make the verdict worse, and never better; what is signed is shown beside it.
  for (const [word, status, verdict, outcome] of [
    ['suspended', 8, 'suspended', 'failed'], ['revoked', 8, 'revoked', 'failed'], ['superseded', 8, 'superseded', 'failed'], ['expired', 8, 'expired', 'failed'],
    ['undetermined', 9, 'undetermined', 'failed'], ['not-genuine', 9, 'undetermined', 'failed'], ['excellent', 9, 'undetermined', 'failed'], ['', 0, 'valid', 'not-checked'],
  ]) {
    says(word);
    v = await verify(page, ...online);
    assert.deepEqual([v.status, v.verdict, named('page').outcome, named('status').outcome], [status, verdict, outcome, 'ok'], word);
  }
  says('revoked', Date.now() - 3 * 86400e3);
  v = await verify(page, ...online);
  assert.deepEqual([v.verdict, named('page').outcome], ['valid', 'not-checked']);
  assert.match(named('page').why, /another moment/);
  says('valid');
  answers.set('/s/1', await list(true));
  v = await verify(page, ...online);
  assert.deepEqual([v.status, v.verdict, named('page').outcome], [8, 'revoked', 'failed'], 'a page that says valid of what is revoked');
  says('superseded');
  v = await verify(page, ...online);
  assert.deepEqual([v.verdict, named('page').outcome], ['revoked', 'ok'], 'lists have one bit for both');
  answers.set('/s/1', await list(false, seed(2)));
  says('valid');
  v = await verify(page, ...online);
  assert.deepEqual([v.verdict, named('page').outcome], ['undetermined', 'not-checked'], 'it does not stand for the list');
  answers.set('/s/1', await list(false));
  answers.set(`/credentials/${token.slice(0, 26)}.json`, { ...signed, name: 'Mathematics' });
  v = await verify(page, ...online);
  assert.deepEqual([v.status, v.verdict, v.facts, named('page').outcome], [8, 'not-genuine', {}, 'not-checked'], 'nor does it make a forged one good');
  // A genuine credential of somebody else, given out by a page that is not its own.
  for (const id of [`${origin}/credentials/01M803DJ7EQ1DG90ZJ4B7NTQX9`, `https://elsewhere.example/credentials/${token.slice(0, 26)}`, 'urn:uuid:0f6f2a40-8f6d-4b3c-9a55-90f3cf7a1d02']) {
    answers.set(`/credentials/${token.slice(0, 26)}.json`, (await signByReference(badge(id, web, { credentialStatus: entry }), seed(1), { id: web })).signed);
    v = await verify(page, ...online);
    assert.deepEqual([v.status, v.verdict, v.facts, named('page').outcome], [8, 'not-genuine', {}, 'failed'], id);
    assert.match(v.summary, /belongs to another address/);
  }
  answers.set(`/credentials/${token.slice(0, 26)}.json`, signed);

  answers.set('/s/1', await list(true));
  assert.deepEqual([(await verify(`${origin}/c`, ...online)).verdict], ['revoked']);
  answers.set('/s/1', await list(false, seed(2)));
  v = await verify(`${origin}/c`, ...online);
  assert.equal(v.verdict, 'undetermined', 'a list that somebody else signed tells nothing');
  answers.set('/s/1', await list(false));
  answers.set('/c', { ...signed, name: 'Mathematics' });
  v = await verify(`${origin}/c`, ...online);
  assert.deepEqual([v.verdict, v.facts], ['not-genuine', {}]);
  answers.set('/c', signed);
  answers.set('/.well-known/did.json', (await signByReference(badge('urn:x:1', web), seed(3), { id: web })).did);
  assert.notEqual((await verify(`${origin}/c`, ...online)).verdict, 'valid', 'the server publishes another key');

  // did:key says its key itself.
  const own = await signByReference(badge('urn:uuid:5c6d7e9a-10d0-4d5b-8a3e-6e0b4a6f0b01', 'did:web:x.example'), seed(4), { id: 'did:web:x.example' });
  const multikey = own.did.verificationMethod[0].publicKeyMultibase;
  const mine = await signByReference(badge('urn:uuid:5c6d7e9a-10d0-4d5b-8a3e-6e0b4a6f0b01', `did:key:${multikey}`), seed(4), { id: `did:key:${multikey}` });
  const file = path.join(dir, 'key.json');
  fs.writeFileSync(file, JSON.stringify(mine.signed));
  v = await verify(file);
  assert.deepEqual([v.status, v.verdict, seen], [0, 'valid', []], JSON.stringify(v));
  fs.writeFileSync(file, JSON.stringify(mine.signed).replace('Statistics', 'Mathematics'));
  assert.equal((await verify(file)).verdict, 'not-genuine');
});

test('key check --online: what the server answers is what the ledger has', async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), { ca, key } = authority(dir);
  assert.equal(certfill(['init', '--name', 'University', '--base-url', 'https://certs.example.edu', '--data', data]).status, 0);
  const s = await serve(t, data, { args: ['--tls', '127.0.0.1:0', '--cert', ca, '--key', key] });
  const check = async (origin = `https://127.0.0.1:${s.port}`) => tool(certfillPath, ['key', 'check', '--online', '--origin', origin, '--allow-private', '--ca-file', ca, '--data', data]);
  const good = await check();
  assert.equal(good.status, 0, good.stderr + good.stdout);
  assert.match(good.stderr.toString(), /All \d keys are published in https:\/\/127\.0\.0\.1/);

  // Another tenant's server, and nobody.
  const other = path.join(dir, 'other');
  assert.equal(certfill(['init', '--name', 'Other', '--base-url', 'https://certs.example.edu', '--data', other]).status, 0);
  const wrong = await tool(certfillPath, ['key', 'check', '--online', '--origin', `https://127.0.0.1:${s.port}`, '--allow-private', '--ca-file', ca, '--data', other]);
  assert.equal(wrong.status, 6);
  assert.match(wrong.stdout.toString(), /is missing: publish again/);
  assert.match(wrong.stdout.toString(), /must not be there/);
  assert.equal((await check('https://127.0.0.1:1')).status, 6);
  assert.equal((await tool(certfillPath, ['key', 'check', '--data', data])).status, 2);
});
