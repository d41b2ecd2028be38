/** The pictures and files that come with an entry. */

import { all, type Element, textOf } from './element.js';
import type { Enclosure, Entry } from './entry.js';
import { webUrl } from './links.js';
import { titleText } from './text.js';

/** The picture of an entry: Media RSS, an enclosure, a thumbnail, or the podcast's, in this order. */
export function imageOf(item: Element, base: string): Entry['image'] {
  const groups = groupsOf(item);
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
  const alone = (element: Element) => ({ element, around: [item] });
  const candidates = [
    ...contents,
    ...enclosed(item)
      .filter(({ attributes: { type = '' } }) => type.startsWith('image/'))
      .map(alone),
    ...thumbnails,
    ...all(item, 'itunes:image').map(alone),
  ];
  for (const { element, around } of candidates) {
    const url = urlOf(element, base);
    if (url === undefined) continue;
    const alt = nearest(around, 'media:title') ?? nearest(around, 'media:description');
    const credit = nearest(around, 'media:credit');
    return { url, ...(alt ? { alt } : {}), ...(credit ? { credit } : {}) };
  }
  return undefined;
}

/** All files that come with an entry, each URL once; undefined where there are none. */
export function enclosuresOf(item: Element, base: string): readonly Enclosure[] | undefined {
  const found = new Map<string, Enclosure>();
  const media = groupsOf(item).flatMap((group) => all(group, 'media:content'));
  for (const element of [...enclosed(item), ...media]) {
    const url = urlOf(element, base);
    if (url === undefined || found.has(url)) continue;
    const { type, length, filesize } = element.attributes;
    const bytes = Number.parseInt(length ?? filesize ?? '', 10);
    found.set(url, { url, ...(type ? { type } : {}), ...(bytes > 0 ? { length: bytes } : {}) });
  }
  return found.size > 0 ? [...found.values()] : undefined;
}

/** The entry and its groups of Media RSS: what is said in either is said of the entry. */
export function groupsOf(item: Element): readonly Element[] {
  return [item, ...all(item, 'media:group')];
}

/** Enclosures of RSS, and of Atom. */
function enclosed(item: Element): readonly Element[] {
  return [
    ...all(item, 'enclosure'),
    ...[...all(item, 'link'), ...all(item, 'atom:link')].filter(
      ({ attributes: { rel } }) => rel === 'enclosure',
    ),
  ];
}

function urlOf({ attributes }: Element, base: string): string | undefined {
  return webUrl(attributes.url ?? attributes.href, attributes['xml:base'] ?? base);
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
