// SPDX-License-Identifier: Apache-2.0
// Attacks that are large and dull: written when they are needed, not kept.
import fs from 'node:fs';
import path from 'node:path';

const svg = (body) => `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">\n${body}\n</svg>\n`;
const times = (n, make) => Array.from({ length: n }, (_, i) => (typeof make === 'string' ? make : make(i))).join('');
const R = '<rect width="9" height="9"/>';

const bodies = {
  'css-declarations': `<style>rect{${times(21000, 'fill:red;')}}</style>${R}`,
  'css-matches': `<style>${times(1990, (i) => `.c${i},.d${i}{fill:red}`)}</style>${times(12000, '<g/>')}`,
  'css-ancestors': `<style>${times(500, 'x rect{fill:red}')}</style>${'<g>'.repeat(240)}${times(10000, '<rect width="1" height="1"/>')}${'</g>'.repeat(240)}`,
  'css-escapes': `<style>rect{fill:${times(60000, '\\72')}}</style>${R}`,
  'css-family': `<text x="1" y="9" font-family="${times(50000, 'a,')}b">a</text>`,
  'text-million': `<text x="1" y="9">${times(400000, 'x ')}</text>`,
  'text-escapes': `<text x="1" y="9">${times(100000, '&quot;&gt;')}</text>`,
  'text-together': times(60, (i) => `<text x="1" y="${i}">${times(4000, 'y')}</text>`),
  'text-positions': `<text x="${times(60000, '1 ')}" y="9">{{recipient.name}}</text>`,
  'text-braces': `<text x="1" y="9">${times(2400, '{{')}</text>`,
  'mask-layers': `<mask id="m"><rect width="99" height="99" fill="#fff"/></mask>${times(3100, '<rect width="9" height="9" mask="url(#m)"/>')}`,
  'blend-layers': times(3100, '<rect width="9" height="9" style="mix-blend-mode:screen"/>'),
  'use-chain': `${times(3000, (i) => `<use id="u${i}" href="#u${i + 1}"/>`)}<rect id="u3000" width="1" height="1"/>`,
  'use-chain-reversed': `<rect id="u0" width="1" height="1"/>${times(3000, (i) => `<use id="u${i + 1}" href="#u${i}"/>`)}`,
  'points-used': `<path id="a0" transform="scale(.00001)" d="M0 0${'h1h-1'.repeat(6000)}"/>${times(4, (i) => `<g id="a${i + 1}">${times(10, `<use href="#a${i}"/>`)}</g>`)}`,
  'use-lost-chain': times(300, (i) => `<use id="u${i}" href="#u${i + 1}"/>`),
  'filter-table': `<filter id="f"><feComponentTransfer><feFuncR type="table" tableValues="${times(60000, '1 ')}"/></feComponentTransfer></filter><rect width="9" height="9" filter="url(#f)"/>`,
  'filter-chain': `<filter id="f">${times(2100, (i) => `<feBlend in="r${i}" in2="r${i}" result="r${i + 1}"/>`)}</filter><rect width="9" height="9" filter="url(#f)"/>`,
  'filter-merge': `<filter id="f"><feMerge>${times(3000, '<feMergeNode in="SourceGraphic"/>')}</feMerge></filter><rect width="9" height="9" filter="url(#f)"/>`,
  'filter-objects': `<filter id="f"><feOffset dx="1"/></filter>${times(410, '<rect width="9" height="9" filter="url(#f)"/>')}`,
  'ids-many': times(5000, (i) => `<rect id="${'x'.repeat(100)}${i}" width="1" height="1"/>`),
  'ids-equal': times(3000, '<rect id="a" width="1" height="1"/>'),
  'elements-21000': times(21000, '<g/>'),
  'elements-19000': times(19000, '<rect width="1" height="1"/>'),
  'stops-18000': `<linearGradient id="a">${times(18000, '<stop offset="0.5" stop-color="red"/>')}</linearGradient><rect width="9" height="9" fill="url(#a)"/>`,
  'attribute-300k': `<path d="M0 0${times(80000, 'L1 1')}"/>`,
  'path-200k': `<path d="M0 0${times(50000, 'L1 1')}" stroke="red" stroke-dasharray="0.02"/>`,
  'comment-1m': `<!--${'x'.repeat(1e6)}-->${R}`,
  'space-900k': `${' '.repeat(9e5)}${R}`,
  'unclosed': '<g>'.repeat(100000),
  'over-2m': `<!--${'y'.repeat(2 * 1024 * 1024)}-->`,
  'base64-1m': `<image width="9" height="9" href="data:image/png;base64,${'A'.repeat(1e6)}"/>${R}`,
  'data-jpeg-scans': `<image width="9" height="9" href="data:image/jpeg;base64,${Buffer.concat([Buffer.from('ffd8ffc2001108000800080301110002110003110 0'.replace(' ', ''), 'hex'), ...Array(500).fill(Buffer.from('ffda000c03010002000300003f00', 'hex')), Buffer.from('ffd9', 'hex')]).toString('base64')}"/>${R}`,
  'namespaces': `<g ${times(20000, (i) => `xmlns:n${i}="urn:${i}" `)}/>${R}`,
  'instructions': times(5000, '<?a b?>') + R,
};

/** Writes them all into dir; returns their paths. */
export function writeLarge(dir) {
  return Object.entries(bodies).map(([name, body]) => {
    const file = path.join(dir, `large-${name}.svg`);
    fs.writeFileSync(file, svg(body));
    return file;
  });
}

