/** Deliveries that ended so that staff have to look at them, until an event has told of them. */

import type { ChannelName, DestinationId, EditionId } from '../model.js';
import type { Queryable } from './database.js';

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

/** How the reason of a delivery begins that was deferred for too long; the index of the migration knows it too. */
export const givenUp = 'Given up ';

/** As the index has it: what a reader's mail server refuses is for the receipts; what a destination of the config refuses, for staff. */
const troubled = `d.reported_at is null and (d.state = 'uncertain'
  or (d.state = 'rejected' and (d.channel <> 'email' or d.detail like '${givenUp}%')))`;

/**
 * Marks them as reported, and returns them: all of an edition on a channel together, when nothing of it is
 * under way any more, or when the first of them has waited since `before`.
 */
export async function takeTroubles(
  tx: Queryable,
  { before, at }: { readonly before: Date; readonly at: Date },
): Promise<Trouble[]> {
  const { rows } = await tx.query(
    `with ripe as (
       select d.edition_id, d.channel from deliveries d where ${troubled}
       group by d.edition_id, d.channel
       having min(d.settled_at) <= $1 or not exists (select from deliveries u
         where u.edition_id = d.edition_id and u.channel = d.channel
           and u.state in ('pending', 'claimed', 'sending'))
     )
     update deliveries d set reported_at = $2
     from ripe r join editions e on e.id = r.edition_id
     where d.edition_id = r.edition_id and d.channel = r.channel and ${troubled}
     returning d.edition_id as "editionId", d.channel, d.destination_id as "destinationId",
       case when d.state = 'uncertain' then 'uncertain'
         when d.detail like '${givenUp}%' then 'given up' else 'refused' end as kind,
       e.kind as edition, e.content #>> '{sections,0,articles,0,title}' as title,
       coalesce(d.detail, '') as detail, d.settled_at as "settledAt"`,
    [before, at],
  );
  return rows;
}
