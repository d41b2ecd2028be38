/** Everything the ledger holds of one article and one destination: what "why" is answered from. Read-only. */

import type {
  ArticleId,
  Cadence,
  ChannelName,
  DestinationId,
  EditionId,
  Language,
  LocalDate,
  ProgramId,
} from '../model.js';
import { type ArticleRow, articleRow } from './articles.js';
import { type Bounce, bouncesOfArticle } from './bounces.js';
import type { Database, Queryable } from './database.js';
import { type DestinationRow, destinationRow } from './destinations.js';
import type { BroadsheetEvent } from './events.js';
import { type Hold, heldFeeds } from './holds.js';
import type { DeliveryState } from './overview.js';
import { type Pause, readPause } from './pause.js';
import { type Consent, consentsOf, type Suppression, suppressionOf } from './previews.js';
import { isAlive, liveProcesses } from './processes.js';

/** One delivery of an edition that the article is in. */
export interface WhyDelivery {
  readonly editionId: EditionId;
  readonly kind: 'alert' | 'digest';
  /** Of a digest: the local date on which its window closed. */
  readonly on: LocalDate | null;
  readonly editionState: 'assembling' | 'ready';
  readonly frozenAt: Date;
  readonly readyAt: Date | null;
  readonly heldAt: Date | null;
  readonly holdReason: string | null;
  /** The edition brings a newer revision to those who got an earlier one. */
  readonly corrects: EditionId | null;
  /** The article's, as the edition has it. */
  readonly revision: number;
  /** Why it could not be rendered for the destination's channel. */
  readonly failure: string | null;
  readonly round: number;
  readonly programs: readonly ProgramId[];
  readonly state: DeliveryState;
  readonly notBefore: Date | null;
  /** The other side's words, or why not. */
  readonly detail: string | null;
  /** Whoever had claimed it or sent it has died. */
  readonly lost: boolean;
  readonly plannedAt: Date;
  readonly settledAt: Date | null;
  readonly resend: { readonly at: Date; readonly actor: string; readonly reason: string } | null;
  /** What came back of it after it was accepted, in the order in which it came. */
  readonly bounces: readonly Bounce[];
  /** Attempts that settled nothing, the first one first. */
  readonly tries: readonly {
    readonly attempt: number;
    readonly at: Date;
    readonly outcome: string;
    readonly detail: string;
  }[];
}

/** An alert of the article in the destination's language. */
export interface WhyAlert {
  readonly id: EditionId;
  readonly state: 'assembling' | 'ready';
  readonly frozenAt: Date;
  readonly programs: readonly ProgramId[];
  /** The list has been written beyond this destination. */
  readonly passed: boolean;
}

export interface WhySubscription {
  readonly program: ProgramId;
  readonly cadence: Cadence;
  readonly since: Date;
  /** The number in the order of release up to which its windows reach. */
  readonly coveredUntil: number;
  readonly dueAt: Date | null;
}

export interface WhyWindow {
  readonly on: LocalDate;
  readonly closedAt: Date;
  readonly coversUntil: number;
  readonly programs: readonly ProgramId[];
  readonly editionId: EditionId | null;
  readonly reason: string | null;
}

export interface WhyRevision {
  readonly revision: number;
  readonly seenAt: Date;
  readonly programs: readonly ProgramId[];
}

export interface WhyArticle extends Omit<ArticleRow, 'note' | 'revisedAt'> {
  readonly releaseOrder: number | null;
  /** When its alerts were frozen. */
  readonly alertedAt: Date | null;
  /** The first one first. */
  readonly revisions: readonly WhyRevision[];
}

export interface WhyFacts {
  readonly now: Date;
  readonly channel: ChannelName;
  readonly article: WhyArticle;
  readonly destination: Omit<DestinationRow, 'profile'> | undefined;
  readonly suppression: Suppression | undefined;
  /** The latest first. */
  readonly consents: readonly Consent[];
  readonly subscriptions: readonly WhySubscription[];
  /** Those that closed since the article was seen, in the order of time. */
  readonly windows: readonly WhyWindow[];
  readonly alerts: readonly WhyAlert[];
  /** In the order in which they were planned. */
  readonly deliveries: readonly WhyDelivery[];
  /** What staff and readers did to any of these, the oldest first. */
  readonly events: readonly BroadsheetEvent[];
  readonly feedHold: Hold | undefined;
  readonly pause: Pause | undefined;
  /** Whether a service is running that does this. */
  readonly running: { readonly assemble: boolean; readonly deliver: boolean };
}

