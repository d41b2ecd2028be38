/** Manners towards a host: one request at a time, and silence where it asked for it. */

/** A host is never left alone longer than this, whatever it asks: seconds. */
const LONGEST_PAUSE = 24 * 60 * 60;

export interface Hosts {
  /**
   * Runs the work when nothing else runs for this host. Resolves to undefined, at once and without
   * running it, where the signal aborts while it waits.
   */
  inTurn<T>(
    host: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T | undefined>;
  /** Leaves a host alone for some seconds, at most 24 hours. */
  pause(host: string, seconds: number): void;
  /** Whole seconds for which the host is still to be left alone; 0 where it is not. */
  pausedFor(host: string): number;
}

export function createHosts(now: () => number): Hosts {
  /** Settles when the last in line for the host is done. Never rejects. */
  const lines = new Map<string, Promise<void>>();
  const pauses = new Map<string, number>();

  return {
    inTurn(host, signal, work) {
      const before = lines.get(host);
      const result = (async () => {
        await before;
        return signal?.aborted ? undefined : await work();
      })();
      const line = result.then(
        () => {},
        () => {},
      );
      lines.set(host, line);
      void line.then(() => {
        if (lines.get(host) === line) lines.delete(host);
      });
      return Promise.race([result, aborted(signal, line)]);
    },
    pause(host, seconds) {
      pauses.set(host, now() + Math.min(seconds, LONGEST_PAUSE) * 1000);
    },
    pausedFor(host) {
      const seconds = Math.ceil(((pauses.get(host) ?? 0) - now()) / 1000);
      if (seconds <= 0) pauses.delete(host);
      return Math.max(0, seconds);
    },
  };
}

/** Resolves when the signal aborts; stops listening when the work is done. */
function aborted(signal: AbortSignal | undefined, done: Promise<void>): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = () => resolve(undefined);
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    void done.then(() => signal?.removeEventListener('abort', stop));
  });
}
