/** Staff look at a ledger that was restored from a backup, and let it send again. */

import type { Program } from '../model.js';
import { lockRelease } from '../store/articles.js';
import { type Database, exclusively, locks, type Queryable } from '../store/database.js';
import { closeWindows, createWindowPlanner } from '../store/digests.js';
import { assembleChunk, assemblingAlerts } from '../store/editions.js';
import { recordEvent } from '../store/events.js';
import {
  type Fence,
  type LedgerIdentity,
  ledgerIdentity,
  liftFence,
  lookAtFence,
  putFence,
  readFence,
} from '../store/fence.js';
import type { Marks } from '../store/marks.js';
import {
  type Newest,
  newest,
  settleRestored,
  type Unsettled,
  unsettled,
} from '../store/restore.js';
import { closed } from '../templates/plain.js';
import type { Act } from './act.js';

export interface RestoreTools {
  readonly database: Database;
  readonly marks: Marks;
  readonly programs: readonly Program[];
}

export interface RestorePlan extends Unsettled {
  /** Undefined where the ledger is in order. */
  readonly fence: Fence | undefined;
  readonly ledger: LedgerIdentity;
  readonly newest: Newest | undefined;
  /** Whether only the server is another one, and the marks outside tell that nothing went out since. */
  readonly onlyMoved: boolean;
}

/** Looks at what was found, and at what confirming would settle. */
export async function planRestore(
  { database, marks }: RestoreTools,
  now: Date,
): Promise<RestorePlan> {
  const fence = await lookAtFence(database, marks, now);
  const ledger = await ledgerIdentity(database);
  const outside = await marks.read();
  return {
    fence,
    ledger,
    newest: await newest(database, fence?.at ?? now),
    onlyMoved:
      fence?.marks.length === 0 &&
      outside.some(({ instance, mark }) => instance === ledger.instance && mark === ledger.mark),
    ...(await unsettled(database, now)),
  };
}

const mayHaveGone = 'It may have gone out after the backup that this ledger was restored from';
const windowReason =
  'It was due while the ledger was restored from a backup, so its digest may have gone out already.';

/**
 * Confirms that the ledger was restored: settles everything that may have gone out since, and lifts the
 * fence, last. One that is broken off is begun again, and goes on. Nothing is done where there is no fence,
 * unless staff know that it was restored, though nothing shows it (`undetected`).
 */
export async function confirmRestore(
  tools: RestoreTools,
  act: Act,
  options: { undetected: boolean } = { undetected: false },
): Promise<void> {
  const { database, marks } = tools;
  if (!(await lookAtFence(database, marks, act.at))) {
    if (!options.undetected) return;
    const { instance } = await ledgerIdentity(database);
    await putFence(database, instance, { at: act.at, marks: [], moved: null });
  }
  for (const alert of await assemblingAlerts(database)) {
    while (!(await assembleChunk(database, alert, { size: 2_000, now: act.at })).ready);
  }
  await closeOverdue(tools, act.at);
  const why = { deliveries: `${mayHaveGone}.`, articles: `${mayHaveGone}.` };
  await endFence(tools, act, 'The restored ledger was confirmed, and sends again', (tx) =>
    settleRestored(tx, why, act.at),
  );
}

/**
 * Lifts the fence of a ledger that staff have moved to another server as it was: nothing is settled, and
 * what waits goes out. Throws a full sentence where that cannot be so.
 */
export async function confirmMoved(tools: RestoreTools, act: Act): Promise<void> {
  const plan = await planRestore(tools, act.at);
  if (!plan.fence) return;
  if (!plan.onlyMoved) {
    throw new Error(
      'The marks that were noted outside the database do not show that this ledger is the one that sent last, so it cannot be taken as merely moved. Leave --moved away.',
    );
  }
  await endFence(tools, act, 'The ledger was moved to another server, and sends on');
}

/** Settles and lifts the fence together; of two members of staff who confirm at once, one does. */
async function endFence(
  { database, marks }: RestoreTools,
  act: Act,
  what: string,
  settle: (tx: Queryable) => Promise<void> = async () => {},
): Promise<void> {
  const outside = await marks.read();
  await database.transaction(async (tx) => {
    await lockRelease(tx);
    if (!(await readFence(tx))) return;
    await settle(tx);
    await liftFence(tx, outside);
    await recordEvent(tx, {
      at: act.at,
      actor: act.actor,
      kind: 'ledger.confirmed',
      level: 'info',
      subject: 'sending',
      message: `${what}: ${closed(act.reason)}`,
    });
  });
}

/** Closes the windows that are due, as empty: what they held may have been sent. */
async function closeOverdue({ database, programs }: RestoreTools, now: Date): Promise<void> {
  const done = await exclusively(database, locks.windows, async () => {
    const planner = createWindowPlanner(database, { asOf: now, programs });
    for (;;) {
      // Those that were closed are not due any more, so that it is always the first ones.
      const due = await planner.next({ limit: 1_000 });
      if (due.length === 0) return true;
      const empty = due.map((window) => ({
        ...window,
        digest: undefined,
        programs: [],
        replaces: [],
      }));
      const { size } = await closeWindows(database, empty, now, windowReason);
      if (size === 0) throw new Error('Some windows could not be closed. Try it once more.');
    }
  });
  if (!done) throw new Error('Another process is closing windows. Try it once more.');
}
