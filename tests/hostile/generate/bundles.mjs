// SPDX-License-Identifier: Apache-2.0
// Attacks by bundles: archives that lie, lead out of themselves or burst, and every hostile font and picture in one.
import zlib from 'node:zlib';
import { fonts } from './fonts.mjs';
import { crc32, jpeg, made, pictures, png } from './images.mjs';

const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16LE(n & 0xffff); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n >>> 0); return b; };
const cat = (...p) => Buffer.concat(p.map((x) => Buffer.from(x)));
const drawing = (family = 'Evil', body = '') => `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><text x="9" y="50" font-size="20" font-family="${family}">aaa {{recipient.name}}</text>${body}</svg>`;

/* One entry: name and content, and what it lies about: any field of the local header (l...) or the central one (c...). */
function entry({ name, content = '', store = false, flags = 0, mode = 0o100644, made = 3, extra = '', comment = '', descriptor = false, local = {}, central = {} }, offset) {
  const raw = Buffer.from(content);
  const packed = store ? raw : zlib.deflateRawSync(raw);
  const base = { name: Buffer.from(name), flags: flags | (descriptor ? 8 : 0), method: store ? 0 : 8, crc: crc32(raw), packed: packed.length, size: raw.length, extra: Buffer.from(extra), need: 20 };
  const l = { ...base, ...(descriptor ? { crc: 0, packed: 0, size: 0 } : {}), ...local };
  const c = { ...base, offset, disk: 0, ...central };
  const tail = descriptor ? cat('PK\x07\x08', u32(base.crc), u32(base.packed), u32(base.size)) : Buffer.alloc(0);
  return {
    local: cat('PK\x03\x04', u16(l.need), u16(l.flags), u16(l.method), u32(0x21), u32(l.crc), u32(l.packed), u32(l.size), u16(Buffer.from(l.name).length), u16(l.extra.length), l.name, l.extra, packed, tail),
    central: cat('PK\x01\x02', [20, made], u16(c.need), u16(c.flags), u16(c.method), u32(0x21), u32(c.crc), u32(c.packed), u32(c.size), u16(Buffer.from(c.name).length), u16(c.extra.length), u16(comment.length), u16(c.disk), u16(0), u32(mode << 16), u32(c.offset), c.name, c.extra, comment),
  };
}
/** A ZIP of entries; end: what its last record lies about. */
export function zip(entries, { before = '', between = '', after = '', end = {}, order = (x) => x } = {}) {
  const parts = [Buffer.from(before)];
  const list = [];
  let at = parts[0].length;
  for (const e of entries) {
    const made = entry(e, at);
    parts.push(made.local);
    list.push(made.central);
    at += made.local.length;
  }
  const central = cat(...order(list));
  const count = order(list).length;
  const o = { count, total: count, len: central.length, at: at + Buffer.from(between).length, comment: Buffer.alloc(0), disk: 0, ...end };
  return cat(...parts, between, central, o.records ?? '', 'PK\x05\x06', u16(o.disk), u16(o.disk), u16(o.count), u16(o.total), u32(o.len), u32(o.at), u16(o.claimed ?? o.comment.length), o.comment, after);
}
const T = { name: 'template.svg', content: drawing() };
const one = (e, options) => zip([T, e], options);
const P = png();

