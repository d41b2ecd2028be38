/** One shape for what both XML parsers read, so that normalise.ts decides everything once. */

/**
 * An element with the parts that matter. Names of children are in lower case with the prefix that is
 * usual for their namespace, and without one for the feed's own vocabulary: `pubdate`,
 * `content:encoded`, `media:thumbnail`.
 */
export interface Element {
  /** The character data; '' where there is none. */
  readonly text: string;
  /** Whether `text` is HTML that was written as elements, and not as escaped text. */
  readonly markup: boolean;
  /** By their names in lower case; `xml:base` is absolute, and there only where one is in force. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: ReadonlyMap<string, readonly Element[]>;
}

/** Levels below an entry that matter: media:group, media:content, media:title. Deeper ones are dropped. */
export const DEPTH = 3;

/** A feed as a parser read it. */
export interface FeedDocument {
  readonly atom: boolean;
  /** The channel or the feed element. Its entries are not among its children. */
  readonly head: Element;
  /** In the document's order. */
  readonly items: readonly Element[];
}

/** Elements that hold text for readers. Elements in them are markup of that text. */
export const TEXT_ELEMENTS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'summary',
  'content',
  'content:encoded',
  'xhtml:body',
]);

/** The namespaces that are understood, by URI without a slash at its end, and their usual prefixes. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2005/atom', 'atom'],
  ['http://purl.org/atom/ns#', 'atom'],
  ['http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'rdf'],
  ['http://purl.org/rss/1.0', ''],
  ['http://my.netscape.com/rdf/simple/0.9', ''],
  ['http://channel.netscape.com/rdf/simple/0.9', ''],
  ['http://backend.userland.com/rss2', ''],
  ['http://purl.org/rss/1.0/modules/content', 'content'],
  ['http://purl.org/rss/1.0/modules/syndication', 'sy'],
  ['http://purl.org/dc/elements/1.1', 'dc'],
  ['http://purl.org/dc/elements/1.0', 'dc'],
  ['http://purl.org/dc/terms', 'dcterms'],
  ['http://search.yahoo.com/mrss', 'media'],
  ['http://www.itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['http://rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
  ['http://www.w3.org/1999/xhtml', 'xhtml'],
]);

/** The usual prefix of a namespace; undefined where it is not understood. */
export function usualPrefix(uri: string): string | undefined {
  return NAMESPACES.get(uri.trim().toLowerCase().replace('https:', 'http:').replace(/\/$/, ''));
}

/** The children of one name; empty where there are none. */
export function all(element: Element, name: string): readonly Element[] {
  return element.children.get(name) ?? [];
}

/** The first child of the first of these names that has text; its text, trimmed. */
export function textOf(element: Element, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    for (const child of all(element, name)) {
      const text = child.text.trim();
      if (text) return text;
    }
  }
  return undefined;
}

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
