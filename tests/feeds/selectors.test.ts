import { describe, expect, it } from 'vitest';
import { readPage } from '../../src/feeds/page.js';
import { plainText, sanitise } from '../../src/feeds/sanitise.js';
import type { PageSelectors } from '../../src/model.js';

const URL_OF_PAGE = 'https://centre.example/a/1';
const LONG = `<p>${'The gauges of both banks are read by hand, and never on the same day. '.repeat(20)}</p>`;

/** A page on which everything is where nobody would look for it. */
const PAGE = `<html lang="en"><head><title>Two gauges, one lake</title></head><body>
  <div class="k7">Water &amp; Climate</div><h1>Two gauges, one lake</h1>
  <div class="news-of-the-week">${LONG}</div>
  <div class="z1"><p>The first part. <span class="who">Mira Lee</span></p><div class="ad">Buy boots!</div>
    <p>Read also: <a href="/a/2">Another article</a></p></div>
  <div class="z2"><p class="when" datetime="2021-12-22T09:00:00+06:00">yesterday</p><p>The second part.</p></div>
  <div class="cover"><img data-src="/cover.jpg" src="data:image/gif;base64,R0lGOD" alt="The lake"></div>
  </body></html>`;

const read = (selectors: PageSelectors) => {
  const page = readPage(PAGE, URL_OF_PAGE, { selectors });
  return { ...page, text: plainText(sanitise(page.bodyHtml ?? '', URL_OF_PAGE)) };
};

describe('selectors of the config', () => {
  it('say where a page has its text, author, date, picture and section', () => {
    const page = read({
      content: '.z1, .z2, .z2 p',
      remove: '.ad',
      author: '.who',
      date: '.when',
      image: '.cover',
      section: '.k7',
    });
    expect(page).toMatchObject({
      author: 'Mira Lee',
      publishedAt: '2021-12-22T03:00:00.000Z',
      image: { url: 'https://centre.example/cover.jpg', alt: 'The lake' },
      categories: ['Water & Climate'],
      text: 'The first part. The second part.',
    });
    expect(page.unmatched).toBeUndefined();
  });

  it('may match the paragraphs themselves', () => {
    const { bodyHtml = '' } = read({ content: '.z1 > p:first-child, .z2 > p' });
    expect(sanitise(bodyHtml, URL_OF_PAGE)).toBe(
      '<p>The first part. Mira Lee</p><p>yesterday</p><p>The second part.</p>',
    );
  });

  it('that match nothing leave what is found without them, and are named', () => {
    const page = read({ content: '.gone', remove: '.gone', author: '.gone', section: '.k7' });
    expect(page.text).toContain('The gauges of both banks');
    expect(page.unmatched).toEqual(['content', 'author']);
    expect(page.problem).toBeUndefined();
  });

  it('take away what may be matched by others', () => {
    const page = read({ remove: '.news-of-the-week', content: '.news-of-the-week, .z2' });
    expect(page.text).toBe('yesterday The second part.');
  });
});
