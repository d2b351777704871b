// SPDX-License-Identifier: Apache-2.0
// certfill verify before a hostile judge: what an issuer, a stranger or a holder may try with whole files of every kind.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { before, test } from 'node:test';

import { installApple, makeApple } from '../e2e/apple.mjs';
import { b64u, baked, base58, chunk, credential, didDocument, didKey, ed, edRaw, good, jwt, kidOf, pdf, png, signers, web, zip } from '../e2e/forge.mjs';
import { certfill, run, smallCohort } from '../e2e/lib.mjs';
import { signByReference } from './di_reference.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-hostile-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
let count = 0;
const put = (content, name = 'file') => {
  const p = path.join(dir, `${count++}`, name);
  fs.mkdirSync(path.dirname(p));
  fs.writeFileSync(p, Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content));
  return p;
};
const whyNot = (line) => line.checks.filter((c) => c.outcome !== 'ok').map((c) => `${c.name}: ${c.why}`).join('; ');

/** cases: name to [content, verdict, words of why not, file name]. All in one run; nothing of what is not genuine is shown. */
function judge(cases, ...options) {
  const names = Object.keys(cases), files = names.map((n) => put(cases[n][0], cases[n][3]));
  const r = certfill(['verify', ...files, ...options]);
  assert.equal(r.lines.length, names.length, r.stderr);
  r.lines.forEach((l, i) => {
    const [, verdict, words] = cases[names[i]];
    assert.equal(l.verdict, verdict, `${names[i]}: ${l.verdict}: ${whyNot(l)}`);
    if (words) assert.match(whyNot(l), words, `${names[i]}: ${whyNot(l)}`);
    if (verdict === 'not-genuine') {
      assert.deepEqual(l.facts, {}, names[i]);
      assert.doesNotMatch(JSON.stringify([l.summary, l.checks]), /Secret/, names[i]);
    }
  });
  return r;
}
const offline = (...contents) => contents.flatMap((c) => ['--offline', put(c)]);
const did = put(didDocument);
const seconds = (iso) => Date.parse(iso) / 1000;

test('dates: of the credential, of the token around it, in the words of both models; the narrowest counts', () => {
  const h = { alg: 'EdDSA', kid: kidOf(didKey) };
  const v1 = (more = {}, claims = {}) => jwt(h, { iss: didKey, ...claims, vc: { '@context': ['https://www.w3.org/2018/credentials/v1'], type: ['VerifiableCredential'], issuer: didKey, credentialSubject: { id: 'urn:x:y' }, ...more } });
  const v2 = (more = {}, claims = {}) => jwt(h, { ...credential(didKey, more), ...claims });
  judge({
    'nothing said': [v1(), 'valid'],
    'exp alone, past': [v1({}, { exp: seconds('2020-01-01T00:00:00Z') }), 'expired', /2020-01-01/],
    'exp alone, past, version 2': [v2({}, { exp: seconds('2025-01-01T00:00:00Z') }), 'expired', /2025-01-01/],
    'exp with a fraction, past': [v2({}, { exp: seconds('2025-01-01T00:00:00Z') + 0.5 }), 'expired'],
    'nbf and exp with fractions, of the same seconds': [jwt(h, JSON.stringify({ ...credential(didKey, { validUntil: '2099-01-01T00:00:00.500Z' }), nbf: 'NBF', exp: 'EXP' }).replace('"NBF"', `${seconds(credential(didKey).validFrom)}.0`).replace('"EXP"', `${seconds('2099-01-01T00:00:00Z')}.5`)), 'valid'],
    'nbf with a fraction, of another second': [v2({}, { nbf: seconds(credential(didKey).validFrom) + 1.5 }), 'not-genuine', /contradicts.*validFrom/],
    'exp ahead': [v2({}, { exp: seconds('2099-01-01T00:00:00Z') }), 'valid'],
    'nbf alone, ahead': [v1({}, { nbf: seconds('2099-01-01T00:00:00Z') }), 'undetermined', /only from 2099/],
    'nbf and issuanceDate differ': [v1({ issuanceDate: '2020-01-01T00:00:00Z' }, { nbf: seconds('2021-01-01T00:00:00Z') }), 'not-genuine', /contradicts.*issuanceDate/],
    'exp and expirationDate differ': [v1({ expirationDate: '2099-01-01T00:00:00Z' }, { exp: seconds('2098-01-01T00:00:00Z') }), 'not-genuine', /contradicts.*expirationDate/],
    'the old word ended, the new one did not': [v2({ validUntil: '2099-01-01T00:00:00Z', expirationDate: '2020-01-01T00:00:00Z' }), 'expired', /2020-01-01/],
    'the new word ended, the old one did not': [v2({ validUntil: '2025-01-01T00:00:00Z', expirationDate: '2099-01-01T00:00:00Z' }), 'expired', /2025-01-01/],
    'exp is a text': [v2({}, { exp: '4102444800' }), 'undetermined', /no time/],
    'exp beyond all years': [v2({}, { exp: 1e17 }), 'undetermined', /no time/],
    'validUntil is a number': [v2({ validUntil: 4102444800 }), 'undetermined', /no text/],
    'validUntil is a list': [v2({ validUntil: ['2020-01-01T00:00:00Z'] }), 'undetermined', /no text/],
    'validUntil is no day': [v2({ validUntil: '2026-02-30T00:00:00Z' }), 'undetermined', /cannot be read/],
  });
});

