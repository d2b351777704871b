// SPDX-License-Identifier: Apache-2.0
// Random credentials of the Open Badges 3.0 model, from a seed.

const OB = 'https://purl.imsglobal.org/spec/ob/v3p0';
// Plain, quoting, controls, combining, right to left, CJK, private use, astral planes 1, 2, 3, 14 and 16.
const PIECES = ['a', 'Ada', ' ', 'é', 'e\u0301', 'ß', '"', '\\', '\n', '\t', '\r', '\b', '\f', '\u0001', '\u001f', '\u007f',
  '\u0085', '\u2028', '\u200f', 'שלום', 'नमस्ते', '証明書', '한글', '\ud7ff', '\ue000', '\ufb01', '\ufffd', '😀', '𝔸', '𠀀', '\u{30000}',
  '\u{e0001}', '\u{10fffd}', '<b>', '_:c14n0', '@en', '^^', '%00', "'"];

/** mulberry32: the same numbers for the same seed, everywhere. */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (n) => Math.floor(next() * n);
  return { upTo, pick: (list) => list[upTo(list.length)], chance: (p) => next() < p };
}

const times = (n, f) => Array.from({ length: n }, (_, i) => f(i));

/** A random credential without proof. */
export function randomCredential(seed) {
  const d = dice(seed);
  const text = () => (d.chance(0.3) ? d.pick(['A', 'B', 'same']) : times(1 + d.upTo(6), () => d.pick(PIECES)).join(''));
  const uuid = () => `urn:uuid:${times(8, () => d.upTo(65536).toString(16).padStart(4, '0')).join('').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}`;
  const url = () => `https://x.example/${d.pick(['a', 'b', 'c/d', 'ü', 'e?f=g#h', '証'])}/${d.upTo(4)}`;
  const number = () => d.pick([0, 1, 10, 7.5, 0.1, 3.14159, 120, 2.5e-5, 1e15, 1e20, -4, -0.25, d.upTo(1e6) / 8]);
  const maybe = (p, o, key, make) => { if (d.chance(p)) o[key] = make(); };
  const list = (max, make) => {
    const items = times(1 + d.upTo(max), make);
    // Twins: equal nodes without a name, which only N-degree hashing tells apart.
    if (d.chance(0.3)) items.push(structuredClone(items[0]));
    return items;
  };
  const image = () => { const o = { id: url(), type: 'Image' }; maybe(0.5, o, 'caption', text); return o; };
  const alignment = () => {
    const o = { type: ['Alignment'], targetName: text(), targetUrl: url() };
    for (const k of ['targetCode', 'targetDescription', 'targetFramework']) maybe(0.3, o, k, text);
    return o;
  };
  const entry = () => ({ type: 'IdentifierEntry', identifier: text(), identifierType: d.pick(['isbn', 'ext:x', 'productId']) });
  const address = () => ({ type: ['Address'], addressCountry: text(), geo: { type: 'GeoCoordinates', latitude: number(), longitude: number() } });
  const profile = (depth = 0) => {
    const o = { id: d.chance(0.2) ? 'did:web:x.example' : url(), type: ['Profile'] };
    for (const k of ['name', 'description', 'phone', 'email', 'givenName', 'familyNamePrefix']) maybe(0.3, o, k, text);
    maybe(0.3, o, 'url', url);
    maybe(0.2, o, 'image', image);
    maybe(0.2, o, 'dateOfBirth', () => '1999-01-31');
    maybe(0.2, o, 'address', address);
    maybe(0.2, o, 'otherIdentifier', () => list(2, entry));
    if (depth < 2) maybe(0.2, o, 'parentOrg', () => profile(depth + 1));
    return o;
  };
  const level = () => ({ id: uuid(), type: ['RubricCriterionLevel'], name: text(), level: text(), points: `${d.upTo(9)}` });
  const description = () => {
    const o = { id: uuid(), type: ['ResultDescription'], name: text(), resultType: d.pick(['Percent', 'LetterGrade', 'RubricCriterionLevel']) };
    maybe(0.6, o, 'allowedValue', () => times(1 + d.upTo(4), text));
    maybe(0.4, o, 'rubricCriterionLevel', () => list(3, level));
    maybe(0.3, o, 'requiredLevel', uuid);
    for (const k of ['requiredValue', 'valueMin', 'valueMax']) maybe(0.3, o, k, () => `${d.upTo(100)}`);
    maybe(0.2, o, 'alignment', () => list(2, alignment));
    return o;
  };
  const result = () => {
    const o = { type: ['Result'] };
    maybe(0.6, o, 'value', text);
    maybe(0.4, o, 'resultDescription', uuid);
    maybe(0.3, o, 'achievedLevel', uuid);
    maybe(0.3, o, 'status', () => d.pick(['Completed', 'Withdrew']));
    maybe(0.2, o, 'alignment', () => list(2, alignment));
    return o;
  };
  const identity = () => {
    const o = { type: 'IdentityObject', hashed: d.chance(0.5), identityHash: text(), identityType: d.pick(['emailAddress', 'name']) };
    maybe(0.5, o, 'salt', text);
    return o;
  };
  const criteria = () => {
    const o = {};
    maybe(0.5, o, 'id', url);
    maybe(0.7, o, 'narrative', text);
    return o;
  };
  const achievement = () => {
    const o = { id: d.chance(0.5) ? url() : uuid(), type: ['Achievement'], name: text(), description: text(), criteria: criteria() };
    for (const k of ['achievementType', 'fieldOfStudy', 'humanCode', 'specialization', 'version', 'inLanguage']) maybe(0.3, o, k, text);
    maybe(0.4, o, 'creditsAvailable', number);
    maybe(0.4, o, 'tag', () => list(4, text));
    maybe(0.3, o, 'image', image);
    maybe(0.3, o, 'creator', profile);
    maybe(0.4, o, 'alignment', () => list(3, alignment));
    maybe(0.3, o, 'otherIdentifier', () => list(2, entry));
    maybe(0.2, o, 'related', () => list(2, () => ({ id: url(), type: ['Related'], inLanguage: 'de', version: text() })));
    maybe(0.4, o, 'resultDescription', () => list(3, description));
    return o;
  };
  const subject = () => {
    const o = { type: ['AchievementSubject'], achievement: achievement() };
    maybe(0.6, o, 'id', uuid);
    maybe(0.6, o, 'identifier', () => list(3, identity));
    maybe(0.5, o, 'result', () => list(4, result));
    maybe(0.3, o, 'creditsEarned', number);
    for (const k of ['role', 'term', 'licenseNumber', 'narrative']) maybe(0.3, o, k, text);
    maybe(0.3, o, 'activityStartDate', () => '2026-02-01T00:00:00Z');
    maybe(0.2, o, 'source', profile);
    maybe(0.2, o, 'image', image);
    return o;
  };
  const evidence = () => {
    const o = { type: ['Evidence'] };
    maybe(0.4, o, 'id', url);
    for (const k of ['name', 'narrative', 'genre', 'audience', 'description']) maybe(0.4, o, k, text);
    return o;
  };
  const endorsement = () => ({
    '@context': ['https://www.w3.org/ns/credentials/v2', `${OB}/context-3.0.3.json`],
    id: uuid(), type: ['VerifiableCredential', 'EndorsementCredential'], name: text(), issuer: profile(), validFrom: '2026-01-01T00:00:00Z',
    credentialSubject: { id: url(), type: ['EndorsementSubject'], endorsementComment: text() },
    proof: [{ type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', created: '2026-01-02T00:00:00Z', proofPurpose: 'assertionMethod', verificationMethod: 'did:web:y.example#k', proofValue: 'z3abc' }],
  });
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', `${OB}/context-3.0.3.json`, `${OB}/extensions.json`],
    id: d.chance(0.5) ? uuid() : url(),
    type: d.pick([['VerifiableCredential', 'OpenBadgeCredential'], ['OpenBadgeCredential', 'VerifiableCredential'], ['VerifiableCredential', 'AchievementCredential']]),
    issuer: profile(), validFrom: '2026-06-15T00:00:00Z', credentialSubject: subject(),
  };
  for (const k of ['name', 'description']) maybe(0.5, credential, k, text);
  maybe(0.4, credential, 'awardedDate', () => '2026-06-12T09:30:00+02:00');
  maybe(0.4, credential, 'validUntil', () => '2036-06-15T00:00:00Z');
  maybe(0.3, credential, 'image', image);
  maybe(0.5, credential, 'evidence', () => list(3, evidence));
  maybe(0.2, credential, 'endorsement', () => list(2, endorsement));
  maybe(0.5, credential, 'credentialSchema', () => [{ id: `${OB}/schema/json/ob_v3p0_achievementcredential_schema.json`, type: '1EdTechJsonSchemaValidator2019' }]);
  maybe(0.5, credential, 'credentialStatus', () => ({ id: `${url()}#3`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '3', statusListCredential: url() }));
  maybe(0.2, credential, 'refreshService', () => ({ id: url(), type: '1EdTechCredentialRefresh' }));
  maybe(0.2, credential, 'termsOfUse', () => [{ id: url(), type: 'https://x.example/vocab#Terms' }]);
  return credential;
}
