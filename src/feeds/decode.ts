/** From the bytes of a document to its text. */

import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Labels that in the wild mean a larger set than they name (WHATWG Encoding, section 4.2). */
const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    gb2312: 'gb18030',
    gbk: 'gb18030',
    'iso-8859-1': 'windows-1252',
    'latin-1': 'windows-1252',
    latin1: 'windows-1252',
    'us-ascii': 'windows-1252',
    ascii: 'windows-1252',
    'iso-8859-9': 'windows-1254',
    utf8: 'utf-8',
    maccentraleurope: 'maccenteuro',
    maclatin2: 'maccenteuro',
  }),
);

const BYTE_ORDER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  // No mark, but "<" in four bytes, or "<?" or "<!" in two bytes each.
  ['utf-32be', [0, 0, 0, 0x3c]],
  ['utf-32le', [0x3c, 0, 0, 0]],
  ['utf-16be', [0, 0x3c, 0]],
  ['utf-16le', [0x3c, 0, 0x21]],
  ['utf-16le', [0x3c, 0, 0x3f, 0]],
];

/**
 * Decodes a feed or a page. The charset is, in this order, that of the byte order mark, of the HTTP
 * header, of the XML declaration or the HTML meta element, and UTF-8. A label nobody knows is passed
 * over, and so is "UTF-8" on bytes that are not, where the document names something else. What names
 * nothing and is clearly no UTF-8 is taken for windows-1252. Never fails: what cannot be decoded becomes
 * U+FFFD. The mark itself is not part of the text.
 */
export function decode(body: Uint8Array, contentType: string | undefined): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  const candidates = marked ? [marked[0]] : [httpCharset(contentType), declaredCharset(bytes)];
  const charsets = candidates.flatMap((label) => known(label) ?? []);
  const charset =
    charsets.find((name) => name !== 'utf-8' || isUtf8(bytes)) ??
    (charsets.length > 0 || mostlyUtf8(bytes) ? 'utf-8' : 'windows-1252');
  return iconv.decode(bytes, charset, { stripBOM: true });
}

/** Whether most of what is not ASCII is UTF-8: one damaged character makes no other charset of it. */
function mostlyUtf8(bytes: Buffer): boolean {
  if (isUtf8(bytes)) return true;
  const foreign = bytes.toString().match(/[^\0-\x7f]/gu) ?? [];
  return foreign.filter((character) => character === '\ufffd').length * 2 < foreign.length;
}

function known(label: string | undefined): string | undefined {
  if (!label) return undefined;
  const lower = label.toLowerCase();
  const charset = MEANT.get(lower) ?? lower;
  return iconv.encodingExists(charset) ? charset : undefined;
}

function httpCharset(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1];
}

/** What the document says of itself in ASCII; then it cannot be UTF-16, whatever it says. */
function declaredCharset(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 4096);
  const label =
    /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/i.exec(start)?.[1] ??
    /<meta\s[^>]*?charset\s*=\s*["']?([\w.:-]+)/i.exec(start)?.[1];
  return label && /^(utf-?(16|32)|ucs)/i.test(label) ? 'utf-8' : label;
}
