// SPDX-License-Identifier: Apache-2.0
// Attacks that nobody wrote one by one: every combination of what generate/ knows. Nothing is expected of each but what
// holds for all: refused with a sentence, or harmless, told, and the same when cleaned again.
//   node variants.mjs [EVERY] [PART]   every EVERY-th of them (all by default), of those whose name has PART in it
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clean } from './attacks.mjs';
import { bundles } from './generate/bundles.mjs';
import { cost } from './generate/cost.mjs';
import { images, made } from './generate/images.mjs';
import { markup } from './generate/markup.mjs';
import { style } from './generate/style.mjs';
import { xml } from './generate/xml.mjs';
import { harms } from './harmless.mjs';
import { untold } from './told.mjs';
import { checkOut } from './unzipped.mjs';

const AT_ONCE = 200;

/** [file name, content] of every every-th variant, from a different one each day, that has part in its name. */
export function* variants({ every = 1, part = '' } = {}) {
  let n = every > 1 ? Math.floor(Date.now() / 86400000) % every : 0;
  for (const [all, ending] of [[markup, 'svg'], [xml, 'svg'], [style, 'svg'], [images, 'svg'], [cost, 'svg'], [bundles, 'zip']])
    for (const [name, content] of all()) if (name.includes(part) && n++ % every === 0) yield [`${name}.${ending}`, Buffer.from(made(content))];
}

function judge(result, source, dir) {
  if (result.rc !== 0) return result.refused && result.refusal ? [] : ['it is neither refused with a sentence nor accepted'];
  const out = result.again ? [] : ['cleaning it again gives other bytes'];
  const cleaned = path.join(dir, `${result.name}.clean.svg`);
  const layers = fs.readdirSync(dir).filter((f) => f.startsWith(`${result.name}.art`));
  out.push(...(result.name.endsWith('.zip') ? checkOut(cleaned) : harms(fs.readFileSync(cleaned))));
  for (const f of layers) out.push(...harms(fs.readFileSync(path.join(dir, f)), { art: true }).map((h) => `artwork: ${h}`));
  return result.name.endsWith('.zip') ? out : [...out, ...untold(source, result.notes)];
}

// Cleans and judges some; after tells what to do with the directory of results before it goes.
function tryBatch(batch, after) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-variants-'));
  const bad = [];
  const files = batch.map(([name, content]) => {
    const file = path.join(dir, name);
    fs.writeFileSync(file, content);
    return file;
  });
  const out = path.join(dir, 'out');
  fs.mkdirSync(out);
  const { died, results } = clean(files, out);
  if (died) bad.push({ name: batch[results.length]?.[0], faults: [`the cleaner died: ${died}`] });
  for (const [i, r] of results.entries()) {
    const found = judge(r, batch[i][1], out);
    if (found.length) bad.push({ name: batch[i][0], faults: found });
  }
  after?.(out, results, batch);
  fs.rmSync(dir, { recursive: true, force: true });
  return { bad, accepted: results.filter((r) => r.rc === 0).length };
}

/** [{name, faults}] of the variants that have any; how many there were, and how many were accepted. */
export function tryVariants(options = {}) {
  const found = { bad: [], count: 0, accepted: 0 };
  let batch = [];
  const flush = () => {
    const { bad, accepted } = tryBatch(batch, options.after);
    found.bad.push(...bad);
    found.count += batch.length;
    found.accepted += accepted;
    batch = [];
  };
  for (const v of variants(options)) if (batch.push(v) === AT_ONCE) flush();
  if (batch.length) flush();
  return found;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { bad, count, accepted } = tryVariants({ every: Number(process.argv[2] ?? 1), part: process.argv[3] });
  for (const b of bad) console.log(`${b.name}: ${b.faults.join('; ')}`);
  console.log(`${count} variants, ${accepted} accepted, ${bad.length} not as they must be`);
  process.exit(bad.length || count === 0 ? 1 : 0);
}
