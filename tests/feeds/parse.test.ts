import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { atom, entry, item, NAMESPACES, one, parse, rss } from './documents.js';

describe('one article comes out of every format', () => {
  const expected = {
    title: 'Water & power',
    url: 'https://news.example/water',
    author: 'Aigul',
    publishedAt: '2026-01-02T03:04:05.000Z',
    summaryHtml: '<p>Short</p>',
    contentHtml: '<p>Long</p>',
    categories: ['SPP', 'Water policy'],
  };

  test('RSS 2.0', async () => {
    const feed = await parse(
      rss(
        `<item><title>Water &amp; power</title><link>https://news.example/water</link>
        <guid isPermaLink="false">w-1</guid><dc:creator>Aigul</dc:creator>
        <pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate><description>&lt;p&gt;Short&lt;/p&gt;</description>
        <content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
        <category>SPP</category><category domain="x">Water policy</category><category>SPP</category></item>`,
        '<link>https://news.example/</link><language>ru-ru</language><ttl>45</ttl>',
      ),
    );
    expect(feed).toEqual({
      title: 'News',
      link: 'https://news.example/',
      language: 'ru-RU',
      every: 2700,
      hubs: [],
      entries: [{ ...expected, guid: 'w-1' }],
      parser: 'rss-parser',
    });
  });

  test('RSS 1.0', async () => {
    const feed = await parse(
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" ${NAMESPACES}>
      <channel rdf:about="https://news.example/"><title>News</title><link>https://news.example/</link>
      <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
      <item rdf:about="https://news.example/water#id"><title>Water &amp; power</title>
      <link>https://news.example/water</link><dc:creator>Aigul</dc:creator>
      <dc:date>2026-01-02T03:04:05Z</dc:date><description>&lt;p&gt;Short&lt;/p&gt;</description>
      <content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
      <dc:subject>SPP</dc:subject><dc:subject>Water policy</dc:subject></item></rdf:RDF>`,
    );
    expect(feed.every).toBe(21_600);
    expect(feed.entries).toEqual([{ ...expected, guid: 'https://news.example/water#id' }]);
    expect(feed.parser).toBe('rss-parser');
  });

  test('Atom', async () => {
    const found = await entry(
      `<id>tag:news.example,2026:1</id><title type="html">Water &amp;amp; power</title>
      <link rel="self" href="https://news.example/water.atom"/><link href="/water"/>
      <author><name>Aigul</name><email>a@news.example</email></author>
      <published>2026-01-02T03:04:05Z</published><updated>2026-01-03T00:00:00Z</updated>
      <summary type="html">&lt;p&gt;Short&lt;/p&gt;</summary><content type="html">&lt;p&gt;Long&lt;/p&gt;</content>
      <category term="1" label="SPP"/><category term="Water policy"/>`,
    );
    expect(found).toEqual({
      ...expected,
      guid: 'tag:news.example,2026:1',
      updatedAt: '2026-01-03T00:00:00.000Z',
      parser: 'rss-parser',
    });
  });

  test('JSON Feed', async () => {
    const feed = await parse(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'News',
        home_page_url: 'https://news.example/',
        language: 'en',
        items: [
          {
            id: 7,
            title: 'Water &amp; power',
            url: '/water',
            authors: [{ name: 'Aigul' }],
            date_published: '2026-01-02T03:04:05Z',
            summary: '<p>Short</p>',
            content_html: '<p>Long</p>',
            tags: ['SPP', 'Water policy', 5],
            image: '/i.png',
          },
        ],
      }),
    );
    expect(feed).toEqual({
      title: 'News',
      link: 'https://news.example/',
      language: 'en',
      hubs: [],
      // A summary is plain text there.
      entries: [
        {
          ...expected,
          guid: '7',
          summaryHtml: '&lt;p&gt;Short&lt;/p&gt;',
          image: { url: 'https://news.example/i.png' },
        },
      ],
      parser: 'json-feed',
    });
  });

  test('JSON Feed with everything of another type than it should be', async () => {
    const items = [null, 'x', { id: {}, title: 5, tags: 'x', authors: 1, url: 'javascript:x' }, {}];
    const { entries } = await parse(JSON.stringify({ items }));
    expect(entries).toEqual(items.map(() => ({ title: '', categories: [] })));
  });

  test('RSS that writes about Atom is still RSS', async () => {
    const found = await item('<link>/a</link><description><![CDATA[<feed >]]></description>');
    expect(found.url).toBe('https://news.example/a');
  });

  test('a feed without entries is a feed', async () => {
    for (const document of [rss(''), atom(''), '{"items":[]}']) {
      expect((await parse(document)).entries).toEqual([]);
    }
  });
});

describe('the second parser takes over', () => {
  test('for XHTML, and keeps the order of its words', async () => {
    const found = await entry(
      `<id>1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <i>b</i> c</div></title>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">one <b>two</b> three &lt;four&gt;
      <a href="/x" title="&quot;q&quot;">five</a><br/>six</div></content>`,
    );
    expect(found.parser).toBe('saxes');
    expect(found.title).toBe('A b c');
    expect(found.contentHtml?.replace(/\s+/g, ' ')).toBe(
      '<div>one <b>two</b> three &lt;four&gt; <a href="/x" title="&quot;q&quot;">five</a><br>six</div>',
    );
  });

  test('for XHTML under a prefix', async () => {
    const found = await one(
      `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="http://www.w3.org/1999/xhtml"><entry>
      <content type="xhtml"><x:div>one <x:b>two</x:b> three</x:div></content></entry></feed>`,
    );
    expect(found.contentHtml).toBe('<div>one <b>two</b> three</div>');
  });

  test('for HTML that was not escaped', async () => {
    const found = await item(
      '<title>Now <em>or</em> never &amp; ever</title><description>one <b>two</b> &lt;three&gt;<br/>four</description>',
    );
    expect(found.parser).toBe('saxes');
    expect(found.title).toBe('Now or never & ever');
    expect(found.summaryHtml).toBe('one <b>two</b> &lt;three&gt;<br>four');
  });

  test('for Atom under a prefix, and for modules under other prefixes', async () => {
    const found = await one(
      `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:m="http://search.yahoo.com/mrss/" xmlns:d="http://purl.org/dc/elements/1.1/">
      <a:title>News</a:title><a:entry><a:id>1</a:id><a:title>T</a:title><a:link href="/t"/>
      <d:creator>Aigul</d:creator><m:thumbnail url="/i.png"/></a:entry></a:feed>`,
    );
    expect(found).toMatchObject({
      parser: 'saxes',
      guid: '1',
      title: 'T',
      url: 'https://news.example/t',
      author: 'Aigul',
      image: { url: 'https://news.example/i.png' },
    });
    const other = await one(
      `<rss version="2.0" xmlns:x="http://purl.org/rss/1.0/modules/content/"><channel><item>
      <x:encoded>&lt;p&gt;x&lt;/p&gt;</x:encoded></item></channel></rss>`,
    );
    expect(other).toMatchObject({ parser: 'saxes', contentHtml: '<p>x</p>' });
  });

  test('for xml:base, of links and of what a text links to', async () => {
    const found = await one(
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/x/"><entry xml:base="y/">
      <link href="z"/><summary type="html">&lt;a href="s"&gt;&lt;/a&gt;</summary>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><img src="i.png"/><p xml:base="q/"><a href="c"/></p></div></content>
      </entry></feed>`,
    );
    expect(found.url).toBe('http://a.example/x/y/z');
    expect(found.summaryHtml).toBe('<a href="http://a.example/x/y/s"></a>');
    expect(found.contentHtml).toBe(
      '<div><img src="http://a.example/x/y/i.png"><p><a href="http://a.example/x/y/q/c"></a></p></div>',
    );
  });

  test.each([
    [
      'bare ampersands',
      rss('<item><title>Q&A</title><link>http://a.example/?a=1&b=2</link></item>'),
    ],
    ['HTML entities', rss('<item><title>Q&nbsp;&eacute;</title></item>')],
    ['no version', '<rss><channel><item><title>Q</title><link/></item><title>x</channel></rss>'],
    ['a cut in the middle', rss('<item><title>Q</title></item><item><title>R').slice(0, -20)],
    ['words before it', `<br />\n<b>Warning</b>: x in y\n${rss('<item><title>Q</title></item>')}`],
    ['upper case', '<RSS VERSION="2.0"><CHANNEL><ITEM><TITLE>Q</TITLE></ITEM></CHANNEL></RSS>'],
    ['a title in other capitals', '<rss><channel><item><TiTle>Q</TiTle></item></channel></rss>'],
    [
      'a doctype of HTML',
      '<!DOCTYPE html PUBLIC "x" "y"><rss><channel><item><title>Q</title></item></channel></rss>',
    ],
    ['a channel of CDF', '<CHANNEL HREF="/"><ITEM HREF="/q"><TITLE>Q</TITLE></ITEM></CHANNEL>'],
    ['no namespace', '<feed><entry><title>Q</title></entry></feed>'],
  ])('for %s', async (_name, document) => {
    const feed = await parse(document);
    expect(feed.entries[0]?.title).toMatch(/^Q(&A| é)?$/);
  });

  test('for a bad date in Atom, which loses that date only', async () => {
    const { entries, note } = await parse(
      atom(
        '<entry><id>1</id><published>soon</published></entry><entry><id>2</id><updated>2026-01-01T00:00:00Z</updated></entry>',
      ),
    );
    expect(entries.map(({ guid, updatedAt }) => [guid, updatedAt])).toEqual([
      ['1', undefined],
      ['2', '2026-01-01T00:00:00.000Z'],
    ]);
    expect(note).toBe('rss-parser failed: Invalid time value.');
  });
});

