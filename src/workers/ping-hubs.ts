/** Tells hubs of output feeds that have changed. */

import { type Fetcher, refusalOf } from '../feeds/fetch.js';
import { pingRequest } from '../feeds/websub.js';
import type { Database } from '../store/database.js';
import { type DuePing, notePinged, notePingFailed, takeDuePings } from '../store/hub-pings.js';
import { nextAttempt } from './retry.js';

/** Milliseconds for which a process has a ping to itself: longer than the fetcher waits for a hub. */
const takenFor = 5 * 60_000;
/** Milliseconds between two pings about one output feed. */
const quiet = 10_000;

export interface PingHubsOptions {
  readonly database: Database;
  readonly fetcher: Pick<Fetcher, 'post'>;
  /** Hubs that the config names, and may be in a network of one's own. */
  readonly hubs: readonly string[];
  /** The addresses of an output feed, one for each format. */
  readonly addresses: (outputFeed: string) => readonly string[];
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Tells what is due. Several processes may do so at once: each ping is taken by one of them. */
export function createPingHubs(options: PingHubsOptions): () => Promise<void> {
  const { database, fetcher, hubs, addresses, now, signal } = options;

  return async function pingHubs() {
    const at = now();
    const retryAt = new Date(at.getTime() + takenFor);
    const due = await takeDuePings(database, { hubs, now: at, retryAt });
    await Promise.all(due.map(ping));
  };

  async function ping(due: DuePing): Promise<void> {
    for (const topic of addresses(due.outputFeed)) {
      const form = pingRequest(topic);
      const answer = await fetcher.post({ url: due.hub, form, allowPrivate: true, signal });
      if (signal.aborted) return;
      const reason = refusalOf(answer);
      if (reason === undefined) continue;
      const asked = answer.kind === 'failed' && answer.retryAfter;
      const retryAt = nextAttempt(
        { outcome: 'deferred', scope: 'delivery', reason, ...(asked && { retryAfter: asked }) },
        due.attempt,
        now(),
      );
      return notePingFailed(database, due, { outcome: reason, retryAt });
    }
    await notePinged(database, due, new Date(now().getTime() + quiet));
  }
}
