/** What polling has learned of each feed. */

import type { FeedAddress } from '../feeds/moves.js';
import type { Rhythm } from '../feeds/rhythm.js';
import type { FeedAsks, NextPoll } from '../feeds/schedule.js';
import type { Feed, FeedId } from '../model.js';
import type { Queryable } from './database.js';

/** `url` is what `seededAt` and everything that was learned belongs to. */
export interface FeedRow extends FeedAddress {
  readonly id: FeedId;
  /** The first successful poll of that URL. */
  readonly seededAt: Date | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly bodyHash: string | null;
  /** When the whole document last came, and from where. */
  readonly wholeAt: Date | null;
  readonly wholeFrom: string | null;
  readonly title: string | null;
  /** The config's URL that the next poll, the failures and `goneAt` belong to. */
  readonly plannedUrl: string | null;
  /** Null also where it is not polled any more. */
  readonly nextPollAt: Date | null;
  /** Why then, in words. */
  readonly nextPollReason: string | null;
  readonly lastPollAt: Date | null;
  readonly lastSuccessAt: Date | null;
  /** Since when it is gone for good by its server's account, and not polled by itself. */
  readonly goneAt: Date | null;
  readonly failures: number;
  /** What the feed itself asked for when it was last parsed. */
  readonly asks: FeedAsks | null;
  /** Null before there is an article. */
  readonly rhythm: Rhythm | null;
  /** What the last poll came to, in one sentence. */
  readonly lastOutcome: string | null;
  /** The last push of a hub that no poll has answered yet with anything new. */
  readonly pushedAt: Date | null;
  /** Until when a hub that pushed the last news has confirmed to push. */
  readonly pushedUntil: Date | null;
  /** Which parser read it last, and in one sentence why not the first. */
  readonly parser: string | null;
  readonly parserNote: string | null;
}

const columns = `id, url, seeded_at as "seededAt", etag, last_modified as "lastModified",
  body_hash as "bodyHash", whole_at as "wholeAt", whole_from as "wholeFrom", title, planned_url as "plannedUrl",
  next_poll_at as "nextPollAt", next_poll_reason as "nextPollReason", last_poll_at as "lastPollAt",
  last_success_at as "lastSuccessAt", gone_at as "goneAt", failures, asks, rhythm,
  last_news_at as "lastNewsAt", last_outcome as "lastOutcome", moved_to as "movedTo",
  moving_to as "movingTo", moving_times as "movingTimes", moving_since as "movingSince",
  (select max(pushed_at) from hub_subscriptions where feed_id = feeds.id and wanted) as "pushedAt",
  (select max(lease_until) from hub_subscriptions
    where feed_id = feeds.id and wanted and proven) as "pushedUntil",
  parser, parser_note as "parserNote"`;

/** The feed's row, which is made when it is first asked for. */
export async function feedRow(db: Queryable, feed: Pick<Feed, 'id' | 'url'>): Promise<FeedRow> {
  const read = () => db.query(`select ${columns} from feeds where id = $1`, [feed.id]);
  const { rows } = await read();
  if (rows[0]) return toRow(rows[0]);
  await db.query(
    'insert into feeds (id, url, planned_url) values ($1, $2, $2) on conflict do nothing',
    [feed.id, feed.url],
  );
  return toRow((await read()).rows[0]);
}

export async function feedRows(db: Queryable): Promise<FeedRow[]> {
  return (await db.query(`select ${columns} from feeds order by id`)).rows.map(toRow);
}

function toRow(columns: Record<string, unknown>): FeedRow {
  const { rhythm, lastNewsAt, movingTo, movingTimes, movingSince, ...row } = columns;
  return {
    ...row,
    rhythm: lastNewsAt ? { usual: rhythm, newest: lastNewsAt } : null,
    moving: movingTo ? { to: movingTo, times: movingTimes, since: movingSince } : null,
  } as FeedRow;
}

/** The feed's row, without what was planned, and how often it failed, at another URL of the config. */
export async function rowForPoll(db: Queryable, feed: Pick<Feed, 'id' | 'url'>): Promise<FeedRow> {
  const row = await feedRow(db, feed);
  if (row.plannedUrl === feed.url) return row;
  await db.query(
    `update feeds set planned_url = $2, next_poll_at = null, next_poll_reason = null, failures = 0,
       gone_at = null
     where id = $1`,
    [feed.id, feed.url],
  );
  return feedRow(db, feed);
}

/** What an answer says of the document that was in it. */
export interface SeenDocument {
  /** Verbatim. */
  readonly etag?: string | undefined;
  /** Verbatim. */
  readonly lastModified?: string | undefined;
  readonly bodyHash?: string;
  /** Where it was found after all redirects. */
  readonly from: string;
  /** False where it holds only what has changed. */
  readonly whole: boolean;
}

/** Keeps the validators of a document, once all that they vouch for is stored. */
export async function putDocument(
  db: Queryable,
  feed: FeedId,
  at: Date,
  { etag, lastModified, bodyHash, from, whole }: SeenDocument,
): Promise<void> {
  await db.query(
    `update feeds set etag = $2, last_modified = $3, body_hash = $4, whole_from = $5,
       whole_at = case when $6 then $7 else whole_at end
     where id = $1`,
    [feed, etag, lastModified, bodyHash, from, whole, at],
  );
}

/** Keeps where the feed is. */
export async function putAddress(
  db: Queryable,
  feed: FeedId,
  { url, movedTo, moving }: FeedAddress,
): Promise<void> {
  await db.query(
    `update feeds set url = $2, moved_to = $3, moving_to = $4, moving_times = $5, moving_since = $6
     where id = $1`,
    [feed, url, movedTo, moving?.to, moving?.times ?? 0, moving?.since],
  );
}

export interface PollOutcome {
  readonly at: Date;
  /** `at` is null where it is not polled any more. */
  readonly next: Omit<NextPoll, 'at'> & { readonly at: Date | null };
  /** One sentence. */
  readonly outcome: string;
  /** `put off`: it was not polled at all, which says nothing of the feed. */
  readonly result: 'succeeded' | 'failed' | 'gone' | 'put off';
  /** Where it is, where the poll told. */
  readonly address?: FeedAddress;
  /** The document that came again. */
  readonly document?: SeenDocument;
}

/** Records a poll that brought no articles: a failure, or nothing new. */
export async function recordPollOutcome(
  db: Queryable,
  feed: FeedId,
  { at, next, outcome, result, address, document }: PollOutcome,
): Promise<void> {
  if (document) await putDocument(db, feed, at, document);
  if (address) await putAddress(db, feed, address);
  await db.query(
    `update feeds set last_poll_at = $2, next_poll_at = $3, next_poll_reason = $4, last_outcome = $5,
       failures = case $6 when 'succeeded' then 0 when 'put off' then failures else failures + 1 end,
       gone_at = case $6 when 'gone' then $2 when 'put off' then gone_at end,
       last_success_at = case when $6 = 'succeeded' then $2 else last_success_at end,
       restored_at = case when $6 = 'succeeded' then null else restored_at end
     where id = $1`,
    [feed, at, next.at, next.reason, outcome, result],
  );
}
