/** Destinations, their profiles, consent and suppressions. Addresses come hashed by the caller's key. */

import type {
  Cadence,
  ChannelName,
  DestinationId,
  Language,
  ProgramId,
  Schedule,
} from '../model.js';
import type { Queryable } from './database.js';

export interface DestinationInput {
  readonly id: DestinationId;
  readonly channel: ChannelName;
  readonly address: string;
  readonly addressHash: Buffer;
  readonly name?: string;
  readonly language: Language;
  readonly schedule: Schedule;
}

/**
 * Makes the destination, or brings its name and language up to date and its state to `active`; one
 * that is known keeps its schedule.
 */
export async function putDestination(
  tx: Queryable,
  input: DestinationInput,
  at: Date,
): Promise<{ id: DestinationId }> {
  const { rows } = await tx.query(
    `insert into destinations (id, channel, address, address_hash, name, language, state, created_at,
       timezone, digest_hour, digest_weekday)
     values ($1, $2, $3, $4, $5, $6, 'active', $7, $8, $9, $10)
     on conflict (channel, address_hash) do update
       set address = $3, name = coalesce($5, destinations.name), language = $6, state = 'active',
         timezone = coalesce(destinations.timezone, $8),
         digest_hour = coalesce(destinations.digest_hour, $9),
         digest_weekday = coalesce(destinations.digest_weekday, $10)
     returning id`,
    [
      input.id,
      input.channel,
      input.address,
      input.addressHash,
      input.name,
      input.language,
      at,
      input.schedule.timezone,
      input.schedule.hour,
      input.schedule.weekday,
    ],
  );
  return rows[0];
}

export async function recordConsent(
  tx: Queryable,
  consent: {
    readonly destinationId: DestinationId;
    readonly at: Date;
    readonly act: 'given' | 'withdrawn';
    readonly programs: readonly ProgramId[];
    /** How we know: what staff gave as the consent's origin, or the page it came from. */
    readonly origin: string;
    readonly actor: string;
    /** What the reader was shown, and where from, where it came from a page. */
    readonly evidence?: object;
  },
): Promise<void> {
  await tx.query(
    `insert into consents (destination_id, at, act, programs, origin, actor, evidence)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      consent.destinationId,
      consent.at,
      consent.act,
      consent.programs,
      consent.origin,
      consent.actor,
      consent.evidence ?? null,
    ],
  );
}

export async function putLanguage(
  tx: Queryable,
  id: DestinationId,
  language: Language,
): Promise<void> {
  await tx.query('update destinations set language = $2 where id = $1', [id, language]);
}

export interface DestinationRow {
  readonly id: DestinationId;
  readonly channel: ChannelName;
  readonly address: string | null;
  readonly name: string | null;
  readonly language: Language;
  readonly state: 'active' | 'inactive';
  readonly schedule: Schedule;
  /** While it is in the future, nothing goes out to it. */
  readonly pausedUntil: Date | null;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
}

const destinationSelect = `select d.id, d.channel, d.address, d.name, d.language, d.state, d.paused_until as "pausedUntil",
    json_build_object('timezone', coalesce(d.timezone, 'UTC'), 'hour', coalesce(d.digest_hour, 8),
      'weekday', coalesce(d.digest_weekday, 1)) as schedule,
    coalesce((select jsonb_object_agg(s.program_id, s.cadence) from subscriptions s
      where s.destination_id = d.id), '{}') as profile
  from destinations d`;

export async function destinationRow(
  db: Queryable,
  id: DestinationId,
): Promise<DestinationRow | undefined> {
  return (await db.query(`${destinationSelect} where d.id = $1`, [id])).rows[0];
}

export async function destinationByAddress(
  db: Queryable,
  channel: ChannelName,
  addressHash: Buffer,
): Promise<DestinationRow | undefined> {
  const { rows } = await db.query(
    `${destinationSelect} where d.channel = $1 and d.address_hash = $2`,
    [channel, addressHash],
  );
  return rows[0];
}

/**
 * A channel's destinations that the config no longer names get nothing more. They lose their profile
 * too: were they named again, their windows must not reach back over all that time.
 */
export async function deactivateOthers(
  tx: Queryable,
  channel: ChannelName,
  keep: readonly DestinationId[],
): Promise<void> {
  await tx.query(
    `with others as (
       update destinations set state = 'inactive' where channel = $1 and id <> all($2) returning id
     )
     delete from subscriptions s using others o where s.destination_id = o.id`,
    [channel, keep],
  );
}

/** Counts the active destinations that read one of these programs at one of the cadences, per channel. */
export async function countAudience(
  db: Queryable,
  programs: readonly ProgramId[],
  cadences: readonly Cadence[],
): Promise<Partial<Record<ChannelName, number>>> {
  const { rows } = await db.query(
    `select d.channel, count(distinct d.id)::int as count
     from destinations d join subscriptions s on s.destination_id = d.id
     where d.state = 'active' and s.cadence = any($2) and s.program_id = any($1)
     group by d.channel`,
    [programs, cadences],
  );
  return Object.fromEntries(rows.map(({ channel, count }) => [channel, count]));
}

export async function isSuppressed(db: Queryable, addressHash: Buffer): Promise<boolean> {
  const { rowCount } = await db.query('select from suppressions where address_hash = $1', [
    addressHash,
  ]);
  return rowCount !== 0;
}

/** Returns whether it was not suppressed before; else the first reason stands. */
export async function suppress(
  tx: Queryable,
  addressHash: Buffer,
  reason: string,
  actor: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into suppressions (address_hash, reason, actor, at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [addressHash, reason, actor, at],
  );
  return rowCount === 1;
}

/** Returns whether it was suppressed. */
export async function unsuppress(tx: Queryable, addressHash: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query('delete from suppressions where address_hash = $1', [
    addressHash,
  ]);
  return rowCount === 1;
}
