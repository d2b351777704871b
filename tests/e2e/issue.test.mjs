// SPDX-License-Identifier: Apache-2.0
// The main job on the sample cohort: 120 people, no fewer, and every file opened by software that others wrote.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { certfill, each, parseCsv, root, run, sample, tool } from './lib.mjs';
import os from 'node:os';

const jose = await import(path.join(root, 'tests/interop/node_modules/jose/dist/webapi/index.js')).catch(() => import(path.join(root, 'tests/interop/node_modules/jose/dist/node/esm/index.js')));

// jose calls the global, which Debian 12's node 18 lacks.
globalThis.crypto ??= crypto.webcrypto;

let dir, out, result, cohort, links;

before(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-issue-'));
  process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
  out = path.join(dir, 'out');
  result = certfill(['issue', sample('cohort.csv'), '--manifest', sample('manifest.json'), '--out', out, '--data', path.join(dir, 'data'), '--yes']);
  cohort = parseCsv(fs.readFileSync(sample('cohort.csv'), 'utf8'));
  if (result.status === 0) links = parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8'));
});

const folder = (row) => path.join(out, encodeURIComponent(row.recipient_id));
const strip = (s) => s.normalize('NFKD').replace(/[\p{M}\p{Cf}\s]/gu, '');

test('120 of 120 are issued and the summary says so', () => {
  assert.equal(result.status, 0, result.stderr);
  assert.equal(cohort.length, 120);
  const { message_type, rows, issued, unchanged, failed, left_out } = result.summary;
  assert.deepEqual({ message_type, rows, issued, unchanged, failed, left_out }, { message_type: 'summary', rows: 120, issued: 120, unchanged: 0, failed: 0, left_out: 0 });
  assert.equal(result.lines.at(-1).message_type, 'summary');
  for (const row of cohort) {
    assert.deepEqual(fs.readdirSync(folder(row)).sort(), ['certificate.pdf', 'certificate.png', 'credential.json', 'credential.jwt', 'pass.pkpass']);
  }
  assert.equal(fs.readdirSync(out).filter((f) => fs.statSync(path.join(out, f)).isDirectory()).length, 120);
});

test('every PDF passes qpdf, embeds its fonts and gives its name back', async () => {
  await each(cohort, async (row) => {
    const pdf = path.join(folder(row), 'certificate.pdf');
    const check = await tool('qpdf', ['--check', pdf]);
    assert.equal(check.status, 0, `${row.recipient_id}: ${check.stderr}`);
    const fonts = (await tool('pdffonts', [pdf])).stdout.toString().split('\n').slice(2).filter(Boolean);
    assert.ok(fonts.length > 0);
    for (const f of fonts) assert.match(f, /\byes +yes +yes\b/, `${row.recipient_id}: ${f}`);
    const text = (await tool('pdftotext', ['-layout', pdf, '-'])).stdout.toString();
    const name = row.diploma_name || row.name;
    // Right to left: marks aside, word by word, because poppler breaks the line at a raised mark.
    const parts = /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(name) ? name.split(/\s+/) : [name];
    for (const p of parts) assert.ok(strip(text).includes(strip(p)), `${row.recipient_id}: ${p} is not in\n${text}`);
  });
});

const code = async (file) => (await tool('zbarimg', ['-q', '--raw', '--nodbus', '-S*.disable', '-Sqrcode.enable', file])).stdout.toString().trim();

