import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Context, Hono } from 'hono';
import { writeAtom } from '../templates/feeds/atom.js';
import { writeJson } from '../templates/feeds/json.js';
import { writeOpml } from '../templates/feeds/opml.js';
import type { OutputFeed } from '../templates/feeds/output-feed.js';
import { writeRss } from '../templates/feeds/rss.js';
import { strings } from '../templates/strings/index.js';
import { acceptsGzip, entityTag, lastModified, notModified } from './conditional.js';
import type { OutputFeedView, WebDeps } from './deps.js';

type Format = 'rss' | 'atom' | 'json';

const formats: Record<Format, { write: (feed: OutputFeed) => string; type: string }> = {
  rss: { write: writeRss, type: 'application/rss+xml; charset=utf-8' },
  atom: { write: writeAtom, type: 'application/atom+xml; charset=utf-8' },
  // RFC 8259, 11: JSON is UTF-8, and its type knows no charset.
  json: { write: writeJson, type: 'application/feed+json' },
};

const address = /^\/feeds\/([a-z0-9-]+(?:\/digests)?)\.(rss|atom|json)$/;

/** `/feeds/<id>.rss`, `.atom` and `.json`, the same of `/feeds/<id>/digests`, and the list of all. */
export function feedRoutes(deps: WebDeps): Hono {
  const app = new Hono();
  app.get('/feeds.opml', (c) =>
    document(c, { text: feedList(deps), type: 'text/x-opml; charset=utf-8' }),
  );
  app.get('/feeds/*', async (c) => {
    const [, id = '', format] = address.exec(c.req.path) ?? [];
    const view = format && (await deps.outputFeed(id));
    if (!view) return c.notFound();
    const { write, type } = formats[format as Format];
    const text = write(outputFeed(deps, format as Format, view));
    return document(c, { text, type, changedAt: new Date(view.changedAt) });
  });
  return app;
}

interface Served {
  readonly text: string;
  /** The media type. */
  readonly type: string;
  /** Left out where it is not known: only the ETag tells a change then. */
  readonly changedAt?: Date;
}

/** Answers with 304 where the client has it, and packed where it takes that. */
async function document(c: Context, { text, type, changedAt }: Served): Promise<Response> {
  const body = Buffer.from(text);
  const coding = acceptsGzip(c.req.header('accept-encoding')) ? 'gzip' : 'identity';
  const tag = entityTag(createHash('sha256').update(body).digest('base64url'), coding);

  c.header('ETag', tag);
  if (changedAt) c.header('Last-Modified', lastModified(changedAt, new Date()));
  c.header('Vary', 'Accept-Encoding');
  // A delivery counts as accepted when the next GET serves it, so a cache has to ask each time.
  c.header('Cache-Control', 'public, max-age=0, must-revalidate');
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  const { 'if-none-match': match, 'if-modified-since': since } = c.req.header();
  if (notModified(match, changedAt && since, tag, changedAt ?? new Date())) {
    return c.body(null, 304);
  }

  const bytes = coding === 'gzip' ? await promisify(gzip)(body) : body;
  if (coding === 'gzip') c.header('Content-Encoding', 'gzip');
  c.header('Content-Type', type);
  c.header('Content-Length', String(bytes.length));
  return c.body(new Uint8Array(bytes));
}

function outputFeed(deps: WebDeps, format: Format, view: OutputFeedView): OutputFeed {
  const { newsroom, publicUrl, links } = deps;
  return {
    title: view.title,
    description: view.description,
    publisher: newsroom.name,
    siteUrl: newsroom.url ?? publicUrl,
    selfUrl: links.outputFeed(view.id, format),
    language: newsroom.language,
    updatedAt: view.changedAt,
    items: view.items,
  };
}

function feedList({ newsroom, publicUrl, links, outputFeeds }: WebDeps): string {
  const { name, language, url: siteUrl = publicUrl } = newsroom;
  return writeOpml({
    title: strings(language).outputFeed.list(name),
    owner: name,
    groups: outputFeeds.map(({ title, feeds }) => ({
      title,
      feeds: feeds.map((feed) => ({
        title: feed.title,
        description: feed.description,
        url: links.outputFeed(feed.id, 'rss'),
        siteUrl,
        language,
      })),
    })),
  });
}
