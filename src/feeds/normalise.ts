/** Makes the one kind of entry of whatever an XML feed holds. */

import type { Image, Instant, Language } from '../model.js';
import { all, type Element, escapeHtml, type FeedDocument, textOf } from './element.js';
import type { Entry, ParsedFeed } from './entry.js';
import { readFeedDate } from './feed-dates.js';
import { canonicalLanguage } from './language.js';
import { webUrl } from './links.js';
import { pollingHints } from './polling-hints.js';
import { oneLine } from './sanitise.js';
import { looksLikeHtml, titleText } from './text.js';

type FeedFacts = Omit<ParsedFeed, 'parser' | 'note'>;

/**
 * Normalises a feed.
 * @param url where it was fetched from; relative URLs are relative to it unless xml:base says otherwise
 */
export function normalise({ atom, head, items }: FeedDocument, url: string): FeedFacts {
  const title = plain(all(head, 'title')[0]);
  const link = atom ? alternate(head, url) : webUrl(textOf(head, 'link'), url);
  const language = languageOf(head);
  const feedAuthor = atom ? authorOf(head) : undefined;
  return {
    ...(title ? { title } : {}),
    ...(link === undefined ? {} : { link }),
    ...(language === undefined ? {} : { language }),
    ...pollingHints(head, url),
    // The document's order is kept, whatever the dates say.
    entries: items.map((item) => entryOf(item, url, atom, feedAuthor)),
  };
}

