/** Reads the page of an article: its data for machines first, then what it shows. */

import { Readability } from '@mozilla/readability';
import type { Language } from '../model.js';
import { type DomDocument, type DomElement, parseDocument } from './dom.js';
import type { PageFacts } from './entry.js';
import { readStructuredData, type StructuredData } from './jsonld.js';
import { canonicalLanguage } from './language.js';
import { samePicture, webUrl } from './links.js';
import { readDate } from './page-dates.js';
import { oneLine, plainText } from './sanitise.js';
import { removeTeasers } from './teasers.js';
import { titleText } from './text.js';
import { cleanAuthor, cleanCredit, takeVisible, type Visible } from './visible.js';

/** More elements than any article's page has; Readability's time grows faster than they do. */
const MOST_ELEMENTS = 30_000;
const LONGEST_LABEL = 100;
/** What is longer, after the title, is the article's text. */
const SHORTEST_PARAGRAPH = 150;

type PageImage = NonNullable<PageFacts['image']>;

/**
 * Says what a page tells of its article: JSON-LD, then OpenGraph and `article:` metadata, then what
 * is shown around the text, and the text itself by Readability, without teasers of other articles,
 * byline, date, picture credit and a repeated title. Never throws; what cannot be found is missing.
 * It takes 50 ms for a usual page and seconds for a hostile one: call it where that blocks nobody.
 * @param url the address that the page was fetched from
 */
