// SPDX-License-Identifier: Apache-2.0
// Text is never lost, whatever group it stands in: in picture and PDF there is ink where rsvg-convert has it. Outlines
// of letters are as rsvg-convert draws them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, root, temporary } from './lib.mjs';
import { readPng } from '../interop/pictures.mjs';

const BAND = 100, NAME = 'Ada Ängström';
const defs = `<defs><clipPath id="page"><rect width="800" height="1200"/></clipPath><clipPath id="round"><circle cx="400" cy="250" r="390"/></clipPath>
<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="800" height="1200"><rect width="800" height="1200" fill="white"/></mask>
<filter id="f" x="-1" y="-1" width="3" height="3"><feOffset dx="2" dy="2"/></filter><path id="arch" d="M100 1115Q400 1015 700 1115"/></defs>`;
// One to a band of the page; each about the same words in about the same place.
const bands = [
  ['a clip around the page', (t) => `<g clip-path="url(#page)">${t}</g>`],
  ['a round clip', (t) => `<g clip-path="url(#round)">${t}</g>`],
  ['a clip around the page, again, inside another', (t) => `<g clip-path="url(#page)"><g clip-path="url(#page)">${t}</g></g>`],
  ['a mask', (t) => `<g mask="url(#m)">${t}</g>`],
  ['a filter', (t) => `<g filter="url(#f)">${t}</g>`],
  ['an opacity', (t) => `<g opacity="0.8">${t}</g>`],
  ['a blend mode', (t) => `<g style="mix-blend-mode:multiply">${t}</g>`],
  ['an underline', (t) => `<g text-decoration="underline">${t}</g>`],
  ['an outline', (t) => `<g fill="none" stroke="#900">${t}</g>`],
  ['letters placed one by one', (_, y) => `<text x="250 290 330 370 410 450 490 530" y="${y}" font-size="40">LETTERED</text>`],
  ['a path', () => '<text font-size="40" text-anchor="middle"><textPath xlink:href="#arch" startOffset="50%">VERIFIED SKILL</textPath></text>'],
  ['a vertical line', (_, y) => `<text x="400" y="${y - 50}" font-size="20" writing-mode="tb">DOWN</text>`],
];
const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="800" height="1200" viewBox="0 0 800 1200" font-family="Noto Sans">${defs}
${bands.map(([, wrap], i) => wrap(`<text x="400" y="${i * BAND + 65}" font-size="40" text-anchor="middle">VERIFIED SKILL</text>`, i * BAND + 65)).join('\n')}
<text x="20" y="1190" font-size="9">{{recipient.name}}</text></svg>`;

// The certificate of one recipient and what others make of its PDF and template: out/D-1, page.png and rsvg.png.
function issue(file, template) {
  fs.writeFileSync(file('template.svg'), template);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'sample/manifest.json'), 'utf8'));
  const { achievement } = manifest.credentials.diploma;
  manifest.credentials.diploma = { template: 'template.svg', achievement, outputs: ['pdf', 'png'], png_dpi: 96 };
  fs.writeFileSync(file('manifest.json'), JSON.stringify(manifest));
  fs.writeFileSync(file('cohort.csv'), `recipient_id,name,email,locale,issued_on,field.honors\nD-1,${NAME},d@example.org,en,2026-06-12,x\n`);
  let r = certfill(['init', '--data', file('data'), '--tenant', 'uni', '--name', 'Uni', '--base-url', 'https://certs.example.edu']);
  assert.equal(r.status, 0, r.stderr);
  r = certfill(['issue', file('cohort.csv'), '--manifest', file('manifest.json'), '--data', file('data'), '--out', file('out')]);
  assert.equal(r.status, 0, r.stderr + r.stdout);
  execFileSync('pdftocairo', ['-png', '-r', '96', '-singlefile', file('out/D-1/certificate.pdf'), file('page')]);
  fs.writeFileSync(file('filled.svg'), template.replaceAll('{{recipient.name}}', NAME));
  execFileSync('rsvg-convert', ['-b', 'white', '-o', file('rsvg.png'), file('filled.svg')]);
  return r.stderr;
}

// How much of a band is not white, and the mean place of that.
function ink({ width, rgb }, band) {
  let sum = 0, x = 0, y = 0;
  for (let r = band * BAND; r < (band + 1) * BAND - 20; r++)
    for (let c = 0; c < width; c++) {
      const dark = 255 - rgb[(r * width + c) * 3 + 1];
      [sum, x, y] = [sum + dark, x + dark * c, y + dark * r];
    }
  return { sum, x: x / sum, y: y / sum };
}

test('static text under clip, mask, filter, opacity and on a path is drawn in PNG and PDF', (t) => {
  const dir = temporary(t), file = (f) => path.join(dir, f);
  issue(file, svg);
  const pdf = file('out/D-1/certificate.pdf');
  const theirs = readPng(file('rsvg.png'));
  for (const [what, picture] of [['PNG', readPng(file('out/D-1/certificate.png'))], ['PDF', readPng(file('page.png'))]])
    for (const [i, [name]] of bands.entries()) {
      // librsvg draws nothing on paths; at its top this one is where the line of the first band is.
      const want = ink(theirs, name === 'a path' ? 0 : i), got = ink(picture, i), top = want.y % BAND, says = `${name}, ${what}: ${JSON.stringify({ want, got })}`;
      assert.ok(want.sum > 20000, says);
      assert.ok(got.sum > want.sum * 0.5 && got.sum < want.sum * 2.5, says);
      assert.ok(Math.abs(got.x - want.x) < 30 && Math.abs(got.y - i * BAND - top) < 15, says);
    }
  const words = execFileSync('pdftotext', ['-raw', pdf, '-']).toString();
  assert.equal(words.match(/VERIFIED SKILL/g).length, 10);
  assert.match(words, /LETTERED/);
});

// White letters on white: without its outline nothing of it is seen.
const outlines = [
  ['over the fill', 'stroke="#036" stroke-width="3"'],
  ['under the fill', 'stroke="#036" stroke-width="6" stroke-linejoin="round" style="paint-order:stroke"'],
  ['without a fill', 'style="fill:none" stroke="#900" stroke-width="2" stroke-opacity=".5"'],
  ['bevelled', 'stroke="#000" stroke-width="5" stroke-linejoin="bevel"'],
  ['with miters', 'stroke="#000" stroke-width="5" stroke-miterlimit="9"'],
];
const words = ['VERIFIED SKILL', '{{recipient.name}}'];
const outlined = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="1200" viewBox="0 0 800 1200" font-family="Noto Sans" font-size="56" text-anchor="middle">
${outlines.flatMap(([, how], i) => words.map((w, k) => `<text x="400" y="${(2 * i + k) * BAND + 65}" fill="#fff" ${how}>${w}</text>`)).join('\n')}
<text x="400" y="1090" font-size="20" transform="skewX(9) scale(1 1.2) translate(0 -150)" fill="#fff" stroke="#036">{{recipient.name}}</text></svg>`;

