/** Reads the page of an article: its data for machines first, then what it shows. */

import type { Language } from '../model.js';
import { type DomElement, parseDocument } from './dom.js';
import type { Expected, PageFacts } from './entry.js';
import { readStructuredData, type StructuredData } from './jsonld.js';
import { canonicalLanguage } from './language.js';
import { webUrl } from './links.js';
import { readBody, settleAddresses } from './page-body.js';
import { readDate } from './page-dates.js';
import { readCrumbs, takeLabels } from './page-labels.js';
import { type Meta, metaNames, readMeta } from './page-meta.js';
import { readImage } from './page-pictures.js';
import { keptBack, notHtml, notTheArticle, notTheText, type ShownPage } from './page-problem.js';
import { oneLine, plainText } from './sanitise.js';
import { type Selected, select } from './selectors.js';
import { removeTeasers } from './teasers.js';
import { titleText } from './text.js';
import { cleanAuthor, cleanCredit, takeVisible, type Visible } from './visible.js';

const LONGEST_BYLINE = 100;

/**
 * Says what a page tells of its article: by the config's selectors, then JSON-LD, then OpenGraph and
 * other metadata, then what is shown around the text, and the text itself by Readability, without
 * teasers of other articles, byline, date, picture credit and a repeated title. Where the page is not
 * the article's, or keeps its text back, `problem` says so. Never throws; what cannot be found is
 * missing. It takes 50 ms for a usual page and seconds for a hostile one: call it where that blocks
 * nobody.
 * @param url the address that the page was fetched from
 */
export function readPage(html: string, url: string, expected: Expected = {}): PageFacts {
  const other = notHtml(html);
  if (other) return { categories: [], problem: other };
  const document = parseDocument(html.replace(/<(\/?)amp-(?=img\b|iframe\b)/gi, '<$1'));
  const { body } = document;
  const base = webUrl(body.querySelector('base[href]')?.getAttribute('href') ?? '', url) ?? url;
  const meta = readMeta(body);
  const titles = readTitles(body, meta);
  const data = readStructuredData(body, url, titles.all);
  settleAddresses(body, base);
  const shown = lookAt(body, url, [...titles.all, label(data.headline) ?? '']);
  const wrong = notTheArticle(shown, expected.entry);
  if (wrong) return { categories: [], problem: wrong };

  const selected = select(body, expected.selectors ?? {});
  const named = label(data.headline) ?? titles.ofMeta;
  const heading = findTitle(body, named ?? titles.ofDocument);
  const title = named ?? label(heading?.textContent) ?? titles.ofDocument;
  const crumbs = readCrumbs(body);
  removeTeasers(body, [...(heading ? [heading] : []), ...selected.content]);
  const labels = takeLabels(heading);
  const categories =
    selected.sections.length > 0
      ? selected.sections
      : [...data.sections, ...meta.all(metaNames.section), ...crumbs, ...labels];
  const byline = readByline(body);
  const image = selected.image ?? readImage({ data, meta, base }, body, heading);
  const visible = takeVisible(body, heading);
  const author = chooseAuthor({ selected, data, visible, meta, byline });
  const publishedAt =
    selected.publishedAt ??
    readDate(data.datePublished ?? '') ??
    readDate(meta.first(metaNames.published) ?? '') ??
    visible.publishedAt;
  const modifiedAt = readDate(data.dateModified ?? meta.first(metaNames.modified) ?? '');
  const credit = visible.credit ?? cleanCredit(data.imageCredit ?? '');
  const canonicalUrl = readCanonical(body, meta, base);
  const language = readLanguage(data, meta, html);
  const summary = label(meta.first(metaNames.summary) ?? data.description);
  const isTitle = (each: DomElement) => each === heading || oneLine(each.textContent) === title;
  const bodyHtml = readBody(document, selected.content, isTitle);
  const text = plainText(bodyHtml ?? '');
  const problem = notTheText(text, shown, expected.entry) ?? keptBack(data.free, shown, text);
  return {
    ...(title !== undefined && { title }),
    ...(canonicalUrl !== undefined && { canonicalUrl }),
    ...(author !== undefined && { author }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...(image !== undefined && { image: { ...image, ...(credit !== undefined && { credit }) } }),
    ...(language !== undefined && { language }),
    categories: unique(categories),
    ...(summary !== undefined && { summary }),
    ...(problem ? { problem } : bodyHtml !== undefined && { bodyHtml }),
    ...(selected.unmatched.length > 0 && { unmatched: selected.unmatched }),
  };
}

interface Titles {
  readonly ofMeta: string | undefined;
  readonly ofDocument: string | undefined;
  /** These and the first headings, as far as they are there. */
  readonly all: readonly string[];
}

function readTitles(body: DomElement, meta: Meta): Titles {
  const site = meta.first(['og:site_name']);
  const ofMeta = withoutSite(label(meta.first(metaNames.title)), site);
  const ofDocument = withoutSite(label(body.querySelector('title')?.textContent), site);
  const headings = [...body.querySelectorAll('h1')].slice(0, 5);
  const all = [ofMeta, ofDocument, ...headings.map((heading) => label(heading.textContent))];
  return { ofMeta, ofDocument, all: all.filter((title) => title !== undefined) };
}

/** People before organisations, and what is said of this article before what a template says of all. */
function chooseAuthor(found: {
  readonly selected: Selected;
  readonly data: StructuredData;
  readonly visible: Visible;
  readonly meta: Meta;
  readonly byline: string | undefined;
}): string | undefined {
  const { selected, data, visible, meta, byline } = found;
  return (
    names(selected.authors) ??
    names(data.authors) ??
    visible.author ??
    names(meta.all(metaNames.scholars)) ??
    cleanAuthor(meta.first(metaNames.author) ?? '') ??
    byline ??
    names(data.organisations)
  );
}

/** What the page shows to a reader; its scripts and styles are taken away. */
function lookAt(body: DomElement, url: string, titles: readonly string[]): ShownPage {
  const noscripts = [...body.querySelectorAll('noscript')];
  const withoutScripts = oneLine(noscripts.map((each) => each.textContent).join(' '));
  for (const element of body.querySelectorAll('script, style, noscript, template'))
    element.remove();
  const asksForPassword = body.querySelector('input[type=password]') !== null;
  return { url, titles, text: oneLine(body.textContent), withoutScripts, asksForPassword };
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

function readCanonical(body: DomElement, meta: Meta, base: string): string | undefined {
  const link = body.querySelector('link[rel=canonical]')?.getAttribute('href');
  return sameSite(link, base) ?? sameSite(meta.first(['og:url']), base);
}

/** The author where the page's markup names one, whatever the text around. */
function readByline(body: DomElement): string | undefined {
  const marked = body.querySelector('[itemprop=author], [rel=author], [class*=byline i]');
  const text = oneLine(marked?.textContent ?? '');
  return text.length <= LONGEST_BYLINE ? cleanAuthor(text) : undefined;
}

function readLanguage(data: StructuredData, meta: Meta, html: string): Language | undefined {
  const ofRoot = /<html\b[^>]{0,1000}?\slang\s*=\s*["']?([\w-]+)/i.exec(html.slice(0, 50_000))?.[1];
  for (const tag of [data.language, ofRoot, meta.first(['og:locale'])]) {
    const language = canonicalLanguage(tag);
    if (language !== undefined) return language;
  }
  return undefined;
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
