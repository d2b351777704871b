// SPDX-License-Identifier: Apache-2.0
// Every command, and every family of commands, says what it is when asked.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { certfillPath, run } from './lib.mjs';

const ask = (...args) => run(certfillPath, args, { env: { PATH: process.env.PATH } });
const all = ask('--help');
const commands = [...all.stdout.split('Options of every command')[0].matchAll(/^ {2}([a-z]+(?: [a-z]+)*)/gm)].map((m) => m[1]);

test('the whole', () => {
  assert.equal(all.status, 0);
  assert.ok(commands.length >= 15 && commands.includes('batch list'), commands.join());
  assert.equal(ask('help').stdout, all.stdout);
  assert.equal(ask('-h').stdout, all.stdout);
  const none = ask();
  assert.equal(none.status, 2);
  assert.equal(none.stdout, '');
  assert.equal(none.stderr, all.stdout);
});

test('every command', () => {
  for (const c of commands) {
    const r = ask(...c.split(' '), '--help');
    assert.equal(r.status, 0, c);
    assert.match(r.stdout, new RegExp(`^Usage: certfill ${c}( |\n)`), c);
    assert.equal(r.stderr, '', c);
    assert.doesNotMatch(r.stdout, / $/m, c);
    assert.equal(ask('help', ...c.split(' ')).stdout, r.stdout, c);
    assert.equal(ask('--quiet', ...c.split(' '), '-h').stdout, r.stdout, c);
  }
});

test('every family', () => {
  const families = [...new Set(commands.filter((c) => c.includes(' ')).map((c) => c.split(' ')[0]))];
  assert.ok(families.includes('template') && families.includes('batch') && families.includes('cred'));
  for (const f of families) {
    const r = ask(f, '--help');
    assert.equal(r.status, 0, f);
    assert.equal(r.stderr, '');
    for (const c of commands) assert.equal(r.stdout.includes(`\n  ${c} `), c.startsWith(`${f} `), c);
    for (const other of [[f, '-h'], [f, 'help'], ['help', f]]) assert.equal(ask(...other).stdout, r.stdout);
    const bare = ask(f);
    assert.equal(bare.status, 2, f);
    assert.equal(bare.stderr, r.stdout);
    const wrong = ask(f, 'nonsense', '--help');
    assert.equal(wrong.status, 2, f);
    assert.match(wrong.stderr, new RegExp(`there is no command "${f} nonsense"`));
  }
});

test('what is no command', () => {
  const r = ask('isue', '--help');
  assert.equal(r.status, 2);
  assert.match(r.stderr, /there is no command "isue"/);
  for (const [words, meant] of [['isue', 'issue'], ['revoke', 'cred revoke'], ['batchs list', 'batch list'], ['cred revok', 'cred revoke']]) {
    const near = ask(...words.split(' '));
    assert.equal(near.status, 2);
    assert.match(near.stderr, new RegExp(`did you mean certfill ${meant}\\?\n$`), words);
  }
  assert.doesNotMatch(ask('xyzzy').stderr, /did you mean/);
  for (let code = 0; code < 12; code++) assert.match(all.stdout.split('Exit codes: ')[1], new RegExp(`(^|[ \n])${code} [a-z]`), `exit code ${code}`);
  assert.equal(ask('help', 'isue').status, 2);
  const option = ask('--nonsense');
  assert.equal(option.status, 2);
  assert.match(option.stderr, /there is no option --nonsense/);
});

test('words that are empty', () => {
  for (const words of [['cred', 'find', ''], ['cred', 'find', ' \t'], ['cred', 'revoke', '', '--yes'], ['verify', ''], ['batch', 'report', '']]) {
    const r = ask(...words);
    assert.deepEqual([r.status, /words is empty/.test(r.stderr)], [2, true], r.stderr);
  }
});

test('words that are not UTF-8', () => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-words-'));
  for (const [words, meant] of [["cred find $'\\xff'", /recipient is not UTF-8/], ["cred find x --tenant $'\\xff'", /--tenant is not UTF-8/]]) {
    const r = run('bash', ['-c', `${certfillPath} ${words} --data ${data}`]);
    assert.equal(r.status, 2, r.stderr);
    assert.match(r.stderr, meant);
  }
  fs.rmdirSync(data);
});
