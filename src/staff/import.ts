/** What the audit log has of a file of subscribers that came in, or went out. */

import type { Database } from '../store/database.js';
import { recordEvent } from '../store/events.js';
import { withoutAddresses } from '../subscribers/address.js';
import { closed } from '../templates/plain.js';

interface Tools {
  readonly database: Database;
  readonly now: () => Date;
}

export async function importedEvent(
  { database, now }: Tools,
  totals: Readonly<Record<string, number>>,
  actor: string,
  options: { readonly reason?: string; readonly consentSource?: string; readonly update?: boolean },
): Promise<void> {
  const counts = Object.entries(totals).map(([result, count]) => `${count} ${result}`);
  const how = options.update ? ', and preferences overwritten' : '';
  const why = options.reason ?? options.consentSource ?? 'consent as the file says';
  await recordEvent(database, {
    at: now(),
    actor,
    kind: 'subscribers.imported',
    level: 'info',
    subject: 'subscribers',
    message: `Subscribers were imported${how} (${counts.join(', ')}): ${closed(withoutAddresses(why))}`,
  });
}
