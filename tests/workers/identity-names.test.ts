import { textOf } from './feed-stage.js';
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
    story:
      'a number is given out again after a restored backup, and the titles share words: it is held',
    states: [
      usual.map((item) =>
        item === rivers ? { ...item, title: 'Rivers rise in the north' } : item,
      ),
      [
        { ...news, guid: rivers.guid, url: rivers.url, title: 'Rivers rise in spring' },
        ...usual.slice(1),
      ],
    ],
    held: [['Rivers rise in spring', /only some words of its title/]],
  },
  {
    story: 'all items have one guid and one address: none is lost, and what is new is held',
    states: [usual, [news, ...usual]].map((items) =>
      items.map(with_(() => ({ guid: 'news', url: 'https://newsroom.test/news' }))),
    ),
    held: [['News', /at the address of/]],
  },
  {
    story: 'one of those stands in the document again, undated: the poll is not lost to it',
    states: [
      [bridges, rivers, canals, rivers].map(
        with_(() => ({ guid: 'news', url: 'https://newsroom.test/news', date: undefined })),
      ),
    ],
    seeded: 4,
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
    story:
      'a column without a text has the feed for itself: each issue waits for staff, and none is lost',
    states: [1, 2, 3].map((week) => [
      piece(`Week ${week}`, {
        title: 'The week',
        text: undefined,
        date: `${7 * week} Feb 2026 09:00:00 GMT`,
      }),
    ]),
    held: [
      ['The week', /not in the feed any more/],
      ['The week', /not in the feed any more/],
    ],
    seeded: 1,
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

tell([
  ['an article whose names change', names],
  ['a name that several articles share', shared],
]);
