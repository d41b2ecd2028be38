/** Feed text as Discord must show it: to the letter, with no markup, mention or hidden link of its own. */

import { clip } from '../../templates/plain.js';

/** A bare URL, which Discord links as it stands: a backslash inside would become part of the address. */
const bareUrl = /https?:\/\/[\w\-.~:/?#@!$&+,;=%]+/.source;
/** What means something anywhere in a line; `<` also begins mentions, times, commands and emoji. */
const anywhere = /[\\`*_~|<>[\]]/.source;
const special = new RegExp(`${bareUrl}|${anywhere}`, 'g');

/**
 * Escapes all of Discord's markdown: what `escapeMarkdown` of discord.js does only when asked
 * (headings, lists, masked links) and what it never does (`-#`, mentions, `<t:…>`, custom emoji).
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(special, (found) => (found.length > 1 ? found : `\\${found}`))
    .replace(/^(\s*)([#+-])/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/gm, '$1\\$2')
    .replace(/@(?=everyone|here)/gi, '@\u200b'); // Discord looks for these through a backslash.
}

/** How long Discord holds a text to be: in code points, without white space at its ends. */
export function lengthOf(text: string): number {
  return [...text.trim()].length;
}

/** Escapes a text, cut so that with its backslashes it is at most `limit` code points. */
export function escapeWithin(text: string, limit: number): string {
  let room = limit;
  let escaped = escapeMarkdown(clip(text, room));
  while (lengthOf(escaped) > limit) {
    room -= Math.max(1, Math.floor((lengthOf(escaped) - limit) / 2));
    escaped = escapeMarkdown(clip(text, room));
  }
  return escaped;
}

/**
 * A masked link whose text is at most `limit` code points. Discord's apps count brackets in the text
 * even after a backslash, and show no link whose text looks like an address: brackets become round
 * ones, and addresses are broken up. In the URL, what could end the link or a bold line is encoded.
 */
export function maskedLink(text: string, url: string, limit: number): string {
  const plain = text.replaceAll('[', '(').replaceAll(']', ')').replaceAll('://', ':\u200b//');
  return `[${escapeWithin(plain, limit)}](${url.replace(/[()*\\`|<>\s]/g, percentEncoded)})`;
}

/** `encodeURIComponent` leaves parentheses and asterisks alone. */
function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