/** Whom it is about: `id` is undefined where the ledger does not know the destination. */
export interface WhyWhom {
  readonly channel: ChannelName;
  readonly id: DestinationId | undefined;
  readonly addressHash: Buffer | undefined;
}

/** Reads the facts. Throws where there is no such article. */
export async function whyFacts(
  database: Database,
  article: ArticleId,
  whom: WhyWhom,
  now: Date,
): Promise<WhyFacts> {
  const [found, destination, suppression, feedHolds, pause, processes] = await Promise.all([
    readArticle(database, article),
    whom.id ? destinationRow(database, whom.id) : undefined,
    whom.addressHash ? suppressionOf(database, whom.addressHash) : undefined,
    heldFeeds(database),
    readPause(database),
    liveProcesses(database),
  ]);
  const { feedId, seenAt } = found;
  const id = destination?.id;
  const deliveries = id ? await readDeliveries(database, article, id) : [];
  const [consents, subscriptions, windows, alerts, events] = await Promise.all([
    id ? consentsOf(database, id) : [],
    id ? readSubscriptions(database, id) : [],
    id ? readWindows(database, id, seenAt) : [],
    destination ? readAlerts(database, article, destination) : [],
    readEvents(database, { article, feedId, seenAt, id, deliveries }),
  ]);
  const runs = (role: string) => processes.some(({ roles }) => roles.includes(role));
  return {
    now,
    channel: whom.channel,
    article: found,
    destination,
    suppression,
    consents,
    subscriptions,
    windows,
    alerts,
    deliveries,
    events,
    feedHold: feedHolds.get(feedId),
    pause,
    running: { assemble: runs('assemble'), deliver: runs('deliver') },
  };
}

async function readArticle(db: Queryable, id: ArticleId): Promise<WhyArticle> {
  const article = await articleRow(db, id);
  if (!article) throw new Error(`The article ${id} is not in the ledger.`);
  const { rows } = await db.query(
    `select release_order::float8 as "releaseOrder", alerted_at as "alertedAt" from articles where id = $1`,
    [id],
  );
  const { rows: revisions } = await db.query(
    `select revision, seen_at as "seenAt", content -> 'programs' as programs
     from revisions where article_id = $1 order by revision`,
    [id],
  );
  return { ...article, ...rows[0], revisions };
}

async function readDeliveries(
  db: Queryable,
  article: ArticleId,
  destination: DestinationId,
): Promise<WhyDelivery[]> {
  const { rows } = await db.query(
    `select e.id as "editionId", e.kind, e.content ->> 'on' as on, e.state as "editionState",
       e.created_at as "frozenAt", e.ready_at as "readyAt", e.held_at as "heldAt",
       e.hold_reason as "holdReason", e.corrects, i.revision, r.failure, d.round, d.programs, d.state,
       d.not_before as "notBefore", d.detail, d.created_at as "plannedAt", d.settled_at as "settledAt",
       d.state in ('claimed', 'sending') and not ${isAlive('d.owner')} as lost,
       s.at as "resentAt", s.actor, s.reason
     from edition_articles i
     join editions e on e.id = i.edition_id
     join deliveries d on d.edition_id = e.id and d.destination_id = $2
     left join renderings r on r.edition_id = e.id and r.channel = d.channel
     left join resends s on s.key = d.resend
     where i.article_id = $1 order by d.created_at, e.created_at, d.round`,
    [article, destination],
  );
  const { rows: tries } = await db.query(
    `select t.edition_id as "editionId", t.round, t.attempt, t.at, t.outcome, t.detail
     from attempts t join edition_articles i on i.edition_id = t.edition_id and i.article_id = $1
     where t.destination_id = $2 order by t.at, t.attempt`,
    [article, destination],
  );
  const bounces = await bouncesOfArticle(db, article, destination);
  return rows.map(({ resentAt, actor, reason, ...delivery }) => ({
    ...delivery,
    resend: resentAt ? { at: resentAt, actor, reason } : null,
    bounces: bounces
      .filter(
        ({ editionId, round }) => editionId === delivery.editionId && round === delivery.round,
      )
      .map(({ at, kind, status, diagnostic }) => ({ at, kind, status, diagnostic })),
    tries: tries
      .filter(
        ({ editionId, round }) => editionId === delivery.editionId && round === delivery.round,
      )
      .map(({ attempt, at, outcome, detail }) => ({ attempt, at, outcome, detail })),
  }));
}

