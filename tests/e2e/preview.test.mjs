// SPDX-License-Identifier: Apache-2.0
// template preview with the rows of a cohort that are hardest to set: which, why, and that nothing is left behind.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, run, temporary } from './lib.mjs';

const template = `<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="148mm" viewBox="0 0 840 592">
<rect width="840" height="592" fill="#fffdf5"/>
<text x="420" y="200" text-anchor="middle" font-size="40">{{recipient.name}}</text>
<text x="420" y="300" text-anchor="middle" font-size="24">{{field.honors}}</text>
<text x="420" y="360" text-anchor="middle" font-size="24">{{issued_on}}</text>
<text x="420" y="420" text-anchor="middle" font-size="12">{{verify.url}}</text>
<rect id="qr" x="40" y="400" width="120" height="120"/></svg>`;
const manifest = (credentials) => JSON.stringify({ format: 'certfill-manifest/1', name: 'Preview', idempotency_key: 'preview-1',
  source: { encoding: 'UTF-8', delimiter: ',', ...(Object.keys(credentials).length === 1 ? { constants: { credential: Object.keys(credentials)[0] } } : {}) }, policy: { max_error_ratio: 1 }, credentials });
const credential = (more = {}) => ({ template: 'none.svg', achievement: { id: 'https://example.org/a', name: { en: 'A' }, description: { en: 'B' }, type: 'Certificate', criteria: { narrative: 'Work.' } }, outputs: ['pdf', 'png'], ...more });
const names = ['Ada Byron', 'Bo', 'Maximiliane Alexandra von Lichtenstein-Hohenbrunn', 'محمد عبد الرحمن', 'क्षितिज शर्मा', 'Eve Late'];

function setUp(t, rows, credentials = { plain: credential() }) {
  const dir = temporary(t);
  const put = (name, text) => { fs.writeFileSync(path.join(dir, name), text); return path.join(dir, name); };
  return { dir, template: put('t.svg', template), manifest: put('m.json', manifest(credentials)), cohort: put('c.csv', rows.join('\n') + '\n'), put };
}
const preview = (f, ...more) => certfill(['template', 'preview', f.template, '--manifest', f.manifest, '--cohort', f.cohort, ...more], { cwd: f.dir, env: { ...process.env, HOME: f.dir, CERTFILL_DATA: path.join(f.dir, 'data') } });
const pages = (r) => r.lines.filter((l) => l.message_type === 'preview_page');
const chosen = (r) => Object.fromEntries(pages(r).flatMap((p) => p.reasons.map((x) => [`${x.reason} ${x.field}`.trim(), [p.record ?? 0, x.length ?? x.marks ?? x.percent ?? x.filled ?? null]])));
const cohort = () => ['recipient_id,name,email,locale,field.honors',
  ...names.map((n, i) => `p-${i + 1},${n},p${i}@example.org,en,${['magna cum laude', '', 'x', 'cum laude', 'cum laude', 'rite'][i]}`)];

test('the worst rows are drawn, each once, and the table says which and why', (t) => {
  const f = setUp(t, cohort());
  const out = path.join(f.dir, 'out');
  const r = preview(f, '--out', out);
  assert.equal(r.status, 0, r.stderr);
  const why = chosen(r);
  assert.deepEqual(why['longest recipient.name'], [3, 49]);
  assert.deepEqual(why['shortest recipient.name'], [2, 2]);
  assert.deepEqual(why['right-to-left'], [4, 15]);
  assert.deepEqual(why['most-marks'], [5, 5]);
  assert.deepEqual(why['longest field.honors'], [1, 15]);
  assert.deepEqual(why['shortest field.honors'], [3, 1]);
  assert.deepEqual(why['missing field.honors'], [2, null]);
  assert.equal(why['most-fields'][0], 1);
  assert.equal(why['smallest-text'][0], 3);
  assert.equal(why['longest issued_on'], undefined, 'what is the same for all is not looked at');
  assert.equal(Object.keys(why).some((k) => k.includes('verify.url')), false);
  assert.deepEqual(pages(r).map((p) => p.record ?? 0), [0, 3, 2, 4, 5, 1], 'a row once');
  // One picture a page, and a document with a bookmark for each.
  const files = fs.readdirSync(out).sort();
  assert.deepEqual(files, ['longest-recipient-name.png', 'most-fields.png', 'most-marks.png', 'preview.pdf', 'right-to-left.png', 'sample.png', 'shortest-recipient-name.png']);
  assert.deepEqual(pages(r).map((p) => p.file).sort(), files.filter((n) => n.endsWith('.png')));
  const pdf = path.join(out, 'preview.pdf');
  assert.equal(run('qpdf', ['--check', pdf]).status, 0);
  const outline = JSON.parse(run('qpdf', ['--json', '--json-key=outlines', pdf]).stdout).outlines;
  assert.deepEqual(outline.map((o) => [o.destpageposfrom1, o.title.replace(/:.*/, '')]),
    [[1, 'sample'], ...[3, 2, 4, 5, 1].map((n, i) => [i + 2, `record ${n}`])]);
  const text = (n) => run('pdftotext', ['-f', String(n), '-l', String(n), pdf, '-']).stdout;
  assert.match(text(2), /Lichtenstein-Hohenbrunn/);
  // No certificate: marked on every page, no link, no credential, an address that leads nowhere.
  for (let n = 1; n <= outline.length; n++) assert.match(text(n), /DEMO/, `page ${n}`);
  assert.match(text(2), /certfill-demo\.invalid/);
  assert.equal(run('pdfdetach', ['-list', pdf]).stdout.trim(), '0 embedded files');
  assert.equal(JSON.stringify(JSON.parse(run('qpdf', ['--json', pdf]).stdout)).includes('/URI'), false);
  for (const n of files) if (n.endsWith('.png')) assert.equal(fs.readFileSync(path.join(out, n)).includes('openbadgecredential'), false, n);
  // No data directory, no ledger.
  assert.deepEqual(fs.readdirSync(f.dir).sort(), ['c.csv', 'm.json', 'out', 't.svg']);
  // The same rows for a person; names stay out of the table.
  const said = run(path.resolve(process.cwd(), process.env.CERTFILL ?? 'build/certfill'), ['template', 'preview', f.template, '--manifest', f.manifest, '--cohort', f.cohort, '-o', path.join(f.dir, 'one.pdf')], { env: { ...process.env, HOME: f.dir } });
  assert.equal(said.status, 0, said.stderr);
  assert.match(said.stdout, /^ +2 +3 +4 +longest recipient\.name \(length 49\), smallest-text \(percent \d\d\), shortest field\.honors \(length 1\)$/m);
  assert.equal(said.stdout.includes('Lichtenstein'), false);
  assert.match(run('pdfinfo', [path.join(f.dir, 'one.pdf')]).stdout, /Pages: +6/);
});

