// SPDX-License-Identifier: Apache-2.0
// What the tests of the serving tree share: certfill serve running, its processes, a cohort issued for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { exchange } from './floor.mjs';
import { certfill, certfillPath, parseCsv, recordStderr, smallCohort } from './lib.mjs';

export const base = 'https://certs.example.edu';

// An institution with a public address, and count people.
export function institution(dir, count, { name = 'default', url = base, manifest: change = (m) => m, row } = {}) {
  const data = path.join(dir, 'data');
  const made = certfill(['init', '--name', `University ${name}`, '--base-url', url, '--tenant', name, '--data', data]);
  assert.equal(made.status, 0, made.stderr);
  return { data, ...issue(dir, data, count, { name, change, row }) };
}

export function issue(dir, data, count, { name = 'default', change = (m) => m, row, key = name } = {}) {
  const at = path.join(dir, `in-${key}`), out = path.join(dir, `out-${key}`);
  fs.mkdirSync(at, { recursive: true });
  const f = smallCohort(at, count, row ?? ((r) => ({ ...r, id: `${key}-${r.id}`, email: `${key}.${r.email}` })));
  const manifest = JSON.parse(fs.readFileSync(f.manifest));
  manifest.idempotency_key = `serve-${key}`;
  fs.writeFileSync(f.manifest, JSON.stringify(change(manifest)));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--tenant', name, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  return { out, people: people(out) };
}

export function people(out) {
  return parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8')).map((p) => {
    const token = p.verify_page.split('/').at(-1);
    return { id: p.recipient_id, name: p.name, claim: new URL(p.claim_page).pathname, verify: new URL(p.verify_page).pathname, token, credential: token.slice(0, 26), folder: path.join(out, p.recipient_id) };
  });
}

// Starts it; it ends with the test. request() never decodes or follows anything.
export async function serve(t, data, { args = ['--listen', '127.0.0.1:0'], env = {}, program = certfillPath } = {}) {
  const child = recordStderr(spawn(program, ['serve', '--data', data, '--address-rate', '1000000', '--workers', '2', ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } }));
  const s = { pid: child.pid, said: '', complained: '' };
  // What machines without cgroups are told at every start is no complaint.
  child.stderr.on('data', (d) => { s.complained = (s.complained + d).replace(/^warn serve: workers are limited by rlimits alone: .*\n/m, ''); });
  s.exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (d) => { s.said += d; if (s.said.split('\n').length > args.filter((a) => /^--(listen|tls|ops)$/.test(a)).length) resolve(); });
    s.exited.then((e) => reject(new Error(`serve ended: ${JSON.stringify(e)} ${s.complained}`)));
  });
  s.ports = [...s.said.matchAll(/:(\d+)$/gm)].map((m) => Number(m[1]));
  s.port = s.ports[0];
  s.kill = (signal) => child.kill(signal);
  s.request = async (method, target, headers = '', { host = 'localhost', body = '' } = {}) => (await exchange(s.port, `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${body ? `Content-Length: ${body.length}\r\nContent-Type: application/x-www-form-urlencoded\r\n` : ''}${headers}\r\n${body}`, { method }))[0];
  s.get = (target, headers, options) => s.request('GET', target, headers, options);
  s.verdict = async (p) => { const a = await s.get(`${p.verify}.json`); return { status: a.status, ...JSON.parse(a.body) }; };
  t.after(async () => { child.kill('SIGKILL'); await s.exited; });
  return s;
}

// Processes below pid: [{ pid, name }].
export function below(pid) {
  const all = fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n)).flatMap((n) => {
    try {
      const stat = fs.readFileSync(`/proc/${n}/stat`, 'utf8');
      const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(n), parent: Number(rest[1]), state: rest[0], name: path.basename(fs.readlinkSync(`/proc/${n}/exe`)) }];
    } catch { return []; }
  });
  const found = [];
  for (let todo = [pid]; todo.length;) {
    const next = all.filter((p) => todo.includes(p.parent) && p.state !== 'Z');
    found.push(...next);
    todo = next.map((p) => p.pid);
  }
  return found;
}

export async function until(check, what = 'it never came') {
  for (const end = Date.now() + 120000; Date.now() < end;) {
    const v = await check();
    if (v) return v;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(what);
}
