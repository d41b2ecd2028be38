import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/feeds/entry.js';
import { readPage } from '../../src/feeds/page.js';
import { plainText } from '../../src/feeds/sanitise.js';

const ASKED = 'https://centre.example/articles/lake-levels';
const ENTRY: Entry = {
  title: 'Two gauges, one lake',
  url: ASKED,
  categories: [],
  summaryHtml: '<p>Both governments measure the lake with different instruments.</p>',
};

const TEXT = [
  'The lake has lost a third of its water since the dam upstream was closed, and the two governments still measure it with different instruments, so that each side speaks of another lake.',
  'Engineers of both countries met in the spring to compare their figures. They found that the gauges agree to a hand’s breadth, while the tables published in the capitals differ by more than a metre.',
  'What looks like a technical quarrel is one about who may use the water in a dry year. A common gauge, read by a joint commission, would take away the first excuse, though not the last one.',
];
const BODY = TEXT.map((text) => `<p>${text}</p>`).join('');

function page(title: string, body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body>
    <nav><a href="/">Centre for Lakes</a> <a href="/about">About</a></nav>${body}<footer>© Centre for Lakes</footer></body></html>`;
}

const article = (more = '', head = '') =>
  page(
    'Two gauges, one lake',
    `<main><article><h1>Two gauges, one lake</h1>${BODY}${more}</article></main>`,
    head,
  );

function problemOf(html: string, { entry = ENTRY, url = ASKED } = {}): string | undefined {
  const { problem, bodyHtml } = readPage(html, url, { entry });
  // A page with a problem never gives a text.
  expect(bodyHtml === undefined).toBe(problem !== undefined);
  return problem?.message;
}

const ld = (data: object) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;

describe('a page that is not the article', () => {
  it.each<[string, string, RegExp]>([
    [
      'a check against robots',
      page(
        'Just a moment...',
        '<h1>centre.example</h1><p>Verifying you are human. This may take a few seconds.</p>',
      ),
      /robots/,
    ],
    [
      'the same in Russian',
      page('Проверка браузера', '<p>Подождите несколько секунд.</p>'),
      /robots/,
    ],
    [
      'a captcha',
      page(
        'centre.example',
        '<h1>Security check</h1><form><img src="/c.png"><input name="code"></form>',
      ),
      /robots/,
    ],
    [
      'a missing page that answers 200',
      page('Page not found – Centre', '<h1>404</h1><p>Try the search.</p>'),
      /no such page/,
    ],
    [
      'the same in Russian',
      page('Центр', '<h1>Страница не найдена</h1><p>Воспользуйтесь поиском.</p>'),
      /no such page/,
    ],
    [
      'a notice of maintenance',
      page('Centre', '<h1>We are under maintenance</h1><p>Back soon.</p>'),
      /worked on/,
    ],
    [
      'a form to sign in',
      page(
        'Centre',
        '<form><h1>Welcome back</h1><input name="u"><input type="password" name="p"></form>',
      ),
      /sign in/,
    ],
    [
      'a page to sign in without a form',
      page('Вход', '<p>Войдите через единый портал.</p>'),
      /sign in/,
    ],
    [
      'a consent wall',
      page(
        'Centre for Lakes',
        '<div><h2>We value your choice</h2><p>This site uses cookies to measure visits and to show advertisements. You can change your settings at any time. Our 312 partners store and read data on your device for the purposes below.</p><button>Accept all cookies</button></div>',
      ),
      /cookies/,
    ],
    [
      'a shell for scripts',
      page(
        'Centre',
        '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>',
      ),
      /JavaScript/,
    ],
    [
      'the same in Russian',
      page(
        'Центр',
        '<div id="app"></div><noscript><p>Включите JavaScript в браузере.</p></noscript>',
      ),
      /JavaScript/,
    ],
    ['nothing at all', '', /empty/],
    ['a PDF', '%PDF-1.7\n%âãÏÓ\n1 0 obj << /Type /Catalog >>', /PDF/],
    [
      'the feed',
      '<?xml version="1.0"?>\n<rss version="2.0"><channel><item/></channel></rss>',
      /feed/,
    ],
    ['a text', 'Two gauges, one lake. Both governments measure the lake.', /no HTML/],
    [
      'another article',
      page(
        'How to bake bread',
        '<main><h1>How to bake bread</h1><p>Flour, salt and a warm place are all that is needed for a loaf. Knead it well, let it rise until it has doubled, and bake it in a hot oven for forty minutes.</p></main>',
      ),
      /“How to bake bread”, has nothing in common/,
    ],
    [
      'one in another language',
      page(
        'Два поста, одно озеро',
        '<main><h1>Два поста, одно озеро</h1><p>За десять лет озеро потеряло треть воды, и оба правительства до сих пор измеряют его разными приборами, поэтому каждая сторона говорит о своём озере.</p></main>',
      ),
      /another language/,
    ],
    [
      'a notice under the right title',
      page(
        'Two gauges, one lake',
        '<main><div><h2>Your choice</h2><p>This website uses cookies, to measure visits and to show advertisements. Change your settings at any time, for each of the purposes below, and learn who our partners are.</p></div></main>',
      ),
      /cookies/,
    ],
    [
      'without any text',
      page('Two gauges, one lake', '<main><h1>Two gauges, one lake</h1></main>'),
      /No text/,
    ],
  ])('such as %s gives nothing, and says so', (_what, html, problem) => {
    expect(problemOf(html)).toMatch(problem);
  });

  it('such as the front page that its address leads to gives nothing', () => {
    const front = page(
      'Centre for Lakes',
      `<h1>Centre for Lakes</h1><a href="/articles/lake-levels"><h2>Two gauges, one lake</h2></a>${BODY}`,
    );
    expect(problemOf(front, { url: 'https://centre.example/' })).toMatch(/front page/);
    expect(problemOf(front, { url: 'https://centre.example/en' })).toMatch(/front page/);
    expect(problemOf(front, { url: 'https://centre.example/articles/' })).toMatch(/another page/);
  });

  it('may have come too early, where it may be there in a moment', () => {
    const passing = (html: string) => readPage(html, ASKED, { entry: ENTRY }).problem?.passing;
    expect(passing(page('404', '<h1>Not found</h1>'))).toBe(true);
    expect(passing(page('Two gauges, one lake', '<h1>Two gauges, one lake</h1>'))).toBe(true);
    expect(passing(page('Just a moment...', ''))).toBeUndefined();
  });
});

describe('a page that keeps its text back', () => {
  const taste = page(
    'Two gauges, one lake',
    `<main><h1>Two gauges, one lake</h1><p>By Mira Lee</p><p>${TEXT[0]}</p><div class="wall"><h3>Subscribe to continue reading</h3><p>Already a subscriber? <a href="/in">Sign in</a></p></div></main>`,
  );

  it.each<[string, string]>([
    [
      'by its data',
      article(
        '',
        ld({
          '@type': 'NewsArticle',
          headline: 'Two gauges, one lake',
          isAccessibleForFree: false,
        }),
      ),
    ],
    ['by its data, as text', article('', ld({ '@type': 'Report', isAccessibleForFree: 'False' }))],
    [
      'by its data, in part',
      article(
        '',
        ld({
          '@type': 'Article',
          hasPart: [
            { '@type': 'WebPageElement', isAccessibleForFree: false, cssSelector: '.paid' },
          ],
        }),
      ),
    ],
    ['after a taste', taste],
    [
      'for members',
      taste.replace('Subscribe to continue reading', 'This article is for members only.'),
    ],
    [
      'in Russian',
      taste.replace('Subscribe to continue reading', 'Полный текст доступен только по подписке'),
    ],
    [
      'until one registers',
      taste.replace('Subscribe to continue reading', 'Register to read the full article'),
    ],
  ])('%s gives its facts and no text', (_how, html) => {
    expect(problemOf(html)).toMatch(/subscribers/);
    expect(readPage(html, ASKED, { entry: ENTRY }).title).toBe('Two gauges, one lake');
  });

  it('keeps the author it shows', () => {
    expect(readPage(taste, ASKED, { entry: ENTRY }).author).toBe('Mira Lee');
  });
});

describe('an article’s own page', () => {
  it.each<[string, string, { entry?: Entry; url?: string }]>([
    ['is taken', article(), {}],
    [
      'is taken after a redirect',
      article(),
      { url: 'https://www.centre.example/en/articles/lake-levels/' },
    ],
    [
      'is taken where nothing is known of the entry',
      article(),
      { entry: { title: '', url: ASKED, categories: [] } },
    ],
    [
      'is taken where the entry has a headline of its own',
      article(),
      { entry: { ...ENTRY, title: 'Whose water is it anyway?' } },
    ],
    [
      'is taken where only the title says what it is about',
      article(),
      { entry: { title: 'Gauges at the lake', url: ASKED, categories: [] } },
    ],
    [
      'is taken with a form for a newsletter',
      article('<form><h3>Subscribe to our newsletter</h3><input name="e"></form>'),
      {},
    ],
    [
      'is taken with a notice on cookies',
      article(
        '<div class="cookie-notice">This site uses cookies. <button>Accept all cookies</button></div>',
      ),
      {},
    ],
    [
      'is taken with a form to sign in at the side',
      article(
        `${BODY}${BODY}${BODY}<aside><form><input name="u"><input type="password" name="p"></form></aside>`,
      ),
      {},
    ],
    [
      'is taken where it is for everybody',
      article('', ld({ '@type': 'Article', isAccessibleForFree: true })),
      {},
    ],
    [
      'is taken where it is about what such notices say',
      page(
        'The page not found: lost archives',
        `<main><h1>The page not found: lost archives</h1>${TEXT.slice(0, 2)
          .map((text) => `<p>${text}</p>`)
          .join('')}</main>`,
      ),
      { entry: { title: 'The page not found: lost archives', url: ASKED, categories: [] } },
    ],
  ])('%s', (_what, html, how) => {
    expect(problemOf(html, how)).toBeUndefined();
    const { bodyHtml = '' } = readPage(html, ASKED, { entry: how.entry ?? ENTRY });
    expect(plainText(bodyHtml)).toContain(TEXT[0]);
  });

  it('in Chinese is known by its title', () => {
    const title = '水位下降的湖泊与两个政府';
    const html = page(
      title,
      `<main><h1>${title}</h1><p>${'湖水在十年间减少了三分之一，两国政府仍然使用不同的仪器进行测量。'.repeat(4)}</p></main>`,
    );
    expect(problemOf(html, { entry: { title, url: ASKED, categories: [] } })).toBeUndefined();
    const other = { title: '面包的做法与烤箱温度', url: ASKED, categories: [] };
    expect(problemOf(html, { entry: other })).toMatch(/nothing in common/);
  });
});
