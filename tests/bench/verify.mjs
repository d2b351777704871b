// SPDX-License-Identifier: Apache-2.0
// make bench: verifying, by kind of file: CPU of all processes for each file, and files a second.
//   node verify.mjs [--files 10000]   of 50 credentials, each several times
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeWorkload } from './workload.mjs';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../..');
const certfill = path.join(root, 'build/certfill');
const at = process.argv.indexOf('--files');
const files = at < 0 ? 10000 : Number(process.argv[at + 1]);
const people = 50;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-bench-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
makeWorkload(dir, people);
const file = (n) => path.join(dir, n);
function run(...args) {
  const r = spawnSync(certfill, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (r.error) throw r.error;
  return r;
}
const issued = run('issue', file('cohort.csv'), '--manifest', file('manifest.json'), '--data', file('data'), '--out', file('out'), '--yes');
if (issued.status !== 0) throw new Error(issued.stderr);
const ids = fs.readFileSync(file('out/proofs.jsonl'), 'utf8').trim().split('\n').map((l) => JSON.parse(l).credential);
const bundled = run('cred', 'bundle', ...ids, '-o', file('bundle.json'), '--data', file('data'));
if (bundled.status !== 0) throw new Error(bundled.stderr);
const folders = fs.readdirSync(file('out'), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => file(`out/${e.name}`));

console.log(`\nVerifying ${files} files offline: signature, key, record, digest of the file, status list, in confined processes`);
console.log('kind                ms CPU per file     files a second');
const kinds = ['credential.jwt', 'credential.json', 'certificate.png', 'certificate.pdf', 'pass.pkpass'];
for (const [name, turns] of [...kinds.map((kind) => [kind, [kind]]), ['all kinds', kinds]]) {
  const many = file(`many-${name}`);
  fs.mkdirSync(many);
  for (let i = 0; i < files; i++) {
    const kind = turns[i % turns.length], folder = folders[Math.floor(i / turns.length) % folders.length];
    fs.linkSync(path.join(folder, kind), path.join(many, `${String(i).padStart(6, '0')}-${kind}`));
  }
  const script = 'times >/dev/null; "$@" >/dev/null 2>&1; code=$?; times; exit $code';
  const began = process.hrtime.bigint();
  const r = spawnSync('/bin/bash', ['-c', script, 'bash', certfill, 'verify', many, '--offline', file('bundle.json')], { encoding: 'utf8' });
  const wall = Number(process.hrtime.bigint() - began) / 1e9;
  if (r.status !== 0) throw new Error(`verify ended with ${r.status}`);
  const cpu = [...r.stdout.trim().split('\n').at(-1).matchAll(/(\d+)m([\d.]+)s/g)].reduce((s, m) => s + Number(m[1]) * 60 + Number(m[2]), 0);
  console.log(`${name.padEnd(20)}${((cpu * 1000) / files).toFixed(2).padStart(10)}${(files / wall).toFixed(0).padStart(19)}`);
}
