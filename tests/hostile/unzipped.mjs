// SPDX-License-Identifier: Apache-2.0
// What is wrong with a cleaned bundle, as unzip and the judge of drawings see it.
import { execFileSync } from 'node:child_process';
import { checkImage, harms } from './harmless.mjs';

/** Sentences about a cleaned bundle; none when all is well. */
export function checkOut(file) {
  const out = [];
  const say = (s) => out.push(s);
  const names = execFileSync('unzip', ['-Z1', file]).toString().trim().split('\n');
  const read = (n) => execFileSync('unzip', ['-p', file, n.replaceAll('[', '\\[')], { maxBuffer: 1 << 28 });
  execFileSync('unzip', ['-tqq', file]);
  for (const n of names) {
    if (!/^(template\.(svg|json)|(images|fonts)\/[^\\/:*?"<>|%]+\.(png|jpe?g|ttf|otf))$/i.test(n)) say(`entry ${n}`);
    if (n.startsWith('images/')) checkImage(read(n), say);
    if (n.startsWith('fonts/')) {
      const f = read(n);
      const tags = Array.from({ length: f.readUInt16BE(4) }, (_, i) => f.toString('latin1', 12 + 16 * i, 16 + 16 * i));
      if (tags.some((t) => ['SVG ', 'fpgm', 'prep', 'DSIG', 'sbix', 'CBDT', 'fvar'].includes(t))) say(`font tables ${tags}`);
      let sum = 0;
      for (let i = 0; i < f.length; i += 4) sum = (sum + f.readUInt32BE(i)) >>> 0;
      if (sum !== 0xb1b0afba) say('the checksum of the font is wrong');
    }
    if (n === 'template.json') JSON.parse(read(n));
  }
  if (!names.includes('template.svg')) say('no template.svg');
  else out.push(...harms(read('template.svg'), { images: new Set(names) }));
  return out;
}
