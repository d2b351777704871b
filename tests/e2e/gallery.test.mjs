// SPDX-License-Identifier: Apache-2.0
// The gallery: templates as several tools write them, each issued to fourteen people of fourteen scripts. Pictures
// against what they were (tests/gallery/golden), PDF against picture, artwork against rsvg-convert.
// GALLERY_WRITE=1 writes the golden files anew; GALLERY_KEEP=DIR leaves pictures and PDFs there to be looked at.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { certfill, csvCell, root } from './lib.mjs';
import { comparePictures, readPng } from '../interop/pictures.mjs';

const DPI = 150;
const CELL = 8; // golden pictures keep the mean grey of squares of so many pixels
const TOLERANCE = 6; // of 255, for another version of FreeType; an accent of a 20-pixel name is worth 20 and more
const here = path.join(root, 'tests/gallery');
const samples = path.join(root, 'templates/samples');
const templates = [...fs.readdirSync(here).map((f) => path.join(here, f)), ...fs.readdirSync(samples).map((f) => path.join(samples, f))]
  .filter((f) => f.endsWith('.svg')).sort();
const nameOf = (file) => path.basename(file, '.svg');
const people = [['en', 'Zoë Łukasiewicz'], ['el', 'Θεόφιλος Ψαρουδάκης'], ['uk', 'Ґалаґан Їжакевич'], ['ar', 'مريم سُلَيْمان الحدّاد'], ['he', 'נועה בן־שחר'],
  ['hi', 'ऋत्विक् चट्टोपाध्याय'], ['bn', 'সৌম্যদীপ চক্রবর্তী'], ['ta', 'க்ஷேமா ஸ்ரீநிவாசன்'], ['th', 'ธีรภัทร์ อยู่เย็น'], ['ka', 'ნინო მახარაშვილი'],
  ['hy', 'Նունէ Քոչարյան'], ['zh', '诸葛思远'], ['ja', '小鳥遊 ケン'], ['ko', '황보예빛나라']];

let dir, count = 0;
before(() => {
  dir = process.env.GALLERY_KEEP ?? fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-gallery-'));
});
after(() => { if (!process.env.GALLERY_KEEP) fs.rmSync(dir, { recursive: true, force: true }); });

// With an address of its own, so that nothing is marked as DEMO.
function tenant(name) {
  const r = certfill(['init', '--data', path.join(dir, name), '--tenant', 'uni', '--name', 'Universität Łódź', '--base-url', 'https://certs.example.edu']);
  assert.equal(r.status, 0, r.stderr);
  return path.join(dir, name);
}

// Issues the template's text to people, in a place of its own: the same person is not issued the same twice.
function issue(name, svg, { to = people, outputs = ['pdf', 'png'], dpi = DPI } = {}) {
  const at = path.join(dir, `${++count}-${name}`);
  fs.mkdirSync(at, { recursive: true });
  fs.writeFileSync(path.join(at, 'template.svg'), svg);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'sample/manifest.json'), 'utf8'));
  const { achievement } = manifest.credentials.diploma;
  achievement.name = { en: 'Applied Mathematics' };
  manifest.idempotency_key = `gallery-${count}-${name}`;
  manifest.credentials.diploma = { template: 'template.svg', achievement, outputs, png_dpi: dpi };
  fs.writeFileSync(path.join(at, 'manifest.json'), JSON.stringify(manifest));
  const rows = to.map(([locale, who], i) => [`G-${i + 1}`, who, `g${i}@example.org`, locale, '2026-06-12', 'cum laude'].map(csvCell).join(','));
  fs.writeFileSync(path.join(at, 'cohort.csv'), ['recipient_id,name,email,locale,issued_on,field.honors', ...rows, ''].join('\n'));
  const r = certfill(['issue', path.join(at, 'cohort.csv'), '--manifest', path.join(at, 'manifest.json'), '--data', tenant(`data-${count}`), '--out', path.join(at, 'out')]);
  assert.equal(r.status, 0, `${name}: ${r.stderr}${r.stdout}`);
  return to.map((_, i) => path.join(at, 'out', `G-${i + 1}`));
}

const issued = new Map();
function issuedOnce(file) {
  if (!issued.has(file)) issued.set(file, issue(nameOf(file), fs.readFileSync(file, 'utf8')));
  return issued.get(file);
}
const pictureOf = (folder) => readPng(path.join(folder, 'certificate.png'));

// ---- golden pictures ----

function cells({ width, height, rgb }) {
  const [w, h] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const sum = new Float64Array(w * h), n = new Uint32Array(w * h);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3, c = Math.floor(y / CELL) * w + Math.floor(x / CELL);
      sum[c] += (rgb[i] * 2 + rgb[i + 1] * 5 + rgb[i + 2]) / 8;
      n[c]++;
    }
  return { w, h, grey: Buffer.from(sum.map((s, i) => Math.round(s / n[i]))) };
}

