// SPDX-License-Identifier: Apache-2.0
// build/tools/tordf and rdfc against npm's jsonld and rdf-canonize.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { NQuads, canonize } from 'rdf-canonize';

import { root, run, temporary } from '../e2e/lib.mjs';
import { dice, randomCredential } from './rdf_model.mjs';
import { canonizeByReference, ours } from './rdf_reference.mjs';

// make test-all takes 10,000.
const COUNT = Number(process.env.RDF_COUNT ?? 250);

const badge = (members = {}, subject = {}) => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
  id: 'urn:x:1', type: ['VerifiableCredential', 'OpenBadgeCredential'], issuer: { id: 'did:web:x.example', type: ['Profile'] },
  validFrom: '2026-06-15T00:00:00Z',
  credentialSubject: { type: ['AchievementSubject'], achievement: { id: 'urn:x:a', type: ['Achievement'], criteria: { narrative: 'x' } }, ...subject },
  ...members,
});

test(`${COUNT} random credentials have the same canonical N-Quads`, async (t) => {
  const refused = { order: 0, cost: 0 };
  let same = 0;
  for (let seed = 1; seed <= COUNT; seed++) {
    const credential = randomCredential(seed);
    let got;
    try {
      got = await ours('tordf', credential, '--canonical', '--issue');
    } catch (error) {
      if (/sort differently/.test(error.message)) refused.order++;
      else if (/give up/.test(error.message)) refused.cost++;
      else throw error;
      continue;
    }
    assert.equal(got, await canonizeByReference(credential), `seed ${seed}`);
    same++;
  }
  t.diagnostic(`${same} the same, refused: ${refused.order} for their order, ${refused.cost} for their cost`);
  assert.ok(same > COUNT * 0.9);
});

test('random graphs of blank nodes have the same canonical N-Quads', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const d = dice(seed);
    const node = () => `_:n${d.upTo(6)}`;
    let text = '';
    for (let i = 0; i < 4 + d.upTo(10); i++) {
      const object = d.chance(0.8) ? node() : d.pick(['<urn:o>', '"o"', '"o"@en']);
      text += `${node()} <urn:p${d.upTo(2)}> ${object}${d.chance(0.2) ? ` ${d.pick(['<urn:g>', node()])}` : ''} .\n`;
    }
    const want = await canonize(NQuads.parse(text), { algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: Infinity });
    assert.equal(await ours('rdfc', text), want, `seed ${seed}:\n${text}`);
  }
});

test('the names of blank nodes, wherever the option stands', (t) => {
  const file = path.join(temporary(t), 'x.nq'), rdfc = path.join(root, 'build/tools/rdfc');
  fs.writeFileSync(file, '_:b <urn:p> _:a .\n_:a <urn:q> "x" .\n');
  for (const args of [['--map', file], [file, '--map']]) {
    const r = run(rdfc, args);
    assert.equal(r.status, 0, r.stderr);
    assert.deepEqual(JSON.parse(r.stdout), { a: 'c14n0', b: 'c14n1' });
  }
  for (const args of [[], [file, file], ['--mab', file]]) assert.equal(run(rdfc, args).status, 2);
});

test('numbers come out as the reference writes them', async () => {
  for (const creditsEarned of [0, 10, 7.5, 0.1, 100000, 1e20, 123456.789, 0.000001, 99.9999999, -3, 2 ** 53]) {
    const credential = badge({}, { creditsEarned });
    assert.equal(await ours('tordf', credential, '--canonical'), await canonizeByReference(credential), `${creditsEarned}`);
  }
  const text = JSON.stringify(badge({}, { creditsEarned: 7 })).replace('"creditsEarned":7', '"creditsEarned":7.50e0');
  assert.equal(await ours('tordf', text, '--canonical', '--issue'), await canonizeByReference(JSON.parse(text)));
});

