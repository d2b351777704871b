// SPDX-License-Identifier: Apache-2.0
// Wallet passes as a phone would take them apart: unzip, node and openssl, nothing of ours.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { createRequire } from 'node:module';
import { installApple, makeApple, verifyPass } from './apple.mjs';
import { certfill, certfillPath, parseCsv, run, sha256, smallCohort, temporary } from './lib.mjs';

const { PNG } = createRequire(new URL('../interop/', import.meta.url))('pngjs');

let dir, out, data, apple, files, issued;

const get = (pass, name) => run('unzip', ['-p', pass, name]).bytes;
const pngSize = (b) => [b.readUInt32BE(16), b.readUInt32BE(20)];
// "key" = "text"; as Apple's property lists of strings have them.
const strings = (text) => Object.fromEntries([...text.matchAll(/^("(?:[^"\\]|\\.)*") = ("(?:[^"\\]|\\.)*");$/gm)].map((m) => [JSON.parse(m[1]), JSON.parse(m[2])]));

before(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-pass-'));
  process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
  apple = makeApple(path.join(dir, 'apple'));
  data = path.join(dir, 'data');
  out = path.join(dir, 'out');
  files = smallCohort(dir, 3);
  const manifest = JSON.parse(fs.readFileSync(files.manifest, 'utf8'));
  manifest.credentials.diploma.valid_for = 'P2Y';
  manifest.credentials.diploma.pass.texts = { de: { recipient: 'Urkunde für' }, fr: { achievement: 'Diplôme "A"' } };
  fs.writeFileSync(files.manifest, JSON.stringify(manifest));
  assert.equal(certfill(['init', '--data', data, '--name', 'Universität Ésempio', '--base-url', 'https://badges.uni-esempio.edu']).status, 0);
  installApple(apple, data);
  issued = certfill(['issue', files.cohort, '--manifest', files.manifest, '--data', data, '--out', out]);
  assert.equal(issued.status, 0, issued.stderr);
});

test('the archive: files at the top, languages in folders, everything in the manifest, the signature good', () => {
  for (const id of ['s-1', 's-2', 's-3']) {
    const pass = path.join(out, id, 'pass.pkpass');
    assert.equal(run('unzip', ['-tq', pass]).status, 0);
    const names = run('unzip', ['-Z1', pass]).stdout.trim().split('\n');
    assert.deepEqual(names, [...names.slice(0, -3).sort(), 'manifest.json', 'pass.json', 'signature'], 'the template\'s files by name, then what is the recipient\'s');
    assert.deepEqual(names.filter((n) => n.includes('/')), ['de.lproj/pass.strings', 'en.lproj/pass.strings', 'fr.lproj/pass.strings']);
    for (const n of ['pass.json', 'manifest.json', 'signature', 'icon.png', 'icon@2x.png', 'icon@3x.png', 'logo.png', 'thumbnail.png']) assert.ok(names.includes(n), n);
    const manifest = JSON.parse(get(pass, 'manifest.json'));
    assert.deepEqual(Object.keys(manifest).sort(), names.filter((n) => n !== 'manifest.json' && n !== 'signature').sort());
    for (const [n, digest] of Object.entries(manifest)) assert.equal(crypto.createHash('sha1').update(get(pass, n)).digest('hex'), digest, n);
    verifyPass(pass, path.join(apple, 'root.pem'), dir);
  }
});

