import { expect, it, onTestFinished } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import type { Reader } from '../../src/feeds/reader.js';
import type { Polled } from '../../src/workers/poll-outcomes.js';
import { createWatch } from '../../src/workers/watch.js';
import { newsroom } from '../feeds/newsroom.js';
import { testLedger } from '../support/database.js';
import { later, programs } from '../support/ledger.js';
import { feedAt } from './watched.js';

it('asks a thousand unchanged feeds once each, with their validators, and parses none', {
  timeout: 90_000,
}, async () => {
  const database = await testLedger();
  const server = await newsroom((_, response) => void response.writeHead(304).end());
  const fetcher = createFetcher();
  onTestFinished(() => fetcher.close());
  const feeds = Array.from({ length: 1000 }, (_, n) =>
    feedAt(`${server.url}/${n}`, { id: `feed-${n}` }),
  );
  await database.query(
    `insert into feeds (id, url, planned_url, seeded_at, etag, last_modified, body_hash, whole_at, whole_from)
     select id, url, url, $3, '"' || id || '"', 'then', 'hash', $3, url
     from unnest($1::text[], $2::text[]) as given (id, url)`,
    [feeds.map(({ id }) => id), feeds.map(({ url }) => url), later(0)],
  );
  const refuse = () => Promise.reject(new Error('Nothing is to be read.'));
  const reader: Reader = { readFeed: refuse, readPage: refuse, readLinks: refuse, close: refuse };
  const polled: Polled[] = [];
  const watch = createWatch({
    database,
    fetcher,
    reader,
    feeds,
    programs,
    fallback: 'eep',
    releaseAfter: 0,
    now: () => later(3600),
    signal: new AbortController().signal,
    onFresh: refuse,
    onPolled: (poll) => void polled.push(poll),
  });
  // Every feed comes twice: as its schedule ticks, and once more when it is not due.
  const jobs = [...feeds, ...feeds].map(({ id }) => ({ feedId: id }));
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await watch(job);
  };
  await Promise.all(Array.from({ length: 8 }, work));
  const outcomes = new Set(polled.map(({ outcome }) => outcome));
  expect({ polls: polled.length, outcomes }).toEqual({
    polls: 1000,
    outcomes: new Set(['unchanged']),
  });
  const asked = server.requests.map(({ url, headers }) => [url, headers['if-none-match']]);
  expect(asked.sort()).toEqual(feeds.map((_, n) => [`/${n}`, `"feed-${n}"`]).sort());
  expect(server.requests.every(({ headers }) => headers['if-modified-since'] === 'then')).toBe(
    true,
  );
});
