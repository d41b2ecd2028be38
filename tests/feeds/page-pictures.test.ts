import { describe, expect, it } from 'vitest';
import { readPage } from '../../src/feeds/page.js';
import { sanitise } from '../../src/feeds/sanitise.js';

const URL_OF_PAGE = 'https://centre.example/a/1';
const TEXT = `<p>${'The gauges of both banks are read by hand, and never on the same day. '.repeat(6)}</p>`;
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';

const page = (html: string, head = '') =>
  readPage(
    `<html><head><title>Two gauges</title>${head}</head><body><img src="/logo.png"><main><h1>Two gauges</h1>${html}${TEXT}${TEXT}</main></body></html>`,
    URL_OF_PAGE,
  );

describe('a picture in the text', () => {
  it.each([
    ['from where it stands', '<img src="../img/lake.jpg">', '/img/lake.jpg'],
    ['that a script would load', `<img src="${PIXEL}" data-src="/lake.jpg">`, '/lake.jpg'],
    ['with another attribute', '<img src="/blank.gif" data-lazy-src="/lake.jpg">', '/lake.jpg'],
    ['of a set', `<img src="${PIXEL}" srcset="/s.jpg 400w, /m.jpg 1280w, /l.jpg 4000w">`, '/m.jpg'],
    ['of a set that is minified', '<img srcset="/s.jpg 1x,/l.jpg 2x">', '/l.jpg'],
    [
      'of a set whose address has commas',
      '<img srcset="/w_40,h_30/a.jpg 400w, /w_80,h_60/a.jpg 800w">',
      '/w_80,h_60/a.jpg',
    ],
    [
      'of several formats',
      `<picture><source data-srcset="/lake.webp 900w" type="image/webp"><img src="${PIXEL}"></picture>`,
      '/lake.webp',
    ],
    [
      'without scripts',
      `<img class="lazy" src="${PIXEL}"><noscript><img src="/lake.jpg"></noscript>`,
      '/lake.jpg',
    ],
    ['without scripts alone', '<noscript><img src="/lake.jpg"></noscript>', '/lake.jpg'],
    [
      'of AMP',
      '<amp-img src="/lake.jpg" width="900" height="600" layout="responsive"></amp-img>',
      '/lake.jpg',
    ],
  ])('has its real address: %s', (_how, html, path) => {
    const { bodyHtml = '', image } = page(
      `<figure>${html}<figcaption>The lake</figcaption></figure>`,
    );
    expect(sanitise(bodyHtml, URL_OF_PAGE)).toContain(`src="https://centre.example${path}"`);
    expect(image?.url).toBe(`https://centre.example${path}`);
  });

  it('is none where it only counts readers', () => {
    const html = `<p>Before.</p><img src="https://count.example/p.gif" width="1" height="1"><noscript><img src="https://count.example/n.gif" width="1" height="1"></noscript>`;
    expect(sanitise(page(html).bodyHtml ?? '', URL_OF_PAGE)).not.toContain('count.example');
  });
});

describe('the picture of an article', () => {
  it('is neither a logo, nor an icon, nor a portrait', () => {
    const html = `<img src="/i/share-icon.png"><img class="avatar" src="/mira.jpg"><img src="/w.jpg" width="48"><img src="/lake.jpg" width="900">`;
    expect(page(html).image?.url).toBe('https://centre.example/lake.jpg');
    expect(page('').image).toBeUndefined();
  });

  it('is that of the data for machines where there is one, with the words of the one shown', () => {
    const head = '<meta property="og:image" content="/lake-1200x630.jpg">';
    const { image } = page('<img src="/other.jpg"><img src="/lake.jpg" alt="The lake">', head);
    expect(image).toEqual({ url: 'https://centre.example/lake-1200x630.jpg', alt: 'The lake' });
  });
});
