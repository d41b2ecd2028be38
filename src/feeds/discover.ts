/** Finds the feeds of a site, and reads each before it is called one. */

import type { ParsedFeed } from './entry.js';
import type { FeedLink } from './feed-links.js';
import type { Fetched, Fetcher } from './fetch.js';
import type { Reader } from './reader.js';

/** A feed that was read. */
export interface FoundFeed {
  /** Where to poll it: where it moved for good, or else as it was asked for. */
  readonly url: string;
  /** `itself`: it is what was asked for; `guessed`: nothing names it, and it is where feeds often are. */
  readonly how: 'itself' | FeedLink['how'] | 'guessed';
  readonly answer: Fetched;
  readonly parsed: ParsedFeed;
}

export interface Discovery {
  /** The best first; empty where there is none. */
  readonly feeds: readonly FoundFeed[];
  /** What was asked for and is none, each with a full sentence. */
  readonly others: readonly { readonly url: string; readonly reason: string }[];
}

export interface DiscoverOptions {
  readonly fetcher: Fetcher;
  readonly reader: Reader;
  /** Whether loopback and private addresses may be reached, by whatever the page names too. */
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

/** Feeds are read until so many are found; further ones are hardly what somebody looks for. */
const MOST_FEEDS = 4;
/** Addresses that are asked, the page's own included. */
const MOST_REQUESTS = 10;
/** Where feeds are on sites that name none: WordPress, and what static sites are made with. */
const USUAL = ['/feed', '/rss.xml', '/atom.xml', '/feed.json', '/index.xml'];

/**
 * Reads the address: as a feed, or else as a page whose feeds are read. Only where it names none that can
 * be read, the site is asked at a few usual addresses, up to the first that is one. Never rejects.
 */
export async function discover(url: string, options: DiscoverOptions): Promise<Discovery> {
  const { fetcher, reader, allowPrivate = false, signal } = options;
  const feeds: FoundFeed[] = [];
  const others: { url: string; reason: string }[] = [];
  const asked = new Set<string>();

  /** Adds it to what was found; returns what it is where it is no feed. */
  async function ask(address: string, how: FoundFeed['how']): Promise<Fetched | undefined> {
    asked.add(address);
    const answer = await fetcher.get({
      url: address,
      allowPrivate,
      accept: 'feed',
      ...(signal && { signal }),
    });
    if (answer.kind !== 'ok') {
      const reason = answer.kind === 'failed' ? answer.reason : 'It is gone (410).';
      others.push({ url: address, reason });
      return undefined;
    }
    try {
      const parsed = await reader.readFeed(answer.body, answer.headers.contentType, answer.url);
      const found = answer.permanentUrl ?? address;
      // Two addresses may lead to one feed.
      if (!feeds.some((feed) => feed.answer.url === answer.url)) {
        feeds.push({ url: found, how, answer, parsed });
      }
      return undefined;
    } catch (error) {
      others.push({ url: address, reason: (error as Error).message });
      return answer;
    }
  }

  const page = await ask(url, 'itself');
  if (!page) return { feeds, others };
  const links = await linksOf(page, reader);
  for (const link of links) {
    if (feeds.length === MOST_FEEDS || asked.size === MOST_REQUESTS || signal?.aborted) break;
    // What readers click on may as well be a neighbour's.
    if (link.how === 'linked' && feeds.length > 0) continue;
    if (!asked.has(link.url)) await ask(link.url, link.how);
  }
  for (const path of USUAL) {
    const address = new URL(path, page.url).href;
    if (feeds.length > 0 || asked.size === MOST_REQUESTS || signal?.aborted) break;
    if (!asked.has(address)) await ask(address, 'guessed');
  }
  return { feeds, others };
}

/**
 * Why a document that was fetched as a feed is none, with the feed that it names for machines where it is
 * a page that names one. Nothing is fetched for it: a poll that fails asks nobody for more.
 * @param error what the reader threw
 */
export async function whyNoFeed(
  error: unknown,
  page: FetchedPage,
  reader: Reader,
): Promise<string> {
  const { message } = error as Error;
  const named = (await linksOf(page, reader)).find(({ how }) => how === 'named');
  return named ? `${message} The page names the feed ${named.url}.` : message;
}

/** As much of an answer as is needed to read it. */
type FetchedPage = Pick<Fetched, 'body' | 'headers' | 'url'>;

/** What cannot be read names nothing. */
async function linksOf(page: FetchedPage, reader: Reader): Promise<readonly FeedLink[]> {
  const { contentType, link } = page.headers;
  return reader.readLinks(page.body, contentType, page.url, link).catch(() => []);
}
