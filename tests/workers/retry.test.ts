import { expect, it } from 'vitest';
import type { Deferred } from '../../src/model.js';
import { nextAttempt } from '../../src/workers/retry.js';
import { at, later } from '../support/ledger.js';

const deferral = (over: Partial<Deferred> = {}): Deferred => ({
  outcome: 'deferred',
  reason: 'Later.',
  scope: 'delivery',
  ...over,
});

it('waits longer from attempt to attempt, and never less than was asked for', () => {
  const seconds = [1, 2, 3, 4, 5, 9].map((attempt) => nextAttempt(deferral(), attempt, at));
  expect(seconds).toEqual([60, 300, 900, 1800, 3600, 3600].map(later));
  expect(nextAttempt(deferral({ retryAfter: 7200 }), 1, at)).toEqual(later(7200));
});

it('comes back as soon as it was told to, but not again and again', () => {
  expect(nextAttempt(deferral({ retryAfter: 1 }), 1, at)).toEqual(later(1));
  expect(nextAttempt(deferral({ retryAfter: 1 }), 3, at)).toEqual(later(1));
  expect(nextAttempt(deferral({ retryAfter: 1 }), 4, at)).toEqual(later(1800));
});

it('looks sooner whether a whole channel is back', () => {
  expect(nextAttempt(deferral({ scope: 'channel' }), 1, at)).toEqual(later(5));
  expect(nextAttempt(deferral({ scope: 'channel' }), 20, at)).toEqual(later(60));
});
