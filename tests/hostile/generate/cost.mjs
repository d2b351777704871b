// SPDX-License-Identifier: Apache-2.0
// Attacks by what drawing would cost: references, sizes, filters, numbers, depth, text.
import { svg } from './markup.mjs';

const times = (n, make) => Array.from({ length: n }, (_, i) => (typeof make === 'string' ? make : make(i))).join('');
const R = '<rect width="9" height="9"/>';
// What can lead to something else: [definition of id I that leads to id J, a use of id I].
const ways = {
  use: ['<g id="I"><use href="#J"/></g>', '<use href="#I"/>'], symbol: ['<symbol id="I"><use xlink:href="#J"/></symbol>', '<use href="#I"/>'], pattern: ['<pattern id="I" width="1" height="1"><rect width="9" height="9" fill="url(#J)"/></pattern>', '<rect width="9" height="9" fill="url(#I)"/>'],
  mask: ['<mask id="I"><rect width="9" height="9" mask="url(#J)"/></mask>', '<rect width="9" height="9" mask="url(#I)"/>'], 'mask-self': ['<mask id="I" mask="url(#J)"><rect width="9" height="9"/></mask>', '<rect width="9" height="9" mask="url(#I)"/>'], clip: ['<clipPath id="I"><rect width="9" height="9" clip-path="url(#J)"/></clipPath>', '<rect width="9" height="9" clip-path="url(#I)"/>'], 'clip-self': ['<clipPath id="I" clip-path="url(#J)"><rect width="9" height="9"/></clipPath>', '<rect width="9" height="9" clip-path="url(#I)"/>'],
  marker: ['<marker id="I" markerWidth="9" markerHeight="9"><path d="M0 0h1v1" marker-mid="url(#J)" marker-end="url(#J)"/></marker>', '<path d="M0 0h9v9" marker-mid="url(#I)"/>'], 'marker-inherit': ['<g marker-start="url(#J)"><marker id="I"><path d="M0 0h1"/></marker></g>', '<path d="M0 0h9" marker-start="url(#I)"/>'], gradient: ['<linearGradient id="I" href="#J"/>', '<rect width="9" height="9" fill="url(#I)"/>'], 'pattern-href': ['<pattern id="I" href="#J"/>', '<rect width="9" height="9" fill="url(#I)"/>'], 'filter-href': ['<filter id="I" href="#J"/>', '<rect width="9" height="9" filter="url(#I)"/>'],
  'fe-image': ['<filter id="I"><feImage href="#J"/></filter>', '<rect width="9" height="9" filter="url(#I)"/>'], 'text-path': ['<path id="I" d="M0 0h9"/><text><textPath href="#J">x</textPath></text>', '<text><textPath href="#I">x</textPath></text>'], 'use-mask': ['<mask id="I"><use href="#J" mask="url(#J)"/></mask>', '<use href="#I" mask="url(#I)"/>'], 'pattern-mask': ['<pattern id="I" width="2" height="2"><rect width="9" height="9" mask="url(#J)" stroke="url(#J)"/></pattern>', '<rect width="9" height="9" fill="url(#I)"/>'], 'style-use': ['<g id="I" style="fill:url(#J);stroke:url(#J)"><rect width="1" height="1"/></g>', '<use href="#I"/>'],
  'svg-use': ['<svg id="I"><use href="#J"/></svg>', '<use href="#I"/>'], 'filter-use': ['<g id="I" filter="url(#J)"><use href="#J"/></g>', '<use href="#I"/>'], 'inherit-fill': ['<g fill="url(#J)"><pattern id="I" width="1" height="1"><rect width="9" height="9"/></pattern></g>', '<rect width="9" height="9" fill="url(#I)"/>'], 'css-mask': ['<mask id="I"><rect width="9" height="9" style="mask:url(#J)"/></mask>', '<rect width="9" height="9" style="mask:url(#I)"/>'], 'text-fill': ['<pattern id="I" width="9" height="9"><text fill="url(#J)">x</text></pattern>', '<text fill="url(#I)">x</text>'],
};
const make = (def, i, j) => def.replaceAll('#J', `#${j}`).replaceAll('"I"', `"${i}"`);
const end = (kind) => ({ pattern: '<pattern id="z" width="1" height="1">@</pattern>', mask: '<mask id="z">@</mask>', clip: '<clipPath id="z">@</clipPath>', marker: '<marker id="z">@</marker>' }[kind] ?? '<g id="z">@</g>').replace('@', R);

