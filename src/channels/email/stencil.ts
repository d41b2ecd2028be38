/**
 * A message of an edition with holes where it is a reader's own. Composing takes more than a
 * millisecond, and the copies of an edition differ in a few short values: so it is composed in full for
 * the first readers, and from then on a reader's values are written into copies of the octets around them.
 */

import { foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import { type MessageOptions, recipient } from './message.js';
import { dottedLines, type Mail, toWire } from './wire.js';

/** Where a value stands in the message. */
interface Hole {
  /** Which of `valuesOf` it is. */
  readonly value: number;
  /** Where each octet of it goes, or each character of its base64; undefined for what is the same in all. */
  readonly offsets: readonly (number | undefined)[];
  /** In base64: the octets that share its first and its last characters. */
  readonly base64?: { readonly before: Buffer; readonly after: Buffer };
}

/** Some of the octets of a message, and what differs in them. */
interface Stretch {
  readonly octets: Buffer;
  readonly holes: readonly Hole[];
}

/** Writes the mail of one more reader, whose values (`valuesOf`) have the same shape. */
export type Stencil = (
  options: MessageOptions,
  values: readonly string[],
) => Omit<Mail, 'envelope'>;

/**
 * Octets between two holes that are not copied for each reader, but shared by all of them. To write one
 * piece more takes as long as to copy some thousand octets.
 */
const sharedFrom = 2048;

/** Makes a stencil of a message that was composed in full; undefined where its recipient is not found in it. */
export function createStencil(
  options: MessageOptions,
  raw: Buffer,
  values: readonly string[],
): Stencil | undefined {
  const recipient = toHeader(options);
  const toAt = raw.indexOf(`\r\n${recipient}\r\n`, 0, 'latin1') + 2;
  if (toAt < 2) return undefined;
  // A dot that the wire adds moves all that comes after it.
  const dots = dottedLines(raw);
  const onWire = (at: number | undefined) =>
    at === undefined ? at : at + dots.filter((dot) => dot <= at).length;
  const holes = regionsOf(raw)
    .flatMap((region) => holesIn(region, values))
    .map((hole) => ({ ...hole, offsets: hole.offsets.map(onWire) }));
  const wire = toWire(raw);
  const before = stretches(wire, 0, toAt, holes);
  const after = stretches(wire, toAt + recipient.length, wire.length, holes);

  return (next, filled) => {
    const own = filled.map((value) => Buffer.from(value, 'latin1'));
    const to = Buffer.from(toHeader(next), 'latin1');
    const write = (stretch: Stretch) => written(stretch, own);
    return {
      octets: raw.length - recipient.length + to.length,
      wire: [...before.map(write), to, ...after.map(write)],
    };
  };
}

/** Cuts octets into stretches: short ones with holes, and the long ones between them, which have none. */
function stretches(wire: Buffer, start: number, end: number, holes: readonly Hole[]): Stretch[] {
  const within = holes
    .map((hole) => {
      const places = hole.offsets.filter((offset) => offset !== undefined);
      return { hole, first: Math.min(...places), last: Math.max(...places) };
    })
    .filter(({ first, last }) => first >= start && last < end)
    .sort((a, b) => a.first - b.first);
  const found: Stretch[] = [];
  let from = start;
  const cut = (at: number, own: readonly Hole[] = []) => {
    const moved = own.map((hole) => ({
      ...hole,
      offsets: hole.offsets.map((offset) => (offset === undefined ? offset : offset - from)),
    }));
    if (at > from) found.push({ octets: wire.subarray(from, at), holes: moved });
    from = at;
  };
  let own: Hole[] = [];
  let reach = start;
  for (const { hole, first, last } of within) {
    if (first - reach >= sharedFrom) {
      cut(reach, own);
      cut(first);
      own = [];
    }
    own.push(hole);
    reach = Math.max(reach, last + 1);
  }
  cut(reach, own);
  cut(end);
  return found;
}

function written({ octets, holes }: Stretch, values: readonly Buffer[]): Buffer {
  if (holes.length === 0) return octets;
  const copy = Buffer.from(octets);
  for (const { value, offsets, base64 } of holes) {
    const own = values[value] as Buffer;
    const encoded = base64
      ? Buffer.from(Buffer.concat([base64.before, own, base64.after]).toString('base64'), 'latin1')
      : own;
    for (const [index, offset] of offsets.entries())
      if (offset !== undefined) copy[offset] = encoded[index] as number;
  }
  return copy;
}

/** What is a reader's own, other than their address: the Message-ID, and the tokens that their links end with. */
export function valuesOf(
  { unsubscribeUrl, preferencesUrl }: MessageOptions,
  messageId: string,
): readonly string[] {
  return [messageId, tokenOf(unsubscribeUrl), tokenOf(preferencesUrl)];
}

function tokenOf(url: string): string {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * What messages of an edition must have in common to differ in these values only: the rest of the
 * links, the programs that are the reason for it, and the shape of the values. Letters, digits, hyphens and
 * underlines are never encoded, and no line is broken on account of one of them.
 */
export function shapeOf(options: MessageOptions, values: readonly string[]): string {
  const { unsubscribeUrl, preferencesUrl, webViewUrl, delivery } = options;
  return [
    ...values.map((value) => value.replace(/[A-Za-z0-9_-]+/g, ({ length }) => `${length}`)),
    unsubscribeUrl.replace(values[1] as string, ''),
    preferencesUrl.replace(values[2] as string, ''),
    webViewUrl,
    ...delivery.programs,
  ].join('\n');
}

/** The octets behind an encoding, and where in the message each of them stands. */
interface Region {
  readonly octets: Buffer;
  /** Of each octet; undefined where it is written as =XX. Of each character in base64. */
  readonly offsets: readonly (number | undefined)[];
  readonly base64: boolean;
}

/** The header, and each part of the body. */
function regionsOf(raw: Buffer): Region[] {
  const text = raw.toString('latin1');
  const headerEnd = text.indexOf('\r\n\r\n');
  const boundary = /boundary="([^"]+)"/.exec(text.slice(0, headerEnd))?.[1];
  const encodings = /\r\nContent-Transfer-Encoding: (\S+)\r\n/g;
  const parts = [...text.matchAll(encodings)].map((match) => {
    const start = text.indexOf('\r\n\r\n', match.index) + 4;
    return decode(text, start, text.indexOf(`\r\n--${boundary}`, start), match[1]);
  });
  return [decode(text, 0, headerEnd), ...parts];
}

