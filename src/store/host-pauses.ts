/** Hosts that asked to be left alone, for every process and the next start. */

import type { Pauses } from '../feeds/hosts.js';
import type { Queryable } from './database.js';

/** Keeps the pauses of hosts in the ledger. What is over goes when the next one begins. */
export function createPauses(db: Queryable, now: () => Date): Pauses {
  return {
    async put(host, until) {
      await db.query('delete from host_pauses where until <= $1', [now()]);
      await db.query(
        `insert into host_pauses (host, until) values ($1, $2)
         on conflict (host) do update set until = excluded.until`,
        [host, until],
      );
    },
    async until(host) {
      const { rows } = await db.query(
        'select until from host_pauses where host = $1 and until > $2',
        [host, now()],
      );
      return rows[0]?.until;
    },
  };
}

/** The hosts that want to be left alone now, and until when. */
export async function pausedHosts(db: Queryable, now: Date): Promise<Map<string, Date>> {
  const { rows } = await db.query('select host, until from host_pauses where until > $1', [now]);
  return new Map(rows.map(({ host, until }) => [host, until]));
}
