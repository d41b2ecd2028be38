import { describe, expect, test } from 'vitest';
import { likeText, likeTitle, likeWords } from '../../src/feeds/likeness.js';

const text =
  'Three districts share one canal and no rule for its water, so each spring the gates are opened by whoever comes first.';
const other =
  'The museum of glass reopens in May with a hall for the furnaces that the town was known for a century ago.';

describe('titles', () => {
  test.each([
    ['Who keeps the canals?', '“Who keeps” THE CANALS', 'same'],
    ['Who keeps the canals', 'Who keeps the canals of the north', 'alike'],
    ['Who keeps the canals', 'A museum of glass', 'other'],
    ['Кто бережёт каналы', 'КТО БЕРЕЖЁТ КАНАЛЫ!', 'same'],
    ['運河は誰のものか', '運河は誰が守るのか', 'alike'],
    ['', 'Who keeps the canals', 'unknown'],
  ])('“%s” and “%s” are %s', (a, b, expected) => {
    expect(likeTitle(a, b)).toBe(expected);
    expect(likeTitle(b, a)).toBe(expected);
  });
});

describe('texts', () => {
  test.each([
    ['itself', text, 'same'],
    ['a teaser of it', text.slice(0, 80), 'same'],
    ['a longer one that holds it', `${other} ${text} ${other}`, 'same'],
    [
      'an edited one',
      text.replace('Three districts', 'Four towns').replace('spring', 'May'),
      'alike',
    ],
    ['another one', other, 'other'],
    ['a few words', 'Three districts share', 'unknown'],
    ['none', '', 'unknown'],
  ])('a text and %s', (_, with_, expected) => {
    expect(likeText(text, with_)).toBe(expected);
    expect(likeText(with_, text)).toBe(expected);
  });
});

describe('articles', () => {
  const one = { title: 'Who keeps the canals', text, publishedAt: '2026-03-01T09:00:00.000Z' };
  const later = { ...one, publishedAt: '2026-03-02T09:00:00.000Z' };

  test('are the same with the same title and text, whatever their dates', () => {
    expect(likeWords(one, later)).toBe('same');
  });

  test('are the same with the same date and something in common', () => {
    expect(likeWords(one, { ...one, title: 'Water', text: text.slice(0, 60) })).toBe('same');
    expect(likeWords(one, { ...one, text: other })).toBe('same');
  });

  test('are alike where an edit and a pattern look the same', () => {
    expect(likeWords(one, { ...later, title: 'Water' })).toBe('alike');
    expect(likeWords({ ...one, text: '' }, { ...later, text: '' })).toBe('alike');
  });

  test('tell nothing where title and text contradict each other', () => {
    expect(likeWords(one, { ...later, text: other })).toBe('unknown');
    expect(likeWords(one, { ...one, title: 'Glass', text: other })).toBe('unknown');
  });

  test('are others with nothing in common', () => {
    expect(likeWords(one, { ...later, title: 'A museum of glass', text: other })).toBe('other');
  });
});
