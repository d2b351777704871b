// SPDX-License-Identifier: Apache-2.0
// Attacks by fonts: tables that lie, lead in circles or burst, made from a good font of the fuzzer's corpus.
import fs from 'node:fs';
import path from 'node:path';

const corpus = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../../fuzz/corpus/font');
const u16 = (n) => Buffer.from([n >> 8 & 255, n & 255]);
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const cat = (...p) => Buffer.concat(p.map((x) => Buffer.from(x)));
const words = (...n) => cat(...n.map(u16));

export function readFont(file) {
  const tables = {};
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const at = 12 + 16 * i;
    tables[file.toString('latin1', at, at + 4)] = Buffer.from(file.subarray(file.readUInt32BE(at + 8), file.readUInt32BE(at + 8) + file.readUInt32BE(at + 12)));
  }
  return { flavour: file.subarray(0, 4), tables };
}
export function writeFont({ flavour, tables }, { tamper = () => {} } = {}) {
  const names = Object.keys(tables).sort();
  const entries = [];
  const body = [];
  let at = 12 + 16 * names.length;
  for (const n of names) {
    const t = tables[n];
    entries.push({ n, at, len: t.length });
    body.push(t, Buffer.alloc((4 - (t.length % 4)) % 4));
    at += t.length + ((4 - (t.length % 4)) % 4);
  }
  tamper(entries);
  const power = Math.floor(Math.log2(names.length || 1));
  return cat(flavour, words(names.length, 16 << power, power, 16 * names.length - (16 << power)), ...entries.flatMap((e) => [Buffer.from(e.n, 'latin1'), u32(0), u32(e.at), u32(e.len)]), ...body);
}
const latin = () => readFont(fs.readFileSync(path.join(corpus, 'latin.ttf')));
const with_ = (change) => { const f = latin(); change(f.tables, f); return writeFont(f); };

// glyf and loca from a list of glyphs; every letter of the alphabet shows the first.
function outlines(glyphs, { count = glyphs.length } = {}) {
  return with_((t) => {
    const loca = [0];
    for (const g of glyphs) loca.push(loca.at(-1) + g.length);
    while (loca.length <= count) loca.push(loca.at(-1));
    t.glyf = cat(...glyphs, Buffer.alloc(4));
    t.loca = cat(...loca.map(u32));
    t.head.writeUInt16BE(1, 50);
    t.maxp = cat(u32(0x00010000), words(count, 65535, 65535, 65535, 65535, 2, 0, 0, 0, 0, 0, 0, 65535, 65535));
    t.hhea.writeUInt16BE(1, 34);
    t.hmtx = cat(words(500, 0), Buffer.alloc(2 * (count - 1)));
    t.cmap = cmap4(0x20, 0x7e, 0);
    for (const k of ['GSUB', 'GPOS', 'GDEF', 'kern', 'gasp', 'fpgm', 'prep', 'cvt ', 'post']) delete t[k];
  });
}
// Format 4: from..to all become glyph g.
function cmap4(from, to, g) {
  const n = to - from + 1;
  const glyphs = Array(n).fill(g);
  const sub = words(4, 16 + 16 + 2 * n, 0, 4, 4, 1, 0, to, 0xffff, 0, from, 0xffff, 0, 1, 4, 0, ...glyphs);
  return cat(words(0, 1, 3, 1), u32(12), sub);
}
const simple = (points = 3) => cat(words(1, 0, 0, 500, 500, points - 1, 0), Buffer.alloc(points, 0x37), Buffer.alloc(points, 9), Buffer.alloc(points, 9));
const even = (b) => (b.length % 2 ? cat(b, [0]) : b);
const pad4 = (b) => cat(b, Buffer.alloc((4 - (b.length % 4)) % 4));
const composite = (ids, flags = 0x0003) => cat(words(-1 & 0xffff, 0, 0, 500, 500), ...ids.map((g, i) => cat(words(flags | (i < ids.length - 1 ? 0x20 : 0), g), flags & 1 ? words(0, 0) : Buffer.alloc(2), flags & 8 ? words(0x7fff) : Buffer.alloc(0))));

