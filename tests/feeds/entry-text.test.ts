import { describe, expect, test } from 'vitest';
import { entry, item, one, parse, rss } from './documents.js';

describe('a title', () => {
  test.each([
    ['&lt;b&gt;x&lt;/b&gt; y', 'x y'],
    ['<![CDATA[<b>x</b> y]]>', 'x y'],
    ['&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt; y', 'x y'],
    ['AT&amp;T', 'AT&T'],
    ['AT&amp;amp;T &amp;#8217;s', 'AT&T ’s'],
    ['5 &lt; 6 and 8 &gt; 7', '5 < 6 and 8 > 7'],
    ['Why Vector&lt;T&gt; wins', 'Why Vector<T> wins'],
    ['  two\n lines\u2028 ', 'two lines'],
    ['&lt;script&gt;alert(1)&lt;/script&gt;Safe', 'Safe'],
    ['&lt;img src=x onerror=alert(1)&gt;Safe', 'Safe'],
    ['Subject\r\nBcc: all@news.example', 'Subject Bcc: all@news.example'],
    ['Жаңалық — ёж', 'Жаңалық — ёж'],
    ['', ''],
  ])('%s is the plain text %s', async (title, text) => {
    expect((await item(`<title>${title}</title>`)).title).toBe(text);
    expect((await entry(`<title type="html">${title}</title>`)).title).toBe(text);
  });
});

describe('an Atom text', () => {
  test.each([
    ['<summary>a &lt; b &amp; c</summary>', 'a &lt; b &amp; c'],
    ['<summary>&lt;p&gt;forgot the type&lt;/p&gt;</summary>', '<p>forgot the type</p>'],
    ['<summary type="text">the &lt;p&gt; element</summary>', 'the &lt;p&gt; element'],
  ])('%s becomes the HTML %s', async (content, html) => {
    expect((await entry(content)).summaryHtml).toBe(html);
  });

  test('that lies elsewhere or is no text is left out', async () => {
    expect((await entry('<content src="/x" type="text/html"/>')).contentHtml).toBeUndefined();
    expect(
      (await entry('<content type="image/png">iVBORw0=</content>')).contentHtml,
    ).toBeUndefined();
  });
});

test.each([
  ['<dc:title>A</dc:title>', 'A'],
  ['<title/><media:title>A</media:title>', 'A'],
  ['<media:group><media:title>A</media:title></media:group>', 'A'],
  ['<title>A</title><dc:title>B</dc:title>', 'A'],
])('the title of %s is %s', async (content, title) => {
  expect((await item(content)).title).toBe(title);
});

test.each([
  ['<dc:description>x</dc:description>', 'summaryHtml'],
  ['<media:group><media:description>x</media:description></media:group>', 'summaryHtml'],
  ['<itunes:summary>x</itunes:summary>', 'summaryHtml'],
  ['<fullitem>x</fullitem>', 'contentHtml'],
  ['<body><blink>x</blink></body>', 'contentHtml'],
  ['<body xmlns="http://www.w3.org/1999/xhtml"><p>x</p></body>', 'contentHtml'],
])('%s is its %s', async (content, key) => {
  expect((await item(content))[key as 'summaryHtml']).toMatch(/^(<\w+>)?x(<\/\w+>)?$/);
});

describe('base64', () => {
  const encoded = Buffer.from('<p>Ёж &amp; co</p>').toString('base64');

  test('is read where Atom 0.3 says so', async () => {
    const found = await one(
      `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64">${encoded}</title>
      <content type="text/html" mode="base64">${encoded}</content></entry></feed>`,
    );
    expect(found).toMatchObject({ title: 'Ёж & co', contentHtml: '<p>Ёж &amp; co</p>' });
  });

  test('is read where it follows from the type, and left out where it is no text', async () => {
    const content = (type: string, text: string) =>
      entry(`<content type="${type}">${text}</content>`);
    expect(await content('application/octet-stream', encoded)).toMatchObject({
      contentHtml: '<p>Ёж &amp; co</p>',
    });
    expect(await content('image/png', 'iVBORw0KGgo=')).not.toHaveProperty('contentHtml');
  });
});

test.each([
  ['don&#146;t &#147;x&#148;', 'don’t “x”'],
  ['caf\u00c3\u00a9', 'café'],
  ['Ёж \u00c3', 'Ёж Ã'],
])('characters that were mixed up are mended: %s', async (text, meant) => {
  expect((await item(`<title>${text}</title>`)).title).toBe(meant);
});

test('a channel has a title of Dublin Core too', async () => {
  const head = rss('').replace('<title>News</title>', '<dc:title>Centre</dc:title>');
  expect((await parse(head)).title).toBe('Centre');
});
