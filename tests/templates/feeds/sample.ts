import type { OutputFeed, OutputItem } from '../../../src/templates/feeds/output-feed.js';

/** An article as the ledger gives it, with whatever a test wants to be different. */
export function outputArticle(
  number: number,
  content: Partial<OutputItem['content']> = {},
  rest: Partial<Omit<OutputItem, 'content'>> = {},
): OutputItem {
  return {
    id: `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`,
    content: {
      title: `Article ${number}`,
      url: `https://news.example/articles/${number}`,
      author: 'Aigerim Sarsenova',
      publishedAt: '2026-03-01T09:00:00.000Z',
      summary: `What article ${number} is about.`,
      bodyHtml: `<p>The whole of article ${number}, with a <a href="https://news.example/">link</a>.</p>`,
      programs: ['spp'],
      ...content,
    },
    releasedAt: '2026-03-01T10:00:00.000Z',
    updatedAt: '2026-03-01T10:00:00.000Z',
    programNames: ['Security and Politics Program'],
    ...rest,
  };
}

export function outputFeed(
  items: readonly OutputItem[],
  format: 'rss' | 'atom' | 'json',
): OutputFeed {
  return {
    title: 'Security and Politics Program',
    description: 'What the Security and Politics Program publishes.',
    publisher: 'Caspian Policy Desk',
    siteUrl: 'https://news.example/',
    selfUrl: `https://letters.example/feeds/spp.${format}`,
    hubs: ['https://hub.example/?a&b'],
    language: 'en',
    updatedAt: '2026-03-01T10:00:00.000Z',
    items,
  };
}

/** Titles that broke readers, each with what a reader has to show. */
export const hostileTitles: readonly (readonly [title: string, shown: string])[] = [
  ['Tariffs up 5% & rising: AT&T, R&D', 'Tariffs up 5% & rising: AT&T, R&D'],
  ['If a < b and c > d, who wins?', 'If a < b and c > d, who wins?'],
  ['<b>Bold</b> claims <script>alert(1)</script>', '‹b›Bold‹/b› claims ‹script›alert(1)‹/script›'],
  ['How &amp; and &#60; became text', 'How ＆amp; and ＆#60; became text'],
  ['The end ]]> of <![CDATA[ sections', 'The end ]]> of ‹![CDATA[ sections'],
  ['Broken ]\u0000]\u0008>\u001b[31m controls\ufffe\u0085', 'Broken ]]>[31m controls'],
  ['Half an emoji \ud83d and a whole one 🌊', 'Half an emoji  and a whole one 🌊'],
  ['Каспий: вода уходит — “что дальше?”', 'Каспий: вода уходит — “что дальше?”'],
  ["It's \"quoted\" 'twice'", "It's \"quoted\" 'twice'"],
];
