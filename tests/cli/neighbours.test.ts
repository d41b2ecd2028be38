import { expect, test } from 'vitest';
import { realNeighbours } from '../../src/cli/neighbours.js';
import { newsroom } from '../feeds/newsroom.js';

const feed =
  '<rss version="2.0"><channel><title>Centre</title><language>ru</language></channel></rss>';
const page =
  '<!doctype html><html><link rel="alternate" type="application/rss+xml" href="/feed"></html>';

test('a site is known by its feed, and what is neither says why', async () => {
  const { url } = await newsroom((request, response) => {
    if (request.url === '/feed') response.end(feed);
    else if (request.url === '/') response.setHeader('content-type', 'text/html').end(page);
    else response.writeHead(404).end();
  });
  const probe = (path: string) =>
    realNeighbours.probe?.(new URL(path, url), { allowPrivate: true });
  const facts = { title: 'Centre', language: 'ru' };
  expect(await probe('/feed')).toEqual(facts);
  expect(await probe('/')).toEqual({ ...facts, url: `${url}/feed` });
  await expect(probe('/none')).rejects.toThrow('answered 404 Not Found.');
});
