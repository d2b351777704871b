// SPDX-License-Identifier: Apache-2.0
// Control groups: in force, or one line of the log (--verbose) says why not, whatever the command starts
// (tests/confine has the rest). doctor says the same.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, smallCohort, temporary } from './lib.mjs';

const lines = (r) => r.stderr.split('\n').filter((l) => /limited by rlimits alone/.test(l));

test('groups are in force, or one log line says why not', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1);
  const doctor = certfill(['doctor', '--data', path.join(dir, 'data'), '--verbose']);
  const check = doctor.lines.filter((l) => l.name === 'sandbox' && /cgroup/.test(l.text));
  const issued = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out'), '--verbose']);
  assert.equal(issued.status, 0, issued.stderr);
  assert.equal(check.length, 1, doctor.stdout);
  if (check[0].state === 'ok') {
    assert.deepEqual([lines(doctor), lines(issued)], [[], []]);
    return;
  }
  const [, why] = /^no cgroup limits, rlimits alone: (.+)$/.exec(check[0].text);
  for (const r of [doctor, issued]) {
    assert.equal(lines(r).length, 1, r.stderr);
    assert.ok(lines(r)[0].endsWith(why), r.stderr);
  }
});
