import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { expect, onTestFinished, test } from 'vitest';
import { least, scratch } from '../config/scratch.js';
import { broadsheet } from './terminal.js';

const rss = (items: string, head = '') =>
  `<rss version="2.0"><channel><title>News</title>${head}${items}</channel></rss>`;

/** Files by their names, in a directory of their own. */
function directoryOf(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = scratch();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** Runs the command; its lines as they were parsed again. */
async function parse(directory: string, ...argv: string[]) {
  const { code, stdout, stderr } = await broadsheet(['parse', ...argv], { directory });
  expect(stderr).toBe('');
  return {
    code,
    lines: stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  };
}

test('a line says all that the watcher would make of a document', async () => {
  const directory = directoryOf({
    'feed.xml': rss(
      `<item><guid isPermaLink="false"> a 1</guid><title>Water &amp;amp; power</title>
      <link>https://news.example/water</link><author>desk@news.example (Aigul)</author>
      <pubDate>Fri, 02 Jan 2026 03:04:05 +0600</pubDate><category>Energy</category>
      <description>&lt;p onclick="x()"&gt;Short&lt;/p&gt;</description>
      <enclosure url="https://news.example/i.png" type="image/png" length="5"/>
      <enclosure url="https://news.example/a.mp3" type="audio/mpeg"/></item><item><author>x</author></item>`,
      '<link>https://news.example/</link><ttl>60</ttl><skipHours><hour>3</hour></skipHours>',
    ),
  });
  const { code, lines } = await parse(directory, 'feed.xml');
  expect(code).toBe(0);
  expect(lines).toEqual([
    {
      document: 'feed.xml',
      parser: 'rss-parser',
      note: null,
      feed: {
        title: 'News',
        link: 'https://news.example/',
        language: null,
        every: 3600,
        skipHours: [3],
        skipDays: null,
        hubs: [],
        self: null,
      },
      articles: [
        {
          id: 'a 1',
          link: 'https://news.example/water',
          title: 'Water & power',
          author: 'Aigul',
          published: '2026-01-01T21:04:05.000Z',
          updated: null,
          summary: '<p>Short</p>',
          content: null,
          image: { url: 'https://news.example/i.png' },
          enclosures: [
            { url: 'https://news.example/i.png', type: 'image/png', length: 5 },
            { url: 'https://news.example/a.mp3', type: 'audio/mpeg' },
          ],
          language: null,
          categories: ['Energy'],
          programs: [],
          matched: null,
          refused: null,
        },
        expect.objectContaining({
          id: null,
          title: null,
          refused: expect.stringContaining('neither a title nor an http(s) link'),
        }),
      ],
    },
  ]);
});

test('a directory is walked in order, and what cannot be read stops nothing', async () => {
  const directory = directoryOf({
    'feeds/b.xml': rss('<item><title>B</title></item>'),
    'feeds/a/page.html':
      '<!doctype html><link rel="alternate" type="application/rss+xml" href="https://news.example/f">',
    'feeds/a/broken.xml': '<rss><channel><item><title>Broken & unclosed',
    'feeds/.hidden': 'x',
    'feeds/c.json': '{"items":[{"title":"C"}]}',
  });
  const { code, lines } = await parse(directory, 'feeds', 'missing.xml');
  expect(code).toBe(1);
  expect(lines.map(({ document, parser, error }) => [document, parser, error])).toEqual([
    ['feeds/a/broken.xml', 'saxes', undefined],
    [
      'feeds/a/page.html',
      undefined,
      expect.stringMatching(/an HTML page.* names the feed https:\/\/news.example\/f\./),
    ],
    ['feeds/b.xml', 'rss-parser', undefined],
    ['feeds/c.json', 'json-feed', undefined],
    ['missing.xml', undefined, 'There is no such file; check how it is written.'],
  ]);
  expect(lines[0].note).toMatch(/^rss-parser failed: /);
  expect(lines[0].articles[0].title).toBe('Broken & unclosed');
});

test('the headers that a file names in its first comment count', async () => {
  const headers =
    '<!--\nDescription: x\nHeader:   Content-type: text/xml; charset=koi8-r\n  Header: Content-Location: https://news.example/f/\n-->';
  const directory = directoryOf({
    'feed.xml': iconv.encode(
      `<?xml version="1.0"?>${headers}${rss('<item><title>Ёж</title><link>a</link></item>')}`,
      'koi8-r',
    ),
  });
  const { lines } = await parse(directory, 'feed.xml');
  expect(lines[0].articles[0]).toMatchObject({ title: 'Ёж', link: 'https://news.example/f/a' });
});

test('relative links of a file need to know where it was found', async () => {
  const directory = directoryOf({ 'feed.xml': rss('<item><title>A</title><link>a</link></item>') });
  const link = async (...argv: string[]) =>
    (await parse(directory, 'feed.xml', ...argv)).lines[0].articles[0].link;
  expect(await link()).toBeNull();
  expect(await link('--url', 'https://news.example/f/feed.xml')).toBe('https://news.example/f/a');
  const wrong = await broadsheet(['parse', 'feed.xml', '--url', 'news.example'], { directory });
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
});

test('programs are matched by the config where there is one, whatever else it needs', async () => {
  const directory = directoryOf({
    'feed.xml': rss(
      '<item><title>A</title><category>Security Program</category></item><item><title>B</title></item>',
    ),
    'broadsheet.yaml': least,
  });
  const { code, lines } = await parse(directory, 'feed.xml');
  expect(code).toBe(0);
  expect(lines[0].articles).toMatchObject([
    { programs: ['security'], matched: true },
    { programs: ['security'], matched: false },
  ]);
  writeFileSync(join(directory, 'other.yaml'), 'programs: 5');
  const wrong = await broadsheet(['parse', 'feed.xml', '--config', 'other.yaml'], { directory });
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
});

test('addresses are fetched as the watcher fetches, in every coding it asks for', async () => {
  const codings = {
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    raw: deflateRawSync,
  };
  const server = createServer((request, response) => {
    const coding = request.url?.slice(1) as keyof typeof codings;
    response.setHeader('content-type', 'text/xml; charset=windows-1251');
    response.setHeader('content-encoding', coding === 'raw' ? 'deflate' : coding);
    const feed = rss('<item><title>Ёж</title><link>/a</link></item>');
    response.end(codings[coding](iconv.encode(feed, 'windows-1251')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urls = Object.keys(codings).map((coding) => `${origin}/${coding}`);

  const directory = scratch();
  const { code, lines } = await parse(directory, ...urls, '--allow-private');
  expect(code).toBe(0);
  expect(lines.map(({ document }) => document)).toEqual(urls);
  for (const { articles } of lines) {
    expect(articles).toMatchObject([{ title: 'Ёж', link: `${origin}/a` }]);
  }
  const refused = await parse(directory, `${origin}/gzip`);
  expect(refused.code).toBe(1);
  expect(refused.lines[0].error).toContain('private');
});