const cmap = (subtable) => with_((t) => { t.cmap = cat(words(0, 1, 3, 10), u32(12), subtable); });
const format12 = (groups, claimed = groups.length, f = 12) => cat(words(f, 0), u32(16 + 12 * groups.length), u32(0), u32(claimed), ...groups.flatMap((g) => g.map(u32)));
const gsubOf = (lookups, feature = 'ccmp') => {
  // One script, one feature with all lookups in their order.
  const features = cat(words(1), feature, words(8), words(0, lookups.length, ...lookups.map((_, i) => i)));
  const scripts = cat(words(1), 'DFLT', words(8), words(4, 0), words(0, 0xffff, 1, 0));
  const offsets = []; const bodies = []; let at = 2 + 2 * lookups.length;
  for (const [type, sub] of lookups) { const l = cat(words(type, 0, 1, 8), sub); offsets.push(at); bodies.push(l); at += l.length; }
  return cat(words(1, 0, 10, 10 + scripts.length, 10 + scripts.length + features.length), scripts, features, words(lookups.length, ...offsets), ...bodies);
};
const coverage = (g) => words(1, 1, g);
const multiply = (g, k) => [2, cat(words(1, 8 + 2 + 2 * k, 1, 8), words(k, ...Array(k).fill(g)), coverage(g))];
// Chained context on one glyph that calls lookup n.
const chain = (g, n, kind = 6) => [kind, cat(words(3, 0, 1, 16, 0, 1, 0, n), coverage(g))];
const aGlyph = 3; // the letter a of latin.ttf, which has ten glyphs

/* ---- CFF by hand ---- */
function index(items) {
  if (items.length === 0) return words(0);
  const offsets = [1];
  for (const item of items) offsets.push(offsets.at(-1) + item.length);
  return cat(words(items.length), [4], ...offsets.map(u32), ...items);
}
const num = (n) => cat([29], u32(n)); // DICT operand of five bytes
const csNum = (n) => (n >= -107 && n <= 107 ? Buffer.from([n + 139]) : cat([28], u16(n)));
function cff({ glyphs, subrs = [], globals = [] }) {
  const f = readFont(fs.readFileSync(path.join(corpus, 'cff.otf')));
  const build = (charstringsAt, privateAt, privateLen) => {
    const top = cat(num(charstringsAt), [17], num(privateLen), num(privateAt), [18]);
    return cat([1, 0, 4, 4], index([Buffer.from('Evil')]), index([top]), index([]), index(globals));
  };
  const priv = subrs.length ? cat(num(6), [19]) : Buffer.alloc(0);
  const headLen = build(0, 0, 0).length;
  const charstrings = index(glyphs);
  const whole = cat(build(headLen, headLen + charstrings.length, priv.length), charstrings, priv, subrs.length ? index(subrs) : Buffer.alloc(0));
  f.tables['CFF '] = whole;
  f.tables.maxp = cat(u32(0x00005000), words(glyphs.length));
  f.tables.hhea.writeUInt16BE(1, 34);
  f.tables.hmtx = cat(words(500, 0), Buffer.alloc(2 * (glyphs.length - 1)));
  f.tables.cmap = cmap4(0x20, 0x7e, glyphs.length > 1 ? 1 : 0);
  for (const k of ['GSUB', 'GPOS', 'GDEF', 'kern', 'VORG']) delete f.tables[k];
  return writeFont(f);
}
const call = (n, bias = 107) => cat(csNum(n - bias), [10]);
const gcall = (n, bias = 107) => cat(csNum(n - bias), [29]);
const end = Buffer.from([14]);
const draw = cat(csNum(1), csNum(1), [21], csNum(9), csNum(9), [5]);

// Two glyphs and two DICTs, each with subroutines; select: FDSelect.
function cid(select, { glyphs = [end, cat(call(0), end)], dicts = 2 } = {}) {
  const f = readFont(cff({ glyphs }));
  const charstrings = index(glyphs);
  const priv = cat(num(6), [19]);
  const local = index([cat(draw, [11])]);
  const build = (at) => {
    const selectAt = at + charstrings.length;
    const privAt = selectAt + select.length;
    const arrayAt = privAt + priv.length + local.length;
    const top = cat(num(0), num(0), num(0), [12, 30], num(at), [17], [30, 0x1a, 0x2f], [12, 8], num(arrayAt), [12, 36], num(selectAt), [12, 37]);
    const array = index(Array(dicts).fill(cat(num(priv.length), num(privAt), [18])));
    return [cat([1, 0, 4, 4], index([Buffer.from('Evil')]), index([top]), index([Buffer.from('Adobe')]), index([])), cat(charstrings, select, priv, local, array)];
  };
  f.tables['CFF '] = cat(...build(build(0)[0].length));
  return writeFont(f);
}

