/** What a page says of its article in JSON-LD (schema.org Article and its kinds). */

import type { DomElement } from './dom.js';
import { titleText } from './text.js';

type Json = unknown;
type Thing = Readonly<Record<string, Json>>;

export interface StructuredData {
  readonly headline?: string;
  /** Names of people. */
  readonly authors: readonly string[];
  /** Organisations that are named as the author. */
  readonly organisations: readonly string[];
  readonly datePublished?: string;
  readonly dateModified?: string;
  readonly image?: string;
  readonly imageCredit?: string;
  readonly imageCaption?: string;
  readonly sections: readonly string[];
  readonly language?: string;
  readonly description?: string;
  /** Whether all of the text is for everybody; undefined where that is not said. */
  readonly free?: boolean;
}

const ARTICLE = /(^|[/:])([A-Za-z]*Article|BlogPosting|Report)$/;
/** More than any page has, less than what costs time. */
const MOST_THINGS = 2_000;

/**
 * Reads every `application/ld+json` script: arrays, `@graph`, references by `@id`. Where several
 * articles are described, the one whose URL is the page's is taken, or whose headline is in its titles;
 * of the others none may be the page's own. What does not parse is repaired where it is only a matter
 * of line breaks or commas, else left out.
 * @param titles what the page shows as its title, on one line each
 */
export function readStructuredData(
  body: DomElement,
  url: string,
  titles: readonly string[],
): StructuredData {
  const things: Thing[] = [];
  for (const script of body.querySelectorAll('script')) {
    if (/ld\+json/i.test(script.getAttribute('type') ?? '')) {
      collect(parseLoosely(script.textContent), things);
    }
  }
  const byId = new Map<Json, Thing>(
    things.filter((thing) => isText(thing['@id'])).map((thing) => [thing['@id'], thing]),
  );
  const articles = things.filter((thing) => list(thing['@type']).some(isArticle));
  const article =
    articles.find((thing) => isAbout(thing, url)) ??
    articles.find(({ headline }) => isText(headline) && titles.includes(titleText(headline))) ??
    (articles.length === 1 ? articles[0] : undefined);
  const crumbs = things
    .filter((thing) => list(thing['@type']).includes('BreadcrumbList'))
    .flatMap((thing) => list(thing.itemListElement))
    .slice(0, 20)
    .map((item) => name(item) ?? name(field(item, 'item')));
  // The first crumb is the home page and the last the article itself.
  const sections = [...list(article?.articleSection).map(name), ...crumbs.slice(1, -1)];
  const resolve = (value: Json): Json => byId.get(field(value, '@id')) ?? value;
  const authors = list(article?.author ?? article?.creator).map(resolve);
  const isOrganisation = (author: Json) =>
    list(field(author, '@type')).some((type) => /Organization$/.test(String(type)));
  const image = resolve(list(article?.image)[0]);
  const free = isFree(article);
  return {
    ...text('headline', article?.headline ?? article?.name),
    ...text('datePublished', article?.datePublished ?? article?.dateCreated),
    ...text('dateModified', article?.dateModified),
    ...text('image', isThing(image) ? (image.url ?? image.contentUrl ?? image['@id']) : image),
    ...text(
      'imageCredit',
      field(image, 'creditText') ?? name(field(image, 'creator')) ?? name(field(image, 'author')),
    ),
    ...text('imageCaption', field(image, 'caption')),
    ...text('language', name(article?.inLanguage) ?? field(article?.inLanguage, 'alternateName')),
    ...text('description', article?.description),
    ...(free !== undefined && { free }),
    authors: authors
      .filter((author) => !isOrganisation(author))
      .map(name)
      .filter(isText),
    organisations: authors.filter(isOrganisation).map(name).filter(isText),
    sections: sections.filter(isText),
  };
}

function collect(value: Json, things: Thing[]): void {
  for (const item of list(value)) {
    if (!isThing(item) || things.length >= MOST_THINGS) continue;
    things.push(item);
    collect(item['@graph'], things);
    // A page that names its article as its main thing.
    if (!Array.isArray(item.mainEntity)) collect(item.mainEntity, things);
  }
}

function parseLoosely(text: string): Json {
  const json = text.replace(/^\s*(<!--|\/?\/?\s*<!\[CDATA\[)|(-->|(\/\/)?\s*\]\]>)\s*$/g, '');
  const repairs = [
    (broken: string) => broken,
    // Line breaks inside of strings, and the comma or semicolon after the last thing.
    (broken: string) =>
      broken
        .replace(/\p{Cc}+/gu, ' ')
        .replace(/,\s?(?=[}\]])/g, '')
        .replace(/;\s?$/, ''),
  ];
  for (const repair of repairs) {
    try {
      return JSON.parse(repair(json));
    } catch {
      // The next repair may do; without any, the page says it elsewhere.
    }
  }
  return undefined;
}

function isArticle(type: Json): boolean {
  return typeof type === 'string' && ARTICLE.test(type);
}

function isAbout(thing: Thing, url: string): boolean {
  const page = thing.mainEntityOfPage;
  return [thing.url, thing['@id'], page, field(page, '@id'), field(page, 'url')].some(
    (value) => typeof value === 'string' && sameAddress(value, url),
  );
}

/** https://developers.google.com/search/docs/appearance/structured-data/paywalled-content */
function isFree(article: Thing | undefined): boolean | undefined {
  const said = [article, ...list(article?.hasPart)].map((part) =>
    String(field(part, 'isAccessibleForFree') ?? '').toLowerCase(),
  );
  if (said.some((value) => /^(false|no|https?:\/\/schema\.org\/false)$/.test(value))) return false;
  return said[0] === 'true' ? true : undefined;
}

function sameAddress(a: string, b: string): boolean {
  const plain = (url: string) => url.replace(/^https?:\/\/(www\.)?|[?#].*$|\/$/g, '');
  return plain(a) === plain(b);
}

function name(value: Json): string | undefined {
  const found = isThing(value) ? (value.name ?? joined(value)) : value;
  return typeof found === 'string' ? found : undefined;
}

function joined(value: Thing): string | undefined {
  const names = [value.givenName, value.familyName].filter(isText);
  return names.length > 0 ? names.join(' ') : undefined;
}

function field(value: Json, key: string): Json {
  return isThing(value) ? value[key] : undefined;
}

function text<K extends string>(key: K, value: Json): { readonly [k in K]?: string } {
  const first = list(value)[0];
  return (isText(first) ? { [key]: first } : {}) as { readonly [k in K]?: string };
}

function list(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function isText(value: Json): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isThing(value: Json): value is Thing {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