const names = ['../x.png', '..\\x.png', '/etc/passwd', '//x/y.png', 'C:\\x.png', 'C:x.png', 'c:/x.png', '\\\\host\\x.png', 'images/../x.png', 'images/./x.png', 'images//x.png', './images/x.png', 'images\\x.png', 'images/..', 'images/...', 'images/x.png/', 'images/ x.png', 'images/x.png ', 'images/x.png.', 'images/.', '.', '..', '', '/', '~/x', '~root/x', '$HOME/x', '%2e%2e/x.png', 'images/%2e%2e%2fx.png', 'images/x\0.png', 'images/x\n.png', 'images/x\x1b[2J.png', 'images/\u202egnp.exe', 'images/x\u200b.png', 'images/\uff0e\uff0e\uff0fx.png', 'images/\u2025/x.png', 'images/x\u2215y.png', 'images/CON.png', 'images/nul', 'aux.png', 'images/COM1.png', 'images/x:stream.png', 'images/<b>.png', 'images/"x".png', "images/'x'.png", 'images/&x.png', 'images/*.png', 'images/?.png', 'images/|x.png', 'images/-rf.png', '-rf', 'images/`id`.png', 'images/$(id).png', 'images/;x.png', 'images/{{recipient.name}}.png', 'a'.repeat(300), 'a/'.repeat(90), `images/${'a/'.repeat(50)}x.png`, 'images/x.svg', 'images/x.html', 'images/x.png.html', 'images/x.PNG', 'IMAGES/x.png', 'template.svgz', 'TEMPLATE.SVG', 'template.svg ', 'template.svg/x', 'fonts/x.woff2', 'META-INF/MANIFEST.MF', '.git/config', '__MACOSX/._x', 'images/Thumbs.db', 'images/.htaccess', 'images/\u00e9.png', 'images/\u{1f600}.png', 'images/\ud800.png'];
const doubles = [['template.svg', 'template.svg'], ['images/a.png', 'images/a.png'], ['images/a.png', 'images/A.png'], ['images/a.png', 'IMAGES/a.png'], ['images/\u00e9.png', 'images/e\u0301.png'], ['images/\u00e9.png', 'images/\u00c9.png'], ['images/\u00df.png', 'images/ss.png'], ['images/\ufb01.png', 'images/fi.png'], ['images/\u212b.png', 'images/\u00e5.png'], ['images/K.png', 'images/\u212a.png'], ['images/i.png', 'images/\u0131.png'], ['images/I.png', 'images/\u0130.png'], ['images/\uff41.png', 'images/a.png'], ['images/\u03c3.png', 'images/\u03c2.png'], ['images', 'images/a.png'], ['images/', 'images/a.png'], ['template.svg/', 'template.svg'], ['template.svg', 'a/template.svg'], ['a/template.svg', 'b/template.svg'], ['fonts/a.ttf', 'fonts/A.TTF'], ['template.json', 'Template.json'], ['images/a.png', './images/a.png'], ['images/a.png', 'images//a.png'], ['images/\uac00.png', 'images/\u1100\u1161.png']];

