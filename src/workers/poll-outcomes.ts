/** What follows from a poll that brings no articles, and when and where the feed is polled next. */

import type { FetchResult } from '../feeds/fetch.js';
import { addressOf, afterPoll, type FeedAddress } from '../feeds/moves.js';
import { type NextPoll, nextPoll } from '../feeds/schedule.js';
import type { Feed, FeedId } from '../model.js';
import type { Database } from '../store/database.js';
import { type FeedRow, recordPollOutcome, type SeenDocument } from '../store/feeds.js';
import { tellOfFailure, tellOfMove } from './tell-of-polls.js';

/** So many failures in a row are more than bad luck. */
const FOR_GOOD = 3;

export interface OutcomesOptions {
  readonly database: Database;
  readonly now: () => Date;
  /** From 0 to 1, for what is to be spread; Math.random where not given. */
  readonly random?: () => number;
  /** Told when a poll has ended and was recorded. */
  readonly onPolled?: (poll: Polled) => void;
}

/** What a poll came to. */
export interface Polled {
  readonly feed: FeedId;
  readonly outcome: 'seeded' | 'held' | 'news' | 'unchanged' | 'put off' | 'failed';
  /** New articles, and new revisions of known ones. */
  readonly fresh: number;
  readonly revised: number;
}

/** Records what polls come to. `row` is the feed's as it was before the poll. */
export function createOutcomes({ database, now, random = Math.random, onPolled }: OutcomesOptions) {
  return { unchanged, putOff, failed, next, whereItIs, tellWhereItIs };

  /** The same document as before, by its server's word or, where it came, by its own. */
  async function unchanged(feed: Feed, row: FeedRow, answer: FetchResult, document?: SeenDocument) {
    const address = whereItIs(feed, row, answer);
    await recordPollOutcome(database, feed.id, {
      at: now(),
      next: next(feed, { ...row, failures: 0 }, answer),
      outcome: 'Nothing has changed.',
      result: 'succeeded',
      ...(address !== row && { address }),
      ...(document && { document }),
    });
    await tellWhereItIs(feed, row, address);
    polled(feed, 'unchanged');
  }

  /** It was not asked, as its host wants to be left alone. */
  async function putOff(feed: Feed, row: FeedRow, answer: FetchResult & { reason: string }) {
    await recordPollOutcome(database, feed.id, {
      at: now(),
      next: next(feed, row, answer),
      outcome: answer.reason,
      result: 'put off',
    });
    polled(feed, 'put off');
  }

  /** @param reason a full sentence */
  async function failed(feed: Feed, row: FeedRow, answer: FetchResult, reason: string) {
    const failures = row.failures + 1;
    // Where it had moved to is not better than what the config says, once it fails.
    const astray = row.url === feed.url && row.movedTo !== null;
    const gone = answer.kind === 'gone' && !astray;
    await recordPollOutcome(database, feed.id, {
      at: now(),
      next: gone
        ? { at: null, reason: 'it is gone for good (410)' }
        : next(feed, { ...row, failures }, answer),
      outcome: reason,
      result: gone ? 'gone' : 'failed',
      ...(astray &&
        failures >= FOR_GOOD && { address: { url: feed.url, movedTo: null, moving: null } }),
    });
    if (gone || failures >= FOR_GOOD) {
      const failure = { feed: feed.id, at: now(), reason, since: row.lastSuccessAt, gone };
      await tellOfFailure(database, failure);
    }
    polled(feed, 'failed');
  }

  /**
   * @param known what is known after the poll
   * @param answer what the poll got
   */
  function next(
    feed: Feed,
    known: Pick<FeedRow, 'failures' | 'asks' | 'rhythm' | 'pushedUntil'>,
    answer: FetchResult,
  ): NextPoll {
    const { failures, asks, rhythm, pushedUntil } = known;
    return nextPoll({
      now: now(),
      feed,
      failures,
      random: random(),
      asks,
      rhythm,
      pushed: pushedUntil !== null && pushedUntil > now(),
      ...('headers' in answer && { fresh: answer.headers.fresh }),
      ...('retryAfter' in answer && { retryAfter: answer.retryAfter }),
    });
  }

  function whereItIs(feed: Feed, row: FeedRow, answer: FetchResult): FeedAddress {
    const permanentUrl = 'permanentUrl' in answer ? answer.permanentUrl : undefined;
    const read = answer.kind === 'ok';
    return afterPoll(row, { at: now(), url: feed.url, permanentUrl, read });
  }

  /** Tells staff where that is not where it was. */
  async function tellWhereItIs(feed: Feed, row: FeedRow, { movedTo }: FeedAddress) {
    if (!movedTo || movedTo === row.movedTo) return;
    const from = addressOf(row, feed.url);
    await tellOfMove(database, { feed: feed.id, at: now(), from, to: movedTo });
  }

  function polled(feed: Feed, outcome: Polled['outcome']) {
    onPolled?.({ feed: feed.id, outcome, fresh: 0, revised: 0 });
  }
}
