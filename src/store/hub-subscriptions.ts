/** What hubs are asked to tell of feeds, and what they told: WebSub's subscriptions, and its pushes. */

import type { Offer } from '../feeds/websub.js';
import type { Feed, FeedId } from '../model.js';
import type { Database, Queryable } from './database.js';
import { fenced } from './fence.js';

/** What is wanted of hubs on account of one feed. */
export interface Wanted {
  readonly feed: Pick<Feed, 'id' | 'allowPrivate'>;
  /** Undefined where there is to be no subscription. */
  readonly offer: Offer | undefined;
  readonly publicUrl: string;
  readonly now: Date;
}

/** Wants a subscription at each hub of the offer, and an end of the feed's other ones. */
export async function wantSubscriptions(
  database: Database,
  { feed, offer, publicUrl, now }: Wanted,
): Promise<void> {
  const hubs = offer?.hubs ?? [];
  await database.transaction(async (tx) => {
    await tx.query(
      `insert into hub_subscriptions as s
         (feed_id, hub, topic, public_url, allow_private, ask_at, outcome)
       select $1, unnest($2::text[]), $3, $4, $5, $6, 'The hub is about to be asked.'
       on conflict (feed_id, hub, topic) do update set wanted = true, ask_at = $6, asked = 0
       where not s.wanted`,
      [feed.id, hubs, offer?.topic, publicUrl, feed.allowPrivate, now],
    );
    await endWhere(tx, now, 'feed_id = $2 and (hub <> all($3) or topic is distinct from $4)', [
      feed.id,
      hubs,
      offer?.topic,
    ]);
  });
}

/**
 * Brings the subscriptions in line with the config, once a process starts: those of other feeds than
 * these end, and those whose callback lies below another PUBLIC_URL begin anew below this one.
 */
export async function alignSubscriptions(
  database: Database,
  { feeds, publicUrl, now }: { feeds: readonly FeedId[]; publicUrl: string; now: Date },
): Promise<void> {
  await database.transaction(async (tx) => {
    await endWhere(tx, now, 'feed_id <> all($2)', [feeds]);
    await tx.query(
      `update hub_subscriptions set id = gen_random_uuid(), public_url = $1, ask_at = $2, asked = 0,
         lease_until = null, outcome = 'PUBLIC_URL has changed, so the hub is asked anew.'
       where public_url <> $1`,
      [publicUrl, now],
    );
  });
}

async function endWhere(
  tx: Queryable,
  now: Date,
  condition: string,
  values: readonly unknown[],
): Promise<void> {
  await tx.query(
    `update hub_subscriptions set wanted = false, ask_at = $1, asked = 0
     where wanted and ${condition}`,
    [now, ...values],
  );
}

/** A subscription that a hub is to be asked for, or to be asked to end. */
export interface DueSubscription {
  readonly id: string;
  readonly feedId: FeedId;
  readonly hub: string;
  readonly topic: string;
  readonly publicUrl: string;
  readonly allowPrivate: boolean;
  readonly wanted: boolean;
  /** How often the hub is asked without having confirmed anything, this time included. */
  readonly asked: number;
}

/** Times a hub is asked to end a subscription that it does not confirm the end of. */
const askedToEnd = 3;

/**
 * Takes the subscriptions whose hub is to be asked now; no other process gets them until `retryAt`. Those
 * that are to end and that the hub need not, or will not, be asked about any more are gone.
 */
export async function takeDueSubscriptions(
  database: Database,
  { now, retryAt }: { now: Date; retryAt: Date },
): Promise<DueSubscription[]> {
  return database.transaction(async (tx) => {
    await tx.query(
      `delete from hub_subscriptions
       where not wanted and ask_at <= $1 and (coalesce(lease_until, $1) <= $1 or asked >= $2)`,
      [now, askedToEnd],
    );
    const { rows } = await tx.query(
      `update hub_subscriptions set ask_at = $2, asked = asked + 1
       where id in (select id from hub_subscriptions where ask_at <= $1 for update skip locked)
       returning id, feed_id as "feedId", hub, topic, public_url as "publicUrl",
         allow_private as "allowPrivate", wanted, asked`,
      [now, retryAt],
    );
    return rows;
  });
}

/** Notes what a hub answered when it was asked, unless it has confirmed or denied meanwhile. */
export async function noteAnswer(
  db: Queryable,
  id: string,
  { outcome, askAt }: { outcome: string; askAt: Date },
): Promise<void> {
  await db.query(
    'update hub_subscriptions set outcome = $2, ask_at = $3 where id = $1 and asked > 0',
    [id, outcome, askAt],
  );
}

export interface Confirmation {
  readonly id: string;
  readonly topic: string;
  readonly leaseUntil: Date;
  readonly renewAt: Date;
}

