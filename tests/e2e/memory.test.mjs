// SPDX-License-Identifier: Apache-2.0
// Private halves exist in the signer alone: the memory of every process of a batch is searched for them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';

import { certfill, certfillPath, run, smallCohort, start, temporary } from './lib.mjs';
import { below, institution, serve } from './serving.mjs';

// trust/keyfile.h: what the file says about each key.
function privateHalves(file) {
  const b = fs.readFileSync(file);
  assert.equal(b.toString('latin1', 0, 8), 'CFKEYS02');
  let at = 12;
  const take = () => { const n = b.readUInt32LE(at), v = b.subarray(at + 4, at + 4 + n); at += 4 + n; return v; };
  const out = [];
  for (let i = b.readUInt32LE(8); i > 0; i--) {
    const purpose = b[at], kind = b[at + 1];
    at += 2;
    take();
    at += 24;
    take();
    const half = take();
    // Of an RSA key a piece of its first prime, also in the order that OpenSSL's numbers have in memory.
    const rsa = kind === 3 || kind === 4, from = rsa ? Math.floor(half.length / 2) : 0;
    const piece = half.subarray(from, from + 32);
    out.push({ purpose, forms: rsa ? [piece, Buffer.from(piece).reverse()] : [piece] });
  }
  return out;
}

function family(root) {
  const parents = {}, names = {};
  for (const p of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    try {
      const stat = fs.readFileSync(`/proc/${p}/stat`, 'latin1');
      parents[p] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      names[p] = fs.readFileSync(`/proc/${p}/cmdline`, 'latin1').split('\0')[0].split('/').at(-1);
    } catch { /* it ended meanwhile */ }
  }
  const below = (p) => p === String(root) || (parents[p] !== undefined && below(parents[p]));
  return Object.keys(parents).filter(below).map((pid) => ({ pid, name: names[pid] }));
}

// How many of the needles stand in the memory of a process; null when it ended or may not be read.
function search(pid, needles) {
  const found = new Set();
  try {
    const maps = fs.readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n');
    const fd = fs.openSync(`/proc/${pid}/mem`, 'r');
    for (const line of maps) {
      const m = /^([0-9a-f]+)-([0-9a-f]+) r(w?)/.exec(line);
      if (!m || /\[v(var|syscall|dso)/.test(line)) continue;
      const from = BigInt(`0x${m[1]}`), to = BigInt(`0x${m[2]}`), piece = 1n << 24n;
      for (let p = from; p < to; p += piece - 64n) {
        const b = Buffer.alloc(Number(to - p < piece ? to - p : piece));
        let n = 0;
        try { n = fs.readSync(fd, b, 0, b.length, p); } catch { /* a guard page */ }
        needles.forEach((forms, i) => { if (forms.some((f) => b.subarray(0, n).includes(f))) found.add(i); });
        if (to - p < piece) break;
      }
    }
    fs.closeSync(fd);
  } catch { return null; }
  return found.size;
}

// The data secret is no signing key: control and store hold what is derived from it (ADR 0015).
const needlesOf = (data) => privateHalves(path.join(data, 'keys/default/keys')).filter((k) => k.purpose !== 9).map((k) => k.forms);

// Until it is no more, or a zombie.
async function gone(pid) {
  for (let i = 0; i < 2000; i++) {
    try { if (/\) Z /.test(fs.readFileSync(`/proc/${pid}/stat`, 'latin1'))) return; } catch { return; }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`${pid} lives on`);
}

// Neither the shell nor an administrator gets a core of what holds keys or other people's data.
function assertNoCore(pid, name) {
  let limits;
  try { limits = fs.readFileSync(`/proc/${pid}/limits`, 'latin1'); } catch { return; }
  assert.match(limits, /^Max core file size +0 +0 /m, name);
}

