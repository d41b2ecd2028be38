/**
 * The windows of digests: which are due, what they hold, and closing them. A window is
 * (covered until, close] by the order of release, for each program of a destination.
 */

import {
  type DigestContent,
  type DueProgram,
  digestKey,
  type Owed,
  planDigest,
  type WindowArticle,
} from '../editions/digest.js';
import { editionId } from '../editions/ids.js';
import { latestClose, nextClose } from '../editions/schedule.js';
import type {
  ArticleId,
  Cadence,
  ChannelName,
  DestinationId,
  EditionId,
  Language,
  LocalDate,
  Program,
  ProgramId,
  Schedule,
} from '../model.js';
import { lockRelease } from './articles.js';
import type { Database, Queryable } from './database.js';
import { pausedReason } from './may-go.js';
import {
  lockReplaced,
  replaceDigests,
  type WaitingDigests,
  waitingDigests,
} from './replaced-digests.js';

interface DueSubscription extends DueProgram {
  readonly cadence: Cadence;
  readonly dueAt: Date;
}

interface DueDestination {
  readonly id: DestinationId;
  readonly channel: ChannelName;
  readonly language: Language;
  readonly schedule: Schedule;
  readonly due: readonly DueSubscription[];
  /** What it reads instantly. */
  readonly instant: readonly ProgramId[];
  /** Why it gets nothing now; null where it does. */
  readonly pausedBecause: string | null;
}

/** What one destination's window holds, and what closing it changes. */
export interface PlannedWindow {
  readonly destination: Pick<DueDestination, 'id' | 'channel' | 'language'>;
  readonly closedAt: Date;
  readonly on: LocalDate;
  /** The last number in the order of release that it covers. */
  readonly until: number;
  readonly due: readonly (DueSubscription & { readonly nextDueAt: Date | null })[];
  /** Undefined where there is nothing to send. */
  readonly digest: DigestContent | undefined;
  /** Those of its programs that the digest is about. */
  readonly programs: readonly ProgramId[];
  /** Why there is nothing, where it is not that nothing was released. */
  readonly emptyBecause?: string;
  /** Earlier digests that have not gone out to the destination: this one brings their articles too. */
  readonly replaces: readonly EditionId[];
}

export interface WindowPlanner {
  /** The next windows that are due, in the order of their destinations' ids after `after`. */
  next(options: {
    after?: DestinationId | undefined;
    /** That of this destination alone. */
    only?: DestinationId;
    limit: number;
  }): Promise<PlannedWindow[]>;
}

/** Plans the windows that are due at `asOf`. Changes nothing; what it reads of the articles it remembers. */
export function createWindowPlanner(
  database: Database,
  { asOf, programs }: { asOf: Date; programs: readonly Program[] },
): WindowPlanner {
  const orders = new Map<number, Promise<number>>();
  /** A close's last number in the order of release. */
  const untilOf = (close: Date) => {
    const time = close.getTime();
    const known = orders.get(time) ?? releasedUntil(database, close);
    orders.set(time, known);
    return known;
  };

  return {
    async next({ after, only, limit }) {
      const destinations = await dueDestinations(database, { asOf, after, only, limit });
      if (destinations.length === 0) return [];
      const closes = await Promise.all(
        destinations.map(async (one) => {
          const close = lastCloseOf(one, asOf);
          return { ...close, until: await untilOf(close.at) };
        }),
      );
      const from = destinations.flatMap(({ due }) => due.map((one) => one.coveredUntil));
      const waiting = await waitingDigests(database, destinations);
      const articles = await windowArticles(database, {
        after: Math.min(...from),
        until: Math.max(...closes.map(({ until }) => until)),
        owed: [...new Set([...waiting.values()].flatMap(({ articles }) => [...articles]))],
      });
      const had = await alreadyHad(database, articles, destinations, waiting);
      return destinations.map((destination, index) => {
        const { id, channel, language, due, schedule } = destination;
        const { at: closedAt, on, until } = closes[index] as (typeof closes)[number];
        const waits = waiting.get(id);
        const plan = (owed?: Owed) =>
          planDigest(
            due,
            { articles, until },
            (article) =>
              had.has(`${id} ${article.id}`) ||
              (!owed && waits?.articles.has(article.id)) ||
              (article.unfinished && reads(destination, article)),
            programs,
            owed,
          );
        const { pausedBecause } = destination;
        const alone = pausedBecause ? [] : plan();
        // Where nothing is new, the digest that waits is still the one to send.
        const replaced = alone.length > 0 ? waits : undefined;
        const sections = replaced ? plan(replaced) : alone;
        const shown = new Set(sections.flatMap((section) => section.articles));
        const about = new Set(
          articles.filter((one) => shown.has(one.id)).flatMap((one) => one.programs),
        );
        return {
          destination: { id, channel, language },
          closedAt,
          on,
          until,
          due: due.map((one) => ({ ...one, nextDueAt: nextDue(one.cadence, schedule, asOf, on) })),
          digest: sections.length > 0 ? { closedAt, on, language, sections } : undefined,
          programs: [
            ...new Set([...due.map(({ program }) => program), ...(replaced?.programs ?? [])]),
          ].filter((program) => about.has(program)),
          replaces: replaced?.editions ?? [],
          ...(pausedBecause && { emptyBecause: pausedBecause }),
        };
      });
    },
  };
}

