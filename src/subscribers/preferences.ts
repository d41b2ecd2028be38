/** What readers change themselves, by the link in each mail. The link is the authority: it went to their mailbox. */

import { localDate, startOfDay } from '../editions/schedule.js';
import type {
  Cadence,
  DestinationId,
  Language,
  LocalDate,
  Program,
  ProgramId,
  Schedule,
} from '../model.js';
import type { Database, Queryable } from '../store/database.js';
import {
  type DestinationRow,
  destinationRow,
  isSuppressed,
  putLanguage,
  recordConsent,
} from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { changeSchedule, pauseUntil, replaceProfile } from '../store/profiles.js';
import { addressHashOf } from '../store/refusals.js';
import { evidenceOf } from './evidence.js';
import type { Journal } from './journal.js';
import type { Keys } from './keys.js';
import { readIdToken, unsubscribeToken } from './tokens.js';

const page = 'preferences page';

export interface PreferencesOptions {
  readonly database: Database;
  readonly keys: Keys;
  readonly programs: readonly Program[];
  readonly journal: Journal;
  readonly now: () => Date;
}

export interface Preferences {
  /** Enough of it to be known by its owner, and no more: the link may have been passed on. */
  readonly address: string;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  readonly schedule: Schedule;
  readonly language: Language;
  /** On the reader's own calendar: the day on which mail begins again; undefined where it goes on. */
  readonly pausedUntil: LocalDate | undefined;
  /** Leaves all that they read. */
  readonly unsubscribe: string;
}

export interface PreferencesChange {
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  readonly schedule: Schedule;
  readonly language: Language;
  readonly pausedUntil: LocalDate | undefined;
  /** What the page says of consent, word for word. */
  readonly text: string;
  /** The network it came from, shortened. */
  readonly network: string;
}

export function createPreferences({ database, keys, programs, journal, now }: PreferencesOptions) {
  /** Undefined for an unknown link, and for who left everything: only a new sign-up brings them back. */
  async function read(token: string): Promise<Preferences | undefined> {
    const row = await readerOf(database, token);
    return row && preferencesOf(row);
  }

  async function readerOf(db: Queryable, token: string) {
    const claim = readIdToken(keys, 'preferences', token);
    const row = claim && (await destinationRow(db, claim.id));
    const hash = row && (await addressHashOf(db, row.id));
    if (!row?.address || !hash || row.state !== 'active') return undefined;
    return (await isSuppressed(db, hash)) ? undefined : { ...row, address: row.address, hash };
  }

  function preferencesOf(row: DestinationRow & { address: string }): Preferences {
    const { id, profile, schedule, language, pausedUntil } = row;
    const paused = pausedUntil && pausedUntil > now();
    return {
      address: masked(row.address),
      profile,
      schedule,
      language,
      pausedUntil: paused ? localDate(pausedUntil, schedule.timezone) : undefined,
      unsubscribe: unsubscribeToken(keys, { destination: id, programs: Object.keys(profile) }),
    };
  }

  /** Makes everything as the reader wants it. Undefined as in `read`. */
  async function change(
    token: string,
    wanted: PreferencesChange,
  ): Promise<Preferences | undefined> {
    return database.transaction(async (tx) => {
      const before = await readerOf(tx, token);
      if (!before) return undefined;
      const { id } = before;
      const at = now();
      await changeSchedule(tx, id, wanted.schedule, at);
      await putLanguage(tx, id, wanted.language);
      const until = wanted.pausedUntil && startOfDay(wanted.pausedUntil, wanted.schedule.timezone);
      await pauseUntil(tx, id, until && until > at ? until : null);
      const known = Object.entries(wanted.profile).filter(([program]) =>
        programs.some((one) => one.id === program),
      );
      const profiles = known.map(([program, cadence]) => ({ programs: [program], cadence }));
      await replaceProfile(tx, id, profiles, at);
      const has = known.map(([program]) => program);
      const had = Object.keys(before.profile);
      await record(
        tx,
        id,
        'given',
        has.filter((program) => !had.includes(program)),
        wanted,
      );
      const left = had.filter((program) => !has.includes(program));
      await record(tx, id, 'withdrawn', left);
      await recordEvent(tx, {
        at,
        actor: 'reader',
        kind: 'subscriber.changed',
        level: 'info',
        subject: `destination:${id}`,
        message: `A reader changed what they get: ${JSON.stringify({ ...wanted, text: undefined, network: undefined })}.`,
      });
      if (left.length > 0) {
        await journal.write([
          {
            kind: 'left',
            at: at.toISOString(),
            channel: 'email',
            destination: id,
            address: before.hash.toString('hex'),
            programs: left,
            origin: page,
            actor: 'reader',
          },
        ]);
      }
      const after = await readerOf(tx, token);
      return after && preferencesOf(after);
    });
  }

  async function record(
    tx: Queryable,
    destinationId: DestinationId,
    act: 'given' | 'withdrawn',
    chosen: readonly ProgramId[],
    shown?: Pick<PreferencesChange, 'text' | 'network'>,
  ): Promise<void> {
    if (chosen.length === 0) return;
    await recordConsent(tx, {
      destinationId,
      at: now(),
      act,
      programs: chosen,
      origin: page,
      actor: 'reader',
      ...(shown && { evidence: evidenceOf({ ...shown, page }) }),
    });
  }

  return { read, change };
}

/** `d…@readers.example`. */
export function masked(address: string): string {
  const at = address.lastIndexOf('@');
  return `${[...address][0] ?? ''}…${address.slice(at)}`;
}
