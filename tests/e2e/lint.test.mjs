// SPDX-License-Identifier: Apache-2.0
// template lint: what a reader of the certificate would stumble over, each with its line and what to do, and nothing where all is well.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { certfill, certfillPath, run, smallCohort, temporary } from './lib.mjs';

function png(width, height) {
  const crc = (b) => { let c = ~0; for (const x of b) { c ^= x; for (let k = 0; k < 8; k++) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0); } return ~c >>> 0; };
  const chunk = (type, data) => {
    const b = Buffer.alloc(12 + data.length);
    b.writeUInt32BE(data.length);
    b.write(type, 4);
    data.copy(b, 8);
    b.writeUInt32BE(crc(b.subarray(4, 8 + data.length)), 8 + data.length);
    return b;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(Buffer.alloc((3 * width + 1) * height))), chunk('IEND', Buffer.alloc(0))]);
}
const uri = (w, h) => `data:image/png;base64,${png(w, h).toString('base64')}`;
// One CSS pixel is one unit, so 8 units are six points and 96 an inch; a line for each thing, from line 2 on.
const page = (lines) => `<svg xmlns="http://www.w3.org/2000/svg" width="1000px" height="700px" viewBox="0 0 1000 700">\n${lines.join('\n')}\n</svg>`;
const bad = [
  '<rect width="1000" height="700" fill="#fff"/><rect y="300" width="1000" height="100" fill="#402020"/><path d="M700 500h80v80z" fill="#060"/>', // 2
  '<text x="20" y="60" font-size="20" fill="#8a8a8a">{{recipient.name}}</text>', // 3: 3.45:1, 15 pt
  '<text x="20" y="110" font-size="26" fill="#a0a0a0">{{achievement.name}}</text>', // 4: 2.6:1, 19.5 pt
  '<text x="20" y="350" font-size="20" fill="#000" fill-opacity=".4">{{field.dark}}</text>', // 5: on the dark bar
  '<text x="20" y="160" font-size="10" fill="#000" data-min-scale=".5">{{recipient.id}}</text>', // 6: 3.75 pt
  '<text x="20" y="190" font-size="7" fill="#000">{{issuer.name}}</text>', // 7: 5.25 pt
  '<rect id="qr" x="720" y="500" width="60" height="60"/>', // 8: 15.9 mm, over the path
  `<image id="logo" x="20" y="450" width="200" height="100" href="${uri(200, 100)}"/>`, // 9: 96 ppi
  `<image x="300" y="450" width="100" height="100" href="${uri(400, 50)}"/>`, // 10: fitted into the box: 384 ppi
  `<image x="500" y="450" width="100" height="100" preserveAspectRatio="none" href="${uri(400, 50)}"/>`, // 11: 48 ppi in the worse direction
];
const good = [
  bad[0],
  '<text x="20" y="60" font-size="20" fill="#767676">{{recipient.name}}</text>', // 4.54:1
  '<text x="20" y="110" font-size="26" fill="#949494">{{achievement.name}}</text>', // 3.03:1, large
  '<text x="20" y="240" font-size="20" font-weight="bold" fill="#949494">{{recipient.name_latin}}</text>', // 15 pt bold: large, too
  '<text x="20" y="350" font-size="20" fill="#fff" fill-opacity=".8">{{field.dark}}</text>',
  '<text x="20" y="160" font-size="10" fill="#000" data-min-scale=".8">{{recipient.id}}</text>',
  '<text x="20" y="190" font-size="8" fill="#000" data-fit="none">{{issuer.name}}</text>',
  '<text x="20" y="280" font-size="20" fill="#eee">words that stand still are the designer\'s</text>',
  '<rect id="qr" x="800" y="310" width="80" height="80"/>', // even ground: the white square hides nothing
  `<image x="20" y="450" width="200" height="100" href="${uri(320, 160)}"/>`,
  `<image x="300" y="450" width="100" height="100" href="${uri(1, 1)}"/>`,
];
const lint = (t, lines) => {
  const file = path.join(temporary(t), 'x.svg');
  fs.writeFileSync(file, page(lines));
  const r = certfill(['template', 'lint', file]);
  assert.equal(r.status, 0, r.stderr);
  return { file, warnings: r.lines.filter((l) => l.kind === 'warning').sort((a, b) => a.line - b.line), r };
};

test('an outline carries letters that their fill would not, unless it is as pale or a hair', (t) => {
  const { warnings } = lint(t, ['#036" stroke-width="2', '#eee" stroke-width="2', '#036" stroke-width=".1']
    .map((stroke, i) => `<text x="20" y="${60 + 60 * i}" font-size="30" fill="#fff" stroke="${stroke}">{{recipient.name}}</text>`));
  assert.deepEqual(warnings.map((w) => [w.line, w.what]), [
    [3, 'contrast 1.15:1 of {{recipient.name}}'], [4, 'contrast 1.00:1 of {{recipient.name}}']]);
});

