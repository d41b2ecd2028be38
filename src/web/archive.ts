/** `/archive`: what there is to follow; `/archive/<program>`: its editions, the newest first, some to a page. */

import { type Context, Hono } from 'hono';
import { spokenBy } from '../templates/pages/choices.js';
import type { OutputFeedFace, WebDeps } from './deps.js';
import type { PageResponder } from './respond.js';

const perPage = 20;
const mostPages = 1_000;

export function archiveRoutes(deps: WebDeps, respond: PageResponder, base: string): Hono {
  const { archive, links, outputFeeds, newsroom } = deps;
  const app = new Hono();
  /** How a page looks in the language that is asked for, and links to others in the same one. */
  const inLanguage = (c: Context) => {
    const asked = spokenBy(c.req.query('lang') ?? '');
    const kept = asked ? { lang: asked } : {};
    return {
      look: { language: asked ?? newsroom.language, indexed: true },
      url: (path: string, query: object = {}) => {
        const search = new URLSearchParams({ ...query, ...kept }).toString();
        return `${base}/archive/${path}${search && `?${search}`}`;
      },
    };
  };

  const asRss = (feeds: readonly OutputFeedFace[]) =>
    feeds.map(({ id, title }) => ({ title, url: links.outputFeed(id, 'rss') }));

  app.get('/archive', (c) => {
    const { look, url } = inLanguage(c);
    const groups = outputFeeds.map(({ title, feeds }) => ({
      title,
      url: url(feeds[0]?.id ?? ''),
      feeds: asRss(feeds),
    }));
    return respond(c, 200, (pages) => pages.archiveIndex({ groups, discord: deps.discord }), look);
  });

  app.get('/archive/:program', async (c) => {
    const program = c.req.param('program');
    const group = outputFeeds.find(({ feeds }) => feeds[0]?.id === program);
    const number = Number(c.req.query('page') ?? '1');
    if (!group || !Number.isInteger(number) || number < 1 || number > mostPages)
      return c.notFound();
    // One more than is shown tells whether there is another page.
    const found = await archive(program, { limit: perPage + 1, offset: (number - 1) * perPage });
    const { look, url } = inLanguage(c);
    const pageUrl = (n: number) => url(program, { page: String(n) });
    const page = {
      title: group.title,
      feeds: asRss(group.feeds),
      editions: found.slice(0, perPage).map(({ id, kind, at, ...edition }) => ({
        ...edition,
        url: `${base}/editions/${id}`,
        digest: kind === 'digest',
        at: at.toISOString(),
      })),
      newer: number > 1 ? pageUrl(number - 1) : undefined,
      older: found.length > perPage ? pageUrl(number + 1) : undefined,
    };
    return respond(c, 200, (pages) => pages.archive(page), look);
  });

  return app;
}
