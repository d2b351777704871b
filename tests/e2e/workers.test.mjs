// SPDX-License-Identifier: Apache-2.0
// One process is killed while a batch runs: render workers are replaced, the others end the command with
// a sentence; the same command then completes with the same bytes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, hashTree, run, smallCohort, start, temporary } from './lib.mjs';

const find = (pid, name) => run('pgrep', ['-P', String(pid)]).stdout.split('\n').filter(Boolean).map(Number).flatMap((p) => {
  const comm = (() => { try { return fs.readFileSync(`/proc/${p}/comm`, 'utf8').trim(); } catch { return ''; } })();
  return comm.startsWith(name) ? [p] : find(p, name);
});

async function killOne(t, name) {
  const dir = temporary(t), f = smallCohort(dir, 400), plan = path.join(dir, 'plan');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', plan, '--plan-only']).status, 0);
  const args = (data, out) => ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out];
  const copy = (n) => { fs.cpSync(plan, path.join(dir, n), { recursive: true, filter: (x) => !x.endsWith('.sock') }); return path.join(dir, n); };
  assert.equal(certfill(args(copy('a'), path.join(dir, 'out-a'))).status, 0);
  const data = copy('b'), out = path.join(dir, 'out-b');
  const child = start(args(data, out));
  let said = '', killed = 0;
  child.stderr.on('data', (d) => { said += d; });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.on('data', (d) => { if (/"phase":"issue"/.test(d)) resolve(); }));
  for (const pid of find(child.pid, name).slice(0, 1)) try { process.kill(pid, 'SIGKILL'); killed++; } catch { /* ended by itself */ }
  const code = await ended;
  assert.equal(killed, 1, `no ${name} was running`);
  const r = certfill(args(data, out));
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.issued + r.summary.unchanged, 400);
  assert.deepEqual(hashTree(out), hashTree(path.join(dir, 'out-a')));
  return { code, said };
}

test('a render worker is killed: another takes over within the same command', async (t) => {
  const { code, said } = await killOne(t, 'certfill-render');
  assert.equal(code, 0, said);
});

for (const name of ['certfill-sign', 'certfill-store', 'certfill-contro']) {
  test(`${name} is killed: the command says so and can be given again`, async (t) => {
    const { code, said } = await killOne(t, name);
    assert.notEqual(code, 0);
    assert.match(said, /sign|store|control/);
  });
}
