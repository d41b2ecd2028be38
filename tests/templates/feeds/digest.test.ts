import { parseAtomFeed, parseRssFeed } from 'feedsmith';
import RssParser from 'rss-parser';
import { describe, expect, it } from 'vitest';
import type { Edition, EditionArticle } from '../../../src/model.js';
import { writeAtom } from '../../../src/templates/feeds/atom.js';
import { digestItem } from '../../../src/templates/feeds/digest.js';
import { writeJson } from '../../../src/templates/feeds/json.js';
import { writeRss } from '../../../src/templates/feeds/rss.js';
import { digest, economy, security } from '../email/editions.js';
import { hostileTitles, outputArticle, outputFeed } from './sample.js';

const url = 'https://letters.example/editions/7c0c9b1e';
const closedAt = '2026-03-03T02:59:00.000Z';
const item = (edition: Edition) => digestItem(edition, { url, closedAt, timezone: 'Asia/Almaty' });

describe('a digest in an output feed', () => {
  it('is an item with the date and first title, its web view, and the close of its window', () => {
    const edition = digest(5);
    const feed = parseRssFeed(writeRss(outputFeed([item(edition)], 'rss')));
    expect(feed.items?.[0]).toMatchObject({
      title: 'March 3, 2026: Who keeps the canals when the ministry moves out (1), and 4 more',
      link: url,
      guid: { value: `urn:uuid:${edition.id}`, isPermaLink: false },
      pubDate: 'Tue, 03 Mar 2026 02:59:00 GMT',
      description: 'Security and Politics Program (SPP) (3), Economy &amp; Trade (2)',
      categories: [{ name: security.name }, { name: economy.name }],
    });
  });

  it('is grouped by program, each article with its title as a link, its byline and its summary', () => {
    const { bodyHtml } = item(digest(3)).content;
    expect(bodyHtml.match(/<h[23]>.*?<\/h[23]>/g)).toEqual([
      '<h2>Security and Politics Program (SPP)</h2>',
      '<h3><a href="https://policy.example/articles/1?lang=en&amp;from=feed">Who keeps the canals when the ministry moves out (1)</a></h3>',
      '<h3><a href="https://policy.example/articles/3?lang=en&amp;from=feed">The school that teaches in three alphabets (3)</a></h3>',
      '<h2>Economy &amp; Trade</h2>',
      '<h3><a href="https://policy.example/articles/2?lang=en&amp;from=feed">A customs post with no queue (2)</a></h3>',
    ]);
    expect(bodyHtml.match(/By Aigerim Satybaldy · December 23, 2021/g)).toHaveLength(3);
    expect(bodyHtml.match(/Three districts share one canal/g)).toHaveLength(3);
    expect(bodyHtml.match(/<img /g)).toHaveLength(1);
    expect(bodyHtml).toContain('Image: Steppe Policy Centre / D. Kim');
  });

  it('says so in its title where it brings newer revisions', () => {
    const corrected = { ...digest(1), corrects: '2026-03-02T03:00:00.000Z' };
    expect(item(corrected).content.title).toMatch(/^Updated: March 3, 2026: Who keeps .* \(1\)$/);
  });

  it.each([1, 10, 60] as const)('holds all of %i articles, in Latin and in Cyrillic', (count) => {
    for (const language of ['en', 'ru'] as const) {
      const edition = digest(count, { language });
      const xml = writeRss(outputFeed([item(edition)], 'rss'));
      const html = parseRssFeed(xml).items?.[0]?.content?.encoded ?? '';
      const titles = edition.sections.flatMap(({ articles }) => articles.map(({ title }) => title));
      expect(html.match(/(?<=<h3><a href="[^"]*">).*?(?=<\/a>)/g)).toEqual(titles);
      expect(Buffer.byteLength(xml)).toBeLessThan(1500 * count + 4000);
    }
  });

  it.each(hostileTitles)('shows the title %j to the letter', async (title, shown) => {
    const changes: Partial<EditionArticle> = {
      title,
      url: 'https://policy.example/?a="><script>alert(1)</script>',
      author: title,
      summary: title,
      image: { url: 'javascript:alert(1)', alt: title },
    };
    const hostile = digest(2, { changes });
    for (const write of [writeRss, writeAtom]) {
      const format = write === writeRss ? 'rss' : 'atom';
      const parsed = await new RssParser().parseString(write(outputFeed([item(hostile)], format)));
      // In one line: a control character is a space here.
      const letters = (text = '') => text.replace(/\s/g, '');
      expect(letters(parsed.items[0]?.title)).toBe(letters(`March 3, 2026: ${shown}, and 1 more`));
      const html = parsed.items[0]?.['content:encoded'] ?? parsed.items[0]?.content ?? '';
      expect(html.match(/<(?!\/?(h2|h3|p|small|a href="[^"<>]*")>|\/a>)/g)).toBe(null);
    }
  });

  it('links no article whose address is no http(s) address', () => {
    const { bodyHtml } = item(digest(1, { changes: { url: 'javascript:alert(1)' } })).content;
    expect(bodyHtml).not.toContain('javascript');
    expect(bodyHtml).toMatch(/<h3>Who keeps/);
  });

  it('is an Atom entry that was published when its window closed', () => {
    const feed = parseAtomFeed(writeAtom(outputFeed([item(digest(2))], 'atom')));
    expect(feed.entries?.[0]).toMatchObject({
      published: closedAt,
      updated: '2026-03-03T03:00:00.000Z',
      categories: [{ term: 'spp' }, { term: 'econ', label: 'Economy & Trade' }],
    });
  });
});

describe('a JSON Feed', () => {
  const json = (...items: Parameters<typeof outputFeed>[0]) =>
    JSON.parse(writeJson(outputFeed(items, 'json')));

  it('has what version 1.1 asks for', () => {
    expect(json(outputArticle(1))).toEqual({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Security and Politics Program',
      home_page_url: 'https://news.example/',
      feed_url: 'https://letters.example/feeds/spp.json',
      description: 'What the Security and Politics Program publishes.',
      language: 'en',
      authors: [{ name: 'Caspian Policy Desk' }],
      hubs: [{ type: 'WebSub', url: 'https://hub.example/?a&b' }],
      items: [
        {
          id: `urn:uuid:${outputArticle(1).id}`,
          url: 'https://news.example/articles/1',
          title: 'Article 1',
          content_html: outputArticle(1).content.bodyHtml,
          summary: 'What article 1 is about.',
          date_published: '2026-03-01T09:00:00.000Z',
          date_modified: '2026-03-01T10:00:00.000Z',
          authors: [{ name: 'Aigerim Sarsenova' }],
          tags: ['Security and Politics Program'],
        },
      ],
    });
  });

  it.each(hostileTitles)('shows the title %j as readers have to see it', (title, shown) => {
    expect(json(outputArticle(1, { title })).items[0].title).toBe(shown);
  });

  it('has a content where only a summary is known, and is whole with no items', () => {
    const bare = outputArticle(1, { bodyHtml: '', summary: 'a < b & <b>c</b>' });
    expect(json(bare).items[0].content_html).toBe('a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;');
    expect(json().items).toEqual([]);
  });
});
