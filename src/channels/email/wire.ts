/**
 * Messages as they go over the wire: a line that begins with a dot has another one before it, so that none is
 * taken for the end, and then comes the dot that ends it (RFC 5321, 4.5.2).
 */

import type { Envelope, Message } from './message.js';

/** What a mail transaction brings to a server. */
export interface Mail {
  readonly envelope: Envelope;
  /** How long the message is without what the wire adds, as a server is told (RFC 1870). */
  readonly octets: number;
  /** The message on the wire, in pieces. */
  readonly wire: readonly Buffer[];
}

const dot = Buffer.from('.');

export function mailOf({ envelope, raw }: Pick<Message, 'envelope' | 'raw'>): Mail {
  return { envelope, octets: raw.length, wire: [toWire(raw)] };
}

export function toWire(raw: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const at of dottedLines(raw)) {
    pieces.push(raw.subarray(from, at), dot);
    from = at;
  }
  const end = raw.subarray(-2).equals(Buffer.from('\r\n')) ? '.\r\n' : '\r\n.\r\n';
  return Buffer.concat([...pieces, raw.subarray(from), Buffer.from(end)]);
}

/** The message as it was; with a line break at its end in any case. */
export function fromWire(wire: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(wire);
  let length = 0;
  let from = 0;
  // The last one is the dot that ends it.
  for (const at of dottedLines(whole)) {
    whole.copyWithin(length, from, at);
    length += at - from;
    from = at + 1;
  }
  return whole.subarray(0, length);
}

/** Where lines begin with a dot. */
export function dottedLines(octets: Buffer): number[] {
  const found = octets[0] === dot[0] ? [0] : [];
  for (let at = octets.indexOf('\r\n.'); at !== -1; at = octets.indexOf('\r\n.', at + 3))
    found.push(at + 2);
  return found;
}
