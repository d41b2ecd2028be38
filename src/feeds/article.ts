/** Makes an article of a feed's entry and, where that was read, its page. */

import type { ArticleContent, Feed, Image, Instant, Program, ProgramId } from '../model.js';
import { parseDocument, removeWithEmpty } from './dom.js';
import type { Entry, PageFacts } from './entry.js';
import { canonicalLanguage } from './language.js';
import { samePicture, webUrl } from './links.js';
import { instant } from './page-dates.js';
import { type MatchedPrograms, matchPrograms } from './programs.js';
import { excerpt, oneLine, plainText, sanitise } from './sanitise.js';
import { cleanAuthor, cleanCredit, takeVisible } from './visible.js';

const LONGEST_TITLE = 300;
const LONGEST_SUMMARY = 300;
const LONGEST_CATEGORY = 200;
const MOST_CATEGORIES = 50;
/** Characters of text below which an entry's HTML may be a teaser. */
const SHORTEST_BODY = 600;

/** Ends of a text that goes on elsewhere, and what blog software writes behind them. */
const GOES_ON =
  /(?:…|\.\.\.|\[(?:…|\.\.\.)\]|\(…\)|(?:read (?:more|on|the (?:full|whole) (?:article|story|text))|continue reading|full text|(?:читать|читайте) (?:далее|дальше|полностью)|подробнее|толығырақ|детальніше)(?:[\s:].{0,120})?)[\s→»>.]*$/iu;
const FOOTER = /\s*The post .{1,300} (?:first appeared|appeared first) on .{1,200}$/iu;

export interface ArticleContext {
  readonly feed: Pick<Feed, 'url' | 'programs' | 'fullText'>;
  /** What the feed says of itself as a whole. */
  readonly feedLanguage?: string;
  /** The config's. */
  readonly programs: readonly Program[];
  /** Where an article goes that matches no program. */
  readonly fallback: ProgramId;
}

/** What was made of an entry; `matched` is false where no program matched, which staff are told. */
export interface MadeArticle {
  readonly content: ArticleContent;
  readonly matched: boolean;
}

/** Why nothing could be made of an entry, in a sentence. */
export interface RefusedEntry {
  readonly refused: string;
}

/**
 * Whether the entry's page should be fetched: by the feed's `fullText` always, never, or where the
 * entry lacks the author, the date, the image, the image's credit, the full text, or a program.
 */
export function wantsPage(entry: Entry, context: ArticleContext): boolean {
  const { fullText } = context.feed;
  if (fullText !== 'auto') return fullText === 'always';
  const own = readOwn(entry, entry.url ?? '');
  return (
    own.author === undefined ||
    (own.publishedAt ?? entry.updatedAt) === undefined ||
    own.image?.credit === undefined ||
    !own.whole ||
    !findPrograms(entry.categories, entry.url ?? '', context).matched
  );
}

/** Whether the entry has the article's full text, and not only a teaser of it. */
export function isWhole(entry: Entry): boolean {
  return readOwn(entry, entry.url ?? '').whole;
}

/**
 * The article as it is stored. The entry's own values win over the page's where they are good; the
 * page's text wins over a teaser (with `fullText: always` over any shorter one), and its picture over
 * one whose credit nobody knows. Refused is only an entry with neither a title nor an http(s) URL.
 */
export function toArticle(
  entry: Entry,
  page: PageFacts | undefined,
  context: ArticleContext,
): MadeArticle | RefusedEntry {
  const ownUrl = webUrl(entry.url) ?? webUrl(page?.canonicalUrl);
  const ownTitle = oneLine(entry.title) || oneLine(page?.title ?? '');
  if (ownUrl === undefined && ownTitle === '') {
    const guid = excerpt(oneLine(entry.guid ?? ''), 100);
    return {
      refused: `The entry ${guid ? `"${guid}" ` : ''}has neither a title nor an http(s) link, so there is nothing to send. Ask the newsroom to give it one of them.`,
    };
  }
  // Some feeds have notices without a page; their readers are best served by the newsroom's site.
  const url = ownUrl ?? new URL('/', context.feed.url).href;
  const own = readOwn(entry, url);
  const pageBody = page?.bodyHtml === undefined ? '' : sanitise(page.bodyHtml, url);
  const pageText = plainText(pageBody);
  const maybeCut = !own.whole || context.feed.fullText === 'always';
  const fromPage = maybeCut && pageText.length > own.text.length;
  const bodyHtml = fromPage ? pageBody : own.bodyHtml;
  const text = fromPage ? pageText : own.text;
  const summary =
    own.summary || oneLine(page?.summary ?? '') || withoutEnding(text) || withoutEnding(pageText);
  const title = ownTitle || excerpt(summary, 100) || url;
  const author = own.author ?? cleanAuthor(page?.author ?? '');
  const publishedAt =
    own.publishedAt ?? instant(page?.publishedAt) ?? instant(entry.updatedAt ?? page?.modifiedAt);
  const image = chooseImage(own.image, page?.image);
  const language =
    canonicalLanguage(entry.language) ??
    canonicalLanguage(context.feedLanguage) ??
    canonicalLanguage(page?.language);
  const categories = mergeCategories(entry.categories, page?.categories ?? []);
  const { programs, matched } = findPrograms(categories, url, context);
  const content: ArticleContent = {
    title: excerpt(title, LONGEST_TITLE),
    url,
    ...(author !== undefined && { author }),
    ...(publishedAt !== undefined && { publishedAt }),
    summary: excerpt(summary, LONGEST_SUMMARY),
    bodyHtml,
    ...(image !== undefined && { image }),
    ...(language !== undefined && { language }),
    categories,
    programs,
  };
  return { content, matched };
}

