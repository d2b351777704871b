// SPDX-License-Identifier: Apache-2.0
// Reporter of node:test that says of each failed test what a reader of a log needs: where it stands, what was
// expected, and what its processes said: from the file TEST_STDERR, which holds standard error, where
// tests/e2e/lib.mjs begins each test with a line "== its name".
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const said = process.env.TEST_STDERR;
const ends = { value: 14, message: 16, stderr: 12 };

function clip(text, count, end = false) {
  const lines = String(text).split('\n').map((l) => (l.length > 400 ? `${l.slice(0, 400)} ...` : l)).filter((l) => l.trim() !== '');
  if (lines.length <= count) return lines;
  return end ? ['...', ...lines.slice(-count)] : [...lines.slice(0, count), '...'];
}

const shown = (value) => clip(inspect(value, { depth: 4, maxArrayLength: 20, maxStringLength: 600, breakLength: 120 }), ends.value);

function stderrOf(name) {
  if (!said || !fs.existsSync(said)) return [];
  const parts = fs.readFileSync(said, 'utf8').split(/^== /m);
  const own = parts.findLast((p) => p.startsWith(`${name}\n`))?.slice(name.length) ?? parts.at(-1);
  return clip(own.slice(-8000), ends.stderr, true).map((l) => `stderr: ${l}`);
}

function place(data, error) {
  const file = data.file?.startsWith('file:') ? fileURLToPath(data.file) : data.file;
  const at = /\((?:file:\/\/)?[^()]*?(tests\/[^()]*:\d+):\d+\)/.exec(error.stack ?? '')?.[1];
  return at ?? (file ? `${path.relative(process.cwd(), file)}:${data.line}` : '');
}

function describe(data) {
  const failure = data.details.error, error = failure.cause instanceof Error ? failure.cause : failure;
  const out = [`${data.name}  (${place(data, error)})`, ...clip(error.message ?? error, ends.message).map((l) => `  ${l}`)];
  // A message of the test's own hides what was compared.
  if (error.code === 'ERR_ASSERTION' && error.generatedMessage === false)
    out.push(`  ${error.operator}`, ...shown(error.expected).map((l) => `  expected: ${l}`), ...shown(error.actual).map((l) => `  actual:   ${l}`));
  return [...out, ...stderrOf(data.name).map((l) => `  ${l}`)].slice(0, 40);
}

export default async function* failures(events) {
  for await (const { type, data } of events)
    if (type === 'test:fail' && data.details.error?.failureType !== 'subtestsFailed') yield `${describe(data).join('\n')}\n`;
}
