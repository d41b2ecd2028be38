/** What is done about a database, or a queue, that is away for a while. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a neighbour could not be reached, or is starting or stopping. */
function isAway(error: unknown): boolean {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  if (cause && isAway(cause)) return true;
  // Node's codes, and PostgreSQL's of connections that fail (08) and of servers that come or go (57P).
  if (/^(E[A-Z_]{4,}|08\w{3}|57P\w{2})$/.test(String(code))) return true;
  return /^(Connection terminated|timeout exceeded|Client has encountered a connection)/.test(
    String(message),
  );
}

/** Whether the same may succeed later: away, full, overloaded, or in another's way (SQLSTATE classes). */
function mayPass(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return isAway(error) || /^(40|53|57|58)\w{3}$/.test(String(code));
}

/** Milliseconds between two tries, and for which they go on once the process stops. */
const patience = { pause: 500, stopping: 10_000 } as const;

/**
 * Does `work` again until the database has taken it: it may be away, starting, or without space. `work`
 * has to be harmless when done twice, as a commit may happen whose answer is lost.
 *
 * @param options.for milliseconds after which the last error is thrown; 10 seconds once `stopping` has aborted
 * @throws at once what will not pass by itself
 */
export async function persistently<T>(
  work: () => Promise<T>,
  options: { readonly stopping: AbortSignal; readonly for: number },
): Promise<T> {
  const begun = performance.now();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const limit = options.stopping.aborted ? patience.stopping : options.for;
      if (!mayPass(error) || performance.now() - begun > limit) throw error;
      await sleep(patience.pause);
    }
  }
}

/** Milliseconds between two looks for a neighbour that is away at the start, and between two words of it. */
const start = { pause: 1_000, word: 30_000 } as const;

/**
 * Does `work` as soon as the neighbour that it needs is there: after a power cut all start at once, in
 * any order. Without `waiting`, or once that has aborted, what `work` throws is thrown at once.
 */
export async function whenThere<T>(
  work: () => Promise<T>,
  options: {
    readonly waiting: AbortSignal | undefined;
    /** Told at first, and every half minute. */
    readonly onAway: (error: Error) => void;
  },
): Promise<T> {
  let told = Number.NEGATIVE_INFINITY;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!options.waiting || options.waiting.aborted || !isAway(error)) throw error;
      if (performance.now() - told > start.word) {
        options.onAway(error as Error);
        told = performance.now();
      }
      await sleep(start.pause, undefined, { signal: options.waiting }).catch(() => {});
    }
  }
}
