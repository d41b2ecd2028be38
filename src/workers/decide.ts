/** What a receipt means for its delivery: whether it settles it, and when it is tried again. Pure. */

import type { DeliveryPolicy } from '../config/config.js';
import type { Receipt } from '../model.js';
import type { ClaimedDelivery } from '../store/deliveries.js';
import type { Settlement } from '../store/exchange.js';
import { givenUp } from '../store/troubles.js';
import { nextAttempt } from './retry.js';

/** Seconds within which a server may still be about to answer the final dot (RFC 5321 4.5.3.2.6). */
const answerMayTake = 600;

/** When what was lost at `now` may be tried once more. */
export const retryOfLost = (now: Date) => new Date(now.getTime() + answerMayTake * 1000);

export interface DecideOptions {
  readonly policy: Pick<DeliveryPolicy, 'giveUpAfter'>;
  /** Whether what is uncertain for the first time is tried once more. */
  readonly retryLost: boolean;
  readonly now: Date;
}

export function decide(
  receipt: Receipt,
  delivery: ClaimedDelivery,
  { policy, retryLost, now }: DecideOptions,
): Settlement {
  switch (receipt.outcome) {
    case 'accepted':
      return { receipt };
    case 'uncertain':
      return retryLost && !delivery.lostBefore
        ? { receipt, notBefore: retryOfLost(now) }
        : { receipt: withLost(receipt, delivery) };
    case 'deferred': {
      const notBefore = nextAttempt(receipt, delivery.attempt, now);
      const waited = notBefore.getTime() - delivery.plannedAt.getTime();
      if (waited <= policy.giveUpAfter * 1000) return { receipt, notBefore };
      const reason = `${givenUp}after ${delivery.attempt} attempts. The last one: ${receipt.reason}`;
      return {
        receipt: withLost({ delivery: delivery.id, outcome: 'rejected', reason }, delivery),
      };
    }
    case 'rejected': {
      const refusal = receipt.addressRefused
        ? 'address'
        : receipt.messageRefused
          ? 'message'
          : undefined;
      return { receipt: withLost(receipt, delivery), ...(refusal && { refusal }) };
    }
    case 'skipped':
      return { receipt: withLost(receipt, delivery) };
  }
}

/** An earlier attempt may have arrived, whatever the failing of a later one says. */
function withLost(
  receipt: Receipt & { readonly reason: string },
  { lostBefore }: ClaimedDelivery,
): Receipt {
  if (!lostBefore) return receipt;
  const reason = `${lostBefore}${receipt.reason}`;
  return { delivery: receipt.delivery, outcome: 'uncertain', reason };
}
