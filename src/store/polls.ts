/** What polls bring: which articles are new, revised or known, under which verdict they are stored. */

import { articleId } from '../editions/ids.js';
import type { Admission, PollAdmission, PollFacts } from '../feeds/admit.js';
import type { ParsedFeed } from '../feeds/entry.js';
import type { Sighting } from '../feeds/identify.js';
import { type FeedAddress, isSameFeed } from '../feeds/moves.js';
import { RHYTHM_OF, type Rhythm, rhythmOf } from '../feeds/rhythm.js';
import type { FeedAsks, NextPoll } from '../feeds/schedule.js';
import type { ArticleId, Feed, FeedId } from '../model.js';
import { lockRelease } from './articles.js';
import { type Database, locks, type Queryable } from './database.js';
import { type FeedRow, feedRow, putAddress, putDocument, type SeenDocument } from './feeds.js';
import { noteArticlesChanged } from './hub-pings.js';
import { type Standing, standings } from './standings.js';
import {
  addNames,
  addRevisions,
  insertArticles,
  type JudgedArticle,
  type NewArticle,
  type ReadArticle,
  type Revision,
  reviveArticles,
  takeNames,
} from './write-articles.js';

export type Familiarity = 'fresh' | 'changed' | 'unchanged';

/** Tells for each article whether it is new, so that only the pages of those are fetched. */
export async function familiarity(
  db: Queryable,
  feed: Pick<FeedRow, 'id' | 'lastSuccessAt'>,
  articles: readonly Sighting[],
  now: Date,
): Promise<Familiarity[]> {
  const found = await standings(db, feed, articles, now);
  return found.map(({ kind }) => (kind === 'fresh' || kind === 'changed' ? kind : 'unchanged'));
}

export interface Poll {
  readonly at: Date;
  /** When it is polled next, asked with the rhythm that this poll's articles belong to. */
  readonly next: (rhythm: Rhythm | null) => NextPoll;
  readonly feed: Pick<Feed, 'id' | 'url'>;
  readonly title?: string;
  readonly document: SeenDocument;
  /** Where the feed is, as the poll told. */
  readonly address: FeedAddress;
  /** What the feed itself asks for. */
  readonly asks: FeedAsks;
  /** From the document's end to its beginning. Those that are known and unchanged need no content. */
  readonly articles: readonly (Sighting | ReadArticle)[];
  /** Entries in the document. */
  readonly total: number;
  /** Which parser read it, and why not the first. */
  readonly reading?: Pick<ParsedFeed, 'parser' | 'note' | 'cutOff'>;
  /** The guard, asked with what the ledger knows at that moment. */
  readonly admit: (facts: Omit<PollFacts, 'burst'>) => PollAdmission;
  /** Seconds of the undo window. */
  readonly releaseAfter: number;
}

export interface PollResult extends Admission {
  readonly fresh: readonly ArticleId[];
  /** Those of them that the guard judged apart from the rest. */
  readonly apart: readonly JudgedArticle[];
  readonly revised: readonly ArticleId[];
  /** The poll in one sentence. */
  readonly outcome: string;
}

/**
 * Stores one poll in one transaction: new articles under the guard's verdict, revisions, aliases, and
 * last the validators, so that what they vouch for is there.
 */
export async function recordPoll(database: Database, poll: Poll): Promise<PollResult> {
  return database.transaction(async (tx) => {
    const feed = await lockedFeed(tx, poll.feed);
    // Two feeds may bring the same article at once: the second is to find the first one's.
    await tx.query('select pg_advisory_xact_lock($1)', [locks.identity]);
    const entries = placed(poll, await standings(tx, feed, poll.articles, poll.at));
    const admission = admitted(poll, feed, entries);
    const fresh = newArticles(feed.id, entries, admission);
    const unsent = unsentArticles(entries, admission);
    const revised = revisions(entries);
    // Taken before the first number in the order of release, and held until the commit.
    if (fresh.some(({ verdict }) => verdict === 'seed')) await lockRelease(tx);
    const releaseAt = new Date(poll.at.getTime() + poll.releaseAfter * 1000);
    await insertArticles(tx, fresh, { feed: feed.id, at: poll.at, releaseAt });
    await reviveArticles(tx, unsent, releaseAt);
    await addRevisions(tx, [...fresh, ...revised], poll.at);
    await takeNames(tx, fresh);
    await addNames(tx, knownArticles(entries));
    const result = {
      verdict: admission.verdict,
      reason: admission.reason,
      apart: [...fresh, ...unsent].filter(({ apart }) => apart),
      fresh: [...fresh, ...unsent].map(({ id }) => id),
      revised: revised.map(({ id }) => id),
    };
    await noteArticlesChanged(tx, [...result.fresh, ...result.revised]);
    const outcome = describe(poll, result);
    await settleFeed(tx, feed, poll, { ...result, outcome });
    return { ...result, outcome };
  });
}

interface LockedFeed extends FeedRow {
  readonly heldAt: Date | null;
  readonly holdReason: string | null;
  readonly restoredAt: Date | null;
  /** In the last document that was believed. */
  readonly entries: number;
}

/** The feed, which no other poll stores anything of until the transaction ends. */
async function lockedFeed(tx: Queryable, of: Poll['feed']): Promise<LockedFeed> {
  const feed = await feedRow(tx, of);
  const { rows } = await tx.query(
    `select held_at as "heldAt", hold_reason as "holdReason", restored_at as "restoredAt", entries
     from feeds where id = $1 for update`,
    [feed.id],
  );
  return { ...feed, ...rows[0] };
}

