/**
 * Suppressing an address, and lifting that. Only staff with a reason, and the owner by a new confirmed
 * sign-up, lift a suppression. Both are written into the journal too, so that a restore changes nothing
 * of it.
 */

import type { Queryable } from '../store/database.js';
import { suppress, unsuppress } from '../store/destinations.js';
import type { Journal } from './journal.js';

export interface SuppressionAct {
  /** The keyed hash of the address. */
  readonly addressHash: Buffer;
  /** A full sentence without an address. */
  readonly reason: string;
  /** `schedule`, `reader`, or a member of staff by name. */
  readonly actor: string;
  readonly at: Date;
}

/** Returns whether it was not suppressed before; else the first reason stands. */
export async function suppressAddress(
  tx: Queryable,
  act: SuppressionAct,
  journal?: Journal,
): Promise<boolean> {
  const { addressHash, reason, actor, at } = act;
  const fresh = await suppress(tx, addressHash, reason, actor, at);
  if (fresh) await journal?.write([{ kind: 'suppressed', ...entryOf(act) }]);
  return fresh;
}

/** Returns whether it was suppressed. What the reader had left stays left. */
export async function liftSuppression(
  tx: Queryable,
  act: SuppressionAct,
  journal?: Journal,
): Promise<boolean> {
  const lifted = await unsuppress(tx, act.addressHash);
  if (lifted) await journal?.write([{ kind: 'lifted', ...entryOf(act) }]);
  return lifted;
}

function entryOf({ addressHash, reason, actor, at }: SuppressionAct) {
  return { at: at.toISOString(), address: addressHash.toString('hex'), reason, actor };
}
