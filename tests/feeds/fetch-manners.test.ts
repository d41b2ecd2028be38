import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { publicLookup } from '../../src/feeds/address.js';
import { createFetcher } from '../../src/feeds/fetch.js';
import { newsroom } from './newsroom.js';

vi.mock('node:dns', async (original) => {
  const real = await original<typeof import('node:dns')>();
  return { ...real, lookup: vi.fn(real.lookup) };
});
beforeEach(() => {
  vi.mocked(lookup).mockClear();
});

function fetcher() {
  const made = createFetcher({ userAgent: 'Broadsheet (Newsroom; desk@newsroom.test)' });
  onTestFinished(() => made.close());
  return made;
}

describe('a request', () => {
  test('has neither a fragment, nor a referer, nor cookies, also after redirects', async () => {
    const server = await newsroom((request, response) => {
      response.setHeader('set-cookie', 'session=1; Path=/');
      if (request.url === '/feed?format=rss') {
        response.writeHead(302, { location: '/here#there' }).end();
      } else response.end('x');
    });
    const { get } = fetcher();
    const url = `${server.url}/feed?format=rss#top`;
    await get({ url, allowPrivate: true });
    await get({ url, allowPrivate: true });
    expect(server.requests.map((request) => request.url)).toEqual([
      '/feed?format=rss',
      '/here',
      '/feed?format=rss',
      '/here',
    ]);
    for (const { headers } of server.requests) {
      expect(headers).not.toHaveProperty('cookie');
      expect(headers).not.toHaveProperty('referer');
    }
  });

  test('goes over the connection of the one before', async () => {
    const server = await newsroom((request, response) => {
      response.statusCode = request.url === '/1' ? 304 : 200;
      response.end(request.url === '/1' ? '' : 'x');
    });
    const { get } = fetcher();
    for (const path of ['0', '1', '2']) {
      await get({ url: `${server.url}/${path}`, allowPrivate: true, etag: '"a"' });
    }
    const ports = server.requests.map(({ socket }) => socket.remotePort);
    expect(new Set(ports).size).toBe(1);
  });

  test('asks for a delta only with an ETag, and only of a feed (RFC 3229)', async () => {
    const server = await newsroom((_, response) => void response.end('x'));
    const { get } = fetcher();
    const { url } = server;
    await get({ url, allowPrivate: true });
    await get({ url, allowPrivate: true, lastModified: 'then' });
    await get({ url, allowPrivate: true, etag: '"a"', accept: 'page' });
    await get({ url, allowPrivate: true, etag: '"a"' });
    const asked = server.requests.map(({ headers }) => headers['a-im']);
    expect(asked).toEqual([undefined, undefined, undefined, 'feed']);
  });
});

describe('an address with a password', () => {
  const protectedRoom = async () => {
    const server = await newsroom((request, response) => {
      const known = request.headers.authorization === `Basic ${btoa('desk:open @sesame')}`;
      if (request.url === '/away') response.writeHead(302, { location: '/feed' }).end();
      else if (request.url === '/slash')
        response.writeHead(301, { location: `${server.url}/feed` }).end();
      else if (request.url === '/out') {
        response.writeHead(302, { location: server.url.replace('127.0.0.1', 'localhost') }).end();
      } else response.writeHead(known ? 200 : 401).end('x');
    });
    const at = (path: string) => server.url.replace('://', '://desk:open%20%40sesame@') + path;
    return { ...server, at };
  };

  test('is opened with it, and so is what it redirects to on the same host', async () => {
    const { at, url } = await protectedRoom();
    const { get } = fetcher();
    for (const path of ['/feed', '/away', '/slash']) {
      const result = await get({ url: at(path), allowPrivate: true });
      // What is relative to it goes to readers.
      expect(result).toMatchObject({ kind: 'ok', url: `${url}/feed` });
    }
  });

  test('gets the validators that came from there', async () => {
    const { at, url, requests } = await protectedRoom();
    const validatedAt = `${url}/feed`;
    await fetcher().get({ url: at('/feed'), allowPrivate: true, etag: '"a"', validatedAt });
    expect(requests[0]?.headers['if-none-match']).toBe('"a"');
  });

  test('tells no other host its password', async () => {
    const { at, requests } = await protectedRoom();
    await fetcher().get({ url: at('/out'), allowPrivate: true });
    expect(requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      true,
      false,
    ]);
  });
});

describe('an answer of 226', () => {
  test.each([
    ['is a delta', 'feed', '"a"', { kind: 'ok', delta: true }],
    ['of another kind is a failure', 'vcdiff', '"a"', { kind: 'failed' }],
    ['that was not asked for is a failure', 'feed', undefined, { kind: 'failed' }],
  ])('%s', async (_name, im, etag, expected) => {
    const server = await newsroom((_, response) => void response.writeHead(226, { im }).end('x'));
    const result = await fetcher().get({ url: server.url, allowPrivate: true, etag });
    expect(result).toMatchObject(expected);
  });
});

describe('a name', () => {
  const known = (...addresses: readonly string[]) =>
    vi.mocked(lookup).mockImplementation(((_name: string, _options: object, callback: Found) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as never);
  type Found = Parameters<LookupFunction>[2];
  const found = (all: boolean) =>
    new Promise((resolve) => {
      publicLookup('newsroom.test', { all }, (error, address) =>
        resolve(error?.message ?? address),
      );
    });

  test('that has public and private addresses is reached at the public ones', async () => {
    known('10.0.0.1', '93.184.216.34', 'fd00::1');
    expect(await found(true)).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(await found(false)).toBe('93.184.216.34');
  });

  test.each([[['127.0.0.1']], [['::ffff:10.0.0.1', '64:ff9b::a00:1']], [['fe80::1%lo']], [[]]])(
    'that has only %j is not reached, neither by get nor by post',
    async (addresses) => {
      known(...addresses);
      const refused = { kind: 'failed', reason: expect.stringContaining('private network') };
      const { get, post } = fetcher();
      const url = 'http://newsroom.test/';
      expect(await get({ url })).toMatchObject(refused);
      expect(await get({ url, accept: 'page' })).toMatchObject(refused);
      expect(await post({ url, form: new URLSearchParams() })).toMatchObject(refused);
    },
  );

  test('is looked up again for each connection, so that it cannot change its address in between', async () => {
    known('127.0.0.1');
    const { get } = fetcher();
    await get({ url: 'http://newsroom.test/' });
    await get({ url: 'http://newsroom.test/' });
    expect(lookup).toHaveBeenCalledTimes(2);
  });
});
