/** What has changed in the ledger since it was looked at last, for staff who watch. */

import type { ArticleId, EditionId } from '../model.js';
import type { Queryable } from './database.js';
import type { BroadsheetEvent } from './events.js';
import { type EditionProgress, progressOfEditions, underWay } from './holds.js';

/** How far a look goes back: what a slow transaction wrote appears behind what came after it. */
const back = 200;

export interface NumberedEvent extends BroadsheetEvent {
  readonly id: number;
}

/** The events from a little before number `from` on, oldest first. */
export async function eventsFrom(db: Queryable, from: number): Promise<NumberedEvent[]> {
  const { rows } = await db.query(
    `select id::float8 as id, at, actor, kind, level, subject, message from events
     where id > $1 order by id`,
    [from - back],
  );
  return rows;
}

export interface ReleasedArticle {
  readonly id: ArticleId;
  readonly order: number;
  readonly title: string;
  readonly releasedAt: Date;
}

/** The articles released after this number in the order of release. */
export async function releasedAfter(db: Queryable, order: number): Promise<ReleasedArticle[]> {
  const { rows } = await db.query(
    `select a.id, a.release_order::float8 as "order", r.content ->> 'title' as title,
       a.released_at as "releasedAt"
     from articles a join revisions r on r.article_id = a.id and r.revision = a.revision
     where a.state = 'released' and a.release_order > $1 order by a.release_order`,
    [order],
  );
  return rows;
}

/** Where the ledger stands now: the last event, and the last number in the order of release. */
export async function position(db: Queryable): Promise<{ event: number; order: number }> {
  const { rows } = await db.query(
    `select coalesce((select max(id) from events), 0)::float8 as event,
       coalesce((select max(release_order) from articles), 0)::float8 as "order"`,
  );
  return rows[0];
}

/** The editions frozen last. */
export async function newestEditions(db: Queryable): Promise<EditionId[]> {
  const { rows } = await db.query('select id from editions order by created_at desc, id limit 100');
  return rows.map(({ id }) => id);
}

/** How far these editions are, and all others that are not finished; oldest first. */
export function watchedEditions(
  db: Queryable,
  editions: readonly EditionId[],
): Promise<EditionProgress[]> {
  return progressOfEditions(db, `e.id = any($1) or ${underWay}`, [editions]);
}
