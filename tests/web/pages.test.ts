import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { editionId, FakeNewsroom, serve } from './parts.js';

let deps: FakeNewsroom;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  deps = new FakeNewsroom();
  server = await serve(deps);
});
afterEach(() => server.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(server.url + path, { redirect: 'manual', ...init });

describe('every answer', () => {
  const paths = [
    '/',
    '/healthz',
    '/readyz',
    '/feeds/all.rss',
    '/feeds/all.atom',
    '/feeds/broken.rss',
    `/editions/${editionId}`,
    '/unsubscribe/token',
    '/unsubscribe/unknown',
    '/unsubscribe/%E0%A4%A',
    '/nowhere',
  ];

  it.each(paths)(
    '%s has security headers, no cookie and no redirect, by GET and HEAD',
    async (path) => {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await get(path, { method });
        expect(status < 300 || status >= 400).toBe(true);
        expect(headers.get('set-cookie')).toBeNull();
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
        expect(headers.get('x-powered-by')).toBeNull();
        expect(headers.get('content-security-policy')).toMatch(
          /default-src 'none'.*frame-ancestors 'none'/,
        );
        expect(headers.get('strict-transport-security')).toBe('max-age=15552000');
      }
    },
  );

  it('changes nothing, however often a scanner GETs and HEADs every address', async () => {
    for (const method of ['GET', 'HEAD', 'GET']) {
      for (const path of paths) await (await get(path, { method })).arrayBuffer();
    }
    expect(deps.changes).toEqual([]);
  });
});

describe('health', () => {
  it('lives as soon as it serves, and is ready when every part is', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ ok: true });
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, parts: { database: 'ok', queue: 'ok' } });
  });

  it('is not ready but alive while a part is down', async () => {
    deps.parts = { database: 'down', queue: 'ok' };
    const ready = await get('/readyz');
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, parts: { database: 'down', queue: 'ok' } });
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('/editions/<id>', () => {
  it('shows the edition as it was frozen, to people only, and runs no script', async () => {
    const response = await get(`/editions/${editionId}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<!doctype html><h1>Frozen</h1>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'none'");
    expect(response.headers.get('x-robots-tag')).toBe('noindex');
  });

  it.each(['22222222-2222-5222-8222-222222222222', "1' or 1=1", '..%2f..%2fetc'])(
    'is not found for %j',
    async (id) => {
      expect((await get(`/editions/${id}`)).status).toBe(404);
    },
  );
});

describe('errors', () => {
  it('are a page in the newsroom’s look', async () => {
    const response = await get('/nowhere');
    expect(response.status).toBe(404);
    const page = await response.text();
    expect(page).toContain('Page not found');
    expect(page).toContain('Caspian Policy Desk');
  });

  it.each(['/feeds/broken.rss', '/unsubscribe/broken'])(
    'of the inside at %s are reported without the token and not shown',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(500);
      const page = await response.text();
      expect(page).toContain('Something went wrong');
      expect(page).not.toContain('hunter2');
      const where = `GET /${path.split('/')[1]}`;
      expect(deps.errors).toEqual([{ error: expect.any(Error), where }]);
    },
  );
});
