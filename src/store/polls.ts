/** What polls bring: which articles are new, revised or known, under which verdict they are stored. */

import { articleId } from '../editions/ids.js';
import type { Admission } from '../feeds/admit.js';
import type { ParsedFeed } from '../feeds/entry.js';
import { type FeedAddress, isSameFeed } from '../feeds/moves.js';
import { RHYTHM_OF, type Rhythm, rhythmOf } from '../feeds/rhythm.js';
import type { FeedAsks, NextPoll } from '../feeds/schedule.js';
import type { ArticleContent, ArticleId, Feed, FeedId } from '../model.js';
import { lockRelease } from './articles.js';
import { type Database, locks, type Queryable } from './database.js';
import { type FeedRow, feedRow, putAddress, putDocument, type SeenDocument } from './feeds.js';
import { noteArticlesChanged } from './hub-pings.js';

/** What a poll saw of one article. */
export interface SeenArticle {
  /** Every name it is known by, its own guid first. */
  readonly aliases: readonly string[];
  /** A hash of what readers would see, to tell a revision from the same again. */
  readonly entryHash: string;
}

export interface ReadArticle extends SeenArticle {
  readonly content: ArticleContent;
  /** What staff should know of how it was read. */
  readonly note?: string;
}

export type Familiarity = 'fresh' | 'changed' | 'unchanged';

interface Known {
  readonly id: ArticleId;
  readonly feedId: FeedId;
  readonly entryHash: string;
  readonly revision: number;
}

/** Tells for each article whether it is new, so that only the pages of those are fetched. */
export async function familiarity(
  db: Queryable,
  feed: FeedId,
  articles: readonly SeenArticle[],
): Promise<Familiarity[]> {
  const known = await findKnown(db, articles);
  return articles.map((article) => compare(article, feed, lookUp(known, article)));
}

function compare(article: SeenArticle, feed: FeedId, known: Known | undefined): Familiarity {
  if (!known) return 'fresh';
  // Only the feed that brought an article revises it, or two feeds would do so in turns for ever.
  return known.feedId === feed && known.entryHash !== article.entryHash ? 'changed' : 'unchanged';
}

async function findKnown(
  db: Queryable,
  articles: readonly SeenArticle[],
): Promise<Map<string, Known>> {
  const { rows } = await db.query(
    `select l.alias, a.id, a.feed_id as "feedId", a.revision, r.entry_hash as "entryHash"
     from article_aliases l
     join articles a on a.id = l.article_id
     join revisions r on r.article_id = a.id and r.revision = a.revision
     where l.alias = any($1)`,
    [articles.flatMap(({ aliases }) => aliases)],
  );
  return new Map(rows.map((row) => [row.alias, row]));
}

function lookUp(known: ReadonlyMap<string, Known>, article: SeenArticle): Known | undefined {
  for (const alias of article.aliases) {
    const found = known.get(alias);
    if (found) return found;
  }
  return undefined;
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
  /** Oldest first. Those that are known and unchanged need no content. */
  readonly articles: readonly (SeenArticle | ReadArticle)[];
  /** Entries in the document. */
  readonly total: number;
  /** Which parser read it, and why not the first. */
  readonly reading?: Pick<ParsedFeed, 'parser' | 'note'>;
  /** The guard, asked with what the ledger knows at that moment. */
  readonly admit: (facts: { seeded: boolean; sameUrl: boolean; fresh: number }) => Admission;
  /** Seconds of the undo window. */
  readonly releaseAfter: number;
}

