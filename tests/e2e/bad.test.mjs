// SPDX-License-Identifier: Apache-2.0
// Bad input and a bad machine: a sentence, an exit code, nothing half done.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, certfillPath, root, run, sample, smallCohort, temporary } from './lib.mjs';

const issue = (dir, f, extra = [], options = {}) => certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out'), ...extra], options);
const sentence = (r) => {
  assert.match(r.stderr, /[a-z]{3}/, 'there is a sentence');
  assert.doesNotMatch(r.stderr, /Assertion|core dumped|broken invariant/);
};
const nothing = (dir) => assert.equal(fs.existsSync(path.join(dir, 'out')) ? fs.readdirSync(path.join(dir, 'out')).length : 0, 0);

for (const [what, content] of [['an empty file', ''], ['only a header', 'recipient_id,name,email\n'], ['a NUL', 'recipient_id,name\ns-1,A\0da\n'], ['an unclosed quote', 'recipient_id,name\ns-1,"Ada\n'], ['not UTF-8', Buffer.from('recipient_id,name\ns-1,Lef\xe8vre\n', 'latin1')]]) {
  test(`${what} as cohort: exit 4, nothing issued`, (t) => {
    const dir = temporary(t), f = smallCohort(dir, 1);
    fs.writeFileSync(f.cohort, content);
    const r = issue(dir, f);
    assert.equal(r.status, 4, r.stderr);
    sentence(r);
    nothing(dir);
  });
}

test('Windows-1252 goes through with --encoding, and names come out right', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1);
  fs.writeFileSync(f.cohort, Buffer.from('recipient_id;name;email\r\ns-1;Zo\xeb Lef\xe8vre\x92s;z@example.org\r\n', 'latin1'));
  const r = issue(dir, f, ['--encoding', 'windows-1252']);
  // The sample manifest fixes UTF-8 and ','; the flag wins over the encoding, the delimiter is its own.
  const m = JSON.parse(fs.readFileSync(f.manifest, 'utf8'));
  delete m.source.delimiter;
  delete m.source.encoding;
  fs.writeFileSync(f.manifest, JSON.stringify(m));
  const again = issue(dir, f, ['--encoding', 'windows-1252']);
  assert.equal(again.status, 0, again.stderr + r.stderr);
  const text = run('pdftotext', [path.join(dir, 'out/s-1/certificate.pdf'), '-']).stdout;
  assert.ok(text.includes('Zoë Lefèvre’s'), text);
});

test('broken manifests: exit 4 with the place of the fault', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), good = JSON.parse(fs.readFileSync(f.manifest, 'utf8')), key = Object.keys(good.credentials)[0];
  const cases = [
    ['{', /./], ['[]', /./], ['{"format":"certfill-manifest/1","format":"x"}', /duplicate/i],
    [JSON.stringify({ ...good, polcy: {} }), /polcy.*policy/], [JSON.stringify({ ...good, format: 'certfill-manifest/9' }), /format/],
    [JSON.stringify({ ...good, credentials: {} }), /credentials/], ['', /is empty/],
    [JSON.stringify({ ...good, credentials: { [key]: { ...good.credentials[key], layout: { nam: { fit: 'none' } } } } }), /layout\.nam.*recipient\.name/],
  ];
  for (const [text, want] of cases) {
    fs.writeFileSync(f.manifest, text);
    const r = issue(dir, f);
    assert.equal(r.status, 4, text + r.stderr);
    assert.match(r.stderr, want);
    nothing(dir);
    assert.equal(fs.existsSync(path.join(dir, 'out')), false);
  }
});

test('a template that no value can fill: exit 4 and what was meant; a column that the cohort lacks is warned of', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), svg = fs.readFileSync(path.join(root, 'templates/samples/classic.svg'), 'utf8');
  const own = path.join(dir, 'own.svg'), run = (text) => {
    fs.writeFileSync(own, svg.replace('{{achievement.name}}', text));
    return issue(dir, f, ['--template', own, '--plan-only']);
  };
  for (const [text, want] of [
    ['{{recipent.name}}', /line \d+: \{\{recipent\.name\}\}.*did you mean \{\{recipient\.name\}\}/],
    ['{{the name}}', /line \d+: \{\{the name\}\}: not a placeholder/], ['{{achievement.name', /not a placeholder/],
    ['see {{qr}}', /the code stands alone/],
  ]) {
    const r = run(text);
    assert.equal(r.status, 4, `${text} ${r.stderr}`);
    assert.match(r.stderr, want);
    nothing(dir);
  }
  const r = run('{{field.cours}}');
  assert.equal(r.status, 0, r.stderr);
  assert.match(r.stderr + JSON.stringify(r.lines), /\{\{field\.cours\}\}, and the cohort has no column/);
});

