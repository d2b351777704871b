// SPDX-License-Identifier: Apache-2.0
// Templates as bundles: fonts and images of their own, template.json, kept with the plan; as pdffonts, pdfimages and unzip see them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, hashTree, run, smallCohort, temporary } from './lib.mjs';

const display = '/usr/share/fonts/truetype/noto/NotoSerifDisplay-Bold.ttf';
const drawing = (extra = '') => `<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 1188 840">
<rect width="1188" height="840" fill="#fffdf5"/>${extra}
<text x="594" y="160" text-anchor="middle" font-family="Noto Serif Display" font-weight="700" font-size="60">Certificate of Merit</text>
<text x="594" y="400" text-anchor="middle" font-family="NotoSerifDisplay-Bold" font-size="54">{{recipient.name}}</text>
<text id="day" x="100" y="700" font-size="24">{{issued_on | date:long}}</text>
<rect id="qr" x="960" y="620" width="160" height="160"/>
</svg>`;

function folder(dir, { json, extra, image } = {}) {
  const at = path.join(dir, 'design');
  fs.mkdirSync(path.join(at, 'fonts'), { recursive: true });
  fs.mkdirSync(path.join(at, 'images'), { recursive: true });
  fs.copyFileSync(display, path.join(at, 'fonts/Display.ttf'));
  fs.writeFileSync(path.join(at, 'template.svg'), drawing(extra));
  if (json) fs.writeFileSync(path.join(at, 'template.json'), JSON.stringify(json));
  if (image) fs.copyFileSync(image, path.join(at, 'images/seal.png'));
  return at;
}

// pdftotext's word boxes: the first word that is text.
function wordBox(pdf, text) {
  const out = run('pdftotext', ['-bbox', pdf, '-']).stdout;
  const m = [...out.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)/g)].find((w) => w[5] === text);
  assert.ok(m, `${text} is not in ${pdf}`);
  return { x0: +m[1], y0: +m[2], x1: +m[3], y1: +m[4] };
}

const issue = (dir, template, count = 3) => {
  const f = smallCohort(dir, count);
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  for (const c of Object.values(m.credentials)) c.template = template;
  fs.writeFileSync(f.manifest, JSON.stringify(m));
  return { ...f, args: ['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out')] };
};

test('a folder and its ZIP are the same template, drawn in the font that came with it', (t) => {
  const dir = temporary(t), at = folder(dir);
  const [a, b] = [path.join(dir, 'a.zip'), path.join(dir, 'b.zip')];
  run('zip', ['-qr', path.join(dir, 'design.zip'), 'design'], { cwd: dir });
  for (const [from, to] of [[at, a], [path.join(dir, 'design.zip'), b]]) assert.equal(certfill(['template', 'clean', from, '-o', to]).status, 0);
  assert.ok(fs.readFileSync(a).equals(fs.readFileSync(b)));
  assert.equal(run('unzip', ['-tqq', a]).status, 0);
  const f = issue(dir, 'design');
  const r = certfill(f.args);
  assert.equal(r.status, 0, r.stderr);
  assert.ok(!r.lines.some((l) => /stands in/.test(l.text ?? '')), 'no font is replaced');
  const pdf = path.join(dir, 'out/s-1/certificate.pdf');
  assert.match(run('pdffonts', [pdf]).stdout, /\+NotoSerifDisplay-Bold +CID/);
  assert.match(run('pdftotext', [pdf, '-']).stdout, /Person Nummer 1/);
});

test('without the font in the bundle another one stands in, and that is said', (t) => {
  const dir = temporary(t), at = folder(dir);
  fs.rmSync(path.join(at, 'fonts/Display.ttf'));
  const r = certfill(issue(dir, 'design').args);
  assert.equal(r.status, 0, r.stderr);
  assert.ok(r.lines.some((l) => /"Noto Serif Display" is not installed with certfill; the next of its list, or a font of Noto, stands in/.test(l.text ?? '')));
  assert.doesNotMatch(run('pdffonts', [path.join(dir, 'out/s-1/certificate.pdf')]).stdout, /Display/);
});

test('a killed batch goes on with the bundle that was kept, though its folder is gone and the cache, too', (t) => {
  const dir = temporary(t), at = folder(dir), f = issue(dir, 'design');
  // On one line, which cleaning makes several of.
  fs.writeFileSync(path.join(at, 'template.svg'), drawing().replaceAll('\n', ' '));
  const plan = certfill([...f.args, '--plan-only']);
  assert.equal(plan.status, 0, plan.stderr);
  fs.rmSync(at, { recursive: true });
  const keep = path.join(dir, 'elsewhere');
  fs.cpSync(path.join(dir, 'data'), keep, { recursive: true });
  assert.equal(certfill(f.args).status, 0);
  for (const n of fs.readdirSync(path.join(keep, 'cache'))) fs.rmSync(path.join(keep, 'cache', n));
  const again = certfill(f.args.map((a) => (a === path.join(dir, 'data') ? keep : a === path.join(dir, 'out') ? path.join(dir, 'again') : a)));
  assert.equal(again.status, 0, again.stderr);
  const only = (p) => /certificate\.(pdf|png)$/.test(p);
  assert.deepEqual(hashTree(path.join(dir, 'again'), only), hashTree(path.join(dir, 'out'), only));
  // Sealed: nothing of the drawing can be read in the data directory.
  const kept = path.join(dir, 'data/templates/default');
  const [file] = fs.readdirSync(kept);
  assert.ok(!fs.readFileSync(path.join(kept, file)).includes('template.svg'));
});