// Where printed ids stand: they begin with the time, so batches made together do not show how they vary.
function maskIds(mask, w, folder) {
  const words = execFileSync('pdftotext', ['-bbox', path.join(folder, 'certificate.pdf'), '-']).toString();
  for (const [, x0, y0, x1, y1] of words.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">[^<]*[0-9A-HJKMNP-TV-Z]{26}/g)) {
    const [left, top, right, bottom] = [x0, y0, x1 * 1 + (x1 - x0) / 10, y1].map((v) => Math.floor((v / 72) * (DPI / CELL)));
    for (let y = top; y <= bottom; y++) for (let x = left; x <= Math.min(right, w - 1); x++) mask[y * w + x] = 1;
  }
}

// The first picture whole, the others as differences from it; cells that vary from batch to batch (the code) are masked.
function writeGolden(file) {
  const first = issuedOnce(file).map((f) => cells(pictureOf(f)));
  const mask = Buffer.alloc(first[0].grey.length);
  // Some batches, for printed ids differ in length, too.
  for (let batch = 0; batch < 3; batch++) {
    const again = issue(nameOf(file), fs.readFileSync(file, 'utf8')).map((f) => cells(pictureOf(f)));
    for (const [k, f] of first.entries())
      for (let i = 0; i < mask.length; i++) if (f.grey[i] !== again[k].grey[i]) mask[i] = 1;
  }
  maskIds(mask, first[0].w, issuedOnce(file)[0]);
  // The whole code, light squares that happened to agree included, and what a longer id reaches.
  grow(mask, first[0].w);
  grow(mask, first[0].w);
  const parts = first.map((f, k) => (k === 0 ? f.grey : f.grey.map((v, i) => v - first[0].grey[i])));
  const head = Buffer.from(`${JSON.stringify({ w: first[0].w, h: first[0].h, count: first.length })}\n`);
  fs.mkdirSync(path.join(here, 'golden'), { recursive: true });
  fs.writeFileSync(path.join(here, 'golden', `${nameOf(file)}.z`), zlib.deflateSync(Buffer.concat([head, mask, ...parts]), { level: 9 }));
}

function grow(mask, w) {
  const seen = Buffer.from(mask);
  for (let i = 0; i < mask.length; i++)
    if (seen[i]) for (const d of [-w - 1, -w, -w + 1, -1, 1, w - 1, w, w + 1]) if (mask[i + d] !== undefined) mask[i + d] = 1;
}

function readGolden(file) {
  const all = zlib.inflateSync(fs.readFileSync(path.join(here, 'golden', `${nameOf(file)}.z`)));
  const end = all.indexOf(10) + 1;
  const { w, h, count: n } = JSON.parse(all.toString('utf8', 0, end));
  const part = (k) => all.subarray(end + k * w * h, end + (k + 1) * w * h);
  return { w, h, mask: part(0), pictures: Array.from({ length: n }, (_, k) => (k === 0 ? part(1) : part(k + 1).map((v, i) => v + part(1)[i]))) };
}

// Cells of a picture that are not as they were.
function changed(golden, k, picture) {
  const now = cells(picture);
  assert.deepEqual([now.w, now.h], [golden.w, golden.h]);
  const out = [];
  for (let i = 0; i < now.grey.length; i++)
    if (!golden.mask[i] && Math.abs(now.grey[i] - golden.pictures[k][i]) > TOLERANCE) out.push([(i % golden.w) * CELL, Math.floor(i / golden.w) * CELL]);
  return out;
}

for (const file of templates)
  test(`${nameOf(file)}: fourteen people look as they did`, () => {
    const folders = issuedOnce(file);
    if (process.env.GALLERY_WRITE) writeGolden(file);
    const golden = readGolden(file);
    assert.ok(golden.mask.reduce((a, b) => a + b, 0) < golden.mask.length / 5);
    for (const [k, folder] of folders.entries()) {
      const off = changed(golden, k, pictureOf(folder));
      assert.deepEqual(off.slice(0, 5), [], `${people[k][1]}: ${off.length} squares of ${CELL} pixels differ`);
    }
  });

test('one accent less in one name is found, in every template', () => {
  for (const file of templates) {
    const [folder] = issue(nameOf(file), fs.readFileSync(file, 'utf8'), { to: [['en', 'Zoe Łukasiewicz']], outputs: ['png'] });
    const off = changed(readGolden(file), 0, pictureOf(folder));
    assert.ok(off.length > 0 && off.length < 40, `${nameOf(file)}: ${off.length}`);
  }
});

// ---- the PDF against the picture ----

function drawn(pdf, dpi = DPI) {
  const ppm = path.join(dir, 'page');
  execFileSync('pdftocairo', ['-png', '-r', String(dpi), '-singlefile', pdf, ppm]);
  return readPng(`${ppm}.png`);
}

const TILE = 96;
const REACH = 3;
// Sum of differences of a tile when b is moved.
function mismatch(a, b, x0, y0, dx, dy) {
  let sum = 0;
  for (let y = y0; y < y0 + TILE; y++)
    for (let x = x0; x < x0 + TILE; x++) sum += Math.abs(a.rgb[(y * a.width + x) * 3 + 1] - b.rgb[((y + dy) * b.width + x + dx) * 3 + 1]);
  return sum;
}

