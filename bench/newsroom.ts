/** A newsroom on loopback with a feed for each way in which its news are found: by poll, and by WebSub. */

import { Hono } from 'hono';
import { createHub } from '../sandbox/newsroom/hub.js';
import { serveOnLoopback } from '../sandbox/serve.js';
import { feedDocument, itemTitle } from './feed.js';

/** The feed `poll` names no hub, the feed `websub` does. */
export type Way = 'poll' | 'websub';

export interface Publication {
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface BenchNewsroom {
  feedUrl(way: Way): string;
  /** When a feed was asked for, from the first time on: milliseconds since 1970. */
  requests(way: Way): readonly number[];
  /** Puts an item into a feed, and has the hub push it. */
  publish(way: Way): Publication;
  close(): Promise<void>;
}

export async function startNewsroom(): Promise<BenchNewsroom> {
  const items: Record<Way, number> = { poll: 20, websub: 20 };
  const asked: Record<Way, number[]> = { poll: [], websub: [] };
  let url = '';
  const feedUrl = (way: Way) => `${url}/${way}.xml`;
  const hub = createHub(() => feedUrl('websub'));
  const links = () =>
    `<atom:link rel="self" href="${feedUrl('websub')}"/><atom:link rel="hub" href="${url}/hub"/>`;
  const document = (way: Way) => feedDocument(way, items[way], way === 'websub' ? links() : '');

  const app = new Hono();
  app.route('/', hub.routes);
  for (const way of ['poll', 'websub'] as const) {
    app.get(`/${way}.xml`, (c) => {
      asked[way].push(Date.now());
      c.header('ETag', `"${items[way]}"`);
      if (c.req.header('If-None-Match') === `"${items[way]}"`) return c.body(null, 304);
      c.header('Content-Type', 'application/rss+xml');
      return c.body(document(way));
    });
  }
  const served = await serveOnLoopback(app, 0);
  url = served.url;
  return {
    feedUrl,
    requests: (way) => asked[way],
    publish(way) {
      items[way] += 1;
      const at = Date.now();
      if (way === 'websub') void hub.push(document(way));
      return { title: itemTitle(way, items[way]), at };
    },
    close: served.close,
  };
}
