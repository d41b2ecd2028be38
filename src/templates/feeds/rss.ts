import {
  absoluteUrl,
  archiveMark,
  asHtml,
  feedLinks,
  media,
  mediaNamespace,
  type OutputFeed,
  type OutputItem,
  plainText,
  prepared,
  shownDate,
} from './output-feed.js';
import { document, element, textElement, type Xml } from './xml.js';

const namespaces = {
  'xmlns:atom': 'http://www.w3.org/2005/Atom',
  'xmlns:content': 'http://purl.org/rss/1.0/modules/content/',
  'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
  'xmlns:media': mediaNamespace,
};

/**
 * Writes an output feed as RSS 2.0, after the RSS Advisory Board's specification and profile. Pure:
 * the same feed gives the same bytes, which its ETag is made from.
 */
export function writeRss(given: OutputFeed): string {
  const feed = prepared(given);
  const type = 'application/rss+xml';
  return document(
    element('rss', { version: '2.0', ...namespaces }, [
      element('channel', {}, [
        element('title', {}, plainText(feed.title)),
        element('link', {}, absoluteUrl(feed.siteUrl)),
        element('description', {}, plainText(feed.description || feed.title)),
        element('language', {}, feed.language),
        element('lastBuildDate', {}, rfc822(feed.updatedAt)),
        element('generator', {}, 'Broadsheet'),
        ...feedLinks(feed).map((link) => element('atom:link', { ...link, type })),
        ...feed.hubs.map((href) => element('atom:link', { rel: 'hub', href })),
        archiveMark(feed),
        ...feed.items.map(item),
      ]),
    ]),
  );
}

function item(written: OutputItem): Xml {
  const { content, programNames } = written;
  // A description is HTML. A full text needs one before it, so without a summary it is the description.
  const [description, full] = content.summary
    ? [asHtml(content.summary), content.bodyHtml]
    : [content.bodyHtml];
  return element('item', {}, [
    element('title', {}, plainText(content.title) || content.url),
    textElement('link', absoluteUrl(content.url)),
    element('guid', { isPermaLink: 'false' }, `urn:uuid:${written.id}`),
    element('pubDate', {}, rfc822(shownDate(written))),
    textElement('dc:creator', plainText(content.author ?? '')),
    ...programNames.map((name) => textElement('category', plainText(name))),
    textElement('description', description),
    textElement('content:encoded', full),
    media(content),
  ]);
}

/** RFC 822 as RSS has it, with a year of four digits: `Sun, 01 Mar 2026 09:00:00 GMT`. */
function rfc822(instant: string): string {
  return new Date(instant).toUTCString();
}
