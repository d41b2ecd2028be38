import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Edition } from '../../../src/model.js';
import { contrast } from '../../../src/templates/colour.js';
import { fillMail, renderMail } from '../../../src/templates/email/mail.js';
import { browserPresent, launchBrowser } from '../../support/browser.js';
import { alert, alertOf, bare, digest, economy, newsroom, values } from './editions.js';

const editions: readonly [string, Edition][] = [
  ['an ordinary article', alert()],
  [
    'a title of 200 characters in one word',
    alert({ title: 'Donaudampfschiff'.repeat(13).slice(0, 200) }),
  ],
  ['Cyrillic', alert({ title: 'Вода после ледников: чего не решает соглашение' }, 'ru')],
  [
    'a wide word in the body',
    alert({ bodyHtml: `<p>${'x'.repeat(400)}</p><pre>${'y '.repeat(200)}</pre>` }),
  ],
  ['a program in pale yellow', alert({ programs: [economy] })],
  ['an article with nothing but a title', alertOf(bare())],
  ['a correction', { ...alert(), corrects: '2026-03-01T09:00:00.000Z' }],
  ['a digest', digest(9)],
  ['a digest in Cyrillic that is too long for a mail', digest(60, { language: 'ru' })],
  [
    'a digest of titles of 200 characters in one word',
    digest(4, { changes: { title: 'Donaudampfschiff'.repeat(13).slice(0, 200) } }),
  ],
];

describe.skipIf(!browserPresent)('in a browser (apt install chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(edition: Edition, colorScheme: 'light' | 'dark') {
    const { html } = fillMail(await renderMail(edition, newsroom), values);
    const page = await browser.newPage({ viewport: { width: 320, height: 800 }, colorScheme });
    // Without images, as most readers see it first, and nothing leaves the machine.
    await page.route('**/*', (route) => route.abort());
    await page.setContent(html);
    return page;
  }

  it.each(editions)('fits 320 px with %s', async (_name, edition) => {
    const page = await open(edition, 'light');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    const tooWide = await page.evaluate(
      `[...document.querySelectorAll('h1,h2,h3,p,a,li')].filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width > 0 && (box.left < 0 || box.right > 320);
      }).length`,
    );
    expect(tooWide).toBe(0);
    await page.close();
  });

  it.each(
    editions.flatMap(([name, edition]) => [
      ['light', name, edition] as const,
      ['dark', name, edition] as const,
    ]),
  )('has enough contrast in %s mode with %s', async (mode, _name, edition) => {
    const page = await open(edition, mode);
    const found = (await page.evaluate(visibleText)) as {
      text: string;
      ink: string;
      paper: string;
    }[];
    expect(found.length).toBeGreaterThan(6);
    for (const { text, ink, paper } of found) {
      expect(contrast(hex(ink), hex(paper)), `${text}: ${ink} on ${paper}`).toBeGreaterThanOrEqual(
        4.5,
      );
    }
    const card = await page.evaluate(
      `getComputedStyle(document.querySelector('.card')).backgroundColor`,
    );
    expect(contrast(hex(card as string), mode === 'dark' ? '#000000' : '#ffffff')).toBeLessThan(
      1.5,
    );
    await page.close();
  });
});

/** Run in the page: each piece of text with its colour and the colour behind it. */
const visibleText = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!data.trim() || parentElement.getClientRects().length === 0) continue;
    let behind = parentElement;
    let paper = 'rgba(0, 0, 0, 0)';
    while (behind && paper === 'rgba(0, 0, 0, 0)') {
      paper = getComputedStyle(behind).backgroundColor;
      behind = behind.parentElement;
    }
    found.push({ text: data.trim().slice(0, 30), ink: getComputedStyle(parentElement).color, paper });
  }
  return found;
})()`;

function hex(rgb: string): string {
  const parts = rgb.match(/\d+/g)?.slice(0, 3) ?? [];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
