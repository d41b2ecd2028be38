import { expect, onTestFinished, test, vi } from 'vitest';
import { createFetcher } from '../../src/feeds/fetch.js';
import { newsroom } from './newsroom.js';

// No test reaches the internet, so one address of the loopback range plays a public server.
const PUBLIC = '127.0.0.2';
vi.mock(import('../../src/feeds/address.js'), async (original) => {
  const real = await original();
  return { ...real, isPublic: (address) => address === PUBLIC || real.isPublic(address) };
});

test.each([
  'http://127.0.0.1:PORT/',
  'http://localhost:PORT/',
  'http://0177.1:PORT/',
  'http://2130706433:PORT/',
  '//[::ffff:7f00:1]:PORT/',
])('a public server cannot lead us into our own network by a redirect to %s', async (location) => {
  const inside = await newsroom((_, response) => void response.end('secret'));
  const target = location.replace('PORT', new URL(inside.url).port);
  const outside = await newsroom(
    (_, response) => void response.writeHead(302, { location: target }).end(),
    PUBLIC,
  );
  const fetcher = createFetcher();
  onTestFinished(() => fetcher.close());
  const result = await fetcher.get({ url: outside.url });
  expect(result).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('private network'),
  });
  expect(outside.requests).toHaveLength(1);
  expect(inside.requests).toHaveLength(0);
});
