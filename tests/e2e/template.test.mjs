// SPDX-License-Identifier: Apache-2.0
// Templates with names: versions that never change, a manifest that pins one, what differs, and drawing again.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, hashTree, run, sha256, smallCohort, temporary } from './lib.mjs';

const drawing = (title) => `<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 1188 840">
<rect width="1188" height="840" fill="#fffdf5"/>
<text id="title" x="594" y="160" text-anchor="middle" font-size="60">${title}</text>
<text id="who" x="594" y="400" text-anchor="middle" font-size="54">{{recipient.name}}</text>
<rect id="qr" x="960" y="620" width="160" height="160"/></svg>`;
const put = (dir, name, title) => { fs.writeFileSync(path.join(dir, name), drawing(title)); return path.join(dir, name); };
const importAs = (dir, file, name = 'diploma') => certfill(['template', 'import', file, '--name', name, '--data', path.join(dir, 'data')]);
const version = (r) => r.lines.filter((l) => l.message_type === 'template_version');
function pinned(dir, template, sub) {
  const at = path.join(dir, sub);
  fs.mkdirSync(at);
  const f = smallCohort(at, 2);
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  for (const c of Object.values(m.credentials)) c.template = template;
  m.name = sub;
  fs.writeFileSync(f.manifest, JSON.stringify(m));
  return certfill(['issue', f.cohort.replace('cohort', 'cohort'), '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(at, 'out')]);
}
const words = (dir, sub) => run('pdftotext', [path.join(dir, sub, 'out/s-1/certificate.pdf'), '-']).stdout;

test('versions are added, never changed; list, show and diff know them', (t) => {
  const dir = temporary(t), one = put(dir, 'one.svg', 'First'), two = put(dir, 'two.svg', 'Second');
  const [a, b, again] = [importAs(dir, one), importAs(dir, two), importAs(dir, two)];
  for (const r of [a, b, again]) assert.equal(r.status, 0, r.stderr);
  assert.deepEqual([a, b, again].map((r) => [version(r)[0].version, version(r)[0].state]), [[1, 'imported'], [2, 'imported'], [2, 'unchanged']]);
  // The name stands for the cleaned template's own hash.
  const clean = path.join(dir, 'clean.svg');
  certfill(['template', 'clean', one, '-o', clean]);
  assert.equal(version(a)[0].sha256, sha256(fs.readFileSync(clean)));
  const data = ['--data', path.join(dir, 'data')];
  assert.deepEqual(version(certfill(['template', 'list', ...data])).map((l) => `${l.name}@${l.version} ${l.state}`), ['diploma@1 kept', 'diploma@2 kept']);
  assert.equal(version(certfill(['template', 'show', 'diploma', ...data]))[0].version, 2);
  assert.equal(version(certfill(['template', 'show', `diploma@sha256:${version(a)[0].sha256.slice(0, 12)}`, ...data]))[0].version, 1);
  for (const no of ['nobody', 'diploma@3', 'diploma@sha256:00000000', 'diploma@x']) assert.equal(certfill(['template', 'show', no, ...data]).status, 5, no);
  const diff = certfill(['template', 'diff', 'diploma@1', 'diploma@2', ...data]).lines.filter((l) => l.message_type === 'difference');
  assert.deepEqual(diff.map((d) => [d.what, d.before, d.after]), [['text "title": words', 'First', 'Second']]);
  assert.equal(certfill(['template', 'diff', 'diploma@2', two, ...data]).lines.filter((l) => l.message_type === 'difference').length, 0);
  assert.equal(importAs(dir, one, 'no/name').status, 2);
});

test('a manifest pins a version by number or by hash', (t) => {
  const dir = temporary(t);
  const hash = version(importAs(dir, put(dir, 'one.svg', 'First')))[0].sha256;
  importAs(dir, put(dir, 'two.svg', 'Second'));
  const old = pinned(dir, 'diploma@1', 'old');
  assert.equal(old.status, 0, old.stderr);
  assert.match(words(dir, 'old'), /First/);
  const again = pinned(dir, `diploma@sha256:${hash}`, 'hash');
  assert.equal(again.status, 0, again.stderr);
  const none = pinned(dir, 'diploma@7', 'none');
  assert.equal(none.status, 4);
  assert.match(none.stderr, /no template \\"diploma@7\\"/);
  assert.deepEqual(version(certfill(['template', 'list', '--data', path.join(dir, 'data')])).length, 2, 'issuing with a pinned version adds none');
});

test('what was imported is compiled hard; the next batch uses it and draws the same page in fewer bytes', (t) => {
  const dir = temporary(t), file = path.join(dir, 'one.svg');
  // Cleaning takes the comment out, so the lines in it are others.
  fs.writeFileSync(file, `<!-- drawn\n\n\nby hand -->\n${drawing('First')}`);
  assert.equal(pinned(dir, 'nothing', 'x').status, 4);
  const data = path.join(dir, 'data');
  assert.equal(importAs(dir, file).status, 0);
  const before = fs.readdirSync(path.join(data, 'cache')).length;
  const f = smallCohort(path.join(dir, 'x'), 2);
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  for (const c of Object.values(m.credentials)) { c.template = 'diploma@1'; c.outputs = ['pdf', 'png', 'ob3']; delete c.layout; delete c.pass; delete c.png; }
  fs.writeFileSync(f.manifest, JSON.stringify(m));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', data, '--out', path.join(dir, 'x/out')]);
  assert.equal(r.status, 0, r.stderr);
  assert.equal(fs.readdirSync(path.join(data, 'cache')).length, before, 'nothing was compiled again');
});

test('backup and restore bring kept templates along', (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  importAs(dir, put(dir, 'one.svg', 'First'));
  assert.equal(certfill(['backup', path.join(dir, 'b'), '--data', data]).status, 0);
  const r = certfill(['restore', path.join(dir, 'b'), '--data', path.join(dir, 'again')]);
  assert.equal(r.status, 0, r.stderr);
  assert.equal(certfill(['template', 'show', 'diploma@1', '--data', path.join(dir, 'again')]).status, 0);
  assert.deepEqual(hashTree(path.join(dir, 'again/templates')), hashTree(path.join(data, 'templates')));
});

const rerender = (dir, id) => certfill(['cred', 'rerender', id, '--data', path.join(dir, 'data')]);
const redrawn = (r) => Object.fromEntries(r.lines.filter((l) => l.message_type === 'redrawn').map((l) => [l.kind, l.state]));
function issued(t) {
  const dir = temporary(t), file = put(dir, 'one.svg', 'First');
  importAs(dir, file);
  const r = pinned(dir, 'diploma@1', 'a');
  assert.equal(r.status, 0, r.stderr);
  const [row] = certfill(['cred', 'find', 's-1', '--data', path.join(dir, 'data')]).lines.filter((l) => l.message_type === 'credential');
  return { dir, id: row.credential, batch: row.batch };
}
const sql = (dir, text) => run('python3', ['-c', `import sqlite3,sys
d=sqlite3.connect(sys.argv[1])
for (n,) in d.execute("select name from sqlite_master where type='trigger'").fetchall(): d.execute('drop trigger "%s"'%n)
d.execute(sys.argv[2]); d.commit()`, path.join(dir, 'data/ledger/default.db'), text]);

test('rerender draws the same bytes, with the cache or without it', (t) => {
  const { dir, id } = issued(t);
  for (let i = 0; i < 2; i++) {
    const r = rerender(dir, id);
    assert.equal(r.status, 0, r.stderr);
    assert.deepEqual(redrawn(r), { pdf: 'same', png: 'same', pass: 'same', credential: 'stored', jwt: 'stored' });
    for (const n of fs.readdirSync(path.join(dir, 'data/cache'))) fs.rmSync(path.join(dir, 'data/cache', n));
  }
  assert.equal(rerender(dir, '01ARZ3NDEKTSV4RRFFQ69G5FAV').status, 5);
});

test('rerender names what is not as it was: the engine, the template, a font', (t) => {
  const { dir, id } = issued(t);
  const keep = path.join(dir, 'keep');
  fs.cpSync(path.join(dir, 'data'), keep, { recursive: true });
  for (const [change, sentence] of [
    ["update artifacts set sha256 = zeroblob(32) where 0", null],
    ["update batches set engine_version = '0.0.9/1', issued_s = issued_s + 86400", /drawn with engine 0\.0\.9\/1 and this is/],
    ["update batches set issued_s = issued_s + 86400", /the pdf differs from its byte \d+ on though template, fonts and engine are the same/],
    ["update batch_credentials set compiled_hash = zeroblob(32)", /template .* is not what this batch was planned with/]]) {
    fs.rmSync(path.join(dir, 'data'), { recursive: true });
    fs.cpSync(keep, path.join(dir, 'data'), { recursive: true });
    const s = sql(dir, change);
    assert.equal(s.status, 0, s.stderr);
    const r = rerender(dir, id);
    assert.equal(r.status, sentence ? 6 : 0, r.stderr);
    if (!sentence) continue;
    assert.match(r.stderr, sentence);
    const said = Object.fromEntries(r.lines.filter((l) => l.message_type === 'redrawn').map((l) => [l.kind, l]));
    if (Object.keys(said).length === 0) continue;
    assert.match(r.stderr, new RegExp(`from its byte ${said.pdf.first_difference} on`));
    // Times are the plan's: in a pass they stand in the header of its first entry (APPNOTE 4.3.7).
    assert.deepEqual([said.pdf.state, said.pass.state, said.pass.first_difference], ['different', 'different', 12]);
    const issued = fs.readFileSync(path.join(dir, 'a/out/s-1/certificate.pdf'));
    assert.ok(said.pdf.first_difference > 0 && said.pdf.first_difference < issued.length);
    assert.equal(said.png.state, 'same', 'no date of the plan is in the picture, whose text says the row\'s');
  }
  // The pinned list of fonts, with one bit of a hash turned.
  fs.rmSync(path.join(dir, 'data'), { recursive: true });
  fs.cpSync(keep, path.join(dir, 'data'), { recursive: true });
  const s = run('python3', ['-c', `import sqlite3,sys
d=sqlite3.connect(sys.argv[1])
for (n,) in d.execute("select name from sqlite_master where type='trigger'").fetchall(): d.execute('drop trigger "%s"'%n)
f=bytearray(d.execute('select fonts from batch_credentials').fetchone()[0])
i=f.index(b'noto-serif-bold')
f[i-20]^=1
d.execute('update batch_credentials set fonts=?',(bytes(f),)); d.commit()`, path.join(dir, 'data/ledger/default.db')]);
  assert.equal(s.status, 0, s.stderr);
  const r = rerender(dir, id);
  assert.equal(r.status, 6, r.stderr);
  assert.match(r.stderr, /the font \S+ changed since this batch was planned/);
});
