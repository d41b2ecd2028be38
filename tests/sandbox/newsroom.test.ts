import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import Parser from 'rss-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programLabel, programs } from '../../sandbox/centre.js';
import { articleNumber } from '../../sandbox/newsroom/articles/index.js';
import { type SandboxNewsroom, startNewsroom } from '../../sandbox/newsroom/index.js';

describe('the newsroom', () => {
  let directory: string;
  let newsroom: SandboxNewsroom;
  const stateFile = () => join(directory, 'newsroom.json');
  const now = () => new Date('2026-12-22T20:30:00.400Z');
  const open = () => startNewsroom({ port: 0, stateFile: stateFile(), now });
  const page = async (url: string) => (await fetch(url)).text();

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'broadsheet-newsroom-'));
    newsroom = await open();
  });
  afterEach(async () => {
    await newsroom.close();
    await rm(directory, { recursive: true });
  });

  it('has a feed that rss-parser reads, with programs as categories and nothing but a short description', async () => {
    const feed = await new Parser({ defaultRSS: 2 }).parseString(await page(newsroom.feedUrl));
    expect(feed.items).toHaveLength(6);
    const labels = programs.map((program) => programLabel(program.id));
    for (const item of feed.items) {
      expect(item.title).toBeTruthy();
      expect(item.link).toContain(`${newsroom.url}/articles/`);
      expect(item.guid).toMatch(/^tarpan:/);
      expect(Date.parse(item.pubDate ?? '')).toBeLessThan(now().getTime());
      expect(item.categories?.length).toBeGreaterThan(0);
      for (const category of item.categories ?? []) expect(labels).toContain(category);
      expect(item.contentSnippet?.length).toBeLessThan(200);
      expect(item.creator).toBeUndefined();
      expect(item.enclosure).toBeUndefined();
    }
  });

  it('answers 304 to either validator, and 200 again once something was published', async () => {
    const first = await fetch(newsroom.feedUrl);
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    const again = (headers: Record<string, string>) => fetch(newsroom.feedUrl, { headers });
    expect((await again({ 'If-None-Match': etag })).status).toBe(304);
    expect((await again({ 'If-Modified-Since': modified })).status).toBe(304);
    await newsroom.publish();
    expect((await again({ 'If-None-Match': etag, 'If-Modified-Since': modified })).status).toBe(
      200,
    );
    expect((await again({ 'If-Modified-Since': modified })).status).toBe(200);
  });

  it('goes on after a restart where it stopped, under the same guids', async () => {
    const published = await newsroom.publish();
    expect(newsroom.published()[0]).toEqual(published);
    const titles = newsroom.published().map((article) => article.title);
    const guids = (text: string) => [...text.matchAll(/<guid[^>]*>(.*?)</g)].map(([, id]) => id);
    const before = guids(await page(newsroom.feedUrl));
    await newsroom.close();
    newsroom = await open();
    expect(newsroom.published().map((article) => article.title)).toEqual(titles);
    expect(guids(await page(newsroom.feedUrl))).toEqual(before);
    expect(titles).not.toContain((await newsroom.publish()).title);
  });

  it('publishes a different article to each of many who ask at once', async () => {
    const published = await Promise.all(Array.from({ length: 12 }, () => newsroom.publish()));
    expect(new Set(published.map((article) => article.url)).size).toBe(12);
    expect(published.some((article) => article.title.startsWith('Weekly note 1:'))).toBe(true);
    expect(newsroom.published()).toHaveLength(18);
  });

  it('refuses a damaged archive with a sentence that says what to do', async () => {
    await writeFile(join(directory, 'other.json'), '{"published":');
    const damaged = startNewsroom({ port: 0, stateFile: join(directory, 'other.json'), now });
    await expect(damaged).rejects.toThrow(/other\.json is not JSON any more\. Delete it/);
  });

  it('has the byline with and without a space, the local date, the credit, and related articles with programs', async () => {
    const spp = await newsroom.publish();
    const russian = await newsroom.publish();
    const plain = await page(spp.url);
    const described = await page(russian.url);
    expect(plain).toContain('Author:Marat Ilgenov');
    expect(plain).not.toContain('application/ld+json');
    expect(described).toContain('Author: Айсулу Бекмырза');
    expect(described).toContain('<html lang="ru">');
    const [, json = ''] =
      /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(described) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      headline: russian.title,
      datePublished: russian.publishedAt,
      articleSection: ['Society and Culture Program (SCP)'],
    });
    for (const text of [plain, described]) {
      // 20:30 UTC is the next day where the centre is.
      expect(text).toMatch(/>Dec 23, 2026</);
      expect(text).toContain('Image source: ');
      const [body = '', related = ''] = text.split('Related articles');
      expect(body.match(/<p>/g)?.length).toBeGreaterThanOrEqual(6);
      expect(
        related.match(/class="label \w+" lang="en">[^<]+ \(\w{3}\)</g)?.length,
      ).toBeGreaterThanOrEqual(3);
    }
  });

  it('draws for each article its own PNG of 1200 x 630, which is not sent twice', async () => {
    const text = await page(newsroom.published()[0]?.url ?? '');
    const [, source = ''] = /<figure>\s*<img src="([^"]+)"/.exec(text) ?? [];
    const answer = await fetch(newsroom.url + source);
    expect(answer.headers.get('content-type')).toBe('image/png');
    const png = Buffer.from(await answer.arrayBuffer());
    expect(png.readUInt32BE(16)).toBe(1200);
    expect(png.readUInt32BE(20)).toBe(630);
    const length = png.readUInt32BE(33);
    expect(inflateSync(png.subarray(41, 41 + length))).toHaveLength((1200 * 3 + 1) * 630);
    const headers = { 'If-None-Match': answer.headers.get('etag') ?? '' };
    expect((await fetch(newsroom.url + source, { headers })).status).toBe(304);
    const other = await fetch(`${newsroom.url}/pictures/wind-on-the-saryn-line.png`);
    expect(Buffer.from(await other.arrayBuffer()).equals(png)).toBe(false);
  });
});

describe('the articles', () => {
  it('are a dozen over three programs, with long bodies, no picture twice, and notes after them', () => {
    const articles = Array.from({ length: 15 }, (_, number) => articleNumber(number));
    const dozen = articles.slice(0, 12);
    expect(new Set(articles.map((article) => article.slug)).size).toBe(15);
    expect(new Set(dozen.flatMap((article) => article.programs)).size).toBe(3);
    for (const article of dozen) {
      const paragraphs = article.body
        .trim()
        .split('\n\n')
        .filter((block) => /^[\p{L}]/u.test(block));
      expect(paragraphs.length).toBeGreaterThanOrEqual(6);
      expect(paragraphs.length).toBeLessThanOrEqual(10);
    }
    const pictures = dozen.map(({ picture }) => `${picture.scene} ${picture.palette}`);
    expect(new Set(pictures).size).toBe(12);
    expect(articles.slice(12).map((article) => article.title.slice(0, 14))).toEqual([
      'Weekly note 1:',
      'Weekly note 2:',
      'Weekly note 3:',
    ]);
    expect(new Set(articles.slice(12).flatMap((article) => article.programs)).size).toBe(3);
  });
});
