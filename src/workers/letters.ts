/** Sends the letters that wait: mails to one person that are no editions. */

import type { Channel } from '../channels/channel.js';
import type { ChannelName } from '../model.js';
import type { Database } from '../store/database.js';
import {
  beginLetter,
  type DueLetter,
  dueLetters,
  settleLetter,
  tidyLetters,
} from '../store/letters.js';
import { tidySignups } from '../store/signups.js';
import type { NeighbourNotes } from './neighbours.js';
import { nextAttempt } from './retry.js';

/** Letters taken at once. */
const batch = 50;
/** Milliseconds between two looks for what is over. */
const tidyEvery = 60_000;

export interface LettersOptions {
  readonly database: Database;
  readonly channels: ReadonlyMap<ChannelName, Pick<Channel, 'write'>>;
  readonly notes: NeighbourNotes;
  readonly now: () => Date;
}

/** Sends what is due. Several processes may do so at once: a letter is begun by one of them only. */
export function createWriteLetters({
  database,
  channels,
  notes,
  now,
}: LettersOptions): () => Promise<void> {
  let tidied = Number.NEGATIVE_INFINITY;

  return async function writeLetters() {
    const at = now();
    if (at.getTime() - tidied >= tidyEvery) {
      await tidyLetters(database, at);
      await tidySignups(database, at);
      tidied = at.getTime();
    }
    const due = await dueLetters(database, at, batch);
    for (const letter of due) if (!(await write(letter))) return;
  };

  /** Returns whether the next one has a chance to get through. */
  async function write({ letter, channel, address, attempts }: DueLetter): Promise<boolean> {
    const way = channels.get(channel);
    if (!way?.write) return false;
    const outcome = await way.write(letter, address, () => beginLetter(database, letter.id, now()));
    if (!outcome) return true;
    const put = outcome.outcome === 'deferred' ? outcome : undefined;
    const notBefore = put && nextAttempt(put, attempts + 1, now());
    await settleLetter(database, letter.id, { outcome, notBefore, now: now() });
    if (put?.scope === 'channel') {
      await notes.fails(channel, put.reason);
      return false;
    }
    if (outcome.outcome === 'accepted') await notes.works(channel);
    return true;
  }
}
