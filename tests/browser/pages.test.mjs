// SPDX-License-Identifier: Apache-2.0
// Every public page, verdict and language as build/tools/pages writes them, in a real browser.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root, run } from '../e2e/lib.mjs';
import { checkKeyboard, launch, overflow, pictures, smallTargets, violations } from './browser.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'certfill-pages-'));
let browser, names;

before(async () => {
  assert.equal(run(path.join(root, 'build/tools/pages'), [dir]).status, 0);
  names = fs.readdirSync(dir).filter((n) => n.endsWith('.html')).sort();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

// Calls look(page, name) for all pages whose name fits, with these settings of the browser.
async function all(options, look, which = /./) {
  const context = await browser.newContext({ viewport: { width: 800, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  let count = 0;
  for (const n of names.filter((x) => which.test(x))) {
    await page.goto(pathToFileURL(path.join(dir, n)).href);
    await look(page, n.replace('.html', ''));
    count++;
  }
  await context.close();
  return count;
}

test('axe finds nothing, in light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const found = [];
    const count = await all({ colorScheme }, async (page, name) => {
      for (const v of await violations(page)) found.push(`${name} (${colorScheme}): ${v}`);
    });
    assert.ok(count >= 51, `${count} pages`);
    assert.deepEqual(found.slice(0, 20), []);
  }
});

test('320 pixels and fingers: nothing scrolls sideways, nothing is too small', async () => {
  const found = [];
  await all({ viewport: { width: 320, height: 640 } }, async (page, name) => {
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    for (const v of [...await overflow(page), ...await smallTargets(page)]) found.push(`${name}: ${v}`);
  });
  assert.deepEqual(found.slice(0, 20), []);
});

test('text twice as large at 640 pixels still fits', async () => {
  const found = [];
  await all({ viewport: { width: 640, height: 800 } }, async (page, name) => {
    await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    for (const v of await overflow(page)) found.push(`${name}: ${v}`);
  });
  assert.deepEqual(found.slice(0, 20), []);
});

test('spacing that a reader chooses (WCAG 1.4.12) cuts nothing off', async () => {
  const found = [];
  await all({ viewport: { width: 320, height: 640 } }, async (page, name) => {
    await page.addStyleTag({ content: '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}' });
    for (const v of await overflow(page)) found.push(`${name}: ${v}`);
  });
  assert.deepEqual(found.slice(0, 20), []);
});

test('by keyboard alone: reading order, every control, focus in sight', async () => {
  await all({}, checkKeyboard, /^(valid|revoked|claim|long-claim|notice)-(en|ar)|^notice/);
});

test('forced colours: borders and icons are there without ours', async () => {
  await all({ forcedColors: 'active' }, async (page, name) => {
    const seen = await page.evaluate(() => ({
      cards: [...document.querySelectorAll('.card')].every((c) => parseFloat(getComputedStyle(c).borderTopWidth) >= 2),
      buttons: [...document.querySelectorAll('button,.button')].every((b) => parseFloat(getComputedStyle(b).borderTopWidth) >= 2),
      icon: [...document.querySelectorAll('svg')].every((s) => getComputedStyle(s).stroke !== 'none'),
    }));
    assert.deepEqual(seen, { cards: true, buttons: true, icon: true }, name);
  }, /-en/);
});

test('who wants no motion gets none', async () => {
  const moving = (page) => page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => {
    const s = getComputedStyle(e);
    return parseFloat(s.transitionDuration) > 0 || s.animationName !== 'none';
  }).length);
  await all({ reducedMotion: 'reduce' }, async (page, name) => assert.equal(await moving(page), 0, name), /-en/);
  await all({ reducedMotion: 'no-preference' }, async (page) => assert.notEqual(await moving(page), 0), /^claim-en/);
});

test('Arabic runs right to left, codes and addresses left to right', async () => {
  const count = await all({ viewport: { width: 390, height: 800 } }, async (page, name) => {
    const r = await page.evaluate(() => {
      const icon = document.querySelector('.verdict svg')?.getBoundingClientRect();
      const heading = document.querySelector('.verdict h1')?.getBoundingClientRect();
      return {
        dir: getComputedStyle(document.body).direction, lang: document.documentElement.lang,
        icon: !icon || icon.left > heading.left,
        code: [...document.querySelectorAll('code')].every((c) => getComputedStyle(c).direction === 'ltr'),
      };
    });
    assert.deepEqual(r, { dir: 'rtl', lang: 'ar', icon: true, code: true }, name);
  }, /-ar/);
  assert.ok(count >= 11);
});

test('on paper: one sheet, no buttons, all of the details, dark on white', async () => {
  await all({ colorScheme: 'dark' }, async (page, name) => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const r = await page.evaluate(() => {
      const hidden = (s) => [...document.querySelectorAll(s)].every((e) => !e.checkVisibility());
      const light = (c) => c.match(/\d+/g).slice(0, 3).every((x) => x > 200);
      const dark = (c) => c.match(/\d+/g).slice(0, 3).every((x) => x < 160);
      const style = (s) => [...document.querySelectorAll(s)].map((e) => getComputedStyle(e));
      return {
        gone: hidden('nav') && hidden('.get') && hidden('.nope'),
        cards: style('.card').every((s) => light(s.backgroundColor)),
        words: style('dt,dd,h1,h2,th,p').every((s) => dark(s.color)),
      };
    });
    assert.deepEqual(r, { gone: true, cards: true, words: true }, name);
    const paper = path.join(pictures, `print-${name}.pdf`);
    await page.pdf({ path: paper, format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } });
    assert.match(run('pdfinfo', [paper]).stdout, /^Pages: +1$/m, `${name} fits one sheet`);
    if (name.startsWith('claim')) assert.doesNotMatch(run('pdftotext', [paper, '-']).stdout, /Your files|LinkedIn/, 'nothing to press on paper');
  }, /^(valid|revoked|expired|claim)-en/);
});

test('pictures for eyes', async () => {
  for (const [kind, options] of Object.entries({ phone: { viewport: { width: 390, height: 800 } }, wide: {}, dark: { colorScheme: 'dark' }, forced: { forcedColors: 'active' } }))
    await all(options, (page, name) => page.screenshot({ path: path.join(pictures, `${kind}-${name}.png`), fullPage: true }), kind === 'phone' ? /./ : /^(valid|claim|revoked)-(en|ar)/);
});
