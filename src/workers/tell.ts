/**
 * Tells staff of what needs them: each thing once by each way, what waits together in one message. One way
 * that is down does not keep the others from telling.
 */

import type { Channel } from '../channels/channel.js';
import type { ChannelName, Outcome } from '../model.js';
import type { Database } from '../store/database.js';
import { markTold, markUntold, untold } from '../store/told.js';
import type { NeighbourNotes } from './neighbours.js';
import { noticeOf } from './notice.js';
import { nextAttempt } from './retry.js';

/** One mailbox, or the Discord channel of staff. */
export interface Way {
  /** Without the address, such as `email:<keyed hash>`. */
  readonly id: string;
  readonly channel: ChannelName;
  readonly address: string;
}

/** Milliseconds that things gather, so that ten feeds that break at once are one message. */
const gather = 20_000;
/** Milliseconds between two messages by one way. */
const quiet = 60_000;

export interface TellOptions {
  readonly database: Database;
  readonly channels: ReadonlyMap<ChannelName, Pick<Channel, 'tell'>>;
  readonly ways: readonly Way[];
  readonly notes: NeighbourNotes;
  readonly now: () => Date;
}

/** Tells what is due, by every way. Rejects where one could not be seen to; the others were all the same. */
export function createTell({
  database,
  channels,
  ways,
  notes,
  now,
}: TellOptions): () => Promise<void> {
  const failed = new Map<string, { times: number; until: Date }>();

  return async function tell() {
    const results = await Promise.allSettled(ways.map(tellBy));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  async function tellBy(way: Way): Promise<void> {
    const channel = channels.get(way.channel);
    const at = now();
    if (!channel?.tell || (failed.get(way.id)?.until ?? at) > at) return;
    const events = await untold(database, way.id);
    const [oldest] = events;
    if (!oldest || at.getTime() - oldest.at.getTime() < gather) return;
    const notice = noticeOf(events, way.id, at);
    // Kept for the time after the wire: of what a crash leaves in between nobody knows, so it stays told.
    const telling = { way: way.id, ids: events.map(({ id }) => id), at };
    const quietSince = new Date(at.getTime() - quiet);
    let marked = false;
    const outcome = await channel.tell(notice, way.address, async () => {
      marked = await markTold(database, telling, quietSince);
      return marked;
    });
    if (!outcome) return;
    const arrived = outcome.outcome === 'accepted' || outcome.outcome === 'uncertain';
    if (marked && !arrived) await markUntold(database, telling);
    await remember(way, outcome);
  }

  async function remember(way: Way, outcome: Outcome): Promise<void> {
    if (outcome.outcome === 'accepted') {
      failed.delete(way.id);
      await notes.works(way.channel);
      await notes.works(`staff:${way.id}`);
      return;
    }
    if (outcome.outcome === 'uncertain') return;
    const everywhere = outcome.outcome === 'deferred' && outcome.scope === 'channel';
    const times = (failed.get(way.id)?.times ?? 0) + 1;
    const deferral = outcome.outcome === 'deferred' ? outcome : ownDeferral(outcome.reason);
    failed.set(way.id, { times, until: nextAttempt(deferral, times, now()) });
    await notes.fails(everywhere ? way.channel : `staff:${way.id}`, outcome.reason);
  }
}

/** What was refused is tried again all the same: staff may have mended it. */
function ownDeferral(reason: string) {
  return { outcome: 'deferred', scope: 'delivery', reason } as const;
}
