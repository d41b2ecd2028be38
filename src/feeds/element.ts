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
  'dc:title',
  'dc:description',
  'fullitem',
  'body',
  'xhtml:body',
]);

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
