/** Staff pause one reader: nothing goes out to them until a date of theirs. */

import { startOfDay } from '../editions/schedule.js';
import type { LocalDate } from '../model.js';
import { destinationByAddress } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { pauseUntil } from '../store/profiles.js';
import type { Act } from './act.js';
import { hashOf, type SuppressTools, wordsOf } from './suppress.js';

export interface ReaderPause {
  /** The first moment after it; null where nothing is paused any more. */
  readonly until: Date | null;
  /** What stood before. */
  readonly before: Date | null;
  /** The reader's own zone. */
  readonly timezone: string;
}

/**
 * Pauses a reader until the beginning of that day in their own zone, or with null lets everything go on;
 * what came meanwhile is not sent later. Without an act it only tells what would be. Undefined where
 * nobody has the address; throws a full sentence for a day that has come, and for what is no address.
 */
export async function pauseReader(
  { database, keys }: Pick<SuppressTools, 'database' | 'keys'>,
  address: string,
  on: LocalDate | null,
  { now, act }: { readonly now: Date; readonly act: Act | undefined },
): Promise<ReaderPause | undefined> {
  const hash = hashOf(keys, address);
  return database.transaction(async (tx) => {
    const row = await destinationByAddress(tx, 'email', hash);
    if (!row?.address) return undefined;
    const { timezone } = row.schedule;
    const until = on === null ? null : startOfDay(on, timezone);
    if (until && until <= now) throw new Error(`${on} has come already. Name a later day.`);
    if (act) {
      await pauseUntil(tx, row.id, until);
      await recordEvent(tx, {
        at: act.at,
        actor: act.actor,
        kind: 'subscriber.paused',
        level: 'info',
        subject: `destination:${row.id}`,
        message: `${on ? `A reader was paused until ${on}` : "A reader's pause was ended"}: ${wordsOf(act)}`,
      });
    }
    const before = row.pausedUntil && row.pausedUntil > now ? row.pausedUntil : null;
    return { until, before, timezone };
  });
}
