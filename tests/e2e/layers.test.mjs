// SPDX-License-Identifier: Apache-2.0
// Confinement fails closed: what is required must be there, what may be missing is said.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, certfillPath, root, run, smallCohort, temporary } from './lib.mjs';

const deny = path.join(root, 'build/release/tools/deny');
const issueWithout = (t, layers) => {
  const dir = temporary(t), f = smallCohort(dir, 3);
  return run(deny, [layers, certfillPath, 'issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data')]);
};

for (const layers of ['seccomp', 'namespaces,landlock']) {
  test(`without ${layers} nothing runs: exit 11 and a sentence that names it`, (t) => {
    const r = issueWithout(t, layers);
    assert.equal(r.status, 11, r.stderr);
    assert.match(r.stderr, layers === 'seccomp' ? /seccomp.*missing/ : /Landlock or namespaces is missing/);
  });
}

for (const layers of ['landlock', 'namespaces']) {
  test(`without ${layers} the other layers carry it, and doctor says so`, (t) => {
    const r = issueWithout(t, layers);
    assert.equal(r.status, 0, r.stderr);
    const doctor = run(deny, [layers, certfillPath, '--json', 'doctor', '--data', path.join(temporary(t), 'data')]);
    const checks = doctor.stdout.trim().split('\n').map((l) => JSON.parse(l));
    assert.ok(checks.some((c) => c.name === 'sandbox' && c.state === 'warn' && c.text.includes(layers)), doctor.stdout);
  });
}

test('doctor reports layers, fonts, keys, clock, store and ledger', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  assert.equal(certfill(['init', '--data', data, '--tenant', 'uni', '--name', 'University of Somewhere', '--base-url', 'https://certs.example.edu']).status, 0);
  const r = certfill(['doctor', '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  for (const name of ['sandbox', 'fonts', 'clock', 'keys', 'ledger', 'store', 'pass']) assert.ok(r.lines.some((l) => l.name === name), name);
  // Control groups are the machine's to give.
  assert.deepEqual(r.lines.filter((l) => l.name === 'sandbox' && l.state !== 'ok' && !/^no cgroup limits/.test(l.text)), []);
  const again = certfill(['init', '--data', data, '--tenant', 'uni', '--name', 'Other']);
  assert.equal(again.status, 6, 'init never overwrites');
  assert.equal(certfill(['init', '--data', path.join(dir, 'x'), '--base-url', 'http://plain.example']).status, 2);
});
