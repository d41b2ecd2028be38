/** Polls one feed: fetches it, tells what is new, reads the pages of that, and stores it all at once. */

import { createHash } from 'node:crypto';
import { admit } from '../feeds/admit.js';
import { toArticle, wantsPage } from '../feeds/article.js';
import { whyNoFeed } from '../feeds/discover.js';
import type { Entry, ParsedFeed } from '../feeds/entry.js';
import type { Fetched, Fetcher } from '../feeds/fetch.js';
import { type Sighting, sightingOf } from '../feeds/identify.js';
import { addressOf, type FeedAddress, isSameFeed } from '../feeds/moves.js';
import type { Reader } from '../feeds/reader.js';
import type { FeedAsks } from '../feeds/schedule.js';
import { lookAt, type Offer, offerOf } from '../feeds/websub.js';
import type { Feed, FeedId, Program, ProgramId } from '../model.js';
import { type FeedRow, rowForPoll, type SeenDocument } from '../store/feeds.js';
import { readFence } from '../store/fence.js';
import { persistently } from '../store/patience.js';
import { familiarity, type PollResult, recordPoll } from '../store/polls.js';
import type { ReadArticle } from '../store/write-articles.js';
import { closed } from '../templates/plain.js';
import { missedSelectors, readPages } from './pages.js';
import { createOutcomes, type OutcomesOptions } from './poll-outcomes.js';
import { type Problem, tellOfPoll } from './tell-of-polls.js';

/** Milliseconds for which a poll that the database does not take is written again and again. */
const recordFor = 10 * 60_000;
/** Milliseconds after which a feed is asked for its whole document, unchanged or not. */
const wholeEvery = 7 * 86_400_000;

export interface WatchOptions extends OutcomesOptions {
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  readonly feeds: readonly Feed[];
  readonly programs: readonly Program[];
  readonly fallback: ProgramId;
  /** Seconds of the undo window. */
  readonly releaseAfter: number;
  readonly signal: AbortSignal;
  /** Told when a poll brought something that may go out. */
  readonly onFresh: () => Promise<void>;
  /** Told when a poll that read the feed was recorded. */
  readonly onRead?: (poll: FeedRead) => Promise<void>;
  /** Milliseconds until a page that is not there yet is asked for again. */
  readonly secondTryAfter?: number;
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

/** A poll that got a feed. */
interface Got {
  readonly feed: Feed;
  readonly row: FeedRow;
  readonly answer: Fetched;
  readonly document: SeenDocument;
  readonly parsed: ParsedFeed;
  readonly articles: readonly (Sighting | ReadArticle)[];
  readonly address: FeedAddress;
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
  const { database, fetcher, reader, now, signal } = options;
  const outcomes = createOutcomes(options);
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
    const row = await rowForPoll(database, feed);
    if (row.goneAt && !job.forced) return {};
    const look = row.pushedAt && lookAt(row.pushedAt, row.lastPollAt, feed);
    const early = isAhead(row, now()) && !(look && look <= now());
    if (early && row.nextPollAt && !job.forced) {
      // The schedule ticks evenly and the feed's own moment lies between two ticks, or far ahead.
      const wait = row.nextPollAt.getTime() - now().getTime();
      return wait < feed.every * 1000 ? { again: row.nextPollAt } : {};
    }
    await poll(feed, row);
    return {};
  }

  async function poll(feed: Feed, row: FeedRow): Promise<void> {
    const begun = now();
    // What is known vouches for what the same URL gave before, and for nothing else.
    const same = isSameFeed(row, feed.url) && row.seededAt !== null;
    const answer = await fetcher.get({
      url: addressOf(row, feed.url),
      allowPrivate: feed.allowPrivate,
      accept: 'feed',
      signal,
      ...(same && validators(row, now())),
    });
    if (signal.aborted) return;
    if (answer.kind === 'unchanged') return outcomes.unchanged(feed, row, answer);
    if (answer.kind === 'gone')
      return outcomes.failed(feed, row, answer, 'It is gone for good (410).');
    if (answer.kind === 'failed') {
      if (answer.notAsked) return outcomes.putOff(feed, row, answer);
      return outcomes.failed(feed, row, answer, answer.reason);
    }
    const document = documentOf(answer);
    if (same && document.bodyHash === row.bodyHash) {
      return outcomes.unchanged(feed, row, answer, document);
    }
    let parsed: ParsedFeed;
    try {
      parsed = await reader.readFeed(answer.body, answer.headers.contentType, answer.url);
    } catch (error) {
      return outcomes.failed(feed, row, answer, await whyNoFeed(error, answer, reader));
    }
    const { articles, problems } = await read(feed, row, parsed, !same);
    if (signal.aborted) return;
    const address = outcomes.whereItIs(feed, row, answer);
    const result = await stored({ feed, row, answer, document, parsed, articles, address });
    await outcomes.tellWhereItIs(feed, row, address);
    await tellOfPoll(database, { feed: feed.id, at: now(), result, articles, problems });
    const [fresh, revised] = [result.fresh.length, result.revised.length];
    const passed = fresh + revised > 0 ? 'news' : 'unchanged';
    const outcome = { seed: 'seeded', hold: 'held', pass: passed } as const;
    options.onPolled?.({ feed: feed.id, outcome: outcome[result.verdict], fresh, revised });
    if (result.verdict === 'pass' && result.fresh.length > 0) await options.onFresh();
    const offer = offerOf(answer.url, answer.headers.link, parsed);
    await options.onRead?.({ feed, begun, news: fresh + revised > 0, offer });
  }