test('the issuer refuses numbers that implementations turn into different text', async () => {
  for (const number of ['1e-7', '0.1000000000000001', '1e21', '12345678901234567', '1e999']) {
    const text = JSON.stringify(badge({}, { creditsEarned: 1 })).replace('"creditsEarned":1', `"creditsEarned":${number}`);
    await assert.rejects(ours('tordf', text, '--issue'), /credentialSubject\.creditsEarned: a number/);
  }
});

test('the issuer refuses texts that UTF-16 sorts otherwise; a verifier follows the standard', async () => {
  const credential = badge();
  credential.credentialSubject.achievement.tag = ['\uff5e', '😀'];
  await assert.rejects(ours('tordf', credential, '--canonical', '--issue'), /sort differently/);
  const lines = (await ours('tordf', credential, '--canonical')).split('\n');
  const tags = lines.filter((line) => line.includes('keywords')).map((line) => line.match(/"(.*)"/)[1]);
  assert.deepEqual(tags, ['\uff5e', '😀']);
});

const REFUSED = {
  'an undefined term': [badge({ colour: 'red' }), /colour: neither/],
  'an undefined term deep down': [badge({}, { result: [{ type: ['Result'], value: 'A' }, { type: ['Result'], worth: 'A' }] }), /credentialSubject\.result\[1\]\.worth/],
  'a term of another type': [badge({}, { criteria: { narrative: 'x' } }), /credentialSubject\.criteria/],
  'a relative type': [badge({ evidence: [{ type: ['Evidenz'] }] }), /evidence\[0\]\.type: neither/],
  'a relative id': [badge({ evidence: [{ id: 'evidence/1', type: ['Evidence'] }] }), /evidence\[0\].id: neither/],
  'an IRI with a space': [badge({ evidence: [{ id: 'https://x.example/a b', type: ['Evidence'] }] }), /evidence\[0\].id: neither/],
  'an unknown context': [badge({ '@context': ['https://www.w3.org/ns/credentials/v2', 'https://x.example/c'] }), /@context/],
  'terms of a context that is not there': [badge({ '@context': ['https://www.w3.org/ns/credentials/v2'] }), /neither an absolute IRI/],
  'a version 1.1 date': [badge({ issuanceDate: '2026-01-01T00:00:00Z' }), /issuanceDate/],
  'contexts that disagree': [badge({ '@context': ['https://www.w3.org/2018/credentials/v1', 'https://www.w3.org/ns/credentials/v2'] }), /protected term/],
};
for (const [what, [credential, reason]] of Object.entries(REFUSED)) {
  test(`both refuse ${what}`, async () => {
    await assert.rejects(canonizeByReference(credential));
    await assert.rejects(ours('tordf', credential), reason);
  });
}

