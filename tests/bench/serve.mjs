// SPDX-License-Identifier: Apache-2.0
// CPU per request of the verify process against nginx serving a static file of 1.2 KB, same run, same machine, by wrk
// on loopback; then what writing does to the answers, whether tokens that are not there can be told apart by
// time (medians, Mann-Whitney), and memory.
//   serve.mjs [SECONDS] [COUNT] [PART...]
//     SECONDS of load for each figure (60), COUNT of credentials in the ledger (1000000)
//     PARTS, all of them when none is named:
//       cpu     CPU of each kind of answer against nginx's
//       ledger  JSON while a million credentials are written into the same ledger
//       batch   JSON while 10,000 certificates are really issued in the same place (BENCH_ROWS: so many), as nightly batches
//               are (docs/OPERATING.md), by what serving leaves; BENCH_BY="nice -n 10,env": in these ways instead
//       tokens  known, unknown, garbled and foreign tokens, 20,000 of each (BENCH_PAIRS: so many)
//       idle    memory of idle connections
//   BENCH_DATA=DIR keeps the ledger between runs: DIR/data and DIR/tokens
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { certfillPath, root } from '../e2e/lib.mjs';
import { makeWorkload } from './workload.mjs';

const seconds = Number(process.argv[2] ?? 60);
const count = Number(process.argv[3] ?? 1000000);
const parts = process.argv.slice(4);
const wants = (part) => parts.length === 0 || parts.includes(part);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-bench-'));
const kept = process.env.BENCH_DATA ?? dir;
const tick = Number(spawnSync('getconf', ['CLK_TCK']).stdout);
const children = [];
const say = (text) => console.log(text);

for (const [program, from] of [['wrk', 'wrk'], ['nginx', 'nginx-light']])
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) {
    console.error(`${program} is missing: apt-get install -y --no-install-recommends ${from}`);
    process.exit(1);
  }

const cpu = (pid) => {
  const f = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
  return (Number(f[11]) + Number(f[12])) / tick;
};
const pss = (pid) => Number(/^Pss: +(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) * 1024;
const childrenOf = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const freePort = () => new Promise((resolve) => {
  const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});
const load = () => `load ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} cores`;

function start(command, args, ready) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (d) => { text += d; const m = ready.exec(text); if (m) resolve({ child, match: m }); });
    child.on('exit', (code) => reject(new Error(`${command} ended: ${code}`)));
  });
}

function makeLedger() {
  const data = path.join(kept, 'data'), tokens = path.join(kept, 'tokens');
  if (!fs.existsSync(tokens)) {
    const made = spawnSync(certfillPath, ['init', '--data', data, '--name', 'University of Load', '--base-url', 'https://certs.example.edu', '--no-input']);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    // Another institution, whose host is not ours.
    const other = spawnSync(certfillPath, ['init', '--data', data, '--tenant', 'other', '--name', 'Other University', '--base-url', 'https://other.example.edu', '--no-input']);
    if (other.status !== 0) throw new Error(other.stderr.toString());
    // One real batch, so that there is a signed status list to ask for.
    const issued = spawnSync(certfillPath, ['issue', path.join(root, 'sample/cohort.csv'), '--manifest', path.join(root, 'sample/manifest.json'), '--data', data, '--tenant', 'default', '--no-input']);
    if (![0, 3].includes(issued.status)) throw new Error(issued.stderr.toString());
    const began = Date.now();
    const out = fs.openSync(`${tokens}.part`, 'w');
    const r = spawnSync(path.join(root, 'build/tools/fill'), [data, String(count)], { stdio: ['ignore', out, 'inherit'] });
    if (r.status !== 0) throw new Error('fill failed');
    fs.closeSync(out);
    fs.renameSync(`${tokens}.part`, tokens);
    say(`ledger of ${count} made in ${Math.round((Date.now() - began) / 1000)} s`);
  }
  return { data, tokens: fs.readFileSync(tokens, 'utf8').trim().split('\n') };
}

async function serve(data, listen = '--listen') {
  const { child, match } = await start(certfillPath, ['serve', '--data', data, listen, '127.0.0.1:0', '--workers', '1',
    '--ops', '127.0.0.1:0', '--address-rate', '7680000', '--tenant-rate', '7680000'], /Serving on https?:\/\/127\.0\.0\.1:(\d+)[^]*Figures on http:\/\/127\.0\.0\.1:(\d+)/);
  // "certfill serve" becomes certfill-serve; its verify process is its child, or its child's.
  let pids = childrenOf(child.pid), verify;
  for (let i = 0; i < 3 && verify === undefined; i++) {
    verify = pids.find((p) => fs.readFileSync(`/proc/${p}/cmdline`, 'utf8').includes('certfill-verify'));
    pids = pids.flatMap(childrenOf);
  }
  return { child, port: Number(match[1]), ops: Number(match[2]), pid: verify };
}