  async function stored(got: Got): Promise<PollResult> {
    const { feed, row, answer, document, parsed, articles, address } = got;
    const at = now();
    const asks = asksOf(parsed);
    const store = () =>
      recordPoll(database, {
        feed,
        at,
        next: (rhythm) => outcomes.next(feed, { ...row, failures: 0, asks, rhythm }, answer),
        asks,
        // The end of one that was cut off would never come, if it were taken for read.
        document: parsed.cutOff ? { from: document.from, whole: document.whole } : document,
        address,
        total: parsed.entries.length,
        reading: parsed,
        articles,
        releaseAfter: options.releaseAfter,
        admit: (facts) => admit({ ...facts, burst: feed.burst }),
        ...(parsed.title && { title: parsed.title }),
      });
    try {
      // The next poll may not show what this one did, so it is not let go while the database is away.
      return await persistently(store, { stopping: signal, for: recordFor });
    } catch (error) {
      // It counts as a poll that failed, and staff are told; else it would come again at each tick, and only
      // the log would know. While the database is away this cannot be written either.
      const reason = `It was read, and could not be stored: ${closed((error as Error).message)}`;
      await outcomes.failed(feed, row, answer, reason).catch(() => {});
      throw error;
    }
  }

  /** Makes articles of the entries, from the document's end to its beginning. Pages are fetched for what is new or changed. */
  async function read(feed: Feed, row: FeedRow, parsed: ParsedFeed, baseline: boolean) {
    // What was cut off in the middle is read when it is there in full.
    const entries = parsed.cutOff ? parsed.entries.slice(0, -1) : parsed.entries;
    const seen = entries.toReversed().map((entry) => ({
      entry,
      sighting: sightingOf(feed.id, entry, entries),
    }));
    const sightings = seen.map(({ sighting }) => sighting);
    const known = await persistently(() => familiarity(database, row, sightings, now()), {
      stopping: signal,
      for: recordFor,
    });
    const context = {
      feed,
      programs: options.programs,
      fallback: options.fallback,
      ...(parsed.language && { feedLanguage: parsed.language }),
    };
    const articles: (Sighting | ReadArticle)[] = [];
    const problems: Problem[] = [];
    const wanted = seen.filter(
      ({ entry }, at) => !baseline && known[at] !== 'unchanged' && wantsPage(entry, context),
    );
    const pages = await readPages(
      feed,
      wanted.map(({ entry }) => entry),
      options,
    );
    for (const [index, { entry, sighting }] of seen.entries()) {
      if (known[index] === 'unchanged') {
        articles.push(sighting);
        continue;
      }
      const { page, note } = pages.get(entry.url ?? '') ?? {};
      const made = toArticle(entry, page, context);
      if ('refused' in made) {
        problems.push({ message: made.refused, attention: true });
        continue;
      }
      const { content } = made;
      articles.push({ ...sighting, content, ...(note && { note }) });
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
}

/** Whether the next poll is still to come, and was not planned by a clock that was an hour ahead or more. */
function isAhead({ nextPollAt, lastPollAt }: FeedRow, now: Date): boolean {
  const sound = !lastPollAt || lastPollAt.getTime() - now.getTime() < 3_600_000;
  return sound && nextPollAt !== null && nextPollAt > now;
}

/** The validators to send: none once in a while, or a server in disorder could say "not modified" for ever. */
function validators({ etag, lastModified, wholeAt, wholeFrom }: FeedRow, now: Date) {
  if (!wholeAt || now.getTime() - wholeAt.getTime() >= wholeEvery) return {};
  return {
    etag: etag ?? undefined,
    lastModified: lastModified ?? undefined,
    validatedAt: wholeFrom ?? undefined,
  };
}

function documentOf({ body, headers, url, delta }: Fetched): SeenDocument {
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const { etag, lastModified } = headers;
  return { etag, lastModified, bodyHash, from: url, whole: !delta };
}

function asksOf({ every, skipHours, skipDays }: ParsedFeed): FeedAsks {
  return {
    ...(every && { every }),
    ...(skipHours && { skipHours }),
    ...(skipDays && { skipDays }),
  };
}
