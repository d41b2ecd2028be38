/** Which destination an address is, where several may ask at once. */

import { randomUUID } from 'node:crypto';
import type { DestinationId } from '../model.js';
import type { Queryable } from '../store/database.js';
import { destinationRow } from '../store/destinations.js';
import { destinationIdOf } from './tokens.js';

/** Two that bring in the same address at once must not undo each other's programs. Until the transaction ends. */
export async function lockAddress(tx: Queryable, addressHash: Buffer): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [addressHash.readBigInt64BE().toString()]);
}

/** The id that follows from the address, but where its destination has moved to another address. */
export async function freshId(tx: Queryable, addressHash: Buffer): Promise<DestinationId> {
  const id = destinationIdOf(addressHash);
  return (await destinationRow(tx, id)) ? randomUUID() : id;
}
