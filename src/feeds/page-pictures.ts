/** The pictures of a page: their real addresses, however late the page loads them, and the article's own. */

import type { DomElement } from './dom.js';
import type { PageFacts } from './entry.js';
import type { StructuredData } from './jsonld.js';
import { samePicture, webUrl } from './links.js';
import { type Meta, metaNames } from './page-meta.js';
import { titleText } from './text.js';

/** Wide enough for any mail, and not the original of a camera. */
const WIDE_ENOUGH = 1_200;

/** Where scripts that load pictures late keep the address, each with `data-` and more before it. */
const LATE = ['data-src', 'data-lazy-src', 'data-original', 'data-lazy', 'data-url', 'data-image'];
const LATE_SETS = ['data-srcset', 'data-lazy-srcset', 'srcset'];
const PLACEHOLDER =
  /^data:|^$|(^|[/_.-])(blank|placeholder|spacer|pixel|transparent|lazy|loader|1x1)[\w.-]*\.(gif|png|svg)([?#]|$)/i;

/**
 * Gives each `img` its real address as `src`, absolute, whether the page has it in an attribute for a
 * script, in `srcset`, in a `source` of its `picture`, or in the `noscript` behind it.
 * @param base what relative addresses are relative to
 */
export function settlePictures(body: DomElement, base: string): void {
  for (const noscript of body.querySelectorAll('noscript')) settleNoscript(noscript);
  for (const img of body.querySelectorAll('img')) {
    const src = findSource(img, base);
    if (src !== undefined) img.setAttribute('src', src);
  }
}

/** A picture that stands for one without scripts takes its place, or lends it its address. */
function settleNoscript(noscript: DomElement): void {
  const real = noscript.querySelector('img');
  const src = real?.getAttribute('src');
  if (!real || !src) return;
  const before = noscript.previousElementSibling;
  const late = before?.localName === 'img' ? before : before?.querySelector('img');
  if (late) late.setAttribute('data-src', src);
  else noscript.replaceWith(real);
}

function findSource(img: DomElement, base: string): string | undefined {
  const attributes = (element: DomElement, names: readonly string[]) =>
    names.flatMap((name) => element.getAttribute(name)?.trim() || []);
  const own = img.getAttribute('src') ?? '';
  const late = attributes(img, LATE).filter((value) => !PLACEHOLDER.test(value));
  const sources = img.closest('picture')?.querySelectorAll('source') ?? [];
  const sets = [img, ...sources].flatMap((element) => attributes(element, LATE_SETS));
  const candidates = [
    ...late,
    ...(PLACEHOLDER.test(own) ? [] : [own]),
    ...sets.flatMap((set) => bestOf(set) ?? []),
  ];
  return candidates.map((url) => webUrl(url, base)).find((url) => url !== undefined);
}

/** Of a `srcset` (HTML, 4.8.4.2.1) the smallest that is wide enough, else the widest. */
function bestOf(srcset: string): string | undefined {
  // Addresses may hold commas; what divides two candidates stands behind a size, or before a blank.
  const candidates = srcset.split(/(?<=\s[\d.]+[wx]),|,\s+/).flatMap((candidate) => {
    const [url, size = '1x'] = candidate.trim().split(/\s+/);
    const number = Number.parseFloat(size);
    if (!url || PLACEHOLDER.test(url)) return [];
    return { url, width: size.endsWith('x') ? number * 600 : number };
  });
  candidates.sort((a, b) => a.width - b.width);
  return (candidates.find(({ width }) => width >= WIDE_ENOUGH) ?? candidates.at(-1))?.url;
}

/**
 * The article's picture: that of the data for machines, of OpenGraph, or the first one shown after the
 * title, in a figure if there is one.
 */
export function readImage(
  { data, meta, base }: { data: StructuredData; meta: Meta; base: string },
  body: DomElement,
  heading: DomElement | undefined,
): PageFacts['image'] {
  const pictures = [...body.querySelectorAll('img')];
  const ofMeta = webUrl(meta.first(metaNames.image), base);
  const shown = after(heading, body).filter((img) => sourceOf(img) && !isDecoration(img));
  const first = shown.find((img) => img.closest('figure')) ?? shown[0];
  const url = webUrl(data.image, base) ?? ofMeta ?? (first && sourceOf(first));
  if (url === undefined) return undefined;
  const same = pictures.find((img) => samePicture(sourceOf(img) ?? '', url));
  const alt =
    titleText(same?.getAttribute('alt') ?? '') ||
    titleText((url === ofMeta && meta.first(metaNames.imageAlt)) || data.imageCaption || '');
  return { url, ...(alt !== '' && { alt }) };
}

/** The pictures behind the title, or all where there is none. */
function after(heading: DomElement | undefined, body: DomElement): readonly DomElement[] {
  const all = [...body.querySelectorAll('h1, h2, img')];
  return all
    .slice(heading ? all.indexOf(heading) : 0)
    .filter(({ localName }) => localName === 'img');
}

/** A logo, an icon, a portrait or a code to scan. */
function isDecoration(img: DomElement): boolean {
  const small = ['width', 'height'].some((side) => Number(img.getAttribute(side) ?? 999) < 100);
  const words = `${img.getAttribute('src') ?? ''} ${img.getAttribute('class') ?? ''}`;
  return (
    small ||
    /(^|[/_\s.-])(logo|icons?|avatar|sprite|preload|loading|gravatar|qr)(?![a-z])/i.test(words)
  );
}

/** The address of a picture that was settled, unless it only counts readers. */
export function sourceOf(img: DomElement): string | undefined {
  if (/^[0-2](px)?$/.test(img.getAttribute('width') ?? '')) return undefined;
  return webUrl(img.getAttribute('src') ?? undefined);
}
