/** What polling has learned of each feed. */

import type { Rhythm } from '../feeds/rhythm.js';
import type { FeedAsks, NextPoll } from '../feeds/schedule.js';
import type { Feed, FeedId } from '../model.js';
import type { Queryable } from './database.js';

export interface FeedRow {
  readonly id: FeedId;
  /** The URL that `seededAt` and the validators belong to. */
  readonly url: string;
  /** The first successful poll of that URL. */
  readonly seededAt: Date | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly bodyHash: string | null;
  readonly title: string | null;
  readonly nextPollAt: Date | null;
  /** Why then, in words. */
  readonly nextPollReason: string | null;
  readonly lastPollAt: Date | null;
  readonly lastSuccessAt: Date | null;
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
  body_hash as "bodyHash", title, next_poll_at as "nextPollAt",
  next_poll_reason as "nextPollReason", last_poll_at as "lastPollAt", last_success_at as "lastSuccessAt",
  failures, asks, rhythm, last_news_at as "lastNewsAt", last_outcome as "lastOutcome",
  (select max(pushed_at) from hub_subscriptions where feed_id = feeds.id and wanted) as "pushedAt",
  (select max(lease_until) from hub_subscriptions
    where feed_id = feeds.id and wanted and proven) as "pushedUntil",
  parser, parser_note as "parserNote"`;

/** The feed's row, which is made when it is first asked for. */
export async function feedRow(db: Queryable, feed: Pick<Feed, 'id' | 'url'>): Promise<FeedRow> {
  await db.query('insert into feeds (id, url) values ($1, $2) on conflict do nothing', [
    feed.id,
    feed.url,
  ]);
  const { rows } = await db.query(`select ${columns} from feeds where id = $1`, [feed.id]);
  return toRow(rows[0]);
}

export async function feedRows(db: Queryable): Promise<FeedRow[]> {
  return (await db.query(`select ${columns} from feeds order by id`)).rows.map(toRow);
}

function toRow({ rhythm, lastNewsAt, ...row }: Record<string, unknown>): FeedRow {
  return { ...row, rhythm: lastNewsAt ? { usual: rhythm, newest: lastNewsAt } : null } as FeedRow;
}

export interface PollOutcome {
  readonly at: Date;
  readonly next: NextPoll;
  /** One sentence. */
  readonly outcome: string;
  /** `put off`: it was not polled at all, which says nothing of the feed. */
  readonly result: 'succeeded' | 'failed' | 'put off';
}

/** Records a poll that brought no articles: a failure, or "not modified". */
export async function recordPollOutcome(
  db: Queryable,
  feed: FeedId,
  poll: PollOutcome,
): Promise<void> {
  await db.query(
    `update feeds set last_poll_at = $2, next_poll_at = $3, next_poll_reason = $6,
       last_outcome = $4, failures = case $5 when 'succeeded' then 0 when 'failed' then failures + 1 else failures end,
       last_success_at = case when $5 = 'succeeded' then $2 else last_success_at end,
       restored_at = case when $5 = 'succeeded' then null else restored_at end
     where id = $1`,
    [feed, poll.at, poll.next.at, poll.outcome, poll.result, poll.next.reason],
  );
}
