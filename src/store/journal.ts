/** Merges what the journal knows into the ledger: see ../subscribers/journal.ts. */

import { randomUUID } from 'node:crypto';
import type { ChannelName, DestinationId, Instant, ProgramId } from '../model.js';
import type { Queryable } from './database.js';

export interface JournaledLeaving {
  readonly at: Instant;
  readonly channel: ChannelName;
  readonly destination: DestinationId;
  /** The keyed hash of the address, in hex; null where the ledger did not know whose link it was. */
  readonly address: string | null;
  readonly programs: readonly ProgramId[];
  /** As the consent's record has it: "unsubscribe link". */
  readonly origin: string;
  readonly actor: string;
}

/**
 * Takes programs away that were left after the reader's own newest consent to them, and records that,
 * where it is not recorded yet. An address that the ledger does not know is recorded by its hash alone,
 * so that an import does not bring it back. A later consent counts only when the reader gave it: staff
 * cannot give one to a program that was left. Returns how many leavings were new.
 */
export async function mergeLeavings(
  db: Queryable,
  leavings: readonly JournaledLeaving[],
): Promise<number> {
  if (leavings.length === 0) return 0;
  const rows = leavings.map((one) => ({ ...one, fresh: randomUUID() }));
  await db.query(
    `insert into destinations (id, channel, address_hash, language, state, created_at)
     select distinct on (channel, address) fresh, channel, decode(address, 'hex'), 'und', 'inactive', at
     from jsonb_to_recordset($1) as j (fresh uuid, at timestamptz, channel text, address text)
     where address is not null
     order by channel, address, at
     on conflict (channel, address_hash) do nothing`,
    [JSON.stringify(rows)],
  );
  const { rows: merged } = await db.query(
    `with entry as (
       select d.id, j.at, j.origin, j.actor, program
       from jsonb_to_recordset($1) as j (at timestamptz, channel text, destination uuid, address text,
         programs text[], origin text, actor text)
       join destinations d on d.id = j.destination
         or d.channel = j.channel and d.address_hash = decode(j.address, 'hex')
       cross join unnest(j.programs) as program
       where not exists (select from consents c where c.destination_id = d.id and c.act = 'given'
           and c.actor = 'reader' and c.at > j.at and program = any(c.programs))
     ), taken as (
       delete from subscriptions s using entry e
       where s.destination_id = e.id and s.program_id = e.program
     ), recorded as (
       insert into consents (destination_id, at, act, programs, origin, actor)
       select id, at, 'withdrawn', array_agg(program order by program), min(origin), min(actor) from entry e
       where not exists (select from consents c where c.destination_id = e.id and c.act = 'withdrawn'
           and c.at = e.at and e.program = any(c.programs))
       group by id, at returning destination_id
     )
     select count(*)::int as n from recorded`,
    [JSON.stringify(leavings)],
  );
  return merged[0].n;
}

export interface JournaledSuppression {
  readonly at: Instant;
  /** The keyed hash, in hex. */
  readonly address: string;
  readonly reason: string;
  readonly actor: string;
}

/** Brings suppressions back that the ledger lacks, but for readers who came back later themselves. Returns how many. */
export async function mergeSuppressions(
  db: Queryable,
  suppressions: readonly JournaledSuppression[],
): Promise<number> {
  if (suppressions.length === 0) return 0;
  const { rowCount } = await db.query(
    `insert into suppressions (address_hash, reason, actor, at)
     select distinct on (address) decode(address, 'hex'), reason, actor, at
     from jsonb_to_recordset($1) as j (at timestamptz, address text, reason text, actor text)
     where not exists (select from destinations d join consents c on c.destination_id = d.id
         where d.address_hash = decode(j.address, 'hex') and c.act = 'given' and c.actor = 'reader'
           and c.at > j.at)
     order by address, at
     on conflict do nothing`,
    [JSON.stringify(suppressions)],
  );
  return rowCount ?? 0;
}

/** Takes suppressions away that were lifted since they were made. Returns how many. */
export async function mergeLiftings(
  db: Queryable,
  liftings: readonly { readonly at: string; readonly address: string }[],
): Promise<number> {
  if (liftings.length === 0) return 0;
  const { rowCount } = await db.query(
    `delete from suppressions s using jsonb_to_recordset($1) as j (at timestamptz, address text)
     where s.address_hash = decode(j.address, 'hex') and s.at <= j.at`,
    [JSON.stringify(liftings)],
  );
  return rowCount ?? 0;
}