const fetchText = (port, at, by = http) => new Promise((resolve, reject) => by.get({ port, host: '127.0.0.1', path: at, headers: { host: 'certs.example.edu' }, rejectUnauthorized: false }, (r) => { let t = ''; r.on('data', (d) => { t += d; }); r.on('end', () => resolve(t)); }).on('error', reject));

// Until the process has read its tenant's credentials ahead, or has no more room for them.
async function readAhead(s, token, by = http) {
  const began = Date.now();
  await fetchText(s.port, `/verify/${token}.json`, by);
  let last = -1;
  for (let same = 0; same < 5;) {
    await new Promise((r) => setTimeout(r, 1000));
    const now = Number(/^certfill_known_credentials\{worker="0"\} (\d+)/m.exec(await fetchText(s.ops, '/metrics'))?.[1] ?? 0);
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return `${last} credentials read ahead in ${Math.round((Date.now() - began) / 1000) - 5} s`;
}

// Mann-Whitney: how often one of a takes longer than one of b (0.5: as often as not), and how many standard
// deviations of chance that is away from it.
function rank(a, b) {
  const all = [...a.map((v) => [v, 0]), ...b.map((v) => [v, 1])].sort((x, y) => x[0] - y[0]);
  let sum = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j][0] === all[i][0]) j++;
    for (let k = i; k < j; k++) if (all[k][1] === 0) sum += (i + j + 1) / 2;
    i = j;
  }
  const u = sum - (a.length * (a.length + 1)) / 2, mean = (a.length * b.length) / 2;
  return { share: u / (a.length * b.length), z: (u - mean) / Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12) };
}

async function nginx() {
  const port = await freePort();
  fs.chmodSync(dir, 0o755);
  fs.writeFileSync(path.join(dir, 'page'), Buffer.alloc(1200, 'x'));
  fs.writeFileSync(path.join(dir, 'nginx.conf'), `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
events { worker_connections 12000; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
  client_body_temp_path ${dir}/1; proxy_temp_path ${dir}/2; fastcgi_temp_path ${dir}/3; uwsgi_temp_path ${dir}/4; scgi_temp_path ${dir}/5;
  server { listen 127.0.0.1:${port}; root ${dir}; } }`);
  const child = spawn('nginx', ['-p', dir, '-c', path.join(dir, 'nginx.conf')], { stdio: 'ignore' });
  children.push(child);
  for (;;) {
    try { return { port, pid: childrenOf(child.pid).at(0) ?? (() => { throw new Error('not yet'); })() }; } catch { await new Promise((r) => setTimeout(r, 50)); }
  }
}

// A wrk script that asks for these paths at random; status others than ok are counted. nginx is asked by the same, for
// one file with the token as its query, so that both get requests of one length at one pace.
function script(name, paths, headers = {}) {
  const list = path.join(dir, `${name}.paths`), file = path.join(dir, `${name}.lua`);
  fs.writeFileSync(list, paths.join('\n') + '\n');
  fs.writeFileSync(file, `local paths = {}
for line in io.lines("${list}") do paths[#paths + 1] = line end
math.randomseed(os.time())
${Object.entries(headers).map(([k, v]) => `wrk.headers["${k}"] = "${v}"`).join('\n')}
wrk.headers["Host"] = "certs.example.edu"
request = function() return wrk.format("GET", paths[math.random(#paths)]) end
`);
  return file;
}

const ms = (text) => { const m = /([\d.]+)(us|ms|s)/.exec(text); return Number(m[1]) * { us: 0.001, ms: 1, s: 1000 }[m[2]]; };
function drive(port, file, s = seconds, pid) {
  const args = (n) => ['-t1', '-c32', `-d${n}s`, '--latency', '-s', file, `http://127.0.0.1:${port}/`];
  const run = (n) => spawnSync('wrk', args(n), { maxBuffer: 1 << 26 }).stdout.toString();
  run(Math.min(3, s));
  const before = pid && cpu(pid);
  const out = run(s);
  const requests = Number(/(\d+) requests in/.exec(out)[1]);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? /Socket errors: (.*)/.exec(out)?.[1];
  if (bad) throw new Error(`${file}: ${bad}`);
  return { us: pid && ((cpu(pid) - before) * 1e6) / requests, persecond: Math.round(requests / s), p50: ms(/50% +(\S+)/.exec(out)[1]), p99: ms(/99% +(\S+)/.exec(out)[1]) };
}

