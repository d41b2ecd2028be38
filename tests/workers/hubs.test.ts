import { afterAll, expect, it, onTestFinished } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import type { Feed } from '../../src/model.js';
import { createHubCallback } from '../../src/public-websub.js';
import { recentArticles } from '../../src/store/articles.js';
import { feedRow } from '../../src/store/feeds.js';
import {
  alignSubscriptions,
  hubSubscriptions,
  wantSubscriptions,
} from '../../src/store/hub-subscriptions.js';
import { deriveKeys } from '../../src/subscribers/keys.js';
import { createWeb } from '../../src/web/index.js';
import { serveWeb } from '../../src/web/server.js';
import {
  createAskHubs,
  createLookAfterPushes,
  createNoteRead,
  usableOffer,
} from '../../src/workers/hubs.js';
import { createWatch } from '../../src/workers/watch.js';
import { newsroom } from '../feeds/newsroom.js';
import { testLedger } from '../support/database.js';
import { startHub } from '../support/hub.js';
import { later, programs } from '../support/ledger.js';
import { FakeNewsroom } from '../web/parts.js';

const keys = deriveKeys('secret');
const reader = createReader();
afterAll(() => reader.close());

interface Document {
  readonly items?: readonly string[];
  /** Of its head. */
  readonly links?: string;
  /** The header. */
  readonly link?: string;
}

/** A feed, a hub, and a Broadsheet that watches the one and answers the other, moved by hand along its clock. */
async function room() {
  let seconds = 0;
  let document: Document = {};
  let status = 200;
  const now = () => later(seconds);
  const hub = await startHub();
  const site = await newsroom((request, response) => {
    if (request.url === '/moved.xml') {
      response.writeHead(302, { location: '/feed.xml' }).end();
      return;
    }
    if (document.link) response.setHeader('link', document.link);
    response.setHeader('content-type', 'application/rss+xml');
    response.writeHead(status).end(rss(document));
  });
  const database = await testLedger();
  const fetcher = createFetcher({ now: () => now().getTime() });
  onTestFinished(() => fetcher.close());
  const { signal } = new AbortController();
  const random = () => 0.5;
  const callback = createHubCallback({ database, keys, now, random });
  const web = await serveWeb(
    createWeb(Object.assign(new FakeNewsroom(), { hubCallback: callback })),
    {
      port: 0,
      host: '127.0.0.1',
    },
  );
  onTestFinished(() => web.close());
  const publicUrl = `http://127.0.0.1:${web.port}`;
  const feed: Feed = {
    id: 'main',
    url: `${site.url}/feed.xml`,
    programs: ['spp'],
    every: 900,
    fullText: 'never',
    allowPrivate: true,
    burst: 5,
    websub: 'auto',
    everyWhenPushed: 3600,
    everyWhenQuiet: 900,
    longestWait: 86_400,
    own: false,
  };
  const watcher = (of: Feed) =>
    createWatch({
      ...{ database, fetcher, reader, programs, now, signal },
      feeds: [of],
      fallback: 'spp',
      releaseAfter: 0,
      onFresh: async () => {},
      onRead: createNoteRead({ database, publicUrl, now }),
    });
  const asked: string[] = [];
  const look = createLookAfterPushes({
    database,
    feeds: [feed],
    now,
    async poll(feedId, name) {
      asked.push(name);
      await watcher(feed)({ feedId });
    },
  });
  const topic = `${site.url}/feed.xml`;
  return {
    ...{ hub, database, feed, topic, publicUrl, asked, look },
    polls: () => site.requests.length,
    /** The next polls find this, or this status. */
    publish(next: Document, answers = 200) {
      document = next;
      status = answers;
    },
    wait: (more: number) => {
      seconds += more;
    },
    poll: (of: Feed = feed) => watcher(of)({ feedId: of.id, forced: true }),
    /** As the schedule asks for it. */
    tick: () => watcher(feed)({ feedId: feed.id }),
    ask: createAskHubs({ database, fetcher, keys, now, random, signal }),
    /** Subscribed, with an article that was there before. */
    async subscribe() {
      document = { items: ['old'], link: links(hub.url, topic) };
      await this.poll();
      await this.ask();
      await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(1);
    },
    states: () => hubSubscriptions(database, now()),
    state: async () => (await hubSubscriptions(database, now()))[0],
    titles: async () =>
      (await recentArticles(database, { limit: 9 })).map(({ content }) => content.title),
    row: () => feedRow(database, feed),
    align: (feeds: readonly string[], url = publicUrl) =>
      alignSubscriptions(database, { feeds, publicUrl: url, now: now() }),
  };
}

