// SPDX-License-Identifier: Apache-2.0
// Malformed requests of every class: one refusal, then the end; nothing behind them is ever answered. And the
// strange but right ones, which must pass.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Wire, answers, exchange, floor } from './floor.mjs';

const smuggled = 'GET /whoami/smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n';
const get = (lines, target = '/') => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n`;
const post = (lines, body = '') => `POST /echo HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n${body}`;
const chunked = (body, lines = 'Transfer-Encoding: chunked\r\n') => post(lines, body);

const refused = {
  // the request line
  'HTTP/0.9': ['GET /\r\n', 400],
  'HTTP/0.9 with a host': ['GET /\r\nHost: a.test\r\n\r\n', 400],
  'HTTP/2 preface': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  'version 2.0': ['GET / HTTP/2.0\r\nHost: a.test\r\n\r\n', 505],
  'version 1.2': ['GET / HTTP/1.2\r\nHost: a.test\r\n\r\n', 505],
  'version 0.9': ['GET / HTTP/0.9\r\nHost: a.test\r\n\r\n', 505],
  'version 1.10': ['GET / HTTP/1.10\r\nHost: a.test\r\n\r\n', 400],
  'version 01.1': ['GET / HTTP/01.1\r\nHost: a.test\r\n\r\n', 400],
  'version in lower case': ['GET / http/1.1\r\nHost: a.test\r\n\r\n', 400],
  'another protocol': ['GET / ICE/1.0\r\nHost: a.test\r\n\r\n', 400],
  'space before the method': [' GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'two spaces': ['GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'tab between': ['GET\t/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'space behind the version': ['GET / HTTP/1.1 \r\nHost: a.test\r\n\r\n', 400],
  'space in the target': ['GET /a b HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'no target': ['GET HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'empty line first': ['\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'method in lower case': ['get / HTTP/1.1\r\nHost: a.test\r\n\r\n', 501],
  'unknown method': ['BREW / HTTP/1.1\r\nHost: a.test\r\n\r\n', 501],
  'method with a control': ['G\x01ET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  CONNECT: ['CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n', 501],
  TRACE: ['TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n', 501],
  'binary': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
  // line ends
  'bare LF everywhere': ['GET / HTTP/1.1\nHost: a.test\n\n', 400],
  'bare LF in the request line': ['GET / HTTP/1.1\nHost: a.test\r\n\r\n', 400],
  'bare LF behind a header': ['GET / HTTP/1.1\r\nHost: a.test\nX: y\r\n\r\n', 400],
  'bare LF as the end': ['GET / HTTP/1.1\r\nHost: a.test\r\n\n', 400],
  'bare CR in a value': [get('X: a\rb\r\n'), 400],
  'bare CR as line end': ['GET / HTTP/1.1\rHost: a.test\r\r\n\r\n', 400],
  'CR CR LF': ['GET / HTTP/1.1\r\nHost: a.test\r\r\n\r\n', 400],
  'CR LF CR and more': ['GET / HTTP/1.1\r\nHost: a.test\r\n\rX: y\r\n\r\n', 400],
  'NUL in the target': ['GET /\0 HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'NUL in a name': [get('X\0Y: a\r\n'), 400],
  'NUL in a value': [get('X: a\0b\r\n'), 400],
  'NUL in Host': ['GET / HTTP/1.1\r\nHost: a.test\0.b\r\n\r\n', 400],
  'control in a value': [get('X: a\x07b\r\n'), 400],
  'DEL in a value': [get('X: a\x7fb\r\n'), 400],
  // headers
  'folded by space': [get('X: a\r\n b\r\n'), 400],
  'folded by tab': [get('X: a\r\n\tb\r\n'), 400],
  'folded Content-Length': [post('Content-Length:\r\n 5\r\n', 'hello'), 400],
  'folded first line': ['GET / HTTP/1.1\r\n Host: a.test\r\n\r\n', 400],
  'space before the colon': [get('X : a\r\n'), 400],
  'tab before the colon': [get('X\t: a\r\n'), 400],
  'space before the colon of a length': [post('Content-Length : 5\r\n', 'hello'), 400],
  'no colon': [get('nonsense\r\n'), 400],
  'empty name': [get(': a\r\n'), 400],
  'name with a bracket': [get('X(y): a\r\n'), 400],
  'name over 0x7f': [get('X\xe9: a\r\n'), 400],
  'giant line': [get(`X: ${'a'.repeat(9000)}\r\n`), 431],
  'giant head': [get('X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(400)), 431],
  'endless head': [`GET / HTTP/1.1\r\nHost: a.test\r\n${'X-Y: zzzzzzzzzzzzzz\r\n'.repeat(5000)}`, 431],
  'too many lines': [get('X: y\r\n'.repeat(70)), 431],
  'giant target': [get('', `/${'a'.repeat(9000)}`), 414],
  // Host
  'no Host': ['GET / HTTP/1.1\r\n\r\n', 400],
  'no Host in 1.0': ['GET / HTTP/1.0\r\n\r\n', 400],
  'two Hosts': [get('Host: b.test\r\n'), 400],
  'two Hosts alike': [get('Host: a.test\r\n'), 400],
  'empty Host': ['GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
  'Host with a path': ['GET / HTTP/1.1\r\nHost: a.test/b\r\n\r\n', 400],
  'Host with a user': ['GET / HTTP/1.1\r\nHost: u@a.test\r\n\r\n', 400],
  'Host with a list': ['GET / HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n', 400],
  'Host with a space': ['GET / HTTP/1.1\r\nHost: a test\r\n\r\n', 400],
  'Host with a bad port': ['GET / HTTP/1.1\r\nHost: a.test:99999\r\n\r\n', 400],
  'Host with a wordy port': ['GET / HTTP/1.1\r\nHost: a.test:x\r\n\r\n', 400],
  'Host with half a bracket': ['GET / HTTP/1.1\r\nHost: [::1\r\n\r\n', 400],
  // the target
  'absolute form of another host': ['GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'absolute form with a user': ['GET http://u@a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'absolute form of another port': ['GET http://a.test:81/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'another scheme': ['GET file:///etc/passwd HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'authority form': ['GET a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'relative path': [get('', 'page'), 400],
  fragment: [get('', '/page#x'), 400],
  'dot segment': [get('', '/./page'), 400],
  'two dots': [get('', '/x/../page'), 400],
  'two dots at the end': [get('', '/x/..'), 400],
  'escaped dots': [get('', '/x/%2e%2e/page'), 400],
  'half escaped dots': [get('', '/x/.%2E/page'), 400],
  'escaped slash': [get('', '/whoami%2fx'), 400],
  'escaped backslash': [get('', '/whoami/%5cx'), 400],
  backslash: [get('', '/whoami\\x'), 400],
  'escaped NUL': [get('', '/whoami/%00'), 400],
  'escaped line end': [get('', '/whoami/%0d%0aX'), 400],
  'two slashes': [get('', '//page'), 400],
  'two slashes inside': [get('', '/whoami//x'), 400],
  'half an escape': [get('', '/whoami/%4'), 400],
  'an escape of no digits': [get('', '/whoami/%zz'), 400],
  'a lone percent': [get('', '/whoami/%'), 400],
  'overlong UTF-8': [get('', '/whoami/%c0%af'), 400],
  'UTF-8 surrogate': [get('', '/whoami/%ed%a0%80'), 400],
  'raw byte over 0x7f': [get('', '/whoami/\xe9'), 400],
  'half an escape in the query': [get('', '/whoami/x?a=%f'), 400],
  'NUL in the query': [get('', '/whoami/x?a=%00'), 400],
  'quote in the target': [get('', '/whoami/"x"'), 400],
  'angle in the target': [get('', '/whoami/<x>'), 400],
  // lengths
  'both lengths': [post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  'both lengths, other order': [post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), 400],
  'zero length with chunked': [post('Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  'two lengths': [post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello'), 400],
  'two lengths alike': [post('Content-Length: 5\r\nContent-Length: 5\r\n', 'hello'), 400],
  'a list of lengths': [post('Content-Length: 5, 5\r\n', 'hello'), 400],
  'negative length': [post('Content-Length: -5\r\n', 'hello'), 400],
  'length with plus': [post('Content-Length: +5\r\n', 'hello'), 400],
  'hexadecimal length': [post('Content-Length: 0x5\r\n', 'hello'), 400],
  'length with a point': [post('Content-Length: 5.0\r\n', 'hello'), 400],
  'length in words': [post('Content-Length: five\r\n', 'hello'), 400],
  'length with a space inside': [post('Content-Length: 5 5\r\n', 'hello'), 400],
  'empty length': [post('Content-Length:\r\n', 'hello'), 400],
  'length over 64 bits': [post('Content-Length: 18446744073709551621\r\n', 'hello'), 400],
  'length over everything': [post(`Content-Length: ${'9'.repeat(60)}\r\n`, 'hello'), 400],
  'too large': [post('Content-Length: 2000000\r\n', 'hello'), 413],
  'body where none belongs': [`GET /page HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${smuggled.length}\r\n\r\n`, 400],
  'chunked body where none belongs': ['GET /page HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  // codings
  'coding identity': [post('Transfer-Encoding: identity\r\n'), 501],
  'coding gzip': [post('Transfer-Encoding: gzip\r\n'), 501],
  'coding gzip, chunked': [post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 400],
  'coding chunked, gzip': [post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'), 400],
  'coding twice': [post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  'coding twice in a line': [post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'), 400],
  'coding xchunked': [post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), 501],
  'coding quoted': [post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'), 400],
  'coding with a parameter': [post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'), 400],
  'coding empty': [post('Transfer-Encoding:\r\n', '0\r\n\r\n'), 400],
  'coding behind a vertical tab': [post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'), 400],
  'coding with a space before the colon': [post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'), 400],
  'coding in 1.0': ['POST /echo HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
  'coding folded': [post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'), 400],
  // chunks
  'chunk size in words': [chunked('five\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size empty': [chunked('\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size negative': [chunked('-5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size with plus': [chunked('+5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size with 0x': [chunked('0x5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size behind a space': [chunked(' 5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size before a space': [chunked('5 \r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size over 64 bits': [chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size of 64 bits': [chunked('ffffffffffffffff\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size with many zeros': [chunked('0000000005\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size with an underscore': [chunked('1_0\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk extension': [chunked('5;a=b\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk extension, nothing but the mark': [chunked('5;\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk extension with LF': [chunked('5;a\nb\r\nhello\r\n0\r\n\r\n'), 400],
  'giant chunk extension': [chunked(`5;${'a'.repeat(20000)}\r\nhello\r\n0\r\n\r\n`), 400],
  'chunk size ends in LF': [chunked('5\nhello\r\n0\r\n\r\n'), 400],
  'chunk size ends in CR': [chunked('5\rhello\r\n0\r\n\r\n'), 400],
  'chunk ends in LF': [chunked('5\r\nhello\n0\r\n\r\n'), 400],
  'chunk longer than its size': [chunked('5\r\nhello!\r\n0\r\n\r\n'), 400],
  'chunk shorter than its size': [chunked('6\r\nhello\r\n0\r\n\r\n'), 400],
  'last chunk ends in LF': [chunked('5\r\nhello\r\n0\n\n'), 400],
  'last chunk with an extension': [chunked('5\r\nhello\r\n0;x\r\n\r\n'), 400],
  trailer: [chunked('5\r\nhello\r\n0\r\nX: y\r\n\r\n'), 400],
  'trailer with a length': [chunked('5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n'), 400],
  'trailer with a Host': [chunked('5\r\nhello\r\n0\r\nHost: b.test\r\n\r\n'), 400],
  'too large in chunks': [chunked(`${'80000\r\n' + 'a'.repeat(0x80000) + '\r\n'}`.repeat(3)), 413],
  'unknown expectation': [post('Expect: 200-ok\r\nContent-Length: 5\r\n', 'hello'), 417],
};

test('malformed requests are refused, and nothing behind them is answered', async (t) => {
  const f = await floor(t);
  assert.ok(Object.keys(refused).length >= 60);
  for (const [name, [request, status]] of Object.entries(refused)) {
    await t.test(name, { timeout: 120000 }, async () => {
      const got = await exchange(f.port, request + smuggled);
      assert.deepEqual(got.map((a) => a.status), [status]);
      assert.equal(got[0].headers.connection, 'close');
      assert.doesNotMatch(got[0].body, /smuggled/);
      assert.equal(got[0].headers['x-content-type-options'], 'nosniff');
    });
  }
  // It is all the same when every byte comes alone, but for the giants.
  for (const [name, [request, status]] of Object.entries(refused)) {
    if (request.length > 300) continue;
    await t.test(`${name}, byte by byte`, { timeout: 120000 }, async () => {
      const w = new Wire(f.port);
      await w.open;
      w.socket.setNoDelay(true);
      for (const c of request + smuggled) {
        w.send(c);
        await new Promise(setImmediate);
      }
      assert.deepEqual(answers(await w.rest()).map((a) => a.status), [status]);
    });
  }
});

const accepted = {
  'HTTP/1.0': ['GET / HTTP/1.0\r\nHost: a.test\r\n\r\n', [200]],
  'HTTP/1.0 kept alive': ['GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\nHost: a.test\r\n\r\n', [200, 200]],
  'absolute form': ['GET http://a.test/page HTTP/1.1\r\nHost: A.test\r\nConnection: close\r\n\r\n', [200]],
  'absolute form without a path': ['GET https://a.test HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', [200]],
  'IPv6 host': ['GET / HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n', [200]],
  'no space behind the colon': ['GET / HTTP/1.1\r\nHost:a.test\r\nConnection:close\r\n\r\n', [200]],
  'blanks around a value': [get('Connection: \t close \t \r\n'), [200]],
  'empty value': [get('X:\r\nConnection: close\r\n'), [200]],
  'bytes over 0x7f in a value': [get('X: \xe9\r\nConnection: close\r\n'), [200]],
  'Upgrade is ignored': [get('Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings\r\n') + get('Connection: close\r\n'), [200, 200]],
  'Upgrade to websocket is ignored': [get('Upgrade: websocket\r\nConnection: upgrade, close\r\n'), [200]],
  'Upgrade with a body': [post('Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 5\r\n', 'hello') + get('Connection: close\r\n'), [200, 200]],
  'three in one go': [get('') + post('Content-Length: 5\r\n', 'hello') + get('Connection: close\r\n', '/page'), [200, 200, 200]],
  'chunks, then another': [chunked('5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n') + get('Connection: close\r\n'), [200, 200]],
  'chunked in capitals': [chunked('A\r\n0123456789\r\n0\r\n\r\n', 'TRANSFER-ENCODING: CHUNKED\r\nConnection: close\r\n'), [200]],
  'length zero': [post('Content-Length: 0\r\nConnection: close\r\n'), [200]],
  'no length': [post('Connection: close\r\n'), [200]],
  'not found, then another': [get('', '/nothing') + get('Connection: close\r\n'), [404, 200]],
  'other method, then another': ['DELETE /page HTTP/1.1\r\nHost: a.test\r\n\r\n' + get('Connection: close\r\n'), [405, 200]],
  'OPTIONS of the server': ['OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n' + get('Connection: close\r\n'), [204, 200]],
  OPTIONS: ['OPTIONS /page HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', [204]],
  'escapes of what need not be': [get('Connection: close\r\n', '/%70age'), [200]],
  'people\'s scripts': [get('Connection: close\r\n', '/whoami/%D8%B9%D8%B1%D8%A8?n=%E4%B8%AD'), [200]],
  'a slash in the query': [get('Connection: close\r\n', '/page?a=/b?c'), [200]],
};

test('what is right passes, pipelined or not', async (t) => {
  const f = await floor(t);
  for (const [name, [request, statuses]] of Object.entries(accepted)) {
    await t.test(name, { timeout: 120000 }, async () => {
      const got = await exchange(f.port, request);
      assert.deepEqual(got.map((a) => a.status), statuses);
    });
  }
});

test('a body of a chunked request comes out whole, however it is cut', async (t) => {
  const f = await floor(t);
  const w = new Wire(f.port);
  await w.open;
  w.socket.setNoDelay(true);
  for (const c of chunked('5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n')) {
    w.send(c);
    await new Promise(setImmediate);
  }
  await w.until((s) => s.includes('hello world'));
  assert.equal(answers(w.text)[0].body, 'hello world');
  w.drop();
});
