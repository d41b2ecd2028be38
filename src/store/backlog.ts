/** What waits to be delivered, in all editions. */

import type { ChannelName } from '../model.js';
import type { Database } from './database.js';
import { taken, waiting } from './states.js';

export const unsettled = ['pending', 'claimed', 'sending'] as const;

export interface Backlog {
  readonly channel: ChannelName;
  readonly state: (typeof unsettled)[number];
  readonly deliveries: number;
  /** When the oldest of them was planned. */
  readonly oldest: Date;
}

/**
 * Counts by channel and state; held and deferred deliveries are `pending` too. Reads the partial indexes
 * of what is not settled, so that its cost follows what waits and not what was ever sent.
 *
 * @param limit milliseconds after which the database gives the question up
 */
export async function readBacklog(database: Database, limit: number): Promise<Backlog[]> {
  return database.transaction(async (tx) => {
    await tx.query(`set local statement_timeout = ${Math.round(limit)}`);
    const { rows } = await tx.query(
      `select channel, state, count(*)::int as deliveries, min(created_at) as oldest
       from deliveries d where ${waiting} group by channel, state
       union all
       select channel, state, count(*)::int, min(created_at)
       from deliveries d where ${taken} group by channel, state`,
    );
    return rows;
  });
}
