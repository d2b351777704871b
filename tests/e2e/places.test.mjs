// SPDX-License-Identifier: Apache-2.0
// Data directories: long paths, nothing left behind by a command that failed, lost routes, damaged backups.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, run, smallCohort, start, temporary } from './lib.mjs';

test('a data directory with a path of 200 characters is shared by commands at once', async (t) => {
  const dir = temporary(t), f = smallCohort(dir, 4), data = path.join(dir, 'd'.repeat(200));
  assert.equal(certfill(['init', '--data', data]).status, 0);
  const first = start(['issue', f.cohort, '--manifest', f.manifest, '--data', data]);
  const done = new Promise((resolve) => { first.on('exit', resolve); });
  first.stdout.resume();
  // Joins the running control through its socket; without one it would wait, then exit 75.
  for (let i = 0; i < 5; i++) assert.equal(certfill(['batch', 'list', '--data', data]).status, 0);
  assert.equal(await done, 0);
});

test('a command that fails before there is a tenant leaves no data directory', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), data = path.join(dir, 'data');
  const init = certfill(['init', '--data', data, '--base-url', 'http://example.edu']);
  assert.equal(init.status, 2);
  assert.match(init.stderr, /https:/);
  assert.equal(fs.existsSync(data), false);
  assert.equal(certfill(['init', '--data', path.join(data, 'deep', 'down'), '--base-url', 'http://example.edu']).status, 2);
  assert.equal(fs.existsSync(data), false);
  // Nor anything in one that was there.
  fs.mkdirSync(data);
  fs.writeFileSync(path.join(data, 'mine'), '');
  assert.equal(certfill(['init', '--data', data, '--base-url', 'http://example.edu']).status, 2);
  assert.equal(certfill(['doctor', '--data', data]).status, 0);
  assert.deepEqual(fs.readdirSync(data), ['mine']);
  fs.rmSync(data, { recursive: true });
  fs.writeFileSync(f.manifest, '{');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', `${data}/`]).status, 4);
  assert.equal(fs.existsSync(data), false);
});

test('doctor sees lost routes and makes them again', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 3), data = path.join(dir, 'data'), routes = path.join(data, 'ledger/routes.db');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data]).status, 0);
  const all = () => run('sqlite3', [routes, 'SELECT kind, hex(key), tenant_id FROM routes ORDER BY 1, 2']).stdout;
  const before = all();
  // Token, credential and claim link of each, and the status list.
  assert.equal(before.trim().split('\n').length, 10);
  for (const name of fs.readdirSync(path.dirname(routes))) if (name.startsWith('routes.db')) fs.rmSync(path.join(path.dirname(routes), name));
  const sick = certfill(['doctor', '--data', data]);
  assert.equal(sick.status, 1);
  assert.match(sick.lines.find((l) => l.name === 'routes').text, /^10 tokens.*--mend/);
  assert.equal(certfill(['doctor', '--mend', '--data', data]).lines.find((l) => l.name === 'routes').state, 'ok');
  assert.equal(certfill(['doctor', '--data', data]).lines.find((l) => l.name === 'routes').state, 'ok');
  assert.equal(all(), before);
});

test('a damaged backup restores nothing at all', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), data = path.join(dir, 'data'), backup = path.join(dir, 'backup');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data]).status, 0);
  assert.equal(certfill(['backup', backup, '--data', data]).status, 0);
  const segments = path.join(backup, 'store/default');
  fs.appendFileSync(path.join(segments, fs.readdirSync(segments)[0]), 'x');
  const r = certfill(['restore', backup, '--data', path.join(dir, 'other')]);
  assert.equal(r.status, 4);
  assert.match(r.stderr, /SHA-256 differs/);
  assert.deepEqual(fs.readdirSync(dir).filter((n) => n.startsWith('other')), []);
});

test('a damaged end of the store is put aside, not thrown away', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 2), data = path.join(dir, 'data'), store = path.join(data, 'store/default');
  const issued = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'out')]);
  assert.equal(issued.status, 0);
  const segment = path.join(store, 'seg-000001.cfs'), whole = fs.readFileSync(segment);
  whole[whole.length >> 1] ^= 1;
  fs.writeFileSync(segment, whole);
  const list = certfill(['batch', 'list', '--data', data]);
  assert.equal(list.status, 0);
  assert.match(list.stderr, /error .*the store is damaged at its end: \d+ bytes .*\.cut file.*restore a backup/);
  const kept = fs.readFileSync(path.join(store, 'seg-000001.cut1'));
  assert.ok(kept.equals(whole.subarray(whole.length - kept.length)) && kept.length > whole.length >> 1);
  // It is said once; the store goes on.
  assert.doesNotMatch(certfill(['batch', 'list', '--data', data]).stderr, /damaged/);
  fs.appendFileSync(f.cohort, fs.readFileSync(f.cohort, 'utf8').trim().split('\n').at(-1).replace(/^[^,]*/, 'another') + '\n');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data]).status, 0);
});

test('a template outside the manifest\'s directory or behind a link: what to do is said', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), below = path.join(dir, 'below');
  fs.mkdirSync(below);
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  const issue = (template) => {
    for (const c of Object.values(m.credentials)) c.template = template;
    fs.writeFileSync(path.join(below, 'm.json'), JSON.stringify(m));
    return certfill(['issue', f.cohort, '--manifest', path.join(below, 'm.json'), '--data', path.join(dir, 'data')]);
  };
  fs.writeFileSync(path.join(dir, 'x.svg'), '<svg/>');
  fs.symlinkSync('../x.svg', path.join(below, 'link.svg'));
  for (const [template, want] of [['../x.svg', /outside the manifest's directory.*--template/], ['link.svg', /symbolic link/], ['none.svg', /No such file/]]) {
    const r = issue(template);
    assert.equal(r.status, 4, template);
    assert.match(r.stderr, want);
  }
});

test('what the public pages may say is kept sealed, no more than the manifest publishes', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 3), data = path.join(dir, 'data');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data]).status, 0);
  const db = path.join(data, 'ledger/default.db');
  assert.equal(run('sqlite3', [db, 'SELECT count(*) FROM public_views v JOIN credentials c ON c.ulid = v.ulid WHERE length(published) > 60 AND length(claimed) > 60']).stdout.trim(), '3');
  const names = fs.readFileSync(f.cohort, 'utf8').split('\n').slice(1).map((l) => l.split(',')[1]).filter(Boolean);
  assert.ok(names.length >= 3);
  for (const file of fs.readdirSync(path.dirname(db))) {
    const bytes = fs.readFileSync(path.join(path.dirname(db), file));
    for (const name of names) assert.ok(!bytes.includes(name.replaceAll('"', '')), `a name stands in ${file}`);
  }
});
