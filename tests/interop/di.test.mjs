// SPDX-License-Identifier: Apache-2.0
// Embedded proofs: npm digitalbazaar checks ours from did.json and the badge alone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { didDocument, verifyByReference } from './di_reference.mjs';
import { makeSamples } from './sign.mjs';

const made = makeSamples();
after(() => made.remove());
const did = didDocument('did:web:badges.uni.example', made.json('jwks.json').keys.slice(0, 1));
const badges = ['credential.json', 'small.json'];

test('digitalbazaar verifies both badges', async () => {
  for (const name of badges) {
    const result = await verifyByReference(made.json(name), did);
    assert.ok(result.verified, `${name}: ${result.reason}`);
  }
});

test('digitalbazaar refuses a badge whose key is another', async () => {
  const other = didDocument('did:web:badges.uni.example', [{ ...made.json('jwks.json').keys[1], kid: made.json('jwks.json').keys[0].kid }]);
  assert.equal((await verifyByReference(made.json(badges[0]), other)).verified, false);
});

test('the proof is an array of one, made at the time of issue', () => {
  for (const name of badges) {
    const { proof, issuer } = made.json(name);
    assert.equal(proof.length, 1);
    assert.deepEqual(Object.keys(proof[0]), ['type', 'cryptosuite', 'created', 'verificationMethod', 'proofPurpose', 'proofValue']);
    assert.equal(proof[0].created, '2026-06-15T01:00:00Z');
    assert.equal(proof[0].verificationMethod, did.verificationMethod[0].id);
    assert.ok(proof[0].verificationMethod.startsWith(`${issuer.id}#`));
  }
});
