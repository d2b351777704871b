// SPDX-License-Identifier: Apache-2.0
// A wallet pass is handed out only while its credential stands: what lies in a phone cannot be taken back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, certfillPath, parseCsv, smallCohort, temporary } from './lib.mjs';

function serve(t, dir, data) {
  const socket = path.join(dir, 's');
  const child = spawn(certfillPath, ['serve', '--listen', socket, '--workers', '1', '--data', data], { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  t.after(async () => { child.kill('SIGTERM'); await gone; });
  const ask = (method, target, body) => new Promise((resolve, reject) => {
    const r = http.request({ socketPath: socket, method, path: target, headers: { host: 'certs.uni-example.org', 'content-type': 'application/x-www-form-urlencoded' } }, (a) => {
      const parts = [];
      a.on('data', (d) => parts.push(d));
      a.on('end', () => resolve({ status: a.statusCode, to: a.headers.location, type: a.headers['content-type'], body: Buffer.concat(parts) }));
    });
    r.on('error', reject);
    r.end(body);
  });
  return { ask, up: async () => { for (let i = 0; i < 200; i++) { try { return await ask('GET', '/robots.txt'); } catch { await new Promise((d) => setTimeout(d, 50)); } } throw new Error('it does not answer'); } };
}

test('the pass is there, gone while suspended, there again, and gone for good', async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out'), f = smallCohort(dir, 2);
  assert.equal(certfill(['init', '--name', 'Uni', '--base-url', 'https://certs.uni-example.org', '--data', data]).status, 0);
  const manifest = JSON.parse(fs.readFileSync(f.manifest));
  for (const c of Object.values(manifest.credentials)) c.status = 'suspension';
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  const claim = new URL(parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8'))[0].claim_page).pathname;
  const id = certfill(['cred', 'find', 's-1', '--data', data]).lines[0].credential;
  const cred = (...args) => assert.equal(certfill(['cred', ...args, id, '--yes', '--data', data]).status, 0);
  const { ask, up } = serve(t, dir, data);
  await up();
  const link = async (item) => ask('POST', claim, `artifact=${item}`);
  const offered = async () => /value="pass"/.test((await ask('GET', claim)).body);

  assert.ok(await offered());
  const old = (await link('pass')).to;
  const got = await ask('GET', old);
  assert.equal(got.type, 'application/vnd.apple.pkpass');
  assert.ok(got.body.equals(fs.readFileSync(path.join(out, 's-1/pass.pkpass'))));

  cred('suspend', '--reason', 'under-review');
  assert.ok(!await offered());
  assert.equal((await link('pass')).status, 404);
  assert.equal((await ask('GET', old)).status, 404, 'a link from before is dead, too');
  assert.equal((await link('pdf')).status, 303, 'what says its verify page is still there');

  cred('restore');
  assert.ok(await offered());
  assert.equal((await ask('GET', old)).status, 200);

  cred('revoke', '--reason', 'withdrawn');
  assert.ok(!await offered());
  assert.equal((await link('pass')).status, 404);
  assert.equal((await ask('GET', old)).status, 404);
});
