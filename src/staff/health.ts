/** Whether what this process needs is there. Asked by machines, every few seconds. */

import type { Database } from '../store/database.js';
import { readFence } from '../store/fence.js';
import { failingNeighbours } from '../store/neighbours.js';

export interface Health {
  /** Whether everything is there without which this process cannot work. */
  readonly ready: boolean;
  /**
   * Each part by name. Anyone may read this, so no addresses and no error texts. `unknown` is what the
   * ledger would know of, while it is down itself.
   */
  readonly parts: Readonly<Record<string, 'ok' | 'down' | 'unknown'>>;
}

export interface HealthOptions {
  readonly database: Database;
  /** Undefined where this process uses no queue. Rejects where it does not answer. */
  readonly queue?: { check(): Promise<void> };
  /** The ways out that this process uses, such as `email`. One that is down leaves it ready: what waits is safe. */
  readonly channels: readonly string[];
  /** Whether this process polls, assembles or delivers, which a fenced ledger does not let it. */
  readonly works?: boolean;
  /** Milliseconds in which a part has to answer; 1.5 s where not given. */
  readonly patience?: number;
}

/** Never rejects, and answers within the patience also where a part hangs. */
export function createHealth(options: HealthOptions): () => Promise<Health> {
  const { database, queue, channels, works, patience = 1_500 } = options;
  const askLedger = bounded(() => failingNeighbours(database), patience);
  const askFence = works ? bounded(async () => !(await readFence(database)), patience) : undefined;
  const askQueue = queue && bounded(() => queue.check().then(() => true), patience);

  return async function health() {
    const [failing, queued, free] = await Promise.all([askLedger(), askQueue?.(), askFence?.()]);
    const parts: Record<string, 'ok' | 'down' | 'unknown'> = { database: failing ? 'ok' : 'down' };
    if (askQueue) parts.queue = queued ? 'ok' : 'down';
    // Down: the ledger seems to be restored from a backup, and waits for "broadsheet confirm-restore".
    if (askFence) parts.fence = free === undefined ? 'unknown' : free ? 'ok' : 'down';
    for (const channel of channels) {
      if (!failing) parts[channel] = 'unknown';
      else parts[channel] = failing.some(({ name }) => name === channel) ? 'down' : 'ok';
    }
    const down = Object.entries(parts).some(
      ([name, state]) => !channels.includes(name) && state !== 'ok',
    );
    return { ready: !down, parts };
  };
}

/**
 * Asks, and gives up after so many milliseconds (undefined, as for a failure). What was asked and has not
 * answered yet is waited for again rather than asked once more: questions must not pile up at what hangs.
 */
export function bounded<Answer>(
  ask: () => Promise<Answer>,
  patience: number,
): () => Promise<Answer | undefined> {
  let asked: Promise<Answer | undefined> | undefined;
  return async function answer() {
    asked ??= ask()
      .catch(() => undefined)
      .finally(() => {
        asked = undefined;
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), patience);
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