test('contrast, size, resolution and what a code hides are warned of by line, with what to do', (t) => {
  const { file, warnings } = lint(t, bad);
  assert.deepEqual(warnings.map((w) => [w.line, w.element, w.what].join(' ')).sort(), [
    [3, 'text', 'contrast 3.45:1 of {{recipient.name}}'],
    [4, 'text', 'contrast 2.60:1 of {{achievement.name}}'],
    [5, 'text', 'contrast 1.20:1 of {{field.dark}}'],
    [6, 'text', '{{recipient.id}} down to 3.8 pt'],
    [7, 'text', 'small text'],
    [8, 'qr', 'verification code over artwork'],
    [8, 'rect#qr', 'verification code'],
    [9, 'image#logo', 'image at 96 ppi'],
    [11, 'image', 'image at 48 ppi']].map((w) => w.join(' ')).sort());
  const why = (line, what) => warnings.find((w) => w.line === line && w.what.startsWith(what)).why;
  assert.match(why(3, 'contrast'), /4\.5:1 is the least .* make the text darker or the ground lighter/);
  assert.match(why(4, 'contrast'), /3\.0:1 is the least/);
  assert.match(why(6, '{{'), /data-min-scale="0\.80" keeps them readable/);
  assert.match(why(8, 'verification code over'), /hides what is drawn there; move one of them/);
  assert.match(why(8, 'verification code'), /18 mm|hides/);
  assert.match(why(9, 'image'), /200 by 100 pixels .* a picture of 313 by 157/);
  // The same in words.
  const words = run(certfillPath, ['template', 'lint', file]);
  assert.equal(words.status, 0);
  assert.match(words.stdout, /^warning {2}line {4}3 {2}<text> {2}contrast 3\.45:1 of \{\{recipient\.name\}\}: hard to read/m);
  assert.match(words.stdout.trim().split('\n').at(-1), /^field/, 'the summary comes last');
});

test('nothing is said where all is well', (t) => {
  assert.deepEqual(lint(t, good).warnings, []);
});

test('pictures that a pattern or a use element shows are measured where they are seen', (t) => {
  // As Figma writes image fills: a pattern of the shape's own box, in which a use element shows the picture.
  const fill = (id, n) => `<pattern id="p${id}" patternContentUnits="objectBoundingBox" width="1" height="1"><use href="#${id}" transform="scale(${1 / n})"/></pattern>`;
  const lines = [
    '<rect width="1000" height="700" fill="#fff"/>', // 2
    `<defs>${fill('coarse', 100)}${fill('fine', 400)}</defs>`, // 3
    `<defs><image id="coarse" width="100" height="100" href="${uri(100, 100)}"/></defs>`, // 4
    `<defs><image id="fine" width="400" height="400" href="${uri(400, 400)}"/></defs>`, // 5
    `<defs><image id="used" width="10" height="10" href="${uri(90, 90)}"/></defs>`, // 6
    `<defs><image id="unused" width="900" height="900" href="${uri(2, 2)}"/></defs>`, // 7
    '<rect x="10" y="10" width="200" height="200" fill="url(#pcoarse)"/><rect x="300" y="10" width="200" height="200" fill="url(#pfine)"/>', // 8
    '<g transform="scale(2)"><use href="#used" x="100" y="200" transform="scale(5)"/></g>', // 9
    '<text x="20" y="600" font-size="20">{{recipient.name}}</text>', // 10
    // A symbol of 10 by 10 shown at 40 by 40, and at 100 by 100 in a group that is used twice as large.
    `<defs><symbol id="s" viewBox="0 0 10 10"><g transform="scale(.5)"><image width="20" height="20" href="${uri(80, 80)}"/></g></symbol></defs>`, // 11
    '<use href="#s" x="600" y="10" width="40" height="40"/>', // 12
    `<defs><symbol id="t" viewBox="0 0 10 10"><image width="10" height="10" href="${uri(100, 100)}"/></symbol></defs>`, // 13
    '<use href="#t" x="600" y="100" width="100" height="100"/>', // 14
    `<defs><g id="h"><image width="50" height="50" href="${uri(75, 75)}"/></g></defs><use href="#h" transform="translate(700 300) scale(2)"/>`]; // 15
  const { warnings } = lint(t, lines);
  assert.deepEqual(warnings.filter((l) => l.what.startsWith('image')).map((l) => [l.line, l.what]).sort((a, b) => a[0] - b[0]),
    [[4, 'image at 48 ppi'], [6, 'image at 86 ppi'], [13, 'image at 96 ppi'], [15, 'image at 72 ppi']]);
});

test('pictures of a bundle are named by their file', (t) => {
  const dir = path.join(temporary(t), 'b');
  fs.mkdirSync(path.join(dir, 'images'), { recursive: true });
  fs.writeFileSync(path.join(dir, 'images/seal.png'), png(60, 60));
  fs.writeFileSync(path.join(dir, 'template.svg'), page(['<g transform="scale(2)"><image x="10" y="10" width="60" height="60" href="images/seal.png"/></g>']));
  const r = certfill(['template', 'lint', dir]);
  assert.deepEqual(r.lines.filter((l) => l.kind === 'warning').map((l) => [l.line, l.what]), [[2, 'image images/seal.png at 48 ppi']]);
});

test('issue says what compiling found, in its talk and as JSON, and then issues', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1);
  fs.writeFileSync(path.join(dir, 'faint.svg'), page(['<rect width="1000" height="700" fill="#fff"/>', '<text x="20" y="60" font-size="20" fill="#bbb">{{recipient.name}}</text>']));
  const args = ['issue', f.cohort, '--manifest', f.manifest, '--template', path.join(dir, 'faint.svg'), '--data', path.join(dir, 'data')];
  const r = certfill(args);
  assert.equal(r.status, 0, r.stderr);
  assert.ok(r.lines.some((l) => /^template faint\.svg, line 3: contrast 1\.\d\d:1 of \{\{recipient\.name\}\}: /.test(l.text ?? '')), r.stdout);
});
