// SPDX-License-Identifier: Apache-2.0
// Runs W3C's toRdf tests (w3c/json-ld-api, folder tests) through our expander. Its contexts are tables, and
// those of the suite stand inline: so they become tables of a tordf that is made for the occasion.
//   node tests/tools/jsonld_suite.mjs DIR [-v]     DIR: the suite's folder, with toRdf-manifest.jsonld
// For each group: how many come out as the suite says (for its negative tests: are refused), how many we
// refuse by design, and which are wrong. Exit 1 when one is wrong.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { contextTables } from './context_tables.mjs';

const require = createRequire(new URL('../interop/package.json', import.meta.url));
const { NQuads, canonize } = await import(require.resolve('rdf-canonize'));

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
const suite = process.argv[2], loud = process.argv.includes('-v');
const TERMS_MAX = 150; // of JSONLD_TERMS_MAX, for there are names that a context brings along
const NULL_URL = 'urn:suite:null';
const read = (name) => fs.readFileSync(path.join(suite, name), 'utf8');

const visit = (value, f) => {
  if (typeof value !== 'object' || value === null) return;
  for (const [k, v] of Object.entries(value)) { f(k, v, value); visit(v, f); }
};

/** Names that @vocab may be there for. */
function namesOf(document) {
  const names = new Set();
  visit(document, (k, v) => {
    for (const name of [k, ...[v].flat().filter((x) => typeof x === 'string')])
      if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) names.add(name);
  });
  return [...names];
}

/**
 * The context without @vocab: what that gives is said term by term, but for what the contexts above define.
 * Anything else is left for the tables to refuse.
 */
function withoutVocab(context, outer, names, above) {
  if (context === null || typeof context !== 'object') return context;
  if (Array.isArray(context)) {
    assert.equal(context.length, 1, 'a list of scoped contexts');
    return withoutVocab(context[0], outer, names, above);
  }
  const { '@vocab': own, ...rest } = context;
  const vocab = own ?? outer;
  assert.ok(vocab === undefined || /^[a-z]+:/.test(vocab), 'a relative @vocab');
  const absolute = (v) => (v.includes(':') || v.startsWith('@') || v in rest || vocab === undefined ? v : vocab + v);
  const out = {};
  for (const [term, raw] of Object.entries(rest)) {
    if (term.startsWith('@') || raw === null) { out[term] = raw; continue; }
    if (typeof raw === 'string') { out[term] = absolute(raw); continue; }
    const d = { ...raw };
    if (d['@id'] !== undefined) d['@id'] = absolute(d['@id']);
    else if (vocab !== undefined && !term.includes(':')) d['@id'] = vocab + term;
    if (d['@type'] !== undefined) d['@type'] = absolute(d['@type']);
    if ('@context' in d) d['@context'] = withoutVocab(d['@context'], vocab, names, new Set([...above, ...Object.keys(rest)]));
    out[term] = d;
  }
  if (own !== undefined) for (const n of names.filter((x) => !above.has(x))) out[n] ??= { '@id': own + n, '@protected': false };
  return out;
}

/** The document with addresses for its inline contexts; those go to found. */
function lift(value, names, vocab, above, found) {
  if (Array.isArray(value)) return value.map((v) => lift(v, names, vocab, above, found));
  if (typeof value !== 'object' || value === null) return value;
  const out = {};
  let inside = vocab, known = above;
  if ('@context' in value) {
    out['@context'] = [value['@context']].flat().map((c) => {
      if (c === null) { inside = undefined; known = []; return NULL_URL; }
      assert.equal(typeof c, 'object', 'a remote context');
      const context = withoutVocab(c, inside, names, new Set(known));
      known = [...known, ...Object.keys(c)];
      inside = c['@vocab'] ?? inside;
      const url = `urn:suite:${found.base}:${found.list.length}`;
      found.list.push({ url, context });
      return url;
    });
  }
  for (const [k, v] of Object.entries(value)) if (k !== '@context') out[k] = lift(v, names, inside, known, found);
  return out;
}

const countTerms = (contexts) => {
  const terms = new Set();
  for (const { context } of contexts) visit({ context }, (t) => terms.add(t));
  return terms;
};

function prepare(test, number) {
  const document = JSON.parse(read(test.input));
  assert.ok(!Array.isArray(document), 'a list of documents');
  const found = { base: number, list: [] };
  const lifted = lift(document, namesOf(document), undefined, [], found);
  // Alone first: what cannot be said must not spoil the others.
  const tables = contextTables();
  for (const { url, context } of found.list) tables.compile(context, [], { url });
  tables.print();
  return { test, lifted, contexts: found.list, terms: countTerms(found.list) };
}

