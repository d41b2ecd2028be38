import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArrivalArticle, ArrivalDelivery } from '../../sandbox/arrivals.js';
import { serveOnLoopback } from '../../sandbox/serve.js';
import { type StartPageOptions, startPage } from '../../sandbox/start-page.js';
import { browserPresent, launchBrowser } from '../support/browser.js';

const publishedAt = '2026-12-22T09:00:00.000Z';
const security = { id: 'security', name: 'Security and Politics Program', colour: '#9b2c2c' };

function article(title: string, fields: Partial<ArrivalArticle> = {}): ArrivalArticle {
  const url = `http://127.0.0.1:4011/articles/${encodeURIComponent(title)}`;
  return {
    title,
    url,
    programs: [security],
    state: 'released',
    publishedAt,
    deliveries: [],
    ...fields,
  };
}

function delivery(destination: string, fields: Partial<ArrivalDelivery> = {}): ArrivalDelivery {
  return {
    channel: 'email',
    destination,
    state: 'accepted',
    at: '2026-12-22T09:00:02.300Z',
    ...fields,
  };
}

/** A page over a newsroom and a ledger that a test fills. */
function demo(articles: ArrivalArticle[] = []) {
  const steps: string[] = [];
  const published: ReturnType<StartPageOptions['newsroom']['published']>[number][] = [];
  const app = startPage({
    newsroom: {
      url: 'http://127.0.0.1:4011',
      feedUrl: 'http://127.0.0.1:4011/feed.xml',
      published: () => published,
    },
    mailbox: {
      url: 'http://127.0.0.1:4013',
      mailboxUrl: (to) => `http://127.0.0.1:4013/mailboxes/${to}`,
    },
    discord: { url: 'http://127.0.0.1:4014/' },
    outputFeeds: [{ name: 'All programs', url: 'http://127.0.0.1:8080/feeds/all.rss' }],
    arrivals: async () => ({ articles }),
    clock: {
      now: () => new Date('2026-12-22T09:30:00Z'),
      nextWindow: async () => new Date('2026-12-23T03:00:00Z'),
      advance: async (step) => void steps.push(step),
    },
    publish: async () => {
      const next = article(`Article ${published.length + 1}`);
      const issued = { title: next.title, url: next.url, publishedAt };
      published.unshift(issued);
      return issued;
    },
  });
  const text = async (path: string) => (await app.request(path)).text();
  return { app, articles, published, steps, text };
}

describe('the start page', () => {
  it('links to the newsroom, its feed, the mailbox, Discord and the output feeds', async () => {
    const text = await demo().text('/');
    for (const url of [
      'http://127.0.0.1:4011/',
      'http://127.0.0.1:4011/feed.xml',
      'http://127.0.0.1:4013/',
      'http://127.0.0.1:4014/',
      'http://127.0.0.1:8080/feeds/all.rss',
      'http://127.0.0.1:4013/mailboxes/dinara@readers.example',
    ]) {
      expect(text).toContain(`href="${url}"`);
    }
  });

  it('escapes what articles and destinations are called', async () => {
    const hostile = '"><script>alert(1)</script>';
    const { text } = demo([
      article(hostile, { deliveries: [delivery(hostile)] }),
      article(`${hostile} seeded`, { state: 'seeded' }),
    ]);
    for (const path of ['/', '/demo/arrivals']) {
      expect(await text(path)).toContain('&lt;script&gt;alert(1)');
      expect(await text(path)).not.toContain('<script>alert');
    }
  });

  it('tells for each destination what became of it and how long it took', async () => {
    const { text } = demo([
      article('Night trains', {
        deliveries: [
          delivery('Amina'),
          delivery('#security', { channel: 'discord', state: 'pending' }),
          delivery('Emil', { state: 'uncertain' }),
        ],
      }),
    ]);
    const words = (await text('/demo/arrivals')).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(words).toContain('1 of 3 accepted');
    // In the newsroom's zone, and without the date of its own day.
    expect(words).toContain('Published 14:00:00');
    expect(words).toMatch(/✓ Amina accepted after 2\.3 s/);
    expect(words).toMatch(/… #security pending/);
    expect(words).not.toContain('pending after');
    expect(words).toMatch(/\? Emil uncertain/);
  });

  it("shows the newsroom's time and the next digest's, and lets time go by", async () => {
    const { app, steps, text } = demo();
    const words = (await text('/')).replace(/<[^>]*>/g, '');
    expect(words).toContain('In the newsroom it is Tuesday, 22 December 2026 at 14:30.');
    expect(words).toContain('The next digest is due Wednesday, 23 December 2026 at 08:00.');
    for (const step of ['hour', 'window', 'month']) {
      const answer = await app.request(`/demo/clock/${step}`, {
        method: 'POST',
        headers: { accept: 'text/plain' },
      });
      expect(await answer.text()).toBe('It is Tuesday, 22 December 2026 at 14:30.');
    }
    expect(steps).toEqual(['hour', 'window', 'month']);
    expect((await app.request('/demo/clock/year', { method: 'POST' })).status).toBe(404);
    expect((await app.request('/demo/clock/hour')).status).toBe(404);
  });

  it('publishes at the button, shows the article at once, and returns to the page', async () => {
    const { app, text } = demo([article('Seen before')]);
    const answer = await app.request('/demo/publish', { method: 'POST' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    expect(await text('/')).toContain('Article 1');
    expect(await text('/')).toContain('The next poll of the feed will see it');
  });

  it('publishes nothing at a GET or for a page elsewhere', async () => {
    const { app, published } = demo();
    expect((await app.request('/demo/publish')).status).toBe(404);
    const headers = { 'Sec-Fetch-Site': 'cross-site' };
    expect((await app.request('/demo/publish', { method: 'POST', headers })).status).toBe(403);
    expect(published).toEqual([]);
  });
});

describe.skipIf(!browserPresent)('the start page in a browser (apt-get install chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  it('shows an arrival without a reload, and fits 320 px', async () => {
    const room = demo([article('Seen before')]);
    const served = await serveOnLoopback(room.app, 0);
    const page = await browser.newPage({ viewport: { width: 320, height: 800 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    try {
      await page.goto(`${served.url}/`);
      await page.evaluate('window.sameDocument = true');
      await page.getByRole('button', { name: 'Publish an article' }).click();
      await page.getByRole('status').getByText('Published: Article 1').waitFor();
      await page.getByRole('heading', { name: 'Article 1' }).waitFor();
      room.articles.unshift(article('Article 1', { deliveries: [delivery('Динара Сейткызы')] }));
      await page.getByText('1 of 1 accepted').waitFor();
      expect(await page.evaluate('window.sameDocument')).toBe(true);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      expect(problems).toEqual([]);
    } finally {
      await page.close();
      await served.close();
    }
  });
});
