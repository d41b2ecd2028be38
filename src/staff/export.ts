/** What leaves the ledger as a file: all that is held of one person. */

import { recordEvent } from '../store/events.js';
import { type Person, personOf } from '../store/people.js';
import { destinationIdOf } from '../subscribers/tokens.js';
import type { Act } from './act.js';
import { hashOf, type SuppressTools, wordsOf } from './suppress.js';

/**
 * All that is held of a person, and a line in the audit log where an act is given. Undefined where nothing
 * is held; throws a full sentence for what is no e-mail address.
 */
export async function exportPerson(
  { database, keys }: Pick<SuppressTools, 'database' | 'keys'>,
  address: string,
  act: Act | undefined,
): Promise<Person | undefined> {
  const hash = hashOf(keys, address);
  const person = await personOf(database, hash);
  if (!person.subscriber && !person.suppression) return undefined;
  if (act) {
    await recordEvent(database, {
      at: act.at,
      actor: act.actor,
      kind: 'subscriber.exported',
      level: 'info',
      subject: `destination:${destinationIdOf(hash)}`,
      message: `All that is held of a person was exported${act.reason ? `: ${wordsOf(act)}` : '.'}`,
    });
  }
  return person;
}
