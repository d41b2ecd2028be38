import { describe, expect, it } from 'vitest';
import { readPage } from '../../src/feeds/page.js';
import { plainText, sanitise } from '../../src/feeds/sanitise.js';

const URL_OF_PAGE = 'https://centre.example/articles/lake-levels';

const PARAGRAPHS = [
  'The lake has lost a third of its water since the dam upstream was closed, and the two governments still measure it with different instruments, so that each side speaks of another lake.',
  'Engineers of both countries met in the spring to compare their figures. They found that the gauges agree to a hand’s breadth, while the tables published in the capitals differ by more than a metre.',
  'What looks like a technical quarrel is one about who may use the water in a dry year. A common gauge, read by a joint commission, would take away the first excuse, though not the last one.',
  'The commission could begin with the three northern stations, which are cheap to repair. None of them needs a treaty, only a letter between two ministries and a budget line for the batteries.',
];
const BODY = PARAGRAPHS.map((text) => `<p>${text}</p>`).join('\n');

function cards(wrapper: (inner: string) => string): string {
  const card = (program: string, title: string, n: number): string =>
    `<div class="c${n}"><a href="/articles/other-${n}"><img src="/img/other-${n}.jpg" alt=""></a><div>${program}</div><a href="/articles/other-${n}"><h4>${title}</h4></a><span>Jan ${n}, 2022</span></div>`;
  return wrapper(
    [
      card('Energy and Climate Program (ECP)', 'Why the grid failed in January', 1),
      card('Economics Program (EP)', 'Remittances after the crisis', 2),
      card('Education Program', 'Rural schools without teachers', 3),
    ].join('\n'),
  );
}

/** A policy centre's page: no data for machines, everything in plain elements without telling names. */
function centrePage(teasers: string, byline = 'Author:Aigerim Sadykova'): string {
  return `<!doctype html><html lang="en"><head><title>Two gauges, one lake | Centre for Lakes</title>
<link rel="canonical" href="/articles/lake-levels"></head><body>
<div class="x1"><a href="/">Centre for Lakes</a><ul><li><a href="/about">About</a></li><li><a href="/programs">Programs</a></li></ul></div>
<div class="x2"><div class="x3">
<div class="x9">Security and Politics Program (SPP)</div>
<h1>Two gauges, one lake</h1>
<div class="x4"><span>${byline}</span><span>Dec 22, 2021</span></div>
<div class="x5"><img src="/img/lake.jpg" alt="The lake from the north"></div>
<p class="x6">Image source: A. Photographer, Lakes Agency</p>
<div class="x7">${BODY}</div>
${teasers}
</div></div>
<footer>© Centre for Lakes, 12 Shore Street</footer></body></html>`;
}

function bodyText(html: string): string {
  return plainText(readPage(html, URL_OF_PAGE).bodyHtml ?? '');
}

