/** Which articles the ledger has already, by the names that entries are known under. Read only. */

import type { ArticleState, FeedId } from '../model.js';
import type { Queryable } from './database.js';

export interface KnownArticle {
  readonly alias: string;
  readonly title: string;
  /** The feed that brought it first. */
  readonly feedId: FeedId;
  readonly state: ArticleState;
}

/** The articles that are known by one of these names; one that is known by several comes several times. */
export async function knownArticles(
  db: Queryable,
  aliases: readonly string[],
): Promise<KnownArticle[]> {
  const { rows } = await db.query(
    `select l.alias, r.content ->> 'title' as title, a.feed_id as "feedId", a.state
     from article_aliases l join articles a on a.id = l.article_id
     join revisions r on r.article_id = a.id and r.revision = a.revision
     where l.alias = any($1)`,
    [aliases],
  );
  return rows;
}
