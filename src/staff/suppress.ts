/** Staff suppress an address, and lift a suppression. */

import type { ProgramId } from '../model.js';
import type { Database, Queryable } from '../store/database.js';
import { destinationByAddress, recordConsent } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { type Suppression, suppressionOf } from '../store/previews.js';
import { leavePrograms } from '../store/profiles.js';
import { addressKey, normaliseAddress, withoutAddresses } from '../subscribers/address.js';
import { lockAddress } from '../subscribers/identity.js';
import type { Journal } from '../subscribers/journal.js';
import type { Keys } from '../subscribers/keys.js';
import { liftSuppression, suppressAddress } from '../subscribers/suppressions.js';
import { destinationIdOf } from '../subscribers/tokens.js';
import { closed } from '../templates/plain.js';
import type { Act } from './act.js';

export interface SuppressTools {
  readonly database: Database;
  readonly keys: Pick<Keys, 'addressHash'>;
  readonly journal: Journal;
}

/** The keyed hash of an address. Throws a full sentence for what is no e-mail address. */
export function hashOf(keys: SuppressTools['keys'], input: string): Buffer {
  const address = normaliseAddress(input);
  if (!address) throw new Error(`${input} is not an e-mail address.`);
  return keys.addressHash('email', addressKey(address));
}

export interface SuppressReport {
  readonly suppression: Suppression;
  /** It was suppressed before, and that stands. */
  readonly already: boolean;
  /** What was read until now, and is left. */
  readonly left: readonly ProgramId[];
}

/** Suppresses an address, whether anybody is subscribed with it or not. A reader leaves all programs. */
export async function suppressByStaff(
  { database, keys, journal }: SuppressTools,
  address: string,
  act: Act,
): Promise<SuppressReport> {
  const hash = hashOf(keys, address);
  return database.transaction(async (tx) => {
    await lockAddress(tx, hash);
    const { actor, at } = act;
    const reason = wordsOf(act);
    const left = await leaveAll(tx, hash, { actor, at, reason }, journal);
    const fresh = await suppressAddress(tx, { addressHash: hash, reason, actor, at }, journal);
    const suppression = (await suppressionOf(tx, hash)) ?? { reason, actor, at };
    if (fresh || left.length > 0) {
      await recordEvent(tx, {
        at,
        actor,
        kind: 'subscriber.suppressed',
        level: 'info',
        subject: await subjectOf(tx, hash),
        message: `An address was suppressed: ${reason}`,
      });
    }
    return { suppression, already: !fresh, left };
  });
}

/** Takes whoever has the address out of all programs, as their own wish. */
export async function leaveAll(
  tx: Queryable,
  hash: Buffer,
  { actor, at, reason }: Act,
  journal: Journal,
): Promise<readonly ProgramId[]> {
  const row = await destinationByAddress(tx, 'email', hash);
  if (!row) return [];
  const programs = (await leavePrograms(tx, row.id, 'all')).sort();
  if (programs.length === 0) return [];
  const leaving = { at, programs, origin: `Staff were told: ${reason}`, actor };
  await recordConsent(tx, { destinationId: row.id, act: 'withdrawn', ...leaving });
  const address = hash.toString('hex');
  const entry = { ...leaving, at: at.toISOString(), destination: row.id, address };
  await journal.write([{ kind: 'left', channel: 'email', ...entry }]);
  return programs;
}

/** Lifts a suppression, and returns it; undefined where there was none. What was left stays left. */
export async function unsuppressByStaff(
  { database, keys, journal }: SuppressTools,
  address: string,
  act: Act,
): Promise<Suppression | undefined> {
  const hash = hashOf(keys, address);
  return database.transaction(async (tx) => {
    await lockAddress(tx, hash);
    const { actor, at } = act;
    const reason = wordsOf(act);
    const stood = await suppressionOf(tx, hash);
    if (!(await liftSuppression(tx, { addressHash: hash, reason, actor, at }, journal))) return;
    await recordEvent(tx, {
      at,
      actor,
      kind: 'subscriber.unsuppressed',
      level: 'info',
      subject: await subjectOf(tx, hash),
      message: `A suppression was lifted: ${reason}`,
    });
    return stood;
  });
}

/** What an event about an address is about, whether it has a destination or not. */
export async function subjectOf(db: Queryable, hash: Buffer): Promise<string> {
  const row = await destinationByAddress(db, 'email', hash);
  return `destination:${row?.id ?? destinationIdOf(hash)}`;
}

/** Why, as a sentence that may be kept for good. */
export function wordsOf({ reason }: Act): string {
  return closed(withoutAddresses(reason));
}
