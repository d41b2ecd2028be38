import { describe, expect, it } from 'vitest';
import { judgeCreate } from '../../../sandbox/discord/schema.js';
import { lengthOf } from '../../../src/channels/discord/markdown.js';
import { messageOf } from '../../../src/channels/discord/message.js';
import { renderPost } from '../../../src/channels/discord/render.js';
import type { Edition, EditionArticle, ProgramFace, Section } from '../../../src/model.js';
import { article, delivery, edition, links, newsroom, parts, role } from './parts.js';

const words = {
  Latin: 'Three districts share one canal and no rule for it, and the spring flood is early',
  Cyrillic: 'Три района делят один канал, а правил для него нет, и паводок в этом году ранний',
};

const program = (number: number, name = `Program ${number}`): ProgramFace => ({
  id: `p${number}`,
  name,
  colour: '#0b5c6b',
});

function section(number: number, count: number, changes: Partial<EditionArticle> = {}): Section {
  const face = program(number);
  return {
    program: face,
    articles: Array.from({ length: count }, (_, index) =>
      article({
        id: `p${number}-${index}`,
        title: `P${number} A${index}`,
        url: `https://news.example/p${number}/${index}`,
        programs: [face],
        ...changes,
      }),
    ),
  };
}

function digest(sections: readonly Section[], changes: Partial<Edition> = {}): Edition {
  return { ...edition(), kind: 'digest', on: '2026-11-24', sections, ...changes };
}

/** The message of a digest, which Discord would take. */
function message(sections: readonly Section[], changes: Partial<Edition> = {}) {
  const rendered = renderPost(digest(sections, changes), newsroom, links);
  const made = messageOf(rendered, 'a/b/0', role);
  expect(judgeCreate(made)).toEqual({ ok: true, message: made });
  return made;
}

const webView = links.edition(edition().id);
const linksIn = (text = '') => [...text.matchAll(/\]\((.*?)\)/g)].map(([, url]) => url);

/** How many articles an embed shows and how many it says it does not. */
function counts(description = '') {
  const missing = Number(/\[and (\d+) more: read all\]/.exec(description)?.[1] ?? 0);
  return { shown: linksIn(description).length - (missing > 0 ? 1 : 0), missing };
}