export function* bundles() {
  yield ['good-plain', () => zip([T, { name: 'images/a.png', content: P }])];
  for (const [i, name] of names.entries()) {
    yield [`name-${i}`, () => one({ name, content: P })];
    yield [`name-first-${i}`, () => zip([{ name, content: P }, T])];
    yield [`name-central-${i}`, () => one({ name: 'images/a.png', content: P, central: { name: Buffer.from(name) } })];
    yield [`name-local-${i}`, () => one({ name: 'images/a.png', content: P, local: { name: Buffer.from(name) } })];
    yield [`name-unicode-extra-${i}`, () => one({ name: 'images/a.png', content: P, extra: cat(u16(0x7075), u16(5 + Buffer.from(name).length), [1], u32(crc32(Buffer.from('images/a.png'))), name) })];
  }
  yield ['name-latin1', () => one({ name: Buffer.from([0x69, 0x2f, 0xe9, 0x2e]), content: P })];
  yield ['name-overlong', () => one({ name: Buffer.from([0x69, 0xc0, 0xaf, 0x78]), content: P })];
  for (const [i, [a, b]] of doubles.entries()) yield [`double-${i}`, () => zip([...(a.includes('template.svg') ? [] : [T]), { name: a, content: a.endsWith('svg') ? drawing() : P }, { name: b, content: b.endsWith('svg') ? drawing() : P }])];
  for (const [m, mode] of Object.entries({ link: 0o120777, fifo: 0o010644, character: 0o020644, block: 0o060644, socket: 0o140644, setuid: 0o104755, odd: 0o150000, folder: 0o040755, none: 0 }))
    for (const made of [0, 3, 10, 19]) {
      yield [`mode-${m}-${made}`, () => one({ name: 'images/a.png', content: m === 'link' ? '/etc/passwd' : P, mode, made })];
      yield [`mode-template-${m}-${made}`, () => zip([{ ...T, mode, made }])];
    }
  const lies = { crc: 1, 'size-0': 0, 'size-less': 5, 'size-more': 1e6, 'size-max': 0xffffffff };
  for (const where of ['local', 'central'])
    for (const [l, v] of Object.entries(lies)) {
      const field = l === 'crc' ? { crc: v } : { size: v };
      for (const store of [false, true]) {
        yield [`lie-${where}-${l}-${store}`, () => one({ name: 'images/a.png', content: P, store, [where]: field })];
        yield [`lie-both-${where}-${l}-${store}`, () => one({ name: 'images/a.png', content: P, store, local: field, central: field })];
        yield [`lie-packed-${where}-${l}-${store}`, () => one({ name: 'images/a.png', content: P, store, [where]: { packed: v } })];
        yield [`lie-template-${where}-${l}-${store}`, () => zip([{ ...T, store, [where]: field }])];
      }
    }
  for (const method of [1, 2, 6, 9, 12, 14, 93, 95, 96, 97, 98, 99, 0xffff]) yield [`method-${method}`, () => one({ name: 'images/a.png', content: P, local: { method }, central: { method } })];
  yield ['method-differs', () => one({ name: 'images/a.png', content: P, local: { method: 0 } })];
  for (const flag of [1, 0x20, 0x40, 0x800, 0x2000, 0x41, 0x4000, 0xffff]) {
    yield [`flag-${flag}`, () => one({ name: 'images/a.png', content: P, flags: flag })];
    yield [`flag-local-${flag}`, () => one({ name: 'images/a.png', content: P, local: { flags: flag } })];
    yield [`flag-central-${flag}`, () => one({ name: 'images/a.png', content: P, central: { flags: flag } })];
  }
  yield ['aes', () => one({ name: 'images/a.png', content: P, flags: 1, extra: cat(u16(0x9901), u16(7), u16(2), 'AE', [3], u16(8)), local: { method: 99 }, central: { method: 99 } })];
  for (const store of [false, true]) yield [`good-descriptor-${store}`, () => zip([{ ...T, descriptor: true, store }])];
  yield ['descriptor-claimed', () => one({ name: 'images/a.png', content: P, flags: 8 })];
  const zip64 = (...n) => cat(u16(1), u16(8 * n.length), ...n.flatMap((x) => [u32(x), u32(0)]));
  yield ['zip64-sizes', () => one({ name: 'images/a.png', content: P, extra: zip64(P.length, P.length), local: { size: 0xffffffff, packed: 0xffffffff }, central: { size: 0xffffffff, packed: 0xffffffff } })];
  yield ['zip64-huge', () => one({ name: 'images/a.png', content: P, central: { size: 0xffffffff, packed: 0xffffffff, extra: cat(u16(1), u16(16), Buffer.alloc(16, 255)) } })];
  yield ['zip64-none', () => one({ name: 'images/a.png', content: P, central: { size: 0xffffffff } })];
  yield ['zip64-short', () => one({ name: 'images/a.png', content: P, central: { size: 0xffffffff, extra: cat(u16(1), u16(2), [1, 2]) } })];
  yield ['zip64-end', () => zip([T], { end: { count: 0xffff, total: 0xffff, at: 0xffffffff, records: cat('PK\x06\x06', u32(44), u32(0), Buffer.alloc(44, 255), 'PK\x06\x07', u32(0), u32(0), u32(0), u32(1)) } })];
  for (const extra of [cat(u16(0x5455), u16(0xffff)), Buffer.alloc(3), Buffer.alloc(60000, 1), cat(u16(0x7075), u16(1), [9]), cat(u16(0x000d), u16(0))]) yield [`extra-${extra.length}-${extra[0]}`, () => one({ name: 'images/a.png', content: P, extra })];
  yield ['central-need', () => one({ name: 'images/a.png', content: P, central: { need: 99 }, local: { need: 99 } })];
  yield ['central-disk', () => one({ name: 'images/a.png', content: P, central: { disk: 7 } })];
  yield ['overlap-same', () => one({ name: 'images/a.png', content: P, central: { offset: 0 } })];
  for (const n of [3, 100, 400]) {
    // All entries' data is one and the same local entry.
    yield [`overlap-${n}`, () => zip([T, { name: 'images/0.png', content: P }], { order: (l) => [...l, ...Array.from({ length: n }, (_, i) => { const c = Buffer.from(l[1]); c.write(`${i % 10}`, 46 + 7, 'latin1'); return c; })] })];
  }
  for (const [k, v] of Object.entries({ prefix: { before: 'MZ\x90' }, 'prefix-script': { before: '#!/bin/sh\n' }, 'prefix-png': { before: P }, between: { between: 'xxxx' }, 'between-zip': { between: zip([T]) }, tail: { after: 'x' }, 'tail-zip': { after: zip([T]) }, 'tail-zeros': { after: Buffer.alloc(1000) }, comment: { end: { comment: Buffer.from('hello') } }, 'comment-zip': { end: { comment: zip([T]) } }, 'comment-short': { end: { comment: Buffer.from('hello'), claimed: 2 } }, 'comment-long': { end: { claimed: 99 } }, 'count-0': { end: { count: 0, total: 0 } }, 'count-1': { end: { count: 1, total: 1 } }, 'count-9': { end: { count: 9, total: 9 } }, 'count-total': { end: { total: 9 } }, 'count-max': { end: { count: 65535, total: 65535 } }, len: { end: { len: 5 } }, 'len-max': { end: { len: 0xffffffff } }, at: { end: { at: 5 } }, 'at-max': { end: { at: 0xffffffff } }, disk: { end: { disk: 1 } }, reversed: { order: (l) => [...l].reverse() }, hidden: { order: (l) => [l[0]], end: { count: 1, total: 1 } } }))
    yield [`archive-${k}`, () => one({ name: 'images/a.png', content: P }, v)];
  const whole = one({ name: 'images/a.png', content: P });
  for (let i = 1; i < 40; i++) yield [`cut-${i}`, whole.subarray(0, Math.floor((whole.length * i) / 40))];
  for (let i = 0; i < 120; i++) { const b = Buffer.from(whole); b[(i * 7919) % b.length] ^= 1 << (i % 8); yield [`flip-${i}`, b]; }
  yield ['empty', () => zip([])];
  yield ['no-template', () => zip([{ name: 'images/a.png', content: P }])];
  yield ['nested-zip', () => one({ name: 'inner.zip', content: zip([T]) })];
  yield ['nested-zip-image', () => one({ name: 'images/a.png', content: zip([T]) })];
  yield ['nested-template', () => zip([{ name: 'template.svg', content: zip([T]) }])];
  for (const n of [499, 500, 501, 10001, 65534]) yield [`entries-${n}`, () => zip([T, ...Array.from({ length: Math.min(n, 20000) - 1 }, (_, i) => ({ name: `x${i}`, store: true }))], n === 65534 ? { end: { count: n, total: n } } : {})];
  yield ['bomb-template', () => zip([{ name: 'template.svg', content: drawing('a', ' '.repeat(2e7)) }])];
  yield ['bomb-template-huge', () => zip([{ name: 'template.svg', content: Buffer.alloc(3e7, 32) }])];
  yield ['bomb-image', () => one({ name: 'images/a.png', content: Buffer.alloc(3e7) })];
  yield ['bomb-ignored', () => one({ name: 'readme.txt', content: Buffer.alloc(3e7) })];
  yield ['bomb-many', () => zip([T, ...Array.from({ length: 3 }, (_, i) => ({ name: `images/${i}.png`, content: Buffer.alloc(2.3e7) }))])];
  yield ['bomb-json', () => one({ name: 'template.json', content: `{"x-a":"${' '.repeat(1e6)}"}` })];
  const jsons = { deep: '['.repeat(60000), object: '{"a":'.repeat(9000), array: '[]', number: '1', dup: '{"language":"en","language":"de"}', nul: '{"language":"e\\u0000n"}', markup: '{"language":"<script>"}', proto: '{"__proto__":{"a":1}}', field: '{"fields":{"<x>":{}}}', surrogate: '{"language":"\\ud800"}', big: '{"fields":{"recipient.name":{"min_scale":1e999}}}', neg: '{"fields":{"recipient.name":{"frame":[-1e9,0,1,1]}}}', nan: '{"fields":{"recipient.name":{"frame":[NaN,0,1,1]}}}', lines: '{"fields":{"recipient.name":{"max_lines":1e9}}}', many: `{"fields":{${Array.from({ length: 5000 }, (_, i) => `"f${i}":{}`).join()}}}`, frame: '{"fields":{"recipient.name":{"frame":"\\"><script>"}}}', bom: '\ufeff{}', comment: '{}//', utf16: Buffer.from('{}', 'utf16le'), unknown: '{"href":"http://evil.example"}', path: '{"fields":{"../x":{}}}', empty: '' };
  for (const [k, v] of Object.entries(jsons)) yield [`json-${k}`, () => one({ name: 'template.json', content: v })];
  const hrefs = ['images/a.png', './images/a.png', 'images/../images/a.png', '../images/a.png', '/images/a.png', 'file:images/a.png', 'images/a.png#x', 'images/a.png?x', 'IMAGES/A.PNG', 'images\\a.png', 'images/%61.png', 'images/%2561.png', '%2e/images/a.png', 'template.svg', 'template.json', 'fonts/a.ttf', 'images/', 'http://evil.example/images/a.png', 'images/a.png&#0;', 'images/b.png'];
  for (const [i, href] of hrefs.entries()) yield [`href-${i}`, () => zip([{ name: 'template.svg', content: drawing('a', `<image width="9" height="9" href="${href}"/><use href="${href}"/>`) }, { name: 'images/a.png', content: P }])];
  for (const n of [199, 201, 5000]) yield [`shown-${n}`, () => zip([{ name: 'template.svg', content: drawing('a', '<image width="9" height="9" href="images/a.jpg"/>'.repeat(n)) }, { name: 'images/a.jpg', content: jpeg({ w: 600, h: 600 }) }])];
  for (const [k, v] of Object.entries(pictures))
    yield [`picture-${k}`, () => zip([{ name: 'template.svg', content: drawing('a', `<image width="90" height="90" href="images/a.${k.startsWith('jpeg') ? 'jpg' : 'png'}"/>`) }, { name: `images/a.${k.startsWith('jpeg') ? 'jpg' : 'png'}`, content: made(v) }])];
  for (const [k, v] of Object.entries(fonts())) {
    const otf = v.toString('latin1', 0, 4) === 'OTTO';
    yield [`font-${k}`, () => zip([{ name: 'template.svg', content: drawing('a') }, { name: `fonts/a.${otf ? 'otf' : 'ttf'}`, content: v }])];
  }
}
