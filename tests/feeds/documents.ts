/** Documents of each format, and what comes out of them. */

import { afterAll, beforeAll, expect } from 'vitest';
import { decode } from '../../src/feeds/decode.js';
import type { Entry, ParsedFeed } from '../../src/feeds/entry.js';
import { parseFeed } from '../../src/feeds/parse.js';
import { createReader, type Reader } from '../../src/feeds/reader.js';

let reader: Reader;
beforeAll(() => {
  // A busy machine may well take seconds.
  reader = createReader({ deadline: 30_000 });
});
afterAll(() => reader.close());

const URL = 'https://news.example/feed/all.xml';

/** Reads a document. What the first parser reads must come out of the second one alike. */
export async function parse(text: string | Buffer, contentType?: string): Promise<ParsedFeed> {
  const body = Buffer.from(text);
  const parsed = await reader.readFeed(body, contentType, URL);
  if (parsed.parser === 'rss-parser') {
    const again = await parseFeed(decode(body, contentType), URL, 'saxes');
    expect({ ...again, parser: 'rss-parser' }).toEqual(parsed);
  }
  return parsed;
}

export const NAMESPACES =
  'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
  'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" ' +
  'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"';
export const rss = (items: string, head = '') =>
  `<?xml version="1.0"?><rss version="2.0" ${NAMESPACES}><channel><title>News</title>${head}${items}</channel></rss>`;
export const atom = (entries: string, head = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>${head}${entries}</feed>`;

/** The one entry of a feed, with the parser that read it. */
export async function one(document: string): Promise<Entry & Pick<ParsedFeed, 'parser'>> {
  const { entries, parser } = await parse(document);
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new Error(`There are ${entries.length} entries.`);
  return { ...entry, parser };
}
export const item = (content: string) => one(rss(`<item>${content}</item>`));
export const entry = (content: string) => one(atom(`<entry>${content}</entry>`));