/** Confirms a subscription to its hub. False where none of this topic is wanted under this id. */
export async function confirmSubscription(
  db: Queryable,
  { id, topic, leaseUntil, renewAt }: Confirmation,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update hub_subscriptions set lease_until = $3, ask_at = $4, asked = 0,
       outcome = 'The hub has confirmed the subscription.'
     where id = $1 and topic = $2 and wanted`,
    [id, topic, leaseUntil, renewAt],
  );
  return rowCount === 1;
}

/** Confirms the end of a subscription, which is gone then. False where no such end is wanted. */
export async function confirmEnd(db: Queryable, id: string, topic: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'delete from hub_subscriptions where id = $1 and topic = $2 and not wanted',
    [id, topic],
  );
  return rowCount === 1;
}

/** Notes that the hub will not tell of the topic. False where nobody asked it to. */
export async function noteDenial(
  db: Queryable,
  denial: { id: string; topic: string; outcome: string; askAt: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update hub_subscriptions set lease_until = null, outcome = $3, ask_at = $4, asked = 0
     where id = $1 and topic = $2`,
    [denial.id, denial.topic, denial.outcome, denial.askAt],
  );
  return rowCount === 1;
}

/** Whether a subscription of this id is wanted. */
export async function isWanted(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query('select from hub_subscriptions where id = $1 and wanted', [
    id,
  ]);
  return rowCount === 1;
}

/** Notes a push whose signature is good; returns the feed it is about, where its subscription is wanted. */
export async function notePush(db: Queryable, id: string, now: Date): Promise<FeedId | undefined> {
  const { rows } = await db.query(
    `update hub_subscriptions set pushed_at = $2, pushes = pushes + 1 where id = $1 and wanted
     returning feed_id as "feedId"`,
    [id, now],
  );
  return rows[0]?.feedId;
}

/** Counts a push that could not be told from a forged one. */
export async function noteDiscarded(db: Queryable, id: string): Promise<void> {
  await db.query('update hub_subscriptions set discarded = discarded + 1 where id = $1', [id]);
}

/**
 * The feeds with a push that no poll has answered yet with anything new, but for those that are gone; none
 * while the ledger is fenced.
 */
export async function unansweredPushes(
  db: Queryable,
): Promise<{ feedId: FeedId; pushedAt: Date; lastPollAt: Date | null }[]> {
  const { rows } = await db.query(
    `select s.feed_id as "feedId", max(s.pushed_at) as "pushedAt", f.last_poll_at as "lastPollAt"
     from hub_subscriptions s join feeds f on f.id = s.feed_id
     where s.wanted and s.pushed_at is not null and f.gone_at is null and not ${fenced} group by s.feed_id, f.last_poll_at`,
  );
  return rows;
}

/**
 * Notes that a poll which began at `begun` brought news: pushes from before are answered, and a hub has
 * proven itself where it had pushed, and has not where the poll found the news by itself.
 */
export async function answerPushes(db: Queryable, feed: FeedId, begun: Date): Promise<void> {
  await db.query(
    `update hub_subscriptions set proven = coalesce(pushed_at <= $2, false),
       pushed_at = case when pushed_at > $2 then pushed_at end
     where feed_id = $1`,
    [feed, begun],
  );
}

/** Lets go of a push to which no poll brings an answer. */
export async function giveUpPushes(db: Queryable, feed: FeedId, pushedAt: Date): Promise<void> {
  await db.query(
    'update hub_subscriptions set pushed_at = null where feed_id = $1 and pushed_at <= $2',
    [feed, pushedAt],
  );
}

/** A subscription, for staff. */
export interface HubSubscription {
  readonly feedId: FeedId;
  readonly hub: string;
  readonly topic: string;
  /** Null where the hub has not confirmed it, or it is to end. */
  readonly leaseUntil: Date | null;
  /** When the hub is asked next. */
  readonly askAt: Date;
  /** What came of it last, in one sentence. */
  readonly outcome: string;
  /** Pushes with a good signature, and those that were discarded. */
  readonly pushes: number;
  readonly discarded: number;
  /** Whether the last news came after a push, so that the feed is polled as the backstop only. */
  readonly trusted: boolean;
}

/** Those that are wanted, by feed. */
export async function hubSubscriptions(db: Queryable, now: Date): Promise<HubSubscription[]> {
  const { rows } = await db.query(
    `select feed_id as "feedId", hub, topic, case when lease_until > $1 then lease_until end as "leaseUntil",
       ask_at as "askAt", outcome, pushes, discarded,
       coalesce(proven and lease_until > $1, false) as trusted
     from hub_subscriptions where wanted order by feed_id, hub, topic`,
    [now],
  );
  return rows;
}
