// SPDX-License-Identifier: Apache-2.0
// The public side in a real browser: all seven verdicts made by commands, the recipient's page and its downloads.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { certfill, certfillPath, parseCsv, run, sample } from '../e2e/lib.mjs';
import { checkKeyboard, launch, overflow, pictures, violations } from './browser.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-browser-'));
const data = path.join(dir, 'data'), out = path.join(dir, 'out');
const children = [];
let browser, origin, people;

async function serve(where) {
  const child = spawn(certfillPath, ['serve', '--data', where, '--listen', '127.0.0.1:0', '--workers', '1', '--address-rate', '10000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (d) => { text += d; const m = /http:\/\/127\.0\.0\.1:\d+/.exec(text); if (m) resolve(m[0]); });
    child.on('exit', (code) => reject(new Error(`serve ended: ${code}`)));
  });
}

function must(...args) {
  const r = certfill([...args, '--data', data, '--no-input'], { input: '' });
  assert.equal(r.status, 0, `${args.join(' ')}: ${r.stderr}`);
  return r;
}
const idOf = (person) => must('cred', 'find', person).lines[0].credential;

before(async () => {
  const manifest = JSON.parse(fs.readFileSync(sample('manifest.json'), 'utf8'));
  manifest.credentials.diploma.status = 'suspension';
  manifest.credentials.diploma.publish.push('picture');
  manifest.source = { encoding: 'UTF-8', delimiter: ',', constants: { credential: 'diploma' } };
  fs.writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify(manifest));
  const names = ['valid', 'revoked', 'suspended', 'superseded', 'expired', 'tampered', 'unread', 'early'];
  fs.writeFileSync(path.join(dir, 'cohort.csv'), `recipient_id,name,email,locale,issued_on,valid_until,field.honors\n${names.map((n, i) =>
    `${n},${['Żaneta Grzegżółkowska-Świątek', 'محمد عبد الله'][i % 2]},${n}@example.org,en,${n === 'early' ? '2199' : '2024'}-06-12,${n === 'expired' ? '2025-06-12' : ''},summa cum laude`).join('\n')}\n`);
  must('issue', path.join(dir, 'cohort.csv'), '--manifest', path.join(dir, 'manifest.json'), '--out', out);
  people = Object.fromEntries(parseCsv(fs.readFileSync(path.join(out, 'links.csv'), 'utf8')).map((r) =>
    [r.recipient_id, { verify: new URL(r.verify_page).pathname, claim: new URL(r.claim_page).pathname }]));
  must('cred', 'revoke', idOf('revoked'), '--reason', 'misconduct', '--yes');
  must('cred', 'suspend', idOf('suspended'), '--reason', 'under-review', '--yes');
  must('cred', 'correct', idOf('superseded'), '--set', 'name=Zoë Ødegård', '--yes', '--out', path.join(dir, 'new'));
  const changed = run('sqlite3', [path.join(data, 'ledger/default.db'),
    `DROP TRIGGER credentials_no_update; UPDATE credentials SET record = replace(record, '"row":', '"row":1') WHERE row_no = 6`]);
  assert.equal(changed.status, 0, changed.stderr);
  origin = await serve(data);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const c of children) c.kill('SIGTERM');
  fs.rmSync(dir, { recursive: true, force: true });
});

// A page without script, as every visitor gets it; what the policy refused is remembered.
async function visit(options, address) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (m) => { if (m.type() === 'error' && !/status of (404|503)/.test(m.text())) wrong.push(m.text()); });
  page.on('requestfailed', (r) => wrong.push(`${r.url()}: ${r.failure().errorText}`));
  const answer = await page.goto(address);
  return { context, page, wrong, answer };
}

const verdicts = [
  ['valid', 200, /This certificate is valid/], ['revoked', 200, /was revoked on/], ['suspended', 200, /has been suspended since/],
  ['superseded', 200, /replaced by a newer one on/], ['expired', 200, /expired on 1\d June 2025/], ['tampered', 200, /not a genuine certificate/],
  ['early', 200, /is not valid before 12 June 2199/],
];

for (const [name, status, heading] of verdicts)
  test(`${name}: as made by commands, script off`, async () => {
    const { context, page, wrong, answer } = await visit({}, origin + people[name].verify);
    assert.equal(answer.status(), status);
    assert.match(await page.locator('h1').innerText(), heading);
    const text = await page.locator('main').innerText();
    assert.equal(/summa cum laude/.test(text), name !== 'tampered', 'content is shown, but never after a wrong signature');
    if (name === 'revoked') assert.match(text, /Misconduct/);
    const shown = await page.locator('figure img').evaluateAll((all) => all.map((i) => i.complete && i.naturalWidth > 0));
    assert.deepEqual(shown, ['revoked', 'tampered'].includes(name) ? [] : [true], 'the picture is whole, or not there');
    if (name === 'suspended') assert.match(text, /Under review/);
    if (name === 'valid') assert.match(text, /Master’s degree/);
    assert.deepEqual(wrong, []);
    await page.screenshot({ path: path.join(pictures, `real-${name}.png`), fullPage: true });
    await context.close();
  });

