/** All that the ledger holds of one person, found by the keyed hash of their address; and of all who are mailed. */

import type { Cadence, DestinationId, EditionId, Language, ProgramId, Schedule } from '../model.js';
import type { Queryable } from './database.js';

/** What forgetting a person takes away, in numbers. */
export interface Holdings {
  /** Whether their address is in the ledger, as a subscriber's or in a sign-up or a letter. */
  readonly address: boolean;
  readonly programs: number;
  readonly consents: number;
  /** These stay, under an id that leads to nobody. */
  readonly deliveries: number;
  readonly suppressed: boolean;
}

export async function holdingsOf(db: Queryable, addressHash: Buffer): Promise<Holdings> {
  const { rows } = await db.query(
    `with person as (select * from destinations where channel = 'email' and address_hash = $1)
     select exists (select from person where address is not null)
         or exists (select from signups where address_hash = $1 and address is not null)
         or exists (select from address_changes where address_hash = $1)
         or exists (select from letters where address_hash = $1 and address is not null) as address,
       (select count(*)::int from subscriptions where destination_id in (select id from person)) as programs,
       (select count(*)::int from consents where destination_id in (select id from person)) as consents,
       (select count(*)::int from deliveries where destination_id in (select id from person)) as deliveries,
       exists (select from suppressions where address_hash = $1) as suppressed`,
    [addressHash],
  );
  return rows[0];
}

/** Everything, as it is to be handed to the person (GDPR, article 15). Null where there is no such row. */
export interface Person {
  readonly subscriber: object | null;
  readonly programs: readonly object[];
  readonly consents: readonly object[];
  readonly suppression: object | null;
  /** Sign-ups that they did, or did not yet, confirm. */
  readonly signups: readonly object[];
  /** To another address, or from another one to theirs. */
  readonly addressChanges: readonly object[];
  /** Mails that are no editions. */
  readonly letters: readonly object[];
  readonly deliveries: readonly object[];
  /** What came back of them. */
  readonly bounces: readonly object[];
  readonly events: readonly object[];
}

export async function personOf(db: Queryable, addressHash: Buffer): Promise<Person> {
  const { rows } = await db.query(
    `select id, address, name, language, state, created_at as "createdAt", timezone,
       digest_hour as "hour", digest_weekday as "weekday", paused_until as "pausedUntil"
     from destinations where channel = 'email' and address_hash = $1`,
    [addressHash],
  );
  const [subscriber = null] = rows;
  const id = subscriber?.id ?? null;
  const all = async (sql: string, value: unknown) => (await db.query(sql, [value])).rows;
  const [suppression = null] = await all(
    'select at, reason, actor from suppressions where address_hash = $1',
    addressHash,
  );
  return {
    subscriber,
    programs: await all(
      `select program_id as program, cadence, since, due_at as "nextAt" from subscriptions
       where destination_id = $1 order by program_id`,
      id,
    ),
    consents: await all(
      'select at, act, programs, origin, actor, evidence from consents where destination_id = $1 order by id',
      id,
    ),
    suppression,
    signups: await all(
      `select at, language, profile, schedule, evidence, expires_at as "expiresAt",
         confirmed_at as "confirmedAt" from signups where address_hash = $1`,
      addressHash,
    ),
    addressChanges: await all(
      `select address, at, expires_at as "expiresAt", done_at as "doneAt" from address_changes
       where address_hash = $1 or destination_id = (select id from destinations
         where channel = 'email' and address_hash = $1) order by at`,
      addressHash,
    ),
    letters: await all(
      `select kind, created_at as "createdAt", state, settled_at as "settledAt" from letters
       where address_hash = $1 order by created_at`,
      addressHash,
    ),
    deliveries: await all(
      `select d.edition_id as edition, e.kind, e.content #>> '{sections,0,articles,0,title}' as title,
         d.round, d.programs, d.state, d.detail, d.created_at as "createdAt", d.settled_at as "settledAt"
       from deliveries d join editions e on e.id = d.edition_id
       where d.destination_id = $1 order by d.created_at, d.edition_id, d.round`,
      id,
    ),
    bounces: await all(
      `select at, edition_id as edition, round, kind, status, diagnostic from bounces
       where destination_id = $1 order by id`,
      id,
    ),
    events: await all(
      'select at, actor, kind, message from events where subject = $1 order by id',
      `destination:${id}`,
    ),
  };
}

export interface LastDelivery {
  /** When it was settled; when it was planned where it is not. */
  readonly at: Date;
  readonly edition: EditionId;
  readonly title: string;
  readonly state: string;
}

/** The latest first. */
export async function lastDeliveries(
  db: Queryable,
  id: DestinationId,
  limit: number,
): Promise<LastDelivery[]> {
  const { rows } = await db.query(
    `select coalesce(d.settled_at, d.created_at) as at, d.edition_id as edition,
       e.content #>> '{sections,0,articles,0,title}' as title, d.state
     from deliveries d join editions e on e.id = d.edition_id
     where d.destination_id = $1 order by at desc, d.edition_id limit $2`,
    [id, limit],
  );
  return rows;
}

/** One who is mailed. */
export interface ExportedSubscriber {
  readonly id: DestinationId;
  readonly address: string;
  readonly name: string | null;
  readonly language: Language;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  readonly schedule: Schedule;
  readonly pausedUntil: Date | null;
  /** The latest that was given. */
  readonly consent: { readonly at: string; readonly origin: string };
}

/** The subscribers after this one by their ids, with consent, not suppressed, who read one of these programs. */
export async function subscribersAfter(
  db: Queryable,
  after: DestinationId | null,
  programs: readonly ProgramId[],
  limit: number,
): Promise<ExportedSubscriber[]> {
  const { rows } = await db.query(
    `select d.id, d.address, d.name, d.language, d.paused_until as "pausedUntil", s.profile, c.consent,
       json_build_object('timezone', coalesce(d.timezone, 'UTC'), 'hour', coalesce(d.digest_hour, 8),
         'weekday', coalesce(d.digest_weekday, 1)) as schedule
     from destinations d
     cross join lateral (select jsonb_object_agg(program_id, cadence) as profile from subscriptions
       where destination_id = d.id and program_id = any($2)) as s
     cross join lateral (select json_build_object('at', at, 'origin', origin) as consent from consents
       where destination_id = d.id and act = 'given' order by id desc limit 1) as c
     where d.channel = 'email' and d.state = 'active' and d.address is not null and s.profile is not null
       and ($1::uuid is null or d.id > $1)
       and not exists (select from suppressions x where x.address_hash = d.address_hash)
     order by d.id limit $3`,
    [after, programs, limit],
  );
  return rows;
}
