// SPDX-License-Identifier: Apache-2.0
// Cohorts in every shape that people have them: inspected, mapped, checked, converted, issued.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, certfillPath, parseCsv, run, sample, temporary } from './lib.mjs';

const write = (dir, name, content) => {
  fs.writeFileSync(path.join(dir, name), content);
  return path.join(dir, name);
};
const of = (r, type) => r.lines.filter((l) => l.message_type === type);
const manifestWith = (change) => {
  const m = JSON.parse(fs.readFileSync(sample('manifest.json'), 'utf8'));
  delete m.source;
  m.policy.max_error_ratio = 1;
  return JSON.stringify({ ...m, ...change }, null, 1);
};

test('inspect shows what a file that is not UTF-8 says in which encoding, and chooses none', (t) => {
  const dir = temporary(t), f = write(dir, 'c.csv', Buffer.from('name;email\nLef\xe8vre;l@example.org\n', 'latin1'));
  const r = certfill(['csv', 'inspect', f]);
  assert.equal(r.status, 4, r.stderr);
  const [file] = of(r, 'file');
  assert.equal(file.encoding, undefined);
  assert.equal(file.readings.find((x) => x.encoding === 'windows-1252').text, 'Lefèvre');
  assert.equal(file.readings.find((x) => x.encoding === 'windows-1250').text, 'Lefčvre');
  const chosen = certfill(['csv', 'inspect', f, '--encoding', 'windows-1252']);
  assert.equal(chosen.status, 0, chosen.stderr);
  assert.deepEqual(of(chosen, 'cohort')[0].columns, [{ header: 'name', target: 'name' }, { header: 'email', target: 'email' }]);
  assert.deepEqual(fs.readdirSync(dir), ['c.csv'], 'no state');
});

test('map writes a source that a manifest takes, and the same rows come out of it', (t) => {
  const dir = temporary(t);
  const f = write(dir, 'c.csv', 'Report\nEMPLID;NAME;CONF_DT\n1;"Lovelace,Ada";31/05/2026\n2;"Hopper,Grace";03/04/2026\n');
  const r = certfill(['csv', 'map', f, '--profile', 'peoplesoft-query']);
  assert.equal(r.status, 0, r.stderr);
  const { source } = of(r, 'map')[0];
  assert.deepEqual(source.columns, { recipient_id: 'EMPLID', name: { from: 'NAME', order: 'family,given' }, issued_on: 'CONF_DT' });
  const m = write(dir, 'm.json', manifestWith({ source }));
  const out = path.join(dir, 'o.csv');
  assert.equal(certfill(['csv', 'convert', f, '--manifest', m, '-o', out]).status, 0);
  const text = fs.readFileSync(out, 'utf8');
  assert.ok(text.startsWith('\uFEFF') && text.includes('\r\n'));
  const rows = parseCsv(text);
  assert.deepEqual(rows.map((x) => [x.recipient_id, x.name, x.issued_on]), [['1', 'Ada Lovelace', '2026-05-31'], ['2', 'Grace Hopper', '2026-04-03']]);
  // In words it is JSON to put into a file.
  assert.deepEqual(JSON.parse(run(certfillPath, ['csv', 'map', f, '--profile', 'peoplesoft-query']).stdout).source, source);
});

test('check: exit 4, every bad row with its place, and a file to mend that is accepted when mended', (t) => {
  const dir = temporary(t);
  const f = write(dir, 'c.csv', 'Matrikel;name;email;Notes;issued_on\n@1;Ada;a@example.org;=1+1;2026-06-12\n@2;Bea;b@@example;n;0001-01-01\n@3;;c@example.org;;2026-06-12\n@1;Ada;;;2026-06-12\n');
  const m = write(dir, 'm.json', manifestWith({ source: { columns: { recipient_id: 'Matrikel' } } }));
  const r = certfill(['csv', 'check', f, '--manifest', m]);
  assert.equal(r.status, 4, r.stderr);
  assert.deepEqual(of(r, 'csv')[0], { message_type: 'csv', rows: 4, ready: 1, warnings: 0, errors: 3, held: 0, errors_file: 'c.errors.csv' });
  assert.deepEqual(of(r, 'problem').map((p) => [p.record, p.line, p.code]), [[2, 3, 'email-invalid'], [3, 4, 'name-missing'], [4, 5, 'duplicate-row']]);
  const bad = path.join(dir, 'c.errors.csv'), rows = parseCsv(fs.readFileSync(bad, 'utf8'));
  assert.deepEqual(Object.keys(rows[0]), ['Matrikel', 'name', 'email', 'Notes', 'issued_on', '_line', '_code', '_message']);
  assert.equal(rows[0].Matrikel, "'@2", 'formulas are disarmed');
  assert.match(rows[0]._message, /issued_on.*1900/, 'both faults of the row are named');
  fs.writeFileSync(bad, fs.readFileSync(bad, 'utf8').split('\r\n').slice(0, 2).join('\r\n').replace('b@@example', 'b@example.org').replace('0001-01-01', '2026-06-12') + '\r\n');
  const again = certfill(['csv', 'convert', bad, '--manifest', m, '-o', path.join(dir, 'o.csv')]);
  assert.equal(again.status, 0, again.stderr + again.stdout);
  assert.equal(parseCsv(fs.readFileSync(path.join(dir, 'o.csv'), 'utf8'))[0].recipient_id, "'@2");
});

