/** The texts of an entry, in whatever way the feed has written them down. */

import { isUtf8 } from 'node:buffer';
import { all, type Element, escapeHtml } from './element.js';
import { groupsOf } from './media.js';
import { looksLikeHtml, mendCharacters, titleText } from './text.js';

/** The title of a feed or an entry as plain text; '' where there is none. */
export function titleOf(element: Element, atom: boolean): string {
  const own = ['title', 'dc:title'].flatMap((name) => all(element, name));
  const media = groupsOf(element).flatMap((group) => all(group, 'media:title'));
  for (const title of [...own, ...media]) {
    const text = titleText(written(title, atom));
    if (text) return text;
  }
  return '';
}

/** The short text of an entry as HTML; undefined where there is none. */
export function summaryOf(item: Element, atom: boolean): string | undefined {
  const names = ['description', 'summary', 'dc:description', 'abstract', 'itunes:summary'];
  const own = names.flatMap((name) => all(item, name));
  const media = groupsOf(item).flatMap((group) => all(group, 'media:description'));
  return firstHtml([...own, ...media], atom);
}

/** The long text of an entry as HTML; undefined where there is none. */
export function contentOf(item: Element, atom: boolean): string | undefined {
  const names = ['content:encoded', 'content', 'fullitem', 'body', 'xhtml:body'];
  return firstHtml(
    names.flatMap((name) => all(item, name)),
    atom,
  );
}

function firstHtml(elements: readonly Element[], atom: boolean): string | undefined {
  for (const element of elements) {
    const text = html(element, atom);
    if (text) return text;
  }
  return undefined;
}

function html(element: Element, atom: boolean): string {
  const { markup, attributes } = element;
  const { type = '', src, 'xml:base': base } = attributes;
  // It lies elsewhere.
  if (atom && src !== undefined) return '';
  const text = written(element, atom);
  const isText = !markup && (type === 'text' || type === 'text/plain');
  // Without a type Atom means plain text, yet what says <p> is HTML whose author forgot.
  const isBare = atom && !markup && type === '' && !looksLikeHtml(text);
  const result = (isText || isBare ? escapeHtml(text) : text).trim();
  return base === undefined ? result : rebase(result, base);
}

/** The characters of a text. What is no text at all, such as a picture within the feed, is ''. */
function written({ text, markup, attributes }: Element, atom: boolean): string {
  const { type = '', mode } = attributes;
  // Atom 0.3 says so in `mode`; RFC 4287, section 4.1.3, has it follow from the type.
  const encoded = mode === 'base64' || (atom && /\//.test(type) && !/^text\/|html|xml/.test(type));
  if (!encoded || markup) return mendCharacters(text);
  const bytes = Buffer.from(text, 'base64');
  return isUtf8(bytes) ? bytes.toString() : '';
}

/** Makes the links and pictures of HTML absolute where xml:base says against what. */
function rebase(text: string, base: string): string {
  return text.replace(
    /(\s(?:href|src|poster)\s*=\s*)(?:"([^"<>]*)"|'([^'<>]*)')/gi,
    (whole, before: string, double?: string, single?: string) => {
      const url = (double ?? single ?? '').trim();
      return URL.canParse(url, base) ? `${before}"${escapeHtml(new URL(url, base).href)}"` : whole;
    },
  );
}
