/** Makes every job again from the ledger: what was lost with a queue, a process or a connection. */

import type { Feed } from '../model.js';
import type { DeliverJob, JobQueue } from '../queue/queue.js';
import type { Database } from '../store/database.js';
import { dueDeliveries, freeExpiredClaims } from '../store/deliveries.js';
import { type Repeated, repeat } from './repeat.js';

export interface ReconcileOptions {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly feeds: readonly Feed[];
  /** This process's number. */
  readonly owner: number;
  readonly now: () => Date;
  /** Looks whether the ledger is fenced: a backup may also be restored under a running process. */
  readonly isFenced: () => Promise<boolean>;
}

/** What a run found. */
export interface Reconciled {
  /** Deliveries that a process had claimed and not begun when it died. */
  readonly freed: number;
  /** Editions and channels with something to deliver. */
  readonly due: number;
}

/** Milliseconds between two runs. */
const every = 5_000;

/**
 * Reconciles now and then again and again, by a timer of this process: a schedule in the queue would be
 * lost with the queue. Rejects where the first run fails; later failures go to `onError`.
 */
export async function keepReconciling(
  options: ReconcileOptions & {
    readonly onError: (error: unknown) => void;
    readonly onDone?: (facts: Reconciled) => void;
  },
): Promise<Repeated> {
  const run = async () => options.onDone?.(await reconcile(options));
  await run();
  return repeat(every, run, options.onError);
}

export async function reconcile({
  database,
  queue,
  feeds,
  owner,
  now,
  isFenced,
}: ReconcileOptions): Promise<Reconciled> {
  if (await isFenced()) return { freed: 0, due: 0 };
  await scheduleAll(queue, feeds);
  const freed = await freeExpiredClaims(database);
  // While nothing assembles, it must not pile up.
  await queue.add('assemble', {}, { id: `assemble-${owner}` });
  const due = await dueDeliveries(database, now());
  for (const job of due) await queue.deliver(job, { id: deliverJobId(job, owner, now()) });
  return { freed, due: due.length };
}

/** The schedules of the feeds, as the config has them now. */
async function scheduleAll(queue: JobQueue, feeds: readonly Feed[]): Promise<void> {
  await queue.keepSchedules(
    'watch',
    feeds.map(({ id }) => id),
  );
  for (const feed of feeds) {
    await queue.schedule('watch', feed.id, feed.every * 1000, { feedId: feed.id });
  }
}

/** Milliseconds for which a process asks for the same work once. */
const asksOnceIn = 15_000;

/**
 * A process asks for the same work once, and after a while again: a job whose process died stays in the
 * queue as running for up to a minute, whoever asked for it, and must not stand in the way of the next.
 */
export function deliverJobId(job: DeliverJob, owner: number, now: Date): string {
  const period = Math.floor(now.getTime() / asksOnceIn);
  return `${job.editionId}-${job.channel}-${owner}-${period}`;
}
