/** What an output feed says, whatever its format, and the rules that every format keeps. */

import { parseFragment, serialize } from 'parse5';
import type { ArticleContent, ArticleId, EditionId, Instant, Language } from '../../model.js';
import { element, textElement, type Xml } from './xml.js';

export type Format = 'rss' | 'atom' | 'json';

/** An item of RSS and JSON Feed, an entry of Atom: an article, or a digest. */
export interface OutputItem {
  /** A UUID that becomes `urn:uuid:<id>`: it never changes, so no reader shows a revision as new. */
  readonly id: ArticleId | EditionId;
  readonly content: Omit<ArticleContent, 'categories'>;
  /** When it came into the feed, or may have. */
  readonly releasedAt: Instant;
  /** When it changed last: in a moment of its own, as readers compare and order entries by it. */
  readonly updatedAt: Instant;
  /** The names of its programs, in the order of `content.programs`. */
  readonly programNames: readonly string[];
}

export interface OutputFeed {
  readonly title: string;
  readonly description: string;
  /** The newsroom's name: who stands for items without an author. */
  readonly publisher: string;
  /** The newsroom's own site. */
  readonly siteUrl: string;
  /** Exactly the URL under which this document is served. */
  readonly selfUrl: string;
  /** In an archive (RFC 5005, 4): the URL of the feed that it is a part of. */
  readonly currentUrl?: string;
  /** The archives before it, and, in an archive, after it. */
  readonly prevArchiveUrl?: string | undefined;
  readonly nextArchiveUrl?: string | undefined;
  /** The WebSub hubs that are told when it changes; none of an archive, which does not. */
  readonly hubs: readonly string[];
  readonly language: Language;
  /** The last change of anything in the feed. */
  readonly updatedAt: Instant;
  /** Newest first. */
  readonly items: readonly OutputItem[];
}

/**
 * What XML 1.0 forbids (2.2: most control characters, lone surrogates, U+FFFE and U+FFFF), and what
 * the W3C validator warns of besides: the C1 controls, the mark of an earlier decoding error, and the
 * other noncharacters, which are an error in HTML.
 */
const unfit =
  /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffc\u{10000}-\u{10ffff}]|\p{Noncharacter_Code_Point}/gu;

/** Bytes of full texts in one document. Escaped they may double, and the W3C validator reads 5 MB. */
const mostText = 2_000_000;

/** What every writer begins with: nothing that XML forbids, and no more text than readers take. */
export function prepared(feed: OutputFeed): OutputFeed {
  const { items, ...rest } = fitForXml(feed);
  let bytes = 0;
  const light = items.map((item): OutputItem => {
    const bodyHtml = asBrowsersRead(item.content.bodyHtml);
    bytes += Buffer.byteLength(bodyHtml);
    // The newest keep their text; the others have their summary and their link.
    return { ...item, content: { ...item.content, bodyHtml: bytes <= mostText ? bodyHtml : '' } };
  });
  return { ...rest, items: light };
}

/** A table, or a link within a link. */
const oftenMisread = /<table|<a [^>]*>(?:[^<]|<(?!\/?a[ >]))*<a /;

/**
 * The same HTML, nested as browsers read it: what stands in a table beside its cells comes before it, and
 * a link ends where another begins. Validators take these for mistakes, and readers mend each in a way of
 * their own.
 */
function asBrowsersRead(html: string): string {
  return oftenMisread.test(html) ? serialize(parseFragment(html)) : html;
}

/**
 * The same without the characters that no XML document may hold, and without blanks around a text. It
 * has to happen before the XML is written: taken out later, a control character inside `]]>` would
 * close a CDATA section.
 */
export function fitForXml<Plain extends object>(feed: Plain): Plain {
  return JSON.parse(JSON.stringify(feed), (_, value) =>
    typeof value === 'string' ? value.replace(unfit, '').trim() : value,
  );
}

/**
 * Plain text that stays itself where a reader takes it for HTML. RSS never said which of the two a
 * title is, and readers differ, so what would be markup or a character reference in HTML gets
 * look-alike characters; an "AT&T" or "a < b" is left alone.
 */
export function plainText(text: string): string {
  return text
    .replace(/<(?=[a-z/!?])/gi, '‹')
    .replace(/(‹[^<>‹]*)>/g, '$1›')
    .replace(/&(?=#?\w+;)/g, '＆');
}

/**
 * The URL in the characters of RFC 3986, for validators that know no IRI and none of the leniency of
 * browsers; undefined for what is no http(s) URL.
 */
export function absoluteUrl(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  const rest = parsed.pathname + parsed.search + parsed.hash;
  return parsed.origin + rest.replace(/[^\w;/?:@&=+$.\-!~*'()%,#]/g, encodeURIComponent);
}

/**
 * The date to show: the newsroom's own where it can be true, otherwise the release. A date after the
 * release would sit at the top of every reader for as long as it lies ahead.
 */
export function shownDate({ content, releasedAt }: OutputItem): Instant {
  const published = Date.parse(content.publishedAt ?? '');
  const possible = published >= Date.UTC(1990) && published <= Date.parse(releasedAt);
  return new Date(possible ? published : releasedAt).toISOString();
}

const historyNamespace = 'http://purl.org/syndication/history/1.0';

/** What makes a document of a feed an archive (RFC 5005, 4). */
export function archiveMark({ currentUrl }: OutputFeed): Xml | undefined {
  return currentUrl ? element('fh:archive', { 'xmlns:fh': historyNamespace }) : undefined;
}

/** The links from a document of a feed to others. */
export function feedLinks(feed: OutputFeed): { readonly rel: string; readonly href: string }[] {
  const { selfUrl, currentUrl, prevArchiveUrl, nextArchiveUrl } = feed;
  return [
    { rel: 'self', href: selfUrl },
    { rel: 'current', href: currentUrl },
    { rel: 'prev-archive', href: prevArchiveUrl },
    { rel: 'next-archive', href: nextArchiveUrl },
  ].flatMap(({ rel, href }) => (href ? [{ rel, href }] : []));
}

export const mediaNamespace = 'http://search.yahoo.com/mrss/';

/** The article's picture in Media RSS terms, which unlike an enclosure needs no length. */
export function media({ image }: Pick<ArticleContent, 'image'>): Xml | undefined {
  const url = image && absoluteUrl(image.url);
  if (!url) return undefined;
  return element('media:content', { url, medium: 'image' }, [
    textElement('media:description', plainText(image.alt), { type: 'plain' }),
    textElement('media:credit', plainText(image.credit ?? '')),
  ]);
}

/** The full text, or the most that is known in its place. */
export function fullText({ bodyHtml, summary, title, url }: OutputItem['content']): string {
  return bodyHtml || asHtml(summary || title || url);
}

/** The HTML that shows a text to the letter. */
export function asHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
