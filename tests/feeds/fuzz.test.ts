/**
 * Feeds with all kinds of damage, as a thread reads them. The same each time; another seed and many more
 * by hand: FUZZ=100000 SEED=7 npx vitest run tests/feeds/fuzz.test.ts
 */

import { expect, test } from 'vitest';
import { toArticle } from '../../src/feeds/article.js';
import type { ParsedFeed } from '../../src/feeds/entry.js';
import { createReader } from '../../src/feeds/reader.js';

const runs = Number(process.env.FUZZ ?? 300);
const firstSeed = Number(process.env.SEED ?? 1);

const FEEDS: readonly string[] = [
  `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Центр &amp; новости</title><link>https://news.example/</link><ttl>60</ttl>
<atom:link rel="self" href="https://news.example/feed.xml"/><skipHours><hour>3</hour></skipHours>
<item><title>Water &lt;b&gt;and&lt;/b&gt; power</title><link>/water?a=1&amp;b=2</link><guid isPermaLink="false">w-1</guid>
<dc:creator>Aigul</dc:creator><pubDate>Fri, 02 Jan 2026 03:04:05 +0600</pubDate><category>Security</category>
<description><![CDATA[<p>Short &amp; <a href="x">sweet</a></p>]]></description>
<content:encoded><![CDATA[<p>Long <img src="/i.png" alt="&quot;"></p>]]></content:encoded>
<media:group><media:content url="/i.png" medium="image" width="800"><media:credit>R</media:credit></media:content></media:group>
<enclosure url="/a.mp3" type="audio/mpeg" length="5"/></item>
<item><title>Ёж</title><guid>https://news.example/2</guid><description>plain &#8212; text</description></item>
</channel></rss>`,
  `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru" xml:base="https://news.example/x/"><title type="html">News &amp;amp; more</title>
<link rel="hub" href="https://hub.example/"/><link href="/"/><author><name>Desk</name></author>
<entry><id>tag:news.example,2026:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <i>b</i> c</div></title>
<link rel="alternate" type="text/html" href="water"/><published>2026-01-02T03:04:05Z</published><updated>2026-01-03</updated>
<summary>a &lt; b</summary><category term="1" label="SPP"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">one <b>two</b><br/> three</div></content></entry></feed>`,
  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link></channel>
<item rdf:about="https://news.example/1"><title>One</title><link>https://news.example/1</link><d:date>2026-01-02</d:date>
<d:subject>Energy</d:subject></item></rdf:RDF>`,
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'News',
    hubs: [{ type: 'WebSub', url: 'https://hub.example/' }],
    items: [
      {
        id: 7,
        title: 'One',
        url: '/1',
        content_text: 'a\n\nb',
        tags: ['SPP'],
        authors: [{ name: 'A' }],
      },
    ],
  }),
];

/** What breaks parsers. */
const TOKENS: readonly string[] = [
  '<',
  '>',
  '&',
  '&amp;',
  '&#x1F600;',
  '&#0;',
  '&nbsp;',
  '&x',
  '"',
  "'",
  '\0',
  '\ufffd',
  '\u2028',
  '{',
  '[',
  ']]>',
  '<![CDATA[',
  '<!--',
  '-->',
  '<!DOCTYPE rss [<!ENTITY a "b">]>',
  '<!ENTITY b "&a;&a;">',
  '&a;&b;',
  '<?xml version="1.1" encoding="utf-16"?>',
  '<?php',
  ' xmlns="http://www.w3.org/1999/xhtml"',
  ' xmlns:x=""',
  '<x:y>',
  ' xml:base="javascript:x"',
  ' xml:base="http://["',
  ' type="xhtml"',
  ' mode="base64"',
  '<item>',
  '</item>',
  '<entry>',
  '</channel>',
  '</rss>',
  '<title>',
  '<p><div><b>',
  '</',
  '<a href=',
  '<svg><title>',
  '<script>',
  '<link/>',
  '<link href="//h/"/>',
  '<guid isPermaLink="',
  '<pubDate>99999999999</pubDate>',
  '1e999',
  '<constructor>',
  '<toString:constructor __proto__="">',
  'constructor',
  '<item>'.repeat(200),
  '<div>'.repeat(2_000),
  '&lt;div '.repeat(500),
  '<a b="'.repeat(300),
  'x'.repeat(20_000),
];

/** A generator of numbers from 0 to 1 that gives the same ones each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A feed with one to six things done to it. */
function damaged(seed: number): Buffer {
  const random = numbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const any = (list: readonly string[]) => list[below(list.length)] ?? '';
  const part = (text: string) => text.slice(below(text.length)).slice(0, below(400));
  const changes: readonly ((text: string, at: number) => string)[] = [
    (text, at) => text.slice(0, at) + text.slice(at + below(60)),
    (text, at) => text.slice(0, at) + any(TOKENS) + text.slice(at),
    (text, at) => text.slice(0, at) + part(text) + text.slice(at),
    (text, at) => text.slice(0, at) + part(any(FEEDS)) + text.slice(at),
    (text, at) => text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1),
    (text, at) => (below(4) === 0 ? text.slice(0, at) : text),
    (text) =>
      text.replaceAll(any(['="', '</', 'item', 'http', ':', 'a']), any(TOKENS.slice(0, 40))),
    (text) => text.slice(0, 300_000).repeat(1 + below(3)),
  ];
  let text = any(FEEDS);
  for (let change = 0; change <= below(6); change += 1) {
    text = changes[below(changes.length)]?.(text, below(text.length)) ?? text;
  }
  return Buffer.from(text, any(['utf8', 'utf8', 'utf8', 'latin1', 'utf16le']) as BufferEncoding);
}

test(
  `${runs} damaged feeds are read or refused with a sentence, in time and without a crash`,
  async () => {
    // What is linear takes milliseconds; a busy machine may well take seconds.
    const reader = createReader({ deadline: 30_000 });
    try {
      let read = 0;
      for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
        const outcome = await reader
          .readFeed(damaged(seed), undefined, 'https://news.example/feed.xml')
          .catch((error: Error) => error.message);
        if (typeof outcome !== 'string') {
          read += 1;
          hold(outcome, seed);
        } else
          expect(outcome, `seed ${seed}`).toMatch(/^(?!.*(?:took longer|memory|stopped)).+\.$/s);
      }
      expect(read).toBeGreaterThan(runs / 2);
    } finally {
      await reader.close();
    }
  },
  120_000 + runs * 100,
);

/** What holds for whatever was read. */
function hold(feed: ParsedFeed, seed: number): void {
  const links = [feed.link, feed.self, ...feed.hubs, ...feed.entries.map(({ url }) => url)];
  for (const link of links) expect(link ?? 'https://', `seed ${seed}`).toMatch(/^https?:\/\//);
  for (const entry of feed.entries) {
    expect(entry.title, `seed ${seed}`).not.toMatch(/[\r\n]/);
    for (const date of [entry.publishedAt, entry.updatedAt]) {
      expect(new Date(date ?? 0).toISOString(), `seed ${seed}`).toMatch(/^(19|2[01])\d\d-/);
    }
    toArticle(entry, undefined, {
      feed: { url: 'https://news.example/feed.xml', programs: [], fullText: 'never' },
      programs: [],
      fallback: 'other',
    });
  }
}
