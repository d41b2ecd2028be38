/** Limits that all processes of the web share: so many in an hour, and then no more. */

import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Queryable } from './database.js';

export interface Limit {
  /** Counts one more. False where the key has had as many in this hour as it may. */
  allow(key: string): Promise<boolean>;
}

/** `name` keeps the keys of several limits apart. It counts real time, whatever the demo's clock says. */
export function hourlyLimit(db: Queryable, name: string, most: number): Limit {
  const limiter = new RateLimiterPostgres({
    storeClient: db,
    storeType: 'pool',
    tableName: 'limits',
    tableCreated: true,
    keyPrefix: name,
    points: most,
    duration: 3600,
  });
  return {
    async allow(key) {
      try {
        await limiter.consume(key);
        return true;
      } catch (error) {
        if (error instanceof RateLimiterRes) return false;
        throw error;
      }
    },
  };
}
