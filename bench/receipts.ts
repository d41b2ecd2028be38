/** What the ledger says of the mails of an edition. */

import type { EditionId } from '../src/model.js';
import type { Database } from '../src/store/database.js';

/** How many the mail server has taken. */
export async function acceptedMails(database: Database, edition: EditionId): Promise<number> {
  const { rows } = await database.query(
    `select count(*)::int as n from deliveries
     where edition_id = $1 and channel = 'email' and state = 'accepted'`,
    [edition],
  );
  return rows[0].n;
}
