/** The Link headers of a response (RFC 8288). */

import LinkHeader from 'http-link-header';
import { webUrl } from './links.js';

export interface HeaderLink {
  /** Absolute, http or https. */
  readonly url: string;
  /** Its relations, in lower case: `alternate`, `hub`. */
  readonly rels: readonly string[];
  /** The media type of what it leads to, as written. */
  readonly type?: string;
  readonly title?: string;
}

/**
 * The links in their order. A header that is malformed says nothing: there is never an error.
 * @param header all Link headers, joined by commas
 * @param base what relative links are relative to
 */
export function linksInHeader(header: string | undefined, base: string): readonly HeaderLink[] {
  if (header === undefined) return [];
  let links: LinkHeader.Reference[];
  try {
    links = LinkHeader.parse(header).refs;
  } catch {
    return [];
  }
  return links.flatMap(({ uri, rel, type, title }) => {
    const url = webUrl(uri, base);
    if (url === undefined) return [];
    const rels = (rel ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    return [{ url, rels, ...(type && { type }), ...(title && { title }) }];
  });
}
