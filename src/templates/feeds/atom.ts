import {
  absoluteUrl,
  archiveMark,
  feedLinks,
  fullText,
  media,
  mediaNamespace,
  type OutputFeed,
  type OutputItem,
  plainText,
  prepared,
  shownDate,
} from './output-feed.js';
import { document, element, textElement, type Xml } from './xml.js';

const namespaces = { xmlns: 'http://www.w3.org/2005/Atom', 'xmlns:media': mediaNamespace };
const text = { type: 'text' };

/**
 * Writes an output feed as Atom (RFC 4287). Pure: the same feed gives the same bytes, which its ETag
 * is made from. The feed's id is its own address.
 */
export function writeAtom(given: OutputFeed): string {
  const feed = prepared(given);
  const type = 'application/atom+xml';
  return document(
    element('feed', { ...namespaces, 'xml:lang': feed.language }, [
      element('id', {}, feed.currentUrl ?? feed.selfUrl),
      element('title', text, plainText(feed.title)),
      textElement('subtitle', plainText(feed.description), text),
      element('updated', {}, feed.updatedAt),
      person(feed.publisher),
      ...feedLinks(feed).map((link) => element('link', { ...link, type })),
      ...feed.hubs.map((href) => element('link', { rel: 'hub', href })),
      page(feed.siteUrl),
      element('generator', {}, 'Broadsheet'),
      archiveMark(feed),
      ...feed.items.map(entry),
    ]),
  );
}

function entry(item: OutputItem): Xml {
  const { content, programNames } = item;
  return element('entry', { 'xml:lang': content.language }, [
    element('id', {}, `urn:uuid:${item.id}`),
    element('title', text, plainText(content.title) || content.url),
    page(content.url),
    element('published', {}, shownDate(item)),
    element('updated', {}, item.updatedAt),
    content.author ? person(content.author) : undefined,
    ...programNames.map((name, index) =>
      element('category', { term: content.programs[index] ?? name, label: plainText(name) }),
    ),
    textElement('summary', plainText(content.summary), text),
    element('content', { type: 'html' }, fullText(content)),
    media(content),
  ]);
}

function person(name: string): Xml {
  return element('author', {}, [element('name', {}, plainText(name))]);
}

function page(url: string): Xml | undefined {
  const href = absoluteUrl(url);
  return href ? element('link', { rel: 'alternate', type: 'text/html', href }) : undefined;
}