test('every PNG passes pngcheck; its code and that of the PDF are the address of the verify page', async () => {
  const link = new Map(links.map((l) => [l.recipient_id, l.verify_page]));
  await each(cohort, async (row) => {
    const png = path.join(folder(row), 'certificate.png');
    const check = await tool('pngcheck', ['-q', png]);
    assert.equal(check.status, 0, `${row.recipient_id}: ${check.stdout}`);
    const want = link.get(row.recipient_id).toUpperCase();
    assert.equal(await code(png), want, row.recipient_id);
    // The quarter where it mostly is, with hard edges, is quickly drawn; the whole page where it is elsewhere.
    const page = path.join(dir, `page-${row.recipient_id.replace(/[^A-Za-z0-9]/g, '_')}`);
    const draw = (...where) => tool('pdftoppm', ['-r', '150', '-gray', '-aa', 'no', '-aaVector', 'no', ...where, '-singlefile', path.join(folder(row), 'certificate.pdf'), page]);
    await draw('-x', '1170', '-y', '620', '-W', '584', '-H', '620');
    const quarter = await code(`${page}.pgm`);
    if (quarter === '') await draw();
    assert.equal(quarter || await code(`${page}.pgm`), want, row.recipient_id);
    fs.rmSync(`${page}.pgm`);
  });
});

test('the credential is baked into the PNG and attached to the PDF', () => {
  for (const row of cohort.slice(0, 12)) {
    const png = fs.readFileSync(path.join(folder(row), 'certificate.png'));
    const badge = fs.readFileSync(path.join(folder(row), 'credential.json'));
    const chunks = [];
    for (let at = 8; at < png.length;) {
      const len = png.readUInt32BE(at), type = png.toString('latin1', at + 4, at + 8);
      chunks.push({ type, data: png.subarray(at + 8, at + 8 + len) });
      at += 12 + len;
    }
    const baked = chunks.filter((c) => c.type === 'iTXt');
    assert.equal(baked.length, 1);
    assert.ok(chunks.findIndex((c) => c.type === 'iTXt') < chunks.findIndex((c) => c.type === 'IDAT'));
    assert.ok(baked[0].data.equals(Buffer.concat([Buffer.from('openbadgecredential\0\0\0\0\0', 'latin1'), badge])));
    const pdf = path.join(folder(row), 'certificate.pdf');
    const attached = run('pdfdetach', ['-save', '1', '-o', path.join(dir, 'attached.json'), pdf]);
    assert.equal(attached.status, 0, attached.stderr);
    assert.ok(fs.readFileSync(path.join(dir, 'attached.json')).equals(badge));
  }
});

test('every JWT verifies with jose against the exported JWKS, and credential.json holds the same credential', async () => {
  const jwks = jose.createLocalJWKSet(JSON.parse(fs.readFileSync(path.join(out, 'jwks.json'), 'utf8')));
  const ids = new Set();
  for (const row of cohort) {
    const jwt = fs.readFileSync(path.join(folder(row), 'credential.jwt'), 'utf8');
    const { payload, protectedHeader } = await jose.compactVerify(jwt, jwks);
    assert.equal(protectedHeader.alg, 'EdDSA');
    assert.equal(protectedHeader.typ, 'vc+jwt');
    const vc = JSON.parse(Buffer.from(payload));
    assert.ok(vc.type.includes('OpenBadgeCredential'));
    assert.ok(!JSON.stringify(vc).includes(row.email), 'the e-mail address is never plain');
    ids.add(vc.id);
    const { proof, ...credential } = JSON.parse(fs.readFileSync(path.join(folder(row), 'credential.json'), 'utf8'));
    assert.deepEqual(credential, vc);
    assert.equal(proof.length, 1);
    assert.equal(proof[0].cryptosuite, 'eddsa-rdfc-2022');
    assert.ok(protectedHeader.kid.endsWith(`/${proof[0].verificationMethod.split('#')[1]}`), 'one key, one name');
    const bad = jwt.slice(0, -3) + (jwt.at(-3) === 'A' ? 'B' : 'A') + jwt.slice(-2);
    await assert.rejects(jose.compactVerify(bad, jwks));
  }
  assert.equal(ids.size, 120);
});