test('pass.json: one style, the credential as serial number, the certificate\'s identity, dates and code', () => {
  const pass = path.join(out, 's-2', 'pass.pkpass');
  const p = JSON.parse(get(pass, 'pass.json'));
  const credential = certfill(['cred', 'find', 's-2', '--data', data]).lines[0].credential;
  assert.equal(p.formatVersion, 1);
  assert.equal(p.serialNumber, credential);
  assert.equal(p.userInfo.credentialId, credential);
  assert.equal(p.passTypeIdentifier, 'pass.example.badges');
  assert.equal(p.teamIdentifier, 'ABCDE12345');
  assert.equal(p.organizationName, 'Universität Ésempio');
  assert.deepEqual(['boardingPass', 'coupon', 'eventTicket', 'generic', 'storeCard'].filter((s) => s in p), ['generic']);
  for (const c of ['backgroundColor', 'foregroundColor', 'labelColor']) assert.match(p[c], /^rgb\(\d+, \d+, \d+\)$/);
  assert.match(p.expirationDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(p.voided, undefined);
  const link = parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8')).find((l) => l.recipient_id === 's-2').verify_page;
  assert.deepEqual(p.barcodes.map((b) => [b.format, b.message, b.messageEncoding]), [['PKBarcodeFormatQR', link.toUpperCase(), 'iso-8859-1']]);
  assert.ok(p.generic.backFields.some((f) => f.key === 'verify' && f.value === link));
  const fields = Object.values(p.generic).flat();
  assert.equal(new Set(fields.map((f) => f.key)).size, fields.length);
  for (const f of fields.filter((x) => x.dateStyle)) assert.equal(f.ignoresTimeZone, true);
  assert.doesNotMatch(JSON.stringify(p), /DEMO/);
});

test('images have the sizes that phones want', () => {
  const pass = path.join(out, 's-1', 'pass.pkpass');
  for (const [name, side] of [['icon.png', 29], ['icon@2x.png', 58], ['icon@3x.png', 87]]) assert.deepEqual(pngSize(get(pass, name)), [side, side], name);
  const [w, h] = pngSize(get(pass, 'thumbnail.png'));
  assert.ok(w <= 90 && h <= 90 && w / h > 0.66 && w / h < 1.51, `${w}x${h}`);
});

test('every label and the achievement are said in each language', () => {
  const pass = path.join(out, 's-1', 'pass.pkpass');
  const p = JSON.parse(get(pass, 'pass.json'));
  const labels = Object.values(p.generic).flat().map((f) => f.label);
  const name = p.generic.secondaryFields[0].value;
  for (const lang of ['de', 'en', 'fr']) {
    const text = get(pass, `${lang}.lproj/pass.strings`);
    const s = strings(new TextDecoder('utf-8', { fatal: true }).decode(text));
    assert.equal(Object.keys(s).length, text.toString().trim().split('\n').length, 'every line is one of them, no key twice');
    for (const l of labels) assert.ok(s[l], `${lang}: ${l}`);
    assert.ok(s[name], `${lang}: ${name}`);
  }
  const de = strings(get(pass, 'de.lproj/pass.strings').toString()), fr = strings(get(pass, 'fr.lproj/pass.strings').toString());
  assert.equal(de['Awarded to'], 'Urkunde für');
  assert.equal(de['Valid until'], 'Gültig bis');
  assert.equal(de[name], 'Master of Arts in Vergleichender Literaturwissenschaft');
  assert.equal(fr.For, 'Diplôme "A"');
  assert.equal(fr['Awarded to'], 'Décerné à');
  assert.equal(fr[name], 'Master of Arts in Comparative Literature');
});

test('drawn and signed again from the same plan it is the same file', (t) => {
  const again = temporary(t);
  assert.equal(certfill(['batch', 'export', issued.summary.batch, '--data', data, '--out', again], { env: { ...process.env, TZ: 'Pacific/Auckland' } }).status, 0);
  for (const id of ['s-1', 's-2', 's-3']) assert.equal(sha256(fs.readFileSync(path.join(again, id, 'pass.pkpass'))), sha256(fs.readFileSync(path.join(out, id, 'pass.pkpass'))));
});

test('a text that a pass does not have is refused with what there is', (t) => {
  const here = temporary(t), f = smallCohort(here, 1);
  const manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(here, 'data')];
  for (const [texts, want] of [[{ de: { recipent: 'x' } }, /recipent: is no text of a wallet pass; there are mark, recipient/], [{ german: 'x' }, /german/], [{ de: { recipient: '' } }, /recipient/], [['de'], /languages/]]) {
    manifest.credentials.diploma.pass.texts = texts;
    fs.writeFileSync(f.manifest, JSON.stringify(manifest));
    const r = certfill(args);
    assert.equal(r.status, 4, r.stderr);
    assert.match(r.stderr, want);
  }
});