describe('a link', () => {
  test.each([
    ['<link>/a</link>', 'https://news.example/a'],
    ['<link> https://news.example/a\n</link>', 'https://news.example/a'],
    ['<link>javascript:alert(1)</link>', undefined],
    ['<link>data:text/html,x</link>', undefined],
    ['<link></link><guid>https://news.example/g</guid>', 'https://news.example/g'],
    ['<guid isPermaLink="false">https://news.example/g</guid>', undefined],
    ['<guid>just-an-id</guid>', undefined],
    ['<link>http://[</link>', undefined],
  ])('%s leads to %s', async (content, url) => {
    expect((await item(`<title>T</title>${content}`)).url).toBe(url);
  });

  test.each([
    ['<link rel="edit" href="/e"/><link rel="alternate" type="text/html" href="/a"/>', '/a'],
    ['<link type="application/pdf" href="/p"/><link type="text/html" href="/a"/>', '/a'],
    ['<link rel="enclosure" href="/i.png"/><id>https://news.example/id</id>', '/id'],
    ['<link>/text</link>', undefined],
  ])('of Atom, %s, leads to %s', async (content, path) => {
    expect((await entry(content)).url).toBe(path && `https://news.example${path}`);
  });
});

describe('an author', () => {
  test.each([
    ['<author>desk@news.example (Aigul B.)</author>', 'Aigul B.'],
    ['<author>Aigul B. &lt;desk@news.example&gt;</author>', 'Aigul B.'],
    ['<author>desk@news.example</author>', undefined],
    ['<dc:creator>Aigul</dc:creator><dc:creator>Boris</dc:creator>', 'Aigul, Boris'],
    ['<author>x@y.example (A)</author><dc:creator>B</dc:creator>', 'B'],
    ['<itunes:author>Aigul</itunes:author>', 'Aigul'],
  ])('of %s is %s', async (content, author) => {
    expect((await item(content)).author).toBe(author);
  });

  test('of an Atom entry without one is the feed’s', async () => {
    const document = atom('<entry><id>1</id></entry>', '<author><name>Desk</name></author>');
    expect((await one(document)).author).toBe('Desk');
  });
});

