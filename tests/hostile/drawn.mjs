// SPDX-License-Identifier: Apache-2.0
// Drawings compared: an original and what the cleaner made of it, both drawn by rsvg-convert.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../interop/package.json', import.meta.url));
const { PNG } = require('pngjs');

export function draw(file) {
  const png = execFileSync('rsvg-convert', ['-b', 'white', '-w', '800', '--keep-aspect-ratio', file], { maxBuffer: 1 << 28 });
  return PNG.sync.read(png);
}

/** Share of pixels with a channel that differs by more than 4 of 255; 1 when the sizes differ. */
export function difference(a, b) {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let bad = 0;
  for (let i = 0; i < a.data.length; i += 4)
    if (Math.abs(a.data[i] - b.data[i]) > 4 || Math.abs(a.data[i + 1] - b.data[i + 1]) > 4 || Math.abs(a.data[i + 2] - b.data[i + 2]) > 4) bad++;
  return bad / (a.width * a.height);
}
