import { expect, test } from 'vitest';
import { rhythmOf } from '../../src/feeds/rhythm.js';

const seenAt = new Date('2026-03-02T08:00:00Z');

test('is told by the dates of the articles, as those of a first poll were all seen at once', () => {
  const articles = ['2026-03-01', '2026-02-27', '2026-02-23'].map((date) => ({
    seenAt,
    publishedAt: `${date}T08:00:00.000Z`,
  }));
  expect(rhythmOf(articles)).toEqual({
    usual: 3 * 86_400,
    newest: new Date('2026-03-01T08:00:00Z'),
  });
});

test('takes an article for no younger than when it was seen, whatever its date', () => {
  const articles = ['2099-01-01T00:00:00.000Z', 'soon', undefined].map((publishedAt) => ({
    seenAt,
    publishedAt,
  }));
  expect(rhythmOf(articles)).toEqual({ usual: 0, newest: seenAt });
});

test('is not known of a feed without articles', () => {
  expect(rhythmOf([])).toBeNull();
});
