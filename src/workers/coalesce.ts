/**
 * Gathers calls that come while one is under way into the next one: many small durable writes become
 * few larger ones, and none waits for a timer.
 */
export function coalesce<Item, Result>(
  write: (items: readonly Item[]) => Promise<Result>,
): (items: readonly Item[]) => Promise<Result> {
  let running = false;
  let waiting: {
    items: Item[];
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  }[] = [];

  async function flush() {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const result = await write(batch.flatMap(({ items }) => items));
        for (const { resolve } of batch) resolve(result);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  return (items) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ items: [...items], resolve, reject });
      if (!running) void flush();
    });
}
