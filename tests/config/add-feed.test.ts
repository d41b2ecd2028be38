import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addFeed, type NewFeed } from '../../src/config/add-feed.js';
import { loadConfig } from '../../src/config/load.js';
import { starterConfig } from '../../src/config/starter.js';
import { least, scratchFile } from './scratch.js';

const feed: NewFeed = {
  id: 'second',
  url: 'https://second.example/feed?a="b"',
  allowPrivate: false,
  remarks: [],
};

/** What was added, as the lines that are new; and the feeds that the file names then. */
function added(text: string, over: Partial<NewFeed> = {}) {
  const after = addFeed(text, { ...feed, ...over });
  const loaded = loadConfig(scratchFile(after));
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const before = text.split('\n');
  const lines = after.split('\n');
  let at = 0;
  while (lines[at] === before[at]) at += 1;
  const count = lines.length - before.length;
  // Nothing else has changed.
  expect([...lines.slice(0, at), ...lines.slice(at + count)]).toEqual(before);
  return { lines: lines.slice(at, at + count), feeds: loaded.config.feeds, after };
}

test('adds a feed behind the last, and changes nothing else', () => {
  const { lines, feeds } = added(least);
  expect(lines).toEqual(['  - id: second', '    url: "https://second.example/feed?a=\\"b\\""']);
  expect(feeds.map(({ id, url }) => `${id} ${url}`)).toEqual([
    'main https://example.org/feed.xml',
    'second https://second.example/feed?a="b"',
  ]);
});

test.each([
  ['the starter config', starterConfig({ feedUrl: new URL('https://x.org/f'), timezone: 'UTC' })],
  [
    'the example',
    readFileSync(new URL('../../examples/regional-policy-centre.yaml', import.meta.url), 'utf8'),
  ],
  [
    'a list that is not indented',
    least.replace(/^ {2}(?=- id: main)|^ {4}(?=url)/gm, (all) => all.slice(2)),
  ],
  ['a comment on the last line', least.replace('feed.xml\n', 'feed.xml # ours - and yours\n')],
  ['comments below the feed', `${least}    # burst: 10\n    # every: 1h\n# The end.\n`],
  [
    'a feed in braces',
    least.replace(/- id: main\n.*\n/, '- { id: main, url: "https://example.org/a-b" }\n'),
  ],
  ['a list within the feed', `${least}    programs:\n      - security\n      - economy\n`],
  ['something below the feeds', `${least}\nrelease:\n  after: 1m\n`],
])('keeps %s as it is', (_, text) => {
  const { lines, feeds } = added(text);
  expect(lines).toHaveLength(2);
  expect(feeds.at(-1)).toMatchObject({ id: 'second', url: feed.url });
});

test('writes remarks as comments, and what a private address needs', () => {
  const { lines } = added(least, { allowPrivate: true, remarks: ['One.', 'Two.'] });
  expect(lines.map((line) => line.trim())).toEqual([
    '# One.',
    '# Two.',
    '- id: second',
    'url: "https://second.example/feed?a=\\"b\\""',
    'allowPrivate: true',
  ]);
});

test('adds to a list in brackets, to lines of Windows, and to a file without a last line break', () => {
  const brackets = least.replace(
    /feeds:[\s\S]*/,
    'feeds: [{ id: main, url: "https://x.org/f" }]\n',
  );
  const loadedFrom = (text: string) => loadConfig(scratchFile(addFeed(text, feed)));
  for (const text of [brackets, least.replaceAll('\n', '\r\n'), least.trimEnd()]) {
    expect(loadedFrom(text)).toMatchObject({
      config: { feeds: [{ id: 'main' }, { id: 'second' }] },
    });
  }
  expect(addFeed(least.replaceAll('\n', '\r\n'), feed)).not.toMatch(/[^\r]\n/);
});

test('says what to do where the feeds are not written out', () => {
  const text = least.replace(/feeds:[\s\S]*/, 'feeds: *others\n');
  expect(() => addFeed(text, feed)).toThrow('so add the feed by hand.');
});
