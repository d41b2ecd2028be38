/** When a feed is polled next, and why then. */

export interface PollState {
  readonly now: Date;
  /** Seconds between two polls, as the config asks. */
  readonly every: number;
  /** Whether the feed is the newsroom's own: then only errors slow its polling down. */
  readonly own: boolean;
  /** Polls that failed in a row, the last one included; 0 where it succeeded. */
  readonly failures: number;
  /** From 0 to 1, for the jitter. */
  readonly random: number;
  /** Seconds that the feed itself asks for. */
  readonly ttl?: number;
  /** How long the server says that its answer holds. */
  readonly fresh?: Freshness;
  /** Seconds that a 429 or 503 asks for. */
  readonly retryAfter?: number;
}

export interface Freshness {
  readonly seconds: number;
  /** The header that says so. */
  readonly header: 'Cache-Control' | 'Expires';
}

export interface NextPoll {
  readonly at: Date;
  /** For staff, as what follows "next poll in 12 minutes:". */
  readonly reason: string;
}

/** Nobody else's wish puts a poll off for longer: seconds. */
const LONGEST = 24 * 60 * 60;

/** Polls are up to this part later than they need to be, so that feeds do not come all at once. */
const JITTER = 0.1;

/**
 * The time of the next poll. After a success it is the longest of `every`, the feed's ttl and the
 * answer's freshness; after the nth failure in a row `every` x 2^n. Each of the server's wishes and
 * the doubling end at 24 hours; `every` and Retry-After are never undercut.
 */
export function nextPoll(state: PollState): NextPoll {
  const { now, every, own, failures, random, ttl, fresh, retryAfter } = state;
  const waits: [number | undefined, string][] = own
    ? []
    : [
        [ttl, `the feed asks for ${inWords(ttl)} between polls`],
        [fresh?.seconds, `its answer holds for ${inWords(fresh?.seconds)} (${fresh?.header})`],
      ];
  // From some power on it is 24 hours anyway, and 2^1100 is infinite.
  const backOff = failures > 0 ? every * 2 ** Math.min(failures, 30) : undefined;
  const failed = failures === 1 ? 'the last poll failed' : `the last ${failures} polls failed`;
  waits.push(
    [backOff, failed],
    [retryAfter, `its host asked for ${inWords(retryAfter)} of silence (Retry-After)`],
  );
  let wait = every;
  let reason = `every ${inWords(every).replace(/^1 /, '')}`;
  for (const [seconds = 0, why] of waits) {
    const bounded = Math.min(seconds, LONGEST);
    if (bounded > wait) [wait, reason] = [bounded, why];
  }
  return { at: new Date(now.getTime() + wait * (1 + JITTER * random) * 1000), reason };
}

const UNITS: readonly [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** "90 minutes": in the largest unit that leaves no fraction, or of which there are many. */
function inWords(seconds = 0): string {
  const [size, unit] =
    UNITS.find(([one]) => seconds >= one && (seconds % one === 0 || seconds >= 10 * one)) ??
    ([1, 'second'] as const);
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
