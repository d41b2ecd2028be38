import { describe, expect, test } from 'vitest';
import { nextPoll, type PollState } from '../../src/feeds/schedule.js';

/** A Thursday. */
const now = new Date('2026-01-01T00:00:00Z');
const policy = {
  every: 900,
  everyWhenQuiet: 3600,
  everyWhenPushed: 3600,
  longestWait: 86_400,
  own: false,
};

type Given = Omit<Partial<PollState>, 'feed'> & { readonly feed?: Partial<PollState['feed']> };

function next({ feed, ...state }: Given) {
  return nextPoll({ now, failures: 0, random: 0, ...state, feed: { ...policy, ...feed } });
}

/** Seconds until the next poll. */
function wait(state: Given): number {
  return (next(state).at.getTime() - now.getTime()) / 1000;
}

/** What a server says of its answer. */
const fresh = (seconds: number) => ({ seconds, header: 'Cache-Control' }) as const;

const day = 86_400;
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test('polls as often as the config asks where nobody asks for less', () => {
  expect(wait({})).toBe(900);
  expect(wait({ asks: { every: 60 }, fresh: fresh(30) })).toBe(900);
});

test('waits as long as the feed or the response asks, but not over a day', () => {
  expect(wait({ asks: { every: 3600 } })).toBe(3600);
  expect(wait({ asks: { every: 3600 }, fresh: fresh(7200) })).toBe(7200);
  expect(wait({ fresh: fresh(31_536_000) })).toBe(day);
  expect(wait({ feed: { every: 200_000 }, fresh: fresh(31_536_000) })).toBe(200_000);
});

test('heeds what others ask for no longer than the config lets them', () => {
  const feed = { longestWait: 7200 };
  expect(wait({ feed, asks: { every: day }, fresh: fresh(day) })).toBe(7200);
  expect(wait({ feed, retryAfter: 10_000, failures: 1 })).toBe(10_000);
});

test('doubles the wait with every failure, up to a day', () => {
  expect(wait({ failures: 1 })).toBe(1800);
  expect(wait({ failures: 3 })).toBe(7200);
  expect(wait({ failures: 12 })).toBe(day);
  expect(wait({ failures: 5_000 })).toBe(day);
});

test('never comes back before a Retry-After of up to a day', () => {
  expect(wait({ failures: 1, retryAfter: 4000 })).toBe(4000);
  expect(wait({ failures: 1, retryAfter: 4000, feed: { own: true } })).toBe(4000);
  expect(wait({ failures: 1, retryAfter: 1e12 })).toBe(day);
});

test('spreads polls by coming later, never earlier', () => {
  expect(wait({ random: 1 })).toBe(990);
  expect(wait({ random: 0.5, asks: { every: 1000 } })).toBe(1050);
});

describe("the newsroom's own feed", () => {
  const feed = { every: 10, own: true };

  test('is slowed down by no hint, no silence and no skipped hour', () => {
    expect(wait({ feed, asks: { every: 3600 }, fresh: fresh(3600) })).toBe(10);
    expect(wait({ feed, asks: { skipHours: [0], skipDays: [4] } })).toBe(10);
    expect(wait({ feed, rhythm: { usual: 30 * day, newest: ago(90 * day) } })).toBe(10);
  });

  test('is looked at again soon after an outage, however long that was', () => {
    expect(wait({ feed, failures: 3 })).toBe(80);
    expect(wait({ feed, failures: 30 })).toBe(3600);
  });
});

describe('a feed that publishes rarely', () => {
  const every = (usual: number, silent = 0) => wait({ rhythm: { usual, newest: ago(silent) } });

  test('is polled 24 times from one article to the next, but at least as often as the config asks', () => {
    expect(every(3600)).toBe(900);
    expect(every(12 * 3600)).toBe(1800);
    expect(every(30 * day)).toBe(3600);
    const feed = { everyWhenQuiet: 6 * 3600 };
    expect(wait({ feed, rhythm: { usual: 30 * day, newest: now } })).toBe(6 * 3600);
  });

  test('is one that has stopped to, but not one that keeps a weekend', () => {
    expect(every(3600, 2 * day)).toBe(900);
    expect(every(3600, 5 * day)).toBeGreaterThan(1200);
    expect(every(3600, 90 * day)).toBe(3600);
  });
});

describe('an hour or a day that the feed wants to be left alone in', () => {
  const at = (skip: PollState['asks'], random = 0) =>
    next({ asks: { ...skip }, random }).at.toISOString();

  test('is passed over, and not all feeds come at the stroke of its end', () => {
    expect(at({ skipHours: [0, 1, 2] })).toBe('2026-01-01T03:15:00.000Z');
    expect(at({ skipHours: [0, 2] }, 1)).toBe('2026-01-01T01:16:30.000Z');
    expect(at({ skipHours: [3] })).toBe('2026-01-01T00:15:00.000Z');
  });

  test('is a day as a whole, and two in a row as well', () => {
    expect(at({ skipDays: [4] })).toBe('2026-01-02T00:15:00.000Z');
    expect(at({ skipDays: [4, 5], skipHours: [0, 1] })).toBe('2026-01-03T02:15:00.000Z');
  });

  test('is not heeded where it leaves no time at all', () => {
    expect(at({ skipDays: [0, 1, 2, 3, 4, 5, 6] })).toBe('2026-01-01T00:15:00.000Z');
    const skipHours = Array.from({ length: 24 }, (_, hour) => hour);
    expect(at({ skipHours })).toBe('2026-01-01T00:15:00.000Z');
  });
});

test.each<[Given, string]>([
  [{}, 'every 15 minutes'],
  [{ feed: { every: 3600 } }, 'every hour'],
  [{ feed: { every: 5, own: true }, asks: { every: 3600 } }, 'every 5 seconds'],
  [{ asks: { every: 5400 } }, 'the feed asks for 90 minutes between polls'],
  [{ fresh: fresh(7200) }, 'its answer holds for 2 hours (Cache-Control)'],
  [{ fresh: { seconds: day, header: 'Expires' } }, 'its answer holds for 1 day (Expires)'],
  [{ failures: 1 }, 'the last poll failed'],
  [{ failures: 3 }, 'the last 3 polls failed'],
  [{ retryAfter: 4000 }, 'its host asked for 67 minutes of silence (Retry-After)'],
  [{ rhythm: { usual: 2 * day, newest: now } }, 'it publishes about once in 2 days'],
  [{ rhythm: { usual: 0, newest: ago(30 * day) } }, 'it has been quiet for 30 days'],
  [{ pushed: true }, 'WebSub is active; poll as the backstop'],
  [{ pushed: true, failures: 3 }, 'the last 3 polls failed'],
  [{ pushed: true, feed: { own: true } }, 'every 15 minutes'],
  [{ asks: { skipHours: [0] } }, 'the feed asks not to be polled at this hour (skipHours)'],
  [{ asks: { skipDays: [4] } }, 'the feed asks not to be polled on this day (skipDays)'],
])('says why: of %j "%s"', (state, reason) => {
  expect(next(state).reason).toBe(reason);
});
