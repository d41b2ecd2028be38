/** What a process tells of its work: its figures, and a line in the log for each step. */

import type { Log } from './ledger.js';
import { createMetrics, type Metrics } from './metrics.js';
import type { ChannelName } from './model.js';
import type { JobQueue } from './queue/queue.js';
import { createSteps, type Steps } from './steps.js';
import { readBacklog } from './store/backlog.js';
import type { Database } from './store/database.js';

export interface OperationsOptions {
  readonly database: Database;
  /** Undefined where this process uses no queue. */
  readonly queue: JobQueue | undefined;
  readonly channels: readonly ChannelName[];
  readonly log: Log;
  readonly now: () => Date;
}

export interface Operations extends Pick<Metrics, 'scrape'> {
  readonly steps: Steps;
}

export function createOperations(options: OperationsOptions): Operations {
  const { database, queue, channels, log, now } = options;
  const metrics = createMetrics({
    channels,
    backlog: (limit) => readBacklog(database, limit),
    depth: queue && (() => queue.depth()),
    now,
  });
  return { scrape: metrics.scrape, steps: createSteps({ database, log, metrics }) };
}
