// SPDX-License-Identifier: Apache-2.0
// certfill verify: credentials of others and of our own, whole and tampered with, and attacks on signed tokens.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { before, test } from 'node:test';
import { b64u, base58, baked, chunk, credential, didDocument, didKey, ec, ed, edRaw, good, jwt, kidOf, png, rsa, signers, svg, svgJwt, web } from './forge.mjs';
import { certfill, root, run, smallCohort, certfillPath } from './lib.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-verify-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
const put = (name, content) => {
  const p = path.join(dir, name);
  fs.mkdirSync(path.dirname(p), { recursive: true });
  fs.writeFileSync(p, content);
  return p;
};

// One verdict for each file, in their order.
function verify(files, ...options) {
  const r = run(certfillPath, ['--json', 'verify', ...files, ...options]);
  const lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
  return { status: r.status, lines, verdicts: lines.map((l) => l.verdict), stderr: r.stderr };
}
const check = (line, name) => line.checks.find((c) => c.name === name);
const whyNot = (line) => line.checks.filter((c) => c.outcome !== 'ok').map((c) => `${c.name}: ${c.why}`).join('; ');

const did = put('did.json', JSON.stringify(didDocument));

test('credentials of others: did:key, did:web, four algorithms, dates', () => {
  const files = [
    put('a/key.jwt', good()), put('a/ed.jwt', good(web)), put('a/ed2.jwt', good(web, 'Ed25519')), put('a/es.jwt', good(web, 'ES256')), put('a/rs.jwt', good(web, 'RS256')),
    put('a/envelope.json', JSON.stringify({ '@context': 'https://www.w3.org/ns/credentials/v2', type: 'EnvelopedVerifiableCredential', id: `data:application/vc+jwt,${good()}` })),
    put('a/bytes.png', png(baked(good()))), put('a/verify.svg', svgJwt(good())),
    put('a/claims.jwt', jwt({ alg: 'RS256', kid: kidOf(web, 'RS256'), typ: 'JWT' }, { ...credential(web), iss: web, jti: credential(web).id, nbf: Date.parse('2024-06-15T00:00:00Z') / 1000, sub: credential(web).credentialSubject.id })),
    put('a/v1.jwt', jwt({ alg: 'EdDSA', kid: kidOf(didKey) }, { iss: didKey, vc: { '@context': ['https://www.w3.org/2018/credentials/v1'], type: ['VerifiableCredential'], issuer: didKey, issuanceDate: '2024-06-15T00:00:00Z', credentialSubject: { id: 'urn:x:y' } } })),
  ];
  const r = verify(files, '--offline', did);
  for (const l of r.lines) assert.equal(l.verdict, 'valid', `${l.file}: ${whyNot(l)}`);
  assert.equal(r.status, 0);
  assert.equal(r.lines[0].facts.achievement, 'Secret Badge');

  const old = verify([put('a/old.jwt', good(didKey, 'EdDSA', { validUntil: '2025-01-01T00:00:00Z' }))]);
  assert.deepEqual([old.status, old.verdicts[0]], [8, 'expired']);
  const then = verify([path.join(dir, 'a/old.jwt')], '--at', '2024-12-31');
  assert.deepEqual([then.status, then.verdicts[0]], [0, 'valid']);
  const early = verify([path.join(dir, 'a/old.jwt')], '--at', '2023-01-01');
  assert.deepEqual([early.status, early.verdicts[0]], [9, 'undetermined']);
});

test('without the issuer’s keys nothing is called good, and what is missing is named', () => {
  const r = verify([put('b/ed.jwt', good(web))]);
  assert.deepEqual([r.status, r.verdicts[0]], [9, 'undetermined']);
  assert.deepEqual(r.lines[0].missing, [web]);
  assert.deepEqual(r.lines[0].facts, {});
  const s = verify([put('b/status.jwt', good(didKey, 'EdDSA', { credentialStatus: { id: 'https://i.example/s#1', type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '1', statusListCredential: 'https://i.example/s' } }))]);
  assert.deepEqual([s.status, s.verdicts[0]], [9, 'undetermined']);
  assert.deepEqual(s.lines[0].missing, ['https://i.example/s']);
});

