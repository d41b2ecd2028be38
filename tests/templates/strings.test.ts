import { expect, it } from 'vitest';
import { strings } from '../../src/templates/strings/index.js';

it('falls back to the base language, and to English', () => {
  expect(strings('ru-KZ').language).toBe('ru');
  expect(strings('kk').language).toBe('en');
});

it.each([
  [1, '1 статья'],
  [2, '2 статьи'],
  [5, '5 статей'],
  [11, '11 статей'],
  [21, '21 статья'],
])('counts %i in Russian', (count, said) => {
  expect(strings('ru').mail.articles(count)).toBe(said);
});
