/**
 * What links and return paths carry: who and what for, under an HMAC of the purpose's own key. An
 * unsubscribe token never expires; what others are for decides how long they are good.
 */

import { timingSafeEqual } from 'node:crypto';
import type { DestinationId, EditionId, ProgramId } from '../model.js';
import type { Keys, Purpose } from './keys.js';

export interface UnsubscribeClaim {
  readonly destination: DestinationId;
  /** The programs that the mail was about. */
  readonly programs: readonly ProgramId[];
}

/** `<key id>.<destination>.<programs>.<mac>`, safe in a URL. */
export function unsubscribeToken(keys: Keys, claim: UnsubscribeClaim): string {
  return signed(keys, 'unsubscribe', [uuid64(claim.destination), claim.programs.join('~')]);
}

/** Undefined where the token is not one of ours. */
export function readUnsubscribeToken(keys: Keys, token: string): UnsubscribeClaim | undefined {
  const parts = verified(keys, 'unsubscribe', token);
  if (parts?.length !== 2) return undefined;
  const [destination = '', programs = ''] = parts;
  return {
    destination: uuidOf(destination),
    programs: programs.split('~').filter(Boolean),
  };
}

/** What a token of these purposes is about has an id: a destination, a sign-up, a change of address. */
export type IdPurpose = Extract<Purpose, 'preferences' | 'confirm' | 'change-address'>;

/** `<key id>.<id>.<note>.<mac>`. `note` is a word of the purpose's own, such as the end of a change. */
export function idToken(keys: Keys, purpose: IdPurpose, id: string, note = ''): string {
  return signed(keys, purpose, [uuid64(id), note]);
}

/** Undefined where the token is not one of ours, or is of another purpose. */
export function readIdToken(
  keys: Keys,
  purpose: IdPurpose,
  token: string,
): { readonly id: string; readonly note: string } | undefined {
  const parts = verified(keys, purpose, token);
  if (parts?.length !== 2) return undefined;
  const [id = '', note = ''] = parts;
  return { id: uuidOf(id), note };
}

/** When a form was made, so that one that comes back too soon or too late is known. */
export function formToken(keys: Keys, at: Date): string {
  return signed(keys, 'form', [at.getTime().toString(36)]);
}

/** Undefined where the form is none of ours. */
export function readFormToken(keys: Keys, token: string): Date | undefined {
  const parts = verified(keys, 'form', token);
  return parts?.length === 1 ? new Date(Number.parseInt(parts[0] ?? '', 36)) : undefined;
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
  return `bounce+${body}.${pathMac(keys.mac('return-path', body))}`;
}

/** Whose mail a return path is of. */
export interface ReturnPathClaim {
  readonly destination: DestinationId;
  /** The first eight digits of the edition's id. */
  readonly edition: string;
}

/** Reads the local part of a return path, in any case. Undefined where it is not one of ours. */
export function readReturnPath(keys: Keys, local: string): ReturnPathClaim | undefined {
  const parts = /^bounce\+([0-9a-f]{32})\.([0-9a-f]{8})\.([0-9a-f]{12})$/.exec(local.toLowerCase());
  const [, id, edition, mac] = parts ?? [];
  if (!id || !edition || !mac) return undefined;
  const macs = keys.macs('return-path', `${id}.${edition}`).map(pathMac);
  if (!macs.some((expected) => equal(mac, expected))) return undefined;
  return { destination: uuidText(Buffer.from(id, 'hex')), edition };
}

const pathMac = (mac: Buffer) => mac.toString('hex').slice(0, 12);

/** What a hub signs its pushes of a subscription with: the newest is the one it is given. */
export function hubSecrets(keys: Pick<Keys, 'macs'>, subscription: string): string[] {
  return keys.macs('hub', subscription).map((mac) => mac.toString('base64url'));
}

/** `<key id>.<part>…<part>.<mac>`: the key is named, so that it can be rotated with overlap. */
function signed(keys: Keys, purpose: Purpose, parts: readonly string[]): string {
  const body = [keys.keyId, ...parts].join('.');
  return `${body}.${short(keys.mac(purpose, body))}`;
}

function verified(keys: Keys, purpose: Purpose, token: string): string[] | undefined {
  const parts = token.split('.');
  const mac = parts.pop() ?? '';
  const expected = keys.macUnder(parts[0] ?? '', purpose, parts.join('.'));
  return expected && equal(mac, short(expected)) ? parts.slice(1) : undefined;
}

const short = (mac: Buffer) => mac.subarray(0, 16).toString('base64url');

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

const uuid64 = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
const uuidOf = (base64url: string) => uuidText(Buffer.from(base64url, 'base64url'));

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