/** A tordf that knows the contexts of these tests. */
function build(dir, batch) {
  const tables = contextTables();
  for (const { contexts } of batch) for (const { url, context } of contexts) tables.compile(context, [], { url });
  const source = path.join(dir, 'contexts.c'), program = path.join(dir, 'tordf');
  let heads = 0;
  fs.writeFileSync(source, tables.print().replace(/^\t\{NULL, NULL, entries \+ 0, 0\},$/gm, (line) => (++heads === 2 ? line.replace('NULL', `"${NULL_URL}"`) : line)));
  const b = path.join(root, 'build/release');
  execFileSync('cc', ['-std=gnu17', '-D_GNU_SOURCE', `-I${root}`, source, path.join(b, 'tests/tools/tordf.o'), path.join(b, 'libformats.a'), path.join(b, 'libbase.a'), '-lcrypto', '-ldeflate', '-lm', '-o', program]);
  return program;
}

const canonical = (text) => canonize(NQuads.parse(text), { algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: Infinity });

/** "as the suite says", "refused", or what is wrong. */
async function judge(program, dir, { test, lifted }) {
  if (test.option?.rdfDirection === 'compound-literal') return 'refused: VCDM 2.0 has the other way';
  const negative = test['@type'].some((t) => /Negative/.test(t));
  const file = path.join(dir, 'in.json');
  fs.writeFileSync(file, JSON.stringify(lifted));
  const r = spawnSync(program, [file, '--canonical']);
  if (r.signal || ![0, 1].includes(r.status)) return `ended with ${r.signal ?? r.status}: ${r.stderr}`;
  if (negative) return r.status !== 0 ? 'right' : 'should be refused';
  if (r.status !== 0) return `refused: ${r.stderr.toString().trim()}`;
  if (!test.expect) return 'right';
  const want = await canonical(read(test.expect));
  return want === r.stdout.toString() ? 'right' : `other quads:\n${r.stdout}wanted:\n${want}`;
}

// What is wrong with a context is found when its table is made, which here is this program's work.
const OF_CONTEXTS = /^(invalid (term definition|scoped context|context entry|IRI mapping|keyword alias|container mapping|type mapping|vocab mapping|base IRI|default language|@version value|@propagate value|@protected value|@prefix value|local context)|keyword redefinition|cyclic IRI mapping|processing mode conflict)$/;
const tests = JSON.parse(read('toRdf-manifest.jsonld')).sequence.filter((t) => t.option?.specVersion !== 'json-ld-1.0' && t.option?.processingMode !== 'json-ld-1.0'
  && !OF_CONTEXTS.test(t.expectErrorCode ?? ''));
const groups = new Map();
const note = (test, result) => {
  const name = /^#t([a-z]*)/.exec(test['@id'])[1] || 'basics';
  if (!groups.has(name)) groups.set(name, { right: 0, refused: 0, wrong: [] });
  const g = groups.get(name);
  if (result === 'right') g.right++;
  else if (/^refused/.test(result)) g.refused++;
  else g.wrong.push(test['@id']);
  if (loud || !/^(right|refused)/.test(result)) console.log(`${test['@id']} ${test.name}: ${result}`);
};

const ready = [];
tests.forEach((test, i) => {
  try {
    ready.push(prepare(test, i));
  } catch (error) {
    if (!(error instanceof assert.AssertionError || error instanceof SyntaxError || error instanceof TypeError)) throw error;
    note(test, `refused by the tables: ${error.message.split('\n')[0]}`);
  }
});
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'jsonld-suite-'));
while (ready.length) {
  const batch = [], terms = new Set();
  while (ready.length && new Set([...terms, ...ready[0].terms]).size <= TERMS_MAX) {
    for (const t of ready[0].terms) terms.add(t);
    batch.push(ready.shift());
  }
  assert.ok(batch.length, 'a test with too many terms');
  const program = build(dir, batch);
  for (const one of batch) note(one.test, await judge(program, dir, one));
}
fs.rmSync(dir, { recursive: true });
let wrong = 0;
for (const [name, g] of groups) {
  console.log(`${name}: ${g.right} right, ${g.refused} refused by design, ${g.wrong.length} wrong ${g.wrong.join(' ')}`);
  wrong += g.wrong.length;
}
process.exit(wrong ? 1 : 0);
