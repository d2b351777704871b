// SPDX-License-Identifier: Apache-2.0
// What the tests of the HTTP floor share: build/tools/floor running, raw sockets, answers taken apart.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { root, run } from './lib.mjs';

const program = path.resolve(root, process.env.FLOOR ?? 'build/tools/floor');

// Starts it; it ends with the test. Gives { port, pid, stop(), exited }.
export async function floor(t, ...options) {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (d) => resolve(Number(/^ready (\d+)/.exec(d)[1])));
    exited.then((e) => reject(new Error(`floor ended: ${JSON.stringify(e)}`)));
  });
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { port, pid: child.pid, exited, kill: (signal) => child.kill(signal) };
}

// A connection that remembers what came. wait(n): that many bytes or a condition; end: the peer closed.
export class Wire {
  constructor(port, options = {}) {
    const make = options.tls ? tls.connect : net.connect;
    this.socket = make({ port, host: '127.0.0.1', allowHalfOpen: true, ...options });
    this.text = '';
    this.closed = new Promise((resolve) => {
      this.socket.on('end', () => resolve('end'));
      this.socket.on('error', (e) => resolve(e.code));
      this.socket.on('close', () => resolve('close'));
    });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (d) => { this.text += d; this.wake?.(); });
    this.open = new Promise((resolve, reject) => {
      this.socket.once(options.tls ? 'secureConnect' : 'connect', resolve);
      this.socket.once('error', reject);
    });
    this.open.catch(() => {});
  }

  send(text) {
    this.socket.write(Buffer.from(text, 'latin1'));
    return this;
  }

  async until(done) {
    let over = false;
    this.closed.then(() => { over = true; this.wake?.(); });
    while (!done(this.text) && !over) await new Promise((resolve) => { this.wake = resolve; });
    return this.text;
  }

  // All that comes until the peer ends.
  async rest() {
    await this.closed;
    this.socket.destroy();
    return this.text;
  }

  drop() {
    this.socket.destroy();
  }
}

// Answers one after the other: [{ status, headers, body }].
export function answers(text, method = 'GET') {
  const out = [];
  while (text.length > 0) {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no end of head in ${JSON.stringify(text.slice(0, 200))}`);
    const [first, ...lines] = text.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((l) => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 2)]));
    const status = Number(first.split(' ')[1]);
    text = text.slice(end + 4);
    let body = '';
    if (method !== 'HEAD' && headers['transfer-encoding'] === 'chunked') {
      for (;;) {
        const n = parseInt(text, 16);
        if (Number.isNaN(n)) throw new Error('the chunks break off');
        const at = text.indexOf('\r\n') + 2;
        body += text.slice(at, at + n);
        text = text.slice(at + n + 2);
        if (n === 0) break;
      }
    } else if (method !== 'HEAD' && headers['content-length']) {
      body = text.slice(0, Number(headers['content-length']));
      text = text.slice(body.length);
    }
    out.push({ status, headers, body });
  }
  return out;
}

// Sends bytes on a connection of its own and gives the answers until the peer closes.
export async function exchange(port, text, options = {}) {
  const w = new Wire(port, options);
  await w.open;
  w.send(text);
  if (options.half) w.socket.end();
  return answers(await w.rest(), options.method);
}

export function get(port, target, headers = '', options = {}) {
  return exchange(port, `GET ${target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n${headers}\r\n`, options).then((a) => a[0]);
}

// Connections that the server has taken and keeps, of n that come one by one: each asks something first.
export async function kept(port, n, from) {
  const wires = [];
  for (let i = 0; i < n; i++) {
    const w = new Wire(port, { localAddress: from });
    await w.open;
    if ((await w.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n').until((s) => s.length > 0)).length > 0) wires.push(w);
  }
  return wires;
}

// A key and a certificate for a.test, signed by itself or by issuer { cert, key }. more: options of openssl req.
export function certificate(dir, name, issuer, ...more) {
  const at = (e) => path.join(dir, `${name}.${e}`);
  const common = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key'), '-subj', `/CN=${name}`];
  const r = issuer === undefined
    ? run('openssl', ['req', '-x509', ...common, '-out', at('pem'), '-days', '2', '-addext', 'subjectAltName=DNS:a.test'])
    : run('openssl', ['req', '-x509', ...common, '-out', at('pem'), '-days', '2', '-CA', issuer.cert, '-CAkey', issuer.key, ...more]);
  if (r.status !== 0) throw new Error(r.stderr);
  return { cert: at('pem'), key: at('key'), pem: () => fs.readFileSync(at('pem')), secret: () => fs.readFileSync(at('key')) };
}