describe('a policy centre’s page', () => {
  const related = cards((inner) => `<h2>Related articles</h2><div class="x8">${inner}</div>`);

  it('gives title, author, date, image with credit, and program label', () => {
    expect(readPage(centrePage(related), URL_OF_PAGE)).toMatchObject({
      title: 'Two gauges, one lake',
      canonicalUrl: URL_OF_PAGE,
      author: 'Aigerim Sadykova',
      publishedAt: '2021-12-22T12:00:00.000Z',
      image: {
        url: 'https://centre.example/img/lake.jpg',
        alt: 'The lake from the north',
        credit: 'A. Photographer, Lakes Agency',
      },
      language: 'en',
      categories: ['Security and Politics Program (SPP)'],
    });
  });

  it.each([
    ['under a heading', related],
    ['in a row without a heading', cards((inner) => `<div>${inner}</div>`)],
    ['beside the paragraphs', cards((inner) => inner)],
    [
      'in a section of that name',
      cards((inner) => `<section class="related-posts">${inner}</section>`),
    ],
    ['in an aside', cards((inner) => `<aside><h3>See also</h3>${inner}</aside>`)],
    [
      'as a list of links',
      '<h3>Read also</h3><ul><li><span>Economics Program (EP)</span> <a href="/o">Why the grid failed in January</a></li></ul>',
    ],
    [
      'as links to a whole card',
      '<div><a href="/a"><img src="/1.jpg"><span>Economics Program (EP)</span><h3>Why the grid failed in January</h3></a><a href="/b"><img src="/2.jpg"><span>Education Program</span><h3>Rural schools without teachers</h3></a></div>',
    ],
    [
      'that a script would make clickable',
      '<div><div>Related</div><div><div><img src="/1.jpg"><div>Economics Program (EP)</div><div>Why the grid failed in January</div><div>Author:Somebody Else</div></div><div><img src="/2.jpg"><div>Education Program</div><div>Rural schools without teachers</div></div></div></div>',
    ],
    [
      'as pictures beside linked titles',
      '<div><div><img src="/1.jpg"><div>Economics Program (EP)</div><a href="/a">Why the grid failed in January</a></div><div><img src="/2.jpg"><div>Education Program</div><a href="/b">Rural schools without teachers</a></div></div>',
    ],
    [
      'as linked boxes without pictures',
      '<div><a href="/a"><div>Economics Program (EP)</div><p>Why the grid failed in January</p></a><a href="/b"><div>Education Program</div><p>Rural schools without teachers</p></a></div>',
    ],
    ['as a paragraph', '<p>Read also: <a href="/o">Why the grid failed in January</a></p>'],
  ])('has its teasers taken out %s', (_where, teasers) => {
    const page = readPage(centrePage(teasers), URL_OF_PAGE);
    const text = plainText(page.bodyHtml ?? '');
    for (const paragraph of PARAGRAPHS) expect(text).toContain(paragraph);
    expect(text).not.toMatch(
      /grid failed|Remittances|Rural schools|Program|Related|See also|Read also/,
    );
    expect(page.categories).toEqual(['Security and Politics Program (SPP)']);
    expect(page.author).toBe('Aigerim Sadykova');
    expect(sanitise(page.bodyHtml ?? '', URL_OF_PAGE)).not.toMatch(/other-\d|[12]\.jpg/);
  });

  it('has its title, byline, date and image source outside of the body', () => {
    expect(bodyText(centrePage(related))).not.toMatch(
      /Two gauges|Aigerim|Author|Dec 22|Image source|Photographer/,
    );
  });

  it.each([
    'Author: Aigerim Sadykova',
    'By Aigerim Sadykova',
    'Author:</span><a href="/people/as">Aigerim Sadykova</a><span>',
    '<b>Author:</b> <i>Aigerim Sadykova</i>',
    'Written by Aigerim Sadykova',
    'Author:Aigerim SadykovaDec 22, 2021',
    'Author: Aigerim Sadykova | Research fellow',
    'Author: Aigerim Sadykova, research fellow of the centre',
    'Author</span> <span>Aigerim Sadykova',
  ])('gives the author of “%s”', (byline) => {
    const page = readPage(centrePage('', byline), URL_OF_PAGE);
    expect(page.author).toBe('Aigerim Sadykova');
    expect(page.publishedAt).toBe('2021-12-22T12:00:00.000Z');
    expect(plainText(page.bodyHtml ?? '')).not.toContain('Aigerim');
  });

  it('gives several authors', () => {
    const byline =
      'Authors: <a href="/a">Aigerim Sadykova</a>, <a href="/b">Daniel O&#39;Hara</a> and <a href="/c">Mira van der Lee</a>';
    expect(readPage(centrePage('', byline), URL_OF_PAGE).author).toBe(
      "Aigerim Sadykova, Daniel O'Hara, Mira van der Lee",
    );
  });

  it('has no label from what stands behind the text', () => {
    const html = centrePage('<div>Education Program</div><a href="/programs/ep">EP</a>').replace(
      '<div class="x9">Security and Politics Program (SPP)</div>',
      '',
    );
    expect(readPage(html, URL_OF_PAGE).categories).toEqual([]);
  });

  it('has no label from a menu of all programs', () => {
    const html = centrePage('')
      .replace('<div class="x9">Security and Politics Program (SPP)</div>', '')
      .replace(
        '<li><a href="/programs">Programs</a></li>',
        '<li><a href="/programs/ep">Economics Program (EP)</a></li><li><a href="/programs/spp">Security and Politics Program (SPP)</a></li>',
      );
    expect(readPage(html, URL_OF_PAGE).categories).toEqual([]);
  });

  it('has no author from a card above its title', () => {
    const card =
      '<div><a href="/o"><img src="/o.jpg"><h4>Another title</h4></a><p>Author: Somebody Else</p></div>';
    const html = centrePage('').replace('<div class="x2">', `${card}<div class="x2">`);
    expect(readPage(html, URL_OF_PAGE).author).toBe('Aigerim Sadykova');
  });

  it('finds the title where the first heading is the site’s name', () => {
    const html = centrePage(related)
      .replace('<div class="x1">', '<div class="x1"><h1>Centre for Lakes</h1>')
      .replace('<h1>Two gauges, one lake</h1>', '<h2>Two gauges, one lake</h2>')
      .replace('<head>', '<head><meta property="og:title" content="Two gauges, one lake">');
    expect(readPage(html, URL_OF_PAGE)).toMatchObject({
      title: 'Two gauges, one lake',
      author: 'Aigerim Sadykova',
      publishedAt: '2021-12-22T12:00:00.000Z',
      categories: ['Security and Politics Program (SPP)'],
    });
  });

  it.each([
    '<a href="/programs/security">Security and Politics</a>',
    '<span class="post-category">Security and Politics</span>',
  ])('gives the label %s', (label) => {
    const html = centrePage(related).replace(
      '<div class="x9">Security and Politics Program (SPP)</div>',
      label,
    );
    expect(readPage(html, URL_OF_PAGE).categories).toEqual(['Security and Politics']);
  });

  it('does not take a sentence that begins with “By” for an author', () => {
    const html = centrePage('', 'By the lake').replace(
      PARAGRAPHS[0] ?? '',
      'By Tuesday evening the gauge was gone, and nobody could say where the engineers had put it, or why.',
    );
    expect(readPage(html, URL_OF_PAGE).author).toBeUndefined();
    expect(bodyText(html)).toContain('By Tuesday evening');
  });

  it('keeps a gallery, a list of links and sections with links in the body', () => {
    const html = centrePage('').replace(
      BODY,
      `${PARAGRAPHS.map((text, n) => `<h2>Part ${n + 1}</h2><p>${text} <a href="/data/${n}">The figures</a></p>`).join('')}
       <figure><a href="/img/a.jpg"><img src="/img/a.jpg"></a><figcaption>North gauge</figcaption></figure>
       <figure><a href="/img/b.jpg"><img src="/img/b.jpg"></a><figcaption>South gauge</figcaption></figure>
       <ul><li><a href="/data/9">The tables of the north</a></li><li><a href="/data/8">The tables of the south</a></li></ul>`,
    );
    const text = bodyText(html);
    for (const kept of [
      'Part 1',
      'Part 4',
      ...PARAGRAPHS,
      'North gauge',
      'South gauge',
      'tables of the north',
    ]) {
      expect(text).toContain(kept);
    }
  });
});

