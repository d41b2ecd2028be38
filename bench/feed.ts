/** A feed as newsrooms write them, of numbered items. */

/**
 * An RSS feed with so many items, of which the last is on top.
 * @param links elements of the channel beside its title and its address
 */
export function feedDocument(feed: string, items: number, links = ''): string {
  const item = (n: number) =>
    `<item><title>${itemTitle(feed, n)}</title><link>https://policy.example/${feed}/${n}</link>
<guid>${feed}-${n}</guid><description>${'Some words about what it says. '.repeat(20)}</description></item>`;
  const newestFirst = Array.from({ length: items }, (_, n) => item(items - n));
  return `<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Feed ${feed}</title><link>https://policy.example/${feed}</link><description>x</description>
${links}${newestFirst.join('\n')}</channel></rss>`;
}

export const itemTitle = (feed: string, n: number) => `Item ${n} of ${feed}`;
