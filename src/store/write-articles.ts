/** Writes articles of a poll, many in a statement: a first poll may bring a thousand. */

import type { Admission } from '../feeds/admit.js';
import type { Sighting } from '../feeds/identify.js';
import type { ArticleContent, ArticleId, FeedId } from '../model.js';
import type { Queryable } from './database.js';

export interface ReadArticle extends Sighting {
  readonly content: ArticleContent;
  /** What staff should know of how it was read. */
  readonly note?: string;
}

export interface Revision {
  readonly id: ArticleId;
  readonly revision: number;
  readonly article: ReadArticle;
}

export interface JudgedArticle extends Admission {
  readonly id: ArticleId;
  /** As the feed has it. */
  readonly title: string;
  /** Whether the guard judged it apart from the rest of its poll. */
  readonly apart: boolean;
}

export interface NewArticle extends Revision, JudgedArticle {}

const states = { seed: 'seeded', hold: 'held', pass: 'waiting' } as const;

/** Writes new articles in the order in which they are given, which their numbers follow. */
export async function insertArticles(
  tx: Queryable,
  fresh: readonly NewArticle[],
  poll: { readonly feed: FeedId; readonly at: Date; readonly releaseAt: Date },
): Promise<void> {
  await tx.query(
    `insert into articles
       (id, feed_id, state, hold_reason, revision, seen_at, release_at, released_at, release_order)
     select id, $4, state, reason, 1, $5::timestamptz, case state when 'waiting' then $6::timestamptz end,
       case state when 'seeded' then $5::timestamptz end, case state when 'seeded' then nextval('release_order') end
     from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as given (id, state, reason, place)
     order by place`,
    [
      fresh.map(({ id }) => id),
      fresh.map(({ verdict }) => states[verdict]),
      fresh.map(({ verdict, reason }) => (verdict === 'hold' ? reason : null)),
      poll.feed,
      poll.at,
      poll.releaseAt,
    ],
  );
}

/** Judges articles anew that were seeded: those that are not seeded again leave the order of release. */
export async function reviveArticles(
  tx: Queryable,
  articles: readonly JudgedArticle[],
  releaseAt: Date,
): Promise<void> {
  const revived = articles.filter(({ verdict }) => verdict !== 'seed');
  await tx.query(
    `update articles a set state = given.state, hold_reason = given.reason, released_at = null,
       release_order = null, release_at = case given.state when 'waiting' then $4::timestamptz end
     from unnest($1::uuid[], $2::text[], $3::text[]) as given (id, state, reason)
     where a.id = given.id and a.state = 'seeded'`,
    [
      revived.map(({ id }) => id),
      revived.map(({ verdict }) => states[verdict]),
      revived.map(({ verdict, reason }) => (verdict === 'hold' ? reason : null)),
      releaseAt,
    ],
  );
}

/** Writes new revisions, which are the newest of their articles from now on. */
export async function addRevisions(
  tx: Queryable,
  revisions: readonly Revision[],
  at: Date,
): Promise<void> {
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

/** Names of known articles; a name that leads to another article goes on doing so. */
export async function addNames(
  tx: Queryable,
  articles: readonly { readonly id: ArticleId; readonly article: Sighting }[],
): Promise<void> {
  const { aliases, ids } = columns(articles);
  await tx.query(
    `insert into article_aliases (alias, article_id)
     select * from unnest($1::text[], $2::uuid[]) on conflict do nothing`,
    [aliases, ids],
  );
}

/** Names of new articles. One that led to another article leads to the new one from now on. */
export async function takeNames(tx: Queryable, fresh: readonly NewArticle[]): Promise<void> {
  const { aliases, ids } = columns(fresh);
  await tx.query(
    `insert into article_aliases (alias, article_id)
     select distinct on (alias) alias, id
     from unnest($1::text[], $2::uuid[]) with ordinality as given (alias, id, place)
     order by alias, place desc
     on conflict (alias) do update set article_id = excluded.article_id`,
    [aliases, ids],
  );
}

function columns(articles: readonly { readonly id: ArticleId; readonly article: Sighting }[]) {
  const pairs = articles.flatMap(({ id, article }) =>
    article.aliases.map((alias) => ({ alias, id })),
  );
  return { aliases: pairs.map(({ alias }) => alias), ids: pairs.map(({ id }) => id) };
}
