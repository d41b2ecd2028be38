import { describe, expect, it } from 'vitest';
import { type MadeArticle, toArticle, wantsPage } from '../../src/feeds/article.js';
import type { Entry, PageFacts } from '../../src/feeds/entry.js';
import type { ArticleContent, Feed, Program } from '../../src/model.js';

const FEED: Feed = {
  id: 'main',
  url: 'https://centre.example/feed.xml',
  programs: [],
  every: 900,
  everyWhenQuiet: 3600,
  everyWhenPushed: 3600,
  longestWait: 86_400,
  own: false,
  fullText: 'auto',
  allowPrivate: false,
  burst: 10,
  websub: 'auto',
};
const PROGRAMS: Program[] = [
  {
    id: 'spp',
    name: 'Security and Politics Program (SPP)',
    aliases: [],
    colour: '#aa0000',
    urls: [],
  },
  { id: 'water', name: 'Water', aliases: [], colour: '#0000aa', urls: [] },
];
const CONTEXT = { feed: FEED, programs: PROGRAMS, fallback: 'water' };

const SENTENCE = 'The two gauges at the lake never agree, and nobody has asked why for years. ';
const LONG = `<p>${SENTENCE.repeat(6)}</p><p>${SENTENCE.repeat(6)}</p>`;
const URL_OF_PAGE = 'https://centre.example/articles/lake';

function entry(parts: Partial<Entry> = {}): Entry {
  return { title: 'Two gauges', url: URL_OF_PAGE, categories: [], ...parts };
}

function made(
  of: Entry,
  page?: PageFacts,
  context: Parameters<typeof toArticle>[2] = CONTEXT,
): MadeArticle {
  const result = toArticle(of, page, context);
  if ('refused' in result) throw new Error(result.refused);
  return result;
}

function content(of: Entry, page?: PageFacts): ArticleContent {
  return made(of, page).content;
}

const COMPLETE = entry({
  author: 'Mira Lee',
  publishedAt: '2021-12-22T09:00:00.000Z',
  image: { url: 'https://centre.example/lake.jpg', alt: 'The lake', credit: 'Lakes Agency' },
  contentHtml: LONG,
  categories: ['SPP'],
});

const wants = (of: Entry, fullText: Feed['fullText'] = 'auto') =>
  wantsPage(of, { ...CONTEXT, feed: { ...FEED, fullText } });

function without<K extends keyof Entry>(key: K): Entry {
  const { [key]: _gone, ...rest } = COMPLETE;
  return rest as Entry;
}

describe('the page of an article', () => {
  it('is wanted unless author, date, image, credit, full text and program are there', () => {
    expect(wants(COMPLETE)).toBe(false);
    for (const key of ['author', 'publishedAt', 'image', 'contentHtml'] as const) {
      expect(wants(without(key)), key).toBe(true);
    }
    expect(wants({ ...COMPLETE, image: { url: 'https://centre.example/lake.jpg' } })).toBe(true);
    expect(wants({ ...COMPLETE, publishedAt: 'someday' })).toBe(true);
    expect(wants({ ...COMPLETE, categories: ['Gardening'] })).toBe(true);
  });

  it.each([
    '<p>Short.</p>',
    `${LONG}<p>And then…</p>`,
    `${LONG}<p>And then [...]</p>`,
    `${LONG}<p>And then [&hellip;]</p>`,
    `${LONG}<p><a href="/x">Read more</a></p>`,
    `${LONG}<p>And then <a href="/x">Continue reading <span>Two gauges</span> &rarr;</a></p>`,
    `${LONG}<p>Читать далее →</p>`,
    `${LONG}<p>And then […]</p><p>The post <a href="/x">Two gauges</a> appeared first on <a href="/">Lakes</a>.</p>`,
  ])('takes %s for a teaser', (contentHtml) => {
    expect(wants({ ...COMPLETE, contentHtml })).toBe(true);
  });

  it('finds what stands in the entry’s own text', () => {
    const contentHtml = `<p>Author: Mira Lee</p><p>Dec 22, 2021</p><img src="/lake.jpg"><p>Image source: Lakes Agency</p>${LONG}`;
    expect(wants(entry({ contentHtml, categories: ['SPP'] }))).toBe(false);
    expect(wants(entry({ summaryHtml: contentHtml, categories: ['SPP'] }))).toBe(false);
  });

  it('is always wanted, or never, where the config says so', () => {
    expect(wants(COMPLETE, 'always')).toBe(true);
    expect(wants(entry(), 'never')).toBe(false);
  });
});