test('a name of 200 characters is drawn or refused at plan time with its place', (t) => {
  const dir = temporary(t), long = Array.from({ length: 25 }, (_, i) => `Wilhelm${i % 10}`).join(' ').slice(0, 200);
  const f = smallCohort(dir, 3, (r, i) => (i === 2 ? { ...r, name: long } : r));
  const r = issue(dir, f);
  const problem = r.lines.find((l) => l.message_type === 'problem');
  assert.ok(r.status === 0 || (r.status === 3 && problem.line === 3 && problem.code === 'text-overflow'), r.stderr + JSON.stringify(problem));
  assert.equal(r.summary.issued, r.status === 0 ? 3 : 2);
});

test('a character that no font has: the row is refused with character and code point before anything is signed', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 3, (r, i) => (i === 2 ? { ...r, name: 'Tlhingan \u{10FF00}\u{1D173}x \u{E000}' } : r));
  const r = issue(dir, f);
  assert.equal(r.status, 3, r.stderr);
  const problem = r.lines.find((l) => l.message_type === 'problem' && !l.warning);
  assert.equal(problem.line, 3);
  assert.match(problem.code, /glyph-missing|character|private/);
  assert.match(problem.message, /U\+[0-9A-F]{4,6}/);
  assert.equal(r.summary.issued, 2);
});

test('a template is refused with a sentence and exit 4; clean exits 0 or 4', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), bad = path.join(dir, 'bad.svg');
  fs.writeFileSync(bad, '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>');
  const r = issue(dir, f, ['--template', bad]);
  assert.equal(r.status, 4, r.stderr);
  sentence(r);
  assert.equal(certfill(['template', 'clean', bad, '-o', path.join(dir, 'c.svg')]).status, 4);
  assert.ok(!fs.existsSync(path.join(dir, 'c.svg')));
  const dirty = path.join(dir, 'dirty.svg');
  fs.writeFileSync(dirty, '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" onload="alert(1)"><script>x</script><rect width="10" height="10" fill="red"/><text x="5" y="50">{{recipient.name}}</text></svg>');
  const clean = certfill(['template', 'clean', dirty, '-o', path.join(dir, 'c.svg')]);
  assert.equal(clean.status, 0, clean.stderr);
  assert.ok(clean.lines.filter((l) => l.message_type === 'removal').length >= 2);
  const text = fs.readFileSync(path.join(dir, 'c.svg'), 'utf8');
  assert.ok(!/script|onload|alert/.test(text) && /recipient\.name/.test(text));
  const twice = certfill(['template', 'clean', path.join(dir, 'c.svg'), '-o', path.join(dir, 'd.svg')]);
  assert.equal(twice.status, 0);
  assert.equal(fs.readFileSync(path.join(dir, 'd.svg'), 'utf8'), text);
});

// librsvg 2.54 gives up, and its process with it, where feTile has nothing to repeat.
test('a template that fells its compiler twice is told of as the template\'s fault', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1), svg = path.join(dir, 't.svg');
  fs.writeFileSync(svg, '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><filter id="f"><feFlood width="0"/><feTile/></filter><rect width="9" height="9" filter="url(#f)"/><text y="99">{{recipient.name}}</text></svg>');
  for (const r of [issue(dir, f, ['--template', svg]), certfill(['template', 'preview', svg, '-o', path.join(dir, 'p.pdf')])]) {
    assert.equal(r.status, 4, r.stderr);
    assert.match(r.stderr, /the template cannot be drawn; look at its filters/);
    assert.equal((r.stderr.match(/the compile process is gone/g) ?? []).length, 2, r.stderr);
  }
  nothing(dir);
});