// Pixels of a band that differ by more than a third, and all that have ink in a.
function unlike(a, b, band) {
  let bad = 0, ink = 0;
  for (let i = band * BAND * a.width * 3; i < (band + 1) * BAND * a.width * 3; i += 3) {
    bad += Math.max(...[0, 1, 2].map((c) => Math.abs(a.rgb[i + c] - b.rgb[i + c]))) > 85;
    ink += a.rgb[i + 1] < 170;
  }
  return { bad, ink };
}

test('the outline of text, the same for everybody or not, is drawn as librsvg does, and is no text of its own', (t) => {
  const dir = temporary(t), file = (f) => path.join(dir, f);
  const warnings = issue(file, outlined);
  assert.doesNotMatch(warnings, /outline|contrast/);
  const theirs = readPng(file('rsvg.png'));
  for (const [what, picture] of [['PNG', readPng(file('out/D-1/certificate.png'))], ['PDF', readPng(file('page.png'))]])
    for (let band = 0; band < 10; band++) {
      const { bad, ink } = unlike(theirs, picture, band), says = `${outlines[band >> 1][0]}, ${what}: ${bad} of ${ink}`;
      assert.ok(ink > 800, says);
      // pdftocairo sets filled letters on whole pixels, their edges beneath not.
      assert.ok(bad < ink * (what === 'PDF' && outlines[band >> 1][0] === 'under the fill' ? 0.15 : 0.02), says);
    }
  const text = execFileSync('pdftotext', [file('out/D-1/certificate.pdf'), '-']).toString();
  assert.equal(text.match(/VERIFIED SKILL/g).length, 5);
  assert.equal(text.match(new RegExp(NAME, 'g')).length, 6);
});