/** Whether the article is still on its way to the destination as an alert. */
function reads({ instant }: DueDestination, { programs }: WindowArticle): boolean {
  return instant.some((program) => programs.includes(program));
}

/** Overdue windows collapse: what is due closes at the last of its programs' closes. */
function lastCloseOf({ due, schedule }: DueDestination, asOf: Date) {
  const closes = due.map(({ cadence, dueAt }) => {
    if (cadence !== 'instant') return latestClose(cadence, schedule, asOf);
    // What a program owes that is read instantly by now was due at a close of either cadence.
    return latestClose('daily', schedule, dueAt);
  });
  return closes.reduce((last, close) => (close.at > last.at ? close : last));
}

function nextDue(cadence: Cadence, schedule: Schedule, asOf: Date, on: LocalDate): Date | null {
  return cadence === 'instant' ? null : nextClose(cadence, schedule, asOf, on).at;
}

async function dueDestinations(
  db: Queryable,
  options: {
    asOf: Date;
    after: DestinationId | undefined;
    only: DestinationId | undefined;
    limit: number;
  },
): Promise<DueDestination[]> {
  const { rows } = await db.query(
    `with due as (
       select s.destination_id, jsonb_agg(jsonb_build_object('program', s.program_id, 'cadence', s.cadence,
           'coveredUntil', s.covered_until, 'dueAt', s.due_at) order by s.program_id) as due
       from subscriptions s join destinations d on d.id = s.destination_id and d.state = 'active'
       where s.due_at <= $1 and ($2::uuid is null or s.destination_id > $2)
         and ($4::uuid is null or s.destination_id = $4)
       group by s.destination_id order by s.destination_id limit $3
     )
     select d.id, d.channel, d.language, due.due,
       jsonb_build_object('timezone', d.timezone, 'hour', d.digest_hour, 'weekday', d.digest_weekday) as schedule,
       array(select program_id from subscriptions s
         where s.destination_id = d.id and s.cadence = 'instant') as instant,
       case when t.paused_until > $1 then ${pausedReason} end as "pausedBecause"
     from due join destinations d on d.id = due.destination_id
     join destinations t on t.id = d.id order by d.id`,
    [options.asOf, options.after ?? null, options.limit, options.only ?? null],
  );
  return rows.map((row) => ({
    ...row,
    due: row.due.map((one: DueSubscription) => ({ ...one, dueAt: new Date(one.dueAt) })),
  }));
}

/** When the next window closes, of all. */
export async function nextWindow(db: Queryable): Promise<Date | undefined> {
  const { rows } = await db.query(
    `select s.due_at from subscriptions s
     join destinations d on d.id = s.destination_id and d.state = 'active'
     where s.due_at is not null order by s.due_at limit 1`,
  );
  return rows[0]?.due_at;
}

/**
 * The last number in the order of release up to a moment. Under the lock of the release: a number that
 * was taken before that moment but is not committed yet must not be missed.
 */
async function releasedUntil(database: Database, close: Date): Promise<number> {
  return database.transaction(async (tx) => {
    await lockRelease(tx);
    const { rows } = await tx.query(
      `select coalesce(max(release_order), 0)::float8 as until from articles where released_at <= $1`,
      [close],
    );
    return rows[0].until;
  });
}

interface Candidate extends WindowArticle {
  /** Its alerts are not all written yet. */
  readonly unfinished: boolean;
}

async function windowArticles(
  db: Queryable,
  range: { after: number; until: number; owed: readonly ArticleId[] },
): Promise<Candidate[]> {
  const { rows } = await db.query(
    `select a.id, a.release_order::float8 as "order", r.content -> 'programs' as programs,
       a.alerted_at is null or exists (select from edition_articles i
         join editions e on e.id = i.edition_id and e.kind = 'alert' and e.state = 'assembling'
         where i.article_id = a.id) as unfinished
     from articles a join revisions r on r.article_id = a.id and r.revision = a.revision
     where a.state = 'released'
       and (a.release_order > $1 and a.release_order <= $2 or a.id = any($3))`,
    [range.after, range.until, range.owed],
  );
  return rows;
}

