// SPDX-License-Identifier: Apache-2.0
// While its credential does not stand, a wallet pass is handed out crossed out: what lies in a phone cannot be taken back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { installApple, makeApple, verifyPass } from './apple.mjs';
import { certfill, certfillPath, parseCsv, run, smallCohort, temporary } from './lib.mjs';

function serve(t, dir, data) {
  const socket = path.join(dir, 's');
  const child = spawn(certfillPath, ['serve', '--listen', socket, '--workers', '1', '--data', data], { stdio: 'ignore' });
  const gone = new Promise((resolve) => child.on('exit', resolve));
  t.after(async () => { child.kill('SIGTERM'); await gone; });
  const ask = (method, target, body) => new Promise((resolve, reject) => {
    const r = http.request({ socketPath: socket, method, path: target, headers: { host: 'certs.uni-example.org', 'content-type': 'application/x-www-form-urlencoded' } }, (a) => {
      const parts = [];
      a.on('data', (d) => parts.push(d));
      a.on('end', () => resolve({ status: a.statusCode, to: a.headers.location, type: a.headers['content-type'], body: Buffer.concat(parts) }));
    });
    r.on('error', reject);
    r.end(body);
  });
  return { ask, up: async () => { for (let i = 0; i < 200; i++) { try { return await ask('GET', '/robots.txt'); } catch { await new Promise((d) => setTimeout(d, 50)); } } throw new Error('it does not answer'); } };
}

const get = (pass, name) => run('unzip', ['-p', pass, name]).bytes;
const notes = (r) => r.lines.filter((l) => l.message_type === 'note').map((l) => l.text).join('\n');
const passJson = (pass) => JSON.parse(get(pass, 'pass.json'));

let apple;
before(() => {
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-apple-'));
  process.on('exit', () => fs.rmSync(at, { recursive: true, force: true }));
  apple = makeApple(at);
});

/** An issued cohort of three that can be suspended, under certificates like Apple's, and its served pages. */
async function issued(t, change = () => {}) {
  const dir = temporary(t), data = path.join(dir, 'data'), out = path.join(dir, 'out'), f = smallCohort(dir, 3);
  assert.equal(certfill(['init', '--name', 'Uni', '--base-url', 'https://certs.uni-example.org', '--data', data]).status, 0);
  installApple(apple, data);
  const manifest = JSON.parse(fs.readFileSync(f.manifest));
  for (const c of Object.values(manifest.credentials)) c.status = 'suspension';
  change(manifest);
  fs.writeFileSync(f.manifest, JSON.stringify(manifest));
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--out', out, '--data', data]);
  assert.equal(r.status, 0, r.stderr);
  const links = parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8'));
  return { dir, data, out,
    claim: (i) => new URL(links[i].claim_page).pathname,
    id: (i) => certfill(['cred', 'find', `s-${i + 1}`, '--data', data]).lines[0].credential,
    shown: (id) => certfill(['cred', 'show', id, '--data', data]).lines[0],
    cred: (...args) => { const x = certfill(['cred', ...args, '--yes', '--data', data]); assert.equal(x.status, 0, x.stderr); return x; },
    save: (bytes, name = 'got.pkpass') => { const to = path.join(dir, name); fs.writeFileSync(to, bytes); return to; } };
}

