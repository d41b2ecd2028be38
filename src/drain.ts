/** The end of a process: what is on the wire gets its time, and no more. */

import { formatDuration } from './config/duration.js';
import type { Log } from './ledger.js';
import type { JobQueue } from './queue/queue.js';
import type { Database } from './store/database.js';
import { countOnWire } from './store/lost.js';

/** Milliseconds in which what was cut off is written down. */
const lastWords = 1_000;

export interface DrainOptions {
  readonly queue: Pick<JobQueue, 'stop'>;
  readonly database: Database;
  /** The number this process claims under. */
  readonly owner: number;
  /** Seconds. */
  readonly drainFor: number;
  readonly closeChannels: () => Promise<void>;
  readonly log: Log;
}

/** Takes no more jobs, and lets those under way end; what has not by then has its connections cut. */
export async function drain(options: DrainOptions): Promise<void> {
  const { queue, database, owner, drainFor, closeChannels, log } = options;
  const stopped = queue.stop();
  if (!(await within(drainFor * 1000, stopped))) {
    const onWire = await countOnWire(database, owner).catch(() => undefined);
    log.warn({ onWire }, leftBehind(onWire, drainFor));
  }
  await closeChannels();
  await within(lastWords, stopped);
}

function leftBehind(onWire: number | undefined, drainFor: number): string {
  const time = formatDuration(drainFor);
  if (onWire === 0) return `Some work was not done after ${time}: it is left to the next process.`;
  const what = onWire === 1 ? '1 delivery was' : `${onWire ?? 'Some'} deliveries were`;
  return `${what} still on the wire after ${time}: what became of them is left to the ledger and the next process.`;
}

/** Whether it settles in so many milliseconds. Rejects where it does. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
