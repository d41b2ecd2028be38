/** Changes of address that wait until both ends have confirmed them: one at a time for a destination. */

import type { DestinationId } from '../model.js';
import type { Queryable } from './database.js';

export type End = 'old' | 'new';

export interface AddressChange {
  readonly id: string;
  readonly destinationId: DestinationId;
  readonly address: string;
  readonly addressHash: Buffer;
  readonly at: Date;
  readonly expiresAt: Date;
}

export interface AddressChangeRow extends AddressChange {
  readonly oldConfirmedAt: Date | null;
  readonly newConfirmedAt: Date | null;
  readonly doneAt: Date | null;
}

/** Puts a change in the place of an earlier one of the destination, whose links are void from then on. */
export async function putAddressChange(tx: Queryable, change: AddressChange): Promise<void> {
  await tx.query('delete from address_changes where destination_id = $1', [change.destinationId]);
  await tx.query(
    `insert into address_changes (id, destination_id, address, address_hash, at, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      change.id,
      change.destinationId,
      change.address,
      change.addressHash,
      change.at,
      change.expiresAt,
    ],
  );
}

export async function addressChange(
  db: Queryable,
  id: string,
): Promise<AddressChangeRow | undefined> {
  const { rows } = await db.query(
    `select id, destination_id as "destinationId", address, address_hash as "addressHash", at,
       expires_at as "expiresAt", old_confirmed_at as "oldConfirmedAt",
       new_confirmed_at as "newConfirmedAt", done_at as "doneAt"
     from address_changes where id = $1`,
    [id],
  );
  return rows[0];
}

/** When a change of the destination's address was last asked for; undefined where none is known. */
export async function lastChangeAsked(db: Queryable, id: DestinationId): Promise<Date | undefined> {
  const { rows } = await db.query('select at from address_changes where destination_id = $1', [id]);
  return rows[0]?.at;
}

export async function confirmEnd(tx: Queryable, id: string, end: End, at: Date): Promise<void> {
  const column = end === 'old' ? 'old_confirmed_at' : 'new_confirmed_at';
  await tx.query(`update address_changes set ${column} = coalesce(${column}, $2) where id = $1`, [
    id,
    at,
  ]);
}

/** Gives the destination the new address. Its id stays, and so do the links of all mails it was sent. */
export async function applyAddressChange(
  tx: Queryable,
  { id, destinationId, address, addressHash }: AddressChange,
  at: Date,
): Promise<void> {
  await tx.query('update destinations set address = $2, address_hash = $3 where id = $1', [
    destinationId,
    address,
    addressHash,
  ]);
  await tx.query('update address_changes set done_at = $2 where id = $1', [id, at]);
}