export interface PollResult extends Admission {
  readonly fresh: readonly ArticleId[];
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
    const { fresh, revised, aliases } = sort(
      poll.articles,
      feed.id,
      await findKnown(tx, poll.articles),
    );
    const admission = admitted(poll, feed, fresh.length);
    // Taken before the first number in the order of release, and held until the commit.
    if (admission.verdict === 'seed') await lockRelease(tx);
    const ids = await insertArticles(tx, fresh, poll, admission);
    await addRevisions(tx, revised, poll.at);
    const ofFresh = fresh.flatMap((article, at) => ofArticle(ids[at] as ArticleId, article));
    await addAliases(tx, [...aliases, ...ofFresh]);
    await noteArticlesChanged(tx, [...ids, ...revised.map(({ id }) => id)]);
    const rhythm = ids.length > 0 ? await readRhythm(tx, feed.id) : feed.rhythm;
    const next = poll.next(rhythm);
    const outcome = describe(poll, ids.length, revised.length, admission);
    await tx.query(
      `update feeds set title = coalesce($2, title), last_poll_at = $3, last_success_at = $3,
         next_poll_at = $4, next_poll_reason = $5, asks = $6, last_news_at = $7, rhythm = $8,
         failures = 0, last_outcome = $9, gone_at = null, restored_at = null,
         seeded_at = case when $10 then $3 else seeded_at end, parser = $11, parser_note = $12
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
        outcome,
        admission.verdict === 'seed',
        poll.reading?.parser,
        poll.reading?.note,
      ],
    );
    await putAddress(tx, feed.id, poll.address);
    await putDocument(tx, feed.id, poll.at, poll.document);
    return { ...admission, fresh: ids, revised: revised.map(({ id }) => id), outcome };
  });
}

interface LockedFeed extends FeedRow {
  readonly heldAt: Date | null;
  readonly holdReason: string | null;
  readonly restoredAt: Date | null;
}

/** The feed, which no other poll stores anything of until the transaction ends. */
async function lockedFeed(tx: Queryable, of: Poll['feed']): Promise<LockedFeed> {
  const feed = await feedRow(tx, of);
  const { rows } = await tx.query(
    `select held_at as "heldAt", hold_reason as "holdReason", restored_at as "restoredAt"
     from feeds where id = $1 for update`,
    [feed.id],
  );
  return { ...feed, ...rows[0] };
}

/** What becomes of the new articles. Staff who hold a feed are heard after the guards: what these seed is never sent anyway. */
function admitted(poll: Poll, feed: LockedFeed, fresh: number): Admission {
  const admission = poll.admit({
    seeded: feed.seededAt !== null,
    sameUrl: isSameFeed(feed, poll.feed.url),
    fresh,
  });
  if (admission.verdict !== 'pass' || fresh === 0) return admission;
  if (feed.heldAt) return { verdict: 'hold', reason: `The feed is held: ${feed.holdReason}` };
  if (!feed.restoredAt) return admission;
  const reason =
    'The ledger was restored from a backup, so what this poll brought may have gone out already, and is held.';
  return { verdict: 'hold', reason };
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

function describe(poll: Poll, fresh: number, revised: number, admission: Admission): string {
  if (admission.verdict !== 'pass') return admission.reason;
  const changed = revised ? `, ${revised} revised` : '';
  return `Read ${poll.total} entries: ${fresh} new${changed}.`;
}

interface Revision {
  readonly id: ArticleId;
  readonly revision: number;
  readonly article: ReadArticle;
}

interface Alias {
  readonly alias: string;
  readonly id: ArticleId;
}

/** Parts what is new from what is revised, and gathers the names of all that is known. */
function sort(
  articles: Poll['articles'],
  feed: FeedId,
  known: ReadonlyMap<string, Known>,
): { fresh: ReadArticle[]; revised: Revision[]; aliases: Alias[] } {
  const fresh: ReadArticle[] = [];
  const revised = new Map<ArticleId, Revision>();
  const aliases: Alias[] = [];
  const inThisPoll = new Set<string>();
  for (const article of articles) {
    const before = lookUp(known, article);
    if (!before) {
      // A document may hold the same entry twice.
      if (!('content' in article) || article.aliases.some((alias) => inThisPoll.has(alias)))
        continue;
      for (const alias of article.aliases) inThisPoll.add(alias);
      fresh.push(article);
      continue;
    }
    const { id, revision } = before;
    aliases.push(...ofArticle(id, article));
    // Two entries of a document may turn out to be one article: the next poll tells which of them stays.
    const changed = compare(article, feed, before) === 'changed' && !revised.has(id);
    if (changed && 'content' in article) {
      revised.set(id, { id, revision: revision + 1, article });
    }
  }
  return { fresh, revised: [...revised.values()], aliases };
}

function ofArticle(id: ArticleId, { aliases }: SeenArticle): Alias[] {
  return aliases.map((alias) => ({ alias, id }));
}

async function insertArticles(
  tx: Queryable,
  fresh: readonly ReadArticle[],
  poll: Poll,
  { verdict, reason }: Admission,
): Promise<ArticleId[]> {
  const ids = fresh.map(({ aliases: [first] }) => {
    if (!first) throw new Error('An article without any alias cannot be stored.');
    return articleId(poll.feed.id, first);
  });
  // In the order in which they are given: their numbers follow from it.
  await tx.query(
    `insert into articles
       (id, feed_id, state, hold_reason, revision, seen_at, release_at, released_at, release_order)
     select id, $2, $3, $4, 1, $5, $6, $7, case when $3 = 'seeded' then nextval('release_order') end
     from unnest($1::uuid[]) with ordinality as given (id, place) order by place`,
    [
      ids,
      poll.feed.id,
      { seed: 'seeded', hold: 'held', pass: 'waiting' }[verdict],
      verdict === 'hold' ? reason : null,
      poll.at,
      verdict === 'pass' ? new Date(poll.at.getTime() + poll.releaseAfter * 1000) : null,
      verdict === 'seed' ? poll.at : null,
    ],
  );
  const revisions = fresh.map((article, at) => ({
    id: ids[at] as ArticleId,
    revision: 1,
    article,
  }));
  await addRevisions(tx, revisions, poll.at);
  return ids;
}

async function addRevisions(tx: Queryable, revisions: readonly Revision[], at: Date) {
  await tx.query(
    `with added as (
       insert into revisions (article_id, revision, entry_hash, content, note, seen_at)
       select *, $6 from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::text[])
       returning article_id, revision
     )
     update articles a set revision = added.revision from added where a.id = added.article_id`,
    [
      revisions.map(({ id }) => id),
      revisions.map(({ revision }) => revision),
      revisions.map(({ article }) => article.entryHash),
      revisions.map(({ article }) => JSON.stringify(article.content)),
      revisions.map(({ article }) => article.note ?? null),
      at,
    ],
  );
}

async function addAliases(tx: Queryable, aliases: readonly Alias[]): Promise<void> {
  await tx.query(
    `insert into article_aliases (alias, article_id)
     select * from unnest($1::text[], $2::uuid[]) on conflict do nothing`,
    [aliases.map(({ alias }) => alias), aliases.map(({ id }) => id)],
  );
}
