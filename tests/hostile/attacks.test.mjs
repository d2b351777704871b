// SPDX-License-Identifier: Apache-2.0
// Every attack is refused with a sentence or harmless afterwards, as parsers that are not ours see it.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { readExpected, tryAll } from './attacks.mjs';
import { harms } from './harmless.mjs';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');

test('every attack: refused or harmless, told, the same when cleaned again', () => {
  const { bad, files } = tryAll();
  assert.deepEqual(bad, []);
  assert.ok(files.length >= 600, `${files.length} attacks`);
});

test('every class has ten attacks or more', () => {
  const count = new Map();
  for (const name of readExpected().keys()) {
    const cls = name.replace(/^(ref-[a-z]+|[a-z]+)-.*/, '$1');
    count.set(cls, (count.get(cls) ?? 0) + 1);
  }
  for (const cls of ['script', 'handler', 'foreign', 'html', 'xxe', 'entity', 'ref-use', 'ref-pattern', 'ref-mask', 'ref-marker',
    'ref-clip', 'depth', 'size', 'dimension', 'filter', 'url', 'data', 'css', 'pi', 'cdata', 'animation', 'ns', 'xmlattr',
    'mutation', 'encoding', 'malformed', 'image', 'placeholder', 'leftover', 'id', 'number', 'text'])
    assert.ok((count.get(cls) ?? 0) >= 10, `${cls}: ${count.get(cls)}`);
});

test('the judge knows harm when it sees it', () => {
  const svg = (body) => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${body}</svg>`);
  assert.deepEqual(harms(svg('<rect id="a" width="9" height="9" fill="#ff0000"/>')), []);
  for (const body of ['<script/>', '<rect onclick="a"/>', '<image href="http://x/"/>', '<image href="#a"/>', '<rect fill="url(http://x)"/>',
    '<rect fill="url(#none)"/>', '<rect width="1e9"/>', '<a/>', '<rect id="a b"/>', '<!-- x -->', '<?x?>', '<style>a{}</style>',
    '<rect xml:base="x"/>', '<rect style="fill:url(x)"/>', '<g xmlns="urn:x"/>', '<rect id="a"/><rect id="a"/>', '<text font-family="a;b"/>',
    '<use href="data:image/png;base64,AA=="/>', '<g id="a"><use href="#a"/></g>', '<rect clip-path="circle(1px)"/>', '<g>text</g>'])
    assert.notDeepEqual(harms(svg(body)), [], body);
});

test('what is left of each attack can be drawn within bounds', { timeout: 600000 }, () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-drawn-'));
  const files = fs.readdirSync(path.join(root, 'tests/hostile/svg')).map((f) => path.join(root, 'tests/hostile/svg', f));
  spawnSync(path.join(root, 'build/tools/clean_svg'), [dir, ...files], { maxBuffer: 1 << 28 });
  const bad = [];
  for (const f of fs.readdirSync(dir)) {
    // Twenty seconds of one core and 3 GB: what the compile worker would be given, and more.
    const r = spawnSync('bash', ['-c', 'ulimit -t 20 -v 3000000; exec rsvg-convert -u "$0"', path.join(dir, f)], { maxBuffer: 1 << 28, encoding: 'buffer' });
    if (r.status !== 0) bad.push(`${f}: ${r.signal ?? r.status} ${r.stderr}`);
  }
  fs.rmSync(dir, { recursive: true });
  assert.deepEqual(bad, []);
});
