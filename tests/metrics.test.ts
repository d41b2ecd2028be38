import { expect, it } from 'vitest';
import { createMetrics, type MetricsOptions } from '../src/metrics.js';

const now = () => new Date('2026-03-02T09:00:00Z');

function metrics(over: Partial<MetricsOptions> = {}) {
  const made = createMetrics({
    channels: ['email', 'discord'],
    backlog: async () => [
      {
        channel: 'email',
        state: 'pending',
        deliveries: 12,
        oldest: new Date('2026-03-02T08:59:00Z'),
      },
      {
        channel: 'email',
        state: 'sending',
        deliveries: 3,
        oldest: new Date('2026-03-02T08:00:00Z'),
      },
    ],
    depth: async () => [{ queue: 'deliver-email', state: 'waiting', jobs: 4 }],
    now,
    patience: 100,
    ...over,
  });
  const lines = async () => (await made.scrape()).text.split('\n');
  return { made, lines };
}

it('tells what waits in the ledger and in the queue', async () => {
  const lines = await metrics().lines();
  expect(lines).toEqual(
    expect.arrayContaining([
      'broadsheet_deliveries{channel="email",state="pending"} 12',
      'broadsheet_deliveries{channel="email",state="sending"} 3',
      'broadsheet_deliveries{channel="discord",state="pending"} 0',
      'broadsheet_oldest_pending_seconds{channel="email"} 60',
      'broadsheet_oldest_pending_seconds{channel="discord"} 0',
      'broadsheet_queue_jobs{queue="deliver-email",state="waiting"} 4',
    ]),
  );
  expect(lines.some((line) => line.startsWith('process_resident_memory_bytes '))).toBe(true);
});

it('counts receipts and polls, and how long the wire took', async () => {
  const { made, lines } = metrics();
  made.settled('email', 'accepted', 0.02);
  made.settled('email', 'accepted', 20);
  made.settled('email', 'withheld', undefined);
  made.rendered('discord', 0.5);
  made.polled('main', 'news');
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'broadsheet_receipts_total{channel="email",outcome="accepted"} 2',
      'broadsheet_receipts_total{channel="email",outcome="withheld"} 1',
      'broadsheet_send_seconds_bucket{le="0.03",channel="email"} 1',
      'broadsheet_send_seconds_count{channel="email"} 2',
      'broadsheet_render_seconds_sum{channel="discord"} 0.5',
      'broadsheet_polls_total{feed="main",outcome="news"} 1',
    ]),
  );
});

it('leaves out a part that fails or hangs, rather than showing what was', async () => {
  let broken = false;
  const { lines } = metrics({
    backlog: async () => {
      if (broken) throw new Error('The database went away.');
      return [];
    },
    depth: () => (broken ? new Promise(() => {}) : Promise.resolve([])),
  });
  expect(await lines()).toContain('broadsheet_oldest_pending_seconds{channel="email"} 0');
  broken = true;
  const then = await lines();
  expect(then.filter((line) => line.startsWith('broadsheet_oldest_pending_seconds{'))).toEqual([]);
  expect(then).toEqual(
    expect.arrayContaining([
      'broadsheet_scrape_failures_total{part="ledger"} 1',
      'broadsheet_scrape_failures_total{part="queue"} 1',
    ]),
  );
  broken = false;
  expect(await lines()).toContain('broadsheet_oldest_pending_seconds{channel="email"} 0');
});
