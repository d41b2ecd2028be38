/** What mail servers refuse for good: addresses, and messages. */

import type { DestinationId, EditionId } from '../model.js';
import type { Queryable } from './database.js';

/** How often the message of an edition was refused, its resends included. */
export interface MessageRefusals {
  readonly count: number;
  /** The edition's first title. */
  readonly title: string;
}

/** Keeps others from counting until the transaction ends, so that two never find the same number. */
export async function lockRefusals(tx: Queryable, edition: EditionId): Promise<void> {
  await tx.query('select from editions where id = $1 for no key update', [edition]);
}

/** To be asked under the lock. */
export async function messageRefusals(tx: Queryable, edition: EditionId): Promise<MessageRefusals> {
  const { rows } = await tx.query(
    `select content #>> '{sections,0,articles,0,title}' as title,
       (select count(*)::int from deliveries d where d.edition_id = $1 and d.refusal = 'message') as count
     from editions where id = $1`,
    [edition],
  );
  return rows[0];
}

/** The hash that suppressions know the destination's address by. */
export async function addressHashOf(tx: Queryable, id: DestinationId): Promise<Buffer | undefined> {
  const { rows } = await tx.query('select address_hash from destinations where id = $1', [id]);
  return rows[0]?.address_hash;
}