test('template.json moves, aligns, shrinks and speaks', (t) => {
  const dir = temporary(t);
  const at = folder(dir, { json: { language: 'de', fields: {
    name: { fit: 'shrink', min_scale: 0.3, max_lines: 1, align: 'start', frame: [100, 380, 400, 60] },
    '#day': { align: 'end', frame: [588, 680, 500, 40] } } } });
  const pdf = path.join(dir, 'p.pdf');
  const draw = () => { const r = certfill(['template', 'preview', at, '-o', pdf]); assert.equal(r.status, 0, r.stderr); };
  draw();
  const unit = 841.89 / 1188;
  assert.ok(Math.abs(wordBox(pdf, 'Zoë').x0 - 100 * unit) < 3, 'the name begins at its frame');
  assert.ok(wordBox(pdf, 'Lindqvist').x1 <= 500 * unit + 1, 'and ends inside it');
  assert.ok(Math.abs(wordBox(pdf, '2026').x1 - 1088 * unit) < 3, 'the day ends at its frame');
  wordBox(pdf, 'Juni');
  fs.writeFileSync(path.join(at, 'template.json'), JSON.stringify({ language: 'fr' }));
  draw();
  wordBox(pdf, 'juin');
});

test('what template.json must not say is refused with the member and what it may be', (t) => {
  const dir = temporary(t), at = folder(dir);
  for (const [json, sentence] of [
    [{ fields: { name: { fit: 'squeeze' } } }, /fields\.name\.fit must be "shrink" or "none"/],
    [{ fields: { name: { frame: [1, 2, 3] } } }, /fields\.name\.frame must be the id of a shape/],
    [{ fields: { name: { min_scale: 2 } } }, /min_scale must be a number from 0\.2 to 1/],
    [{ fields: { name: { maxlines: 2 } } }, /maxlines is not known; there are fit,/],
    [{ filds: {} }, /"filds" is not known/],
    [{ language: 'no such!' }, /language must be a language tag/],
    [{ pass: ['#fff'] }, /pass must be an object/],
    [{ pass: { backgrund: '#102030' } }, /template\.json: pass: the key "backgrund" is not known; did you mean "background"\?/],
    [{ pass: { label: 'gold' } }, /template\.json: pass\.label: must be a colour such as/],
    [{ pass: { texts: { de: { recipent: 'An' } } } }, /pass\.texts\.de\.recipent: is no text of a wallet pass; there are mark,/],
    [{ pass: { texts: { de: { until: 'x'.repeat(81) } } } }, /pass\.texts\.de\.until: /],
    [{ pass: { texts: Object.fromEntries([...'abcdefghijklmnopq'].map((c) => [`x${c}`, { until: c }])) } }, /pass\.texts: must be an object of at most 16 languages/]]) {
    fs.writeFileSync(path.join(at, 'template.json'), JSON.stringify(json));
    const r = certfill(['template', 'lint', at]);
    assert.equal(r.status, 4, JSON.stringify(json));
    assert.match(JSON.parse(r.stderr).message, sentence);
  }
});

test('images by name are drawn; embedded fonts are told how to come in', (t) => {
  const dir = temporary(t);
  const png = path.join(dir, 'seal.png');
  run('python3', ['-c', `import struct,zlib
w=h=200
raw=b''.join(b'\\0'+b'\\xc0\\x20\\x20'*w for _ in range(h))
c=lambda t,d: struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))
open(${JSON.stringify(png)},'wb').write(b'\\x89PNG\\r\\n\\x1a\\n'+c(b'IHDR',struct.pack('>IIBBBBB',w,h,8,2,0,0,0))+c(b'tEXt',b'Secret\\0metadata')+c(b'IDAT',zlib.compress(raw))+c(b'IEND',b''))`]);
  const at = folder(dir, { image: png, extra: '<style>@font-face{font-family:X;src:url(data:font/woff2;base64,AAAA)}</style><image href="images/seal.png" x="60" y="60" width="200" height="200"/>' });
  const lint = certfill(['template', 'lint', at]);
  assert.equal(lint.status, 0);
  assert.ok(lint.lines.some((l) => l.kind === 'removed' && /@font-face/.test(l.what) && /in fonts\//.test(l.why)));
  assert.equal(lint.lines.find((l) => l.message_type === 'template').removed, lint.lines.filter((l) => l.kind === 'removed').length);
  const pdf = path.join(dir, 'p.pdf'), zip = path.join(dir, 'c.zip');
  assert.equal(certfill(['template', 'preview', at, '-o', pdf]).status, 0);
  assert.match(run('pdfimages', ['-list', pdf]).stdout, /image +\d+ +\d+ +rgb/);
  assert.equal(certfill(['template', 'clean', at, '-o', zip]).status, 0);
  assert.ok(!fs.readFileSync(zip).includes('metadata'), 'written anew');
});

test('a link in the folder is not followed', (t) => {
  const dir = temporary(t), at = folder(dir);
  fs.symlinkSync('/etc/hostname', path.join(at, 'fonts/evil.ttf'));
  const r = certfill(['template', 'lint', at]);
  assert.equal(r.status, 4);
  assert.match(r.stderr + r.stdout, /fonts\/evil\.ttf/);
});