// One connection, kinds in turn request by request and in an order that chance decides, so that what the machine
// does meanwhile falls on all alike.
async function compare(port, kinds, tries) {
  const names = Object.keys(kinds), all = Object.fromEntries(names.map((n) => [n, []]));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < tries; i++)
    for (const n of names.toSorted(() => Math.random() - 0.5)) {
      const { path: at, host } = kinds[n](i), began = process.hrtime.bigint();
      await new Promise((resolve, reject) => http.get({ port, host: '127.0.0.1', path: at, agent, headers: { host } }, (r) => { r.resume(); r.on('end', resolve); }).on('error', reject));
      all[n].push(Number(process.hrtime.bigint() - began) / 1000);
    }
  agent.destroy();
  for (const n of names) {
    const s = all[n].toSorted((a, b) => a - b);
    say(`time of ${n}: p50 ${s[s.length >> 1].toFixed(1)} us, p99 ${s[Math.floor(s.length * 0.99)].toFixed(0)} us of ${s.length}`);
  }
  const [first, ...rest] = names.filter((n) => n !== 'known');
  for (const n of rest) {
    const { share, z } = rank(all[n], all[first]);
    say(`${n} tokens take longer than ${first} ones in ${(100 * share).toFixed(2)} % of pairs (z = ${z.toFixed(2)})`);
  }
}

