/** From the text of a document to a feed. What may take too long runs in a worker thread; see reader.ts. */

import type { FeedDocument } from './element.js';
import type { ParsedFeed } from './entry.js';
import { readJsonFeed } from './json-feed.js';
import { normalise } from './normalise.js';

/** The document is no feed, so no other parser needs to be asked. The message says what it is. */
export class NotAFeed extends Error {}

/** A parser would lie about this document. The message goes on from its name: "does not know xml:base." */
export class HandOver extends Error {}

/** The root of a feed; CDF's is a channel. */
const FEED = /^([\w.-]+:)?(rss|rdf|feed|channel)$/i;

/** The parsers of XML, in the order in which they are asked. */
export type XmlParser = 'rss-parser' | 'saxes';

/**
 * Reads a feed with one parser; JSON needs none of them. A feed without entries is a feed. Throws
 * NotAFeed, or any other error where the other parser may do better.
 * @param url where it was fetched from
 */
export async function parseFeed(text: string, url: string, parser: XmlParser): Promise<ParsedFeed> {
  if (/^\s*[{[]/.test(text)) {
    try {
      return readJsonFeed(text, url);
    } catch (error) {
      throw new NotAFeed((error as Error).message);
    }
  }
  const root = rootName(text.slice(0, 10_000));
  if (root === 'html') {
    throw new NotAFeed(
      'The answer is an HTML page and no feed; give the address of the feed itself.',
    );
  }
  const start = text.search(/<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)[\s>]/i);
  if (start === -1) {
    if (text.trim() === '') throw new NotAFeed('The answer is empty; a feed was expected.');
    throw new NotAFeed(
      root === undefined
        ? 'The answer is neither XML nor JSON; a feed was expected.'
        : `The answer begins with <${root}>, and no feed does.`,
    );
  }
  // A broken script writes its warnings before the feed.
  const warned = root !== undefined && !FEED.test(root);
  const document = await read(warned ? text.slice(start) : text, parser);
  return { ...normalise(document, url), parser, ...(isCutOff(text) && { cutOff: true }) };
}

/** Whether the document ends within an entry. */
function isCutOff(text: string): boolean {
  const closing = /<\/(?:[\w.-]+:)?(?:item|entry|channel|rss|feed|rdf)\s*>/gi;
  const end = [...text.matchAll(closing)].at(-1)?.index ?? 0;
  return /<(?:[\w.-]+:)?(?:item|entry)[\s>]/i.test(text.slice(end));
}

async function read(text: string, parser: XmlParser): Promise<FeedDocument> {
  // Only what is used is loaded, in a thread that may live for one document.
  if (parser === 'rss-parser') return (await import('./rss.js')).readWithRssParser(text);
  return (await import('./tolerant.js')).readTolerantly(text);
}

/** The first element's name in lower case, or "html" where a doctype says so and no feed begins; else undefined. */
function rootName(text: string): string | undefined {
  const tags = /<!--[\s\S]*?-->|<!doctype\s+(html)|<([a-z][\w.:-]*)/gi;
  let doctype: string | undefined;
  for (const [, announced, name] of text.matchAll(tags)) {
    doctype ??= announced?.toLowerCase();
    if (name) return FEED.test(name) ? name.toLowerCase() : (doctype ?? name.toLowerCase());
  }
  return doctype;
}
