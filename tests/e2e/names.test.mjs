// SPDX-License-Identifier: Apache-2.0
// pdftotext gives every name back: two thousand names of more than a hundred languages (tests/names), some to a
// page. NAMES_EACH=1 gives every name a certificate of its own, which takes minutes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { certfill, csvCell, each, root, temporary, tool } from './lib.mjs';

const PER_PAGE = process.env.NAMES_EACH ? 1 : 48;
const names = fs.readFileSync(path.join(root, 'tests/names/names.tsv'), 'utf8').split('\n').filter((l) => l && l[0] !== '#').map((l) => l.split('\t'));

// Pages of names, each of one language.
function sheets() {
  const out = [];
  for (const [locale, name] of names) {
    const last = out.at(-1);
    if (last?.locale === locale && last.names.length < PER_PAGE) last.names.push(name);
    else out.push({ locale, names: [name] });
  }
  return out;
}

const page = (pitch, how) => `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="${60 + PER_PAGE * pitch}">
${Array.from({ length: PER_PAGE }, (_, i) => `<text x="40" y="${60 + i * pitch}" ${how(i)} font-size="16">{{${i ? `field.n${i}` : 'recipient.name'}}}</text>`).join('\n')}
</svg>`;

// The reader's own marks of direction are aside, and nothing else: vowels of Arabic and Hebrew come back, too.
const bare = (s) => s.normalize('NFC').replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');

// No pinned font has this script, nobody is called so today: the plan says so, and nobody gets a certificate with holes.
const REFUSED = ['got'], GOTHIC = { locale: 'got', names: ['𐍅𐌿𐌻𐍆𐌹𐌻𐌰'] };

// Issues the sheets with a template; which of them were refused, and what else does not come back.
async function readBack(t, template, all) {
  const dir = temporary(t), file = (f) => path.join(dir, f);
  fs.writeFileSync(file('names.svg'), template);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'sample/manifest.json'), 'utf8'));
  const { achievement } = manifest.credentials.diploma;
  manifest.credentials.diploma = { template: 'names.svg', achievement, outputs: ['pdf'] };
  manifest.policy = { on_error: 'accept-valid', max_error_ratio: 1, duplicate: 'skip', missing_email: 'issue-without-mail' };
  fs.writeFileSync(file('manifest.json'), JSON.stringify(manifest));
  const head = ['recipient_id', 'name', 'locale', 'issued_on', ...Array.from({ length: PER_PAGE - 1 }, (_, i) => `field.n${i + 1}`)];
  const rows = all.map((s, i) => [`N-${i}`, s.names[0], s.locale, '2026-06-12', ...Array.from({ length: PER_PAGE - 1 }, (_, k) => s.names[k + 1] ?? '')].map(csvCell).join(','));
  fs.writeFileSync(file('cohort.csv'), [head.join(','), ...rows, ''].join('\n'));
  let r = certfill(['init', '--data', file('data'), '--tenant', 'uni', '--name', 'Uni', '--base-url', 'https://certs.example.edu']);
  assert.equal(r.status, 0, r.stderr);
  r = certfill(['issue', file('cohort.csv'), '--manifest', file('manifest.json'), '--data', file('data'), '--out', file('out')]);
  const refused = new Set(r.lines.filter((l) => l.code === 'glyph-missing').map((l) => l.record - 1)), wrong = [];
  assert.equal(r.status, refused.size ? 3 : 0, r.stderr);
  await each([...all.keys()].filter((i) => !refused.has(i)), async (i) => {
    const { stdout } = await tool('pdftotext', ['-enc', 'UTF-8', file(`out/N-${i}/certificate.pdf`), '-']);
    const lines = stdout.toString().split(/[\n\f]/).map((l) => bare(l.trim())).filter(Boolean);
    for (const [k, name] of all[i].names.entries())
      if (lines[k] !== bare(name)) wrong.push(`${all[i].locale}: "${name}" came back as "${lines[k]}"`);
  });
  return { refused, wrong };
}

test('every name comes back', async (t) => {
  const all = [...sheets(), GOTHIC];
  const { refused, wrong } = await readBack(t, page(40, (i) => `font-family="${i % 2 ? 'Noto Sans' : 'Noto Serif'}"`), all);
  assert.deepEqual([...new Set([...refused].map((i) => all[i].locale))].sort(), REFUSED);
  const good = new Set(all.filter((_, i) => !refused.has(i)).map((s) => s.locale));
  t.diagnostic(`${names.length} names, ${good.size} languages read back, ${refused.size} pages refused, ${wrong.length} wrong`);
  assert.deepEqual(wrong, []);
  assert.ok(good.size >= 100 && names.length >= 2000);
});

// Gaps between letters and letters off the line, which readers take for the ends of words.
test('names in Hebrew with spaced letters, and in Arabic letters of Nastaliq, come back, too', async (t) => {
  const all = sheets().filter((s) => /^[\u0590-\u06ff]/.test(s.names[0]));
  const { refused, wrong } = await readBack(t, page(90, (i) => `font-family="Noto Nastaliq Urdu" letter-spacing="${i % 2 ? 3 : 5}"`), all);
  t.diagnostic(`${all.reduce((n, s) => n + s.names.length, 0)} names, ${wrong.length} wrong`);
  assert.deepEqual([...refused], []);
  assert.deepEqual(wrong, []);
  assert.ok(all.length >= 5);
});

// The last marks of a name are the first that poppler meets on its line.
test('marks at the end of a name stay there on a page that reads from left to right', async (t) => {
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">${Array.from({ length: 8 }, (_, i) => `<text x="400" y="${60 + i * 50}" text-anchor="middle" font-size="30">{{${i ? `field.n${i}` : 'recipient.name'}}}</text>`).join('')}
<text x="40" y="500" font-size="20">has been awarded the degree of Master of Arts in Comparative Literature</text><text x="40" y="540" font-size="20">by the Senate of the Demonstration University</text></svg>`;
  const { refused, wrong } = await readBack(t, page, [{ locale: 'en', names: ['މުޙައްމަދު', 'ޢަބްދުﷲ ނަޝީދު', 'مُحَمَّدٌ', 'نور جہاں بیگمؔ', 'בָּרוּךְ', 'Ann مُحَمَّدٌ', 'ܡܳܪܝܳ', '𞤀𞤥𞤭𞤲𞥄'] }]);
  assert.deepEqual([...refused], []);
  assert.deepEqual(wrong, []);
});

// Poppler sees another word wherever the height changes.
test('names from left to right on slanting lines come back, too', async (t) => {
  const fromLeft = names.filter(([, name]) => !/[\u0590-\u08ff\ufb1d-\ufefc]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(name));
  const some = fromLeft.filter((_, i) => i % 40 === 0).slice(0, PER_PAGE);
  const { refused, wrong } = await readBack(t, page(90, (i) => `transform="rotate(${[-8, 7, 0.4, -3][i % 4]} 40 ${60 + 90 * i})"`),
    [{ locale: 'en', names: some.map(([, name]) => name) }]);
  assert.deepEqual([...refused], []);
  assert.deepEqual(wrong, []);
});
