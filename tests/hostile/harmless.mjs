// SPDX-License-Identifier: Apache-2.0
// What a cleaned template may hold, written down without a look at the cleaner's tables, and read with other
// people's parsers: saxes for XML, css-tree for values. Returns what is wrong as sentences.
import { createRequire } from 'node:module';
import zlib from 'node:zlib';

const require = createRequire(new URL('../interop/package.json', import.meta.url));
const { SaxesParser } = require('saxes');
const csstree = require('css-tree');

const SVG = 'http://www.w3.org/2000/svg';
const words = (s) => new Set(s.trim().split(/\s+/));

const elements = words(`svg g defs symbol use title desc path rect circle ellipse line polyline polygon image text tspan
  textPath linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
  feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDropShadow feFlood
  feGaussianBlur feMerge feMorphology feOffset feSpecularLighting feTile feTurbulence feFuncR feFuncG feFuncB feFuncA
  feMergeNode feDistantLight fePointLight feSpotLight`);
// Attributes that hold names or text; everything else is numbers and keywords of the list below.
const named = words('id href in in2 result data-qr data-frame-for xml:lang font-family style');
const numeric = words(`width height viewBox x y dx dy rotate rx ry cx cy r fx fy fr x1 y1 x2 y2 points transform
  gradientTransform offset patternTransform markerWidth markerHeight refX refY startOffset values tableValues slope
  intercept amplitude exponent radius k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY surfaceScale
  diffuseConstant specularConstant specularExponent azimuth elevation z pointsAtX pointsAtY pointsAtZ limitingConeAngle
  scale stdDeviation baseFrequency numOctaves seed data-box data-max-width data-min-scale data-max-lines opacity
  fill-opacity stroke-opacity stroke-width stroke-miterlimit stroke-dasharray stroke-dashoffset stop-opacity
  flood-opacity font-size font-weight letter-spacing word-spacing orient baseline-shift`);
const keyword = words(`preserveAspectRatio gradientUnits spreadMethod patternUnits patternContentUnits clipPathUnits
  maskUnits maskContentUnits markerUnits method filterUnits primitiveUnits mode type operator edgeMode preserveAlpha
  xChannelSelector yChannelSelector stitchTiles data-fit data-align data-tag xml:space display visibility fill-rule
  stroke-linecap stroke-linejoin clip-rule overflow color-interpolation color-interpolation-filters shape-rendering
  text-rendering image-rendering paint-order vector-effect font-style font-variant font-stretch text-anchor
  text-decoration direction unicode-bidi writing-mode dominant-baseline`);
const colours = words('color stop-color flood-color lighting-color');
const paints = words('fill stroke');
const references = words('clip-path mask marker-start marker-mid marker-end');
const styleOnly = words('mix-blend-mode isolation mask-type line-height white-space text-align');

