import { expect, test } from 'vitest';
import { nextPoll, type PollState } from '../../src/feeds/schedule.js';

const now = new Date('2026-01-01T00:00:00Z');

function next(state: Partial<PollState>) {
  return nextPoll({ now, every: 900, own: false, failures: 0, random: 0, ...state });
}

/** Seconds until the next poll. */
function wait(state: Partial<PollState>): number {
  return (next(state).at.getTime() - now.getTime()) / 1000;
}

/** What a server says of its answer. */
const fresh = (seconds: number) => ({ seconds, header: 'Cache-Control' }) as const;

test('polls as often as the config asks where nobody asks for less', () => {
  expect(wait({})).toBe(900);
  expect(wait({ ttl: 60, fresh: fresh(30) })).toBe(900);
});

test('waits as long as the feed or the response asks, but not over a day', () => {
  expect(wait({ ttl: 3600 })).toBe(3600);
  expect(wait({ ttl: 3600, fresh: fresh(7200) })).toBe(7200);
  expect(wait({ fresh: fresh(31_536_000) })).toBe(86_400);
  expect(wait({ every: 200_000, fresh: fresh(31_536_000) })).toBe(200_000);
});

test("does not let its hints slow down the newsroom's own feed", () => {
  expect(wait({ every: 10, own: true, ttl: 3600, fresh: fresh(3600) })).toBe(10);
});

test('doubles the wait with every failure, up to a day', () => {
  expect(wait({ failures: 1 })).toBe(1800);
  expect(wait({ failures: 3 })).toBe(7200);
  expect(wait({ failures: 12 })).toBe(86_400);
  expect(wait({ failures: 5_000 })).toBe(86_400);
});

test('never comes back before a Retry-After of up to a day', () => {
  expect(wait({ failures: 1, retryAfter: 4000 })).toBe(4000);
  expect(wait({ failures: 1, retryAfter: 4000, own: true })).toBe(4000);
  expect(wait({ failures: 1, retryAfter: 1e12 })).toBe(86_400);
});

test('spreads polls by coming later, never earlier', () => {
  expect(wait({ random: 1 })).toBe(990);
  expect(wait({ random: 0.5, ttl: 1000 })).toBe(1050);
});

test.each<[Partial<PollState>, string]>([
  [{}, 'every 15 minutes'],
  [{ every: 3600 }, 'every hour'],
  [{ every: 5, own: true, ttl: 3600 }, 'every 5 seconds'],
  [{ ttl: 5400 }, 'the feed asks for 90 minutes between polls'],
  [{ fresh: fresh(7200) }, 'its answer holds for 2 hours (Cache-Control)'],
  [{ fresh: { seconds: 86_400, header: 'Expires' } }, 'its answer holds for 1 day (Expires)'],
  [{ failures: 1 }, 'the last poll failed'],
  [{ failures: 3 }, 'the last 3 polls failed'],
  [{ retryAfter: 4000 }, 'its host asked for 67 minutes of silence (Retry-After)'],
])('says why: of %j "%s"', (state, reason) => {
  expect(next(state).reason).toBe(reason);
});
