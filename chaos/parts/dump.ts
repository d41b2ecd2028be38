/** One file that smtp-sink wrote: lines of its own about the envelope, then the message. */

import { createHash } from 'node:crypto';

export interface Dump {
  /** With the angle brackets; empty where the message has none. */
  readonly messageId: string;
  /** From the envelope. */
  readonly recipient: string;
  /** Of the message as it came, without the sink's own lines. */
  readonly hash: string;
  /** Whether the connection was dropped instead of an answer. */
  readonly dropped: boolean;
}

/** The sink's last own line tells its id and the time, and ends the `Received` field. */
const endOfOwn = /^Received:.*\n(?:[ \t].*\n)*/m;

export function parseDump(file: Buffer): Omit<Dump, 'dropped'> {
  const text = file.toString('latin1');
  const own = endOfOwn.exec(text);
  const message = own ? text.slice(own.index + own[0].length) : text;
  const envelope = own ? text.slice(0, own.index) : '';
  const head = message.slice(0, message.search(/\r?\n\r?\n/));
  return {
    recipient: /^X-Rcpt-Args: <([^>]*)>/m.exec(envelope)?.[1] ?? '',
    messageId: /^Message-ID:\s*(<[^>]*>)/im.exec(head)?.[1] ?? '',
    hash: createHash('sha256').update(message, 'latin1').digest('hex'),
  };
}
