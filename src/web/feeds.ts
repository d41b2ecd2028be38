import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Hono } from 'hono';
import { writeAtom } from '../templates/feeds/atom.js';
import type { OutputFeed } from '../templates/feeds/output-feed.js';
import { writeRss } from '../templates/feeds/rss.js';
import { acceptsGzip, entityTag, lastModified, notModified } from './conditional.js';
import type { OutputFeedView, WebDeps } from './deps.js';

type Format = 'rss' | 'atom';

const formats: Record<Format, { write: (feed: OutputFeed) => string; type: string }> = {
  rss: { write: writeRss, type: 'application/rss+xml; charset=utf-8' },
  atom: { write: writeAtom, type: 'application/atom+xml; charset=utf-8' },
};

/** `/feeds/<a program's id, or all>.rss` and `.atom`. */
export function feedRoutes(deps: WebDeps): Hono {
  const app = new Hono();
  app.get('/feeds/:file', async (c) => {
    const [, id = '', format] = /^([a-z0-9-]+)\.(rss|atom)$/.exec(c.req.param('file')) ?? [];
    const view = format && (await deps.outputFeed(id));
    if (!view) return c.notFound();

    const { write, type } = formats[format as Format];
    const body = Buffer.from(write(outputFeed(deps, id, format as Format, view)));
    const coding = acceptsGzip(c.req.header('accept-encoding')) ? 'gzip' : 'identity';
    const tag = entityTag(createHash('sha256').update(body).digest('base64url'), coding);
    const changedAt = new Date(view.changedAt);

    c.header('ETag', tag);
    c.header('Last-Modified', lastModified(changedAt, new Date()));
    c.header('Vary', 'Accept-Encoding');
    // A delivery counts as accepted when the next GET serves it, so a cache has to ask each time.
    c.header('Cache-Control', 'public, max-age=0, must-revalidate');
    c.header('Access-Control-Allow-Origin', '*');
    c.header('Cross-Origin-Resource-Policy', 'cross-origin');
    const { 'if-none-match': match, 'if-modified-since': since } = c.req.header();
    if (notModified(match, since, tag, changedAt)) return c.body(null, 304);

    const bytes = coding === 'gzip' ? await promisify(gzip)(body) : body;
    if (coding === 'gzip') c.header('Content-Encoding', 'gzip');
    c.header('Content-Type', type);
    c.header('Content-Length', String(bytes.length));
    return c.body(new Uint8Array(bytes));
  });
  return app;
}

function outputFeed(deps: WebDeps, id: string, format: Format, view: OutputFeedView): OutputFeed {
  const { newsroom, publicUrl, links } = deps;
  return {
    id,
    title: view.title,
    description: view.description,
    publisher: newsroom.name,
    siteUrl: newsroom.url ?? publicUrl,
    selfUrl: links.outputFeed(id, format),
    language: newsroom.language,
    updatedAt: view.changedAt,
    articles: view.articles,
  };
}
