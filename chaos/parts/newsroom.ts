/** A newsroom of one feed, whose entries have pages without anything to add. */

import { once } from 'node:events';
import { createServer } from 'node:http';

/** An article as the newsroom publishes it. */
export interface Published {
  readonly title: string;
  /** `readers` is what subscribers read by mail; `wire` only Discord channels and output feeds. */
  readonly program: 'readers' | 'wire';
}

export interface Newsroom {
  readonly feedUrl: string;
  /** What was published since the start, without what was there before the first poll. */
  readonly published: readonly Published[];
  publish(program: Published['program']): Published;
  /** Resolves when the feed is next asked for. */
  nextFetch(): Promise<void>;
  close(): Promise<void>;
}

/** Entries that were there before; so many that a few new ones are never most of the feed. */
const before = 30;
/** How many the feed shows. */
const shown = 60;

export async function startNewsroom(): Promise<Newsroom> {
  const entries: Published[] = Array.from({ length: before }, (_, n) => ({
    title: `Seeded ${n + 1}`,
    program: n % 2 ? 'readers' : 'wire',
  }));
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (request.url !== '/feed.xml') {
      response.end('<html><body><article><p>A page of the newsroom.</p></article></body></html>');
      return;
    }
    response.setHeader('content-type', 'application/rss+xml');
    response.end(feed(entries.slice(-shown).reverse()));
    for (const resolve of waiting.splice(0)) resolve();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;

  function feed(items: readonly Published[]): string {
    const xml = items.map(({ title, program }) => {
      const slug = title.toLowerCase().replaceAll(' ', '-');
      return `<item><title>${title}</title><link>${url}/${slug}</link><guid isPermaLink="false">${slug}</guid>
        <category>${program}</category><description>What ${title} is about.</description></item>`;
    });
    return `<rss version="2.0"><channel><title>Newsroom</title><link>${url}</link>
      <description>News</description>${xml.join('')}</channel></rss>`;
  }

  return {
    feedUrl: `${url}/feed.xml`,
    get published() {
      return entries.slice(before);
    },
    publish(program) {
      const article = { title: `Article ${entries.length - before + 1}`, program };
      entries.push(article);
      return article;
    },
    nextFetch: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      waiting = [];
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