test('a row that the plan would refuse is reported in the same way', (t) => {
  const rows = [...cohort(), `p-7,${'W'.repeat(150)},p7@example.org,en,`, 'p-8,Name \u{13000},p8@example.org,en,', 'p-9,Bad Mail,nobody,en,'];
  const f = setUp(t, rows);
  const r = preview(f, '-o', path.join(f.dir, 'a.pdf'));
  assert.equal(r.status, 3, r.stderr);
  assert.match(r.stderr, /3 of 9 rows would be refused/);
  const bad = r.lines.filter((l) => l.message_type === 'problem' && !l.warning);
  assert.deepEqual(bad.map((l) => [l.record, l.column, l.code]).sort((a, b) => a[0] - b[0]), [[7, 'recipient.name', 'text-overflow'], [8, 'recipient.name', 'glyph-missing'], [9, 'email', 'email-invalid']]);
  assert.deepEqual(chosen(r)['longest recipient.name'], [3, 49], 'what is refused is not drawn');
  // Nothing but bad rows; and no rows at all.
  const none = preview({ ...f, cohort: f.put('bad.csv', [rows[0], rows[7]].join('\n')) }, '--out', path.join(f.dir, 'none'));
  assert.equal(none.status, 4, none.stderr);
  assert.match(none.stderr, /no row of the cohort would be issued/);
});

test('each of several credentials has its rows; wrong uses get a sentence', (t) => {
  const rows = ['recipient_id,name,email,credential,field.honors', 'a,Ann One,a@example.org,one,', 'b,Ben Two,b@example.org,two,', 'c,Cleo Two Longer,c@example.org,two,'];
  const f = setUp(t, rows, { one: credential(), two: credential({ png_dpi: 96 }), three: credential() });
  const r = preview(f, '--out', path.join(f.dir, 'out'));
  assert.equal(r.status, 0, r.stderr);
  assert.deepEqual(pages(r).slice(1).map((p) => [p.credential, p.record, p.file]),
    [['one', 1, 'one-longest-recipient-name.png'], ['two', 3, 'two-longest-recipient-name.png'], ['two', 2, 'two-shortest-recipient-name.png']]);
  const width = (n) => fs.readFileSync(path.join(f.dir, 'out', n)).readUInt32BE(16);
  assert.equal(width('one-longest-recipient-name.png'), 1240);
  assert.equal(width('two-longest-recipient-name.png'), 794);
  for (const [args, status, why] of [
    [[], 2, /-o FILE\.png, -o FILE\.pdf or --out DIR/],
    [['-o', 'x.png', '--manifest', f.manifest], 2, /several pages/],
    [['-o', 'x.pdf', '--cohort', f.cohort], 2, /--manifest/],
    [['-o', 'x.gif'], 2, /\.png or \.pdf/],
    [['-o', 'x.pdf', '--manifest', f.cohort, '--cohort', f.cohort], 4, /manifest/],
    [['-o', 'x.pdf', '--manifest', f.manifest, '--cohort', path.join(f.dir, 'nothing.csv')], 5, /cannot open the cohort/],
    [['-o', 'x.pdf', '--out', f.dir], 2, /one of them/]]) {
    const bad = certfill(['template', 'preview', f.template, ...args], { cwd: f.dir });
    assert.equal(bad.status, status, `${args.join(' ')}: ${bad.stderr}`);
    assert.match(bad.stderr, why);
  }
});
