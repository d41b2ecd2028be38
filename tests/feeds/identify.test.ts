import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/feeds/entry.js';
import {
  aliasesOf,
  canonicalUrl,
  entryHash,
  kindOf,
  type NameKind,
} from '../../src/feeds/identify.js';

const entry = (facts: Partial<Entry>): Entry => ({ title: 'T', categories: [], ...facts });
/** The names of each entry of a document, of these kinds only. */
const named = (kinds: readonly NameKind[], ...document: Entry[]) =>
  document.map((one) =>
    aliasesOf('f', one, document).filter((alias) => kinds.includes(kindOf(alias))),
  );
const aliases = (...document: Entry[]) => named(['guid', 'url', 'text'], ...document);

describe('canonicalUrl', () => {
  test.each([
    'http://example.org/a',
    'https://www.example.org/a/',
    'https://EXAMPLE.org:443/a#top',
    'https://example.org/a?utm_source=rss&fbclid=x&gclid=y&mc_cid=1&mc_eid=2',
    'https://example.org/a;jsessionid=0A1B?PHPSESSID=x&sid=0123456789abcdef0123',
  ])('makes one of all spellings: %s', (url) => {
    expect(canonicalUrl(url)).toBe('https://example.org/a');
  });

  test('keeps what tells articles apart', () => {
    expect(canonicalUrl('https://example.org/?p=2&id=1&utm_medium=x')).toBe(
      'https://example.org?id=1&p=2',
    );
    expect(canonicalUrl('https://example.org/A')).not.toBe(canonicalUrl('https://example.org/a'));
    expect(canonicalUrl('http://example.org:8080/a')).toBe('https://example.org:8080/a');
    expect(canonicalUrl('https://example.org/a?sid=123')).toBe('https://example.org/a?sid=123');
    expect(canonicalUrl('https://www.com/a')).toBe('https://www.com/a');
  });
});

describe('aliasesOf', () => {
  test('names an entry by its guid first, and by its URL', () => {
    expect(aliases(entry({ guid: 'g', url: 'http://www.example.org/a/' }))).toEqual([
      ['guid:f:g', 'url:https://example.org/a'],
    ]);
  });

  test('knows an article again when all guids were made anew', () => {
    const [before, after] = ['old', 'new'].map(
      (guid) => aliases(entry({ guid, url: 'https://example.org/a' }))[0] ?? [],
    );
    expect(after?.some((alias) => before?.includes(alias))).toBe(true);
  });

  test('tells entries that share one guid apart by their URLs', () => {
    const ten = Array.from({ length: 10 }, (_, at) =>
      entry({ guid: 'same', url: `https://example.org/${at}` }),
    );
    const found = aliases(...ten);
    expect(new Set(found.flat()).size).toBe(20);
    expect(found[3]?.[0]).toBe('guid:f:same https://example.org/3');
  });

  test('tells entries that share one guid and have no URL apart by their text', () => {
    const found = aliases(entry({ guid: 'g', title: 'A' }), entry({ guid: 'g', title: 'B' }));
    expect(new Set(found.flat()).size).toBe(2);
  });

  test('takes one entry that stands in the document twice for one', () => {
    const twin = entry({ guid: 'g', url: 'https://example.org/a' });
    const [first, second] = aliases(twin, { ...twin });
    expect(first).toEqual(['guid:f:g', 'url:https://example.org/a']);
    expect(second).toEqual(first);
  });

  test('takes no URL for an identity that several entries share, or that is a front page', () => {
    const [first, second] = aliases(
      entry({ guid: '1', url: 'https://example.org/news' }),
      entry({ guid: '2', url: 'https://example.org/news' }),
    );
    expect([first, second]).toEqual([['guid:f:1'], ['guid:f:2']]);
    expect(aliases(entry({ guid: '3', url: 'https://www.example.org/' }))).toEqual([['guid:f:3']]);
  });

  test('stays short and free of control characters, and still tells guids apart', () => {
    const guids = ['ж'.repeat(100_000), `${'ж'.repeat(100_000)}!`, 'a\u0000b', 'a\nb'];
    const found = aliases(...guids.map((guid) => entry({ guid }))).flat();
    expect(new Set(found).size).toBe(4);
    for (const alias of found) expect(alias).toMatch(/^guid:f:sha256 [0-9a-f]{64}$/);
  });

  test('knows a guid again whose case, white space, scheme or session has changed', () => {
    const spellings = ['http://www.Example.org/a?sid=0123456789abcdef', 'https://example.org/A '];
    const [[one], [two]] = spellings.map((guid) => named(['like'], entry({ guid }))[0] ?? []) as [
      string[],
      string[],
    ];
    expect(one).toBe('like:f:https://example.org/a');
    expect(two).toBe(one);
    expect(named(['like'], entry({ guid: 'aB' }), entry({ guid: 'Ab' }))).toEqual([[], []]);
  });

  test('names an entry by its title, whatever its case and punctuation, and the same in all feeds', () => {
    const [[one], [two], [none]] = named(
      ['title'],
      entry({ guid: '1', title: 'Who keeps the canals?' }),
      entry({ guid: '2', title: '“Who keeps” the CANALS' }),
      entry({ guid: '3', title: '…' }),
    ) as [string[], string[], string[]];
    expect(one).toMatch(/^title:[0-9a-f]{64}$/);
    expect(two).toBe(one);
    expect(none).toBeUndefined();
  });

  test('names an entry without a guid by its URL, or else by its text', () => {
    expect(aliases(entry({ url: 'https://example.org/a' }))).toEqual([
      ['url:https://example.org/a'],
    ]);
    const [[alias = ''] = []] = aliases(entry({ contentHtml: 'x' }));
    expect(alias).toMatch(/^text:f:[0-9a-f]{64}$/);
    expect(aliases(entry({ contentHtml: 'y' }))[0]).not.toContain(alias);
  });
});

describe('entryHash', () => {
  const one = entry({
    url: 'https://example.org/a',
    contentHtml: '<p>x</p>',
    categories: ['a', 'b'],
  });

  test('changes with what readers would see', () => {
    const changes: Partial<Entry>[] = [
      { title: 'Other' },
      { author: 'A' },
      { summaryHtml: 's' },
      { contentHtml: '<p>y</p>' },
      { image: { url: 'https://example.org/i.png' } },
      { categories: ['a'] },
    ];
    const hashes = changes.map((change) => entryHash({ ...one, ...change }));
    expect(new Set([entryHash(one), ...hashes]).size).toBe(7);
  });

  test('does not change with dates, the guid, the order of categories or the spelling of the URL', () => {
    expect(
      entryHash({
        ...one,
        guid: 'new',
        url: 'http://www.example.org/a/?utm_source=rss',
        publishedAt: '2030-01-01T00:00:00.000Z',
        updatedAt: '2030-01-01T00:00:00.000Z',
        categories: ['b', 'a'],
      }),
    ).toBe(entryHash(one));
  });
});
