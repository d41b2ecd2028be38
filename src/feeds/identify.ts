/** The names of an entry, by which it is known again whatever its publisher's software did to it. */

import { createHash } from 'node:crypto';
import type { FeedId, Instant } from '../model.js';
import type { Entry } from './entry.js';
import { titleKey, type Words, wordsOfEntry } from './likeness.js';

/** Parameters that say where a reader came from, and nothing of the article. */
const TRACKING =
  /^(utm_|mc_|pk_|mtm_|at_(medium|campaign)|_hs|hsa_)|^(fb|g|dc|ms|y|tw)clid$|^(gclsrc|gbraid|wbraid|igshid|yclid|_ga|_openstat|cmpid|ncid)$/i;

/** Parameters that say who reads, and nothing of the article; `sid` and the like only where they look like it. */
const SESSION = /^(phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken)$/i;
const PERHAPS_SESSION = /^(s|sid|session|session_?id)$/i;
/** Characters. */
const SHORTEST_TEXT = 60;

const SESSION_VALUE = /^(?=.*\d)[\da-z]{16,}$/i;

/**
 * - `guid:<feed>:<guid>`; where the document uses one guid for several entries, guid and URL together;
 * - `url:<canonical URL>`, the same in all feeds, so that new guids for old articles, or a second feed
 *   with the same article, are no new articles. Not where several entries of the document share the
 *   URL, or where it is a site's front page: that tells nothing;
 * - `like:<feed>:<guid>` without what systems change in a guid: case, white space, the spelling of a URL;
 * - `title:<hash>`, `words:<hash>` of the text, and `date:<feed>:<date>`, which alone settle nothing
 *   (see recognise.ts); the last two not where several entries of the document share them;
 * - `text:<feed>:<hash>` of title and text, only for what has neither guid nor URL.
 */
export type NameKind = 'guid' | 'url' | 'like' | 'title' | 'words' | 'date' | 'text';

export function kindOf(alias: string): NameKind {
  return alias.slice(0, alias.indexOf(':')) as NameKind;
}

/** Whether the name is one within its feed only. */
export function isFeedsOwn(alias: string): boolean {
  return !['url', 'title', 'words'].includes(kindOf(alias));
}

/** What is known of an entry before it is read as an article. */
export interface Sighting {
  /** Every name it has; the first is the one its id is made of. */
  readonly aliases: readonly string[];
  /** A hash of what readers would see, to tell a revision from the same again. */
  readonly entryHash: string;
  readonly publishedAt?: Instant;
  /** Made when asked for: the names settle nearly everything. */
  readonly words: () => Words;
}

/** @param document all entries of the document that the entry came in */
export function sightingOf(feed: FeedId, entry: Entry, document: readonly Entry[]): Sighting {
  let words: Words | undefined;
  return {
    aliases: aliasesOf(feed, entry, document),
    entryHash: entryHash(entry),
    ...(entry.publishedAt && { publishedAt: entry.publishedAt }),
    words: () => {
      words ??= wordsOfEntry(entry);
      return words;
    },
  };
}

/**
 * The names under which an entry is known. Never empty.
 * @param document all entries of the document that the entry came in
 */
export function aliasesOf(
  feedId: FeedId,
  entry: Entry,
  document: readonly Entry[],
): readonly string[] {
  const { guids, loose, urls, texts, dates } = surroundings(document);
  const { guid } = entry;
  const url = entry.url === undefined ? undefined : canonicalUrl(entry.url);
  const telling = url !== undefined && !isFrontPage(url) && urls.get(url) === 1;
  const aliases: string[] = [];
  if (guid !== undefined) {
    const shared = (guids.get(guid) ?? 0) > 1;
    aliases.push(
      alias(`guid:${feedId}:`, shared ? `${guid} ${telling ? url : textHash(entry)}` : guid),
    );
    if (loose.get(looseGuid(guid)) === 1) aliases.push(alias(`like:${feedId}:`, looseGuid(guid)));
  }
  if (telling) aliases.push(alias('url:', url));
  if (aliases.length === 0) aliases.push(`text:${feedId}:${textHash(entry)}`);
  const title = titleKey(entry.title);
  if (title) aliases.push(`title:${hash([title])}`);
  const text = longText(entry);
  if (texts.get(text) === 1) aliases.push(`words:${hash([text])}`);
  const date = entry.publishedAt ?? '';
  if (dates.get(date) === 1) aliases.push(`date:${feedId}:${date}`);
  return aliases;
}

