/** Subscribers: how they come in with their consent, and how they leave. */

import { programFace } from '../editions/alert.js';
import type { Cadence, ProgramId, Schedule } from '../model.js';
import {
  type DestinationRow,
  destinationByAddress,
  destinationRow,
  recordConsent,
  suppress,
} from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { changeSchedule, leavePrograms, replaceProfile } from '../store/profiles.js';
import { addressHashOf } from '../store/refusals.js';
import { clip, oneLine } from '../templates/plain.js';
import { type AddBatch, type AddResult, type AddTools, adding, type NewSubscriber } from './add.js';
import { addressKey, normaliseAddress } from './address.js';
import type { Journal, JournalEntry } from './journal.js';
import { readUnsubscribeToken } from './tokens.js';

export type { AddResult, NewSubscriber };

export interface SubscribersOptions extends AddTools {
  /** Where leavings are kept outside the database; nowhere where it is not given. */
  readonly journal?: Journal;
}

/** What changes of a profile; what is left out stays. */
export interface ProfileChange {
  /** Of these programs, or of all that the reader has where none is named. */
  readonly cadence?: { readonly cadence: Cadence; readonly of: readonly ProgramId[] };
  readonly schedule?: Partial<Schedule>;
}

export type Subscribers = ReturnType<typeof createSubscribers>;

export function createSubscribers(options: SubscribersOptions) {
  const { database, keys, programs, now, journal } = options;

  /**
   * Adds a confirmed subscriber. One who is known keeps the programs and cadences chosen before, and
   * gets those that are new to them, but for programs they once left. A suppressed address stays out.
   */
  async function add(subscriber: NewSubscriber, actor: string): Promise<AddResult> {
    const [result] = await adding(options, { actor }, (addBatch) => addBatch([subscriber]));
    return result as AddResult;
  }

  /** Hands `work` a function that adds a batch. Dry, it only tells what would become of them. */
  function addMany<Result>(
    how: { readonly actor: string; readonly dryRun: boolean },
    work: (add: AddBatch) => Promise<Result>,
  ): Promise<Result> {
    return adding(options, how, work);
  }

  /**
   * Changes when, or how often, a reader gets what they read. Undefined for an address that is not
   * known; a program that the reader does not have throws.
   */
  async function change(
    address: string,
    { cadence, schedule: times }: ProfileChange,
    actor: string,
  ) {
    const normal = normaliseAddress(address);
    if (!normal) return undefined;
    const addressHash = keys.addressHash('email', addressKey(normal));
    return database.transaction(async (tx) => {
      const row = await destinationByAddress(tx, 'email', addressHash);
      if (!row) return undefined;
      const has = Object.keys(row.profile);
      const lacking = cadence?.of.find((id) => !has.includes(id));
      if (lacking) throw new Error(`The subscriber does not read the program "${lacking}".`);
      if (times) await changeSchedule(tx, row.id, { ...row.schedule, ...times }, now());
      if (cadence) {
        const changed = cadence.of.length > 0 ? cadence.of : has;
        const profiles = has.map((id) => ({
          programs: [id],
          cadence: changed.includes(id) ? cadence.cadence : (row.profile[id] as Cadence),
        }));
        await replaceProfile(tx, row.id, profiles, now());
      }
      await recordEvent(tx, {
        at: now(),
        actor,
        kind: 'subscriber.changed',
        level: 'info',
        subject: `destination:${row.id}`,
        message: `The profile of a subscriber was changed: ${JSON.stringify({ ...cadence, ...times })}.`,
      });
      return destinationRow(tx, row.id);
    });
  }

  /** What the reader says of it, without any address. */
  const wordsOf = (why: string) => {
    const said = clip(oneLine(why), 300).replace(/\S+@\S+/g, '…');
    return said && ` They say: ${said}`;
  };

  const face = (id: ProgramId) => programFace(id, programs);

  /** The reader's; undefined where they are not known, or forgotten. */
  const languageOf = (row: DestinationRow | undefined) => (row?.address ? row.language : undefined);

  /** What an unsubscribe link is about, and whether any of it is still read. Changes nothing. */
  async function readLink(token: string) {
    const claim = readUnsubscribeToken(keys, token);
    if (!claim) return undefined;
    const row = await destinationRow(database, claim.destination);
    return {
      programs: claim.programs.map(face),
      // A ledger restored from before they came does not know, and they can leave all the same.
      reads: !row || claim.programs.some((id) => row.profile[id]),
      language: languageOf(row),
    };
  }

  /**
   * Takes the reader out of the programs that the link is about, or out of all, which also suppresses
   * the address. Doing it again changes nothing. Undefined where the token is not one of ours. `origin` is
   * what its token came by, and `why` what the reader says of it.
   */
  async function leave(
    token: string,
    scope: 'programs' | 'all',
    { origin = 'unsubscribe link', why = '' }: { origin?: string; why?: string } = {},
  ) {
    const claim = readUnsubscribeToken(keys, token);
    if (!claim) return undefined;
    await database.transaction(async (tx) => {
      const id = claim.destination;
      const at = now();
      const left = await leavePrograms(tx, id, scope === 'all' ? 'all' : claim.programs);
      const row = await destinationRow(tx, id);
      const hash = await addressHashOf(tx, id);
      const leaving = { kind: 'left', channel: 'email', destination: id, origin } as const;
      if (!row || !hash) {
        // A ledger restored from before they came: they stay out when they are imported again.
        const all = scope === 'all' ? programs.map((program) => program.id) : claim.programs;
        const by = { at: at.toISOString(), address: null, actor: 'reader' };
        await journal?.write([{ ...leaving, ...by, programs: all }]);
        return;
      }
      const entries: JournalEntry[] = [];
      const by = {
        at: at.toISOString(),
        address: hash.toString('hex'),
        actor: 'reader',
      };
      if (scope === 'all') {
        const reason = 'The reader unsubscribed from everything.';
        const fresh = await suppress(tx, hash, reason, 'reader', at);
        if (fresh) entries.push({ kind: 'suppressed', reason, ...by });
      }
      if (left.length > 0) {
        await recordConsent(tx, {
          destinationId: id,
          at,
          act: 'withdrawn',
          programs: left,
          origin,
          actor: 'reader',
        });
        await recordEvent(tx, {
          at,
          actor: 'reader',
          kind: 'subscriber.left',
          level: 'info',
          subject: `destination:${id}`,
          message: `A reader left ${left.join(', ')} through the ${origin}.${wordsOf(why)}`,
        });
        entries.push({ ...leaving, programs: left, ...by });
      }
      // Before the commit: it is what the reader wants, even where that should fail.
      await journal?.write(entries);
    });
    const row = await destinationRow(database, claim.destination);
    return {
      programs: claim.programs.map(face),
      remaining: Object.keys(row?.profile ?? {}).map(face),
      language: languageOf(row),
    };
  }

  return { add, addMany, change, readLink, leave };
}
