/** All that the ledger holds of one subscriber. */

import type { Cadence, EditionId, Language, Program, ProgramId, Schedule } from '../model.js';
import { type Bounce, bouncesOf } from '../store/bounces.js';
import type { Database } from '../store/database.js';
import { destinationByAddress } from '../store/destinations.js';
import { createWindowPlanner } from '../store/digests.js';
import { type LastDelivery, lastDeliveries } from '../store/people.js';
import {
  type Consent,
  consentsOf,
  readerSubscriptions,
  type Suppression,
  suppressionOf,
} from '../store/previews.js';
import { addressKey, normaliseAddress } from '../subscribers/address.js';
import type { Keys } from '../subscribers/keys.js';

interface SubscriberTools {
  readonly database: Database;
  readonly keys: Pick<Keys, 'addressHash'>;
  readonly programs: readonly Program[];
  readonly now: () => Date;
}

export interface SubscriberView {
  /** Undefined for an address that is only suppressed. */
  readonly subscriber:
    | {
        readonly id: string;
        readonly name: string | null;
        readonly language: Language;
        /** An inactive one is sent nothing. */
        readonly state: 'active' | 'inactive';
        readonly schedule: Schedule;
        /** Nothing goes out to them until then; null where they are not paused. */
        readonly pausedUntil: Date | null;
        readonly programs: readonly {
          readonly id: ProgramId;
          readonly name: string;
          readonly cadence: Cadence;
          /** When its window closes; null where it is read instantly. */
          readonly nextAt: Date | null;
        }[];
        /** The latest first. */
        readonly consents: readonly Consent[];
        /** What came back of what they were sent: the last five, the latest first. */
        readonly bounces: readonly (Bounce & { readonly editionId: EditionId })[];
        /** The last five, the latest first. */
        readonly deliveries: readonly LastDelivery[];
        /** The window that closes first; null where none is open. */
        readonly next: {
          readonly closesAt: Date;
          /** It closes as soon as a service runs. */
          readonly overdue: boolean;
          /** How many articles it would bring, were it to close now. */
          readonly articles: number;
        } | null;
      }
    | undefined;
  readonly suppression: Suppression | null;
}

/**
 * Finds a subscriber. Undefined where the ledger knows nothing of the address; throws a full sentence
 * for what is no e-mail address.
 */
export async function viewSubscriber(
  { database, keys, programs, now }: SubscriberTools,
  input: string,
): Promise<SubscriberView | undefined> {
  const address = normaliseAddress(input);
  if (!address) throw new Error(`${input} is not an e-mail address.`);
  const hash = keys.addressHash('email', addressKey(address));
  const [row, suppression = null] = await Promise.all([
    destinationByAddress(database, 'email', hash),
    suppressionOf(database, hash),
  ]);
  const nobody = suppression ? { subscriber: undefined, suppression } : undefined;
  if (!row) return nobody;
  const [subscriptions, consents, bounces, deliveries] = await Promise.all([
    readerSubscriptions(database, row.id),
    consentsOf(database, row.id),
    bouncesOf(database, row.id, 5),
    lastDeliveries(database, row.id, 5),
  ]);
  // Of one who was forgotten there is no more than that.
  if (row.address === null && consents.length === 0) return nobody;
  const dues = subscriptions.flatMap(({ dueAt }) => (dueAt ? [dueAt.getTime()] : []));
  const { id, name, language, state, schedule, pausedUntil } = row;
  return {
    subscriber: {
      id,
      name,
      language,
      state,
      schedule,
      pausedUntil: pausedUntil && pausedUntil > now() ? pausedUntil : null,
      programs: subscriptions.map(({ program, cadence, dueAt }) => ({
        id: program,
        name: programs.find((one) => one.id === program)?.name ?? program,
        cadence,
        nextAt: dueAt,
      })),
      consents,
      bounces,
      deliveries,
      next: dues.length > 0 ? await nextWindow(Math.min(...dues)) : null,
    },
    suppression,
  };

  async function nextWindow(due: number) {
    // One that is overdue closes as soon as a service comes by.
    const asOf = new Date(Math.max(due, now().getTime()));
    const planner = createWindowPlanner(database, { asOf, programs });
    const [window] = await planner.next({ only: id, limit: 1 });
    // The windows of an inactive destination never close.
    if (!window) return null;
    const { closedAt, digest } = window;
    const articles = digest?.sections.flatMap((section) => section.articles) ?? [];
    return { closesAt: closedAt, overdue: closedAt <= now(), articles: articles.length };
  }
}
