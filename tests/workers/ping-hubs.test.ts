import { expect, it, onTestFinished } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { releaseDue } from '../../src/store/articles.js';
import { noteFeedChanged, untoldHubs } from '../../src/store/hub-pings.js';
import { createPingHubs } from '../../src/workers/ping-hubs.js';
import { testLedger } from '../support/database.js';
import { startHub } from '../support/hub.js';
import { at, later, poll } from '../support/ledger.js';

async function room(paths: readonly string[] = ['/']) {
  let seconds = 0;
  const database = await testLedger();
  const hub = await startHub();
  const hubs = paths.map((path) => hub.url + path);
  const fetcher = createFetcher();
  onTestFinished(() => fetcher.close());
  const ping = createPingHubs({
    ...{ database, fetcher, hubs },
    addresses: (feed) => ['rss', 'json'].map((format) => `https://letters.test/${feed}.${format}`),
    now: () => later(seconds),
    signal: new AbortController().signal,
  });
  return {
    ...{ database, hub, ping },
    wait: (more: number) => {
      seconds += more;
    },
    /** The output feeds that were told of since the last time, as they were told. */
    told: () =>
      (hub.pings as string[])
        .splice(0)
        .map((topic) => topic.replace('https://letters.test/', ''))
        .sort(),
    untold: () => untoldHubs(database, hubs),
  };
}

it('tells of each address of an output feed that changed, once', async () => {
  const { database, hub, ping, told, wait } = await room();
  await ping();
  expect(told()).toEqual([]);
  await noteFeedChanged(database, 'spp/digests');
  await Promise.all([ping(), ping()]);
  expect(told()).toEqual(['spp/digests.json', 'spp/digests.rss']);
  wait(3600);
  await ping();
  expect(told()).toEqual([]);
  expect(hub.complaints).toEqual([]);
});

it('tells once of many changes at a time, and of each of them to every hub', async () => {
  const { database, ping, told, wait } = await room(['/one', '/two']);
  for (let n = 0; n < 5; n += 1) await noteFeedChanged(database, 'all');
  await ping();
  expect(told()).toEqual(['all.json', 'all.json', 'all.rss', 'all.rss']);
  for (let n = 0; n < 5; n += 1) await noteFeedChanged(database, 'all');
  await ping();
  expect(told()).toEqual([]);
  wait(10);
  await ping();
  expect(told()).toHaveLength(4);
});

it('tells of seeded and revised articles, where they are shown', async () => {
  const { database, ping, told, wait } = await room();
  await poll(database, ['old'], { verdict: 'seed' });
  await ping();
  expect(told()).toEqual(['all.json', 'all.rss', 'spp.json', 'spp.rss']);
  // A new one is told of by the channel, when it is released and served.
  await poll(database, ['new', 'old']);
  await poll(database, ['new'], { hash: 'second' });
  wait(10);
  await ping();
  expect(told()).toEqual([]);
  await releaseDue(database, at);
  await poll(database, ['new'], { hash: 'third', content: { programs: ['spp', 'eep'] } });
  await ping();
  expect(told()).toEqual(['all.json', 'all.rss', 'eep.json', 'eep.rss', 'spp.json', 'spp.rss']);
});

it('tries again where a hub fails, ever more rarely, and says so meanwhile', async () => {
  const { database, hub, ping, told, untold, wait } = await room();
  await noteFeedChanged(database, 'all');
  hub.fails = 2;
  await ping();
  expect(await untold()).toMatchObject([
    { outputFeeds: 1, outcome: expect.stringContaining('500'), retryAt: later(60) },
  ]);
  wait(59);
  await ping();
  expect(hub.fails).toBe(1);
  wait(1);
  await ping();
  expect(hub.fails).toBe(0);
  wait(299);
  await ping();
  expect(told()).toEqual([]);
  wait(1);
  await ping();
  expect(told()).toEqual(['all.json', 'all.rss']);
  expect(await untold()).toEqual([]);
});
