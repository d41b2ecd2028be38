/** The demo's clock: this machine's, as far ahead of it as it was set. Only the demo's service sets it. */

import { join } from 'node:path';
import { readJson, readJsonSync, writeDurably } from './files.js';
import { sandboxDirectory } from './memory.js';

export interface SandboxClock {
  now(): Date;
  /** Sets the clock forward, durably. Rejects for a moment that has passed. */
  advanceTo(at: Date): Promise<void>;
  /** Tells of each time it was set. */
  onAdvance(listener: () => void): void;
}

const clockFile = (dataDir: string) => join(sandboxDirectory(dataDir), 'clock.json');

/** Milliseconds. */
function aheadOf(state: unknown): number {
  const { ahead } = (state ?? {}) as { ahead?: unknown };
  return typeof ahead === 'number' && ahead > 0 ? ahead : 0;
}

/** Opens the clock of a data directory; one that was never set shows this machine's time. */
export async function openClock(dataDir: string): Promise<SandboxClock> {
  const file = clockFile(dataDir);
  const listeners: (() => void)[] = [];
  let ahead = aheadOf(await readJson(file));
  const now = () => new Date(Date.now() + ahead);
  return {
    now,
    async advanceTo(at) {
      const further = at.getTime() - now().getTime();
      if (!(further >= 0)) {
        throw new Error('The clock only goes forward: what was sent cannot be taken back.');
      }
      ahead += further;
      await writeDurably(file, `${JSON.stringify({ ahead })}\n`);
      for (const listener of listeners) listener();
    },
    onAdvance: (listener) => void listeners.push(listener),
  };
}

/** Shows the clock of another process, which that one may set at any moment. */
export function followClock(dataDir: string): () => Date {
  const file = clockFile(dataDir);
  return () => new Date(Date.now() + aheadOf(readJsonSync(file)));
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How often the newsroom publishes while time is played. */
const PUBLICATION = 66 * HOUR;
/** Milliseconds that the service is given for what a step brings. */
const PATIENCE = 20_000;

export interface PlayOptions {
  readonly clock: SandboxClock;
  readonly signal: AbortSignal;
  /** When the next digest's window closes. */
  nextWindow(): Promise<Date | undefined>;
  /** Publishes an article, and resolves when its deliveries are written. */
  publish(): Promise<void>;
  /** Whether nothing is on its way: what is would seem to arrive as late as the clock is set next. */
  quiet(): Promise<boolean>;
}

/** Lets days go by, from one window's close to the next, with an article now and then. */
export async function playDays(days: number, options: PlayOptions): Promise<void> {
  const { clock, signal, nextWindow, publish, quiet } = options;
  const end = clock.now().getTime() + days * DAY;
  let publication = clock.now().getTime() + HOUR;
  while (!signal.aborted && clock.now().getTime() < end) {
    const window = (await nextWindow())?.getTime() ?? end;
    const step = Math.min(window, publication, end);
    if (step > clock.now().getTime()) await clock.advanceTo(new Date(step));
    if (step >= publication) {
      publication += PUBLICATION;
      await publish();
    } else {
      await until(async () => ((await nextWindow())?.getTime() ?? end) > step, signal);
    }
    await until(quiet, signal);
  }
}

/** Waits until something holds, up to the patience of a step. */
export async function until(holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const given = Date.now() + PATIENCE;
  while (!signal.aborted && Date.now() < given && !(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
