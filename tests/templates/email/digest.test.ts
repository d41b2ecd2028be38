import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Edition } from '../../../src/model.js';
import { shorten } from '../../../src/templates/email/fit.js';
import { fillMail, renderMail, webViewHtml } from '../../../src/templates/email/mail.js';
import { mjmlToHtml } from '../../../src/templates/email/mjml.js';
import { createPieces } from '../../../src/templates/email/pieces.js';
import { alert, article, digest, economy, newsroom, security, values } from './editions.js';

const dom = (html: string) => parseHTML(html).document;
const texts = (html: string, selector: string) =>
  [...dom(html).querySelectorAll(selector)].map((one) => one.textContent?.trim());
const titlesOf = ({ sections }: Edition) =>
  sections.flatMap(({ articles }) => articles.map(({ title }) => title));

/** Pieces that nothing is remembered of, and how much MJML was given to render. */
function freshPieces() {
  const given = { documents: 0, characters: 0 };
  const pieces = createPieces((source) => {
    given.documents += 1;
    given.characters += source.length;
    return mjmlToHtml(source);
  });
  return { pieces, given };
}

/** Whether all conditional comments for Outlook are closed, none inside another. */
function conditionals(html: string): boolean {
  const found = html.match(/<!--\[if [^\]]+\]>|<!\[endif\]-->|<!--<!\[endif\]-->/g) ?? [];
  let open = false;
  for (const one of found) {
    const begins = one.startsWith('<!--[if');
    if (begins === open) return false;
    open = begins;
  }
  return !open && found.length > 4;
}

describe('the mail of a digest', () => {
  it.each([
    [1, 'en'],
    [10, 'en'],
    [10, 'ru'],
    [60, 'en'],
    [60, 'ru'],
    [300, 'ru'],
  ] as const)(
    'tells the same articles in HTML and text, within 102 KB, and all in the web view: %i in %s',
    async (count, language) => {
      const edition = digest(count, { language });
      const mail = await renderMail(edition, newsroom);
      expect(JSON.parse(JSON.stringify(mail))).toEqual(mail);
      const { html, text } = fillMail(mail, values);
      expect(Buffer.byteLength(html)).toBeLessThan(102_000);
      const inMail = texts(html, 'h3').map((title) => title ?? '');
      expect(inMail.length).toBeGreaterThanOrEqual(Math.min(count, 20));
      const oneLine = text.replace(/\s+/g, ' ');
      let position = 0;
      for (const title of inMail) {
        position = oneLine.indexOf(title, position);
        expect(position, title).toBeGreaterThan(0);
      }
      const shown = new Set(inMail);
      const missing = titlesOf(edition).filter((title) => !shown.has(title));
      for (const title of missing) expect(oneLine).not.toContain(`${title} `);
      expect(texts(webViewHtml(mail), 'h3')).toEqual(titlesOf(edition));
      const more = [
        ...`${html}`.matchAll(
          /(?:And (\d+) more: read them in a browser|И ещё (\d+) стат\S+: читать в браузере)/g,
        ),
      ];
      expect(more.reduce((sum, [, n, russian]) => sum + Number(n ?? russian), 0)).toBe(
        missing.length,
      );
      if (missing.length > 0) {
        expect(html.split(values.webView).length - 1).toBeGreaterThan(more.length);
        expect(text.match(/(?:And \d+ more|И ещё \d+ стат)/g)).toHaveLength(more.length);
      }
      expect(conditionals(html)).toBe(true);
      expect(conditionals(webViewHtml(mail))).toBe(true);
    },
  );

  it('has its date, its programs in order, and each one’s first article large', async () => {
    const edition = digest(6);
    const { html } = fillMail(await renderMail(edition, newsroom), values);
    expect(texts(html, 'h1')).toEqual(['Tuesday, March 3, 2026']);
    expect(texts(html, 'h2')).toEqual([security.name, economy.name]);
    expect(html).toContain('6 articles');
    const page = dom(html);
    const pictures = [...page.querySelectorAll('img')];
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) {
      expect(picture.getAttribute('alt')).toBe(article.image?.alt);
    }
    expect(html.split('Image: Steppe Policy Centre').length - 1).toBe(2);
    const links = [...page.querySelectorAll('h3 a')].map((one) => one.getAttribute('href'));
    const urls = edition.sections.flatMap(({ articles }) => articles.map(({ url }) => url));
    expect(links).toEqual(urls);
  });

  it('is about its first article in its subject, and about the others before it is opened', async () => {
    const mail = await renderMail(digest(5), newsroom);
    expect(mail.subject).toBe('Who keeps the canals when the ministry moves out (1), and 4 more');
    expect(mail.preheader).toContain('The school that teaches in three alphabets (3) · ');
    expect((await renderMail(digest(1), newsroom)).subject).toBe(
      'Who keeps the canals when the ministry moves out (1)',
    );
  });

  it('says of itself why the reader gets it, and for which programs', async () => {
    const mail = await renderMail(digest(5), newsroom);
    const { html } = fillMail(mail, { ...values, programs: ['spp', 'econ'] });
    expect(html).toContain(
      'You receive this e-mail because you follow Security and Politics Program (SPP) and Economy &amp; Trade.',
    );
    expect(webViewHtml(mail)).not.toContain('You receive this e-mail');
  });

  it('shows hostile text as text, and lets none of it forge a place or a piece', async () => {
    const hostile = '</h3><script>alert(1)</script>{{slot.webView}} <mj-raw>x</mj-raw> "\'>';
    const edition = digest(4, {
      changes: { title: hostile, summary: hostile, author: hostile, bodyHtml: '' },
    });
    const mail = await renderMail(edition, newsroom);
    const { html } = fillMail(mail, values);
    expect(html).not.toContain('<script');
    expect(texts(html, 'h3')).toEqual(Array(4).fill(hostile));
    const marks = JSON.stringify(mail).match(/x[0-9a-f]{32,64}-[a-zA-Z]+-x/g);
    expect(marks).toBeNull();
  });

  it('fits with titles of 200 characters in 14 programs too', async () => {
    const programs = Array.from({ length: 14 }, (_, n) => ({
      id: `program-${n}`,
      name: `Program number ${n} with quite a long name to carry (PN${n})`,
      colour: `#${(0x204060 + n * 0x0a0b0c).toString(16)}`,
    }));
    const edition = digest(280, { programs, changes: { title: 'Длинное слово '.repeat(14) } });
    const mail = await renderMail(edition, newsroom);
    expect(Buffer.byteLength(fillMail(mail, values).html)).toBeLessThan(102_000);
    expect(texts(fillMail(mail, values).html, 'h2')).toHaveLength(14);
    expect(texts(webViewHtml(mail), 'h3')).toHaveLength(280);
  });
});

