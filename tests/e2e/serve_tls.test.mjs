// SPDX-License-Identifier: Apache-2.0
// HTTPS of certfill serve: each listener with client certificates of its own, read again on SIGHUP, nothing resumed
// by anybody. Clients are node's TLS and openssl.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { certificate, exchange } from './floor.mjs';
import { certfill, certfillPath, run, temporary, tool } from './lib.mjs';
import { below, serve, until } from './serving.mjs';

const limit = { timeout: 180000 };
const versions = ['TLSv1.2', 'TLSv1.3'];

function institution(dir) {
  const data = path.join(dir, 'data');
  assert.equal(certfill(['init', '--name', 'University', '--base-url', 'https://certs.example.edu', '--data', data]).status, 0);
  return data;
}

// Signed by issuer, and over since yesterday.
function expired(dir, name, issuer) {
  const c = certificate(dir, name, issuer), request = path.join(dir, `${name}.csr`);
  assert.equal(run('openssl', ['req', '-new', '-key', c.key, '-subj', `/CN=${name}`, '-out', request]).status, 0);
  const r = run('openssl', ['x509', '-req', '-in', request, '-CA', issuer.cert, '-CAkey', issuer.key, '-days', '-1', '-out', c.cert]);
  assert.equal(r.status, 0, r.stderr);
  return c;
}

// The status of an answer; undefined when there is none.
async function ask(port, client, version) {
  const options = { tls: true, rejectUnauthorized: false, minVersion: version, maxVersion: version, ...(client && { cert: client.pem(), key: client.secret() }) };
  const [a] = await exchange(port, 'GET /.well-known/did.json HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n', options).catch(() => []);
  return a?.status;
}

