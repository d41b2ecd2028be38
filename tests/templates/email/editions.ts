/** Editions and a newsroom for the tests of mail. */

import type { Edition, EditionArticle, Newsroom, ProgramFace } from '../../../src/model.js';

export const newsroom: Newsroom = {
  name: 'Steppe Policy Centre',
  url: 'https://policy.example/',
  language: 'en',
  timezone: 'Asia/Almaty',
  postalAddress: '14 Abay Avenue, Office 5\nAlmaty 050000, Kazakhstan',
  colour: '#0b3d5c',
};

export const security: ProgramFace = {
  id: 'spp',
  name: 'Security and Politics Program (SPP)',
  colour: '#b3261e',
};
export const economy: ProgramFace = { id: 'econ', name: 'Economy & Trade', colour: '#ffd54a' };

const paragraph =
  'Officials from five states met for two days behind closed doors, and left with a text that ' +
  'names the rivers but not the volumes. It is the third such text in a decade, and the first ' +
  'that all of them have signed.';

export const article: EditionArticle = {
  id: '6f1c9b1e-0d6f-5a53-9a5e-0c5f2f1f7a01',
  revision: 1,
  title: 'Water after the glaciers: what the new basin agreement leaves open',
  url: 'https://policy.example/articles/water-after-the-glaciers?lang=en&from=feed',
  author: 'Aigerim Satybaldy',
  publishedAt: '2021-12-22T19:30:00.000Z',
  summary:
    'Five states have agreed to share the data of their rivers. Who shares the water in a dry year, ' +
    'the agreement does not say.',
  bodyHtml: `<p>${paragraph}</p><p>The <a href="https://policy.example/basin">earlier agreements</a> failed for want of <em>measurement</em>. ${paragraph}</p><h2>What was agreed</h2><ul><li>A common gauge at each border crossing.</li><li>Monthly figures, in the open.</li></ul><p>${paragraph}</p><blockquote><p>“We have counted everything except the water.”</p></blockquote><p>${paragraph}</p><p>${paragraph}</p><p>${paragraph} ${paragraph}</p><p>The last paragraph is not in the mail.</p>`,
  image: {
    url: 'https://policy.example/images/glacier.png',
    alt: 'A gauge on a river bank below a glacier',
    credit: 'Steppe Policy Centre / D. Kim',
  },
  language: 'en',
  categories: ['SPP'],
  programs: [security],
};

/** An alert about the article above, with these changes. */
export function alert(changes: Partial<EditionArticle> = {}, language = 'en'): Edition {
  return alertOf({ ...article, language, ...changes }, language);
}

export function alertOf(shown: EditionArticle, language = 'en'): Edition {
  const program = shown.programs[0] ?? security;
  return {
    id: '0b9f7a34-2f0e-5c8e-8f3d-6f0a1b2c3d4e',
    kind: 'alert',
    language,
    createdAt: '2026-03-01T09:00:00.000Z',
    sections: [{ program, articles: [shown] }],
  };
}

/** An article that has only what every article has. */
export function bare(): EditionArticle {
  const { author, publishedAt, image, language, ...rest } = article;
  return { ...rest, summary: '', bodyHtml: '' };
}

export const values = {
  unsubscribe: 'https://news.example/unsubscribe/1.abc.spp.def?a=1&b=2',
  preferences: 'https://news.example/preferences/1.abc..def',
  webView: 'https://news.example/editions/0b9f7a34',
  programs: ['spp'],
};

const titles = {
  en: [
    'Who keeps the canals when the ministry moves out',
    'A customs post with no queue',
    'The school that teaches in three alphabets',
    'What the new grid code forgets',
    'Rain gauges, and who reads them',
  ],
  ru: [
    'Кто следит за каналами, когда министерство уезжает',
    'Таможенный пост без очереди',
    'Школа, где учат на трёх алфавитах',
    'О чём забыл новый кодекс электросетей',
    'Дождемеры и те, кто их читает',
  ],
};
const summaries = {
  en: 'Three districts share one canal and no rule for it. We asked the people who open the gates how they decide, and whom they call when they cannot.',
  ru: 'Три района делят один канал, а правила на него нет. Мы спросили тех, кто открывает затворы, как они решают и кому звонят, когда решить не могут.',
};

/** A digest of so many articles, dealt out to the programs in turn. */
export function digest(
  count: number,
  options: {
    language?: 'en' | 'ru';
    programs?: readonly ProgramFace[];
    changes?: Partial<EditionArticle>;
  } = {},
): Edition {
  const { language = 'en', programs = [security, economy], changes = {} } = options;
  const all = Array.from({ length: count }, (_, n): EditionArticle => {
    const id = `6f1c9b1e-0d6f-5a53-9a5e-${String(n).padStart(12, '0')}`;
    const program = programs[n % programs.length] as ProgramFace;
    return {
      ...article,
      id,
      language,
      title: `${titles[language][n % 5]} (${n + 1})`,
      url: `https://policy.example/articles/${n + 1}?lang=${language}&from=feed`,
      summary: summaries[language],
      programs: [program],
      ...changes,
    };
  });
  return {
    id: '7c0c9b1e-2f0e-5c8e-8f3d-6f0a1b2c3d4e',
    kind: 'digest',
    language,
    createdAt: '2026-03-03T03:00:00.000Z',
    on: '2026-03-03',
    sections: programs
      .map((program) => ({
        program,
        articles: all.filter(({ programs: [its] }) => its?.id === program.id),
      }))
      .filter(({ articles }) => articles.length > 0),
  };
}