function findPrograms(
  categories: readonly string[],
  url: string,
  { feed, programs, fallback }: ArticleContext,
): MatchedPrograms {
  return matchPrograms({ categories, url, feedPrograms: feed.programs }, programs, fallback);
}

/** What an entry says by itself, its visible lines ("Author: …") among it. */
interface Own {
  readonly author: string | undefined;
  readonly publishedAt: Instant | undefined;
  readonly image: Entry['image'];
  readonly bodyHtml: string;
  /** The body's text. */
  readonly text: string;
  /** Whether the body is the full text and no teaser. */
  readonly whole: boolean;
  readonly summary: string;
}

function readOwn(entry: Entry, url: string): Own {
  const title = oneLine(entry.title);
  const content = readHtml(entry.contentHtml ?? '', url, title);
  const summary = readHtml(entry.summaryHtml ?? '', url, title);
  // Many feeds put the full text where the summary belongs.
  const body = content.text.length >= summary.text.length ? content : summary;
  const whole = body.text.length >= SHORTEST_BODY && !goesOn(body.text);
  // A short text that claims to be the content is kept; a teaser is only a summary.
  const isBody = whole || (body === content && !goesOn(body.text));
  const given = entry.image && webUrl(entry.image.url, url);
  const shown = content.picture ?? summary.picture;
  const credit = cleanCredit(entry.image?.credit ?? '') ?? content.credit ?? summary.credit;
  const alt = oneLine(entry.image?.alt ?? '') || (shown?.alt ?? '');
  const imageUrl = given ?? shown?.url;
  const shortText = summary.text === '' || body === summary ? body.text : summary.text;
  return {
    author: cleanAuthor(entry.author ?? '') ?? content.author ?? summary.author,
    publishedAt: instant(entry.publishedAt) ?? content.publishedAt ?? summary.publishedAt,
    image:
      imageUrl === undefined
        ? undefined
        : { url: imageUrl, ...(alt !== '' && { alt }), ...(credit !== undefined && { credit }) },
    bodyHtml: isBody ? body.html : '',
    text: body.text,
    whole,
    summary: body === content && shortText === body.text ? '' : withoutEnding(shortText),
  };
}

interface ReadHtml {
  readonly html: string;
  readonly text: string;
  readonly author?: string;
  readonly publishedAt?: Instant;
  readonly credit?: string;
  readonly picture?: { readonly url: string; readonly alt: string };
}

function readHtml(html: string, url: string, title: string): ReadHtml {
  if (html.trim() === '') return { html: '', text: '' };
  const { body } = parseDocument(html.slice(0, LONGEST_ENTRY));
  const visible = takeVisible(body, undefined);
  const first = body.querySelector('h1, h2, h3, p, div, strong');
  if (first && title !== '' && oneLine(first.textContent) === title) removeWithEmpty(first);
  const clean = sanitise(body.innerHTML, url);
  const img = parseDocument(clean).body.querySelector('img');
  const src = img?.getAttribute('src');
  return {
    html: clean,
    text: plainText(clean).replace(FOOTER, ''),
    ...visible,
    ...(src && { picture: { url: src, alt: img?.getAttribute('alt') ?? '' } }),
  };
}

/** A little over what the sanitiser reads, so that it is the one that cuts and says so. */
const LONGEST_ENTRY = 1_100_000;

function goesOn(text: string): boolean {
  return GOES_ON.test(text.slice(-300));
}

/** A teaser's text without "Read more" at its end. */
function withoutEnding(text: string): string {
  const tail = text.slice(-300);
  const ending = GOES_ON.exec(tail)?.[0];
  if (ending === undefined || ending.startsWith('…') || ending.startsWith('...')) return text;
  const kept = text.slice(0, text.length - ending.length).trim();
  return kept === '' || /[.!?…»"”)]$/u.test(kept) ? kept : `${kept}…`;
}

/** A picture and its credit stay together: the page's credit goes only with the page's picture. */
function chooseImage(own: Entry['image'], page: PageFacts['image']): Image | undefined {
  const pageUrl = webUrl(page?.url);
  const ofPage = page && pageUrl !== undefined ? { ...page, url: pageUrl } : undefined;
  const same = own && ofPage && samePicture(own.url, ofPage.url);
  const takesPage = !own || (!same && own.credit === undefined && ofPage?.credit !== undefined);
  const image = takesPage ? ofPage : own;
  if (!image) return undefined;
  const credit = image.credit ?? (same ? ofPage?.credit : undefined);
  const cleaned = cleanCredit(credit ?? '');
  return {
    url: image.url,
    alt: oneLine(image.alt || (same ? (ofPage?.alt ?? '') : '')),
    ...(cleaned !== undefined && { credit: cleaned }),
  };
}

/** The feed's own first; the same name in another case is not repeated. */
function mergeCategories(own: readonly string[], page: readonly string[]): readonly string[] {
  const merged = new Map<string, string>();
  for (const category of [...own, ...page]) {
    const name = excerpt(oneLine(category), LONGEST_CATEGORY);
    const key = name.toLowerCase();
    if (name !== '' && !merged.has(key) && merged.size < MOST_CATEGORIES) merged.set(key, name);
  }
  return [...merged.values()];
}
