/** A newsroom on loopback whose feed and pages a test changes as it goes, watched by the real watcher. */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import type { Feed } from '../../src/model.js';
import { recentArticles } from '../../src/store/articles.js';
import { createPauses } from '../../src/store/host-pauses.js';
import { createWatch } from '../../src/workers/watch.js';
import { testLedger } from '../support/database.js';
import { later, programs } from '../support/ledger.js';

export interface Item {
  readonly guid: string;
  readonly title?: string;
  readonly category?: string;
  readonly path?: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function watched(over: Partial<Feed> = {}) {
  let items: readonly Item[] = [];
  let respond: ((request: IncomingMessage) => Answer | undefined) | undefined;
  const pages = new Map<string, string>();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const page = pages.get(request.url ?? '');
    if (!/^\/(feed|moved)/.test(request.url ?? '')) {
      response.writeHead(page ? 200 : 404, { 'content-type': 'text/html' }).end(page ?? 'No.');
      return;
    }
    const special = respond?.(request);
    if (special) {
      const { status, body = '', headers } = special;
      response.writeHead(status, { etag: '"one"', ...headers }).end(body);
      return;
    }
    response.setHeader('content-type', 'application/rss+xml');
    response.setHeader('etag', '"one"');
    response.end(rss(url, items));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const database = await testLedger();
  let seconds = 0;
  const fetcher = createFetcher({
    now: () => later(seconds).getTime(),
    pauses: createPauses(database, () => later(seconds)),
  });
  const reader = createReader();
  onTestFinished(async () => {
    await fetcher.close();
    await reader.close();
  });
  let released = 0;
  const feed = feedAt(`${url}/feed.xml`, { every: 5, own: true, ...over });
  const watcher = (of: Feed) =>
    createWatch({
      database,
      fetcher,
      reader,
      feeds: [of],
      programs,
      fallback: 'eep',
      releaseAfter: 0,
      now: () => later(seconds),
      random: () => 0,
      signal: new AbortController().signal,
      onFresh: async () => void released++,
      secondTryAfter: 0,
    });
  /** Polls as the schedule does, or at once as staff do. */
  const come = (when: number, of: Feed, forced: boolean) => {
    seconds = when;
    return watcher(of)({ feedId: of.id, forced });
  };
  return {
    database,
    feed,
    url,
    pages,
    requests,
    poll: (when: number, of: Feed = feed) => come(when, of, true),
    tick: (when: number, of: Feed = feed) => come(when, of, false),
    watcher: () => watcher(feed),
    released: () => released,
    publish: (...now: readonly Item[]) => {
      items = now;
    },
    respond: (answer: typeof respond) => {
      respond = answer;
    },
    articles: async () =>
      (await recentArticles(database, { limit: 50 })).map(({ content, state, revision }) => ({
        title: content.title,
        state,
        revision,
        programs: content.programs,
      })),
  };
}

/** A feed of a config, on loopback and of somebody else. */
export function feedAt(url: string, over: Partial<Feed> = {}): Feed {
  return {
    id: 'main',
    url,
    programs: [],
    every: 900,
    everyWhenQuiet: 3600,
    everyWhenPushed: 3600,
    longestWait: 86_400,
    own: false,
    fullText: 'auto',
    allowPrivate: true,
    burst: 5,
    websub: 'auto',
    ...over,
  };
}

/** A feed of these items as RSS. */
export function rss(url: string, items: readonly Item[]): string {
  const text = items.map(
    ({ guid, title = `Title ${guid}`, category = 'SPP', path = `/${guid}`, body = '' }) =>
      `<item><title>${title}</title><link>${url}${path}</link><guid isPermaLink="false">${guid}</guid>
       <category>${category}</category><description>About ${guid}. ${body}</description></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Newsroom</title><link>${url}/</link><description>News</description>${text.join('')}</channel></rss>`;
}

/** So many items. */
export const items = (count: number, prefix = 'n') =>
  Array.from({ length: count }, (_, n) => ({ guid: `${prefix}${n}` }));
