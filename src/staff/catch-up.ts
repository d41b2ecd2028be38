/** What goes out after a time of being away, and what is skipped as too late: shown before it happens. */

import type { ChannelName, FeedId, Program } from '../model.js';
import {
  articlesToFreeze,
  onWire,
  overdueFeeds,
  type UnfrozenArticle,
  type WaitingEdition,
  waitingEditions,
} from '../store/catch-up.js';
import type { Database } from '../store/database.js';
import { skipLate } from '../store/deliveries.js';
import { countAudience } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { requireNoFence } from '../store/fence.js';
import { closed, count } from '../templates/plain.js';
import type { Act } from './act.js';
import { type DigestPlan, planDigests } from './digests.js';

type PerChannel = Partial<Record<ChannelName, number>>;

export interface CatchUpPlan {
  /** Frozen editions of which something waits, oldest first. */
  readonly editions: readonly WaitingEdition[];
  /** Articles whose alerts are still to be frozen, oldest first, with who reads them instantly. */
  readonly articles: readonly (UnfrozenArticle & {
    readonly late: boolean;
    readonly audience: PerChannel;
  })[];
  /** The windows that are due: overdue ones have become one for each destination. */
  readonly digests: DigestPlan;
  /** What is on the wire, or was when its process died. */
  readonly onWire: PerChannel;
  /** Feeds whose poll is due, since when; null for one that was never polled. */
  readonly feeds: readonly { readonly id: FeedId; readonly since: Date | null }[];
}

export interface CatchUpOptions {
  readonly programs: readonly Program[];
  readonly feeds: readonly { readonly id: FeedId }[];
  /** Seconds after which an alert is too late. */
  readonly alertsWithin: number;
  /** The channels for which nothing is ever too late. */
  readonly fetched: readonly ChannelName[];
  readonly now: Date;
}

export async function planCatchUp(
  database: Database,
  { programs, feeds, alertsWithin, fetched, now }: CatchUpOptions,
): Promise<CatchUpPlan> {
  const before = new Date(now.getTime() - alertsWithin * 1000);
  const [editions, unfrozen, digests, wire, overdue] = await Promise.all([
    waitingEditions(database, { before, fetched }),
    articlesToFreeze(database, now),
    planDigests(database, programs, now),
    onWire(database),
    overdueFeeds(
      database,
      feeds.map(({ id }) => id),
      now,
    ),
  ]);
  const articles = [];
  for (const article of unfrozen) {
    const audience = await countAudience(database, article.programs, ['instant']);
    articles.push({ ...article, late: article.since < before, audience });
  }
  return { editions, articles, digests, onWire: wire, feeds: overdue };
}

/** Skips what the plan found too late, and writes down who did it and why. Returns how many deliveries. */
export async function skipPlanned(
  database: Database,
  { editions }: CatchUpPlan,
  { alertsWithin, reason }: { alertsWithin: number; reason: string },
  act: Act,
): Promise<number> {
  const before = new Date(act.at.getTime() - alertsWithin * 1000);
  return database.transaction(async (tx) => {
    await requireNoFence(tx);
    let skipped = 0;
    for (const { id: editionId, late } of editions) {
      for (const channel of Object.keys(late) as ChannelName[]) {
        skipped += await skipLate(tx, { editionId, channel, before, reason, now: act.at });
      }
    }
    await recordEvent(tx, {
      at: act.at,
      actor: act.actor,
      kind: 'sending.caught-up',
      level: 'info',
      subject: 'sending',
      message: `What waited goes out, without ${count(skipped, 'delivery', 'deliveries')} that came too late: ${closed(act.reason)}`,
    });
    return skipped;
  });
}