describe('no entry is lost or moved', () => {
  test('by dates that are missing, odd, old or in 2099', async () => {
    const dates = [
      '',
      'Fri, 31 Dec 2099 00:00:00 GMT',
      'tomorrow',
      'Thu, 01 Jan 1970 00:00:00 GMT',
    ];
    const items = dates.map(
      (date, at) => `<item><title>${at}</title><pubDate>${date}</pubDate></item>`,
    );
    const { entries } = await parse(rss(`${items.join('')}<item><title>4</title></item>`));
    expect(entries.map(({ title }) => title)).toEqual(['0', '1', '2', '3', '4']);
    expect(entries.map(({ publishedAt }) => publishedAt?.slice(0, 4))).toEqual([
      undefined,
      '2099',
      undefined,
      '1970',
      undefined,
    ]);
  });

  test('by names that every object of JavaScript has', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      const { every, entries } = await parse(
        `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
        <sy:updatePeriod>${name}</sy:updatePeriod><${name} ${name}="x"/><item><title>A</title>
        <${name}:${name} xmlns:${name}="x" ${name}:x="y">x</${name}:${name}>
        <pubDate>Fri, 02 Jan 2026 03:04:05 ${name}</pubDate></item></channel></rss>`,
        `text/xml; charset=${name}`,
      );
      expect(every).toBeUndefined();
      expect(entries).toMatchObject([{ title: 'A', publishedAt: '2026-01-02T03:04:05.000Z' }]);
    }
  });

  test('by a neighbour that is not closed', async () => {
    const { entries } = await parse(
      rss('<item><title>A</title><item><title>B</title></item><item><title>C</title></item>'),
    );
    expect(entries.map(({ title }) => title)).toEqual(['A', 'B', 'C']);
  });

  test('by a second channel', async () => {
    const channel = (title: string) => `<channel><item><title>${title}</title></item></channel>`;
    const { entries } = await parse(`<rss version="2.0">${channel('A')}${channel('B')}</rss>`);
    expect(entries.map(({ title }) => title)).toEqual(['A', 'B']);
  });

  test('of a thousand', async () => {
    const items = Array.from({ length: 1000 }, (_, at) => `<item><guid>${at}</guid></item>`);
    const { entries } = await parse(rss(items.join('')));
    expect(entries.map(({ guid }) => Number(guid))).toEqual([...entries.keys()]);
    expect(entries).toHaveLength(1000);
  });
});