describe('an article', () => {
  it('has the page’s text for one that only seems whole, where its page is always read', () => {
    const page: PageFacts = { categories: [], bodyHtml: LONG + LONG };
    const always = { ...CONTEXT, feed: { ...FEED, fullText: 'always' as const } };
    const length = (html: string) => html.length;
    expect(length(content(COMPLETE, page).bodyHtml)).toBe(length(LONG));
    expect(length(made(COMPLETE, page, always).content.bodyHtml)).toBe(length(LONG + LONG));
  });

  it('has the day on which its page was changed where nobody says when it was published', () => {
    const page: PageFacts = { categories: [], modifiedAt: '2021-12-23T09:00:00.000Z' };
    expect(content(entry(), page).publishedAt).toBe('2021-12-23T09:00:00.000Z');
  });

  it('keeps the entry’s own values where they are good', () => {
    const page: PageFacts = {
      title: 'Another title',
      author: 'Another Author',
      publishedAt: '2001-01-01T00:00:00.000Z',
      image: { url: 'https://centre.example/other.jpg', alt: 'x', credit: 'Other Agency' },
      categories: ['SPP'],
      summary: 'The page’s summary.',
      language: 'ru',
      bodyHtml: `<p>${'Another text. '.repeat(200)}</p>`,
    };
    expect(
      content({ ...COMPLETE, summaryHtml: '<p>Own <b>summary</b>.</p>', language: 'en' }, page),
    ).toEqual({
      title: 'Two gauges',
      url: URL_OF_PAGE,
      author: 'Mira Lee',
      publishedAt: '2021-12-22T09:00:00.000Z',
      summary: 'Own summary.',
      bodyHtml: expect.stringMatching(/^<p>The two gauges/),
      image: { url: 'https://centre.example/lake.jpg', alt: 'The lake', credit: 'Lakes Agency' },
      language: 'en',
      categories: ['SPP'],
      programs: ['spp'],
    });
  });

  it('takes from its page what the entry lacks', () => {
    const page: PageFacts = {
      title: 'Title of the page',
      author: 'Author: Mira Lee',
      publishedAt: '2021-12-22T12:00:00.000Z',
      image: {
        url: 'https://centre.example/lake.jpg',
        alt: 'The lake',
        credit: 'Image source: Lakes Agency',
      },
      categories: ['Security & Politics'],
      summary: 'What the page says of itself.',
      language: 'en',
      bodyHtml: `${LONG}<script>alert(1)</script><p><a href="/x" onclick="y()">relative</a></p>`,
    };
    const article = content(
      entry({ title: ' ', contentHtml: '<p>The two gauges at… <a href="/x">Read more</a></p>' }),
      page,
    );
    expect(article).toMatchObject({
      title: 'Title of the page',
      author: 'Mira Lee',
      publishedAt: '2021-12-22T12:00:00.000Z',
      image: { url: 'https://centre.example/lake.jpg', alt: 'The lake', credit: 'Lakes Agency' },
      summary: 'What the page says of itself.',
      language: 'en',
      categories: ['Security & Politics'],
      programs: ['spp'],
    });
    expect(article.bodyHtml).toContain('<a href="https://centre.example/x">relative</a>');
    expect(article.bodyHtml).not.toMatch(/script|onclick/);
  });

  it('reads author, date and credit in the entry’s own text, and takes them out of it', () => {
    const contentHtml = `<h1>Two gauges</h1><p><span>Author:</span><span>Mira Lee</span><span>Dec 22, 2021</span></p><p><img src="/lake.jpg" alt="The lake"><br>Image source: <a href="https://agency.example/">Lakes Agency</a></p>${LONG}`;
    const article = content(entry({ contentHtml }));
    expect(article).toMatchObject({
      author: 'Mira Lee',
      publishedAt: '2021-12-22T12:00:00.000Z',
      image: { url: 'https://centre.example/lake.jpg', alt: 'The lake', credit: 'Lakes Agency' },
    });
    expect(article.bodyHtml).toMatch(
      /^<p><img src="https:\/\/centre.example\/lake.jpg" alt="The lake" \/><\/p><p>The two/,
    );
    expect(article.summary).toMatch(/^The two gauges at the lake/);
  });

  it('reads the same in Cyrillic', () => {
    const text = 'Две рейки на озере не сходятся, и много лет никто не спрашивает почему. '.repeat(
      12,
    );
    const article = content(
      entry({
        title: 'Две рейки',
        contentHtml: `Автор: Бакыт Осмонов<br>22 декабря 2021 г.<br><img src="/o.jpg"><br>Фото: Н. Петрова<br><br>${text}`,
      }),
    );
    expect(article).toMatchObject({
      author: 'Бакыт Осмонов',
      publishedAt: '2021-12-22T12:00:00.000Z',
      image: { credit: 'Н. Петрова' },
    });
    expect(article.bodyHtml).not.toMatch(/Автор|Фото|22 декабря/);
  });

  it.each([
    ['<p>Image source: Lakes Agency</p>', ''],
    ['<p>(Photo: Lakes Agency)</p>', ''],
    ['<p><small>Photo by Lakes Agency</small></p>', ''],
    ['<p><b>Image source:</b> <a href="/x">Lakes</a> Agency</p>', ''],
    ['<figure><figcaption>The dam (photo: Lakes Agency)</figcaption></figure>', 'The dam'],
    ['<figure><figcaption>The dam. Source: Lakes Agency</figcaption></figure>', 'The dam.'],
    ['<figure><figcaption>The dam. Image credit: Lakes Agency</figcaption></figure>', 'The dam.'],
  ])('reads the credit in %s', (line, left) => {
    const article = content(entry({ contentHtml: `<img src="/lake.jpg">${line}${LONG}` }));
    expect(article.image?.credit).toBe('Lakes Agency');
    expect(article.bodyHtml).not.toContain('Agency');
    expect(article.bodyHtml).toContain(left);
  });

  it('takes the full text from the summary where the feed put it there', () => {
    const article = content(entry({ summaryHtml: LONG }));
    expect(article.bodyHtml).toContain('<p>The two gauges');
    expect(Array.from(article.summary).length).toBeLessThanOrEqual(300);
    expect(article.summary.endsWith('…')).toBe(true);
  });

  it('has no body where only a teaser is known', () => {
    expect(
      content(entry({ summaryHtml: '<p>The gauges differ. <a href="/x">Read more</a></p>' })),
    ).toMatchObject({
      bodyHtml: '',
      summary: 'The gauges differ.',
    });
    expect(content(entry({ contentHtml: '<p>The gauges differ by [&hellip;]</p>' })).bodyHtml).toBe(
      '',
    );
    expect(content(entry({ contentHtml: '<p>A short note.</p>' }))).toMatchObject({
      bodyHtml: '<p>A short note.</p>',
      summary: 'A short note.',
    });
    expect(content(entry())).toMatchObject({ bodyHtml: '', summary: '' });
  });

  it('always has a title of one line and at most 300 code points', () => {
    expect(content(entry({ title: 'A\r\nBcc: x\u202e\u0000y' })).title).toBe('A Bcc: x y');
    const long = content(entry({ title: 'Очень длинный заголовок '.repeat(40) })).title;
    expect(Array.from(long).length).toBeLessThanOrEqual(300);
    expect(long).toMatch(/[а-я]…$/);
    expect(content(entry({ title: '', summaryHtml: SENTENCE.repeat(3) })).title).toMatch(
      /^The two gauges.*…$/,
    );
    expect(content(entry({ title: '' })).title).toBe(URL_OF_PAGE);
  });

  it.each([
    ['By Mira Lee', 'Mira Lee'],
    ['mira@centre.example (Mira Lee)', 'Mira Lee'],
    ['Mira Lee <mira@centre.example>', 'Mira Lee'],
    ['Author: Mira\r\nLee', 'Mira Lee'],
    ['Автор: Бакыт Осмонов', 'Бакыт Осмонов'],
    ['Mira Lee (Lakes Institute)', 'Mira Lee (Lakes Institute)'],
    ['Byron Lee', 'Byron Lee'],
    ['mira@centre.example', undefined],
    ['https://social.example/mira', undefined],
    ['admin', undefined],
    [' - ', undefined],
  ])('has its author “%s” cleaned', (author, clean) => {
    expect(content(entry({ author })).author).toBe(clean);
  });

  it('keeps dates as they are claimed and drops those that are none', () => {
    expect(content(entry({ publishedAt: '2099-01-01T00:00:00Z' })).publishedAt).toBe(
      '2099-01-01T00:00:00.000Z',
    );
    expect(content(entry({ publishedAt: 'yesterday' })).publishedAt).toBeUndefined();
    expect(
      content(entry({ publishedAt: 'yesterday', updatedAt: '2021-12-22T09:00:00.000Z' }))
        .publishedAt,
    ).toBe('2021-12-22T09:00:00.000Z');
  });

  it('never shows a picture that is no web address', () => {
    for (const url of [
      'javascript:alert(1)',
      'data:image/png;base64,AA',
      'file:///etc/passwd',
      'x',
    ]) {
      const page = { categories: [], image: { url } };
      const { image } = content(entry({ image: { url } }), page);
      expect(image === undefined || image.url.startsWith('https://centre.example/')).toBe(true);
    }
  });

  it('never pairs a picture with the credit of another', () => {
    const own = { url: 'https://centre.example/lake-300x200.jpg' };
    const same = {
      categories: [],
      image: { url: 'https://centre.example/lake.jpg', credit: 'Agency', alt: 'A' },
    };
    expect(content(entry({ image: own }), same).image).toEqual({
      ...own,
      credit: 'Agency',
      alt: 'A',
    });
    const other = {
      categories: [],
      image: { url: 'https://centre.example/city.jpg', credit: 'Agency', alt: 'A' },
    };
    expect(content(entry({ image: own }), other).image).toEqual(other.image);
  });

  it('has the language of the entry, else of the feed, else of the page, where it is one', () => {
    const page: PageFacts = { categories: [], language: 'kk-cyrl' };
    const language = (of: Entry, feedLanguage?: string) =>
      made(of, page, { ...CONTEXT, ...(feedLanguage !== undefined && { feedLanguage }) }).content
        .language;
    expect(language(entry({ language: 'ru' }), 'en')).toBe('ru');
    expect(language(entry({ language: 'no such language!' }), 'en_us')).toBe('en-US');
    expect(language(entry())).toBe('kk-Cyrl');
  });

  it('goes to the fallback program where nothing matches, and says so', () => {
    expect(made(entry({ categories: ['Gardening'] }))).toMatchObject({
      content: { programs: ['water'], categories: ['Gardening'] },
      matched: false,
    });
  });

  it('has each category once, on one line', () => {
    const page = { categories: ['water', 'Lakes'] };
    expect(content(entry({ categories: ['Water', ' Wa\r\nter ', ''] }), page).categories).toEqual([
      'Water',
      'Wa ter',
      'Lakes',
    ]);
  });

  it('is made of an entry without a link or without a title, and refused without both', () => {
    const { url: _url, ...noUrl } = entry();
    expect(content(noUrl).url).toBe('https://centre.example/');
    expect(content(noUrl, { categories: [], canonicalUrl: 'https://centre.example/c' }).url).toBe(
      'https://centre.example/c',
    );
    expect(toArticle({ ...noUrl, title: '\u200b', guid: 'tag:1' }, undefined, CONTEXT)).toEqual({
      refused: expect.stringMatching(/^The entry "tag:1" has neither a title nor .*\.$/),
    });
    expect(
      toArticle(entry({ title: '', url: 'javascript:alert(1)' }), undefined, CONTEXT),
    ).toHaveProperty('refused');
  });

  it.each([
    ['an unclosed tag of 500 KB', `${LONG}${'<div '.repeat(100_000)}`],
    ['100,000 nested elements', `${LONG}${'<div>'.repeat(100_000)}`],
    ['a byline of 500 KB', `<p>Author: ${'a@'.repeat(250_000)}</p>${LONG}`],
    ['a credit of 500 KB', `<figcaption>Photo: ${'('.repeat(500_000)}</figcaption>${LONG}`],
  ])('is made in time of %s', (_what, html) => {
    const start = performance.now();
    const article = content(entry({ contentHtml: html, summaryHtml: html }));
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(article.bodyHtml).toContain('The two gauges');
  });
});
