import { expect, it } from 'vitest';
import { createRates } from '../../src/inbound/rates.js';

it('lets so many through in each window, for each sender, and forgets the oldest of too many', () => {
  let now = 0;
  const mayCome = createRates({ limit: 2, window: 1_000 }, () => now);
  expect([mayCome('a'), mayCome('a'), mayCome('a'), mayCome('b')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  now = 1_000;
  expect(mayCome('a')).toBe(true);
  mayCome('a');
  for (let n = 0; n < 10_000; n++) mayCome(`other ${n}`);
  expect(mayCome('a')).toBe(true);
});
