/** Polls one feed: fetches it, tells what is new, reads the pages of that, and stores it all at once. */

import { createHash } from 'node:crypto';
import { admit } from '../feeds/admit.js';
import { toArticle, wantsPage } from '../feeds/article.js';
import { whyNoFeed } from '../feeds/discover.js';
import type { Entry, ParsedFeed } from '../feeds/entry.js';
import type { Fetcher, FetchResult } from '../feeds/fetch.js';
import { aliasesOf, entryHash } from '../feeds/identify.js';
import type { Reader } from '../feeds/reader.js';
import type { Rhythm } from '../feeds/rhythm.js';
import { type FeedAsks, type NextPoll, nextPoll } from '../feeds/schedule.js';
import { lookAt, type Offer, offerOf } from '../feeds/websub.js';
import type { Feed, FeedId, Program, ProgramId } from '../model.js';
import type { Database } from '../store/database.js';
import { type FeedRow, feedRow, recordPollOutcome } from '../store/feeds.js';
import { readFence } from '../store/fence.js';
import { persistently } from '../store/patience.js';
import { familiarity, type ReadArticle, recordPoll, type SeenArticle } from '../store/polls.js';
import { missedSelectors, readPages } from './pages.js';
import { type Problem, tellOfFailure, tellOfPoll } from './tell-of-polls.js';

/** Milliseconds for which a poll that the database does not take is written again and again. */
const recordFor = 10 * 60_000;

export interface WatchOptions {
  readonly database: Database;
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  readonly feeds: readonly Feed[];
  readonly programs: readonly Program[];
  readonly fallback: ProgramId;
  /** Seconds of the undo window. */
  readonly releaseAfter: number;
  readonly now: () => Date;
  /** From 0 to 1, for what is to be spread; Math.random where not given. */
  readonly random?: () => number;
  readonly signal: AbortSignal;
  /** Told when a poll brought something that may go out. */
  readonly onFresh: () => Promise<void>;
  /** Told when a poll that read the feed was recorded. */
  readonly onRead?: (poll: FeedRead) => Promise<void>;
  /** Told when a poll has ended and was recorded. */
  readonly onPolled?: (poll: Polled) => void;
  /** Milliseconds until a page that is not there yet is asked for again. */
  readonly secondTryAfter?: number;
}

/** What a poll came to. */
export interface Polled {
  readonly feed: FeedId;
  readonly outcome: 'seeded' | 'held' | 'news' | 'unchanged' | 'put off' | 'failed';
  /** New articles, and new revisions of known ones. */
  readonly fresh: number;
  readonly revised: number;
}

/** What hubs have to do with of a poll. */
export interface FeedRead {
  readonly feed: Feed;
  readonly begun: Date;
  /** Whether it brought anything new, or a revision. */
  readonly news: boolean;
  /** Undefined where the feed offers no WebSub. */
  readonly offer: Offer | undefined;
}

export interface WatchJob {
  readonly feedId: string;
  readonly forced?: boolean;
}

export interface WatchResult {
  /** The job came before the feed is due; the feed wants one at this moment. */
  readonly again?: Date;
}

