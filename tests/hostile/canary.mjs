// SPDX-License-Identifier: Apache-2.0
// Runs attacks through the real programs where every address and every name is a canary's, and says what was touched.
//   node canary.mjs [EVERY]   every EVERY-th attack (all by default), and all bundles that are accepted by it
// Starts itself again in namespaces of its own: a network in which all of IPv4 and all names lead back here, and mounts
// in which /etc/resolv.conf names the canary. Addresses of the attacks stay; their files are rewritten to the canary's.
// The last line is JSON: {cleaned, accepted, drawn, touches, control}. control: touches that had to be seen, and were.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { attackFiles } from './attacks.mjs';

const self = new URL(import.meta.url).pathname;
const root = path.resolve(path.dirname(self), '../..');
const program = path.join(root, 'build/certfill');

if (process.env.CANARY_INSIDE !== '1') {
  const r = spawnSync('unshare', [process.getuid() === 0 ? '-mn' : '-rmn', process.execPath, self, ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, CANARY_INSIDE: '1' } });
  process.exit(r.status ?? 1);
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-canary-'));
const must = (command, ...args) => {
  const r = spawnSync(command, args);
  if (r.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${r.stderr}`);
};
fs.writeFileSync(path.join(dir, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
must('mount', '--make-rprivate', '/');
must('mount', '--bind', path.join(dir, 'resolv.conf'), fs.realpathSync('/etc/resolv.conf'));
must('ip', 'link', 'set', 'lo', 'up');
must('ip', 'route', 'add', 'local', 'default', 'dev', 'lo');

const file = path.join(dir, 'secret');
fs.writeFileSync(file, 'what nobody may read');
fs.chmodSync(dir, 0o755);
const canary = spawn(path.join(root, 'build/tools/canary'), [file], { stdio: ['pipe', 'pipe', 'inherit'] });
let said = '';
const heard = [];
canary.stdout.on('data', (d) => {
  said += d;
  const lines = said.split('\n');
  said = lines.pop();
  heard.push(...lines);
});
// Waits until as many lines as there must be are there; a test's own time limit ends what never comes.
const until = async (n) => { while (heard.length < n) await new Promise((r) => canary.stdout.once('data', r)); };
await until(1);

const run = (command, args) => new Promise((resolve) => {
  const c = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  c.on('error', () => resolve(-1));
  c.on('close', resolve);
});
const connect = (o) => new Promise((resolve) => { const s = net.connect(o, () => { s.destroy(); resolve(); }); s.on('error', resolve); });

// Every kind of touch, as an attack would make it: by address, by name, local, by file.
await connect({ host: '203.0.113.7', port: 80 });
await connect({ path: `${file}.sock` });
await run('getent', ['hosts', 'evil.example']);
await run('curl', ['-s', '--max-time', '5', 'http://evil.example/x.png']);
await run('cat', [file]);
const seen = () => ['tcp 80', 'unix 0', 'udp 53', 'file 1'].map((k) => heard.filter((l) => l === k).length);
while (seen().some((n) => n === 0) || seen()[0] < 2) await new Promise((r) => canary.stdout.once('data', r));
const control = seen();
// What is still on its way from the control touches is over when a last one of another kind is there.
await connect({ host: '198.51.100.1', port: 9999 });
while (!heard.includes('tcp 9999')) await new Promise((r) => canary.stdout.once('data', r));
const before = heard.length;

const every = Number(process.argv[2] ?? 1);
const zips = fs.readdirSync(path.join(root, 'tests/hostile/zip')).filter((f) => f.endsWith('.zip')).map((f) => path.join(root, 'tests/hostile/zip', f));
const attacks = [...attackFiles(dir), ...zips].filter((f, i) => i % every === 0);
const counts = { cleaned: 0, accepted: 0, drawn: 0, odd: [] };

async function attack(source, n) {
  const ext = path.extname(source), at = path.join(dir, `in${n}${ext}`), out = path.join(dir, `out${n}`);
  const bytes = fs.readFileSync(source);
  // Binary: attacks of encodings are no text.
  fs.writeFileSync(at, ext === '.zip' ? bytes : Buffer.from(bytes.toString('latin1').replaceAll('/etc/passwd', file), 'latin1'));
  const code = await run(program, ['template', 'clean', at, '-o', `${out}${ext}`]);
  counts.cleaned++;
  if (code !== 0 && code !== 4) counts.odd.push(`${path.basename(source)}: template clean exits ${code}`);
  // Drawn from what the stranger sent, not from our own cleaned file: cleaning is part of it.
  const drawn = code === 0 ? await run(program, ['template', 'preview', at, '-o', `${out}.pdf`]) : 4;
  counts.accepted += code === 0;
  counts.drawn += drawn === 0;
  for (const f of [at, `${out}${ext}`, `${out}.pdf`]) fs.rmSync(f, { force: true });
}
const queue = attacks.map((f, i) => [f, i]);
await Promise.all([0, 1].map(async () => { for (let next = queue.shift(); next; next = queue.shift()) await attack(...next); }));

// Everything that was touched is told before a last touch of our own.
await connect({ host: '198.51.100.2', port: 8443 });
while (!heard.includes('tcp 8443')) await new Promise((r) => canary.stdout.once('data', r));
const touches = heard.slice(before).filter((l) => l !== 'tcp 8443');
canary.stdin.end();
await new Promise((r) => canary.on('close', r));
fs.rmSync(dir, { recursive: true, force: true });
console.log(JSON.stringify({ ...counts, touches, control }));
process.exit(touches.length || counts.odd.length ? 1 : 0);
