import { expect, it } from 'vitest';
import { createMemory } from '../../../src/templates/email/memory.js';

it('forgets what was not asked for longest, and no more than has to go', () => {
  const memory = createMemory<number>(3);
  for (const [value, key] of ['a', 'b', 'c'].entries()) memory.remember(key, value, 1);
  expect(memory.recall('a')).toBe(0);
  memory.remember('d', 3, 1);
  expect(['a', 'b', 'c', 'd'].map((key) => memory.recall(key))).toEqual([0, undefined, 2, 3]);
});

it('counts what replaces another in its place', () => {
  const memory = createMemory<string>(10);
  memory.remember('a', 'first', 8);
  memory.remember('a', 'second', 4);
  memory.remember('b', 'beside it', 6);
  expect(memory.recall('a')).toBe('second');
  expect(memory.recall('b')).toBe('beside it');
  memory.remember('c', 'too large for both', 9);
  expect(['a', 'b', 'c'].map((key) => memory.recall(key))).toEqual([
    undefined,
    undefined,
    'too large for both',
  ]);
});
