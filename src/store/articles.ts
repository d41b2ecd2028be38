/** Articles, their states, and the order of release. What polls bring is stored in polls.ts. */

import type { ArticleContent, ArticleId, ArticleState, FeedId } from '../model.js';
import { type Database, locks, type Queryable } from './database.js';

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
