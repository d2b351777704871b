// SPDX-License-Identifier: Apache-2.0
// Inputs of hostile size, made here: each gets a sentence and exit 4, or its row is refused and the batch goes on. No
// worker dies of them, and the largest process of the tree stays within a bound.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { certfillPath, csvCell, run, smallCohort, temporary } from './lib.mjs';

const MIB = 1 << 20;
// The largest resident set of any process below, in MiB, comes on the last line of stderr.
const watch = `import resource,subprocess,sys
r=subprocess.run(sys.argv[1:])
sys.stderr.write('\\nPEAK %d\\n' % (resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss//1024))
sys.exit(r.returncode)`;
function certfill(args, peak = 400) {
  const r = run('python3', ['-c', watch, certfillPath, '--json', ...args]);
  r.lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
  r.peak = Number(r.stderr.match(/PEAK (\d+)/)[1]);
  assert.ok(r.peak < peak, `${args.join(' ')}: ${r.peak} MiB`);
  assert.doesNotMatch(r.stderr, /is gone|signal|SIG[A-Z]+|used up|forbidden/, 'no worker died');
  return r;
}
const told = (r) => JSON.parse(r.stderr.split('\n').find((l) => l.startsWith('{'))).message;
const svg = (body) => `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="800" height="600">\n<rect width="800" height="600" fill="#fff"/>\n${body}\n</svg>`;

test('values of ten thousand characters: the row is refused, the batch goes on', (t) => {
  const dir = temporary(t), n = 10000;
  const values = ['cum laude', 'a'.repeat(n), 'ab '.repeat(n / 4), 'e' + '\u0301\u0323'.repeat(n / 2 - 1), 'م'.repeat(n / 2), 'క్ష'.repeat(n / 12), '\u200b'.repeat(n / 4), 'a'.repeat(n + 1), 'x'.repeat(1 << 20), '(' .repeat(n), 'rite'];
  const f = smallCohort(dir, values.length);
  const rows = fs.readFileSync(f.cohort, 'utf8').trim().split('\n').map((l, i) => `${l},${i === 0 ? 'field.honors' : csvCell(values[i - 1])}`);
  fs.writeFileSync(f.cohort, rows.join('\n') + '\n');
  fs.writeFileSync(path.join(dir, 't.svg'), svg('<text x="400" y="100" text-anchor="middle" font-size="30">{{recipient.name}}</text><text x="20" y="200" font-size="20" data-max-width="700" data-max-lines="20" data-min-scale=".2">{{field.honors}}</text>'));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--template', path.join(dir, 't.svg'), '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out')]);
  assert.equal(r.status, 3, r.stderr);
  const summary = r.lines.findLast((l) => l.message_type === 'summary');
  const bad = new Map(r.lines.filter((l) => l.message_type === 'problem' && !l.warning).map((l) => [l.record, l.message]));
  for (const record of [1, 11]) assert.equal(bad.has(record), false, 'the others are issued');
  for (const record of [2, 8, 9]) assert.ok(bad.get(record)?.length > 10, `record ${record} is refused in a sentence`);
  assert.equal(summary.issued + bad.size, values.length, JSON.stringify([...bad]));
  assert.equal(summary.failed, 0, 'what does not fit is known before anything is signed');
  assert.ok(fs.existsSync(path.join(dir, 'out/s-11/certificate.pdf')));
});

test('templates of five hundred fields and texts', (t) => {
  const dir = temporary(t);
  const fields = (n, same) => svg(Array.from({ length: n }, (_, i) => `<text x="${(i % 20) * 40}" y="${20 + Math.floor(i / 20) * 20}" font-size="8" data-max-width="38">{{field.f${same ? i % same : i}}}</text>`).join('\n'));
  const draw = (name, text) => {
    fs.writeFileSync(path.join(dir, `${name}.svg`), text);
    return certfill(['template', 'preview', path.join(dir, `${name}.svg`), '-o', path.join(dir, `${name}.png`)]);
  };
  const many = draw('many', fields(500));
  assert.equal(many.status, 4, many.stderr);
  assert.match(told(many), /200/);
  const most = draw('most', fields(500, 200));
  assert.equal(most.status, 0, most.stderr);
  const over = draw('over', fields(501, 10));
  assert.equal(over.status, 4, over.stderr);
  assert.match(told(over), /500/);
});

test('a bundle of a hundred megabytes, as a file, as a folder, as what it unpacks to', (t) => {
  const dir = temporary(t);
  // Sparse: the disk never sees them.
  const sparse = (file, begin) => { fs.writeFileSync(file, begin); fs.truncateSync(file, 100 * MIB); return file; };
  const zip = certfill(['template', 'lint', sparse(path.join(dir, 'a.zip'), 'PK\x03\x04')]);
  assert.equal(zip.status, 4, zip.stderr);
  assert.match(told(zip), /at most|too|larger|bytes/);
  const text = certfill(['template', 'lint', sparse(path.join(dir, 'a.svg'), '<svg>')]);
  assert.equal(text.status, 4, text.stderr);
  const folder = path.join(dir, 'b');
  fs.mkdirSync(path.join(folder, 'images'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'template.svg'), svg('<image href="images/a.png" width="9" height="9"/>'));
  sparse(path.join(folder, 'images/a.png'), '\x89PNG');
  const packed = certfill(['template', 'lint', folder]);
  assert.equal(packed.status, 4, packed.stderr);
  assert.match(told(packed), /a\.png|bundle/);
  const bomb = path.join(dir, 'bomb.zip');
  const made = run('python3', ['-c', 'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED)\nz.writestr("template.svg",sys.argv[2])\nz.writestr("images/a.png",b"\\0"*(100<<20))\nz.close()', bomb, svg('<image href="images/a.png" width="9" height="9"/>')]);
  assert.equal(made.status, 0, made.stderr);
  assert.ok(fs.statSync(bomb).size < MIB);
  const unpacked = certfill(['template', 'lint', bomb]);
  assert.equal(unpacked.status, 4, unpacked.stderr);
  assert.match(told(unpacked), /a\.png/);
});

