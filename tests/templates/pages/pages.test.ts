import { describe, expect, it } from 'vitest';
import { createPages } from '../../../src/templates/pages/index.js';

const newsroom = {
  name: 'Fog & <b>Sons</b>',
  url: 'https://news.example/?a=1&b="2"',
  language: 'en',
  timezone: 'UTC',
  postalAddress: '1 <i>Abay</i> Street\nAlmaty',
  colour: '#0b6e4f',
  logo: 'https://news.example/logo.png',
};
const program = { id: 'spp', name: 'War </title><script>alert(1)</script>', colour: '#b3261e' };

describe('the pages', () => {
  const pages = createPages(newsroom);

  it('escape every name', () => {
    const all = [
      pages.unsubscribe({ programs: [program], reads: true }),
      pages.goodbye({ programs: [program], remaining: [program] }),
      pages.notice('notFound'),
    ];
    for (const page of all) {
      expect(page).not.toMatch(/<script|<b>|<i>/);
      expect(page).toContain('Fog &amp; &lt;b&gt;Sons&lt;/b&gt;');
    }
  });

  it('hold the style sheet to the letter, as its hash stands in the CSP', () => {
    expect(pages.notice('failed')).toContain(`<style>${pages.stylesheet}</style>`);
  });

  it('say their language, and show the logo under the newsroom’s name', () => {
    const page = pages.notice('notFound');
    expect(page).toContain('<html lang="en" dir="ltr">');
    expect(page).toContain(
      '<img src="https://news.example/logo.png" alt="Fog &amp; &lt;b&gt;Sons&lt;/b&gt;" height="48">',
    );
  });

  it('show the name where there is no logo, and no link where there is no site', () => {
    const { logo: _, url: __, ...plain } = newsroom;
    const page = createPages(plain).notice('notFound');
    expect(page).toContain('<span>Fog &amp; &lt;b&gt;Sons&lt;/b&gt;</span>');
    expect(page).not.toMatch(/<img|<header>\s*<a /);
  });

  it('list several programs as the language does', () => {
    const three = ['A', 'B', 'C'].map((name) => ({ id: name, name, colour: '#000000' }));
    const page = pages.unsubscribe({ programs: three, reads: true });
    expect(page).toContain('Stop e-mails about A, B, and C');
  });
});
