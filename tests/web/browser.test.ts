import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browserPresent, launchBrowser } from '../support/browser.js';
import { editionId, energy, FakeNewsroom, serve, spp } from './parts.js';

describe.skipIf(!browserPresent)('the pages in a browser (needs: apt-get install chromium)', () => {
  let browser: Browser;
  const endings: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  /** A page of a served newsroom, and whatever the browser complained of or asked of other hosts. */
  async function visit(deps: FakeNewsroom, path: string, options: BrowserContextOptions = {}) {
    const server = await serve(deps);
    endings.push(() => server.close());
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    endings.push(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (asked) => {
      if (!asked.url().startsWith(server.url)) foreign.push(asked.url());
    });
    await page.goto(server.url + path);
    return { page, complaints, foreign };
  }

  /** Pixels by which the page is wider than its window. */
  const overflow = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth - window.innerWidth');

  it('lets a reader leave with the keyboard alone, without script', async () => {
    const deps = new FakeNewsroom();
    const { page, complaints, foreign } = await visit(deps, '/unsubscribe/token');
    await page.keyboard.press('Tab'); // The newsroom's name.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    expect(deps.reads).toEqual([energy]);

    await page.getByRole('button', { name: 'Stop all e-mails' }).click();
    await page.getByText('You will get no more e-mails from Caspian Policy Desk.').waitFor();
    expect(deps.reads).toEqual([]);
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  });

  it.each(['light', 'dark'] as const)(
    'fits 320 px in a %s scheme, whatever the names',
    async (colorScheme) => {
      const name =
        'Donau­dampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
      const deps = new FakeNewsroom({ name });
      deps.reads = [{ ...spp, name }, energy];
      const viewport = { width: 320, height: 640 };
      for (const path of ['/unsubscribe/token', '/nowhere']) {
        const { page } = await visit(deps, path, { colorScheme, viewport });
        expect(await overflow(page)).toBe(0);
      }
    },
  );

  it.each(['light', 'dark'] as const)(
    'can be read in a %s scheme with any colour',
    async (colorScheme) => {
      for (const colour of ['#ffffff', '#000000', '#ffe600', '#0b6e4f']) {
        const deps = new FakeNewsroom({ colour });
        const { page } = await visit(deps, '/unsubscribe/token', { colorScheme });
        expect(await page.evaluate(lowestContrast)).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('runs no script of an edition, and sends no form of it', async () => {
    const deps = new FakeNewsroom();
    const html = `<!doctype html><title>frozen</title><p style="color:red">x</p>
        <script>document.title = 'ran'</script><img src="data:," onerror="document.title = 'ran'">
        <form action="/unsubscribe/token" method="post"><button name="scope" value="all">Go</button></form>`;
    deps.editions.set(editionId, { html });
    const options = { javaScriptEnabled: true };
    const { page, complaints } = await visit(deps, `/editions/${editionId}`, options);
    expect(await page.title()).toBe('frozen');
    await page.evaluate("document.querySelector('button').click()");
    await expect
      .poll(() => complaints.filter((text) => text.includes('form-action')))
      .toHaveLength(1);
    expect(deps.changes).toEqual([]);
  });
});

/** The lowest contrast (WCAG 2.2) between a text of the page and the nearest background under it. */
const lowestContrast = `(() => {
  const channels = (css) => css.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((value) => value / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrasts = [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((element) => {
      const pair = [channels(getComputedStyle(element).color), background(element)].map(luminance);
      return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    });
  return Math.min(...contrasts);
})()`;
