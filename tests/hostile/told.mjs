// SPDX-License-Identifier: Apache-2.0
// Whether everything that had to go was told: elements and attributes that nobody may keep, found in the source by
// another parser, each need a note that names them.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../interop/package.json', import.meta.url));
const { SaxesParser } = require('saxes');
const SVG = 'http://www.w3.org/2000/svg';

const forbidden = /^(script|foreignObject|animate|animateTransform|animateMotion|animateColor|set|discard|iframe|object|embed|audio|video|canvas|handler|listener|font|cursor|view|tref|feImage|image-set|meshgradient|hatch|metadata|link|math|noscript)$/i;
const gone = /^(on|src|srcset|ping|target(?![XY])|formaction|action|externalResourcesRequired|requiredExtensions|systemLanguage|tabindex|style-type|cursor)/i;

/** Sentences about what is missing from notes. */
export function untold(source, notes) {
  if (notes.some((n) => n.what.endsWith('more notes'))) return [];
  const whats = new Set(notes.map((n) => n.what));
  const told = (w) => whats.has(w);
  const out = [];
  const stack = [];
  const parser = new SaxesParser({ xmlns: true, position: true });
  parser.on('error', () => {});
  parser.on('opentag', (tag) => {
    const inside = stack.at(-1) ?? false;
    let removed = inside;
    const local = tag.local.slice(0, 60);
    if (!inside && (tag.uri !== SVG || forbidden.test(tag.local))) {
      if (!told(`element ${local}`)) out.push(`line ${parser.line}: nobody was told of <${local}>`);
      removed = true;
    } else if (!inside) {
      // A container that may not stand in its place goes with all that it holds, and is told itself.
      removed = notes.some((n) => n.what === `element ${local}` && n.line === parser.line);
    }
    for (const a of removed || tag.local === 'switch' || tag.local === 'a' ? [] : Object.values(tag.attributes)) {
      if (a.prefix === 'xmlns' || a.name === 'xmlns') continue;
      const known = a.uri === '' || a.uri === 'http://www.w3.org/1999/xlink' || a.prefix === 'xml';
      if ((!known || gone.test(a.local) || (a.prefix === 'xml' && !/^(lang|space)$/.test(a.local)))
        && ![`attribute ${a.local.slice(0, 60)}`, `attribute xlink:${a.local}`, `property ${a.local}`].some(told)
        && !told(`element ${local}`))
        out.push(`line ${parser.line}: nobody was told of ${a.name} on <${local}>`);
    }
    stack.push(removed);
  });
  parser.on('closetag', () => stack.pop());
  try {
    parser.write(source.toString('utf8').replace(/^\ufeff/, '')).close();
  } catch {
    /* what saxes cannot read at all is not its to judge */
  }
  return out.slice(0, 5);
}
