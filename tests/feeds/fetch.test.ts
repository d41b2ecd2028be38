import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFetcher, type FetcherOptions, type FetchResult } from '../../src/feeds/fetch.js';
import { newsroom } from './newsroom.js';

function fetcher(options?: FetcherOptions) {
  const made = createFetcher(options);
  onTestFinished(() => made.close());
  return made;
}

function reasonOf(result: FetchResult): string {
  expect(result.kind).toBe('failed');
  return result.kind === 'failed' ? result.reason : '';
}

describe('a conditional request', () => {
  test('sends both validators back exactly as they came, and takes 304 for an answer', async () => {
    const etag = 'W/"a,b \\"odd"';
    const lastModified = 'yesterday, or so';
    const server = await newsroom((request, response) => {
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag, 'last-modified': lastModified }).end('<rss/>');
    });
    const { get } = fetcher();
    const first = await get({ url: server.url, allowPrivate: true });
    expect(first).toMatchObject({ kind: 'ok', status: 200, headers: { etag, lastModified } });
    const again = await get({ url: server.url, allowPrivate: true, etag, lastModified });
    expect(again.kind).toBe('unchanged');
    expect(server.requests[1]?.headers['if-modified-since']).toBe(lastModified);
  });

  test('does not believe a 304 that was not asked for', async () => {
    const server = await newsroom((_, response) => void response.writeHead(304).end());
    const result = await fetcher().get({ url: server.url, allowPrivate: true });
    expect(reasonOf(result)).toContain('304');
  });

  test('says who asks and what for, and keeps no cookies', async () => {
    const server = await newsroom(
      (_, response) => void response.writeHead(200, { 'set-cookie': 'a=1' }).end('x'),
    );
    const { get } = fetcher({ userAgent: 'Broadsheet (Жаңалық, desk@example.org)' });
    await get({ url: server.url, allowPrivate: true });
    await get({ url: server.url, allowPrivate: true, accept: 'page' });
    const [first, second] = server.requests.map(({ headers }) => headers);
    expect(first?.['user-agent']).toMatch(/^Broadsheet \(\?+, desk@example\.org\)$/);
    expect(first?.accept).toContain('application/rss+xml');
    expect(second?.accept).toMatch(/^text\/html/);
    expect(second?.cookie).toBeUndefined();
  });

  test.each([
    ['max-age', { 'cache-control': 'public, max-age=600' }, 600],
    ['Expires', { expires: 'Thu, 01 Jan 2026 00:10:00 GMT' }, 600],
    [
      'max-age before Expires',
      { 'cache-control': 'max-age=5', expires: 'Thu, 01 Jan 2026 01:00:00 GMT' },
      5,
    ],
    ['no-cache before both', { 'cache-control': 'no-cache, max-age=600' }, undefined],
    ['an Expires of 0', { expires: '0' }, undefined],
    ['what a cache has left of it', { 'cache-control': 'max-age=600', age: '200' }, 400],
    ['nothing of what a cache keeps for too long', { 'cache-control': 'max-age=6', age: '20' }, 0],
    [
      'Expires by the clock of its server',
      { expires: 'Thu, 01 Jan 2026 05:10:00 GMT', date: 'Thu, 01 Jan 2026 05:00:00 GMT' },
      600,
    ],
  ])('tells how long the answer stays fresh: %s', async (_name, headers, maxAge) => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const server = await newsroom(
      (_, response) => void response.writeHead(200, { date, ...headers }).end('x'),
    );
    const { get } = fetcher({ now: () => Date.UTC(2026, 0, 1) });
    const result = await get({ url: server.url, allowPrivate: true });
    expect(result.kind === 'ok' && result.headers.fresh?.seconds).toBe(maxAge);
  });
});

