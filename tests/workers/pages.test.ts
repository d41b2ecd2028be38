import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import type { Entry } from '../../src/feeds/entry.js';
import { createFetcher } from '../../src/feeds/fetch.js';
import { createReader } from '../../src/feeds/reader.js';
import type { Feed } from '../../src/model.js';
import { missedSelectors, readPages } from '../../src/workers/pages.js';

const feed: Pick<Feed, 'id' | 'allowPrivate' | 'page'> = { id: 'main', allowPrivate: true };
const article = `<title>Two gauges, one lake</title><main><h1>Two gauges, one lake</h1>${'<p>The gauges of both banks are read by hand, and never on the same day, as nobody was told to.</p>'.repeat(8)}</main>`;

/** A site whose pages answer in turn what is listed, and then the last of it again. */
async function site(pages: Record<string, readonly (number | string)[]>) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const answers = pages[url] ?? [404];
    const answer =
      answers[Math.min(asked.filter((each) => each === url).length, answers.length - 1)];
    asked.push(url);
    const status = typeof answer === 'number' ? answer : 200;
    response.writeHead(status, { 'content-type': 'text/html' }).end(status === 200 ? answer : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fetcher = createFetcher();
  const reader = createReader();
  onTestFinished(async () => {
    await fetcher.close();
    await reader.close();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const entry = (path: string): Entry => ({
    title: 'Two gauges, one lake',
    url: origin + path,
    categories: [],
  });
  const { signal } = new AbortController();
  const read = async (of: typeof feed, ...paths: readonly string[]) => {
    const options = { fetcher, reader, signal, secondTryAfter: 0 };
    const outcomes = await readPages(of, paths.map(entry), options);
    return paths.map((path) => outcomes.get(origin + path));
  };
  return { asked, read };
}

it('reads each page once, however many entries share it', async () => {
  const { asked, read } = await site({ '/a': [article], '/b': [article] });
  const [a, b] = await read(feed, '/a', '/b', '/a');
  expect(asked).toEqual(['/a', '/b']);
  for (const outcome of [a, b]) {
    expect(outcome?.page?.bodyHtml).toContain('read by hand');
    expect(outcome?.note).toBeUndefined();
  }
});

it('asks a second time, after all others, for a page that is not there yet', async () => {
  const notFound = '<title>Page not found</title><h1>Page not found</h1>';
  const { asked, read } = await site({
    '/late': [404, article],
    '/soft': [notFound, article],
    '/trouble': [502, 502],
    '/there': [article],
  });
  const [late, soft, trouble] = await read(feed, '/late', '/soft', '/trouble', '/there');
  expect(asked).toEqual(['/late', '/soft', '/trouble', '/there', '/late', '/soft', '/trouble']);
  for (const outcome of [late, soft]) {
    expect(outcome?.page?.bodyHtml).toContain('read by hand');
    expect(outcome?.note).toBeUndefined();
  }
  expect(trouble?.note).toMatch(/own words are used.*502/);
});

it('does not ask again where the answer is meant, and says what it was', async () => {
  const robots = '<title>Just a moment...</title><p>Verifying you are human.</p>';
  const { asked, read } = await site({ '/closed': [403], '/robots': [robots] });
  const [closed, robot] = await read(feed, '/closed', '/robots');
  expect(asked).toEqual(['/closed', '/robots']);
  expect(closed?.note).toMatch(/403/);
  expect(robot?.note).toBe(
    "The article's page gives no text, so the feed's own words are used. It is a check against robots.",
  );
});

it('names selectors of the config that found nothing, in the same words for every page', async () => {
  const { read } = await site({ '/a': [article], '/b': [article] });
  const of = { ...feed, page: { content: '.gone', author: 'h1' } };
  const outcomes = await read(of, '/a', '/b');
  const [a, b] = outcomes.map((outcome) => missedSelectors(of, outcome?.page));
  expect(a).toEqual([{ message: expect.stringMatching(/main.*page\.content/), attention: true }]);
  expect(b).toEqual(a);
  expect(outcomes[0]?.page?.bodyHtml).toContain('read by hand');
  expect(outcomes[0]?.note).toMatch(/nothing was found by the config's page.content/);
});
