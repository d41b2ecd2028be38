/**
 * What a process exchanges with the ledger while it sends: the receipts that came, and the deliveries
 * that are about to be written to the wire. Both go in one statement, as each statement waits for the disk.
 */

import { deliveryId, parseDeliveryId } from '../editions/ids.js';
import type { DeliveryId, Outcome, Receipt } from '../model.js';
import { prepared, type Queryable } from './database.js';
import { type Claim, leases } from './deliveries.js';
import { raiseMark } from './fence.js';
import type { Mark } from './marks.js';
import { goesOut, skipReason } from './may-go.js';
import { troubles } from './troubles.js';
import { lostBefore } from './uncertain.js';

/** A receipt, with what the worker has decided about it. */
export interface Settlement {
  readonly receipt: Receipt;
  /** When to try again: of a deferral, or of what is uncertain and is to be tried once more. */
  readonly notBefore?: Date;
  /** What a refusal was about. */
  readonly refusal?: 'address' | 'message';
}

type Holder = Pick<Claim, 'token'>;

export interface Settling {
  readonly claim: Holder;
  readonly settlement: Settlement;
}

export interface Marking {
  readonly claim: Holder;
  readonly delivery: DeliveryId;
}

/**
 * What is to be tried again goes back to `pending` and leaves an attempt behind. Staff are not told twice of
 * what was uncertain already.
 *
 * Here and below, the arrays are in sub-selects, so that nothing is planned by how many they hold: PostgreSQL
 * would plan the statement anew for each few deliveries, which takes longer than to run it.
 */
const settling = `settled as (
    select *, outcome = 'deferred' or not_before is not null as again
    from unnest((select $2::uuid[]), (select $3::uuid[]), (select $4::smallint[]), (select $5::uuid[]),
        (select $6::text[]), (select $7::text[]), (select $8::text[]), (select $9::timestamptz[]),
        (select $10::text[]))
      as s (edition_id, destination_id, round, claim, outcome, detail, external_id, not_before, refusal)
  ), written as (
    update deliveries d
    set state = case when s.again then 'pending' else s.outcome end,
      detail = s.detail,
      refusal = s.refusal,
      external_id = coalesce(s.external_id, d.external_id),
      not_before = s.not_before,
      lease_until = null, owner = null,
      claim = case s.outcome when 'uncertain' then d.claim end,
      unreported = not s.again and ${troubles('s.outcome', 's.detail')}
        and (d.unreported or d.state <> 'uncertain'),
      settled_at = case when not s.again then $1::timestamptz end
    from settled s
    where d.edition_id = s.edition_id and d.destination_id = s.destination_id and d.round = s.round
      and d.claim = s.claim and (d.state in ('claimed', 'sending', 'uncertain')
        or d.state = 'pending' and s.outcome <> 'uncertain')
    returning d.edition_id, d.destination_id, d.round, d.attempts, s.outcome, s.detail, s.again
  ), remembered as (
    insert into attempts (edition_id, destination_id, round, attempt, at, outcome, detail)
    select edition_id, destination_id, round, attempts, $1, outcome, detail from written where again
  )`;

const settleOnly = prepared(
  'settle',
  `with ${settling}
   select edition_id as "editionId", destination_id as "destinationId", round from written`,
);