describe('a page in Cyrillic', () => {
  const text = [
    'За десять лет озеро потеряло треть воды, и оба правительства до сих пор измеряют его разными приборами, поэтому каждая сторона говорит о своём озере.',
    'Весной инженеры двух стран сверили свои записи. Оказалось, что рейки расходятся на ладонь, а опубликованные таблицы — больше чем на метр, и никто не знает почему.',
    'Общий пост наблюдения лишил бы стороны первого предлога для спора, хотя и не последнего. Начать можно с трёх северных станций, которые легко починить.',
  ];
  const html = `<html lang="ru"><head><meta property="og:title" content="Одно озеро, две рейки — Центр озёр"><meta property="og:site_name" content="Центр озёр"></head><body>
    <article><a class="category" href="/programs/security">Программа «Безопасность и политика»</a>
    <h1>Одно озеро, две рейки</h1><p>Автор: Бакыт Осмонов</p><p>22 декабря 2021 г.</p>
    <figure><img src="https://centre.example/ozero.jpg" alt="Озеро зимой"><figcaption>Озеро зимой. Фото: Н. Петрова / Агентство</figcaption></figure>
    ${text.map((each) => `<p>${each}</p>`).join('')}
    <h3>Читайте также</h3><ul><li><a href="/a">Почему погас свет</a> <span>Программа «Энергетика»</span></li><li><a href="/b">Сельские школы</a></li></ul>
    </article></body></html>`;

  it('gives the same facts', () => {
    const page = readPage(html, URL_OF_PAGE);
    expect(page).toMatchObject({
      title: 'Одно озеро, две рейки',
      author: 'Бакыт Осмонов',
      publishedAt: '2021-12-22T12:00:00.000Z',
      image: {
        url: 'https://centre.example/ozero.jpg',
        alt: 'Озеро зимой',
        credit: 'Н. Петрова / Агентство',
      },
      language: 'ru',
      categories: ['Программа «Безопасность и политика»'],
    });
    const body = plainText(page.bodyHtml ?? '');
    for (const each of text) expect(body).toContain(each);
    expect(body).toContain('Озеро зимой.');
    expect(body).not.toMatch(
      /Автор|Осмонов|22 декабря|Фото:|Читайте также|Почему погас|Энергетика/,
    );
  });
});