// claimed: what its header says; its data are as if it had the height told.
const png = (width, height, claimed = height) => run('python3', ['-c', `import struct,zlib,sys
w,h=${width},${height}
c=lambda t,d: struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))
z=zlib.compressobj(1); row=b'\\0'+b'\\x20\\x60\\xa0'*w; d=b''.join(z.compress(row) for _ in range(h))+z.flush()
sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n'+c(b'IHDR',struct.pack('>IIBBBBB',w,${claimed},8,2,0,0,0))+c(b'IDAT',d)+c(b'IEND',b''))`]).bytes;

test('pictures of one pixel and of forty million', (t) => {
  const dir = temporary(t);
  const draw = (name, picture, peak) => {
    const file = path.join(dir, `${name}.svg`);
    fs.writeFileSync(file, svg(`<image x="10" y="10" width="700" height="500" preserveAspectRatio="none" xlink:href="data:image/png;base64,${picture.toString('base64')}"/><text x="20" y="590" font-size="20">{{recipient.name}}</text>`));
    return certfill(['template', 'preview', file, '-o', path.join(dir, `${name}.png`)], peak);
  };
  const one = draw('one', png(1, 1));
  assert.equal(one.status, 0, one.stderr);
  // As many as a template may have, but a PDF would carry all of them.
  const most = draw('most', png(8000, 5000), 1000);
  assert.equal(most.status, 4, most.stderr);
  assert.match(told(most), /too many pixels; 300 to the inch are enough/);
  for (const [name, picture] of [['over', png(8000, 1, 5001)], ['wide', png(16385, 1)]]) {
    const r = draw(name, picture);
    // A picture that is refused is left out of the drawing or refuses it: a sentence either way.
    assert.equal(r.status, 4, r.stderr);
    assert.match(told(r), /line 3: .*(40000000|16384|pixels)/);
  }
});

// ---- fonts ----

const font = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
function tables(b) {
  const out = new Map();
  for (let i = 0; i < b.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    out.set(b.toString('latin1', at, at + 4), { at, offset: b.readUInt32BE(at + 8), len: b.readUInt32BE(at + 12) });
  }
  return out;
}
const breaks = {
  truncated: (b) => b.subarray(0, b.length / 3),
  'table beyond the end': (b, d) => b.writeUInt32BE(0x7fffffff, d.get('glyf').at + 8),
  'table of four gigabytes': (b, d) => b.writeUInt32BE(0xffffffff, d.get('glyf').at + 12),
  '65,535 tables': (b) => b.writeUInt16BE(0xffff, 4),
  'one table twice': (b, d) => b.write('glyf', d.get('loca').at, 'latin1'),
  'no units': (b, d) => b.writeUInt16BE(0, d.get('head').offset + 18),
  '65,535 glyphs': (b, d) => b.writeUInt16BE(0xffff, d.get('maxp').offset + 4),
  'places of glyphs at random': (b, d) => { const l = d.get('loca'); for (let i = 0; i + 4 <= l.len; i += 4) b.writeUInt32BE(((i * 2654435761) ^ 0xdeadbeef) >>> 0, l.offset + i); },
  'glyphs of ones': (b, d) => b.fill(0xff, d.get('glyf').offset, d.get('glyf').offset + d.get('glyf').len),
  'character map of ones': (b, d) => b.fill(0xff, d.get('cmap').offset + 4, d.get('cmap').offset + d.get('cmap').len),
  'widths cut to nothing': (b, d) => b.writeUInt32BE(2, d.get('hmtx').at + 12),
  'substitutions of ones': (b, d) => d.has('GSUB') && b.fill(0xff, d.get('GSUB').offset + 10, d.get('GSUB').offset + d.get('GSUB').len),
};

test('fonts with broken tables are refused in a sentence, or draw what they can', (t) => {
  const dir = temporary(t), whole = fs.readFileSync(font);
  const at = path.join(dir, 'b');
  fs.mkdirSync(path.join(at, 'fonts'), { recursive: true });
  fs.writeFileSync(path.join(at, 'template.svg'), svg('<text x="20" y="100" font-family="DejaVu Sans" font-size="30">{{recipient.name}}</text>'));
  const outcome = {};
  for (const [name, damage] of [['none', () => {}], ...Object.entries(breaks)]) {
    let b = Buffer.from(whole);
    b = damage(b, tables(b))?.length ? damage(b, tables(b)) : b;
    fs.writeFileSync(path.join(at, 'fonts/DejaVuSans.ttf'), b);
    const r = certfill(['template', 'preview', at, '-o', path.join(dir, 'x.pdf')]);
    outcome[name] = r.status;
    assert.ok(r.status === 0 || r.status === 4, `${name}: ${r.stderr}`);
    if (r.status === 4) assert.match(told(r), /DejaVuSans\.ttf|cannot be drawn/, name);
    else assert.equal(run('qpdf', ['--check', path.join(dir, 'x.pdf')]).status, 0, name);
  }
  assert.equal(outcome.none, 0, 'the whole font is taken');
  for (const name of ['truncated', 'table beyond the end', '65,535 tables', 'no units']) assert.equal(outcome[name], 4, name);
});