test('every HTTPS listener has its own rule for client certificates', limit, async (t) => {
  const dir = temporary(t), data = institution(dir), server = certificate(dir, 'server');
  const roots = certificate(dir, 'roots'), others = certificate(dir, 'others');
  const clients = {
    right: certificate(dir, 'right', roots),
    other: certificate(dir, 'other', others),
    stranger: certificate(dir, 'stranger'),
    expired: expired(dir, 'expired', roots),
    'a server': certificate(dir, 'a-server', roots, '-addext', 'extendedKeyUsage=serverAuth'),
    nobody: undefined,
  };
  const s = await serve(t, data, { args: ['--listen', '127.0.0.1:0', '--cert', server.cert, '--key', server.key, '--tls', '127.0.0.1:0', '--tls', '127.0.0.1:0', '--client-roots', roots.cert, '--tls', '127.0.0.1:0', '--client-roots', others.cert, '--client-optional', '--ops', '127.0.0.1:0'] });
  const [plain, open, closed, optional] = s.ports;
  const table = async (port) => {
    const out = {};
    for (const [name, c] of Object.entries(clients)) {
      const got = [await ask(port, c, versions[0]), await ask(port, c, versions[1])];
      assert.equal(got[0], got[1], `${name} by both versions`);
      out[name] = got[0];
    }
    return out;
  };
  assert.deepEqual(await table(closed), { right: 200, other: undefined, stranger: undefined, expired: undefined, 'a server': undefined, nobody: undefined });
  assert.deepEqual(await table(optional), { right: undefined, other: 200, stranger: undefined, expired: undefined, 'a server': undefined, nobody: 200 });
  assert.deepEqual(await table(open), { right: 200, other: 200, stranger: 200, expired: 200, 'a server': 200, nobody: 200 }, 'who is not asked is not judged');
  assert.equal((await exchange(plain, 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n'))[0].status, 200);
  assert.equal(s.complained, '');

  // Other roots on SIGHUP; with roots that are none, all stays as it was.
  fs.copyFileSync(others.cert, roots.cert);
  s.kill('SIGHUP');
  await until(async () => await ask(closed, clients.other) === 200 && await ask(closed, clients.right) === undefined);
  const next = certificate(dir, 'next'), subject = async (port) => /subject=CN = (\w+)/.exec((await tool('openssl', ['s_client', '-connect', `127.0.0.1:${port}`])).stdout.toString())?.[1];
  fs.copyFileSync(next.cert, server.cert);
  fs.copyFileSync(next.key, server.key);
  for (const [text, sentence] of [['nonsense', /roots of client certificates/], ['', /is empty/]]) {
    fs.writeFileSync(others.cert, text);
    s.kill('SIGHUP');
    await until(() => sentence.test(s.complained), sentence);
    assert.equal(await subject(open), 'server', 'none of the listeners took a part of it');
    assert.equal(await ask(closed, clients.nobody), undefined);
  }
  fs.copyFileSync(roots.cert, others.cert);
  s.kill('SIGHUP');
  await until(async () => await subject(open) === 'next');
  assert.equal(await ask(closed, clients.other), 200);
  assert.equal(await ask(closed, clients.nobody), undefined);
});

test('no session is resumed: not by its listener, not by another, not by the other process', limit, async (t) => {
  const dir = temporary(t), data = institution(dir), server = certificate(dir, 'server'), roots = certificate(dir, 'roots'), right = certificate(dir, 'right', roots);
  const s = await serve(t, data, { args: ['--cert', server.cert, '--key', server.key, '--tls', '127.0.0.1:0', '--tls', '127.0.0.1:0', '--client-roots', roots.cert] });
  const [open, closed] = s.ports, session = path.join(dir, 'session');
  const s_client = async (port, ...args) => (await tool('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...args], 'GET /.well-known/did.json HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n')).stdout.toString();
  const known = ['-cert', right.cert, '-key', right.key];
  for (const version of ['-tls1_2', '-tls1_3']) {
    assert.match(await s_client(closed, version, '-ign_eof', ...known, '-sess_out', session), /HTTP\/1.1 200/);
    // Without its certificate again, with what it may remember; 12 times, so that both processes are asked.
    for (const port of [closed, open])
      for (let i = 0; i < 6 && fs.existsSync(session); i++) {
        const said = await s_client(port, version, '-ign_eof', '-sess_in', session);
        assert.doesNotMatch(said, /^Reused/m);
        assert.equal(/HTTP\/1.1 200/.test(said), port === open);
      }
    fs.rmSync(session, { force: true });
  }
  const again = await s_client(open, '-tls1_2', '-reconnect');
  assert.equal(again.match(/^New, TLSv1.2/mg).length, 6);
  assert.doesNotMatch(again, /^Reused|TLS session ticket/m);
});

test('what is said of client certificates without a listener before it is refused with a sentence', limit, async (t) => {
  const dir = temporary(t), data = institution(dir), roots = certificate(dir, 'roots');
  for (const args of [['--client-roots', roots.cert, '--tls', '127.0.0.1:0'], ['--listen', '127.0.0.1:0', '--client-roots', roots.cert], ['--tls', '127.0.0.1:0', '--client-roots', roots.cert, '--client-roots', roots.cert], ['--tls', '127.0.0.1:0', '--client-optional'], ['--tls', '127.0.0.1:0', '--client-roots', roots.cert, '--tls', '127.0.0.1:0', '--client-optional']]) {
    const r = certfill(['serve', '--data', data, ...args]);
    assert.notEqual(r.status, 0);
    assert.match(r.stderr, /belongs to the --(tls|client-roots) that stands before it/);
  }
  const none = certfill(['serve', '--data', data, '--tls', '127.0.0.1:0', '--client-roots', path.join(dir, 'none.pem')]);
  assert.equal(none.status, 4);
  assert.match(none.stderr, /none\.pem/);
  const large = path.join(dir, 'large.pem');
  fs.writeFileSync(large, fs.readFileSync(roots.cert, 'utf8').repeat(9));
  const twice = certfill(['serve', '--data', data, '--tls', '127.0.0.1:0', '--client-roots', large, '--tls', '127.0.0.1:0', '--client-roots', large]);
  assert.equal(twice.status, 4);
  assert.match(twice.stderr, /large\.pem is larger than/, 'what one message holds is for all listeners');
});

// script(1) is the terminal; killing it closes it, and what was started there gets SIGHUP.
test('SIGHUP of a terminal that is closed ends serving; nohup keeps it, and it reads its certificate again', limit, async (t) => {
  for (const nohup of ['', 'nohup ']) {
    const dir = temporary(t), data = institution(dir), server = certificate(dir, 'server'), log = path.join(dir, 'log');
    const line = `${nohup}'${certfillPath}' serve --data '${data}' --tls 127.0.0.1:0 --cert '${server.cert}' --key '${server.key}' --workers 1 >'${log}' 2>&1; true`;
    const terminal = spawn('script', ['-qc', line, '/dev/null'], { stdio: 'ignore' });
    t.after(() => terminal.kill('SIGKILL'));
    const said = () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : '');
    const [, port] = await until(() => /^Serving on https:.*:(\d+)$/m.exec(said()), 'it does not serve');
    const started = below(terminal.pid).filter((p) => /^certfill-/.test(p.name)).map((p) => p.pid);
    const [main] = started;
    t.after(() => { try { process.kill(main, 'SIGKILL'); } catch { /* it ended */ } });
    process.kill(main, 'SIGHUP');
    fs.renameSync(server.cert, `${server.cert}.away`);
    process.kill(main, 'SIGHUP');
    await until(() => /the certificate was not reloaded/.test(said()), 'with its terminal SIGHUP reads the certificate again');
    assert.equal(await ask(port), 200);
    fs.writeFileSync(log, '');
    terminal.kill('SIGKILL');
    if (nohup === '') {
      await until(() => started.every((pid) => !fs.existsSync(`/proc/${pid}`)), 'it goes on without its terminal');
      continue;
    }
    await until(() => /the certificate was not reloaded/.test(said()), 'no SIGHUP came');
    assert.equal(await ask(port), 200);
  }
});
