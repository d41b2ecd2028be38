/** Read-only questions over the whole ledger, for staff. */

import type { ArticleId, ChannelName, EditionId, FeedId } from '../model.js';
import type { Bounce } from './bounces.js';
import type { Queryable } from './database.js';

/** How many articles each feed has held back. */
export async function heldByFeed(db: Queryable): Promise<Map<FeedId, number>> {
  const { rows } = await db.query(
    `select feed_id, count(*)::int as n from articles where state = 'held' group by feed_id`,
  );
  return new Map(rows.map(({ feed_id, n }) => [feed_id, n]));
}

/** When each feed last brought an article that was not there at a first poll. */
export async function lastNewByFeed(db: Queryable): Promise<Map<FeedId, Date>> {
  const { rows } = await db.query(
    `select feed_id, max(seen_at) as at from articles where state <> 'seeded' group by feed_id`,
  );
  return new Map(rows.map(({ feed_id, at }) => [feed_id, at]));
}

export interface EditionOverview {
  readonly id: EditionId;
  readonly kind: 'alert' | 'digest';
  readonly language: string;
  readonly state: 'assembling' | 'ready';
  readonly createdAt: Date;
  /** The first article's title. */
  readonly title: string;
  /** Per channel, the number of deliveries in each state. */
  readonly counts: Partial<Record<ChannelName, Readonly<Record<string, number>>>>;
  /** Per channel, why it could not be rendered. */
  readonly failures: Partial<Record<ChannelName, string>>;
}

/** The newest editions first. */
export async function recentEditions(
  db: Queryable,
  options: { article?: ArticleId; limit: number },
): Promise<EditionOverview[]> {
  const { rows } = await db.query(
    `select e.id, e.kind, e.language, e.state, e.created_at as "createdAt",
       e.content #>> '{sections,0,articles,0,title}' as title,
       coalesce((select jsonb_object_agg(channel, states) from (
         select channel, jsonb_object_agg(state, n) as states from (
           select channel, state, count(*) as n from deliveries
           where edition_id = e.id group by channel, state) as counted
         group by channel) as per_channel), '{}') as counts,
       coalesce((select jsonb_object_agg(channel, failure) from renderings
         where edition_id = e.id and failure is not null), '{}') as failures
     from editions e
     where $1::uuid is null
       or exists (select from edition_articles a where a.edition_id = e.id and a.article_id = $1)
     order by e.created_at desc, e.id limit $2`,
    [options.article ?? null, options.limit],
  );
  return rows;
}

export type DeliveryState =
  | 'pending'
  | 'claimed'
  | 'sending'
  | 'accepted'
  | 'rejected'
  | 'uncertain'
  | 'skipped';

export interface Arrival {
  readonly articleId: ArticleId;
  readonly channel: ChannelName;
  readonly address: string | null;
  readonly name: string | null;
  readonly state: DeliveryState;
  readonly detail: string | null;
  readonly attempts: number;
  readonly at: Date;
  /** What came back of it last, after it was accepted. */
  readonly bounce: Omit<Bounce, 'at'> | null;
}

/** What became of each delivery of these articles' editions. */
export async function arrivals(db: Queryable, articles: readonly ArticleId[]): Promise<Arrival[]> {
  const { rows } = await db.query(
    `select a.article_id as "articleId", d.channel, t.address, t.name, d.state, d.detail, d.attempts,
       coalesce(d.settled_at, d.created_at) as at,
       (select json_build_object('kind', b.kind, 'status', b.status, 'diagnostic', b.diagnostic) from bounces b
        where b.edition_id = d.edition_id and b.destination_id = d.destination_id
          and b.round = d.round order by b.id desc limit 1) as bounce
     from edition_articles a
     join deliveries d on d.edition_id = a.edition_id
     left join destinations t on t.id = d.destination_id
     where a.article_id = any($1) order by d.channel, t.name, t.address`,
    [articles],
  );
  return rows;
}
