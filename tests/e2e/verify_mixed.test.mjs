// SPDX-License-Identifier: Apache-2.0
// certfill verify over many files and documents at once: no file, list or event changes what is said of another, in any
// order; and what an issuer signs besides credentials is not taken for one.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { before, test } from 'node:test';
import { b64u, baked, credential, didDocument, didKey, ed, good, jwt, kidOf, pdf, png, signers, svg, web, zip } from './forge.mjs';
import { makeApple } from './apple.mjs';
import { certfill, faketime, run, smallCohort } from './lib.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-mixed-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
let count = 0;
const put = (content, name = 'x') => {
  const p = path.join(dir, `${count++}`, name);
  fs.mkdirSync(path.dirname(p));
  fs.writeFileSync(p, Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content));
  return p;
};
const whyNot = (line) => line.checks.filter((c) => c.outcome !== 'ok').map((c) => `${c.name}: ${c.why}`).join('; ');
const check = (line, name) => line.checks.find((c) => c.name === name);
const offline = (...contents) => contents.flatMap((c) => ['--offline', put(c)]);
const verify = (files, ...options) => certfill(['verify', ...files, ...options]).lines;
function judge(cases, ...options) {
  const names = Object.keys(cases), lines = verify(names.map((n) => put(cases[n][0], cases[n][3])), ...options);
  assert.equal(lines.length, names.length);
  lines.forEach((l, i) => {
    const [, verdict, words] = cases[names[i]];
    assert.equal(l.verdict, verdict, `${names[i]}: ${whyNot(l)}`);
    if (words) assert.match(whyNot(l), words, names[i]);
  });
}

let out, data;
before(() => {
  const f = smallCohort(dir, 2), manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  for (const c of Object.values(manifest.credentials)) c.status = 'suspension';
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  data = path.join(dir, 'data');
  out = path.join(dir, 'out');
  assert.equal(certfill(['init', '--data', data, '--name', 'Uni', '--base-url', 'https://certs.uni-example.org']).status, 0);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data, '--yes']);
  assert.equal(r.status, 0, r.stderr);
});

test('a status list, which everybody can fetch, makes no picture good', () => {
  const list = fs.readFileSync(path.join(out, 'status-list-1.json'), 'utf8');
  const attached = pdf(['<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(f) 3 0 R]>>>>>>', '<</Type/Pages/Kids[]/Count 0>>', '<</Type/Filespec/UF(c.json)/EF<</F 4 0 R>>>>', ['/Type/EmbeddedFile', list]]);
  const degree = good(didKey, 'EdDSA', { type: ['VerifiableCredential', 'UniversityDegreeCredential'] });
  judge({
    'png': [png(baked(list)), 'undetermined', /no Open Badge/],
    'svg': [svg(`<openbadges:credential><![CDATA[${list}]]></openbadges:credential>`), 'undetermined', /no Open Badge/],
    'pdf': [attached, 'undetermined', /no Open Badge/],
    'another credential': [png(baked(degree)), 'undetermined', /no Open Badge/],
    'by itself': [degree, 'valid'],
    'a badge': [png(baked(good())), 'valid'],
    'a badge by its other name': [png(baked(good(didKey, 'EdDSA', { type: ['VerifiableCredential', 'AchievementCredential'] }))), 'valid'],
  }, '--offline', out);
});

test('what is signed with an issuer\'s key and is no credential', () => {
  const c = credential(didKey), of = (payload) => [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, payload, signers.EdDSA), 'not-genuine', /no credential/];
  judge({
    'no type': of({ ...c, type: undefined }),
    'another type': of({ ...c, type: ['OpenBadgeCredential'] }),
    'a type in small letters': of({ ...c, type: ['verifiablecredential'] }),
    'a type that is an object': of({ ...c, type: { VerifiableCredential: true } }),
    'no context': of({ ...c, '@context': undefined }),
    'another context': of({ ...c, '@context': ['https://eve.example/c'] }),
    'its context second': of({ ...c, '@context': ['https://eve.example/c', ...c['@context']] }),
    'an object as context': of({ ...c, '@context': { '@vocab': 'https://eve.example/' } }),
    'no subject in a list': of({ ...c, credentialSubject: [] }),
    'a subject that is a text': of({ ...c, credentialSubject: 'did:example:eve' }),
    'an id that is a list': of({ ...c, id: [c.id] }),
    'an id that is a number': of({ ...c, id: 5 }),
    'a presentation of it': of({ '@context': c['@context'], type: ['VerifiablePresentation'], holder: didKey, verifiableCredential: [c] }),
    'a presentation, model 1.1': of({ iss: didKey, vp: { type: ['VerifiablePresentation'], verifiableCredential: [good()] } }),
    'model 1.1 without a type': of({ iss: didKey, vc: { ...c, type: [] } }),
    'a name twice, once in escapes': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, JSON.stringify(c).replace('"name"', '"\\u006eame":"x","name"'), signers.EdDSA), 'not-genuine', /twice/],
    'a mark before it': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, `\uFEFF${JSON.stringify(c)}`, signers.EdDSA), 'not-genuine', /no value/],
    'half a surrogate pair': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, JSON.stringify(c).replace('Secret Badge', '\\ud800'), signers.EdDSA), 'not-genuine', /surrogate/],
    'something behind it': [jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, `${JSON.stringify(c)}{}`, signers.EdDSA), 'not-genuine', /after the value/],
  });
  const kids = ['#ed', `${web}?versionId=1#ed`, `${web}/x#ed`, web, 'ed', `${web}#ed#ed`, `${web}#%65d`, `${web.toUpperCase()}#ed`];
  judge(Object.fromEntries(kids.map((kid) => [kid, [jwt({ alg: 'EdDSA', kid }, credential(web)), 'not-genuine', /not among those/]])), ...offline(didDocument));
});

