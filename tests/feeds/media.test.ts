import { describe, expect, test } from 'vitest';
import { entry, item, parse } from './documents.js';

describe('an image', () => {
  const url = 'https://news.example/i.png';
  test.each([
    [
      '<enclosure url="/a.mp3" type="audio/mpeg"/><enclosure url="/i.png" type="image/png"/>',
      { url },
    ],
    ['<media:thumbnail url="/i.png"/>', { url }],
    ['<itunes:image href="/i.png"/>', { url }],
    ['<media:content url="/v.mp4" medium="video"/><media:content url="/i.png"/>', { url }],
    ['<media:content url="/s.png" width="10"/><media:content url="/i.png" width="800"/>', { url }],
    ['<media:group><media:content url="/i.png" type="image/png"/></media:group>', { url }],
    [
      '<media:content url="/i.png" medium="image"><media:title>A &amp;amp; b</media:title><media:credit>Reuters</media:credit></media:content>',
      { url, alt: 'A & b', credit: 'Reuters' },
    ],
    [
      '<media:description>Alt</media:description><media:thumbnail url="/i.png"/>',
      { url, alt: 'Alt' },
    ],
    ['<media:thumbnail url="javascript:x"/><itunes:image href="/i.png"/>', { url }],
    ['<enclosure url="/a.mp3" type="audio/mpeg"/>', undefined],
  ])('of %s', async (content, image) => {
    expect((await item(content)).image).toEqual(image);
  });
});

test('all files that come with an entry are kept, each once', async () => {
  const files = [
    { url: 'https://news.example/a.mp3', type: 'audio/mpeg', length: 5 },
    { url: 'https://news.example/b.pdf', type: 'application/pdf' },
  ];
  expect(
    await item(
      '<enclosure url="/a.mp3" type="audio/mpeg" length="5"/><enclosure url="/b.pdf" type="application/pdf" length="?"/>' +
        '<enclosure url="javascript:x"/><media:group><media:content url="/a.mp3"/><media:content url="/c.mp4" fileSize="7"/></media:group>',
    ),
  ).toMatchObject({ enclosures: [...files, { url: 'https://news.example/c.mp4', length: 7 }] });
  expect(
    await entry(
      '<link rel="enclosure" href="/a.mp3" type="audio/mpeg" length="5"/><link rel="enclosure" href="/b.pdf" type="application/pdf"/>',
    ),
  ).toMatchObject({ enclosures: files });
  const attachments = [
    { url: '/a.mp3', mime_type: 'audio/mpeg', size_in_bytes: 5 },
    { url: '/b.pdf', mime_type: 'application/pdf' },
    { url: 'javascript:x' },
  ];
  const json = await parse(JSON.stringify({ items: [{ attachments }] }));
  expect(json.entries[0]).toMatchObject({ enclosures: files });
  expect(await item('<title>T</title>')).not.toHaveProperty('enclosures');
});
