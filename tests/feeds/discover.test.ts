import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { discover, whyNoFeed } from '../../src/feeds/discover.js';
import { createFetcher, type FetchRequest, type FetchResult } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import { newsroom } from './newsroom.js';

interface Answer {
  readonly type?: string;
  readonly body?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const rss = (title: string): Answer => ({
  type: 'application/rss+xml',
  body: `<rss version="2.0"><channel><title>${title}</title><item><title>One</title></item></channel></rss>`,
});
const page = (head: string, body = ''): Answer => ({
  body: `<!doctype html><html><head>${head}</head><body>${body}</body></html>`,
});
const named = (href: string, title = '') =>
  `<link rel="alternate" type="application/rss+xml" title="${title}" href="${href}">`;

/** A site on loopback with these documents, and what is found on it. */
async function site(documents: Readonly<Record<string, Answer>>) {
  const { url, requests } = await newsroom((request: IncomingMessage, response: ServerResponse) => {
    const found = documents[request.url ?? ''] ?? { status: 404, body: 'No.' };
    const { status = 200, type = 'text/html; charset=utf-8', body = '', headers } = found;
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  });
  const fetcher = createFetcher();
  const reader = createReader();
  onTestFinished(async () => {
    await fetcher.close();
    await reader.close();
  });
  return {
    asked: () => requests.map((request) => request.url),
    find: async (path: string, allowPrivate = true) => {
      const { feeds, others } = await discover(url + path, { fetcher, reader, allowPrivate });
      return {
        feeds: feeds.map(
          (feed) => `${feed.how} ${feed.url.slice(url.length)} ${feed.parsed.title}`,
        ),
        others,
      };
    },
    why: async (path: string) => {
      const answer = await fetcher.get({ url: url + path, allowPrivate: true });
      if (answer.kind !== 'ok') throw new Error('The test asks for what is there.');
      return whyNoFeed(new Error('This is no feed.'), answer, reader);
    },
    url,
  };
}

test('takes a feed for itself, and asks for nothing else', async () => {
  const { find, asked } = await site({ '/feed.xml': rss('News') });
  expect(await find('/feed.xml')).toEqual({ feeds: ['itself /feed.xml News'], others: [] });
  expect(asked()).toEqual(['/feed.xml']);
});

test('reads what a page names, and says why the rest is none', async () => {
  const { find, asked } = await site({
    '/': {
      ...page(named('/comments/feed', 'Comments') + named('/broken') + named('/news')),
      headers: { link: '</headline>; rel="alternate"; type="application/rss+xml"' },
    },
    '/comments/feed': rss('Comments'),
    '/broken': page(''),
    '/news': rss('News'),
    '/headline': rss('Headlines'),
  });
  const { feeds, others } = await find('/');
  expect(feeds).toEqual([
    'named /headline Headlines',
    'named /news News',
    'named /comments/feed Comments',
  ]);
  expect(others.map(({ reason }) => reason.slice(0, 25))).toEqual([
    'The answer is an HTML pag',
    'The answer is an HTML pag',
  ]);
  expect(asked()).toHaveLength(5);
});

test('follows a link that readers click on only where none is named', async () => {
  const body = '<a href="/their.rss">A neighbour</a>';
  const with_ = await site({
    '/': page(named('/ours'), body),
    '/ours': rss('Ours'),
    '/their.rss': rss('Theirs'),
  });
  expect((await with_.find('/')).feeds).toEqual(['named /ours Ours']);
  const without = await site({ '/': page('', body), '/their.rss': rss('Theirs') });
  expect((await without.find('/')).feeds).toEqual(['linked /their.rss Theirs']);
});

test('guesses a few usual addresses of a site that names none, and stops at the first', async () => {
  const { find, asked } = await site({
    '/about/': page('<title>About</title>'),
    '/atom.xml': rss('Found'),
    '/index.xml': rss('Not asked for'),
  });
  expect((await find('/about/')).feeds).toEqual(['guessed /atom.xml Found']);
  expect(asked()).toEqual(['/about/', '/feed', '/rss.xml', '/atom.xml']);
});

test('asks no more where the page itself cannot be had', async () => {
  const { find, asked } = await site({});
  const { feeds, others } = await find('/');
  expect(feeds).toEqual([]);
  expect(others[0]?.reason).toContain('answered 404 Not Found.');
  expect(asked()).toHaveLength(1);
});

test('asks ten times at most, and calls a feed under two addresses one', async () => {
  const many = Array.from({ length: 30 }, (_, n) => named(`/feed/${n}`)).join('');
  const { find, asked } = await site({ '/': page(many) });
  expect((await find('/')).feeds).toEqual([]);
  expect(asked()).toHaveLength(10);
  const moved = await site({
    '/': page(named('/old') + named('/new')),
    '/old': { status: 301, headers: { location: '/new' } },
    '/new': rss('News'),
  });
  expect((await moved.find('/')).feeds).toEqual(['named /new News']);
});

test('reaches no private address, neither the one asked for nor one that is named', async () => {
  const { find, asked } = await site({ '/feed.xml': rss('News') });
  const { feeds, others } = await find('/feed.xml', false);
  expect(feeds).toEqual([]);
  expect(others[0]?.reason).toContain('is an address of a private network');
  expect(asked()).toEqual([]);
  // A page on the public internet, as far as the fetcher is concerned.
  const fetcher = createFetcher();
  const reader = createReader();
  const requests: FetchRequest[] = [];
  const named_ = page(named('http://10.0.0.1/feed')).body ?? '';
  const get = async (request: FetchRequest): Promise<FetchResult> => {
    requests.push(request);
    if (request.url !== 'https://centre.example/') return fetcher.get(request);
    const { url } = request;
    return { kind: 'ok', url, status: 200, headers: {}, body: Buffer.from(named_) };
  };
  const public_ = await discover('https://centre.example/', {
    fetcher: { ...fetcher, get },
    reader,
  });
  expect(public_.others.at(1)?.reason).toContain('10.0.0.1 is an address of a private network');
  expect(requests.map(({ allowPrivate }) => allowPrivate)).not.toContain(true);
  await fetcher.close();
  await reader.close();
});

test('says why a page is no feed, and which feed it names, without asking for it', async () => {
  const { why, asked, url } = await site({
    '/': page(named('/feed')),
    '/plain': page('', '<a href="/feed.xml">RSS</a>'),
  });
  expect(await why('/')).toBe(`This is no feed. The page names the feed ${url}/feed.`);
  expect(await why('/plain')).toBe('This is no feed.');
  expect(asked()).toEqual(['/', '/plain']);
});
