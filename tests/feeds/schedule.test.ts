import { expect, test } from 'vitest';
import { nextPoll, type PollState } from '../../src/feeds/schedule.js';

const now = new Date('2026-01-01T00:00:00Z');

/** Seconds until the next poll. */
function wait(state: Partial<PollState>): number {
  const base = { now, every: 900, ownNetwork: false, failures: 0, random: 0 };
  return (nextPoll({ ...base, ...state }).getTime() - now.getTime()) / 1000;
}

test('polls as often as the config asks where nobody asks for less', () => {
  expect(wait({})).toBe(900);
  expect(wait({ ttl: 60, maxAge: 30 })).toBe(900);
});

test('waits as long as the feed or the response asks, but not over a day', () => {
  expect(wait({ ttl: 3600 })).toBe(3600);
  expect(wait({ ttl: 3600, maxAge: 7200 })).toBe(7200);
  expect(wait({ maxAge: 31_536_000 })).toBe(86_400);
  expect(wait({ every: 200_000, maxAge: 31_536_000 })).toBe(200_000);
});

test("does not let its hints slow down the newsroom's own feed", () => {
  expect(wait({ every: 10, ownNetwork: true, ttl: 3600, maxAge: 3600 })).toBe(10);
});

test('doubles the wait with every failure, up to a day', () => {
  expect(wait({ failures: 1 })).toBe(1800);
  expect(wait({ failures: 3 })).toBe(7200);
  expect(wait({ failures: 12 })).toBe(86_400);
  expect(wait({ failures: 5_000 })).toBe(86_400);
});

test('never comes back before a Retry-After of up to a day', () => {
  expect(wait({ failures: 1, retryAfter: 4000 })).toBe(4000);
  expect(wait({ failures: 1, retryAfter: 4000, ownNetwork: true })).toBe(4000);
  expect(wait({ failures: 1, retryAfter: 1e12 })).toBe(86_400);
});

test('spreads polls by coming later, never earlier', () => {
  expect(wait({ random: 1 })).toBe(990);
  expect(wait({ random: 0.5, ttl: 1000 })).toBe(1050);
});
