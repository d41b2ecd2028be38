import { describe, expect, it, onTestFinished } from 'vitest';
import { isNear, operationsRoutes } from '../../src/web/operations.js';
import { serveWeb } from '../../src/web/server.js';
import { FakeNewsroom, serve } from './parts.js';

async function pages(): Promise<string> {
  const server = await serve(new FakeNewsroom());
  onTestFinished(() => server.close());
  return server.url;
}

describe('the figures', () => {
  it('are served to this machine', async () => {
    const answer = await fetch(`${await pages()}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe('up 1\n');
  });

  it.each([
    ['Forwarded', 'for=192.0.2.60'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Real-IP', '192.0.2.60'],
    ['Via', '1.1 proxy'],
  ])('are not there for what a proxy has passed on with %s', async (name, value) => {
    const answer = await fetch(`${await pages()}/metrics`, { headers: { [name]: value } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain('up 1');
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['::ffff:10.1.2.3', true],
    ['172.18.0.4', true],
    ['fd00::7', true],
    ['192.0.2.60', false],
    ['::ffff:8.8.8.8', false],
    ['2001:4860:4860::8888', false],
    ['100.64.0.1', false],
    [undefined, false],
  ])('are for private networks only: %s', (address, near) => {
    expect(isNear(address, new Headers())).toBe(near);
  });
});

it('answers beside no pages too, where a process serves none', async () => {
  const deps = new FakeNewsroom();
  const server = await serveWeb(operationsRoutes(deps), { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  const status = async (path: string) =>
    (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(200);
  expect(await status('/metrics')).toBe(200);
  expect(await status('/feeds/all.rss')).toBe(404);
  deps.parts = { database: 'down' };
  expect(await status('/readyz')).toBe(503);
});
