/** What leaves the ledger as a file: all that is held of one person, and those who are mailed. */

import type { Program } from '../model.js';
import type { Database } from '../store/database.js';
import { recordEvent } from '../store/events.js';
import {
  type ExportedSubscriber,
  type Person,
  personOf,
  subscribersAfter,
} from '../store/people.js';
import type { Act } from './act.js';
import { hashOf, type SuppressTools, subjectOf, wordsOf } from './suppress.js';

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
  const { subscriber, suppression, signups, addressChanges, letters } = person;
  if (
    !subscriber &&
    !suppression &&
    signups.length + addressChanges.length + letters.length === 0
  ) {
    return undefined;
  }
  if (act) {
    await recordEvent(database, {
      at: act.at,
      actor: act.actor,
      kind: 'subscriber.exported',
      level: 'info',
      subject: await subjectOf(database, hash),
      message: `All that is held of a person was exported${act.reason ? `: ${wordsOf(act)}` : '.'}`,
    });
  }
  return person;
}

export interface Exported {
  readonly database: Database;
  readonly programs: readonly Program[];
}

/** Subscribers in chunks, as `subscribersAfter` has them. */
export async function* subscribersToExport({
  database,
  programs,
}: Exported): AsyncGenerator<readonly ExportedSubscriber[]> {
  const ids = programs.map(({ id }) => id);
  let after: string | null = null;
  for (;;) {
    const chunk: readonly ExportedSubscriber[] = await subscribersAfter(
      database,
      after,
      ids,
      1_000,
    );
    if (chunk.length === 0) return;
    yield chunk;
    after = chunk.at(-1)?.id ?? null;
  }
}

/** The line in the audit log. */
export async function exportedEvent(
  { database }: Pick<Exported, 'database'>,
  count: number,
  act: Act,
): Promise<void> {
  await recordEvent(database, {
    at: act.at,
    actor: act.actor,
    kind: 'subscribers.exported',
    level: 'info',
    subject: 'subscribers',
    message: `${count} subscribers were exported${act.reason ? `: ${wordsOf(act)}` : '.'}`,
  });
}
