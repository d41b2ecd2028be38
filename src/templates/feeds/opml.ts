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
        textElement('title', plainText(title)),
        textElement('ownerName', plainText(owner)),
        element('docs', {}, 'http://opml.org/spec2.opml'),
      ]),
      element(
        'body',
        {},
        groups.map((group) =>
          element('outline', { text: plainText(group.title) }, group.feeds.map(outline)),
        ),
      ),
    ]),
  );
}

function outline({ title, description, url, siteUrl, language }: ListedFeed): Xml {
  return element('outline', {
    type: 'rss',
    version: 'RSS2',
    text: plainText(title),
    title: plainText(title),
    description: plainText(description) || undefined,
    language,
    xmlUrl: url,
    htmlUrl: absoluteUrl(siteUrl),
  });
}
