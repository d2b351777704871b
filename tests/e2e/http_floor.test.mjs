// SPDX-License-Identifier: Apache-2.0
// The HTTP floor at work: ranges, conditions, streams, deadlines, caps, TLS, proxies, drain. Clients are raw
// sockets, curl and openssl. No time is asserted: a deadline shows by what comes, not by when.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { temporary, tool } from './lib.mjs';
import { Wire, answers, certificate, exchange, floor, get, kept } from './floor.mjs';

const limit = { timeout: 120000 };
const counts = async (port) => JSON.parse((await get(port, '/counts')).body);
const until = async (check) => {
  for (;;) {
    const v = await check();
    if (v) return v;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
// Files in memory that answers hold.
const held = (pid) => fs.readdirSync(`/proc/${pid}/fd`).filter((n) => { try { return fs.readlinkSync(`/proc/${pid}/fd/${n}`).startsWith('/memfd:large'); } catch { return false; } }).length;
const curl = (...args) => tool('curl', ['-s', '-S', '--max-time', '20', ...args]);

test('ranges, as curl sees them', limit, async (t) => {
  const f = await floor(t);
  const at = (target) => `http://127.0.0.1:${f.port}${target}`;
  for (const target of ['/page', '/file']) {
    const whole = (await curl(at(target))).stdout;
    const n = whole.length;
    for (const [range, from, to] of [['0-9', 0, 10], ['10-10', 10, 11], [`${n - 5}-`, n - 5, n], [`5-${'9'.repeat(30)}`, 5, n], [`-${'9'.repeat(30)}`, 0, n], ['-7', n - 7, n], [`0-${n * 2}`, 0, n], [`-${n * 2}`, 0, n]]) {
      const { stdout } = await curl('-i', '-r', range, at(target));
      const end = stdout.indexOf('\r\n\r\n') + 4;
      const head = stdout.subarray(0, end).toString();
      assert.match(head, /^HTTP\/1.1 206 /);
      assert.match(head, new RegExp(`content-range: bytes ${from}-${to - 1}/${n}\r`));
      assert.ok(stdout.subarray(end).equals(whole.subarray(from, to)), range);
    }
    for (const range of [`${n}-`, `${'9'.repeat(30)}-`, '-0', `${n + 5}-${n + 9}`]) {
      const a = await get(f.port, target, `Range: bytes=${range}\r\n`);
      assert.equal(a.status, 416);
      assert.equal(a.headers['content-range'], `bytes */${n}`);
    }
    for (const value of ['bytes=5-2', 'bytes=a-b', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=', 'bytes=-', 'bytes=1'])
      assert.equal((await get(f.port, target, `Range: ${value}\r\n`)).status, 200, value);
  }
});

test('conditions', limit, async (t) => {
  const f = await floor(t);
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  const earlier = 'Sat, 05 Nov 1994 08:49:37 GMT';
  const cases = [
    ['If-None-Match: "page-1"', 304], ['If-None-Match: W/"page-1"', 304], ['If-None-Match: "x", "page-1"', 304],
    ['If-None-Match: "x"\r\nIf-None-Match: "page-1"', 304], ['If-Match: "x"\r\nIf-Match: "page-1"', 200],
    ['If-None-Match: *', 304], ['If-None-Match: "x"', 200], ['If-None-Match: page-1', 200],
    [`If-Modified-Since: ${date}`, 304], [`If-Modified-Since: ${earlier}`, 200], ['If-Modified-Since: yesterday', 200],
    ['If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT', 304], ['If-Modified-Since: Sun Nov  6 08:49:36 1994', 200],
    [`If-None-Match: "x"\r\nIf-Modified-Since: ${date}`, 200],
    ['If-Match: "page-1"', 200], ['If-Match: *', 200], ['If-Match: "x"', 412], ['If-Match: W/"page-1"', 412],
    [`If-Unmodified-Since: ${date}`, 200], [`If-Unmodified-Since: ${earlier}`, 412],
    ['Range: bytes=0-1\r\nIf-Range: "page-1"', 206], ['Range: bytes=0-1\r\nIf-Range: "x"', 200],
    ['Range: bytes=0-1\r\nIf-Range: W/"page-1"', 200], [`Range: bytes=0-1\r\nIf-Range: ${date}`, 206],
    [`Range: bytes=0-1\r\nIf-Range: ${earlier}`, 200], ['Range: bytes=0-1\r\nIf-None-Match: "page-1"', 304],
  ];
  for (const [lines, status] of cases) {
    const a = await get(f.port, '/page', `${lines}\r\n`);
    assert.equal(a.status, status, lines);
    if (status === 200 || status === 304) assert.equal(a.headers.etag, '"page-1"');
    if (status === 304) assert.equal(a.headers['content-length'], undefined);
  }
  // An answer that has no tag matches none.
  for (const [line, status] of [['If-Match: "x"', 412], ['If-Match: *', 200], ['If-None-Match: "x"', 200], ['If-None-Match: *', 304]])
    assert.equal((await get(f.port, '/', `${line}\r\n`)).status, status, line);
});

test('HEAD says what GET would, without the body; every answer has the security headers', limit, async (t) => {
  const f = await floor(t);
  for (const target of ['/', '/page', '/file', '/nothing', '/flow/10']) {
    const lines = 'Host: a.test\r\nConnection: close\r\n\r\n';
    const [g] = await exchange(f.port, `GET ${target} HTTP/1.1\r\n${lines}`);
    const [h] = await exchange(f.port, `HEAD ${target} HTTP/1.1\r\n${lines}`, { method: 'HEAD' });
    assert.deepEqual({ ...h.headers, date: '' }, { ...g.headers, date: '' }, target);
    assert.match(g.headers['content-security-policy'], /^default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(g.headers['content-security-policy'], /unsafe|script-src/);
    assert.equal(g.headers['x-content-type-options'], 'nosniff');
    assert.equal(g.headers['referrer-policy'], 'no-referrer');
    assert.equal(g.headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(g.headers.server, undefined);
  }
});

test('HEAD: no answer has a body, refusals of what is malformed neither', limit, async (t) => {
  const f = await floor(t), hasty = await floor(t, 'head_ms=300');
  for (const [lines, status] of [['X : y\r\n\r\n', 400], ['Host: b.test\r\n\r\n', 400], ['Content-Length: 5\r\n\r\nhello', 400], [`X: ${'y'.repeat(9000)}`, 431], ['Expect: x\r\n\r\n', 417], ['X: never ends', 408]]) {
    const w = new Wire((status === 408 ? hasty : f).port);
    await w.open;
    const text = await w.send(`HEAD /page HTTP/1.1\r\nHost: a.test\r\n${lines}`).rest();
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} .*\r\ncontent-length: [1-9].*\r\n\r\n$`, 's'), lines.slice(0, 20));
    assert.equal(text.split('\r\n\r\n').length, 2, lines.slice(0, 20));
  }
});

test('a stream waits for a reader that does not read, and comes whole', limit, async (t) => {
  const f = await floor(t);
  const w = new Wire(f.port);
  await w.open;
  w.socket.pause();
  w.send('GET /flow/40000000 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
  await until(async () => (await counts(f.port)).open === 2);
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${f.pid}/status`, 'utf8'))[1]);
  for (let i = 0; i < 20; i++) await counts(f.port);
  assert.ok(rss() < 30000, 'the stream is not kept in memory');
  w.socket.resume();
  assert.equal(answers(await w.rest())[0].body.length, 40000000);
  const r = await curl('-0', `http://127.0.0.1:${f.port}/flow/3000000`);
  assert.equal(r.stdout.length, 3000000, 'to HTTP/1.0, ended by closing');
});

test('bodies stream in, with and without Expect', limit, async (t) => {
  const f = await floor(t);
  const big = Buffer.alloc(30000000, 7);
  for (const extra of [[], ['-H', 'Transfer-Encoding: chunked'], ['-H', 'Expect: 100-continue']]) {
    const r = await tool('curl', ['-s', '--max-time', '20', '-T', '-', '-X', 'POST', ...extra, `http://127.0.0.1:${f.port}/count`], big);
    assert.equal(r.stdout.toString(), '30000000\n');
  }
  const w = new Wire(f.port);
  await w.open;
  w.send('POST /echo HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n');
  assert.equal(await w.until((s) => s.includes('\r\n\r\n')), 'HTTP/1.1 100 Continue\r\n\r\n');
  w.send('hello');
  assert.match(await w.rest(), /hello$/);
});

test('server-sent events come one by one, are kept alive, and end when the reader leaves', limit, async (t) => {
  const f = await floor(t, 'event_ms=100');
  const r = await curl(`http://127.0.0.1:${f.port}/events`);
  assert.equal(r.stdout.toString().match(/^data: line two$/gm).length, 3);
  assert.match(r.stdout.toString(), /^id: 3\nevent: count\ndata: line one\ndata: line two\n\n/);
  const w = new Wire(f.port);
  await w.open;
  w.send('GET /quiet HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await w.until((s) => s.split(':\n\n').length > 2);
  w.drop();
  await until(async () => (await counts(f.port)).open === 1);
  const late = new Wire(f.port);
  await late.open;
  late.send('GET /slow/600000 HTTP/1.1\r\nHost: a.test\r\n\r\n');
  late.drop();
  assert.equal((await get(f.port, '/')).status, 200);
});

test('slow heads and slow bodies end; others are served meanwhile', limit, async (t) => {
  const f = await floor(t, 'head_ms=300', 'rate_ms=300', 'idle_ms=300', 'wait_ms=300', 'linger_ms=200');
  const wires = { silent: '', head: 'GET / HTTP/1.1\r\nHost: a', body: 'POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\nabc',
    chunk: 'POST /count HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', idle: 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', wait: 'GET /slow/600000 HTTP/1.1\r\nHost: a.test\r\n\r\n' };
  // A connection whose first byte comes too late ends without a word: on a busy machine that can be ours, so once more.
  const insist = async (ask) => { for (;;) { const got = await ask().catch(() => []); if (got.length > 0) return got; } };
  const ends = Object.entries(wires).map(async ([name, text]) => {
    const slowly = async () => {
      const w = new Wire(f.port);
      await w.open;
      w.send(text);
      // A byte now and then does not help.
      const drip = setInterval(() => ['head', 'body'].includes(name) && w.send('x'), 50);
      const got = await w.rest();
      clearInterval(drip);
      return answers(got).map((a) => a.status);
    };
    return [name, name === 'silent' ? await slowly() : await insist(slowly)];
  });
  for (let i = 0; i < 50; i++) assert.equal((await insist(async () => [await get(f.port, '/')].filter(Boolean)))[0].status, 200);
  assert.deepEqual(Object.fromEntries(await Promise.all(ends)), { silent: [], head: [408], body: [408], chunk: [408], idle: [200], wait: [503] });
});

test('a reader that takes nothing is let go', limit, async (t) => {
  const f = await floor(t, 'rate_ms=300');
  const w = new Wire(f.port);
  await w.open;
  w.socket.pause();
  w.send('GET /flow/1000000000 HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await until(async () => (await counts(f.port)).timed_out === 1);
  w.drop();
});

test('files under way are bounded: of those that are not read, the oldest go', limit, async (t) => {
  const f = await floor(t, 'file_len_max=120000000', 'rate_ms=600000');
  const stuck = [];
  const come = async () => {
    const w = new Wire(f.port);
    await w.open;
    w.socket.pause();
    w.send('GET /large HTTP/1.1\r\nHost: a.test\r\n\r\n');
    stuck.push(w);
    await until(async () => (await counts(f.port)).open === Math.min(stuck.length, 3) + 1 && held(f.pid) === Math.min(stuck.length, 3));
  };
  // Of 32 MiB each: three of them fit.
  for (let i = 0; i < 5; i++) await come();
  assert.equal((await counts(f.port)).capped, 2);
  assert.equal((await curl(`http://127.0.0.1:${f.port}/large`)).stdout.length, 32 << 20, 'who reads has the whole of it');
  assert.equal((await get(f.port, '/file')).body.length, 300000);
  assert.equal(held(f.pid), 2);
  for (const w of stuck) w.drop();
  await until(() => held(f.pid) === 0);
});

test('5,000 idle connections and a flood of new ones: others are served', { timeout: 120000 }, async (t) => {
  const f = await floor(t, 'conn_per_address=100000', 'conn_max=5200', 'head_ms=600000');
  const wires = [];
  for (let i = 0; i < 5000; i++) {
    const s = net.connect({ port: f.port, host: '127.0.0.1' });
    s.on('error', () => {});
    wires.push(s);
    if (i % 100 === 99) await new Promise((resolve) => s.once('connect', resolve));
  }
  assert.equal((await get(f.port, '/')).status, 200);
  await until(async () => (await counts(f.port)).open >= 5001);
  // Over the cap: the longest idle go, new ones are taken.
  for (let i = 0; i < 600; i++) {
    const s = net.connect({ port: f.port, host: '127.0.0.1' });
    s.on('error', () => {});
    wires.push(s);
    if (i % 50 === 49) assert.equal((await get(f.port, '/page')).status, 200);
  }
  const c = await until(async () => { const now = await counts(f.port); return now.capped > 300 && now; });
  assert.ok(c.open <= 5200);
  for (const s of wires) s.destroy();
  await until(async () => (await counts(f.port)).open === 1);
});

test('a flood of bodies that never end and of answers that nobody reads: others are served', limit, async (t) => {
  const f = await floor(t, 'conn_max=40', 'rate_ms=600000', 'head_ms=600000');
  const wires = [];
  for (let i = 0; i < 60; i++) {
    const w = new Wire(f.port);
    await w.open;
    w.socket.pause();
    w.send(['POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nx', 'GET /flow/900000000 HTTP/1.1\r\nHost: a.test\r\n\r\n'][i % 2]);
    wires.push(w);
    // All the time, not only in the end: who is served in a moment is nobody's victim.
    if (i >= 40) assert.equal((await get(f.port, '/page').catch(() => undefined))?.status, 200, `newcomer ${i}`);
  }
  assert.equal((await counts(f.port)).open, 40);
  for (const w of wires) w.drop();
});

test('an address has its cap', limit, async (t) => {
  const f = await floor(t, 'conn_per_address=5');
  const wires = [];
  for (let i = 0; i < 5; i++) {
    wires.push(new Wire(f.port));
    await wires[i].open;
  }
  const other = new Wire(f.port);
  assert.equal(await other.rest(), '');
  const elsewhere = new Wire(f.port, { localAddress: '127.0.0.9' });
  elsewhere.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
  assert.equal(answers(await elsewhere.rest())[0].status, 200);
  wires.forEach((w) => w.drop());
  await until(async () => (await get(f.port, '/').catch(() => undefined))?.status === 200);
});

test('an address has its cap over all loops', limit, async (t) => {
  const f = await floor(t, 'loops=4', 'conn_per_address=9', 'head_ms=600000', 'idle_ms=600000');
  const wires = await kept(f.port, 40, '127.0.3.1');
  assert.equal(wires.length, 9);
  assert.equal((await kept(f.port, 12, '127.0.3.2')).length, 9);
  // As many as leave can come again.
  for (const w of wires.slice(0, 5)) w.drop();
  const more = [];
  await until(async () => { more.push(...await kept(f.port, 4, '127.0.3.1')); return more.length >= 5; });
  assert.equal(more.length, 5);
});

// Those of wires that were answered and are open.
const living = (wires) => wires.filter((w) => w.text.length > 0 && !w.over);
const watched = (wires) => { for (const w of wires) w.closed.then(() => { w.over = true; }); return wires; };

test('the cap in all is one count of all loops: newcomers are served, the longest idle leave', limit, async (t) => {
  const f = await floor(t, 'loops=3', 'conn_max=64', 'head_ms=600000', 'idle_ms=600000');
  const wires = watched(await kept(f.port, 300));
  assert.equal(wires.length, 300);
  await until(() => living(wires).length <= 64);
  assert.equal((await get(f.port, '/')).status, 200);
  // A loop above its part leaves the last sixteenth to the others; get() took one place more.
  assert.ok(living(wires).length >= 59, `${living(wires).length}: nobody leaves without need`);
  for (const w of wires) w.drop();
});

test('a loop may have what the others do not use, and gives it back when they do', limit, async (t) => {
  const f = await floor(t, 'loops=2', 'conn_max=64', 'head_ms=600000', 'idle_ms=600000');
  const other = Number(fs.readFileSync(`/proc/${f.pid}/task/${f.pid}/children`, 'utf8'));
  process.kill(other, 'SIGSTOP');
  // Half of them wait for the loop that stands still. The other one's part is 32.
  const wires = watched(Array.from({ length: 240 }, () => new Wire(f.port).send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n')));
  await until(() => living(wires).length === 60);
  process.kill(other, 'SIGCONT');
  await until(async () => {
    wires.push(...watched(await kept(f.port, 1)));
    const c = await counts(f.port);
    return c.pid === other && c.open >= 28;
  });
  await until(() => living(wires).length <= 64);
  assert.ok(living(wires).length >= 59);
  for (const w of wires) w.drop();
});

test('rates: by address, over all loops; a failed look-up costs ten; the tenant is charged last', limit, async (t) => {
  const f = await floor(t, 'loops=3', 'address_rate=3', 'address_burst=30', 'tenant_rate=1', 'tenant_burst=40');
  const ask = (tenant, from) => exchange(f.port, `GET /limited/${tenant} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n`, { localAddress: from }).then((a) => a[0]);
  const run = async (n, tenant, from) => {
    const out = [];
    for (let i = 0; i < n; i++) out.push(await ask(tenant, from));
    return out;
  };
  const mine = await run(50, 'one', '127.0.1.1');
  assert.ok(mine.filter((a) => a.status === 204).length <= 32, 'the burst and what came back meanwhile');
  assert.ok(mine.filter((a) => a.status === 204).length >= 30);
  const no = mine.find((a) => a.status === 429);
  assert.ok(Number(no.headers['retry-after']) >= 1);
  // One address cannot have taken more than its own share of the tenant's.
  assert.equal((await ask('one', '127.0.1.2')).status, 204);
  const failed = await run(6, 'missing', '127.0.1.3');
  assert.deepEqual(failed.map((a) => a.status), [404, 404, 404, 429, 429, 429]);
  assert.equal((await ask('two', '127.0.1.4')).status, 204);
  const spread = [];
  for (let i = 0; i < 4; i++) spread.push(...await run(15, 'three', `127.0.2.${i + 1}`));
  assert.ok(spread.some((a) => a.status === 429), 'the tenant has its own rate');
});

test('TLS 1.2 and 1.3 and nothing below; HSTS on every answer; reload without losing a connection', { timeout: 180000 }, async (t) => {
  const dir = temporary(t);
  const one = certificate(dir, 'one');
  const two = certificate(dir, 'two');
  const live = { cert: path.join(dir, 'live.pem'), key: path.join(dir, 'live.key') };
  const use = (c) => { fs.copyFileSync(c.cert, live.cert); fs.copyFileSync(c.key, live.key); };
  use(one);
  const f = await floor(t, `cert=${live.cert}`, `key=${live.key}`, 'head_ms=600000');
  const s_client = (...args) => tool('openssl', ['s_client', '-connect', `127.0.0.1:${f.port}`, ...args]);
  assert.match((await s_client('-tls1_2')).stdout.toString(), /Protocol {2}: TLSv1.2[^]*Cipher {4}: ECDHE-ECDSA-(AES|CHACHA20)/);
  assert.match((await s_client('-tls1_3')).stdout.toString(), /TLSv1.3, Cipher is TLS_/);
  for (const old of ['-tls1', '-tls1_1'])
    assert.match((await s_client(old, '-cipher', 'ALL:@SECLEVEL=0')).stdout.toString(), /Cipher is \(NONE\)/);
  assert.match((await s_client('-tls1_2', '-cipher', 'AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0')).stdout.toString(), /Cipher is \(NONE\)/);
  assert.match((await s_client('-alpn', 'h2')).stderr, /no application protocol/);
  assert.match((await s_client('-alpn', 'h2,http/1.1')).stdout.toString(), /ALPN protocol: http\/1.1/);
  const secure = { tls: true, rejectUnauthorized: false };
  for (const text of ['GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', 'GET /no HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', 'nonsense\r\n\r\n']) {
    const [a] = await exchange(f.port, text, secure);
    assert.match(a.headers['strict-transport-security'], /max-age=63072000/);
  }
  assert.equal((await curl('-k', `https://127.0.0.1:${f.port}/file`)).stdout.length, 300000);
  assert.equal((await tool('curl', ['-sk', '--max-time', '20', '-T', '-', '-X', 'POST', `https://127.0.0.1:${f.port}/count`], Buffer.alloc(5000000))).stdout.toString(), '5000000\n');
  assert.equal((await curl('-k', `https://127.0.0.1:${f.port}/flow/5000000`)).stdout.length, 5000000);

  const kept = new Wire(f.port, secure);
  await kept.open;
  const subject = async () => /subject=CN = (\w+)/.exec((await s_client()).stdout.toString())[1];
  assert.equal(await subject(), 'one');
  use(two);
  f.kill('SIGHUP');
  await until(async () => (await subject()) === 'two');
  fs.writeFileSync(live.key, 'nonsense');
  f.kill('SIGHUP');
  assert.equal(await subject(), 'two', 'a certificate that cannot be used changes nothing');
  kept.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
  assert.equal(answers(await kept.rest())[0].status, 200);
  assert.equal((await exchange(f.port, 'GET / HTTP/1.1\r\n\r\n').catch(() => [])).length, 0, 'plain HTTP gets nothing');
});

test('client certificates: asked for, required, and of the right issuer', limit, async (t) => {
  const dir = temporary(t);
  const server = certificate(dir, 'server');
  const roots = certificate(dir, 'roots');
  const client = certificate(dir, 'client', roots);
  const stranger = certificate(dir, 'stranger');
  const who = async (port, c) => {
    const [a] = await exchange(port, 'GET /whoami HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', { tls: true, rejectUnauthorized: false, ...(c && { cert: c.pem(), key: c.secret() }) }).catch(() => []);
    return a && JSON.parse(a.body).client;
  };
  const common = [`cert=${server.cert}`, `key=${server.key}`, `roots=${roots.cert}`];
  const ask = await floor(t, ...common, 'clients=ask');
  assert.equal(await who(ask.port, client), 'CN=client');
  assert.equal(await who(ask.port), '');
  assert.equal(await who(ask.port, stranger), undefined);
  const need = await floor(t, ...common, 'clients=require');
  assert.equal(await who(need.port, client), 'CN=client');
  assert.equal(await who(need.port), undefined);
});

test('proxies are believed only where they are trusted', limit, async (t) => {
  const dir = temporary(t);
  const ip = async (port, lines, options) => JSON.parse((await get(port, '/whoami', lines, options)).body);
  const v4 = (text) => '00000000000000000000ffff' + text.split('.').map((n) => Number(n).toString(16).padStart(2, '0')).join('');
  const none = await floor(t);
  assert.equal((await ip(none.port, 'X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n')).peer, v4('127.0.0.1'));
  const x = await floor(t, 'trust=127.0.0.1', 'trust=10.0.0.0/8', 'source=x');
  assert.equal((await ip(x.port, 'X-Forwarded-For: 192.0.2.1\r\n')).peer, v4('192.0.2.1'));
  assert.equal((await ip(x.port, 'X-Forwarded-For: 198.51.100.7, 192.0.2.1, 10.1.2.3\r\n')).peer, v4('192.0.2.1'), 'the last that is no proxy');
  assert.equal((await ip(x.port, 'X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 192.0.2.1\r\n')).peer, v4('192.0.2.1'));
  assert.equal((await ip(x.port, 'X-Forwarded-For: nonsense\r\n')).peer, v4('127.0.0.1'));
  assert.equal((await ip(x.port, 'Forwarded: for=192.0.2.1\r\n')).peer, v4('127.0.0.1'), 'the other header says nothing');
  assert.equal((await ip(x.port, 'X-Forwarded-For: 192.0.2.1\r\n', { localAddress: '127.0.0.2' })).peer, v4('127.0.0.2'), 'from elsewhere');
  assert.match((await get(x.port, '/', 'X-Forwarded-Proto: https\r\n')).headers['strict-transport-security'], /max-age/);
  assert.equal((await get(x.port, '/', 'X-Forwarded-Proto: http\r\n')).headers['strict-transport-security'], undefined);
  const forwarded = await floor(t, 'trust=127.0.0.1', 'source=forwarded');
  const a = await ip(forwarded.port, 'Forwarded: for=198.51.100.7, for="[2001:db8::17]:4711";proto=https\r\n');
  assert.deepEqual([a.peer, a.secure], ['20010db8000000000000000000000017', true]);
  const socket = path.join(dir, 'floor.sock');
  await floor(t, `listen=${socket}`, 'trust=unix', 'source=x');
  const local = await curl('--unix-socket', socket, '-H', 'X-Forwarded-For: 192.0.2.9', 'http://a.test/whoami');
  assert.equal(JSON.parse(local.stdout).peer, v4('192.0.2.9'));
});

test('the PROXY protocol, before HTTP and before TLS', limit, async (t) => {
  const dir = temporary(t);
  const request = 'GET /whoami HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';
  const f = await floor(t, 'trust=127.0.0.1', 'source=proxy');
  const peer = async (head, options) => {
    const a = await exchange(f.port, head + request, options);
    return a.length > 0 ? JSON.parse(a[0].body).peer : undefined;
  };
  const v2 = '\r\n\r\n\0\r\nQUIT\n';
  assert.equal(await peer('PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n'), '00000000000000000000ffffc0000201');
  assert.equal(await peer('PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n'), '20010db8000000000000000000000001');
  assert.equal(await peer('PROXY UNKNOWN\r\n'), '00000000000000000000ffff7f000001');
  assert.equal(await peer(`${v2}\x21\x11\0\x0c\xc0\0\x02\x03\xc0\0\x02\x02\0\x01\0\x02`), '00000000000000000000ffffc0000203');
  for (const bad of ['', 'PROXY TCP4 x y 1 2\r\n', 'PROXY TCP4 ::1 ::2 1 2\r\n', `PROXY ${'x'.repeat(200)}\r\n`, `${v2}\x31\x11\0\0`, `${v2}\x21\x11\xff\xff`])
    assert.equal(await peer(bad), undefined, JSON.stringify(bad));
  const c = certificate(dir, 'one');
  const g = await floor(t, 'trust=127.0.0.1', 'source=proxy', `cert=${c.cert}`, `key=${c.key}`);
  const r = await curl('-k', '--haproxy-protocol', `https://127.0.0.1:${g.port}/whoami`);
  assert.equal(JSON.parse(r.stdout).secure, true);
});

test('SIGTERM: what is under way is answered, idle ones end, nothing new is taken', limit, async (t) => {
  const f = await floor(t, 'loops=2');
  const idle = new Wire(f.port);
  await idle.open;
  const busy = new Wire(f.port);
  await busy.open;
  busy.send('GET /last HTTP/1.1\r\nHost: a.test\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  idle.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await idle.until((s) => s.includes('hello'));
  f.kill('SIGTERM');
  await idle.closed;
  await until(() => new Promise((resolve) => {
    const s = net.connect(f.port, '127.0.0.1');
    s.on('error', () => resolve(true));
    s.on('connect', () => { s.destroy(); resolve(false); });
  }));
  const [a, ...more] = answers(await busy.rest());
  assert.deepEqual([a.status, a.body, a.headers.connection, more.length], [200, 'late\n', 'close', 0]);
  assert.deepEqual(await f.exited, { code: 0, signal: null });
});

test('SIGTERM: what came before it and was not read yet is answered, too', limit, async (t) => {
  const f = await floor(t, 'linger_ms=100');
  const kept = new Wire(f.port);
  await kept.open;
  kept.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await kept.until((s) => s.includes('hello'));
  // While it stands still, the kernel takes connections and bytes for it: more than it accepts in one turn.
  f.kill('SIGSTOP');
  await until(() => /^State:\s+T/m.test(fs.readFileSync(`/proc/${f.pid}/status`, 'utf8')));
  const wires = Array.from({ length: 100 }, () => new Wire(f.port));
  for (const w of [kept, ...wires]) {
    if (w !== kept) await w.open;
    w.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  }
  const silent = new Wire(f.port);
  await silent.open;
  f.kill('SIGTERM');
  f.kill('SIGCONT');
  assert.equal(answers(await kept.rest()).length, 2);
  for (const w of wires) assert.match(await w.rest(), /^HTTP\/1\.1 200 [^]*hello\n$/);
  assert.equal(await silent.rest(), '');
  assert.deepEqual(await f.exited, { code: 0, signal: null });
});

test('who asks a thousand things at once waits for others, too', limit, async (t) => {
  const dir = temporary(t), c = certificate(dir, 'a.test');
  for (const [name, options, wire] of [['plain', [], {}], ['tls', [`cert=${c.cert}`, `key=${c.key}`], { tls: true, rejectUnauthorized: false }]]) {
    const log = path.join(dir, name), f = await floor(t, `access=${log}`, ...options);
    const [eager, other] = [new Wire(f.port, wire), new Wire(f.port, wire)];
    for (const w of [eager, other]) { await w.open; await w.send('GET /page HTTP/1.1\r\nHost: a.test\r\n\r\n').until((s) => s.length > 0); }
    // Both are there when it looks.
    f.kill('SIGSTOP');
    await until(() => /^State:\s+T/m.test(fs.readFileSync(`/proc/${f.pid}/status`, 'utf8')));
    await new Promise((resolve) => eager.socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'.repeat(1000), resolve));
    await new Promise((resolve) => other.socket.write('GET /nothing HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', resolve));
    f.kill('SIGCONT');
    await other.rest();
    await eager.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n').rest();
    assert.equal(answers(eager.text).filter((a) => a.status === 200).length, 1002);
    const lines = await until(() => { const all = fs.readFileSync(log, 'utf8').trim().split('\n'); return all.length === 1004 && all; });
    assert.ok(lines.findIndex((l) => JSON.parse(l).status === 404) < 40, name);
  }
});

test('the access log has routes and no persons', limit, async (t) => {
  const log = path.join(temporary(t), 'access.log');
  const f = await floor(t, `access=${log}`);
  await get(f.port, '/whoami/secret-token?name=Ada', 'User-Agent: curious\r\nCookie: a=b\r\n');
  await exchange(f.port, 'GET /secret HTTP/9.9\r\n\r\n');
  const text = await until(() => { const s = fs.readFileSync(log, 'utf8'); return s.split('\n').length === 3 && s; });
  assert.doesNotMatch(text, /secret|Ada|curious|127\.0|a=b/);
  const lines = text.trim().split('\n').map((l) => JSON.parse(l));
  assert.deepEqual(lines.map((l) => [l.method, l.route, l.status]), [['GET', '/whoami/*', 200], ['-', '-', 505]]);
});

test('out of descriptors: others are served all the same', { timeout: 180000 }, async (t) => {
  const f = await floor(t, 'conn_per_address=100000');
  const r = await tool('prlimit', [`--pid=${f.pid}`, '--nofile=60:60']);
  assert.equal(r.status, 0, r.stderr);
  const wires = [];
  for (let i = 0; i < 80; i++) {
    const s = net.connect({ port: f.port, host: '127.0.0.1' });
    s.on('error', () => {});
    wires.push(s);
  }
  await until(async () => (await counts(f.port).catch(() => undefined))?.capped > 0);
  for (const s of wires) s.destroy();
  await until(async () => (await counts(f.port).catch(() => undefined))?.open === 1);
});
