/**
 * Makes DKIM signatures (RFC 6376). nodemailer's signer reads the message as a stream and signs on the
 * main thread; with a message at hand and the key already read, a signature costs a third of that, and
 * most of it in a thread of its own.
 */

import { createHash, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

export interface SignatureOptions {
  /** The signing domain (d=), in ASCII. */
  readonly domain: string;
  readonly selector: string;
  /** A private RSA key. */
  readonly key: KeyObject;
  /** The header fields to sign, in lower case; those that the message lacks are left out. */
  readonly fields: readonly string[];
  /** Those of which a message has only one: the signature does not hold where another is added. */
  readonly once: readonly string[];
}

const signed = promisify(sign);

/**
 * The DKIM-Signature field of a message, to be put on top of it, with its CRLF: rsa-sha256, the header
 * relaxed and the body simple, as encoded bodies have no white space that would change on the way. The
 * same message gives the same signature.
 * @param message RFC 5322, lines ending in CRLF
 */
export async function dkimSignature(message: Buffer, options: SignatureOptions): Promise<Buffer> {
  const headerEnd = message.indexOf('\r\n\r\n');
  const fields = fieldsOf(message.toString('latin1', 0, headerEnd));
  const present = options.fields.filter((name) => fields.has(name));
  // A field that is named once more than it is there is covered as missing (section 8.15).
  const covered = [...present, ...options.once];
  const body = simple(message.subarray(headerEnd + 4));
  const bodyHash = createHash('sha256').update(body).update('\r\n');
  const value = [
    'v=1; a=rsa-sha256; c=relaxed/simple;',
    ` d=${options.domain}; s=${options.selector};`,
    ` bh=${bodyHash.digest('base64')};`,
    ` h=${fold(covered.join(':'), /.{1,70}(?::|$)/g)};`,
    ' b=',
  ].join('\r\n');
  const canonical = [
    ...present.map((name) => relaxed(name, fields.get(name) ?? '')),
    relaxed('dkim-signature', value),
  ].join('\r\n');
  const signature = await signed('sha256', Buffer.from(canonical, 'latin1'), options.key);
  const lines = fold(signature.toString('base64'), /.{1,72}/g);
  return Buffer.from(`DKIM-Signature: ${value}${lines}\r\n`, 'latin1');
}

/** The last field of each name is the one that a verifier takes first (section 5.4.2). */
function fieldsOf(header: string): Map<string, string> {
  return new Map(
    header.split(/\r\n(?![ \t])/).map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).trimEnd().toLowerCase(), field.slice(colon + 1)];
    }),
  );
}

/** Section 3.4.2. */
function relaxed(name: string, value: string): string {
  const unfolded = value.replace(/\r\n(?=[ \t])/g, '').replace(/[ \t]+/g, ' ');
  // Not trim(), which takes octets of UTF-8 for blanks.
  return `${name}:${unfolded.replace(/^ | $/g, '')}`;
}

/** Section 3.4.3: without the empty lines at the end, and without the line break that has to come last. */
function simple(body: Buffer): Buffer {
  let end = body.length;
  while (body[end - 1] === 10 && body[end - 2] === 13) end -= 2;
  return body.subarray(0, end);
}

/** White space may stand in these values, and is no part of them. */
function fold(value: string, pieces: RegExp): string {
  return (value.match(pieces) ?? []).join('\r\n  ');
}
