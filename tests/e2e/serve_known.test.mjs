// SPDX-License-Identifier: Apache-2.0
// Credentials that a verify process keeps in memory: each answer has its own person's values, however they are
// written, and what happens to one is said at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certfill, run, temporary } from './lib.mjs';
import { institution, issue, serve, until } from './serving.mjs';

const names = ['Ada Lovelace', 'Zoë <b>&amp;</b> "O\'Neill"', 'عائشة بنت خالد', '김민준', 'Back\\slash {1}', 'AAAAAAAAAAAAAAAAAAAAAAAA'];
const utf8 = (s) => Buffer.from(s, 'latin1').toString();
const escaped = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

test('answers from memory are each person\'s own, and are never older than the ledger', { timeout: 180000 }, async (t) => {
  const dir = temporary(t);
  let i = 0;
  const { data, people } = institution(dir, names.length, { row: (r) => ({ ...r, name: names[i++] }) });
  const s = await serve(t, data, { args: ['--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0', '--workers', '1'] });
  const known = () => Number(/^certfill_known_credentials\{worker="0"\} (\d+)/m.exec(run('curl', ['-s', `http://127.0.0.1:${s.ports[1]}/metrics`]).stdout)?.[1]);
  const all = async (verdict, of = people) => {
    for (const p of of)
      for (const _ of [1, 2]) {
        const a = await s.verdict(p), page = utf8((await s.get(p.verify)).body);
        assert.deepEqual([a.verdict, utf8(a.recipient)], [verdict, p.name]);
        assert.ok(a.permalink.endsWith(p.verify) && a.credential.includes(p.credential), a.permalink);
        assert.ok(page.includes(`<bdi>${escaped(p.name)}</bdi>`) && page.includes(p.verify), p.name);
        for (const other of of) assert.ok(other === p || !page.includes(other.token), 'nobody else is there');
      }
  };
  await s.verdict(people[0]);
  await until(() => known() === names.length, 'they are never read ahead');
  await all('valid');
  // Another batch changes nothing of theirs.
  const more = issue(dir, data, 2, { key: 'more' });
  await until(async () => (await s.verdict(more.people[0])).verdict === 'valid');
  await all('valid');
  const gone = certfill(['cred', 'revoke', people[1].credential, '--reason', 'withdrawn', '--yes', '--data', data]);
  assert.equal(gone.status, 0, gone.stderr);
  await until(async () => (await s.verdict(people[1])).verdict === 'revoked');
  await all('valid', people.filter((p) => p !== people[1]));
});
