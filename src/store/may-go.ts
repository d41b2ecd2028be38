/** Whether something may go out now, as conditions for the statements that claim, skip and mark. */

import { fenced } from './fence.js';
import { paused } from './pause.js';
import { lostBefore } from './uncertain.js';

/** SQL for "the edition `e` may go out": it is not held, sending is not paused, and the ledger is not fenced. */
export const goesOut = `e.held_at is null and not ${paused} and not ${fenced}`;

/** SQL for "the pending delivery `d` of the edition `e` is of an alert that has waited since before $1". */
export const late = `d.round = 0 and e.kind = 'alert' and e.waits_since < $1 and ${goesOut}
  and ${lostBefore} is null`;

/** SQL for why nothing goes out to the paused destination `t`. */
export const pausedReason = `'The reader is paused until ' || to_char(t.paused_until at time zone coalesce(t.timezone, 'UTC'), 'YYYY-MM-DD') || '.'`;

/** Why a destination must not get a delivery at a moment, as SQL over `d` and `t`; null where it may. */
export const skipReason = (moment: string) => `case
  when t.id is null or t.address is null then 'The address was forgotten.'
  when t.state <> 'active' then 'The destination is no longer active.'
  when exists (select from suppressions x where x.address_hash = t.address_hash)
    then 'The address is suppressed.'
  when t.paused_until > ${moment} then ${pausedReason}
  when not exists (select from subscriptions s
      where s.destination_id = d.destination_id and s.program_id = any(d.programs))
    then 'The reader left ' || case when cardinality(d.programs) = 1 then 'the program' else 'the programs' end || ' before it was sent.'
  when d.channel = 'email' and not exists (select from consents c
      where c.destination_id = d.destination_id and c.act = 'given')
    then 'There is no confirmed consent.'
end`;
