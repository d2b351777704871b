// SPDX-License-Identifier: Apache-2.0
// Which system calls the workers make after lockdown, by strace, and which their profiles allow.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './lib.mjs';

export const straceArgs = (file) => ['-f', '-qq', '-Y', '-s', '0', '-o', file];

// Runs COMMAND under strace to its end; resolves with its exit status.
export function traced(file, command, args, options = {}) {
  const child = spawn('strace', [...straceArgs(file), command, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  child.said = '';
  for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { child.said += d; });
  child.ended = new Promise((resolve) => child.on('close', resolve));
  return child;
}

// The kernel keeps 15 bytes of a program's name.
const roles = Object.fromEntries(['intake', 'compile', 'render', 'sign', 'store', 'check', 'verify', 'thumbnail', 'null'].map((r) => [`certfill-${r}`.slice(0, 15), r]));

// Role -> call -> its arguments, shortened. strace writes "PID<comm> call(arguments) = result".
export function callsAfterLockdown(files) {
  const made = {};
  for (const file of files) {
    const threads = new Map();
    for (const line of fs.readFileSync(file, 'latin1').split('\n')) {
      const m = /^(\d+)<([^>]*)> +(\w+)\((.*)/.exec(line);
      if (!m) continue;
      const [, tid, comm, call, rest] = m;
      if (call === 'execveat') threads.set(tid, 'open');
      // A thread that a confined worker started has never executed a program.
      if (comm in roles && threads.get(tid) !== 'open') ((made[roles[comm]] ??= {})[call] ??= new Set()).add(rest.slice(0, 160));
      if (call === 'seccomp' && /^SECCOMP_SET_MODE_FILTER, [^,]+, (?!NULL)/.test(rest)) threads.set(tid, 'locked');
    }
  }
  return made;
}

// The entries {SYS_name, CONFINE_ANSWER, error, "why"} of the table NAME in a source file.
export function tableOf(file, name) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const at = text.indexOf(`confine_call ${name}[] = {`);
  const body = text.slice(at, text.indexOf('\n};', at));
  const out = {};
  for (const m of body.matchAll(/\{SYS_(\w+),\s*CONFINE_(\w+),\s*(\w+),\s*"([^"]*)"\}/g)) out[m[1]] = { answer: m[2], why: m[4] };
  return out;
}
