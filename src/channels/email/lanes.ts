/** Several things sent side by side, their receipts in one stream. */

/**
 * Runs the lanes at once and yields what each yields, as it comes; a lane goes on when whoever reads is done
 * with what it yielded. Where one throws, the others come to their ends first, so that nothing they report is
 * lost; then the error is thrown.
 */
export async function* merge<T>(lanes: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  type Step = { lane: AsyncGenerator<T>; result?: IteratorResult<T>; error?: unknown };
  const running = new Set(lanes);
  const steps: Step[] = [];
  let wake = () => {};
  const arrived = (step: Step) => {
    steps.push(step);
    wake();
  };
  const goOn = (lane: AsyncGenerator<T>) =>
    void lane.next().then(
      (result) => arrived({ lane, result }),
      (error) => arrived({ lane, error }),
    );
  const failures: unknown[] = [];
  lanes.forEach(goOn);
  try {
    while (running.size > 0) {
      const step = steps.shift();
      if (!step) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const { lane, result, error } = step;
      if (result && !result.done) {
        yield result.value;
        goOn(lane);
      } else {
        running.delete(lane);
        if (error !== undefined) failures.push(error);
      }
    }
  } finally {
    // Whoever reads may leave early; the lanes stop at their next step.
    await Promise.all([...running].map((lane) => lane.return(undefined)));
  }
  if (failures.length > 0) throw failures[0];
}

export interface Slots {
  /** Takes a slot, for whoever asks first, and resolves to what gives it back, which is to be called once. */
  take(): Promise<() => void>;
  /** Whether somebody waits for one. */
  readonly wanted: boolean;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return giveBack;
    },
    get wanted() {
      return waiting.length > 0;
    },
  };
}

/** Resolves after some turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}
