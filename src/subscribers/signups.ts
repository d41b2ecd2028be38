/**
 * Double opt-in: whoever signs up is written to, and becomes a subscriber by confirming. Until then there
 * is no destination, and whether the address is known, suppressed or new makes no difference.
 */

import { randomUUID } from 'node:crypto';
import { programFace } from '../editions/alert.js';
import type {
  Cadence,
  Language,
  Newsroom,
  Program,
  ProgramFace,
  ProgramId,
  Schedule,
} from '../model.js';
import type { Database, Queryable } from '../store/database.js';
import { destinationByAddress, putDestination, recordConsent } from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { putLetter, wasWritten } from '../store/letters.js';
import type { Limit } from '../store/limits.js';
import { changeSchedule, pauseUntil, replaceProfile } from '../store/profiles.js';
import { endSignup, putSignup, type SignupRow, signupRow } from '../store/signups.js';
import { renderLetter } from '../templates/letters/index.js';
import { longDate } from '../templates/locale.js';
import { strings } from '../templates/strings/index.js';
import { addressKey, admitAddress, mailboxKey } from './address.js';
import { evidenceOf } from './evidence.js';
import { freshId, lockAddress } from './identity.js';
import type { Journal } from './journal.js';
import type { Keys } from './keys.js';
import { liftSuppression } from './suppressions.js';
import { formToken, idToken, readFormToken, readIdToken } from './tokens.js';

const day = 86_400_000;
/** Milliseconds that a person takes to fill in a form, at least. */
const soonest = 2_000;

export interface SignUpRequest {
  readonly address: string;
  readonly profile: Readonly<Record<ProgramId, Cadence>>;
  /** What is left out is as the config has it. */
  readonly schedule: Partial<Schedule>;
  readonly language: Language;
  /** Where it came from, such as `sign-up page`. */
  readonly page: string;
  /** The network it came from, shortened. */
  readonly network: string;
  /** What the reader agreed to, word for word. */
  readonly text: string;
}

export interface SignupsOptions {
  readonly database: Database;
  readonly keys: Keys;
  readonly newsroom: Newsroom;
  readonly programs: readonly Program[];
  /** When digests come to those who choose nothing else. */
  readonly schedule: Schedule;
  readonly unwantedDomains: readonly string[];
  /** Seconds for which the link to confirm is good. */
  readonly confirmWithin: number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly journal: Journal;
  /** How often a mailbox is written to. */
  readonly mailboxes: Limit;
  readonly now: () => Date;
}

/** What a link to confirm leads to. */
export type SignUpState =
  | { readonly state: 'over' }
  | {
      readonly state: 'waiting' | 'confirmed';
      readonly programs: readonly ProgramFace[];
      readonly language: Language;
      /** A token for the page on which it can be changed, once it is confirmed. */
      readonly preferences?: string;
    };