test('status lists: revoked, suspended, old, somebody else’s, forged', () => {
  const list = (bit, more = {}, subject = {}) => {
    const bits = Buffer.alloc(16384);
    if (bit) bits[0] = 0x40;
    return jwt({ alg: 'EdDSA', kid: kidOf(didKey), typ: 'vc+jwt' }, {
      '@context': ['https://www.w3.org/ns/credentials/v2'], id: 'https://i.example/s', type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: didKey,
      validFrom: new Date(Date.now() - 3600e3).toISOString().replace(/\.\d+/, ''),
      credentialSubject: { id: 'https://i.example/s#list', type: 'BitstringStatusList', statusPurpose: ['revocation', 'suspension'], encodedList: `u${b64u(zlib.gzipSync(bits))}`, ...subject }, ...more,
    });
  };
  const named = (purpose) => put(`c/${purpose}.jwt`, good(didKey, 'EdDSA', { credentialStatus: { id: 'https://i.example/s#1', type: 'BitstringStatusListEntry', statusPurpose: purpose, statusListIndex: '1', statusListCredential: 'https://i.example/s' } }));
  const cases = [
    ['revocation', list(false), 0, 'valid'], ['revocation', list(true), 8, 'revoked'], ['suspension', list(true), 8, 'suspended'],
    ['revocation', list(false, { validUntil: '2024-01-01T00:00:00Z' }), 9, 'undetermined'],
    ['revocation', list(false, { validFrom: '2024-01-01T00:00:00Z' }), 9, 'undetermined'],
    ['revocation', list(false, {}, { statusPurpose: 'message' }), 9, 'undetermined'],
    ['revocation', list(false, {}, { encodedList: `u${b64u(zlib.gzipSync(Buffer.alloc(100)))}` }), 9, 'undetermined'],
    ['revocation', list(false, {}, { encodedList: `u${b64u(zlib.gzipSync(Buffer.alloc(1 << 26)))}` }), 9, 'undetermined'],
    ['revocation', `${list(false).slice(0, -4)}AAAA`, 9, 'undetermined'],
    ['revocation', jwt({ alg: 'EdDSA', kid: `${web}#ed` }, JSON.parse(Buffer.from(list(false, { issuer: web }).split('.')[1], 'base64url'))), 9, 'undetermined'],
  ];
  cases.forEach(([purpose, text, status, verdict], i) => {
    const r = verify([named(purpose)], '--offline', put(`c/list${i}.jwt`, text), '--offline', did);
    assert.deepEqual([r.status, r.verdicts[0]], [status, verdict], `${i}: ${whyNot(r.lines[0])}`);
  });
});

