import { expect, it, onTestFinished } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import { recentArticles } from '../../src/store/articles.js';
import { feedRows } from '../../src/store/feeds.js';
import { createPauses } from '../../src/store/host-pauses.js';
import { createWatch } from '../../src/workers/watch.js';
import { testLedger } from '../support/database.js';
import { at as begin, programs } from '../support/ledger.js';
import { type Play, politenessRecorder } from './politeness.js';
import { feedAt } from './watched.js';

const hour = 3_600_000;
const day = 24 * hour;

/** A feed that shows one more item each so many milliseconds. */
const publishing = (every: number, name: string): Pick<Play, 'shows'> => ({
  shows(at) {
    const issue = Math.floor((at - begin.getTime()) / every);
    return {
      items: Array.from({ length: 5 }, (_, n) => ({ guid: `${name}-${issue - n}` })),
      since: begin.getTime() + issue * every,
    };
  },
});

/** Watches feeds over simulated time, with a clock that jumps to whatever is next. */
async function watching(plays: Readonly<Record<string, Play>>) {
  let clock = begin.getTime();
  const now = () => new Date(clock);
  const host = await politenessRecorder(plays, () => clock);
  const database = await testLedger();
  const reader = createReader();
  onTestFinished(() => reader.close());
  const feeds = Object.keys(plays).map((path) =>
    feedAt(`${host.url}${path}`, { id: path.slice(1).replace('.', '-'), fullText: 'never' }),
  );
  /** A process that has just started. */
  const started = () => {
    const fetcher = createFetcher({
      userAgent: 'Broadsheet (Newsroom; desk@newsroom.test)',
      now: () => clock,
      pauses: createPauses(database, now),
    });
    onTestFinished(() => fetcher.close());
    return createWatch({
      database,
      fetcher,
      reader,
      feeds,
      programs,
      fallback: 'eep',
      releaseAfter: 0,
      now,
      signal: new AbortController().signal,
      onFresh: async () => {},
    });
  };
  const live = async (until: number) => {
    const end = begin.getTime() + until;
    let watch = started();
    await Promise.all(feeds.map(({ id }) => watch({ feedId: id })));
    for (let turn = 0; ; turn += 1) {
      const next = (await feedRows(database))
        .flatMap(({ id, nextPollAt }) => (nextPollAt ? { id, at: nextPollAt.getTime() } : []))
        .reduce((a, b) => (b.at < a.at ? b : a));
      if (next.at > end) break;
      // Now and then the process starts anew and looks at everything, though nothing is due.
      if (turn % 25 === 0) {
        watch = started();
        clock = Math.floor((clock + next.at) / 2);
        await Promise.all(feeds.map(({ id }) => watch({ feedId: id })));
      }
      clock = next.at;
      await watch({ feedId: next.id });
    }
  };
  const { seen, faults } = host;
  return { live, seen, faults, database, feeds };
}

it('watches feeds for days without a fault, whatever they ask for', {
  timeout: 90_000,
}, async () => {
  const room = await watching({
    '/plain.xml': publishing(9 * hour, 'plain'),
    '/slow.xml': { ...publishing(50 * hour, 'slow'), maxAge: 3 * 3600, ttl: 7200 },
    '/night.xml': { ...publishing(30 * hour, 'night'), skipHours: [0, 1, 2, 3, 4, 22, 23] },
  });
  await room.live(3 * day + 2 * hour);
  expect(room.faults).toEqual([]);
  const found = await recentArticles(room.database, { feed: 'plain-xml', limit: 100 });
  expect(found).toHaveLength(5 + (3 * 24) / 9);
  const whole = room.seen.filter(({ status }) => status === 200).length;
  expect(whole / room.seen.length).toBeLessThan(0.15);
});

it('leaves a host in need alone, and comes back when it asked for', {
  timeout: 90_000,
}, async () => {
  const begun = begin.getTime();
  const room = await watching({
    '/ill.xml': {
      ...publishing(6 * hour, 'ill'),
      answers(at) {
        const hours = (at - begun) / hour;
        if (hours > 5 && hours < 9) return { status: 503 };
        if (hours > 14 && hours < 18) return { status: 429, headers: { 'retry-after': '7000' } };
        return undefined;
      },
    },
    '/beside.xml': publishing(12 * hour, 'beside'),
    '/gone.xml': {
      ...publishing(4 * hour, 'gone'),
      answers: (at) => (at - begun > 5 * hour ? { status: 410 } : undefined),
    },
  });
  await room.live(day);
  expect(room.faults).toEqual([]);
  const statuses = room.seen.filter(({ path }) => path === '/ill.xml').map(({ status }) => status);
  expect(statuses.filter((status) => status === 503).length).toBeLessThan(6);
  expect(statuses).toContain(429);
  expect(statuses.at(-1)).toBeLessThan(400);
  expect(room.seen.filter(({ status }) => status === 410)).toHaveLength(1);
});

it('finds each fault of a reader without manners', async () => {
  let clock = begin.getTime();
  let release = () => {};
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const host = await politenessRecorder(
    {
      '/feed.xml': { ...publishing(day, 'n'), maxAge: 3600, skipHours: [9] },
      '/slow.xml': { ...publishing(day, 's'), after: () => both },
    },
    () => clock,
  );
  const get = (headers: Record<string, string>, path = '/feed.xml') =>
    fetch(`${host.url}${path}`, { headers }).then((answer) => answer.text());
  await get({});
  clock += 60_000;
  await get({ 'if-none-match': '"invented"', referer: 'https://reader.test/', cookie: 'a=1' });
  clock += hour;
  await get({});
  const slow = get({}, '/slow.xml');
  await expect.poll(() => host.seen.at(-1)?.path).toBe('/slow.xml');
  await get({}, '/favicon.ico');
  release();
  await slow;
  const faults = host.faults.join('\n');
  for (const expected of [
    'after 60 seconds',
    'in a skipped hour',
    'whole twice in a day',
    'If-None-Match: "invented"',
    'If-Modified-Since: undefined',
    'with referer',
    'with cookie',
    '/favicon.ico is of no use',
    'beside another',
    'nobody to write to',
    'wants no feed',
  ]) {
    expect(faults).toContain(expected);
  }
});