const links = (hub: string, self: string) => `<${hub}/>; rel="hub", <${self}>; rel="self"`;

function rss({ items = [], links: inHead = '' }: Document): string {
  const entries = items.map(
    (guid) => `<item><title>${guid}</title><link>https://newsroom.test/${guid}</link>
      <guid isPermaLink="false">${guid}</guid><description>About ${guid}.</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
    <title>Newsroom</title><link>https://newsroom.test/</link><description>News</description>
    ${inHead}${entries.join('')}</channel></rss>`;
}

it('subscribes to the hub of the Link headers before that of the document, under the address of its own', async () => {
  const { hub, topic, feed, ...own } = await room();
  const canonical = `${topic}?canonical`;
  own.publish({
    items: ['old'],
    link: links(hub.url, canonical),
    links: `<atom:link rel="hub" href="${hub.url}/rejects"/><atom:link rel="self" href="${topic}?body"/>`,
  });
  // Found behind a redirect, as a feed may move.
  await own.poll({ ...feed, url: topic.replace('feed.xml', 'moved.xml') });
  await own.ask();
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(1);
  const [request] = hub.requests;
  expect(request).toMatchObject({ mode: 'subscribe', topic: canonical, lease: 864_000 });
  expect(request?.callback).toMatch(new RegExp(`^${own.publicUrl}/websub/[0-9a-f-]{36}$`));
  expect(await own.state()).toMatchObject({
    hub: `${hub.url}/`,
    leaseUntil: later(864_000),
    outcome: 'The hub has confirmed the subscription.',
  });
  expect(hub.complaints).toEqual([]);
});

it('subscribes to the hubs of the document, at each with a callback and a secret of its own', async () => {
  const { hub, topic, ...own } = await room();
  own.publish({
    links: `<atom:link rel="hub" href="${hub.url}/one"/><atom:link rel="hub" href="${hub.url}/two"/>
      <atom:link rel="self" href="${topic}"/>`,
  });
  await own.poll();
  await own.ask();
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(2);
  expect(new Set(hub.requests.map(({ secret }) => secret)).size).toBe(2);
  expect(hub.complaints).toEqual([]);
});

it('follows hubs that are elsewhere, for now or for good', async () => {
  const { hub, topic, ...own } = await room();
  const hubs = ['found', 'detour', 'moved'].map((path) => `<${hub.url}/${path}>; rel=hub`);
  own.publish({ link: `${hubs.join(', ')}, <${topic}>; rel=self` });
  await own.poll();
  await own.ask();
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(3);
});

it('asks no hub that could not call back, and none where the config wants none', () => {
  const offer = {
    topic: 'https://a.example/feed',
    hubs: ['https://hub.example/', 'http://10.0.0.7/'],
  };
  const usable = (publicUrl: string, websub: Feed['websub'] = 'auto', allowPrivate = true) =>
    usableOffer(offer, { websub, allowPrivate }, publicUrl)?.hubs;
  expect(usable('https://news.example')).toEqual(offer.hubs);
  expect(usable('http://localhost:8080')).toEqual(['http://10.0.0.7/']);
  expect(usable('http://localhost:8080', 'auto', false)).toBeUndefined();
  expect(usable('https://news.example', 'never')).toBeUndefined();
});

it('asks no hub in a private network on account of a feed on the public internet', async () => {
  const { hub, topic, database, publicUrl, feed, ...own } = await room();
  await wantSubscriptions(database, {
    feed: { ...feed, allowPrivate: false },
    offer: { topic, hubs: [`${hub.url}/`] },
    ...{ publicUrl, now: later(0) },
  });
  await own.ask();
  expect(hub.requests).toEqual([]);
  expect((await own.state())?.outcome).toContain('private network');
});

it('answers no question about what it did not ask for', async () => {
  const { hub, topic, ...own } = await room();
  await own.subscribe();
  const [{ callback } = { callback: '' }] = hub.requests;
  const question = {
    'hub.mode': 'subscribe',
    'hub.topic': topic,
    'hub.challenge': 'echo',
    'hub.lease_seconds': '60',
  };
  expect(await hub.question(callback, { ...question, 'hub.topic': `${topic}#other` })).toBe(404);
  expect(await hub.question(callback, { ...question, 'hub.mode': 'unsubscribe' })).toBe(404);
  expect(await hub.question(callback, { ...question, 'hub.challenge': '' })).toBe(404);
  const elsewhere = callback.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
  expect(await hub.question(elsewhere, question)).toBe(404);
  expect(await hub.question(`${own.publicUrl}/websub/x`, question)).toBe(404);
  // Asked again about what is wanted, it agrees again.
  expect(await hub.question(callback, question)).toBe(200);
  expect((await own.state())?.leaseUntil).toEqual(later(60));
});

it('polls a feed at once when its hub pushes it, and not for a push that may be forged', async () => {
  const { hub, topic, ...own } = await room();
  await own.subscribe();
  own.wait(60);
  own.publish({ items: ['new', 'old'], link: links(hub.url, topic) });
  for (const signing of ['none', 'wrong'] as const) {
    expect(await hub.push(topic, 'forged', signing)).toEqual([202]);
  }
  await own.look();
  expect(await own.titles()).toEqual(['old']);
  expect(await own.state()).toMatchObject({ pushes: 0, discarded: 2 });
  for (const signing of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    expect(await hub.push(topic, 'Whatever it says is not read.', signing)).toEqual([202]);
  }
  await own.look();
  expect(await own.titles()).toEqual(['new', 'old']);
  expect(await own.state()).toMatchObject({ pushes: 4, discarded: 2 });
});

it('takes no push of more than a feed may have, and tells strangers that there is nothing', async () => {
  const { hub, topic, publicUrl, ...own } = await room();
  await own.subscribe();
  expect(await hub.push(topic, 'x'.repeat(15_000_001))).toEqual([413]);
  const strange = `${publicUrl}/websub/11111111-1111-4111-8111-111111111111`;
  expect((await fetch(strange, { method: 'POST', body: 'x' })).status).toBe(410);
  expect((await own.state())?.pushes).toBe(0);
});

it('looks again where the hub is ahead of a cache before the feed, and then no more', async () => {
  const { hub, topic, asked, ...own } = await room();
  await own.subscribe();
  own.wait(60);
  await hub.push(topic, 'x');
  own.wait(1);
  const before = own.polls();
  for (let second = 0; second < 420; second += 4) {
    await own.look();
    own.wait(4);
  }
  expect(own.polls() - before).toBe(4);
  expect((await own.row()).pushedAt).toBeNull();
  // Behind the cache it has come meanwhile.
  await hub.push(topic, 'x');
  own.wait(1);
  await own.look();
  own.publish({ items: ['new', 'old'], link: links(hub.url, topic) });
  own.wait(23);
  await own.look();
  expect(await own.titles()).toEqual(['new', 'old']);
  expect(new Set(asked).size).toBe(asked.length);
});

it('has no feed polled that is gone, and none while the ledger is fenced', async () => {
  const { hub, topic, database, asked, ...own } = await room();
  await own.subscribe();
  own.wait(60);
  await hub.push(topic, 'x');
  await database.query('update feeds set gone_at = now()');
  await own.look();
  await database.query('update feeds set gone_at = null');
  await database.query("insert into settings (name, value) values ('fenced', '{}')");
  await own.look();
  expect(asked).toEqual([]);
  await database.query('delete from settings');
  await own.look();
  expect(asked).toHaveLength(1);
});

it('makes one poll of many pushes', async () => {
  const { hub, topic, ...own } = await room();
  await own.subscribe();
  own.wait(60);
  const before = own.polls();
  for (let n = 0; n < 5; n += 1) {
    own.publish({ items: [`new${n}`, 'old'], link: links(hub.url, topic) });
    await hub.push(topic, 'x');
    await own.look();
    own.wait(1);
  }
  expect(own.polls() - before).toBe(1);
  own.wait(10);
  await own.look();
  expect(await own.titles()).toEqual(['new4', 'new0', 'old']);
});

it('polls slowly while a hub pushes what is new, and often again when it failed to', async () => {
  const { hub, topic, ...own } = await room();
  await own.subscribe();
  const publish = (...items: string[]) => own.publish({ items, link: links(hub.url, topic) });
  const reason = async () => (await own.row()).nextPollReason;
  own.wait(900);
  await own.tick();
  // That a hub has confirmed is no proof yet that it will push.
  expect(await reason()).toBe('every 15 minutes');
  publish('one', 'old');
  await hub.push(topic, 'x');
  await own.look();
  await own.poll();
  expect(await reason()).toBe('WebSub is active; poll as the backstop');
  own.wait(3590);
  const before = own.polls();
  await own.tick();
  expect(own.polls()).toBe(before);
  publish('two', 'one', 'old');
  own.wait(400);
  await own.tick();
  expect(await own.titles()).toContain('two');
  await own.poll();
  expect(await reason()).toBe('every 15 minutes');
});

it('renews a lease before its end, under the same callback', async () => {
  const { hub, ...own } = await room();
  hub.lease = 1000;
  await own.subscribe();
  own.wait(799);
  await own.ask();
  expect(hub.requests).toHaveLength(1);
  own.wait(1);
  await own.ask();
  await expect
    .poll(async () => (await own.state())?.leaseUntil, { timeout: 20_000 })
    .toEqual(later(1800));
  expect(hub.requests[1]).toEqual(hub.requests[0]);
  expect(hub.complaints).toEqual([]);
});

it('asks a hub that fails again later, and less and less', async () => {
  const { hub, topic, ...own } = await room();
  own.publish({ link: links(hub.url, topic) });
  await own.poll();
  hub.fails = 2;
  await own.ask();
  expect((await own.state())?.outcome).toContain('500');
  own.wait(329);
  await own.ask();
  expect(hub.fails).toBe(1);
  own.wait(1);
  await own.ask();
  expect(hub.fails).toBe(0);
  own.wait(660);
  await own.ask();
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(1);
});

it('notes what hubs say that do not subscribe it, and polls on', async () => {
  const { hub, topic, ...own } = await room();
  const hubs = ['denies', 'rejects', 'silent'].map((path) => `<${hub.url}/${path}>; rel=hub`);
  own.publish({ link: `${hubs.join(', ')}, <${topic}>; rel=self` });
  await own.poll();
  await own.ask();
  const outcomes = async () => (await own.states()).map(({ outcome }) => outcome);
  await expect
    .poll(outcomes, { timeout: 20_000 })
    .toEqual([
      'The hub denied the subscription: “Members only”',
      expect.stringContaining('answered 403 Forbidden: “This hub wants none of it.”'),
      'The hub was asked, and has not confirmed it yet.',
    ]);
  expect((await own.states()).map(({ leaseUntil }) => leaseUntil)).toEqual([null, null, null]);
  expect((await own.row()).nextPollReason).toBe('every 15 minutes');
});

it('subscribes anew where hub or topic change, and ends what was before', async () => {
  const { hub, topic, ...own } = await room();
  await own.subscribe();
  own.publish({ items: ['new', 'old'], link: links(hub.url, `${topic}?2`) });
  await own.poll();
  await own.ask();
  await expect
    .poll(() => [...hub.subscribers.values()].map((one) => one.topic), { timeout: 20_000 })
    .toEqual([`${topic}?2`]);
  expect(hub.requests.map(({ mode }) => mode).sort()).toEqual([
    'subscribe',
    'subscribe',
    'unsubscribe',
  ]);
  expect(hub.complaints).toEqual([]);
});

it('unsubscribes where the feed names no hub any more, and knows the callback no more', async () => {
  const { hub, topic, ...own } = await room();
  await own.subscribe();
  const [{ callback } = { callback: '' }] = hub.requests;
  own.publish({ items: ['new', 'old'] });
  await own.poll();
  expect((await fetch(callback, { method: 'POST', body: 'x' })).status).toBe(410);
  await own.ask();
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(0);
  expect(hub.requests[1]).toMatchObject({ mode: 'unsubscribe', topic, callback });
  expect(await own.state()).toBeUndefined();
});

it('ends the subscription of a feed that the config names no more, also where no hub confirms it', async () => {
  const { hub, database, ...own } = await room();
  await own.subscribe();
  await own.align([]);
  hub.fails = 9;
  for (let n = 0; n < 4; n += 1) {
    await own.ask();
    own.wait(3600);
  }
  expect(hub.fails).toBe(6);
  const { rowCount } = await database.query('select from hub_subscriptions');
  expect(rowCount).toBe(0);
});

it('subscribes anew below another PUBLIC_URL', async () => {
  const { hub, feed, publicUrl, ...own } = await room();
  await own.subscribe();
  const other = publicUrl.replace('127.0.0.1', 'localhost');
  await own.align([feed.id], publicUrl);
  await own.ask();
  expect(hub.requests).toHaveLength(1);
  await own.align([feed.id], other);
  await own.ask();
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(2);
  expect(hub.requests[1]?.callback.startsWith(other)).toBe(true);
  expect(hub.requests[1]?.callback.slice(-36)).not.toBe(hub.requests[0]?.callback.slice(-36));
});

it('is asked for by one process only, however many there are', async () => {
  const { hub, topic, ...own } = await room();
  own.publish({ link: links(hub.url, topic) });
  await own.poll();
  await Promise.all([own.ask(), own.ask(), own.ask()]);
  await expect.poll(() => hub.subscribers.size, { timeout: 20_000 }).toBe(1);
  expect(hub.requests).toHaveLength(1);
});
