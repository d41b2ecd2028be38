/** What a process does again and again by a timer of its own, never twice at once. */

export interface Repeated {
  /** Does it now, unless it is under way. */
  now(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** Does it every so many milliseconds, from the first of them on. A failure goes to `onError`, and the next turn comes. */
export function repeat(
  every: number,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): Repeated {
  let running: Promise<void> | undefined;
  const again = () => {
    running ??= task()
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(again, every);
  return {
    now: again,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
