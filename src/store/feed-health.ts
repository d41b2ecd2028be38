/** What the ledger knows of each feed's health beyond what a poll needs. Read only. */

import type { FeedId } from '../model.js';
import type { Queryable } from './database.js';

export interface FeedHealthRow {
  readonly id: FeedId;
  /** When it answered 410; it is not polled by itself since then. */
  readonly goneAt: Date | null;
  /** Where it is polled instead of the config's URL, as permanent redirects led there again and again. */
  readonly movedTo: string | null;
  /** Where permanent redirects lead, before they are believed; how often in a row, and since when. */
  readonly movingTo: string | null;
  readonly movingTimes: number;
  readonly movingSince: Date | null;
  /** When it last brought an article that was not there at a first poll. */
  readonly lastNewAt: Date | null;
}

export async function feedHealthRows(db: Queryable): Promise<FeedHealthRow[]> {
  const { rows } = await db.query(
    `select f.id, f.gone_at as "goneAt", f.moved_to as "movedTo", f.moving_to as "movingTo",
       f.moving_times as "movingTimes", f.moving_since as "movingSince",
       (select max(a.seen_at) from articles a where a.feed_id = f.id and a.state <> 'seeded') as "lastNewAt"
     from feeds f`,
  );
  return rows;
}

/** The hosts that want to be left alone now, and until when. */
export async function pausedHosts(db: Queryable, now: Date): Promise<Map<string, Date>> {
  const { rows } = await db.query('select host, until from host_pauses where until > $1', [now]);
  return new Map(rows.map(({ host, until }) => [host, until]));
}
