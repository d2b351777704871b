// SPDX-License-Identifier: Apache-2.0
// Hostile values of a cohort, one batch: what is refused at its row, and what is drawn as it stands, once, in every
// artifact, on the public page and in the reports (docs/adr/0051).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, parseCsv, run, smallCohort, temporary } from './lib.mjs';
import { base, people, serve } from './serving.mjs';

// Drawn as they stand. The manifest's own text would show if a placeholder in a value were filled.
const drawn = {
  unknown: '{{x}}', own: '{{recipient.name}}', token: 'A {{verify.url}} B', quad: '{{{{recipient.name}}}}', half: '{{recipient.na', ends: '}} x {{',
  script: '<script>alert(1)</script>', image: '<image href="//evil.example/x"/>', entity: '&amp;&lt;&#65;&xxe;', cdata: ']]><b>x</b>', comment: '<!-- x -->',
  quotes: '"\'`\\x', percent: '%s%n%x%00', json: '{"a":[1]}', member: '__proto__', pdf: ') Tj ET (x', pdfhex: '<FEFF> >> endobj',
  equals: '=1+1', plus: '+1', minus: '-1+x', dde: "=cmd|'/C calc'!A0", pipe: '|x', path: '../../x', absolute: '/etc/passwd', windows: '..\\..\\x',
  ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV', exponent: '1e999', huge: '9'.repeat(40), dots: '..', hash: '#x', mixed: 'Ada <b>x</b> Müller',
};
// Refused, with the problem's code.
const refused = {
  newline: ['Ada\nLovelace', 'control-character'], header: ['Ada\r\nSet-Cookie: x', 'control-character'], tab: ['Ada\tL', 'control-character'], escape: ['Ada\x1b[31mL', 'control-character'], del: ['Ada\x7f', 'control-character'],
  c1: ['Ada\u0085L', 'control-character'], line: ['A\u2028B', 'control-character'], nonchar: ['A\uffffda', 'control-character'], tags: ['Ada\u{e0041}\u{e007f}', 'control-character'], object: ['Ada\ufffc', 'control-character'],
  override: ['Ada \u202egnp.exe', 'bidi-control'], isolate: ['Ada \u2066x\u2069', 'bidi-control'], mark: ['Ada\u200e L', 'bidi-control'], lost: ['A\ufffdB', 'letter-lost'],
  none: ['', 'name-missing'], space: ['   ', 'name-missing'], long: ['A'.repeat(5000), 'too-long'], digits: ['9'.repeat(400), 'too-long'],
  marks: [`Z${'\u0301'.repeat(10000)}`, 'too-long'], zalgo: [`Z${'\u0301'.repeat(60)}`, 'text-overflow'], wide: ['W'.repeat(190), 'text-overflow'], private: ['A\ue000', 'glyph-missing'],
};
const ids = { traversal: '../../evil', dot: '..', slash: 'a/b', backslash: 'a\\b', newline: 'a\nb', formula: '=1', ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV', long: 'x'.repeat(300), markup: '<i>', receipt: 'receipt.json', override: 'a\u202eb' };
const quoted = (s) => `"${s.replaceAll('"', '""')}"`;
const flat = (s) => s.replace(/\s+/g, '');
const count = (text, s) => text.split(s).length - 1;

test('hostile values: refused at the row, or drawn as they stand, once', { timeout: 240000 }, async (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), data = path.join(dir, 'data'), out = path.join(dir, 'out');
  const rows = [...Object.entries(drawn), ...Object.entries(refused).map(([k, [v]]) => [k, v])].map(([k, v]) => [`r-${k}`, v, `${k}@example.org`]);
  for (const [k, id] of Object.entries(ids)) rows.push([id, `Id ${k}`, `id-${k}@example.org`]);
  fs.writeFileSync(f.cohort, `recipient_id,name,email,locale,issued_on\n${rows.map(([i, n, e]) => `${quoted(i)},${quoted(n)},${e},en,2026-06-12`).join('\n')}\n`);
  assert.equal(certfill(['init', '--name', 'University', '--base-url', base, '--data', data]).status, 0);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out]);
  assert.equal(r.status, 3, r.stderr);

  // Refused rows: each for its reason, nothing of them issued; the report gives the row back, formulas disarmed.
  const errors = parseCsv(fs.readFileSync(path.join(out, 'errors.csv'), 'utf8').replaceAll('\r\n', '\n'));
  for (const [k, [, code]] of Object.entries(refused)) {
    assert.equal(errors.find((e) => e.email === `${k}@example.org`)?._code, code, k);
    assert.ok(!fs.existsSync(path.join(out, `r-${k}`)), k);
  }
  for (const k of Object.keys(drawn)) assert.ok(!errors.some((e) => e.email === `${k}@example.org`), `${k}: ${JSON.stringify(errors.find((e) => e.email === `${k}@example.org`))}`);
  for (const name of ['errors.csv', 'links.csv'])
    for (const row of parseCsv(fs.readFileSync(path.join(out, name), 'utf8')))
      for (const [column, cell] of Object.entries(row)) assert.doesNotMatch(cell, /^[=+\-@\t\r]/, `${name} ${column} ${cell}`);

  // Ids lead nowhere but into folders of the export, and are nobody's file.
  for (const e of fs.readdirSync(out, { recursive: true })) assert.ok(!e.split('/').includes('..') && !/[\n\\\u202e]/.test(e), e);
  assert.ok(!fs.existsSync(path.join(dir, 'evil')) && !fs.existsSync(path.resolve(out, '../../evil')));
  assert.ok(fs.statSync(path.join(out, 'receipt.json')).isFile());

  // Each value once in the PDF's text and in the pass; as JSON's own string in what was signed; nothing was filled in.
  const all = people(out), of = (k) => all.find((p) => p.id === `r-${k}`);
  for (const [k, v] of Object.entries(drawn)) {
    const p = of(k);
    assert.ok(p, `${k} was not issued`);
    const text = run('pdftotext', ['-layout', path.join(p.folder, 'certificate.pdf'), '-']).stdout;
    assert.equal(count(flat(text), flat(v)), v === '..' ? count(flat(text), '..') : 1, `${k}: ${text}`);
    const pass = JSON.parse(run('unzip', ['-p', path.join(p.folder, 'pass.pkpass'), 'pass.json']).stdout);
    assert.ok(JSON.stringify(pass).includes(JSON.stringify(v)), `${k}: ${JSON.stringify(pass)}`);
    const credential = JSON.parse(fs.readFileSync(path.join(p.folder, 'credential.json'), 'utf8'));
    // What the credential holds of the name is a hash or the string itself, and no member of that name appears.
    assert.ok(!Object.hasOwn(credential.credentialSubject, '__proto__') && !('x' in credential), k);
    assert.equal(run('pngcheck', ['-q', path.join(p.folder, 'certificate.png')]).status, 0, k);
  }

  // The public page: as text of HTML, never as markup; and the certificate's file names are ours.
  const s = await serve(t, data);
  for (const k of ['script', 'image', 'entity', 'quotes', 'comment', 'own', 'quad', 'cdata', 'percent']) {
    const page = await s.get(of(k).verify);
    const html = page.body.toString(), v = drawn[k];
    assert.equal(page.status, 200, k);
    if (/[<>]/.test(v)) assert.ok(!html.includes(v), `${k} is markup of the page`);
    const shown = html.replace(/<[^>]*>/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll(/&#0*39;|&#x27;|&apos;/gi, "'").replaceAll('&#96;', '`').replaceAll('&amp;', '&');
    assert.ok(shown.includes(v), `${k}: ${shown}`);
  }
});

test('what is no text refuses the file or the row', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 2);
  const head = 'recipient_id,name,email,locale,issued_on\n';
  const tried = [['latin1', Buffer.from([0xe9, 0x20, 0x41])], ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80])], ['overlong', Buffer.from([0xc0, 0xaf])], ['NUL', Buffer.from([0x41, 0x00])], ['beyond Unicode', Buffer.from([0xf4, 0x90, 0x80, 0x80])]];
  for (const [what, bytes] of tried) {
    fs.writeFileSync(f.cohort, Buffer.concat([Buffer.from(`${head}a,`), bytes, Buffer.from(',a@example.org,en,2026-06-12\nb,Ada,b@example.org,en,2026-06-12\n')]));
    const r = certfill(['csv', 'check', f.cohort, '--manifest', f.manifest, '--encoding', 'UTF-8']);
    assert.notEqual(r.status, 0, `${what}: ${r.stdout}`);
    assert.match(r.stdout + r.stderr, /line 2|row 1/, what);
  }
});