// What a process holds for each of n connections that had one request and are silent now. Some are opened before, for
// what is made once and kept, and to use up what memory the process has left free.
async function idle(port, pid, path_, n, secure = false) {
  const open = (i) => new Promise((resolve, reject) => {
    // One address may hold 256.
    const at = { port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (i >> 7)}`, rejectUnauthorized: false };
    const s = (secure ? tls : net).connect(at, () => s.write(`GET ${path_} HTTP/1.1\r\nHost: certs.example.edu\r\n\r\n`));
    s.once('data', () => resolve(s));
    s.on('error', (e) => { reject(e); s.destroy(); });
  });
  const first = [], wires = [];
  for (let i = 0; i < 3000; i++) first.push(await open(i));
  const before = pss(pid);
  for (let i = 0; i < n; i++) wires.push(await open(first.length + i));
  const each = Math.round((pss(pid) - before) / n);
  [...first, ...wires].forEach((s) => s.destroy());
  return each;
}

const { data, tokens } = makeLedger();
const pick = (k) => Array.from({ length: k }, () => tokens[Math.floor(Math.random() * tokens.length)]);
const spread = pick(Math.min(tokens.length, 300000)), accept = { Accept: 'application/json' };
const anyJson = () => script('json', spread.map((t) => `/verify/${t}`), accept);

async function measureCpu(s, n) {
  const hot = pick(1000);
  const base = drive(n.port, script('nginx', spread.map((t) => `/page?${t}`), accept), seconds, n.pid);
  say(`nginx, static 1.2 KB: ${base.us.toFixed(1)} us CPU a request, ${base.persecond}/s, p50 ${base.p50} ms, p99 ${base.p99} ms`);
  for (const [name, paths, headers, goal] of [
    ['JSON, any of them', spread.map((t) => `/verify/${t}`), accept, 1.3],
    ['JSON, a thousand', hot.map((t) => `/verify/${t}`), accept, 1.3],
    ['page, any of them', spread.map((t) => `/verify/${t}`), {}, 3],
    ['page, a thousand', hot.map((t) => `/verify/${t}`), {}, 3],
    ['key set', ['/api/v1/.well-known/certification-keys.json'], {}, 1.3],
    ['status list', ['/status/1'], {}, 1.3],
  ]) {
    try {
      const r = drive(s.port, script(name.replaceAll(/\W/g, '-'), paths, headers), seconds, s.pid);
      say(`${name}: ${r.us.toFixed(1)} us, ${(r.us / base.us).toFixed(2)} x nginx (goal ${goal}), ${r.persecond}/s, p50 ${r.p50} ms, p99 ${r.p99} ms`);
    } catch (e) {
      say(`${name}: not measured: ${e.message}`);
    }
  }
  say(`memory of the verify process: ${Math.round(pss(s.pid) / 1e6)} MB; ${load()}`);
}

const against = (what, r, quiet) => say(`JSON ${what}: ${r.us.toFixed(1)} us, ${r.persecond}/s, p50 ${r.p50} ms, p99 ${r.p99} ms, ${(r.p99 / quiet.p99).toFixed(2)} x the quiet p99 of ${quiet.p99} ms (goal 3); ${load()}`);

async function measureWriting(s) {
  const quiet = drive(s.port, anyJson(), seconds, s.pid);
  const writer = spawn(path.join(root, 'build/tools/fill'), [data, '1000000'], { stdio: 'ignore' });
  children.push(writer);
  await new Promise((r) => setTimeout(r, 3000));
  const busy = drive(s.port, anyJson(), seconds, s.pid);
  writer.kill('SIGTERM');
  against('while the ledger is written', busy, quiet);
}

// Drawn, signed, sealed and stored on the same cores, into the same ledger.
async function measureBatch(s, by) {
  const rows = Number(process.env.BENCH_ROWS ?? 10000), at = fs.mkdtempSync(path.join(dir, 'batch-'));
  makeWorkload(at, rows);
  // People of their own, or a second run on the same data would issue nothing.
  const cohort = path.join(at, 'cohort.csv');
  fs.writeFileSync(cohort, fs.readFileSync(cohort, 'utf8').replaceAll(/^b-/gm, `b-${Date.now()}-`));
  const quiet = drive(s.port, anyJson(), seconds, s.pid), began = Date.now();
  let ended;
  const issue = spawn('env', [...by.split(' '), certfillPath, 'issue', cohort, '--manifest', path.join(at, 'manifest.json'), '--data', data, '--tenant', 'default', '--no-input'], { stdio: 'ignore' });
  children.push(issue);
  const over = new Promise((resolve) => issue.on('exit', (code) => { ended = Date.now(); resolve(code); }));
  // Once rows are drawn.
  await new Promise((r) => setTimeout(r, 3000));
  const busy = drive(s.port, anyJson(), seconds, s.pid), driven = Date.now();
  against(`while ${rows} certificates are issued (${by})`, busy, quiet);
  const code = await over;
  say(`the batch ended with ${code} after ${Math.round((ended - began) / 1000)} s${ended < driven ? ', BEFORE the load did: fewer seconds, or more rows' : ''}`);
}

// Of the same form: another tag (whose first letter has one bit); a letter that cannot be; a good token under another
// institution's host. Each kind is of people of its own and its addresses are flat strings, or caches, the server's
// and ours, would tell them apart. What "unknown" and "other unknown" differ by is chance.
async function measureTokens(s) {
  const tries = Number(process.env.BENCH_PAIRS ?? 20000), letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const chance = (n) => Array.from({ length: n }, () => letters[Math.floor(Math.random() * 32)]).join('');
  const kind = (of, host = 'certs.example.edu') => {
    const paths = pick(tries).map((token) => Buffer.from(`/verify/${of(token)}.json`).toString());
    return (i) => ({ path: paths[i], host });
  };
  const unknown = (token) => token.slice(0, 27) + chance(51);
  await compare(s.port, {
    known: kind((token) => token),
    unknown: kind(unknown),
    'other unknown': kind(unknown),
    garbled: kind((token) => `${unknown(token).slice(0, 40)}U${chance(37)}`),
    foreign: kind((token) => token, 'other.example.edu'),
  }, tries);
}

async function measureIdle(n) {
  for (const [name, listen, by, goal] of [['plain', '--listen', http, 1024], ['TLS', '--tls', https, 16384]]) {
    const fresh = await serve(data, listen);
    await readAhead(fresh, tokens[0], by);
    say(`idle connection, ${name}: ${await idle(fresh.port, fresh.pid, `/verify/${tokens[0]}.json`, 5000, by === https)} bytes (goal ${goal})`);
    fresh.child.kill('SIGTERM');
  }
  say(`idle connection of nginx: ${await idle(n.port, n.pid, '/page', 5000)} bytes`);
}

try {
  const n = await nginx(), s = await serve(data);
  say(`${tokens.length} credentials; ${await readAhead(s, tokens[0])}; ${load()}`);
  if (wants('cpu')) await measureCpu(s, n);
  if (wants('ledger')) await measureWriting(s);
  if (wants('batch')) for (const by of (process.env.BENCH_BY ?? 'chrt --idle 0').split(',')) await measureBatch(s, by);
  if (wants('tokens')) await measureTokens(s);
  if (wants('idle')) await measureIdle(n);
} finally {
  for (const c of children) c.kill('SIGTERM');
  fs.rmSync(dir, { recursive: true, force: true });
}