const RGBA = /^(#[0-9a-f]{6}|rgba\(\d{1,3}, \d{1,3}, \d{1,3}, [\d.e-]{1,12}\)|currentColor|inherit)$/;
const NUMBERS = /^[-+\d.,eE\s%()a-zA-Z]*$/;
const UNITS = words('px pt pc mm cm in em ex rem e E matrix translate scale rotate skewX skewY normal inherit none auto ' +
  'start reverse auto-start-reverse sub super baseline medium small large smaller larger bold bolder lighter xx x');
const ID = /^[^\s"'<>&(){}\[\];:,/\\#@!$%*+?`|~^\u0000-\u001f\u007f-\u00a0\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]{1,128}$/u;
const KEYWORD = /^[A-Za-z][A-Za-z0-9-]*( [A-Za-z][A-Za-z-]*)*$/;

const reference = (v) => /^url\(#([^)]*)\)$/.exec(v)?.[1];

// No address, however a style parser reads it, but of this document.
function checkCss(name, value, at, say) {
  let ast;
  try {
    ast = csstree.parse(value, { context: 'value', onParseError: (e) => say(`${at} ${name}: css-tree: ${e.message}`) });
  } catch (e) {
    say(`${at} ${name}: css-tree: ${e.message}`);
    return;
  }
  csstree.walk(ast, (node) => {
    if (node.type === 'Url' && !node.value.startsWith('#')) say(`${at} ${name} refers to ${node.value}`);
    if (node.type === 'Raw' && !/^#/.test(node.value)) say(`${at} ${name} holds what is no CSS: ${node.value}`);
    if (node.type === 'Function' && !['rgba', 'rgb', 'url'].includes(node.name.toLowerCase()) && !numeric.has(name))
      say(`${at} ${name} calls ${node.name}()`);
  });
}

// PNG: nothing but the picture, right checksums, and as many bytes of pixels as the header says.
function checkPng(b, say) {
  const types = [];
  const idat = [];
  let head;
  let at = 8;
  while (at + 12 <= b.length) {
    const n = b.readUInt32BE(at);
    const type = b.toString('latin1', at + 4, at + 8);
    const body = b.subarray(at + 8, at + 8 + n);
    types.push(type);
    if (zlib.crc32 && zlib.crc32(b.subarray(at + 4, at + 8 + n)) !== b.readUInt32BE(at + 8 + n)) say(`PNG: ${type} has a wrong CRC`);
    if (type === 'IHDR') head = body;
    if (type === 'IDAT') idat.push(body);
    at += 12 + n;
  }
  if (at !== b.length || types.at(-1) !== 'IEND') say('PNG: bytes after its end');
  const odd = types.filter((t) => !['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'sRGB', 'gAMA', 'cHRM'].includes(t));
  if (odd.length) say(`PNG: chunks ${odd}`);
  const [w, h, depth, type] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]];
  if (w * h > 40e6 || w > 16384 || h > 16384 || w * h === 0) say(`PNG: ${w} x ${h}`);
  if (head[12] !== 0) say('PNG: interlaced');
  const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[type];
  const want = h * (1 + Math.ceil((w * samples * depth) / 8));
  if (zlib.inflateSync(Buffer.concat(idat)).length !== want) say('PNG: not as many pixels as it says');
  return [w, h];
}

// JPEG: no comment, no application data but JFIF's and Adobe's own marker, one frame.
function checkJpeg(b, say) {
  let size;
  let at = 2;
  while (b[at] === 0xff && b[at + 1] !== 0xd9) {
    const marker = b[at + 1];
    const n = b.readUInt16BE(at + 2);
    if ((marker >= 0xe0 && marker <= 0xef && marker !== 0xe0 && marker !== 0xee) || marker === 0xfe) say(`JPEG: marker ${marker.toString(16)}`);
    if ((marker === 0xe0 && n !== 16) || (marker === 0xee && n !== 14)) say(`JPEG: application data of ${n} bytes`);
    if ([0xc0, 0xc1, 0xc2].includes(marker)) {
      if (size) say('JPEG: two frames');
      size = [b.readUInt16BE(at + 7), b.readUInt16BE(at + 5)];
    }
    at += 2 + n;
    if (marker === 0xda) while (at + 1 < b.length && !(b[at] === 0xff && b[at + 1] !== 0 && (b[at + 1] & 0xf8) !== 0xd0)) at++;
  }
  if (b[at + 1] !== 0xd9 || at + 2 !== b.length) say('JPEG: bytes after its end');
  if (!size || size[0] * size[1] > 40e6) say(`JPEG: ${size}`);
  return size ?? [0, 0];
}

export function checkImage(b, say) {
  if (b.length > 8 && b.readUInt32BE(0) === 0x89504e47) return checkPng(b, say);
  if (b[0] === 0xff && b[1] === 0xd8) return checkJpeg(b, say);
  say('an image of no known kind');
  return [0, 0];
}

function checkHref(element, value, state, say) {
  if (element === 'image' && state.bundled.has(value)) return;
  if (value.startsWith('#')) {
    if (element === 'image') say(`image refers to ${value}`);
    if (!ID.test(value.slice(1))) say(`href ${value}`);
    state.refs.push([element, 'href', value.slice(1)]);
    return;
  }
  const m = /^data:image\/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})$/.exec(value);
  if (element !== 'image' || !m) {
    say(`${element} refers to ${value.slice(0, 60)}`);
    return;
  }
  const b = Buffer.from(m[2], 'base64');
  if (b.toString('base64') !== m[2]) say('base64 is not in its one form');
  if ((m[1] === 'png') !== (b[0] === 0x89)) say(`${m[1]} is another kind of image`);
  const [w, h] = checkImage(b, say);
  state.pixels += w * h;
  state.images++;
}

function checkNumbers(name, value, at, say) {
  if (!NUMBERS.test(value)) say(`${at} ${name}="${value.slice(0, 60)}"`);
  for (const w of value.match(/[A-Za-z]+(-[A-Za-z]+)*/g) ?? [])
    if (!UNITS.has(w) && !UNITS.has(w.toLowerCase()) && !/^(xx?-)?(small|large)$/.test(w)) say(`${at} ${name} holds the word ${w}`);
  for (const n of value.match(/[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/g) ?? [])
    if (!(Math.abs(Number(n)) <= 1e6)) say(`${at} ${name} holds the number ${n.slice(0, 40)}`);
}

function checkPaint(name, value, at, state, say) {
  const m = /^url\(#([^)]+)\)(?: (.+))?$/.exec(value);
  if (m) state.refs.push([at, name, m[1]]);
  const rest = m ? m[2] : value;
  if (rest !== undefined && !RGBA.test(rest) && !['none', 'context-fill', 'context-stroke'].includes(rest)) say(`${at} ${name}="${value.slice(0, 80)}"`);
  checkCss(name, value, at, say);
}

// none, url(#id), or functions of a few numbers; at most one address, and it is of this document.
function checkFilter(element, value, at, state, say) {
  const parts = value.match(/[a-z-]+\((?:[^()]|rgba\([^()]*\))*\)/g) ?? [];
  const urls = parts.filter((p) => p.startsWith('url('));
  if (value === 'none' || value === 'inherit') return;
  if (parts.join(' ') !== value || parts.length > 20 || urls.length > 1) say(`${at} filter="${value.slice(0, 80)}"`);
  for (const p of parts) {
    const [, f, args] = /^([a-z-]+)\((.*)\)$/.exec(p);
    const colour = args.replace(/^(\S+ \S+(?: [^ r#c]\S*)?) /, '');
    if (f === 'url') {
      if (!reference(p)) say(`${at} filter refers to ${p}`);
      else state.refs.push([element, 'filter', reference(p)]);
    } else if (f === 'drop-shadow') {
      if (colour !== args && !RGBA.test(colour)) say(`${at} filter calls ${p}`);
      checkNumbers('filter', colour !== args ? args.slice(0, -colour.length) : args, at, say);
    } else if (!/^(blur|hue-rotate|brightness|contrast|grayscale|invert|opacity|saturate|sepia)$/.test(f) || args.includes(' ')) say(`${at} filter calls ${p}`);
    else checkNumbers('filter', args.replace(/deg$/, ''), at, say);
  }
}

function checkAttribute(element, name, value, state, say) {
  const at = `<${element}>`;
  if (name === 'href') checkHref(element, value, state, say);
  else if (name === 'd') {
    if (!/^[MmZzLlHhVvCcSsQqTtAa\d\s.,eE+-]*$/.test(value)) say(`${at} d="${value.slice(0, 60)}"`);
  } else if (name === 'xml:lang') {
    if (!/^[A-Za-z0-9-]{0,35}$/.test(value)) say(`${at} xml:lang="${value}"`);
  } else if (name === 'font-family') {
    if (!/^(inherit|(([a-z-]+|'[^'"\\<>&{};:,()@/\u0000-\u001f\u007f]{1,100}')(, |$))+)$/u.test(value)) say(`${at} font-family="${value}"`);
    checkCss(name, value, at, say);
  } else if (name === 'style') {
    for (const d of value.split(';')) {
      const [p, v, ...rest] = d.split(':');
      if (!styleOnly.has(p) || rest.length || !/^[-+a-z0-9.% ]+$/i.test(v ?? '')) say(`${at} style="${value}"`);
    }
  } else if (['id', 'data-qr', 'data-frame-for', 'in', 'in2', 'result'].includes(name)) {
    if (!(value === '' && name.startsWith('data-')) && !ID.test(value)) say(`${at} ${name}=${JSON.stringify(value)}`);
    if (name === 'id') state.ids.set(value, (state.ids.get(value) ?? 0) + 1);
  } else if (paints.has(name)) checkPaint(name, value, at, state, say);
  else if (colours.has(name)) {
    if (!RGBA.test(value)) say(`${at} ${name}="${value}"`);
  } else if (name === 'filter') checkFilter(element, value, at, state, say);
  else if (references.has(name)) {
    if (value !== 'none' && value !== 'inherit') {
      if (!reference(value)) say(`${at} ${name}="${value.slice(0, 80)}"`);
      else state.refs.push([element, name, reference(value)]);
    }
    checkCss(name, value, at, say);
  } else if (numeric.has(name)) checkNumbers(name, value, at, say);
  else if (keyword.has(name)) {
    if (!KEYWORD.test(value)) say(`${at} ${name}="${value.slice(0, 60)}"`);
  } else say(`${at} has the attribute ${name}`);
}

const targets = { 'clip-path': 'clipPath', mask: 'mask', filter: 'filter', 'marker-start': 'marker', 'marker-mid': 'marker', 'marker-end': 'marker' };
const undrawn = words('defs symbol linearGradient radialGradient pattern clipPath mask marker filter title desc');

// Follows every reference as a renderer would: no circle, and no more than 200,000 things drawn.
function checkCost(state, say) {
  const memo = new Map();
  const open = new Set();
  const visit = (n, depth) => {
    if (memo.has(n)) return memo.get(n);
    if (open.has(n)) {
      say(`<${n.name}> leads back to itself`);
      return 0;
    }
    if (depth > 1200) return 0;
    open.add(n);
    let cost = 1;
    for (const c of n.children) if (!undrawn.has(c.name)) cost += visit(c, depth + 1);
    for (const r of n.refs) {
      const to = state.nodes.get(r);
      if (to) cost += visit(to, depth + 1);
    }
    open.delete(n);
    memo.set(n, cost);
    return cost;
  };
  const cost = visit(state.root, 0);
  if (cost > 200000) say(`draws ${cost} things`);
}

/** Sentences about what is not harmless in a cleaned SVG; none when all is well. */
export function harms(bytes, options = {}) {
  try {
    return judge(bytes, options);
  } catch (e) {
    return [`it cannot even be read: ${e.message}`];
  }
}

function judge(bytes, { art = false, images = new Set() } = {}) {
  const out = [];
  const say = (s) => out.length < 20 && out.push(s);
  const text = bytes.toString('utf8');
  const state = { bundled: images, ids: new Map(), refs: [], pixels: 0, images: 0, nodes: new Map(), root: null };
  const stack = [];
  let count = 0;
  if (!Buffer.from(text, 'utf8').equals(bytes)) say('not UTF-8');
  if (/<[!?]/.test(text)) say('a declaration, comment, section or instruction');
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) say('a control character');
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('error', (e) => say(`XML: ${e.message}`));
  for (const event of ['comment', 'processinginstruction', 'doctype', 'cdata', 'xmldecl']) parser.on(event, () => say(`an XML ${event}`));
  parser.on('text', (t) => {
    const at = stack.at(-1)?.name;
    if (t.trim() && !['text', 'tspan', 'textPath', 'title', 'desc'].includes(at)) say(`text in <${at}>`);
  });
  parser.on('opentag', (tag) => {
    const node = { name: tag.name, children: [], refs: [] };
    count++;
    if (tag.uri !== SVG || tag.prefix !== '') say(`<${tag.name}> of ${tag.uri}`);
    if (!elements.has(tag.local)) say(`<${tag.local}> is left`);
    if (stack.length === 0) state.root = node;
    else stack.at(-1).children.push(node);
    stack.push(node);
    if (stack.length > 257) say('too deep');
    for (const a of Object.values(tag.attributes)) {
      if (a.name === 'xmlns' && stack.length === 1 && a.value === SVG) continue;
      if (a.prefix === 'xmlns' || a.name === 'xmlns') say(`a namespace ${a.value}`);
      else if (a.prefix && a.prefix !== 'xml') say(`the prefix ${a.prefix}`);
      else {
        const before = state.refs.length;
        checkAttribute(tag.local, a.name, a.value, state, say);
        for (const r of state.refs.slice(before)) node.refs.push(r[2]);
        if (a.name === 'id' && !state.nodes.has(a.value)) state.nodes.set(a.value, node);
      }
    }
  });
  parser.on('closetag', () => stack.pop());
  parser.write(text).close();
  for (const [id, n] of state.ids) if (n > 1) say(`the id ${id} ${n} times`);
  for (const [element, name, id] of state.refs) {
    const to = state.nodes.get(id);
    // The artwork has lost the objects that text and codes were made of.
    if (!to && !art) say(`${element} ${name} refers to nothing: #${id}`);
    if (to && targets[name] && to.name !== targets[name]) say(`${element} ${name} refers to <${to.name}>`);
  }
  if (count > 20000) say(`${count} elements`);
  if (state.pixels > 100e6 || state.images > 200) say(`${state.images} images of ${state.pixels} pixels`);
  if (out.length === 0) checkCost(state, say);
  return out;
}
