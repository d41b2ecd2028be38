/**
 * Resends: further rounds of an edition's deliveries. An edition that corrects another has the same
 * frozen list, so both are one family: the first of them is its root, and a destination's rounds run
 * through all of them.
 */

import type { Standing } from '../editions/resend.js';
import type {
  ArticleId,
  ChannelName,
  DestinationId,
  Edition,
  EditionId,
  ProgramId,
} from '../model.js';
import type { Queryable } from './database.js';
import { type FrozenEdition, freezeEdition } from './editions.js';
import { skipReason } from './may-go.js';

export interface SentEdition {
  readonly id: EditionId;
  readonly edition: Edition;
  /** The first edition of its family; its own id where it corrects none. */
  readonly root: EditionId;
  /** The newest revision of an article in it. */
  readonly revision: number;
  readonly state: 'assembling' | 'ready';
  readonly holdReason: string | null;
  /** Per channel that could not render it, why. */
  readonly failures: Partial<Record<ChannelName, string>>;
}

const sentSelect = `select e.id, e.content as edition, coalesce(e.corrects, e.id) as root, e.state,
    (select max(a.revision) from edition_articles a where a.edition_id = e.id) as revision,
    case when e.held_at is not null then coalesce(e.hold_reason, '') end as "holdReason",
    coalesce((select jsonb_object_agg(r.channel, r.failure) from renderings r
      where r.edition_id = e.id and r.failure is not null), '{}') as failures
  from editions e`;

export async function sentEdition(db: Queryable, id: EditionId): Promise<SentEdition | undefined> {
  return (await db.query(`${sentSelect} where e.id = $1`, [id])).rows[0];
}

/** The editions of an article, each family's oldest revision first. */
export async function sentEditions(
  db: Queryable,
  article: ArticleId,
  kind: Edition['kind'],
): Promise<SentEdition[]> {
  const { rows } = await db.query(
    `${sentSelect}
     where e.kind = $2
       and exists (select from edition_articles a where a.edition_id = e.id and a.article_id = $1)
     order by coalesce(e.corrects, e.id), revision, e.created_at, e.id`,
    [article, kind],
  );
  return rows;
}

/** Holds the family until the transaction ends, so that its rounds are given out one resend at a time. */
export async function lockFamily(tx: Queryable, root: EditionId): Promise<void> {
  await tx.query('select from editions where id = $1 for update', [root]);
}

const family = '(select id from editions where id = $1 or corrects = $1)';

