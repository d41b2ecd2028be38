/** Deliveries that ended so that staff have to look at them, and of which no event has told yet. */

import type { ChannelName, DestinationId, EditionId } from '../model.js';
import type { Queryable } from './database.js';
import { taken, waiting } from './states.js';

export interface Trouble {
  readonly editionId: EditionId;
  readonly channel: ChannelName;
  readonly destinationId: DestinationId;
  readonly kind: 'uncertain' | 'given up' | 'refused';
  /** The edition's. */
  readonly edition: 'alert' | 'digest';
  /** The edition's first title. */
  readonly title: string;
  /** Why. */
  readonly detail: string;
  readonly settledAt: Date;
}

/** How the reason of a delivery begins that was deferred for too long. */
export const givenUp = 'Given up ';

/**
 * SQL for "staff have to be told of the delivery `d`, which ends with this outcome and reason": what a
 * reader's mail server refuses is for the receipts; what a destination of the config refuses, for staff.
 */
export const troubles = (outcome: string, reason: string) => `(${outcome} = 'uncertain'
  or (${outcome} = 'rejected' and (d.channel <> 'email' or ${reason} like '${givenUp}%')))`;

const some = (standing: string) =>
  `exists (select from deliveries d where d.edition_id = r.edition_id and d.channel = r.channel and ${standing})`;

/**
 * Marks them as reported, and returns them: all of an edition on a channel together, when nothing of it is
 * under way any more, or when the first of them has waited since `before`.
 */
export async function takeTroubles(tx: Queryable, before: Date): Promise<Trouble[]> {
  const { rows } = await tx.query(
    `with troubled as (
       select d.edition_id, d.channel, min(d.settled_at) as since from deliveries d where d.unreported
       group by d.edition_id, d.channel
     ), ripe as (
       select r.edition_id, r.channel from troubled r
       where r.since <= $1 or not (${some(waiting)} or ${some(taken)})
     )
     update deliveries d set unreported = false
     from ripe r join editions e on e.id = r.edition_id
     where d.edition_id = r.edition_id and d.channel = r.channel and d.unreported
     returning d.edition_id as "editionId", d.channel, d.destination_id as "destinationId",
       case when d.state = 'uncertain' then 'uncertain'
         when d.detail like '${givenUp}%' then 'given up' else 'refused' end as kind,
       e.kind as edition, e.content #>> '{sections,0,articles,0,title}' as title,
       coalesce(d.detail, '') as detail, d.settled_at as "settledAt"`,
    [before],
  );
  return rows;
}