test('attacks on tokens are refused, with the reason, and nothing of the content is shown', () => {
  const h = (more) => ({ alg: 'EdDSA', kid: kidOf(didKey), typ: 'vc+jwt', ...more });
  const c = credential(didKey);
  const [head, body, sig] = good().split('.');
  const stranger = crypto.generateKeyPairSync('ed25519');
  const strangerSign = (i) => crypto.sign(null, i, stranger.privateKey);
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const raised = Buffer.from(sig, 'base64url');
  let s = 0n;
  for (let i = 63; i >= 32; i--) s = s * 256n + BigInt(raised[i]);
  s += order;
  for (let i = 32; i < 64; i++) { raised[i] = Number(s & 255n); s >>= 8n; }
  const smallDid = (y) => `did:key:z${base58(Buffer.concat([Buffer.from([0xed, 1]), y]))}`;
  const one = Buffer.alloc(32); one[0] = 1;
  const small = smallDid(one);
  // With the neutral point as key, R = neutral and S = 0 verifies for every message under sloppy rules.
  const anything = Buffer.concat([one, Buffer.alloc(32)]);
  const attacks = {
    'alg none': [`${b64u(JSON.stringify({ alg: 'none' }))}.${body}.`, /empty|not signed/],
    'alg none with a signature': [jwt(h({ alg: 'none' }), c, () => Buffer.from('x')), /not signed/],
    'alg nOnE': [jwt(h({ alg: 'nOnE' }), c, () => Buffer.from('x')), /not signed/],
    'HS256 with the public key': [jwt({ alg: 'HS256', kid: kidOf(didKey) }, c, (i) => crypto.createHmac('sha256', edRaw).update(i).digest()), /shared secret/],
    'HS256 with the PEM': [jwt({ alg: 'HS256', kid: kidOf(web, 'RS256') }, credential(web), (i) => crypto.createHmac('sha256', rsa.publicKey.export({ type: 'spki', format: 'pem' })).update(i).digest()), /shared secret/],
    'embedded jwk': [jwt(h({ jwk: stranger.publicKey.export({ format: 'jwk' }) }), c, strangerSign), /its own key/],
    'jku': [jwt(h({ jku: 'https://evil.example/jwks.json' }), c), /jku/],
    'x5u': [jwt(h({ x5u: 'https://evil.example/c.pem' }), c), /x5u/],
    'x5c': [jwt(h({ x5c: ['MIIB'] }), c), /certificate/],
    'crit': [jwt(h({ crit: ['exp'], exp: 1 }), c), /extensions|not known/],
    'b64': [jwt(h({ b64: false }), c), /b64/],
    'zip': [jwt(h({ zip: 'DEF' }), c), /compress/],
    'unknown member': [jwt(h({ nonce: '1' }), c), /not known/],
    'two segments': [`${head}.${body}`, /three parts/],
    'four segments': [`${head}.${body}.${sig}.${sig}`, /three parts/],
    'five segments (JWE)': [`${head}.${body}.${sig}.${sig}.${sig}`, /three parts/],
    'padding': [`${head}.${body}.${sig}==`, /wrong character|impossible/],
    'padding in the header': [`${head}=.${body}.${sig}`, /wrong character|impossible/],
    'plain base64': [`${head}.${body}.${sig.replace(/^../, '+/')}`, /wrong character/],
    'non-canonical last character': [`${head}.${body}.${sig.slice(0, -1)}${{ A: 'B', Q: 'R', g: 'h', w: 'x' }[sig.at(-1)]}`, /stray bits/],
    'line break inside': [`${head}.${body.slice(0, 9)}\n${body.slice(9)}.${sig}`, /wrong character|impossible/],
    'S raised by the order': [`${head}.${body}.${b64u(raised)}`, /order/],
    'small-order key': [jwt({ alg: 'EdDSA', kid: small }, credential(small), () => anything), /small order/],
    'small-order key, not canonical': [jwt({ alg: 'EdDSA', kid: smallDid(Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')) }, credential(smallDid(Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex'))), () => anything), /small order|canonical/],
    'doubled member in the header': [jwt(`{"alg":"EdDSA","alg":"EdDSA","kid":"${kidOf(didKey)}"}`, c, signers.EdDSA), /twice/],
    'doubled member in the content': [jwt(h(), JSON.stringify(c).replace('"name"', '"name":"x","name"'), signers.EdDSA), /twice/],
    '10 MB': [`${head}.${'A'.repeat(10 << 20)}.${sig}`, /larger than any/],
    '10 MB header': [`${'A'.repeat(10 << 20)}.${body}.${sig}`.replace(/^A/, 'eyJ'), /larger than any/],
    'deep nesting': [jwt(h(), `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, signers.EdDSA), /deep|nested|levels/i],
    'another key': [jwt(h(), c, strangerSign), /not what the key signed/],
    'key of somebody else': [jwt({ alg: 'EdDSA', kid: smallDid(Buffer.from(stranger.publicKey.export({ format: 'jwk' }).x, 'base64url')) }, c, strangerSign), /somebody else/],
    'other typ': [jwt(h({ typ: 'at+jwt' }), c), /something else/],
    'RS256 key with EdDSA named': [jwt({ alg: 'EdDSA', kid: `${web}#rsa` }, credential(web), signers.RS256), /does not fit/],
    'ES256 in DER': [jwt({ alg: 'ES256', kid: `${web}#ec` }, credential(web), (i) => crypto.sign('sha256', i, ec.privateKey)), /64 bytes/],
    'retired key': [jwt({ alg: 'EdDSA', kid: `${web}#retired` }, credential(web), signers.EdDSA), /not among those/],
    'no kid, several keys': [jwt({ alg: 'EdDSA' }, credential(web)), /not among those/],
    'iss that contradicts': [jwt(h(), { ...c, iss: 'did:web:other.example' }), /contradicts/],
    'exp that contradicts': [jwt(h(), { ...c, validUntil: '2099-01-01T00:00:00Z', exp: 1 }), /contradicts/],
    'credential inside a credential': [jwt(h(), { ...c, vc: c }), /two credentials/],
    'no credential': [jwt(h(), { hello: 'world' }), /no credential/],
    'a list': [jwt(h(), '[1]', signers.EdDSA), /no credential/],
    'a changed letter': [`${head}.${b64u(JSON.stringify(c).replace('Secret Badge', 'Forged Badge'))}.${sig}`, /not what the key signed/],
    'empty': ['eyJ', /three parts/],
    'json without a proof': [JSON.stringify(c), /no signature/],
    'json, two members of one name': [JSON.stringify(c).replace('"name"', '"name":1,"name"'), /twice/],
    'something else': ['hello', /no credential/],
    'envelope around none': [JSON.stringify({ '@context': 'https://www.w3.org/ns/credentials/v2', type: 'EnvelopedVerifiableCredential', id: `data:application/vc+jwt,${b64u('{"alg":"none"}')}.${body}.AA` }), /not signed/],
  };
  const names = Object.keys(attacks);
  const r = verify(names.map((n, i) => put(`attack/${i}.jwt`, attacks[n][0])), '--offline', did);
  assert.equal(r.lines.length, names.length);
  assert.equal(r.status, 8);
  r.lines.forEach((l, i) => {
    assert.equal(l.verdict, 'not-genuine', `${names[i]}: ${l.verdict}: ${whyNot(l)}`);
    assert.match(whyNot(l), attacks[names[i]][1], names[i]);
    assert.deepEqual(l.facts, {}, names[i]);
    assert.ok(!JSON.stringify(l).includes('Secret'), `${names[i]} shows content`);
  });
  const shown = run(certfillPath, ['verify', path.join(dir, `attack/${names.indexOf('a changed letter')}.jwt`)]);
  assert.equal(shown.status, 8);
  assert.ok(!shown.stdout.includes('Forged') && !shown.stdout.includes('Secret'));
});

test('pictures: what a baked badge may look like', () => {
  const t = good();
  const text = (type, data) => chunk(type, Buffer.from(data, 'latin1'));
  const whole = png(baked(t));
  const cases = {
    'two credentials': [png(baked(t), baked(t)), /two credentials/],
    'tEXt': [png(text('tEXt', `openbadgecredential\0${t}`)), /wrong kind/],
    'zTXt': [png(text('zTXt', 'openbadgecredential\0\0x')), /wrong kind/],
    'compressed': [png(chunk('iTXt', Buffer.concat([Buffer.from('openbadgecredential\0\x01\0\0\0', 'latin1'), zlib.deflateSync(t)]))), /compressed/],
    'Open Badges 2': [png(text('iTXt', 'openbadges\0\0\0\0\0{}')), /Open Badges 2/],
    'none': [png(), /no credential/],
    'empty': [png(baked('')), /no credential/],
    'bad checksum': [Buffer.concat([whole.subarray(0, 60), Buffer.from([whole[60] ^ 1]), whole.subarray(61)]), /checksum/],
    'cut': [whole.subarray(0, whole.length - 5), /breaks off/],
    'something behind': [Buffer.concat([whole, Buffer.from('x')]), /behind the end/],
    'length past the end': [Buffer.concat([whole.subarray(0, 33), Buffer.from('7fffffff', 'hex'), whole.subarray(37)]), /longer than the file/],
    'svg: two': [Buffer.from(svg(`<openbadges:credential verify="${t}"/><openbadges:credential verify="${t}"/>`)), /two credentials/],
    'svg: both forms': [Buffer.from(svg(`<openbadges:credential verify="${t}"><![CDATA[{}]]></openbadges:credential>`)), /twice/],
    'svg: entity': [Buffer.from(svg('<openbadges:credential>&x;</openbadges:credential>', '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>')), /entities/],
    'svg: none': [Buffer.from(svg('')), /no credential/],
    'svg: another namespace': [Buffer.from(svgJwt(t).replace('purl.imsglobal.org/ob/v3p0', 'example.org')), /no credential/],
    'svg: broken': [Buffer.from(svgJwt(t).slice(0, -6)), /well-formed/],
    'svg: another encoding': [Buffer.from(svgJwt(t), 'utf16le').subarray(0), /no credential|UTF-8/],
    'svg: a page': [Buffer.from('<html><body/></html>'), /no SVG/],
  };
  const names = Object.keys(cases);
  const r = verify(names.map((n, i) => put(`pic/${i}`, cases[n][0])));
  r.lines.forEach((l, i) => {
    assert.equal(l.verdict, 'not-genuine', names[i]);
    assert.match(whyNot(l), cases[names[i]][1], names[i]);
  });
  const ok = verify([put('pic/ok.svg', svg(`<openbadges:credential verify="${t}"/>`, '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'))]);
  assert.equal(ok.verdicts[0], 'valid', whyNot(ok.lines[0]));
});

// ---- our own ----

let out, folder;
const kinds = ['credential.json', 'credential.jwt', 'certificate.png', 'certificate.pdf', 'pass.pkpass'];

before(() => {
  const cohort = smallCohort(dir, 3);
  out = path.join(dir, 'out');
  const r = certfill(['issue', cohort.cohort, '--manifest', cohort.manifest, '--out', out, '--data', path.join(dir, 'data'), '--yes']);
  assert.equal(r.status, 0, r.stderr);
  folder = path.join(out, 's-1');
});

test('what certfill issued is valid by the files of the batch alone', () => {
  const r = verify(kinds.map((k) => path.join(folder, k)), '--offline', out);
  assert.equal(r.status, 0);
  for (const l of r.lines) {
    assert.equal(check(l, 'signature').outcome, 'ok', `${l.file}: ${whyNot(l)}`);
    assert.equal(check(l, 'record').outcome, 'ok', l.file);
    assert.equal(check(l, 'file').outcome, 'ok', l.file);
    assert.equal(l.verdict, 'valid', `${l.file}: ${whyNot(l)}`);
    assert.deepEqual(l.missing, []);
  }
});

test('a page or picture of ours without its record is not called good', () => {
  for (const k of ['certificate.png', 'certificate.pdf']) {
    const r = verify([path.join(folder, k)], '--offline', path.join(out, 'jwks.json'));
    assert.equal(r.verdicts[0], 'undetermined');
    assert.equal(check(r.lines[0], 'file').outcome, 'not-checked');
  }
});

test('a changed byte anywhere in a file of any kind is found', () => {
  const files = [], of = [];
  for (const k of kinds) {
    const bytes = fs.readFileSync(path.join(folder, k));
    const places = Math.min(bytes.length, 150);
    for (let i = 0; i < places; i++) {
      const at = Math.floor((i * (bytes.length - 1)) / (places - 1)), b = Buffer.from(bytes);
      b[at] ^= 1 << (i % 7);
      files.push(put(`tampered/${k}.${i}`, b));
      of.push(`${k} at ${at} of ${bytes.length}`);
    }
    for (const [name, b] of [['cut', bytes.subarray(0, bytes.length - 1)], ['longer', Buffer.concat([bytes, Buffer.from('x')])]]) {
      files.push(put(`tampered/${k}.${name}`, b));
      of.push(`${k} ${name}`);
    }
  }
  const r = verify(files, '--offline', out);
  assert.equal(r.status, 8);
  r.lines.forEach((l, i) => assert.equal(l.verdict, 'not-genuine', `${of[i]}: ${whyNot(l)}`));
});

test('the credential of one person in the picture of another is found', () => {
  const other = fs.readFileSync(path.join(out, 's-2', 'certificate.png')), mine = fs.readFileSync(path.join(folder, 'credential.json'));
  const parts = [];
  for (let at = 8; at < other.length;) {
    const len = other.readUInt32BE(at), type = other.toString('latin1', at + 4, at + 8);
    parts.push(type === 'iTXt' ? baked(mine) : other.subarray(at, at + 12 + len));
    at += 12 + len;
  }
  const r = verify([put('swapped.png', Buffer.concat([other.subarray(0, 8), ...parts]))], '--offline', out);
  assert.equal(r.verdicts[0], 'not-genuine');
  assert.match(check(r.lines[0], 'file').why, /changed after it was issued/);
});

test('a pass stands on the credential beside it, when that is the one it names', () => {
  const pass = (name, credential) => {
    if (credential) put(`beside/${name}/credential.json`, credential);
    return put(`beside/${name}/pass.pkpass`, fs.readFileSync(path.join(folder, 'pass.pkpass')));
  };
  const mine = fs.readFileSync(path.join(folder, 'credential.json'), 'utf8');
  const tampered = JSON.stringify({ ...JSON.parse(mine), name: 'Another' });
  const files = [pass('mine', mine), pass('none'), pass('other', fs.readFileSync(path.join(out, 's-2', 'credential.json'))), pass('noise', '{"id":'), pass('tampered', tampered)];
  const r = verify(files, '--offline', out);
  assert.deepEqual(r.verdicts, ['valid', 'undetermined', 'undetermined', 'undetermined', 'not-genuine']);
  assert.deepEqual(r.lines[2].facts, {}, 'nothing of somebody else is shown');
});

test('what cannot be opened or read, directories, usage', () => {
  assert.equal(run(certfillPath, ['verify', path.join(dir, 'nowhere.json')]).status, 5);
  assert.equal(run(certfillPath, ['verify', path.join(folder, 'credential.json'), '--at', 'yesterday']).status, 2);
  assert.equal(run(certfillPath, ['verify', path.join(folder, 'credential.json'), '--offline', put('junk', '{"a":')]).status, 4);
  assert.equal(run(certfillPath, ['verify']).status, 2);
  const plain = run(certfillPath, ['verify', 'http://127.0.0.1:8080/verify/X', '--online']);
  assert.equal(plain.status, 2);
  assert.match(plain.stderr, /only https/);
  const r = verify([out], '--offline', out);
  assert.equal(r.lines.length, 15);
  assert.deepEqual(r.lines.map((l) => l.file), r.lines.map((l) => l.file).sort());
});

// ---- bundles and tokens ----

const data = () => path.join(dir, 'data');
const batchOf = () => JSON.parse(fs.readFileSync(path.join(out, 'proofs.jsonl'), 'utf8').split('\n')[0]).batch;
const idOf = (n) => JSON.parse(fs.readFileSync(path.join(out, 'proofs.jsonl'), 'utf8').split('\n')[n]).credential;
const bundle = (name, ...ids) => {
  const file = path.join(dir, name), r = run(certfillPath, ['cred', 'bundle', ...ids, '-o', file, '--data', data()]);
  assert.equal(r.status, 0, r.stderr);
  return file;
};
// Whose folder a credential lies in, by its id.
const folderOf = (id) => ['s-1', 's-2', 's-3'].map((s) => path.join(out, s)).find((d) => {
  const uuid = JSON.parse(fs.readFileSync(path.join(d, 'credential.json'))).id.slice(9).replaceAll('-', '');
  let n = 0n;
  for (const c of id) n = n * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(c));
  return n.toString(16).padStart(32, '0') === uuid;
});

