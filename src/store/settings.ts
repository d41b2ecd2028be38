/** Facts about this ledger that outlive every process: the secret's fingerprint. */

import type { Queryable } from './database.js';

export type SettingName = 'secret-fingerprint';

/** Writes the value where there is none yet, and returns the one that stands. */
export async function settle(db: Queryable, name: SettingName, value: string): Promise<string> {
  await db.query('insert into settings (name, value) values ($1, $2) on conflict do nothing', [
    name,
    value,
  ]);
  const { rows } = await db.query('select value from settings where name = $1', [name]);
  return rows[0].value;
}
