import { expect, it, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { createFetcher } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import { type AdoptPlan, idFor, planAdoption } from '../../src/staff/adopt.js';
import type { Database } from '../../src/store/database.js';
import { scratchFile } from '../config/scratch.js';
import { newsroom } from '../feeds/newsroom.js';
import { testLedger } from '../support/database.js';
import { at, later, poll, subscriber } from '../support/ledger.js';
import { configText } from './room.js';

const DAY = 86_400;
interface Item {
  readonly guid: string;
  readonly daysAgo?: number;
  readonly category?: string;
}

/** A site that names its feed, with these entries, and what adopting it would mean. */
async function site(items: readonly Item[]) {
  const { url, requests } = await newsroom((request, response) => {
    const { url: path = '' } = request;
    response.setHeader('content-type', path === '/' ? 'text/html' : 'application/rss+xml');
    if (path === '/') {
      response.end(
        '<!doctype html><html><link rel="alternate" type="application/rss+xml" href="/feed">',
      );
    } else response.end(rss(url, items));
  });
  const fetcher = createFetcher();
  const reader = createReader();
  onTestFinished(async () => {
    await fetcher.close();
    await reader.close();
  });
  const loaded = loadConfig(scratchFile(configText));
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const { config } = loaded;
  const plan = (database: Database, over: { id?: string; url?: string } = {}): Promise<AdoptPlan> =>
    planAdoption(database, over.url ?? url, {
      config,
      fetcher,
      reader,
      now: at,
      allowPrivate: true,
      ...(over.id && { id: over.id }),
    });
  return { url, requests, plan };
}

function rss(url: string, items: readonly Item[]): string {
  const entries = items.map(({ guid, daysAgo, category = 'SPP' }) => {
    const date =
      daysAgo === undefined ? '' : `<pubDate>${later(-daysAgo * DAY).toUTCString()}</pubDate>`;
    return `<item><title>Article ${guid}</title><link>${url}/${guid}</link><guid isPermaLink="false">${guid}</guid>${date}<category>${category}</category></item>`;
  });
  return `<rss version="2.0"><channel><title>Centre</title>${entries.join('')}</channel></rss>`;
}

async function rowsOf(database: Database): Promise<number[]> {
  const tables = ['feeds', 'articles', 'events', 'article_aliases', 'host_pauses', 'silences'];
  const counts = tables.map((table) => database.query(`select count(*)::int as n from ${table}`));
  return (await Promise.all(counts)).map(({ rows }) => rows[0].n);
}

it('finds the feed of a site, and tells what it would have sent to how many, without writing anything', async () => {
  const database = await testLedger();
  await subscriber(database, 'at-once');
  await subscriber(database, 'both', { programs: ['spp', 'eep'] });
  await subscriber(database, 'daily', { programs: ['spp', 'eep'], cadence: 'daily' });
  await subscriber(database, 'weekly', { programs: ['eep'], cadence: 'weekly' });
  const { plan, requests } = await site([
    { guid: 'new', daysAgo: 1 },
    { guid: 'same-day', daysAgo: 1, category: 'Economics Program' },
    { guid: 'older', daysAgo: 20, category: 'Economics Program' },
    { guid: 'too-old', daysAgo: 40 },
    { guid: 'undated' },
  ]);
  const before = await rowsOf(database);
  const found = await plan(database);
  expect(await rowsOf(database)).toEqual(before);
  expect(found.found.how).toBe('named');
  expect(found.reach).toMatchObject({
    articles: 3,
    undated: 1,
    programs: [
      { id: 'spp', articles: 1, readers: { instant: { email: 2 }, daily: { email: 1 } } },
      { id: 'eep', articles: 2, readers: { instant: { email: 1 }, weekly: { email: 1 } } },
    ],
    // Two read the first at once, and one each of the others.
    alerts: { editions: 3, deliveries: { email: 4, discord: 0 } },
    // Two days, of which the first has both programs.
    daily: { editions: 2, deliveries: { email: 2, discord: 0 } },
    weekly: { editions: 2, deliveries: { email: 2, discord: 0 } },
  });
  expect(found).toMatchObject({
    already: null,
    firstPoll: 'seed',
    known: [],
    survey: { guids: { changed: 0 } },
    block: { id: 'feed', allowPrivate: true, remarks: [] },
  });
  // The page, the feed, and the feed once more.
  expect(requests.map((request) => request.url)).toEqual(['/', '/feed', '/feed']);
});

it('knows what other feeds have brought already, and what the config watches', async () => {
  const database = await testLedger();
  const { plan, url } = await site([{ guid: 'one' }, { guid: 'two' }]);
  await poll(database, ['one'], { verdict: 'seed' });
  await database.query('update article_aliases set alias = $1 where alias like $2', [
    `url:${url.replace('http:', 'https:')}/one`,
    'url:%',
  ]);
  const { known } = await plan(database);
  expect(known).toEqual([{ title: 'Article one', feedId: 'main', state: 'seeded' }]);
});

it('says where a former feed of the same id would not begin silently', async () => {
  const database = await testLedger();
  const { plan, url } = await site(['a', 'b', 'c', 'd', 'e'].map((guid) => ({ guid })));
  const former = { id: 'former', url: `${url}/feed` };
  await poll(database, ['a'], { feed: former, verdict: 'seed' });
  expect((await plan(database, { id: 'former' })).firstPoll).toBe('hold');
  expect((await plan(database, { id: 'fresh' })).firstPoll).toBe('seed');
});

it('remarks where most articles match no program, and says what was tried where there is no feed', async () => {
  const database = await testLedger();
  const { plan, url } = await site([
    { guid: 'a', category: 'Gardening' },
    { guid: 'b' },
    { guid: 'c', category: '' },
  ]);
  expect((await plan(database)).block.remarks).toHaveLength(2);
  await expect(plan(database, { url: 'http://127.0.0.1:1/' })).rejects.toThrow(
    'No feed was found at http://127.0.0.1:1/. These were tried:\nhttp://127.0.0.1:1/: 127.0.0.1:1 refuses connections.',
  );
  expect(url).toContain('127.0.0.1');
});

test.each([
  ['https://www.steppe-centre.example/feed/', 'steppe-centre'],
  ['https://feeds.centre.co.uk/all', 'centre'],
  ['https://policy.centre.org.kz/rss', 'policy-centre'],
  ['https://blog.example/feed', 'blog'],
  ['http://127.0.0.1:8080/feed', 'feed'],
  ['http://localhost/feed', 'feed'],
  ['https://main.example/feed', 'main-2'],
])('calls the feed at %s %s', (url, id) => {
  expect(idFor(url, [{ id: 'main' }])).toBe(id);
});