test('envelopes, keys and issuers: what stands beside the signed, and keys of others', () => {
  const envelope = (more = {}, t = good()) => ({ '@context': 'https://www.w3.org/ns/credentials/v2', type: 'EnvelopedVerifiableCredential', id: `data:application/vc+jwt,${t}`, ...more });
  const other = 'did:web:other.example', stranger = crypto.generateKeyPairSync('ed25519');
  const byStranger = (i) => crypto.sign(null, i, stranger.privateKey);
  const method = { id: `${other}#k`, type: 'JsonWebKey', controller: other, publicKeyJwk: stranger.publicKey.export({ format: 'jwk' }) };
  const otherDocument = { id: other, verificationMethod: [method], assertionMethod: [method.id] };
  // A document of the issuer in which a key of somebody else stands, or the same key under another name.
  const foreign = { ...didDocument, id: 'did:web:lax.example', verificationMethod: [{ ...method, id: 'did:web:lax.example#k' }, { ...method, id: 'did:web:lax.example#m', controller: 'did:web:lax.example' }], assertionMethod: ['did:web:lax.example#k'] };
  judge({
    'envelope': [envelope(), 'valid'],
    'envelope with words of its own': [envelope({ credentialSubject: { achievement: { name: 'Doctor' } } }), 'not-genuine', /envelope.*more than it may/],
    'envelope with a proof': [envelope({ proof: { type: 'DataIntegrityProof' } }), 'not-genuine', /envelope.*more than it may/],
    'envelope with a name': [envelope({ name: 'Doctor' }), 'not-genuine', /envelope/],
    'envelope of another kind': [envelope({ id: `data:application/vc+sd-jwt,${good()}` }), 'undetermined', /only JWTs/],
    'envelope in an envelope': [envelope({ id: `data:application/vc+jwt,${b64u(JSON.stringify(envelope()))}` }), 'not-genuine', /three parts/],
    'kid of another issuer, whose key it is': [jwt({ alg: 'EdDSA', kid: method.id }, credential(web), byStranger), 'not-genuine', /not among those/],
    'kid of the issuer, key of another': [jwt({ alg: 'EdDSA', kid: `${web}#ed` }, credential(web), byStranger), 'not-genuine', /not what the key signed/],
    'issuer is a relative name': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, credential('issuer')), 'undetermined', /cannot be looked up/],
    'issuer is an object without an id': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, { ...credential(didKey), issuer: { name: 'X' } }), 'not-genuine', /no issuer/],
    'key that another controls': [jwt({ alg: 'EdDSA', kid: 'did:web:lax.example#k' }, credential('did:web:lax.example'), byStranger), 'not-genuine', /not among those/],
    'key that is not for assertions': [jwt({ alg: 'EdDSA', kid: 'did:web:lax.example#m' }, credential('did:web:lax.example'), byStranger), 'not-genuine', /not among those/],
    'RS256 key, PS256 named': [jwt({ alg: 'PS256', kid: `${web}#rsa` }, credential(web), signers.RS256), 'undetermined', /PS256, is none of EdDSA/],
    ...Object.fromEntries(['ES256K', 'ES384', 'ES512', 'PS512', 'RS384', 'Ed448'].map((alg) => [`signed with ${alg}`, [jwt({ alg, kid: `${web}#ed` }, credential(web), signers.EdDSA), 'undetermined', /is none of EdDSA.* which are checked here/]])),
    ...Object.fromEntries(['RS1', 'es384', 'ES384 ', 'A128KW', 'ML-DSA-44\u0000'].map((alg) => [`signed with ${alg}`, [jwt({ alg, kid: `${web}#ed` }, credential(web), signers.EdDSA), 'not-genuine', /none of EdDSA/]])),
    'ES256 key, EdDSA named': [jwt({ alg: 'EdDSA', kid: `${web}#ec` }, credential(web), signers.ES256), 'not-genuine', /does not fit/],
    'sub that contradicts': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, { ...credential(didKey), sub: 'did:example:eve' }), 'not-genuine', /contradicts/],
    'jti that contradicts': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, { ...credential(didKey), jti: 'urn:uuid:0' }), 'not-genuine', /contradicts/],
  }, '--offline', did, ...offline(otherDocument, foreign));
});

