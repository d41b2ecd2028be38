/** Addresses as SMTP takes them. */

import { domainToASCII } from 'node:url';

export interface SmtpAddress {
  /** With the domain in ASCII (punycode). */
  readonly address: string;
  /** Whether the local part is beyond ASCII, which only a server with SMTPUTF8 takes (RFC 6531). */
  readonly international: boolean;
}

/** Undefined for what is no address: without "@", with spaces, line breaks or control characters. */
export function smtpAddress(input: string): SmtpAddress | undefined {
  const at = input.lastIndexOf('@');
  const local = input.slice(0, at);
  const domain = domainToASCII(input.slice(at + 1));
  // What could end an SMTP command or a header, or be more than one address.
  const unsafe = /[\s\p{Cc}\u2028\u2029<>()[\]\\,;:"@]/u;
  if (at < 1 || unsafe.test(local) || Buffer.byteLength(local) > 64) return undefined;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domain) || domain.length > 253) return undefined;
  return { address: `${local}@${domain}`, international: /[^\p{ASCII}]/u.test(local) };
}
