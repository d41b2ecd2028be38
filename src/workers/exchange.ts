/**
 * The exchange of a process with the ledger while it sends. What comes while one statement is under way
 * goes into the next: many small durable writes become few larger ones, and none waits for a timer.
 */

import type { DeliveryId } from '../model.js';
import type { Database } from '../store/database.js';
import { type Claim, leases } from '../store/deliveries.js';
import { markSending, type Settlement, settleDeliveries } from '../store/exchange.js';
import type { Marks } from '../store/marks.js';
import { persistently } from '../store/patience.js';
import type { Journal } from '../subscribers/journal.js';
import { type RefusalPolicy, settleRefused } from './settle.js';

/** With one, statements are smaller; with more, nothing is gained. */
const quietTurns = 2;

export interface ExchangeOptions {
  readonly database: Database;
  readonly policy: RefusalPolicy;
  readonly now: () => Date;
  /** Aborts when the process wants to stop. */
  readonly signal: AbortSignal;
  readonly marks?: Marks | undefined;
  readonly journal?: Journal | undefined;
}

export interface Exchange {
  /**
   * Writes a receipt down. The other side has the message already, so giving up while the database is away
   * would make an uncertain delivery of one that we know of: it is tried for as long as its lease lasts.
   */
  settle(claim: Claim, settlement: Settlement): Promise<void>;
  /**
   * Marks a delivery as being on the wire, and resolves to whether it may go. Receipts that were given
   * before are written by then, whichever edition they belong to: so a crash leaves no more uncertain
   * than is on the wire.
   */
  mark(claim: Claim, delivery: DeliveryId): Promise<boolean>;
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
}
type Settle = Waiting<void> & { readonly claim: Claim; readonly settlement: Settlement };
type Mark = Waiting<boolean> & { readonly claim: Claim; readonly delivery: DeliveryId };

export function createExchange(options: ExchangeOptions): Exchange {
  const { database, policy, now, signal, marks, journal } = options;
  let settles: Settle[] = [];
  let markings: Mark[] = [];
  let running = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (settles.length + markings.length > 0) {
      await gathered();
      const batch = { settles, markings };
      settles = [];
      markings = [];
      await exchange(batch.settles, batch.markings);
    }
    running = false;
  }

  /**
   * Resolves when nothing more has come for some turns of the event loop. What the last statement let go
   * is written to the wire meanwhile, and its receipts and the next deliveries share the next statement.
   */
  async function gathered(): Promise<void> {
    let before = 0;
    for (let quiet = 0; quiet < quietTurns; ) {
      const count = settles.length + markings.length;
      quiet = count > before ? 0 : quiet + 1;
      before = count;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Never rejects: whoever waits is told. */
  async function exchange(receipts: readonly Settle[], marking: readonly Mark[]): Promise<void> {
    const plain = receipts.filter(({ settlement }) => !settlement.refusal);
    const refused = receipts.filter(({ settlement }) => settlement.refusal);
    for (const claim of new Set(refused.map((one) => one.claim))) {
      const some = refused.filter((one) => one.claim === claim);
      const settlements = some.map(({ settlement }) => settlement);
      await told(some, () => settleRefused(database, claim, settlements, policy, now(), journal));
    }
    if (marking.length > 0) {
      try {
        const { going, mark } = await markSending(database, marking, now(), marks?.known, plain);
        for (const { resolve } of plain) resolve();
        // Whoever marked waits for the note, and the next statement does not.
        const noted = (mark && marks?.note(mark)) ?? Promise.resolve();
        void noted.then(() => {
          for (const { delivery, resolve } of marking) resolve(going.has(delivery));
        });
        return;
      } catch (error) {
        for (const { reject } of marking) reject(error);
      }
    }
    await told(plain, () => settleDeliveries(database, plain, now()));
  }

  async function told(some: readonly Settle[], write: () => Promise<unknown>): Promise<void> {
    if (some.length === 0) return;
    try {
      await persistently(write, { stopping: signal, for: leases.sending * 1000 });
      for (const { resolve } of some) resolve();
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return {
    settle: (claim, settlement) =>
      new Promise((resolve, reject) => {
        settles.push({ claim, settlement, resolve, reject });
        void run();
      }),
    mark: (claim, delivery) =>
      new Promise((resolve, reject) => {
        markings.push({ claim, delivery, resolve, reject });
        void run();
      }),
  };
}
