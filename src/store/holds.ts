/** What staff hold and release: feeds, articles and editions; and who already had something of it. */

import type { ArticleId, ChannelName, EditionId, Feed, FeedId } from '../model.js';
import type { Queryable } from './database.js';
import { feedRow } from './feeds.js';
import { taken, waiting } from './states.js';
import { lostBefore } from './uncertain.js';

export interface Hold {
  readonly at: Date;
  readonly reason: string;
}

/**
 * Keeps polls of the feed waiting until the transaction ends. To be taken before the lock of the release,
 * as a poll does, or the two would wait for each other.
 */
export async function lockFeed(tx: Queryable, feed: Pick<Feed, 'id' | 'url'>): Promise<void> {
  await feedRow(tx, feed);
  await tx.query('select from feeds where id = $1 for update', [feed.id]);
}

/** Holds a feed, so that recordPoll holds what it brings, or lets it go again where `hold` is null. */
export async function putFeedHold(tx: Queryable, feed: FeedId, hold: Hold | null): Promise<void> {
  await tx.query('update feeds set held_at = $2, hold_reason = $3 where id = $1', [
    feed,
    hold?.at ?? null,
    hold?.reason ?? null,
  ]);
}

/** The feeds that staff hold. */
export async function heldFeeds(db: Queryable): Promise<Map<FeedId, Hold>> {
  const { rows } = await db.query(
    'select id, held_at as at, hold_reason as reason from feeds where held_at is not null',
  );
  return new Map(rows.map(({ id, at, reason }) => [id, { at, reason }]));
}

/**
 * Holds those of the articles that wait or were released. Without its number in the order of release no
 * window covers an article and no output feed shows it.
 */
export async function holdArticles(
  tx: Queryable,
  articles: readonly ArticleId[],
  reason: string,
): Promise<void> {
  await tx.query(
    `update articles set state = 'held', hold_reason = $2, release_at = null, released_at = null,
       release_order = null
     where id = any($1) and state in ('waiting', 'released')`,
    [articles, reason],
  );
}

/**
 * Holds editions that are not held yet, and returns those: nothing more of them is claimed or goes to
 * the wire.
 */
export async function holdEditions(
  tx: Queryable,
  editions: readonly EditionId[],
  hold: Hold,
): Promise<EditionId[]> {
  const { rows } = await tx.query(
    `update editions set held_at = $2, hold_reason = $3
     where id = any($1) and held_at is null returning id`,
    [editions, hold.at, hold.reason],
  );
  return rows.map(({ id }) => id);
}

/** Lets editions go on where they stopped; that an alert was held does not make it late. */
export async function releaseEditions(
  tx: Queryable,
  editions: readonly EditionId[],
  at: Date,
): Promise<EditionId[]> {
  const { rows } = await tx.query(
    `update editions set held_at = null, hold_reason = null,
       waits_since = least($2, waits_since + ($2 - greatest(waits_since, held_at)))
     where id = any($1) and held_at is not null returning id`,
    [editions, at],
  );
  return rows.map(({ id }) => id);
}

/** How many deliveries stand where. */
export interface Progress {
  readonly accepted: number;
  readonly rejected: number;
  readonly uncertain: number;
  readonly skipped: number;
  /** Being written, or without an answer yet. */
  readonly onWire: number;
  /** Still to come. */
  readonly waiting: number;
  /** Not to come, as the edition could not be rendered for the channel. */
  readonly unrendered: number;
}

export interface EditionProgress {
  readonly id: EditionId;
  readonly kind: 'alert' | 'digest';
  readonly state: 'assembling' | 'ready';
  readonly createdAt: Date;
  readonly heldAt: Date | null;
  readonly holdReason: string | null;
  /** The first article's title. */
  readonly title: string;
  readonly articles: readonly ArticleId[];
  readonly progress: Partial<Record<ChannelName, Progress>>;
}

const progressSelect = `select e.id, e.kind, e.state, e.created_at as "createdAt",
    e.held_at as "heldAt", e.hold_reason as "holdReason",
    e.content #>> '{sections,0,articles,0,title}' as title,
    array(select a.article_id from edition_articles a where a.edition_id = e.id) as articles,
    coalesce((select jsonb_object_agg(channel, to_jsonb(counted) - 'channel') from (
      select d.channel,
        count(*) filter (where state = 'accepted') as accepted,
        count(*) filter (where state = 'rejected') as rejected,
        count(*) filter (where state = 'uncertain') as uncertain,
        count(*) filter (where state = 'skipped') as skipped,
        count(*) filter (where state = 'sending') as "onWire",
        count(*) filter (where state in ('pending', 'claimed') and r.rendered is not null) as waiting,
        count(*) filter (where state in ('pending', 'claimed') and r.rendered is null) as unrendered
      from deliveries d
      left join renderings r on r.edition_id = d.edition_id and r.channel = d.channel
      where d.edition_id = e.id group by d.channel) as counted), '{}') as progress
  from editions e`;

