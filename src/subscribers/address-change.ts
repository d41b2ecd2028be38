/**
 * A reader takes their subscription to another address. Both ends are written to and have to confirm: the
 * old one, so that nobody takes it away from its reader, and the new one, so that nobody gives it to others.
 */

import { randomUUID } from 'node:crypto';
import type { Language, Newsroom } from '../model.js';
import {
  type AddressChange,
  type AddressChangeRow,
  addressChange,
  applyAddressChange,
  confirmEnd,
  type End,
  lastChangeAsked,
  putAddressChange,
} from '../store/address-changes.js';
import type { Database, Queryable } from '../store/database.js';
import {
  destinationByAddress,
  destinationRow,
  isSuppressed,
  recordConsent,
} from '../store/destinations.js';
import { recordEvent } from '../store/events.js';
import { putLetter, wasWritten } from '../store/letters.js';
import { addressHashOf } from '../store/refusals.js';
import { renderLetter } from '../templates/letters/index.js';
import { longDate } from '../templates/locale.js';
import { strings } from '../templates/strings/index.js';
import { addressKey, admitAddress } from './address.js';
import { lockAddress } from './identity.js';
import type { Journal } from './journal.js';
import type { Keys } from './keys.js';
import { masked } from './preferences.js';
import { liftSuppression } from './suppressions.js';
import { idToken, readIdToken } from './tokens.js';

const day = 86_400_000;

export interface AddressChangeOptions {
  readonly database: Database;
  readonly keys: Keys;
  readonly newsroom: Newsroom;
  readonly unwantedDomains: readonly string[];
  /** Seconds for which the links to confirm are good. */
  readonly confirmWithin: number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly journal: Journal;
  readonly now: () => Date;
}

/** What the link of a letter about a change leads to. */
export type ChangeState =
  | { readonly state: 'over' }
  | {
      /** `half`: this end has confirmed, and the other has not. */
      readonly state: 'waiting' | 'half' | 'done';
      /** The new address, as far as it is shown. */
      readonly address: string;
      readonly language: Language;
    };

export function createAddressChanges(options: AddressChangeOptions) {
  const { database, keys, newsroom, journal, now } = options;

  /** Writes to both ends, once a day at most. Says nothing of what comes of it, as with a sign-up. */
  async function ask(token: string, wanted: string): Promise<void> {
    const claim = readIdToken(keys, 'preferences', token);
    const admitted = admitAddress(wanted, options.unwantedDomains);
    if (!claim || 'reason' in admitted) return;
    const addressHash = keys.addressHash('email', addressKey(admitted.address));
    const at = now();
    await database.transaction(async (tx) => {
      await lockAddress(tx, addressHash);
      const reader = await destinationRow(tx, claim.id);
      const oldHash = await addressHashOf(tx, claim.id);
      if (!reader?.address || !oldHash || oldHash.equals(addressHash)) return;
      if (reader.state !== 'active' || (await isSuppressed(tx, oldHash))) return;
      const since = new Date(at.getTime() - day);
      const last = await lastChangeAsked(tx, claim.id);
      if (last && last > since) return;
      if (await wasWritten(tx, { addressHash, kind: 'change', since })) return;
      const change: AddressChange = {
        id: randomUUID(),
        destinationId: claim.id,
        address: admitted.address,
        addressHash,
        at,
        expiresAt: new Date(at.getTime() + options.confirmWithin * 1000),
      };
      await putAddressChange(tx, change);
      const ends = [
        { end: 'old', address: reader.address, addressHash: oldHash },
        { end: 'new', address: change.address, addressHash },
      ] as const;
      for (const { end, ...to } of ends) {
        const letter = {
          id: randomUUID(),
          at: at.toISOString(),
          ...render(change, end, reader.language),
        };
        await putLetter(tx, { letter, kind: 'change', ...to, expiresAt: change.expiresAt });
      }
    });
  }

  function render({ id, address, expiresAt }: AddressChange, end: End, language: Language) {
    const t = strings(language).letter.change;
    const view = {
      subject: t.subject(newsroom.name),
      intro: end === 'old' ? t.old(newsroom.name, masked(address)) : t.new(newsroom.name),
      list: [],
      button: t.button,
      url: `${options.publicUrl}/change/${idToken(keys, 'change-address', id, end)}`,
      aside: t.aside(longDate(expiresAt.toISOString(), language, newsroom.timezone)),
    };
    return renderLetter(view, newsroom, language);
  }

  /** Changes nothing. */
  async function read(token: string): Promise<ChangeState> {
    const claim = readIdToken(keys, 'change-address', token);
    const row = claim && (await addressChange(database, claim.id));
    return claim && row ? stateOf(database, row, claim.note as End) : { state: 'over' };
  }

  async function stateOf(db: Queryable, row: AddressChangeRow, end: End): Promise<ChangeState> {
    const reader = await destinationRow(db, row.destinationId);
    const about = { address: masked(row.address), language: reader?.language ?? newsroom.language };
    if (row.doneAt) return { state: 'done', ...about };
    if (!reader || row.expiresAt <= now()) return { state: 'over' };
    const confirmed = end === 'old' ? row.oldConfirmedAt : row.newConfirmedAt;
    return { state: confirmed ? 'half' : 'waiting', ...about };
  }

  /** Confirms one end; the second one changes the address. Doing it again changes nothing. */
  async function confirm(token: string): Promise<ChangeState> {
    const claim = readIdToken(keys, 'change-address', token);
    if (!claim) return { state: 'over' };
    const end = claim.note as End;
    return database.transaction(async (tx) => {
      const found = await addressChange(tx, claim.id);
      if (found) await lockAddress(tx, found.addressHash);
      const row = await addressChange(tx, claim.id);
      if (!row) return { state: 'over' };
      const before = await stateOf(tx, row, end);
      if (before.state !== 'waiting') return before;
      await confirmEnd(tx, row.id, end, now());
      const other = end === 'old' ? row.newConfirmedAt : row.oldConfirmedAt;
      if (other && !(await apply(tx, row))) return { state: 'over' };
      const after = await addressChange(tx, claim.id);
      return after ? stateOf(tx, after, end) : { state: 'over' };
    });
  }

  /** False where the new address is a subscriber's already: they have what they want there. */
  async function apply(tx: Queryable, change: AddressChangeRow): Promise<boolean> {
    const at = now();
    const { destinationId, addressHash } = change;
    if (await destinationByAddress(tx, 'email', addressHash)) return false;
    const oldHash = await addressHashOf(tx, destinationId);
    if (!oldHash || (await isSuppressed(tx, oldHash))) return false;
    await applyAddressChange(tx, change, at);
    const reader = await destinationRow(tx, destinationId);
    await recordConsent(tx, {
      destinationId,
      at,
      act: 'given',
      programs: Object.keys(reader?.profile ?? {}),
      origin: 'change of address',
      actor: 'reader',
    });
    await recordEvent(tx, {
      at,
      actor: 'reader',
      kind: 'subscriber.moved',
      level: 'info',
      subject: `destination:${destinationId}`,
      message: 'A reader changed their address, and both the old and the new one confirmed it.',
    });
    const reason = 'Its owner took a subscription there, and confirmed it.';
    await liftSuppression(tx, { addressHash, reason, actor: 'reader', at }, journal);
    return true;
  }

  return { ask, read, confirm };
}
