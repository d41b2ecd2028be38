/** What is told of each step of the work: a line in the log, with ids and counts, and the metrics. */

import type { ChannelObserver } from './channels/measured.js';
import type { Log } from './ledger.js';
import type { Metrics } from './metrics.js';
import type { ChannelName, EditionId } from './model.js';
import type { Database } from './store/database.js';
import { listedDeliveries } from './store/editions.js';
import type { Polled } from './workers/poll-outcomes.js';
import type { Reconciled } from './workers/reconcile.js';

export interface Steps extends ChannelObserver {
  polled(poll: Polled): void;
  /** An edition's list is complete. Never rejects. */
  ready(edition: EditionId, channels: readonly ChannelName[]): Promise<void>;
  reconciled(facts: Reconciled): void;
}

export interface StepsOptions {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function createSteps({ database, log, metrics }: StepsOptions): Steps {
  return {
    rendered: metrics.rendered,
    settled: metrics.settled,
    sent({ seconds, ...batch }) {
      log.info({ ...batch, seconds: rounded(seconds) }, 'A batch was delivered.');
    },
    polled(poll) {
      metrics.polled(poll.feed, poll.outcome);
      const usual = poll.outcome === 'unchanged' || poll.outcome === 'put off';
      log[usual ? 'debug' : 'info'](poll, 'A feed was polled.');
    },
    async ready(edition, channels) {
      const deliveries = await listedDeliveries(database, edition).catch(() => undefined);
      log.info({ edition, channels, deliveries }, 'An edition is ready.');
    },
    reconciled(facts) {
      if (facts.freed > 0)
        log.info(facts, 'Deliveries that were claimed and not begun are free again.');
      else if (facts.due > 0)
        log.debug(facts, 'Work that the ledger holds was put into the queue.');
    },
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
