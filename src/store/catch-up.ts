/** What waited while Broadsheet or a neighbour was away. Read only. */

import type { ArticleId, ChannelName, EditionId, FeedId } from '../model.js';
import type { Queryable } from './database.js';
import { goesOut, late } from './may-go.js';
import { sending, waiting } from './states.js';

/** An edition of which something waits to go out. */
export interface WaitingEdition {
  readonly id: EditionId;
  readonly kind: 'alert' | 'digest';
  /** The first article's title. */
  readonly title: string;
  /** Since when it could have gone out. */
  readonly since: Date;
  /** How many would go out now, per channel. */
  readonly goes: Partial<Record<ChannelName, number>>;
  /** How many are skipped, as they waited too long. */
  readonly late: Partial<Record<ChannelName, number>>;
}

/**
 * The editions that may go out and of which something waits, oldest first.
 *
 * @param before alerts that wait since before that are late
 * @param fetched the channels for which nothing is ever late
 */
export async function waitingEditions(
  db: Queryable,
  { before, fetched }: { before: Date; fetched: readonly ChannelName[] },
): Promise<WaitingEdition[]> {
  const { rows } = await db.query(
    `with counted as (
       select d.edition_id, d.channel,
         count(*) filter (where d.channel <> all($2) and ${late}) as late, count(*) as waiting
       from deliveries d join editions e on e.id = d.edition_id
       join renderings r on r.edition_id = d.edition_id and r.channel = d.channel and r.rendered is not null
       where ${waiting} and e.state = 'ready' and ${goesOut}
       group by d.edition_id, d.channel
     )
     select e.id, e.kind, e.content #>> '{sections,0,articles,0,title}' as title,
       coalesce(e.waits_since, e.closes_at, e.created_at) as since,
       coalesce(jsonb_object_agg(c.channel, c.waiting - c.late) filter (where c.waiting > c.late), '{}') as goes,
       coalesce(jsonb_object_agg(c.channel, c.late) filter (where c.late > 0), '{}') as late
     from counted c join editions e on e.id = c.edition_id
     group by e.id order by since, e.id`,
    [before, fetched],
  );
  return rows;
}

/** An article whose alerts are not frozen yet. */
export interface UnfrozenArticle {
  readonly id: ArticleId;
  readonly title: string;
  readonly programs: readonly string[];
  readonly since: Date;
}

/** The articles that are released, or whose undo window is over, and whose alerts are still to be frozen. */
export async function articlesToFreeze(db: Queryable, now: Date): Promise<UnfrozenArticle[]> {
  const { rows } = await db.query(
    `select a.id, r.content ->> 'title' as title, r.content -> 'programs' as programs,
       a.release_at as since
     from articles a join revisions r on r.article_id = a.id and r.revision = a.revision
     where a.state = 'released' and a.alerted_at is null or a.state = 'waiting' and a.release_at <= $1
     order by since, a.seen_order`,
    [now],
  );
  return rows;
}

/** How many deliveries were on the wire when their process died, or are on it now, per channel. */
export async function onWire(db: Queryable): Promise<Partial<Record<ChannelName, number>>> {
  const { rows } = await db.query(
    `select channel, count(*)::int as n from deliveries d where ${sending} group by channel`,
  );
  return Object.fromEntries(rows.map(({ channel, n }) => [channel, n]));
}

/** The feeds whose next poll is due, or that were never polled. */
export async function overdueFeeds(
  db: Queryable,
  feeds: readonly FeedId[],
  now: Date,
): Promise<{ id: FeedId; since: Date | null }[]> {
  const { rows } = await db.query(
    `select id, next_poll_at as since from unnest($1::text[]) as f (id)
     left join feeds using (id) where next_poll_at is null or next_poll_at <= $2`,
    [feeds, now],
  );
  return rows;
}
