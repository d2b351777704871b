// SPDX-License-Identifier: Apache-2.0
// Fonts whose rules of substitution and placing multiply letters or call themselves, in HarfBuzz inside the workers:
// a row or a template fails with a sentence, no worker is lost, and the rows without such letters are issued.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fonts } from '../hostile/generate/fonts.mjs';
import { certfillPath, run, smallCohort, temporary } from './lib.mjs';

const made = fonts();

// A folder whose font, Noto Serif by name, has rules about the letter a.
function bundle(dir, name, body) {
  const folder = path.join(dir, name);
  fs.mkdirSync(path.join(folder, 'fonts'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'fonts/own.ttf'), made[name]);
  fs.writeFileSync(path.join(folder, 'template.svg'), `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><text x="9" y="50" font-size="20" font-family="Noto Serif" data-max-width="700" data-min-scale=".2">${body}</text></svg>`);
  return folder;
}
function issue(dir, name, body) {
  const f = smallCohort(dir, 4, (row, i) => ({ ...row, id: `${name}-${body.length}-${i}`, name: i % 2 ? 'Bob' : 'a'.repeat(i * 20) }));
  const r = run(certfillPath, ['--json', 'issue', f.cohort, '--manifest', f.manifest, '--template', bundle(dir, name, body), '--data', path.join(dir, 'data')]);
  assert.doesNotMatch(r.stderr, /is gone|signal|SIG[A-Z]+|used up|forbidden/, `${name}: no worker is lost`);
  r.lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
  r.summary = r.lines.findLast((l) => l.message_type === 'summary');
  return r;
}

test('letters that become thousands, and rules that call themselves', { timeout: 300000 }, (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  // With an address of its own no page is marked as DEMO, in the same font.
  assert.equal(run(certfillPath, ['init', '--name', 'Example', '--base-url', 'https://certificates.example.org', '--data', data]).status, 0);
  for (const name of ['gsub-multiply', 'gsub-chain-multiply', 'gpos-chain-ring', 'gsub-chain-ring']) {
    const r = issue(dir, name, '{{recipient.name}}');
    const bad = new Map(r.lines.filter((l) => l.message_type === 'problem' && !l.warning).map((l) => [l.record, l.message]));
    assert.ok(r.summary, `${name}: ${r.stdout}${r.stderr}`);
    assert.equal(r.summary.workers_lost, 0);
    assert.equal(r.summary.issued + bad.size, 4, `${name}: ${r.stdout}`);
    for (const record of [1, 3]) assert.equal(bad.has(record), false, `${name}: rows without the letter are issued`);
    if (name.endsWith('ring')) assert.equal(r.summary.issued, 4, 'what is cut short draws');
    else for (const record of [2, 4]) assert.ok(bad.get(record)?.length > 20, `${name}: record ${record} is told: ${r.stdout}`);
  }
  const text = issue(dir, 'gsub-multiply', 'banana {{recipient.name}}');
  const told = `${text.stdout}${text.stderr}`;
  assert.ok([3, 4].includes(text.status), told);
  assert.ok(!text.summary || text.summary.issued === 0, told);
  assert.match(told, /"message":"[^"]{20,}/);
  // In the same font's words that mark a page as DEMO the letter stands too.
  const demo = path.join(dir, 'demo');
  fs.mkdirSync(demo);
  const marked = issue(demo, 'gsub-multiply', '{{recipient.name}}');
  assert.equal(marked.status, 4, `${marked.stdout}${marked.stderr}`);
  assert.match(`${marked.stdout}${marked.stderr}`, /a font of the template cannot show the words that mark its certificates as DEMO; leave it out/);
});