test('keys that are no did:key, names of keys that only look alike, and text that two readers read differently', () => {
  const named = (...bytes) => `did:key:z${base58(Buffer.concat(bytes.map((b) => Buffer.from(b))))}`;
  const by = (id) => jwt({ alg: 'EdDSA', kid: `${id}#${id.slice(8)}` }, credential(id));
  const kid = (k) => jwt({ alg: 'EdDSA', kid: k }, credential(web)), plain = JSON.stringify(credential(didKey));
  const text = (t, more) => jwt({ alg: 'EdDSA', kid: kidOf(didKey), ...more }, t);
  judge({
    'X25519': [by(named([0xec, 1], edRaw)), 'not-genuine', /neither Ed25519/],
    'a longer varint for the same number': [by(named([0xed, 0x81, 0], edRaw)), 'not-genuine', /neither Ed25519/],
    '33 bytes': [by(named([0xed, 1], edRaw, [0])), 'not-genuine', /neither Ed25519/],
    'a zero byte before it': [by(named([0xed, 1], edRaw).replace(':z', ':z1')), 'not-genuine', /neither Ed25519/],
    'a version': [by(didKey.replace('did:key:', 'did:key:1.1:')), 'not-genuine', /base58btc/],
    'kid relative to nothing': [kid('#ed'), 'not-genuine', /not among those/],
    'kid with a query': [kid(`${web}?versionId=1#ed`), 'not-genuine', /not among those/],
    'kid with two fragments': [kid(`${web}#x#ed`), 'not-genuine', /not among those/],
    'kid escaped': [kid(`${web}#%65d`), 'not-genuine', /not among those/],
    'kid with a NUL': [kid(`${web}#ed\0`), 'not-genuine', /not among those/],
    'issuer with a NUL': [jwt({ alg: 'EdDSA', kid: `${web}#ed` }, credential(`${web}\0`)), 'undetermined', /not at hand/],
    'a member twice, once escaped': [text(plain.replace('"issuer"', '"\\u0069ssuer":"did:web:eve.example","issuer"')), 'not-genuine', /twice/],
    'half a surrogate pair': [text(plain.replace('"D"', '"\\ud800"')), 'not-genuine', /surrogate/],
    'something behind the content': [text(`${plain} {}`), 'not-genuine', /after the value/],
    'a token in a token': [text(good(), { cty: 'JWT' }), 'not-genuine', /no value/],
    'a presentation': [text(plain, { typ: 'vp+jwt' }), 'not-genuine', /something else/],
    'disclosures behind it': [`${good()}~WyJzIiwibmFtZSIsIkRyIl0~`, 'not-genuine', /behind the signature/],
    'disclosures where they belong': [`${text(plain, { typ: 'vc+sd-jwt' })}~WyJzIiwibmFtZSIsIkRyIl0~`, 'undetermined', /SD-JWT/],
    'a token that is for disclosures, without any': [text(plain, { typ: 'dc+sd-jwt' }), 'undetermined', /SD-JWT/],
    'an empty list of extensions': [text(plain, { crit: [] }), 'not-genuine', /extensions/],
    'two issuers': [text(JSON.stringify({ ...credential(didKey), issuer: [didKey, web] })), 'not-genuine', /no issuer/],
  }, '--offline', did);
});

test('a key that was withdrawn proves nothing by itself, whatever day the credential says', () => {
  const id = 'did:web:hacked.example', jwk = ed.publicKey.export({ format: 'jwk' });
  const document = (more, listed = []) => ({ id, verificationMethod: [{ id: `${id}#k`, type: 'JsonWebKey', controller: id, publicKeyJwk: jwk, ...more }], assertionMethod: listed });
  const before = jwt({ alg: 'EdDSA', kid: `${id}#k` }, credential(id));
  for (const [more, listed, verdict, words] of [
    [{}, [`${id}#k`], 'valid', null], [{}, [], 'not-genuine', /not among those/],
    [{ revoked: '2026-01-01T00:00:00Z' }, [], 'undetermined', /withdrew the key on 2026-01-01/],
    [{ revoked: '2026-01-01T00:00:00Z' }, [`${id}#k`], 'undetermined', /withdrew/],
    [{ revoked: '2999-01-01T00:00:00Z' }, [`${id}#k`], 'undetermined', /withdrew/],
    [{ compromisedAt: 'yesterday' }, [`${id}#k`], 'undetermined', /withdrew/],
  ]) judge({ 'signed before': [before, verdict, words] }, ...offline(document(more, listed)));
});

