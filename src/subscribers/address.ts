/** E-mail addresses: one form per mailbox, so that the same reader is never two. */

import { domainToASCII } from 'node:url';

/**
 * The form an address is stored and hashed in: trimmed, the domain in lower case and punycode. The
 * local part is its host's own affair (RFC 5321, 2.4) and stays, but for its case when comparing:
 * see `addressKey`. Undefined where it is no address.
 */
export function normaliseAddress(input: string): string | undefined {
  const address = input.trim();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  // What could end a command or a header, be more than one address, or look like another one; and what
  // a text that was read in a wrong encoding holds.
  const unsafe = /[\s\p{Cc}\p{Cf}\ufffd<>()[\]\\,;:"@]/u;
  if (at < 1 || Buffer.byteLength(local) > 64 || unsafe.test(local)) return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  const domain = domainToASCII(address.slice(at + 1).toLowerCase());
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  if (!new RegExp(`^(${label}\\.)+${label}$`).test(domain) || domain.length > 253) return undefined;
  if (/\.[0-9]+$/.test(domain)) return undefined;
  return `${local}@${domain}`;
}

/** What two spellings of one mailbox have in common. In practice no host tells cases apart. */
export function addressKey(address: string): string {
  return address.normalize('NFC').toLowerCase();
}

/** What the addresses of one mailbox have in common where a "+" and a tag may follow its name, as with most hosts. */
export function mailboxKey(address: string): string {
  return addressKey(address).replace(/^([^+]+)\+.*@/, '$1@');
}

/**
 * An address that somebody wants to be subscribed with: its normal form, or a full sentence that says
 * why it is not taken. `unwanted` are domains in ASCII and lower case; those below them are unwanted too.
 */
export function admitAddress(
  input: string,
  unwanted: readonly string[],
): { readonly address: string } | { readonly reason: string } {
  const address = normaliseAddress(input);
  if (!address) return { reason: 'This is not an e-mail address.' };
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const refused = unwanted.find((one) => domain === one || domain.endsWith(`.${one}`));
  return refused ? { reason: `Addresses at ${refused} are not taken.` } : { address };
}

/** A text without anything that looks like an address: for what staff or mail servers wrote, where it is kept. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '…');
}
