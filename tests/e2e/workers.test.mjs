// SPDX-License-Identifier: Apache-2.0
// One process is killed while a batch runs: render workers are replaced, the others end the command with
// a sentence; the same command then completes with the same bytes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { certfill, frozenFile, hashTree, run, smallCohort, start } from './lib.mjs';

const find = (pid, name) => run('pgrep', ['-P', String(pid)]).stdout.split('\n').filter(Boolean).map(Number).flatMap((p) => {
  const comm = (() => { try { return fs.readFileSync(`/proc/${p}/comm`, 'utf8').trim(); } catch { return ''; } })();
  return comm.startsWith(name) ? [p] : find(p, name);
});

const ROWS = 200;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-workers-'));
const copy = (n) => { fs.cpSync(path.join(dir, 'plan'), path.join(dir, n), { recursive: true, filter: (x) => !x.endsWith('.sock') }); return path.join(dir, n); };
const args = (data, out) => ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out];
let f, want;

// One frozen plan, and what comes of it when nobody is killed.
before(() => {
  f = smallCohort(dir, ROWS);
  const plan = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'plan'), '--plan-only']);
  assert.equal(plan.status, 0, plan.stderr);
  const whole = certfill(args(copy('whole'), path.join(dir, 'out')));
  assert.equal(whole.status, 0, whole.stderr);
  want = hashTree(path.join(dir, 'out'), frozenFile);
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

async function killOne(name) {
  const data = copy(name), out = path.join(dir, `out-${name}`);
  const child = start(args(data, out));
  let said = '';
  child.stderr.on('data', (d) => { said += d; });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.on('data', (d) => { if (/"phase":"issue"/.test(d)) resolve(); }));
  // While nothing is drawn, the batch cannot end before its process is killed.
  const drawing = find(child.pid, 'certfill-render');
  for (const pid of drawing) process.kill(pid, 'SIGSTOP');
  const [victim] = find(child.pid, name);
  assert.ok(victim, `no ${name} is running`);
  process.kill(victim, 'SIGKILL');
  for (const pid of drawing) try { process.kill(pid, 'SIGCONT'); } catch { /* it was the one, or went with control */ }
  const code = await ended;
  const r = certfill(args(data, out));
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.issued + r.summary.unchanged, ROWS);
  assert.deepEqual(hashTree(out, frozenFile), want);
  return { code, said };
}

test('a render worker is killed: another takes over within the same command', async () => {
  const { code, said } = await killOne('certfill-render');
  assert.equal(code, 0, said);
});

for (const name of ['certfill-sign', 'certfill-store', 'certfill-contro']) {
  test(`${name} is killed: the command says so and can be given again`, async () => {
    const { code, said } = await killOne(name);
    assert.notEqual(code, 0);
    assert.match(said, /sign|store|control/);
  });
}
