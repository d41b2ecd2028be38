import { expect, it } from 'vitest';
import { recentArticles } from '../../src/store/articles.js';
import { recentEvents } from '../../src/store/events.js';
import { feedRow } from '../../src/store/feeds.js';
import { later, subscriber } from '../support/ledger.js';
import { items, watched } from './watched.js';

it('seeds the first poll silently, however much there is, and says what it would have meant', async () => {
  const room = await watched();
  await subscriber(room.database, 'reader');
  room.publish(...items(300));
  await room.poll(0);
  expect(room.released()).toBe(0);
  expect(new Set((await room.articles()).map(({ state }) => state))).toEqual(new Set(['seeded']));
  const [event] = await recentEvents(room.database, { limit: 1 });
  expect(event?.message).toMatch(/300 alerts to up to 1 subscriber and/);
  // No page of an old article was fetched.
  expect(room.requests).toHaveLength(1);
});

it('lets a new article pass, and completes it from its page', async () => {
  const room = await watched();
  room.publish({ guid: 'old' });
  await room.poll(0);
  room.pages.set(
    '/new',
    `<html><head><title>Title new</title></head><body><main><h1>Title new</h1><p>Author:Dana Orazova</p><p>Dec 22, 2021</p>
     <figure><img src="/p.png" alt="A canal"><figcaption>Image source: River Archive</figcaption></figure>
     ${'<p>The canal was dug by hand and is kept by three districts that share no rule for its water.</p>'.repeat(12)}
     </main></body></html>`,
  );
  room.publish({ guid: 'new' }, { guid: 'old' });
  await room.poll(10);
  expect(room.released()).toBe(1);
  const [article] = await recentArticles(room.database, { limit: 1 });
  expect(article).toMatchObject({ state: 'waiting', note: null });
  expect(article?.content).toMatchObject({
    author: 'Dana Orazova',
    publishedAt: expect.stringMatching(/^2021-12-22/),
    image: { url: `${room.url}/p.png`, alt: 'A canal', credit: 'River Archive' },
    programs: ['spp'],
  });
  expect(article?.content.bodyHtml).toContain('three districts');
});

it('stores an article whose page cannot be read with the feed’s own words, and says so', async () => {
  const room = await watched();
  await room.poll(0);
  room.publish({ guid: 'new' });
  await room.poll(10);
  const [article] = await recentArticles(room.database, { limit: 1 });
  expect(article).toMatchObject({ state: 'waiting', content: { summary: 'About new.' } });
  expect(article?.note).toMatch(/own words are used.*404/);
});

it('holds a burst, and tells staff how to let it go', async () => {
  const room = await watched();
  room.publish(...items(20));
  await room.poll(0);
  room.publish(...items(6, 'burst'), ...items(20));
  await room.poll(10);
  expect(room.released()).toBe(0);
  expect((await room.articles()).filter(({ state }) => state === 'held')).toHaveLength(6);
  const [event] = await recentEvents(room.database, { level: 'attention', limit: 1 });
  expect(event?.message).toContain('broadsheet release main');
});

it('sees no new article in a feed whose guids were all made anew', async () => {
  const room = await watched();
  room.publish(...items(8));
  await room.poll(0);
  room.publish(
    ...items(8).map(({ guid }) => ({
      guid: `anew-${guid}`,
      title: `Title ${guid}`,
      path: `/${guid}`,
    })),
  );
  await room.poll(10);
  expect(await room.articles()).toHaveLength(8);
  expect(room.released()).toBe(0);
});

it('takes a changed entry for a revision, and alerts nobody again', async () => {
  const room = await watched();
  room.publish({ guid: 'one' });
  await room.poll(0);
  room.publish({ guid: 'one', title: 'Mended' });
  await room.poll(10);
  expect(await room.articles()).toMatchObject([{ title: 'Mended', state: 'seeded', revision: 2 }]);
  expect(room.released()).toBe(0);
});

it('brings an article that matches no program to the fallback, and tells staff', async () => {
  const room = await watched();
  await room.poll(0);
  room.publish({ guid: 'stray', category: 'Gardening' });
  await room.poll(10);
  expect(await room.articles()).toMatchObject([{ programs: ['eep'] }]);
  const told = await recentEvents(room.database, { level: 'attention', limit: 5 });
  expect(told.map(({ message }) => message).join()).toMatch(/matches no program.*Gardening/);
});