describe('the charset', () => {
  test.each(['windows-1251', 'koi8-r'])('%s is read by both parsers', async (charset) => {
    const document = (title: string) =>
      `<?xml version="1.0" encoding="${charset}"?><rss version="2.0"><channel><item><title>${title}</title></item></channel></rss>`;
    for (const title of ['Новости: ёж', 'Новости & ёж']) {
      const { entries } = await parse(
        iconv.encode(document(title), charset),
        'application/rss+xml',
      );
      expect(entries[0]?.title).toBe(title);
    }
  });
});

describe('what is no feed', () => {
  test.each([
    ['<!DOCTYPE html><html><title>404</title><p>Not found', 'an HTML page'],
    ['\n<!-- x --><HTML><body>Error 500', 'an HTML page'],
    ['', 'empty'],
    ['Service unavailable', 'neither XML nor JSON'],
    ['<opml version="2.0"/>', '<opml>'],
    ['{"error": "none"}', 'no list of items'],
    ['{"items": [', 'damaged JSON'],
  ])('%s is an error that says so', async (document, reason) => {
    await expect(parse(document)).rejects.toThrow(reason);
  });

  test('is read as far as it goes where it ends within an entry, and says so', async () => {
    const feed = '<rss><channel><item><title>One</title></item><item><title>Tw';
    expect(await parse(feed)).toMatchObject({ entries: [{ title: 'One' }, {}], cutOff: true });
    expect(await parse(`${feed}o</title></item>`)).not.toHaveProperty('cutOff');
  });

  test('is an error that names both parsers where both were asked', async () => {
    await expect(parse('<x><rss ')).rejects.toThrow(/rss-parser failed: .*saxes found no element/);
  });
});