test('several lists with one address: the issuer\'s newest counts, in any order, whoever names it first', () => {
  const url = 'https://i.example/s', status = { id: `${url}#7`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '7', statusListCredential: url };
  const began = Date.now(), ago = (h) => new Date(began - h * 3600e3).toISOString().replace(/\.\d+/, '');
  const eve = crypto.generateKeyPairSync('ed25519'), byEve = (i) => crypto.sign(null, i, eve.privateKey);
  const eveDid = 'did:web:eve.example', eveMethod = { id: `${eveDid}#k`, type: 'JsonWebKey', controller: eveDid, publicKeyJwk: eve.publicKey.export({ format: 'jwk' }) };
  const list = (hours, set, issuer = didKey, kid = kidOf(didKey), sign = signers.EdDSA) => jwt({ alg: 'EdDSA', kid, typ: 'vc+jwt' }, {
    '@context': ['https://www.w3.org/ns/credentials/v2'], id: url, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer, validFrom: ago(hours),
    credentialSubject: { id: `${url}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: `u${b64u(zlib.gzipSync(Buffer.alloc(16384, set ? 1 : 0)))}` } }, sign);
  const mine = put(good(didKey, 'EdDSA', { credentialStatus: status })), hers = put(jwt({ alg: 'EdDSA', kid: eveMethod.id }, credential(eveDid, { credentialStatus: status }), byEve));
  const eveDocument = { id: eveDid, verificationMethod: [eveMethod], assertionMethod: [eveMethod.id] };
  const free = list(48, false), revoked = list(2, true), lifted = list(1, false), forged = `${list(0, false).slice(0, -6)}AAAAAA`, herList = list(0, false, eveDid, eveMethod.id, byEve);
  const both = (lists, verdicts) => {
    for (const order of [lists, [...lists].reverse()]) for (const files of [[mine, hers], [hers, mine]]) {
      const got = Object.fromEntries(verify(files, ...offline(eveDocument, ...order)).map((l) => [l.file, l]));
      assert.deepEqual([got[mine].verdict, got[hers].verdict], verdicts, `${lists.length}: ${whyNot(got[mine])} / ${whyNot(got[hers])}`);
    }
  };
  both([free], ['valid', 'undetermined']);
  both([revoked], ['revoked', 'undetermined']);
  both([free, revoked], ['revoked', 'undetermined']);
  both([revoked, lifted, free], ['valid', 'undetermined']);
  both([revoked, forged], ['revoked', 'undetermined']);
  both([revoked, herList], ['revoked', 'valid']);
  both([herList], ['undetermined', 'valid']);
  // Of one second: what either says is set counts.
  both([revoked, list(2, false)], ['revoked', 'undetermined']);
  both([revoked, list(2, false), free], ['revoked', 'undetermined']);
  both([list(2, false), revoked, lifted], ['valid', 'undetermined']);
});

test('a suspension and its lifting within one second leave it as it was', { skip: !faketime }, () => {
  const id = JSON.parse(fs.readFileSync(path.join(out, 'proofs.jsonl'), 'utf8').split('\n')[1]).credential, file = path.join(dir, 'second.json');
  const now = new Date().toISOString().slice(0, 19).replace('T', ' ');
  const still = { env: { ...process.env, TZ: 'UTC', LD_PRELOAD: faketime, FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME: now } };
  for (const what of ['suspend', 'restore']) assert.equal(certfill(['cred', what, id, '--reason', 'other', '--yes', '--data', data], still).status, 0);
  assert.equal(certfill(['cred', 'bundle', id, '-o', file, '--data', data]).status, 0);
  const bundle = JSON.parse(fs.readFileSync(file)), events = bundle.documents.find((d) => d.name === 'events.jsonl');
  const lines = events.text.trim().split('\n'), own = put(bundle.documents.find((d) => d.name === 'credential.json').text);
  assert.equal(new Set(lines.map((l) => JSON.parse(l).at)).size, 1);
  for (const [order, why] of [[[0, 1], undefined], [[1, 0], undefined], [[1, 0, 0], undefined], [[0], /^suspended on/]]) {
    events.text = order.map((i) => `${lines[i]}\n`).join('');
    const line = verify([own], '--offline', put(bundle))[0];
    assert.match(check(line, 'events')?.why ?? '', why ?? /^$/, `${order}`);
    assert.equal(line.verdict, why ? 'suspended' : 'valid', `${order}: ${whyNot(line)}`);
  }
});

test('events in any order: the latest suspension or its lifting counts', async () => {
  const id = JSON.parse(fs.readFileSync(path.join(out, 'proofs.jsonl'), 'utf8').split('\n')[0]).credential;
  const nextSecond = () => new Promise((r) => { setTimeout(r, 1001 - (Date.now() % 1000)); });
  for (const [i, what] of ['suspend', 'restore', 'suspend'].entries()) {
    if (i) await nextSecond();
    assert.equal(certfill(['cred', what, id, '--reason', 'other', '--yes', '--data', data]).status, 0);
  }
  const file = path.join(dir, 'bundle.json');
  assert.equal(certfill(['cred', 'bundle', id, '-o', file, '--data', data]).status, 0);
  const bundle = JSON.parse(fs.readFileSync(file)), events = bundle.documents.find((d) => d.name === 'events.jsonl');
  const lines = events.text.trim().split('\n'), own = put(bundle.documents.find((d) => d.name === 'credential.json').text);
  assert.equal(lines.length, 3);
  const said = (text) => {
    events.text = text;
    return check(verify([own], '--offline', put(bundle))[0], 'events');
  };
  for (const order of [[0, 1, 2], [2, 1, 0], [2, 0, 1], [1, 2, 0]]) assert.match(said(order.map((i) => `${lines[i]}\n`).join(''))?.why ?? '', /^suspended on/, `${order}`);
  for (const order of [[0, 1], [1, 0]]) assert.equal(said(order.map((i) => `${lines[i]}\n`).join('')), undefined, `${order}: lifted`);

  // Lifted: the event that says so goes along, and takes the older bundle's suspension away.
  const older = path.join(dir, 'older.json');
  assert.equal(certfill(['cred', 'bundle', id, '-o', older, '--data', data]).status, 0);
  await nextSecond();
  assert.equal(certfill(['cred', 'restore', id, '--yes', '--data', data]).status, 0);
  assert.equal(certfill(['cred', 'bundle', id, '-o', file, '--data', data]).status, 0);
  for (const [bundles, verdict] of [[[older], 'suspended'], [[file], 'valid'], [[older, file], 'valid'], [[file, older], 'valid']]) {
    const [line] = verify([own], ...bundles.flatMap((b) => ['--offline', b]));
    assert.equal(line.verdict, verdict, `${bundles.map((b) => path.basename(b))}: ${whyNot(line)}`);
  }

  // A suspension's bit is set for what a correction has replaced, too; the event tells which it is.
  assert.equal(certfill(['cred', 'correct', id, '--set', 'name=Ada Lovelace', '--yes', '--data', data]).status, 0);
  assert.equal(certfill(['cred', 'bundle', id, '-o', file, '--data', data]).status, 0);
  const [corrected] = verify([own], '--offline', file);
  assert.equal(corrected.verdict, 'superseded', whyNot(corrected));
  assert.equal(check(corrected, 'status').outcome, 'failed');
});

test('passes: signatures as others write them, and certificates that are not those of the pass before', () => {
  const apple = makeApple(path.join(dir, 'apple')), in_ = (...a) => { const r = run('openssl', a, { cwd: apple }); assert.equal(r.status, 0, r.stderr); };
  // Another key under the same name and number.
  in_('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'twin.key');
  in_('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'false.key');
  in_('req', '-new', '-x509', '-key', 'false.key', '-subj', '/CN=Apple Worldwide Developer Relations Certification Authority/OU=G4/O=Test Inc./C=US', '-days', '30', '-out', 'false.pem');
  in_('req', '-new', '-key', 'twin.key', '-subj', '/UID=pass.example.badges/CN=Pass Type ID: pass.example.badges/OU=ABCDE12345/O=Test/C=US', '-out', 'twin.csr');
  const serial = run('openssl', ['x509', '-in', 'pass.pem', '-noout', '-serial'], { cwd: apple }).stdout.trim().split('=')[1];
  in_('x509', '-req', '-in', 'twin.csr', '-CA', 'false.pem', '-CAkey', 'false.key', '-set_serial', `0x${serial}`, '-days', '30', '-extfile', 'leaf.cnf', '-out', 'twin.pem');
  const json = Buffer.from(JSON.stringify({ formatVersion: 1, passTypeIdentifier: 'pass.example.badges', teamIdentifier: 'ABCDE12345', serialNumber: '01KD00000000000000000000AB' }));
  const manifest = Buffer.from(JSON.stringify({ 'pass.json': crypto.createHash('sha1').update(json).digest('hex') }));
  const sign = (signer, ...more) => {
    const m = put(manifest), to = put('');
    in_('cms', '-sign', '-binary', '-in', m, '-outform', 'DER', '-out', to, '-signer', `${signer}.pem`, '-inkey', `${signer}.key`, ...more);
    return fs.readFileSync(to);
  };
  const pass = (signature) => put(zip([['pass.json', json], ['manifest.json', manifest], ['signature', signature]]), 'pass.pkpass');
  const along = ['-certfile', path.join(apple, 'wwdr.pem')], der = sign('pass', ...along);
  const changed = Buffer.from(der), at = der.indexOf('Pass Type ID');
  changed[at] ^= 1;
  const cases = [
    ['as we write it', der, null], ['the same', der, null],
    ['with lengths left open (BER)', Buffer.concat([Buffer.from('3080', 'hex'), der.subarray(4, 15), Buffer.from('a0803080', 'hex'), der.subarray(23), Buffer.alloc(6)]), null],
    ['with its content', sign('pass', ...along, '-nodetach'), /signature is bad/],
    ['the root came along', sign('pass', '-certfile', put(fs.readFileSync(path.join(apple, 'wwdr.pem'), 'utf8') + fs.readFileSync(path.join(apple, 'root.pem'), 'utf8'))), null],
    ['no intermediate', sign('pass'), /does not come from a root/],
    ['no certificate', sign('pass', '-nocerts'), /signature is bad/],
    ['its certificate changed', changed, /signature is bad|does not come|other passes/],
    ['a twin of the certificate', sign('twin', '-certfile', path.join(apple, 'false.pem')), /does not come from a root/],
    ['a byte behind it', Buffer.concat([der, Buffer.from([0])]), /signature is bad/],
    ['an older one of another text', (() => { const m = put('{}'), to = put(''); in_('cms', '-sign', '-binary', '-in', m, '-outform', 'DER', '-out', to, '-signer', 'pass.pem', '-inkey', 'pass.key', ...along); return fs.readFileSync(to); })(), /signature is bad/],
  ];
  const files = cases.map(([, signature]) => pass(signature)), root = ['--offline', path.join(apple, 'root.pem')];
  // Good ones before, between and behind, in one process.
  for (let i = 0; i < cases.length; i++) {
    const [, second] = verify([files[0], files[i], files[0]], ...root), [name, , words] = cases[i];
    assert.equal(check(second, 'pass').outcome, words ? 'failed' : 'ok', `${name}: ${whyNot(second)}`);
    if (words) assert.match(check(second, 'pass').why, words, name);
  }
});

test('each file gets the verdict and the checks that it gets alone', () => {
  const kinds = ['credential.json', 'credential.jwt', 'certificate.png', 'certificate.pdf', 'pass.pkpass'], files = [];
  for (const who of ['s-1', 's-2']) for (const k of kinds) files.push(path.join(out, who, k));
  const bent = (k, i) => { const b = Buffer.from(fs.readFileSync(path.join(out, 's-1', k))); b[Math.floor((b.length * i) / 5)] ^= 4; return put(b, k); };
  for (const k of kinds) files.push(bent(k, 1), bent(k, 3));
  files.push(put(good()), put(good(web)), put(png(baked(good()))), put('hello'), put(''), put(jwt({ alg: 'EdDSA', kid: 'did:web:nobody.example#k' }, credential('did:web:nobody.example'))), put(jwt({ alg: 'EdDSA', kid: kidOf(web, 'EdDSA') }, credential(web), (i) => crypto.sign(null, i, ed.privateKey))));
  const options = ['--offline', out, ...offline(didDocument)];
  const said = (lines) => Object.fromEntries(lines.map((l) => [l.file, { verdict: l.verdict, checks: l.checks, facts: l.facts }]));
  const alone = Object.assign({}, ...files.map((f) => said(verify([f], ...options))));
  assert.equal(Object.keys(alone).length, files.length);
  assert.ok(new Set(Object.values(alone).map((v) => v.verdict)).size > 2);
  for (const order of [files, [...files].reverse()]) assert.deepEqual(said(verify(order, ...options)), alone);
});
