// SPDX-License-Identifier: Apache-2.0
// Text that is the same for everybody is never lost, whatever group it stands in: in picture and PDF there is ink
// where rsvg-convert has it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, root, temporary } from './lib.mjs';
import { readPng } from '../interop/pictures.mjs';

const BAND = 100;
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
  fs.writeFileSync(file('template.svg'), svg);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'sample/manifest.json'), 'utf8'));
  const { achievement } = manifest.credentials.diploma;
  manifest.credentials.diploma = { template: 'template.svg', achievement, outputs: ['pdf', 'png'], png_dpi: 96 };
  fs.writeFileSync(file('manifest.json'), JSON.stringify(manifest));
  fs.writeFileSync(file('cohort.csv'), 'recipient_id,name,email,locale,issued_on,field.honors\nD-1,Ada,d@example.org,en,2026-06-12,x\n');
  let r = certfill(['init', '--data', file('data'), '--tenant', 'uni', '--name', 'Uni', '--base-url', 'https://certs.example.edu']);
  assert.equal(r.status, 0, r.stderr);
  r = certfill(['issue', file('cohort.csv'), '--manifest', file('manifest.json'), '--data', file('data'), '--out', file('out')]);
  assert.equal(r.status, 0, r.stderr + r.stdout);
  const pdf = file('out/D-1/certificate.pdf');
  execFileSync('pdftocairo', ['-png', '-r', '96', '-singlefile', pdf, file('page')]);
  execFileSync('rsvg-convert', ['-b', 'white', '-o', file('rsvg.png'), file('template.svg')]);
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
