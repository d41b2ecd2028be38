/** When a deferred delivery is tried again, and when it is given up. */

import type { Deferred } from '../model.js';

const minute = 60;

/** Seconds after the nth attempt, for what concerns one delivery alone. The last one repeats. */
const ownDelays = [minute, 5 * minute, 15 * minute, 30 * minute, 60 * minute];

/** Seconds after the nth attempt, when the whole channel is down: soon enough after it is back. */
const channelDelays = [5, 10, 15, 30, minute];

/** Attempts for which the other side's own word on when to come back is enough. */
const trusted = 3;

/** The moment of the next attempt. `attempt` is 1 for the first one. */
export function nextAttempt(deferral: Deferred, attempt: number, now: Date): Date {
  const { scope, retryAfter } = deferral;
  const delays = scope === 'channel' ? channelDelays : ownDelays;
  const planned = delays[Math.min(Math.max(attempt, 1), delays.length) - 1] as number;
  const least = retryAfter !== undefined && attempt <= trusted ? 0 : planned;
  return new Date(now.getTime() + Math.max(least, retryAfter ?? 0) * 1000);
}