function* references() {
  const names = Object.keys(ways);
  for (const [a, [def, use]] of Object.entries(ways)) {
    yield [`self-${a}`, () => svg(make(def, 'a', 'a') + use.replaceAll('#I', '#a'))];
    yield [`self-undrawn-${a}`, () => svg(make(def, 'a', 'a') + R)];
    yield [`nowhere-${a}`, () => svg(make(def, 'a', 'none') + use.replaceAll('#I', '#a'))];
    yield [`root-${a}`, () => svg(make(def, 'a', 'top') + use.replaceAll('#I', '#a')).replace('<svg ', '<svg id="top" ')];
    for (const b of names) {
      yield [`pair-${a}-${b}`, () => svg(make(def, 'a', 'b') + make(ways[b][0], 'b', 'a') + use.replaceAll('#I', '#a') + ways[b][1].replaceAll('#I', '#b'))];
      yield [`three-${a}-${b}`, () => svg(make(def, 'a', 'b') + make(ways[b][0], 'b', 'c') + make(ways.use[0], 'c', 'a') + use.replaceAll('#I', '#a'))];
    }
    // Doubling at each level: 2^40 when followed.
    const twice = (i, j) => { const once = make(def, i, j); const inner = once.replace(/^<(\w+)([^>]*)>(.*)<\/\1>$/s, (m, t, at, c) => `<${t}${at}>${c}${c}</${t}>`); return inner; };
    yield [`laugh-${a}`, () => svg(times(40, (i) => twice(`n${i}`, i === 39 ? 'z' : `n${i + 1}`)) + end(a) + use.replaceAll('#I', '#n0'))];
    yield [`laugh-back-${a}`, () => svg(end(a) + times(40, (i) => twice(`n${i}`, i === 0 ? 'z' : `n${i - 1}`)) + use.replaceAll('#I', '#n39'))];
    for (const n of [300, 3000]) {
      yield [`chain-${n}-${a}`, () => svg(times(n, (i) => make(def, `n${i}`, i === n - 1 ? 'z' : `n${i + 1}`)) + end(a) + use.replaceAll('#I', '#n0'))];
      yield [`many-${n}-${a}`, () => svg(times(50, (i) => make(def, `n${i}`, 'z')) + end(a) + times(n, (i) => use.replaceAll('#I', `#n${i % 50}`)))];
    }
  }
  const vertices = `M0 0${times(3000, 'h1v1')}`;
  yield ['marker-vertices', () => svg(`<marker id="m">${times(100, R)}</marker><path d="${vertices}" marker-mid="url(#m)"/>`)];
  yield ['marker-vertices-use', () => svg(`<marker id="m">${times(20, R)}</marker><g id="a">${times(20, `<path d="M0 0${times(300, 'h1')}"/>`)}</g><g marker-mid="url(#m)">${times(20, '<use href="#a"/>')}</g>`)];
  yield ['marker-points', () => svg(`<marker id="m">${times(100, R)}</marker><polyline points="${times(3000, '1 2 ')}" style="marker:url(#m)"/>`)];
  yield ['marker-zero', () => svg(`<marker id="m">${times(99, R)}</marker><path d="M0 0${times(5000, 'z')}" marker-start="url(#m)" marker-end="url(#m)"/>`)];
  yield ['marker-context', () => svg(`<pattern id="p" width="1" height="1">${times(100, R)}</pattern><marker id="m"><rect width="9" height="9" fill="context-fill" stroke="context-stroke"/></marker><path fill="url(#p)" stroke="url(#p)" d="M0 0${times(2000, 'h1')}" marker-mid="url(#m)"/>`)];
  yield ['marker-arc', () => svg(`<marker id="m">${times(100, R)}</marker><path d="M0 0${times(2000, 'a1 1 0 1101')}" marker-mid="url(#m)"/>`)];
}

