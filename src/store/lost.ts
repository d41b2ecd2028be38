/** Deliveries that were on the wire when their process died. */

import { randomUUID } from 'node:crypto';
import type { ChannelName, EditionId } from '../model.js';
import type { Queryable } from './database.js';
import { type Claim, joined, leases, lost, toDelivery } from './deliveries.js';
import { sending } from './states.js';
import { lostBefore } from './uncertain.js';

/**
 * Takes over deliveries that were on the wire when their process died, so that the channel can find out
 * what became of them.
 */
export async function claimLost(
  db: Queryable,
  options: { editionId: EditionId; channel: ChannelName; owner: number },
): Promise<Claim> {
  const token = randomUUID();
  const { rows } = await db.query(
    `update deliveries d
     set claim = $3, owner = $4, lease_until = now() + make_interval(secs => $5)
     from destinations t
     where d.edition_id = $1 and d.channel = $2 and ${lost} and t.id = d.destination_id
     returning ${joined}`,
    [options.editionId, options.channel, token, options.owner, leases.claimed],
  );
  return {
    token,
    editionId: options.editionId,
    deliveries: rows.map((row) => toDelivery(options.editionId, row)),
  };
}

/**
 * Calls uncertain what was on the wire when its process died, or puts it off until `retryAt` where that is
 * given and it was not lost before. The claim stays, so that a process that was only thought dead can
 * still correct it with the answer it gets.
 */
export async function giveUpLost(
  db: Queryable,
  options: {
    editionId: EditionId;
    channel: ChannelName;
    reason: string;
    retryAt: Date | undefined;
    now: Date;
  },
): Promise<void> {
  await db.query(
    `with found as (
       select d.destination_id, d.round, ${lostBefore} as before from deliveries d
       where d.edition_id = $1 and d.channel = $2 and ${lost}
     ), given_up as (
       update deliveries d
       set state = case when before is null and $4::timestamptz is not null then 'pending' else 'uncertain' end,
         detail = coalesce(before, '') || $3,
         not_before = case when before is null then $4::timestamptz end,
         settled_at = case when before is not null or $4::timestamptz is null then $5::timestamptz end,
         unreported = before is not null or $4::timestamptz is null,
         lease_until = null, owner = null
       from found f
       where d.edition_id = $1 and d.destination_id = f.destination_id and d.round = f.round and ${lost}
       returning d.destination_id, d.round, d.attempts, d.state
     )
     insert into attempts (edition_id, destination_id, round, attempt, at, outcome, detail)
     select $1, destination_id, round, attempts, $5, 'uncertain', $3 from given_up
     where state = 'pending'`,
    [options.editionId, options.channel, options.reason, options.retryAt ?? null, options.now],
  );
}

/** How many deliveries a process has on the wire. */
export async function countOnWire(db: Queryable, owner: number): Promise<number> {
  const { rows } = await db.query(
    `select count(*)::int as n from deliveries d where ${sending} and d.owner = $1`,
    [owner],
  );
  return rows[0].n;
}
