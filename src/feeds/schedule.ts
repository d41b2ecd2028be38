/** When a feed is polled next. */

export interface PollState {
  readonly now: Date;
  /** Seconds between two polls, as the config asks. */
  readonly every: number;
  /** Whether the feed is the newsroom's own (allowPrivate): then only errors slow its polling down. */
  readonly ownNetwork: boolean;
  /** Polls that failed in a row, the last one included; 0 where it succeeded. */
  readonly failures: number;
  /** From 0 to 1, for the jitter. */
  readonly random: number;
  /** Seconds that the feed itself asks for. */
  readonly ttl?: number;
  /** Seconds for which the response stays fresh (Cache-Control, Expires). */
  readonly maxAge?: number;
  /** Seconds that a 429 or 503 asks for. */
  readonly retryAfter?: number;
}

/** Nobody else's wish puts a poll off for longer: seconds. */
const LONGEST = 24 * 60 * 60;

/** Polls are up to this part later than they need to be, so that feeds do not come all at once. */
const JITTER = 0.1;

/**
 * The time of the next poll. After a success it is the longest of `every`, the feed's ttl and the
 * response's freshness; after the nth failure in a row `every` x 2^n. Each of the server's wishes and
 * the doubling end at 24 hours; `every` and Retry-After are never undercut.
 */
export function nextPoll(state: PollState): Date {
  const { now, every, ownNetwork, failures, random, ttl = 0, maxAge = 0, retryAfter = 0 } = state;
  const hints = ownNetwork ? 0 : Math.max(ttl, maxAge);
  // From some power on it is 24 hours anyway, and 2^1100 is infinite.
  const backOff = failures > 0 ? every * 2 ** Math.min(failures, 30) : 0;
  const wait = Math.max(every, Math.min(LONGEST, Math.max(hints, backOff, retryAfter)));
  return new Date(now.getTime() + wait * (1 + JITTER * random) * 1000);
}
