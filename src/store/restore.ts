/** What a confirmed restore settles: everything that may have gone out after the backup was made. */

import type { ChannelName, EditionId, FeedId } from '../model.js';
import type { Queryable } from './database.js';
import { abandonLetters } from './letters.js';

export type PerChannel = Partial<Record<ChannelName, number>>;

/** What is unsettled in the ledger. */
export interface Unsettled {
  /** Deliveries that are not final and could be sent, by channel. */
  readonly deliveries: PerChannel;
  /** Alerts whose frozen list is not complete. */
  readonly assembling: readonly EditionId[];
  /** Articles that wait, or were released and have no alert yet. */
  readonly articles: readonly { readonly id: string; readonly title: string }[];
  /** Destinations with a window that is due, by channel. */
  readonly windows: PerChannel;
  /** Feeds that were read before. */
  readonly feeds: readonly FeedId[];
}

/** An output feed shows what is in the ledger, so its deliveries are never sent twice: they go on. */
const open = `d.channel <> 'rss' and (d.state = 'sending' or d.state in ('pending', 'claimed')
  and exists (select from renderings r where r.edition_id = d.edition_id and r.channel = d.channel
    and r.rendered is not null))`;

const unalerted = `(a.state = 'waiting' or a.state = 'released' and a.alerted_at is null)`;

export async function unsettled(db: Queryable, now: Date): Promise<Unsettled> {
  const counted = (rows: { channel: ChannelName; n: number }[]) =>
    Object.fromEntries(rows.map(({ channel, n }) => [channel, n]));
  const deliveries = await db.query(
    `select d.channel, count(*)::int as n from deliveries d where ${open} group by d.channel`,
  );
  const assembling = await db.query(
    `select id from editions where state = 'assembling' and kind = 'alert' order by created_at`,
  );
  const articles = await db.query(
    `select a.id, r.content ->> 'title' as title from articles a
     join revisions r on r.article_id = a.id and r.revision = a.revision
     where ${unalerted} order by a.seen_order`,
  );
  const windows = await db.query(
    `select d.channel, count(distinct d.id)::int as n
     from subscriptions s join destinations d on d.id = s.destination_id and d.state = 'active'
     where s.due_at <= $1 group by d.channel`,
    [now],
  );
  const feeds = await db.query(
    'select id from feeds where last_success_at is not null order by id',
  );
  return {
    deliveries: counted(deliveries.rows),
    assembling: assembling.rows.map(({ id }) => id),
    articles: articles.rows,
    windows: counted(windows.rows),
    feeds: feeds.rows.map(({ id }) => id),
  };
}

/**
 * Calls what is not final uncertain, deliveries and letters, holds articles without an alert, and marks the feeds for their next
 * poll. To be called under the lock of releases.
 */
export async function settleRestored(
  tx: Queryable,
  why: { readonly deliveries: string; readonly articles: string },
  at: Date,
): Promise<void> {
  await tx.query(
    `update deliveries d set state = 'uncertain', detail = $1, settled_at = $2, claim = null,
       owner = null, lease_until = null, not_before = null, unreported = true
     where ${open}`,
    [why.deliveries, at],
  );
  await tx.query(
    `update articles a set state = 'held', hold_reason = $1, release_at = null, released_at = null,
       release_order = null where ${unalerted}`,
    [why.articles],
  );
  await abandonLetters(tx, at);
  await tx.query('update feeds set restored_at = $1 where last_success_at is not null', [at]);
}

export interface Newest {
  readonly at: Date;
  /** In one sentence. */
  readonly what: string;
}

/**
 * The newest thing that the ledger knew of at a moment; undefined where it was empty. What it learned from
 * the journal does not count.
 */
export async function newest(db: Queryable, before: Date): Promise<Newest | undefined> {
  const { rows } = await db.query(
    `select at, what from (
       select seen_at as at, 'An article was seen.' as what from articles
       union all select settled_at, 'A delivery was settled.' from deliveries
         where settled_at = (select max(settled_at) from deliveries)
       union all select last_poll_at, 'The feed ' || id || ' was polled.' from feeds
       union all select at, message from events where kind not like 'journal.%'
     ) as all_of_it where at < $1 order by at desc limit 1`,
    [before],
  );
  return rows[0];
}
