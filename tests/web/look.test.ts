/** What pages are like in a browser, whoever looks at them: at each width, in each scheme, by each means. */

import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Newsroom, ProgramFace } from '../../src/model.js';
import { browserPresent, launchBrowser } from '../support/browser.js';
import { FakeNewsroom, serve, spp } from './parts.js';

/** A folder for pictures of every page, to be looked at. */
const pictures = process.env.PAGE_PICTURES;

const long: Partial<Newsroom> = {
  name: 'Институт исследований безопасности, экономики и общества Центральной Азии и Южного Кавказа',
  language: 'ru',
  colour: '#ffe600',
};

const twelve: ProgramFace[] = Array.from({ length: 12 }, (_, index) => ({
  id: `p${index}`,
  name: `${index % 3 ? 'Water' : 'Regional Cooperation, Transboundary Rivers and Climate Adaptation'} Program ${index}`,
  colour: `#${((index * 1_234_567) % 0xffffff).toString(16).padStart(6, '0')}`,
}));

class LongNewsroom extends FakeNewsroom {
  override readonly signUp = { ...new FakeNewsroom().signUp, programs: twelve };
  constructor() {
    super(long);
    this.reads = twelve;
  }
}

/** All that folds is open; and of hundreds of zones a few are enough to judge. */
const opened = `for (const one of document.querySelectorAll('details')) one.open = true;
for (const one of document.querySelectorAll('option:nth-child(n + 30)')) one.remove()`;

const paths = [
  '/sign-up',
  '/sign-up?lang=ru',
  '/sign-up/embed',
  '/confirm/token',
  '/confirm/old',
  '/archive',
  '/archive/all?page=2',
  '/feeds/all.rss',
  '/preferences/token',
  '/preferences/unknown',
  '/change/token',
  '/unsubscribe/token',
  '/nowhere',
];

describe.skipIf(!browserPresent)('every page (needs: apt-get install chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function look(
    deps: FakeNewsroom,
    options: BrowserContextOptions,
    visit: (page: Page, url: string, name: string) => Promise<void>,
  ) {
    const server = await serve(deps);
    // A script of the tests has to run beside the pages' own CSP; what the CSP lets through is tested elsewhere.
    const context = await browser.newContext({ bypassCSP: true, ...options });
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on('request', (asked) => {
      if (!asked.url().startsWith(server.url)) foreign.push(asked.url());
    });
    for (const path of paths) {
      await page.goto(server.url + path);
      await visit(page, server.url, path.slice(1).replace(/\W+/g, '-'));
    }
    expect([foreign, await context.cookies()]).toEqual([[], []]);
    await context.close();
    await server.close();
  }

  const combinations = [
    ...[320, 768, 1280].flatMap((width) => [
      ['long', 'light', width] as const,
      ['long', 'dark', width] as const,
    ]),
    ['usual', 'light', 768] as const,
    ['usual', 'dark', 320] as const,
  ];

  it.each(combinations)(
    'of a %s newsroom in a %s scheme at %i px has no fault that axe knows, and fits',
    async (room, colorScheme, width) => {
      const make = { usual: () => new FakeNewsroom(), long: () => new LongNewsroom() }[room];
      const faults: unknown[] = [];
      const viewport = { width, height: 800 };
      await look(make(), { colorScheme, viewport }, async (page, _, name) => {
        await page.evaluate(opened);
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate(
          `axe.run(document, { resultTypes: ['violations'] })`,
        )) as { violations: { id: string; nodes: { html: string }[] }[] };
        for (const { id, nodes } of violations) faults.push({ name, id, html: nodes[0]?.html });
        const wide = 'document.documentElement.scrollWidth - window.innerWidth';
        if (Number(await page.evaluate(wide)) > 0) faults.push({ name, id: 'too wide' });
        if (pictures) {
          mkdirSync(pictures, { recursive: true });
          const path = `${pictures}/${name}-${room}-${colorScheme}-${width}.png`;
          await page.screenshot({ path, fullPage: true });
        }
      });
      expect(faults).toEqual([]);
    },
    60_000,
  );

  it('weighs less than 100 KB, and does not shift while it loads', async () => {
    const faults: unknown[] = [];
    await look(
      new LongNewsroom(),
      { viewport: { width: 320, height: 800 } },
      async (page, _, name) => {
        const weight = (await page.content()).length;
        if (weight > 100_000) faults.push({ name, weight });
        const shift = await page.evaluate(`new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, one) => sum + one.value, 0)))
          .observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)));
      })`);
        if (shift !== 0) faults.push({ name, shift });
      },
    );
    expect(faults).toEqual([]);
  });

  it('with script fills in the zone of the browser; without, it works all the same', async () => {
    const deps = new FakeNewsroom();
    const server = await serve(deps);
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled, timezoneId: 'Asia/Tbilisi' });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(`${server.url}/sign-up`);
      expect(await page.locator('#timezone').inputValue()).toBe(
        javaScriptEnabled ? 'Asia/Tbilisi' : 'UTC',
      );
      await page.getByLabel('E-mail address').fill('dana@readers.example');
      await page.getByLabel(spp.name).check();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    }
    expect(deps.changes).toHaveLength(2);
    await server.close();
  });
});
