/**
 * Deliveries and their states. The one way through them:
 *
 *   pending -> claimed -> sending -> accepted | rejected | uncertain | skipped
 *
 * A claim is a batch with a lease, under the claimer's process number. Whoever comes back from the wire
 * may only write under the claim it still holds, so a process that was thought dead changes nothing
 * that another one has taken over.
 */

import { randomUUID } from 'node:crypto';
import { deliveryId, parseDeliveryId } from '../editions/ids.js';
import type { ChannelName, Delivery, DeliveryId, EditionId, ProgramId } from '../model.js';
import type { Queryable } from './database.js';
import { goesOut, late } from './may-go.js';
import { isAlive } from './processes.js';
import { claimed, sending, waiting } from './states.js';
import { lostBefore } from './uncertain.js';

/** Seconds that a claim lasts unless it is extended, and that a delivery may be on the wire. */
export const leases = {
  claimed: 60,
  /** RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot. */
  sending: 660,
} as const;

/** A batch of one edition's deliveries on one channel, taken by one process. */
export interface Claim {
  readonly token: string;
  readonly editionId: EditionId;
  readonly deliveries: readonly ClaimedDelivery[];
}

export interface ClaimedDelivery extends Delivery {
  /** When it was planned. */
  readonly plannedAt: Date;
  /** Where it may have arrived at an earlier attempt: how a reason that tells of it begins. */
  readonly lostBefore?: string;
}

interface DeliveryRow {
  destinationId: string;
  round: number;
  channel: ChannelName;
  programs: ProgramId[];
  attempts: number;
  earlier: number;
  address: string | null;
  name: string | null;
  language: string;
  plannedAt: Date;
  lostBefore: string | null;
}

/** What is returned of deliveries `d` joined with their destinations `t`. */
export const joined = `d.destination_id as "destinationId", d.round, d.channel, d.programs, d.attempts,
  t.address, t.name, t.language, d.created_at as "plannedAt", ${lostBefore} as "lostBefore",
  (select count(*)::int from deliveries h
   where h.edition_id = d.edition_id and h.destination_id = d.destination_id
     and h.round < d.round and h.state = 'accepted') as earlier`;

export function toDelivery(editionId: EditionId, row: DeliveryRow): ClaimedDelivery {
  return {
    id: deliveryId({ editionId, destinationId: row.destinationId, round: row.round }),
    editionId,
    destination: {
      id: row.destinationId,
      channel: row.channel,
      address: row.address ?? '',
      language: row.language,
      ...(row.name && { name: row.name }),
    },
    round: row.round,
    earlier: row.earlier,
    attempt: row.attempts + 1,
    programs: row.programs,
    plannedAt: row.plannedAt,
    ...(row.lostBefore && { lostBefore: row.lostBefore }),
  };
}

/** Takes up to `size` deliveries that are due. Only ready editions with a rendering are claimed, and none that staff stopped. */
export async function claimDeliveries(
  db: Queryable,
  options: {
    editionId: EditionId;
    channel: ChannelName;
    owner: number;
    size: number;
    now: Date;
  },
): Promise<Claim> {
  const token = randomUUID();
  const { rows } = await db.query(
    `with due as (
       select d.destination_id, d.round from deliveries d
       where d.edition_id = $1 and d.channel = $2 and ${waiting}
         and (d.not_before is null or d.not_before <= $3)
         and exists (select from editions e where e.id = $1 and e.state = 'ready' and ${goesOut})
         and exists (select from renderings r
           where r.edition_id = $1 and r.channel = $2 and r.rendered is not null)
       order by d.destination_id, d.round limit $4 for update skip locked
     )
     update deliveries d
     set state = 'claimed', claim = $5, owner = $6, lease_until = now() + make_interval(secs => $7)
     from due, destinations t
     where d.edition_id = $1 and d.destination_id = due.destination_id and d.round = due.round
       and t.id = d.destination_id
     returning ${joined}`,
    [
      options.editionId,
      options.channel,
      options.now,
      options.size,
      token,
      options.owner,
      leases.claimed,
    ],
  );
  return {
    token,
    editionId: options.editionId,
    deliveries: rows.map((row) => toDelivery(options.editionId, row)),
  };
}

/**
 * Skips what of an alert has waited since before a moment. Not what staff stopped: its time does not
 * count; and not what may have arrived in an earlier attempt.
 */
