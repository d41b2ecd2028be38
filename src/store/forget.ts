/** Forgetting a person: what of the ledger goes, and what stays. */

import type { Queryable } from './database.js';

/** Anything that looks like an address: servers name the one that mail is passed on to. */
const address = String.raw`[^\s<>"'(),;:]+@[^\s<>"'(),;:]+`;

/**
 * Takes away what the ledger holds of people but the keyed hash of their address: address, name, language,
 * schedule, profile and consents, sign-ups and letters, and the addresses in what mail servers said. The
 * destination's id stays, as deliveries hold it. Whoever came (again) after `at` is not meant. Returns how
 * many were forgotten.
 *
 * @param people each with the keyed hash of the address, in hex
 */
export async function forgetDestinations(
  db: Queryable,
  people: readonly { readonly at: string; readonly address: string }[],
): Promise<number> {
  if (people.length === 0) return 0;
  const { rows } = await db.query(
    `update destinations d
     set address = null, name = null, language = 'und', state = 'inactive',
       timezone = null, digest_hour = null, digest_weekday = null, paused_until = null
     from jsonb_to_recordset($1) as j (at timestamptz, address text)
     where d.channel = 'email' and d.address_hash = decode(j.address, 'hex') and d.address is not null
       and d.created_at <= j.at
       and not exists (select from consents c where c.destination_id = d.id and c.act = 'given'
         and c.actor = 'reader' and c.at > j.at)
     returning d.id`,
    [JSON.stringify(people)],
  );
  // By the address itself: who has not confirmed yet, and what an address was to be changed to.
  for (const [table, moment] of [
    ['signups', 'at'],
    ['address_changes', 'at'],
    ['letters', 'created_at'],
  ] as const) {
    await db.query(
      `delete from ${table} t using jsonb_to_recordset($1) as j (at timestamptz, address text)
       where t.address_hash = decode(j.address, 'hex') and t.${moment} <= j.at`,
      [JSON.stringify(people)],
    );
  }
  const ids = [...new Set(rows.map(({ id }) => id))];
  for (const table of ['subscriptions', 'consents', 'bounces', 'address_changes']) {
    await db.query(`delete from ${table} where destination_id = any($1)`, [ids]);
  }
  for (const table of ['deliveries', 'attempts']) {
    await db.query(
      `update ${table} set detail = regexp_replace(detail, $2, '…', 'g')
       where destination_id = any($1) and detail like '%@%'`,
      [ids, address],
    );
  }
  // What they chose, or said as they left, goes from the audit log too; that they did stays.
  await db.query(
    `update events set message = split_part(message, ' They say: ', 1)
     where kind = 'subscriber.left' and subject = any($1) and message like '% They say: %'`,
    [ids.map((id) => `destination:${id}`)],
  );
  await db.query(
    `update events set message = split_part(message, ': {', 1) || '.'
     where kind = 'subscriber.changed' and subject = any($1) and message like '%: {%'`,
    [ids.map((id) => `destination:${id}`)],
  );
  return ids.length;
}