test('a directory that cannot be written: a sentence before anything is issued', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1);
  fs.writeFileSync(path.join(dir, 'plain'), '');
  const out = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'plain', 'out')]);
  assert.equal(out.status, 4, out.stderr);
  assert.match(out.stderr, /nothing was issued/);
  assert.ok(!fs.existsSync(path.join(dir, 'data')));
  const file = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'plain')]);
  assert.equal(file.status, 4);
  assert.match(file.stderr, /is a file; --out wants a directory/);
  // More than once: the reason once got lost between two processes, now and then.
  for (let i = 0; i < 10; i++) {
    const data = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'plain', 'data')]);
    assert.notEqual(data.status, 0);
    sentence(data);
  }
});

test('usage: unknown commands and options exit 2, help exits 0', () => {
  assert.equal(certfill(['isue']).status, 2);
  assert.equal(certfill(['issue', 'x.csv', '--no-such']).status, 2);
  assert.equal(certfill(['issue', 'x.csv']).status, 2);
  assert.equal(run(certfillPath, ['--help']).status, 0);
  assert.equal(run(certfillPath, ['issue', '--help']).status, 0);
  assert.equal(certfill(['issue', '/no/such.csv', '--manifest', sample('manifest.json')]).status, 5);
});

test('standard descriptors: closed ones are nobody else\'s, a full one is told of, a reader that hangs up is not', (t) => {
  const dir = temporary(t), f = smallCohort(dir, 2), data = path.join(dir, 'data'), out = path.join(dir, 'out');
  const sh = (line) => run('sh', ['-c', line.replaceAll('certfill ', `${certfillPath} `)]);
  assert.equal(sh(`certfill issue ${f.cohort} --manifest ${f.manifest} --data ${data} --out ${out} <&- >&- 2>&-`).status, 0);
  assert.equal(certfill(['verify', path.join(out, 's-1/certificate.pdf'), '--offline', out]).status, 0);
  const clean = path.join(dir, 'clean.svg');
  assert.equal(sh(`certfill template clean ${path.join(root, 'templates/samples/modern.svg')} -o ${clean} >&-`).status, 0);
  assert.match(fs.readFileSync(clean, 'utf8'), /^<svg[^]*<\/svg>\s*$/);
  for (const json of ['', '--json ']) {
    const full = sh(`certfill batch list ${json}--data ${data} >/dev/full`);
    assert.equal(full.status, 1);
    assert.match(full.stderr, /not everything could be written to standard output/);
    const gone = sh(`(certfill batch list ${json}--data ${data}; echo "status $?" >&2) | :`);
    assert.doesNotMatch(gone.stderr, /written/);
  }
});

test('programs of different builds do not talk, and say what to do', (t) => {
  const dir = temporary(t), from = path.dirname(fs.realpathSync(certfillPath));
  for (const name of fs.readdirSync(from).filter((n) => /^certfill(-[a-z]+)?$/.test(n))) fs.copyFileSync(path.join(from, name), path.join(dir, name));
  const doctor = () => run(path.join(dir, 'certfill'), ['doctor', '--data', path.join(dir, 'data')]);
  assert.equal(doctor().status, 0);
  // Another name of a member is another form of all messages; two of them, and it is the first again.
  const other = (name) => {
    const bytes = fs.readFileSync(path.join(dir, name)), at = bytes.indexOf('layers_off\0');
    assert.ok(at > 0);
    bytes[at] ^= 0x20;
    fs.writeFileSync(path.join(dir, name), bytes);
  };
  other('certfill-null');
  const worker = doctor();
  assert.equal(worker.status, 11);
  assert.match(worker.stdout + worker.stderr, /another build; install or build all programs together/);
  other('certfill-null');
  other('certfill-control');
  const control = doctor();
  assert.equal(control.status, 6);
  assert.match(control.stderr, /different builds/);
});

