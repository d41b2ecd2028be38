/** Readers by the thousand, written at once. */

import type { ProgramId } from '../src/model.js';
import type { Database } from '../src/store/database.js';

/** Adds confirmed readers who get the program instantly; their addresses are `reader<n>@readers.example`, from 1. */
export async function addReaders(
  database: Database,
  count: number,
  program: ProgramId,
): Promise<void> {
  await database.query(
    `with added as (
       insert into destinations (id, channel, address, address_hash, language, state, created_at,
         timezone, digest_hour, digest_weekday)
       select gen_random_uuid(), 'email', 'reader' || n || '@readers.example', int4send(n), 'en',
         'active', now(), 'UTC', 9, 1
       from generate_series(1, $1) as n returning id
     ), subscribed as (
       insert into subscriptions (destination_id, program_id, cadence, since, covered_until)
       select id, $2, 'instant', now(), 0 from added
     )
     insert into consents (destination_id, at, act, programs, origin, actor)
     select id, now(), 'given', array[$2], 'test', 'test' from added`,
    [count, program],
  );
}
