/** Subscribers in batches: what the ledger knows of many addresses, and what is written of them, at once. */

import { nextClose } from '../editions/schedule.js';
import type {
  Cadence,
  DestinationId,
  Instant,
  Language,
  LocalDate,
  ProgramId,
  Schedule,
} from '../model.js';
import type { Queryable } from './database.js';
import { releaseOrder } from './profiles.js';

/** What holds for an address, by the keyed hash of it. */
export interface Standing {
  readonly id: DestinationId;
  /** Whether the address itself is in the ledger: not of one who was forgotten, or left in a journal only. */
  readonly known: boolean;
  readonly suppressed: boolean;
  readonly name: string | null;
  readonly language: Language;
  readonly schedule: Schedule;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  /** Programs that were ever left. */
  readonly left: readonly ProgramId[];
  /** The local date of the last window. */
  readonly closedOn: LocalDate | null;
}

/** What the ledger says of an address that it knows, and of another one. */
export type Found =
  | Standing
  | {
      readonly id: undefined;
      readonly suppressed: boolean;
      /** Whether the destination with the id that follows from it has another address by now. */
      readonly moved: boolean;
    };

/**
 * What is known of these addresses, by their hashes in hex. With `lock` nobody else adds or changes them
 * until the transaction ends.
 *
 * @param addresses each with the id that a new destination of it would get
 */
export async function standingsOf(
  tx: Queryable,
  addresses: readonly { readonly hash: Buffer; readonly own: DestinationId }[],
  { lock }: { lock: boolean },
): Promise<Map<string, Found>> {
  const hashes = addresses.map(({ hash }) => hash);
  if (lock) {
    // Always in one order, so that two who add the same addresses wait for each other only once.
    const keys = hashes.map((hash) => hash.readBigInt64BE()).sort((a, b) => (a < b ? -1 : 1));
    await tx.query(
      'select pg_advisory_xact_lock(key) from unnest($1::bigint[]) with ordinality as k (key, n) order by n',
      [keys.map(String)],
    );
    await tx.query(
      `select from destinations where channel = 'email' and address_hash = any($1) order by id for update`,
      [hashes],
    );
  }
  const { rows } = await tx.query(
    `select encode(k.hash, 'hex') as hash, d.id, d.address is not null as known, d.name, d.language,
       exists (select from suppressions s where s.address_hash = k.hash) as suppressed,
       json_build_object('timezone', coalesce(d.timezone, 'UTC'), 'hour', coalesce(d.digest_hour, 8),
         'weekday', coalesce(d.digest_weekday, 1)) as schedule,
       coalesce((select jsonb_object_agg(s.program_id, s.cadence) from subscriptions s
         where s.destination_id = d.id), '{}') as profile,
       coalesce((select array_agg(distinct program) from consents c cross join unnest(c.programs) as program
         where c.destination_id = d.id and c.act = 'withdrawn'), '{}') as left,
       (select max(on_date)::text from windows w where w.destination_id = d.id) as "closedOn",
       exists (select from destinations o where o.id = k.own) as moved
     from unnest($1::bytea[], $2::uuid[]) as k (hash, own)
     left join destinations d on d.channel = 'email' and d.address_hash = k.hash`,
    [hashes, addresses.map(({ own }) => own)],
  );
  return new Map(
    rows.map(({ hash, id, suppressed, moved, ...row }): [string, Found] => [
      hash,
      id ? { id, suppressed, ...row } : { id: undefined, suppressed, moved },
    ]),
  );
}

export interface NewDestination {
  readonly id: DestinationId;
  /** In hex. */
  readonly hash: string;
  readonly address: string;
  readonly name: string | null;
  readonly language: Language;
  readonly schedule: Schedule;
  readonly pausedUntil: Instant | null;
}

