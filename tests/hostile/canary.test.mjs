// SPDX-License-Identifier: Apache-2.0
// Nothing outside is touched while attacks are cleaned and drawn by the real programs. make test-all tries them all.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';

const here = path.dirname(new URL(import.meta.url).pathname);

test('no attack touches a canary: addresses, names, sockets, files', { timeout: 3600000 }, () => {
  const r = spawnSync(process.execPath, [path.join(here, 'canary.mjs'), process.env.CANARY_EVERY ?? '24'], { maxBuffer: 1 << 26 });
  const said = JSON.parse(r.stdout.toString().trim().split('\n').at(-1) || 'null');
  assert.ok(said, r.stderr.toString());
  assert.deepEqual([said.touches, said.odd], [[], []]);
  assert.ok(said.cleaned >= 30 && said.accepted >= 10 && said.drawn >= 5, r.stdout.toString());
  // A touch of each kind was made on purpose, and seen.
  assert.ok(said.control.length === 4 && said.control.every((n) => n > 0), r.stdout.toString());
});