test('profiles: Canvas leaves out points and the test student, and issues the others', (t) => {
  const dir = temporary(t);
  const f = write(dir, 'grades.csv', 'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Lovelace, Ada",11,UID: 00123,ada@example.org,S1\n"Student, Test",13,,,S1\n');
  const m = write(dir, 'm.json', manifestWith({ source: { profile: 'canvas-gradebook' } }));
  const r = certfill(['issue', f, '--manifest', m, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out')]);
  assert.equal(r.status, 0, r.stderr);
  assert.equal(r.summary.rows, 1);
  assert.ok(fs.existsSync(path.join(dir, 'out/00123/certificate.pdf')));
  assert.match(run('pdftotext', [path.join(dir, 'out/00123/certificate.pdf'), '-']).stdout, /Ada Lovelace/);
  const wrong = certfill(['csv', 'check', f, '--profile', 'canvas-gradbook']);
  assert.equal(wrong.status, 4);
  assert.match(wrong.stderr, /canvas-gradebook/);
});

test('--date-format decides what no value proves; another format is another batch', (t) => {
  const dir = temporary(t), f = write(dir, 'c.csv', 'recipient_id,name,issued_on\n1,Ada,03/04/2026\n');
  const m = write(dir, 'm.json', manifestWith({}));
  const issue = (...more) => certfill(['issue', f, '--manifest', m, '--data', path.join(dir, 'data'), '--out', path.join(dir, 'out'), ...more]);
  const none = issue();
  assert.equal(of(none, 'problem')[0].code, 'date-ambiguous', none.stderr);
  assert.match(of(none, 'problem')[0].message, /--date-format/);
  assert.equal(issue('--date-format', 'DD/MM/YYYY').summary.issued, 1);
  const badge = () => JSON.parse(Buffer.from(fs.readFileSync(path.join(dir, 'out/1/credential.jwt'), 'utf8').split('.')[1], 'base64url'));
  assert.ok(badge().validFrom.startsWith('2026-04-03'));
  const other = issue('--date-format', 'MM/DD/YYYY');
  assert.equal(other.status, 0, other.stderr);
  assert.equal(issue('--date-format', 'nonsense').status, 4);
});

test('people as NDJSON, and in the manifest itself: the same rows, faults with their lines', (t) => {
  const dir = temporary(t);
  const people = ['{"recipient_id":"1","name":"Ada","field":{"honors":"cum laude"}}', '{"recipient_id":"2","name":', '{"recipient_id":3,"name":"Cy"}'];
  const f = write(dir, 'c.ndjson', people.join('\n'));
  const m = write(dir, 'm.json', manifestWith({}));
  const r = certfill(['issue', f, '--manifest', m, '--data', path.join(dir, 'a')]);
  assert.equal(r.status, 3, r.stderr);
  assert.equal(r.summary.issued, 2);
  assert.deepEqual(of(r, 'problem').map((p) => [p.line, p.code]), [[2, 'json-invalid']]);
  const inline = write(dir, 'i.json', manifestWith({ rows: [{ recipient_id: '1', name: 'Ada' }, { recipient_id: '2' }] }));
  const i = certfill(['issue', '--manifest', inline, '--data', path.join(dir, 'b'), '--out', path.join(dir, 'out')]);
  assert.equal(i.status, 3, i.stderr);
  assert.equal(i.summary.issued, 1);
  const line = fs.readFileSync(inline, 'utf8').split('\n').findIndex((l, n, all) => l.includes('"recipient_id": "2"') && all[n - 1].includes('{'));
  assert.equal(of(i, 'problem')[0].line, line, 'the line of the manifest where the row begins');
  assert.deepEqual(parseCsv(fs.readFileSync(path.join(dir, 'out/errors.csv'), 'utf8')).map((x) => x.recipient_id), ['2']);
  assert.equal(certfill(['issue', '--manifest', inline, '--data', path.join(dir, 'b')]).summary.unchanged, 1);
  assert.match(certfill(['issue', f, '--manifest', inline, '--data', path.join(dir, 'b')]).stderr, /rows of its own/);
  assert.equal(certfill(['issue', '--manifest', m, '--data', path.join(dir, 'b')]).status, 2);
});
