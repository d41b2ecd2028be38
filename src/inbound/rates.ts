/** Counts of what each sender has had lately, kept in memory and bounded. */

export interface Rate {
  /** How often in a window. */
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Senders that are remembered at once. When there are more, the oldest are forgotten. */
const remembered = 10_000;

/** Returns what takes one for a sender: whether it is within the rate. */
export function createRates({ limit, window }: Rate, now: () => number) {
  const counts = new Map<string, { begun: number; count: number }>();
  return (sender: string): boolean => {
    const at = now();
    let entry = counts.get(sender);
    if (!entry || at - entry.begun >= window) {
      entry = { begun: at, count: 0 };
      counts.delete(sender);
      counts.set(sender, entry);
      const oldest = counts.keys().next().value;
      if (counts.size > remembered && oldest !== undefined) counts.delete(oldest);
    }
    if (entry.count >= limit) return false;
    entry.count++;
    return true;
  };
}
