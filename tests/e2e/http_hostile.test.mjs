// SPDX-License-Identifier: Apache-2.0
// What attackers send beyond http_malformed.test.mjs: smuggling variants in pipelines, cut at every byte, over TLS
// and off it; floods within one head; peers that stop, vanish or speak something else. Each has a defined answer
// or a defined end, others are served meanwhile, and in the end nothing is left open.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import tls from 'node:tls';
import { temporary, tool } from './lib.mjs';
import { Wire, answers, certificate, exchange, floor, get } from './floor.mjs';

const limit = { timeout: 120000 };
const smuggled = 'GET /whoami/smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n';
const head = (lines, target = '/') => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n`;
const post = (lines, body = '') => `POST /echo HTTP/1.1\r\nHost: a.test\r\n${lines}\r\n${body}`;
const chunked = (body) => post('Transfer-Encoding: chunked\r\n', body);
const host = (value) => `GET / HTTP/1.1\r\nHost:${value}\r\n\r\n`;
const coding = (value) => post(`Transfer-Encoding:${value}\r\n`, '5\r\nhello\r\n0\r\n\r\n');
const length = (value) => post(`Content-Length:${value}\r\n`, 'hello');
const end = 'Connection: close\r\n';

// Until it is so; a test that hangs fails by its limit.
async function until(check) {
  for (;;) {
    const v = await check();
    if (v) return v;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// In batches, so that a slow machine's cap of connections is no part of the test.
async function each(list, look) {
  for (let i = 0; i < list.length; i += 32) await Promise.all(list.slice(i, i + 32).map(look));
}

const refused = {
  // transfer codings: what another implementation might take for chunked, or for none
  'coding behind a form feed': [coding(' \x0cchunked'), 400], 'coding before a form feed': [coding(' chunked\x0c'), 400],
  'coding before a vertical tab': [coding(' chunked\x0b'), 400], 'coding behind a next-line byte': [coding(' \x85chunked'), 400],
  'coding behind a no-break space': [coding(' \xa0chunked'), 400], 'coding behind a comma': [coding(' ,chunked'), 400],
  'coding before a comma': [coding(' chunked,'), 400], 'coding chunked, identity': [coding(' chunked, identity'), 400],
  'coding identity, chunked': [coding(' identity, chunked'), 400], 'coding cow': [coding(' cow'), 501],
  'coding chunkedx': [coding(' chunkedx'), 501], 'coding chunke': [coding(' chunke'), 501], 'coding with a semicolon': [coding(' chunked;'), 400],
  'coding in single quotes': [coding(" 'chunked'"), 501], 'coding with a colon': [coding(' : chunked'), 400], 'coding with LF behind it': [coding(' chunked\n'), 400],
  'coding with CR behind it': [coding(' chunked\r'), 400], 'coding with NUL behind it': [coding(' chunked\0'), 400],
  'coding by an old name of the header': [post('Transfer-Encoding\x00: chunked\r\nContent-Length: 5\r\n', 'hello'), 400],
  'coding with a tab in the name': [post('Transfer-Encoding\t: chunked\r\nContent-Length: 5\r\n', 'hello'), 400],
  'coding with a byte before the name': [post('\xffTransfer-Encoding: chunked\r\nContent-Length: 5\r\n', 'hello'), 400],
  'identity, then chunked': [post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 501],
  'chunked, then identity': [post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'), 400],
  'chunked twice, and a length': [post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  'chunked and a length, in GET': [head('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'), 400],
  'chunked in HEAD with a body': ['HEAD /page HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', 400, 'HEAD'],
  'chunked in 1.0 beside a length': ['POST /echo HTTP/1.0\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello', 400],
  // lengths
  'length behind a vertical tab': [length(' \x0b5'), 400], 'length behind a no-break space': [length(' \xa05'), 400],
  'length of other digits': [length(' \xd9\xa5'), 400], 'length with a comma': [length(' 5,'), 400], 'length with a semicolon': [length(' 5;'), 400],
  'length with an exponent': [length(' 5e0'), 400], 'length with an underscore': [length(' 0_5'), 400], 'length in octal': [length(' 0o5'), 400],
  'length in hex without a mark': [length(' 0A'), 400], 'length in quotes': [length(' "5"'), 400], 'length minus zero': [length(' -0'), 400],
  'length 5, 6': [length(' 5, 6'), 400], 'length with a tab inside': [length(' 5\t5'), 400], 'length of 2^63': [length(' 9223372036854775808'), 400],
  'length of 2^64': [length(' 18446744073709551616'), 400], 'length of 2^32 too large': [length(' 4294967301'), 413], 'three lengths': [post('Content-Length: 5\r\nX: y\r\nContent-Length: 5\r\nContent-Length: 5\r\n', 'hello'), 400],
  'a length in the trailer of a head': [post('Content-Length: 5\r\nCONTENT-LENGTH: 0\r\n', 'hello'), 400],
  // chunks
  'chunk size over 32 bits': [chunked('100000005\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size of 2^31': [chunked('80000000\r\nhello'), 413],
  'chunk size behind a tab': [chunked('\t5\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size before a vertical tab': [chunked('5\x0b\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size and NUL': [chunked('5\0\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size of other digits': [chunked('\xd9\xa5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size of letters beyond hex': [chunked('g\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size by a word': [chunked('5 chunk\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size ends in CR CR LF': [chunked('5\r\r\nhello\r\n0\r\n\r\n'), 400], 'chunk extension in quotes': [chunked('5;a="\r\n\r\n"\r\nhello\r\n0\r\n\r\n'), 400],
  'many chunk extensions': [chunked(`5${';a=b'.repeat(3000)}\r\nhello\r\n0\r\n\r\n`), 400], 'chunk without its end': [chunked('5\r\nhello0\r\n\r\n'), 400],
  'chunk ends in LF CR': [chunked('5\r\nhello\n\r0\r\n\r\n'), 400], 'chunk ends in CR alone': [chunked('5\r\nhello\r0\r\n\r\n'), 400],
  'last chunk negative': [chunked('5\r\nhello\r\n-0\r\n\r\n'), 400], 'last chunk of nine zeros': [chunked('5\r\nhello\r\n000000000\r\n\r\n'), 400],
  'last chunk, then junk': [chunked('5\r\nhello\r\n0\r\njunk\r\n\r\n'), 400], 'last chunk, then CR alone': [chunked('5\r\nhello\r\n0\r\n\rX'), 400],
  'a trailer that names a coding': [chunked('5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'), 400], 'endless trailers': [chunked(`0\r\n${'X: y\r\n'.repeat(2000)}\r\n`), 400],
  // the target
  'absolute form of nobody': ['GET http:///page HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'absolute form with three slashes': ['GET http:////a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'absolute form with one slash': ['GET http:/a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'absolute form by another scheme': ['GET gopher://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'absolute form with a backslash': ['GET http://a.test\\@b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'absolute form with a password': ['GET http://u:p@a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'absolute form with a fragment': ['GET http://a.test/#x HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'absolute form without a Host': ['GET http://a.test/ HTTP/1.1\r\n\r\n', 400],
  'absolute form, Host with a port': ['GET http://a.test/ HTTP/1.1\r\nHost: a.test:80\r\n\r\n', 400], 'authority form with a user': ['GET u@a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'asterisk in GET': ['GET * HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'asterisk with a query': ['OPTIONS *?x HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'CONNECT by path': ['CONNECT /page HTTP/1.1\r\nHost: a.test\r\n\r\n', 501], 'CONNECT to an address': ['CONNECT [::1]:22 HTTP/1.1\r\nHost: [::1]:22\r\n\r\n', 501],
  'a scheme and nothing': ['GET http:// HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'a question mark alone': ['GET ? HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'double escape of dots stays a name': [head('', '/whoami/%252e%252e/x') + head(end, '/page'), [200, 200]],
  'an empty last segment is another path': [head('', '/page/') + head(end, '/page'), [404, 200]],
  'a parameter is part of the name': [head('', '/page;jsessionid=1') + head(end, '/page'), [404, 200]],
  'escaped question mark is no query': [head('', '/page%3fx=1') + head(end, '/page'), [404, 200]],
  'escaped hash is no fragment': [head('', '/page%23x') + head(end, '/page'), [404, 200]],
  'dots with a parameter': [head('', '/x/..;/page') + head(end, '/page'), [404, 200]],
  'three dots are a name': [head('', '/whoami/...') + head(end, '/page'), [200, 200]],
  'dots behind an escaped slash': [head('', '/x/..%2fpage'), 400], 'dots behind an escaped backslash': [head('', '/x/..%5cpage'), 400],
  'an escaped space at the end': [head('', '/page%20') + head(end, '/page'), [404, 200]], 'an escaped DEL': [head('', '/whoami/%7f'), 400],
  'an escaped tab': [head('', '/whoami/%09'), 400], 'an escaped LF in the query': [head('', '/whoami/x?a=%0a') + head(end), [200, 200]],
  'UTF-8 beyond Unicode': [head('', '/whoami/%f4%90%80%80'), 400], 'a lone continuation byte': [head('', '/whoami/%80'), 400], 'overlong NUL': [head('', '/whoami/%c0%80'), 400],
  'a bracket in the path': [head('', '/whoami/[x]'), 400], 'a brace': [head('', '/whoami/{x}'), 400], 'a pipe': [head('', '/whoami/a|b'), 400], 'a caret': [head('', '/whoami/a^b'), 400], 'a backtick': [head('', '/whoami/`id`'), 400],
  'too many segments': [head('', `/whoami${'/x'.repeat(60)}`), 400], 'too many parameters': [head('', `/whoami/x?${'a&'.repeat(200)}`), 400], 'a fragment in the query': [head('', '/whoami/x?a#b'), 400],
  // Host
  'Host with a query': [host(' a.test?x'), 400], 'Host with a hash': [host(' a.test#x'), 400], 'Host with a backslash': [host(' a.test\\b'), 400], 'Host in angle brackets': [host(' <a.test>'), 400],
  'Host with a quote': [host(' a.test"'), 400], 'Host with an escape': [host(' a%2etest'), 400], 'Host with a semicolon': [host(' a.test;b'), 400], 'Host over 0x7f': [host(' \xe4.test'), 400],
  'Host with two ports': [host(' a.test:80:81'), 400], 'Host with a negative port': [host(' a.test:-1'), 400], 'Host that is a port': [host(' :80'), 400], 'Host of 300 letters': [host(` ${'a'.repeat(300)}`), 400],
  'Host of IPv6 without brackets': [host(' ::1'), 400], 'Host of IPv6 with a zone': [host(' [fe80::1%25lo]'), 400], 'Host with a tail behind the bracket': [host(' [::1]x'), 400], 'Host of an empty bracket': [host(' []'), 400],
  'Host of a tab': [host('\t'), 400], 'Host twice in other letters': [head('HOST: a.test\r\n'), 400], 'Host with a scheme': [host(' http://a.test'), 400], 'Host with a comma': [host(' a.test,b.test'), 400],
  'a Host in the trailer of a GET': ['GET / HTTP/1.1\r\nX: y\r\n\r\nHost: a.test\r\n\r\n', 400],
  // lines
  'a name with a comma': [head('X,Y: z\r\n'), 400], 'a name in quotes': [head('"X": z\r\n'), 400], 'a name with a slash': [head('X/Y: z\r\n'), 400], 'a name with a brace': [head('X{}: z\r\n'), 400], 'a name with an at': [head('X@y: z\r\n'), 400],
  'a name with a semicolon': [head('X;y: z\r\n'), 400], 'a name with a backslash': [head('X\\y: z\r\n'), 400], 'a name with a question mark': [head('X?: z\r\n'), 400], 'a name with a vertical tab': [head('X\x0b: z\r\n'), 400],
  'a colon alone': [head(':\r\n'), 400], 'a name of 9,000 letters': [head(`${'X'.repeat(9000)}: y\r\n`), 431], 'a method of 9,000 letters': [`${'G'.repeat(9000)} / HTTP/1.1\r\nHost: a.test\r\n\r\n`, 400],
  'a method of 100 letters': [`${'G'.repeat(100)} / HTTP/1.1\r\nHost: a.test\r\n\r\n`, 501], 'a cookie of 64 KB': [head(`Cookie: ${'a=b;'.repeat(16384)}\r\n`), 431], 'cookies of 64 KB in many lines': [head(`Cookie: ${'a=b;'.repeat(250)}\r\n`.repeat(64)), 431],
  'a thousand header lines': [head('A: b\r\n'.repeat(1000)), 431], 'a BOM first': ['\xef\xbb\xbfGET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'NUL first': ['\0GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'an end before the head': ['\r\n\r\n', 400], 'a folded line that ends the head': [head('X: y\r\n \r\n'), 400], 'a folded Host': ['GET / HTTP/1.1\r\nHost:\r\n a.test\r\n\r\n', 400], 'a fold before the first colon': [head('X\r\n : y\r\n'), 400],
  'ESC in a value': [head('X: \x1b[2J\r\n'), 400], 'BEL in the target': ['GET /\x07 HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'form feed between': ['GET\x0c/\x0cHTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'version HTTP/1.1.1': ['GET / HTTP/1.1.1\r\nHost: a.test\r\n\r\n', 400], 'version HTTP/+1.1': ['GET / HTTP/+1.1\r\nHost: a.test\r\n\r\n', 400], 'version HTTPS/1.1': ['GET / HTTPS/1.1\r\nHost: a.test\r\n\r\n', 400],
  'version 3.0': ['GET / HTTP/3.0\r\nHost: a.test\r\n\r\n', 505], 'version HTTP 1.1': ['GET / HTTP 1.1\r\nHost: a.test\r\n\r\n', 400], 'HTTP/0.9 and a head behind it': ['GET /page\r\n\r\n', 400], 'an answer': ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 400],
  'the PROXY protocol, from nobody we trust': ['PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'the PROXY protocol, version 2': ['\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01\x02\x03\x04\x05\x06\x07\x08\0\x50\0\x51', 400],
  'SSH': ['SSH-2.0-OpenSSH_9.2\r\n', 400], 'SMTP': ['EHLO a.test\r\n', 400], 'a TLS hello': ['\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\n', 400],
  'HTTP/2 with prior knowledge': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 505], 'a WebSocket frame behind a GET': [head('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n') + '\x81\x85\0\0\0\0hello\r\n\r\n', [200, 400]],
  // what parsers of others let through at one time (llhttp's advisories and the like), and the borders of the limits
  'a header behind a bare CR': ['GET / HTTP/1.1\r\nHost: a.test\r\nX: y\rContent-Length: 23\r\n\r\n', 400], 'an empty header ended by CR, then a coding': [post('X:\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  'a coding behind CR CR': [post('X: y\r\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400], 'a length behind a space, as the first header': ['POST /echo HTTP/1.1\r\n Content-Length: 5\r\nHost: a.test\r\n\r\nhello', 400],
  'coding folded after chunked': [post('Transfer-Encoding: chunked\r\n chunked\r\n', '0\r\n\r\n'), 400], 'coding of a comma': [coding(' ,'), 400], 'coding behind two commas': [coding(' ,,chunked'), 400], 'coding with a letter over 0x7f': [coding(' ch\xfcnked'), 400],
  'coding with an escape in quotes': [coding(' "chun\\ked"'), 400], 'coding trailers': [coding(' trailers'), 501], 'length of a list with tabs': [length(' 5\t,\t5'), 400], 'length of 2^63 - 1': [length(' 9223372036854775807'), 400], 'length escaped': [length(' %35'), 400],
  'length in brackets': [length(' (5)'), 400], 'length behind an equals sign': [length(' =5'), 400], 'length with a full stop': [length(' 5.'), 400],
  'chunk size that wraps at 64 bits': [chunked('ffffffff00000005\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size of 2^63 - 1': [chunked('7fffffffffffffff\r\nhello'), 400], 'chunk size with a colon': [chunked('5:\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size with a list': [chunked('5,5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk extension of an open quote': [chunked('5;a="b\r\nhello\r\n0\r\n\r\n'), 400], 'chunk extension with a control': [chunked('5;\x01\r\nhello\r\n0\r\n\r\n'), 400], 'a request instead of the last chunk': [chunked(`5\r\nhello\r\n${smuggled}`), 400],
  'a trailer that names a client': [chunked('0\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n'), 400], 'a trailer without a name': [chunked('0\r\n: y\r\n\r\n'), 400], 'DEL in the method': ['GE\x7fT / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'Host of dots': [host(' ..'), 400], 'Host with two dots': [host(' a..test'), 400], 'Host behind a dot': [host(' .a.test'), 400], 'Host of a dot': [host(' .:80'), 400], 'Host with port 0': [host(' a.test:0'), 400], 'Host of IPv6 with port 0': [host(' [::1]:00'), 400],
  'Host with port +80': [host(' a.test:+80'), 400], 'Host with a space before its port': [host(' a.test: 80'), 400], 'Host with an empty port': [host(' a.test:'), 400], 'Host of the root, and port 65535': [host(' a.test.:65535') + head(end), [200, 200]],
  'the PROXY protocol, UNKNOWN': ['PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400], 'the PROXY protocol, version 2, LOCAL': ['\r\n\r\n\0\r\nQUIT\n\x20\0\0\0GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  'version 1.2': ['GET / HTTP/1.2\r\nHost: a.test\r\n\r\n', 505], 'version 0.9 in full': ['GET / HTTP/0.9\r\nHost: a.test\r\n\r\n', 505], 'a tab behind the version': ['GET / HTTP/1.1\t\r\nHost: a.test\r\n\r\n', 400],
  'as many headers as may be': [head('X: y\r\n'.repeat(61) + end), [200]], 'one header too many': [head('X: y\r\n'.repeat(62) + end), 431],
  'a line as long as may be': [head(`X: ${'y'.repeat(8187)}\r\n${end}`), [200]], 'a line one byte too long': [head(`X: ${'y'.repeat(8188)}\r\n${end}`), 431],
  // expectations
  'Expect twice': [post('Expect: 100-continue\r\nExpect: 200-ok\r\nContent-Length: 5\r\n', 'hello'), 417], 'Expect as a list': [post('Expect: 100-continue, x\r\nContent-Length: 5\r\n', 'hello'), 417], 'Expect empty': [post('Expect:\r\nContent-Length: 5\r\n', 'hello'), 417],
  'Expect with a body too large': [post('Expect: 100-continue\r\nContent-Length: 99999999\r\n'), 413], 'Expect, then nothing that belongs': [post('Expect: 100-continue\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n'), 400],
};
const statuses = (wanted) => [wanted].flat();

test('what others might read otherwise is refused, and what is right passes', limit, async (t) => {
  const f = await floor(t);
  assert.ok(Object.keys(refused).length >= 80);
  const wrong = [];
  await each(Object.entries(refused), async ([name, [request, wanted, method]]) => {
    const got = await exchange(f.port, request + (Array.isArray(wanted) ? '' : smuggled), { method }).catch((e) => [{ status: e.message, body: '', headers: {} }]);
    if (got.map((a) => a.status).join() !== statuses(wanted).join() || got.some((a) => a.body.includes('smuggled')) || (!Array.isArray(wanted) && got.at(-1).headers.connection !== 'close'))
      wrong.push(`${name}: ${got.map((a) => a.status)} instead of ${wanted}`);
  });
  assert.deepEqual(wrong, []);
});

test('behind requests that are right, and over TLS, it is the same', limit, async (t) => {
  const dir = temporary(t), c = certificate(dir, 'a.test'), plain = await floor(t), secure = await floor(t, `cert=${c.cert}`, `key=${c.key}`);
  const before = head('', '/page') + post('Content-Length: 5\r\n', 'hello') + chunked('5\r\nhello\r\n0\r\n\r\n');
  const wrong = [];
  await each(Object.entries(refused), async ([name, [request, wanted, method]]) => {
    if (method === 'HEAD') return;
    const want = [200, 200, 200, ...statuses(wanted)].join();
    for (const [where, port, options] of [['plain', plain.port, {}], ['tls', secure.port, { tls: true, rejectUnauthorized: false }]]) {
      const got = await exchange(port, before + request + (Array.isArray(wanted) ? '' : smuggled), options).catch((e) => [{ status: e.message, headers: {} }]);
      if (got.map((a) => a.status).join() !== want) wrong.push(`${where}, ${name}: ${got.map((a) => a.status)} instead of ${want}`);
      if (where === 'tls' && got.some((a) => !a.headers['strict-transport-security'])) wrong.push(`${name}: an answer without HSTS`);
    }
  });
  assert.deepEqual(wrong, []);
});

test('cut in two at every byte, a pipeline is answered alike', limit, async (t) => {
  const f = await floor(t);
  const all = head('X: \t y \t\r\n', '/page?a=b') + chunked('5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n') + post('Content-Length: 11\r\n', 'hello again') + 'OPTIONS /page HTTP/1.1\r\nHost: a.test\r\n\r\n' + head(end, '/nothing');
  const told = (text) => answers(text).map((a) => `${a.status} ${a.body}`);
  const whole = told(await new Promise((resolve) => { const w = new Wire(f.port); w.open.then(() => w.send(all).rest().then(resolve)); }));
  assert.deepEqual(whole.map((a) => a.slice(0, 3)), ['200', '200', '200', '204', '404']);
  await each(Array.from(all, (_, i) => i), async (i) => {
    const w = new Wire(f.port);
    await w.open;
    w.socket.setNoDelay(true);
    w.send(all.slice(0, i));
    await new Promise((resolve) => w.socket.write('', resolve));
    await new Promise(setImmediate);
    w.send(all.slice(i));
    assert.deepEqual(told(await w.rest()), whole, `cut at ${i}`);
  });
});

test('floods within one head: ranges, tags, wishes, and headers that only proxies may send', limit, async (t) => {
  const f = await floor(t), n = 300000;
  const many = (count, one) => Array.from({ length: count }, (_, i) => one(i)).join(',');
  const cases = [
    [`Range: bytes=${many(1000, (i) => `${i}-${i}`)}`, 200], [`Range: bytes=${many(600, () => '0-')}`, 200], [`Range: bytes=${many(900, () => '-1')}`, 200],
    ['Range: bytes=9-1', 200], ['Range: bytes=-0', 416], ['Range: bytes=0-0', 206], ['Range: bytes=-1', 206], ['Range: bytes=0-', 206], ['Range: BYTES=0-0', 206],
    [`Range: bytes=${'9'.repeat(5000)}-`, 416], [`Range: bytes=0-${'9'.repeat(5000)}`, 206], ['Range: bytes=0-0\r\nRange: bytes=1-1', 200], ['Range: bytes=--1', 200], ['Range: bytes=0-0;', 200], ['Range: bytes 0-0', 200], ['Range: none', 200],
    ['Range: bytes=0-0\r\nIf-Range: "file-1", "x"', 200], ['Range: bytes=0-0\r\nIf-Range: *', 200], ['Range: bytes=0-0\r\nIf-Range:', 200], ['Range: bytes=0-0\r\nIf-Range: "file-1"', 206],
    [`If-None-Match: ${many(700, (i) => `"t${i}"`)}`, 200], [`If-None-Match: ${many(700, (i) => `"t${i}"`)},"file-1"`, 304], [`If-None-Match: ${'"'.repeat(7000)}`, 200], [`If-None-Match: ${','.repeat(7000)}`, 200], [`If-None-Match: ${'W/'.repeat(3000)}"file-1"`, 304],
    [`If-Match: ${many(700, (i) => `"t${i}"`)}`, 412], [`Accept: ${many(500, (i) => `a/b;q=0.${i}`)}`, 200], [`Accept-Language: ${many(500, (i) => `x${i};q=0.${i}`)}`, 200], [`Accept-Encoding: ${many(500, () => 'gzip')}`, 200],
    [`X-Forwarded-For: ${many(300, (i) => `192.0.2.${i}`)}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b.test\r\nForwarded: for=192.0.2.1;proto=https\r\nX-Real-IP: 192.0.2.1\r\nX-Original-URL: /echo\r\nX-HTTP-Method-Override: DELETE`, 200],
    ['Connection: host, content-length, x-forwarded-for, close', 200], [`Connection: ${'keep-alive,'.repeat(600)}close`, 200], ['Connection: close\r\nKeep-Alive: timeout=99999999, max=99999999', 200], ['TE: trailers, chunked\r\nTrailer: Host', 200],
    [`Cookie: ${'a'.repeat(8000)}`, 200], ['Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5', 200], ['Max-Forwards: 0\r\nVia: 1.1 a, 1.1 b', 200],
  ];
  const wrong = [];
  await each(cases, async ([lines, status]) => {
    const a = await get(f.port, '/file', `${lines}\r\n`);
    const whole = a.status !== 200 || a.body.length === n;
    if (a.status !== status || !whole || a.headers['strict-transport-security']) wrong.push(`${lines.slice(0, 60)}: ${a.status} instead of ${status}, ${a.body.length} bytes`);
  });
  assert.deepEqual(wrong, []);
  const who = JSON.parse((await get(f.port, '/whoami/x', 'X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nForwarded: for=192.0.2.1;proto=https\r\n')).body);
  assert.deepEqual([who.peer.slice(-8), who.secure], ['7f000001', false]);
});

const openFiles = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;
const counts = async (port, options) => JSON.parse((await get(port, '/counts', '', options)).body);

test('peers that stop, vanish or half close: the others are served, nothing stays open', limit, async (t) => {
  const f = await floor(t, 'wait_ms=600000', 'conn_per_address=100000');
  await get(f.port, '/');
  const files = openFiles(f.pid);
  const begin = async (text) => { const w = new Wire(f.port); await w.open; return w.send(text); };
  const some = (w) => w.until((s) => s.length > 0);

  // Half closed behind a whole request, the answer comes; within one, nothing does.
  for (const request of [head(''), chunked('5\r\nhello\r\n0\r\n\r\n'), head('', '/slow/20'), head('', '/flow/3000000'), head('') + head('', '/file')])
    for (const a of await exchange(f.port, request, { half: true })) assert.equal(a.status, 200);
  for (const part of ['', 'G', 'GET / HTTP/1.1\r\nHost: a', 'GET / HTTP/1.1\r\nHost: a.test\r\n\r', post('Content-Length: 9\r\n', 'hello'), chunked('5\r\nhel'), chunked('5\r\nhello\r\n0\r\n')])
    assert.deepEqual(await exchange(f.port, part, { half: true }), [], JSON.stringify(part));

  // Gone without a word, at every stage.
  await each(Array.from({ length: 160 }, (_, i) => i), async (i) => {
    const w = await begin(['', 'GET / HT', post('Content-Length: 99\r\n', 'x'), head('', '/flow/900000000'), head('', '/file').repeat(40), head('', '/slow/600000'), head('', '/events'), head('', '/quiet')][i % 8]);
    if ([3, 4, 6, 7].includes(i % 8)) await some(w);
    w.socket.resetAndDestroy();
  });

  // A thousand requests at once by somebody who does not read yet.
  const eager = await begin('');
  eager.socket.pause();
  eager.send(head('', '/file').repeat(200) + head(end));
  assert.equal((await get(f.port, '/')).status, 200);
  eager.socket.resume();
  assert.deepEqual(answers(await eager.rest()).map((a) => a.body.length), [...Array(200).fill(300000), 6]);

  await until(async () => (await counts(f.port)).open === 1);
  await until(() => openFiles(f.pid) <= files + 1);
  assert.equal((await counts(f.port)).pid, f.pid, 'it is the process that was there at the beginning');
});

// A TLS client whose bytes to the server go through change(bytes), which gives the pieces to send.
async function through(t, port, change) {
  const relay = net.createServer((client) => {
    const server = net.connect({ port, host: '127.0.0.1', noDelay: true });
    client.on('data', async (d) => { client.pause(); for (const piece of change(d)) { server.write(piece); await new Promise(setImmediate); } client.resume(); });
    server.pipe(client);
    for (const s of [client, server]) s.on('error', () => { client.destroy(); server.destroy(); });
    client.on('close', () => server.end());
  });
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
  t.after(() => relay.close());
  return relay.address().port;
}

// The handshake's first flight in records of one byte each (RFC 8446, 5.1 allows it).
function tinyRecords() {
  let first = true;
  return (d) => {
    if (!first || d[0] !== 22) return [d];
    first = false;
    const body = d.subarray(5, 5 + d.readUInt16BE(3));
    return [...[...body].map((b) => Buffer.from([22, d[1], d[2], 0, 1, b])), d.subarray(5 + body.length)];
  };
}

test('TLS: strange pieces, strange hellos, other protocols, and who leaves half way', limit, async (t) => {
  const dir = temporary(t), c = certificate(dir, 'a.test'), f = await floor(t, `cert=${c.cert}`, `key=${c.key}`, 'head_ms=600000', 'conn_per_address=100000');
  const options = { tls: true, rejectUnauthorized: false }, plain = await floor(t);
  const alive = async () => assert.equal((await get(f.port, '/', '', options)).status, 200);
  await alive();
  const files = openFiles(f.pid);

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
    const single = await through(t, f.port, (d) => [...d].map((b) => Buffer.from([b])));
    assert.equal((await get(single, '/', '', { ...options, maxVersion })).status, 200, 'a byte in each segment');
    const tiny = await through(t, f.port, tinyRecords());
    assert.equal((await get(tiny, '/', '', { ...options, maxVersion })).status, 200, 'a byte in each record of the hello');
    const w = new Wire(f.port, { ...options, maxVersion });
    await w.open;
    for (const b of head(end, '/page')) { w.send(b); await new Promise(setImmediate); }
    assert.deepEqual(answers(await w.rest()).map((a) => a.status), [200], 'a byte in each record of the request');
  }

  // Neither speaks the other's language; nobody is kept waiting for it.
  assert.ok(!(await exchange(f.port, head('')).catch(() => [])).some((a) => a.status === 200), 'HTTP to the TLS port');
  const confused = new Wire(plain.port, options);
  await assert.rejects(confused.open, /wrong version number|packet length|ECONNRESET|disconnected|EPROTO/);
  assert.equal((await get(plain.port, '/')).status, 200);
  for (const ALPNProtocols of [['h2'], ['spdy/3', 'h2']]) await assert.rejects(new Wire(f.port, { ...options, ALPNProtocols }).open, /alert|ALERT|ECONNRESET|disconnected/);
  const both = new Wire(f.port, { ...options, ALPNProtocols: ['h2', 'http/1.1'], servername: 'b.test' });
  await both.open;
  assert.equal(both.socket.alpnProtocol, 'http/1.1');
  both.drop();

  // Renegotiation, resumption and early data are not on offer.
  const s_client = async (input, ...args) => (await tool('openssl', ['s_client', '-connect', `127.0.0.1:${f.port}`, ...args], input)).stdout.toString();
  assert.doesNotMatch(await s_client('R\nGET / HTTP/1.0\nHost: a.test\n\n', '-tls1_2', '-crlf'), /HTTP\/1.1 200/);
  const session = await s_client(`GET / HTTP/1.0\r\nHost: a.test\r\n\r\n`, '-tls1_3', '-quiet');
  assert.match(session, /HTTP\/1.1 200/);
  assert.doesNotMatch(await s_client('Q\n', '-tls1_3'), /New Session Ticket|Max Early Data: [1-9]/);
  for (const weak of [['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], ['-tls1', '-cipher', 'ALL:@SECLEVEL=0'], ['-tls1_2', '-cipher', 'AES128-SHA:@SECLEVEL=0'], ['-tls1_2', '-cipher', 'aNULL:@SECLEVEL=0'], ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0']])
    assert.match(await s_client('Q\n', ...weak), /Cipher is \(NONE\)/, weak.join(' '));

  // Junk instead of a hello, a hello and no more, a handshake that breaks off.
  const hello = await new Promise((resolve) => {
    const catcher = net.createServer((s) => s.once('data', (d) => { s.destroy(); catcher.close(); resolve(d); }));
    catcher.listen(0, '127.0.0.1', () => tls.connect({ port: catcher.address().port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {}));
  });
  const broken = [Buffer.alloc(4096), Buffer.alloc(70000, 22), Buffer.from([22, 3, 1, 255, 255]), Buffer.from([0x80, 0x2e, 1, 3, 1]), Buffer.concat([hello, hello]), Buffer.concat([hello, Buffer.alloc(20000, 23)]), Buffer.concat([hello, Buffer.from([21, 3, 3, 0, 2, 2, 40])])];
  for (let i = 0; i < hello.length; i += 37) { const b = Buffer.from(hello); b[i] ^= 0xff; broken.push(b); }
  await each([...broken, hello, hello.subarray(0, 5), hello.subarray(0, 100)], async (bytes) => {
    const w = new Wire(f.port);
    await w.open.catch(() => {});
    w.socket.write(bytes);
    w.socket.end();
    await w.rest();
  });
  await each(Array.from({ length: 64 }, (_, i) => i), async (i) => {
    const raw = net.connect({ port: f.port, host: '127.0.0.1' }).on('error', () => {});
    if (i % 2) {
      const w = new Wire(f.port, { ...options, socket: raw });
      await w.open;
      await w.send(head('', '/flow/90000000')).until((s) => s.length > 0);
      w.drop();
    } else {
      await new Promise((resolve) => raw.write(hello, resolve));
    }
    raw.resetAndDestroy();
  });
  const hasty = await floor(t, `cert=${c.cert}`, `key=${c.key}`, 'head_ms=300'), silent = new Wire(hasty.port);
  await silent.open;
  silent.socket.write(hello.subarray(0, 60));
  await silent.rest();
  await alive();
  await until(async () => (await counts(f.port, options)).open === 1);
  await until(() => openFiles(f.pid) <= files + 1);
});

// What openssl s_client gets for a request behind so many key updates (RFC 8446, 4.6.3), each asking for one in return or not.
async function afterKeyUpdates(t, port, count, letter) {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_3', '-crlf'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '', over = false, wake = () => {};
  const ended = new Promise((resolve) => child.on('close', () => { over = true; wake(); resolve(); }));
  t.after(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {});
  for (const s of [child.stdout, child.stderr]) s.setEncoding('latin1').on('data', (d) => { said += d; wake(); });
  const until = async (seen) => { while (!over && !seen()) await new Promise((resolve) => { wake = resolve; }); };
  await until(() => said.includes('Verify return code'));
  for (let i = 1; i <= count; i++) {
    child.stdin.write(`${letter}\n`);
    await until(() => said.split('KEYUPDATE').length > i);
  }
  child.stdin.write('GET /page HTTP/1.0\nHost: a.test\n\n');
  await ended;
  return said;
}

test('TLS: a few key updates are right, a storm of them ends the connection', limit, async (t) => {
  const c = certificate(temporary(t), 'a.test'), f = await floor(t, `cert=${c.cert}`, `key=${c.key}`, 'head_ms=600000');
  for (const letter of ['k', 'K']) {
    assert.match(await afterKeyUpdates(t, f.port, 20, letter), /HTTP\/1.1 200/, letter);
    assert.doesNotMatch(await afterKeyUpdates(t, f.port, 60, letter), /HTTP\/1.1 200/, letter);
  }
});
