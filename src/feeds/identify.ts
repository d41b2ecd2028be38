/** Tells whether an entry is one that was seen before, whatever its publisher's software did to it. */

import { createHash } from 'node:crypto';
import type { FeedId } from '../model.js';
import type { Entry } from './entry.js';

/** Parameters that say where a reader came from, and nothing of the article. */
const TRACKING =
  /^(utm_|mc_|pk_|mtm_|at_(medium|campaign)|_hs|hsa_)|^(fb|g|dc|ms|y|tw)clid$|^(gclsrc|gbraid|wbraid|igshid|yclid|_ga|_openstat|cmpid|ncid)$/i;

/**
 * The names under which an entry is known: one that is known by any of them is the same article. The
 * first is the one its id is made of. Never empty.
 *
 * - `guid:<feed>:<guid>`; where the document uses one guid for several entries, guid and URL together;
 * - `url:<canonical URL>`, the same in all feeds, so that new guids for old articles, or a second feed
 *   with the same article, are no new articles. Not where several entries of the document share the
 *   URL, or where it is a site's front page: that tells nothing;
 * - `text:<feed>:<hash>` of title and text, only for what has neither.
 *
 * @param document all entries of the document that the entry came in
 */
export function aliasesOf(
  feedId: FeedId,
  entry: Entry,
  document: readonly Entry[],
): readonly string[] {
  const { guids, urls } = surroundings(document);
  const { guid } = entry;
  const url = entry.url === undefined ? undefined : canonicalUrl(entry.url);
  const telling = url !== undefined && !isFrontPage(url) && urls.get(url) === 1;
  const aliases: string[] = [];
  if (guid !== undefined) {
    const shared = (guids.get(guid) ?? 0) > 1;
    aliases.push(
      alias(`guid:${feedId}:`, shared ? `${guid} ${telling ? url : textHash(entry)}` : guid),
    );
  }
  if (telling) aliases.push(alias('url:', url));
  return aliases.length > 0 ? aliases : [`text:${feedId}:${textHash(entry)}`];
}

/** A database indexes neither long texts nor control characters; a hash stands for those. */
function alias(prefix: string, name: string): string {
  const fits = Buffer.byteLength(name) <= 2_000 && !/\p{Cc}/u.test(name);
  return prefix + (fits ? name : `sha256 ${hash([name])}`);
}

interface Surroundings {
  /** How many different entries use each guid, and each canonical URL. */
  readonly guids: ReadonlyMap<string, number>;
  readonly urls: ReadonlyMap<string, number>;
}

/** Counted once a document, and not once an entry: feeds of thousands are common. */
const counted = new WeakMap<readonly Entry[], Surroundings>();

function surroundings(document: readonly Entry[]): Surroundings {
  const found = counted.get(document);
  if (found) return found;
  const guids = new Map<string, Set<string>>();
  const urls = new Map<string, Set<string>>();
  for (const entry of document) {
    const url = entry.url === undefined ? '' : canonicalUrl(entry.url);
    // An entry that stands in the document twice is still one.
    if (entry.guid !== undefined) add(guids, entry.guid, url || textHash(entry));
    if (url) add(urls, url, entry.guid ?? textHash(entry));
  }
  const result = { guids: sizes(guids), urls: sizes(urls) };
  counted.set(document, result);
  return result;
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function sizes(sets: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, number> {
  return new Map([...sets].map(([key, { size }]) => [key, size]));
}

/**
 * A URL in the one form that all spellings of it have: https, lower-case host without www., no
 * fragment, no slash at the end, no tracking parameters, the others sorted. For comparing only: it may
 * lead nowhere.
 * @param url an absolute http(s) URL
 */
export function canonicalUrl(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  for (const name of [...searchParams.keys()]) {
    if (TRACKING.test(name)) searchParams.delete(name);
  }
  searchParams.sort();
  const query = searchParams.size > 0 ? `?${searchParams}` : '';
  return `https://${host.replace(/^www\.(?=.*\.)/, '')}${pathname.replace(/\/+$/, '')}${query}`;
}

function isFrontPage(canonical: string): boolean {
  return /^https:\/\/[^/?]*$/.test(canonical);
}

/** SHA-256 in hex of what readers would see of an entry. Its dates are left out: they change for no reason. */
export function entryHash(entry: Entry): string {
  const { title, url, author, summaryHtml, contentHtml, image, language, categories } = entry;
  return hash([
    title,
    url === undefined ? undefined : canonicalUrl(url),
    author,
    summaryHtml,
    contentHtml,
    image?.url,
    image?.alt,
    image?.credit,
    language,
    ...categories.toSorted(),
  ]);
}

function textHash({ title, summaryHtml, contentHtml }: Entry): string {
  return hash([title, contentHtml ?? summaryHtml]);
}

function hash(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