// Tiles that fit clearly better two pixels or more away. Threshold: what is within one pixel passes.
function displaced(a, b) {
  const out = [];
  for (let y0 = REACH; y0 + TILE + REACH <= Math.min(a.height, b.height); y0 += TILE)
    for (let x0 = REACH; x0 + TILE + REACH <= Math.min(a.width, b.width); x0 += TILE) {
      const still = mismatch(a, b, x0, y0, 0, 0);
      if (still < TILE * TILE) continue;
      let best = still, at = [0, 0];
      for (let dy = -REACH; dy <= REACH; dy++)
        for (let dx = -REACH; dx <= REACH; dx++) {
          const m = mismatch(a, b, x0, y0, dx, dy);
          if (m < best) [best, at] = [m, [dx, dy]];
        }
      if (Math.max(Math.abs(at[0]), Math.abs(at[1])) >= 2 && best < still * 0.8) out.push({ x0, y0, at, gain: best / still });
    }
  return out;
}

for (const file of templates)
  test(`${nameOf(file)}: the PDF has everything where the picture has it, within a pixel`, () => {
    for (const k of [0, 3]) {
      const folder = issuedOnce(file)[k];
      const picture = pictureOf(folder), page = drawn(path.join(folder, 'certificate.pdf'));
      assert.ok(Math.abs(picture.width - page.width) <= 1 && Math.abs(picture.height - page.height) <= 1);
      assert.deepEqual(displaced(picture, page), [], people[k][1]);
      const d = comparePictures(picture, page);
      assert.ok(d.mean < 2.5 && d.bad < 0.03, `${people[k][1]}: ${JSON.stringify(d)}`);
    }
  });

test('a name two pixels off is found', () => {
  const file = path.join(here, 'letter-portrait.svg'), svg = fs.readFileSync(file, 'utf8');
  const moved = svg.replace('x="0" y="478"', `x="${(2 * 96) / DPI}" y="478"`);
  assert.notEqual(moved, svg);
  const [folder] = issue('moved', moved, { to: people.slice(0, 1), outputs: ['pdf'] });
  const off = displaced(pictureOf(issuedOnce(file)[0]), drawn(path.join(folder, 'certificate.pdf')));
  assert.ok(off.length > 0 && off.every((o) => Math.abs(o.at[0]) >= 2), JSON.stringify(off));
});

// ---- artwork against librsvg ----

for (const file of templates)
  test(`${nameOf(file)}: the lifted artwork is what librsvg draws`, () => {
    const art = fs.readFileSync(file, 'utf8').replace(/<(text|flowRoot)\b[\s\S]*?<\/\1>/g, '').replace(/<rect id="qr"[^>]*\/>/, '');
    const svg = path.join(dir, 'art.svg'), png = path.join(dir, 'art.png');
    fs.writeFileSync(svg, art);
    const [folder] = issue(`${nameOf(file)}-art`, art, { to: people.slice(0, 1), outputs: ['pdf'] });
    execFileSync('rsvg-convert', ['-d', '96', '-p', '96', '-z', String(DPI / 96), '-b', 'white', '-o', png, svg]);
    const want = readPng(png), got = drawn(path.join(folder, 'certificate.pdf'));
    assert.ok(Math.abs(want.width - got.width) <= 1 && Math.abs(want.height - got.height) <= 1, `${want.width}x${want.height} ${got.width}x${got.height}`);
    const d = comparePictures(got, want);
    assert.ok(d.mean < 2.5 && d.bad < 0.015, JSON.stringify(d));
  });

// ---- sizes and resolutions ----

test('pages keep their size at 96, 150 and 300 dpi, in picture and PDF', () => {
  const mm = { 'inkscape-portrait': [210, 297], 'bilingual-a5': [210, 148], 'letter-portrait': [215.9, 279.4], 'ribbon-badge': [90, 90] };
  for (const [name, [w, h]] of Object.entries(mm))
    for (const dpi of [96, 150, 300]) {
      const [folder] = issue(name, fs.readFileSync(path.join(here, `${name}.svg`), 'utf8'), { to: people.slice(0, 1), dpi });
      const file = fs.readFileSync(path.join(folder, 'certificate.png'));
      const size = [file.readUInt32BE(16), file.readUInt32BE(20)];
      assert.deepEqual(size, [Math.round((w / 25.4) * dpi), Math.round((h / 25.4) * dpi)], `${name} ${dpi}`);
      const phys = file.indexOf('pHYs');
      assert.equal(file.readUInt32BE(phys + 4), Math.round(dpi / 0.0254));
      const [, pw, ph] = execFileSync('pdfinfo', [path.join(folder, 'certificate.pdf')]).toString().match(/Page size:\s+([\d.]+) x ([\d.]+) pts/);
      assert.ok(Math.abs(pw - (w / 25.4) * 72) < 0.1 && Math.abs(ph - (h / 25.4) * 72) < 0.1, `${name}: ${pw} x ${ph}`);
    }
});