/**
 * Pairs of destination and article: accepted, uncertain or under way, but for what is only in a digest that
 * waits.
 */
async function alreadyHad(
  db: Queryable,
  articles: readonly { id: ArticleId }[],
  destinations: readonly { id: DestinationId }[],
  waiting: ReadonlyMap<DestinationId, WaitingDigests>,
): Promise<Set<string>> {
  if (articles.length === 0) return new Set();
  const { rows } = await db.query(
    `select distinct d.destination_id || ' ' || i.article_id as pair
     from edition_articles i join deliveries d on d.edition_id = i.edition_id
     where i.article_id = any($1) and d.destination_id = any($2)
       and d.state not in ('rejected', 'skipped')
       and d.destination_id || ' ' || d.edition_id <> all($3)`,
    [
      articles.map(({ id }) => id),
      destinations.map(({ id }) => id),
      [...waiting].flatMap(([id, { editions }]) => editions.map((edition) => `${id} ${edition}`)),
    ],
  );
  return new Set(rows.map(({ pair }) => pair));
}

const nothingNew =
  'Nothing was released in its programs that the destination did not have already.';

/**
 * Closes windows in one transaction: writes down each, moves how far it reaches, and lists its delivery,
 * whose edition must be frozen. A destination whose profile changed since the plan is left for the next
 * plan, and so is one whose digest has an article that was held since, or would replace one that began
 * to go out. Returns those that were closed.
 */
export async function closeWindows(
  database: Database,
  windows: readonly PlannedWindow[],
  now: Date,
  /** Why the empty ones are empty. */
  emptyBecause = nothingNew,
): Promise<Set<DestinationId>> {
  const rows = windows.map(({ destination, digest, due, replaces, ...window }) => ({
    ...window,
    destination: destination.id,
    channel: destination.channel,
    edition: digest ? editionId(digestKey(digest)) : null,
    reason: digest ? null : (window.emptyBecause ?? emptyBecause),
    covered: due.map(({ program }) => program),
    subscriptions: due.length,
  }));
  const subscriptions = windows.flatMap(({ destination, due, until }) =>
    due.map((one) => ({ ...one, destination: destination.id, until })),
  );
  return database.transaction(async (tx) => {
    // What staff hold in this moment is seen below, or waits for this.
    await lockRelease(tx);
    const begun = await lockReplaced(tx, windows);
    // The same lock as for a change of profile.
    await tx.query('select from destinations where id = any($1) order by id for update', [
      rows.map(({ destination }) => destination),
    ]);
    const { rows: closed } = await tx.query(
      `with planned as (
         select * from jsonb_to_recordset($1) as w (destination uuid, channel text, "on" date,
           "closedAt" timestamptz, until bigint, programs text[], covered text[], edition uuid,
           reason text, subscriptions int)
       ), reached as (
         select * from jsonb_to_recordset($2) as s (destination uuid, program text, cadence text,
           "coveredUntil" bigint, "dueAt" timestamptz, "nextDueAt" timestamptz, until bigint)
       ), unchanged as (
         select r.destination from reached r
         join subscriptions s on s.destination_id = r.destination and s.program_id = r.program
           and s.cadence = r.cadence and s.covered_until = r."coveredUntil" and s.due_at = r."dueAt"
         join planned p on p.destination = r.destination
         where not exists (select from edition_articles i join articles a on a.id = i.article_id
           where i.edition_id = p.edition and a.state <> 'released')
         group by r.destination, p.subscriptions having count(*) = p.subscriptions
       ), moved as (
         update subscriptions s
         set covered_until = greatest(s.covered_until, r.until), due_at = r."nextDueAt"
         from reached r join unchanged u on u.destination = r.destination
         where s.destination_id = r.destination and s.program_id = r.program
       ), listed as (
         insert into deliveries (edition_id, destination_id, channel, programs, created_at)
         select edition, destination, channel, programs, $3 from planned
         join unchanged using (destination) where edition is not null
       )
       insert into windows (destination_id, on_date, closed_at, covers_until, programs, edition_id, reason)
       select destination, "on", "closedAt", until, covered, edition, reason
       from planned join unchanged using (destination)
       returning destination_id as id`,
      [
        JSON.stringify(rows.filter(({ destination }) => !begun.has(destination))),
        JSON.stringify(subscriptions),
        now,
      ],
    );
    const done = new Set<DestinationId>(closed.map(({ id }) => id));
    await replaceDigests(
      tx,
      windows.filter(({ destination }) => done.has(destination.id)),
      now,
    );
    return done;
  });
}