/** SQL for "something of the edition `e` is still to come, or on the wire". */
export const underWay = `(e.state = 'assembling'
  or exists (select from renderings r join deliveries d using (edition_id, channel)
    where r.edition_id = e.id and r.rendered is not null and ${waiting})
  or exists (select from deliveries d where d.edition_id = e.id and ${taken}))`;

/** Editions whose id begins with `prefix`, as staff type it: enough to see whether it is just one. */
export async function editionsByPrefix(db: Queryable, prefix: string): Promise<EditionProgress[]> {
  const pattern = `${prefix.toLowerCase().replace(/[^0-9a-f-]/g, '?')}%`;
  return (await db.query(`${progressSelect} where e.id::text like $1 limit 2`, [pattern])).rows;
}

/** The editions `e` for which an SQL condition holds, oldest first. */
export async function progressOfEditions(
  db: Queryable,
  condition: string,
  values: readonly unknown[] = [],
): Promise<EditionProgress[]> {
  const { rows } = await db.query(
    `${progressSelect} where ${condition} order by e.created_at, e.id`,
    [...values],
  );
  return rows;
}

/** The editions that are not finished, oldest first. */
export function editionsUnderWay(db: Queryable): Promise<EditionProgress[]> {
  return progressOfEditions(db, underWay);
}

/** The editions that staff hold, oldest first. */
export function heldEditions(db: Queryable): Promise<EditionProgress[]> {
  return progressOfEditions(db, 'e.held_at is not null');
}

export interface ArticleEdition extends EditionProgress {
  readonly underWay: boolean;
}

/** The editions that any of these articles is in, oldest first. */
export async function editionsOfArticles(
  db: Queryable,
  articles: readonly ArticleId[],
): Promise<ArticleEdition[]> {
  const { rows } = await db.query(
    `${progressSelect.replace('select e.id', `select ${underWay} as "underWay", e.id`)}
     where e.id in (select edition_id from edition_articles where article_id = any($1))
     order by e.created_at, e.id`,
    [articles],
  );
  return rows;
}

/** Those of the articles whose alerts are not frozen yet. */
export async function articlesToAlert(
  db: Queryable,
  articles: readonly ArticleId[],
): Promise<Set<ArticleId>> {
  const { rows } = await db.query(
    'select id from articles where id = any($1) and alerted_at is null',
    [articles],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Who had at least one of some editions. */
export interface Had {
  /** Destinations that accepted it. */
  readonly accepted: Partial<Record<ChannelName, number>>;
  /** Destinations that may have it: uncertain, lost and to be tried once more, or on the wire now. */
  readonly perhaps: Partial<Record<ChannelName, number>>;
  /** The names of the Discord channels that accepted it. */
  readonly discordChannels: readonly string[];
}

/** Counts destinations, each once, however many of the editions it got. */
export async function whoHad(db: Queryable, editions: readonly EditionId[]): Promise<Had> {
  const { rows } = await db.query(
    `with reached as (
       select d.channel, d.destination_id, bool_or(d.state = 'accepted') as sure
       from deliveries d where d.edition_id = any($1)
         and (d.state in ('accepted', 'uncertain', 'sending')
           or d.state in ('pending', 'claimed') and ${lostBefore} is not null)
       group by d.channel, d.destination_id
     )
     select r.channel, count(*) filter (where sure)::int as sure,
       count(*) filter (where not sure)::int as perhaps,
       array_agg(coalesce(t.name, t.address) order by t.name)
         filter (where sure and r.channel = 'discord') as names
     from reached r left join destinations t on t.id = r.destination_id group by r.channel`,
    [editions],
  );
  const pick = (count: 'sure' | 'perhaps') =>
    Object.fromEntries(
      rows.filter((row) => row[count] > 0).map((row) => [row.channel, row[count]]),
    );
  return {
    accepted: pick('sure'),
    perhaps: pick('perhaps'),
    discordChannels: rows.flatMap(({ names }) => names ?? []),
  };
}