describe('data for machines', () => {
  const page = (head: string, top = ''): string =>
    `<html><head>${head}</head><body>${top}<main><h1>Shown title</h1>${BODY}</main></body></html>`;
  const ld = (data: unknown): string =>
    `<script type="application/ld+json">${typeof data === 'string' ? data : JSON.stringify(data)}</script>`;

  it('is read from JSON-LD: graph, arrays, references', () => {
    const facts = readPage(
      page(
        ld({
          '@context': 'https://schema.org',
          '@graph': [
            { '@type': 'Organization', '@id': '#org', name: 'Centre for Lakes' },
            { '@type': 'Person', '@id': '#person', name: 'Aigerim Sadykova' },
            {
              '@type': 'ImageObject',
              '@id': '#image',
              url: '/img/ld.jpg',
              creditText: 'Lakes Agency',
            },
            {
              '@type': ['NewsArticle', 'Thing'],
              headline: 'Gauges &amp; lakes',
              author: [
                { '@id': '#person' },
                { '@type': 'Person', name: 'Daniel Hara' },
                'Mira Lee',
              ],
              image: [{ '@id': '#image' }],
              datePublished: '2021-12-22T10:30:00+06:00',
              articleSection: ['Security and Politics', 'Water'],
              inLanguage: { '@type': 'Language', name: 'en-GB' },
            },
            {
              '@type': 'BreadcrumbList',
              itemListElement: [
                { name: 'Home' },
                { item: { name: 'Research' } },
                { name: 'Gauges' },
              ],
            },
          ],
        }),
      ),
      URL_OF_PAGE,
    );
    expect(facts).toMatchObject({
      title: 'Gauges & lakes',
      author: 'Aigerim Sadykova, Daniel Hara, Mira Lee',
      publishedAt: '2021-12-22T04:30:00.000Z',
      image: { url: 'https://centre.example/img/ld.jpg', credit: 'Lakes Agency' },
      language: 'en-GB',
      categories: ['Security and Politics', 'Water', 'Research'],
    });
  });

  it('is of this article where the page describes several', () => {
    const facts = readPage(
      page(
        ld([
          { '@type': 'Article', url: 'https://centre.example/other', author: 'Somebody Else' },
          {
            '@type': 'Article',
            mainEntityOfPage: { '@id': `${URL_OF_PAGE}/` },
            author: { name: 'Mira Lee' },
          },
        ]),
      ),
      URL_OF_PAGE,
    );
    expect(facts.author).toBe('Mira Lee');
  });

  it('is of the one whose headline the page shows, and of none where it shows no other', () => {
    const several = (headline: string) => [
      { '@type': 'Article', headline: 'Another article', author: 'Somebody Else' },
      { '@type': 'Article', headline, author: 'Mira Lee' },
    ];
    const author = (headline: string) => readPage(page(ld(several(headline))), URL_OF_PAGE).author;
    expect(author('Shown title')).toBe('Mira Lee');
    expect(author('A third article')).toBeUndefined();
  });

  it('is read from Dublin Core, Parse.ly and the metadata of scholars', () => {
    const facts = readPage(
      page(
        `<meta name="DC.creator" content="Somebody Else"><meta name="citation_author" content="Mira Lee"><meta name="citation_author" content="Daniel Hara">
         <meta name="parsely-pub-date" content="2021-12-22T10:00:00Z"><meta name="dcterms.modified" content="2021-12-23">
         <meta name="parsely-section" content="Water">`,
      ),
      URL_OF_PAGE,
    );
    expect(facts).toMatchObject({
      author: 'Mira Lee, Daniel Hara',
      publishedAt: '2021-12-22T10:00:00.000Z',
      modifiedAt: '2021-12-23T12:00:00.000Z',
      categories: ['Water'],
    });
  });

  it('is read from JSON-LD with line breaks and commas where none belong, and passed over where it is no JSON', () => {
    const broken = `<!-- {"@type":"NewsArticle","headline":"Two\nlines","author":"Mira Lee",} -->`;
    expect(
      readPage(page(ld('{"@type": "NewsArticle", "headline": ') + ld(broken)), URL_OF_PAGE),
    ).toMatchObject({ title: 'Two lines', author: 'Mira Lee' });
    expect(readPage(page(ld('null') + ld('[1,"x",[{}]]') + ld('{{{')), URL_OF_PAGE).title).toBe(
      'Shown title',
    );
  });

  it('is read from OpenGraph and article metadata', () => {
    const facts = readPage(
      page(
        `<meta property="og:title" content="Meta title - Lakes"><meta property="og:site_name" content="Lakes">
         <meta property="og:image" content="//cdn.example/og.jpg"><meta property="og:image:alt" content="A gauge">
         <meta property="article:published_time" content="2021-12-22T10:00:00Z"><meta name="author" content="By Mira Lee (mira@centre.example)">
         <meta property="article:section" content="Water"><meta property="article:author" content="https://social.example/mira">
         <meta property="og:description" content="What &amp;quot;level&amp;quot; means"><meta property="og:locale" content="en_GB">
         <meta property="og:url" content="https://elsewhere.example/x">`,
      ),
      URL_OF_PAGE,
    );
    expect(facts).toMatchObject({
      title: 'Meta title',
      author: 'Mira Lee',
      publishedAt: '2021-12-22T10:00:00.000Z',
      image: { url: 'https://cdn.example/og.jpg', alt: 'A gauge' },
      categories: ['Water'],
      summary: 'What "level" means',
      language: 'en-GB',
    });
    // An address of another site is not this page's own.
    expect(facts.canonicalUrl).toBeUndefined();
  });

  it('prefers a person on the page to an organisation in the data', () => {
    const data = ld({
      '@type': 'Article',
      author: { '@type': 'NewsMediaOrganization', name: 'Lakes' },
    });
    expect(readPage(page(data), URL_OF_PAGE).author).toBe('Lakes');
    expect(
      readPage(page(data).replace('</h1>', '</h1><p>By Mira Lee</p>'), URL_OF_PAGE).author,
    ).toBe('Mira Lee');
  });

  it('resolves relative addresses by the page’s base', () => {
    const facts = readPage(
      page('<base href="https://static.example/x/">').replace(
        PARAGRAPHS[0] ?? '',
        `${PARAGRAPHS[0]} <a href="y">y</a>`,
      ),
      URL_OF_PAGE,
    );
    expect(facts.bodyHtml).toContain('href="https://static.example/x/y"');
  });
});

