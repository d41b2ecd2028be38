/** Adds a feed to the text of a config file, and leaves every other character as it is. */

import { isNode, isSeq, parseDocument } from 'yaml';

export interface NewFeed {
  readonly id: string;
  readonly url: string;
  readonly allowPrivate: boolean;
  /** Written above it as comments, one line each. */
  readonly remarks: readonly string[];
}

/** Text in double quotes: what JSON writes is YAML too. */
const quoted = (text: string) => JSON.stringify(text);

/** The lines of the feed, as they stand in a list under `feeds:`; what is left out has its default. */
export function feedLines({ id, url, allowPrivate, remarks }: NewFeed): readonly string[] {
  return [
    ...remarks.map((remark) => `# ${remark}`),
    `- id: ${id}`,
    `  url: ${quoted(url)}`,
    ...(allowPrivate ? ['  allowPrivate: true'] : []),
  ];
}

/**
 * The text with the feed as the last one of its list. It is put in as text, since writing the parsed file
 * again would change its line breaks and the places of its comments.
 *
 * @param text a config file that loads without errors
 * @throws where the list of feeds is not written out, with a sentence that says what to do
 */
export function addFeed(text: string, feed: NewFeed): string {
  const feeds = parseDocument(text).get('feeds', true);
  const last = isSeq(feeds) ? feeds.items.at(-1) : undefined;
  if (!isSeq(feeds) || !isNode(last) || !last.range || !feeds.range) {
    throw new Error('The feeds are not written out as a list there, so add the feed by hand.');
  }
  if (feeds.flow) {
    const bracket = feeds.range[1] - 1;
    const { id, url, allowPrivate } = feed;
    const more = allowPrivate ? ', allowPrivate: true' : '';
    const before = text.slice(0, bracket).replace(/[\s,]+$/, '');
    return `${before}, { id: ${id}, url: ${quoted(url)}${more} }${text.slice(bracket)}`;
  }
  const line = text.includes('\r\n') ? '\r\n' : '\n';
  const dash = text.lastIndexOf('-', last.range[0]);
  const indent = text.slice(text.lastIndexOf('\n', dash) + 1, dash);
  const end = endOfItem(text, last.range[1], indent.length);
  const block = feedLines(feed).map((one) => `${indent}${one}${line}`);
  const gap = text.slice(0, end).endsWith('\n') ? '' : line;
  return `${text.slice(0, end)}${gap}${block.join('')}${text.slice(end)}`;
}

/** Behind the line on which a value ends, and behind comments below it that are indented like the item. */
function endOfItem(text: string, valueEnd: number, indent: number): number {
  const nextLine = (from: number) => {
    const found = text.indexOf('\n', from);
    return found === -1 ? text.length : found + 1;
  };
  let end = text[valueEnd - 1] === '\n' ? valueEnd : nextLine(valueEnd);
  const comment = new RegExp(`^ {${indent + 1},}#`);
  while (end < text.length && comment.test(text.slice(end, nextLine(end)))) end = nextLine(end);
  return end;
}
