/** Articles and their revisions: identity, guards, and the order of release. */

import { articleId } from '../editions/ids.js';
import type { Admission } from '../feeds/admit.js';
import { RHYTHM_OF, type Rhythm, rhythmOf } from '../feeds/rhythm.js';
import type { FeedAsks, NextPoll } from '../feeds/schedule.js';
import type { ArticleContent, ArticleId, ArticleState, Feed, FeedId } from '../model.js';
import { type Database, locks, type Queryable } from './database.js';
import { feedRow } from './feeds.js';

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
  readonly next: (rhythm: Rhythm | undefined) => NextPoll;
  readonly feed: Pick<Feed, 'id' | 'url'>;
  readonly title?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly bodyHash: string;
  /** What the feed itself asks for. */
  readonly asks: FeedAsks;
  /** Oldest first. Those that are known and unchanged need no content. */
  readonly articles: readonly (SeenArticle | ReadArticle)[];
  /** Entries in the document. */
  readonly total: number;
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
    const feed = await feedRow(tx, poll.feed);
    const { rows } = await tx.query(
      `select held_at as at, hold_reason as reason, restored_at as "restoredAt"
       from feeds where id = $1 for update`,
      [feed.id],
    );
    const [held] = rows as [{ at: Date | null; reason: string | null; restoredAt: Date | null }];
    const known = await findKnown(tx, poll.articles);
    const fresh: ReadArticle[] = [];
    const revised: ArticleId[] = [];
    const inThisPoll = new Set<string>();
    for (const article of poll.articles) {
      const before = lookUp(known, article);
      if (!before) {
        if (!('content' in article)) continue;
        // A document may hold the same entry twice.
        if (article.aliases.some((alias) => inThisPoll.has(alias))) continue;
        for (const alias of article.aliases) inThisPoll.add(alias);
        fresh.push(article);
        continue;
      }
      await addAliases(tx, before.id, article.aliases);
      // Two entries of a document may turn out to be one article: the next poll tells which of them stays.
      const changed = compare(article, feed.id, before) === 'changed';
      if (changed && 'content' in article && !revised.includes(before.id)) {
        await addRevision(tx, before.id, before.revision + 1, article, poll.at);
        revised.push(before.id);
      }
    }
    const admitted = poll.admit({
      seeded: feed.seededAt !== null,
      sameUrl: feed.url === poll.feed.url,
      fresh: fresh.length,
    });
    // Staff who hold a feed are heard after the guards: what these seed is never sent anyway.
    const because = held.at
      ? `The feed is held: ${held.reason}`
      : held.restoredAt &&
        'The ledger was restored from a backup, so what this poll brought may have gone out already, and is held.';
    const admission: Admission =
      admitted.verdict === 'pass' && because && fresh.length > 0
        ? { verdict: 'hold', reason: because }
        : admitted;
    // Taken before the first number in the order of release, and held until the commit.
    if (admission.verdict === 'seed') await lockRelease(tx);
    const ids: ArticleId[] = [];
    for (const article of fresh) ids.push(await insertArticle(tx, article, poll, admission));
    const rhythm = fresh.length > 0 ? await readRhythm(tx, feed.id) : (feed.rhythm ?? undefined);
    const next = poll.next(rhythm);
    const outcome = describe(poll, ids.length, revised.length, admission);
    await tx.query(
      `update feeds set url = $2, title = coalesce($3, title), etag = $4, last_modified = $5,
         body_hash = $6, last_poll_at = $7, last_success_at = $7, next_poll_at = $8,
         next_poll_reason = $11, asks = $12, last_news_at = $13, rhythm = $14, failures = 0,
         last_outcome = $9, restored_at = null, seeded_at = case when $10 then $7 else seeded_at end
       where id = $1`,
      [
        feed.id,
        poll.feed.url,
        poll.title,
        poll.etag,
        poll.lastModified,
        poll.bodyHash,
        poll.at,
        next.at,
        outcome,
        admission.verdict === 'seed',
        next.reason,
        poll.asks,
        rhythm?.newest,
        rhythm?.usual,
      ],
    );
    return { ...admission, fresh: ids, revised, outcome };
  });
}