test('the pass as issued, crossed out while suspended, as issued again, and crossed out for good', async (t) => {
  const x = await issued(t), claim = x.claim(0), id = x.id(0);
  const { ask, up } = serve(t, x.dir, x.data);
  await up();
  const link = async (item) => ask('POST', claim, `artifact=${item}`);
  const asIssued = fs.readFileSync(path.join(x.out, 's-1/pass.pkpass'));

  const page = (await ask('GET', claim)).body.toString();
  assert.match(page, /Add to Apple Wallet/);
  assert.doesNotMatch(page, /Void wallet pass/);
  const old = (await link('pass')).to;
  assert.ok((await ask('GET', old)).body.equals(asIssued));

  const s = x.cred('suspend', id, '--reason', 'under-review');
  assert.match(notes(s), /1 wallet pass is served now as void/);
  const voidPage = (await ask('GET', claim)).body.toString();
  assert.match(voidPage, /Void wallet pass/);
  assert.doesNotMatch(voidPage, /Add to Apple Wallet/);
  const got = await ask('GET', (await link('pass')).to);
  assert.equal(got.type, 'application/vnd.apple.pkpass');
  assert.ok((await ask('GET', old)).body.equals(got.body), 'a link from before leads to it, too');
  const file = x.save(got.body), before = passJson(path.join(x.out, 's-1/pass.pkpass')), after = passJson(file);
  verifyPass(file, path.join(apple, 'root.pem'), x.dir);
  assert.equal(after.voided, true);
  assert.ok(after.generic.backFields.some((f) => f.key === 'status'));
  // The phone replaces a pass of the same type and serial number; all else is the same pass.
  delete after.voided;
  after.generic.backFields = after.generic.backFields.filter((f) => f.key !== 'status');
  assert.deepEqual(after, before);
  const names = (p) => run('unzip', ['-Z1', p]).stdout.split('\n');
  assert.deepEqual(names(file), names(path.join(x.out, 's-1/pass.pkpass')));
  for (const n of names(file).filter((y) => y && !['pass.json', 'manifest.json', 'signature'].includes(y))) assert.ok(get(file, n).equals(get(path.join(x.out, 's-1/pass.pkpass'), n)), n);
  const alone = certfill(['verify', file, '--offline', path.join(apple, 'root.pem')]);
  assert.equal(alone.lines[0].verdict, 'undetermined', alone.stdout);
  assert.ok(alone.lines[0].checks.some((c) => c.name === 'pass' && c.outcome === 'failed' && /void/.test(c.why)), alone.stdout);
  const bundle = path.join(x.dir, 'bundle.json');
  assert.equal(certfill(['cred', 'bundle', id, '-o', bundle, '--data', x.data]).status, 0);
  const known = certfill(['verify', file, '--offline', bundle, '--offline', path.join(apple, 'root.pem')]);
  assert.equal(known.lines[0].verdict, 'suspended', known.stdout);
  assert.ok(x.shown(id).artifacts.some((a) => a.kind === 'pass-voided' && a.bytes === got.body.length));
  assert.equal((await link('pdf')).status, 303, 'what says its verify page is still there');

  x.cred('restore', id);
  assert.match((await ask('GET', claim)).body.toString(), /Add to Apple Wallet/);
  assert.ok((await ask('GET', old)).body.equals(asIssued));
  assert.ok(!x.shown(id).artifacts.some((a) => a.kind === 'pass-voided'));

  const r = x.cred('revoke', id, '--reason', 'withdrawn');
  assert.doesNotMatch(notes(r), /served now as void/, 'made once');
  assert.ok((await ask('GET', old)).body.equals(got.body), 'the same bytes as while suspended');
});

test('in bulk, after a correction and a renewal, under a certificate renewed meanwhile, and what could not be made is made later', async (t) => {
  const x = await issued(t), ids = [0, 1, 2].map(x.id);
  const voided = (id) => x.shown(id).artifacts.some((a) => a.kind === 'pass-voided');

  // Without its certificate no pass can be signed: the revocation stands, and it says what is owed.
  const keys = path.join(x.data, 'keys', fs.readdirSync(path.join(x.data, 'keys'))[0]);
  const kept = path.join(x.dir, 'kept');
  fs.cpSync(path.join(x.data, 'keys'), kept, { recursive: true });
  fs.rmSync(path.join(keys, 'apple', 'wwdr.pem'));
  const r = certfill(['cred', 'revoke', ids[0], '--reason', 'withdrawn', '--yes', '--data', x.data]);
  assert.equal(r.status, 0, r.stderr);
  assert.match(notes(r), /1 wallet pass could not be made void.*status refresh tries again/);
  assert.ok(!voided(ids[0]));
  fs.cpSync(kept, path.join(x.data, 'keys'), { recursive: true });
  const again = certfill(['status', 'refresh', '--data', x.data]);
  assert.match(notes(again), /1 wallet pass is served now as void/);
  assert.ok(voided(ids[0]));

  const c = x.cred('correct', ids[1], '--set', 'name=Ada Neu');
  assert.match(notes(c), /1 wallet pass is served now as void/);
  assert.ok(voided(ids[1]));
  assert.ok(!voided(x.id(1)), 'the corrected one stands');
  x.cred('renew', ids[2], '--months', '12');
  assert.ok(voided(ids[2]));
  const { ask, up } = serve(t, x.dir, x.data);
  await up();
  const got = await ask('GET', (await ask('POST', x.claim(1), 'artifact=pass')).to);
  const p = passJson(x.save(got.body));
  assert.equal(p.voided, undefined, 'the claim page gives the newest, which stands');
  assert.equal(p.serialNumber, x.id(1));
});
