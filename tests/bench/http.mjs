// SPDX-License-Identifier: Apache-2.0
// CPU per request of the HTTP floor against nginx, same run, same machine: 1.2 KB by wrk on loopback, one process
// each, plain and TLS; then memory per idle connection. Needs wrk and nginx-light.
//   http.mjs [SECONDS]   of load for each figure, default 5
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { certificate, floor } from '../e2e/floor.mjs';

const seconds = Number(process.argv[2] ?? 5);
const cleanups = [];
const t = { after: (f) => cleanups.unshift(f) };
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-bench-'));
t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
const tick = Number(spawnSync('getconf', ['CLK_TCK']).stdout);

for (const [program, from] of [['wrk', 'wrk'], ['nginx', 'nginx-light']]) {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) {
    console.error(`${program} is missing: apt-get install -y --no-install-recommends ${from}`);
    process.exit(1);
  }
}

const cpu = (pid) => {
  const f = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
  return (Number(f[11]) + Number(f[12])) / tick;
};
const rss = (pid) => Number(/^Pss: +(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
const freePort = () => new Promise((resolve) => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});
const opened = (port) => new Promise((resolve) => {
  const attempt = () => { const s = net.connect(port, '127.0.0.1', () => { s.destroy(); resolve(); }); s.on('error', () => setTimeout(attempt, 20)); };
  attempt();
});

// The worker's pid and both ports.
async function nginx(c) {
  const [plain, secure] = [await freePort(), await freePort()];
  fs.writeFileSync(path.join(dir, 'page'), Buffer.alloc(1200, 'x'));
  fs.chmodSync(dir, 0o755);
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `
daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 12000; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
  client_body_temp_path ${dir}/1; proxy_temp_path ${dir}/2; fastcgi_temp_path ${dir}/3; uwsgi_temp_path ${dir}/4; scgi_temp_path ${dir}/5;
  server { listen 127.0.0.1:${plain}; listen 127.0.0.1:${secure} ssl; root ${dir};
    ssl_certificate ${c.cert}; ssl_certificate_key ${c.key}; ssl_protocols TLSv1.2 TLSv1.3; } }`);
  const child = spawn('nginx', ['-p', dir, '-c', path.join(dir, 'nginx.conf')], { stdio: 'ignore' });
  t.after(() => child.kill('SIGTERM'));
  await opened(plain);
  const worker = Number(fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
  return { pid: worker, plain, secure };
}

function load(pid, url) {
  const wrk = (s) => spawnSync('wrk', ['-t1', '-c32', `-d${s}s`, '--latency', url]).stdout.toString();
  wrk(1);
  const before = cpu(pid);
  const out = wrk(seconds);
  const requests = Number(/(\d+) requests in/.exec(out)[1]);
  if (/Non-2xx|Socket errors/.test(out)) throw new Error(out);
  return { us: ((cpu(pid) - before) * 1e6) / requests, persecond: Math.round(requests / seconds), p99: /99% +(\S+)/.exec(out)[1] };
}

// Bytes of the server for each connection that had one request and is silent now.
async function idle(pid, port, secure, count) {
  const request = 'GET /page HTTP/1.1\r\nHost: a.test\r\n\r\n';
  const before = rss(pid);
  const wires = [];
  for (let i = 0; i < count; i++) {
    await new Promise((resolve, reject) => {
      const s = secure ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }) : net.connect(port, '127.0.0.1');
      s.on('error', reject);
      s.on('data', resolve);
      s.write(request);
      wires.push(s);
    });
  }
  const each = (rss(pid) - before) / count;
  wires.forEach((s) => s.destroy());
  return Math.round(each);
}

try {
  const c = certificate(dir, 'a.test');
  const n = await nginx(c);
  const long = ['conn_per_address=100000', 'idle_ms=600000', 'conn_max=12000'];
  const plain = await floor(t, ...long);
  const secure = await floor(t, ...long, `cert=${c.cert}`, `key=${c.key}`);
  const row = (name, a, b) => {
    console.log(`${name}: floor ${a.us.toFixed(1)} us CPU a request (${a.persecond}/s, p99 ${a.p99}), nginx ${b.us.toFixed(1)} (${b.persecond}/s, p99 ${b.p99}): ratio ${(a.us / b.us).toFixed(2)}`);
    return a.us / b.us;
  };
  const ratios = [
    row('plain', load(plain.pid, `http://127.0.0.1:${plain.port}/page`), load(n.pid, `http://127.0.0.1:${n.plain}/page`)),
    row('TLS', load(secure.pid, `https://127.0.0.1:${secure.port}/page`), load(n.pid, `https://127.0.0.1:${n.secure}/page`)),
  ];
  // Fresh ones: memory that load has left free would flatter.
  const [plain2, secure2] = [await floor(t, ...long), await floor(t, ...long, `cert=${c.cert}`, `key=${c.key}`)];
  console.log(`idle, plain: ${await idle(plain2.pid, plain2.port, false, 4000)} bytes a connection; nginx ${await idle(n.pid, n.plain, false, 4000)}`);
  console.log(`idle, TLS: ${await idle(secure2.pid, secure2.port, true, 2000)} bytes a connection; nginx ${await idle(n.pid, n.secure, true, 2000)}`);
  if (Math.max(...ratios) > 1.3) {
    console.log('over 1.3 times nginx');
    process.exitCode = 1;
  }
} finally {
  for (const f of cleanups) await f();
}
