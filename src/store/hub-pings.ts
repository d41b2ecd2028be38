/** Which output feeds have changed, and which of the changes their hubs were told of. */

import type { ArticleId } from '../model.js';
import type { Queryable } from './database.js';

/** Notes that an output feed shows something new: `<a program's id, or all>`, or `<one of these>/digests`. */
export async function noteFeedChanged(db: Queryable, outputFeed: string): Promise<void> {
  await db.query(
    `insert into output_feed_changes as c (output_feed, changes) values ($1, 1)
     on conflict (output_feed) do update set changes = c.changes + 1`,
    [outputFeed],
  );
}

/** Notes that articles were seeded or revised, in the output feeds that show them. */
export async function noteArticlesChanged(
  tx: Queryable,
  articles: readonly ArticleId[],
): Promise<void> {
  await tx.query(
    `insert into output_feed_changes as c (output_feed, changes)
     select output_feed, 1 from articles a
     join revisions r on r.article_id = a.id and r.revision = a.revision
     cross join lateral (
       select 'all' as output_feed
       union select jsonb_array_elements_text(r.content -> 'programs')
     ) as shown
     where a.id = any($1) and a.state in ('released', 'seeded')
     group by output_feed order by output_feed
     on conflict (output_feed) do update set changes = c.changes + 1`,
    [articles],
  );
}

/** A hub to be told that an output feed has changed. */
export interface DuePing {
  readonly hub: string;
  readonly outputFeed: string;
  /** The changes that it will have been told of. */
  readonly changes: string;
  /** Times in a row that it is told, this one included. */
  readonly attempt: number;
}

/**
 * Takes the pings that are due: what has changed since each of the hubs was told, however often, is one.
 * No other process gets them until `retryAt`.
 */
export async function takeDuePings(
  db: Queryable,
  { hubs, now, retryAt }: { hubs: readonly string[]; now: Date; retryAt: Date },
): Promise<DuePing[]> {
  const { rows } = await db.query(
    `with due as (
       select h.hub, c.output_feed, c.changes from unnest($1::text[]) as h (hub)
       cross join output_feed_changes c
       left join hub_pings p on p.hub = h.hub and p.output_feed = c.output_feed
       where p.hub is null or (p.told < c.changes and p.ping_at <= $2)
     ), taken as (
       insert into hub_pings as p (hub, output_feed, ping_at, failures)
       select hub, output_feed, $3, 1 from due
       on conflict (hub, output_feed) do update set ping_at = $3, failures = p.failures + 1
       where p.ping_at <= $2
       returning p.hub, p.output_feed, p.failures
     )
     select hub, output_feed as "outputFeed", changes, failures as attempt
     from taken join due using (hub, output_feed)`,
    [hubs, now, retryAt],
  );
  return rows;
}

/** Notes that a hub was told. It is told of the next change from `from` on, so that many at once are one. */
export async function notePinged(
  db: Queryable,
  { hub, outputFeed, changes }: DuePing,
  from: Date,
): Promise<void> {
  await db.query(
    `update hub_pings set told = $3, failures = 0, outcome = null, ping_at = $4
     where hub = $1 and output_feed = $2`,
    [hub, outputFeed, changes, from],
  );
}

/** Notes why a hub could not be told, and when it is tried again. */
export async function notePingFailed(
  db: Queryable,
  { hub, outputFeed }: DuePing,
  { outcome, retryAt }: { outcome: string; retryAt: Date },
): Promise<void> {
  await db.query(
    'update hub_pings set outcome = $3, ping_at = $4 where hub = $1 and output_feed = $2',
    [hub, outputFeed, outcome, retryAt],
  );
}

/** A hub that could not be told of some output feeds. */
export interface UntoldHub {
  readonly hub: string;
  readonly outputFeeds: number;
  /** Why, in one sentence. */
  readonly outcome: string;
  readonly retryAt: Date;
}

/** Of these hubs, those that could not be told. */
export async function untoldHubs(db: Queryable, hubs: readonly string[]): Promise<UntoldHub[]> {
  const { rows } = await db.query(
    `select hub, count(*)::int as "outputFeeds", max(outcome) as outcome, min(ping_at) as "retryAt"
     from hub_pings where hub = any($1) and outcome is not null group by hub order by hub`,
    [hubs],
  );
  return rows;
}
