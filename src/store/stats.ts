/** Counts of subscribers: plain numbers about all of them, and never about one. */

import type { Cadence, ProgramId } from '../model.js';
import type { Queryable } from './database.js';

/** Why addresses are suppressed; `refused` by their mail servers, at once or in bounces. */
export type SuppressedBecause = 'unsubscribed' | 'refused' | 'complained' | 'forgotten' | 'staff';

export interface SubscriberCounts {
  /** Those who are mailed: with consent, a program, and no suppression. */
  readonly active: number;
  /** Of them, those who get nothing until a date of their own. */
  readonly paused: number;
  readonly programs: readonly {
    readonly program: ProgramId;
    readonly cadence: Cadence;
    readonly count: number;
  }[];
  readonly suppressed: Readonly<Partial<Record<SuppressedBecause, number>>>;
  /** The periods in which anything changed, the oldest first. */
  readonly changes: readonly {
    readonly from: string;
    readonly joined: number;
    readonly left: number;
  }[];
}

/** Whether a destination `d` is mailed, as SQL. */
const mailed = `(d.address is not null and d.state = 'active'
  and exists (select from subscriptions s where s.destination_id = d.id)
  and exists (select from consents c where c.destination_id = d.id and c.act = 'given')
  and not exists (select from suppressions x where x.address_hash = d.address_hash))`;

/**
 * Periods begin on the clock of `timezone`; `from` is their first day. Somebody who left is counted in the
 * period in which they did, and not any more once they are back.
 */
export async function countSubscribers(
  db: Queryable,
  { period, timezone, now }: { period: 'week' | 'month'; timezone: string; now: Date },
): Promise<SubscriberCounts> {
  const { rows: totals } = await db.query(
    `select count(*)::int as active, (count(*) filter (where d.paused_until > $1))::int as paused
     from destinations d where d.channel = 'email' and ${mailed}`,
    [now],
  );
  const { rows: programs } = await db.query(
    `select r.program_id as program, r.cadence, count(*)::int as count
     from subscriptions r join destinations d on d.id = r.destination_id
     where d.channel = 'email' and ${mailed} group by 1, 2 order by 1, 2`,
  );
  const { rows: suppressed } = await db.query(
    `select case when reason = 'The person was forgotten.' then 'forgotten'
         when actor = 'reader' then 'unsubscribed'
         when actor <> 'schedule' then 'staff'
         when starts_with(reason, 'The reader complained') then 'complained'
         else 'refused' end as because, count(*)::int as count
     from suppressions group by 1 order by 1`,
  );
  // Who is known only by a journal has left, and never came to this ledger.
  const { rows: changes } = await db.query(
    `with person as (
       select d.created_at as joined, case when not ${mailed} then coalesce(
           (select x.at from suppressions x where x.address_hash = d.address_hash),
           (select max(c.at) from consents c where c.destination_id = d.id and c.act = 'withdrawn'),
           d.created_at) end as gone
       from destinations d where d.channel = 'email'
         and (d.address is not null or not exists (select from consents c where c.destination_id = d.id))
     ), change as (
       select joined as at, 1 as joined, 0 as gone from person
       union all select greatest(gone, joined), 0, 1 from person where gone is not null
     )
     select to_char(date_trunc($1, at at time zone $2), 'YYYY-MM-DD') as "from",
       sum(joined)::int as joined, sum(gone)::int as left
     from change group by 1 order by 1`,
    [period, timezone],
  );
  return {
    ...totals[0],
    programs,
    suppressed: Object.fromEntries(suppressed.map(({ because, count }) => [because, count])),
    changes,
  };
}