test('every pass verifies with openssl against the chain', async () => {
  const chain = fs.readFileSync(path.join(out, 'pass-chain.pem'), 'utf8');
  const pems = chain.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/g);
  fs.writeFileSync(path.join(dir, 'root.pem'), pems[0]);
  await each(cohort, async (row) => {
    const pass = path.join(folder(row), 'pass.pkpass'), id = row.recipient_id.replace(/[^A-Za-z0-9]/g, '_');
    const names = (await tool('unzip', ['-Z1', pass])).stdout.toString().trim().split('\n');
    for (const n of ['pass.json', 'manifest.json', 'signature', 'icon.png']) assert.ok(names.includes(n), n);
    const get = async (n) => (await tool('unzip', ['-p', pass, n])).stdout;
    const manifest = await get('manifest.json');
    fs.writeFileSync(path.join(dir, `${id}.manifest`), manifest);
    fs.writeFileSync(path.join(dir, `${id}.sig`), await get('signature'));
    const r = await tool('openssl', ['cms', '-verify', '-binary', '-purpose', 'any', '-inform', 'DER', '-in', path.join(dir, `${id}.sig`), '-content', path.join(dir, `${id}.manifest`), '-CAfile', path.join(dir, 'root.pem'), '-out', '/dev/null']);
    assert.equal(r.status, 0, `${row.recipient_id}: ${r.stderr}`);
    const listed = JSON.parse(manifest);
    assert.deepEqual(Object.keys(listed).sort(), names.filter((n) => n !== 'manifest.json' && n !== 'signature').sort());
    for (const [n, digest] of Object.entries(listed)) assert.equal(crypto.createHash('sha1').update(await get(n)).digest('hex'), digest);
  });
});

test('every record lies in the signed tree of its shard and names the artifacts by their digests', () => {
  const lines = fs.readFileSync(path.join(out, 'proofs.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(l));
  const keys = JSON.parse(fs.readFileSync(path.join(out, 'jwks.json'), 'utf8')).keys;
  const h = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
  const digests = new Set();
  for (const row of cohort) for (const f of fs.readdirSync(folder(row))) digests.add(crypto.createHash('sha256').update(fs.readFileSync(path.join(folder(row), f))).digest('base64url'));
  assert.equal(lines.length, 120);
  for (const l of lines) {
    // RFC 9162, 2.1.3.2
    let fn = l.leaf, sn = l.count - 1, r = h(Buffer.from([0]), Buffer.from(l.record));
    for (const p of l.path.map((x) => Buffer.from(x, 'hex'))) {
      assert.ok(sn > 0);
      if (fn % 2 === 1 || fn === sn) {
        r = h(Buffer.from([1]), p, r);
        while (fn % 2 === 0 && fn !== 0) { fn >>= 1; sn >>= 1; }
      } else r = h(Buffer.from([1]), r, p);
      fn >>= 1; sn >>= 1;
    }
    assert.equal(sn, 0);
    assert.equal(r.toString('hex'), l.root);
    const jwk = keys.find((k) => k.kid === l.kid);
    const lp = Buffer.alloc(4), no = Buffer.alloc(8);
    lp.writeUInt32BE(l.batch.length);
    no.writeUInt32BE(l.shard, 0);
    no.writeUInt32BE(l.count, 4);
    const message = Buffer.concat([Buffer.from('certfill-shard-v1\n'), lp, Buffer.from(l.batch), no, r]);
    assert.ok(crypto.verify(null, message, crypto.createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(l.signature, 'hex')));
    const record = JSON.parse(l.record);
    assert.equal(record.artifacts.length, 5);
    for (const [kind, , digest] of record.artifacts) assert.ok(digests.has(digest), `the record's ${kind} is no file`);
    assert.ok(!/[@]/.test(l.record));
  }
});

test('no name and no address is in any line that certfill says', () => {
  for (const row of cohort) {
    assert.ok(!result.stderr.includes(row.email) && !result.stdout.includes(row.email));
    assert.ok(!result.stderr.includes(row.name) && !result.stdout.includes(row.name));
  }
});