/** Whether the destination is on the family's frozen list. */
export async function isListed(
  db: Queryable,
  root: EditionId,
  destination: DestinationId,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from deliveries where edition_id in ${family} and destination_id = $2 limit 1`,
    [root, destination],
  );
  return rowCount !== 0;
}

export interface StandingsOptions {
  readonly root: EditionId;
  /** The edition of the family that would be sent. */
  readonly edition: EditionId;
  /** Of the resend, to find those who had one for the same reason. */
  readonly reason: string;
  readonly channel?: ChannelName | undefined;
  readonly program?: ProgramId | undefined;
  readonly destination?: DestinationId | undefined;
}

/** Where the destinations of a frozen list stand. One row each, however many rounds it had. */
export async function standings(db: Queryable, options: StandingsOptions): Promise<Standing[]> {
  const { rows } = await db.query(
    `with rounds as (
       select d.*, r.rendered is not null as renderable from deliveries d
       left join renderings r on r.edition_id = d.edition_id and r.channel = d.channel
       where d.edition_id in ${family} and ($6::uuid is null or d.destination_id = $6)
     ), summed as (
       select d.destination_id,
         bool_or(d.state in ('claimed', 'sending') or d.state = 'pending' and d.renderable) as under_way,
         bool_or(d.state = 'accepted') as had,
         bool_or(d.state = 'accepted' and d.edition_id = $2) as had_this,
         bool_or(d.state = 'uncertain') as uncertain,
         bool_or(d.state = 'accepted' and d.edition_id = $2 and x.reason = $3) as resent
       from rounds d left join resends x on x.key = d.resend group by d.destination_id
     ), latest as (
       select distinct on (destination_id) * from rounds order by destination_id, round desc
     )
     select d.destination_id as destination, d.channel, d.round as "lastRound",
       case when d.channel <> 'email' then coalesce(t.name, t.address) end as name,
       case when s.under_way then 'underWay' when s.had then 'had' when s.uncertain then 'uncertain'
         when d.state = 'pending' then 'unrendered' else d.state end as stand,
       s.had_this as "hadThis", s.resent, ${skipReason('now()')} as skip
     from latest d join summed s using (destination_id)
     left join destinations t on t.id = d.destination_id
     where ($4::text is null or d.channel = $4) and ($5::text is null or $5 = any(d.programs))
     order by d.channel, name, d.destination_id`,
    [
      options.root,
      options.edition,
      options.reason,
      options.channel ?? null,
      options.program ?? null,
      options.destination ?? null,
    ],
  );
  return rows;
}

/** The channels of a frozen list. */
export async function listedChannels(db: Queryable, root: EditionId): Promise<ChannelName[]> {
  const { rows } = await db.query(
    `select distinct channel from deliveries where edition_id in ${family}`,
    [root],
  );
  return rows.map(({ channel }) => channel);
}

export interface PastResend {
  readonly key: string;
  readonly at: Date;
  readonly actor: string;
}

/** The resend of this key, or else the last one of the edition for the same reason. */
export async function pastResend(
  db: Queryable,
  of: { readonly key: string } | { readonly edition: EditionId; readonly reason: string },
): Promise<PastResend | undefined> {
  const { rows } =
    'key' in of
      ? await db.query('select key, at, actor from resends where key = $1', [of.key])
      : await db.query(
          `select key, at, actor from resends where edition_id = $1 and reason = $2
           order by at desc limit 1`,
          [of.edition, of.reason],
        );
  return rows[0];
}

/** Freezes an edition that corrects the family's root. Its list is complete: it is the root's. */
export async function freezeCorrected(
  tx: Queryable,
  root: EditionId,
  frozen: FrozenEdition,
  at: Date,
): Promise<void> {
  await freezeEdition(tx, frozen, at);
  await tx.query(
    `update editions set corrects = $2, state = 'ready', ready_at = coalesce(ready_at, $3)
     where id = $1 and id <> $2`,
    [frozen.edition.id, root, at],
  );
}

/** Deliveries written with one statement. */
const chunk = 5_000;

/** Writes a resend and its deliveries, each a round after the destination's last one. */
export async function addResend(
  tx: Queryable,
  resend: PastResend & {
    readonly root: EditionId;
    readonly edition: EditionId;
    readonly reason: string;
    readonly chosen: readonly Standing[];
  },
): Promise<void> {
  const { key, root, edition, at, actor, reason, chosen } = resend;
  await tx.query(
    `insert into resends (key, edition_id, at, actor, reason, deliveries)
     values ($1, $2, $3, $4, $5, $6)`,
    [key, edition, at, actor, reason, chosen.length],
  );
  for (let from = 0; from < chosen.length; from += chunk) {
    const some = chosen.slice(from, from + chunk);
    await tx.query(
      `insert into deliveries (edition_id, destination_id, round, channel, programs, created_at, resend)
       select $2, d.destination_id, d.round + 1, d.channel, d.programs, $5, $6
       from unnest($3::uuid[], $4::smallint[]) as last (destination_id, round)
       join deliveries d using (destination_id, round) where d.edition_id in ${family}`,
      [
        root,
        edition,
        some.map(({ destination }) => destination),
        some.map(({ lastRound }) => lastRound),
        at,
        key,
      ],
    );
  }
}

/** The destinations of a channel that staff know under this name or address, whatever its case. */
export async function destinationsCalled(
  db: Queryable,
  channel: ChannelName,
  name: string,
): Promise<DestinationId[]> {
  const { rows } = await db.query(
    `select id from destinations where channel = $1 and (address = $2 or lower(name) = lower($2))`,
    [channel, name],
  );
  return rows.map(({ id }) => id);
}
