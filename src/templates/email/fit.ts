/** What of a digest a mail has room for. */

import type { Part } from './parts.js';

/** Octets of the parts, without the values of their slots. */
export function bytesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (typeof part === 'string') return sum + Buffer.byteLength(part);
    return sum + ('own' in part ? bytesOf(part.own) : 0);
  }, 0);
}

/**
 * Which articles each section keeps, by their positions, so that all of them have room together: the
 * section that keeps most gives up its last, and of several such the last section, so that the first
 * programs and every program's newest articles stay longest. An article that takes the room of many
 * (a feed may link to an address of any length) is not kept, so that it does not drive out all others.
 *
 * @param sizes the articles' octets, by section
 * @param room octets
 */
export function shorten(sizes: readonly (readonly number[])[], room: number): number[][] {
  const sizeAt = (section: number, article: number) => sizes[section]?.[article] ?? 0;
  const kept = sizes.map((section, index) =>
    [...section.keys()].filter((article) => sizeAt(index, article) <= room / 4),
  );
  let total = 0;
  for (const [index, articles] of kept.entries()) {
    for (const article of articles) total += sizeAt(index, article);
  }
  while (total > room) {
    const most = Math.max(...kept.map(({ length }) => length));
    const index = kept.findLastIndex(({ length }) => length === most);
    const dropped = kept[index]?.pop();
    if (dropped === undefined) break;
    total -= sizeAt(index, dropped);
  }
  return kept;
}