/** A guid without what systems change in it. */
function looseGuid(guid: string): string {
  const isUrl = /^https?:/i.test(guid) && URL.canParse(guid);
  return (isUrl ? canonicalUrl(guid) : guid).toLowerCase().replace(/\s+/g, '');
}

/** A database indexes neither long texts nor control characters; a hash stands for those. */
function alias(prefix: string, name: string): string {
  const fits = Buffer.byteLength(name) <= 2_000 && !/\p{Cc}/u.test(name);
  return prefix + (fits ? name : `sha256 ${hash([name])}`);
}

interface Surroundings {
  /** How many different entries use each guid, each guid loosely read, and each canonical URL. */
  readonly guids: ReadonlyMap<string, number>;
  readonly loose: ReadonlyMap<string, number>;
  readonly urls: ReadonlyMap<string, number>;
  /** And each text and date. */
  readonly texts: ReadonlyMap<string, number>;
  readonly dates: ReadonlyMap<string, number>;
}

/** Counted once a document, and not once an entry: feeds of thousands are common. */
const counted = new WeakMap<readonly Entry[], Surroundings>();

function surroundings(document: readonly Entry[]): Surroundings {
  const found = counted.get(document);
  if (found) return found;
  const guids = new Map<string, Set<string>>();
  const loose = new Map<string, Set<string>>();
  const urls = new Map<string, Set<string>>();
  const texts = new Map<string, Set<string>>();
  const dates = new Map<string, Set<string>>();
  for (const entry of document) {
    const url = entry.url === undefined ? '' : canonicalUrl(entry.url);
    // An entry that stands in the document twice is still one.
    if (entry.guid !== undefined) {
      add(guids, entry.guid, url || textHash(entry));
      add(loose, looseGuid(entry.guid), `${entry.guid} ${url || textHash(entry)}`);
    }
    if (url) add(urls, url, entry.guid ?? textHash(entry));
    const own = `${entry.guid} ${url || textHash(entry)}`;
    if (longText(entry)) add(texts, longText(entry), own);
    if (entry.publishedAt) add(dates, entry.publishedAt, own);
  }
  const result = {
    ...{ guids: sizes(guids), loose: sizes(loose), urls: sizes(urls) },
    ...{ texts: sizes(texts), dates: sizes(dates) },
  };
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
 * fragment, no slash at the end, no tracking parameters and no session, the others sorted. For comparing
 * only: it may lead nowhere.
 * @param url an absolute http(s) URL
 */
export function canonicalUrl(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  for (const [name, value] of [...searchParams]) {
    const session = SESSION.test(name) || (PERHAPS_SESSION.test(name) && SESSION_VALUE.test(value));
    if (session || TRACKING.test(name)) searchParams.delete(name);
  }
  searchParams.sort();
  const query = searchParams.size > 0 ? `?${searchParams}` : '';
  const path = pathname
    .replace(/;jsessionid=[^/;]*/i, '')
    .replace(/\/+$/, '')
    // Some systems write the escapes of other scripts in lower case.
    .replace(/%[\da-f]{2}/gi, (octet) => octet.toUpperCase());
  return `https://${host.replace(/^www\.(?=.*\.)/, '')}${path}${query}`;
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

/** The text as the feed has it; '' where it is too short to be one article's alone. */
function longText({ summaryHtml, contentHtml }: Entry): string {
  const text = contentHtml ?? summaryHtml ?? '';
  return text.length >= SHORTEST_TEXT ? text : '';
}

function textHash({ title, summaryHtml, contentHtml }: Entry): string {
  return hash([title, contentHtml ?? summaryHtml]);
}

function hash(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
