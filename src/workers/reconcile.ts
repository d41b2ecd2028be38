/** Makes every job again from the ledger: what was lost with a queue, a process or a connection. */

import type { Feed } from '../model.js';
import type { JobQueue } from '../queue/queue.js';
import type { Database } from '../store/database.js';
import { dueDeliveries, freeExpiredClaims } from '../store/deliveries.js';

export interface ReconcileOptions {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly feeds: readonly Feed[];
  readonly now: () => Date;
}

/** Milliseconds between two runs. It is also how often deferred deliveries are looked for. */
export const reconcileEvery = 5_000;

export async function reconcile({ database, queue, feeds, now }: ReconcileOptions): Promise<void> {
  await scheduleAll(queue, feeds);
  await freeExpiredClaims(database);
  await queue.add('assemble', {});
  for (const job of await dueDeliveries(database, now())) {
    await queue.add('deliver', job, { id: `${job.editionId}-${job.channel}` });
  }
}

/** The schedules of the feeds and of the reconciler itself, as the config has them now. */
export async function scheduleAll(queue: JobQueue, feeds: readonly Feed[]): Promise<void> {
  await queue.keepSchedules(
    'watch',
    feeds.map(({ id }) => id),
  );
  for (const feed of feeds) {
    await queue.schedule('watch', feed.id, feed.every * 1000, { feedId: feed.id });
  }
  await queue.schedule('reconcile', 'reconcile', reconcileEvery, {});
}
