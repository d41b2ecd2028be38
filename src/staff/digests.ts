/** Which windows would close at a moment, for how many destinations, with how many distinct contents. */

import { digestKey } from '../editions/digest.js';
import type { ChannelName, DestinationId, Program } from '../model.js';
import type { Database } from '../store/database.js';
import { createWindowPlanner } from '../store/digests.js';

/** The windows that close at one moment. */
export interface PlannedClose {
  readonly closesAt: Date;
  /** Those that get a digest, per channel. */
  readonly destinations: Partial<Record<ChannelName, number>>;
  /** Those for which there is nothing. */
  readonly empty: number;
  /** Distinct contents, each of which is one edition. */
  readonly contents: number;
}

export interface DigestPlan {
  readonly asOf: Date;
  /** In the order of time. */
  readonly closes: readonly PlannedClose[];
}

/** Windows looked at in one query. */
const chunk = 2_000;

/** `onProgress` is told now and then how many windows were looked at. */
export async function planDigests(
  database: Database,
  programs: readonly Program[],
  asOf: Date,
  onProgress: (windows: number) => void = () => {},
): Promise<DigestPlan> {
  const planner = createWindowPlanner(database, { asOf, programs });
  const closes = new Map<
    number,
    { destinations: Partial<Record<ChannelName, number>>; empty: number; keys: Set<string> }
  >();
  let seen = 0;
  let after: DestinationId | undefined;
  do {
    const windows = await planner.next({ after, limit: chunk });
    for (const { closedAt, digest, destination } of windows) {
      const time = closedAt.getTime();
      const close = closes.get(time) ?? { destinations: {}, empty: 0, keys: new Set() };
      closes.set(time, close);
      if (digest) {
        const { channel } = destination;
        close.destinations[channel] = (close.destinations[channel] ?? 0) + 1;
        close.keys.add(digestKey(digest));
      } else close.empty += 1;
    }
    seen += windows.length;
    onProgress(seen);
    after = windows.at(-1)?.destination.id;
  } while (after);
  return {
    asOf,
    closes: [...closes]
      .sort(([a], [b]) => a - b)
      .map(([time, { keys, ...close }]) => ({
        ...close,
        closesAt: new Date(time),
        contents: keys.size,
      })),
  };
}
