import { describe, expect, test } from 'vitest';
import { atom, parse, rss } from './documents.js';

describe('a feed says when and how it wants to be asked', () => {
  const links =
    '<atom:link rel="self" href="/feed/all.xml"/><atom:link rel="hub" href="https://hub.example/"/>' +
    '<atom:link rel="HUB" href="https://two.example/"/><atom:link rel="hub" href="https://hub.example/"/>';
  const expected = {
    self: 'https://news.example/feed/all.xml',
    hubs: ['https://hub.example/', 'https://two.example/'],
  };

  test('hours and days to leave it alone, in UTC', async () => {
    const hints =
      '<skipHours><hour>23</hour><hour>24</hour><hour>3</hour><hour>x</hour><hour>25</hour></skipHours>' +
      '<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays>';
    // The entity of HTML is for the second parser.
    for (const text of ['', '<description>Q&nbsp;A</description>']) {
      expect(await parse(rss('', hints + text))).toMatchObject({
        skipHours: [0, 3, 23],
        skipDays: [0, 6],
      });
    }
  });

  test('hubs and its own address, in each format', async () => {
    const declared = 'xmlns:atom="http://www.w3.org/2005/Atom"';
    const documents = [
      `<rss version="2.0" ${declared}><channel><title>Q</title>${links}</channel></rss>`,
      `<rss version="2.0" ${declared}><channel><title>Q &amp; &nbsp;A</title>${links}</channel></rss>`,
      atom('', links.replaceAll('atom:', '')),
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/x/">${links.replaceAll('atom:', '')}</feed>`,
      JSON.stringify({
        feed_url: '/feed/all.xml',
        hubs: ['https://hub.example', 'https://two.example/', 'https://hub.example/'].map(
          (url) => ({ type: 'WebSub', url }),
        ),
        items: [],
      }),
    ];
    for (const document of documents) expect(await parse(document)).toMatchObject(expected);
  });
});
