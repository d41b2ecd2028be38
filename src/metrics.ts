/** The figures of this process and of the ledger, as Prometheus reads them. No label names a reader. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ChannelObserver } from './channels/measured.js';
import type { ChannelName, FeedId } from './model.js';
import type { QueueDepth } from './queue/queue.js';
import { bounded } from './staff/health.js';
import { type Backlog, unsettled } from './store/backlog.js';

export interface MetricsOptions {
  readonly channels: readonly ChannelName[];
  /** What waits; the ledger gives up after so many milliseconds. */
  readonly backlog: (limit: number) => Promise<readonly Backlog[]>;
  /** Undefined where this process uses no queue. */
  readonly depth: (() => Promise<readonly QueueDepth[]>) | undefined;
  readonly now: () => Date;
  /** Milliseconds within which the ledger and the queue have to answer a scrape; 2 s where not given. */
  readonly patience?: number;
}

export interface Metrics extends Pick<ChannelObserver, 'rendered' | 'settled'> {
  polled(feed: FeedId, outcome: string): void;
  /**
   * Everything in the text format of Prometheus. Never rejects: a part that fails, or does not answer in
   * time, is left out and counted as failed.
   */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export function createMetrics(options: MetricsOptions): Metrics {
  const { channels, backlog, depth, now, patience = 2_000 } = options;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const receipts = new Counter({
    name: 'broadsheet_receipts_total',
    help: 'Tries of deliveries that this process finished, by what became of them.',
    labelNames: ['channel', 'outcome'],
    registers,
  });
  const polls = new Counter({
    name: 'broadsheet_polls_total',
    help: 'Polls of feeds by this process, by what they came to.',
    labelNames: ['feed', 'outcome'],
    registers,
  });
  const rendering = new Histogram({
    name: 'broadsheet_render_seconds',
    help: 'How long it took to render an edition for a channel.',
    labelNames: ['channel'],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const sending = new Histogram({
    name: 'broadsheet_send_seconds',
    help: 'How long one delivery was on the wire.',
    labelNames: ['channel'],
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
    registers,
  });
  const jobs = new Gauge({
    name: 'broadsheet_queue_jobs',
    help: 'Jobs in the queues.',
    labelNames: ['queue', 'state'],
    registers,
  });
  const waiting = new Gauge({
    name: 'broadsheet_deliveries',
    help: 'Deliveries in the ledger that are not settled, by their state.',
    labelNames: ['channel', 'state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'broadsheet_oldest_pending_seconds',
    help: 'Age of the oldest pending delivery; 0 where none is pending.',
    labelNames: ['channel'],
    registers,
  });
  const failures = new Counter({
    name: 'broadsheet_scrape_failures_total',
    help: 'How often a part did not answer a scrape.',
    labelNames: ['part'],
    registers,
  });

  const askLedger = bounded(() => backlog(patience), patience);
  const askQueue = depth && bounded(() => depth(), patience);

  async function readLedger() {
    const read = await askLedger();
    waiting.reset();
    oldest.reset();
    if (!read) return failures.inc({ part: 'ledger' });
    for (const channel of channels) {
      oldest.set({ channel }, 0);
      for (const state of unsettled) waiting.set({ channel, state }, 0);
    }
    for (const { channel, state, deliveries, oldest: since } of read) {
      waiting.set({ channel, state }, deliveries);
      const age = (now().getTime() - since.getTime()) / 1000;
      if (state === 'pending') oldest.set({ channel }, Math.max(0, age));
    }
  }

  async function readQueue() {
    if (!askQueue) return;
    const read = await askQueue();
    jobs.reset();
    if (!read) return failures.inc({ part: 'queue' });
    for (const { queue, state, jobs: n } of read) jobs.set({ queue, state }, n);
  }

  return {
    rendered: (channel, seconds) => rendering.observe({ channel }, seconds),
    settled(channel, outcome, seconds) {
      receipts.inc({ channel, outcome });
      if (seconds !== undefined) sending.observe({ channel }, seconds);
    },
    polled: (feed, outcome) => polls.inc({ feed, outcome }),
    async scrape() {
      await Promise.all([readLedger(), readQueue()]);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