test('a pass out of a template bundle: its artwork as thumbnail, colours, wordings of many tongues, the same bytes again', (t) => {
  const here = temporary(t), at = path.join(here, 'design'), mine = path.join(here, 'out'), own = path.join(here, 'data');
  assert.equal(certfill(['init', '--data', own, '--name', 'Uni', '--base-url', 'https://badges.uni-esempio.edu']).status, 0);
  installApple(apple, own);
  fs.mkdirSync(path.join(at, 'images'), { recursive: true });
  const red = new PNG({ width: 40, height: 40 });
  for (let i = 0; i < red.data.length; i += 4) red.data.set([200, 16, 46, 255], i);
  fs.writeFileSync(path.join(at, 'images/field.png'), PNG.sync.write(red));
  fs.writeFileSync(path.join(at, 'template.svg'), `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200mm" height="200mm" viewBox="0 0 200 200">
<image xlink:href="images/field.png" width="200" height="200" preserveAspectRatio="none"/>
<text x="20" y="40" font-size="9">{{recipient.name}}</text>
<rect id="qr" x="150" y="150" width="40" height="40"/></svg>`);
  const f = smallCohort(here, 2), manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8')), c = manifest.credentials.diploma;
  // What a parser of property lists or a phone could trip over: each must come back as it is.
  const odd = { fr: 'Décerné à "X" \\ %@ %1$@', ar: 'تُمنح إلى (1)', ja: '授与先😀𠮷', de: "/* kein Kommentar */ a = b; 'x'" };
  // The bundle's look, of which the manifest changes the label's colour and a German text, and adds Esperanto.
  const look = { background: '#c8102e', foreground: 'rgb(255, 255, 255)', label: '#000000', texts: Object.fromEntries(Object.entries(odd).map(([k, v]) => [k, { recipient: v }])) };
  look.texts.de = { recipient: 'Nicht so', until: 'Gilt bis einschließlich' };
  const pack = (pass) => {
    fs.writeFileSync(path.join(at, 'template.json'), JSON.stringify({ pass }));
    fs.rmSync(path.join(here, 'design.zip'), { force: true });
    run('zip', ['-qr', 'design.zip', 'design'], { cwd: here });
  };
  pack(look);
  c.template = 'design.zip';
  c.pass = { foreground: null, label: '#ffd700', texts: { DE: { recipient: odd.de }, eo: { until: 'Valida ĝis' } } };
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const issue = ['issue', f.cohort, '--manifest', f.manifest, '--data', own, '--out', mine];
  const planned = certfill([...issue, '--plan-only']);
  assert.equal(planned.status, 0, planned.stderr);
  // The plan keeps the look: another bundle in its place, and no cache, change nothing.
  pack({ background: '#00ff00', texts: { sv: { recipient: 'Annat' } } });
  for (const n of fs.readdirSync(path.join(own, 'cache'))) fs.rmSync(path.join(own, 'cache', n));
  const r = certfill(issue);
  assert.equal(r.status, 0, r.stderr);
  assert.ok(planned.stdout.includes(r.summary.batch), 'the same plan');
  const pass = path.join(mine, 's-1/pass.pkpass'), p = JSON.parse(get(pass, 'pass.json'));
  verifyPass(pass, path.join(apple, 'root.pem'), here);
  assert.deepEqual([p.backgroundColor, p.foregroundColor, p.labelColor], ['rgb(200, 16, 46)', 'rgb(255, 255, 255)', 'rgb(255, 215, 0)']);
  const tongues = run('unzip', ['-Z1', pass]).stdout.trim().split('\n').filter((n) => n.endsWith('pass.strings')).map((n) => n.split('.')[0]);
  assert.deepEqual(tongues.map((l) => l.toLowerCase()), ['ar', 'de', 'en', 'eo', 'fr', 'ja'], 'those of bundle and manifest, each once');
  const german = strings(get(pass, `${tongues.find((l) => l.toLowerCase() === 'de')}.lproj/pass.strings`).toString());
  assert.equal(german['Valid until'], 'Gilt bis einschließlich', 'the bundle\'s');
  assert.equal(strings(get(pass, 'eo.lproj/pass.strings').toString())['Valid until'], 'Valida ĝis', 'the manifest\'s');
  for (const [lang, text] of Object.entries(odd)) assert.equal(strings(get(pass, `${lang}.lproj/pass.strings`).toString())['Awarded to'], text, lang);
  const thumbnail = PNG.sync.read(get(pass, 'thumbnail.png')), middle = (thumbnail.width * (thumbnail.height >> 1) + (thumbnail.width >> 1)) * 4;
  assert.deepEqual([...thumbnail.data.subarray(middle, middle + 3)].map((v, i) => Math.abs(v - [200, 16, 46][i]) < 4), [true, true, true], 'the bundle\'s picture');
  const manifestOf = JSON.parse(get(pass, 'manifest.json'));
  for (const [n, digest] of Object.entries(manifestOf)) assert.equal(crypto.createHash('sha1').update(get(pass, n)).digest('hex'), digest, n);
  // All recipients share the template's files; what is theirs differs.
  const names = run('unzip', ['-Z1', pass]).stdout.trim().split('\n'), other = path.join(mine, 's-2/pass.pkpass');
  for (const n of names) assert.equal(get(pass, n).equals(get(other, n)), !['pass.json', 'manifest.json', 'signature'].includes(n), n);
  const again = path.join(here, 'again');
  assert.equal(certfill(['batch', 'export', r.summary.batch, '--data', own, '--out', again], { env: { ...process.env, TZ: 'Asia/Kathmandu' } }).status, 0);
  assert.equal(sha256(fs.readFileSync(path.join(again, 's-1/pass.pkpass'))), sha256(fs.readFileSync(pass)));
  // The file that was drawn again has the same bytes, too.
  const drawn = certfill(['cred', 'rerender', certfill(['cred', 'find', 's-1', '--data', own]).lines[0].credential, '--data', own]);
  assert.equal(drawn.status, 0, drawn.stdout + drawn.stderr);
  // A correction looks like what it corrects.
  const to = path.join(here, 'corrected'), first = certfill(['cred', 'find', 's-1', '--data', own]).lines[0].credential;
  const corrected = certfill(['cred', 'correct', first, '--set', 'name=Ada Neu', '--yes', '--out', to, '--data', own]);
  assert.equal(corrected.status, 0, corrected.stderr);
  const fresh = path.join(to, 's-1/pass.pkpass'), q = JSON.parse(get(fresh, 'pass.json'));
  assert.equal(q.generic.primaryFields[0].value, 'Ada Neu');
  assert.deepEqual([q.backgroundColor, q.foregroundColor, q.labelColor], [p.backgroundColor, p.foregroundColor, p.labelColor]);
  assert.deepEqual(get(fresh, 'fr.lproj/pass.strings'), get(pass, 'fr.lproj/pass.strings'));
});

