/** All that the ledger holds of one person, found by the keyed hash of their address. */

import type { Queryable } from './database.js';

/** What forgetting a person takes away, in numbers. */
export interface Holdings {
  /** Whether their address is in the ledger. */
  readonly address: boolean;
  readonly programs: number;
  readonly consents: number;
  /** These stay, under an id that leads to nobody. */
  readonly deliveries: number;
  readonly suppressed: boolean;
}

export async function holdingsOf(db: Queryable, addressHash: Buffer): Promise<Holdings> {
  const { rows } = await db.query(
    `with person as (select * from destinations where channel = 'email' and address_hash = $1)
     select exists (select from person where address is not null) as address,
       (select count(*)::int from subscriptions where destination_id in (select id from person)) as programs,
       (select count(*)::int from consents where destination_id in (select id from person)) as consents,
       (select count(*)::int from deliveries where destination_id in (select id from person)) as deliveries,
       exists (select from suppressions where address_hash = $1) as suppressed`,
    [addressHash],
  );
  return rows[0];
}

/** Everything, as it is to be handed to the person (GDPR, article 15). Null where there is no such row. */
export interface Person {
  readonly subscriber: object | null;
  readonly programs: readonly object[];
  readonly consents: readonly object[];
  readonly suppression: object | null;
  readonly deliveries: readonly object[];
  /** What came back of them. */
  readonly bounces: readonly object[];
  readonly events: readonly object[];
}

export async function personOf(db: Queryable, addressHash: Buffer): Promise<Person> {
  const { rows } = await db.query(
    `select id, address, name, language, state, created_at as "createdAt", timezone,
       digest_hour as "hour", digest_weekday as "weekday"
     from destinations where channel = 'email' and address_hash = $1`,
    [addressHash],
  );
  const [subscriber = null] = rows;
  const id = subscriber?.id ?? null;
  const all = async (sql: string, value: unknown) => (await db.query(sql, [value])).rows;
  const [suppression = null] = await all(
    'select at, reason, actor from suppressions where address_hash = $1',
    addressHash,
  );
  return {
    subscriber,
    programs: await all(
      `select program_id as program, cadence, since, due_at as "nextAt" from subscriptions
       where destination_id = $1 order by program_id`,
      id,
    ),
    consents: await all(
      'select at, act, programs, origin, actor from consents where destination_id = $1 order by id',
      id,
    ),
    suppression,
    deliveries: await all(
      `select d.edition_id as edition, e.kind, e.content #>> '{sections,0,articles,0,title}' as title,
         d.round, d.programs, d.state, d.detail, d.created_at as "createdAt", d.settled_at as "settledAt"
       from deliveries d join editions e on e.id = d.edition_id
       where d.destination_id = $1 order by d.created_at, d.edition_id, d.round`,
      id,
    ),
    bounces: await all(
      `select at, edition_id as edition, round, kind, status, diagnostic from bounces
       where destination_id = $1 order by id`,
      id,
    ),
    events: await all(
      'select at, actor, kind, message from events where subject = $1 order by id',
      `destination:${id}`,
    ),
  };
}
