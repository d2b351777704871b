// SPDX-License-Identifier: Apache-2.0
// JWTs in 1EdTech's profile: only where the tenant has a key for them, checked by jose and by certfill verify.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, root, sha256, smallCohort, temporary } from './lib.mjs';
import { people, serve } from './serving.mjs';

// jose calls the global, which Debian 12's node 18 lacks.
globalThis.crypto ??= crypto.webcrypto;
const jose = await import(path.join(root, 'tests/interop/node_modules/jose/dist/webapi/index.js')).catch(() => import(path.join(root, 'tests/interop/node_modules/jose/dist/node/esm/index.js')));
const json = (...p) => JSON.parse(fs.readFileSync(path.join(...p), 'utf8'));

function tenant(t, alg) {
  const dir = temporary(t), data = path.join(dir, 'data');
  assert.equal(certfill(['--data', data, 'init', '--name', 'Uni', '--base-url', 'https://certs.uni-example.org']).status, 0);
  if (alg) assert.equal(certfill(['--data', data, 'key', 'new', '--alg', alg]).status, 0);
  return { dir, data };
}

// count rows; change(manifest) before. Returns where the files are.
function issue(f, count, change = () => {}) {
  const c = smallCohort(f.dir, count), out = path.join(f.dir, 'out');
  const manifest = json(c.manifest);
  change(manifest);
  fs.writeFileSync(c.manifest, JSON.stringify(manifest));
  const r = certfill(['--data', f.data, 'issue', c.cohort, '--manifest', c.manifest, '--out', out]);
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.issued, count);
  return out;
}

for (const alg of ['RS256', 'ES256'])
  test(`${alg}: jose and certfill verify take it, from the batch's files and from what is published`, async (t) => {
    const f = tenant(t, alg), out = issue(f, 3), web = path.join(f.dir, 'web');
    assert.equal(certfill(['--data', f.data, 'key', 'publish', '--to', web]).status, 0);
    const receipt = fs.readFileSync(path.join(out, 'receipt.json'), 'utf8');
    const proofs = fs.readFileSync(path.join(out, 'proofs.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(JSON.parse(l).record));
    assert.ok(receipt.length > 0);
    for (const id of ['s-1', 's-2', 's-3']) {
      const file = path.join(out, id, 'credential-1edtech.jwt'), jwt = fs.readFileSync(file, 'utf8');
      for (const set of [json(out, 'jwks.json'), json(web, 'jwks.json')]) {
        const { payload, protectedHeader } = await jose.jwtVerify(jwt, jose.createLocalJWKSet(set), { currentDate: new Date(Date.now() + 1000) });
        assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
        assert.equal(protectedHeader.alg, alg);
        assert.equal(protectedHeader.typ, 'JWT');
        const { iss, jti, sub, nbf, exp, ...credential } = payload;
        assert.equal(iss, credential.issuer.id);
        assert.equal(jti, credential.id);
        assert.equal(sub, credential.credentialSubject.id);
        assert.equal(nbf, Date.parse(credential.validFrom) / 1000);
        assert.equal(exp, credential.validUntil && Date.parse(credential.validUntil) / 1000);
        const { proof, ...embedded } = json(out, id, 'credential.json');
        assert.deepEqual(credential, embedded);
        assert.ok(proof);
        // What the kid's address answers is one JWK, which alone verifies it.
        const bare = json(web, 'keys', `${protectedHeader.kid.split('/').at(-1)}.json`);
        await jose.compactVerify(jwt, await jose.importJWK(bare, alg));
        const bad = jwt.slice(0, -3) + (jwt.at(-3) === 'A' ? 'B' : 'A') + jwt.slice(-2);
        await assert.rejects(jose.jwtVerify(bad, jose.createLocalJWKSet(set)));
      }
      const digest = Buffer.from(sha256(jwt), 'hex').toString('base64url');
      assert.ok(proofs.some((r) => JSON.stringify(r).includes(digest)), 'the record names it');
      const checks = Object.fromEntries(certfill(['verify', file, '--offline', out]).lines[0].checks.map((c) => [c.name, c.outcome]));
      for (const name of ['format', 'signature', 'record', 'file', 'issuer', 'dates']) assert.equal(checks[name], 'ok', `${name}: ${JSON.stringify(checks)}`);
    }
    assert.deepEqual(json(out, 'jwks.json').keys.map((k) => k.kid).sort(), json(web, 'jwks.json').keys.map((k) => k.kid).sort());
  });

test('a server gives it by the id and on the recipient\'s page, only where there is one', async (t) => {
  for (const alg of ['ES256', null]) {
    const f = tenant(t, alg), out = issue(f, 1), [p] = people(out), s = await serve(t, f.data);
    const text = (name) => fs.readFileSync(path.join(out, 's-1', name), 'latin1');
    const by = async (accept) => { const a = await s.get(`/credentials/${p.credential}`, `Accept: ${accept}\r\n`); return [a.status, a.headers['content-type'], a.body]; };
    assert.deepEqual(await by('application/vc+jwt'), [200, 'application/vc+jwt', text('credential.jwt')]);
    assert.deepEqual(await by('application/jwt'), [200, 'application/jwt', text(alg ? 'credential-1edtech.jwt' : 'credential.jwt')]);
    assert.equal(/value="jwt-1edtech"/.test((await s.get(p.claim)).body), alg !== null);
    const a = await s.request('POST', p.claim, '', { body: 'artifact=jwt-1edtech' });
    assert.equal(a.status, alg ? 303 : 404);
    if (!alg) continue;
    const to = new URL(a.headers.location, 'https://x.example'), b = await s.get(to.pathname + to.search);
    assert.deepEqual([b.status, b.headers['content-type'], b.body], [200, 'application/jwt', text('credential-1edtech.jwt')]);
  }
});

test('no such key, no such file', (t) => {
  const out = issue(tenant(t, null), 2);
  assert.ok(fs.existsSync(path.join(out, 's-1/credential.jwt')));
  assert.ok(!fs.existsSync(path.join(out, 's-1/credential-1edtech.jwt')));
});

test('large credentials in all forms come in smaller portions', (t) => {
  const out = issue(tenant(t, 'RS256'), 9, (m) => {
    for (const c of Object.values(m.credentials)) c.achievement.criteria = { narrative: 'Complete 12 labs. '.repeat(330) };
  });
  for (let i = 1; i <= 9; i++) {
    const payload = jose.decodeJwt(fs.readFileSync(path.join(out, `s-${i}`, 'credential-1edtech.jwt'), 'utf8'));
    assert.ok(payload.credentialSubject.achievement.criteria.narrative.length > 5000);
  }
});

test('a plan that names a compromised jwt key is finished with --replan', (t) => {
  const f = tenant(t, 'ES256'), c = smallCohort(f.dir, 2), args = ['--data', f.data, 'issue', c.cohort, '--manifest', c.manifest];
  assert.equal(certfill([...args, '--plan-only']).status, 0);
  const kid = certfill(['--data', f.data, 'key', 'list']).lines.find((k) => k.purpose === 'jwt').kid;
  assert.equal(certfill(['--data', f.data, '--yes', 'key', 'compromise', kid]).status, 0);
  const refused = certfill(args);
  assert.equal(refused.status, 7);
  assert.match(refused.stderr, /is compromised.*--replan/);
  const again = certfill([...args, '--replan']);
  assert.equal(again.status, 0, again.stderr);
  assert.equal(again.summary.issued, 2);
});
