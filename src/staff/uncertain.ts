/** Staff settle what nobody could know: deliveries whose answer was lost. */

import type { EditionId } from '../model.js';
import type { Database } from '../store/database.js';
import { recordEvent } from '../store/events.js';
import { acceptUncertain } from '../store/uncertain.js';
import { closed, count } from '../templates/plain.js';
import type { Act } from './act.js';

/**
 * Settles the uncertain deliveries of an edition, or all of them, as accepted: they did arrive. Returns
 * how many.
 */
export async function settleAsAccepted(
  database: Database,
  edition: EditionId | undefined,
  act: Act,
): Promise<number> {
  const { at, actor, reason } = act;
  return database.transaction(async (tx) => {
    const detail = `Settled as accepted by ${actor}: ${closed(reason)}`;
    const settled = await acceptUncertain(tx, edition, { detail, at });
    for (const [id, n] of settled) {
      await recordEvent(tx, {
        at,
        actor,
        kind: 'uncertain.settled',
        level: 'info',
        subject: `edition:${id}`,
        message: `Settled ${count(n, 'uncertain delivery').replace(/ys$/, 'ies')} as accepted: ${closed(reason)}`,
      });
    }
    return [...settled.values()].reduce((sum, n) => sum + n, 0);
  });
}
