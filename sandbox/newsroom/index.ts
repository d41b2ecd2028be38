/** A newsroom on loopback: a site with a front page, article pages and a feed. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Context, Hono } from 'hono';
import type { Instant } from '../../src/model.js';
import { programs } from '../centre.js';
import { serveOnLoopback } from '../serve.js';
import { type IssuedArticle, openArchive } from './archive.js';
import { newsroomFeed } from './feed.js';
import { createHub } from './hub.js';
import { articlePage, frontPage, notFoundPage, programPage } from './pages.js';
import { drawPicture } from './picture.js';

export interface NewsroomOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where to keep what was published. */
  readonly stateFile: string;
  /** The clock that dates the articles. */
  readonly now: () => Date;
}

export interface PublishedArticle {
  readonly title: string;
  readonly url: string;
  readonly publishedAt: Instant;
}

export interface SandboxNewsroom {
  /** Without a slash at its end. */
  readonly url: string;
  readonly feedUrl: string;
  readonly port: number;
  /** Publishes the next article; it is in the feed when this resolves, and its hub pushes it. */
  publish(): Promise<PublishedArticle>;
  /** Newest first. */
  published(): readonly PublishedArticle[];
  close(): Promise<void>;
}

/**
 * Opens the newsroom. At the first start half a dozen articles are already out; `publish` brings
 * the next one. What is out survives a restart. Rejects where the port is taken or the state
 * file is damaged.
 */
export async function startNewsroom(options: NewsroomOptions): Promise<SandboxNewsroom> {
  const archive = await openArchive(options.stateFile, options.now);
  const stylesheet = readFileSync(new URL('style.css', import.meta.url), 'utf8');
  const icon = readFileSync(new URL('icon.svg', import.meta.url), 'utf8');
  const pictures = new Map<string, Promise<Buffer>>();
  let url = '';
  const feed = async () => (await newsroomFeed(archive.articles(), url)).toString();
  const hub = createHub(() => feedUrlOf(url));

  const app = new Hono();
  app.route('/', hub.routes);
  app.get('/', (c) => c.html(frontPage(archive.articles())));
  app.get('/style.css', (c) => answer(c, stylesheet, 'text/css; charset=utf-8'));
  app.get('/icon.svg', (c) => answer(c, icon, 'image/svg+xml'));
  app.get('/feed.xml', async (c) => {
    const newest = archive.articles()[0]?.publishedAt;
    return answer(c, await feed(), 'application/rss+xml; charset=utf-8', newest);
  });
  app.get('/programs/:id', (c) => {
    const program = programs.find((known) => known.id === c.req.param('id'));
    if (!program) return c.notFound();
    return c.html(programPage(program.id, archive.articles()));
  });
  app.get('/articles/:slug', (c) => {
    const articles = archive.articles();
    const article = articles.find((known) => known.slug === c.req.param('slug'));
    if (!article) return c.notFound();
    return c.html(articlePage(article, relatedTo(article, articles), url));
  });
  app.get('/pictures/:file', async (c) => {
    const file = c.req.param('file');
    const article = archive.articles().find((known) => `${known.slug}.png` === file);
    if (!article) return c.notFound();
    let picture = pictures.get(file);
    if (!picture) {
      picture = drawPicture(article.slug, article.picture.scene, article.picture.palette);
      pictures.set(file, picture);
    }
    return answer(c, new Uint8Array(await picture), 'image/png', article.publishedAt);
  });
  app.notFound((c) => c.html(notFoundPage(), 404));

  const served = await serveOnLoopback(app, options.port);
  url = served.url;
  const face = (article: IssuedArticle): PublishedArticle => ({
    title: article.title,
    url: `${url}/articles/${article.slug}`,
    publishedAt: article.publishedAt,
  });
  return {
    url,
    port: served.port,
    feedUrl: feedUrlOf(url),
    async publish() {
      const article = await archive.publish();
      void feed().then(hub.push);
      return face(article);
    },
    published: () => archive.articles().map(face),
    close: served.close,
  };
}

/** The feed of a newsroom at `url`. */
export function feedUrlOf(url: string): string {
  return `${url}/feed.xml`;
}

/** Three others, those of the same program first. */
function relatedTo(article: IssuedArticle, all: readonly IssuedArticle[]): IssuedArticle[] {
  const others = all.filter((other) => other.slug !== article.slug);
  const near = (other: IssuedArticle) => other.programs.some((id) => article.programs.includes(id));
  return [...others.filter(near).slice(0, 2), ...others.filter((other) => !near(other))].slice(
    0,
    3,
  );
}

/** Answers with validators, or with 304 where the client already has it (RFC 9110, section 13). */
function answer(
  c: Context,
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  modified?: Instant,
): Response {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', 'no-cache');
  if (modified) c.header('Last-Modified', new Date(modified).toUTCString());
  const known = c.req.header('If-None-Match');
  const since = c.req.header('If-Modified-Since');
  const unchanged = known
    ? known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag || tag.trim() === '*')
    : since !== undefined && modified !== undefined && isNotAfter(modified, since);
  if (unchanged) return c.body(null, 304);
  c.header('Content-Type', type);
  return c.body(body);
}

/** HTTP dates have whole seconds. */
function isNotAfter(modified: Instant, since: string): boolean {
  return Math.floor(Date.parse(modified) / 1000) * 1000 <= Date.parse(since);
}
