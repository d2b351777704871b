// SPDX-License-Identifier: Apache-2.0
// Behind nginx, with the configuration that docs/OPERATING.md gives: Unix socket, proxy headers, ranges, rates.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { certificate } from './floor.mjs';
import { certfill, certfillPath, parseCsv, root, smallCohort } from './lib.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-nginx-'));
const children = [];
const skip = spawnSync('sh', ['-c', 'command -v nginx']).status !== 0 && 'nginx-light is not installed';
let port, verify, claim;

// The configuration in the manual is the one that is tested; only places and names differ.
function configuration(tls) {
  const manual = fs.readFileSync(path.join(root, 'docs/OPERATING.md'), 'utf8');
  const text = /```nginx\n([\s\S]*?)```/.exec(manual)[1]
    .replaceAll('/run/certfill/serve.sock', path.join(dir, 'serve.sock'))
    .replaceAll('listen [::]:443 ssl;', '').replaceAll('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replaceAll('/etc/ssl/certs.example.edu.pem', tls.cert).replaceAll('/etc/ssl/private/certs.example.edu.key', tls.key);
  return `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log; events {}
http { access_log off; client_body_temp_path ${dir}/1; proxy_temp_path ${dir}/2; fastcgi_temp_path ${dir}/3; uwsgi_temp_path ${dir}/4; scgi_temp_path ${dir}/5;
${text} }`;
}

// On a port that was free a moment ago; false when somebody else has it by now.
async function startNginx() {
  port = await new Promise((resolve) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const p = s.address().port; s.close(() => resolve(p)); }); });
  fs.writeFileSync(path.join(dir, 'nginx.conf'), configuration(certificate(dir, 'certs.example.edu')));
  const nginx = spawn('nginx', ['-p', dir, '-c', path.join(dir, 'nginx.conf')], { stdio: 'inherit' });
  const answers = () => new Promise((resolve) => { const s = net.connect(port, '127.0.0.1', () => { s.destroy(); resolve(true); }); s.on('error', () => resolve(false)); });
  while (nginx.exitCode === null) {
    if (await answers()) {
      children.push(nginx);
      return true;
    }
    await new Promise((r) => setTimeout(r, 50));
  }
  return false;
}

before(async () => {
  if (skip) return;
  const data = path.join(dir, 'data'), out = path.join(dir, 'out'), f = smallCohort(dir, 2);
  assert.equal(certfill(['init', '--data', data, '--name', 'University', '--base-url', 'https://certs.example.edu', '--no-input']).status, 0);
  const issued = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out]);
  assert.equal(issued.status, 0, issued.stderr);
  const [row] = parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8'));
  verify = new URL(row.verify_page).pathname;
  claim = new URL(row.claim_page).pathname;
  fs.chmodSync(dir, 0o755);
  const serve = spawn(certfillPath, ['serve', '--data', data, '--listen', path.join(dir, 'serve.sock'), '--proxy', 'unix', '--proxy-header', 'x-forwarded-for', '--workers', '1', '--address-rate', '30'], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(serve);
  await new Promise((resolve, reject) => { serve.stdout.once('data', resolve); serve.on('exit', (c) => reject(new Error(`serve ended: ${c}`))); });
  fs.chmodSync(path.join(dir, 'serve.sock'), 0o666);
  for (let tries = 1; !await startNginx(); tries++) assert.ok(tries < 5, 'nginx does not start: see above');
});
after(() => {
  for (const c of children) c.kill('SIGTERM');
  fs.rmSync(dir, { recursive: true, force: true });
});

// from: the visitor's address, all of 127/8 is ours.
function ask(target, { method = 'GET', from = '127.0.0.1', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const q = https.request({ host: '127.0.0.1', port, path: target, method, localAddress: from, rejectUnauthorized: false, servername: 'certs.example.edu', headers: { host: 'certs.example.edu', ...headers } }, (r) => {
      const parts = [];
      r.on('data', (d) => parts.push(d));
      r.on('end', () => resolve({ status: r.statusCode, headers: r.headers, body: Buffer.concat(parts) }));
    });
    q.on('error', reject);
    q.end(body);
  });
}

test('pages, documents and downloads, with one policy header each', { skip }, async () => {
  const page = await ask(verify);
  assert.equal(page.status, 200);
  assert.match(page.body.toString(), /This certificate is valid/);
  assert.match(page.headers['content-security-policy'], /default-src 'none'/);
  assert.ok(!page.headers['content-security-policy'].includes(','), 'the policy stands once');
  assert.match(page.headers['strict-transport-security'], /^max-age=\d{7,}[^,]*$/);
  assert.equal((await ask('/api/v1/.well-known/certification-keys.json')).headers['access-control-allow-origin'], '*');
  const minted = await ask(claim, { method: 'POST', body: 'artifact=pdf', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.equal(minted.status, 303);
  const target = minted.headers.location.replace('https://certs.example.edu', '');
  const whole = await ask(target);
  assert.equal(whole.status, 200);
  assert.equal(whole.body.subarray(0, 5).toString(), '%PDF-');
  const part = await ask(target, { headers: { range: 'bytes=100-199' } });
  assert.equal(part.status, 206);
  assert.deepEqual(part.body, whole.body.subarray(100, 200));
  assert.equal(crypto.createHash('sha256').update(whole.body).digest('hex'), whole.headers.etag.replaceAll(/W\/|"/g, ''));
});

test('rates are of the visitor nginx saw, not of nginx nor of what the visitor claims', { skip }, async () => {
  // All at once, so that no machine is slow enough to earn the next one meanwhile.
  const all = Array.from({ length: 60 }, (_, i) => ask(`${verify}.json`, { from: '127.0.0.7', headers: { 'x-forwarded-for': `198.51.100.${i}` } }));
  const statuses = (await Promise.all(all)).map((a) => a.status);
  assert.ok(statuses.includes(429), 'a forged header buys nothing');
  assert.equal((await ask(`${verify}.json`, { from: '127.0.0.8' })).status, 200, 'another visitor is served');
});
