/** Staff forget a person (GDPR, article 17): all that is held of them goes, but the keyed hash that keeps them out. */

import { recordEvent } from '../store/events.js';
import { forgetDestinations } from '../store/forget.js';
import { type Holdings, holdingsOf } from '../store/people.js';
import { lockAddress } from '../subscribers/identity.js';
import { suppressAddress } from '../subscribers/suppressions.js';
import type { Act } from './act.js';
import { hashOf, type SuppressTools, subjectOf, wordsOf } from './suppress.js';

/** What would go. Throws a full sentence for what is no e-mail address. */
export function planForget(
  { database, keys }: Pick<SuppressTools, 'database' | 'keys'>,
  address: string,
): Promise<Holdings> {
  return holdingsOf(database, hashOf(keys, address));
}

/** Returns what was held. Doing it again changes nothing. */
export async function forget(
  { database, keys, journal }: SuppressTools,
  address: string,
  act: Act,
): Promise<Holdings> {
  const hash = hashOf(keys, address);
  return database.transaction(async (tx) => {
    await lockAddress(tx, hash);
    const holdings = await holdingsOf(tx, hash);
    const { actor } = act;
    const at = act.at.toISOString();
    const person = { at, address: hash.toString('hex') };
    await forgetDestinations(tx, [person]);
    await journal.write([{ kind: 'forgotten', ...person, actor }]);
    const reason = 'The person was forgotten.';
    await suppressAddress(tx, { addressHash: hash, reason, actor, at: act.at }, journal);
    await recordEvent(tx, {
      at: act.at,
      actor,
      kind: 'subscriber.forgotten',
      level: 'info',
      subject: await subjectOf(tx, hash),
      message: `A person was forgotten, and their address is suppressed: ${wordsOf(act)}`,
    });
    return holdings;
  });
}