const filters = {
  blur: '<feGaussianBlur stdDeviation="@"/>', 'blur-pair': '<feGaussianBlur stdDeviation="0 @"/>', shadow: '<feDropShadow dx="@" dy="@" stdDeviation="@"/>', morph: '<feMorphology operator="dilate" radius="@"/>', turbulence: '<feTurbulence baseFrequency="@" numOctaves="@"/>', octaves: '<feTurbulence baseFrequency="0.1" numOctaves="@"/>', seed: '<feTurbulence baseFrequency="0.1" seed="@" stitchTiles="stitch"/>', offset: '<feOffset dx="@" dy="-@"/>', displace: '<feDisplacementMap in2="SourceGraphic" scale="@"/>', order: '<feConvolveMatrix order="@" kernelMatrix="1"/>', kernel: '<feConvolveMatrix order="3" kernelMatrix="@ @ @ @ @ @ @ @ @" divisor="0" kernelUnitLength="@"/>', target: '<feConvolveMatrix order="3" kernelMatrix="1 1 1 1 1 1 1 1 1" targetX="@"/>', light: '<feDiffuseLighting surfaceScale="@" diffuseConstant="@" kernelUnitLength="@"><feDistantLight azimuth="@" elevation="@"/></feDiffuseLighting>', specular: '<feSpecularLighting specularExponent="@" surfaceScale="@"><fePointLight x="@" y="@" z="@"/></feSpecularLighting>', spot: '<feSpecularLighting><feSpotLight x="@" pointsAtZ="@" limitingConeAngle="@" specularExponent="@"/></feSpecularLighting>', tile: '<feFlood x="0" y="0" width="1e-3" height="1e-3"/><feTile x="-@" y="-@" width="@" height="@"/>', flood: '<feFlood x="@" y="@" width="@" height="@"/>', matrix: '<feColorMatrix values="@ @ @"/>', table: '<feComponentTransfer><feFuncR type="table" tableValues="@ @"/><feFuncG type="gamma" exponent="@" amplitude="@"/></feComponentTransfer>', composite: '<feComposite in2="SourceGraphic" operator="arithmetic" k1="@" k2="@" k3="@" k4="@"/>', merge: `<feMerge>${times(500, '<feMergeNode in="SourceGraphic"/>')}</feMerge>`, image: '<feImage href="#r" width="@" height="@"/>', chain: times(100, '<feGaussianBlur stdDeviation="9"/>'),
};
export const numbers = ['1e999', '-1e999', 'NaN', 'nan', 'Infinity', 'inf', '1e308', '1e39', '1e38', '1e20', '1e9', '2147483648', '4294967296', '99999999999999999999', '1e6', '1000001', '65536', '-1', '0', '-0', '1e-999', '1e-320', '0.0000001', `0.${'0'.repeat(70)}1`, '9'.repeat(70), '1e', '1e+', '.', '-', '+', '--1', '0x10', '1_0', '١', '１', '1,0', '1 0', '', ' ', '1;2', '%', '50%', '1e5%', '1e6em', '99999em', '1e6mm', '1Q', '1vw', '1rem', 'auto', 'calc(1px*9)', 'var(--x)', '{{recipient.name}}', '1{{x}}'];
const sized = {
  page: '', viewbox: null, rect: '<rect x="@" y="@" width="@" height="@" rx="@"/>', circle: '<circle cx="@" cy="@" r="@"/>', ellipse: '<ellipse cx="@" rx="@" ry="@"/>', line: '<line x1="@" x2="@" y1="1" y2="@" stroke="red" stroke-width="@"/>', poly: '<polyline points="0,0 @,@ 9,9" stroke="red"/>', path: '<path d="M@ @L@ 0C1 1 @ @ 2 2" stroke="red"/>', arc: '<path d="M0 0A@ @ @ 0 1 9 9" stroke="red"/>', dash: '<path d="M0 0h90" stroke="red" stroke-dasharray="@" stroke-dashoffset="@"/>', 'dash-pair': '<path d="M0 0h90" stroke="red" stroke-dasharray="@ 1" pathLength="@"/>', transform: '<g transform="scale(@) translate(@ @) rotate(@ @ @)"><rect width="9" height="9"/></g>', matrix: '<g transform="matrix(@ @ @ @ @ @)"><rect width="9" height="9"/></g>', skew: '<g transform="skewX(@) skewY(@)"><rect width="9" height="9"/></g>', image: '<image width="@" height="@" x="@"/>', use: '<rect id="r" width="9" height="9"/><use href="#r" x="@" y="@" width="@"/>', text: '<text x="@" y="@" dx="@ @" rotate="@" font-size="@">x</text>', spacing: '<text y="9" letter-spacing="@" word-spacing="@" textLength="@">x y</text>', box: '<text data-box="@ @ @ @" data-max-width="@" data-min-scale="@" data-max-lines="@">{{recipient.name}}</text>', pattern: '<pattern id="p" x="@" width="@" height="@" patternUnits="userSpaceOnUse" viewBox="0 0 @ @"><rect width="9" height="9"/></pattern><rect width="9" height="9" fill="url(#p)"/>', tile: '<pattern id="p" width="@" height="1" patternTransform="scale(@)"><rect width="9" height="9"/></pattern><rect width="99" height="99" fill="url(#p)"/>', gradient: '<linearGradient id="g" x1="@" x2="@" gradientTransform="scale(@)"><stop offset="@" stop-opacity="@"/><stop offset="1"/></linearGradient><rect width="9" height="9" fill="url(#g)"/>', radial: '<radialGradient id="g" cx="@" fx="@" r="@" fr="@" spreadMethod="repeat"><stop offset="0"/><stop offset="1" stop-color="red"/></radialGradient><rect width="9" height="9" fill="url(#g)"/>', marker: '<marker id="m" markerWidth="@" markerHeight="@" refX="@" orient="@" viewBox="0 0 @ @"><rect width="9" height="9"/></marker><path d="M0 0h9" stroke-width="@" marker-end="url(#m)"/>', mask: '<mask id="m" x="@" y="@" width="@" height="@"><rect width="9" height="9"/></mask><rect width="9" height="9" mask="url(#m)"/>', region: '<filter id="f" x="@" y="@" width="@" height="@" filterRes="@"><feGaussianBlur stdDeviation="1"/></filter><rect width="9" height="9" filter="url(#f)"/>', 'region-user': '<filter id="f" filterUnits="userSpaceOnUse" primitiveUnits="objectBoundingBox" x="@" y="@" width="@" height="@"><feGaussianBlur stdDeviation="@"/></filter><rect width="9" height="9" filter="url(#f)"/>', nested: '<svg x="@" width="@" height="@" viewBox="0 0 @ @" preserveAspectRatio="none"><rect width="9" height="9"/></svg>', symbol: '<symbol id="s" viewBox="@ @ @ @"><rect width="9" height="9"/></symbol><use href="#s" width="@" height="@"/>', offset: '<path id="t" d="M0 0h9"/><text><textPath href="#t" startOffset="@">x</textPath></text>', miter: '<path d="M0 0h9v9" stroke="red" stroke-miterlimit="@" stroke-opacity="@"/>', qr: '<rect id="qr" x="@" width="@" height="@"/>',
};

