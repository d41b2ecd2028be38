/** Which events staff were told of, by each way: one mailbox, or the Discord channel of staff. */

import { type Database, locks, type Queryable } from './database.js';

/** What somebody has to look at. */
export interface ToTell {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
}

/** Brings the ways that the config names into the ledger. What happened before a way was named counts as told. */
export async function keepWays(database: Database, ways: readonly string[]): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('delete from staff_ways where not way = any($1)', [ways]);
    await tx.query(
      `insert into staff_ways (way, after_event)
       select way, (select coalesce(max(id), 0) from events) from unnest($1::text[]) as way
       on conflict do nothing`,
      [ways],
    );
  });
}

/** What staff were not told of by this way, the oldest first. */
export async function untold(db: Queryable, way: string): Promise<ToTell[]> {
  const { rows } = await db.query(
    `select e.id, e.at, e.kind, e.subject, e.message from events e
     join staff_ways w on w.way = $1 and e.id > w.after_event
     where e.level = 'attention'
       and not exists (select from staff_told t where t.way = $1 and t.event_id = e.id)
     order by e.id`,
    [way],
  );
  return rows;
}

export interface Telling {
  readonly way: string;
  /** Of the events. */
  readonly ids: readonly string[];
  readonly at: Date;
}

/**
 * Marks the events as told by this way, durably, just before they are: all of them, or none. False where
 * another process tells one of them, or told something by this way after `quietSince`.
 */
export async function markTold(
  database: Database,
  { way, ids, at }: Telling,
  quietSince: Date,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [locks.tell]);
    const { rowCount } = await tx.query(
      `insert into staff_told (way, event_id, at) select $1, id, $3 from unnest($2::bigint[]) as id
       where not exists (select from staff_told
         where way = $1 and (at > $4 or event_id = any($2)))`,
      [way, ids, at, quietSince],
    );
    return rowCount === ids.length;
  });
}

/** Takes the mark away again: certainly nothing arrived. */
export async function markUntold(db: Queryable, { way, ids }: Telling): Promise<void> {
  await db.query('delete from staff_told where way = $1 and event_id = any($2)', [way, ids]);
}
