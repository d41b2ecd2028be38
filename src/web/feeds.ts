import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { FeedState } from '../store/article-feeds.js';
import { writeAtom } from '../templates/feeds/atom.js';
import { writeJson } from '../templates/feeds/json.js';
import { writeOpml } from '../templates/feeds/opml.js';
import type { Format, OutputFeed } from '../templates/feeds/output-feed.js';
import { writeRss } from '../templates/feeds/rss.js';
import { spokenBy } from '../templates/pages/choices.js';
import type { OutputFeedPage } from '../templates/pages/output-feed.js';
import { strings } from '../templates/strings/index.js';
import { changesFor, stateTag } from './changes.js';
import type { OutputFeedView, WebDeps } from './deps.js';
import { document } from './document.js';
import { wantsPage } from './negotiate.js';
import type { PageResponder } from './respond.js';

const formats: Readonly<Record<Format, { write: (feed: OutputFeed) => string; type: string }>> = {
  rss: { write: writeRss, type: 'application/rss+xml; charset=utf-8' },
  atom: { write: writeAtom, type: 'application/atom+xml; charset=utf-8' },
  // RFC 8259, 11: JSON is UTF-8, and its type knows no charset.
  json: { write: writeJson, type: 'application/feed+json' },
};

const address =
  /^\/feeds\/([a-z0-9-]+(?:\/digests)?)(?:\/archive\/([1-9]\d{0,8}))?\.(rss|atom|json)$/;

/**
 * `/feeds/<id>.rss`, `.atom` and `.json`, the same of `/feeds/<id>/digests`, the archives
 * `/feeds/<id>/archive/<number>`, and the list of all. Who opens a feed in a browser gets a page about it.
 */
export function feedRoutes(deps: WebDeps, respond: PageResponder): Hono {
  const app = new Hono();
  // Readers that live in a web page may fetch feeds too, and ask with what they have.
  const readable = cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD'],
    allowHeaders: ['If-None-Match', 'If-Modified-Since'],
    exposeHeaders: ['ETag'],
  });
  app.use('/feeds.opml', readable);
  app.use('/feeds/*', readable);

  app.get('/feeds.opml', (c) =>
    document(c, { text: feedList(deps), type: 'text/x-opml; charset=utf-8' }),
  );
  app.get('/feeds/*', async (c) => {
    const [, id = '', number, name] = address.exec(c.req.path) ?? [];
    const archive = number ? Number(number) : undefined;
    const view = name && (await deps.outputFeed(id, { archive }));
    if (!view) return c.notFound();
    const format = name as Format;
    if (!archive && wantsPage(c.req.header('accept'), c.req.header('sec-fetch-dest'))) {
      const language = spokenBy(c.req.query('lang') ?? '') ?? deps.newsroom.language;
      const page = pageOf(deps, format, view);
      const html = respond(c, 200, (pages) => pages.outputFeed(page), { language });
      return document(c, { text: await html.text(), type: 'text/html; charset=utf-8', vary });
    }
    const { write, type } = formats[format];
    const feed = outputFeed(deps, format, view, archive);
    if (feed.hubs.length > 0) c.header('Link', webSubLinks(feed));
    const asOf = async (state: FeedState) => {
      const then = await deps.outputFeed(id, { asOf: state });
      return then && outputFeed(deps, format, then);
    };
    return document(c, {
      text: write(feed),
      type,
      changedAt: new Date(view.changedAt),
      vary,
      ...(view.state && {
        mark: stateTag(view.state),
        changes: () => changesFor(c, feed, { write, asOf }),
      }),
    });
  });
  const refuse = (c: Context) =>
    c.text('Feeds can only be read: use GET.\n', 405, { Allow: 'GET, HEAD, OPTIONS' });
  app.all('/feeds.opml', refuse);
  app.all('/feeds/*', refuse);
  return app;
}

/** What decides between the feed, a page about it, and what changed in it. */
const vary = ['Accept', 'Sec-Fetch-Dest', 'A-IM'];

/** The newest of them stand on the page. */
const onPage = 10;

function pageOf(deps: WebDeps, format: Format, view: OutputFeedView): OutputFeedPage {
  const { title, description } = view;
  const addresses = Object.keys(formats).map((name) => ({
    format: name as Format,
    url: deps.links.outputFeed(view.id, name as Format),
  }));
  return { title, description, format, addresses, items: view.items.slice(0, onPage) };
}

function outputFeed(
  { newsroom, publicUrl, links, hubs }: WebDeps,
  format: Format,
  view: OutputFeedView,
  archive?: number,
): OutputFeed {
  const feedUrl = links.outputFeed(view.id, format);
  const archiveUrl = (number: number | undefined) =>
    number === undefined ? undefined : links.outputFeed(`${view.id}/archive/${number}`, format);
  return {
    title: view.title,
    description: view.description,
    publisher: newsroom.name,
    siteUrl: newsroom.url ?? publicUrl,
    selfUrl: archiveUrl(archive) ?? feedUrl,
    ...(archive && { currentUrl: feedUrl }),
    prevArchiveUrl: archiveUrl(view.prevArchive),
    nextArchiveUrl: archiveUrl(view.nextArchive),
    hubs: archive === undefined ? hubs : [],
    language: newsroom.language,
    updatedAt: view.changedAt,
    items: view.items,
  };
}

/** WebSub, section 4. A reader that looks for hubs looks at the headers first. */
function webSubLinks({ hubs, selfUrl }: OutputFeed): string {
  return [...hubs.map((hub) => `<${hub}>; rel="hub"`), `<${selfUrl}>; rel="self"`].join(', ');
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
