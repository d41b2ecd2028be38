/**
 * Overdue digests collapse: one that has not gone out when the destination's next one is due, as its
 * neighbour was away, is replaced by that one, which brings its articles too.
 */

import type { Owed } from '../editions/digest.js';
import type { DestinationId, EditionId, LocalDate } from '../model.js';
import type { Queryable } from './database.js';
import { lostBefore } from './uncertain.js';

/** A window whose digest replaces earlier ones. */
interface Replacing {
  readonly destination: { readonly id: DestinationId };
  readonly on: LocalDate;
  readonly replaces: readonly EditionId[];
}

export interface WaitingDigests extends Owed {
  readonly editions: readonly EditionId[];
}

/**
 * SQL for "the delivery `d` of the edition `e` is of a digest that has not gone out, and that a later one
 * may replace": nothing stopped it but what was away, and no attempt of it may have arrived.
 */
const replaceable = `d.state = 'pending' and d.round = 0 and e.kind = 'digest' and e.state = 'ready'
  and e.held_at is null
  and exists (select from renderings r
    where r.edition_id = d.edition_id and r.channel = d.channel and r.rendered is not null)
  and ${lostBefore} is null`;

/** The digests of these destinations that have not gone out, and what is in them of programs still read. */
export async function waitingDigests(
  db: Queryable,
  destinations: readonly { id: DestinationId }[],
): Promise<Map<DestinationId, WaitingDigests>> {
  const { rows } = await db.query(
    `select d.destination_id as id, array_agg(distinct d.edition_id) as editions,
       coalesce(array_agg(distinct s.program_id) filter (where s.program_id is not null), '{}') as programs,
       array_agg(distinct i.article_id) as articles
     from deliveries d join editions e on e.id = d.edition_id
     join edition_articles i on i.edition_id = d.edition_id
     left join subscriptions s on s.destination_id = d.destination_id and s.program_id = any(d.programs)
     where d.destination_id = any($1) and ${replaceable} group by d.destination_id`,
    [destinations.map(({ id }) => id)],
  );
  return new Map(
    rows.map(({ id, articles, ...row }) => [id, { ...row, articles: new Set(articles) }]),
  );
}

const replacedBy = (windows: readonly Replacing[]) =>
  JSON.stringify(
    windows.flatMap(({ destination, on, replaces }) =>
      replaces.map((edition) => ({ destination: destination.id, edition, on })),
    ),
  );

const replacedRecord = '($1) as r (destination uuid, edition uuid, "on" date)';

/** Keeps what is to be replaced from being claimed. Returns the destinations where it was already. */
export async function lockReplaced(
  tx: Queryable,
  windows: readonly Replacing[],
): Promise<Set<DestinationId>> {
  if (windows.every(({ replaces }) => replaces.length === 0)) return new Set();
  const { rows } = await tx.query(
    `select d.destination_id as id, d.edition_id as edition
     from jsonb_to_recordset${replacedRecord}
     join deliveries d on d.destination_id = r.destination and d.edition_id = r.edition and d.round = 0
     where d.state = 'pending' order by d.destination_id, d.edition_id for update of d`,
    [replacedBy(windows)],
  );
  const pending = new Set(rows.map(({ id, edition }) => `${id} ${edition}`));
  return new Set(
    windows
      .filter(({ destination, replaces }) =>
        replaces.some((edition) => !pending.has(`${destination.id} ${edition}`)),
      )
      .map(({ destination }) => destination.id),
  );
}

/** Settles what later digests bring. */
export async function replaceDigests(
  tx: Queryable,
  windows: readonly Replacing[],
  now: Date,
): Promise<void> {
  if (windows.every(({ replaces }) => replaces.length === 0)) return;
  await tx.query(
    `update deliveries d set state = 'skipped', settled_at = $2, not_before = null,
       detail = 'It had not gone out when the next digest was due, on ' || r."on" || ', which brings its articles.'
     from jsonb_to_recordset${replacedRecord}
     where d.destination_id = r.destination and d.edition_id = r.edition and d.round = 0
       and d.state = 'pending'`,
    [replacedBy(windows), now],
  );
}
