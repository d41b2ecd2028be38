/** The pause of all sending. Deliveries look at it in the statements that claim and that mark (deliveries.ts). */

import type { Queryable } from './database.js';
import { dropSetting, readSetting, type SettingName, settle } from './settings.js';
import { waiting } from './states.js';

export interface Pause {
  readonly at: Date;
  readonly actor: string;
  readonly reason: string;
}

const name: SettingName = 'paused';

/** SQL for "sending is paused". */
export const paused = `exists (select from settings where name = '${name}')`;

/** Pauses all sending, and returns the pause that stands: an earlier one stays as it is. */
export async function putPause(db: Queryable, pause: Pause): Promise<Pause> {
  return parse(await settle(db, name, JSON.stringify(pause)));
}

/** The pause that stands; undefined where sending goes on. */
export async function readPause(db: Queryable): Promise<Pause | undefined> {
  const value = await readSetting(db, name);
  return value === undefined ? undefined : parse(value);
}

/** Lets sending go on, and returns the pause that stood. That it stood does not make an alert late. */
export async function endPause(db: Queryable, at: Date): Promise<Pause | undefined> {
  const value = await dropSetting(db, name);
  if (value === undefined) return undefined;
  const pause = parse(value);
  await db.query(
    `update editions e set waits_since = least($2, waits_since + ($2 - greatest(waits_since, $1)))
     where waits_since is not null and held_at is null
       and exists (select from deliveries d where d.edition_id = e.id and ${waiting})`,
    [pause.at, at],
  );
  return pause;
}

function parse(value: string): Pause {
  const { at, actor, reason } = JSON.parse(value) as { at: string; actor: string; reason: string };
  return { at: new Date(at), actor, reason };
}