test('a bundle alone makes every kind of file valid, and says nothing about others', () => {
  const file = bundle('one.json', idOf(0)), mine = folderOf(idOf(0)), other = folderOf(idOf(1));
  const r = verify(kinds.map((k) => path.join(mine, k)), '--offline', file);
  for (const l of r.lines) assert.equal(l.verdict, 'valid', `${l.file}: ${whyNot(l)}`);
  assert.equal(r.status, 0);
  for (const l of r.lines) for (const c of l.checks) assert.equal(c.outcome, 'ok', `${l.file} ${c.name}: ${c.why}`);
  const s = verify(['certificate.pdf', 'certificate.png', 'pass.pkpass'].map((k) => path.join(other, k)), '--offline', file);
  assert.equal(s.status, 9);
  for (const l of s.lines) assert.equal(l.verdict, 'undetermined', l.file);
  const later = verify([path.join(mine, 'credential.json')], '--offline', file, '--at', new Date(Date.now() + 400 * 86400e3).toISOString().slice(0, 10));
  assert.deepEqual([later.status, later.verdicts[0]], [9, 'undetermined'], 'an old list tells nothing');
  assert.match(check(later.lines[0], 'status').why, /too old/);
});

test('a bundle whose parts were changed does not make anything valid', () => {
  const whole = JSON.parse(fs.readFileSync(bundle('whole.json', idOf(0)), 'utf8')), mine = folderOf(idOf(0));
  const changed = (name, change) => {
    const copy = structuredClone(whole), d = copy.documents.find((x) => x.name.startsWith(name));
    assert.ok(d, name);
    d.text = change(d.text);
    return put(`bundles/${name.replaceAll('/', '-')}.json`, JSON.stringify(copy));
  };
  const pdf = path.join(mine, 'certificate.pdf');
  const flip = (s, at) => s.slice(0, at) + (s[at] === 'A' ? 'B' : 'A') + s.slice(at + 1);
  const list = changed('status/', (t) => { const at = t.indexOf('"encodedList":"') + 40; return flip(t, at); });
  assert.deepEqual(verify([pdf], '--offline', list).verdicts, ['undetermined']);
  const proofs = changed('proofs.jsonl', (t) => t.replace(/"root":"./, (m) => m.slice(0, -1) + (m.at(-1) === '0' ? '1' : '0')));
  assert.deepEqual(verify([pdf], '--offline', proofs).verdicts, ['undetermined']);
  const stranger = crypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const keys = changed('did.json', (t) => t.replace(/"publicKeyMultibase":"[^"]*"/g, `"publicKeyMultibase":"z${base58(Buffer.concat([Buffer.from([0xed, 1]), Buffer.from(stranger.x, 'base64url')]))}"`));
  assert.notEqual(verify([pdf], '--offline', keys).verdicts[0], 'valid');
});

test('tokens and ids are looked up in the data directory', () => {
  const links = fs.readFileSync(path.join(out, 'links.csv'), 'utf8').split('\r\n');
  const token = links[1].match(/verify\/([0-9A-Z]{78})/i)[1];
  const r = verify([`vt_${token}`], '--data', data());
  assert.deepEqual([r.status, r.verdicts[0]], [0, 'valid'], r.stderr);
  assert.equal(verify([token.toLowerCase().replace(/(.{13})/g, '$1-')], '--data', data()).status, 0);
  assert.equal(verify([idOf(1)], '--data', data()).status, 0);
  const wrong = token.slice(0, -1) + (token.at(-1) === '0' ? '1' : '0');
  assert.deepEqual([verify([wrong], '--data', data()).status], [9], 'a token with another tag is nobody’s');
});

test('revoked, with its date, from the list and from the signed event', () => {
  const id = idOf(2), mine = folderOf(id);
  const done = run(certfillPath, ['cred', 'revoke', id, '--reason', 'withdrawn', '--yes', '--data', data()]);
  assert.equal(done.status, 0, done.stderr);
  const file = bundle('revoked.json', id);
  const r = verify(kinds.map((k) => path.join(mine, k)), '--offline', file);
  assert.equal(r.status, 8);
  for (const l of r.lines) {
    assert.equal(l.verdict, 'revoked', `${l.file}: ${whyNot(l)}`);
    assert.match(check(l, 'events').why, /^revoked on \d{4}-\d\d-\d\dT.*withdrawn/);
    assert.equal(check(l, 'status').outcome, 'failed');
  }
  // An export tells what was so when it was made; did.json in it is the one that is published.
  const later = path.join(dir, 'exported');
  assert.equal(run(certfillPath, ['batch', 'export', batchOf(), '--out', later, '--data', data()]).status, 0);
  const names = kinds.map((k) => path.join(later, 's-3', k));
  const again = verify(names, '--offline', later);
  for (const l of again.lines) {
    assert.equal(l.verdict, 'revoked', `${l.file}: ${whyNot(l)}`);
    assert.match(check(l, 'events').why, /^revoked on .*withdrawn/);
  }
  assert.deepEqual(verify(names, '--offline', out).verdicts, kinds.map(() => 'valid'));
  fs.rmSync(path.join(later, 'events.jsonl'));
  assert.deepEqual(verify(names, '--offline', later).verdicts, kinds.map(() => 'revoked'), 'the list alone says so');
  fs.rmSync(path.join(later, 'status-list-1.json'));
  assert.deepEqual(verify(names, '--offline', later).verdicts, kinds.map(() => 'undetermined'), 'no list, no verdict');

  const bad = JSON.parse(fs.readFileSync(file, 'utf8')), events = bad.documents.find((d) => d.name === 'events.jsonl');
  events.text = events.text.replace('withdrawn', 'xithdrawn');
  const s = verify([path.join(mine, 'credential.json')], '--offline', put('bad-events.json', JSON.stringify(bad)));
  assert.equal(check(s.lines[0], 'events').outcome, 'not-checked');
  assert.equal(s.verdicts[0], 'revoked', 'the list still says so');
});

test('the library: installed, found by pkg-config, the example of the documentation, static, shared and in C++', () => {
  const into = path.join(dir, 'installed'), prefix = path.join(into, 'usr/local'), file = bundle('example.json', idOf(0)), mine = folderOf(idOf(0));
  const made = run('make', ['-s', 'install', `DESTDIR=${into}`, 'PREFIX=/usr/local'], { cwd: root, env: { ...process.env, VARIANT: 'release', MAKEFLAGS: '' } });
  assert.equal(made.status, 0, made.stderr);
  const ask = (...args) => {
    const r = run('pkg-config', [`--define-variable=prefix=${prefix}`, ...args, 'certfill-verify'], { env: { ...process.env, PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') } });
    assert.equal(r.status, 0, r.stderr);
    return r.stdout.trim().split(/\s+/);
  };
  // Built elsewhere, from copies: nothing of the tree is at hand.
  const here = path.join(dir, 'elsewhere');
  fs.mkdirSync(here);
  fs.copyFileSync(path.join(root, 'docs/verify-example.c'), path.join(here, 'example.c'));
  fs.writeFileSync(path.join(here, 'plus.cpp'), '#include <certfill-verify.h>\n#include <cstdio>\nint main() { certfill_verify_options o{}; certfill_result *r = certfill_verify("hello", 5, &o); std::puts(certfill_result_kind(r)); const bool bad = certfill_result_verdict(r) == CERTFILL_NOT_GENUINE; certfill_result_free(r); return bad ? 0 : 1; }\n');
  const build = (compiler, exe, ...args) => {
    const cc = run(compiler, ['-Wall', '-Wextra', '-Wpedantic', '-Werror', ...ask('--cflags'), ...args, '-o', exe], { cwd: here });
    assert.equal(cc.status, 0, cc.stderr);
    return path.join(here, exe);
  };
  const found = `-Wl,-rpath,${prefix}/lib`, whole = ask('--static', '--libs').filter((l) => l !== '-lcertfill-verify');
  const programs = [build('cc', 'shared', '-std=c11', 'example.c', ...ask('--libs'), found), build('cc', 'static', '-std=c11', 'example.c', path.join(prefix, 'lib/libcertfill-verify.a'), ...whole)];
  for (const exe of programs) {
    for (const k of kinds) {
      const r = run(exe, [path.join(mine, k), file]);
      assert.equal(r.status, 0, r.stdout + r.stderr);
      assert.match(r.stdout, /^valid: /);
    }
    const bad = run(exe, [put('example.bad', fs.readFileSync(path.join(mine, 'certificate.png')).subarray(1)), file]);
    assert.match(bad.stdout, /^not-genuine: /);
    assert.equal(bad.status, 1);
  }
  const plus = run(build('c++', 'plus', '-std=c++11', 'plus.cpp', ...ask('--libs'), found), []);
  assert.deepEqual([plus.status, plus.stdout], [0, 'unknown\n']);
  const names = run('nm', ['-D', '--defined-only', path.join(prefix, 'lib/libcertfill-verify.so.0')]).stdout.trim().split('\n').map((l) => l.split(' ').at(-1));
  assert.ok(names.length > 10);
  for (const n of names) assert.match(n, /^certfill_/);
});

test('a corrected credential is superseded, by a signed event', () => {
  const id = idOf(1), old = folderOf(id), to = path.join(dir, 'corrected');
  const r = run(certfillPath, ['--json', 'cred', 'correct', id, '--set', 'name=Ada Lovelace', '--out', to, '--yes', '--data', data()]);
  assert.equal(r.status, 0, r.stderr + r.stdout);
  const v = verify([path.join(old, 'certificate.pdf')], '--offline', bundle('superseded.json', id));
  assert.deepEqual([v.status, v.verdicts[0]], [8, 'superseded'], whyNot(v.lines[0]));
  assert.match(check(v.lines[0], 'events').why, /^superseded by a newer one on \d{4}/);
});
