/** What hubs say at the callback, taken down in the ledger. */

import { askAgainAt, readQuestion, renewalAt, signatureCheck } from './feeds/websub.js';
import type { Database } from './store/database.js';
import {
  confirmEnd,
  confirmSubscription,
  isWanted,
  noteDenial,
  noteDiscarded,
  notePush,
} from './store/hub-subscriptions.js';
import type { Keys } from './subscribers/keys.js';
import { hubSecrets } from './subscribers/tokens.js';
import type { HubCallback } from './web/deps.js';

/** Bytes of a push: as many as a feed may have. */
const largestPush = 15_000_000;

export interface HubCallbackOptions {
  readonly database: Database;
  readonly keys: Pick<Keys, 'macs'>;
  readonly now: () => Date;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
}

export function createHubCallback({
  database,
  keys,
  now,
  random,
}: HubCallbackOptions): HubCallback {
  return {
    async question(id, query) {
      const asked = readQuestion(query);
      if (!asked) return undefined;
      const { topic } = asked;
      const at = now();
      if (asked.mode === 'denied') {
        const outcome = `The hub denied the subscription${asked.reason ? `: “${asked.reason}”` : '.'}`;
        // As one that was asked in vain for ever.
        const askAt = askAgainAt(at, Number.POSITIVE_INFINITY, random());
        return (await noteDenial(database, { id, topic, outcome, askAt })) ? '' : undefined;
      }
      const agreed =
        asked.mode === 'unsubscribe'
          ? await confirmEnd(database, id, topic)
          : await confirmSubscription(database, {
              id,
              topic,
              leaseUntil: new Date(at.getTime() + asked.lease * 1000),
              renewAt: renewalAt(at, asked.lease, random()),
            });
      return agreed ? asked.challenge : undefined;
    },

    async push(id, signature, body) {
      if (!(await isWanted(database, id))) return 'unknown';
      const check = signatureCheck(signature, hubSecrets(keys, id));
      let size = 0;
      for await (const chunk of body) {
        size += chunk.length;
        if (size > largestPush) return 'too large';
        check?.update(chunk);
      }
      if (check?.holds()) await notePush(database, id, now());
      else await noteDiscarded(database, id);
      return 'taken';
    },
  };
}