const isRoot = process.getuid() === 0;
test('a full disk: a sentence, and with room the same command completes it', { skip: !isRoot && 'mounting a small file system needs root' }, (t) => {
  const dir = temporary(t), disk = path.join(dir, 'disk'), f = smallCohort(dir, 260);
  fs.mkdirSync(disk);
  assert.equal(run('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk]).status, 0);
  try {
    const args = ['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(disk, 'data')];
    const full = certfill(args);
    assert.equal(full.status, 75, full.stderr);
    assert.match(full.stderr, /No space left.*run the same command again/);
    assert.equal(run('mount', ['-o', 'remount,size=400m', disk]).status, 0);
    const done = certfill(args);
    assert.equal(done.status, 0, done.stderr);
    assert.equal(done.summary.issued + done.summary.unchanged, 260);
  } finally {
    run('umount', ['-l', disk]);
  }
});

test('a full disk under the keys alone: exit 75, and the keys stay as they were', { skip: !isRoot && 'mounting a small file system needs root' }, (t) => {
  const dir = temporary(t), data = path.join(dir, 'data'), keys = path.join(data, 'keys'), kept = path.join(dir, 'kept'), word = path.join(dir, 'word');
  fs.writeFileSync(word, 'a passphrase\n', { mode: 0o600 });
  assert.equal(certfill(['init', '--data', data]).status, 0);
  const kid = certfill(['key', 'list', '--data', data]).lines.find((l) => l.message_type === 'key').kid;
  assert.equal(run('cp', ['-a', keys, kept]).status, 0);
  assert.equal(run('mount', ['-t', 'tmpfs', '-o', 'size=20k,mode=700', 'none', keys]).status, 0);
  try {
    assert.equal(run('cp', ['-a', `${kept}/.`, keys]).status, 0);
    run('dd', ['if=/dev/zero', `of=${path.join(keys, 'filler')}`, 'bs=4k']);
    for (const args of [['new', '--alg', 'EdDSA'], ['new', '--alg', 'ES256'], ['rotate'], ['seal', '--new-passphrase-file', word], ['compromise', kid]]) {
      const r = certfill(['key', ...args, '--yes', '--data', data]);
      assert.equal(r.status, 75, `${args}: ${r.stderr}`);
      assert.match(r.stderr, /No space left.*run the same command again/);
    }
    assert.deepEqual(fs.readFileSync(path.join(keys, 'default/keys')), fs.readFileSync(path.join(kept, 'default/keys')));
    fs.rmSync(path.join(keys, 'filler'));
    assert.equal(certfill(['key', 'new', '--alg', 'EdDSA', '--data', data]).status, 0);
  } finally {
    run('umount', ['-l', keys]);
  }
});

test('no fonts: a sentence that says what to install', { skip: !isRoot && 'hiding the fonts needs a mount namespace' }, (t) => {
  const dir = temporary(t), f = smallCohort(dir, 1);
  const r = run('unshare', ['-m', 'sh', '-c', `mount -t tmpfs none /usr/share/fonts && exec "$@"`, 'sh', certfillPath, 'issue', f.cohort, '--manifest', f.manifest, '--data', path.join(dir, 'data')]);
  assert.equal(r.status, 5, r.stderr);
  assert.match(r.stderr, /fonts-noto-core/);
});

test('an ordinary user can do everything', { skip: !isRoot && 'already an ordinary user' }, (t) => {
  const dir = temporary(t), f = smallCohort(dir, 3), home = path.join(dir, 'home');
  fs.mkdirSync(home);
  fs.chmodSync(dir, 0o755);
  for (const p of [f.cohort, f.manifest]) fs.chmodSync(p, 0o644);
  fs.chownSync(home, 65534, 65534);
  const r = certfill(['issue', f.cohort, '--manifest', f.manifest, '--data', path.join(home, 'data'), '--out', path.join(home, 'out')], { uid: 65534, gid: 65534, env: { ...process.env, HOME: home } });
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.issued, 3);
});

test('100,000 rows are planned without being held in memory', { timeout: 600000 }, (t) => {
  const dir = temporary(t), f = smallCohort(dir, 0);
  const rows = ['recipient_id,name,email,locale,issued_on'];
  for (let i = 1; i <= 100000; i++) rows.push(`r${i},Person ${i} Müller,r${i}@example.org,de,2026-06-12`);
  fs.writeFileSync(f.cohort, rows.join('\n'));
  const r = issue(dir, f, ['--plan-only']);
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.lines.find((l) => l.message_type === 'plan').rows, 100000);
});
