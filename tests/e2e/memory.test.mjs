// SPDX-License-Identifier: Apache-2.0
// Private halves exist in the signer alone: the memory of every process of a batch is searched for them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { certfill, smallCohort, start, temporary } from './lib.mjs';

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

test('no process but the signer ever holds a private half', { skip: process.getuid() !== 0 && 'only root may look', timeout: 120000 }, async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  assert.equal(certfill(['--data', data, 'init']).status, 0);
  assert.equal(certfill(['--data', data, 'key', 'new', '--alg', 'RS256']).status, 0);
  // The data secret is no signing key: control and store hold what is derived from it (ADR 0015).
  const needles = privateHalves(path.join(data, 'keys/default/keys')).filter((k) => k.purpose !== 9).map((k) => k.forms);
  assert.ok(needles.length >= 8);
  const f = smallCohort(dir, 3000);
  const child = start(['--data', data, 'issue', f.cohort, '--manifest', f.manifest, '--workers', '2'], { cwd: dir });
  const over = new Promise((resolve) => child.on('close', resolve));
  child.stdout.resume();
  child.stderr.resume();
  const seen = {};
  let signer = 0;
  while (child.exitCode === null && Object.values(seen).reduce((a, b) => a + b, 0) < 40) {
    for (const { pid, name } of family(child.pid)) {
      const n = search(pid, needles);
      if (n === null) continue;
      seen[name] = (seen[name] ?? 0) + 1;
      if (name === 'certfill-sign') signer = Math.max(signer, n);
      else assert.equal(n, 0, `${name} holds ${n} private halves`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const name of ['certfill', 'certfill-control', 'certfill-render', 'certfill-store']) assert.ok(seen[name], `${name} was not seen: ${JSON.stringify(seen)}`);
  // The search is known to work: the signer holds them all.
  assert.equal(signer, needles.length, JSON.stringify(seen));

  // Nobody leaves a core, whatever the shell allows: killed in the middle, all of them.
  for (const { pid } of family(child.pid).reverse()) try { process.kill(Number(pid), 'SIGSEGV'); } catch { /* ended */ }
  await over;
  for (const p of fs.readdirSync(dir).filter((n) => n.startsWith('core'))) {
    const core = fs.readFileSync(path.join(dir, p));
    for (const form of needles.flat()) assert.ok(!core.includes(form), `${p} holds a private half`);
  }
});
