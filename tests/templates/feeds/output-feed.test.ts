import { parseAtomFeed, parseRssFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import { describe, expect, it } from 'vitest';
import { writeAtom } from '../../../src/templates/feeds/atom.js';
import { writeRss } from '../../../src/templates/feeds/rss.js';
import { hostileTitles, outputArticle, outputFeed } from './sample.js';

const id = (number: number) => `urn:uuid:${outputArticle(number).id}`;

describe('an RSS 2.0 output feed', () => {
  const rss = (...articles: Parameters<typeof outputFeed>[0]) => {
    const xml = writeRss(outputFeed(articles, 'rss'));
    return { xml, feed: parseRssFeed(xml) };
  };

  it('says what it is, where it is served and when it changed', () => {
    const { feed } = rss(outputArticle(1));
    expect(feed).toMatchObject({
      title: 'Security and Politics Program',
      link: 'https://news.example/',
      description: 'What the Security and Politics Program publishes.',
      language: 'en',
      lastBuildDate: 'Sun, 01 Mar 2026 10:00:00 GMT',
    });
    expect(feed.atom?.links).toEqual([
      { href: 'https://letters.example/feeds/spp.rss', rel: 'self', type: 'application/rss+xml' },
      { href: 'https://hub.example/?a&b', rel: 'hub' },
    ]);
  });

  it('gives each article its immutable id, link, author, date, programs, summary and full text', () => {
    const { feed } = rss(outputArticle(1));
    expect(feed.items).toHaveLength(1);
    expect(feed.items?.[0]).toMatchObject({
      title: 'Article 1',
      link: 'https://news.example/articles/1',
      guid: { value: id(1), isPermaLink: false },
      pubDate: 'Sun, 01 Mar 2026 09:00:00 GMT',
      description: 'What article 1 is about.',
      content: { encoded: outputArticle(1).content.bodyHtml },
      dc: { creators: ['Aigerim Sarsenova'] },
      categories: [{ name: 'Security and Politics Program' }],
    });
  });

  it('shows a picture as media:content, as no length is known for an enclosure', () => {
    const image = { url: 'https://news.example/ü.png?a=[1]', alt: 'A <b>dam</b>', credit: 'Ünal' };
    const { xml, feed } = rss(outputArticle(1, { image }));
    expect(xml).not.toContain('<enclosure');
    expect(feed.items?.[0]?.media?.contents).toEqual([
      {
        url: 'https://news.example/%C3%BC.png?a=%5B1%5D',
        medium: 'image',
        description: { value: 'A ‹b›dam‹/b›', type: 'plain' },
        credits: [{ value: 'Ünal' }],
      },
    ]);
  });

  it('leaves out a picture that has no http(s) URL', () => {
    const image = { url: 'javascript:alert(1)', alt: 'A dam' };
    expect(rss(outputArticle(1, { image })).xml).not.toContain('media:content>');
  });

  it('escapes a summary once for XML and once for HTML, as a description is HTML', () => {
    const { feed } = rss(outputArticle(1, { summary: 'AT&T <b>rises</b>' }));
    expect(feed.items?.[0]?.description).toBe('AT&amp;T &lt;b&gt;rises&lt;/b&gt;');
  });

  it('puts the full text into the description where there is no summary', () => {
    const { xml, feed } = rss(outputArticle(1, { summary: '', bodyHtml: '<p>All of it.</p>' }));
    expect(feed.items?.[0]?.description).toBe('<p>All of it.</p>');
    expect(xml).not.toContain('<content:encoded');
  });

  it.each([
    ['of 2099', '2099-01-01T00:00:00.000Z'],
    ['later than the release', '2026-03-01T10:00:01.000Z'],
    ['before the web', '0026-03-01T00:00:00.000Z'],
    ['that is none', 'yesterday'],
  ])('shows the release in place of a date %s', (_, publishedAt) => {
    const { feed } = rss(outputArticle(1, { publishedAt }));
    expect(feed.items?.[0]?.pubDate).toBe('Sun, 01 Mar 2026 10:00:00 GMT');
  });

  it.each(hostileTitles)('shows the title %j as readers have to see it', async (title, shown) => {
    const { xml } = rss(outputArticle(1, { title, bodyHtml: `<p>${'x ]]>'} ]]\u0001> y</p>` }));
    const parsed = await new RssParser().parseString(xml);
    expect(parsed.items[0]?.title).toBe(shown);
    expect(parsed.items[0]?.['content:encoded']).toBe('<p>x ]]> ]]> y</p>');
  });

  it('is well formed with no articles at all', () => {
    expect(rss().feed.items ?? []).toEqual([]);
  });
});

describe('an Atom output feed', () => {
  const atom = (...articles: Parameters<typeof outputFeed>[0]) => {
    const xml = writeAtom(outputFeed(articles, 'atom'));
    return { xml, feed: parseAtomFeed(xml) };
  };

  it('has an id, an author, a self link and a change date', () => {
    const { xml, feed } = atom(outputArticle(1));
    expect(feed).toMatchObject({
      id: 'https://letters.example/feeds/spp.atom',
      updated: '2026-03-01T10:00:00.000Z',
      authors: [{ name: 'Caspian Policy Desk' }],
    });
    expect(feed.links?.find(({ rel }) => rel === 'self')?.href).toBe(feed.id);
    expect(feed.links?.find(({ rel }) => rel === 'hub')?.href).toBe('https://hub.example/?a&b');
    expect(xml).toContain('xml:lang="en"');
  });

  it('gives each article its immutable id, dates, author, programs, summary and full text', () => {
    const { feed } = atom(outputArticle(1, { language: 'kk-Cyrl' }));
    expect(feed.entries?.[0]).toMatchObject({
      id: id(1),
      title: { value: 'Article 1', type: 'text' },
      links: [{ href: 'https://news.example/articles/1', rel: 'alternate', type: 'text/html' }],
      published: '2026-03-01T09:00:00.000Z',
      updated: '2026-03-01T10:00:00.000Z',
      authors: [{ name: 'Aigerim Sarsenova' }],
      categories: [{ term: 'spp', label: 'Security and Politics Program' }],
      summary: { value: 'What article 1 is about.', type: 'text' },
      content: { value: outputArticle(1).content.bodyHtml, type: 'html' },
      xml: { lang: 'kk-Cyrl' },
    });
  });

  it.each(hostileTitles)('shows the title %j as readers have to see it', async (title, shown) => {
    const { xml } = atom(outputArticle(1, { title, author: title }));
    const parsed = await new RssParser().parseString(xml);
    expect(parsed.items[0]).toMatchObject({ title: shown, author: shown });
  });
});

it('has less than 5 MB, however long the articles are: the oldest give up their text', () => {
  const bodyHtml = '<p>Вода.</p>'.repeat(10_000);
  const items = Array.from({ length: 60 }, (_, index) => outputArticle(index, { bodyHtml }));
  const written = writeRss(outputFeed(items, 'rss'));
  expect(Buffer.byteLength(written)).toBeLessThan(5_000_000);
  const texts = (document: string) => document.split('Вода.').length - 1;
  expect(texts(written)).toBeGreaterThan(50_000);
  expect(texts(written)).toBe(texts(writeRss(outputFeed(items.slice(0, 15), 'rss'))));
});
