// SPDX-License-Identifier: Apache-2.0
// The certificate on the public pages: small, with its size said beforehand, made when somebody looks; and what is
// seen when the process that makes it fails.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { certfill, certfillPath, root, run } from './lib.mjs';
import { readPng } from '../interop/pictures.mjs';
import { below, institution, serve, until } from './serving.mjs';

const limit = { timeout: 240000 };
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-thumbnail-'));
let data, shown, hidden;

const publish = (m) => { for (const c of Object.values(m.credentials)) c.publish = [...(c.publish ?? []), 'picture']; return m; };
before(() => {
  shown = institution(dir, 3, { name: 'shown', url: 'https://shown.example.edu', manifest: publish });
  hidden = institution(dir, 1, { name: 'hidden', url: 'https://hidden.example.edu' });
  ({ data } = shown);
});
after(() => fs.rmSync(dir, { recursive: true, force: true }));

// ITU T.81, B.2.2: start of frame.
function sizeOf(jpeg) {
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2))
    if (jpeg[at + 1] >= 0xc0 && jpeg[at + 1] <= 0xc2) return { width: jpeg.readUInt16BE(at + 7), height: jpeg.readUInt16BE(at + 5) };
  throw new Error('no frame');
}
const bytesOf = (a) => Buffer.from(a.body, 'latin1');
// What somebody else's decoder sees of it, at the thumbnail's size.
function seen(name, type, bytes) {
  const file = path.join(dir, `${name}.svg`);
  fs.writeFileSync(file, `<svg xmlns="http://www.w3.org/2000/svg" width="704" height="498"><image width="704" height="498" preserveAspectRatio="none" href="data:${type};base64,${bytes.toString('base64')}"/></svg>`);
  const r = run('rsvg-convert', [file, '-o', `${file}.png`]);
  assert.equal(r.status, 0, r.stderr);
  return readPng(`${file}.png`);
}

test('the verify page shows it small; the whole one is behind it', limit, async (t) => {
  const s = await serve(t, data), [p, other] = shown.people, at = `${p.verify}/thumbnail`;
  const page = (await s.get(p.verify)).body;
  assert.match(page, new RegExp(`<figure><a href="${p.verify}/picture"><img src="${at}" width="704" height="498" srcset="${at} 704w, ${p.verify}/picture 1754w" sizes="[^"]*" alt="[^"]+">`));
  const a = await s.get(at), whole = fs.readFileSync(path.join(p.folder, 'certificate.png')), small = bytesOf(a);
  assert.deepEqual([a.status, a.headers['content-type'], a.headers['content-security-policy']], [200, 'image/jpeg', "sandbox; default-src 'none'"]);
  assert.deepEqual(sizeOf(small), { width: 704, height: 498 });
  assert.ok(small.length * 3 < whole.length, `${small.length} of ${whole.length} bytes`);
  assert.equal((await s.get(at, `If-None-Match: ${a.headers.etag}\r\n`)).status, 304);
  assert.ok(bytesOf(await s.get(at)).equals(small), 'the second time it comes from memory, the same');
  assert.ok(!bytesOf(await s.get(`${other.verify}/thumbnail`)).equals(small), 'another person\'s is another');
  await until(() => below(s.pid).every((x) => x.name !== 'certfill-thumbnail'), 'its process is still there');
  // The same picture: a blank one, or somebody else's name, is farther off.
  const mine = seen('small', 'image/jpeg', small), truth = seen('whole', 'image/png', whole);
  const off = (x, y) => x.rgb.reduce((sum, v, i) => sum + Math.abs(v - y.rgb[i]), 0) / x.rgb.length;
  assert.ok(off(mine, truth) < 3, `${off(mine, truth)}`);
  assert.ok(off({ rgb: truth.rgb.map(() => 255) }, truth) > 8);
  assert.equal(s.complained, '');
});

test('the recipient\'s page shows it by a link that lives ten minutes', limit, async (t) => {
  const s = await serve(t, data), [p] = shown.people;
  assert.ok((await s.get(p.claim)).body.includes(`<a href="${p.claim}/picture"><img src="${p.claim}/thumbnail" width="704" height="498" srcset="`));
  const to = await s.get(`${p.claim}/thumbnail`);
  assert.equal(to.status, 303);
  assert.match(to.headers.location, new RegExp(`^/a/shown/${p.credential}-small\\.jpg\\?`));
  const a = await s.get(to.headers.location);
  assert.deepEqual([a.status, a.headers['content-type']], [200, 'image/jpeg']);
  assert.match(a.headers['content-disposition'], /^inline; filename="[^"]+-small\.jpg"/);
  assert.deepEqual(sizeOf(bytesOf(a)), { width: 704, height: 498 });
  assert.ok(bytesOf(await s.get(`${p.verify}/thumbnail`)).equals(bytesOf(a)));
  for (const dead of [to.headers.location.replace('-small.jpg', '.png'), to.headers.location.replace('-small', '-large'), to.headers.location.replace(p.credential, shown.people[1].credential)])
    assert.equal((await s.get(dead)).status, 404, dead);
});

test('who does not show the picture shows no thumbnail; nor does a withdrawn certificate', limit, async (t) => {
  const s = await serve(t, data), [p] = hidden.people, victim = shown.people[2];
  assert.ok(!(await s.get(p.verify)).body.includes('<img'));
  assert.ok((await s.get(p.claim)).body.includes(`${p.claim}/thumbnail`), 'to its owner it is shown');
  for (const target of [`${p.verify}/thumbnail`, '/verify/x/thumbnail', `/verify/${'A'.repeat(101)}/thumbnail`, '/c/x/thumbnail'])
    assert.equal((await s.get(target)).status, 404, target);
  assert.equal((await s.get(`${victim.verify}/thumbnail`)).status, 200);
  assert.equal(certfill(['cred', 'revoke', victim.credential, '--reason', 'withdrawn', '--yes', '--tenant', 'shown', '--data', data]).status, 0);
  await until(async () => (await s.verdict(victim)).verdict === 'revoked');
  assert.equal((await s.get(`${victim.verify}/thumbnail`)).status, 404, 'memory shows nothing that the page would not');
});

// certfill beside a thumbnail process that is another program, or none.
for (const [what, put, log] of [['is another program', (file) => fs.copyFileSync(path.join(root, 'build/release/certfill-null'), file), /a picture of shown was not made smaller|cannot be started/],
  ['is not there', () => {}, /a thumbnail process cannot be started/]])
  test(`a thumbnail process that ${what}: everything else is served`, limit, async (t) => {
    const at = fs.mkdtempSync(path.join(dir, 'bin-'));
    for (const name of fs.readdirSync(path.dirname(fs.realpathSync(certfillPath))).filter((n) => /^certfill(-[a-z]+)?$/.test(n) && n !== 'certfill-thumbnail'))
      fs.copyFileSync(path.join(path.dirname(fs.realpathSync(certfillPath)), name), path.join(at, name));
    put(path.join(at, 'certfill-thumbnail'));
    const s = await serve(t, data, { program: path.join(at, 'certfill') }), [p, other] = shown.people;
    for (const x of [p, other]) {
      const a = await s.get(`${x.verify}/thumbnail`);
      assert.deepEqual([a.status, a.headers['content-type']?.startsWith('image/')], [503, false]);
      assert.equal((await s.get(`${x.verify}/picture`)).status, 200);
      assert.equal((await s.verdict(x)).verdict, 'valid');
    }
    assert.match(s.complained, log);
    assert.ok(!s.complained.includes(p.token) && !s.complained.includes(p.name));
  });
