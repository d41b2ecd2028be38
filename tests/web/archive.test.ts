import { expect, it } from 'vitest';
import { FakeNewsroom, serve } from './parts.js';
import { openReaders } from './readers.js';

/** The subjects that a page of the archive lists. */
const subjects = (page: string) =>
  [...page.matchAll(/<a href="[^"]*\/editions\/[^"]+" lang="en">([^<]+)</g)].map(
    ([, text]) => text,
  );

it('lists the editions of a program, the newest first, each with its web view', async () => {
  const room = await openReaders();
  await room.reader('dana');
  for (const [guid, programs] of [
    ['one', ['spp']],
    ['two', ['eep']],
    ['three', ['spp', 'eep']],
  ] as const) {
    await room.article(guid, { programs });
    room.wait(60);
  }
  room.wait(86_400);
  await room.assemble();
  await room.deliver();
  const of = async (program: string) => subjects((await room.get(`/archive/${program}`)).text);
  expect(await of('spp')).toEqual([
    expect.stringMatching(/^Article (one|three), and 1 more$/),
    'Article three',
    'Article one',
  ]);
  expect((await of('all')).slice(1)).toEqual(['Article three', 'Article two', 'Article one']);

  const { text, headers } = await room.get('/archive/spp');
  expect(headers.get('x-robots-tag')).toBeNull();
  for (const [, path = ''] of text.matchAll(/href="(\/editions\/[^"]+)"/g)) {
    expect((await room.get(path)).status).toBe(200);
  }
  expect((await room.get('/archive/nothing')).status).toBe(404);
  expect(room.errors).toEqual([]);
});

it('does not list what staff hold, nor an article that was held since', async () => {
  const room = await openReaders();
  const article = await room.article('one');
  await room.database.query(`update editions set held_at = now(), hold_reason = 'A test.'`);
  expect((await room.get('/archive/spp')).text).toContain('There is nothing here yet.');
  await room.database.query('update editions set held_at = null');
  expect(subjects((await room.get('/archive/spp')).text)).toEqual(['Article one']);
  await room.database.query(
    `update articles set state = 'held', release_order = null where id = $1`,
    [article],
  );
  expect(subjects((await room.get('/archive/spp')).text)).toEqual([]);
});

it('is paged, and leads to the output feeds, the sign-up and Discord', async () => {
  const server = await serve(new FakeNewsroom());
  const get = async (path: string) => {
    const answer = await fetch(server.url + path);
    return { status: answer.status, text: await answer.text() };
  };
  const pages = [1, 2, 3].map((page) => get(`/archive/all?page=${page}`));
  const counts = (await Promise.all(pages)).map(({ text }) => [
    subjects(text).length,
    text.includes('rel="prev"'),
    text.includes('rel="next"'),
  ]);
  expect(counts).toEqual([
    [20, false, true],
    [20, true, true],
    [5, true, false],
  ]);
  for (const page of ['0', '-1', '1.5', 'x', '99999999']) {
    expect((await get(`/archive/all?page=${page}`)).status).toBe(404);
  }
  const { text } = await get('/archive');
  for (const link of ['/archive/all', '/sign-up', 'https://discord.gg/example', '/feeds/all.rss']) {
    expect(text).toContain(`${link}"`);
  }
  await server.close();
});

it('names the output feeds of a program to readers that are given the address of its page', async () => {
  const server = await serve(new FakeNewsroom());
  const text = await (await fetch(`${server.url}/archive/all`)).text();
  expect(
    text.match(/(?<=<link rel="alternate" type="application\/rss\+xml"[^>]* href=")[^"]*/g),
  ).toEqual([
    'https://letters.example/feeds/all.rss',
    'https://letters.example/feeds/all/digests.rss',
  ]);
  await server.close();
});

it('keeps to the language that was asked for', async () => {
  const server = await serve(new FakeNewsroom());
  for (const [path, links] of [
    ['/archive?lang=ru', ['/sign-up?lang=ru', '/archive/all?lang=ru']],
    ['/archive/all?lang=ru&page=2', ['/archive?lang=ru', '/archive/all?page=3&amp;lang=ru']],
    ['/sign-up?lang=ru', ['/archive?lang=ru']],
    ['/archive?lang=en', ['/sign-up"', '/archive/all?lang=en']],
  ] as const) {
    const text = (await (await fetch(server.url + path)).text()).replaceAll('&#x3D;', '=');
    for (const link of links) expect(text).toContain(`href="${link}`);
  }
  await server.close();
});

it('links below the path of PUBLIC_URL', async () => {
  class Below extends FakeNewsroom {
    override readonly publicUrl = 'https://centre.example/letters';
  }
  const server = await serve(new Below());
  for (const path of ['/archive', '/preferences/token', '/confirm/old', '/nowhere']) {
    const text = await (await fetch(server.url + path)).text();
    const own = [...text.matchAll(/(?:href|action)="(\/[^"]*)"/g)].map(([, to]) => to);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((to) => !to?.startsWith('/letters/'))).toEqual([]);
  }
  await server.close();
});
