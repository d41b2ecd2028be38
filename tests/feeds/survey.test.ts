import { expect, test } from 'vitest';
import type { Entry } from '../../src/feeds/entry.js';
import { surveyFeed } from '../../src/feeds/survey.js';

const programs = [
  {
    id: 'spp',
    name: 'Security and Politics Program (SPP)',
    aliases: [],
    colour: '#000000',
    urls: [],
  },
  { id: 'eep', name: 'Energy Program', aliases: ['Water'], colour: '#000000', urls: ['/water/'] },
];
const feed = { url: 'https://centre.example/feed', programs: [], fullText: 'auto' } as const;

type Given = { readonly [Key in keyof Entry]?: Entry[Key] | undefined };

function survey(entries: readonly Given[], again?: readonly Given[]) {
  const whole = (list: readonly Given[]) =>
    list.map((entry, n) => ({
      title: `Entry ${n}`,
      url: `https://centre.example/${n}`,
      categories: [],
      ...entry,
    })) as Entry[];
  const parsed = {
    parser: 'rss-parser',
    hubs: [],
    language: 'en',
    entries: whole(entries),
  } as const;
  return surveyFeed(parsed, again && whole(again), { feed, programs, fallback: 'spp' });
}

test('counts what the entries have: dates, languages, full texts, pictures, authors', () => {
  const found = survey([
    {
      publishedAt: '2026-03-02T09:00:00.000Z',
      contentHtml: `<p>${'A whole sentence of it. '.repeat(40)}</p>`,
      author: 'Dana Orazova',
      language: 'ru',
    },
    {
      publishedAt: '2026-02-02T09:00:00.000Z',
      summaryHtml: 'A teaser …',
      image: { url: 'https://centre.example/i.png' },
    },
    { title: '', url: undefined },
  ]);
  expect(found).toMatchObject({
    from: new Date('2026-02-02T09:00:00.000Z'),
    to: new Date('2026-03-02T09:00:00.000Z'),
    languages: { ru: 1, en: 1 },
    fullTexts: 1,
    images: 1,
    authors: 1,
    unmatched: 2,
  });
  expect(found.articles.map(({ title }) => title)).toEqual(['Entry 0', 'Entry 1']);
  expect(survey([])).toMatchObject({ articles: [], from: null, to: null, fullTexts: 0 });
});

test('tells which program a category names, or only resembles', () => {
  const { categories, unmatched } = survey([
    { categories: ['SPP', 'Opinion'] },
    { categories: ['spp', 'Politics'] },
    { categories: ['Energy politics'], url: 'https://centre.example/water/3' },
    { categories: ['Opinion'] },
  ]);
  expect(categories).toEqual([
    { name: 'SPP', entries: 2, programs: ['spp'], similar: null },
    { name: 'Opinion', entries: 2, programs: [], similar: null },
    { name: 'Politics', entries: 1, programs: [], similar: 'spp' },
    // It resembles two.
    { name: 'Energy politics', entries: 1, programs: [], similar: null },
  ]);
  expect(unmatched).toBe(1);
});

test('tells guids that are missing, repeated, or made anew at each reading', () => {
  const entries = [{ guid: 'a' }, { guid: 'a' }, { guid: 'b' }, {}];
  expect(survey(entries).guids).toEqual({ missing: 1, repeated: 1, changed: null });
  expect(survey(entries, entries).guids.changed).toBe(0);
  // One has gone meanwhile, and one is another.
  const later = [{ guid: 'a' }, { guid: 'x' }, { guid: 'y' }];
  expect(survey(entries, later).guids).toEqual({ missing: 1, repeated: 1, changed: 2 });
  // An entry that stands there twice is still one.
  const twice = { guid: 'c', url: 'https://centre.example/c' };
  expect(survey([twice, twice]).guids.repeated).toBe(0);
});