async function readSubscriptions(db: Queryable, id: DestinationId): Promise<WhySubscription[]> {
  const { rows } = await db.query(
    `select program_id as program, cadence, since, covered_until::float8 as "coveredUntil",
       due_at as "dueAt"
     from subscriptions where destination_id = $1 order by program_id`,
    [id],
  );
  return rows;
}

async function readWindows(db: Queryable, id: DestinationId, since: Date): Promise<WhyWindow[]> {
  const { rows } = await db.query(
    `select on_date::text as on, closed_at as "closedAt", covers_until::float8 as "coversUntil",
       programs, edition_id as "editionId", reason
     from windows where destination_id = $1 and closed_at >= $2 order by closed_at`,
    [id, since],
  );
  return rows;
}

async function readAlerts(
  db: Queryable,
  article: ArticleId,
  { id, language }: { readonly id: DestinationId; readonly language: Language },
): Promise<WhyAlert[]> {
  const { rows } = await db.query(
    `select e.id, e.state, e.created_at as "frozenAt", r.content -> 'programs' as programs,
       coalesce(e.assembled_to >= $2, false) as passed
     from edition_articles i
     join editions e on e.id = i.edition_id and e.kind = 'alert' and e.corrects is null
     join revisions r on r.article_id = i.article_id and r.revision = i.revision
     where i.article_id = $1 and e.language = $3 order by e.created_at`,
    [article, id, language],
  );
  return rows;
}

async function readEvents(
  db: Queryable,
  of: {
    readonly article: ArticleId;
    readonly feedId: string;
    readonly seenAt: Date;
    readonly id: DestinationId | undefined;
    readonly deliveries: readonly WhyDelivery[];
  },
): Promise<BroadsheetEvent[]> {
  const subjects = [
    `article:${of.article}`,
    'sending',
    ...(of.id ? [`destination:${of.id}`] : []),
    ...new Set(of.deliveries.map(({ editionId }) => `edition:${editionId}`)),
  ];
  // A hold of the feed may be older than what came while it stood.
  const { rows } = await db.query(
    `select at, actor, kind, level, subject, message from events
     where (subject = any($1) and at >= $2)
       or (subject = $3 and kind in ('feed.held', 'feed.released') and at >= $2)
       or id = (select max(id) from events where subject = $3 and kind = 'feed.held')
     order by id`,
    [subjects, of.seenAt, `feed:${of.feedId}`],
  );
  return rows;
}

/** The article that is known by this canonical URL. */
export async function articleByUrl(db: Queryable, canonical: string): Promise<ArticleId[]> {
  const { rows } = await db.query('select article_id as id from article_aliases where alias = $1', [
    `url:${canonical}`,
  ]);
  return rows.map(({ id }) => id);
}

/**
 * Articles of which any revision's title begins so, whatever its case; where one is called exactly so,
 * it alone. At most six, the newest first.
 */
export async function articlesByTitle(
  db: Queryable,
  beginning: string,
): Promise<{ readonly id: ArticleId; readonly title: string }[]> {
  const { rows } = await db.query(
    `with found as (
       select a.id, a.seen_order, now.content ->> 'title' as title,
         bool_or(lower(r.content ->> 'title') = lower($1)) as exact
       from revisions r join articles a on a.id = r.article_id
       join revisions now on now.article_id = a.id and now.revision = a.revision
       where starts_with(r.content ->> 'title', $1)
         or starts_with(lower(r.content ->> 'title'), lower($1))
       group by a.id, now.content
     )
     select id, title from found where exact or not exists (select from found where exact)
     order by seen_order desc limit 6`,
    [beginning],
  );
  return rows;
}
