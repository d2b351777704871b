// SPDX-License-Identifier: Apache-2.0
// JSON-LD contexts as the C tables of formats/jsonld_contexts.h. Anything that the tables cannot say is an
// assertion that fails.
import assert from 'node:assert/strict';

/**
 * Empty tables. compile(context, outer, document): the index of a context's table; print(): the C file.
 * disputed: terms that not every copy of their context has.
 */
export function contextTables(disputed = new Set()) {
  const terms = new Set();
  const defs = new Map();
  const contexts = new Map([['none', { rows: [] }], ['null', { rows: [] }]]);

  /** The index of value's own copy in map, put there when it is new. */
  function intern(map, key, value) {
    if (!map.has(key)) map.set(key, value);
    return [...map.keys()].indexOf(key);
  }

  /** What a term, a compact IRI or an IRI of a context stands for. chain: innermost context first. */
  function expand(value, chain, depth = 0) {
    assert.ok(depth < 8 && typeof value === 'string', value);
    if (value.startsWith('@')) return value;
    const local = chain[0][value];
    const idOf = (definition) => (typeof definition === 'string' ? definition : definition['@id']);
    if (local !== undefined && idOf(local) !== value) return expand(idOf(local), chain, depth + 1);
    const colon = value.indexOf(':');
    assert.ok(colon > 0, `${value}: not absolute`);
    const at = chain.findIndex((context) => context[value.slice(0, colon)] !== undefined);
    if (value.startsWith('//', colon + 1) || at < 0) return value;
    return expand(idOf(chain[at][value.slice(0, colon)]), chain.slice(at), depth + 1) + value.slice(colon + 1);
  }

  function define(term, raw, chain, isProtected) {
    const definition = typeof raw === 'string' ? { '@id': raw } : raw;
    for (const key of Object.keys(definition)) {
      assert.ok(['@id', '@type', '@container', '@context', '@protected'].includes(key), `${term}: ${key}`);
    }
    const iri = expand(definition['@id'] ?? term, chain);
    assert.match(iri, /^(@[a-z]+|[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|^`\\]+)$/);
    const containers = [definition['@container'] ?? []].flat();
    assert.ok(containers.every((c) => ['@set', '@list', '@graph'].includes(c)), term);
    const flags = [];
    if (containers.includes('@list')) flags.push('JSONLD_LIST');
    if (containers.includes('@set')) flags.push('JSONLD_SET');
    if (containers.includes('@graph')) flags.push('JSONLD_GRAPH');
    if (typeof raw === 'string' && /[:/?#[\]@]$/.test(iri)) flags.push('JSONLD_PREFIX');
    if (disputed.has(term) && chain.length === 1) flags.push('JSONLD_DISPUTED');
    const type = definition['@type'] === undefined ? null : expand(definition['@type'], chain);
    const scope = definition['@context'] === undefined ? 0 : compile(definition['@context'], chain);
    const row = { iri, type, flags: flags.join(' | ') || '0', scope };
    terms.add(term);
    return { term, def: intern(defs, JSON.stringify(row), row), isProtected: definition['@protected'] ?? isProtected };
  }

  /** The index of a context's table. */
  function compile(context, outer, document) {
    if (context === null) return 1;
    const chain = [context, ...outer];
    const rows = [];
    for (const [term, raw] of Object.entries(context)) {
      if (term === '@protected' || term === '@version') continue;
      assert.ok(!term.startsWith('@') && raw !== null, term);
      rows.push(define(term, raw, chain, context['@protected'] ?? false));
    }
    const value = { rows, ...document };
    return intern(contexts, JSON.stringify(value), value);
  }

  function print() {
    const names = [...terms].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const c = (text) => (text === null ? 'NULL' : JSON.stringify(text));
    const out = [];
    out.push(`// SPDX-License-Identifier: Apache-2.0
/* The pinned JSON-LD contexts, by tests/tools/make_contexts.mjs. Runs in: as jsonld.c. */
#include "formats/jsonld_contexts.h"

#include <stddef.h>

/* clang-format off */
const uint16_t jsonld_term_count = ${names.length};
_Static_assert(${names.length} <= JSONLD_TERMS_MAX, "JSONLD_TERMS_MAX");
const struct str jsonld_terms[] = {`);
    /** Items, as many on a line as fit. */
    function wrap(items) {
      let line = '\t';
      for (const item of items) {
        if (line.length + item.length > 92) {
          out.push(line.trimEnd());
          line = '\t';
        }
        line += `${item} `;
      }
      if (line !== '\t') out.push(line.trimEnd());
    }
    wrap(names.map((n) => `STR(${c(n)}),`));
    out.push('};\n\nconst struct jsonld_def jsonld_defs[] = {');
    [...defs.values()].forEach((d, i) => {
      out.push(`\t/* ${i} */ {${c(d.iri)}, ${c(d.type)}, ${d.flags}, ${d.scope}},`);
    });
    out.push(`};

/* {term, definition, protected}, context by context. */
static const struct jsonld_entry entries[] = {`);
    let first = 0;
    const heads = [...contexts.values()].map((context, i) => {
      if (context.rows.length) out.push(`\t/* context ${i}${context.url ? `: ${context.url}` : ''} */`);
      wrap(context.rows.map((r) => `{${names.indexOf(r.term)}, ${r.def}, ${r.isProtected ? 1 : 0}},`));
      const head = `\t{${c(context.url ?? null)}, ${c(context.hash ?? null)}, entries + ${first}, ${context.rows.length}},`;
      first += context.rows.length;
      return head;
    });
    out.push(`};

/* SHA-256: of the document's canonical JSON as published first. */
const uint16_t jsonld_context_count = ${heads.length};
const struct jsonld_context jsonld_contexts[] = {
${heads.join('\n')}
};
/* clang-format on */`);
    return out.join('\n');
  }

  return { compile, print };
}