test('embedded proofs: purpose, times, keys, contexts, several of them, and what was changed around them', async () => {
  const seed = new Uint8Array(32).fill(7), plain = credential('did:web:di.example'), opts = { date: '2026-01-15T08:00:00Z' };
  const { signed, did: theirs } = await signByReference(plain, seed, opts);
  const { signed: byEve, did: eve } = await signByReference({ ...plain, issuer: { ...plain.issuer, id: 'did:web:eve.example' } }, new Uint8Array(32).fill(8), opts);
  const { signed: eveForIssuer } = await signByReference(plain, new Uint8Array(32).fill(8), opts);
  const { signed: ahead } = await signByReference(plain, seed, { date: '2099-01-01T00:00:00Z' });
  const proof = (more) => ({ ...signed, proof: { ...signed.proof, ...more } });
  const name = [{ '@value': 'שלום', '@language': 'he', '@direction': 'rtl' }, { '@value': 'Hello', '@language': 'en' }];
  const { signed: worded } = await signByReference({ ...plain, name }, seed, opts);
  judge({
    'as signed': [signed, 'valid'],
    'as signed, in a list': [{ ...signed, proof: [signed.proof] }, 'valid'],
    'names with a language and a direction': [worded, 'valid'],
    'another direction': [{ ...worded, name: [{ ...name[0], '@direction': 'ltr' }, name[1]] }, 'not-genuine', /changed/],
    'no direction': [{ ...worded, name: [{ '@value': 'שלום', '@language': 'he' }, name[1]] }, 'not-genuine', /changed/],
    'another purpose': [proof({ proofPurpose: 'authentication' }), 'not-genuine', /purpose|assertionMethod/],
    'no purpose': [proof({ proofPurpose: undefined }), 'not-genuine'],
    'method of another DID': [proof({ verificationMethod: eve.verificationMethod[0].id }), 'not-genuine', /not among those/],
    'method as an object': [proof({ verificationMethod: theirs.verificationMethod[0] }), 'not-genuine'],
    'signed by another in the issuer\'s name': [eveForIssuer, 'not-genuine', /not among those/],
    'of another issuer, renamed': [{ ...byEve, issuer: signed.issuer }, 'not-genuine'],
    'made in the future': [ahead, 'not-genuine', /future|later|not yet/],
    'made at another time': [proof({ created: '2026-01-15T08:00:01Z' }), 'not-genuine'],
    'made at no time': [proof({ created: 'yesterday' }), 'not-genuine'],
    'on a proof that is not there': [proof({ previousProof: 'urn:uuid:x' }), 'not-genuine', /previous one/],
    'with a challenge': [proof({ challenge: 'x' }), 'not-genuine'],
    'included': [{ ...signed, '@included': [{ id: 'urn:x:y', name: 'n' }] }, 'not-genuine', /overlook/],
    'ended': [proof({ expires: '2026-01-16T00:00:00Z' }), 'not-genuine'],
    'for another domain': [proof({ domain: 'https://eve.example' }), 'not-genuine'],
    'another suite': [proof({ cryptosuite: 'ecdsa-rdfc-2019' }), 'undetermined', /kind that is not known/],
    'a suite that takes JSON as it is': [proof({ cryptosuite: 'eddsa-jcs-2022' }), 'undetermined', /kind that is not known/],
    'an old type': [proof({ type: 'Ed25519Signature2020', cryptosuite: undefined }), 'undetermined', /kind that is not known/],
    'no value': [proof({ proofValue: undefined }), 'not-genuine'],
    'value in base64url': [proof({ proofValue: `u${b64u(Buffer.alloc(64, 1))}` }), 'not-genuine'],
    'value too short': [proof({ proofValue: signed.proof.proofValue.slice(0, -4) }), 'not-genuine'],
    'no proof': [{ ...signed, proof: undefined }, 'not-genuine', /no signature/],
    'no proof in a list': [{ ...signed, proof: [] }, 'not-genuine', /no signature/],
    'proof is null': [{ ...signed, proof: null }, 'not-genuine'],
    'a good one behind a bad one': [{ ...signed, proof: [{ ...signed.proof, proofValue: byEve.proof.proofValue }, signed.proof] }, 'valid'],
    'a stranger\'s alone in a list of two': [{ ...signed, proof: [byEve.proof, eveForIssuer.proof] }, 'not-genuine'],
    'more proofs than anybody makes': [{ ...signed, proof: Array(40).fill(signed.proof) }, 'not-genuine', /proofs/],
    'a context of its own': [{ ...signed, '@context': [...signed['@context'], { name: 'https://eve.example/n' }] }, 'undetermined', /terms of its own/],
    'a context from elsewhere': [{ ...signed, '@context': [...signed['@context'], 'https://eve.example/c'] }, 'undetermined', /not one of those known/],
    'a context inside': [{ ...signed, credentialSubject: { ...signed.credentialSubject, '@context': { name: 'https://eve.example/n' } } }, 'undetermined'],
    // The first context says what it is (VCDM 2.0, 4.3), though the statements are the same.
    'contexts turned around': [{ ...signed, '@context': [...signed['@context']].reverse() }, 'not-genuine', /no credential/],
    // These say the same statements, which are what is signed.
    'another context that is known': [{ ...signed, '@context': [...signed['@context'], 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json'] }, 'valid'],
    'another subject': [{ ...signed, credentialSubject: { ...signed.credentialSubject, id: 'did:example:eve' } }, 'not-genuine'],
    'two subjects': [{ ...signed, credentialSubject: [signed.credentialSubject, { id: 'did:example:eve', type: ['AchievementSubject'] }] }, 'not-genuine'],
    'a member that no context knows': [{ ...signed, grade: 'A' }, 'not-genuine'],
    'a member whose name says something': [{ ...signed, SecretMember: 'A' }, 'not-genuine', /signature: it says something that its signature does not cover/],
    'a member twice whose name says something': [JSON.stringify(signed).replace('"name"', '"SecretMember":1,"SecretMember":2,"name"'), 'not-genuine', /signature: a member of its JSON comes twice/],
    'a member that looks like an address': [{ ...signed, 'https://eve.example/grade': 'A' }, 'not-genuine'],
    'a status taken away': [{ ...signed, credentialStatus: [] }, 'valid'],
    'a status added': [{ ...signed, credentialStatus: { id: 'https://eve.example/#1', type: 'BitstringStatusListEntry' } }, 'not-genuine'],
    'a proof inside a part': [{ ...signed, credentialSubject: { ...signed.credentialSubject, proof: signed.proof } }, 'not-genuine'],
  }, ...offline(theirs, eve));
});

test('status: entries and lists that say less, more or something else', () => {
  const url = 'https://i.example/s', entry = (more = {}) => ({ id: `${url}#7`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '7', statusListCredential: url, ...more });
  const holder = (status) => good(didKey, 'EdDSA', { credentialStatus: status });
  const bits = (n = 16384, ...set) => { const b = Buffer.alloc(n); for (const i of set) b[i >> 3] |= 0x80 >> (i & 7); return b; };
  const packed = (b) => `u${b64u(zlib.gzipSync(b))}`;
  const list = (more = {}, subject = {}) => jwt({ alg: 'EdDSA', kid: kidOf(didKey), typ: 'vc+jwt' }, { '@context': ['https://www.w3.org/ns/credentials/v2'], id: url, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: didKey,
    validFrom: new Date(Date.now() - 3600e3).toISOString().replace(/\.\d+/, ''), credentialSubject: { id: `${url}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: packed(bits()), ...subject }, ...more });
  judge({
    'not set': [holder(entry()), 'valid'],
    'two entries': [holder([entry(), entry({ statusListIndex: '8' })]), 'valid'],
    'no entry in a list': [holder([]), 'valid'],
    'five entries': [holder(Array(5).fill(entry())), 'undetermined', /more than/],
    'index as a number': [holder(entry({ statusListIndex: 7 })), 'undetermined', /decimal/],
    'index below zero': [holder(entry({ statusListIndex: '-1' })), 'undetermined', /decimal/],
    'index in hex': [holder(entry({ statusListIndex: '0x7' })), 'undetermined', /decimal/],
    'index with a sign': [holder(entry({ statusListIndex: '+7' })), 'undetermined', /decimal/],
    'index with a space': [holder(entry({ statusListIndex: '7 ' })), 'undetermined', /decimal/],
    'index beyond the list': [holder(entry({ statusListIndex: '131072' })), 'undetermined', /beyond the end/],
    'index beyond all numbers': [holder(entry({ statusListIndex: '18446744073709551623' })), 'undetermined', /decimal/],
    'no index': [holder(entry({ statusListIndex: undefined })), 'undetermined', /decimal/],
    'no list': [holder(entry({ statusListCredential: undefined })), 'undetermined', /no list/],
    'list as an object': [holder(entry({ statusListCredential: { id: url } })), 'undetermined', /no list/],
    'two bits for each': [holder(entry({ statusSize: 2 })), 'undetermined', /statusSize/],
    'another purpose': [holder(entry({ statusPurpose: 'suspension' })), 'undetermined', /nothing about suspension/],
    'a purpose of its own': [holder(entry({ statusPurpose: 'message' })), 'undetermined', /nothing about message/],
    'an unknown type': [holder(entry({ type: 'StatusList2021Entry' })), 'undetermined', /neither/],
    'a text': [holder(url), 'undetermined'],
    'null': [holder(null), 'undetermined'],
    'another list': [holder(entry({ statusListCredential: `${url}/2` })), 'undetermined', /not at hand/],
  }, ...offline(list()));
  const lists = {
    'set': [list({}, { encodedList: packed(bits(16384, 7)) }), 'revoked', /revoked by/],
    'set, and old': [list({ validFrom: '2020-01-01T00:00:00Z' }, { encodedList: packed(bits(16384, 7)) }), 'revoked'],
    'its neighbours set': [list({}, { encodedList: packed(bits(16384, 6, 8)) }), 'valid', null],
    'of another address': [list({ id: `${url}/other` }), 'undetermined', /not at hand/],
    'of another issuer': [list({ issuer: 'did:web:other.example' }), 'undetermined', /no good/],
    'no list at all': [list({}, { encodedList: undefined }), 'undetermined', /no good/],
    'not packed': [list({}, { encodedList: `u${b64u(bits())}` }), 'undetermined', /no good/],
    'in base64': [list({}, { encodedList: `m${zlib.gzipSync(bits()).toString('base64')}` }), 'undetermined', /multibase/],
    'one byte too short': [list({}, { encodedList: packed(bits(16383)) }), 'undetermined', /fewer/],
    'bytes behind it': [list({}, { encodedList: `u${b64u(Buffer.concat([zlib.gzipSync(bits()), Buffer.from('xxxx')]))}` }), 'undetermined', /no good/],
    'two members of GZIP': [list({}, { encodedList: `u${b64u(Buffer.concat([zlib.gzipSync(bits()), zlib.gzipSync(bits())]))}` }), 'undetermined', /no good/],
    'a bomb of a gigabyte that says 16 KiB': [list({}, { encodedList: (() => { const g = Buffer.from(zlib.gzipSync(bits(64 << 20))); g.writeUInt32LE(16384, g.length - 4); return `u${b64u(g)}`; })() }), 'undetermined', /GZIP/],
    'of no type': [list({ type: ['VerifiableCredential'] }), 'undetermined', /no good/],
  };
  for (const [name, [text, verdict, words]] of Object.entries(lists)) judge({ [name]: [holder(entry()), verdict, words] }, ...offline(text));
  const edtech = (revoked, more = {}) => ({ id: 'https://i.example/r', issuer: didKey, revokedCredential: revoked, ...more });
  const named = holder({ id: 'https://i.example/r', type: '1EdTechRevocationList' }), me = credential(didKey).id;
  for (const [name, text, verdict] of [
    ['empty', edtech([]), 'valid'], ['me', edtech([{ id: me }]), 'revoked'], ['me, "false" as a text', edtech([{ id: me, revoked: 'false' }]), 'revoked'],
    ['me, false', edtech([{ id: me, revoked: false }]), 'valid'], ['me, first false, then true', edtech([{ id: me, revoked: false }, { id: me }]), 'revoked'],
    ['no list', edtech(undefined, { type: '1EdTechRevocationList' }), 'undetermined'], ['somebody else\'s', edtech([], { issuer: 'did:web:other.example' }), 'undetermined'],
  ]) judge({ [`1EdTech, ${name}`]: [named, verdict] }, ...offline(text));
});

test('pictures and PDFs: where a credential may lie, and two of them', () => {
  const t = good(), u = good(didKey, 'EdDSA', { name: 'Another Badge' });
  const text = (type, data) => chunk(type, Buffer.concat([Buffer.from(data, 'latin1')]));
  const end = 12, tail = (b, c) => Buffer.concat([b.subarray(0, b.length - end), c, b.subarray(b.length - end)]);
  const files = (...streams) => pdf([
    `<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[${streams.map((_, i) => `(f${i}) ${3 + 3 * i} 0 R`).join(' ')}]>>>>>>`, '<</Type/Pages/Kids[]/Count 0>>',
    ...streams.flatMap(([uf, f], i) => [`<</Type/Filespec/UF(c.json)/F(c.json)/EF<<${uf === undefined ? '' : `/UF ${4 + 3 * i} 0 R`}${f === undefined ? '' : `/F ${5 + 3 * i} 0 R`}>>>>`, ['/Type/EmbeddedFile', uf ?? ''], ['/Type/EmbeddedFile', f ?? '']])]);
  judge({
    'behind the picture': [tail(png(), baked(t)), 'valid'],
    'before and behind': [tail(png(baked(t)), baked(t)), 'not-genuine', /two credentials/],
    'before and behind, different': [tail(png(baked(t)), baked(u)), 'not-genuine', /two credentials/],
    'iTXt and tEXt': [png(baked(t), text('tEXt', `openbadgecredential\0${u}`)), 'not-genuine', /wrong kind/],
    'tEXt and iTXt': [png(text('tEXt', `openbadgecredential\0${u}`), baked(t)), 'not-genuine', /wrong kind/],
    'zTXt and iTXt': [png(Buffer.concat([chunk('zTXt', Buffer.concat([Buffer.from('openbadgecredential\0\0'), zlib.deflateSync(u)]))]), baked(t)), 'not-genuine', /wrong kind/],
    'and one of Open Badges 2': [png(baked(t), text('tEXt', 'openbadges\0{}')), 'not-genuine', /Open Badges 2/],
    'capital letters': [png(text('iTXt', `OpenBadgeCredential\0\0\0\0\0${t}`)), 'not-genuine', /no credential/],
    'keyword without an end': [png(text('iTXt', 'openbadgecredential')), 'not-genuine'],
    'no end of the language': [png(text('iTXt', 'openbadgecredential\0\0\0en')), 'not-genuine', /damaged|empty/],
    'with a language': [png(text('iTXt', `openbadgecredential\0\0\0en\0Badge\0${t}`)), 'valid'],
    'two beginnings': [Buffer.concat([png(baked(t)), png(baked(u))]), 'not-genuine', /behind the end/],
    'a header twice as long': [Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', Buffer.alloc(26)), baked(t), chunk('IEND', Buffer.alloc(0))]), 'not-genuine', /header/],
    'no end': [Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', Buffer.alloc(13)), baked(t)]), 'not-genuine', /breaks off/],
    'pdf': [files([t, t]), 'undetermined', /record/],
    'pdf, under /F alone': [files([undefined, t]), 'undetermined', /record/],
    'pdf, /UF and /F differ': [files([t, u]), 'not-genuine', /two credentials/],
    'pdf, /UF is nothing, /F one': [files(['hello', t]), 'undetermined', /record/],
    'pdf, two files of the same': [files([t], [t]), 'undetermined', /record/],
    'pdf, two files that differ': [files([t], [u]), 'not-genuine', /two credentials/],
    'pdf, none': [files(['hello']), 'not-genuine', /no credential/],
    'pdf, seventy files': [files(...Array.from({ length: 70 }, () => ['hello'])), 'not-genuine', /more than 64/],
    'pdf, a bomb': [pdf(['<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(f) 3 0 R]>>>>>>', '<</Type/Pages/Kids[]/Count 0>>', '<</Type/Filespec/EF<</F 4 0 R>>>>', ['/Filter/FlateDecode', zlib.deflateSync(Buffer.alloc(64 << 20))]]), 'not-genuine', /over 2 MiB/],
    'pdf, a name tree that names itself': [pdf(['<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 3 0 R>>>>', '<</Type/Pages/Kids[]/Count 0>>', '<</Kids[3 0 R 3 0 R]>>']), 'not-genuine', /too long/],
    'pdf, cut': [files([t]).subarray(0, 300), 'not-genuine', /damaged/],
  });
});

// ---- our own, whole ----

let out, apple, other;
const own = (...parts) => path.join(out, ...parts);
before(() => {
  apple = makeApple(path.join(dir, 'apple'));
  other = makeApple(path.join(dir, 'apple-other'));
  const data = path.join(dir, 'data'), cohort = smallCohort(dir, 2);
  out = path.join(dir, 'out');
  assert.equal(certfill(['init', '--data', data, '--name', 'Uni', '--base-url', 'https://certs.uni-example.org']).status, 0);
  installApple(apple, data);
  const r = certfill(['issue', cohort.cohort, '--manifest', cohort.manifest, '--out', out, '--data', data, '--yes']);
  assert.equal(r.status, 0, r.stderr);
});

test('a PDF of ours with an update behind it that shows another page', () => {
  const bytes = fs.readFileSync(own('s-1/certificate.pdf'));
  const text = bytes.toString('latin1'), from = Number(/startxref\n(\d+)/.exec(text)[1]);
  const at = bytes.length, page = /(\d+) 0 obj\s*<<[^>]*\/Type\s*\/Pages\b/.exec(text)?.[1] ?? '2';
  const object = `${page} 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n`;
  const size = Number(/\/Size (\d+)/.exec(text)[1]), root = /\/Root (\d+ \d+ R)/.exec(text)[1];
  const updated = Buffer.concat([bytes, Buffer.from(`\n${object}xref\n${page} 1\n${String(at + 1).padStart(10, '0')} 00000 n \ntrailer\n<</Size ${size}/Root ${root}/Prev ${from}>>\nstartxref\n${at + 1 + object.length}\n%%EOF\n`, 'latin1')]);
  judge({ 'updated': [updated, 'not-genuine', /changed after it was issued/] }, '--offline', out);
  for (const password of ['', 'secret']) {
    const locked = put('', 'locked.pdf');
    assert.equal(run('qpdf', ['--encrypt', password, 'owner', '256', '--', own('s-1/certificate.pdf'), locked]).status, 0);
    judge({ 'encrypted': [fs.readFileSync(locked), 'not-genuine', /encrypted/] }, '--offline', out);
  }
  // Without the record nobody can tell what the page showed, and it is not called good.
  judge({ 'updated, record unknown': [updated, 'undetermined'] }, '--offline', own('did.json'), '--offline', own('status-list-1.json'));
});

test('passes: files added, changed, doubled, hidden, signed by others or twice', () => {
  const from = own('s-1/pass.pkpass'), names = run('unzip', ['-Z1', from]).stdout.trim().split('\n');
  const get = (n, p = from) => run('unzip', ['-p', p, n]).bytes;
  const entries = names.map((n) => [n, get(n)]);
  const swap = (change) => zip(entries.map(([n, b]) => [n, change[n] ?? b]));
  const manifestOf = (list) => JSON.stringify(Object.fromEntries(list.filter(([n]) => n !== 'manifest.json' && n !== 'signature').map(([n, b]) => [n, crypto.createHash('sha1').update(b).digest('hex')])));
  const sign = (manifest, ...signers) => {
    const m = put(manifest), sig = put('');
    const of = signers.flatMap((s) => ['-signer', path.join(s, 'pass.pem'), '-inkey', path.join(s, 'pass.key')]);
    const r = run('openssl', ['cms', '-sign', '-binary', '-in', m, '-outform', 'DER', '-out', sig, '-md', 'sha256', '-certfile', path.join(signers[0], 'wwdr.pem'), ...of]);
    assert.equal(r.status, 0, r.stderr);
    return fs.readFileSync(sig);
  };
  const resigned = (change, ...signers) => {
    const list = entries.map(([n, b]) => [n, change[n] ?? b]), manifest = Buffer.from(manifestOf(list));
    return zip(list.map(([n, b]) => [n, n === 'manifest.json' ? manifest : n === 'signature' ? sign(manifest, ...signers) : b]));
  };
  const json = JSON.parse(get('pass.json')), theirs = JSON.parse(get('pass.json', own('s-2/pass.pkpass')));
  const named = (more) => ({ 'pass.json': Buffer.from(JSON.stringify({ ...json, ...more })) });
  const roots = ['--offline', path.join(apple, 'root.pem')];
  const bad = (content, words) => [content, 'not-genuine', words, 'pass.pkpass'];
  judge({
    'packed again': [zip(entries), 'undetermined', /not at hand/, 'pass.pkpass'],
    'a file added': bad(zip([...entries, ['extra.png', Buffer.from('x')]]), /added after/),
    'a file taken out': bad(zip(entries.filter(([n]) => n !== 'logo.png')), /taken out/),
    'a file changed': bad(swap({ 'icon.png': Buffer.from('x') }), /changed after/),
    'manifest changed': bad(swap({ 'manifest.json': Buffer.from(`${get('manifest.json')} `) }), /signature is bad/),
    'manifest with a name twice': bad(swap({ 'manifest.json': Buffer.from(get('manifest.json').toString().replace('{', '{"icon.png":"00",')) }), /./),
    'a name twice': bad(zip([...entries, ['pass.json', Buffer.from(JSON.stringify(theirs))]]), /same name|damaged/),
    'another name outside': bad(zip(entries.map(([n, b]) => [n, b, n === 'pass.json' ? { local: 'past.json' } : {}])), /damaged/),
    'a way up': bad(zip([...entries, ['../x', Buffer.from('x')]]), /name no pass may hold/),
    'a folder in a folder': bad(zip([...entries, ['a.lproj/b.lproj/x', Buffer.from('x')]]), /name no pass may hold/),
    'bytes before': bad(Buffer.concat([Buffer.from('PK\x03\x04'), zip(entries)]), /./),
    'bytes behind': bad(Buffer.concat([zip(entries), Buffer.from('x')]), /no ZIP/),
    'no signature': bad(zip(entries.filter(([n]) => n !== 'signature')), /lacks/),
    'a signature of nothing': bad(swap({ signature: Buffer.from('3000', 'hex') }), /signature is bad/),
    'bytes behind the signature': bad(swap({ signature: Buffer.concat([get('signature'), Buffer.from('x')]) }), /signature is bad/),
    'the pass of another': bad(swap({ 'pass.json': get('pass.json', own('s-2/pass.pkpass')) }), /changed after/),
    'signed by a stranger': bad(resigned(named({ teamIdentifier: 'ABCDE12345' }), other), /does not come from a root/),
    'signed twice': bad(resigned({}, apple, other), /signature is bad/),
    'a type of others': bad(resigned(named({ passTypeIdentifier: 'pass.com.example.other' }), apple), /certificate for other passes/),
    'a team of others': bad(resigned(named({ teamIdentifier: 'ZZZZZ99999' }), apple), /certificate for other passes/),
    'no type': bad(resigned(named({ passTypeIdentifier: undefined }), apple), /certificate for other passes/),
    'void by its own word': [resigned(named({ voided: true }), apple), 'undetermined', /says that it is void/, 'pass.pkpass'],
    'void by a word that is no truth value': [resigned(named({ voided: 'no' }), apple), 'undetermined', /says that it is void/, 'pass.pkpass'],
    'a serial number that is none': [resigned(named({ serialNumber: '1' }), apple), 'undetermined', /not at hand/, 'pass.pkpass'],
  }, ...roots);
  // With the records at hand whatever is not the file that was issued is found, and a void one is never good.
  judge({
    'as issued': [fs.readFileSync(from), 'undetermined', /not at hand/, 'pass.pkpass'],
    'packed again': bad(zip(entries), /not the one/),
    'signed anew by the same': bad(resigned(named({ description: 'Doctor' }), apple), /not the one/),
    'void': [resigned(named({ voided: true }), apple), 'undetermined', /says that it is void/, 'pass.pkpass'],
  }, '--offline', out, ...roots);
});
