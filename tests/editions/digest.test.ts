import { describe, expect, it } from 'vitest';
import { digestKey, freezeDigest, planDigest } from '../../src/editions/digest.js';
import { content, programs } from '../support/ledger.js';

const article = (id: string, order: number, ...its: string[]) => ({ id, order, programs: its });
const nothing = () => false;
const due = (program: string, coveredUntil = 0) => ({ program, coveredUntil });

describe('what a window holds', () => {
  const articles = [
    article('one', 1, 'spp'),
    article('two', 2, 'eep', 'spp'),
    article('three', 3, 'eep'),
    article('four', 4, 'spp'),
    article('five', 5, 'spp'),
  ];

  it("is grouped by the due programs in the config's order, the newest release first, each article once", () => {
    const plan = planDigest(
      [due('eep'), due('spp')],
      { articles: articles.toReversed(), until: 4 },
      nothing,
      programs,
    );
    expect(plan).toEqual([
      { program: 'spp', articles: ['four', 'two', 'one'] },
      { program: 'eep', articles: ['three'] },
    ]);
  });

  it('begins for each program where its last one ended, and ends at the close', () => {
    const plan = planDigest(
      [due('spp', 2), due('eep', 1)],
      { articles, until: 4 },
      nothing,
      programs,
    );
    expect(plan).toEqual([
      { program: 'spp', articles: ['four'] },
      { program: 'eep', articles: ['three', 'two'] },
    ]);
  });

  it('leaves out what was had, and sections that are empty', () => {
    const had = ({ id }: { id: string }) => id === 'three' || id === 'two';
    expect(planDigest([due('eep')], { articles, until: 5 }, had, programs)).toEqual([]);
    expect(planDigest([due('eep'), due('spp')], { articles, until: 2 }, had, programs)).toEqual([
      { program: 'spp', articles: ['one'] },
    ]);
  });

  it('shows programs that have left the config last, by their ids', () => {
    const old = [article('a', 1, 'zzz'), article('b', 2, 'aaa'), article('c', 3, 'eep')];
    const plan = planDigest(
      [due('zzz'), due('eep'), due('aaa')],
      { articles: old, until: 9 },
      nothing,
      programs,
    );
    expect(plan.map(({ program }) => program)).toEqual(['eep', 'aaa', 'zzz']);
  });
});

describe('a digest', () => {
  const digest = {
    closedAt: new Date('2026-03-03T09:00:00Z'),
    on: '2026-03-03',
    language: 'en',
    sections: [{ program: 'spp', articles: ['one', 'two'] }],
  };

  it('is the same edition for the same content, and another for any other', () => {
    const key = digestKey(digest);
    expect(digestKey({ ...digest })).toBe(key);
    const others = [
      { ...digest, closedAt: new Date('2026-03-03T10:00:00Z') },
      { ...digest, on: '2026-03-04' },
      { ...digest, language: 'ru' },
      { ...digest, sections: [{ program: 'spp', articles: ['two', 'one'] }] },
      { ...digest, sections: [{ program: 'eep', articles: ['one', 'two'] }] },
      {
        ...digest,
        sections: [
          { program: 'spp', articles: ['one'] },
          { program: 'eep', articles: ['two'] },
        ],
      },
    ];
    expect(new Set([key, ...others.map(digestKey)]).size).toBe(others.length + 1);
  });

  it('is frozen with its articles as they are, and not without one of them', () => {
    const articles = new Map(
      ['one', 'two'].map((id) => [id, { id, revision: 2, content: content({ title: id }) }]),
    );
    const { edition } = freezeDigest(digest, articles, programs, '2026-03-03T09:00:01.000Z');
    expect(edition).toMatchObject({
      kind: 'digest',
      on: '2026-03-03',
      sections: [
        {
          program: { id: 'spp', name: 'Security and Politics Program (SPP)' },
          articles: [
            { id: 'one', revision: 2, title: 'one', programs: [{ id: 'spp' }] },
            { id: 'two', revision: 2, title: 'two' },
          ],
        },
      ],
    });
    articles.delete('two');
    expect(() => freezeDigest(digest, articles, programs, '2026-03-03T09:00:01.000Z')).toThrow(
      'The article two',
    );
  });
});
