import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parseFeed, parseOpml } from 'feedsmith';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastModified } from '../../src/web/conditional.js';
import { outputArticle } from '../templates/feeds/sample.js';
import { FakeNewsroom, serve } from './parts.js';

let deps: FakeNewsroom;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  deps = new FakeNewsroom();
  server = await serve(deps);
});
afterEach(() => server.close());

/** Requests as a feed reader does; undici's `request` neither decodes nor adds any header. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const options = { method: method as 'GET', headers };
  const response = await request(server.url + path, options);
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, string>,
    body: Buffer.from(await response.body.arrayBuffer()),
  };
}

const vary = 'Accept-Encoding, Accept, Sec-Fetch-Dest, A-IM';

const types = {
  rss: 'application/rss+xml; charset=utf-8',
  atom: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json',
};

describe.each(
  Object.entries(types).flatMap(([format, type]) =>
    ['all', 'all/digests'].map((id) => [`/feeds/${id}.${format}`, id, format, type] as const),
  ),
)('%s', (path, id, format, type) => {
  it('serves the released articles, and names the served URL as its own', async () => {
    const { status, headers, body } = await get(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['set-cookie']).toBeUndefined();
    const parsed = parseFeed(body.toString());
    expect(parsed.format).toBe(format);
    expect(body.toString()).toContain(`"https://letters.example${path}"`);
    expect(body.toString().match(/urn:uuid:/g)).toHaveLength(20);
  });

  it('names the hubs that are told of it in its headers, as it does within', async () => {
    expect((await get(path)).headers.link).toBeUndefined();
    deps.hubs.push('https://hub.example/');
    const { headers, body } = await get(path);
    expect(headers.link).toBe(
      `<https://hub.example/>; rel="hub", <https://letters.example${path}>; rel="self"`,
    );
    expect(body.toString()).toContain('"https://hub.example/"');
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const [head, full] = [await get(path, {}, 'HEAD'), await get(path)];
    expect(head.status).toBe(200);
    expect(head.body).toHaveLength(0);
    // undici itself closes the connection of a HEAD.
    const { date: _, connection: _c, 'keep-alive': _k, ...headers } = full.headers;
    expect(head.headers).toMatchObject(headers);
  });

  it.each([
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0.8, gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip;q=0, *', 'br', brotliDecompressSync],
  ])(
    'sends to Accept-Encoding %j %s, under an ETag of its own',
    async (accepted, coding, unpack) => {
      const plain = await get(path);
      const packed = await get(path, { 'accept-encoding': accepted });
      expect(packed.headers).toMatchObject({
        'content-encoding': coding,
        vary,
        'content-length': String(packed.body.length),
      });
      expect(packed.body.length).toBeLessThan(plain.body.length / 2);
      expect(unpack(packed.body).equals(plain.body)).toBe(true);
      expect(packed.headers.etag).not.toBe(plain.headers.etag);
      expect(plain.headers.etag).toMatch(/^"[\w-]+"$/);
      expect(plain.headers.vary).toBe(vary);
    },
  );

  it.each(['', 'identity', 'gzip;q=0', 'br;q=0, *;q=0', 'deflate'])(
    'sends plain text to Accept-Encoding %j',
    async (accepted) => {
      const { headers } = await get(path, { 'accept-encoding': accepted });
      expect(headers['content-encoding']).toBeUndefined();
    },
  );

  it('changes its ETag with its articles only', async () => {
    const before = await get(path);
    expect((await get(path)).headers.etag).toBe(before.headers.etag);
    const view = deps.feeds.get(id);
    if (view) deps.feeds.set(id, { ...view, items: [outputArticle(99), ...view.items] });
    expect((await get(path)).headers.etag).not.toBe(before.headers.etag);
  });

  describe('answers a conditional request', () => {
    const changed = 'Sun, 01 Mar 2026 10:00:00 GMT';
    const later = 'Sun, 01 Mar 2026 10:00:01 GMT';
    const earlier = 'Sun, 01 Mar 2026 09:59:59 GMT';
    const gone = '"something-else"';

    it.each<[string, (tag: string) => Record<string, string>, number]>([
      ['its own ETag', (tag) => ({ 'if-none-match': tag }), 304],
      ['its own ETag, weakened on the way', (tag) => ({ 'if-none-match': `W/${tag}` }), 304],
      ['a list that has its ETag', (tag) => ({ 'if-none-match': `${gone}, "a,b" ,${tag}` }), 304],
      ['any ETag', () => ({ 'if-none-match': '*' }), 304],
      ['another ETag', () => ({ 'if-none-match': gone }), 200],
      ['a part of its ETag', (tag) => ({ 'if-none-match': `${tag.slice(0, -3)}"` }), 200],
      ['no ETag in If-None-Match', () => ({ 'if-none-match': '' }), 200],
      ['its date', () => ({ 'if-modified-since': changed }), 304],
      ['a later date', () => ({ 'if-modified-since': later }), 304],
      ['an earlier date', () => ({ 'if-modified-since': earlier }), 200],
      ['no date in If-Modified-Since', () => ({ 'if-modified-since': 'last week' }), 200],
      [
        'another ETag, whatever the date',
        () => ({ 'if-none-match': gone, 'if-modified-since': later }),
        200,
      ],
      [
        'its own ETag, whatever the date',
        (tag) => ({ 'if-none-match': tag, 'if-modified-since': earlier }),
        304,
      ],
    ])('that has %s', async (_, conditions, expected) => {
      for (const coding of ['identity', 'gzip']) {
        const accept = { 'accept-encoding': coding };
        const first = await get(path, accept);
        const headers = { ...accept, ...conditions(first.headers.etag ?? '') };
        for (const method of ['GET', 'HEAD']) {
          const { status, headers: answer, body } = await get(path, headers, method);
          expect(status).toBe(expected);
          expect(answer).toMatchObject({
            etag: first.headers.etag,
            'last-modified': changed,
            vary,
            'cache-control': first.headers['cache-control'],
          });
          if (expected === 304) expect(body).toHaveLength(0);
        }
      }
    });

    it('of one coding with the ETag of the other in full', async () => {
      const { headers } = await get(path, { 'accept-encoding': 'gzip' });
      expect((await get(path, { 'if-none-match': headers.etag ?? '' })).status).toBe(200);
    });
  });

  it('is not found for a program that does not exist, or another format', async () => {
    for (const wrong of [
      '/feeds/none.rss',
      '/feeds/all.pdf',
      '/feeds/all',
      '/feeds/',
      '/feeds/ALL.rss',
      '/feeds/none/digests.rss',
      '/feeds/all/digests',
      '/feeds/all/other.rss',
      '/feeds/all/digests/digests.rss',
      '/feeds/%61ll/..%2fall.rss',
    ]) {
      expect((await get(wrong)).status).toBe(404);
    }
  });
});

describe('feeds', () => {
  it('can only be read, by anybody, from anywhere', async () => {
    for (const path of ['/feeds/all.rss', '/feeds/none.rss', '/feeds.opml']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status, headers } = await get(path, {}, method);
        expect([status, headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
      }
    }
    const origin = 'https://reader.example';
    expect((await get('/feeds/all.json', { origin })).headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag',
    });
    const asked = { origin, 'access-control-request-method': 'GET' };
    const { status, headers } = await get('/feeds/all.json', asked, 'OPTIONS');
    expect([status, headers['access-control-allow-headers']]).toEqual([
      204,
      'If-None-Match,If-Modified-Since',
    ]);
  });

  it('are served whole to who asks for a range, and whatever stands behind a question mark', async () => {
    const whole = await get('/feeds/all.rss');
    for (const [path, headers] of [
      ['/feeds/all.rss', { range: 'bytes=0-9' }],
      ['/feeds/all.rss?utm_source=a', {}],
    ] as const) {
      const answer = await get(path, headers);
      expect([answer.status, answer.body.equals(whole.body)]).toEqual([200, true]);
    }
  });
});

describe('/feeds.opml', () => {
  it('lists each output feed once, under what it is of', async () => {
    const { status, headers, body } = await get('/feeds.opml');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/x-opml; charset=utf-8');
    const { head, body: listed } = parseOpml(body.toString());
    expect(head?.title).toBe('The feeds of Caspian Policy Desk');
    const listing = listed?.outlines?.map(({ text, outlines }) => [
      text,
      outlines?.map(({ xmlUrl, title }) => `${title}: ${xmlUrl}`),
    ]);
    expect(listing).toEqual([
      [
        'Caspian Policy Desk',
        [
          'Everything: https://letters.example/feeds/all.rss',
          'Digests ‹of› everything: https://letters.example/feeds/all/digests.rss',
        ],
      ],
      ['Energy & Water', ['Energy & Water: https://letters.example/feeds/energy.rss']],
    ]);
  });

  it('knows its own ETag, and sends gzip to those who take it', async () => {
    const gzip = { 'accept-encoding': 'gzip' };
    const { headers, body } = await get('/feeds.opml', gzip);
    expect(gunzipSync(body).toString()).toContain('<opml version="2.0">');
    const again = { ...gzip, 'if-none-match': headers.etag ?? '' };
    expect((await get('/feeds.opml', again)).status).toBe(304);
    const since = { 'if-modified-since': new Date().toUTCString() };
    expect((await get('/feeds.opml', since)).status).toBe(200);
  });
});

describe('Last-Modified', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second - 1, 500));

  it('is never a second in which the feed may still change', () => {
    expect(lastModified(at(1), at(1))).toBe('Sun, 01 Mar 2026 09:59:59 GMT');
    expect(lastModified(at(1), at(2))).toBe('Sun, 01 Mar 2026 10:00:00 GMT');
    expect(lastModified(at(1), at(60))).toBe('Sun, 01 Mar 2026 10:00:00 GMT');
  });

  it('does not lie in the future when the clock of the ledger does', () => {
    expect(lastModified(at(30), at(2))).toBe('Sun, 01 Mar 2026 10:00:00 GMT');
  });
});
