// SPDX-License-Identifier: Apache-2.0
// What a real, confined signer made: written once per test file by the worker test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const build = process.env.CERTFILL_BUILD ?? join(root, 'build', 'release');

/** A directory with the signer's samples; remove() takes it away. */
export function makeSamples() {
  const dir = mkdtempSync(join(tmpdir(), 'certfill-interop-'));
  execFileSync(join(build, 'tests', 'worker', 'sign_test'), ['--write', dir]);
  return {
    dir,
    path: (name) => join(dir, name),
    bytes: (name) => readFileSync(join(dir, name)),
    text: (name) => readFileSync(join(dir, name), 'utf8'),
    json: (name) => JSON.parse(readFileSync(join(dir, name), 'utf8')),
    remove: () => rmSync(dir, { recursive: true }),
  };
}
