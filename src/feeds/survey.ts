/** What a feed holds, for staff who think of watching it. Pure. */

import type { Language, Program, ProgramId } from '../model.js';
import { type ArticleContext, isWhole, toArticle } from './article.js';
import type { Entry, ParsedFeed } from './entry.js';
import { canonicalUrl } from './identify.js';
import { matchPrograms, similarProgram } from './programs.js';

/** An entry of the feed, as the article that would be made of it without its page. */
export interface SurveyedArticle {
  readonly entry: Entry;
  readonly title: string;
  readonly publishedAt?: Date;
  readonly programs: readonly ProgramId[];
}

export interface SurveyedCategory {
  /** As the feed names it. */
  readonly name: string;
  readonly entries: number;
  /** The programs that it names; empty where it names none. */
  readonly programs: readonly ProgramId[];
  /** Where it names none, the program that it resembles; null where there is none, or more than one. */
  readonly similar: ProgramId | null;
}

export interface GuidQuality {
  /** Entries without a guid: they are known by their address. */
  readonly missing: number;
  /** Guids that stand for several entries: there guid and address together are the name. */
  readonly repeated: number;
  /** Entries that had another guid at a second reading; null where the feed was not read twice. */
  readonly changed: number | null;
}

export interface FeedSurvey {
  /** In the document's order. What neither has a title nor a link is not among them. */
  readonly articles: readonly SurveyedArticle[];
  /** The oldest and the newest date; null where no entry has one. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** Entries by language; `unknown` where neither entry nor feed names one. */
  readonly languages: Readonly<Record<Language | 'unknown', number>>;
  /** Entries with the full text. The others are teasers, whose pages are fetched. */
  readonly fullTexts: number;
  readonly images: number;
  readonly authors: number;
  readonly guids: GuidQuality;
  /** The ones with the most entries first. */
  readonly categories: readonly SurveyedCategory[];
  /** Articles that match no program, and would go to the fallback. */
  readonly unmatched: number;
}

/** @param again the entries at a second reading of the feed a moment later; undefined where there was none */
export function surveyFeed(
  parsed: ParsedFeed,
  again: readonly Entry[] | undefined,
  context: ArticleContext,
): FeedSurvey {
  const articles: SurveyedArticle[] = [];
  const languages: Record<string, number> = {};
  let [images, authors, unmatched] = [0, 0, 0];
  for (const entry of parsed.entries) {
    const made = toArticle(entry, undefined, {
      ...context,
      ...(parsed.language && { feedLanguage: parsed.language }),
    });
    if ('refused' in made) continue;
    const { title, publishedAt, programs, language = 'unknown', image, author } = made.content;
    const date = publishedAt && { publishedAt: new Date(publishedAt) };
    articles.push({ entry, title, programs, ...date });
    languages[language] = (languages[language] ?? 0) + 1;
    if (image) images += 1;
    if (author) authors += 1;
    if (!made.matched) unmatched += 1;
  }
  const dates = articles.flatMap(({ publishedAt }) => publishedAt ?? []);
  const sorted = dates.sort((a, b) => a.getTime() - b.getTime());
  return {
    articles,
    from: sorted[0] ?? null,
    to: sorted.at(-1) ?? null,
    languages,
    fullTexts: articles.filter(({ entry }) => isWhole(entry)).length,
    images,
    authors,
    guids: judgeGuids(parsed.entries, again),
    categories: countCategories(parsed.entries, context.programs),
    unmatched,
  };
}

function judgeGuids(entries: readonly Entry[], again: readonly Entry[] | undefined): GuidQuality {
  const bearers = new Map<string, Set<string>>();
  for (const { guid, url, title } of entries) {
    if (guid === undefined) continue;
    bearers.set(guid, (bearers.get(guid) ?? new Set()).add(url ? canonicalUrl(url) : title));
  }
  const later = new Map(again?.map(({ url, guid }) => [url, guid]));
  const changed = entries.filter(
    ({ url, guid }) => url !== undefined && later.has(url) && later.get(url) !== guid,
  );
  return {
    missing: entries.filter(({ guid }) => guid === undefined).length,
    repeated: [...bearers.values()].filter(({ size }) => size > 1).length,
    changed: again ? changed.length : null,
  };
}

function countCategories(
  entries: readonly Entry[],
  programs: readonly Program[],
): readonly SurveyedCategory[] {
  const counted = new Map<string, { name: string; entries: number }>();
  for (const { categories } of entries) {
    for (const name of categories) {
      const key = name.toLowerCase();
      const before = counted.get(key) ?? { name, entries: 0 };
      counted.set(key, { ...before, entries: before.entries + 1 });
    }
  }
  return [...counted.values()]
    .sort((a, b) => b.entries - a.entries)
    .map(({ name, entries: count }) => {
      const hints = { categories: [name], url: '', feedPrograms: [] };
      const { matched, programs: found } = matchPrograms(hints, programs, '');
      const similar = matched ? undefined : similarProgram(name, programs);
      return { name, entries: count, programs: matched ? found : [], similar: similar ?? null };
    });
}
