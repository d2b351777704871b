// SPDX-License-Identifier: Apache-2.0
// Embedded proofs: npm digitalbazaar checks ours from did.json and the badge alone, ours checks theirs, and
// both agree about every edit.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { didDocument, signByReference, verifyByReference } from './di_reference.mjs';
import { randomCredential } from './rdf_model.mjs';
import { ours } from './rdf_reference.mjs';
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

// ---- ours checks theirs, and both agree about edits ----

const seed = new Uint8Array(32).fill(9);
const unsigned = (n) => { const { proof, ...credential } = randomCredential(n); return credential; };

async function check(credential, publicKeyMultibase) {
  try {
    return (await ours('diverify', credential, ...(publicKeyMultibase ? [publicKeyMultibase] : []))).trim();
  } catch (error) {
    return error.message.trim();
  }
}

test('ours verifies what digitalbazaar signed: random credentials of our model', async () => {
  let same = 0;
  for (let n = 1; n <= 30; n++) {
    let made;
    try {
      made = await signByReference(unsigned(n), seed);
    } catch (error) {
      // Their limit for parts that look alike; our issuer refuses these, too.
      assert.match(error.message, /Maximum deep iterations/);
      continue;
    }
    const { signed, did: theirs, publicKeyMultibase } = made;
    assert.equal(await check(signed, publicKeyMultibase), 'verified', `seed ${n}`);
    // The key is in the name, too: no key given.
    assert.equal(await check(signed), 'verified', `seed ${n}`);
    assert.ok((await verifyByReference(signed, theirs)).verified);
    same++;
  }
  assert.ok(same > 20);
});

test('a single proof object, a proof with its own @context, and a second proof', async () => {
  const { signed, publicKeyMultibase } = await signByReference(unsigned(1), seed);
  assert.ok(!Array.isArray(signed.proof));
  assert.equal(await check({ ...signed, proof: [signed.proof] }, publicKeyMultibase), 'verified');
  assert.equal(await check({ ...signed, proof: { '@context': signed['@context'], ...signed.proof } }, publicKeyMultibase), 'verified');
  const { signed: twice } = await signByReference(unsigned(1), new Uint8Array(32).fill(8));
  assert.equal(await check({ ...signed, proof: [signed.proof, twice.proof] }), 'verified\nverified');
});

// Every value of a document, as paths; values are texts, numbers and booleans.
function leaves(value, at = []) {
  if (value === null || typeof value !== 'object') return [at];
  return Object.keys(value).flatMap((k) => leaves(value[k], [...at, k]));
}

function edit(document, at, change) {
  const copy = structuredClone(document);
  let node = copy;
  for (const k of at.slice(0, -1)) node = node[k];
  const k = at.at(-1);
  if (change === undefined) Array.isArray(node) ? node.splice(Number(k), 1) : delete node[k];
  else node[k] = change(node[k]);
  return copy;
}

const altered = (v) => {
  if (typeof v === 'number') return v + 1;
  if (typeof v === 'boolean') return !v;
  if (/^\d{4}-\d\d-\d\dT/.test(v)) return v.replace(/^\d{4}/, (y) => String(Number(y) + 1));
  return `${v.slice(0, -1)}${v.endsWith('x') ? 'y' : 'x'}`;
};

test('one changed value anywhere is refused, by theirs and by ours', async () => {
  const badge = made.json('credential.json');
  const key = did.verificationMethod[0].publicKeyMultibase;
  assert.equal(await check(badge, key), 'verified');
  const all = leaves(badge);
  assert.ok(all.length > 60);
  for (const at of all) {
    const changed = edit(badge, at, altered);
    assert.notEqual(await check(changed, key), 'verified', at.join('.'));
    assert.equal((await verifyByReference(changed, did)).verified, false, at.join('.'));
  }
});

// docs/adr/0028 lists these. Nobody who checks a Data Integrity proof can see them.
test('precisely these edits are invisible to RDF', async () => {
  const badge = made.json('credential.json');
  const key = did.verificationMethod[0].publicKeyMultibase;
  const reversed = (v) => [...v].reverse();
  const subject = badge.credentialSubject;
  const invisible = {
    'order of members, white space': JSON.stringify(Object.fromEntries(Object.entries(badge).reverse()), null, 2),
    'order of types': { ...badge, type: reversed(badge.type) },
    'order of tags': edit(badge, ['credentialSubject', 'achievement', 'tag'], reversed),
    'order of identifiers': edit(badge, ['credentialSubject', 'identifier'], reversed),
    'a list of one or the value itself': { ...badge, evidence: badge.evidence[0] },
    'a value twice in a set': edit(badge, ['credentialSubject', 'achievement', 'tag'], (v) => [...v, v[0]]),
    'a boolean or its text': edit(badge, ['credentialSubject', 'identifier', '0', 'hashed'], String),
    'a node told in two parts': edit(badge, ['credentialSubject', 'achievement', 'resultDescription'], ([{ id, type, name, ...rest }]) => [{ id, type, name }, { id, type, ...rest }]),
    'a member that is null': { ...badge, image: null },
    'a member that is an empty array': { ...badge, endorsement: [] },
    'OpenBadgeCredential or AchievementCredential': { ...badge, type: ['VerifiableCredential', 'AchievementCredential'] },
  };
  assert.ok(subject.identifier.length > 1 && subject.achievement.tag.length > 1);
  for (const [what, changed] of Object.entries(invisible)) {
    assert.equal(await check(changed, key), 'verified', what);
    assert.ok((await verifyByReference(typeof changed === 'string' ? JSON.parse(changed) : changed, did)).verified, what);
  }
});

test('removing any member or item is refused, but for those the list above explains', async () => {
  const badge = made.json('credential.json');
  const key = did.verificationMethod[0].publicKeyMultibase;
  const paths = new Set();
  for (const at of leaves(badge)) for (let n = 1; n <= at.length; n++) paths.add(JSON.stringify(at.slice(0, n)));
  const unseen = [];
  for (const text of paths) {
    const at = JSON.parse(text);
    if (at[0] === 'proof' && at.length < 3) continue;
    const changed = edit(badge, at);
    if ((await check(changed, key)) === 'verified') unseen.push(at.join('.'));
    assert.equal((await verifyByReference(changed, did)).verified && !unseen.includes(at.join('.')), false, at.join('.'));
  }
  // The contexts of a badge repeat each other's terms where these are told.
  assert.deepEqual(unseen, []);
});

// Valid to RDF and to digitalbazaar, but a reader would miss the end of validity: ours refuses.
test('what readers would overlook is refused by ours alone', async () => {
  const badge = made.json('credential.json');
  const key = did.verificationMethod[0].publicKeyMultibase;
  const { credentialStatus, ...rest } = badge;
  const hidden = { ...rest, 'https://www.w3.org/2018/credentials#credentialStatus': credentialStatus };
  assert.match(await check(hidden, key), /^not covered by a signature: member .*plain name/);
});
