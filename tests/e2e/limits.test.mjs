// SPDX-License-Identifier: Apache-2.0
// Rows that make the worker which draws them break a limit, in VARIANT=confine: each ends its worker, is tried
// once more alone, then fails with a sentence; all others are issued, and nothing outside is touched.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import fs from 'node:fs';
import { below } from './serving.mjs';
import { root, run, smallCohort, start, temporary } from './lib.mjs';

const program = path.join(root, 'build/confine/certfill');
// A name that asks for an attempt of tests/confine -> what the row's failure says.
const bad = new Map([
  ['netlink_socket', /made the forbidden system call socket \(41\)/],
  ['fork_call', /made the forbidden system call fork \(57\)/],
  ['exec_true', /made the forbidden system call execve \(59\)/],
  ['map_executable', /made the forbidden system call mmap \(9\)/],
  ['cpu_bomb', /used up its CPU time/],
  ['output_bomb', /wrote more than it may/],
  ['heap_bomb', /its memory was used up/],
  ['stack_bomb', /SIGSEGV/],
  // Every call that makes a descriptor is forbidden to it; the limit behind that is tests/confine's matter.
  ['event_descriptor', /made the forbidden system call eventfd2 \(290\)/],
  ['hang', /did not answer within 10 s/],
]);

test('each bad row fails alone with a sentence, and the others are issued', { timeout: 600000 }, (t) => {
  const dir = temporary(t), names = [...bad.keys()];
  const f = smallCohort(dir, 50, (row, i) => (i % 5 === 3 ? { ...row, name: `probe:${names[(i - 3) / 5]}` } : row));
  const r = run(program, ['--json', 'issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out')]);
  const lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
  const summary = lines.filter((l) => l.message_type === 'summary').at(-1);
  assert.equal(r.status, 3, r.stderr);
  assert.equal(summary.issued, 50 - names.length, r.stdout);
  assert.equal(summary.failed, names.length);
  const report = run(program, ['--json', 'batch', 'report', summary.batch, '--data', path.join(dir, 'data')]).stdout + r.stdout + r.stderr;
  for (const [name, sentence] of bad) assert.match(report, sentence, name);
  // Each loss is logged, and counted.
  assert.equal(summary.workers_lost, (r.stderr.match(/the \w+ process is gone/g) ?? []).length);
  // Once each alone, and at least once a group.
  assert.ok((r.stderr.match(/the render process is gone/g) ?? []).length > names.length, r.stderr);
});

// tests/tools/relay.c stands in the place of the render worker and keeps one answer of the opening to itself.
test('a worker that is stuck before its lockdown is given up with a sentence', { timeout: 300000 }, async (t) => {
  const dir = temporary(t), build = path.dirname(program);
  fs.chmodSync(dir, 0o755);
  await Promise.all(['WELCOME', 'DONE', 'READY'].map(async (message) => {
    const own = path.join(dir, message);
    fs.mkdirSync(own);
    for (const f of fs.readdirSync(build).filter((n) => /^certfill-[a-z]+$/.test(n) && n !== 'certfill-control')) fs.symlinkSync(path.join(build, f), path.join(own, f));
    for (const f of ['certfill', 'certfill-control']) fs.copyFileSync(path.join(build, f), path.join(own, f));
    fs.renameSync(path.join(own, 'certfill-render'), path.join(own, 'render.real'));
    fs.copyFileSync(path.join(root, 'build/release/tools/relay'), path.join(own, 'certfill-render'));
    fs.writeFileSync(path.join(own, 'render.attack'), `${message} hang`, { mode: 0o644 });
    const child = spawn(path.join(own, 'certfill'), ['template', 'preview', path.join(root, 'templates/samples/classic.svg'), '-o', path.join(own, 'p.pdf')]);
    let said = '';
    for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { said += d; });
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), 1, `${message}: ${said}`);
    assert.match(said, /the render process did not answer within 10 s/, message);
  }));
});

// The limits of the programs that are shipped are longer than a test may take: that they are in force is seen from outside.
test('the shipped workers run under their limits', async (t) => {
  const dir = temporary(t), f = smallCohort(dir, 300);
  const child = start(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data')]);
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.on('data', (d) => { if (/"phase":"issue"/.test(d)) resolve(); }));
  const limits = below(child.pid).flatMap(({ pid, name }) => {
    try { return [[name, fs.readFileSync(`/proc/${pid}/limits`, 'utf8')]]; } catch { return []; }
  });
  assert.equal(await ended, 0);
  const hard = (name, what) => limits.filter(([n]) => n.startsWith(name)).map(([, l]) => Number(new RegExp(`^${what} +\\S+ +(\\S+)`, 'm').exec(l)[1]));
  for (const [name, cpu, memory, files] of [['certfill-render', 121, 1536 * 2 ** 20, 8], ['certfill-sign', NaN, 512 * 2 ** 20, 16], ['certfill-store', NaN, 2 ** 30, 96]]) {
    const all = [['Max cpu time', cpu], ['Max address space', memory], ['Max open files', files], ['Max processes', 0], ['Max core file size', 0]];
    assert.ok(hard(name, 'Max cpu time').length > 0, `no ${name}: ${limits.map(([n]) => n)}`);
    for (const [what, want] of all) assert.ok(hard(name, what).every((n) => Object.is(n, want)), `${name} ${what}: ${hard(name, what)}`);
  }
});

test('few open files: the soft limit is raised, and a hard one that is too low is told first', (t) => {
  const dir = temporary(t), preview = ['template', 'preview', path.join(root, 'templates/samples/classic.svg'), '-o', path.join(dir, 'p.pdf')];
  const within = (limit, ...args) => run('bash', ['-c', `ulimit ${limit} && exec "$@"`, 'bash', path.join(root, 'build/certfill'), ...args]);
  const soft = within('-Sn 32', ...preview), hard = within('-n 64', ...preview);
  assert.equal(soft.status, 0, soft.stderr);
  assert.notEqual(hard.status, 0);
  assert.match(hard.stderr, /only 64 files may be open at once here, and certfill needs 256: raise the hard limit/);
});
