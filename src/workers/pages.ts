/** Reads the pages of what a poll brought, one for each article that lacks something. */

import type { PageFacts } from '../feeds/entry.js';
import type { Fetcher } from '../feeds/fetch.js';
import type { Reader } from '../feeds/reader.js';
import type { Feed } from '../model.js';

/** Pages read after one poll. A burst is held anyway; what is beyond keeps the feed's own words. */
const pagesAtOnce = 50;
/** Milliseconds after which a poll begins no further page, so that a slow site delays no article for long. */
const timeForPages = 45_000;

export interface PagesOptions {
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  readonly signal: AbortSignal;
}

/** What came of an article's page: one of them is there. */
export interface PageOutcome {
  readonly page?: PageFacts;
  /** A sentence for staff on why the page is not used. */
  readonly note?: string;
}

/**
 * Reads the articles' pages, one after another and each once. Those that the limits of one poll leave
 * out are not in the answer. Never rejects.
 */
export async function readPages(
  feed: Feed,
  urls: readonly string[],
  options: PagesOptions,
): Promise<ReadonlyMap<string, PageOutcome>> {
  const outcomes = new Map<string, PageOutcome>();
  const begun = performance.now();
  for (const url of new Set(urls)) {
    const late = performance.now() - begun >= timeForPages;
    if (outcomes.size >= pagesAtOnce || late || options.signal.aborted) break;
    outcomes.set(url, await readPage(feed, url, options));
  }
  return outcomes;
}

async function readPage(
  feed: Feed,
  url: string,
  { fetcher, reader, signal }: PagesOptions,
): Promise<PageOutcome> {
  const answer = await fetcher.get({
    url,
    allowPrivate: feed.allowPrivate,
    accept: 'page',
    signal,
  });
  if (answer.kind === 'failed') return failed(answer.reason);
  if (answer.kind !== 'ok') return failed(`The page answered “${answer.kind}”.`);
  try {
    return { page: await reader.readPage(answer.body, answer.headers.contentType, answer.url) };
  } catch (error) {
    return failed((error as Error).message);
  }
}

function failed(because: string): PageOutcome {
  return {
    note: `The article's page could not be read, so the feed's own words are used. ${because}`,
  };
}
