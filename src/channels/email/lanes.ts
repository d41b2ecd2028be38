/** Several things sent side by side, their receipts in one stream. */

/**
 * Runs the lanes at once and yields what each yields, as it comes; a lane goes on when whoever reads
 * is done with what it yielded. Where one throws, the others come
 * to their ends first, so that nothing they report is lost; then the error is thrown.
 */
export async function* merge<T>(lanes: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  type Step = { lane: AsyncGenerator<T>; result?: IteratorResult<T>; error?: unknown };
  const step = (lane: AsyncGenerator<T>): Promise<Step> =>
    lane.next().then(
      (result) => ({ lane, result }),
      (error) => ({ lane, error }),
    );
  const running = new Map(lanes.map((lane) => [lane, step(lane)]));
  const failures: unknown[] = [];
  try {
    while (running.size > 0) {
      const { lane, result, error } = await Promise.race(running.values());
      if (result && !result.done) {
        yield result.value;
        running.set(lane, step(lane));
      } else {
        running.delete(lane);
        if (error !== undefined) failures.push(error);
      }
    }
  } finally {
    // Whoever reads may leave early; the lanes stop at their next step.
    await Promise.all([...running.keys()].map((lane) => lane.return(undefined)));
  }
  if (failures.length > 0) throw failures[0];
}

/** The right to use one of a few connections. */
export interface Slot {
  /** Resolves when it is one of those that may; the others wait in the order they came. */
  take(): Promise<void>;
  /** Lets the next one. Does nothing where it was not taken. */
  free(): void;
}

/** Returns what makes slots, of which `count` are taken at most at one moment. */
export function createSlots(count: number): () => Slot {
  let free = count;
  const waiting: (() => void)[] = [];
  return () => {
    let taken = false;
    return {
      async take() {
        if (free > 0) free -= 1;
        else await new Promise<void>((resolve) => waiting.push(resolve));
        taken = true;
      },
      free() {
        if (!taken) return;
        taken = false;
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      },
    };
  };
}
