/** Does what follows from one mail that came in. */

import type { Bounce } from '../store/bounces.js';
import type { createBounces } from './bounces.js';
import type { Recipient } from './doors.js';
import { judge } from './judge.js';
import { type InboundMessage, readMessage } from './message.js';

export interface ReceiveOptions {
  readonly bounces: ReturnType<typeof createBounces>;
  /** Unsubscribes by a token, as the one-click does. Undefined where the token is not one of ours. */
  leave(token: string): Promise<unknown | undefined>;
  /** Passes on what a person wrote. Resolves to why not; undefined where it did. */
  forward(message: InboundMessage): Promise<string | undefined>;
  /** Told what each mail was, without an address. */
  onReceived(facts: Received): void;
}

export interface Received {
  readonly door: Recipient['door'];
  readonly kind: 'bounce' | 'complaint' | 'unsubscribe' | 'reply' | 'ignored' | 'unreadable';
  /** What became of it. */
  readonly result: string;
  readonly fault?: Bounce['kind'];
  readonly status?: string;
}

/** Whether something followed from the mail. What strangers send without end mostly leads to nothing. */
export const hadEffect = ({ result }: Received) =>
  result === 'recorded' || result === 'left' || result === 'passed on';

export interface IncomingMail {
  readonly nullSender: boolean;
  readonly recipients: readonly Recipient[];
  readonly raw: Buffer;
}

/** Returns what receives a mail. It rejects where the ledger cannot be asked: then the mail is to come again. */
export function createReceive({ bounces, leave, forward, onReceived }: ReceiveOptions) {
  return async ({ nullSender, recipients, raw }: IncomingMail): Promise<void> => {
    const message = await readMessage(raw).catch(() => undefined);
    for (const { door, claim } of recipients) {
      if (!message) {
        onReceived({ door, kind: 'unreadable', result: 'nothing was done' });
        continue;
      }
      const found = judge(message, { door, nullSender });
      switch (found.kind) {
        case 'bounce': {
          const { fault, status, diagnostic } = found;
          const bounce = { kind: fault, status: status ?? null, diagnostic };
          const result = claim ? await bounces.bounced(claim, bounce) : 'unknown';
          onReceived({ door, kind: 'bounce', result, fault, ...(status && { status }) });
          break;
        }
        case 'complaint': {
          const result = await bounces.complained(claim, found.evidence, found.diagnostic);
          onReceived({ door, kind: 'complaint', result });
          break;
        }
        case 'unsubscribe': {
          let left = false;
          for (const token of found.tokens) left ||= (await leave(token)) !== undefined;
          // Whoever wants to leave and has no good token is a matter for staff.
          const result = left ? 'left' : ((await forward(message)) ?? 'passed on');
          onReceived({ door, kind: 'unsubscribe', result });
          break;
        }
        case 'reply': {
          const why = await forward(message);
          onReceived({ door, kind: 'reply', result: why ?? 'passed on' });
          break;
        }
        case 'ignored':
          onReceived({ door, kind: 'ignored', result: found.reason });
      }
    }
  };
}
