// SPDX-License-Identifier: Apache-2.0
// Artwork over a field stays over it: picture and PDF against rsvg-convert drawing the template filled in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, smallCohort, temporary } from './lib.mjs';
import { comparePictures, drawPdf, readPng } from '../interop/pictures.mjs';

const DPI = 150;
// A field below a bar, a field on the bar and below a translucent disc that a static word lies on, a field on top.
const drawing = (name, id, code) => `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="500">
<rect width="800" height="500" fill="#f4efe2"/>
<text x="60" y="130" font-family="Noto Sans" font-size="72" fill="#123">${name}</text>
<g transform="rotate(-4 400 120)"><rect x="40" y="95" width="720" height="26" fill="#c2185b"/></g>
<text x="60" y="230" font-family="Noto Sans" font-size="60" fill="#074">${id}</text>
<g opacity="0.6"><circle cx="140" cy="200" r="70" fill="#1976d2"/><path d="M300 160h120v90h-120z" fill="#ffd400"/></g>
<text x="90" y="205" font-family="Noto Sans" font-size="30" fill="#fff">over</text>
<text x="60" y="330" font-family="Noto Sans" font-size="40" fill="#123">${name}</text>
${code}
<rect x="20" y="20" width="760" height="460" fill="none" stroke="#876" stroke-width="6"/>
</svg>`;

function filled(dir, template) {
  const svg = path.join(dir, 'filled.svg'), png = path.join(dir, 'filled.png');
  fs.writeFileSync(svg, template);
  execFileSync('rsvg-convert', ['-d', String(DPI), '-p', String(DPI), '-z', String(DPI / 96), '-b', 'white', '-o', png, svg]);
  return png;
}

function issue(dir, template, change) {
  const f = smallCohort(dir, 2, (row, i) => ({ ...row, id: `N-${i}`, name: i === 1 ? 'Zoë Łukasz' : 'Ivy' }));
  const manifest = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  Object.assign(manifest.credentials.diploma, { template: 'overlay.svg', outputs: ['pdf', 'png', 'ob3'], png_dpi: DPI });
  delete manifest.credentials.diploma.layout;
  delete manifest.credentials.diploma.pass;
  change?.(manifest);
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  fs.writeFileSync(path.join(dir, 'overlay.svg'), template);
  const out = path.join(dir, 'out'), data = path.join(dir, 'data');
  // A tenant with an address: nothing is marked as DEMO.
  const init = certfill(['init', '--data', data, '--tenant', 'uni', '--name', 'Uni', '--base-url', 'https://certs.example.edu']);
  assert.equal(init.status, 0, init.stderr);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out]);
  assert.equal(r.status, 0, r.stderr + r.stdout);
  return { out, r };
}

const find = (dir, ending) => fs.readdirSync(dir, { recursive: true }).filter((f) => f.endsWith(ending)).map((f) => path.join(dir, f)).sort();

test('bar, disc and frame lie where the designer put them, in the picture and in the PDF', (t) => {
  const dir = temporary(t);
  const { out, r } = issue(dir, drawing('{{recipient.name}}', '{{recipient.id}}', ''));
  assert.doesNotMatch(r.stdout + r.stderr, /drawn below/);
  const pngs = find(out, '.png'), pdfs = find(out, '.pdf');
  assert.deepEqual([pngs.length, pdfs.length], [2, 2]);
  for (const [i, name] of ['Zoë Łukasz', 'Ivy'].entries()) {
    const want = readPng(filled(dir, drawing(name, `N-${i + 1}`, '')));
    const png = readPng(pngs[i]), pdf = drawPdf(pdfs[i], DPI);
    // Glyph edges differ between rasterisers; a missing bar would be hundreds of squares, its middle worth 123.
    for (const [what, got, bad] of [['png', png, 0.004], ['pdf', pdf, 0.015]]) {
      const d = comparePictures(got, want);
      assert.ok(d.bad < bad && d.mean < 1 && d.worst < 60, `${what} ${i}: ${JSON.stringify(d)}`);
    }
    // In the bar there is no trace of the name, on the disc static white.
    for (let x = 200; x < 1170; x++) {
      const y = Math.round((108 - Math.tan((4 * Math.PI) / 180) * (x / (DPI / 96) - 400)) * (DPI / 96));
      for (const got of [png, pdf]) {
        const at = (y * got.width + x) * 3;
        assert.deepEqual([...got.rgb.subarray(at, at + 3)], [0xc2, 0x18, 0x5b], `x ${x}`);
      }
    }
  }
});

test('artwork on a code is drawn on it, with a warning', (t) => {
  const dir = temporary(t);
  const code = '<rect id="qr" x="560" y="270" width="180" height="180"/><rect x="640" y="350" width="20" height="20" fill="#c00"/>';
  const { out, r } = issue(dir, drawing('{{recipient.name}}', '{{recipient.id}}', code));
  const lint = certfill(['template', 'lint', path.join(dir, 'overlay.svg')]);
  assert.match(lint.stdout, /covers a part of the code/, r.stdout);
  const png = readPng(find(out, '.png')[0]), pdf = drawPdf(find(out, '.pdf')[0], DPI);
  for (const p of [png, pdf]) {
    const at = (Math.round(360 * (DPI / 96)) * p.width + Math.round(650 * (DPI / 96))) * 3;
    assert.deepEqual([...p.rgb.subarray(at, at + 3)], [0xcc, 0, 0]);
  }
  const scan = execFileSync('zbarimg', ['-q', '--raw', find(out, '.png')[0]]).toString();
  assert.match(scan, /^HTTPS:\/\/CERTS\.EXAMPLE\.EDU\//i);
});
