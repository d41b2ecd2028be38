import { describe, expect, it } from 'vitest';
import { judgeCreate } from '../../../sandbox/discord/schema.js';
import { escapeMarkdown, lengthOf } from '../../../src/channels/discord/markdown.js';
import { messageOf, nonceOf } from '../../../src/channels/discord/message.js';
import { renderPost } from '../../../src/channels/discord/render.js';
import type { Edition, EditionArticle } from '../../../src/model.js';
import { article, edition, links, newsroom } from './parts.js';

function embed(changes: Partial<EditionArticle> = {}) {
  const { embeds } = renderPost(edition(changes), newsroom, links);
  expect(embeds).toHaveLength(1);
  const [only] = embeds;
  if (!only) throw new Error('no embed');
  return only;
}

describe('a rendered post', () => {
  it('shows title, link, summary, author, image, program, colour, credit and date', () => {
    expect(embed()).toEqual({
      title: 'Water, borders and the new treaty',
      url: 'https://news.example/articles/water',
      description: 'What the treaty says, and what it leaves out.',
      color: 0xaa3344,
      timestamp: '2026-03-01T08:30:00.000Z',
      author: { name: 'Aigul Example' },
      image: { url: 'https://news.example/water.png' },
      footer: { text: 'Security and Politics Program (SPP) — Image: Example Archive' },
    });
  });

  it('survives being frozen as JSON', () => {
    const rendered = renderPost(edition(), newsroom, links);
    expect(JSON.parse(JSON.stringify(rendered))).toEqual(rendered);
  });

  it('says so where it brings a newer revision to those who got an earlier one', () => {
    const corrected = { ...edition(), corrects: '2026-03-01T09:00:00.000Z' };
    const [only] = renderPost(corrected, newsroom, links).embeds;
    expect(only?.title).toBe('Updated: Water, borders and the new treaty');
  });

  it('leaves out what an article lacks, and names the newsroom as its author', () => {
    const { author, publishedAt, image, ...bare } = article({ summary: '' });
    const sections = [{ program: bare.programs[0], articles: [bare] }] as Edition['sections'];
    const [only] = renderPost({ ...edition(), sections }, newsroom, links).embeds;
    expect(Object.keys(only ?? {}).sort()).toEqual(['author', 'color', 'footer', 'title', 'url']);
    expect(only?.author?.name).toBe(newsroom.name);
  });

  it.each([
    ['javascript:alert(1)'],
    ['/pictures/a.png'],
    ['data:image/png;base64,AAAA'],
    [`https://news.example/${'a'.repeat(2100)}`],
  ])('shows no image from %.40s', (url) => {
    expect(embed({ image: { url, alt: '' } })).not.toHaveProperty('image');
  });

  it('links the web view where the article has an address that Discord refuses', () => {
    const url = `https://news.example/${'a'.repeat(2100)}`;
    expect(embed({ url }).url).toMatch(/^https:\/\/letters\.example\/editions\//);
  });

  it.each([['2099-01-01T00:00:00Z'], ['0001-01-01T00:00:00Z'], ['no date']])(
    'shows no date rather than %s',
    (publishedAt) => {
      expect(embed({ publishedAt })).not.toHaveProperty('timestamp');
    },
  );

  it('keeps a title of 256 emoji whole, as Discord counts code points', () => {
    expect(embed({ title: '🌍'.repeat(256) }).title).toBe('🌍'.repeat(256));
    expect(lengthOf(embed({ title: '🌍'.repeat(257) }).title)).toBe(256);
  });

  it('cuts a summary to about 350 code points between two words', () => {
    const { description = '' } = embed({ summary: 'слово '.repeat(500).trim() });
    expect(description).toMatch(/слово…$/);
    expect(lengthOf(description)).toBeLessThanOrEqual(350);
    expect(lengthOf(description)).toBeGreaterThan(330);
  });

  it('stays within every limit of Discord when everything is as long and as hostile as can be', () => {
    const long = '*_`[|~<@everyone>\\'.repeat(2000);
    const program = { id: 'p', name: long, colour: '#ffffff' };
    const rendered = renderPost(
      edition({
        title: long,
        author: long,
        summary: long,
        image: { url: 'https://news.example/a.png', alt: long, credit: long },
        programs: [program, program, program],
      }),
      newsroom,
      links,
    );
    const message = messageOf(rendered, 'a/b/0', '1300000000000000001');
    expect(judgeCreate(message)).toEqual({ ok: true, message });
    const [{ title, description = '', author, footer }] = rendered.embeds as [
      ReturnType<typeof embed>,
    ];
    const total = [title, description, author?.name ?? '', footer?.text ?? ''].map(lengthOf);
    expect(total.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(6000);
    expect(lengthOf(title)).toBeGreaterThan(240);
  });
});

describe('escaped feed text', () => {
  it.each([
    ['@everyone and @here', '@\u200beveryone and @\u200bhere'],
    ['<@123> <@&123> <#123> </cmd:123>', '\\<@123\\> \\<@&123\\> \\<#123\\> \\</cmd:123\\>'],
    ['<t:1700000000:R>', '\\<t:1700000000:R\\>'],
    ['<a:blob:123>', '\\<a:blob:123\\>'],
    ['# heading', '\\# heading'],
    ['-# small', '\\-# small'],
    ['- item', '\\- item'],
    ['+ item', '\\+ item'],
    ['12. item', '12\\. item'],
    ['> quote', '\\> quote'],
    ['[x](javascript:alert(1))', '\\[x\\](javascript:alert(1))'],
    [
      '**b** __u__ ~~s~~ ||p|| `c`',
      '\\*\\*b\\*\\* \\_\\_u\\_\\_ \\~\\~s\\~\\~ \\|\\|p\\|\\| \\`c\\`',
    ],
    ['back\\slash', 'back\\\\slash'],
    ['second\n# line', 'second\n\\# line'],
    ['well-being, 3.5 % and C# stay', 'well-being, 3.5 % and C# stay'],
  ])('shows %s to the letter', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('leaves a bare URL whole, so that it still leads there', () => {
    const text = 'See https://news.example/a_b_c?x=*1* now';
    expect(escapeMarkdown(text)).toBe('See https://news.example/a_b_c?x=\\*1\\* now');
  });
});

describe('the nonce', () => {
  it('is the same for each attempt, another for each round and destination, and short enough', () => {
    const nonces = ['e/d/0', 'e/d/0', 'e/d/1', 'e/f/0', 'g/d/0'].map(nonceOf);
    expect(new Set(nonces).size).toBe(4);
    expect(nonces[0]).toBe(nonces[1]);
    for (const nonce of nonces) expect(nonce).toMatch(/^[\w-]{25}$/);
  });
});
