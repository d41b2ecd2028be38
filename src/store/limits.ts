/** Limits that all processes of the web share: so many in a time, and then no more. */

import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Queryable } from './database.js';

export interface Limit {
  /** Counts one more. False where the key has had as many in the time as it may. */
  allow(key: string): Promise<boolean>;
}

/**
 * So many within `seconds`. `name` keeps the keys of several limits apart. It counts real time, whatever the
 * demo's clock says.
 */
export function createLimit(
  db: Queryable,
  name: string,
  { most, seconds }: { readonly most: number; readonly seconds: number },
): Limit {
  const limiter = new RateLimiterPostgres({
    storeClient: db,
    storeType: 'pool',
    tableName: 'limits',
    tableCreated: true,
    keyPrefix: name,
    points: most,
    duration: seconds,
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
