/** What the `meta` elements of a page say of its article. */

import type { DomElement } from './dom.js';

export interface Meta {
  /** The first filled value of the first of these names, whatever their case. */
  first(names: readonly string[]): string | undefined;
  /** All filled values of these names. */
  all(names: readonly string[]): readonly string[];
}

/**
 * Names by what they say, the most exact first: OpenGraph, `article:` (ogp.me), microdata, Parse.ly,
 * Dublin Core (DC-HTML), Highwire Press (`citation_`), which Google Scholar asks research sites for.
 */
export const metaNames = {
  title: ['og:title', 'twitter:title', 'citation_title', 'parsely-title', 'dcterms.title'],
  author: ['author', 'article:author', 'parsely-author', 'dc.creator', 'dcterms.creator', 'byl'],
  scholars: ['citation_author'],
  published: [
    'article:published_time',
    'datePublished',
    'parsely-pub-date',
    'date',
    'pubdate',
    'dc.date',
    'dc.date.issued',
    'dcterms.issued',
    'dcterms.created',
    'dcterms.date',
    'citation_publication_date',
    'citation_online_date',
    'citation_date',
  ],
  modified: ['article:modified_time', 'dateModified', 'dcterms.modified', 'og:updated_time'],
  image: ['og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image', 'parsely-image-url'],
  imageAlt: ['og:image:alt', 'twitter:image:alt'],
  summary: ['og:description', 'description', 'twitter:description', 'dcterms.abstract'],
  section: ['article:section', 'articleSection', 'parsely-section'],
} as const;

/** Reads them all; linkedom has them wherever they stand. */
export function readMeta(body: DomElement): Meta {
  const values = new Map<string, string[]>();
  for (const element of body.querySelectorAll('meta')) {
    const key = ['property', 'name', 'itemprop'].map((k) => element.getAttribute(k)).find(Boolean);
    const content = element.getAttribute('content')?.trim();
    if (!content) continue;
    // One property may name several: "name" of RDFa and "itemprop" are lists divided by spaces.
    for (const name of key?.trim().toLowerCase().split(/\s+/) ?? []) {
      values.set(name, [...(values.get(name) ?? []), content]);
    }
  }
  const all = (names: readonly string[]) =>
    names.flatMap((name) => values.get(name.toLowerCase()) ?? []);
  return { all, first: (names) => all(names)[0] };
}
