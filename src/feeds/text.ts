/** Telling text from HTML, where feeds do not say which they mean. */

import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { oneLine, plainText } from './sanitise.js';

const NAMES =
  'a|abbr|acronym|address|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|dd|del|div|dl|dt|' +
  'em|embed|figure|figcaption|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|' +
  'mark|math|meta|nobr|noscript|object|ol|p|picture|pre|q|s|samp|script|section|small|source|span|strike|strong|' +
  'style|sub|sup|svg|table|tbody|td|template|textarea|th|title|tr|tt|u|ul|var|video|wbr';

const TAG = new RegExp(`</?(?:${NAMES})(?![\\w-])|<!--`, 'i');
const NO_TAG = new RegExp(`<(?!/?(?:${NAMES})(?![\\w-])|!--)`, 'gi');

/** Titles are cut here before anything is done with them; nobody writes longer ones. */
const LONGEST = 5_000;

/** Whether the text holds a tag of HTML or an escaped character. */
export function looksLikeHtml(text: string): boolean {
  return TAG.test(text) || /&(#\d+|#x[\da-f]+|[a-z]\w+);/i.test(text);
}

/**
 * A title, a name or a category as plain text on one line: tags of HTML removed, also where they were
 * escaped twice, and character references decoded. "a < b" and "<T>" stay what they are.
 */
export function titleText(raw: string): string {
  let text = raw.slice(0, LONGEST);
  for (let round = 0; round < 3 && looksLikeHtml(text); round += 1) {
    text = plainText(text.replace(NO_TAG, '&lt;'));
  }
  return oneLine(text);
}

/**
 * The characters that were meant where software has mixed up charsets: UTF-8 that somebody took for
 * Latin-1, and the quotation marks and dashes of Windows under their numbers there ("&#146;"), which
 * browsers read so too.
 */
export function mendCharacters(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  if (!/[^\0-\xff]/.test(text)) {
    const bytes = Buffer.from(text, 'latin1');
    if (isUtf8(bytes)) return bytes.toString();
  }
  return text.replace(/[\x80-\x9f]/g, (found) =>
    iconv.decode(Buffer.from(found, 'latin1'), 'windows-1252'),
  );
}
