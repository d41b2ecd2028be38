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
  pause(host: string, seconds: number): Promise<void>;
  /** Whole seconds for which the host is still to be left alone; 0 where it is not. */
  pausedFor(host: string): Promise<number>;
}

/** Remembers pauses for other processes and the next start. */
export interface Pauses {
  put(host: string, until: Date): Promise<void>;
  /** Undefined where the host never asked for a pause, or it is over. */
  until(host: string): Promise<Date | undefined>;
}

/**
 * Remembers pauses itself as well, for as long as `pauses` (where there are any) cannot be reached.
 * @param now milliseconds since 1970
 */
export function createHosts(now: () => number, pauses?: Pauses): Hosts {
  /** Settles when the last in line for the host is done. Never rejects. */
  const lines = new Map<string, Promise<void>>();
  const own = new Map<string, number>();

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
    async pause(host, seconds) {
      const until = now() + Math.min(seconds, LONGEST_PAUSE) * 1000;
      own.set(host, until);
      await pauses?.put(host, new Date(until)).catch(() => {});
    },
    async pausedFor(host) {
      const elsewhere = await pauses?.until(host).catch(() => undefined);
      const until = Math.max(own.get(host) ?? 0, elsewhere?.getTime() ?? 0);
      const seconds = Math.ceil((until - now()) / 1000);
      // A pause that is longer than any was asked for by a clock that was wrong.
      if (seconds > 0 && seconds <= LONGEST_PAUSE) return seconds;
      own.delete(host);
      return 0;
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
