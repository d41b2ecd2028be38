/** What `broadsheet parse` prints of a document: what the watcher would make of it. */

import type { Config } from '../config/config.js';
import { type ArticleContext, toArticle } from '../feeds/article.js';
import type { Entry, ParsedFeed } from '../feeds/entry.js';
import { sanitise } from '../feeds/sanitise.js';

/**
 * @param document as it was named
 * @param url where it was found
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
  const programs = config?.feeds.find((feed) => feed.url === document)?.programs ?? [];
  const context = config && {
    feed: { url, programs, fullText: 'never' as const },
    programs: config.programs,
    fallback: config.fallbackProgram,
  };
  return {
    document,
    parser,
    note: note ?? null,
    feed: withNulls(facts),
    articles: entries.map((entry) => articleLine(entry, url, context)),
  };
}

function articleLine(entry: Entry, url: string, context: ArticleContext | undefined): object {
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
    ...madeOf(entry, url, context),
  });
}

/** The programs, or why it makes no article. */
function madeOf(entry: Entry, url: string, context: ArticleContext | undefined) {
  const nothing: ArticleContext = {
    feed: { url, programs: [], fullText: 'never' },
    programs: [],
    fallback: '',
  };
  const made = toArticle(entry, undefined, context ?? nothing);
  if ('refused' in made) return { programs: [], matched: null, refused: made.refused };
  if (!context) return { programs: [], matched: null, refused: null };
  return { programs: made.content.programs, matched: made.matched, refused: null };
}

function withNulls(facts: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value ?? null]));
}
