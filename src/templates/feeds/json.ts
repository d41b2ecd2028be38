import {
  absoluteUrl,
  fullText,
  type OutputFeed,
  type OutputItem,
  plainText,
  prepared,
  shownDate,
} from './output-feed.js';

/**
 * Writes an output feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Pure: the same feed
 * gives the same bytes, which its ETag is made from.
 */
export function writeJson(given: OutputFeed): string {
  const feed = prepared(given);
  const written = {
    version: 'https://jsonfeed.org/version/1.1',
    title: plainText(feed.title),
    home_page_url: absoluteUrl(feed.siteUrl),
    feed_url: feed.currentUrl ?? feed.selfUrl,
    next_url: feed.prevArchiveUrl,
    description: plainText(feed.description) || undefined,
    language: feed.language,
    authors: [author(feed.publisher)],
    hubs: feed.hubs.length > 0 ? feed.hubs.map((url) => ({ type: 'WebSub', url })) : undefined,
    items: feed.items.map(item),
  };
  return `${JSON.stringify(written, null, 1)}\n`;
}

function item(written: OutputItem) {
  const { content, programNames } = written;
  return {
    id: `urn:uuid:${written.id}`,
    url: absoluteUrl(content.url),
    title: plainText(content.title) || content.url,
    content_html: fullText(content),
    summary: plainText(content.summary) || undefined,
    image: content.image && absoluteUrl(content.image.url),
    date_published: shownDate(written),
    date_modified: written.updatedAt,
    authors: content.author ? [author(content.author)] : undefined,
    tags: programNames.map(plainText),
    language: content.language,
  };
}

function author(name: string) {
  return { name: plainText(name) };
}
