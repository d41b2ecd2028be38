import { describe, expect, it } from 'vitest';
import { readPage } from '../../src/feeds/page.js';
import { sanitise } from '../../src/feeds/sanitise.js';
import { englishSites } from './sites/english.js';
import { russianSites } from './sites/russian.js';

describe.each([...englishSites, ...russianSites])('a page of $name', (site) => {
  const entry = { title: site.title, url: site.url, categories: [] };
  const { bodyHtml = '', ...facts } = readPage(site.html, site.url, { entry });

  it('gives its title, author, date, picture and section', () => {
    expect(facts).toMatchObject({
      title: site.title,
      author: site.author,
      publishedAt: site.publishedAt,
      ...(site.image && { image: site.image }),
    });
    expect(facts.categories).toEqual(expect.arrayContaining([...site.categories]));
    expect(facts.problem).toBeUndefined();
  });

  it('gives its text, and nothing of what is around it', () => {
    const text = sanitise(bodyHtml, site.url);
    for (const part of site.body) expect(text).toContain(part);
    expect(text).not.toMatch(site.without);
    expect(facts.categories.join()).not.toMatch(site.without);
  });
});