function decode(text: string, start: number, end: number, encoding?: string): Region {
  const base64 = encoding === 'base64';
  const octets: number[] = [];
  const offsets: (number | undefined)[] = [];
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (base64 && (code === 13 || code === 10)) continue;
    if (encoding === 'quoted-printable' && code === 61) {
      const hex = text.slice(at + 1, at + 3);
      at += 2;
      if (hex === '\r\n') continue;
      octets.push(Number.parseInt(hex, 16));
      offsets.push(undefined);
      continue;
    }
    octets.push(code);
    offsets.push(at);
  }
  const encoded = Buffer.from(octets);
  return {
    octets: base64 ? Buffer.from(encoded.toString('latin1'), 'base64') : encoded,
    offsets,
    base64,
  };
}

function holesIn({ octets, offsets, base64 }: Region, values: readonly string[]): Hole[] {
  const holes: Hole[] = [];
  for (const [value, text] of values.entries()) {
    for (let at = octets.indexOf(text); at !== -1; at = octets.indexOf(text, at + text.length)) {
      const end = at + text.length;
      if (!base64) {
        holes.push({ value, offsets: offsets.slice(at, end) });
        continue;
      }
      // Three octets are four characters.
      const [first, last] = [Math.floor(at / 3), Math.ceil(end / 3)];
      holes.push({
        value,
        offsets: offsets.slice(first * 4, last * 4),
        base64: {
          before: octets.subarray(first * 3, at),
          after: octets.subarray(end, last * 3),
        },
      });
    }
  }
  return holes;
}

/** Only for what it knows of headers: to make one takes as long as to fill in a message. */
const encoder = new MimeNode('');

/** As nodemailer writes it; a character for each octet. */
function toHeader({ to, delivery }: MessageOptions): string {
  const value = encoder.encodeHeaderValue('To', [recipient(to, delivery)]);
  return Buffer.from(foldLines(`To: ${value}`, 76)).toString('latin1');
}
