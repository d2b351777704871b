// SPDX-License-Identifier: Apache-2.0
// Requests by which others were desynchronised, beyond http_malformed and http_hostile: each is sent with a request
// hidden behind it or inside, alone, behind right ones on one connection, and byte by byte. One refusal ends the
// connection; the hidden one is never answered.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Wire, answers, exchange, floor } from './floor.mjs';

const limit = { timeout: 120000 };
const hidden = 'GET /whoami/smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n';
const head = (lines, first = 'GET / HTTP/1.1') => `${first}\r\nHost: a.test\r\n${lines}\r\n`;
const post = (lines, body = '') => head(lines, 'POST /echo HTTP/1.1') + body;
const coding = (line, body = `5\r\nhello\r\n0\r\n\r\n`) => post(`${line}\r\n`, body);
const chunked = (body) => coding('Transfer-Encoding: chunked', body);
const host = (value) => `GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`;
const path = (target) => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
const first = (line) => `${line}\r\nHost: a.test\r\n\r\n`;
const both = (length, line, body = `0\r\n\r\n${hidden}`) => post(`Content-Length: ${length}\r\n${line}\r\n`, body);

const refused = {
  // CL.TE, TE.CL, TE.TE, CL.CL, CL.0
  'CL.TE, what is hidden in the rest': [both(6, 'Transfer-Encoding: chunked', '0\r\n\r\nG'), 400],
  'TE.CL, what is hidden in a chunk': [both(4, 'Transfer-Encoding: chunked', `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`), 400],
  'TE.TE by capitals': [coding('Transfer-Encoding: Chunked\r\nTransfer-Encoding: cow', '0\r\n\r\n'), 400],
  'TE.TE, the first of them nonsense': [coding('Transfer-Encoding: cow\r\nTransfer-Encoding: chunked', '0\r\n\r\n'), 501],
  'TE.TE by a list over two lines': [coding('Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked', '0\r\n\r\n'), 501],
  'TE.TE by an empty one first': [coding('Transfer-Encoding:\r\nTransfer-Encoding: chunked', '0\r\n\r\n'), 400],
  'TE.TE by a folded second value': [coding('Transfer-Encoding: chunked\r\n , identity', '0\r\n\r\n'), 400],
  'TE.TE by x-chunked and a length': [both(5, 'Transfer-Encoding: x-chunked', 'hello'), 400],
  'coding and length 0, hidden behind': [both(0, 'Transfer-Encoding: chunked'), 400],
  'coding identity and a length': [both(5, 'Transfer-Encoding: identity', 'hello'), 400],
  'length, then coding by HTTP/1.0': [head('Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', 'POST /echo HTTP/1.0'), 400],
  'coding of 1.0 kept alive': [head('Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n', 'POST /echo HTTP/1.0') + `0\r\n\r\n`, 400],
  'coding named by Connection': [post('Connection: transfer-encoding\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n`), 400],
  'length named by Connection': [post('Connection: content-length\r\nContent-Length: 5\r\nContent-Length: 0\r\n', 'hello'), 400],
  'lengths 0 and 5': [post('Content-Length: 0\r\nContent-Length: 5\r\n', 'hello'), 400],
  'lengths 5 and 0': [post('Content-Length: 5\r\nContent-Length: 0\r\n', 'hello'), 400],
  'length by the CGI name': [post('Content_Length: 5\r\n', 'hello'), 400], 'coding by the CGI name': [post('Transfer_Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  'both, one by the CGI name': [post('Content-Length: 5\r\nTransfer_Encoding: chunked\r\n', '0\r\n\r\n'), 400], 'CGI name in capitals': [post('CONTENT_LENGTH: 5\r\n', 'hello'), 400],
  'a GET that brings its body': [head(`Content-Length: ${hidden.length}\r\n`), 400], 'a GET that brings one chunk': [head('Transfer-Encoding: chunked\r\n') + `${hidden.length.toString(16)}\r\n`, 400],
  'a HEAD that brings its body': [head(`Content-Length: ${hidden.length}\r\n`, 'HEAD / HTTP/1.1'), 400, 'HEAD'],
  'an absolute GET that brings its body': [head(`Content-Length: ${hidden.length}\r\n`, 'GET http://a.test/page HTTP/1.1'), 400],
  'a body for a path that is not there': [head(`Content-Length: ${hidden.length}\r\n`, 'POST /nothing HTTP/1.1'), 404], 'a body for a path of others': [head(`Content-Length: ${hidden.length}\r\n`, 'PUT /page HTTP/1.1'), 405],
  'a body of chunks for a path of others': [head('Transfer-Encoding: chunked\r\n', 'DELETE /page HTTP/1.1'), 405], 'OPTIONS with a body': [head(`Content-Length: ${hidden.length}\r\n`, 'OPTIONS /page HTTP/1.1'), 204],
  'OPTIONS of the server with a body': [head(`Content-Length: ${hidden.length}\r\n`, 'OPTIONS * HTTP/1.1'), 204], 'OPTIONS with chunks': [head('Transfer-Encoding: chunked\r\n', 'OPTIONS /page HTTP/1.1'), 204],
  // lengths
  'length 00': [post('Content-Length: 00\r\n'), 400], 'length 05': [post('Content-Length: 05\r\n', 'hello'), 400], 'length 0000000000005': [post('Content-Length: 0000000000005\r\n', 'hello'), 400],
  'length 1_0': [post('Content-Length: 1_0\r\n', 'hello'), 400], 'length 0b101': [post('Content-Length: 0b101\r\n', 'hello'), 400], 'length 5L': [post('Content-Length: 5L\r\n', 'hello'), 400],
  'length +0': [post('Content-Length: +0\r\n'), 400], 'length with a comment': [post('Content-Length: 5 (five)\r\n', 'hello'), 400], 'length 5; a=b': [post('Content-Length: 5; a=b\r\n', 'hello'), 400],
  'length in full-width digits': [post('Content-Length: \xef\xbc\x95\r\n', 'hello'), 400], 'length NaN': [post('Content-Length: NaN\r\n', 'hello'), 400], 'length Infinity': [post('Content-Length: Infinity\r\n', 'hello'), 400],
  'length 2^64 and a bit': [post('Content-Length: 18446744073709551617\r\n', 'h'), 400], 'length 2^53 + 1': [post('Content-Length: 9007199254740993\r\n', 'h'), 400], 'length split by CR': [post('Content-Length: 1\r0\r\n', 'hello'), 400],
  'length split by NUL': [post('Content-Length: 5\0\r\n', 'hello'), 400], 'lengths, 5 of them in a list': [post('Content-Length: 5,5,5,5,5\r\n', 'hello'), 400], 'length after a comma': [post('Content-Length: ,5\r\n', 'hello'), 400],
  // chunks
  'chunk size of 16 zeros and 5': [chunked('00000000000000005\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size ffffffff': [chunked('ffffffff\r\nhello'), 413], 'chunk size of 2^64 + 5': [chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size 5h': [chunked('5h\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size 5.0': [chunked('5.0\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size 0X5': [chunked('0X5\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size #5': [chunked('#5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size in quotes': [chunked('"5"\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size behind LF': [chunked('\n5\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size behind CR LF': [chunked('\r\n5\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk size with a form feed': [chunked('5\x0c\r\nhello\r\n0\r\n\r\n'), 400], 'chunk size with a next-line byte': [chunked('5\x85\r\nhello\r\n0\r\n\r\n'), 400], 'chunk extension with a quoted CR LF': [chunked('5;a="\r\n"\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk extension with a bare CR': [chunked(`5;a\rb\r\nhello\r\n0\r\n\r\n`), 400], 'chunk extension behind a space': [chunked('5 ;a\r\nhello\r\n0\r\n\r\n'), 400], 'chunk extension without a value': [chunked('5;a=\r\nhello\r\n0\r\n\r\n'), 400],
  'chunk extension with an escape at its end': [chunked('5;a="\\"\r\nhello\r\n0\r\n\r\n'), 400], 'chunk extension with NUL': [chunked('5;\0\r\nhello\r\n0\r\n\r\n'), 400], 'chunk extension that hides a request (TERM.EXT)': [chunked(`2;\nxx\r\n${hidden.length.toString(16)}\r\n0\r\n\r\n`), 400],
  'two bytes for an end of chunk (SPILL)': [chunked('5\r\nhelloXX0\r\n\r\n'), 400], 'chunk with LF LF behind it': [chunked('5\r\nhello\n\n0\r\n\r\n'), 400], 'last chunk, one LF': [chunked('0\n'), 400], 'last chunk, CR LF LF': [chunked('0\r\n\n'), 400],
  'last chunk in letters': [chunked('zero\r\n\r\n'), 400], 'last chunk 0x0': [chunked('0x0\r\n\r\n'), 400], 'last chunk +0': [chunked('+0\r\n\r\n'), 400], 'trailer folded': [chunked('0\r\nX: y\r\n z\r\n\r\n'), 400],
  'trailer with a smuggled head': [chunked(`0\r\nX: y\r\n${hidden}`), 400], 'trailer Authorization': [chunked('0\r\nAuthorization: x\r\n\r\n'), 400], 'trailer without a colon': [chunked('0\r\nx\r\n\r\n'), 400], 'trailer by LF alone': [chunked('0\r\nX: y\n\n'), 400],
  'a chunk of nothing in the middle': [chunked('5\r\nhello\r\n0\r\n5\r\nworld\r\n0\r\n\r\n'), 400], 'text instead of chunks': [chunked('hello\r\n'), 400],
  // the first line
  'a method of one byte too high': [first('\xc7ET / HTTP/1.1'), 400], 'a method in quotes': [first('"GET" / HTTP/1.1'), 400], 'a method with a colon': [first('GET: / HTTP/1.1'), 400], 'a method with a slash': [first('GET/ / HTTP/1.1'), 400],
  'a method with a comma': [first('GET,POST / HTTP/1.1'), 400], 'a method of token marks': [first("!#$%&'*+-.^_`|~ / HTTP/1.1"), 501], 'GETT': [first('GETT / HTTP/1.1'), 501], 'GE': [first('GE / HTTP/1.1'), 501], 'Get': [first('Get / HTTP/1.1'), 501], 'PRI alone': [first('PRI / HTTP/1.1'), 501],
  'PROPFIND': [first('PROPFIND / HTTP/1.1'), 501], 'TRACK': [first('TRACK / HTTP/1.1'), 501], 'a method of 64 KB': ['A'.repeat(65536), 400], 'a method of 8 KB and a line end': [first(`${'A'.repeat(8200)} / HTTP/1.1`), 400],
  'a line of 64 KB': [first(`GET /${'a'.repeat(65536)} HTTP/1.1`), 414], 'a query of 64 KB': [first(`GET /?${'a'.repeat(65536)} HTTP/1.1`), 414], 'a version of 64 KB': [first(`GET / HTTP/1.${'1'.repeat(65536)}`), 414], 'many spaces': [first(`GET${' '.repeat(65536)}/ HTTP/1.1`), 414],
  'HTTP/1.1 twice': [first('GET / HTTP/1.1 HTTP/1.1'), 400], 'HTTP/1': [first('GET / HTTP/1'), 400], 'HTTP/1.': [first('GET / HTTP/1.'), 400], 'HTTP/.1': [first('GET / HTTP/.1'), 400], 'HTTP/1,1': [first('GET / HTTP/1,1'), 400], 'HTTP/1.1.1': [first('GET / HTTP/1.1.1'), 400],
  'HTTP 1.1': [first('GET / HTTP 1.1'), 400], 'HTTP/1.1;': [first('GET / HTTP/1.1;'), 400], 'Http/1.1': [first('GET / Http/1.1'), 400], 'HTTPS/1.1': [first('GET / HTTPS/1.1'), 400], 'HTTP/+1.1': [first('GET / HTTP/+1.1'), 400], 'HTTP/1.١': [first('GET / HTTP/1.\xd9\xa1'), 400], 'HTTP/9.9': [first('GET / HTTP/9.9'), 505], 'HTTP/0.0': [first('GET / HTTP/0.0'), 505], 'HTTP/3.0': [first('GET / HTTP/3.0'), 505],
  'HTTP/0.9 without a version': ['GET /page\r\n\r\n', 400], 'HTTP/0.9 by LF': ['GET /page\n', 400], 'a version and no target': [first('GET  HTTP/1.1'), 400], 'only CR LFs': ['\r\n'.repeat(64), 400], 'only LFs': ['\n'.repeat(64), 400], 'only spaces': [' '.repeat(64), 400], 'a BOM first': [`\xef\xbb\xbf${first('GET / HTTP/1.1')}`, 400],
  'a header first': ['Host: a.test\r\n\r\n', 400], 'a status line': ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 400], 'a chunk first': ['0\r\n\r\n', 400], 'a PROXY line nobody asked for': ['PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n', 400], 'RTSP': [first('OPTIONS * RTSP/1.0'), 400], 'SIP': [first('OPTIONS sip:a@a.test SIP/2.0'), 400], 'Redis': ['*1\r\n$4\r\nPING\r\n', 400],
  'bytes of TLS 1.3 without a line end': [`\x16\x03\x01\x02\x00\x01${'\0'.repeat(60)}`, 400], 'bytes of all kinds': [Array.from({ length: 256 }, (_, i) => String.fromCharCode(255 - i)).join(''), 400],
  // the target
  'authority and port of others': [path('b.test:443'), 400], 'absolute form, Host of others': ['GET http://a.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n', 400], 'absolute form with two slashes in its path': [path('http://a.test//page'), 400], 'absolute form with dots': [path('http://a.test/x/../page'), 400], 'absolute form by HTTPS://user': [path('HTTPS://x@a.test/'), 400],
  'absolute form with an escaped host': [path('http://%61.test/'), 400], 'absolute form with a dot behind': [path('http://a.test./'), 400], 'absolute form in brackets': [path('http://[a.test]/'), 400], 'a scheme-relative target': [path('//a.test/page'), 400], 'a Windows path': [path('C:\\page'), 400], 'javascript:': [path('javascript:alert(1)'), 400],
  'asterisk behind a slash is a name': [path('/*') + head('Connection: close\r\n'), [404, 200]], 'asterisk by HEAD': [first('HEAD * HTTP/1.1'), 400, 'HEAD'], 'asterisk by POST': [first('POST * HTTP/1.1'), 400], 'two asterisks': [first('OPTIONS ** HTTP/1.1'), 400],
  'dot segments in capitals and small': [path('/x/%2E%2e'), 400], 'dots, then NUL': [path('/x/..%00/page'), 400], 'overlong dots': [path('/x/%c0%ae%c0%ae/page'), 400], 'overlong slash of three bytes': [path('/x/%e0%80%af'), 400], 'overlong slash of four': [path('/x/%f0%80%80%af'), 400], 'UTF-8 broken off': [path('/whoami/%e2%82'), 400], 'UTF-16': [path('/whoami/%ff%fe'), 400], 'five bytes': [path('/whoami/%f8%88%80%80%80'), 400],
  '%u0041': [path('/whoami/%u0041'), 400], 'a percent at the end': [path('/page%'), 400], 'an escaped CR': [path('/whoami/%0d'), 400], 'an escaped control of two bytes is text': [path('/whoami/%c2%85') + head('Connection: close\r\n'), [200, 200]], 'an escaped percent stays one': [path('/whoami/%25') + head('Connection: close\r\n'), [200, 200]], 'a raw DEL': [path('/whoami/\x7f'), 400], 'a raw tab': [path('/who\tami'), 400], 'a raw vertical tab': [path('/who\x0bami'), 400],
  'slashes only': [path('/////'), 400], 'a slash twice at the end': [path('/page//'), 400], 'a semicolon and dots': [path('/;/../page'), 400], 'a fragment alone': [path('#'), 400], 'a fragment behind a query': [path('/page?a#'), 400],
  // Host
  'Host with port 65536': [host('a.test:65536'), 400], 'Host with port -1': [host('a.test:-1'), 400], 'Host with port 80a': [host('a.test:80a'), 400], 'Host with two ports': [host('a.test:80:80'), 400], 'Host with port 000080': [host('a.test:000080'), 400], 'Host of a port alone': [host(':80'), 400], 'Host with user and password': [host('u:p@a.test'), 400],
  'Host [1]': [host('[1]'), 400], 'Host [:]': [host('[:]'), 400], 'Host [:::]': [host('[:::]'), 400], 'Host [::1]]': [host('[::1]]'), 400], 'Host [[::1]]': [host('[[::1]]'), 400], 'Host [::g]': [host('[::g]'), 400], 'Host [::1%25eth0]': [host('[::1%25eth0]'), 400], 'Host [::1%eth0]': [host('[::1%eth0]'), 400], 'Host [127.0.0.1]': [host('[127.0.0.1]'), 400], 'Host [v1.x]': [host('[v1.x]'), 400], 'Host [1:2:3:4:5:6:7:8:9]': [host('[1:2:3:4:5:6:7:8:9]'), 400], 'Host [::1]x': [host('[::1]x'), 400], 'Host [::1]:': [host('[::1]:x'), 400], 'Host ::1': [host('::1'), 400], 'Host []': [host('[]'), 400],
  'Host with a CR': [host('a.test\rb'), 400], 'Host with a tab inside': [host('a.test\tb.test'), 400], 'Host folded': ['GET / HTTP/1.1\r\nHost:\r\n a.test\r\n\r\n', 400], 'Host by a space before its colon': ['GET / HTTP/1.1\r\nHost : a.test\r\n\r\n', 400], 'Host and HOST': [head('HOST: a.test\r\n'), 400], 'Host, empty, then right': ['GET / HTTP/1.1\r\nHost:\r\nHost: a.test\r\n\r\n', 400], 'Host of 300 letters': [host('a'.repeat(300)), 400], 'Host in a list with itself': [host('a.test,a.test'), 400], 'Host behind a scheme': [host('http://a.test'), 400], 'no Host, but one of a proxy': ['GET / HTTP/1.1\r\nX-Forwarded-Host: a.test\r\n\r\n', 400], 'no Host in a chunked POST': [`POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  // header lines
  'a tab before the first header': ['GET / HTTP/1.1\r\n\tHost: a.test\r\n\r\n', 400], 'an empty line with a space': ['GET / HTTP/1.1\r\nHost: a.test\r\n \r\n\r\n', 400], 'an empty line with a tab': ['GET / HTTP/1.1\r\nHost: a.test\r\n\t\r\n', 400], 'a folded line of blanks': [head('X: y\r\n  \r\n'), 400], 'a value that ends in CR': [head('X: y\r\r\n'), 400],
  'CR instead of the empty line': ['GET / HTTP/1.1\r\nHost: a.test\r\n\r\r\n', 400], 'LF CR as line end': ['GET / HTTP/1.1\n\rHost: a.test\n\r\n\r', 400], 'a line with two colons at its start': [head('::\r\n'), 400], 'a name in quotes': [head('"X": y\r\n'), 400], 'a name with a space inside': [head('X Y: z\r\n'), 400], 'a name with a slash': [head('X/Y: z\r\n'), 400], 'a name with an at sign': [head('X@Y: z\r\n'), 400], 'a name with a backslash': [head('X\\Y: z\r\n'), 400], 'a name with an equals sign': [head('X=Y: z\r\n'), 400], 'a name in braces': [head('{X}: z\r\n'), 400],
  'a name that ends in a tab': [head('Content-Length\t: 5\r\n'), 400], 'a name that ends in a vertical tab': [head('Content-Length\x0b: 5\r\n'), 400], 'a name that begins with NUL': [head('\0X: z\r\n'), 400], 'a name with a soft hyphen': [head('Content\xadLength: 5\r\n'), 400], 'an escape character in a value': [head('X: \x1b[31m\r\n'), 400], 'a backspace in a value': [head('Cookie: a\x08b\r\n'), 400], 'a BEL in a cookie': [head('Cookie: a=\x07\r\n'), 400], 'a NUL in a cookie': [head('Cookie: a=\0\r\n'), 400],
  '101 headers': [head(Array.from({ length: 101 }, (_, i) => `X-${i}: y\r\n`).join('')), 431], '10,000 headers': [head('A: b\r\n'.repeat(10000)), 431], 'a header of 64 KB': [head(`X: ${'y'.repeat(65536)}\r\n`), 431], 'a name of 64 KB': [head(`${'X'.repeat(65536)}: y\r\n`), 431], 'a header of 64 KB without an end': [`GET / HTTP/1.1\r\nHost: a.test\r\nX: ${'y'.repeat(65536)}`, 431], 'blanks of 64 KB': [head(`X:${' '.repeat(65536)}y\r\n`), 431],
  'Expect 100-continue;q=1': [post('Expect: 100-continue;q=1\r\nContent-Length: 5\r\n', 'hello'), 417], 'Expect 100': [post('Expect: 100\r\nContent-Length: 5\r\n', 'hello'), 417], 'Expect in GET': [head('Expect: meat\r\n'), 417], 'Expect and a body where none belongs': [head('Expect: 100-continue\r\nContent-Length: 5\r\n'), 400],
};

const statuses = (wanted) => [wanted].flat();
const isRefusal = (wanted) => !Array.isArray(wanted);

// Each entry [name, request, wanted statuses, method] by send(port, text): names of those that went otherwise.
async function look(port, entries, send) {
  const wrong = [];
  for (let i = 0; i < entries.length; i += 32)
    await Promise.all(entries.slice(i, i + 32).map(async ([name, text, wanted, method]) => {
      const got = await send(port, text, method).catch((e) => [{ status: e.message, headers: {}, body: '' }]);
      const last = got.at(-1);
      if (got.map((a) => a.status).join() !== wanted.join() || got.some((a) => a.body.includes('smuggled')) || last.headers.connection !== 'close') wrong.push(`${name}: ${got.map((a) => a.status)} instead of ${wanted}, ${last?.headers.connection}`);
    }));
  return wrong;
}
const whole = (port, text, method) => exchange(port, text, { method });

async function byteByByte(port, text, method) {
  const w = new Wire(port);
  await w.open;
  w.socket.setNoDelay(true);
  for (const c of text) {
    w.send(c);
    await new Promise(setImmediate);
  }
  return answers(await w.rest(), method);
}

test('what desynchronised others is refused, and what is hidden in it never answered', limit, async (t) => {
  const f = await floor(t);
  const all = Object.entries(refused).map(([name, [text, wanted, method]]) => [name, text + (isRefusal(wanted) ? hidden : ''), statuses(wanted), method]);
  assert.ok(all.length >= 200, `${all.length}`);
  assert.deepEqual(await look(f.port, all, whole), []);
  const before = head('') + post('Content-Length: 5\r\n', 'hello') + chunked('5\r\nhello\r\n0\r\n\r\n');
  assert.deepEqual(await look(f.port, all.filter(([, , , method]) => method !== 'HEAD').map(([name, text, wanted]) => [`behind others, ${name}`, before + text, [200, 200, 200, ...wanted]]), whole), []);
  assert.deepEqual(await look(f.port, all.filter(([, text]) => text.length < 250).map(([name, ...rest]) => [`byte by byte, ${name}`, ...rest]), byteByByte), []);
});