function entryOf(item: Element, url: string, atom: boolean, feedAuthor?: string): Entry {
  // RSS 1.0 has its ids as rdf:about.
  const guid = textOf(item, 'guid', 'id') ?? item.attributes.about?.trim();
  const facts = {
    guid: guid || undefined,
    url: urlOf(item, url, atom),
    // An entry of Atom without an author has the feed's (RFC 4287, section 4.2.1).
    author: authorOf(item) ?? feedAuthor,
    publishedAt: published(item) ?? updated(item),
    updatedAt: updated(item),
    summaryHtml: htmlOf(item, atom, 'description', 'summary', 'itunes:summary'),
    contentHtml: htmlOf(item, atom, 'content:encoded', 'content', 'xhtml:body'),
    image: imageOf(item, url),
    language: languageOf(item),
  };
  return {
    title: plain(all(item, 'title')[0]),
    categories: categoriesOf(item),
    ...(Object.fromEntries(
      Object.entries(facts).filter(([, value]) => value !== undefined),
    ) as Present<typeof facts>),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function plain(element: Element | undefined): string {
  return element ? titleText(element.text) : '';
}

/**
 * The article's page: the link, or what FeedBurner has replaced it with; where there is none, an id
 * that is a URL and does not say that it leads nowhere.
 */
function urlOf(item: Element, base: string, atom: boolean): string | undefined {
  const original = absolute(all(item, 'feedburner:origlink')[0], base);
  const links = atom ? [] : all(item, 'link').map((link) => absolute(link, base));
  const id = atom
    ? all(item, 'id')[0]
    : all(item, 'guid').find(({ attributes }) => !/^false$/i.test(attributes.ispermalink ?? ''));
  return (
    original ??
    links.find((link) => link !== undefined) ??
    alternate(item, base) ??
    // Not relative to anything: most ids are no URLs at all.
    webUrl(id?.text) ??
    webUrl(item.attributes.about)
  );
}

/** The page that an Atom link leads to (RFC 4287, section 4.2.7); HTML before other types. */
function alternate(element: Element, base: string): string | undefined {
  const links = [...all(element, 'link'), ...all(element, 'atom:link')].filter(
    ({ attributes: { href, rel } }) => href !== undefined && (!rel || rel === 'alternate'),
  );
  const link = links.find(({ attributes: { type } }) => !type || type.includes('html')) ?? links[0];
  return link && webUrl(link.attributes.href, baseOf(link, base));
}

function absolute(element: Element | undefined, base: string): string | undefined {
  return element && webUrl(element.text, baseOf(element, base));
}

function baseOf(element: Element, base: string): string {
  return element.attributes['xml:base'] ?? base;
}

function authorOf(element: Element): string | undefined {
  const people = ['dc:creator', 'author', 'atom:author', 'itunes:author', 'creator']
    .map((name) =>
      all(element, name)
        .map((person) => personName(textOf(person, 'name', 'atom:name') ?? person.text))
        .filter((name) => name !== ''),
    )
    .find((names) => names.length > 0);
  return people && [...new Set(people)].join(', ');
}

/** "mail (Name)" and "Name <mail>" without the address; '' where there is nothing else. */
export function personName(raw: string): string {
  const text = titleText(raw.replace(/<[^<>\s]+@[^<>\s]+>/g, ''));
  const inBrackets = /^\S+@\S+\s+\((.*)\)$/.exec(text)?.[1];
  return oneLine((inBrackets ?? text).replace(/\S+@\S+\.\S+/g, ''));
}

function published(item: Element): Instant | undefined {
  return firstDate(item, [
    'pubdate',
    'published',
    'issued',
    'dc:date',
    'dcterms:issued',
    'dcterms:created',
    'atom:published',
  ]);
}

function updated(item: Element): Instant | undefined {
  return firstDate(item, ['updated', 'modified', 'dcterms:modified', 'atom:updated']);
}

function firstDate(item: Element, names: readonly string[]): Instant | undefined {
  return names
    .flatMap((name) => all(item, name).map(({ text }) => readFeedDate(text)))
    .find((date) => date !== undefined);
}

function htmlOf(item: Element, atom: boolean, ...names: readonly string[]): string | undefined {
  return names
    .flatMap((name) => all(item, name))
    .map((element) => html(element, atom))
    .find((text) => text !== '');
}

function html({ text, markup, attributes }: Element, atom: boolean): string {
  const { type = '', src, 'xml:base': base } = attributes;
  // Elsewhere (src), or something that is no text (RFC 4287, section 4.1.3).
  if (atom && (src !== undefined || (/\//.test(type) && !/^text\/|html|xml/.test(type)))) return '';
  const isText = !markup && (type === 'text' || type === 'text/plain');
  // Without a type Atom means plain text, yet what says <p> is HTML whose author forgot.
  const isBare = atom && !markup && type === '' && !looksLikeHtml(text);
  const result = (isText || isBare ? escapeHtml(text) : text).trim();
  return base === undefined ? result : rebase(result, base);
}

/** Makes the links and pictures of HTML absolute where xml:base says against what. */
function rebase(text: string, base: string): string {
  return text.replace(
    /(\s(?:href|src|poster)\s*=\s*)(?:"([^"<>]*)"|'([^'<>]*)')/gi,
    (whole, before: string, double?: string, single?: string) => {
      const url = (double ?? single ?? '').trim();
      return URL.canParse(url, base) ? `${before}"${escapeHtml(new URL(url, base).href)}"` : whole;
    },
  );
}

function categoriesOf(item: Element): readonly string[] {
  const names = [
    ...all(item, 'category').map(
      ({ text, attributes: { label, term } }) => (label?.trim() || term?.trim()) ?? text,
    ),
    ...all(item, 'dc:subject').map(({ text }) => text),
  ];
  return [...new Set(names.map(titleText).filter((name) => name !== ''))];
}

/** The picture of an entry: Media RSS, an enclosure, a thumbnail, or the podcast's, in this order. */
function imageOf(item: Element, base: string): (Partial<Image> & Pick<Image, 'url'>) | undefined {
  const groups = [item, ...all(item, 'media:group')];
  const contents = groups.flatMap((group) =>
    all(group, 'media:content')
      .filter(isPicture)
      .toSorted((a, b) => width(b) - width(a))
      .map((element) => ({ element, around: [element, group, item] })),
  );
  const thumbnails = [...groups, ...groups.flatMap((group) => all(group, 'media:content'))].flatMap(
    (around) =>
      all(around, 'media:thumbnail').map((element) => ({ element, around: [around, item] })),
  );
  const enclosures = [
    ...all(item, 'enclosure'),
    ...all(item, 'link').filter(({ attributes: { rel } }) => rel === 'enclosure'),
  ].filter(({ attributes: { type = '' } }) => type.startsWith('image/'));
  const others = [...enclosures, ...all(item, 'itunes:image')];

  const candidates = [
    ...contents,
    ...others.slice(0, enclosures.length).map((element) => ({ element, around: [item] })),
    ...thumbnails,
    ...others.slice(enclosures.length).map((element) => ({ element, around: [item] })),
  ];
  for (const { element, around } of candidates) {
    const url = webUrl(element.attributes.url ?? element.attributes.href, baseOf(element, base));
    if (url === undefined) continue;
    const alt = nearest(around, 'media:title') ?? nearest(around, 'media:description');
    const credit = nearest(around, 'media:credit');
    return { url, ...(alt ? { alt } : {}), ...(credit ? { credit } : {}) };
  }
  return undefined;
}

function nearest(around: readonly Element[], name: string): string | undefined {
  for (const element of around) {
    const text = textOf(element, name);
    if (text !== undefined) return titleText(text);
  }
  return undefined;
}

function isPicture({ attributes: { medium, type, url = '' } }: Element): boolean {
  if (medium !== undefined) return medium === 'image';
  if (type !== undefined) return type.startsWith('image/');
  return /\.(avif|gif|jpe?g|png|svg|webp)([?#]|$)/i.test(url);
}

function width({ attributes }: Element): number {
  return Number.parseInt(attributes.width ?? '0', 10) || 0;
}

function languageOf(element: Element): Language | undefined {
  return canonicalLanguage(
    textOf(element, 'language', 'dc:language') ?? element.attributes['xml:lang'],
  );
}
