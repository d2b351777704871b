// SPDX-License-Identifier: Apache-2.0
// The public side as a whole: documents for other programs, signed links to the second, the seven verdicts by
// the commands that bring them about, and what is still answered while processes are killed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { exchange } from './floor.mjs';
import { certfill, root, run, start, temporary } from './lib.mjs';
import { base, below, institution, issue, people, serve, until } from './serving.mjs';

const jose = await import(path.join(root, 'tests/interop/node_modules/jose/dist/webapi/index.js')).catch(() => import(path.join(root, 'tests/interop/node_modules/jose/dist/node/esm/index.js')));
globalThis.crypto ??= (await import('node:crypto')).webcrypto;

const limit = { timeout: 240000 };
const read = (p, name) => fs.readFileSync(path.join(p.folder, name));
const latin = (bytes) => bytes.toString('latin1');
const sql = (data, tenant, text) => { const r = run('sqlite3', [path.join(data, 'ledger', `${tenant}.db`), text]); assert.equal(r.status, 0, r.stderr); return r.stdout.trim(); };

test('what programs fetch: the bytes of "key publish", credentials as issued, lists, for every origin', limit, async (t) => {
  const dir = temporary(t), f = institution(dir, 3), s = await serve(t, f.data), p = f.people[0];
  const to = path.join(dir, 'web');
  assert.equal(certfill(['key', 'publish', '--to', to, '--data', f.data]).status, 0);
  assert.equal(certfill(['status', 'export', '--to', to, '--data', f.data]).status, 0);
  const file = (name) => latin(fs.readFileSync(path.join(to, name)));
  const badge = JSON.parse(read(p, 'credential.json'));
  const [kid] = fs.readdirSync(path.join(to, 'keys')).map((n) => n.replace('.json', ''));
  const documents = [
    ['/api/v1/.well-known/certification-keys.json', 'application/jwk-set+json', file('jwks.json')],
    ['/.well-known/did.json', 'application/did+json', file('did.json')],
    ['/t/default/did.json', 'application/did+json', file('did.json')],
    [`/api/v1/keys/${kid}`, 'application/jwk+json', file(`keys/${kid}.json`)],
    [new URL(badge.credentialStatus.statusListCredential).pathname, 'application/vc', file('status/1')],
    [new URL(badge.id).pathname, 'application/vc', latin(read(p, 'credential.json'))],
    [`${new URL(badge.id).pathname}.jwt`, 'application/vc+jwt', latin(read(p, 'credential.jwt'))],
  ];
  for (const [target, type, body] of documents) {
    for (const host of ['localhost', 'certs.example.edu', 'CERTS.example.edu:443']) {
      const a = await s.get(target, '', { host });
      assert.deepEqual([target, a.status, a.headers['content-type']], [target, 200, type]);
      assert.equal(a.body, body, target);
      assert.equal(a.headers['access-control-allow-origin'], '*');
      assert.match(a.headers['cache-control'], /^public, max-age=300\b/);
    }
    const { headers: { etag, ...headers } } = await s.request('HEAD', target);
    assert.equal(headers['content-length'], String(body.length));
    assert.equal((await s.get(target, `If-None-Match: ${etag}\r\n`)).status, 304);
    assert.equal((await s.get(target, 'If-None-Match: "other"\r\n')).status, 200);
    const asked = await s.request('OPTIONS', target, 'Origin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n');
    assert.deepEqual([asked.status, asked.headers['access-control-allow-origin']], [204, '*']);
  }
  assert.equal(badge.issuer.id, 'did:web:certs.example.edu');
  assert.ok(JSON.parse(file('did.json')).verificationMethod.some((m) => m.id === badge.proof[0].verificationMethod));

  // Somebody else's library, with nothing but what is served.
  const set = jose.createLocalJWKSet(JSON.parse((await s.get(documents[0][0])).body));
  const { protectedHeader, payload } = await jose.compactVerify((await s.get(documents[6][0])).body, set);
  assert.equal(JSON.parse(new TextDecoder().decode(payload)).id, badge.id);
  const one = await s.get(new URL(protectedHeader.kid).pathname);
  await jose.compactVerify(latin(read(p, 'credential.jwt')), await jose.importJWK(JSON.parse(one.body), 'EdDSA'));

  // Which form: by Accept, by ending, and a page for people that names none of them.
  const at = new URL(badge.id).pathname;
  for (const [accept, type] of [['application/vc+jwt', 'application/vc+jwt'], ['application/ld+json', 'application/ld+json'], ['application/json;q=0.5, application/vc+jwt;q=0.1', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'], ['*/*', 'application/vc'], ['application/vc+jwt, application/vc, application/ld+json', 'application/vc']]) {
    const a = await s.get(at, `Accept: ${accept}\r\n`);
    assert.deepEqual([a.status, a.headers['content-type']], [200, type], accept);
    assert.match(a.headers.vary, /accept/);
  }
  assert.equal((await s.get(at, 'Accept: image/png\r\n')).status, 406);
  const page = await s.get(at, 'Accept: text/html\r\n');
  assert.ok(!page.body.includes(p.name), 'an id is no token');
  assert.ok((await s.get(p.verify)).body.includes(p.name));
  for (const unknown of ['/credentials/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/credentials/x', `${at}.pdf`, `${at}/`, '/status/2', '/status/01', '/status/-1', '/status/99999999999', '/revocations/1', '/t/nobody/did.json', '/api/v1/keys/x', '/credentials/..%2f..%2fkeys'])
    assert.ok([400, 404].includes((await s.get(unknown)).status), unknown);
  assert.equal(s.complained, '');
});

test('1EdTech\'s list: who reads a credential by its profile finds out what was revoked', limit, async (t) => {
  const dir = temporary(t), data = path.join(dir, 'data');
  assert.equal(certfill(['init', '--name', 'University of Lists', '--base-url', base, '--data', data]).status, 0);
  assert.equal(certfill(['key', 'new', '--alg', 'RS256', '--data', data]).status, 0);
  const { people: [p, other] } = issue(dir, data, 2, { change: (m) => { for (const c of Object.values(m.credentials)) c.status = '1edtech'; return m; } });
  const s = await serve(t, data);
  // As a reader does who knows the specification alone: key by the JWT's kid, list by credentialStatus.
  const standing = async (x) => {
    const jwt = latin(read(x, 'credential-1edtech.jwt')), { kid, alg } = jose.decodeProtectedHeader(jwt);
    const key = await s.get(new URL(kid).pathname);
    const { payload } = await jose.jwtVerify(jwt, await jose.importJWK(JSON.parse(key.body), alg), { algorithms: ['RS256'], currentDate: new Date(Date.now() + 1000) });
    assert.equal(payload.credentialStatus.type, '1EdTechRevocationList');
    const list = await s.get(new URL(payload.credentialStatus.id).pathname, 'Origin: https://reader.example\r\n');
    assert.deepEqual([list.status, list.headers['content-type'], list.headers['access-control-allow-origin']], [200, 'application/json', '*']);
    const { id, issuer, revokedCredential } = JSON.parse(list.body);
    assert.deepEqual([id, issuer], [payload.credentialStatus.id, payload.iss]);
    return revokedCredential.some((r) => r.id === payload.jti && r.revoked !== false) ? 'revoked' : 'stands';
  };
  assert.deepEqual([await standing(p), await standing(other)], ['stands', 'stands']);
  assert.equal(certfill(['cred', 'revoke', p.credential, '--reason', 'withdrawn', '--yes', '--data', data]).status, 0);
  await until(async () => await standing(p) === 'revoked');
  assert.equal(await standing(other), 'stands');
});

test('a link lives ten minutes and opens one thing', limit, async (t) => {
  const dir = temporary(t), f = institution(dir, 2, { name: 'one' }), [p, other] = f.people;
  const two = institution(dir, 1, { name: 'two', url: 'https://two.example.org' }).people[0];
  const clock = path.join(dir, 'clock');
  const set = (s) => fs.writeFileSync(clock, new Date(s * 1000).toISOString().replace('T', ' ').slice(0, 19));
  const library = run('sh', ['-c', 'ls /usr/lib/*/faketime/libfaketime.so.1']).stdout.trim();
  assert.ok(library, 'apt-get install faketime');
  set(Math.floor(Date.now() / 1000));
  const s = await serve(t, f.data, { env: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC' } });
  const link = (id, artifact, tenant = 'one') => { const r = certfill(['cred', 'link', id, '--artifact', artifact, '--tenant', tenant, '--data', f.data]); assert.equal(r.status, 0, r.stderr); return r.lines.find((l) => l.message_type === 'link'); };
  const pdf = link(p.credential, 'pdf'), target = pdf.url.slice(base.length), q = new URL(pdf.url).searchParams;
  const began = Number(q.get('i'));
  assert.equal(Number(q.get('e')) - began, 600);
  assert.equal(pdf.expires, new Date((began + 600) * 1000).toISOString().replace('.000', ''));

  for (const [second, status] of [[-61, 404], [-60, 200], [0, 200], [599, 200], [600, 404], [601, 404], [86400, 404]]) {
    set(began + second);
    assert.deepEqual([second, (await s.get(target)).status], [second, status]);
  }
  set(began + 1);
  const whole = await s.get(target);
  assert.equal(whole.body, latin(read(p, 'certificate.pdf')));
  assert.equal(whole.headers['content-type'], 'application/pdf');
  assert.match(whole.headers['content-disposition'], /^attachment; filename="[\x20-\x7e]+\.pdf"; filename\*=UTF-8''/);
  assert.match(whole.headers['cache-control'], /^private, max-age=\d+/);
  const head = await s.request('HEAD', target);
  assert.deepEqual([head.status, head.headers['content-length']], [200, String(whole.body.length)]);
  const part = await s.get(target, 'Range: bytes=5-14\r\n');
  assert.deepEqual([part.status, part.body], [206, whole.body.slice(5, 15)]);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) assert.equal((await s.request(method, target, '', { body: 'x=y' })).status, 405, method);
  for (const [artifact, name, type] of [['png', 'certificate.png', 'image/png'], ['credential', 'credential.json', 'application/vc'], ['jwt', 'credential.jwt', 'application/vc+jwt'], ['pass', 'pass.pkpass', 'application/vnd.apple.pkpass']]) {
    const a = await s.get(link(p.credential, artifact).url.slice(base.length));
    assert.deepEqual([a.status, a.headers['content-type']], [200, type]);
    assert.equal(a.body, latin(read(p, name)));
  }

  // Every fault has one answer.
  const dead = await s.get(`${target.slice(0, -1)}${target.endsWith('A') ? 'B' : 'A'}`);
  assert.equal(dead.status, 404);
  const names = ['k', 'i', 'e', 'd', 's'], [at, query] = target.split('?');
  const faults = [at, `${at}?`, `${target}&x=1`, `${target}&`, target.replace('/one/', '/two/'), target.replace(p.credential, other.credential), target.replace('.pdf', '.png'), target.replace('.pdf', ''), target.replace('d=attachment', 'd=inline'),
    `${at}?${query.split('&').reverse().join('&')}`, link(two.credential, 'pdf', 'two').url.slice('https://two.example.org'.length).replace('/two/', '/one/'), `${at}?${query.replace(/s=.*/, 's=')}`, `${target}=`, `${target}A`];
  for (const n of names) {
    const value = q.get(n);
    faults.push(`${at}?${query.replace(new RegExp(`(^|&)${n}=[^&]*`), '').replace(/^&/, '')}`, `${target}&${n}=${value}`, `${at}?${query.replace(`${n}=${value}`, `${n}=`)}`, `${at}?${query.replace(`${n}=`, `${n.toUpperCase()}=`)}`);
    if (n !== 's') faults.push(`${at}?${query.replace(`${n}=${value}`, `${n}=${/^\d+$/.test(value) ? Number(value) + 1 : `${value}x`}`)}`);
  }
  // Written otherwise is another link, also where a decoder would read the same.
  faults.push(`${at}?${query.replace('k=', '%6b=')}`, `${at}?${query.replace('k=', '%6B=')}`, `${at}?${query.replaceAll('&', '%26')}`, `${at}?${query.replaceAll('&', ';')}`, `${at}?${query.replaceAll('&', '&&')}`, `${at}?${query.replaceAll('=', '%3d')}`, `${at}?&${query}`, `${at}??${query}`, `${at}?x&${query}`,
    ...['0', '%30', '+', '%20', '-', '1'].map((x) => `${at}?${query.replace(`i=${q.get('i')}`, `i=${x}${q.get('i')}`)}`), `${at}?${query.replace(`e=${q.get('e')}`, `e=${q.get('e')}0`)}`, `${at}?${query.replace(`e=${q.get('e')}`, `e=${q.get('i')}`)}`, `${at}?${query.replace('d=attachment', 'd=Attachment')}`,
    at.toLowerCase() + `?${query}`, `${at}.pdf?${query}`, `${at}/?${query}`, `${at}%2e?${query}`, `/A${target.slice(2)}`.replace('/A', '/a/one/..%252f'), `${target}%0a`, `${target}#`.replace('#', '%23'), `${target}&s=${q.get('s')}`,
    ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter((c) => !target.endsWith(c)).map((c) => target.slice(0, -1) + c));
  for (const fault of faults) {
    const a = await s.get(fault);
    assert.deepEqual([fault, a.status, a.body], [fault, 404, dead.body]);
  }
  for (const path of [target.replace('/one/', '/one/../one/'), target.replace('/one/', '/one/%2e%2e/one/'), target.replace('/one/', '/one%2f'), target.replace('/one/', '/one//'), target.replace('.pdf', '.pdf%00'), target.replace('.pdf', '.p%64f'), target.replace('/a/', '/a/./')]) {
    const a = await s.get(path);
    assert.ok([400, 404].includes(a.status), `${path}: ${a.status}`);
    assert.ok(!a.body.includes('%PDF'));
  }

  // The recipient's own page: reading it mints nothing, a button does, for this award alone.
  set(Math.floor(Date.now() / 1000));
  const claim = certfill(['cred', 'link', p.credential, '--claim', '--tenant', 'one', '--data', f.data]).lines.find((l) => l.message_type === 'link');
  assert.equal(new URL(claim.url).pathname, p.claim);
  assert.equal(sql(f.data, 'one', `SELECT count(*) FROM audit WHERE action = 'link.claim' AND role = 'certification:read' AND principal <> '' AND subject = '${ulid(p)}'`), '1', 'who was given a link is written down');
  assert.ok(Number(sql(f.data, 'one', `SELECT count(*) FROM audit WHERE action = 'link.pdf' AND subject = '${ulid(p)}'`)) >= 1);
  const own = await s.get(p.claim);
  assert.equal(own.status, 200);
  assert.ok(own.body.includes(p.name) && !own.body.includes('/a/one/'));
  for (const [artifact, name] of [['pdf', 'certificate.pdf'], ['png', 'certificate.png'], ['credential', 'credential.json'], ['pass', 'pass.pkpass']]) {
    const a = await s.request('POST', p.claim, '', { body: `artifact=${artifact}` });
    assert.equal(a.status, 303);
    assert.equal((await s.get(a.headers.location)).body, latin(read(p, name)));
  }
  assert.equal((await s.request('POST', p.claim, '', { body: 'artifact=keys' })).status, 400);
  for (const c of ['/c/x', `/c/${'A'.repeat(43)}`, `${p.claim}x`, p.claim.slice(0, -2)]) {
    assert.equal((await s.get(c)).status, 404);
    assert.equal((await s.request('POST', c, '', { body: 'artifact=pdf' })).status, 404);
  }
});

test('seven verdicts, each by what brings it about', limit, async (t) => {
  const dir = temporary(t);
  const f = institution(dir, 8, { manifest: (m) => { for (const c of Object.values(m.credentials)) c.status = 'suspension'; return m; } });
  const s = await serve(t, f.data), [valid, revoked, suspended, replaced, tampered, restored, swapped] = f.people;
  const cred = (...args) => { const r = certfill(['cred', ...args, '--data', f.data, '--yes']); assert.equal(r.status, 0, r.stderr); return r; };
  for (const p of f.people) assert.deepEqual([(await s.verdict(p)).verdict, (await s.get(p.verify)).status], ['valid', 200]);
  const becomes = (p, verdict) => until(async () => (await s.verdict(p)).verdict === verdict, `${verdict} was never seen`);
  cred('revoke', revoked.credential, '--reason', 'issued-in-error');
  await becomes(revoked, 'revoked');
  cred('suspend', suspended.credential, '--reason', 'under-review');
  cred('suspend', restored.credential, '--reason', 'under-review');
  await becomes(restored, 'suspended');
  cred('restore', restored.credential);
  await becomes(restored, 'valid');
  cred('correct', replaced.credential, '--set', 'name=Ada Lovelace', '--out', path.join(dir, 'new'));
  await becomes(replaced, 'superseded');
  assert.equal((await s.verdict(suspended)).verdict, 'suspended');
  const [now] = people(path.join(dir, 'new'));
  assert.equal((await s.verdict(now)).verdict, 'valid');
  assert.equal(now.claim, replaced.claim);
  assert.ok((await s.get(replaced.claim)).body.includes('Ada Lovelace'), 'the claim page shows the newest');
  const list = JSON.parse((await s.get('/status/1')).body);
  assert.equal(list.credentialSubject.statusPurpose, 'suspension');

  const old = issue(dir, f.data, 1, { key: 'old', row: (r) => ({ ...r, id: 'old-1', issued_on: '2019-01-01' }), change: (m) => { for (const c of Object.values(m.credentials)) c.valid_for = 'P1Y'; return m; } }).people[0];
  await becomes(old, 'expired');
  // Programs hear what certfill verify says, people the day.
  const early = issue(dir, f.data, 1, { key: 'early', row: (r) => ({ ...r, id: 'early-1', issued_on: '2199-01-01' }) }).people[0];
  await becomes(early, 'undetermined');
  const told = await s.verdict(early);
  assert.equal(told.starts, '2199-01-01T00:00:00Z');
  assert.deepEqual(told.checks.filter((c) => c.state !== 'ok').map((c) => c.check), ['dates']);
  assert.match((await s.get(early.claim)).body, /is not valid before <bdi>1 January 2199/);
  // The day of award is its holder's to see; others see it where it is published, by itself or in the picture.
  for (const [key, publish, day] of [['name', ['recipient.name'], false], ['drawn', ['recipient.name', 'picture'], true]]) {
    const p = issue(dir, f.data, 1, { key, row: (r) => ({ ...r, id: `${key}-1`, issued_on: '2024-06-12' }), change: (m) => { for (const c of Object.values(m.credentials)) c.publish = publish; return m; } }).people[0];
    await becomes(p, 'valid');
    assert.equal((await s.verdict(p)).issued.startsWith('2024-06-12'), day);
    assert.match((await s.get(p.claim)).body, /12 June 2024/);
  }

  // Others' hands in the ledger: the append-only triggers are only as good as the file's mode.
  const rewrite = (p, table, set) => sql(f.data, 'default', `${sql(f.data, 'default', `SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type='trigger' AND tbl_name='${table}'`)} UPDATE ${table} SET ${set} WHERE ulid = X'${ulid(p)}'; SELECT changes()`);
  const changed = (...what) => assert.equal(rewrite(...what), '1');
  // What was checked once is answered from memory: processes that begin anew see what others' hands did.
  const anew = async () => {
    const verifiers = () => below(s.pid).filter((x) => x.name === 'certfill-verify').map((x) => x.pid), old = verifiers();
    assert.equal(old.length, 2);
    for (const pid of old) kill(pid);
    await until(() => verifiers().length === 2 && !verifiers().some((pid) => old.includes(pid)));
  };
  changed(tampered, 'credentials', "record = replace(record, '\"validFrom\":', '\"validFrom\":1')");
  assert.equal((await s.verdict(tampered)).verdict, 'valid');
  await anew();
  assert.equal((await s.verdict(tampered)).verdict, 'not-genuine');
  const page = await s.get(tampered.verify);
  assert.equal(page.status, 200);
  assert.ok(!page.body.includes(tampered.name), 'after a wrong signature nothing is shown');
  changed(restored, 'rows', 'valid_until_s = 1');
  changed(restored, 'credentials', 'issued_s = 1');
  changed(swapped, 'credentials', `record = (SELECT record FROM credentials WHERE ulid = X'${ulid(valid)}')`);
  await anew();
  assert.equal((await s.verdict(swapped)).verdict, 'not-genuine');
  assert.equal((await s.verdict(valid)).verdict, 'valid');
  const { verdict, issued } = await s.verdict(restored);
  assert.deepEqual([verdict, issued], ['valid', (await s.verdict(valid)).issued], 'dates are what was signed, not what stands beside it');

  sql(f.data, 'default', 'ALTER TABLE credentials RENAME TO elsewhere');
  await anew();
  await becomes(valid, 'undetermined');
  // Each process looks for itself.
  for (const form of ['.json', '']) await until(async () => (await s.get(`${valid.verify}${form}`)).status === 503);
  sql(f.data, 'default', 'ALTER TABLE elsewhere RENAME TO credentials');
  await becomes(valid, 'valid');

  // "There is no such key" would be believed, and kept.
  const documents = ['/api/v1/.well-known/certification-keys.json', '/.well-known/did.json', '/t/default/did.json'];
  const key = new URL(JSON.parse((await s.get(documents[0])).body).keys[0].kid).pathname;
  sql(f.data, 'default', 'ALTER TABLE keys RENAME TO elsewhere');
  for (const at of [...documents, key]) {
    await until(async () => { const a = await s.get(at); assert.notEqual(a.status, 404, at); return a.status === 503; }, at);
  }
  sql(f.data, 'default', 'ALTER TABLE elsewhere RENAME TO keys');
  for (const at of ['/t/nobody/did.json', '/api/v1/keys/nobody']) await until(async () => (await s.get(at)).status === 404, at);
  await becomes(valid, 'valid');
});

// A ULID as the ledger keeps it: 26 characters of Crockford's base 32.
const ulid = (p) => [...p.credential].reduce((n, c) => (n << 5n) | BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(c)), 0n).toString(16).padStart(32, '0');

test('tokens that are nobody\'s, garbled or another institution\'s get one answer; good ones what was published', limit, async (t) => {
  const nameless = (m) => { for (const c of Object.values(m.credentials)) c.publish = ['achievement.name']; return m; };
  const dir = temporary(t), one = institution(dir, 1, { name: 'one' }), two = institution(dir, 1, { name: 'two', url: 'https://two.example.org', manifest: nameless });
  const s = await serve(t, one.data), [p] = one.people, [q] = two.people;
  const at = (host) => ({ host });
  assert.equal((await s.get(p.verify, '', at('certs.example.edu'))).status, 200);
  assert.equal((await s.get(q.verify, '', at('two.example.org'))).status, 200);
  assert.equal((await s.get(q.verify, '', at('localhost:1'))).status, 200, 'a host that is nobody\'s asks for everybody');
  // Each institution's choice of what the public may see, in every form, and nothing else of a person.
  for (const form of ['', '.json']) {
    const [mine, foreign] = [(await s.get(p.verify + form, '', at('certs.example.edu'))).body, (await s.get(q.verify + form, '', at('two.example.org'))).body];
    assert.deepEqual([mine.includes(p.name), foreign.includes(q.name)], [true, false], form);
    for (const body of [mine, foreign]) assert.doesNotMatch(body, /@example\.org|(one|two)-s-1/, form);
  }
  const swap = (x, i) => x.slice(0, i) + (x[i] === '0' ? '1' : '0') + x.slice(i + 1);
  const wrong = [swap(p.token, 3), swap(p.token, 30), swap(p.token, 77), p.token.slice(0, 26) + q.token.slice(26), q.token, 'x', `${p.token}0`, p.token.slice(1), 'U'.repeat(78)];
  for (const form of ['', '.json']) {
    const answers = [];
    for (const token of wrong) answers.push(await s.get(`/verify/${token}${form}`, '', at('certs.example.edu')));
    const plain = (a) => [a.status, a.body.replaceAll(/\d\d:\d\d(:\d\d)?/g, ''), { ...a.headers, date: '', 'content-length': '' }];
    for (const a of answers) assert.deepEqual(plain(a), plain(answers[0]));
    assert.equal(answers[0].status, 404);
  }
  for (const spelled of [p.token.toLowerCase(), `vt_${p.token}`, p.token.replaceAll('0', 'O'), p.token.match(/.{1,6}/g).join('-'), p.token.match(/.{1,13}/g).join('%20')]) assert.equal((await s.get(`/verify/${spelled}`)).status, 200, spelled);
  assert.equal((await s.get(`/VERIFY/${p.token}`)).status, 200);

  // Typed or pasted into the form of the first page, with whatever comes along.
  const home = await s.get('/', 'Accept-Language: fr\r\n');
  assert.deepEqual([home.status, home.headers['content-type'], home.headers['content-language']], [200, 'text/html; charset=utf-8', 'fr']);
  for (const typed of [p.token, `  vt_${p.token.toLowerCase()} `, p.token.match(/.{1,6}/g).join(' - '), `https://certs.example.edu/verify/${p.token}`, `HTTPS://CERTS.EXAMPLE.EDU/VERIFY/${p.token}/`, `https://certs.example.edu/verify/${p.token}?lang=ar#x`, `\u00ab${p.token}\u00bb`]) {
    const a = await s.get(`/verify?lang=de&code=${encodeURIComponent(typed)}`);
    assert.equal(a.status, 303, typed);
    assert.match(a.headers.location, /^\/verify\/\w+\?lang=de$/);
    assert.equal((await s.get(a.headers.location)).status, 200, typed);
  }
  for (const [typed, to] of [['', '/'], ['//evil.example', '/verify/evilexample?lang=en'], ['\r\nSet-Cookie: a=b', '/verify/SetCookieab?lang=en'], ['/', '/'], ['..', '/'], ['x'.repeat(400), `/verify/${'x'.repeat(128)}?lang=en`]])
    assert.deepEqual([typed, (await s.get(`/verify?code=${encodeURIComponent(typed)}`)).headers.location], [typed, to]);
  assert.equal((await s.get('/verify')).headers.location, '/');
  for (const icon of ['/icon.svg', '/favicon.ico']) assert.equal((await s.get(icon)).headers['content-type'], 'image/svg+xml');

  // Where JSON and a page are to be had, the wish decides, not the order of words.
  for (const [accept, type] of [['application/json', 'application/json'], ['application/json, text/plain, */*', 'application/json'], ['application/json;q=0, text/html', 'text/html; charset=utf-8'], ['text/html;q=0.1\r\nAccept: application/json', 'application/json'], ['*/*', 'text/html; charset=utf-8'], [Array(700).fill('a/b;q=0.5').join(), 'text/html; charset=utf-8']])
    assert.deepEqual([accept, (await s.get(p.verify, `Accept: ${accept}\r\n`)).headers['content-type']], [accept, type]);

  // Documents: each host its own.
  for (const [host, did] of [['certs.example.edu', 'did:web:certs.example.edu'], ['two.example.org', 'did:web:two.example.org']]) {
    assert.equal(JSON.parse((await s.get('/.well-known/did.json', '', { host })).body).id, did);
    const keys = JSON.parse((await s.get('/api/v1/.well-known/certification-keys.json', '', { host })).body).keys;
    assert.ok(keys.some((k) => k.kid.startsWith(`https://${host}/`)) && !keys.some((k) => k.kid.startsWith('https://') && !k.kid.startsWith(`https://${host}/`)));
  }
  assert.equal((await s.get('/.well-known/did.json')).status, 404, 'several institutions, none named');
  assert.equal(JSON.parse((await s.get('/t/two/did.json')).body).id, 'did:web:two.example.org');
  assert.equal((await s.get('/t/two/did.json', '', at('certs.example.edu'))).status, 404);
  assert.equal((await s.get(`/credentials/${q.credential}`, '', at('certs.example.edu'))).status, 404);
  assert.equal((await s.get(`/credentials/${q.credential}`, '', at('two.example.org'))).status, 200);
  const [mine, foreign] = ['certs.example.edu', 'two.example.org'].map((host) => s.get(new URL(JSON.parse(read(q, 'credential.json')).credentialStatus.statusListCredential).pathname, '', { host }));
  assert.deepEqual([(await mine).status, (await foreign).status], [404, 200]);
});

// Whether it was still there to be killed.
function kill(pid) {
  try { return process.kill(pid, 'SIGKILL'); } catch { return false; }
}

test('what is issued while serving is there at once, and killing processes stops nothing', limit, async (t) => {
  const dir = temporary(t), f = institution(dir, 2), s = await serve(t, f.data), [p] = f.people;
  const pdf = async (x) => (await s.get((await s.request('POST', x.claim, '', { body: 'artifact=pdf' })).headers.location ?? '/')).body;
  assert.equal(await pdf(p), latin(read(p, 'certificate.pdf')), 'the store is open from here on');
  const more = issue(dir, f.data, 3, { key: 'more' }).people;
  for (const x of more) {
    await until(async () => (await s.verdict(x)).verdict === 'valid');
    assert.equal(await pdf(x), latin(read(x, 'certificate.pdf')));
    assert.equal((await s.get(`/credentials/${x.credential}`)).body, latin(read(x, 'credential.json')));
  }

  // A batch at work, whose processes are killed one after the other.
  const at = path.join(dir, 'big');
  fs.mkdirSync(at);
  const { smallCohort } = await import('./lib.mjs');
  const big = smallCohort(at, 400, (r) => ({ ...r, id: `big-${r.id}`, email: `big.${r.email}` }));
  const batch = start(['issue', big.cohort, '--manifest', big.manifest, '--data', f.data]);
  const over = new Promise((resolve) => batch.on('exit', resolve));
  for (const name of ['certfill-render', 'certfill-sign', 'certfill-store', 'certfill-control']) {
    await until(() => batch.exitCode !== null || below(batch.pid).some((x) => x.name === name && kill(x.pid)));
    assert.equal((await s.verdict(p)).verdict, 'valid', name);
    assert.equal((await s.get('/status/1')).status, 200);
    assert.equal(await pdf(p), latin(read(p, 'certificate.pdf')), name);
  }
  batch.kill('SIGKILL');
  await over;

  // The public processes themselves, and the read-only store.
  const names = () => below(s.pid).map((x) => x.name).sort();
  assert.deepEqual(names(), ['certfill-store', 'certfill-verify', 'certfill-verify']);
  for (const x of below(s.pid).filter((y) => y.name === 'certfill-store')) process.kill(x.pid, 'SIGKILL');
  assert.equal(await pdf(p), latin(read(p, 'certificate.pdf')));
  const [victim] = below(s.pid).filter((x) => x.name === 'certfill-verify');
  process.kill(victim.pid, 'SIGKILL');
  for (let i = 0; i < 20; i++) assert.equal((await s.verdict(p)).verdict, 'valid');
  await until(() => below(s.pid).filter((x) => x.name === 'certfill-verify').length === 2);
  await until(() => /a verify process ended \(killed.*\) and is started again/.test(s.complained));
  assert.ok(!s.complained.includes(p.token) && !s.complained.includes(p.name));

  s.kill('SIGTERM');
  assert.deepEqual(await s.exited, { code: 0, signal: null });
  assert.deepEqual(below(s.pid), []);
});

test('HTTPS on loopback without a certificate, and nowhere else', limit, async (t) => {
  const dir = temporary(t), f = institution(dir, 1), s = await serve(t, f.data, { args: ['--tls', '127.0.0.1:0'] });
  await until(() => /self-signed/.test(s.complained));
  const a = run('curl', ['-sik', `https://127.0.0.1:${s.port}${f.people[0].verify}`]);
  assert.match(a.stdout, /^HTTP\/1\.1 200 /);
  assert.match(a.stdout, /strict-transport-security: max-age=\d+/);
  assert.notEqual(run('curl', ['-si', `https://127.0.0.1:${s.port}/`]).status, 0, 'nobody trusts it unasked');
  const [p] = f.people;
  for (const [status, method, target, more = ''] of [[404, 'GET', '/verify/x'], [404, 'GET', '/no'], [404, 'GET', '/a/default/x.pdf?k=1'], [405, 'PUT', p.verify, 'Content-Length: 0\r\n'], [413, 'POST', p.claim, 'Content-Length: 5000\r\n'], [400, 'POST', p.claim, 'Content-Length: 0\r\n'], [400, 'GET', '/', 'Host: b\r\n'], [406, 'GET', `/credentials/${p.credential}`, 'Accept: image/png\r\n'],
    [204, 'OPTIONS', '/status/1'], [200, 'HEAD', p.verify], [303, 'GET', `${p.claim}/picture`], [431, 'GET', '/', `X: ${'x'.repeat(70000)}\r\n`]]) {
    const [x] = await exchange(s.port, `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`, { tls: true, rejectUnauthorized: false, method });
    assert.deepEqual([target, x.status, x.headers['strict-transport-security']], [target, status, 'max-age=63072000; includeSubDomains']);
    assert.equal(x.headers['x-content-type-options'], 'nosniff');
  }
  const wide = certfill(['serve', '--data', f.data, '--tls', '0.0.0.0:0']);
  assert.equal(wide.status, 4);
  assert.match(wide.stderr, /--cert FILE --key FILE/);
});

test('operators have a listener of their own, which says nothing about persons', limit, async (t) => {
  const dir = temporary(t), f = institution(dir, 1), [p] = f.people;
  const s = await serve(t, f.data, { args: ['--listen', '127.0.0.1:0', '--ops', '127.0.0.1:0'] });
  const ops = (target) => run('curl', ['-s', '-w', '%{http_code}', `http://127.0.0.1:${s.ports[1]}${target}`]).stdout;
  assert.equal((await s.verdict(p)).verdict, 'valid');
  assert.equal(ops('/healthz'), 'ok\n200');
  await until(() => ops('/readyz') === 'ready\n200');
  await until(() => /^certfill_verdicts_total\{worker="\d",verdict="valid"\} 1$/m.test(ops('/metrics')));
  const text = ops('/metrics');
  assert.match(text, /^certfill_workers 2$/m);
  for (const line of text.slice(0, -3).trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) certfill_\w+ .+|certfill_\w+(\{\w+="[\w-]+"(,\w+="[\w-]+")*\})? \d+)$/);
  assert.ok(!text.includes(p.token) && !text.includes(p.credential) && !text.includes('127.0.0.1'));
  for (const target of ['/healthz', '/readyz', '/metrics']) assert.equal((await s.get(target)).status, 404, 'not for the public');
  assert.match(ops(p.verify), /404$/);
});