function* weights() {
  for (const [s, body] of Object.entries(sized))
    for (const [n, number] of numbers.entries()) {
      if (s === 'page') yield [`size-page-${n}`, () => svg(R).replace('width="100" height="100"', `width="${number}" height="${number}"`)];
      else if (s === 'viewbox') yield [`size-viewbox-${n}`, () => svg(R).replace('width="100"', `viewBox="0 ${number} ${number} ${number}" width="100"`)];
      else yield [`size-${s}-${n}`, () => svg(body.replaceAll('@', () => number))];
    }
  for (const [f, body] of Object.entries(filters))
    for (const [n, number] of ['1e999', 'NaN', '1e9', '1e6', '500', '100', '20', '-1', '0', '1e-9', '15', '{{x}}'].entries())
      for (const units of ['', ' primitiveUnits="objectBoundingBox"', ' filterUnits="userSpaceOnUse" x="-1e5" y="-1e5" width="2e5" height="2e5"'])
        yield [`filter-${f}-${n}-${units.length}`, () => svg(`<filter id="f"${units}>${body.replaceAll('@', number)}</filter><rect id="r" width="99" height="99" filter="url(#f)"/>`)];
}

function* sizes() {
  for (const n of [200, 255, 256, 257, 1000, 20000])
    for (const tag of ['g', 'svg', 'a', 'switch', 'defs', 'symbol', 'text', 'tspan', 'x', 'pattern', 'mask', 'foreignObject', 'filter', 'clipPath', 'use'])
      yield [`depth-${n}-${tag}`, () => svg(`<${tag}>`.repeat(n) + R + `</${tag}>`.repeat(n))];
  for (const n of [100, 129, 1000, 50000]) {
    yield [`attributes-${n}`, () => svg(`<rect ${times(n, (i) => `a${i}="1" `)}/>`)];
    yield [`attributes-ns-${n}`, () => svg(`<rect ${times(n, (i) => `xmlns:n${i}="urn:${i}" n${i}:a="1" `)}/>`)];
    yield [`attribute-name-${n}`, () => svg(`<rect ${'a'.repeat(n)}="1"/>`)];
    yield [`element-name-${n}`, () => svg(`<${'a'.repeat(n)}/>`)];
    yield [`prefix-${n}`, () => svg(`<${'a'.repeat(n)}:rect/>`)];
    yield [`class-${n}`, () => svg(`<style>${times(Math.min(n, 1000), (i) => `.c${i}`)}{fill:red}</style><rect class="${times(n, (i) => `c${i} `)}" width="9" height="9"/>`)];
    yield [`id-${n}`, () => svg(`<rect id="${'a'.repeat(n)}" width="9" height="9"/><use href="#${'a'.repeat(n)}"/>`)];
    yield [`path-${n}`, () => svg(`<path d="M0 0${times(n, 'h1')}"/>`)];
    yield [`text-${n}`, () => svg(`<text y="9">${'x'.repeat(n)}</text>`)];
    yield [`text-marks-${n}`, () => svg(`<text y="9">a${'\u0301'.repeat(n)}</text>`)];
    yield [`text-rtl-${n}`, () => svg(`<text y="9">${times(n, '\u202ea\u2067')}</text>`)];
    yield [`text-spans-${n}`, () => svg(`<text y="9">${times(n, '<tspan>x</tspan>')}</text>`)];
    yield [`text-positions-${n}`, () => svg(`<text y="9" x="${'1 '.repeat(n)}">x</text>`)];
    yield [`text-fields-${n}`, () => svg(`<text y="9">${times(n, '{{recipient.name}}')}</text>`)];
    yield [`texts-${n}`, () => svg(times(n, '<text y="9">x</text>'))];
    yield [`fields-${n}`, () => svg(times(Math.min(n, 1000), (i) => `<text y="9">{{field.f${i}}}</text>`))];
    yield [`stops-${n}`, () => svg(`<linearGradient id="g">${times(n, '<stop offset="1"/>')}</linearGradient><rect width="9" height="9" fill="url(#g)"/>`)];
    yield [`opacity-${n}`, () => svg(times(n, '<g opacity="0.5"><rect width="99" height="99"/></g>'))];
    yield [`css-rules-${n}`, () => svg(`<style>${times(n, (i) => `.a${i} .b>rect{fill:red}`)}</style>${times(100, R)}`)];
    yield [`css-comma-${n}`, () => svg(`<style>${times(n, (i) => `.a${i},`)}rect{fill:red}</style>${R}`)];
    yield [`css-compound-${n}`, () => svg(`<style>rect${':not(.x)'.repeat(n)}{fill:red}</style>${R}`)];
    yield [`css-not-nest-${n}`, () => svg(`<style>${':not('.repeat(n)}x${')'.repeat(n)}{fill:red}</style>${R}`)];
    yield [`css-paren-${n}`, () => svg(`<style>rect{fill:${'('.repeat(n)}${')'.repeat(n)}}</style>${R}`)];
    yield [`css-brace-${n}`, () => svg(`<style>${'a{'.repeat(n)}</style>${R}`)];
    yield [`qr-${n}`, () => svg(times(n, '<rect data-qr="" width="9" height="9"/>'))];
    yield [`entity-refs-${n}`, () => svg(`<text y="9">${'&amp;#60;'.repeat(n)}</text>`)];
    yield [`namespaces-${n}`, () => svg(`<g ${times(n, (i) => `xmlns:p${i}="urn:x" `)}>${R}</g>`)];
    yield [`style-attr-${n}`, () => svg(`<rect width="9" height="9" style="${'fill:red;'.repeat(n)}"/>`)];
    yield [`transforms-${n}`, () => svg(`<g transform="${'rotate(1)'.repeat(n)}">${R}</g>`)];
    yield [`transforms-growing-${n}`, () => svg(`${'<g transform="scale(9)">'.repeat(Math.min(n, 200))}${R}${'</g>'.repeat(Math.min(n, 200))}`)];
    yield [`families-${n}`, () => svg(times(Math.min(n, 400), (i) => `<text y="9" font-family="f${i}">x</text>`))];
  }
}

export function* cost() {
  yield* references();
  yield* weights();
  yield* sizes();
}
