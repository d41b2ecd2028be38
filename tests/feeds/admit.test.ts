import { describe, expect, test } from 'vitest';
import { type Arrival, admit } from '../../src/feeds/admit.js';

/** Entries from the document's beginning to its end, as a reader of the feed would see them. */
const poll = (...shown: readonly Arrival[]) => ({
  seeded: true,
  sameUrl: true,
  whole: true,
  before: 20,
  burst: 10,
  now: new Date('2026-03-15T09:00:00Z'),
  entries: shown.toReversed(),
});
const fresh = (publishedAt?: string): Arrival => ({
  fresh: true,
  ...(publishedAt && { publishedAt }),
});
const known = (publishedAt?: string): Arrival => ({
  ...fresh(publishedAt),
  fresh: false,
  here: true,
});
const many = (count: number, of: Arrival) => Array<Arrival>(count).fill(of);

describe('together', () => {
  test('lets a usual poll pass', () => {
    expect(admit(poll(fresh(), ...many(19, known())))).toMatchObject({
      verdict: 'pass',
      reason: 'The poll brought 1 new entry.',
    });
    expect(admit(poll(...many(10, fresh()), ...many(20, known()))).verdict).toBe('pass');
    expect(admit(poll()).verdict).toBe('pass');
  });

  test('stores the first poll of a feed without sending, be it empty or of a thousand items', () => {
    const first = { ...poll(...many(1000, fresh())), seeded: false, before: 0 };
    expect(admit(first)).toMatchObject({
      verdict: 'seed',
      reason: expect.stringContaining('1000 entries'),
    });
    expect(admit({ ...first, entries: [] }).verdict).toBe('seed');
  });

  test('stores the first poll at a new address without sending', () => {
    expect(admit({ ...poll(fresh(), known()), sameUrl: false }).verdict).toBe('seed');
  });

  test('holds more new entries than the burst allows', () => {
    expect(admit(poll(...many(11, fresh()), ...many(89, known())))).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('11 new entries'),
    });
  });

  test('counts what only another feed has shown for nothing, whether the rest is new or past', () => {
    const elsewhere = () => ({ fresh: false, here: false });
    const archive = admit(poll(...many(6, fresh()), ...many(8, elsewhere())));
    expect(archive).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('no other feed'),
    });
    const past = admit({
      ...poll(...many(5, known()), ...many(15, elsewhere()), ...many(3, fresh())),
      before: 23,
    });
    expect([...(past.apart?.values() ?? [])].map(({ verdict }) => verdict)).toEqual(
      many(3, fresh()).map(() => 'hold'),
    );
  });

  test('holds four new entries and more where they are over half of the document', () => {
    expect(admit(poll(...many(4, fresh()), ...many(3, known()))).verdict).toBe('hold');
    expect(admit(poll(...many(4, fresh()), ...many(4, known()))).verdict).toBe('pass');
    expect(admit({ ...poll(...many(3, fresh())), before: 0 }).verdict).toBe('pass');
  });

  test('holds what is new where nothing is left of a feed of several entries', () => {
    expect(admit(poll(fresh()))).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('None of the 20 entries'),
    });
    expect(admit({ ...poll(fresh()), before: 1 }).verdict).toBe('pass');
    expect(admit({ ...poll(fresh()), before: 0 }).verdict).toBe('pass');
    expect(admit(poll(fresh(), known())).verdict).toBe('pass');
  });

  test('counts on nothing that a document lacks which holds only what has changed', () => {
    expect(admit({ ...poll(...many(4, fresh())), whole: false }).verdict).toBe('pass');
    expect(admit({ ...poll(known(), fresh()), whole: false })).toMatchObject({
      verdict: 'pass',
      apart: new Map(),
    });
  });
});

describe('apart', () => {
  const verdicts = (...shown: readonly Arrival[]) => {
    const { entries, ...facts } = poll(...shown);
    // All that the feed had before is still there.
    const before = entries.filter((entry) => !entry.fresh).length;
    const { verdict, apart } = admit({ ...facts, before, entries });
    const each = entries.map((entry, place) =>
      entry.fresh ? (apart?.get(place)?.verdict ?? verdict) : 'known',
    );
    return each.toReversed();
  };

  test('holds an entry that may not be new after all, and lets the others pass', () => {
    const { entries, ...facts } = poll(fresh(), { fresh: true, doubt: 'Why.' }, known(), known());
    const { verdict, apart } = admit({ ...facts, entries });
    expect(verdict).toBe('pass');
    expect([...(apart ?? [])]).toEqual([[2, { verdict: 'hold', reason: 'Why.' }]]);
  });

  test('holds what comes in below all known entries', () => {
    expect(verdicts(known(), known(), fresh())).toEqual(['known', 'known', 'hold']);
    expect(verdicts(fresh(), known(), fresh(), known())).toEqual([
      'pass',
      'known',
      'pass',
      'known',
    ]);
  });

  test('holds it also where it is dated before them, and lets it pass where it is dated later', () => {
    const [older, old, newer] = ['2026-01-01', '2026-02-01', '2026-03-01'];
    expect(verdicts(known(old), fresh(older))).toEqual(['known', 'hold']);
    expect(verdicts(known(old), fresh(newer))).toEqual(['known', 'pass']);
  });

  test('knows feeds that show the oldest entry first', () => {
    const [one, two, three] = ['2026-01-01', '2026-02-01', '2026-03-01'];
    expect(verdicts(known(one), known(two), fresh(three))).toEqual(['known', 'known', 'pass']);
    expect(verdicts(fresh(one), known(two), known(three))).toEqual(['hold', 'known', 'known']);
  });

  test('stores without sending what a feed shows when it begins to show more of its past', () => {
    const past = many(40, fresh('2025-01-01'));
    const found = verdicts(fresh('2026-03-01'), ...many(10, known('2026-02-01')), ...past);
    expect(found).toEqual(['pass', ...Array(10).fill('known'), ...Array(40).fill('seed')]);
  });

  test('takes nothing for the past below one old entry that is kept on top', () => {
    const pinned = poll(known('2026-03-02'), ...many(3, fresh('2026-03-01')));
    expect(admit(pinned)).toMatchObject({ verdict: 'pass', apart: new Map() });
    const ahead = [known('2027-01-01'), known('2027-01-01'), fresh('2026-03-01')];
    expect(verdicts(...ahead)).toEqual(['known', 'known', 'pass']);
  });

  test('holds the past of a feed without dates, as it may be anything', () => {
    const found = verdicts(...many(10, known()), ...many(5, fresh()));
    expect(found).toEqual([...Array(10).fill('known'), ...Array(5).fill('hold')]);
  });
});