it('begins silently again when the feed’s address changes', async () => {
  const room = await watched();
  room.publish(...items(3));
  await room.poll(0);
  room.publish(...items(3), ...items(3, 'more'));
  await room.poll(10, { ...room.feed, url: `${room.url}/moved.xml` });
  expect(room.released()).toBe(0);
  expect((await room.articles()).map(({ state }) => state)).toEqual(Array(6).fill('seeded'));
  const [event] = await recentEvents(room.database, { limit: 1 });
  expect(event?.message).toMatch(/would have meant 3 alerts/);
});

it('sends the validators back, and parses nothing when nothing has changed', async () => {
  const room = await watched();
  room.publish({ guid: 'one' });
  await room.poll(0);
  room.respond((request) => ({ status: request.headers['if-none-match'] === '"one"' ? 304 : 500 }));
  await room.poll(10);
  expect(await feedRow(room.database, room.feed)).toMatchObject({
    failures: 0,
    lastOutcome: 'Nothing has changed.',
    lastSuccessAt: later(10),
  });
});

it('keeps when the next poll is, and why then', async () => {
  const room = await watched({ every: 900 });
  room.publish({ guid: 'one' });
  await room.poll(0);
  expect(await feedRow(room.database, room.feed)).toMatchObject({
    nextPollReason: 'every 15 minutes',
  });
  room.respond(() => ({ status: 503, headers: { 'retry-after': '7200' } }));
  await room.poll(1000);
  expect(await feedRow(room.database, room.feed)).toMatchObject({
    nextPollReason: 'its host asked for 2 hours of silence (Retry-After)',
  });
});

it('remembers what the feed asks for and how often it publishes, also of a feed that stays the same', async () => {
  const room = await watched({ every: 900, own: false });
  const items = ['2026-03-01', '2026-02-27', '2026-02-25'].map(
    (date) =>
      `<item><title>${date}</title><link>${room.url}/${date}</link><pubDate>${date}T08:00:00Z</pubDate></item>`,
  );
  const body = `<rss version="2.0"><channel><title>Newsroom</title><link>${room.url}</link><description>News</description><ttl>120</ttl><skipHours><hour>12</hour></skipHours>${items.join('')}</channel></rss>`;
  room.respond(() => ({ status: 200, body }));
  await room.poll(0);
  room.respond(() => ({ status: 304 }));
  for (const hours of [2, 4]) {
    await room.poll(hours * 3600);
    expect(await feedRow(room.database, room.feed)).toMatchObject({
      asks: { every: 7200, skipHours: [12] },
      rhythm: { usual: 2 * 86_400, newest: new Date('2026-03-01T08:00:00Z') },
      nextPollReason:
        hours === 2
          ? 'the feed asks not to be polled at this hour (skipHours)'
          : 'the feed asks for 2 hours between polls',
    });
  }
});

it('polls again when its plan is of a clock that was wrong', async () => {
  const room = await watched();
  await room.poll(10 * 365 * 86_400);
  await room.tick(0);
  expect(room.requests).toHaveLength(2);
  await room.tick(4);
  expect(room.requests).toHaveLength(2);
});

it('keeps what it knows when the feed breaks, backs off, and tells staff once', async () => {
  const room = await watched();
  room.publish({ guid: 'one' });
  await room.poll(0);
  room.respond(() => ({ status: 200, body: '<html><body>We will be back soon.</body></html>' }));
  for (const seconds of [10, 20, 30, 40]) await room.poll(seconds);
  const row = await feedRow(room.database, room.feed);
  expect(row.failures).toBe(4);
  expect(row.nextPollAt?.getTime()).toBeGreaterThan(later(40 + 5 * 2 ** 4 - 1).getTime());
  expect(await recentEvents(room.database, { level: 'attention', limit: 5 })).toHaveLength(1);
  room.respond(undefined);
  room.publish({ guid: 'two' }, { guid: 'one' });
  await room.poll(200);
  expect(await room.articles()).toMatchObject([
    { title: 'Title two', state: 'waiting' },
    { state: 'seeded' },
  ]);
});

it('backs off from a feed that cannot be stored, and tells staff', async () => {
  const { database, feed, publish, poll, articles } = await watched();
  publish(...items(2));
  await database.query(
    `alter table articles add constraint test_full check (id is null) not valid`,
  );
  try {
    for (const when of [0, 1, 2]) await expect(poll(when)).rejects.toThrow('test_full');
  } finally {
    await database.query('alter table articles drop constraint test_full');
  }
  expect(await feedRow(database, feed)).toMatchObject({
    failures: 3,
    lastOutcome: expect.stringMatching(/^It was read, and could not be stored: .*test_full/),
  });
  expect(await recentEvents(database, { kind: 'feed.failing', limit: 5 })).toHaveLength(1);
  await poll(3);
  expect(await articles()).toHaveLength(2);
});