describe("a digest's message", () => {
  it('has a heading with the newsroom, the date and the number of articles, after the role', () => {
    const { content } = message([section(1, 2), section(2, 1)]);
    expect(content).toBe(
      `<@&${role}> **Regional Policy Centre** · Tuesday, November 24, 2026 · 3 articles`,
    );
  });

  it('has an embed for each program, its lead with a summary and a picture, the others as links', () => {
    const { image: _, ...bare } = article({ title: 'P2 A0', url: 'https://news.example/p2/0' });
    const { embeds } = message([section(1, 2), { program: program(2), articles: [bare] }]);
    expect(embeds).toEqual([
      {
        title: 'Program 1',
        url: `${webView}#p1`,
        color: 0x0b5c6b,
        description: [
          '**[P1 A0](https://news.example/p1/0)**',
          'What the treaty says, and what it leaves out.',
          '- [P1 A1](https://news.example/p1/1)',
        ].join('\n'),
        thumbnail: { url: 'https://news.example/water.png' },
        footer: { text: 'Image: Example Archive' },
      },
      {
        title: 'Program 2',
        url: `${webView}#p2`,
        color: 0x0b5c6b,
        description:
          '**[P2 A0](https://news.example/p2/0)**\nWhat the treaty says, and what it leaves out.',
      },
    ]);
  });

  it('says so where it brings newer revisions to those who got earlier ones', () => {
    const { content } = message([section(1, 1)], { corrects: '2026-11-23T09:00:00.000Z' });
    expect(content).toContain('Updated: **Regional Policy Centre**');
  });

  it('survives being frozen as JSON, and comes out the same each time', () => {
    const rendered = renderPost(digest([section(1, 60)]), newsroom, links);
    expect(JSON.parse(JSON.stringify(rendered))).toEqual(rendered);
    expect(renderPost(digest([section(1, 60)]), newsroom, links).embeds).toEqual(rendered.embeds);
  });

  it.each([
    ['[brackets](https://evil.example)', '(brackets)(https:\u200b//evil.example)'],
    ['half a [ bracket', 'half a ( bracket'],
    ['] the other half', ') the other half'],
    ['**bold** @everyone <@123>', '\\*\\*bold\\*\\* @\u200beveryone \\<@123\\>'],
    ['on\ntwo # lines', 'on two # lines'],
    ['a backslash \\', 'a backslash \\\\'],
    ['https://evil.example/', 'https:\u200b//evil.example/'],
  ])('keeps the title %j inside its link', (title, label) => {
    const { embeds } = message([section(1, 1, { title, summary: '' })]);
    expect(embeds[0]?.description).toBe(`**[${label}](https://news.example/p1/0)**`);
  });

  it.each([
    ['https://news.example/a_(b)', 'https://news.example/a_%28b%29'],
    ['https://news.example/?q=**x** y', 'https://news.example/?q=%2A%2Ax%2A%2A%20y'],
    ['https://news.example/<|`\\>', 'https://news.example/%3C%7C%60/%3E'],
    ['https://news.example/канал', 'https://news.example/%D0%BA%D0%B0%D0%BD%D0%B0%D0%BB'],
    ['javascript:alert(1)', webView],
    [`https://news.example/${'a'.repeat(600)}`, webView],
  ])('links %.60s as %s', (url, target) => {
    const { embeds } = message([section(1, 1, { url, summary: '' })]);
    expect(embeds[0]?.description).toBe(`**[P1 A0](${target})**`);
  });

  describe.each(Object.entries(words))('in %s letters', (_, text) => {
    const real = (index: number): Partial<EditionArticle> => ({
      title: `${text.slice(0, 70)} ${index}`,
      url: `https://news.example/2026/11/24/three-districts-share-one-canal-${index}`,
      summary: `${text}. `.repeat(4).trim(),
    });

    it.each([
      [1, 1],
      [10, 1],
      [10, 3],
      [60, 1],
      [60, 4],
      [60, 10],
      [60, 14],
    ])('shows or counts every one of %i articles of %i programs', (articles, programs) => {
      const sections = Array.from({ length: programs }, (_, number) => {
        const count = Math.ceil((articles - number) / programs);
        const { program: face, articles: all } = section(number, count);
        return { program: face, articles: all.map((one, index) => ({ ...one, ...real(index) })) };
      });
      const { embeds } = message(sections);
      expect(embeds).toHaveLength(Math.min(10, programs));
      const found = embeds.map(({ description }) => counts(description));
      expect(found.reduce((sum, { shown, missing }) => sum + shown + missing, 0)).toBe(articles);
      // The newest of each program is there, in the last embed too.
      const leads = embeds.flatMap(({ description = '' }) => description.match(/^\*\*\[/gm) ?? []);
      expect(leads).toHaveLength(programs);
      if (articles <= 10) expect(found.map(({ missing }) => missing)).not.toContain(1);
      if (articles === 60) {
        const used = embeds.flatMap(({ title, description = '', footer }) =>
          [title, description, footer?.text ?? ''].map(lengthOf),
        );
        const limit = programs === 1 ? 4096 : 6000;
        expect(used.reduce((sum, one) => sum + one)).toBeGreaterThan(limit * 0.93);
      }
    });
  });

  it('gives the room that small programs leave over to a big one', () => {
    const long = { title: 'An article with a title of the usual length', summary: '' };
    const alone = message([section(0, 60, long)]).embeds[0]?.description;
    const { embeds } = message([section(0, 60, long), section(1, 1), section(2, 2)]);
    expect(counts(embeds[0]?.description).shown).toBe(counts(alone).shown);
    expect(embeds.slice(1).map(({ description }) => counts(description))).toEqual([
      { shown: 1, missing: 0 },
      { shown: 2, missing: 0 },
    ]);
  });

  it('shares fairly between programs that both have too much', () => {
    const long = { title: 'An article with a title of the usual length'.repeat(3) };
    const { embeds } = message([1, 2, 3].map((number) => section(number, 60, long)));
    const shown = embeds.map(({ description }) => counts(description).shown);
    expect(Math.max(...shown) - Math.min(...shown)).toBeLessThanOrEqual(1);
  });

  it('folds what is more than ten programs into the last embed, each under its name', () => {
    const sections = Array.from({ length: 14 }, (_, number) => section(number, 2));
    const { embeds } = message(sections);
    expect(embeds.map(({ title }) => title).slice(-2)).toEqual(['Program 8', 'More programs']);
    const last = embeds.at(-1)?.description ?? '';
    expect(last.match(/^\*\*Program \d+\*\*$/gm)).toEqual(
      [9, 10, 11, 12, 13].map((number) => `**Program ${number}**`),
    );
    expect(last).not.toContain('more');
  });

  it('never gives two embeds the same address, as apps of Discord would show them as one', () => {
    const sections = Array.from({ length: 14 }, (_, number) => section(number, 1));
    expect(new Set(message(sections).embeds.map(({ url }) => url)).size).toBe(10);
  });

  it.each([1, 3, 10, 14, 120])(
    'stays within every limit with %i programs whose every field is hostile',
    (programs) => {
      const long = '*_`[|~<@everyone>\\'.repeat(500);
      const sections = Array.from({ length: programs }, (_, number): Section => {
        const face = { ...program(number), name: `${number} ${long}`, colour: 'red' };
        const hostile = article({
          title: long,
          summary: long,
          url: `https://news.example/(${'*'.repeat(490 - String(number).length)}`,
          image: { url: 'https://news.example/a.png', alt: long, credit: long },
          programs: [face],
        });
        return { program: face, articles: Array(9).fill(hostile) };
      });
      const { embeds } = message(sections);
      const found = embeds.map(({ description }) => counts(description));
      expect(found.reduce((sum, { shown, missing }) => sum + shown + missing, 0)).toBe(
        9 * programs,
      );
      const leads = embeds.flatMap(({ description = '' }) => description.match(/^\*\*\[/gm) ?? []);
      if (programs <= 14) expect(leads).toHaveLength(programs);
    },
  );
});

describe('a digest on the wire', () => {
  it('is found again when its answer was lost, and not taken for another digest', async () => {
    const { channel, discord, send, posts } = await parts({ timeout: 500 });
    const sections = [section(1, 60), section(2, 3)];
    const today = await channel.render(digest(sections));
    const other = await channel.render(digest(sections, { id: crypto.randomUUID() }));
    discord.inject({ kind: 'drop after commit' });
    const one = delivery();
    expect((await send([one], today))[one.id]).toMatchObject({ outcome: 'accepted' });
    expect(posts()).toBe(1);
    const { signal } = new AbortController();
    const externalId = discord.messages()[0]?.id;
    expect(await channel.recall?.(today, one, signal)).toMatchObject({
      outcome: 'accepted',
      externalId,
    });
    expect(await channel.recall?.(other, one, signal)).toMatchObject({ outcome: 'deferred' });
  });
});
