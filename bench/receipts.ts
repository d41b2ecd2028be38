/** What the ledger says of the mails of an edition. */

import type { EditionId } from '../src/model.js';
import type { Database } from '../src/store/database.js';
import { taken, waiting } from '../src/store/states.js';

const mails = `from deliveries d where d.edition_id = $1 and d.channel = 'email'`;

const some = (standing: string) => `exists (select ${mails} and ${standing})`;

/** Whether one has its receipt. */
export async function mailBegan(database: Database, edition: EditionId): Promise<boolean> {
  const { rows } = await database.query(`select ${some('d.settled_at is not null')} as began`, [
    edition,
  ]);
  return rows[0].began;
}

/** Whether each has its receipt. Asks the indexes: to count them all would take from what is measured. */
export async function mailEnded(database: Database, edition: EditionId): Promise<boolean> {
  const { rows } = await database.query(
    `select not ${some(taken)} and not ${some(waiting)} as ended`,
    [edition],
  );
  return rows[0].ended;
}

/**
 * Of an edition that is out: when the first and the last receipt were written, in milliseconds since 1970, a
 * little after the mail server took the mails. Throws where it took fewer than there are readers.
 */
export async function mailTimes(
  database: Database,
  edition: EditionId,
  readers: number,
): Promise<{ first: number; last: number }> {
  const { rows } = await database.query(
    `select count(*)::int as accepted, min(d.settled_at) as first, max(d.settled_at) as last
     ${mails} and d.state = 'accepted'`,
    [edition],
  );
  const [{ accepted, first, last }] = rows;
  if (accepted < readers) throw new Error(`Of ${readers} mails the mail server took ${accepted}.`);
  return { first: Number(first), last: Number(last) };
}
