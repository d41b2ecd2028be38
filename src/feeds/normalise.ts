/** Makes the one kind of entry of whatever an XML feed holds. */

import type { Instant, Language } from '../model.js';
import { all, type Element, type FeedDocument, textOf } from './element.js';
import type { Entry, ParsedFeed } from './entry.js';
import { contentOf, summaryOf, titleOf } from './entry-text.js';
import { readFeedDate } from './feed-dates.js';
import { canonicalLanguage } from './language.js';
import { webUrl } from './links.js';
import { enclosuresOf, imageOf } from './media.js';
import { pollingHints } from './polling-hints.js';
import { oneLine } from './sanitise.js';
import { titleText } from './text.js';

type FeedFacts = Omit<ParsedFeed, 'parser' | 'note'>;

/**
 * Normalises a feed.
 * @param url where it was fetched from; relative URLs are relative to it unless xml:base says otherwise
 */
export function normalise({ atom, head, items }: FeedDocument, url: string): FeedFacts {
  const title = titleOf(head, atom);
  const link = urlOf(head, url, atom);
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
    url: urlOf(item, url, atom) ?? webUrl(item.attributes.about),
    // An entry of Atom without an author has the feed's (RFC 4287, section 4.2.1).
    author: authorOf(item) ?? feedAuthor,
    publishedAt: published(item),
    updatedAt: updated(item),
    summaryHtml: summaryOf(item, atom),
    contentHtml: contentOf(item, atom),
    image: imageOf(item, url),
    enclosures: enclosuresOf(item, url),
    language: languageOf(item),
  };
  return {
    title: titleOf(item, atom),
    categories: categoriesOf(item),
    ...(Object.fromEntries(
      Object.entries(facts).filter(([, value]) => value !== undefined),
    ) as Present<typeof facts>),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * The page of an article, or the site of a feed: the link, or what FeedBurner has replaced it with;
 * where there is none, an id that is a URL and does not say that it leads nowhere.
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
    // CDF has its links so.
    webUrl(item.attributes.href, baseOf(item, base)) ??
    // Not relative to anything: most ids are no URLs at all.
    webUrl(id?.text)
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
  // Each part stops at the next "@", or a name that is full of them would be tried in all its halves.
  const text = titleText(raw.replace(/<[^<>\s@]+@[^<>\s@]+>/g, ''));
  const inBrackets = /^[^\s@]+@[^\s@]+\s+\((.*)\)$/.exec(text)?.[1];
  return oneLine((inBrackets ?? text).replace(/[^\s@]+@[^\s@.]+\.[^\s@]+/g, ''));
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
  return (
    firstDate(item, ['updated', 'modified', 'dcterms:modified', 'atom:updated']) ??
    readFeedDate(item.attributes.lastmod)
  );
}

function firstDate(item: Element, names: readonly string[]): Instant | undefined {
  return names
    .flatMap((name) => all(item, name).map(({ text }) => readFeedDate(text)))
    .find((date) => date !== undefined);
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

function languageOf(element: Element): Language | undefined {
  return canonicalLanguage(
    textOf(element, 'language', 'dc:language') ?? element.attributes['xml:lang'],
  );
}