describe('a body', () => {
  const text = '<rss>жаңалық</rss>';
  test.each([
    ['gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', Buffer.from(text)],
  ])('comes decompressed from %s', async (coding, body) => {
    const server = await newsroom(
      (_, response) => void response.writeHead(200, { 'content-encoding': coding }).end(body),
    );
    const result = await fetcher().get({ url: server.url, allowPrivate: true });
    expect(result.kind === 'ok' && result.body.toString()).toBe(text);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])(
    'that is a bomb of %s is refused by its size after decompression',
    async (coding, compress) => {
      const bomb = compress(Buffer.alloc(2_000_000));
      expect(bomb.length).toBeLessThan(10_000);
      const server = await newsroom(
        (_, response) => void response.writeHead(200, { 'content-encoding': coding }).end(bomb),
      );
      const result = await fetcher({ maxBytes: 1_000_000 }).get({
        url: server.url,
        allowPrivate: true,
      });
      expect(reasonOf(result)).toContain('more than 1 MB');
    },
  );

  test('without an end is refused by its size', async () => {
    const server = await newsroom((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const result = await fetcher({ maxBytes: 1_000_000 }).get({
      url: server.url,
      allowPrivate: true,
    });
    expect(reasonOf(result)).toContain('more than 1 MB');
  });

  test('that is damaged, or compressed twice, is a failure', async () => {
    const cut = gzipSync(text).subarray(0, 20);
    const server = await newsroom((request, response) => {
      const coding = request.url === '/twice' ? 'gzip, gzip' : 'gzip';
      response.writeHead(200, { 'content-encoding': coding }).end(cut);
    });
    const { get } = fetcher();
    expect(reasonOf(await get({ url: server.url, allowPrivate: true }))).toContain('damaged');
    const twice = await get({ url: `${server.url}/twice`, allowPrivate: true });
    expect(reasonOf(twice)).toContain('gzip, gzip');
  });

  test('that never ends comes under the time limit, headers and redirects included', async () => {
    const server = await newsroom((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/slow' }).end();
      else response.writeHead(200).write('<rss>');
    });
    const result = await fetcher({ timeout: 200 }).get({ url: server.url, allowPrivate: true });
    expect(reasonOf(result)).toContain('did not answer in full within 0.2 seconds');
    expect(server.requests).toHaveLength(2);
  });

  test('is given up when the signal aborts, as a result', async () => {
    const stop = new AbortController();
    const server = await newsroom((_, response) => {
      response.writeHead(200).write('<rss>');
      stop.abort();
    });
    const { get } = fetcher();
    const request = { url: server.url, allowPrivate: true, signal: stop.signal };
    expect(reasonOf(await get(request))).toContain('was stopped');
    expect(reasonOf(await get(request))).toContain('was stopped');
    expect(server.requests).toHaveLength(1);
  });
});

describe('an answer', () => {
  test('of 410 means gone', async () => {
    const server = await newsroom((_, response) => void response.writeHead(410).end());
    expect(await fetcher().get({ url: server.url, allowPrivate: true })).toEqual({ kind: 'gone' });
  });

  test('of another kind is a failure that says which', async () => {
    const server = await newsroom((_, response) => void response.writeHead(404).end('no'));
    const result = await fetcher().get({ url: server.url, allowPrivate: true });
    expect(reasonOf(result)).toMatch(/^127\.0\.0\.1:\d+ answered 404 Not Found\.$/);
  });

  test('that does not come is a failure', async () => {
    const { get } = fetcher();
    const refused = await get({ url: 'http://127.0.0.1:1/', allowPrivate: true });
    expect(reasonOf(refused)).toContain('refuses connections');
    expect(reasonOf(await get({ url: 'feed://example.org/' }))).toContain('Only http and https');
    expect(reasonOf(await get({ url: 'example.org' }))).toContain('no URL');
  });
});

describe('a redirect', () => {
  test('is followed, and a permanent one is told', async () => {
    const server = await newsroom((request, response) => {
      const next: Record<string, [number, string]> = {
        '/': [301, '/moved'],
        '/moved': [308, '/again'],
        '/again': [302, '/today'],
        '/today': [301, '/end'],
      };
      const [status, location] = next[request.url ?? ''] ?? [200, ''];
      response.writeHead(status, { location }).end('x');
    });
    const result = await fetcher().get({ url: server.url, allowPrivate: true });
    // What a passing redirect leads to is not where the feed lives.
    expect(result).toMatchObject({
      url: `${server.url}/end`,
      permanentUrl: `${server.url}/again`,
    });
  });

  test('is not followed in a circle', async () => {
    const server = await newsroom(
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
    );
    const result = await fetcher().get({ url: server.url, allowPrivate: true });
    expect(reasonOf(result)).toContain('more than 5 times');
    expect(server.requests).toHaveLength(6);
  });

  test.each(['file:///etc/passwd', 'ftp://example.org/', 'http://'])(
    'to %s is refused',
    async (location) => {
      const server = await newsroom(
        (_, response) => void response.writeHead(302, { location }).end(),
      );
      const result = await fetcher().get({ url: server.url, allowPrivate: true });
      expect(result.kind).toBe('failed');
    },
  );
});

describe('a private network', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://[2002:7f00:1::]:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://[::127.0.0.1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
  ])('is not reached by %s', async (url) => {
    const server = await newsroom((_, response) => void response.end('secret'));
    const { port } = new URL(server.url);
    const result = await fetcher().get({ url: url.replace('PORT', port) });
    expect(reasonOf(result)).toContain('private network');
    expect(server.requests).toHaveLength(0);
  });

  test('is not reached over a connection that another feed was allowed to make', async () => {
    const server = await newsroom((_, response) => void response.end('ok'));
    const url = server.url.replace('127.0.0.1', 'localhost');
    const { get } = fetcher();
    expect((await get({ url, allowPrivate: true })).kind).toBe('ok');
    expect(reasonOf(await get({ url }))).toContain('private network');
    expect(server.requests).toHaveLength(1);
  });
});

