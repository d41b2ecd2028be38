/** How `broadsheet check` tries neighbours; which ones there are is in neighbours.ts. */

import type { Finding } from '../model.js';

/** One neighbour: the database, the queue, the mail server, a Discord channel, a feed. */
export interface Check {
  readonly subject: string;
  /** Tries it without reaching a reader. What it throws becomes an error of the subject. */
  run(): Promise<readonly Finding[]>;
}

/**
 * Tries all at once, and yields the findings in the order of the checks. A check that throws or
 * takes longer than `limit` milliseconds is a finding like any other, and stops none of the rest.
 */
export async function* runChecks(
  checks: readonly Check[],
  limit = 30_000,
): AsyncGenerator<Finding, void, void> {
  const running = checks.map((check) => runCheck(check, limit));
  for (const findings of running) yield* await findings;
}

async function runCheck({ subject, run }: Check, limit: number): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    const message = `No answer came within ${limit / 1000} seconds. Check the address and the network.`;
    timer = setTimeout(() => resolve([{ subject, level: 'error', message }]), limit);
  });
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ subject, level: 'error', message }];
  } finally {
    clearTimeout(timer);
  }
}
