import { absoluteUrl, fitForXml, plainText } from './output-feed.js';
import { document, element, textElement, type Xml } from './xml.js';

export interface FeedList {
  readonly title: string;
  /** The newsroom's name. */
  readonly owner: string;
  readonly groups: readonly { readonly title: string; readonly feeds: readonly ListedFeed[] }[];
}

export interface ListedFeed {
  readonly title: string;
  readonly description: string;
  /** Where it is served as RSS 2.0. */
  readonly url: string;
  readonly siteUrl: string;
  readonly language: string;
}

/**
 * Writes a list of output feeds that readers import, as OPML 2.0 (http://opml.org/spec2.opml,
 * "subscription lists"). Each feed is in it once, as RSS: who imports it would otherwise get every
 * article three times. Pure.
 */
export function writeOpml(given: FeedList): string {
  const { title, owner, groups } = fitForXml(given);
  return document(
    element('opml', { version: '2.0' }, [
      element('head', {}, [
        textElement('title', asText(title)),
        textElement('ownerName', asText(owner)),
      ]),
      element(
        'body',
        {},
        groups.map((group) =>
          element('outline', { text: asText(group.title) }, group.feeds.map(outline)),
        ),
      ),
    ]),
  );
}

function outline({ title, description, url, siteUrl, language }: ListedFeed): Xml {
  return element('outline', {
    type: 'rss',
    version: 'RSS2',
    text: asText(title),
    title: asText(title),
    description: asText(description) || undefined,
    language,
    xmlUrl: url,
    htmlUrl: absoluteUrl(siteUrl),
  });
}

/**
 * In OPML 2.0 a text is HTML, while readers show it as it is. So that both see the same, what would be
 * a mistake in HTML gets look-alike characters too.
 */
function asText(text: string): string {
  return plainText(text)
    .replaceAll('<', '‹')
    .replace(/&(?=[\w#])/g, '＆');
}
