import { expect, test } from 'vitest';
import { admit } from '../../src/feeds/admit.js';

const usual = { seeded: true, sameUrl: true, fresh: 1, total: 20, burst: 10 };

test('lets a usual poll pass', () => {
  expect(admit(usual)).toEqual({ verdict: 'pass', reason: 'The poll brought 1 new entry.' });
  expect(admit({ ...usual, fresh: 10 }).verdict).toBe('pass');
  expect(admit({ ...usual, fresh: 0, total: 0 }).verdict).toBe('pass');
});

test('stores the first poll of a feed without sending, be it empty or of a thousand items', () => {
  expect(admit({ ...usual, seeded: false, fresh: 1000, total: 1000 })).toMatchObject({
    verdict: 'seed',
    reason: expect.stringContaining('1000 entries'),
  });
  expect(admit({ ...usual, seeded: false, fresh: 0, total: 0 }).verdict).toBe('seed');
});

test('stores the first poll at a new address without sending', () => {
  expect(admit({ ...usual, sameUrl: false }).verdict).toBe('seed');
});

test('holds more new entries than the burst allows', () => {
  expect(admit({ ...usual, fresh: 11, total: 100 })).toMatchObject({
    verdict: 'hold',
    reason: expect.stringContaining('11 new entries'),
  });
});

test('holds four new entries and more where they are over half of the document', () => {
  expect(admit({ ...usual, fresh: 4, total: 7 }).verdict).toBe('hold');
  expect(admit({ ...usual, fresh: 4, total: 8 }).verdict).toBe('pass');
  expect(admit({ ...usual, fresh: 3, total: 3 }).verdict).toBe('pass');
});
