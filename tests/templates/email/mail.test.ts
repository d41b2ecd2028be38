import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Edition } from '../../../src/model.js';
import { fillMail, renderMail, webViewHtml } from '../../../src/templates/email/mail.js';
import { alert, alertOf, article, bare, economy, newsroom, security, values } from './editions.js';

const dom = (html: string) => parseHTML(html).document;

async function filled(edition: Edition, room = newsroom) {
  return fillMail(await renderMail(edition, room), values);
}

describe('a rendered mail', () => {
  it('is JSON, and the same each time', async () => {
    const rendered = await renderMail(alert(), newsroom);
    expect(JSON.parse(JSON.stringify(rendered))).toEqual(rendered);
    expect(await renderMail(alert(), newsroom)).toEqual(rendered);
    expect(rendered.subject).toBe(article.title);
    expect(rendered.preheader).toBe(article.summary);
  });

  it('holds all the article gives, and links to the whole of it', async () => {
    const { html } = await filled(alert());
    const page = dom(html);
    expect(page.querySelector('h1')?.textContent).toBe(article.title);
    const picture = page.querySelector('img');
    expect(picture?.getAttribute('src')).toBe(article.image?.url);
    expect(picture?.getAttribute('alt')).toBe(article.image?.alt);
    const links = [...page.querySelectorAll('a')];
    const button = links.find((link) => link.textContent?.trim() === 'Read the whole article');
    expect(button?.getAttribute('href')).toBe(article.url);
    expect(html).not.toContain('The last paragraph is not in the mail.');
  });

  it('has lang and dir on html and on each child of body', async () => {
    for (const [language, dir] of [
      ['en', 'ltr'],
      ['ar', 'rtl'],
    ] as const) {
      const { documentElement, body } = dom((await filled(alert({}, language))).html);
      for (const element of [documentElement, ...body.children]) {
        expect(element.getAttribute('lang')).toBe(language);
        expect(element.getAttribute('dir')).toBe(dir);
      }
    }
  });

  it('loads nothing but the pictures: no font, no style sheet, no pixel', async () => {
    const { html } = await filled(alert());
    expect(html).not.toMatch(/<link|@import|url\(|@font-face/);
    expect(dom(html).querySelectorAll('img')).toHaveLength(1);
  });

  it('leaves no gap where an article has neither image, author, date, summary nor body', async () => {
    const { html, text } = await filled(alertOf(bare()));
    expect(dom(html).querySelectorAll('img')).toHaveLength(0);
    expect(`${html}${text}`).not.toMatch(/undefined|null|\bBy \b|Image:/);
    expect(text).not.toMatch(/\n{3}/);
  });

  it('does not say the summary twice where the body begins with it', async () => {
    const { text } = await filled(
      alert({ summary: 'Officials from five states met for two days…' }),
    );
    expect(text.match(/Officials from five states met for two days…/g)).toBeNull();
    expect((await filled(alert())).text.match(/Five states have agreed/g)).toHaveLength(1);
  });

  it('shows hostile text as text', async () => {
    const evil = `</mj-text><mj-raw><script>x()</script></mj-raw> {{title}} {{{x}}} "'> <!-- <![endif]-->`;
    const { html, text } = await filled(
      alert({
        title: evil,
        summary: evil,
        author: evil,
        image: { url: 'https://x.example/a"onerror="x().png', alt: evil, credit: evil },
      }),
      { ...newsroom, name: evil, postalAddress: evil },
    );
    const page = dom(html);
    expect(page.querySelector('h1')?.textContent).toBe(evil);
    expect(page.querySelectorAll('script')).toHaveLength(0);
    expect(page.querySelector('img')?.getAttribute('alt')).toBe(evil);
    expect(page.querySelector('img')?.getAttribute('onerror')).toBeNull();
    expect(text).toContain('{{title}}');
  });

  it('stays under 102 KB whatever the article holds', async () => {
    const huge = {
      summary: 'ж'.repeat(200_000),
      author: 'ж'.repeat(50_000),
      title: 'ж'.repeat(9_000),
    };
    const link = `<a href="https://x.example/${'a'.repeat(9_000)}">w</a>`;
    const edition = alert({ ...huge, bodyHtml: `<p>${link.repeat(50)}</p>`, categories: [] });
    expect(Buffer.byteLength((await filled(edition)).html)).toBeLessThan(102_000);
    const url = `https://x.example/${'a'.repeat(99_000)}`;
    await expect(renderMail(alert({ url }), newsroom)).rejects.toThrow('Shorten the title');
  });
});

describe('slots', () => {
  it('cannot be forged by an article that holds the marks of another rendering', async () => {
    const rendered = await renderMail(alert(), newsroom);
    const slots = rendered.html.flatMap((part) =>
      typeof part === 'object' && 'own' in part ? part.own : [part],
    );
    expect(slots.filter((part) => typeof part === 'object')).toEqual(
      expect.arrayContaining([{ slot: 'programs' }, { slot: 'unsubscribe' }, { slot: 'webView' }]),
    );
    const forged = 'x00000000000000000000000000000000-unsubscribe-x';
    const { text } = await filled(alert({ title: forged }));
    expect(text).toContain(forged);
    expect(text.match(/\/unsubscribe\//g)).toHaveLength(1);
  });

  it('are filled with what is the reader’s own, escaped in HTML', async () => {
    const edition = alert({ programs: [security, economy] });
    const rendered = await renderMail(edition, newsroom);
    const both = fillMail(rendered, { ...values, programs: ['econ', 'spp'] });
    const why = 'because you follow Security and Politics Program (SPP) and Economy & Trade.';
    expect(both.text).toContain(why);
    expect(both.html).toContain(why.replace('&', '&amp;'));
    expect(both.html).toContain(`href="${values.unsubscribe.replace('&', '&amp;')}"`);
    expect(both.text).toContain(`\n${values.unsubscribe}\n`);
    const one = fillMail(rendered, { ...values, programs: ['econ'] });
    expect(one.text).toContain('because you follow Economy & Trade.');
  });

  it('are not in the web view, nor is anything else of a reader', async () => {
    const html = webViewHtml(await renderMail(alert(), newsroom));
    expect(dom(html).querySelector('h1')?.textContent).toBe(article.title);
    expect(html).toContain('14 Abay Avenue');
    expect(html).not.toMatch(/unsubscribe|you follow|View in a browser/i);
  });
});

describe('the text part', () => {
  it('is written from the article, in lines of at most 72 columns where words allow it', async () => {
    const { text } = await filled(alert());
    const lines = text.split('\n').filter((line) => !/https?:|you follow/.test(line));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(text).toMatch(/^Security and Politics Program \(SPP\)\n\nWater after the glaciers/);
    expect(text).toContain(`\n${article.url}\n`);
    expect(text).not.toMatch(/<\w|&amp;/);
  });
});
