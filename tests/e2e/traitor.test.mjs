// SPDX-License-Identifier: Apache-2.0
// Workers that were taken over (tests/tools/relay.c stands in the place of one) and answer control with what no honest
// one would: control goes on or ends with a sentence, honest rows are issued and genuine, nothing false is kept.
// ATTACKS=N tries every N-th attack; make test-all tries them all.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { certfill, root, run, sha256, smallCohort, temporary } from './lib.mjs';

const build = path.join(root, 'build/release');
const SHARE = Number(process.env.ATTACKS ?? 24);
const some = (list, share) => list.filter((_, i) => i % Math.max(1, Math.floor(share)) === 0);

// A data directory whose keys are made and whose template is compiled, by honest workers, for somebody else's batch.
let ready;
before((t) => {
  const dir = temporary(t), f = smallCohort(dir, 1, (row) => ({ ...row, id: 'before' }));
  ready = path.join(dir, 'data');
  assert.equal(certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', ready]).status, 0);
});

// A copy of it below dir; fresh: nothing is compiled yet.
function dataBelow(dir, { fresh = false } = {}) {
  const data = path.join(dir, 'data');
  fs.rmSync(data, { recursive: true, force: true });
  assert.equal(run('cp', ['-a', ready, data]).status, 0);
  if (fresh) for (const name of fs.readdirSync(path.join(data, 'cache'))) fs.rmSync(path.join(data, 'cache', name));
  return data;
}

// Programs in which role is a traitor. attack: "MESSAGE NAME", or none when rows say what is to be done.
function traitor(t, role, attack) {
  // As the tree is, so that templates are found; elsewhere, so that root's workers, who are nobody, may look into it.
  const tree = temporary(t), dir = path.join(tree, 'build/release');
  fs.chmodSync(tree, 0o755);
  fs.mkdirSync(dir, { recursive: true });
  fs.symlinkSync(path.join(root, 'templates'), path.join(tree, 'templates'));
  for (const f of fs.readdirSync(build).filter((n) => /^certfill(-[a-z]+)?$/.test(n)))
    if (['certfill', 'certfill-control', `certfill-${role}`].includes(f)) fs.copyFileSync(path.join(build, f), path.join(dir, f === `certfill-${role}` ? `${role}.real` : f));
    else fs.symlinkSync(path.join(build, f), path.join(dir, f));
  fs.copyFileSync(path.join(build, 'tools/relay'), path.join(dir, `certfill-${role}`));
  const set = (a) => { fs.writeFileSync(path.join(dir, `${role}.attack`), a); fs.chmodSync(path.join(dir, `${role}.attack`), 0o644); };
  if (attack) set(attack);
  const call = (...args) => {
    const r = run(path.join(dir, 'certfill'), ['--json', ...args], { timeout: 300000 });
    r.lines = r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
    r.summary = r.lines.filter((l) => l.message_type === 'summary').at(-1);
    // Whatever a worker says, control does not crash, and a line of the log is a line of ours.
    assert.equal(r.signal, null, r.stderr);
    assert.doesNotMatch(r.stderr, /check failed|core dumped|^warn control: forged/m);
    assert.doesNotMatch(r.stderr + r.stdout, /[\x00-\x08\x0b-\x1f]/, 'controls on the terminal');
    return r;
  };
  return { dir, set, call };
}

const files = { pdf: 'certificate.pdf', png: 'certificate.png', badge: 'credential.json', jwt: 'credential.jwt', pass: 'pass.pkpass' };

// What is in out is what the receipt says, and was issued for the rows of the cohort alone.
function checkOut(out, ids) {
  const receipt = JSON.parse(fs.readFileSync(path.join(out, 'receipt.json'), 'utf8'));
  const issued = receipt.rows.filter((r) => r.outcome === 'issued');
  assert.deepEqual(fs.readdirSync(out, { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name).sort(), [...ids].sort());
  assert.equal(issued.length, ids.length);
  for (const r of issued) {
    assert.deepEqual(Object.keys(r.artifacts).sort(), Object.keys(files).sort());
    const folder = path.join(out, `s-${r.row}`);
    for (const [kind, name] of Object.entries(files)) assert.equal(sha256(fs.readFileSync(path.join(folder, name))), r.artifacts[kind], `${folder}/${name}`);
  }
  return receipt;
}

const protocol = ['foreign', 'to-workers', 'unknown', 'claims-much', 'claims-little', 'too-long', 'zeros', 'ones', 'version', 'other-request', 'claims-descriptors',
  'descriptor', 'descriptors', 'half', 'empty', 'exit', 'trap', 'fault-kind', 'fault-bytes', 'fault-colours'];
const drawn = ['kind-badge', 'kind-jwt', 'kind-twice', 'kind-200', 'no-files', 'one-file', 'eight-files', 'no-rows', 'row-other', 'row-first', 'beyond-result', 'over-result',
  'beyond-compiled', 'wraps', 'negative', 'inline', 'source-99', 'nothing', 'too-many', 'says-no'];
const measured = ['measures-far', 'measures-first', 'measures-none'];

test('a render worker that was taken over: its row fails, the others are issued and genuine', { timeout: 1800000 }, (t) => {
  const dir = temporary(t), { call } = traitor(t, 'render'), out = path.join(dir, 'out');
  const attacks = [...some([...protocol, ...drawn], SHARE / 4), ...measured];
  const at = (i) => (i % 5 === 3 ? attacks[(i - 3) / 5] : undefined);
  const count = attacks.length * 5;
  const f = smallCohort(dir, count, (row, i) => (at(i) ? { ...row, name: `attack:${at(i)}` } : row));
  const r = call('issue', f.cohort, '--manifest', f.manifest, '--data', dataBelow(dir), '--out', out);
  const ids = [], lost = [];
  for (let i = 1; i <= count; i++) (at(i) ? lost : ids).push(`s-${i}`);
  assert.equal(r.status, 3, r.stderr);
  const receipt = checkOut(out, ids);
  assert.equal(r.summary.issued, ids.length, r.stderr + r.stdout);
  assert.equal(r.summary.failed, lost.length - measured.length);
  assert.equal(r.summary.workers_lost, (r.stderr.match(/the \w+ process is gone/g) ?? []).length);
  for (const row of receipt.rows.filter((x) => x.outcome === 'failed')) assert.match(row.codes.join(), /^(render-killed|draw-failed)$/);
  const verified = certfill(['verify', out, '--offline', out]);
  assert.equal(verified.status, 0, verified.stdout.split('\n').filter((l) => !/"valid"/.test(l)).slice(0, 5).join('\n'));
});

test('results that are changed or cut after the answer: what is kept is what the receipt says', { timeout: 600000 }, (t) => {
  const dir = temporary(t), { call } = traitor(t, 'render'), out = path.join(dir, 'out');
  const f = smallCohort(dir, 12, (row, i) => (i === 2 ? { ...row, name: 'attack:shrinks' } : i === 7 ? { ...row, name: 'attack:rewrites' } : row));
  const r = call('issue', f.cohort, '--manifest', f.manifest, '--data', dataBelow(dir), '--out', out);
  assert.equal(r.status, 0, r.stderr);
  checkOut(out, Array.from({ length: 12 }, (_, i) => `s-${i + 1}`));
  // The signed credentials beside them never went through its hands.
  for (let i = 1; i <= 12; i++) assert.equal(certfill(['verify', path.join(out, `s-${i}`, 'credential.json'), '--offline', out]).status, 0);
});

test('answers that nobody waits for come after a good one: the row is issued, the worker is lost', { timeout: 600000 }, (t) => {
  const p = traitor(t, 'render');
  for (const attack of some(['flood', 'twice'], SHARE)) {
    const dir = temporary(t), out = path.join(dir, 'out');
    const f = smallCohort(dir, 6, (row, i) => (i === 3 ? { ...row, name: `attack:${attack}` } : row));
    const r = p.call('issue', f.cohort, '--manifest', f.manifest, '--data', dataBelow(dir), '--out', out);
    assert.equal(r.status, 0, r.stderr);
    assert.ok(r.summary.workers_lost >= 1, r.stderr);
    checkOut(out, Array.from({ length: 6 }, (_, i) => `s-${i + 1}`));
  }
});

test('preview is not led over its lists by a render worker', (t) => {
  const dir = temporary(t);
  for (const attack of some(['eight-files', 'too-many', 'beyond-result'], SHARE)) {
    fs.rmSync(path.join(dir, 'p.pdf'), { force: true });
    const r = traitor(t, 'render', `DRAWN ${attack}`).call('template', 'preview', path.join(root, 'templates/samples/classic.svg'), '-o', path.join(dir, 'p.pdf'));
    assert.notEqual(r.status, 0, attack);
    assert.match(r.stderr + r.stdout, /broke the protocol/, attack);
    assert.ok(!fs.existsSync(path.join(dir, 'p.pdf')));
  }
});

test('words of a worker command no terminal and begin no line', (t) => {
  const dir = temporary(t), classic = path.join(root, 'templates/samples/classic.svg');
  const asked = (role, attack, ...args) => {
    const r = run(path.join(traitor(t, role, attack).dir, 'certfill'), args);
    assert.doesNotMatch(r.stdout + r.stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f]|^warn control: forged/m, attack);
    return r.stdout + r.stderr;
  };
  const seen = / \]0;title  \[2Jwarn control: forged line\n/;
  assert.match(asked('render', 'DRAWN fault-colours', 'template', 'preview', classic, '-o', path.join(dir, 'p.pdf')), seen);
  assert.match(asked('intake', 'TEMPLATE_IS fault-colours', 'template', 'clean', classic, '-o', path.join(dir, 'c.svg')), seen);
  // Said and not refused: the report of what was removed.
  assert.match(asked('intake', 'TEMPLATE_IS notes-colours', 'template', 'clean', classic, '-o', path.join(dir, 'd.svg')), /<a \[2J>  b error: forged:   2Jc\n/);
});

// The compiled form is kept for later batches: one that no render worker opens must not be, nor one that was damaged since.
test('what a compile worker left that nobody can open is not kept, nor what was damaged on disk', { timeout: 600000 }, (t) => {
  const dir = temporary(t), f = smallCohort(dir, 3), data = dataBelow(dir, { fresh: true }), cache = path.join(data, 'cache');
  const kept = () => fs.readdirSync(cache).filter((name) => name.endsWith('.cft'));
  fs.mkdirSync(path.join(dir, 'more'));
  const more = smallCohort(path.join(dir, 'more'), 5);
  const issue = (call, of, out) => call('issue', of.cohort, '--manifest', of.manifest, '--data', data, '--out', path.join(dir, out));
  const p = traitor(t, 'compile');
  for (const attack of ['len-none', 'garbage']) {
    p.set(`COMPILED_IS ${attack}`);
    const r = issue(p.call, f, 'never');
    assert.equal(r.status, 1, `${attack}: ${r.stderr}`);
    assert.match(r.stderr + r.stdout, /what was compiled cannot be opened; try again/, attack);
    assert.deepEqual(kept(), [], attack);
  }
  const honest = (...args) => certfill(args);
  assert.equal(issue(honest, f, 'one').status, 0);
  assert.ok(kept().length > 0);
  for (const name of fs.readdirSync(cache)) fs.writeFileSync(path.join(cache, name), 'damaged');
  const again = issue(honest, more, 'two');
  assert.equal(again.status, 0, again.stderr);
  for (const name of kept()) assert.equal(`${sha256(fs.readFileSync(path.join(cache, name)))}.cft`, name);
});

// Of each of these the command fails with a sentence, or issues what is genuine; control never crashes or hangs.
const others = [
  ...['endless', 'day-far', 'day-early', 'until-far', 'record-twice', 'record-max', 'no-credential', 'id-path', 'id-nul', 'name-controls', 'no-id'].map((a) => ['intake', 'ROWS_ARE', a]),
  ...['lives-for-ever', 'months', 'no-credentials', 'other-tenant', 'outputs', 'dpi', 'template-path'].map((a) => ['intake', 'MANIFEST_IS', a]),
  ...['art-beyond', 'art-huge', 'art-large', 'design-beyond', 'design-is-art', 'page'].map((a) => ['intake', 'TEMPLATE_IS', a]),
  ...['len-huge', 'len-large', 'len-none', 'garbage'].map((a) => ['compile', 'COMPILED_IS', a]),
  ...['row-other', 'rows-none', 'row-twice'].map((a) => ['sign', 'SIGNED_ROWS', a]),
  ...['rows-none', 'other-ulid', 'file-out', 'other-kind'].map((a) => ['store', 'PUT_DONE', a]),
  ...['none', 'beyond', 'huge', 'many'].map((a) => ['store', 'FETCHED', a]),
  ...[['intake', 'ROWS_ARE'], ['compile', 'COMPILED_IS'], ['sign', 'SIGNED_ROWS'], ['store', 'PUT_DONE']].flatMap(([role, m]) => protocol.map((a) => [role, m, a])),
];

test('the other workers: control says what is wrong, and the next command completes the batch', { timeout: 3600000 }, (t) => {
  const dir = temporary(t), f = smallCohort(dir, 6);
  const programs = new Map();
  for (const [role, message, attack] of some(others, SHARE)) {
    const name = `${role} ${message} ${attack}`, out = path.join(dir, 'out');
    const data = dataBelow(dir, { fresh: /TEMPLATE_IS|COMPILED_IS/.test(message) });
    if (!programs.has(role)) programs.set(role, traitor(t, role));
    const p = programs.get(role);
    p.set(`${message} ${attack}`);
    fs.rmSync(out, { recursive: true, force: true });
    const r = p.call('issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out);
    if (r.status !== 0) assert.ok(r.lines.length > 0 || r.stderr.length > 0, `${name}: not a word`);
    if (r.status === 0 && role !== 'intake') checkOut(out, Array.from({ length: 6 }, (_, i) => `s-${i + 1}`));
    // Whatever lies there: nothing outside of the folder, nothing that is not genuine.
    assert.ok(!fs.existsSync('/tmp/planted') && !fs.existsSync(path.join(dir, 'tmp')), name);
    if (role === 'intake' && message === 'ROWS_ARE') continue;
    const again = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', out]);
    assert.equal(again.status, 0, `${name}: ${again.stderr}`);
    if (role === 'sign' || role === 'store') checkOut(out, Array.from({ length: 6 }, (_, i) => `s-${i + 1}`));
  }
});
