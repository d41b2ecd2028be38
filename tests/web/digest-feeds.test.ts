/** The output feeds over a real ledger: what the newsroom releases and sends is what they serve. */

import { parseFeed } from 'feedsmith';
import { expect, it } from 'vitest';
import { createLinks } from '../../src/app.js';
import { createPublicWeb } from '../../src/public-web.js';
import { openRoom } from '../staff/room.js';
import { later } from '../support/ledger.js';

async function newsroom() {
  const room = await openRoom();
  const { config, database, subscribers, keys } = room;
  const ignore = () => {};
  const { app: web } = createPublicWeb({
    config,
    ledger: { database, subscribers, keys, journal: { write: async () => {} } },
    now: () => room.clock.now,
    publicUrl: 'https://letters.test',
    links: createLinks('https://letters.test', keys),
    health: async () => ({ ready: true, parts: {} }),
    scrape: async () => ({ contentType: 'text/plain', text: '' }),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  const get = async (path: string) => {
    const answer = await web.request(path);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  /** The items of an output feed of digests. */
  const items = async (id: string): Promise<{ id: string; title: string; url: string }[]> =>
    JSON.parse((await get(`/feeds/${id}/digests.json`)).text).items;
  /** Closes the windows of the days up to this one. */
  const day = async (number: number) => {
    room.clock.now = later(86_400 * number);
    await room.assemble();
  };
  return { ...room, get, items, day };
}

it('serves each feed the digests of its programs once they were sent, the newest first', async () => {
  const { article, assemble, deliver, day, items, get, database } = await newsroom();
  await assemble();
  await article('one', { title: 'One', programs: ['spp'] });
  await article('two', { title: 'Two', programs: ['eep'] });
  await day(1);
  expect(await items('all')).toEqual([]);
  await deliver();
  const titles = async (id: string) => (await items(id)).map(({ title }) => title);
  expect(await titles('all')).toEqual([expect.stringMatching(/March \d, 2026: One, and 1 more$/)]);
  expect(await titles('spp')).toEqual([expect.stringMatching(/March \d, 2026: One$/)]);
  expect(await titles('eep')).toEqual([expect.stringMatching(/March \d, 2026: Two$/)]);

  await article('three', { title: 'Three', programs: ['eep'] });
  await day(2);
  await deliver();
  expect((await titles('eep')).map((title) => title.split(': ')[1])).toEqual(['Three', 'Two']);
  expect(await titles('spp')).toHaveLength(1);
  const { rows } = await database.query(
    `select state, count(*)::int as n from deliveries where channel = 'rss' group by state`,
  );
  // Three articles in the feeds of all and of their programs, and the digests of both days.
  expect(rows).toEqual([{ state: 'accepted', n: 6 + 5 }]);

  for (const format of ['rss', 'atom', 'json']) {
    const { status, text } = await get(`/feeds/all/digests.${format}`);
    expect(status).toBe(200);
    expect(parseFeed(text).format).toBe(format);
  }
  expect((await get('/feeds/none/digests.rss')).status).toBe(404);
});

it('links each digest to its web view, also where nobody gets it by e-mail', async () => {
  const { article, assemble, deliver, day, items, get } = await newsroom();
  await assemble();
  await article('one', { title: 'Кто хранит каналы' });
  await day(1);
  await deliver();
  const [item] = await items('spp');
  expect(item?.url).toBe(`https://letters.test/editions/${item?.id.replace('urn:uuid:', '')}`);
  const page = await get(new URL(item?.url ?? '').pathname);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Кто хранит каналы');
});

it('shows no digest that staff hold or that was skipped, and tells a change by its date', async () => {
  const { article, assemble, deliver, day, items, get, database } = await newsroom();
  await assemble();
  await article('one');
  await day(1);
  await database.query(`update editions set held_at = now() where kind = 'digest'`);
  await deliver();
  expect(await items('all')).toEqual([]);
  const changed = async () =>
    Date.parse((await get('/feeds/all/digests.rss')).headers.get('last-modified') ?? '');
  const { rows } = await database.query('select min(applied_at) as at from migrations');
  // The ledger may have been made in this very second, which then counts as the one before.
  const made = Math.floor(Number(rows[0].at) / 1000) * 1000;
  await expect.poll(changed, { timeout: 20_000 }).toBe(made);
  await database.query('update editions set held_at = null');
  await deliver();
  expect(await items('all')).toHaveLength(1);
  expect(await changed()).toBe(later(86_400).getTime());
  await database.query(`update deliveries set state = 'skipped' where channel = 'rss'`);
  expect(await items('all')).toEqual([]);
});

it('lists the feeds of articles and of digests of the config', async () => {
  const { get } = await newsroom();
  const { text } = await get('/feeds.opml');
  expect(text.match(/(?<=xmlUrl=")[^"]*/g)).toEqual(
    ['all', 'spp', 'eep'].flatMap((id) => [
      `https://letters.test/feeds/${id}.rss`,
      `https://letters.test/feeds/${id}/digests.rss`,
    ]),
  );
});
