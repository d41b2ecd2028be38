/** What people see who open an output feed in a browser. */

import type { Newsroom } from '../../model.js';
import { absoluteUrl, type Format, type OutputItem, shownDate } from '../feeds/output-feed.js';
import { direction, longDate } from '../locale.js';
import { oneLine } from '../plain.js';
import type { Strings } from '../strings/index.js';

export interface OutputFeedPage {
  readonly title: string;
  readonly description: string;
  /** The one whose address was opened. */
  readonly format: Format;
  /** Where the feed is, in each of its formats. */
  readonly addresses: readonly { readonly format: Format; readonly url: string }[];
  /** The newest first. */
  readonly items: readonly OutputItem[];
}

const named = {
  rss: { name: 'RSS', type: 'application/rss+xml' },
  atom: { name: 'Atom', type: 'application/atom+xml' },
  json: { name: 'JSON Feed', type: 'application/feed+json' },
};

export function outputFeedView(page: OutputFeedPage, newsroom: Newsroom, t: Strings) {
  const { title, description, format, addresses, items } = page;
  return {
    t: { ...t.archive, ...t.feedPage },
    description,
    address: addresses.find((one) => one.format === format)?.url ?? null,
    others: addresses
      .filter((one) => one.format !== format)
      .map((one) => ({ url: one.url, name: named[one.format].name })),
    // Readers that were given the page's address find the feed by these.
    alternates: addresses.map((one) => ({ url: one.url, type: named[one.format].type, title })),
    items: items.map((item) => ({
      title: oneLine(item.content.title) || item.content.url,
      url: absoluteUrl(item.content.url) ?? null,
      language: item.content.language ?? newsroom.language,
      dir: direction(item.content.language ?? newsroom.language),
      date: longDate(shownDate(item), t.language, newsroom.timezone),
    })),
  };
}
