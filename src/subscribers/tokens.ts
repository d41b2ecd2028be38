/**
 * What links and return paths carry: who and what for, under an HMAC of the purpose's own key. An
 * unsubscribe token never expires.
 */

import { timingSafeEqual } from 'node:crypto';
import type { DestinationId, EditionId, ProgramId } from '../model.js';
import type { Keys, Purpose } from './keys.js';

/** Named in every token, so that keys can be rotated with overlap. */
const keyId = '1';

export interface UnsubscribeClaim {
  readonly destination: DestinationId;
  /** The programs that the mail was about. */
  readonly programs: readonly ProgramId[];
}

/** `<key id>.<destination>.<programs>.<mac>`, safe in a URL. */
export function unsubscribeToken(keys: Keys, claim: UnsubscribeClaim): string {
  const body = [
    keyId,
    uuidBytes(claim.destination).toString('base64url'),
    claim.programs.join('~'),
  ].join('.');
  return `${body}.${sign(keys, 'unsubscribe', body)}`;
}

/** Undefined where the token is not one of ours. */
export function readUnsubscribeToken(keys: Keys, token: string): UnsubscribeClaim | undefined {
  const parts = token.split('.');
  const [key, destination, programs, mac] = parts;
  if (parts.length !== 4 || key !== keyId || !destination || !mac) return undefined;
  const expected = sign(keys, 'unsubscribe', parts.slice(0, 3).join('.'));
  if (!equal(mac, expected)) return undefined;
  return {
    destination: uuidText(Buffer.from(destination, 'base64url')),
    programs: (programs ?? '').split('~').filter(Boolean),
  };
}

/**
 * The local part of a delivery's return path (VERP), at most 64 octets and the same in any case:
 * `bounce+<destination>.<start of the edition>.<mac>`.
 */
export function returnPath(
  keys: Keys,
  delivery: { readonly editionId: EditionId; readonly destination: { readonly id: DestinationId } },
): string {
  const destination = delivery.destination.id.replaceAll('-', '');
  const edition = delivery.editionId.slice(0, 8);
  const body = `${destination}.${edition}`;
  return `bounce+${body}.${keys.mac('return-path', body).toString('hex').slice(0, 12)}`;
}

function sign(keys: Keys, purpose: Purpose, body: string): string {
  return keys.mac(purpose, body).subarray(0, 16).toString('base64url');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A subscriber's id: the start of the keyed hash of their address, as a UUID of version 8 (RFC 9562). */
export function destinationIdOf(addressHash: Buffer): DestinationId {
  const bytes = Buffer.from(addressHash.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidText(bytes);
}

const uuidBytes = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