/** Fonts by name; good-... must come through. */
export function fonts() {
  const name = (records) => with_((t) => { t.name = cat(words(0, records.length, 6 + 12 * records.length), ...records.map((r) => words(3, 1, 0x409, ...r)), Buffer.alloc(64, 0x41)); });
  return {
    'good-latin': writeFont(latin()), 'good-simple': outlines([pad4(simple())]), 'good-composite': outlines([pad4(composite([1, 1])), pad4(composite([2])), pad4(simple())]), 'good-cff': cff({ glyphs: [end, cat(draw, end)] }),
    'good-cid-bytes': cid(Buffer.from([0, 0, 1])), 'good-cid-ranges': cid(cat([3], words(2, 0), [0], words(1), [1], words(2))), 'cid-select-short': cid(Buffer.from([3, 0, 0])), 'cid-select-back': cid(cat([3], words(2, 0), [0], words(0), [1], words(2))), 'cid-select-few': cid(cat([3], words(1, 0), [0], words(1))), 'cid-select-odd': cid(Buffer.from([9, 0, 1])), 'cid-dict-missing': cid(Buffer.from([0, 0, 7])), 'cid-dicts-none': cid(Buffer.from([0, 0, 1]), { dicts: 0 }), 'cff-foreseen': cff({ glyphs: [end, cat(csNum(1), csNum(2), [12, 10, 10], end)], subrs: [Buffer.from([11])] }), 'cff-roll': cff({ glyphs: [end, cat(csNum(1), csNum(2), [12, 27], csNum(-900), csNum(300), [247, 9, 251, 9, 255, 0, 0, 0, 0], [12, 30, 12, 99, 1], csNum(1), csNum(2), [19, 0, 3, 18, 23, 20, 0], [12, 18, 28], end)] }),
    'composite-self': outlines([pad4(composite([0]))]), 'composite-pair': outlines([pad4(composite([1])), pad4(composite([0]))]), 'composite-ring': outlines(Array.from({ length: 50 }, (_, i) => pad4(composite([(i + 1) % 50])))), 'composite-bomb': outlines([...Array.from({ length: 40 }, (_, i) => pad4(composite([i + 1, i + 1]))), pad4(simple())]), 'composite-bomb-wide': outlines([...Array.from({ length: 4 }, (_, i) => pad4(composite(Array(500).fill(i + 1)))), pad4(simple())]), 'composite-wide': outlines([pad4(composite(Array(60000).fill(1))), pad4(simple(100))]), 'composite-deep': outlines([...Array.from({ length: 5000 }, (_, i) => pad4(composite([i + 1]))), pad4(simple())]), 'composite-outside': outlines([pad4(composite([60000]))]), 'composite-points': outlines([pad4(composite([1, 1], 0x0001)), pad4(simple())]), 'composite-endless': outlines([cat(words(0xffff, 0, 0, 9, 9), ...Array(9).fill(words(0x0023, 1, 0, 0)), Buffer.alloc(2)), pad4(simple())]), 'composite-scaled': outlines([...Array.from({ length: 30 }, (_, i) => pad4(composite([i + 1], 0x000b))), pad4(simple())]), 'composite-empty-bomb': outlines([...Array.from({ length: 30 }, (_, i) => pad4(composite([i + 1, i + 1, i + 1]))), Buffer.alloc(0)]),
    'glyf-contours': outlines([pad4(cat(words(0x7fff, 0, 0, 9, 9), Buffer.alloc(64, 255)))]), 'glyf-points': outlines([pad4(cat(words(1, 0, 0, 9, 9, 0xfffe, 0), Buffer.from([0x3f, 255])))]), 'glyf-decreasing': outlines([pad4(cat(words(2, 0, 0, 9, 9, 5, 3, 0), Buffer.alloc(40, 0x37)))]), 'glyf-repeat': outlines([pad4(cat(words(1, 0, 0, 9, 9, 0x7ffe, 0), ...Array(128).fill(Buffer.from([0x39, 255]))))]), 'glyf-instructions': outlines([pad4(cat(words(1, 0, 0, 9, 9, 2, 60000), Buffer.alloc(60000, 0x1c), Buffer.alloc(9, 0x37)))]), 'glyf-short': outlines([Buffer.alloc(4, 1)]), 'glyf-minus': outlines([pad4(words(0x8000, 0, 0, 9, 9))]), 'glyf-bbox': outlines([pad4(cat(words(1, 0x8000, 0x8000, 0x7fff, 0x7fff, 2, 0), Buffer.alloc(9, 0)))]), 'glyf-overlap': with_((t) => { t.loca.fill(0); }), 'loca-back': with_((t) => { t.loca.fill(255, 4, 8); }), 'loca-short': with_((t) => { t.loca = t.loca.subarray(0, 8); }), 'loca-format': with_((t) => { t.head.writeUInt16BE(t.head.readUInt16BE(50) ^ 1, 50); }),
    'maxp-glyphs': with_((t) => { t.maxp.writeUInt16BE(65535, 4); }), 'maxp-zero': with_((t) => { t.maxp.writeUInt16BE(0, 4); }), 'maxp-depth': with_((t) => { t.maxp.writeUInt16BE(65535, 30); }), 'maxp-points': with_((t) => { t.maxp.fill(255, 6); }), 'maxp-05': with_((t) => { t.maxp = cat(u32(0x00005000), t.maxp.subarray(4, 6)); }), 'maxp-2': with_((t) => { t.maxp.writeUInt32BE(0x00020000, 0); }), 'maxp-few': with_((t) => { t.maxp.writeUInt16BE(1, 4); }), 'head-units': with_((t) => { t.head.writeUInt16BE(1, 18); }), 'head-units-max': with_((t) => { t.head.writeUInt16BE(16384, 18); }), 'head-bbox': with_((t) => { t.head.fill(0x80, 36, 44); }), 'head-magic': with_((t) => { t.head.writeUInt32BE(1, 12); }), 'hhea-metrics': with_((t) => { t.hhea.writeUInt16BE(65535, 34); }), 'hhea-zero': with_((t) => { t.hhea.writeUInt16BE(0, 34); }), 'hhea-ascent': with_((t) => { t.hhea.writeInt16BE(32767, 4); t.hhea.writeInt16BE(-32768, 6); t.hhea.writeInt16BE(32767, 8); }), 'hhea-zeros': with_((t) => { t.hhea.fill(0, 4, 10); }), 'hmtx-huge': with_((t) => { t.hmtx.fill(255); }), 'hmtx-short': with_((t) => { t.hmtx = t.hmtx.subarray(0, 5); }), 'os2-short': with_((t) => { t['OS/2'] = Buffer.alloc(3); }), 'os2-ones': with_((t) => { t['OS/2'].fill(255); }), 'os2-restricted': with_((t) => { t['OS/2'].writeUInt16BE(2, 8); }), 'post-names': with_((t) => { t.post = cat(u32(0x00020000), Buffer.alloc(28), u16(65535), Buffer.alloc(9, 255)); }), 'post-4': with_((t) => { t.post = cat(u32(0x00040000), Buffer.alloc(28)); }), 'vhea': with_((t) => { t.vhea = Buffer.alloc(36, 255); t.vmtx = Buffer.alloc(4); }),
    'cmap-all': cmap(format12([[0, 0x10ffff, 1]])), 'cmap-beyond': cmap(format12([[0, 0xffffffff, 1]])), 'cmap-claims': cmap(format12([[65, 90, 1]], 0xffffffff)), 'cmap-back': cmap(format12([[90, 65, 1]])), 'cmap-overlap': cmap(format12([[65, 70, 1], [65, 70, 2], [60, 66, 3]])), 'cmap-many': cmap(format12(Array.from({ length: 20000 }, (_, i) => [i * 50, i * 50 + 9, 1]))), 'cmap-13': cmap(format12([[0, 0x10ffff, 1]], 1, 13)), 'cmap-8': cmap(cat(words(8, 0), u32(8300), u32(0), Buffer.alloc(8192, 255), u32(0xffffffff), Buffer.alloc(92))), 'cmap-10': cmap(cat(words(10, 0), u32(20), u32(0), u32(0), u32(0xffffffff))), 'cmap-14': with_((t) => { t.cmap = cat(t.cmap, []); const c = cat(words(0, 2, 0, 5), u32(20), words(3, 1), u32(20 + 21), words(14), u32(21), u32(0xffffffff), Buffer.alloc(11), cmap4(0x20, 0x7e, 1).subarray(12)); t.cmap = c; }), 'cmap-4-odd': with_((t) => { t.cmap = cat(words(0, 1, 3, 1), u32(12), words(4, 24, 0, 3, 0, 0, 0, 0xffff, 0, 0xffff, 1, 0)); }), 'cmap-4-ranges': with_((t) => { t.cmap = cat(words(0, 1, 3, 1), u32(12), words(4, 32, 0, 4, 4, 1, 0, 0x7e, 0xffff, 0, 0x20, 0xffff, 0, 1, 0xfffe, 0)); }), 'cmap-2': cmap(cat(words(2, 600, 0), Buffer.alloc(594, 255))), 'cmap-6': cmap(words(6, 10, 0, 0x20, 0xffff)), 'cmap-0': cmap(cat(words(0, 262, 0), Buffer.alloc(256, 255))), 'cmap-99': cmap(words(99, 6, 0)), 'cmap-self': with_((t) => { t.cmap = cat(words(0, 1, 3, 1), u32(0)); }), 'cmap-none': with_((t) => { t.cmap = words(0, 0); }), 'cmap-shared': with_((t) => { t.cmap = cat(words(0, 60), ...Array.from({ length: 60 }, (_, i) => cat(words(3, i), u32(4 + 480))), cmap4(0x20, 0x7e, 1).subarray(12)); }),
    'gsub-multiply': with_((t) => { t.GSUB = gsubOf(Array.from({ length: 30 }, () => multiply(aGlyph, 50))); }), 'gsub-empty': with_((t) => { t.GSUB = gsubOf([[2, cat(words(1, 10, 1, 8), words(0), coverage(aGlyph))]]); }), 'gsub-chain-self': with_((t) => { t.GSUB = gsubOf([chain(aGlyph, 0)]); }), 'gsub-chain-ring': with_((t) => { t.GSUB = gsubOf(Array.from({ length: 60 }, (_, i) => chain(aGlyph, (i + 1) % 60))); }), 'gpos-chain-ring': with_((t) => { t.GPOS = gsubOf(Array.from({ length: 60 }, (_, i) => chain(aGlyph, (i + 1) % 60, 8)), 'kern'); }), 'gsub-chain-multiply': with_((t) => { t.GSUB = gsubOf([chain(aGlyph, 1), multiply(aGlyph, 200), ...Array.from({ length: 200 }, () => chain(aGlyph, 1))]); }), 'gsub-kind': with_((t) => { t.GSUB = gsubOf([[9, words(1, 0)]]); }), 'gsub-version': with_((t) => { t.GSUB = words(2, 0, 0, 0, 0); }), 'gsub-feature': with_((t) => { t.GSUB = gsubOf([chain(aGlyph, 0)]); t.GSUB.writeUInt16BE(7, 42); }), 'gsub-lookup-cut': with_((t) => { t.GSUB = gsubOf([[1, Buffer.alloc(0)]]); t.GSUB = t.GSUB.subarray(0, -4); }), 'gsub-script-cut': with_((t) => { t.GSUB = words(1, 0, 10, 0, 0, 1, 0, 0, 60); }), 'gsub-feature-cut': with_((t) => { t.GSUB = words(1, 0, 0, 10, 0, 1, 0, 0, 60); }), 'gsub-outside': with_((t) => { t.GSUB = words(1, 0, 60000, 60000, 60000); }), 'gsub-extension-self': with_((t) => { t.GSUB = gsubOf([[7, cat(words(1, 7), u32(0))]]); }), 'gsub-ones': with_((t) => { t.GSUB = cat(words(1, 0, 10, 10, 10), Buffer.alloc(6000, 255)); }), 'gsub-zeros': with_((t) => { t.GSUB = cat(words(1, 0, 10, 10, 10), Buffer.alloc(6000)); }), 'gpos-ones': with_((t) => { t.GPOS = cat(words(1, 0, 10, 10, 10), Buffer.alloc(6000, 255)); }), 'gdef-ones': with_((t) => { t.GDEF = Buffer.alloc(600, 255); }), 'base-ones': with_((t) => { t.BASE = Buffer.alloc(600, 255); }), 'kern-lies': with_((t) => { t.kern = words(0, 9, 0, 65535, 1, 65535, 0, 0, 0); }), 'kern-many': with_((t) => { t.kern = cat(words(0, 60000), Buffer.alloc(6000)); }), 'kern-state': with_((t) => { t.kern = cat(u32(0x00010000), u32(1), u32(40), words(1, 0), Buffer.alloc(32, 1)); }),
    'name-many': name(Array.from({ length: 5000 }, () => [1, 60, 0])), 'name-outside': name([[1, 65535, 65535]]), 'name-overlap': name([[1, 60, 0], [4, 60, 1], [16, 62, 2]]), 'name-markup': with_((t) => { const s = Buffer.from("</style><script>'\"", 'utf16le').swap16(); t.name = cat(words(0, 1, 18, 3, 1, 0x409, 1, s.length, 0), s); }), 'name-ctl': with_((t) => { const s = words(0x202e, 0x0000, 0xd800, 0xffff); t.name = cat(words(0, 1, 18, 3, 1, 0x409, 1, s.length, 0), s); }), 'name-none': with_((t) => { delete t.name; }), 'name-count': with_((t) => { t.name = words(0, 65535, 6); }), 'name-1': with_((t) => { t.name = words(1, 0, 6, 65535); }),
    'svg-table': with_((t) => { t['SVG '] = cat(words(0), u32(10), u32(0), '<svg onload="1"/>'); }), colr: with_((t) => { t.COLR = Buffer.alloc(99, 255); t.CPAL = Buffer.alloc(99, 255); }), sbix: with_((t) => { t.sbix = Buffer.alloc(99, 255); }), cbdt: with_((t) => { t.CBDT = Buffer.alloc(99, 255); t.CBLC = Buffer.alloc(99, 255); }), ebdt: with_((t) => { t.EBDT = Buffer.alloc(99); t.EBLC = Buffer.alloc(99); }), variable: with_((t) => { t.fvar = Buffer.alloc(99, 255); t.gvar = Buffer.alloc(99, 255); t.avar = Buffer.alloc(9, 255); t.HVAR = Buffer.alloc(99, 255); }), cff2: with_((t) => { t.CFF2 = Buffer.alloc(99, 255); }), morx: with_((t) => { t.morx = Buffer.alloc(999, 255); t.kerx = Buffer.alloc(99, 255); t.feat = Buffer.alloc(99, 255); }), programs: with_((t) => { t.fpgm = Buffer.alloc(60000, 0x1c); t.prep = Buffer.alloc(60000, 0x1c); t['cvt '] = Buffer.alloc(9); }), graphite: with_((t) => { t.Silf = Buffer.alloc(999, 255); t.Glat = Buffer.alloc(9); }), math: with_((t) => { t.MATH = Buffer.alloc(99, 255); }), dsig: with_((t) => { t.DSIG = Buffer.alloc(99); }), odd: with_((t) => { t['<\0\n>'] = Buffer.alloc(9); }), both: with_((t) => { t['CFF '] = Buffer.alloc(99, 255); }),
    'flavour-otto': with_((t, f) => { f.flavour = Buffer.from('OTTO'); }), 'flavour-typ1': with_((t, f) => { f.flavour = Buffer.from('typ1'); }), 'flavour-true': with_((t, f) => { f.flavour = Buffer.from('true'); }), ttc: cat('ttcf', u32(0x00010000), u32(2), u32(20), u32(20), writeFont(latin())), 'ttc-self': cat('ttcf', u32(0x00010000), u32(0xffffffff), u32(0)), woff: cat('wOFF', u32(0x00010000), Buffer.alloc(99)), woff2: cat('wOF2', u32(0x00010000), Buffer.alloc(99)), eot: Buffer.alloc(99, 1), pfb: cat([0x80, 1], Buffer.alloc(99)), dfont: Buffer.alloc(300), bdf: Buffer.from('STARTFONT 2.1\n'), svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><font/></svg>'), empty: Buffer.alloc(0), truncated: writeFont(latin()).subarray(0, 2000), overlap: writeFont(latin(), { tamper: (e) => { for (const x of e) x.at = e[0].at; } }), outside: writeFont(latin(), { tamper: (e) => { e[2].at = 0xfffffff0; } }), 'length-wrap': writeFont(latin(), { tamper: (e) => { e[2].len = 0xfffffff0; } }), unaligned: writeFont(latin(), { tamper: (e) => { e[3].at += 1; } }), unsorted: writeFont(latin(), { tamper: (e) => e.reverse() }), twice: writeFont(latin(), { tamper: (e) => { e[1].n = e[0].n; } }), 'tables-many': cat(u32(0x00010000), words(65535, 0, 0, 0), Buffer.alloc(9999)), 'tables-none': cat(u32(0x00010000), words(0, 0, 0, 0)), 'in-header': writeFont(latin(), { tamper: (e) => { e[1].at = 0; } }),
    'cff-recursion': cff({ glyphs: [end, call(0)], subrs: [cat(call(0), end)] }), 'cff-ring': cff({ glyphs: [end, call(0)], subrs: [cat(call(1), end), cat(call(0), end)] }), 'cff-bomb': cff({ glyphs: [end, cat(draw, call(0), end)], subrs: [...Array.from({ length: 9 }, (_, i) => cat(...Array(100).fill(call(i + 1)), [11])), cat(csNum(1), csNum(1), [5, 11])] }), 'cff-bomb-empty': cff({ glyphs: [end, cat(draw, call(0), end)], subrs: [...Array.from({ length: 9 }, (_, i) => cat(...Array(200).fill(call(i + 1)), [11])), Buffer.from([11])] }), 'cff-global-bomb': cff({ glyphs: [end, cat(draw, gcall(0), end)], globals: [...Array.from({ length: 9 }, (_, i) => cat(...Array(200).fill(gcall(i + 1)), [11])), Buffer.from([11])] }), 'cff-outside': cff({ glyphs: [end, cat(call(999), end)], subrs: [Buffer.from([11])] }), 'cff-underflow': cff({ glyphs: [end, cat([5, 8, 24, 25, 26, 27, 30, 31], end)] }), 'cff-overflow': cff({ glyphs: [end, cat(...Array(600).fill(csNum(1)), [5], end)] }), 'cff-endless': cff({ glyphs: [end, Buffer.from([28])] }), 'cff-seac': cff({ glyphs: [end, cat(csNum(0), csNum(0), csNum(65), csNum(65), end)] }), 'cff-hints': cff({ glyphs: [end, cat(...Array(48).fill(cat(csNum(1), csNum(1))), [1], ...Array(48).fill(cat(csNum(1), csNum(1))), [3, 19], end)] }), 'cff-arithmetic': cff({ glyphs: [end, cat(...Array(9000).fill(cat(csNum(1), csNum(1), [12, 10, 12, 18])), end)] }), 'cff-flex': cff({ glyphs: [end, cat([12, 34, 12, 35, 12, 36, 12, 37], end)] }), 'cff-big': cff({ glyphs: [end, cat(draw, ...Array(15000).fill(cat(csNum(9), csNum(9), [5])), end)] }), 'cff-far': cff({ glyphs: [end, cat(draw, ...Array(200).fill(cat(csNum(32767), csNum(32767), [5])), end)] }), 'cff-ones': (() => { const f = readFont(fs.readFileSync(path.join(corpus, 'cff.otf'))); f.tables['CFF '] = cat([1, 0, 4, 4], Buffer.alloc(999, 255)); return writeFont(f); })(), 'cff-header': (() => { const f = readFont(fs.readFileSync(path.join(corpus, 'cff.otf'))); f.tables['CFF '] = Buffer.from([1, 0, 255, 4, 0, 0]); return writeFont(f); })(), 'cff-index': (() => { const f = readFont(fs.readFileSync(path.join(corpus, 'cff.otf'))); f.tables['CFF '] = cat([1, 0, 4, 4], words(65535), [4], Buffer.alloc(600, 127)); return writeFont(f); })(), 'cff-subrs-many': cff({ glyphs: [end, cat(draw, end)], subrs: Array(60000).fill(Buffer.from([11])) }),
  };
}
