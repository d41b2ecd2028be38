/** Finds the feeds that a page names: the links that are meant for machines, and those that readers click on. */

import { type DomElement, parseDocument } from './dom.js';
import { linksInHeader } from './link-header.js';
import { webUrl } from './links.js';
import { oneLine } from './sanitise.js';

/** Where an address that may be a feed's comes from. */
export interface FeedLink {
  readonly url: string;
  /** What the page calls it. */
  readonly title?: string;
  /** `named`: by a `<link>` or a Link header, for machines; `linked`: by a link that readers see. */
  readonly how: 'named' | 'linked';
}

/** More than these are no help to anybody. */
const MOST = 10;

const FEED_TYPE =
  /^\s*(?:application\/(?:rss|atom|rdf)\+xml|application\/(?:feed\+)?json)\s*(?:;|$)/i;
/** JSON that is something else: WordPress names its API and its oEmbed answers so. */
const OTHER_JSON = /wp-json|oembed/i;
const PAGE = /<(?:!doctype\s+)?html\b/i;
/** The end of a path, or a whole part of it, that says "feed". */
const FEED_PATH =
  /(?:^|\/)(?:feeds?|rss2?|atom)(?:\/|$)|\.(?:rss|atom|rdf)$|\/(?:feed|rss|atom|index)\.(?:xml|json)$/i;
const FEED_TEXT = /^(?:rss|atom|(?:rss |atom |json )?feed|rss[ -]?лента|лента rss)$/i;
const COMMENTS = /\bcomments?\b|комментари|пікір/i;

/**
 * What a page names as feeds, the best first: what is named for machines before what is only linked,
 * feeds of comments last, and otherwise as the page has them. Each address once; ten at most. What is no HTML
 * page names nothing.
 *
 * Sources: the RSS Advisory Board's "RSS Autodiscovery", the WHATWG's `alternate`, RFC 8288 for headers.
 * @param html the page, decoded
 * @param url where it was fetched from
 * @param linkHeader all Link headers of the response, joined by commas
 */
export function feedLinks(
  html: string,
  url: string,
  linkHeader: string | undefined,
): readonly FeedLink[] {
  if (!PAGE.test(html.slice(0, 10_000))) return [];
  const { body } = parseDocument(html);
  const bases = [...body.querySelectorAll('base')].map((element) => attribute(element, 'href'));
  const base = webUrl(bases.find(Boolean), url) ?? url;
  const headers = linksInHeader(linkHeader, url)
    .filter(({ rels, type }) => rels.includes('alternate') && isFeedType(type))
    .map(({ url: found, title = '' }) => ({ url: found, title, how: 'named' as const }));
  const elements = [...body.querySelectorAll('link')]
    .filter((link) => names(link) && isFeedType(attribute(link, 'type')))
    .map((link) => toLink(link, attribute(link, 'title'), 'named'));
  const anchors = [...body.querySelectorAll('a')]
    .filter((anchor) => leadsToFeed(anchor, base))
    .map((anchor) => toLink(anchor, anchor.textContent, 'linked'));

  const found = new Map<string, FeedLink>();
  for (const { url: address, title, how } of [...headers, ...elements, ...anchors]) {
    const absolute = webUrl(address, base)?.replace(/#.*$/, '');
    if (absolute === undefined || found.has(absolute) || OTHER_JSON.test(absolute)) continue;
    found.set(absolute, { url: absolute, ...(title !== '' && { title }), how });
  }
  const links = [...found.values()];
  const isComments = (link: FeedLink) => COMMENTS.test(`${link.title ?? ''} ${link.url}`);
  return [
    ...links.filter((link) => !isComments(link)),
    ...links.filter((link) => isComments(link)),
  ].slice(0, MOST);
}

function toLink(element: DomElement, title: string, how: FeedLink['how']) {
  return { url: attribute(element, 'href'), title: oneLine(title), how };
}

/** linkedom keeps the case of attributes, and old pages write them large. Empty where there is none. */
function attribute(element: DomElement, name: string): string {
  return element.getAttribute(name) ?? element.getAttribute(name.toUpperCase()) ?? '';
}

/** `rel=feed` was once proposed for the same, and some sites have it still. */
function names(link: DomElement): boolean {
  const rels = attribute(link, 'rel').toLowerCase().split(/\s+/);
  return rels.includes('alternate') || rels.includes('feed');
}

function isFeedType(type = ''): boolean {
  return FEED_TYPE.test(type);
}

function leadsToFeed(anchor: DomElement, base: string): boolean {
  if (isFeedType(attribute(anchor, 'type'))) return true;
  const url = webUrl(attribute(anchor, 'href'), base);
  if (url === undefined) return false;
  const { pathname, searchParams } = new URL(url);
  const said = FEED_TEXT.test(oneLine(anchor.textContent));
  return said || FEED_PATH.test(pathname) || searchParams.has('feed');
}
