// SPDX-License-Identifier: Apache-2.0
// Status lists: npm digitalbazaar checks list, proof and bit of credentials that certfill issued and revoked.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { checkStatus, decodeList } from '@digitalbazaar/vc-bitstring-status-list';

import { certfill, smallCohort, temporary } from '../e2e/lib.mjs';
import { didDocument, loaderOf } from './di_reference.mjs';

test('digitalbazaar finds the revoked credential revoked and the others not', async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out'), web = path.join(dir, 'web'), f = smallCohort(dir, 3);
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data]).status, 0);
  const [{ credential, status_index: index }] = certfill(['cred', 'find', 's-2', '--data', data]).lines;
  assert.equal(certfill(['cred', 'revoke', credential, '--reason', 'withdrawn', '--yes', '--data', data]).status, 0);
  assert.equal(certfill(['status', 'export', '--to', web, '--data', data]).status, 0);

  const list = JSON.parse(fs.readFileSync(path.join(web, 'status', '1')));
  const keys = JSON.parse(fs.readFileSync(path.join(out, 'jwks.json'))).keys.filter((k) => k.crv === 'Ed25519');
  const base = loaderOf(didDocument(list.issuer, keys));
  const served = (document) => async (url) =>
    (url === list.id ? { contextUrl: null, documentUrl: url, document: structuredClone(document) } : base(url));
  const status = async (id, document) => checkStatus({
    credential: JSON.parse(fs.readFileSync(path.join(out, id, 'credential.json'))),
    documentLoader: served(document), suite: new DataIntegrityProof({ cryptosuite }),
  });
  for (const [id, revoked] of [['s-1', false], ['s-2', true], ['s-3', false]]) {
    const r = await status(id, list);
    assert.ok(r.results, `${id}: ${r.error}`);
    assert.equal(r.results[0].verified, true, `${id}: ${r.error}`);
    assert.equal(r.results[0].status, revoked, id);
  }
  const decoded = await decodeList({ encodedList: list.credentialSubject.encodedList });
  assert.equal(decoded.length, 131072);
  assert.equal([...Array(131072).keys()].filter((i) => decoded.getStatus(i)).join(), String(index));
  const forged = structuredClone(list);
  forged.credentialSubject.ttl += 1;
  assert.equal((await status('s-1', forged)).verified, false, 'the proof covers the whole list');
});
