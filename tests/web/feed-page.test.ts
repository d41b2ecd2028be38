import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputArticle } from '../templates/feeds/sample.js';
import { FakeNewsroom, serve } from './parts.js';

/** What browsers send that open an address. */
const browsers = {
  Chromium:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  Firefox: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  Safari: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
};
const opened = { accept: browsers.Firefox, 'sec-fetch-dest': 'document' };

let deps: FakeNewsroom;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  deps = new FakeNewsroom();
  server = await serve(deps);
});
afterEach(() => server.close());

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(server.url + path, { method, headers });
  const { status, headers: answered } = answer;
  return { status, headers: answered, text: await answer.text() };
}

const isPage = ({ headers }: { headers: Headers }) =>
  headers.get('content-type') === 'text/html; charset=utf-8';

describe('the address of an output feed', () => {
  it.each(Object.entries(browsers))('shows a page in %s', async (_, accept) => {
    for (const path of ['/feeds/all.rss', '/feeds/all/digests.atom', '/feeds/all.json']) {
      const page = await get(path, { accept, 'sec-fetch-dest': 'document' });
      expect([page.status, isPage(page)]).toEqual([200, true]);
    }
  });

  it.each([
    ['nothing at all', {}],
    ['what takes anything', { accept: '*/*' }],
    ['what browsers send as Accept', { accept: browsers.Chromium }],
    ['what pages fetch with', { accept: '*/*', 'sec-fetch-dest': 'empty' }],
    ['a frame', { ...opened, 'sec-fetch-dest': 'iframe' }],
    [
      'what would rather have a feed',
      { ...opened, accept: 'application/rss+xml, text/html;q=0.9' },
    ],
    ['what likes both the same', { ...opened, accept: 'text/html, application/atom+xml' }],
    ['what takes HTML last', { ...opened, accept: 'application/xml, text/html;q=0.1, */*;q=0.5' }],
    ['what refuses HTML', { ...opened, accept: 'text/html;q=0' }],
  ])('is the feed for a reader that sends %s', async (_, headers) => {
    const answer = await get('/feeds/all.rss', headers as Record<string, string>);
    expect(answer.headers.get('content-type')).toBe('application/rss+xml; charset=utf-8');
  });

  it('tells caches what the choice hangs on, and gives each its own ETag', async () => {
    const [page, feed] = [await get('/feeds/all.rss', opened), await get('/feeds/all.rss')];
    for (const { headers } of [page, feed]) {
      expect(headers.get('vary')).toBe('Accept-Encoding, Accept, Sec-Fetch-Dest, A-IM');
      expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
    }
    const tag = page.headers.get('etag') ?? '';
    expect(tag).not.toBe(feed.headers.get('etag'));
    const again = (headers: Record<string, string>) =>
      get('/feeds/all.rss', { ...headers, 'if-none-match': tag });
    expect([(await again(opened)).status, (await again({})).status]).toEqual([304, 200]);
    expect((await get('/feeds/all.rss', opened, 'HEAD')).headers.get('etag')).toBe(tag);
  });
});

describe('the page of an output feed', () => {
  it('says what a feed is, its address, other ways to follow, and what is new', async () => {
    const { text, headers } = await get('/feeds/all.rss?lang=en', opened);
    expect(text).toContain('<h1>Everything</h1>');
    expect(text).toContain('<code>https://letters.example/feeds/all.rss</code>');
    for (const other of ['atom', 'json']) {
      expect(text).toContain(`<a href="https://letters.example/feeds/all.${other}">`);
    }
    expect(text).toContain('href="/sign-up"');
    expect(text.match(/<li[^>]*><a href="https:\/\/news\.example\/articles\/\d+">/g)).toHaveLength(
      10,
    );
    expect(text).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('names the feeds in its head, for readers that were given its address', async () => {
    const { text } = await get('/feeds/all.rss', opened);
    expect(text.match(/(?<=<link rel="alternate" type=")[^"]*/g)).toEqual([
      'application/rss+xml',
      'application/atom+xml',
      'application/feed+json',
    ]);
  });

  it('speaks the language of the newsroom, or that is asked for', async () => {
    expect((await get('/feeds/all.rss?lang=ru', opened)).text).toContain('Это лента');
    expect((await get('/feeds/all.rss', opened)).text).toContain('This is a feed');
  });

  it('shows hostile titles to the letter, links no other addresses, and is whole without items', async () => {
    const view = deps.feeds.get('all');
    if (!view) throw new Error('There is no such feed.');
    const title = '<script>alert(1)</script> & "quotes"';
    const items = [outputArticle(1, { title, url: 'javascript:alert(1)', language: 'ar' })];
    deps.feeds.set('all', { ...view, title, items });
    const { text } = await get('/feeds/all.rss', opened);
    expect(text).not.toMatch(/<script|javascript:/);
    expect(text).toContain('<li lang="ar" dir="rtl">&lt;script&gt;');
    deps.feeds.set('all', { ...view, items: [] });
    expect((await get('/feeds/all.rss', opened)).text).toContain('There is nothing here yet.');
  });
});
