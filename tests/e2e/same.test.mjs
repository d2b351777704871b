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

// Kills the tree below child unless it ended before that moment; says what it was last seen doing, undefined when it had ended.
async function killAt(child, moment) {
  let phase = 'start';
  child.stdout.on('data', (d) => { phase = [...String(d).matchAll(/"phase":"(\w+)"/g)].at(-1)?.[1] ?? phase; });
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(signal)));
  await sleep(moment);
  if (child.exitCode === null) for (const pid of tree(child.pid)) try { process.kill(pid, 'SIGKILL'); } catch { /* gone by itself */ }
  return (await ended) === 'SIGKILL' ? phase : undefined;
}

const kills = Number(process.env.CERTFILL_KILLS ?? 24);
test(`SIGKILL of the whole tree, ${kills} times: the same command completes it, nobody twice`, async (t) => {
  const { dir, copy, args } = frozen(t, 120);
  const reference = path.join(dir, 'reference');
  const began = Date.now();
  assert.equal(certfill(args(copy('data-reference'), reference)).status, 0);
  let span = Date.now() - began;
  const want = hashTree(reference, all);
  const seen = {};
  let done = 0;
  let late = 0;
  const rounds = Math.ceil(kills / 2);
  for (let i = 0; done < kills; i++) {
    assert.ok(i < 4 * rounds, `only ${done} kills came in time`);
    const data = copy(`data-${i}`), out = path.join(dir, `out-${i}`);
    // The moment walks over the whole run; a second kill comes while it recovers.
    for (const part of [((i % rounds) + 0.5) / rounds, ((i * 7) % rounds) / rounds / 2]) {
      const phase = await killAt(start(args(data, out)), span * part);
      if (phase === undefined) {
        // It was faster than the first run: the next moments are set for that.
        late++;
        span *= 0.95;
      } else {
        seen[phase] = (seen[phase] ?? 0) + 1;
        done++;
      }
    }
    const r = certfill(args(data, out));
    assert.equal(r.status, 0, `round ${i}: ${r.stderr}`);
    assert.equal(r.summary.issued + r.summary.unchanged, 120, `round ${i}`);
    assert.deepEqual(hashTree(out, all), want, `round ${i}`);
    const report = certfill(['batch', 'report', r.summary.batch, '--data', data]).lines.filter((l) => l.message_type === 'row');
    assert.equal(report.length, 120);
    assert.equal(new Set(report.map((l) => l.credential)).size, 120);
    assert.ok(report.every((l) => l.outcome === 'issued'));
    fs.rmSync(data, { recursive: true });
    fs.rmSync(out, { recursive: true });
  }
  t.diagnostic(`${done} kills, by what was going on: ${JSON.stringify(seen)}; ${late} came after the end`);
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
