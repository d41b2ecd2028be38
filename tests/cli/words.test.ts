import { expect, test } from 'vitest';
import { ago, since } from '../../src/cli/words.js';

test('how long ago something was is told by the clock that dated it', () => {
  const now = new Date('2099-03-02T12:00:00Z');
  const then = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  expect(ago(null, now)).toBe('never');
  expect([0, -90, -7_200].map((seconds) => ago(then(seconds), now))).toEqual([
    ...['just now', '1 min ago', '2 h ago'],
  ]);
  expect([0, 4, 86_400].map((seconds) => since(then(seconds), now))).toEqual([
    ...['now', 'in 4 s', 'in 1 d'],
  ]);
});
