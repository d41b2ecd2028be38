/**
 * What a process that watches has to do with hubs: it asks them for subscriptions, polls what they pushed, and
 * tells them of output feeds that have changed.
 */

import type { Links } from './channels/channel.js';
import type { Config } from './config/config.js';
import type { Fetcher } from './feeds/fetch.js';
import type { Ledger, Log } from './ledger.js';
import type { JobQueue } from './queue/queue.js';
import { alignSubscriptions } from './store/hub-subscriptions.js';
import { createAskHubs, createLookAfterPushes, createNoteRead } from './workers/hubs.js';
import { createPingHubs } from './workers/ping-hubs.js';
import { repeat } from './workers/repeat.js';
import type { WatchOptions } from './workers/watch.js';

/** Milliseconds between two looks for hubs that are to be asked. */
const askEvery = 2_000;
/** Milliseconds between two looks for what hubs are to be told. */
const pingEvery = 1_000;
/** Milliseconds between two looks for pushes: as long as an article may wait. */
const lookEvery = 500;

export interface HubsOptions {
  readonly config: Pick<Config, 'feeds' | 'outputFeeds'>;
  readonly ledger: Pick<Ledger, 'database' | 'keys'>;
  readonly publicUrl: string;
  readonly links: Pick<Links, 'outputFeed'>;
  readonly fetcher: Fetcher;
  readonly queue: JobQueue;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface Hubs {
  /** Takes note of what a poll read. */
  readonly onRead: NonNullable<WatchOptions['onRead']>;
  stop(): Promise<void>;
}

export async function startHubs(options: HubsOptions): Promise<Hubs> {
  const { config, ledger, publicUrl, links, fetcher, queue, now, signal, log } = options;
  const { database, keys } = ledger;
  const watched = config.feeds.filter(({ websub }) => websub === 'auto').map(({ id }) => id);
  await alignSubscriptions(database, { feeds: watched, publicUrl, now: now() });
  const ask = createAskHubs({ database, fetcher, keys, now, random: Math.random, signal });
  const look = createLookAfterPushes({
    database,
    feeds: config.feeds,
    now,
    poll: (feedId, id) => queue.add('watch', { feedId }, { id }),
  });
  const ping = createPingHubs({
    ...{ database, fetcher, now, signal },
    hubs: config.outputFeeds.hubs,
    addresses: (outputFeed) =>
      (['rss', 'atom', 'json'] as const).map((format) => links.outputFeed(outputFeed, format)),
  });
  const repeated = [
    repeat(askEvery, ask, (error) =>
      log.warn({ error: String(error) }, 'Hubs could not be asked for their subscriptions.'),
    ),
    repeat(pingEvery, ping, (error) =>
      log.warn({ error: String(error) }, 'Hubs could not be told of the output feeds.'),
    ),
    repeat(lookEvery, look, (error) =>
      log.warn({ error: String(error) }, 'Feeds that a hub pushed could not be polled.'),
    ),
  ];
  return {
    onRead: createNoteRead({ database, publicUrl, now }),
    async stop() {
      await Promise.all(repeated.map((one) => one.stop()));
    },
  };
}
