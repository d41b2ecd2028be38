/** The output feeds of articles: which articles they show. */

import type { ArticleContent, ArticleId } from '../model.js';
import type { Queryable } from './database.js';

export interface PublicArticle {
  readonly id: ArticleId;
  readonly content: ArticleContent;
  /** Its number in the order of release. */
  readonly order: number;
  readonly releasedAt: Date;
  /** When the revision was seen. */
  readonly revisedAt: Date;
}

/**
 * The numbers in the order of release that one archive covers, whatever program it is of. Archive n ends
 * with number n × span, so no later release, hold or change of the config moves an article from one to
 * another.
 */
const span = 25;

const archiveOf = (order: number) => Math.ceil(order / span);

interface Range {
  /** Of this program; of all where not given. */
  readonly program: string | undefined;
  readonly limit: number;
  readonly above?: number;
  readonly upTo?: number;
  readonly oldestFirst?: boolean;
  /** As it was then: with the revisions that had been seen. */
  readonly seenBy?: Date;
}

/** Released and seeded articles, by default newest release first. */
async function articlesIn(
  db: Queryable,
  { program, limit, above, upTo, oldestFirst = false, seenBy }: Range,
): Promise<PublicArticle[]> {
  const { rows } = await db.query(
    `select a.id, a.release_order as "order", coalesce(a.released_at, a.seen_at) as "releasedAt",
       r.seen_at as "revisedAt", r.content
     from articles a join revisions r on r.article_id = a.id and r.revision = case
       when $5::timestamptz is null then a.revision
       else (select max(s.revision) from revisions s where s.article_id = a.id and s.seen_at <= $5) end
     where a.state in ('released', 'seeded') and ($1::text is null or r.content -> 'programs' ? $1)
       and ($3::bigint is null or a.release_order > $3)
       and ($4::bigint is null or a.release_order <= $4)
     order by a.release_order ${oldestFirst ? 'asc' : 'desc'} limit $2`,
    [program ?? null, limit, above ?? null, upTo ?? null, seenBy ?? null],
  );
  return rows.map((row) => ({ ...row, order: Number(row.order) }));
}

interface CurrentFeed {
  readonly program: string | undefined;
  readonly limit: number;
  readonly asOf?: FeedState | undefined;
}

export interface ArticleFeed {
  /** Newest release first. */
  readonly articles: readonly PublicArticle[];
  /** The archives that come next to it: before, and, for an archive, after. */
  readonly prevArchive?: number;
  readonly nextArchive?: number;
}

/** How far a feed of articles had come: its newest release, and the newest revision of what it showed. */
export interface FeedState {
  readonly order: number;
  readonly revisedAt: Date;
}

/** The state of a feed that shows these. */
export function stateOf(articles: readonly PublicArticle[]): FeedState {
  const revised = articles.map(({ revisedAt }) => revisedAt.getTime());
  return { order: articles[0]?.order ?? 0, revisedAt: new Date(Math.max(0, ...revised)) };
}

/**
 * The newest articles of a program (or all). Where there are more, archives have them, and the newest of
 * those overlaps with this; unless `limit` is too small for that. With `asOf`, what it showed in that
 * state, as far as the ledger can tell: what was held since is missing.
 */
export async function currentArticles(
  db: Queryable,
  { program, limit, asOf }: CurrentFeed,
): Promise<ArticleFeed> {
  const then = asOf && { upTo: asOf.order, seenBy: asOf.revisedAt };
  const found = await articlesIn(db, { program, limit: limit + 1, ...then });
  const articles = found.slice(0, limit);
  if (found.length <= limit || limit < 2 * span) return { articles };
  const open = archiveOf(articles[0]?.order ?? 0);
  const prevArchive = articles.map(({ order }) => archiveOf(order)).find((one) => one < open);
  return { articles, ...(prevArchive && { prevArchive }) };
}

/** An archive by its number; undefined where it is empty, or where the feed still adds to it. */
export async function archivedArticles(
  db: Queryable,
  { program, archive }: { readonly program: string | undefined; readonly archive: number },
): Promise<ArticleFeed | undefined> {
  const [above, upTo] = [(archive - 1) * span, archive * span];
  const [articles, [newest], [before], [after]] = await Promise.all([
    articlesIn(db, { program, limit: span, above, upTo }),
    articlesIn(db, { program, limit: 1 }),
    articlesIn(db, { program, limit: 1, upTo: above }),
    articlesIn(db, { program, limit: 1, above: upTo, oldestFirst: true }),
  ]);
  const open = archiveOf(newest?.order ?? 0);
  if (articles.length === 0 || archive >= open) return undefined;
  const next = archiveOf(after?.order ?? 0);
  return {
    articles,
    ...(before && { prevArchive: archiveOf(before.order) }),
    ...(next < open && { nextArchive: next }),
  };
}

/** Whether all of these belong into the output feed of the program (or of all). */
export async function arePublic(
  db: Queryable,
  articles: readonly ArticleId[],
  program: string | undefined,
): Promise<boolean> {
  const { rows } = await db.query(
    `select count(*)::int as public from articles a
     join revisions r on r.article_id = a.id and r.revision = a.revision
     where a.id = any($1) and a.state in ('released', 'seeded')
       and ($2::text is null or r.content -> 'programs' ? $2)`,
    [articles, program ?? null],
  );
  return rows[0].public === new Set(articles).size;
}