export function readPage(html: string, url: string): PageFacts {
  const document = parseDocument(html);
  const { body } = document;
  const base = webUrl(body.querySelector('base[href]')?.getAttribute('href') ?? '', url) ?? url;
  const meta = readMeta(body);
  const data = readStructuredData(body, url);
  const canonicalUrl =
    sameSite(body.querySelector('link[rel=canonical]')?.getAttribute('href'), base) ??
    sameSite(meta('og:url'), base);
  const site = meta('og:site_name');
  const named = label(data.headline) ?? withoutSite(label(meta('og:title', 'twitter:title')), site);
  const heading = findTitle(body, named);
  const title =
    named ??
    label(heading?.textContent) ??
    withoutSite(label(body.querySelector('title')?.textContent), site);
  const crumbs = readCrumbs(body);

  removeTeasers(body, heading);
  const categories = [
    ...data.sections,
    ...meta.all('article:section'),
    ...crumbs,
    ...readLabels(heading),
  ];
  const marked = body.querySelector(
    '[itemprop=author], [rel=author], [class*=byline i]',
  )?.textContent;
  makeAbsolute(body, base);
  const pictures = [...body.querySelectorAll('img')];
  const picture = readImage(data, meta, pictures, base);
  const visible = takeVisible(body, heading);
  const author =
    names(data.authors) ??
    visible.author ??
    cleanAuthor(meta('author', 'article:author', 'parsely-author', 'dc.creator') ?? '') ??
    (marked && marked.length <= LONGEST_LABEL ? cleanAuthor(marked) : undefined) ??
    names(data.organisations);
  const publishedAt =
    readDate(data.datePublished ?? '') ??
    readDate(meta('article:published_time', 'datePublished', 'date', 'dc.date') ?? '') ??
    visible.publishedAt;
  const image = picture && withCredit(picture, data, visible);
  const language = readLanguage(data, meta, html);
  const summary = label(
    meta('og:description', 'description', 'twitter:description') ?? data.description,
  );
  const bodyHtml = readBody(document, heading, title);
  return {
    ...(title !== undefined && { title }),
    ...(canonicalUrl !== undefined && { canonicalUrl }),
    ...(author !== undefined && { author }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(image !== undefined && { image }),
    ...(language !== undefined && { language }),
    categories: unique(categories),
    ...(summary !== undefined && { summary }),
    ...(bodyHtml !== undefined && { bodyHtml }),
  };
}

interface Meta {
  /** The first filled value of the first of these names. */
  (...names: readonly string[]): string | undefined;
  all(name: string): readonly string[];
}

function readMeta(body: DomElement): Meta {
  const values = new Map<string, string[]>();
  for (const element of body.querySelectorAll('meta')) {
    const key = ['property', 'name', 'itemprop'].map((k) => element.getAttribute(k)).find(Boolean);
    const content = element.getAttribute('content')?.trim();
    if (!key || !content) continue;
    const name = key.trim().toLowerCase();
    values.set(name, [...(values.get(name) ?? []), content]);
  }
  const all = (name: string): readonly string[] => values.get(name.toLowerCase()) ?? [];
  return Object.assign((...names: readonly string[]) => names.flatMap((name) => all(name))[0], {
    all,
  });
}

/** The heading that says the title; some sites have their own name in the first. */
function findTitle(body: DomElement, title: string | undefined): DomElement | undefined {
  const headings = [...body.querySelectorAll('h1, h2')];
  return (
    headings.find((heading) => oneLine(heading.textContent) === title) ??
    body.querySelector('article h1, main h1, [itemprop=headline]') ??
    headings.find((heading) => heading.localName === 'h1') ??
    body.querySelector('article h2, main h2') ??
    undefined
  );
}

/** The page's title ends in the name of the site more often than not. */
function withoutSite(title: string | undefined, site: string | undefined): string | undefined {
  const parts = title?.split(/\s+[|–—·•»]\s+|\s+-\s+/) ?? [];
  const last = parts.at(-1);
  if (!title || !last || parts.length < 2) return title;
  if (site === undefined ? !title.includes(' | ') : last !== oneLine(site)) return title;
  return title.slice(0, title.lastIndexOf(last)).replace(/\s+[|–—·•»-]\s+$/u, '');
}

function readCrumbs(body: DomElement): readonly string[] {
  const crumbs = body.querySelector('[class*=breadcrumb i], [aria-label*=breadcrumb i]');
  // The first leads home; the article itself is no link, or the last, and matches nothing.
  return [...(crumbs?.querySelectorAll('a') ?? [])].slice(1).map((link) => link.textContent);
}

const LABEL_CLASS =
  /(^|[-_\s])(categor(y|ies)|label|tags?|section|rubric|program(me)?s?|eyebrow|kicker|topics?|overline)([-_\s]|$)/i;
const LABEL_LINK = /\/(programm?e?s?|categor(y|ies)|sections?|topics?|rubrics?|tags?)\//i;
const LABEL_TEXT = /(^|\s)(program(me)?|программа|бағдарламасы)(\s|$)/iu;

/**
 * Labels of the article's section beside its title, before its text: named so, leading to a section,
 * or saying "Program".
 */
function readLabels(heading: DomElement | undefined): readonly string[] {
  const found: string[] = [];
  let around = heading?.parentElement;
  for (let level = 0; around && level < 3; level++) {
    let pastTitle = false;
    for (const element of around.querySelectorAll('*')) {
      pastTitle ||= element === heading;
      if (heading && (element.contains(heading) || heading.contains(element))) continue;
      // A box that holds several is no label.
      if (element.querySelector('p, div') || [...element.children].length > 1) continue;
      const text = oneLine(element.textContent);
      if (pastTitle && text.length > SHORTEST_PARAGRAPH) break;
      if (text !== '' && text.length <= LONGEST_LABEL && isLabel(element, text)) found.push(text);
    }
    if (found.length > 0) break;
    around = around.parentElement;
  }
  return found.slice(0, 10);
}

function isLabel(element: DomElement, text: string): boolean {
  const named = `${element.getAttribute('class') ?? ''} ${element.getAttribute('rel') ?? ''}`;
  return (
    LABEL_CLASS.test(named) ||
    LABEL_LINK.test(element.getAttribute('href') ?? '') ||
    (LABEL_TEXT.test(text) && !/[.!?:]$/.test(text))
  );
}

function readImage(
  data: StructuredData,
  meta: Meta,
  pictures: readonly DomElement[],
  base: string,
): PageImage | undefined {
  const ofMeta = webUrl(
    meta('og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image'),
    base,
  );
  const shown =
    pictures.find((img) => img.closest('figure') && sourceOf(img)) ?? pictures.find(sourceOf);
  const url = webUrl(data.image, base) ?? ofMeta ?? (shown && sourceOf(shown));
  if (url === undefined) return undefined;
  const same = pictures.find((img) => samePicture(sourceOf(img) ?? '', url));
  const alt =
    label(same?.getAttribute('alt')) ??
    label(url === ofMeta ? meta('og:image:alt', 'twitter:image:alt') : undefined);
  return { url, ...(alt !== undefined && { alt }) };
}

function sourceOf(img: DomElement): string | undefined {
  if (/^[0-2](px)?$/.test(img.getAttribute('width') ?? '')) return undefined;
  return (
    webUrl(img.getAttribute('data-src') ?? undefined) ??
    webUrl(img.getAttribute('src') ?? undefined)
  );
}

function withCredit(image: PageImage, data: StructuredData, visible: Visible): PageImage {
  const credit = visible.credit ?? cleanCredit(data.imageCredit ?? '');
  return { ...image, ...(credit !== undefined && { credit }) };
}

function readLanguage(data: StructuredData, meta: Meta, html: string): Language | undefined {
  const ofRoot = /<html\b[^>]{0,1000}?\slang\s*=\s*["']?([\w-]+)/i.exec(html.slice(0, 50_000))?.[1];
  for (const tag of [data.language, ofRoot, meta('og:locale')]) {
    const language = canonicalLanguage(tag);
    if (language !== undefined) return language;
  }
  return undefined;
}

function readBody(
  document: DomDocument,
  heading: DomElement | undefined,
  title: string | undefined,
): string | undefined {
  for (const element of document.body.querySelectorAll('h1, h2')) {
    if (element === heading || oneLine(element.textContent) === title) element.remove();
  }
  try {
    // Readability's types want the DOM of a browser; it uses what linkedom has.
    const reader = new Readability<string>(document as never, {
      maxElemsToParse: MOST_ELEMENTS,
      disableJSONLD: true,
    });
    const content = reader.parse()?.content;
    return content && oneLine(plainText(content)) !== '' ? content : undefined;
  } catch {
    // It throws where there are too many elements; the entry's own text stays then.
    return undefined;
  }
}

/** Readability and the sanitiser know the page's address only, not its `<base>`. */
function makeAbsolute(body: DomElement, base: string): void {
  for (const [selector, attribute] of [
    ['a[href]', 'href'],
    ['img[src]', 'src'],
    ['img[data-src]', 'data-src'],
  ] as const) {
    for (const element of body.querySelectorAll(selector)) {
      const absolute = webUrl(element.getAttribute(attribute) ?? '', base);
      if (absolute !== undefined) element.setAttribute(attribute, absolute);
    }
  }
}

/** A page may only name an address of its own site as its own; `www.` does not matter. */
function sameSite(raw: string | null | undefined, base: string): string | undefined {
  const url = webUrl(raw ?? undefined, base);
  const host = (of: string) => new URL(of).hostname.replace(/^www\./, '');
  return url !== undefined && URL.canParse(base) && host(url) === host(base) ? url : undefined;
}

function names(authors: readonly string[]): string | undefined {
  const clean = unique(authors.map((name) => cleanAuthor(titleText(name)) ?? ''));
  return clean.length > 0 ? clean.join(', ') : undefined;
}

/** Text that may hold entities or tags, on one line; undefined where it is empty. */
function label(text: string | null | undefined): string | undefined {
  const line = titleText(text ?? '');
  return line === '' ? undefined : line;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => label(text) ?? ''))].filter((text) => text !== '');
}
