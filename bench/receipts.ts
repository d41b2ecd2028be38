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

/** How many the mail server took, and when the first and the last receipt were written: a little later than that. */
export async function mailTimes(
  database: Database,
  edition: EditionId,
): Promise<{ accepted: number; first: number; last: number }> {
  const { rows } = await database.query(
    `select count(*)::int as accepted, min(d.settled_at) as first, max(d.settled_at) as last
     ${mails} and d.state = 'accepted'`,
    [edition],
  );
  const [{ accepted, first, last }] = rows;
  return { accepted, first: Number(first), last: Number(last) };
}