test('the policy lets axe in only where tests bypass it, and axe finds nothing', async () => {
  for (const at of [...verdicts.map(([n]) => people[n].verify), people.valid.claim, people.revoked.claim, '/verify/nothing', '/nowhere', '/']) {
    for (const lang of ['en', 'ar']) {
      const { context, page } = await visit({ javaScriptEnabled: true, bypassCSP: true, reducedMotion: 'reduce' }, `${origin}${at}?lang=${lang}`);
      assert.deepEqual(await violations(page), [], `${at} ${lang}`);
      await page.setViewportSize({ width: 320, height: 640 });
      assert.deepEqual(await overflow(page), [], `${at} ${lang}`);
      await context.close();
    }
  }
});

test('the recipient\'s page: the picture is there, every button gives a file that others open', async () => {
  const { context, page, wrong } = await visit({}, origin + people.valid.claim);
  assert.match(await page.locator('h1').innerText(), /Congratulations, Żaneta/);
  const box = await page.locator('figure img').boundingBox();
  assert.ok(box.width > 200 && box.height > 100, JSON.stringify(box));
  await page.screenshot({ path: path.join(pictures, 'real-claim.png'), fullPage: true });
  const files = {};
  for (const kind of ['pdf', 'png', 'credential', 'pass']) {
    const button = page.locator(`form:has(input[value=${kind}]) button`);
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    files[kind] = path.join(dir, `got-${kind}`);
    await download.saveAs(files[kind]);
    assert.match(download.suggestedFilename(), { pdf: /Żaneta.*\.pdf$/, png: /\.png$/, credential: /\.json$/, pass: /\.pkpass$/ }[kind]);
  }
  assert.equal(run('qpdf', ['--check', files.pdf]).status, 0);
  assert.equal(run('pngcheck', ['-q', files.png]).status, 0);
  assert.ok(JSON.parse(fs.readFileSync(files.credential)).type.includes('OpenBadgeCredential'));
  const pass = path.join(dir, 'pass');
  assert.equal(run('unzip', ['-q', files.pass, '-d', pass]).status, 0);
  const signed = run('openssl', ['smime', '-verify', '-noverify', '-inform', 'DER', '-in', path.join(pass, 'signature'), '-content', path.join(pass, 'manifest.json'), '-out', '/dev/null']);
  assert.equal(signed.status, 0, signed.stderr);
  assert.deepEqual(wrong.filter((w) => !/ERR_ABORTED/.test(w)), []);
  await context.close();
});

test('by keyboard alone on the recipient\'s page; Enter downloads', async () => {
  const { context, page } = await visit({ javaScriptEnabled: true, bypassCSP: true }, origin + people.valid.claim);
  await checkKeyboard(page, 'claim');
  await page.locator('form button').first().focus();
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(download.suggestedFilename(), /\.pdf$/);
  await context.close();
});

test('who follows links burns nothing, and no congratulation stands below bad news', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await fetch(origin + people.valid.claim)).status, 200);
  const { context, page } = await visit({}, origin + people.revoked.claim);
  const text = await page.locator('main').innerText();
  assert.match(text, /was revoked on/);
  assert.doesNotMatch(text, /Congratulations/);
  assert.equal(await page.locator('h1').count(), 1);
  await context.close();
});

test('a printed code typed by hand, by keyboard alone', async () => {
  const { context, page, wrong } = await visit({}, `${origin}/?lang=de`);
  await page.getByLabel('Code oder Link').focus();
  await page.keyboard.type(people.valid.verify.split('/').at(-1).toLowerCase().match(/.{1,6}/g).join(' '));
  await page.keyboard.press('Enter');
  await page.waitForURL(/verify\//);
  assert.match(await page.locator('h1').innerText(), /gültig/);
  assert.deepEqual(wrong, []);
  await page.getByRole('link', { name: 'Ein Zertifikat prüfen' }).click();
  assert.match(await page.locator('h1').innerText(), /Zertifikat prüfen/);
  await context.close();
});

test('languages by header and by link', async () => {
  const { context, page } = await visit({ locale: 'ar-EG' }, origin + people.valid.verify);
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
  await page.getByRole('link', { name: 'Deutsch' }).click();
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  assert.match(await page.locator('h1').innerText(), /gültig/);
  await context.close();
});

test('a ledger that cannot be read: undetermined, never good, never bad', async () => {
  const other = path.join(dir, 'broken');
  fs.cpSync(data, other, { recursive: true });
  const place = await serve(other);
  const file = fs.openSync(path.join(other, 'ledger/default.db'), 'r+');
  fs.writeSync(file, Buffer.alloc(fs.fstatSync(file).size - 4096, 0x5a), 0, undefined, 4096);
  fs.closeSync(file);
  const { context, page, answer } = await visit({}, place + people.unread.verify);
  assert.equal(answer.status(), 503);
  assert.match(await page.locator('h1').innerText(), /could not be checked/);
  assert.doesNotMatch(await page.locator('main').innerText(), /summa cum laude|valid\b/);
  await page.screenshot({ path: path.join(pictures, 'real-undetermined.png'), fullPage: true });
  await context.close();
});