export function createWatch(options: WatchOptions) {
  const { database, fetcher, reader, now, random = Math.random, signal } = options;
  /** Feeds under way. A poll may outlast the next tick of its schedule, and must not be joined by it. */
  const underWay = new Map<FeedId, Promise<WatchResult>>();

  return async function watch(job: WatchJob): Promise<WatchResult> {
    const feed = options.feeds.find(({ id }) => id === job.feedId);
    if (!feed) return {};
    for (;;) {
      const before = underWay.get(feed.id);
      if (!before) break;
      if (!job.forced) return {};
      // Staff want what the feed says now, and the poll under way may have read it earlier.
      await before.catch(() => {});
    }
    const result = pollWhenDue(feed, job);
    underWay.set(feed.id, result);
    try {
      return await result;
    } finally {
      underWay.delete(feed.id);
    }
  };

  async function pollWhenDue(feed: Feed, job: WatchJob): Promise<WatchResult> {
    if (await readFence(database)) return {};
    const row = await feedRow(database, feed);
    const early = row.nextPollAt && row.nextPollAt > now() && row.url === feed.url;
    const look = row.pushedAt && lookAt(row.pushedAt, row.lastPollAt);
    if (early && !job.forced && !(look && look <= now())) {
      // The schedule ticks evenly and the feed's own moment lies between two ticks, or far ahead.
      const wait = row.nextPollAt.getTime() - now().getTime();
      return wait < feed.every * 1000 ? { again: row.nextPollAt } : {};
    }
    await poll(feed, row);
    return {};
  }

  async function poll(feed: Feed, row: FeedRow): Promise<void> {
    const begun = now();
    // Validators vouch for what the same URL gave before, and for nothing else.
    const same = row.url === feed.url && row.seededAt !== null;
    const answer = await fetcher.get({
      url: feed.url,
      allowPrivate: feed.allowPrivate,
      accept: 'feed',
      signal,
      ...(same && row.etag && { etag: row.etag }),
      ...(same && row.lastModified && { lastModified: row.lastModified }),
    });
    if (signal.aborted) return;
    if (answer.kind === 'unchanged') return settle(feed, row, answer, 'Nothing has changed.');
    if (answer.kind === 'gone') {
      return fail(feed, row, answer, 'The feed is gone (410). Remove it from the config.');
    }
    if (answer.kind === 'failed') {
      if (answer.notAsked) return settle(feed, row, answer, answer.reason, 'put off');
      return fail(feed, row, answer, answer.reason);
    }
    const bodyHash = createHash('sha256').update(answer.body).digest('hex');
    if (same && bodyHash === row.bodyHash) {
      return settle(feed, row, answer, 'Nothing has changed.');
    }
    let parsed: ParsedFeed;
    try {
      parsed = await reader.readFeed(answer.body, answer.headers.contentType, answer.url);
    } catch (error) {
      return fail(feed, row, answer, await whyNoFeed(error, answer, reader));
    }
    const { articles, problems } = await read(feed, parsed, !same);
    if (signal.aborted) return;
    const at = now();
    const asks = asksOf(parsed);
    // The next poll may not show what this one did, so it is not let go while the database is away.
    const result = await persistently(
      () =>
        recordPoll(database, {
          feed,
          at,
          next: (rhythm) => next(feed, { ...known(row), failures: 0, answer, asks, rhythm }),
          asks,
          bodyHash,
          total: parsed.entries.length,
          reading: parsed,
          articles,
          releaseAfter: options.releaseAfter,
          admit: (facts) => admit({ ...facts, total: parsed.entries.length, burst: feed.burst }),
          ...(parsed.title && { title: parsed.title }),
          ...(answer.headers.etag && { etag: answer.headers.etag }),
          ...(answer.headers.lastModified && { lastModified: answer.headers.lastModified }),
        }),
      { stopping: signal, for: recordFor },
    );
    await tellOfPoll(database, { feed: feed.id, at: now(), result, articles, problems });
    const [fresh, revised] = [result.fresh.length, result.revised.length];
    const passed = fresh + revised > 0 ? 'news' : 'unchanged';
    const outcome = { seed: 'seeded', hold: 'held', pass: passed } as const;
    options.onPolled?.({ feed: feed.id, outcome: outcome[result.verdict], fresh, revised });
    if (result.verdict === 'pass' && result.fresh.length > 0) await options.onFresh();
    const offer = offerOf(answer.url, answer.headers.link, parsed);
    await options.onRead?.({ feed, begun, news: fresh + revised > 0, offer });
  }

  function polled(feed: Feed, outcome: Polled['outcome']) {
    options.onPolled?.({ feed: feed.id, outcome, fresh: 0, revised: 0 });
  }

  /** Makes articles of the entries, oldest first. Pages are fetched for what is new or changed. */
  async function read(feed: Feed, parsed: ParsedFeed, baseline: boolean) {
    const seen = parsed.entries.toReversed().map((entry) => ({
      entry,
      aliases: aliasesOf(feed.id, entry, parsed.entries),
      entryHash: entryHash(entry),
    }));
    const known = await persistently(() => familiarity(database, feed.id, seen), {
      stopping: signal,
      for: recordFor,
    });
    const context = {
      feed,
      programs: options.programs,
      fallback: options.fallback,
      ...(parsed.language && { feedLanguage: parsed.language }),
    };
    const articles: (SeenArticle | ReadArticle)[] = [];
    const problems: Problem[] = [];
    const wanted = seen.filter(
      ({ entry }, at) => !baseline && known[at] !== 'unchanged' && wantsPage(entry, context),
    );
    const pages = await readPages(
      feed,
      wanted.map(({ entry }) => entry),
      options,
    );
    for (const [index, { entry, aliases, entryHash: hash }] of seen.entries()) {
      if (known[index] === 'unchanged') {
        articles.push({ aliases, entryHash: hash });
        continue;
      }
      const { page, note } = pages.get(entry.url ?? '') ?? {};
      const made = toArticle(entry, page, context);
      if ('refused' in made) {
        problems.push({ message: made.refused, attention: true });
        continue;
      }
      const { content } = made;
      articles.push({ aliases, entryHash: hash, content, ...(note && { note }) });
      if (baseline) continue;
      if (note) problems.push({ message: `“${content.title}”: ${note}`, attention: false });
      problems.push(...missedSelectors(feed, page));
      if (!made.matched)
        problems.push({ message: unmatched(entry, content.title), attention: true });
    }
    return { articles, problems };
  }

  function unmatched(entry: Entry, title: string): string {
    const named = entry.categories.length
      ? ` (its categories: ${entry.categories.join(', ')})`
      : '';
    return `“${title}” matches no program${named}, so it went to ${options.fallback}. Add its category to a program's aliases.`;
  }

  async function fail(feed: Feed, row: FeedRow, answer: FetchResult, reason: string) {
    const failures = row.failures + 1;
    await recordPollOutcome(database, feed.id, {
      at: now(),
      next: next(feed, { ...known(row), failures, answer }),
      outcome: reason,
      result: 'failed',
    });
    if (failures >= 3 || answer.kind === 'gone') {
      await tellOfFailure(database, { feed: feed.id, at: now(), reason, since: row.lastSuccessAt });
    }
    polled(feed, 'failed');
  }

  async function settle(
    feed: Feed,
    row: FeedRow,
    answer: FetchResult,
    outcome: string,
    result: 'succeeded' | 'put off' = 'succeeded',
  ) {
    await recordPollOutcome(database, row.id, {
      at: now(),
      next: next(feed, {
        ...known(row),
        failures: result === 'succeeded' ? 0 : row.failures,
        answer,
      }),
      outcome,
      result,
    });
    polled(feed, result === 'succeeded' ? 'unchanged' : result);
  }

  function next(
    feed: Feed,
    poll: {
      failures: number;
      answer: FetchResult;
      asks: FeedAsks | undefined;
      rhythm: Rhythm | undefined;
      pushedUntil: Date | null;
    },
  ): NextPoll {
    const { failures, answer, asks, rhythm, pushedUntil } = poll;
    const headers = 'headers' in answer ? answer.headers : undefined;
    return nextPoll({
      now: now(),
      feed,
      failures,
      random: random(),
      ...(asks && { asks }),
      ...(rhythm && { rhythm }),
      pushed: pushedUntil !== null && pushedUntil > now(),
      ...(headers?.fresh && { fresh: headers.fresh }),
      ...('retryAfter' in answer && answer.retryAfter && { retryAfter: answer.retryAfter }),
    });
  }
}

function asksOf({ every, skipHours, skipDays }: ParsedFeed): FeedAsks {
  return {
    ...(every && { every }),
    ...(skipHours && { skipHours }),
    ...(skipDays && { skipDays }),
  };
}

/** What earlier polls have learned of the feed. */
function known({ asks, rhythm, pushedUntil }: FeedRow) {
  return { asks: asks ?? undefined, rhythm: rhythm ?? undefined, pushedUntil };
}
