/** Destinations, their profiles, consent and suppressions. Addresses come hashed by the caller's key. */

import type { Cadence, ChannelName, DestinationId, Language, ProgramId } from '../model.js';
import type { Queryable } from './database.js';

export interface DestinationInput {
  readonly id: DestinationId;
  readonly channel: ChannelName;
  readonly address: string;
  readonly addressHash: Buffer;
  readonly name?: string;
  readonly language: Language;
}

export interface Profile {
  readonly programs: readonly ProgramId[];
  readonly cadence: Cadence;
}

/** Makes the destination, or brings its name and language up to date and its state to `active`. */
export async function putDestination(
  tx: Queryable,
  input: DestinationInput,
  at: Date,
): Promise<{ id: DestinationId }> {
  const { rows } = await tx.query(
    `insert into destinations (id, channel, address, address_hash, name, language, state, created_at)
     values ($1, $2, $3, $4, $5, $6, 'active', $7)
     on conflict (channel, address_hash) do update
       set address = $3, name = coalesce($5, destinations.name), language = $6, state = 'active'
     returning id`,
    [input.id, input.channel, input.address, input.addressHash, input.name, input.language, at],
  );
  return rows[0];
}

/** Makes the profile exactly this one. A program that stays keeps the date it was chosen at. */
export async function replaceProfile(
  tx: Queryable,
  id: DestinationId,
  profiles: readonly Profile[],
  at: Date,
): Promise<void> {
  const chosen = profiles.flatMap(({ programs, cadence }) =>
    programs.map((program) => ({ program, cadence })),
  );
  await tx.query('delete from subscriptions where destination_id = $1 and program_id <> all($2)', [
    id,
    chosen.map(({ program }) => program),
  ]);
  await tx.query(
    `insert into subscriptions (destination_id, program_id, cadence, since)
     select $1, unnest($2::text[]), unnest($3::text[]), $4
     on conflict (destination_id, program_id) do update set cadence = excluded.cadence`,
    [id, chosen.map(({ program }) => program), chosen.map(({ cadence }) => cadence), at],
  );
}

/** Takes programs out of a profile. Returns those it had. */
export async function leavePrograms(
  tx: Queryable,
  id: DestinationId,
  programs: readonly ProgramId[] | 'all',
): Promise<ProgramId[]> {
  const { rows } = await tx.query(
    `delete from subscriptions where destination_id = $1 and ($2::text[] is null or program_id = any($2))
     returning program_id`,
    [id, programs === 'all' ? null : programs],
  );
  return rows.map(({ program_id }) => program_id);
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
  },
): Promise<void> {
  await tx.query(
    `insert into consents (destination_id, at, act, programs, origin, actor)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      consent.destinationId,
      consent.at,
      consent.act,
      consent.programs,
      consent.origin,
      consent.actor,
    ],
  );
}

export interface DestinationRow {
  readonly id: DestinationId;
  readonly channel: ChannelName;
  readonly address: string | null;
  readonly name: string | null;
  readonly language: Language;
  readonly state: 'active' | 'inactive';
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
}

const destinationSelect = `select d.id, d.channel, d.address, d.name, d.language, d.state,
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

/** A channel's destinations that the config no longer names get nothing more. */
export async function deactivateOthers(
  tx: Queryable,
  channel: ChannelName,
  keep: readonly DestinationId[],
): Promise<void> {
  await tx.query(
    `update destinations set state = 'inactive' where channel = $1 and id <> all($2)`,
    [channel, keep],
  );
}

/** Counts the active destinations that read one of these programs instantly, per channel. */
export async function countAudience(
  db: Queryable,
  programs: readonly ProgramId[],
): Promise<Partial<Record<ChannelName, number>>> {
  const { rows } = await db.query(
    `select d.channel, count(distinct d.id)::int as count
     from destinations d join subscriptions s on s.destination_id = d.id
     where d.state = 'active' and s.cadence = 'instant' and s.program_id = any($1)
     group by d.channel`,
    [programs],
  );
  return Object.fromEntries(rows.map(({ channel, count }) => [channel, count]));
}

export async function isSuppressed(db: Queryable, addressHash: Buffer): Promise<boolean> {
  const { rowCount } = await db.query('select from suppressions where address_hash = $1', [
    addressHash,
  ]);
  return rowCount !== 0;
}

/** The first reason stands. */
export async function suppress(
  tx: Queryable,
  addressHash: Buffer,
  reason: string,
  actor: string,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into suppressions (address_hash, reason, actor, at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [addressHash, reason, actor, at],
  );
}
