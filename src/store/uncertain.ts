/** Deliveries of which nobody knows whether they arrived. */

import type { ChannelName, DestinationId, EditionId } from '../model.js';
import type { Queryable } from './database.js';

export interface UncertainDelivery {
  readonly editionId: EditionId;
  readonly destinationId: DestinationId;
  readonly round: number;
  readonly channel: ChannelName;
  readonly kind: 'alert' | 'digest';
  /** The edition's first title. */
  readonly title: string;
  readonly address: string | null;
  readonly name: string | null;
  readonly since: Date;
  readonly reason: string;
}

/**
 * SQL for the beginning of a reason, where the answer to an earlier attempt of the delivery `d` was lost
 * and it was to be tried once more; null elsewhere. What became of the later attempt goes on from it.
 */
export const lostBefore = `(select 'It may have arrived at attempt ' || a.attempt || ' (' || a.detail || '), and after that: '
  from attempts a where a.edition_id = d.edition_id and a.destination_id = d.destination_id
    and a.round = d.round and a.outcome = 'uncertain' order by a.attempt limit 1)`;

/**
 * SQL for "the delivery `d` is uncertain, and was not sent again since". An edition that corrects another
 * goes on with its rounds.
 */
const open = `d.state = 'uncertain' and not exists (
  select from editions mine
  join editions other on coalesce(other.corrects, other.id) = coalesce(mine.corrects, mine.id)
  join deliveries again on again.edition_id = other.id and again.destination_id = d.destination_id
  where mine.id = d.edition_id and again.round > d.round)`;

/** The oldest first. Those that were sent again are not among them: their last round speaks for them. */
export async function uncertainDeliveries(
  db: Queryable,
  edition?: EditionId,
): Promise<UncertainDelivery[]> {
  const { rows } = await db.query(
    `select d.edition_id as "editionId", d.destination_id as "destinationId", d.round, d.channel,
       e.kind, e.content #>> '{sections,0,articles,0,title}' as title, t.address, t.name,
       coalesce(d.settled_at, d.created_at) as since, coalesce(d.detail, '') as reason
     from deliveries d
     join editions e on e.id = d.edition_id
     left join destinations t on t.id = d.destination_id
     where ${open} and ($1::uuid is null or d.edition_id = $1)
     order by since, d.edition_id, d.destination_id`,
    [edition ?? null],
  );
  return rows;
}

/**
 * Settles them as accepted, with what staff say as the receipt's detail; why they were uncertain stays
 * as an attempt. Returns how many, by edition.
 */
export async function acceptUncertain(
  tx: Queryable,
  edition: EditionId | undefined,
  settled: { readonly detail: string; readonly at: Date },
): Promise<Map<EditionId, number>> {
  const { rows } = await tx.query(
    `with open as (
       select d.edition_id, d.destination_id, d.round, d.attempts, d.detail from deliveries d
       where ${open} and ($1::uuid is null or d.edition_id = $1) for update
     ), remembered as (
       insert into attempts (edition_id, destination_id, round, attempt, at, outcome, detail)
       select edition_id, destination_id, round, attempts, $3, 'uncertain', coalesce(detail, '') from open
     ), settled as (
       update deliveries d set state = 'accepted', detail = $2, settled_at = $3, claim = null,
         unreported = false
       from open o where d.edition_id = o.edition_id and d.destination_id = o.destination_id
         and d.round = o.round
       returning d.edition_id
     )
     select edition_id, count(*)::int as n from settled group by edition_id`,
    [edition ?? null, settled.detail, settled.at],
  );
  return new Map(rows.map(({ edition_id, n }) => [edition_id, n]));
}