/** Makes destinations of the channel email. One that is there without its address gets it, and begins anew. */
export async function putSubscribers(
  tx: Queryable,
  rows: readonly NewDestination[],
  at: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into destinations (id, channel, address, address_hash, name, language, state, created_at,
       timezone, digest_hour, digest_weekday, paused_until)
     select id, 'email', address, decode(hash, 'hex'), name, language, 'active', $2, timezone, hour, weekday,
       "pausedUntil"
     from jsonb_to_recordset($1) as n (id uuid, address text, hash text, name text, language text,
       timezone text, hour smallint, weekday smallint, "pausedUntil" timestamptz)
     on conflict (channel, address_hash) do update
       set address = excluded.address, name = excluded.name, language = excluded.language,
         state = 'active', created_at = excluded.created_at, timezone = excluded.timezone,
         digest_hour = excluded.digest_hour, digest_weekday = excluded.digest_weekday,
         paused_until = excluded.paused_until`,
    [JSON.stringify(rows.map(({ schedule, ...row }) => ({ ...row, ...schedule }))), at],
  );
}

export interface Joining {
  readonly id: DestinationId;
  readonly profile: readonly { readonly program: ProgramId; readonly cadence: Cadence }[];
  readonly schedule: Schedule;
  readonly closedOn: LocalDate | null;
  readonly consent: { readonly at: Instant; readonly origin: string };
}

/** Gives destinations programs that they do not have, and records their consent to them. */
export async function joinPrograms(
  tx: Queryable,
  joinings: readonly Joining[],
  actor: string,
  at: Date,
): Promise<void> {
  if (joinings.length === 0) return;
  const closes = new Map<string, Date>();
  const dueAt = (cadence: Cadence, { schedule, closedOn }: Joining) => {
    if (cadence === 'instant') return null;
    const { timezone, hour, weekday } = schedule;
    const key = [cadence, timezone, hour, weekday, closedOn].join();
    const due = closes.get(key) ?? nextClose(cadence, schedule, at, closedOn ?? undefined).at;
    closes.set(key, due);
    return due;
  };
  const { released } = await releaseOrder(tx);
  const subscriptions = joinings.flatMap((one) =>
    one.profile.map(({ program, cadence }) => ({
      id: one.id,
      program,
      cadence,
      due: dueAt(cadence, one),
    })),
  );
  await tx.query(
    `insert into subscriptions (destination_id, program_id, cadence, since, covered_until, due_at)
     select id, program, cadence, $2, $3, due from jsonb_to_recordset($1)
       as s (id uuid, program text, cadence text, due timestamptz)
     on conflict do nothing`,
    [JSON.stringify(subscriptions), at, released],
  );
  const consents = joinings.map(({ id, profile, consent }) => ({
    id,
    programs: profile.map(({ program }) => program),
    ...consent,
  }));
  await tx.query(
    `insert into consents (destination_id, at, act, programs, origin, actor)
     select id, at, 'given', programs, origin, $2 from jsonb_to_recordset($1)
       as c (id uuid, at timestamptz, programs text[], origin text)`,
    [JSON.stringify(consents), actor],
  );
}

/** Changes what a subscriber is called and reads in; null leaves it as it is. */
export async function renameSubscriber(
  tx: Queryable,
  id: DestinationId,
  { name, language }: { readonly name: string | null; readonly language: Language | null },
): Promise<void> {
  await tx.query(
    'update destinations set name = coalesce($2, name), language = coalesce($3, language) where id = $1',
    [id, name, language],
  );
}

/**
 * What a dry run would have written so far, so that a later line about the same address sees it. In a
 * table of the transaction's own, as the file may be of any length.
 */
export async function createImportPreview(tx: Queryable) {
  await tx.query(
    'create temp table import_preview (hash text primary key, standing jsonb not null) on commit drop',
  );
  return {
    async read(hashes: readonly string[]): Promise<Map<string, Standing>> {
      const { rows } = await tx.query(
        'select hash, standing from import_preview where hash = any($1)',
        [hashes],
      );
      return new Map(rows.map(({ hash, standing }) => [hash, standing]));
    },
    async write(standings: ReadonlyMap<string, Standing>): Promise<void> {
      const rows = [...standings].map(([hash, standing]) => ({ hash, standing }));
      await tx.query(
        `insert into import_preview select * from jsonb_to_recordset($1) as p (hash text, standing jsonb)
         on conflict (hash) do update set standing = excluded.standing`,
        [JSON.stringify(rows)],
      );
    },
  };
}