export async function skipLate(
  db: Queryable,
  options: { editionId: EditionId; channel: ChannelName; before: Date; reason: string; now: Date },
): Promise<number> {
  const { rowCount } = await db.query(
    `update deliveries d set state = 'skipped', detail = $4, settled_at = $5, not_before = null
     from editions e
     where e.id = $2 and d.edition_id = $2 and d.channel = $3 and ${waiting} and ${late}`,
    [options.before, options.editionId, options.channel, options.reason, options.now],
  );
  return rowCount ?? 0;
}

/** Keeps what of a claim has not begun from expiring. */
export async function extendClaim(db: Queryable, claim: Claim): Promise<void> {
  await db.query(
    `update deliveries d set lease_until = now() + make_interval(secs => $3)
     where d.edition_id = $1 and d.claim = $2 and ${claimed}`,
    [claim.editionId, claim.token, leases.claimed],
  );
}

/**
 * Gives back what of a claim has not begun, and those of `unsent`: they may be marked as sending (or be
 * taken for uncertain since), and certainly did not go out.
 */
export async function returnClaim(
  db: Queryable,
  claim: Claim,
  unsent: readonly DeliveryId[] = [],
): Promise<void> {
  const keys = unsent.map(parseDeliveryId);
  await db.query(
    `with given_back as (
       select d.destination_id, d.round from deliveries d
       where d.edition_id = $1 and d.claim = $2 and ${claimed}
       union select * from unnest($3::uuid[], $4::smallint[])
     )
     update deliveries d
     set state = 'pending', claim = null, owner = null, lease_until = null, settled_at = null,
       unreported = false,
       detail = case d.state when 'uncertain' then null else d.detail end,
       attempts = d.attempts - case d.state when 'claimed' then 0 else 1 end
     from given_back g
     where d.edition_id = $1 and d.destination_id = g.destination_id and d.round = g.round
       and d.claim = $2 and d.state in ('claimed', 'sending', 'uncertain')`,
    [
      claim.editionId,
      claim.token,
      keys.map(({ destinationId }) => destinationId),
      keys.map(({ round }) => round),
    ],
  );
}

/** What of a claim is still on the wire has nobody waiting for its answer: it counts as lost at once. */
export async function abandonClaim(db: Queryable, claim: Claim): Promise<void> {
  await db.query(
    `update deliveries d set lease_until = now()
     where d.edition_id = $1 and d.claim = $2 and ${sending}`,
    [claim.editionId, claim.token],
  );
}

/** What was claimed and never reached the wire before its claimer died or its lease ended is free again. */
export async function freeExpiredClaims(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `update deliveries d set state = 'pending', claim = null, owner = null, lease_until = null
     where ${claimed} and (d.lease_until < now() or not ${isAlive('d.owner')})`,
  );
  return rowCount ?? 0;
}

/** SQL for "the delivery `d` was on the wire when its process died". */
export const lost = `${sending} and (d.lease_until < now() or not ${isAlive('d.owner')})`;

/** SQL for the first edition and channel, in the order of the index, on which something waits. */
const firstWaiting = (after = 'true') => `(select d.edition_id, d.channel from deliveries d
  where ${waiting} and ${after} order by d.edition_id, d.channel limit 1)`;

/**
 * On which editions and channels something waits to be delivered and may go out, or was lost on the
 * wire (to ask what became of it sends nothing, so a pause does not stop that).
 */
export async function dueDeliveries(
  db: Queryable,
  now: Date,
): Promise<{ editionId: EditionId; channel: ChannelName }[]> {
  const { rows } = await db.query(
    `with recursive found as (
       ${firstWaiting()}
       union all
       select next.* from found, lateral (${firstWaiting('(d.edition_id, d.channel) > (found.edition_id, found.channel)')}) next
     )
     select found.edition_id as "editionId", found.channel from found
     join editions e on e.id = found.edition_id and e.state = 'ready' and ${goesOut}
     join renderings r on r.edition_id = found.edition_id and r.channel = found.channel and r.rendered is not null
     where exists (select from deliveries d where d.edition_id = found.edition_id and d.channel = found.channel
       and ${waiting} and (d.not_before is null or d.not_before <= $1))
     union
     select d.edition_id, d.channel from deliveries d where ${lost}`,
    [now],
  );
  return rows;
}

/**
 * Has PostgreSQL look at how many deliveries stand where. By itself it would in a minute or so, when most of a
 * large edition is out, and until then read all of them for the few that are claimed.
 */
export async function refreshStatistics(db: Queryable): Promise<void> {
  await db.query('analyze deliveries');
}
