/** What holds for the whole ledger: the secret's fingerprint, and whether it is paused or fenced. */

import type { Queryable } from './database.js';

export type SettingName = 'secret-fingerprint' | 'paused' | 'fenced';

/** Writes the value where there is none yet, and returns the one that stands. */
export async function settle(db: Queryable, name: SettingName, value: string): Promise<string> {
  await db.query('insert into settings (name, value) values ($1, $2) on conflict do nothing', [
    name,
    value,
  ]);
  const standing = await readSetting(db, name);
  if (standing === undefined) throw new Error(`The setting ${name} was taken away meanwhile.`);
  return standing;
}

export async function readSetting(db: Queryable, name: SettingName): Promise<string | undefined> {
  const { rows } = await db.query('select value from settings where name = $1', [name]);
  return rows[0]?.value;
}

/** Takes a setting away, and returns the value it had. */
export async function dropSetting(db: Queryable, name: SettingName): Promise<string | undefined> {
  const { rows } = await db.query('delete from settings where name = $1 returning value', [name]);
  return rows[0]?.value;
}
