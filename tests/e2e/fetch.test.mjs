// SPDX-License-Identifier: Apache-2.0
// certfill-fetch has the network and next to nothing else: every attempt of tests/confine from inside it, and names
// looked up by its own means where every name leads to a canary.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root, run, temporary } from './lib.mjs';

const program = path.join(root, 'build/confine/certfill-fetch');
// What it can do, and why it must. Only what is written here may succeed.
const needed = new Map([
  ['system_info', 'glibc sorts addresses by how much memory there is'],
  ['system_name', 'the resolver asks for the name of the machine'],
  ['socket_pair', 'threads wake each other'],
  ['udp_canary', 'name servers are asked by UDP'],
  ['udp6_socket', 'the same'],
  ['netlink_socket', 'getaddrinfo asks which addresses this machine has'],
  ['stat_file', 'a name may be asked for, its contents not'],
]);

const attempts = (wrap) => {
  const list = run(...wrap(program), { input: 'probe:list' }).stdout.trim().split('\n').map((l) => l.split(' '));
  assert.ok(list.length > 100, `${list.length} attempts`);
  // Bombs are its rlimits' business, and a hang its caller's.
  return list.filter(([, kind]) => 'fnxpkm'.includes(kind)).map(([name]) => name);
};
function breaches(dir, wrap) {
  const file = path.join(dir, 'canary'), out = [];
  fs.writeFileSync(file, 'what nobody may read');
  for (const name of attempts(wrap)) {
    const r = run(...wrap(program), { input: `probe:${name} ${file} ${process.pid} 9 9` });
    if (r.stdout.startsWith('BREACH')) out.push(name);
    // It answers, or is ended by the filter: by its own report, or at once for a foreign call table. It may write no file.
    else assert.ok(r.status === 159 || ['SIGSYS', 'SIGXFSZ'].includes(r.signal) || /^(refused|unknown)/.test(r.stdout), `${name}: ${r.status} ${r.signal} ${r.stdout} ${r.stderr}`);
  }
  assert.equal(fs.readFileSync(file, 'latin1'), 'what nobody may read');
  return out;
}

test('every attempt from inside it: only what fetching needs succeeds', (t) => {
  const found = breaches(temporary(t), (p) => [p, []]);
  assert.deepEqual(found.filter((n) => !needed.has(n)), []);
  for (const n of needed.keys()) assert.ok(found.includes(n), `${n} is not needed any more`);
});

test('without Landlock the filter still stops writing, programs, processes and kernel calls', (t) => {
  const found = breaches(temporary(t), (p) => [path.join(root, 'build/tools/deny'), ['landlock', p]]);
  const reading = found.filter((n) => !needed.has(n));
  // Landlock alone keeps it from reading what its user may read, and from TCP that is not fetching.
  assert.deepEqual(reading.filter((n) => !/^(read|open|access|list|find|bind|listen|tcp)/.test(n)), []);
});

test('without the filter nothing is fetched', () => {
  const r = spawnSync(path.join(root, 'build/tools/deny'), ['seccomp', path.join(root, 'build/certfill-fetch')], { input: 'https://localhost:9/\nallow-private' });
  assert.equal(r.status, 1);
  assert.match(r.stderr.toString(), /system call filter is refused/);
});

// Names by DNS, in a network where 127.0.0.1 is the name server and every address this machine.
test('names are looked up under the filter, and the connection is made', (t) => {
  const dir = temporary(t), file = path.join(dir, 'file');
  fs.writeFileSync(file, '');
  fs.writeFileSync(path.join(dir, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  const script = `mount --make-rprivate / && mount --bind "$1/resolv.conf" "$(realpath /etc/resolv.conf)" && ip link set lo up && ip route add local default dev lo || exit 9
    mkfifo "$1/in"; "$2/build/tools/canary" "$1/file" <"$1/in" >"$1/heard" & exec 7>"$1/in"
    until grep -q ready "$1/heard"; do :; done
    printf 'https://issuer.example/x\\nallow-private' | "$2/build/certfill-fetch"; echo "status $?"
    printf 'https://issuer.example/x' | "$2/build/certfill-fetch"; echo "status $?"
    exec 7>&-; wait; cat "$1/heard"`;
  const r = run('unshare', [process.getuid() === 0 ? '-mn' : '-rmn', 'bash', '-c', script, 'bash', dir, root]);
  assert.deepEqual(r.stdout.match(/status \d+/g), ['status 1', 'status 1'], r.stderr + r.stdout);
  // The canary hangs up: the failure is TLS's, and comes after a name and a connection.
  assert.match(r.stdout, /^udp 53$/m);
  assert.equal(r.stdout.match(/^tcp 443$/gm)?.length, 1, r.stdout + r.stderr);
  assert.match(r.stderr, /not public/);
});
