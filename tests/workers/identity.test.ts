import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedLedger } from '../support/database.js';
import {
  type Document,
  type Item,
  type Outcome,
  openStage,
  rss,
  type State,
  textOf,
} from './feed-story.js';

/** An article as a usual feed shows it. */
function piece(name: string, over: Partial<Item> = {}): Item {
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const day = 1 + ([...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 28);
  return {
    guid: `https://newsroom.test/?p=${slug}`,
    url: `https://newsroom.test/2026/${slug}`,
    title: name,
    text: textOf(name),
    date: `${day} Feb 2026 09:00:00 GMT`,
    ...over,
  };
}

const [canals, bridges, rivers] = ['Canals', 'Bridges', 'Rivers'].map((name) => piece(name)) as [
  Item,
  Item,
  Item,
];
const news = piece('News', { date: '2 Mar 2026 09:00:00 GMT' });
const usual = [rivers, bridges, canals];
const numbered = (count: number, from = 1) =>
  Array.from({ length: count }, (_, n) =>
    piece(`Number ${from + n}`, { date: new Date(Date.UTC(2026, 0, 1 + from + n)).toUTCString() }),
  ).toReversed();
const with_ = (change: (item: Item) => Partial<Item>) => (item: Item) => ({
  ...item,
  ...change(item),
});

interface Story {
  /** What happens, and what is right. */
  readonly story: string;
  /** One feed's documents, or the states of several. */
  readonly states: readonly (Document | State)[];
  readonly sent?: readonly string[];
  /** Titles, and what the reason says. */
  readonly held?: readonly (readonly [string, RegExp])[];
  /** Three, the usual ones, where not given. */
  readonly seeded?: number;
  readonly edits?: number;
}

/** The names of an article change, and it stays the same one. */
const names: readonly Story[] = [
  {
    story: 'http becomes https in links and guids',
    states: [
      usual.map(
        with_(({ url, guid }) => ({
          url: url?.replace('https', 'http'),
          guid: guid?.replace('https', 'http'),
        })),
      ),
      usual,
    ],
  },
  {
    story:
      'www. comes and goes, slashes at the end come, and tracking parameters differ at each poll',
    states: [
      usual,
      usual.map(with_(({ url }) => ({ url: url?.replace('newsroom.test', 'www.newsroom.test') }))),
      usual.map(with_(({ url }) => ({ url: `${url}/?utm_source=rss&utm_campaign=1` }))),
      usual.map(with_(({ url }) => ({ url: `${url}?fbclid=2#top` }))),
    ],
  },
  {
    story: 'http becomes https in guids that are all there is of a link',
    states: [
      usual.map(with_(({ url }) => ({ guid: url?.replace('https', 'http'), url: undefined }))),
      usual.map(with_(({ url }) => ({ guid: `${url}/`, url: undefined }))),
    ],
  },
  {
    story: 'guids differ by case and white space only, and there are no links',
    states: [
      usual.map(with_(({ title }) => ({ guid: `ID ${title}`, url: undefined }))),
      usual.map(
        with_(({ title }) => ({ guid: `id${title.toLowerCase()}`, url: undefined, text: 'Cut.' })),
      ),
    ],
    edits: 3,
  },
  {
    story: 'two guids that differ by case only are two articles',
    states: [
      [piece('Canals', { guid: 'aB', url: undefined })],
      [
        piece('News', { guid: 'Ab', url: undefined }),
        piece('Canals', { guid: 'aB', url: undefined }),
      ],
    ],
    sent: ['News'],
    seeded: 1,
  },
  {
    story: 'guids are URLs with a session in them',
    states: ['a1b2c3d4e5f6a7b8', 'b8a7f6e5d4c3b2a1'].map((session) =>
      usual.map(with_(({ url }) => ({ guid: `${url}?PHPSESSID=${session}`, url: undefined }))),
    ),
  },
  {
    story: 'the host moves, and guids and links with it',
    states: [
      usual,
      usual.map(
        with_(({ url, guid }) => ({
          url: url?.replace('.test', '.example'),
          guid: guid?.replace('.test', '.example'),
        })),
      ),
    ],
    edits: 3,
  },
  {
    story: 'the host moves, and the feed has neither dates nor texts',
    states: [
      usual.map(with_(() => ({ date: undefined, text: undefined, guid: undefined }))),
      usual.map(
        with_(({ url }) => ({
          date: undefined,
          text: undefined,
          guid: undefined,
          url: url?.replace('.test', '.example'),
        })),
      ),
    ],
    edits: 3,
  },
  {
    story: 'all guids are made anew, and links stay',
    states: [usual, usual.map(with_(({ title }) => ({ guid: `new ${title}` })))],
  },
  {
    story: 'all guids are made anew at each poll',
    states: [0, 1, 2, 3].map((n) => usual.map(with_(({ title }) => ({ guid: `${n} ${title}` })))),
  },
  {
    story: 'all guids and links are made anew, and titles, texts and dates stay',
    states: [
      usual,
      usual.map(
        with_(({ title }) => ({
          guid: `new ${title}`,
          url: `https://newsroom.test/${title}.html`,
        })),
      ),
    ],
    edits: 3,
  },
  {
    story:
      'all guids, links and dates are made anew: nothing tells the articles from new ones of the same title, so they are held',
    states: [
      usual,
      usual.map(
        with_(({ title }) => ({
          guid: `new ${title}`,
          url: `https://newsroom.test/${title}.html`,
          date: '2 Mar 2026 10:00:00 GMT',
        })),
      ),
    ],
    held: [
      ['Canals', /title of “Canals”/],
      ['Bridges', /title of/],
      ['Rivers', /title of/],
    ],
  },
  {
    story: 'a numbered permalink becomes a pretty one, and the guid stays',
    states: [usual.map(with_(({ guid }) => ({ url: guid }))), usual],
    edits: 3,
  },
  {
    story: 'a pretty link, which is the guid too, becomes another one',
    states: [
      usual.map(with_(({ url }) => ({ guid: url }))),
      usual.map(
        with_(({ title }) => ({
          guid: `https://newsroom.test/water/${title}`,
          url: `https://newsroom.test/water/${title}`,
        })),
      ),
    ],
    edits: 3,
  },
  {
    story: 'a title is changed, and the slug in the link with it',
    states: [
      usual,
      [
        rivers,
        bridges,
        { ...canals, title: 'Who keeps the canals', url: 'https://newsroom.test/2026/who-keeps' },
      ],
    ],
    edits: 1,
  },
  {
    story: 'links are relative, or are not there at all',
    states: [
      usual.map(with_(({ title }) => ({ url: `/2026/${title.toLowerCase()}` }))),
      [
        { ...news, url: undefined },
        ...usual.map(with_(({ title }) => ({ url: `2026/${title.toLowerCase()}` }))),
      ],
    ],
    sent: ['News'],
  },
];

/** One name stands for several articles. */
const shared: readonly Story[] = [
  {
    story: 'one guid for ten items, and for the eleventh that comes',
    states: [
      numbered(10).map(with_(() => ({ guid: 'feed' }))),
      numbered(10, 2).map(with_(() => ({ guid: 'feed' }))),
    ],
    sent: ['Number 11'],
    seeded: 10,
  },
  {
    story: 'one guid for whatever the newest article is',
    states: [
      [piece('Canals', { guid: 'latest' })],
      [piece('Bridges', { guid: 'latest' })],
      [piece('Rivers', { guid: 'latest' })],
      [piece('Canals', { guid: 'latest' })],
      [piece('Bridges', { guid: 'latest' })],
    ],
    sent: ['Bridges', 'Rivers'],
    seeded: 1,
  },
  {
    story: 'guids that count places: the newest article has the guid of the one before',
    states: [numbered(10), numbered(10, 2), numbered(10, 3)].map((items) =>
      items.map((item, place) => ({ ...item, guid: `${place}` })),
    ),
    sent: ['Number 11', 'Number 12'],
    seeded: 10,
  },
  {
    story: 'a guid is used again for a new article, as after the numbers of a restored site',
    states: [usual, [{ ...news, guid: canals.guid }, rivers, bridges]],
    sent: ['News'],
  },
  {
    story: 'a guid is used again, and it cannot be told whether for a new article: it is held',
    states: [usual, [{ ...news, title: 'Canals', guid: canals.guid }, rivers, bridges]],
    held: [['Canals', /guid of “Canals”/]],
  },
  {
    story:
      'guid and link are used again for a new article: nothing tells it from a rewritten one, so it is held',
    states: [usual, [{ ...news, guid: canals.guid, url: canals.url }, rivers, bridges]],
    held: [['News', /at the address of “Canals”, and has nothing else/]],
  },
  {
    story: 'a link is used again for a new article, and there are no guids: it is held',
    states: [
      usual.map(with_(() => ({ guid: undefined }))),
      [{ ...news, url: canals.url }, rivers, bridges].map(with_(() => ({ guid: undefined }))),
    ],
    held: [['News', /at the address of “Canals”, and has nothing else/]],
  },
  {
    story: 'all items lead to the front page',
    states: [
      usual.map(with_(() => ({ url: 'https://newsroom.test/' }))),
      [news, ...usual].map(with_(() => ({ url: 'https://www.newsroom.test' }))),
      [{ ...news, text: textOf('mended') }, ...usual].map(
        with_(() => ({ url: 'https://newsroom.test/' })),
      ),
    ],
    sent: ['News'],
    edits: 1,
  },
  {
    story: 'all items lead to one page, and none has a guid',
    states: [
      usual.map(with_(() => ({ guid: undefined, url: 'https://newsroom.test/news' }))),
      [news, ...usual].map(with_(() => ({ guid: undefined, url: 'https://newsroom.test/news' }))),
      [news, ...usual].map(
        with_(({ text }) => ({
          guid: undefined,
          url: 'https://newsroom.test/news',
          text: `${text} Corrected.`,
        })),
      ),
    ],
    sent: ['News'],
    edits: 4,
  },
  {
    story: 'another article at the address of an old one, with a guid of its own: it is held',
    states: [usual, [{ ...news, url: canals.url }, rivers, bridges]],
    held: [['News', /at the address of “Canals”/]],
  },
  {
    story: 'a column bears the same title each week',
    states: [3, 4, 5].map((week) =>
      [3, 2, 1].map((back) =>
        piece(`Week ${week - back}`, {
          title: 'The week',
          date: `${week - back + 1} Mar 2026 09:00:00 GMT`,
        }),
      ),
    ),
    sent: ['The week', 'The week'],
    seeded: 3,
  },
  {
    story: 'an article stands in a document twice, under two sections: it is sent once',
    states: [
      usual,
      [news, { ...news, guid: 'section', url: 'https://newsroom.test/section/news' }, ...usual],
    ],
    sent: ['News'],
  },
];

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

let shown: Awaited<ReturnType<typeof sharedLedger>>;
let stage: ReturnType<typeof openStage>;
beforeAll(async () => {
  shown = await sharedLedger();
  stage = openStage(shown.database);
});
afterAll(async () => {
  await stage.close();
  await shown.close();
});

describe.each([
  ['an article whose names change', names],
  ['a name that several articles share', shared],
  ['what is old', past],
  ['a document that is not what it should be', broken],
  ['two feeds', feeds],
])('%s', (_, stories) => {
  it.each(stories.map((one) => [one.story, one] as const))(
    '%s',
    async (_story, { states, sent = [], held = [], seeded = 3, edits = 0 }) => {
      const outcome = await stage.play(
        states.map(
          (one): State =>
            typeof one === 'object' && 'feeds' in one ? one : { feeds: { main: one } },
        ),
      );
      expect(outcome).toEqual<Outcome>({
        sent,
        held: held.map(([title, reason]) => [title, expect.stringMatching(reason)]),
        seeded,
        edits,
      });
    },
  );
});
