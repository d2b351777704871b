// SPDX-License-Identifier: Apache-2.0
// Pictures read and compared without a library: 24-bit PNG, and what pdftoppm draws.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';

function paeth(a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** An RGB PNG of 8 bits, or an RGBA one whose alpha does not matter: {width, height, rgb}. */
export function readPng(path) {
  const file = readFileSync(path);
  const idat = [];
  let head;
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (type === 'IHDR') head = body;
    if (type === 'IDAT') idat.push(body);
  }
  if (head[8] !== 8 || (head[9] !== 2 && head[9] !== 6)) throw new Error('not a 24-bit PNG');
  const channels = head[9] === 6 ? 4 : 3;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const rows = zlib.inflateSync(Buffer.concat(idat));
  const stride = channels * width;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const left = i < channels ? 0 : pixels[y * stride + i - channels];
      const up = y === 0 ? 0 : pixels[(y - 1) * stride + i];
      const corner = i < channels || y === 0 ? 0 : pixels[(y - 1) * stride + i - channels];
      const guess = filter === 4 ? paeth(left, up, corner) : [0, left, up, (left + up) >> 1][filter];
      pixels[y * stride + i] = rows[y * (stride + 1) + 1 + i] + guess;
    }
  }
  if (channels === 3) return { width, height, rgb: pixels };
  const rgb = Buffer.alloc(3 * width * height);
  for (let i = 0; i < width * height; i++) pixels.copy(rgb, 3 * i, 4 * i, 4 * i + 3);
  return { width, height, rgb };
}

/** The first page as pdftoppm draws it; box: only that part, in CSS pixels x0 y0 x1 y1. */
export function drawPdf(path, dpi, box) {
  const [x0, y0, x1, y1] = (box ?? []).map((v) => Math.round((v * dpi) / 96));
  const part = box ? ['-x', x0, '-y', y0, '-W', x1 - x0, '-H', y1 - y0].map(String) : [];
  const file = execFileSync('pdftoppm', ['-r', String(dpi), ...part, path], { maxBuffer: 1 << 28 });
  const [whole, width, height] = file.toString('latin1', 0, 64).match(/^P6\s+(\d+)\s+(\d+)\s+255\s/);
  return { width: Number(width), height: Number(height), rgb: file.subarray(whole.length) };
}

/**
 * mean: mean over all pixels of the largest difference of a channel, 0 to 255. bad: share of squares of
 * 6 x 6 pixels whose average differs by more than 12: renderers disagree on edges, but not on places.
 * worst: the largest such difference of a square.
 */
export function comparePictures(a, b) {
  const [width, height] = [Math.min(a.width, b.width), Math.min(a.height, b.height)];
  let [sum, bad, squares, worst] = [0, 0, 0, 0];
  for (let y0 = 0; y0 + 6 <= height; y0 += 6) {
    for (let x0 = 0; x0 + 6 <= width; x0 += 6) {
      const difference = [0, 0, 0];
      for (let y = y0; y < y0 + 6; y++) {
        for (let x = x0; x < x0 + 6; x++) {
          let most = 0;
          for (let c = 0; c < 3; c++) {
            const d = a.rgb[(y * a.width + x) * 3 + c] - b.rgb[(y * b.width + x) * 3 + c];
            difference[c] += d;
            most = Math.max(most, Math.abs(d));
          }
          sum += most;
        }
      }
      const average = Math.max(...difference.map((d) => Math.abs(d) / 36));
      worst = Math.max(worst, average);
      if (average > 12) bad++;
      squares++;
    }
  }
  return { mean: sum / (squares * 36), bad: bad / squares, worst };
}

/**
 * Where the ink of a region lies on average, in CSS pixels from the region's corner, and how much there is
 * in square CSS pixels of black. Ink is what differs from the picture's first pixel.
 */
function inkCentre({ width, height, rgb }, scale) {
  let [sx, sy, ink] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const d = Math.abs(rgb[at] - rgb[0]) + Math.abs(rgb[at + 1] - rgb[1]) + Math.abs(rgb[at + 2] - rgb[2]);
      sx += d * (x + 0.5);
      sy += d * (y + 0.5);
      ink += d;
    }
  }
  return { x: sx / ink / scale, y: sy / ink / scale, ink: ink / 765 / scale ** 2 };
}

/** A part of a picture; box in whole device pixels. */
function crop({ width, rgb }, [x0, y0, x1, y1]) {
  const rows = [];
  for (let y = y0; y < y1; y++) rows.push(rgb.subarray((y * width + x0) * 3, (y * width + x1) * 3));
  return { width: x1 - x0, height: y1 - y0, rgb: Buffer.concat(rows) };
}

/**
 * How far the ink of a region of a PDF lies from the same in a picture of dpi, in that picture's pixels. The
 * PDF is drawn eight times as large, as poppler puts glyphs on whole pixels. ink: their ratio.
 */
export function inkOffset(picture, dpi, pdf, box) {
  const device = box.map((v) => Math.round((v * dpi) / 96));
  const a = inkCentre(crop(picture, device), dpi / 96);
  const b = inkCentre(drawPdf(pdf, dpi * 8, device.map((v) => (v * 96) / dpi)), dpi / 12);
  return { x: ((a.x - b.x) * dpi) / 96, y: ((a.y - b.y) * dpi) / 96, ink: a.ink / b.ink };
}
