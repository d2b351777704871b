// SPDX-License-Identifier: Apache-2.0
// Bundles: hostile ones are refused by their own reason, good ones come out whole, as unzip and the judge see them.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';
import { clean } from './attacks.mjs';
import { harms } from './harmless.mjs';
import { checkOut } from './unzipped.mjs';

const here = path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, '../..');
const zips = fs.readdirSync(path.join(here, 'zip')).map((f) => path.join(here, 'zip', f));
const expected = new Map(fs.readFileSync(path.join(here, 'zip.expect'), 'utf8').split('\n').filter((l) => l && !l.startsWith('#'))
  .map((l) => l.match(/^(\S+) (.*)$/).slice(1)));

// A ZIP of stored entries, as many as are wanted.
function stored(entries) {
  const [body, central] = [[], []];
  let at = 0;
  for (const [name, content] of entries) {
    const [n, c] = [Buffer.from(name), Buffer.from(content)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(zlib.crc32 ? zlib.crc32(c) : 0, 10);
    common.writeUInt32LE(c.length, 14);
    common.writeUInt32LE(c.length, 18);
    common.writeUInt16LE(n.length, 22);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    body.push(Buffer.from('PK\x03\x04'), common, n, c);
    central.push(Buffer.from('PK\x01\x02\x14\x00'), common, offset, n);
    at += 30 + n.length + c.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...body, list, end]);
}

test('each bundle: refused for its own reason, or whole and harmless, and the same when cleaned again', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-zip-'));
  const { died, results } = clean(zips, dir);
  const bad = [];
  assert.equal(died, null);
  assert.equal(results.length, zips.length);
  for (const r of results) {
    const want = expected.get(r.name);
    if (!want || !(r.refusal ?? 'accepted').includes(want)) bad.push(`${r.name}: expected ${want}, found ${r.refusal ?? 'accepted'}`);
    if (r.rc !== 0) continue;
    if (!r.again) bad.push(`${r.name}: cleaning it again gives other bytes`);
    bad.push(...checkOut(path.join(dir, `${r.name}.clean.svg`)).map((s) => `${r.name}: ${s}`));
    for (const f of fs.readdirSync(dir).filter((n) => n.startsWith(`${r.name}.art`)))
      bad.push(...harms(fs.readFileSync(path.join(dir, f)), { art: true }).map((s) => `${f}: ${s}`));
  }
  fs.rmSync(dir, { recursive: true });
  assert.deepEqual(bad, []);
});

test('ten thousand entries', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-zip-'));
  const svg = ['template.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'];
  const many = path.join(dir, 'many.zip');
  const few = path.join(dir, 'few.zip');
  fs.writeFileSync(many, stored([svg, ...Array.from({ length: 10000 }, (_, i) => [`images/${i}.png`, ''])]));
  fs.writeFileSync(few, stored([svg]));
  const { results } = clean([many, few], dir);
  assert.match(results[0].refusal, /10001 entries/);
  if (zlib.crc32) assert.equal(results[1].rc, 0, results[1].refusal);
  fs.rmSync(dir, { recursive: true });
});

test('certfill template clean takes a bundle, confined, and says what it thinks of a bad one', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-zip-'));
  const run = (name, out) => spawnSync(path.join(root, 'build/certfill'), ['template', 'clean', path.join(here, 'zip', name), '-o', out]);
  const [once, twice] = [path.join(dir, 'once.zip'), path.join(dir, 'twice.zip')];
  assert.equal(run('good-01-whole.zip', once).status, 0);
  assert.deepEqual(checkOut(once), []);
  assert.equal(spawnSync(path.join(root, 'build/certfill'), ['template', 'clean', once, '-o', twice]).status, 0);
  assert.ok(fs.readFileSync(once).equals(fs.readFileSync(twice)));
  for (const name of ['slip-01.zip', 'link-01.zip', 'bomb-03-zeros.zip', 'font-18-overlap.zip', 'lie-03-crc.zip']) {
    const r = run(name, twice);
    assert.equal(r.status, 4, name);
    assert.match(r.stderr.toString(), /is refused: .{20}/);
  }
  fs.rmSync(dir, { recursive: true });
});
