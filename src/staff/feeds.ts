/** What staff see of each feed: whether it works, how often it brings articles, and when it is polled next. */

import { localDate } from '../editions/schedule.js';
import { historyDays, type Pace, paceOf } from '../feeds/silence.js';
import type { Feed } from '../model.js';
import { type ArticleRow, recentArticles } from '../store/articles.js';
import type { Database } from '../store/database.js';
import { type BroadsheetEvent, recentEvents } from '../store/events.js';
import { type FeedRow, feedRows } from '../store/feeds.js';
import { type Hold, heldFeeds } from '../store/holds.js';
import { pausedHosts } from '../store/host-pauses.js';
import { type HubSubscription, hubSubscriptions } from '../store/hub-subscriptions.js';
import { heldByFeed, lastNewByFeed } from '../store/overview.js';
import { articlesByDay, historyOf, type SilenceRow, silences } from '../store/silence.js';

/**
 * - `never polled`: no poll of it has ended yet
 * - `fails`: the last poll failed; `gone`: the feed answered that it is gone for good
 * - `put off`: its host asked to be left alone for a while
 * - `silent`: it answers, and brings nothing new for longer than it ever does
 */
export type FeedState = 'never polled' | 'works' | 'fails' | 'gone' | 'put off' | 'silent';

export interface FeedHealth {
  readonly id: string;
  readonly url: string;
  readonly title: string | null;
  readonly state: FeedState;
  /** Polls that failed, one after the other. */
  readonly failures: number;
  /** What the last poll came to, in one sentence. */
  readonly lastOutcome: string | null;
  readonly silence: Pick<SilenceRow, 'since' | 'message'> | null;
  /** Until when its host wants to be left alone; null where it does not. */
  readonly putOffUntil: Date | null;
  readonly goneAt: Date | null;
  /** Staff hold the whole feed; null where they do not. */
  readonly hold: Hold | null;
  /** Articles held back. */
  readonly held: number;
  /** How often articles come; null before the first. */
  readonly pace: Pace | null;
  readonly lastPollAt: Date | null;
  readonly lastSuccessAt: Date | null;
  /** When it last brought an article that was not there at a first poll. */
  readonly lastNewAt: Date | null;
  readonly nextPollAt: Date | null;
  /** Why then: what follows "in 12 minutes:". */
  readonly nextPollReason: string | null;
  /** Where it is polled instead of `url`, or where redirects lead to that are not believed yet. */
  readonly moved: Pick<FeedRow, 'movedTo' | 'moving'>;
  /** Which parser read it last, and in one sentence why not the first. */
  readonly parser: string | null;
  readonly parserNote: string | null;
  /** The hubs that are asked to tell when it changes. */
  readonly hubs: readonly Omit<HubSubscription, 'feedId'>[];
}

export interface FeedsOptions {
  /** Those of the config that are to be shown. */
  readonly feeds: readonly Feed[];
  /** The newsroom's, an IANA zone. */
  readonly timezone: string;
  readonly now: Date;
}

/** The feeds in the config's order. */
export async function readFeeds(
  database: Database,
  { feeds, timezone, now }: FeedsOptions,
): Promise<FeedHealth[]> {
  const since = new Date(now.getTime() - historyDays * 86_400_000);
  const [rows, lastNew, holds, held, hosts, silent, articles, hubs] = await Promise.all([
    feedRows(database),
    lastNewByFeed(database),
    heldFeeds(database),
    heldByFeed(database),
    pausedHosts(database, now),
    silences(database),
    articlesByDay(database, { since, timezone }),
    hubSubscriptions(database, now),
  ]);
  return feeds.map(({ id, url }) => {
    const row = rows.find((one) => one.id === id);
    const quiet = silent.find(({ subject }) => subject === `feed:${id}`);
    const putOffUntil = hosts.get(new URL(row?.movedTo ?? url).host) ?? null;
    const history = historyOf(articles, (day) => day.feed === id);
    return {
      id,
      url,
      title: row?.title ?? null,
      state: stateOf(row, { putOff: putOffUntil, silent: quiet }),
      failures: row?.failures ?? 0,
      lastOutcome: row?.lastOutcome ?? null,
      silence: quiet ? { since: quiet.since, message: quiet.message } : null,
      putOffUntil,
      goneAt: row?.goneAt ?? null,
      hold: holds.get(id) ?? null,
      held: held.get(id) ?? 0,
      pace: paceOf(history, localDate(now, timezone)),
      lastPollAt: row?.lastPollAt ?? null,
      lastSuccessAt: row?.lastSuccessAt ?? null,
      lastNewAt: lastNew.get(id) ?? null,
      nextPollAt: row?.nextPollAt ?? null,
      nextPollReason: row?.nextPollReason ?? null,
      moved: { movedTo: row?.movedTo ?? null, moving: row?.moving ?? null },
      parser: row?.parser ?? null,
      parserNote: row?.parserNote ?? null,
      hubs: hubs.filter(({ feedId }) => feedId === id).map(({ feedId: _, ...hub }) => hub),
    };
  });
}

/** The state that says most: why nothing is read goes before that nothing comes. */
function stateOf(
  row: FeedRow | undefined,
  found: {
    readonly putOff: Date | null;
    readonly silent: unknown;
  },
): FeedState {
  if (row?.goneAt) return 'gone';
  if (found.putOff) return 'put off';
  if (!row?.lastPollAt) return 'never polled';
  if (row.failures > 0) return 'fails';
  return found.silent ? 'silent' : 'works';
}

export interface FeedInDetail extends FeedHealth {
  /** Those seen last. */
  readonly articles: readonly ArticleRow[];
  /** What happened to it, the newest first. */
  readonly events: readonly BroadsheetEvent[];
}

/** How many articles and events of a feed are shown. */
const recent = 8;

export async function readFeed(
  database: Database,
  feed: Feed,
  options: Omit<FeedsOptions, 'feeds'>,
): Promise<FeedInDetail> {
  const [health, articles, events] = await Promise.all([
    readFeeds(database, { ...options, feeds: [feed] }),
    recentArticles(database, { feed: feed.id, limit: recent }),
    recentEvents(database, { subject: `feed:${feed.id}`, limit: 5 * recent }),
  ]);
  const [of] = health as [FeedHealth];
  // The subject is looked for by its beginning, and another feed's id may begin with this one.
  const its = events.filter(({ subject }) => subject === `feed:${feed.id}`);
  return { ...of, articles, events: its.slice(0, recent) };
}
