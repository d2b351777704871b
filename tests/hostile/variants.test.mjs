// SPDX-License-Identifier: Apache-2.0
// A part of the generated attacks, another one each day; make test-all runs them all (variants.mjs).
import assert from 'node:assert';
import test from 'node:test';
import { tryVariants } from './variants.mjs';

test('generated attacks: refused or harmless, told, the same when cleaned again', () => {
  const { bad, count } = tryVariants({ every: 97 });
  assert.deepEqual(bad, []);
  assert.ok(count >= 300, `${count} variants`);
});
