/** What the parsers make of a feed, whatever its format, before anything is decided about it. */

import type { Image, Instant, Language, PageSelectors } from '../model.js';

/** An item of RSS, an entry of Atom, or an item of JSON Feed: trimmed, decoded, but not sanitised. */
export interface Entry {
  /** The publisher's own id of it, verbatim. */
  readonly guid?: string;
  /** An absolute http(s) URL. */
  readonly url?: string;
  /** Plain text: markup removed, entities decoded, white space folded. May be empty. */
  readonly title: string;
  readonly author?: string;
  readonly publishedAt?: Instant;
  readonly updatedAt?: Instant;
  /** HTML as the feed had it, word order kept; never trusted. */
  readonly summaryHtml?: string;
  /** HTML as the feed had it, word order kept; never trusted. */
  readonly contentHtml?: string;
  readonly image?: Partial<Image> & Pick<Image, 'url'>;
  /** In the document's order; missing where there are none. */
  readonly enclosures?: readonly Enclosure[];
  readonly language?: Language;
  readonly categories: readonly string[];
}

/** A file that comes with an entry. */
export interface Enclosure {
  /** An absolute http(s) URL. */
  readonly url: string;
  /** Its media type. */
  readonly type?: string;
  /** In bytes, by the feed's own account. */
  readonly length?: number;
}

export interface ParsedFeed {
  readonly title?: string;
  readonly link?: string;
  readonly language?: Language;
  /** Seconds between polls that the feed itself asks for (RSS ttl, syndication module). */
  readonly every?: number;
  /** Hours in UTC, 0 to 23, in which it asks not to be polled (RSS skipHours). */
  readonly skipHours?: readonly number[];
  /** Days in UTC, 0 (Sunday) to 6, on which it asks not to be polled (RSS skipDays). */
  readonly skipDays?: readonly number[];
  /** WebSub hubs that it names, in the document's order; empty where it names none. */
  readonly hubs: readonly string[];
  /** Its own address by its own account (`rel=self`): the topic for WebSub, and never to be trusted alone. */
  readonly self?: string;
  /** In the document's order. */
  readonly entries: readonly Entry[];
  /** The document ends in the middle of the last one, which lacks the rest. */
  readonly cutOff?: true;
  readonly parser: 'rss-parser' | 'saxes' | 'json-feed';
  /** Why the first parser's answer was not taken, in one sentence. */
  readonly note?: string;
}

/** What is known of an article before its page is read. */
export interface Expected {
  /** The page has to be that of this entry. */
  readonly entry?: Entry;
  /** Of the config. */
  readonly selectors?: PageSelectors;
}

/** What an article's page says of the article. Everything may be missing; nothing is sanitised yet. */
export interface PageFacts {
  readonly title?: string;
  readonly canonicalUrl?: string;
  readonly author?: string;
  readonly publishedAt?: Instant;
  readonly modifiedAt?: Instant;
  readonly image?: Partial<Image> & Pick<Image, 'url'>;
  readonly language?: Language;
  /** Section labels, for matching programs. */
  readonly categories: readonly string[];
  readonly summary?: string;
  /** The body without navigation, teasers of other articles and their labels; never trusted. */
  readonly bodyHtml?: string;
  /** Why the page gives no text. Where it is not the article's at all, nothing else is there. */
  readonly problem?: PageProblem;
  /** The selectors of the config that match nothing on this page. */
  readonly unmatched?: readonly (keyof PageSelectors)[];
}

export interface PageProblem {
  /** A sentence about the page, "It …". */
  readonly message: string;
  /** It may be better in a moment: a page is often published later than its entry. */
  readonly passing?: true;
}
