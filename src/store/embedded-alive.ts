/** Starts the embedded database again when it dies under a running service. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from './embedded.js';

/** Milliseconds between two tries to start it: its disk may be full, say. */
const reviveAgain = 2_000;

/**
 * What to call when a connection to the server broke: where the server itself has died, it is started
 * again, however often that takes.
 */
export function keepAlive(
  server: Pick<EmbeddedServer, 'revive'>,
  log: { warn(facts: object, sentence: string): void },
): () => void {
  let trying = false;
  async function revive() {
    for (let told = ''; ; ) {
      try {
        return await server.revive();
      } catch (error) {
        const { message } = error as Error;
        if (message !== told) log.warn({}, message);
        told = message;
        await sleep(reviveAgain, undefined, { ref: false });
      }
    }
  }
  return () => {
    if (trying) return;
    trying = true;
    void revive().finally(() => {
      trying = false;
    });
  };
}