it('tells staff once of a feed that is gone and then breaks, and again only after it worked', async () => {
  const room = await watched();
  room.publish({ guid: 'one' });
  await room.poll(0);
  const told = async () =>
    (await recentEvents(room.database, { kind: 'feed.failing', limit: 10 })).length;
  const failWith = async (status: number, seconds: number) => {
    room.respond(() => ({ status }));
    await room.poll(seconds);
  };
  await failWith(410, 10);
  expect(await told()).toBe(1);
  for (const seconds of [20, 30, 40]) await failWith(500, seconds);
  expect(await told()).toBe(1);
  room.respond(undefined);
  await room.poll(50);
  for (const seconds of [60, 70]) await failWith(500, seconds);
  expect(await told()).toBe(1);
  await failWith(500, 80);
  await failWith(410, 90);
  expect(await told()).toBe(2);
});

it('tells staff once of an entry that cannot be taken, at however many polls it is still there', async () => {
  const room = await watched({ fullText: 'never' });
  const feed = (more: string) => ({
    status: 200,
    body: `<rss version="2.0"><channel><title>Newsroom</title><link>${room.url}</link><description>News</description><item><guid isPermaLink="false">bad</guid><description>No title.</description></item>${more}</channel></rss>`,
  });
  for (const [seconds, guid] of ['a', 'b', 'c'].entries()) {
    room.respond(() => feed(`<item><title>${guid}</title><link>${room.url}/${guid}</link></item>`));
    await room.poll(seconds);
  }
  const told = await recentEvents(room.database, { kind: 'article.read', limit: 10 });
  const refused = told.filter(({ message }) => message.includes('"bad"'));
  expect(refused).toHaveLength(1);
});

it('polls a feed once at a time, however many jobs ask for it', async () => {
  const room = await watched();
  await room.poll(0);
  const watch = room.watcher();
  room.publish({ guid: 'stray', category: 'Gardening' });
  room.requests.length = 0;
  const job = { feedId: 'main' };
  await room.database.query(`update feeds set next_poll_at = null`);
  await Promise.all([watch(job), watch(job), watch(job)]);
  expect(room.requests.map(({ url }) => url)).toEqual(['/feed.xml', '/stray', '/stray']);
  expect(await recentEvents(room.database, { level: 'attention', limit: 5 })).toHaveLength(1);
  await Promise.all([watch(job), watch({ ...job, forced: true })]);
  expect(room.requests.at(-1)?.url).toBe('/feed.xml');
});

it('counts no failure of a feed whose host was asked for a pause by another', async () => {
  const room = await watched();
  room.publish({ guid: 'one' });
  await room.poll(0);
  room.respond(() => ({ status: 429, headers: { 'retry-after': '120' } }));
  await room.poll(10);
  const other = { ...room.feed, id: 'other' };
  for (const seconds of [20, 30, 40]) await room.poll(seconds, other);
  expect(await feedRow(room.database, other)).toMatchObject({
    failures: 0,
    lastSuccessAt: null,
    lastOutcome: expect.stringMatching(/left alone/),
  });
  expect(await feedRow(room.database, room.feed)).toMatchObject({ failures: 1 });
  expect(await recentEvents(room.database, { level: 'attention', limit: 5 })).toEqual([]);
});

it('names the feed that a page names which answers in the place of a feed, and asks for no more', async () => {
  const room = await watched();
  const body =
    '<!doctype html><html><link rel="alternate" type="application/rss+xml" href="/news.rss"><h1>Centre</h1></html>';
  room.respond(() => ({ status: 200, body }));
  await room.poll(0);
  const { lastOutcome } = await feedRow(room.database, room.feed);
  expect(lastOutcome).toContain('The answer is an HTML page and no feed');
  expect(lastOutcome).toContain(`The page names the feed ${room.url}/news.rss.`);
  expect(room.requests).toHaveLength(1);
});

it('keeps which parser read the feed, and why not the first', async () => {
  const room = await watched();
  const reading = async () => {
    const { parser, parserNote } = await feedRow(room.database, room.feed);
    return { parser, parserNote };
  };
  room.publish({ guid: 'one' });
  await room.poll(0);
  expect(await reading()).toEqual({ parser: 'rss-parser', parserNote: null });
  room.publish({ guid: 'two', body: 'Words <b>in bold</b> and not.' });
  await room.poll(10);
  expect(await reading()).toEqual({
    parser: 'saxes',
    parserNote: expect.stringMatching(/^rss-parser .+\.$/),
  });
});
