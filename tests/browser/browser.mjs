// SPDX-License-Identifier: Apache-2.0
// What the browser tests share: Debian's Chromium, axe, what every page must hold, pictures to look at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { root } from '../e2e/lib.mjs';

// Pictures of what was tested; for eyes, not for comparing.
export const pictures = path.join(root, 'build/browser');
fs.mkdirSync(pictures, { recursive: true });

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  chromiumSandbox: process.getuid() !== 0,
});

// What axe finds wrong, in one line each. axe runs in a world of its own: pages allow no script.
export async function violations(page) {
  await page.evaluate(axe.source);
  const r = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return r.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary.replaceAll('\n', ' ')}`));
}

// Elements that reach beyond the window, so that one would have to scroll sideways.
export const overflow = (page) => page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('body *')].filter((e) => {
    const b = e.getBoundingClientRect();
    return b.width > 0 && (b.right > width + 0.5 || b.left < -0.5);
  }).map((e) => e.outerHTML.slice(0, 100));
  if (document.documentElement.scrollWidth > width) out.push(`scrolls: ${document.documentElement.scrollWidth} > ${width}`);
  return out;
});

// Every stop of the Tab key, in turn: what it is, and whether the outline can be seen and is in the window.
export async function tabStops(page) {
  const expected = await page.evaluate(() => {
    document.activeElement?.blur?.();
    return [...document.querySelectorAll('a[href],button,summary,input:not([type=hidden])')]
      .filter((e) => e.checkVisibility()).length;
  });
  const stops = [];
  for (let i = 0; i < expected; i++) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => {
      const e = document.activeElement;
      const s = getComputedStyle(e);
      const b = e.getBoundingClientRect();
      return {
        name: `${e.localName} ${e.textContent.trim().slice(0, 40)}`,
        order: [...document.querySelectorAll('*')].indexOf(e),
        seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && b.bottom > 0 && b.top < innerHeight,
      };
    }));
  }
  return { expected, stops };
}

export async function checkKeyboard(page, name) {
  const { expected, stops } = await tabStops(page);
  assert.equal(new Set(stops.map((s) => s.order)).size, expected, `${name}: every control is reached once: ${JSON.stringify(stops)}`);
  assert.deepEqual(stops.map((s) => s.order), stops.map((s) => s.order).toSorted((a, b) => a - b), `${name}: in reading order`);
  for (const s of stops) {
    assert.ok(!s.name.startsWith('body'), `${name}: focus is lost`);
    assert.ok(s.seen, `${name}: the focus on "${s.name}" cannot be seen`);
  }
}

// Smaller than this, fingers miss (WCAG 2.2, 2.5.8), but for links within a sentence.
export const smallTargets = (page) => page.evaluate(() => [...document.querySelectorAll('button,summary,nav a,.button,.link')]
  .filter((e) => { const b = e.getBoundingClientRect(); return b.width > 0 && (b.width < 24 || b.height < 24); })
  .map((e) => e.outerHTML.slice(0, 80)));