export function createSignups(options: SignupsOptions) {
  const { database, keys, newsroom, programs, journal, now } = options;
  const faces = (ids: readonly ProgramId[]) =>
    programs.filter(({ id }) => ids.includes(id)).map(({ id }) => programFace(id, programs));

  /**
   * Writes to an address that was signed up, once a day at most, and a few times to its mailbox. One at an
   * unwanted domain comes to nothing without a word.
   */
  async function ask(request: SignUpRequest): Promise<void> {
    const admitted = admitAddress(request.address, options.unwantedDomains);
    if ('reason' in admitted) return;
    const { address } = admitted;
    const addressHash = keys.addressHash('email', addressKey(address));
    // "+1", "+2" and so on are addresses of their own, and would be many letters in one mailbox.
    const mailbox = keys.addressHash('email', mailboxKey(address)).toString('hex').slice(0, 24);
    if (!(await options.mailboxes.allow(mailbox))) return;
    const at = now();
    await database.transaction(async (tx) => {
      await lockAddress(tx, addressHash);
      const since = new Date(at.getTime() - day);
      if (await wasWritten(tx, { addressHash, kind: 'confirm', since })) return;
      const expiresAt = new Date(at.getTime() + options.confirmWithin * 1000);
      const id = await putSignup(tx, {
        id: randomUUID(),
        address,
        addressHash,
        language: request.language,
        profile: request.profile,
        schedule: { ...options.schedule, ...request.schedule },
        evidence: evidenceOf(request),
        at,
        expiresAt,
      });
      const letter = { id: randomUUID(), at: at.toISOString(), ...render(id, request, expiresAt) };
      await putLetter(tx, { letter, kind: 'confirm', address, addressHash, expiresAt });
    });
  }

  function render(id: string, { language, profile }: SignUpRequest, expiresAt: Date) {
    const t = strings(language).letter.confirm;
    const view = {
      subject: t.subject(newsroom.name),
      intro: t.intro(newsroom.name),
      list: faces(Object.keys(profile)).map(({ name }) => name),
      button: t.button,
      url: `${options.publicUrl}/confirm/${idToken(keys, 'confirm', id)}`,
      aside: t.aside(longDate(expiresAt.toISOString(), language, newsroom.timezone)),
    };
    return renderLetter(view, newsroom, language);
  }

  /** What the link of a letter is about. Changes nothing. */
  async function read(token: string): Promise<SignUpState> {
    const claim = readIdToken(keys, 'confirm', token);
    const row = claim && (await signupRow(database, claim.id));
    return row ? stateOf(database, row) : { state: 'over' };
  }

  async function stateOf(db: Queryable, row: SignupRow): Promise<SignUpState> {
    const about = { programs: faces(Object.keys(row.profile)), language: row.language };
    if (row.confirmedAt) {
      const found = await destinationByAddress(db, 'email', row.addressHash);
      return {
        state: 'confirmed',
        ...about,
        ...(found && { preferences: idToken(keys, 'preferences', found.id) }),
      };
    }
    return row.address && row.expiresAt > now()
      ? { state: 'waiting', ...about }
      : { state: 'over' };
  }

  /** Makes a subscriber of who signed up. Doing it again changes nothing and answers the same. */
  async function confirm(token: string, network: string): Promise<SignUpState> {
    const claim = readIdToken(keys, 'confirm', token);
    if (!claim) return { state: 'over' };
    return database.transaction(async (tx) => {
      const before = await signupRow(tx, claim.id);
      if (before) await lockAddress(tx, before.addressHash);
      const row = await signupRow(tx, claim.id);
      if (!row) return { state: 'over' };
      const found = await stateOf(tx, row);
      if (found.state !== 'waiting' || !row.address) return found;
      await bringIn(tx, { ...row, address: row.address }, network);
      const settled = await signupRow(tx, claim.id);
      return settled ? stateOf(tx, settled) : { state: 'over' };
    });
  }

  async function bringIn(
    tx: Queryable,
    signup: SignupRow & { address: string },
    network: string,
  ): Promise<void> {
    const { address, addressHash, language, schedule, profile } = signup;
    const at = now();
    const before = await destinationByAddress(tx, 'email', addressHash);
    const { id } = await putDestination(
      tx,
      {
        id: before?.id ?? (await freshId(tx, addressHash)),
        channel: 'email',
        address,
        addressHash,
        language,
        schedule,
      },
      at,
    );
    await changeSchedule(tx, id, schedule, at);
    // The page says that mail comes now.
    await pauseUntil(tx, id, null);
    // Programs that the config no longer has are not chosen any more.
    const chosen = { ...before?.profile, ...profile };
    const known = Object.entries(chosen).filter(([id]) => programs.some((one) => one.id === id));
    const profiles = known.map(([id, cadence]) => ({ programs: [id], cadence }));
    await replaceProfile(tx, id, profiles, at);
    await recordConsent(tx, {
      destinationId: id,
      at,
      act: 'given',
      programs: Object.keys(profile),
      origin: signup.evidence.page,
      actor: 'reader',
      evidence: {
        ...signup.evidence,
        signedUpAt: signup.at.toISOString(),
        confirmedFrom: network,
      },
    });
    await recordEvent(tx, {
      at,
      actor: 'reader',
      kind: 'subscriber.confirmed',
      level: 'info',
      subject: `destination:${id}`,
      message: `A reader confirmed a sign-up for ${Object.keys(profile).join(', ')}.`,
    });
    await endSignup(tx, signup.id, at);
    const reason = 'The reader signed up again and confirmed it.';
    await liftSuppression(tx, { addressHash, reason, actor: 'reader', at }, journal);
  }

  return {
    ask,
    read,
    confirm,
    /** What a form carries to say when it was made. */
    startForm: () => formToken(keys, now()),
    /** Whether a form that comes back was open for as long as a person takes, and not for days. */
    isInTime(token: string): boolean {
      const open = now().getTime() - (readFormToken(keys, token)?.getTime() ?? Number.NaN);
      return open >= soonest && open <= day;
    },
  };
}
