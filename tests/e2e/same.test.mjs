// SPDX-License-Identifier: Apache-2.0
// From one frozen plan the same bytes come out, wherever and however often it is carried out.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { certfill, frozenFile, hashTree, sample, smallCohort, start, temporary } from './lib.mjs';

// proofs.jsonl is left out: with other shard borders the tree would be another; here it must be the same, too.
const all = frozenFile;

function frozen(t, count) {
  const dir = temporary(t);
  const f = count ? smallCohort(dir, count) : { cohort: sample('cohort.csv'), manifest: sample('manifest.json') };
  const plan = path.join(dir, 'plan');
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', plan, '--plan-only']);
  assert.equal(r.status, 0, r.stderr);
  const copy = (name) => { fs.cpSync(plan, path.join(dir, name), { recursive: true, filter: (f) => !f.endsWith('.sock') }); return path.join(dir, name); };
  const args = (data, out) => ['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out];
  return { dir, copy, args };
}

test('another time zone, locale and number of workers give byte-identical files', (t) => {
  const { dir, copy, args } = frozen(t, 0);
  const settings = [
    [[], { TZ: 'UTC', LC_ALL: 'C' }],
    [['--workers', '1'], { TZ: 'Asia/Kathmandu', LC_ALL: 'C.UTF-8', LANG: 'de_DE.UTF-8' }],
    [['--workers', '3'], { TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8' }],
  ];
  const trees = settings.map(([extra, env], i) => {
    const out = path.join(dir, `out-${i}`);
    const r = certfill([...args(copy(`data-${i}`), out), ...extra], { env: { ...process.env, ...env } });
    assert.equal(r.status, 0, r.stderr);
    assert.equal(r.summary.issued, 120);
    return hashTree(out, all);
  });
  assert.deepEqual(trees[1], trees[0]);
  assert.deepEqual(trees[2], trees[0]);
});

// Every process of the tree below pid, deepest last.
// From /proc itself: a batch is over before a program for each process has been started.
function tree(pid) {
  const kids = new Map();
  for (const p of fs.readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    const stat = read(`/proc/${p}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    kids.set(parent, [...(kids.get(parent) ?? []), Number(p)]);
  }
  const below = (p) => [p, ...(kids.get(p) ?? []).flatMap(below)];
  return below(pid);
}
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

const kills = Number(process.env.CERTFILL_KILLS ?? 12);
test(`SIGKILL of the whole tree at ${kills} moments: the same command completes it, nobody twice`, async (t) => {
  const { dir, copy, args } = frozen(t, 120);
  const reference = path.join(dir, 'reference');
  const began = Date.now();
  assert.equal(certfill(args(copy('data-reference'), reference)).status, 0);
  const span = Date.now() - began;
  const want = hashTree(reference, all);
  for (let i = 0; i < kills; i++) {
    const data = copy(`data-${i}`), out = path.join(dir, `out-${i}`);
    // The moment walks over the whole run; a second kill comes while it recovers.
    for (const moment of [(span * (i + 0.5)) / kills, (span * ((i * 7) % kills)) / kills / 2]) {
      const child = start(args(data, out));
      const ended = new Promise((resolve) => child.on('close', resolve));
      await sleep(moment);
      if (child.exitCode === null) for (const pid of tree(child.pid)) try { process.kill(pid, 'SIGKILL'); } catch { /* gone by itself */ }
      await ended;
    }
    const r = certfill(args(data, out));
    assert.equal(r.status, 0, `kill ${i}: ${r.stderr}`);
    assert.equal(r.summary.issued + r.summary.unchanged, 120, `kill ${i}`);
    assert.deepEqual(hashTree(out, all), want, `kill ${i}`);
    const report = certfill(['batch', 'report', r.summary.batch, '--data', data]).lines.filter((l) => l.message_type === 'row');
    assert.equal(report.length, 120);
    assert.equal(new Set(report.map((l) => l.credential)).size, 120);
    assert.ok(report.every((l) => l.outcome === 'issued'));
    fs.rmSync(data, { recursive: true });
    fs.rmSync(out, { recursive: true });
  }
});

test('SIGTERM drains: the exit code says so and the next run completes', async (t) => {
  const { dir, copy, args } = frozen(t, 150);
  const data = copy('data'), out = path.join(dir, 'out');
  const child = start(args(data, out));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  // As soon as the first rows are done.
  await new Promise((resolve) => child.stdout.on('data', (d) => { if (/"phase":"issue"/.test(d)) resolve(); }));
  child.kill('SIGTERM');
  const end = await ended;
  assert.ok([0, 143].includes(end.code), JSON.stringify(end));
  const r = certfill(args(data, out));
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.issued + r.summary.unchanged, 150);
});

test('a backup taken during a batch completes elsewhere with the same bytes', async (t) => {
  const { dir, copy, args } = frozen(t, 400);
  const data = copy('data'), out = path.join(dir, 'out');
  const child = start(args(data, out));
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.on('data', (d) => { if (/"phase":"issue"/.test(d)) resolve(); }));
  // Nothing more is drawn until the backup is made.
  const drawing = tree(child.pid).filter((p) => read(`/proc/${p}/comm`).startsWith('certfill-render'));
  for (const p of drawing) process.kill(p, 'SIGSTOP');
  const backup = certfill(['backup', path.join(dir, 'backup'), '--data', data]);
  for (const p of drawing) process.kill(p, 'SIGCONT');
  assert.equal(backup.status, 0, backup.stderr);
  assert.ok(drawing.length > 0);
  assert.equal(await ended, 0);
  const restored = certfill(['restore', path.join(dir, 'backup'), '--data', path.join(dir, 'elsewhere')]);
  assert.equal(restored.status, 0, restored.stderr);
  const r = certfill(args(path.join(dir, 'elsewhere'), path.join(dir, 'out-elsewhere')));
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.issued + r.summary.unchanged, 400);
  assert.ok(r.summary.issued > 0, 'nothing was left to do');
  assert.deepEqual(hashTree(path.join(dir, 'out-elsewhere'), all), hashTree(out, all));
  const damaged = path.join(dir, 'backup', 'keys');
  const file = fs.readdirSync(damaged, { recursive: true }).map((f) => path.join(damaged, f)).find((f) => fs.statSync(f).isFile());
  fs.appendFileSync(file, 'x');
  const refused = certfill(['restore', path.join(dir, 'backup'), '--data', path.join(dir, 'third')]);
  assert.equal(refused.status, 4);
  assert.match(refused.stderr, /SHA-256 differs/);
});