test('no process but the signer ever holds a private half', { skip: process.getuid() !== 0 && 'only root may look', timeout: 600000 }, async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  assert.equal(certfill(['--data', data, 'init']).status, 0);
  assert.equal(certfill(['--data', data, 'key', 'new', '--alg', 'RS256']).status, 0);
  const needles = needlesOf(data);
  assert.ok(needles.length >= 8);
  const f = smallCohort(dir, 3000);
  const child = start(['--data', data, 'issue', f.cohort, '--manifest', f.manifest, '--workers', '2'], { cwd: dir });
  const over = new Promise((resolve) => child.on('close', resolve));
  child.stdout.resume();
  child.stderr.resume();
  const seen = {};
  let signer = 0;
  const wanted = ['certfill', 'certfill-control', 'certfill-render', 'certfill-store'];
  // Until each was looked at, and a few times; the batch is long enough.
  while (child.exitCode === null && !(signer === needles.length && wanted.every((n) => seen[n] > 1))) {
    for (const { pid, name } of family(child.pid)) {
      const n = search(pid, needles);
      if (n === null) continue;
      seen[name] = (seen[name] ?? 0) + 1;
      if (/^certfill-(sign|render|store|intake|compile|check|verify)$/.test(name)) assertNoCore(pid, name);
      if (name === 'certfill-sign') signer = Math.max(signer, n);
      else assert.equal(n, 0, `${name} holds ${n} private halves`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const name of wanted) assert.ok(seen[name], `${name} was not seen: ${JSON.stringify(seen)}`);
  // The search is known to work: the signer holds them all.
  assert.equal(signer, needles.length, JSON.stringify(seen));

  // Cores, with every limit lifted from outside: the signer and the workers leave none, the others hold nothing.
  const cores = {}, lifted = new Set(), all = family(child.pid).reverse();
  const send = (pid, signal) => { try { process.kill(Number(pid), signal); } catch { /* ended */ } };
  for (const { pid } of all) send(pid, 'SIGSTOP');
  for (const { pid, name } of all) {
    if (run('prlimit', ['--core=unlimited:unlimited', '--pid', pid]).status === 0) lifted.add(name);
    send(pid, 'SIGSEGV');
    // The first process of a namespace does not even take that signal.
    if (!/^certfill(-control)?$/.test(name)) send(pid, 'SIGKILL');
    send(pid, 'SIGCONT');
    await gone(pid);
    for (const found of fs.readdirSync(dir).filter((n) => /^core(\.\d+)?$/.test(n))) {
      fs.renameSync(path.join(dir, found), path.join(dir, `of-${pid}`));
      cores[name] = path.join(dir, `of-${pid}`);
    }
  }
  await over;
  for (const [name, file] of Object.entries(cores)) {
    const core = fs.readFileSync(file);
    assert.ok(core.length > 100000, name);
    for (const form of needles.flat()) assert.ok(!core.includes(form), `the core of ${name} holds a private half`);
  }
  assert.equal(cores['certfill-sign'], undefined);
  if (lifted.has('certfill') && fs.readFileSync('/proc/sys/kernel/core_pattern', 'latin1').trim() === 'core') assert.ok(cores.certfill, 'the command line leaves one, so cores are made here');
});

const asRoot = { skip: process.getuid() !== 0 && 'only root may look', timeout: 600000 };

test('nor does any process that serves, fetches or checks', asRoot, async (t) => {
  const dir = temporary(t), f = institution(dir, 2), needles = needlesOf(f.data), s = await serve(t, f.data);
  assert.ok(needles.length >= 7);
  // Pages, documents and a fresh link: what the tree would need a key for.
  const [p] = f.people;
  assert.equal((await s.verdict(p)).verdict, 'valid');
  assert.equal((await s.get(`/credentials/${p.credential}.json`)).status, 200);
  assert.equal((await s.request('POST', p.claim, '', { body: 'artifact=pdf' })).status, 303);
  const serving = [{ pid: s.pid, name: 'certfill-serve' }, ...below(s.pid)];
  for (const name of ['certfill-verify', 'certfill-store']) assert.ok(serving.some((x) => x.name === name), JSON.stringify(serving));
  for (const { pid, name } of serving) {
    const n = search(pid, needles);
    if (name !== 'certfill-sign') assert.equal(n, 0, `${name} of the serving tree holds ${n} private halves`);
    if (name !== 'certfill-serve') assertNoCore(pid, name);
  }

  // A server that never answers: certfill, check and fetch stand still while they are looked at.
  let arrived;
  const asked = new Promise((resolve) => { arrived = resolve; });
  const silent = net.createServer((socket) => { socket.on('error', () => {}); arrived(); });
  await new Promise((done) => silent.listen(0, '127.0.0.1', done));
  const child = spawn(certfillPath, ['verify', path.join(p.folder, 'credential.json'), `https://127.0.0.1:${silent.address().port}/c`, '--online', '--allow-private', '--offline', f.out, '--data', f.data], { stdio: 'ignore' });
  const over = new Promise((resolve) => child.on('close', resolve));
  await asked;
  const verifying = family(child.pid);
  for (const name of ['certfill', 'certfill-check', 'certfill-fetch']) {
    const one = verifying.find((x) => x.name === name);
    assert.ok(one, `${name}: ${JSON.stringify(verifying)}`);
    assert.equal(search(one.pid, needles), 0, name);
  }
  assertNoCore(verifying.find((x) => x.name === 'certfill-check').pid, 'certfill-check');
  child.kill('SIGKILL');
  silent.close();
  for (const { pid } of verifying) try { process.kill(Number(pid), 'SIGKILL'); } catch { /* ended */ }
  await over;
});
