/** Staff pause all sending and let it go on: at once, also in the middle of an edition. */

import type { Database, Queryable } from '../store/database.js';
import { recordEvent } from '../store/events.js';
import { requireNoFence } from '../store/fence.js';
import { type EditionProgress, editionsUnderWay } from '../store/holds.js';
import { endPause, type Pause, putPause, readPause } from '../store/pause.js';
import { closed } from '../templates/plain.js';
import type { Act } from './act.js';

export interface PauseReport {
  /** The pause that stands, or stood until now; undefined where there is none. */
  readonly pause: Pause | undefined;
  /** The editions that are not finished: who already had them, and who still waits. */
  readonly editions: readonly EditionProgress[];
}

export async function planPause(db: Queryable): Promise<PauseReport> {
  return { pause: await readPause(db), editions: await editionsUnderWay(db) };
}

/** Pauses all sending. Where it is paused already, that pause stands, and `already` tells. */
export async function pause(
  database: Database,
  act: Act,
): Promise<PauseReport & { pause: Pause; already: boolean }> {
  const { stands, already } = await database.transaction(async (tx) => {
    const before = await readPause(tx);
    if (before) return { stands: before, already: true };
    const { at, actor } = act;
    const reason = closed(act.reason);
    const put = await putPause(tx, { at, actor, reason });
    await recordEvent(tx, {
      at,
      actor,
      kind: 'sending.paused',
      level: 'info',
      subject: 'sending',
      message: `All sending was paused: ${reason}`,
    });
    return { stands: put, already: false };
  });
  // After the commit, when nothing more goes to the wire.
  return { pause: stands, already, editions: await editionsUnderWay(database) };
}

/** Ends the pause. Returns the one that stood, and what goes on. */
export async function resume(database: Database, act: Act): Promise<PauseReport> {
  const ended = await database.transaction(async (tx) => {
    await requireNoFence(tx);
    const stood = await endPause(tx, act.at);
    if (!stood) return undefined;
    await recordEvent(tx, {
      at: act.at,
      actor: act.actor,
      kind: 'sending.resumed',
      level: 'info',
      subject: 'sending',
      message: `Sending goes on: ${closed(act.reason)}`,
    });
    return stood;
  });
  return { pause: ended, editions: await editionsUnderWay(database) };
}
