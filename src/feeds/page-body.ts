/** The text of a page's article: by the config's selector, else by Readability. */

import { Readability } from '@mozilla/readability';
import { type DomDocument, type DomElement, removeWithEmpty } from './dom.js';
import { embeds } from './embeds.js';
import { webUrl } from './links.js';
import { settlePictures } from './page-pictures.js';
import { oneLine, plainText } from './sanitise.js';

/** More elements than any article's page has; Readability's time grows faster than they do. */
const MOST_ELEMENTS = 30_000;

/** Makes all addresses absolute: Readability and the sanitiser know the page's own only, not its `<base>`. */
export function settleAddresses(body: DomElement, base: string): void {
  settlePictures(body, base);
  for (const [selector, attribute] of [
    ['a[href]', 'href'],
    ['iframe[src]', 'src'],
    ['iframe[data-src]', 'data-src'],
  ] as const) {
    for (const element of body.querySelectorAll(selector)) {
      const absolute = webUrl(element.getAttribute(attribute) ?? '', base);
      if (absolute !== undefined) element.setAttribute(attribute, absolute);
    }
  }
}

/**
 * The HTML of the article's text, without its title; undefined where there is none.
 * @param selected what the config's selector found; Readability looks for the text where it is empty
 */
export function readBody(
  document: DomDocument,
  selected: readonly DomElement[],
  isTitle: (heading: DomElement) => boolean,
): string | undefined {
  for (const heading of document.body.querySelectorAll('h1, h2')) {
    if (isTitle(heading)) heading.remove();
  }
  removeInfo(document.body, selected);
  const chosen = selected.map((element) => element.outerHTML).join('');
  if (hasText(chosen)) return chosen;
  try {
    // Readability's types want the DOM of a browser; it uses what linkedom has.
    const reader = new Readability<string>(document as never, {
      maxElemsToParse: MOST_ELEMENTS,
      disableJSONLD: true,
      allowedVideoRegex: embeds,
    });
    const content = reader.parse()?.content;
    return content && hasText(content) ? content : undefined;
  } catch {
    // It throws where there are too many elements; the entry's own text stays then.
    return undefined;
  }
}

/** Boxes that tell of the article: its hits, how long it takes to read, and what was taken from them already. */
const INFO =
  /(^|[-_\s])(article-?info|(article|post|entry|item|node|news)-?(meta|info|details)|meta-?(info|data)|hits|views|reading-?time|time-to-read)([-_\s]|$)/i;
const LONGEST_INFO = 300;

function removeInfo(body: DomElement, kept: readonly DomElement[]): void {
  for (const element of body.querySelectorAll('[class]')) {
    if (!INFO.test(element.getAttribute('class') ?? '')) continue;
    const short = element.textContent.length <= LONGEST_INFO && !element.querySelector('img');
    if (short && !kept.some((one) => element.contains(one))) removeWithEmpty(element);
  }
}

function hasText(html: string): boolean {
  return oneLine(plainText(html)) !== '';
}