test('lint, show and diff tell how a bundle makes passes look; without the manifest\'s word that is what they are; too many languages are refused', (t) => {
  const here = temporary(t), at = path.join(here, 'design'), own = path.join(here, 'data'), mine = path.join(here, 'out');
  const say = (pass) => fs.writeFileSync(path.join(at, 'template.json'), JSON.stringify({ pass }));
  fs.mkdirSync(at);
  fs.writeFileSync(path.join(at, 'template.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><text x="20" y="40">{{recipient.name}}</text></svg>');
  say({ background: '#102030', texts: { de: { recipient: 'An', until: 'Bis' }, 'pt-BR': { mark: 'A' } } });
  const want = { background: 'rgb(16, 32, 48)', languages: ['de', 'pt-BR'] }, of = (r) => r.lines.find((l) => l.message_type === 'template').pass;
  const lint = certfill(['template', 'lint', at]);
  assert.equal(lint.status, 0, lint.stderr);
  assert.deepEqual(of(lint), want);
  // Cleaned it says the same, by the folder and by the archive.
  assert.equal(certfill(['template', 'clean', at, '-o', path.join(here, 'clean.zip')]).status, 0);
  assert.deepEqual(of(certfill(['template', 'lint', path.join(here, 'clean.zip')])), want);
  assert.equal(certfill(['init', '--data', own, '--name', 'Uni', '--base-url', 'https://badges.uni-esempio.edu']).status, 0);
  assert.equal(certfill(['template', 'import', at, '--name', 'look', '--data', own]).status, 0);
  assert.deepEqual(of(certfill(['template', 'show', 'look', '--data', own])), want);
  assert.match(run(certfillPath, ['template', 'show', 'look', '--data', own]).stdout, /^pass +background rgb\(16, 32, 48\)$/m);
  const f = smallCohort(here, 1), manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8')), c = manifest.credentials.diploma;
  c.template = 'look@1';
  c.outputs = ['pkpass'];
  c.achievement.name = 'Diplom';
  delete c.pass;
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', own, '--out', mine]);
  assert.equal(r.status, 0, r.stderr);
  const pass = path.join(mine, 's-1/pass.pkpass');
  assert.equal(JSON.parse(get(pass, 'pass.json')).backgroundColor, want.background);
  assert.equal(strings(get(pass, 'de.lproj/pass.strings').toString())['Awarded to'], 'An');
  say({ background: '#102031', texts: { de: { recipient: 'An', until: 'Bis einschließlich' }, 'pt-BR': { mark: 'A' } } });
  const diff = certfill(['template', 'diff', 'look@1', at, '--data', own]);
  assert.deepEqual(diff.lines.filter((l) => l.message_type === 'difference').map((l) => [l.what, l.before, l.after]), [
    ['pass background', 'rgb(16, 32, 48)', 'rgb(16, 32, 49)'],
    ['pass text', 'de, until: Bis', ''], ['pass text', '', 'de, until: Bis einschließlich']]);
  const many = (n, from) => Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].slice(from, from + n).map((l) => [`q${l}`, { until: l }]));
  say({ texts: many(9, 0) });
  c.template = 'design';
  c.pass = { texts: many(8, 9) };
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const refused = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', own]);
  assert.equal(refused.status, 4, refused.stderr);
  assert.match(refused.stderr, /a wallet pass holds at most 16 languages/);
});
