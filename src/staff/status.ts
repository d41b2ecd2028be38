/** What staff see of the whole: feeds, what is held, editions with their receipts, and what wants attention. */

import type { Feed } from '../model.js';
import type { Database } from '../store/database.js';
import { type BroadsheetEvent, recentEvents } from '../store/events.js';
import { feedRows } from '../store/feeds.js';
import { type Fence, readFence } from '../store/fence.js';
import { type EditionProgress, type Hold, heldEditions, heldFeeds } from '../store/holds.js';
import { type UntoldHub, untoldHubs } from '../store/hub-pings.js';
import { type FailingNeighbour, failingNeighbours } from '../store/neighbours.js';
import { type EditionOverview, heldByFeed, recentEditions } from '../store/overview.js';
import { type Pause, readPause } from '../store/pause.js';
import { liveProcesses, type ProcessRow } from '../store/processes.js';
import { type SilenceRow, silences } from '../store/silence.js';

export interface FeedStatus {
  readonly id: string;
  readonly url: string;
  readonly title: string | null;
  /** Null before the first successful poll. */
  readonly seededAt: Date | null;
  readonly lastPollAt: Date | null;
  readonly nextPollAt: Date | null;
  /** Why then, in words. */
  readonly nextPollReason: string | null;
  /** Polls that failed, one after the other. */
  readonly failures: number;
  readonly lastOutcome: string | null;
  /** Articles held back. */
  readonly held: number;
  /** Staff hold the whole feed; null where they do not. */
  readonly hold: Hold | null;
}

export interface Status {
  /** Running services. Empty means that nothing is polled or sent now. */
  readonly services: readonly ProcessRow[];
  /** The ledger seems to be restored from a backup, so nothing is polled or sent; null where it is not. */
  readonly fence: Fence | null;
  /** Staff have paused all sending; null where they have not. */
  readonly paused: Pause | null;
  /** What cannot be used just now, the longest first. */
  readonly neighbours: readonly FailingNeighbour[];
  /** Hubs that could not be told that output feeds have changed. */
  readonly untoldHubs: readonly UntoldHub[];
  /** The editions that staff hold, the oldest first. */
  readonly heldEditions: readonly EditionProgress[];
  readonly feeds: readonly FeedStatus[];
  /** Feeds that answer and bring nothing new, and programs in which nobody publishes, the longest first. */
  readonly silences: readonly SilenceRow[];
  /** The newest ones first. */
  readonly editions: readonly EditionOverview[];
  /** What somebody has to look at, the newest first. */
  readonly attention: readonly BroadsheetEvent[];
  /** First polls of the last day: what was stored, and what sending it would have meant. */
  readonly seeded: readonly BroadsheetEvent[];
}

/** Milliseconds for which a first poll is still news. */
const day = 86_400_000;

export async function readStatus(
  database: Database,
  feeds: readonly Feed[],
  options: { editions: number; hubs?: readonly string[] },
): Promise<Status> {
  const since = new Date(Date.now() - day);
  const [
    services,
    fence,
    paused,
    neighbours,
    untold,
    holds,
    stopped,
    rows,
    held,
    silent,
    editions,
    attention,
    seeded,
  ] = await Promise.all([
    liveProcesses(database),
    readFence(database),
    readPause(database),
    failingNeighbours(database),
    untoldHubs(database, options.hubs ?? []),
    heldFeeds(database),
    heldEditions(database),
    feedRows(database),
    heldByFeed(database),
    silences(database),
    recentEditions(database, { limit: options.editions }),
    recentEvents(database, { level: 'attention', limit: 10 }),
    recentEvents(database, { kind: 'feed.seeded', since, limit: 10 }),
  ]);
  return {
    services,
    fence: fence ?? null,
    paused: paused ?? null,
    neighbours,
    untoldHubs: untold,
    heldEditions: stopped,
    feeds: feeds.map(({ id, url }) => {
      const row = rows.find((one) => one.id === id);
      return {
        id,
        url,
        title: row?.title ?? null,
        seededAt: row?.seededAt ?? null,
        lastPollAt: row?.lastPollAt ?? null,
        nextPollAt: row?.nextPollAt ?? null,
        nextPollReason: row?.nextPollReason ?? null,
        failures: row?.failures ?? 0,
        lastOutcome: row?.lastOutcome ?? null,
        held: held.get(id) ?? 0,
        hold: holds.get(id) ?? null,
      };
    }),
    silences: silent,
    editions,
    attention,
    seeded,
  };
}
