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

/** Released and seeded articles of a program (or all), newest release first. */
export async function publicArticles(
  db: Queryable,
  options: { program?: string; limit: number },
): Promise<PublicArticle[]> {
  const { rows } = await db.query(
    `select a.id, a.release_order as "order", coalesce(a.released_at, a.seen_at) as "releasedAt",
       r.seen_at as "revisedAt", r.content
     from articles a join revisions r on r.article_id = a.id and r.revision = a.revision
     where a.state in ('released', 'seeded') and ($1::text is null or r.content -> 'programs' ? $1)
     order by a.release_order desc limit $2`,
    [options.program ?? null, options.limit],
  );
  return rows.map((row) => ({ ...row, order: Number(row.order) }));
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
