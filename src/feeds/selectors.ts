/** What the config's CSS selectors find on a page. */

import type { Instant, PageSelectors } from '../model.js';
import { type DomElement, removeWithEmpty } from './dom.js';
import type { PageFacts } from './entry.js';
import { webUrl } from './links.js';
import { readDate } from './page-dates.js';
import { sourceOf } from './page-pictures.js';
import { oneLine } from './sanitise.js';

export interface Selected {
  /** The elements with the article's text, none within another. */
  readonly content: readonly DomElement[];
  readonly authors: readonly string[];
  readonly publishedAt?: Instant;
  readonly image?: PageFacts['image'];
  readonly sections: readonly string[];
  /** Which of them match nothing of use here; `remove` is not among them, as that may well be. */
  readonly unmatched: readonly (keyof PageSelectors)[];
}

/**
 * Takes away what `remove` matches, reads what the others do, and takes the author and the date away
 * too, as they are no part of the text. The addresses in the page must be settled.
 */
export function select(body: DomElement, selectors: PageSelectors): Selected {
  const find = (name: keyof PageSelectors): DomElement[] => {
    const selector = selectors[name];
    return selector === undefined ? [] : [...body.querySelectorAll(selector)];
  };
  for (const element of find('remove')) element.remove();
  const all = find('content');
  const content = all.filter(
    (element) => !all.some((each) => each !== element && each.contains(element)),
  );
  const [authors, dates] = [find('author'), find('date')];
  const publishedAt = dates.map(dateOf).find((date) => date !== undefined);
  const image = find('image')
    .map(imageOf)
    .find((found) => found !== undefined);
  const found = {
    content,
    authors: texts(authors),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(image !== undefined && { image }),
    sections: texts(find('section')),
  };
  for (const element of [...authors, ...dates]) {
    if (!content.some((each) => element.contains(each))) removeWithEmpty(element);
  }
  const matched: Readonly<Record<keyof PageSelectors, boolean>> = {
    remove: true,
    content: content.some((element) => oneLine(element.textContent) !== ''),
    author: found.authors.length > 0,
    date: publishedAt !== undefined,
    image: image !== undefined,
    section: found.sections.length > 0,
  };
  const names = Object.keys(selectors) as (keyof PageSelectors)[];
  return { ...found, unmatched: names.filter((name) => !matched[name]) };
}

function texts(elements: readonly DomElement[]): readonly string[] {
  const values = elements.map((element) => element.getAttribute('content') ?? element.textContent);
  return values.map(oneLine).filter((text) => text !== '');
}

function dateOf(element: DomElement): Instant | undefined {
  const marked = element.getAttribute('datetime') ?? element.getAttribute('content') ?? '';
  return readDate(marked) ?? readDate(oneLine(element.textContent));
}

/** Of an `img`, what holds one, or a `meta`. */
function imageOf(element: DomElement): PageFacts['image'] {
  const img = element.localName === 'img' ? element : element.querySelector('img');
  const url = img ? sourceOf(img) : webUrl(element.getAttribute('content') ?? undefined);
  const alt = oneLine(img?.getAttribute('alt') ?? '');
  return url === undefined ? undefined : { url, ...(alt !== '' && { alt }) };
}