describe('a date on the page', () => {
  it.each([
    ['Dec 22, 2021', '2021-12-22T12:00:00.000Z'],
    ['December 22nd, 2021', '2021-12-22T12:00:00.000Z'],
    ['22 December 2021', '2021-12-22T12:00:00.000Z'],
    ['Published on 22 Dec. 2021', '2021-12-22T12:00:00.000Z'],
    ['22 декабря 2021', '2021-12-22T12:00:00.000Z'],
    ['1 мая 2021 года', '2021-05-01T12:00:00.000Z'],
    ['22.12.2021, 14:05', '2021-12-22T12:00:00.000Z'],
    ['<time datetime="2021-12-22T09:00:00+03:00">yesterday</time>', '2021-12-22T06:00:00.000Z'],
    ['<time datetime="2021-12-22T09:00:00+03:00">Dec 22</time>', '2021-12-22T06:00:00.000Z'],
    ['<time datetime="2021-12-22">22 December 2021</time>', '2021-12-22T12:00:00.000Z'],
    ['February 31, 2021', undefined],
    ['31 December, mostly', undefined],
  ])('“%s” is read', (shown, instant) => {
    const html = `<p>Today: 24.11.2026</p><article><h1>Title</h1><p>${shown}</p>${BODY}</article>`;
    expect(readPage(html, URL_OF_PAGE).publishedAt).toBe(instant);
  });

  it('stays in the body where it belongs to the text', () => {
    const table = '<table><tr><td>22 December 2021</td><td>The gauge breaks</td></tr></table>';
    expect(
      bodyText(`<article><h1>Title</h1><p>Dec 24, 2021</p>${BODY}${table}</article>`),
    ).toContain('22 December 2021');
  });
});