/** Consent, suppression and profile are looked at once more, in the moment before the wire. */
const settleAndMark = prepared(
  'settle-and-mark',
  `with ${settling}, marked as (
     ${raiseMark('$15')}
   ), going as materialized (
     select d.edition_id, d.destination_id, d.round, k.claim,
       ${skipReason('$1::timestamptz')} as skip
     from unnest((select $11::uuid[]), (select $12::uuid[]), (select $13::smallint[]), (select $14::uuid[]))
       as k (edition_id, destination_id, round, claim)
     join deliveries d on d.edition_id = k.edition_id and d.destination_id = k.destination_id
       and d.round = k.round
     join editions e on e.id = d.edition_id and ${goesOut}
     join marked m on $16::uuid is null or (m.instance = $16 and m.mark > $17)
     left join destinations t on t.id = d.destination_id
     where d.claim = k.claim and d.state = 'claimed'
   ), looked_at as (
     select *, case when skip is not null then ${lostBefore} end as lost from going d
   )
   update deliveries d
   set state = case when skip is null then 'sending' when lost is null then 'skipped' else 'uncertain' end,
     detail = coalesce(lost, '') || skip,
     attempts = d.attempts + case when skip is null then 1 else 0 end,
     owner = case when skip is null then owner end,
     lease_until = case when skip is null then now() + make_interval(secs => ${leases.sending}) end,
     settled_at = case when skip is not null then $1::timestamptz end,
     unreported = skip is not null and lost is not null
   from looked_at g
   where d.edition_id = g.edition_id and d.destination_id = g.destination_id and d.round = g.round
     and d.claim = g.claim and d.state = 'claimed'
   returning d.edition_id as "editionId", d.destination_id as "destinationId", d.round, d.state,
     (select instance from marked) as instance, (select mark from marked) as mark`,
);

/**
 * Writes receipts, and returns those that were written: each under the claim that it still holds. What
 * was taken for `uncertain` meanwhile takes the true answer of the one who sent it.
 */
export async function settleDeliveries(
  db: Queryable,
  settlings: readonly Settling[],
  now: Date,
): Promise<DeliveryId[]> {
  if (settlings.length === 0) return [];
  const { rows } = await db.query(settleOnly([now, ...columnsOf(settlings)]));
  return rows.map(deliveryId);
}

/** What was marked. */
export interface Marked {
  /** Those that may be written to the wire, once the mark is noted. */
  readonly going: ReadonlySet<DeliveryId>;
  /** How far the ledger has come with them; undefined where nothing was marked. */
  readonly mark?: Mark;
}

/**
 * Writes receipts, and marks deliveries as `sending`, durably. What may not go is `skipped`, or `uncertain`
 * where an earlier attempt may have arrived. What staff stopped meanwhile stays claimed, and goes back
 * with its claim.
 *
 * @param known the highest mark that is noted outside: a ledger that is behind it lets nothing go
 */
export async function markSending(
  db: Queryable,
  markings: readonly Marking[],
  now: Date,
  known?: Mark,
  settlings: readonly Settling[] = [],
): Promise<Marked> {
  const [first] = markings;
  if (!first) return { going: new Set() };
  const keys = markings.map(({ delivery }) => parseDeliveryId(delivery));
  const { rows } = await db.query(
    settleAndMark([
      now,
      ...columnsOf(settlings),
      keys.map(({ editionId }) => editionId),
      keys.map(({ destinationId }) => destinationId),
      keys.map(({ round }) => round),
      markings.map(({ claim }) => claim.token),
      // As random as the claim's token: processes seldom wait for each other.
      Number.parseInt(first.claim.token.slice(0, 1), 16),
      known?.instance ?? null,
      known?.mark ?? null,
    ]),
  );
  const [row] = rows;
  return {
    going: new Set(rows.filter(({ state }) => state === 'sending').map(deliveryId)),
    ...(row && { mark: { instance: row.instance, mark: row.mark } }),
  };
}

function columnsOf(settlings: readonly Settling[]): unknown[] {
  const keys = settlings.map(({ settlement }) => parseDeliveryId(settlement.receipt.delivery));
  const receipts = settlings.map(({ settlement }) => settlement.receipt);
  return [
    keys.map(({ editionId }) => editionId),
    keys.map(({ destinationId }) => destinationId),
    keys.map(({ round }) => round),
    settlings.map(({ claim }) => claim.token),
    receipts.map(({ outcome }) => outcome),
    receipts.map(detail),
    receipts.map((receipt) => (receipt.outcome === 'accepted' ? receipt.externalId : undefined)),
    settlings.map(({ settlement }) => settlement.notBefore),
    settlings.map(({ settlement }) => settlement.refusal),
  ];
}

/** PostgreSQL takes no NUL in a text, and the other side's words may hold anything. */
function detail(outcome: Outcome): string {
  return (outcome.outcome === 'accepted' ? outcome.detail : outcome.reason).replaceAll('\0', '');
}