/** An entry of the document, once however often it stands there. */
interface Placed {
  readonly article: Sighting | ReadArticle;
  readonly standing: Exclude<Standing, { kind: 'repeated' }>;
}

function placed({ articles }: Poll, found: readonly Standing[]): readonly Placed[] {
  return articles.flatMap((article, place) => {
    const standing = found[place];
    return !standing || standing.kind === 'repeated' ? [] : [{ article, standing }];
  });
}

/** What becomes of the new articles. Staff who hold a feed are heard after the guards: what these seed is never sent anyway. */
function admitted(poll: Poll, feed: LockedFeed, entries: readonly Placed[]): PollAdmission {
  const admission = poll.admit({
    seeded: feed.seededAt !== null,
    sameUrl: isSameFeed(feed, poll.feed.url),
    whole: poll.document.whole,
    before: feed.entries,
    now: poll.at,
    entries: entries.map(({ article: { publishedAt }, standing }) => ({
      fresh: isNew(standing),
      ...('here' in standing && { here: standing.here }),
      ...(standing.kind === 'fresh' && standing.doubt && { doubt: standing.doubt }),
      ...(publishedAt && { publishedAt }),
    })),
  });
  const fresh = entries.some(({ standing }) => isNew(standing));
  if (admission.verdict !== 'pass' || !fresh) return admission;
  if (feed.heldAt) {
    return { ...admission, verdict: 'hold', reason: `The feed is held: ${feed.holdReason}` };
  }
  if (!feed.restoredAt) return admission;
  const reason =
    'The ledger was restored from a backup, so what this poll brought may have gone out already, and is held.';
  return { ...admission, verdict: 'hold', reason };
}

function isNew({ kind }: Placed['standing']): boolean {
  return kind === 'fresh' || kind === 'unsent';
}

function newArticles(
  feed: FeedId,
  entries: readonly Placed[],
  admission: PollAdmission,
): readonly NewArticle[] {
  return entries.flatMap(({ article, standing }, place) => {
    if (standing.kind !== 'fresh' || !('content' in article)) return [];
    return {
      ...{ id: articleId(feed, standing.name), revision: 1, article },
      ...verdictOn(article, place, admission),
    };
  });
}

/** Those that another feed has brought in the meantime, while it began, so that nothing of them was sent. */
function unsentArticles(
  entries: readonly Placed[],
  admission: PollAdmission,
): readonly JudgedArticle[] {
  return entries.flatMap(({ article, standing }, place) =>
    standing.kind === 'unsent'
      ? { id: standing.article.id, ...verdictOn(article, place, admission) }
      : [],
  );
}

function verdictOn(
  article: Sighting,
  place: number,
  { verdict, reason, apart }: PollAdmission,
): Omit<JudgedArticle, 'id'> {
  const own = apart?.get(place);
  const { title } = article.words();
  return { title, ...(own ?? { verdict, reason }), apart: own !== undefined };
}

function revisions(entries: readonly Placed[]): readonly Revision[] {
  return entries.flatMap(({ article, standing }) => {
    if (standing.kind !== 'changed' || !('content' in article)) return [];
    const { id, revision } = standing.article;
    return { id, revision: revision + 1, article };
  });
}

function knownArticles(entries: readonly Placed[]) {
  return entries.flatMap(({ article, standing }) =>
    standing.kind === 'fresh' ? [] : { id: standing.article.id, article },
  );
}

function describe(
  poll: Poll,
  { verdict, reason, apart, fresh, revised }: Omit<PollResult, 'outcome'>,
): string {
  if (verdict !== 'pass') return reason;
  const changed = revised.length ? `, ${revised.length} revised` : '';
  const held = apart.filter((one) => one.verdict === 'hold').length;
  const doubted = held ? `, ${held} held` : '';
  return `Read ${poll.total} entries: ${fresh.length} new${changed}${doubted}.`;
}

/** Writes what the poll tells of the feed itself; the validators last. */
async function settleFeed(tx: Queryable, feed: LockedFeed, poll: Poll, result: PollResult) {
  const rhythm = result.fresh.length > 0 ? await readRhythm(tx, feed.id) : feed.rhythm;
  const next = poll.next(rhythm);
  const complete = poll.document.whole && poll.reading?.cutOff !== true;
  const believed = result.verdict !== 'hold' && complete && poll.total > 0;
  await tx.query(
    `update feeds set title = coalesce($2, title), last_poll_at = $3, last_success_at = $3,
       next_poll_at = $4, next_poll_reason = $5, asks = $6, last_news_at = $7, rhythm = $8,
       failures = 0, last_outcome = $9, gone_at = null, restored_at = null,
       seeded_at = case when $10 then $3 else seeded_at end, parser = $11, parser_note = $12,
       entries = coalesce($13, entries)
     where id = $1`,
    [
      feed.id,
      poll.title,
      poll.at,
      next.at,
      next.reason,
      poll.asks,
      rhythm?.newest,
      rhythm?.usual,
      result.outcome,
      result.verdict === 'seed',
      poll.reading?.parser,
      poll.reading?.note,
      believed ? poll.total : null,
    ],
  );
  await putAddress(tx, feed.id, poll.address);
  await putDocument(tx, feed.id, poll.at, poll.document);
}

/** The rhythm of the articles that a feed brought. */
async function readRhythm(db: Queryable, feed: FeedId): Promise<Rhythm | null> {
  const { rows } = await db.query(
    `select a.seen_at as "seenAt", r.content ->> 'publishedAt' as "publishedAt"
     from articles a join revisions r on r.article_id = a.id and r.revision = 1
     where a.feed_id = $1 order by a.seen_order desc limit $2`,
    [feed, RHYTHM_OF],
  );
  return rhythmOf(rows);
}
