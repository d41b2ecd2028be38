/** Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/). */

import type { Image } from '../model.js';
import { escapeHtml } from './element.js';
import type { Enclosure, Entry, ParsedFeed } from './entry.js';
import { readFeedDate } from './feed-dates.js';
import { canonicalLanguage } from './language.js';
import { webUrl } from './links.js';
import { personName } from './normalise.js';
import { titleText } from './text.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a feed in JSON. What has another type than it should is taken as missing; an item is never
 * lost for it. Throws a sentence where the document is no JSON Feed at all.
 * @param url where it was fetched from
 */
export function readJsonFeed(json: string, url: string): ParsedFeed {
  let feed: Json;
  try {
    feed = object(JSON.parse(json));
  } catch (error) {
    throw new Error(`The answer is damaged JSON: ${(error as Error).message}.`);
  }
  if (!Array.isArray(feed.items)) {
    throw new Error('The answer is JSON, but no JSON Feed: it has no list of items.');
  }
  const facts = {
    title: titleText(text(feed.title)) || undefined,
    link: webUrl(text(feed.home_page_url), url),
    language: canonicalLanguage(text(feed.language)),
    self: webUrl(text(feed.feed_url), url),
  };
  const hubs = list(feed.hubs).flatMap((hub) => webUrl(text(object(hub).url), url) ?? []);
  const feedAuthor = authorOf(feed);
  return {
    ...present(facts),
    hubs: [...new Set(hubs)],
    entries: feed.items.map((item) => entryOf(object(item), url, feedAuthor)),
    parser: 'json-feed',
  };
}

function entryOf(item: Json, url: string, feedAuthor: string | undefined): Entry {
  const plain = text(item.content_text);
  return {
    title: titleText(text(item.title)),
    categories: [...new Set(list(item.tags).flatMap((tag) => titleText(text(tag)) || []))],
    ...present({
      // Ids should be strings; numbers are common.
      guid: text(typeof item.id === 'number' ? String(item.id) : item.id).trim() || undefined,
      url:
        webUrl(text(item.url), url) ??
        webUrl(text(item.external_url), url) ??
        webUrl(text(item.id)),
      author: authorOf(item) ?? feedAuthor,
      publishedAt: readFeedDate(text(item.date_published)),
      updatedAt: readFeedDate(text(item.date_modified)),
      summaryHtml: escapeHtml(text(item.summary)) || undefined,
      contentHtml: text(item.content_html) || (plain ? paragraphs(plain) : undefined),
      image: imageOf(item, url),
      enclosures: enclosuresOf(item, url),
      language: canonicalLanguage(text(item.language)),
    }),
  };
}

function paragraphs(plain: string): string {
  return plain
    .split(/\n\s*\n/)
    .map((part) => `<p>${escapeHtml(part.trim()).replaceAll('\n', '<br>')}</p>`)
    .join('');
}

function authorOf(from: Json): string | undefined {
  const names = [...list(from.authors), from.author]
    .map((author) => personName(text(object(author).name)))
    .filter((name) => name !== '');
  return names.length > 0 ? [...new Set(names)].join(', ') : undefined;
}

function imageOf(item: Json, base: string): Pick<Image, 'url'> | undefined {
  const attachments = list(item.attachments)
    .map(object)
    .filter(({ mime_type: type }) => text(type).startsWith('image/'))
    .map(({ url }) => url);
  const url = [item.image, item.banner_image, ...attachments]
    .map((candidate) => webUrl(text(candidate), base))
    .find((candidate) => candidate !== undefined);
  return url === undefined ? undefined : { url };
}

function enclosuresOf(item: Json, base: string): readonly Enclosure[] | undefined {
  const found = list(item.attachments)
    .map(object)
    .flatMap(({ url: raw, mime_type: type, size_in_bytes: bytes }) => {
      const url = webUrl(text(raw), base);
      if (url === undefined) return [];
      const length = typeof bytes === 'number' ? bytes : undefined;
      return [{ url, ...present({ type: text(type) || undefined, length }) }];
    });
  return found.length > 0 ? found : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function present<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
