import { expect, onTestFinished, test } from 'vitest';
import { createReader, type ReaderOptions } from '../../src/feeds/reader.js';

function reader(options?: ReaderOptions) {
  const made = createReader(options);
  onTestFinished(() => made.close());
  return {
    ...made,
    feed: (text: string) => made.readFeed(Buffer.from(text), undefined, 'https://news.example/'),
  };
}

const rss = (items: string) => `<rss version="2.0"><channel>${items}</channel></rss>`;
const good = rss('<item><title>Good</title></item>');
/** rss-parser's snippets take over a minute on this. */
const unclosed = '&lt;div '.repeat(70_000);

test('a text of 500 KB of unclosed tags costs a deadline, and no entry', async () => {
  const { feed } = reader({ deadline: 1_000 });
  const { entries, parser, note } = await feed(
    rss(
      `<item><title>Hostile</title><description>${unclosed}</description></item><item><title>Good</title></item>`,
    ),
  );
  expect(entries.map(({ title }) => title)).toEqual(['Hostile', 'Good']);
  expect(parser).toBe('saxes');
  expect(note).toBe('rss-parser took longer than 1 seconds.');
});

test('the same text as title, category, author and id is read at once', async () => {
  // rss-parser's snippets would take over a minute; a busy machine may well take seconds.
  const { feed } = reader({ deadline: 20_000 });
  const fields = ['title', 'category', 'author', 'guid', 'link', 'pubDate'];
  const content = fields.map((field) => `<${field}>${unclosed}</${field}>`).join('');
  const { entries } = await feed(rss(`<item>${content}</item><item><title>Good</title></item>`));
  expect(entries).toHaveLength(2);
});

test('an author with a million at-signs is read at once', async () => {
  const { feed } = reader({ deadline: 20_000 });
  const names = ['a@', '&lt;a@'].map((part) => `<author>${part.repeat(1_000_000)}</author>`);
  const { entries } = await feed(rss(`<item><title>Good</title>${names.join('')}</item>`));
  expect(entries).toHaveLength(1);
});

test('what waits behind a document that hangs is read after it', async () => {
  const { feed } = reader({ deadline: 1_000 });
  const hostile = feed(rss(`<item><description>${unclosed}</description></item>`));
  const waiting = await Promise.all([feed(good), feed(good)]);
  expect(waiting.map(({ parser }) => parser)).toEqual(['rss-parser', 'rss-parser']);
  expect((await hostile).entries).toHaveLength(1);
});

test('a document that needs more memory than allowed is an error, and the next one is read', async () => {
  const { feed } = reader({ memory: 24, deadline: 20_000 });
  const huge = rss(`<item>${'<a><b/></a>'.repeat(400_000)}</item>`);
  await expect(feed(huge)).rejects.toThrow('needed more memory than it may use');
  expect((await feed(good)).entries).toHaveLength(1);
});

test('entities that multiply themselves are not expanded', async () => {
  const levels = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
  );
  const { entries } = await reader().feed(
    `<!DOCTYPE rss [<!ENTITY e0 "ha">${levels.join('')}]>${rss('<item><guid>1</guid><title>&e9;</title></item>')}`,
  );
  expect(entries[0]?.title.length).toBeLessThan(100);
});

test('nesting of a hundred thousand elements loses no other entry', async () => {
  const { feed } = reader({ deadline: 20_000 });
  for (const name of ['div', 'x', 'media:group']) {
    const deep = `<description><${name}>${`<${name}>`.repeat(100_000)}</description>`;
    const other = `<odd>${`<${name}>`.repeat(100_000)}${`</${name}>`.repeat(100_000)}</odd>`;
    const { entries } = await feed(
      rss(`<item>${other}</item><item><title>Good</title></item><item>${deep}</item>`),
    );
    expect(entries[1]?.title).toBe('Good');
  }
});

test('a damaged document changes nothing for the next one', async () => {
  const { feed } = reader({ deadline: 20_000 });
  const why = (text: string) => feed(text).catch((error: Error) => error.message);
  const damaged = '<rss version="&02/';
  const first = await why(damaged);
  expect(first).toContain('rss-parser failed: Invalid character in entity name.');
  expect(await why(damaged)).toBe(first);
  expect((await feed(good)).parser).toBe('rss-parser');
});

test('a page is read in the same thread', async () => {
  const page = '<html lang="en"><head><title>T</title></head><body><p>x</p></body></html>';
  const facts = await reader().readPage(Buffer.from(page), 'text/html', 'https://news.example/t');
  expect(facts).toMatchObject({ language: 'en' });
});

test('closing ends what is being read, and refuses what comes after', async () => {
  const { feed, close } = reader({ deadline: 20_000 });
  const stuck = feed(rss(`<item><description>${unclosed}</description></item>`));
  const waiting = feed(good);
  const outcomes = Promise.allSettled([stuck, waiting]);
  await close();
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(feed(good)).rejects.toThrow('The reader is closed.');
});