describe('a host', () => {
  test('that asks for a pause gets it also while pauses cannot be written down', async () => {
    const server = await newsroom(
      (_, response) => void response.writeHead(429, { 'retry-after': '60' }).end(),
    );
    const away = () => Promise.reject(new Error('The database is away.'));
    const { get } = fetcher({ pauses: { put: away, until: away } });
    await get({ url: server.url, allowPrivate: true });
    expect(await get({ url: server.url, allowPrivate: true })).toMatchObject({ notAsked: true });
  });

  test('is asked for one thing at a time, whoever asks', async () => {
    let open = 0;
    let most = 0;
    const server = await newsroom((_, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        response.end('x');
      });
    });
    const { get } = fetcher();
    const { signal } = new AbortController();
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        get({ url: `${server.url}/${at}`, allowPrivate: true, signal }),
      ),
    );
    expect(results.every(({ kind }) => kind === 'ok')).toBe(true);
    expect(most).toBe(1);
  });

  test('that hangs does not keep others waiting', async () => {
    const stop = new AbortController();
    const stuck = await newsroom(() => {});
    const other = await newsroom((_, response) => void response.end('x'));
    const { get } = fetcher();
    const hanging = get({ url: stuck.url, allowPrivate: true, signal: stop.signal });
    expect((await get({ url: other.url, allowPrivate: true })).kind).toBe('ok');
    stop.abort();
    expect((await hanging).kind).toBe('failed');
  });

  test.each([
    ['in seconds', '120'],
    ['as a date', 'Thu, 01 Jan 2026 00:02:00 GMT'],
  ])('that asks for a pause %s is left alone until then', async (_name, retryAfter) => {
    let now = Date.UTC(2026, 0, 1);
    const server = await newsroom((request, response) => {
      const busy = request.url === '/busy';
      const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
      response
        .writeHead(busy ? 503 : 200, busy ? { 'retry-after': retryAfter, date } : {})
        .end('x');
    });
    const { get } = fetcher({ now: () => now });
    const busy = await get({ url: `${server.url}/busy`, allowPrivate: true });
    expect(busy).toMatchObject({ kind: 'failed', retryAfter: 120 });
    expect(busy).not.toHaveProperty('notAsked');
    now += 100_000;
    const early = await get({ url: `${server.url}/other`, allowPrivate: true });
    expect(early).toMatchObject({ kind: 'failed', retryAfter: 20, notAsked: true });
    expect(server.requests).toHaveLength(1);
    now += 20_000;
    expect((await get({ url: `${server.url}/other`, allowPrivate: true })).kind).toBe('ok');
  });
});