/** The rhythm of the articles that a feed brought. */
async function readRhythm(db: Queryable, feed: FeedId): Promise<Rhythm | undefined> {
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

async function insertArticle(
  tx: Queryable,
  article: ReadArticle,
  poll: Poll,
  { verdict, reason }: Admission,
): Promise<ArticleId> {
  const [alias] = article.aliases;
  if (!alias) throw new Error('An article without any alias cannot be stored.');
  const id = articleId(poll.feed.id, alias);
  const state = { seed: 'seeded', hold: 'held', pass: 'waiting' }[verdict];
  await tx.query(
    `insert into articles
       (id, feed_id, state, hold_reason, revision, seen_at, release_at, released_at, release_order)
     values ($1, $2, $3, $4, 1, $5, $6, $7, case when $3 = 'seeded' then nextval('release_order') end)`,
    [
      id,
      poll.feed.id,
      state,
      verdict === 'hold' ? reason : null,
      poll.at,
      verdict === 'pass' ? new Date(poll.at.getTime() + poll.releaseAfter * 1000) : null,
      verdict === 'seed' ? poll.at : null,
    ],
  );
  await addRevision(tx, id, 1, article, poll.at);
  await addAliases(tx, id, article.aliases);
  return id;
}

async function addRevision(
  tx: Queryable,
  id: ArticleId,
  revision: number,
  article: ReadArticle,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into revisions (article_id, revision, entry_hash, content, note, seen_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, revision, article.entryHash, article.content, article.note, at],
  );
  await tx.query('update articles set revision = $2 where id = $1', [id, revision]);
}

async function addAliases(tx: Queryable, id: ArticleId, aliases: readonly string[]): Promise<void> {
  await tx.query(
    `insert into article_aliases (alias, article_id)
     select unnest($1::text[]), $2 on conflict do nothing`,
    [aliases, id],
  );
}

/**
 * A number in the order of release must not become visible after a higher one, or a window that
 * closed in between would miss it: so numbers are taken one transaction at a time.
 */
export async function lockRelease(tx: Queryable): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [locks.release]);
}

/** Releases the articles whose undo window is over, oldest first. */
export async function releaseDue(database: Database, now: Date): Promise<ArticleId[]> {
  return database.transaction(async (tx) => {
    await lockRelease(tx);
    const { rows } = await tx.query(
      `with due as (
         select id from articles where state = 'waiting' and release_at <= $1
         order by release_at, seen_order for update
       ), ordered as (select id, nextval('release_order') as n from due)
       update articles a set state = 'released', released_at = $1, release_order = ordered.n
       from ordered where a.id = ordered.id returning a.id`,
      [now],
    );
    return rows.map(({ id }) => id);
  });
}

/** Lets held articles go out: they are released as soon as they are looked at. Returns those that were held. */
export async function unhold(
  db: Queryable,
  articles: readonly ArticleId[],
  now: Date,
): Promise<ArticleId[]> {
  const { rows } = await db.query(
    `update articles set state = 'waiting', hold_reason = null, release_at = $2
     where state = 'held' and id = any($1) returning id`,
    [articles, now],
  );
  return rows.map(({ id }) => id);
}

/** The released articles whose alerts are not frozen yet, in the order of release. */
export async function unalerted(db: Queryable): Promise<ArticleId[]> {
  const { rows } = await db.query(
    `select id from articles where state = 'released' and alerted_at is null order by release_order`,
  );
  return rows.map(({ id }) => id);
}

/** When the next undo window is over, of all that wait. */
export async function nextRelease(db: Queryable): Promise<Date | undefined> {
  const { rows } = await db.query(
    `select min(release_at) as at from articles where state = 'waiting'`,
  );
  return rows[0].at ?? undefined;
}

export interface ArticleRow {
  readonly id: ArticleId;
  readonly feedId: FeedId;
  readonly state: ArticleState;
  readonly holdReason: string | null;
  readonly revision: number;
  readonly seenAt: Date;
  readonly releaseAt: Date | null;
  readonly releasedAt: Date | null;
  /** When the newest revision was seen. */
  readonly revisedAt: Date;
  readonly note: string | null;
  readonly content: ArticleContent;
}

const articleSelect = `select a.id, a.feed_id as "feedId", a.state, a.hold_reason as "holdReason",
    a.revision, a.seen_at as "seenAt", a.release_at as "releaseAt", a.released_at as "releasedAt",
    r.seen_at as "revisedAt", r.note, r.content
  from articles a join revisions r on r.article_id = a.id and r.revision = a.revision`;

export async function articleRow(db: Queryable, id: ArticleId): Promise<ArticleRow | undefined> {
  return (await db.query(`${articleSelect} where a.id = $1`, [id])).rows[0];
}

/** Articles whose id begins with `prefix`, as staff type them: enough to see whether it is just one. */
export async function articlesByPrefix(db: Queryable, prefix: string): Promise<ArticleRow[]> {
  const pattern = `${prefix.toLowerCase().replace(/[^0-9a-f-]/g, '?')}%`;
  return (await db.query(`${articleSelect} where a.id::text like $1 limit 2`, [pattern])).rows;
}

/** The articles seen last come first. */
export async function recentArticles(
  db: Queryable,
  options: { state?: ArticleState; feed?: FeedId; limit: number },
): Promise<ArticleRow[]> {
  const { rows } = await db.query(
    `${articleSelect} where ($1::text is null or a.state = $1) and ($2::text is null or a.feed_id = $2)
     order by a.seen_order desc limit $3`,
    [options.state ?? null, options.feed ?? null, options.limit],
  );
  return rows;
}
