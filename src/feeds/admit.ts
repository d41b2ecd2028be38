/** The guard at the door: what of a poll may go out by itself, and what waits for staff. */

export interface PollFacts {
  /** Whether the feed was ever read with success. An empty feed counts: what matters is that we looked. */
  readonly seeded: boolean;
  /** Whether that was at the URL it has now. */
  readonly sameUrl: boolean;
  /** Entries of this poll that were never seen. */
  readonly fresh: number;
  /** Entries in the document; undefined where it holds only what has changed. */
  readonly total?: number | undefined;
  /** More than this many new entries are too many. */
  readonly burst: number;
}

export interface Admission {
  /** `seed`: stored, never sent. `hold`: waits for staff. `pass`: may go out. */
  readonly verdict: 'seed' | 'hold' | 'pass';
  /** A full sentence, for staff. */
  readonly reason: string;
}

/** From so many new entries on, most of a document being new is suspicious. */
const SUSPICIOUS = 4;

/**
 * Decides over the new entries of one poll together. Their dates play no part: they lie in just the
 * cases that this is for (a restored archive, a new guid for every entry, a moved site).
 */
export function admit({ seeded, sameUrl, fresh, total, burst }: PollFacts): Admission {
  if (!seeded) {
    return {
      verdict: 'seed',
      reason: `This was the first poll of the feed: ${entries(fresh)} stored, nothing sent.`,
    };
  }
  if (!sameUrl) {
    return {
      verdict: 'seed',
      reason: `The feed's address has changed: ${entries(fresh, 'new ')} stored, nothing sent.`,
    };
  }
  if (fresh > burst) {
    return {
      verdict: 'hold',
      reason: `${entries(fresh, 'new ')} came at once, which is more than ${burst}, so they are held.`,
    };
  }
  if (total !== undefined && fresh >= SUSPICIOUS && fresh * 2 > total) {
    return {
      verdict: 'hold',
      reason: `${fresh} of the feed's ${entries(total)} are new at once, which is over half of it, so they are held.`,
    };
  }
  return { verdict: 'pass', reason: `The poll brought ${entries(fresh, 'new ')}.` };
}

function entries(count: number, kind = ''): string {
  return `${count} ${kind}${count === 1 ? 'entry' : 'entries'}`;
}
