/** The archives of output feeds over a real ledger: what a reader finds who was not there from the start. */

import { expect, it } from 'vitest';
import { lockRelease } from '../../src/store/articles.js';
import type { Format } from '../../src/templates/feeds/output-feed.js';
import { later, poll } from '../support/ledger.js';
import { faultsOf } from '../templates/feeds/strict.js';
import { publishedFeeds, site } from './published.js';

const linked = (rel: string, text: string) =>
  new RegExp(`<[^>]*rel="${rel}"[^>]*>`).exec(text)?.[0].match(/href="([^"]*)"/)?.[1];

function before(text: string): string | undefined {
  return text.startsWith('{') ? JSON.parse(text).next_url : linked('prev-archive', text);
}

/** The documents of a feed from its newest back to its first, by following their links. */
async function walk(
  { get }: Awaited<ReturnType<typeof publishedFeeds>>,
  id: string,
  format: Format,
) {
  const found: { url: string; text: string; ids: string[] }[] = [];
  let url: string | undefined = `${site}/feeds/${id}.${format}`;
  while (url) {
    const { status, text } = await get(url.slice(site.length));
    expect(status).toBe(200);
    found.push({ url, text, ids: text.match(/urn:uuid:[0-9a-f-]+/g) ?? [] });
    url = before(text);
  }
  return found;
}

it('lead a reader from the newest article to the first, each once, in every format', async () => {
  const room = await publishedFeeds();
  await room.publish(140);
  for (const [format, id, count] of [
    ['rss', 'all', 140],
    ['atom', 'spp', 93],
    ['json', 'all', 140],
  ] as const) {
    const found = await walk(room, id, format);
    const [current, ...archived] = found.map(({ ids }) => ids);
    expect(current).toHaveLength(50);
    expect(new Set(found.flatMap(({ ids }) => ids)).size).toBe(count);
    expect(new Set(archived.flat()).size).toBe(archived.flat().length);
    for (const { url, text } of found) {
      const known = format === 'json' ? `${site}/feeds/${id}.json` : url;
      expect(faultsOf(text, known)).toEqual([]);
    }
  }
});

it('lead forward too, and to the feed they are of; each article has its own change date in all', async () => {
  const room = await publishedFeeds();
  await room.publish(60);
  const [current, ...archived] = await walk(room, 'all', 'atom');
  for (const [index, { text, url }] of archived.entries()) {
    expect(linked('self', text)).toBe(url);
    expect(linked('current', text)).toBe(current?.url);
    expect(linked('next-archive', text)).toBe(archived[index - 1]?.url);
    expect(text).toContain(`<id>${current?.url}</id>`);
  }
  const dates = new Map<string, string>();
  for (const { text } of await walk(room, 'all', 'atom')) {
    for (const entry of text.split('<entry').slice(1)) {
      const [, id = ''] = /<id>(.*)<\/id>/.exec(entry) ?? [];
      const [, date = ''] = /<updated>(.*)<\/updated>/.exec(entry) ?? [];
      expect(dates.get(id) ?? date).toBe(date);
      dates.set(id, date);
    }
  }
  expect(new Set(dates.values()).size).toBe(60);
});

it('stay as they are when more is released, and only an article that changes changes in them', async () => {
  const room = await publishedFeeds();
  await room.publish(140);
  const old = (await walk(room, 'all', 'rss')).slice(2);
  await room.publish(75);
  const now = new Map((await walk(room, 'all', 'rss')).map((one) => [one.url, one]));
  expect(old.map(({ url }) => now.get(url)?.text)).toEqual(old.map(({ text }) => text));

  const { rows } = await room.database.query('select id from articles where release_order = 30');
  await room.database.query(
    `update articles set state = 'held', release_order = null where id = $1`,
    [rows[0].id],
  );
  const then = new Map((await walk(room, 'all', 'rss')).map((one) => [one.url, one.ids]));
  const without = (ids: readonly string[]) => ids.filter((id) => !id.endsWith(rows[0].id));
  expect(old.map(({ url }) => then.get(url))).toEqual(old.map(({ ids }) => without(ids)));
});

it('are of what no longer changes: not of what the feed still adds to, and not of digests', async () => {
  const room = await publishedFeeds();
  await room.publish(110);
  const statuses = async (...paths: string[]) =>
    Promise.all(paths.map(async (path) => (await room.get(`/feeds/${path}`)).status));
  expect(await statuses('all/archive/1.rss', 'all/archive/4.atom', 'eep/archive/4.json')).toEqual([
    200, 200, 200,
  ]);
  expect(
    await statuses(
      'all/archive/5.rss',
      'all/archive/0.rss',
      'all/archive/01.rss',
      'all/archive/999999999.rss',
      'all/archive/x.rss',
      'all/archive/1',
      'none/archive/1.rss',
      'all/digests/archive/1.rss',
    ),
  ).toEqual(Array(8).fill(404));
});

it('skip what holds nothing of a program', async () => {
  const room = await publishedFeeds();
  await room.publish(140);
  // Nothing of the program for a long time.
  await room.database.transaction(async (tx) => {
    await lockRelease(tx);
    await tx.query(`select setval('release_order', 1000)`);
  });
  await room.publish(3);
  const archived = (await walk(room, 'spp', 'rss')).slice(1);
  expect(archived[0]?.url).toBe(`${site}/feeds/spp/archive/4.rss`);
  expect(archived).toHaveLength(4);
});

it('are not there for a feed that has all of its articles, or shows too few at once', async () => {
  const whole = await publishedFeeds();
  await whole.publish(50);
  expect(await walk(whole, 'all', 'rss')).toHaveLength(1);
  await whole.publish(1);
  expect(await walk(whole, 'all', 'rss')).toHaveLength(3);
  const small = await publishedFeeds(49);
  await small.publish(140);
  expect(await walk(small, 'all', 'atom')).toHaveLength(1);
});

it('show a revision of an article in its place, and are feeds for browsers too', async () => {
  const room = await publishedFeeds();
  await room.publish(60);
  const content = { programs: ['spp'], title: 'Mended' };
  await poll(room.database, ['1'], { hash: 'second', content, at: later(3600) });
  const browser = { accept: 'text/html', 'sec-fetch-dest': 'document' };
  const { text } = await room.get('/feeds/all/archive/1.rss', browser);
  expect(text.match(/<title>Mended</g)).toHaveLength(1);
  expect((await room.get('/feeds/all.rss')).text).not.toContain('Mended');
});
