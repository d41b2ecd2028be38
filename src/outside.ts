/** What a ledger keeps outside the database: the journal of who left, and the marks of how far it has come. */

import type { Environment } from './config/config.js';
import type { Log } from './ledger.js';
import type { Database } from './store/database.js';
import { recordEvent, recordEventOnce } from './store/events.js';
import { createMarks, type Marks, markFile } from './store/marks.js';
import { type Journal, mergeJournal, openJournal } from './subscribers/journal.js';

export interface OutsideOptions {
  readonly database: Database;
  readonly env: Environment;
  readonly log: Log;
  readonly now: () => Date;
}

/** Staff are told when it begins to fail. */
export function journalOf({ database, env, log, now }: OutsideOptions): Journal {
  return openJournal(env.dataDir, async (error) => {
    log.error({ error: error.message }, 'The journal could not be written.');
    // The error's message would name a path.
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    await recordEvent(database, {
      at: now(),
      actor: 'schedule',
      kind: 'journal.failed',
      level: 'attention',
      subject: 'journal',
      message: `Who leaves is recorded in the database only: the journal in DATA_DIR cannot be written (${code}). Make room, or make DATA_DIR writable; until then a restored backup would not know who has left.`,
    });
  });
}

/** Brings into the ledger what the journal has and it lacks, and tells staff of it. */
export async function mergeJournalOf({ database, env, now }: OutsideOptions): Promise<void> {
  const { left, suppressed, lifted, forgotten, unreadable } = await mergeJournal(
    database,
    env.dataDir,
  );
  const about = { at: now(), actor: 'schedule', subject: 'journal' } as const;
  if (left + suppressed + lifted + forgotten > 0) {
    await recordEvent(database, {
      ...about,
      kind: 'journal.merged',
      level: 'info',
      message: `From the journal came what this ledger did not know: leavings ${left}, suppressions ${suppressed}, lifted ones ${lifted}, forgotten people ${forgotten}.`,
    });
  }
  if (unreadable > 0) {
    await recordEventOnce(database, {
      ...about,
      kind: 'journal.unreadable',
      level: 'attention',
      message: `Lines of journal.jsonl in DATA_DIR that cannot be read: ${unreadable}. Who left in them is known to the database only.`,
    });
  }
}

/** In DATA_DIR, and in Redis where there is one. */
export async function marksOf({ env, log }: OutsideOptions): Promise<Marks> {
  const places = [markFile(env.dataDir)];
  if (env.redisUrl) places.push((await import('./queue/mark-key.js')).markKey(env.redisUrl));
  return createMarks(places, (error, sentence) => log.warn({ error: String(error) }, sentence));
}
