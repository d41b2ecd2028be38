/** The output feeds of digests: which editions they show. */

import { configuredDestinationId } from '../editions/ids.js';
import type { ArticleId, Edition, EditionId } from '../model.js';
import { arePublic } from './article-feeds.js';
import type { Queryable } from './database.js';

export interface PublicDigest {
  readonly edition: Edition;
  /** When its window closed. */
  readonly closedAt: Date;
  /** When it came into the feed. */
  readonly shownAt: Date;
}

/**
 * What an output feed shows of the digests that were made for it: those that were sent, or are just
 * being sent, as that is all that sending means here. One that waits, is held or was skipped is not
 * shown. `$1` is the output feed's destination.
 */
const shown = `from deliveries d join editions e on e.id = d.edition_id
  where d.destination_id = $1 and e.kind = 'digest' and d.state in ('sending', 'accepted', 'uncertain')`;

/** The digests of an output feed (`<a program's id, or all>/digests`), newest first. */
export async function publicDigests(
  db: Queryable,
  options: { readonly outputFeed: string; readonly limit: number },
): Promise<PublicDigest[]> {
  const { rows } = await db.query(
    `select e.content as edition, e.closes_at as "closedAt",
       min(coalesce(d.settled_at, e.created_at)) as "shownAt"
     ${shown} group by e.id order by e.closes_at desc, e.id limit $2`,
    [configuredDestinationId('rss', options.outputFeed), options.limit],
  );
  return rows;
}

/** Whether the next GET of an output feed serves this edition: as a digest, or as its articles. */
export async function isPublic(
  db: Queryable,
  outputFeed: string,
  { edition, articles }: { readonly edition: EditionId; readonly articles: readonly ArticleId[] },
): Promise<boolean> {
  const [program = '', kind] = outputFeed.split('/');
  if (kind === undefined) return arePublic(db, articles, program === 'all' ? undefined : program);
  const { rowCount } = await db.query(`select ${shown} and e.id = $2 limit 1`, [
    configuredDestinationId('rss', outputFeed),
    edition,
  ]);
  return rowCount !== 0;
}
