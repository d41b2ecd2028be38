import { type Document, type Item, rss, type State, textOf } from './feed-stage.js';
import {
  bridges,
  canals,
  news,
  numbered,
  piece,
  rivers,
  type Story,
  tell,
  usual,
  with_,
} from './feed-stories.js';

/** Old entries appear, and are no news. */
const past: readonly Story[] = [
  {
    story: 'all dates become now',
    states: [usual, usual.map(with_(() => ({ date: '2 Mar 2026 10:00:00 GMT' })))],
  },
  {
    story: 'items vanish, and come back after months',
    states: [usual, [rivers], { feeds: { main: usual }, after: 200 }],
  },
  {
    story: 'the order is reversed, and a new article comes at the end',
    states: [numbered(5), numbered(5).toReversed(), [...numbered(5).toReversed(), news]],
    sent: ['News'],
    seeded: 5,
  },
  {
    story: 'the feed grows from 10 to 50 items, with a new one on top: only that is sent',
    states: [numbered(10, 41), [news, ...numbered(50)]],
    sent: ['News'],
    seeded: 50,
  },
  {
    story: 'an item is deleted, and an older one that was never seen moves up: it is held',
    states: [
      numbered(10, 2),
      [...numbered(10, 2).filter(({ title }) => title !== 'Number 5'), ...numbered(1)],
    ],
    held: [['Number 1', /below all entries that were known/]],
    seeded: 10,
  },
  {
    story: 'an article is dated back, and stands among the others: it is sent',
    states: [
      numbered(5),
      [...numbered(2, 4), piece('News', { date: 'Sat, 03 Jan 2026 12:00:00 GMT' }), ...numbered(3)],
    ],
    sent: ['News'],
    seeded: 5,
  },
  {
    story: 'an article is dated years ahead, and later ones are sent all the same',
    states: [
      usual,
      [piece('News', { date: '1 Jan 2036 09:00:00 GMT' }), ...usual],
      [piece('News', { date: '1 Jan 2036 09:00:00 GMT' }), piece('More'), ...usual],
    ],
    sent: ['News', 'More'],
  },
  {
    story: 'an article is edited: a revision, and not sent again',
    states: [
      [news, ...usual],
      [{ ...news, title: 'Mended', text: textOf('mended') }, ...usual],
    ],
    seeded: 4,
    edits: 1,
  },
  {
    story:
      'an article is sent, deleted, and published anew with another guid and link: it is not sent again',
    states: [
      usual,
      [news, ...usual],
      usual,
      [{ ...news, guid: 'anew', url: 'https://newsroom.test/anew' }, ...usual],
    ],
    sent: ['News'],
    edits: 1,
  },
  {
    story: 'the same with another date: it is held',
    states: [
      usual,
      [news, ...usual],
      usual,
      [
        {
          ...news,
          guid: 'anew',
          url: 'https://newsroom.test/anew',
          date: '3 Mar 2026 09:00:00 GMT',
        },
        ...usual,
      ],
    ],
    sent: ['News'],
    held: [['News', /title of “News”.*published anew/]],
  },
  {
    story:
      'the site is restored from a backup, goes on from there, and gives the lost articles new numbers',
    states: [
      usual,
      [piece('More'), news, ...usual],
      usual,
      [piece('Latest'), { ...news, guid: piece('More').guid }, ...usual],
      [
        piece('More', { guid: 'renumbered' }),
        piece('Latest'),
        { ...news, guid: piece('More').guid },
        ...usual,
      ],
    ],
    sent: ['News', 'More', 'Latest'],
  },
];