describe('a hostile page', () => {
  it.each([
    ['nothing', ''],
    ['500 KB of an unclosed tag', `<h1>T</h1>${BODY}${'<div '.repeat(100_000)}`],
    ['100,000 nested elements', `<h1>T</h1>${BODY}${'<div>'.repeat(100_000)}`],
    [
      'nested data',
      `<script type="application/ld+json">${'{"@graph":['.repeat(5_000)}</script><h1>T</h1>${BODY}`,
    ],
    [
      'words without end',
      `<h1>T</h1>${BODY}<p>By ${'a'.repeat(500_000)}</p><figcaption>${'Photo: '.repeat(50_000)}</figcaption>`,
    ],
    ['40,000 elements', `<h1>T</h1>${BODY}${'<i>x</i>'.repeat(40_000)}`],
  ])('of %s is read in time', { timeout: 60_000 }, (_what, html) => {
    expect(readPage(html, URL_OF_PAGE).categories).toEqual([]);
  });

  it('has one-line facts without line breaks, controls or direction overrides', () => {
    const evil = 'Mira\r\nBcc: x@evil.example\u202e\u0000 Lee';
    const html = `<head><meta property="og:title" content="${evil}"><meta property="og:description" content="${evil}">
      <meta property="article:section" content="${evil}"><meta property="og:image" content="javascript:alert(1)">
      <script type="application/ld+json">${JSON.stringify({ '@type': 'Article', author: evil, image: 'data:x' })}</script></head>
      <h1>T</h1><p>Image source: <img src=x onerror=alert(1)><script>alert(2)</script>Agency</p>${BODY}`;
    const { bodyHtml, ...facts } = readPage(html, URL_OF_PAGE);
    expect(JSON.stringify(facts)).not.toMatch(/\\r|\\n|\\u0000|\u202e|javascript|data:|alert/);
    expect(sanitise(bodyHtml ?? '', URL_OF_PAGE)).not.toMatch(/alert|onerror/);
  });
});
