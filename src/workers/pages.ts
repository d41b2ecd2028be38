/** Reads the pages of what a poll brought, one for each article that lacks something. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Entry, PageFacts } from '../feeds/entry.js';
import type { Fetcher, FetchResult } from '../feeds/fetch.js';
import type { Reader } from '../feeds/reader.js';
import type { Feed } from '../model.js';
import type { Problem } from './tell-of-polls.js';

/** Pages read after one poll. A burst is held anyway; what is beyond keeps the feed's own words. */
const pagesAtOnce = 50;
/** Milliseconds after which a poll begins no further page, so that a slow site delays no article for long. */
const timeForPages = 45_000;
/** Milliseconds until a page that is not there yet is asked for again. */
const secondTryAfter = 20_000;
/** Answers that a site gives while it has not published the page everywhere, or is in trouble. */
const passing = new Set([404, 410, 425, 500, 502, 504]);

/** What a feed's config says of its pages. */
type PagesOfFeed = Pick<Feed, 'allowPrivate' | 'page'>;

interface PagesOptions {
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  readonly signal: AbortSignal;
  /** Milliseconds; 20,000 where not given. */
  readonly secondTryAfter?: number;
}

/** What came of an article's page. */
interface PageOutcome {
  readonly page?: PageFacts;
  /** For staff: why its text is not used, or what the config's selectors missed. */
  readonly note?: string;
}

interface Try extends PageOutcome {
  /** The page may be there in a moment. */
  readonly passing?: boolean;
}

/**
 * Reads the pages of these entries, by their URLs, one after another and each once. A page that is not
 * there is asked for a second time, as many sites publish the feed first. Pages that the limits of one
 * poll leave out are not in the answer. Never rejects.
 */
export async function readPages(
  feed: PagesOfFeed,
  entries: readonly Entry[],
  options: PagesOptions,
): Promise<ReadonlyMap<string, PageOutcome>> {
  const { signal } = options;
  const outcomes = new Map<string, Try>();
  async function readEach(some: Iterable<readonly [string, Entry]>) {
    const begun = performance.now();
    for (const [url, entry] of some) {
      if (performance.now() - begun >= timeForPages || signal.aborted) break;
      outcomes.set(url, await readPage(feed, url, entry, options));
    }
  }
  const byUrl = new Map(entries.flatMap((entry) => (entry.url ? [[entry.url, entry]] : [])));
  await readEach([...byUrl].slice(0, pagesAtOnce));
  const missing = [...byUrl].filter(([url]) => outcomes.get(url)?.passing);
  if (missing.length > 0) {
    await wait(options.secondTryAfter ?? secondTryAfter, undefined, { signal }).catch(() => {});
    await readEach(missing);
  }
  return outcomes;
}

async function readPage(
  feed: PagesOfFeed,
  url: string,
  entry: Entry,
  { fetcher, reader, signal }: PagesOptions,
): Promise<Try> {
  const answer = await fetcher.get({
    url,
    allowPrivate: feed.allowPrivate,
    accept: 'page',
    signal,
  });
  if (answer.kind !== 'ok') return refused(answer);
  try {
    const expected = { entry, ...(feed.page && { selectors: feed.page }) };
    const { contentType } = answer.headers;
    const page = await reader.readPage(answer.body, contentType, answer.url, expected);
    return { page, ...noteOf(page), ...(page.problem?.passing && { passing: true }) };
  } catch (error) {
    return { note: withoutPage((error as Error).message) };
  }
}

function noteOf({ problem, unmatched = [] }: PageFacts): { readonly note?: string } {
  const names = unmatched.map((name) => `page.${name}`).join(', ');
  const notes = [
    ...(problem ? [withoutPage(problem.message)] : []),
    ...(names ? [`On the article's page nothing was found by the config's ${names}.`] : []),
  ];
  return notes.length > 0 ? { note: notes.join(' ') } : {};
}

/** What staff should look at where selectors of the config found nothing: the same words for every page. */
export function missedSelectors(
  feed: Pick<Feed, 'id'>,
  page: PageFacts | undefined,
): readonly Problem[] {
  return (page?.unmatched ?? []).map((name) => ({
    message: `On a page of the feed ${feed.id} nothing was found by the config's page.${name}, so it was looked for without it. Correct or remove it; "broadsheet page URL --feed ${feed.id}" shows what it finds.`,
    attention: true,
  }));
}

function refused(answer: Exclude<FetchResult, { kind: 'ok' }>): Try {
  if (answer.kind !== 'failed') return { note: withoutPage('It is gone (410).'), passing: true };
  return { note: withoutPage(answer.reason), passing: passing.has(answer.status ?? 0) };
}

function withoutPage(because: string): string {
  return `The article's page gives no text, so the feed's own words are used. ${because}`;
}