/** The document is not what it should be. */
const broken: readonly Story[] = [
  {
    story: 'the feed answers with an error page, with an empty body, and is well again',
    states: [usual, '<!doctype html><title>Error</title><p>Try later.', '', [news, ...usual]],
    sent: ['News'],
  },
  {
    story: 'the feed answers with a feed that has an error for its only item: it is held',
    states: [usual, [{ title: 'Error', text: 'The database is away.' }], [news, ...usual]],
    sent: ['News'],
    held: [['Error', /None of the 3 entries/]],
  },
  {
    story: 'the feed is cut off in the middle of an item, and is well again',
    states: [numbered(5), cut([news, ...numbered(5)], 3), [news, ...numbered(5)]],
    sent: ['News'],
    seeded: 5,
  },
  {
    story:
      'the feed is cut off in the middle of a new article: it is sent when it is there in full',
    states: [numbered(5), cut([news, ...numbered(5)], 1), [news, ...numbered(5)]],
    sent: ['News'],
    seeded: 5,
  },
  {
    story:
      'the feed is cut off near its beginning, and then has an error for its only item: it is held',
    states: [usual, cut(usual, 1), [{ title: 'Error', text: 'The database is away.' }]],
    held: [['Error', /None of the 3 entries/]],
  },
  {
    story: 'the feed is empty, and the first article goes out',
    states: [[], [], [news]],
    sent: ['News'],
    seeded: 0,
  },
  {
    story: 'the feed is empty, and has fifty at once: they are held',
    states: [[], numbered(50)],
    held: numbered(50)
      .toReversed()
      .map(({ title }) => [title, /50 new entries came at once/] as const),
    seeded: 0,
  },
  {
    story: 'the feed becomes empty, and has the same again',
    states: [usual, [], usual, [news, ...usual]],
    sent: ['News'],
  },
  {
    story: 'a cache answers in turns with an older and a newer state',
    states: Array.from({ length: 5 }, () => [
      usual,
      [news, rivers, { ...bridges, text: textOf('mended') }, canals],
    ]).flat(),
    sent: ['News'],
    edits: 3,
  },
];

/** Two feeds have the same article. */
const two = (main: Document, other: Document): State => ({ feeds: { main, other } });
const feeds: readonly Story[] = [
  {
    story:
      'two feeds show the same article, one under http, one with tracking parameters: it is sent once',
    states: [
      two(usual, []),
      two(
        [{ ...news, url: news.url?.replace('https', 'http') }, ...usual],
        [
          {
            ...news,
            guid: 'other',
            url: `${news.url}?utm_source=other`,
            text: 'Its beginning only…',
          },
        ],
      ),
    ],
    sent: ['News'],
  },
  {
    story: 'another site carries the same article, under its own guid and address: it is sent once',
    states: [
      two(usual, [piece('Elsewhere')]),
      two(
        [news, ...usual],
        [{ ...news, guid: '17', url: 'https://other.test/news' }, piece('Elsewhere')],
      ),
    ],
    sent: ['News'],
    seeded: 4,
  },
  {
    story: 'two sites have another article each under the same title: both are sent',
    states: [
      two(usual, [piece('Elsewhere')]),
      two(
        [news, ...usual],
        [piece('Other news', { title: 'News', url: 'https://other.test/n' }), piece('Elsewhere')],
      ),
    ],
    sent: ['News', 'News'],
    seeded: 4,
  },
  {
    story: 'a feed grows, and some of its past is known from another feed: none of it is sent',
    states: [two(numbered(5, 10), numbered(1, 3)), two(numbered(14), numbered(1, 3))],
    seeded: 14,
  },
  {
    story:
      'a second feed is added that shows what the first has not brought yet: the first sends it',
    states: [
      { feeds: { main: usual } },
      { feeds: { other: [news, ...usual] } },
      { feeds: { main: [news, ...usual] } },
    ],
    sent: ['News'],
  },
];

/** The document as far as the middle of the text of its nth item. */
function cut(items: readonly Item[], nth: number): string {
  const parts = rss(items).split('<description>');
  return `${parts.slice(0, nth + 1).join('<description>')}<description>${parts[nth + 1]?.slice(0, 80)}`;
}

tell([
  ['what is old', past],
  ['a document that is not what it should be', broken],
  ['two feeds', feeds],
]);