// Where JSON-LD's text and jsonld.js do not agree, or terms of types change what a list or set means.
test('lists and sets that implementations read differently are refused', async () => {
  const refused = [
    [badge({}, { identifier: [{ type: 'IdentityObject', hashed: { '@set': false } }] }), /hashed: a @list or @set of a term that is a type's own/],
    [badge({}, { result: [{ type: ['Result'], achievedLevel: { '@set': 'urn:x:level' } }] }), /type's own/],
    [badge({}, { result: [{ type: ['Result'], achievedLevel: { '@list': ['urn:x:level'] } }] }), /type's own/],
    [badge({ proof: [{ type: 'DataIntegrityProof', cryptosuite: { '@set': 'eddsa-rdfc-2022' } }] }), /type's own/],
    [{ '@context': ['https://www.w3.org/ns/credentials/v2'], mediaType: { '@list': [[['text/plain']]] } }, /mediaType\[0\]: an array in the @list/],
    [{ '@context': ['https://www.w3.org/ns/credentials/v2'], mediaType: { '@set': null } }, /@set of nothing/],
    [{ '@context': ['https://www.w3.org/ns/credentials/v2'], 'https://x.example/p': { '@list': null } }, /@list or @set of nothing/],
  ];
  for (const [document, reason] of refused) await assert.rejects(ours('tordf', document), reason);
  const tagged = { '@value': 'x', '@type': 'http://www.w3.org/1999/02/22-rdf-syntax-ns#langString' };
  await assert.rejects(ours('tordf', badge({ name: tagged })), /langString/);
  for (const mediaType of [{ '@set': ['a', ['b']] }, { '@list': ['a', null, { '@list': [] }] }]) {
    const document = { '@context': ['https://www.w3.org/ns/credentials/v2'], mediaType };
    assert.equal(await ours('tordf', document, '--canonical'), await canonizeByReference(document));
  }
});

test('the language and direction of a text', async () => {
  const text = (more) => badge({ name: { '@value': 'x', ...more }, description: [{ '@value': 'y', '@language': 'DE-at' }, 'z'] });
  for (const more of [{ '@language': 'AR-eg', '@direction': 'rtl' }, { '@direction': 'ltr' }, { '@language': 'ar' }, {}]) {
    assert.equal(await ours('tordf', text(more), '--canonical'), await canonizeByReference(text(more)));
  }
  for (const more of [{ '@direction': 'up' }, { '@direction': null }, { '@direction': ['rtl'] }, { '@direction': 'RTL' }, { '@type': 'urn:x:t', '@direction': 'rtl' }, { '@language': 'a_b', '@direction': 'rtl' }]) {
    await assert.rejects(ours('tordf', text(more)), /name: .*@direction|no tag/);
  }
  await assert.rejects(ours('tordf', badge({ name: { '@value': 5, '@direction': 'rtl' } })), /no text/);
  await assert.rejects(ours('tordf', badge({ evidence: [{ type: ['Evidence'], '@direction': 'rtl' }] })), /without a @value/);
  await assert.rejects(ours('tordf', text({ '@direction': 'rtl' }), '--issue'), /not everybody verifies/);
});

test('an inline context is refused', async () => {
  const credential = badge();
  credential['@context'].push({ colour: 'https://x.example/colour' });
  await assert.rejects(ours('tordf', { ...credential, colour: 'red' }), /@context: every item/);
});

test('a credential of version 1.1 has the same canonical N-Quads', async () => {
  for (const name of ['context.json', 'context-3.0.1.json', 'context-3.0.2.json']) {
    const credential = badge({}, { creditsEarned: 7.5 });
    credential['@context'] = ['https://www.w3.org/2018/credentials/v1', `https://purl.imsglobal.org/spec/ob/v3p0/${name}`];
    credential.issuanceDate = credential.validFrom;
    delete credential.validFrom;
    let want;
    try {
      want = await canonizeByReference(credential);
    } catch {
      await assert.rejects(ours('tordf', credential), name);
      continue;
    }
    assert.equal(await ours('tordf', credential, '--canonical'), want, name);
  }
});

test('a status list and a presentation have the same canonical N-Quads', async () => {
  const list = {
    '@context': ['https://www.w3.org/ns/credentials/v2'], id: 'https://x.example/status/3', type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: 'did:web:x.example', validFrom: '2026-06-15T00:00:00Z',
    credentialSubject: { id: 'https://x.example/status/3#list', type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: 'uH4sI', ttl: 300000 },
  };
  const presentation = { '@context': ['https://www.w3.org/ns/credentials/v2'], type: 'VerifiablePresentation', holder: 'did:web:h.example', verifiableCredential: [badge(), list] };
  for (const document of [list, presentation]) {
    assert.equal(await ours('tordf', document, '--canonical'), await canonizeByReference(document));
  }
});

test('a proof is canonicalised with the contexts of its credential', async () => {
  const proof = { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', created: '2026-06-15T08:00:00Z', verificationMethod: 'did:web:x.example#k', proofPurpose: 'assertionMethod', proofValue: 'z3abc' };
  const credential = badge({ proof: [proof] });
  const { proofValue, ...config } = proof;
  assert.ok(proofValue);
  assert.equal(await ours('tordf', credential, '--canonical', '--proof'), await canonizeByReference({ '@context': credential['@context'], ...config }));
  assert.equal(await ours('tordf', credential, '--canonical', '--without', 'proof'), await canonizeByReference(badge()));
  assert.equal(await ours('tordf', credential, '--canonical'), await canonizeByReference(credential));
});