describe('the pieces of a mail', () => {
  it('make a thousand different digests of the same articles for less than three times one', async () => {
    const { pieces, given } = freshPieces();
    const whole = digest(30);
    // Which articles are left out, by the bits of the number; never all of a section.
    const without = (n: number): Edition => ({
      ...whole,
      sections: whole.sections.map(({ program, articles }) => ({
        program,
        articles: articles.filter((_, index) => ((n >> index) & 1) === 0),
      })),
    });
    await renderMail(whole, newsroom, pieces);
    const one = { ...given };
    const mails = new Set<string>();
    for (let n = 1; n <= 1_000; n++) {
      mails.add(webViewHtml(await renderMail(without(n), newsroom, pieces)));
    }
    expect(mails.size).toBe(1_000);
    expect(given.characters).toBeLessThan(one.characters * 3);
    // No more than one for each article that leads a section for the first time.
    expect(given.documents - one.documents).toBeLessThanOrEqual(10);
  });

  it('are not rendered again where all of them are known', async () => {
    const { pieces, given } = freshPieces();
    const edition = digest(300, { language: 'ru' });
    await renderMail(edition, newsroom, pieces);
    await renderMail({ ...edition, on: '2026-03-04' }, newsroom, pieces);
    // The furniture, the frame, and the articles with bodies and without.
    expect(given.documents).toBe(4);
  });

  it('are of what an article and its program say now, not of their numbers', async () => {
    const { pieces } = freshPieces();
    await renderMail(digest(2), newsroom, pieces);
    const changed = digest(2, { changes: { title: 'Another title' } });
    const again = await renderMail(changed, newsroom, pieces);
    expect(again).toEqual(await renderMail(changed, newsroom, freshPieces().pieces));
    expect(texts(webViewHtml(again), 'h3')).toEqual(['Another title', 'Another title']);
    const recoloured = digest(2, { programs: [{ ...security, colour: '#00695c' }] });
    const html = webViewHtml(await renderMail(recoloured, newsroom, pieces));
    expect(html).toContain('#00695c');
    expect(html).not.toContain(security.colour);
  });

  it('make the same mail whether they are remembered or not', async () => {
    const { pieces } = freshPieces();
    await renderMail(digest(20), newsroom, pieces);
    const edition = digest(7, { programs: [economy, security] });
    const again = await renderMail(edition, newsroom, pieces);
    expect(again).toEqual(await renderMail(edition, newsroom, freshPieces().pieces));
  });

  it('are of their newsroom and language', async () => {
    const { pieces } = freshPieces();
    const english = await renderMail(digest(2), newsroom, pieces);
    const other = await renderMail(digest(2), { ...newsroom, name: 'Another Centre' }, pieces);
    const russian = await renderMail({ ...digest(2), language: 'ru' }, newsroom, pieces);
    expect(webViewHtml(english)).not.toContain('Another Centre');
    expect(texts(webViewHtml(other), 'b')).toEqual(['Another Centre']);
    expect(texts(webViewHtml(russian), 'h1')).toEqual(['вторник, 3 марта 2026 г.']);
  });
});

