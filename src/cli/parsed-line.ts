/** What `broadsheet parse` prints of a document: what the watcher would make of it. */

import type { Config } from '../config/config.js';
import { toArticle } from '../feeds/article.js';
import type { Entry, ParsedFeed } from '../feeds/entry.js';
import { sanitise } from '../feeds/sanitise.js';

/**
 * @param url where the document was found
 * @param config by which programs are matched; without one there are none
 */
export function lineOf(
  document: string,
  parsed: ParsedFeed,
  url: string,
  config: Config | undefined,
): object {
  const { parser, note, entries, title, link, language, every, skipHours, skipDays, hubs, self } =
    parsed;
  const facts = { title, link, language, every, skipHours, skipDays, hubs, self };
  return {
    document,
    parser,
    note: note ?? null,
    feed: withNulls(facts),
    articles: entries.map((entry) => articleLine(entry, url, config)),
  };
}

function articleLine(entry: Entry, url: string, config: Config | undefined): object {
  const base = entry.url ?? url;
  const html = (text: string | undefined) =>
    text === undefined ? undefined : sanitise(text, base);
  return withNulls({
    id: entry.guid,
    link: entry.url,
    title: entry.title || undefined,
    author: entry.author,
    published: entry.publishedAt,
    updated: entry.updatedAt,
    summary: html(entry.summaryHtml ?? entry.contentHtml),
    content: html(entry.contentHtml),
    image: entry.image,
    enclosures: entry.enclosures ?? [],
    language: entry.language,
    categories: entry.categories,
    ...madeOf(entry, url, config),
  });
}

function madeOf(entry: Entry, url: string, config: Config | undefined) {
  const programs = config?.feeds.find((feed) => feed.url === url)?.programs ?? [];
  const made = toArticle(entry, undefined, {
    feed: { url, programs, fullText: 'never' },
    programs: config?.programs ?? [],
    fallback: config?.fallbackProgram ?? '',
  });
  if ('refused' in made) return { programs: [], matched: undefined, refused: made.refused };
  return {
    programs: config ? made.content.programs : [],
    matched: config ? made.matched : undefined,
    refused: undefined,
  };
}

function withNulls(facts: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value ?? null]));
}