describe('what a mail has room for', () => {
  it('is the beginning of each program’s first article, unless the mail gets too long', async () => {
    const begins = 'Officials from five states';
    const short = await renderMail(digest(10), newsroom);
    const { html, text } = fillMail(short, values);
    expect(short).not.toHaveProperty('web');
    for (const part of [html, text.replace(/\s+/g, ' ')]) {
      expect(part.split(begins).length).toBeGreaterThan(2);
    }
    expect(html.split('Read the whole article').length - 1).toBe(2);
    const long = await renderMail(digest(300), newsroom);
    expect(fillMail(long, values).html).not.toContain(begins);
    expect(webViewHtml(long)).toContain(begins);
  });

  it('is every other article where one has an address of 99,000 characters', async () => {
    const edition = digest(6);
    const [first] = edition.sections;
    const heavy = {
      ...article,
      title: 'A heavy one',
      url: `https://policy.example/${'a'.repeat(99_000)}`,
    };
    const sections = edition.sections.map((one) =>
      one === first ? { ...one, articles: [heavy, ...one.articles] } : one,
    );
    const mail = await renderMail({ ...edition, sections }, newsroom);
    const shown = texts(fillMail(mail, values).html, 'h3');
    expect(shown).toHaveLength(6);
    expect(shown).not.toContain('A heavy one');
    expect(fillMail(mail, values).text).toContain('And one more');
    expect(texts(webViewHtml(mail), 'h3')).toContain('A heavy one');
  });

  it('takes from the longest section first, and of several from the last', () => {
    const sizes = [[5, 5, 5], [5, 5, 5, 5], [5]];
    const counts = (room: number) => shorten(sizes, room).map(({ length }) => length);
    expect(counts(40)).toEqual([3, 4, 1]);
    expect(counts(39)).toEqual([3, 3, 1]);
    expect(counts(34)).toEqual([3, 2, 1]);
    expect(counts(25)).toEqual([2, 2, 1]);
    expect(counts(3)).toEqual([0, 0, 0]);
    expect(counts(-1)).toEqual([0, 0, 0]);
    expect(shorten(sizes, 25)).toEqual([[0, 1], [0, 1], [0]]);
  });

  it('is not taken up by one article that is heavier than many', () => {
    expect(shorten([[90, 5, 5], [5]], 80)).toEqual([[1, 2], [0]]);
  });
});

describe('a correction', () => {
  it('says so in its subject, in both parts and on the web', async () => {
    // 20:00 UTC is the next day in Almaty.
    const edition: Edition = { ...alert(), corrects: '2026-03-02T20:00:00.000Z' };
    const mail = await renderMail(edition, newsroom);
    expect(mail.subject).toBe(`Updated: ${article.title}`);
    const notice = 'This is an updated version of what we sent on March 3, 2026.';
    const { html, text } = fillMail(mail, values);
    for (const shown of [html, text, webViewHtml(mail)]) expect(shown).toContain(notice);
    expect(dom(html).querySelector('title')?.textContent).toBe(`Updated: ${article.title}`);
    expect(fillMail(await renderMail(alert(), newsroom), values).html).not.toContain('updated');
  });
});
