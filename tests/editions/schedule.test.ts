import { describe, expect, test } from 'vitest';
import { latestClose, localDate, nextClose } from '../../src/editions/schedule.js';
import type { DigestCadence, Schedule } from '../../src/model.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Worked out by hand from the zones' published changes: [zone, hour, local date, when it closes]. */
const closes: [zone: string, hour: number, on: string, at: string][] = [
  // Forward at 02:00 on 29 March 2026, back at 03:00 on 25 October.
  ['Europe/Berlin', 2, '2026-03-28', '2026-03-28T01:00Z'],
  ['Europe/Berlin', 2, '2026-03-29', '2026-03-29T01:00Z'],
  ['Europe/Berlin', 2, '2026-03-30', '2026-03-30T00:00Z'],
  ['Europe/Berlin', 3, '2026-03-29', '2026-03-29T01:00Z'],
  ['Europe/Berlin', 17, '2026-03-28', '2026-03-28T16:00Z'],
  ['Europe/Berlin', 17, '2026-03-29', '2026-03-29T15:00Z'],
  ['Europe/Berlin', 2, '2026-10-25', '2026-10-25T00:00Z'],
  ['Europe/Berlin', 3, '2026-10-25', '2026-10-25T02:00Z'],
  ['America/New_York', 2, '2026-03-08', '2026-03-08T07:00Z'],
  ['America/New_York', 1, '2026-11-01', '2026-11-01T05:00Z'],
  ['America/New_York', 2, '2026-11-01', '2026-11-01T07:00Z'],
  // By half an hour: to 02:30, and back to 01:30.
  ['Australia/Lord_Howe', 2, '2026-10-04', '2026-10-03T15:30Z'],
  ['Australia/Lord_Howe', 1, '2026-04-05', '2026-04-04T14:00Z'],
  ['Australia/Lord_Howe', 2, '2026-04-05', '2026-04-04T15:30Z'],
  // Forward at midnight.
  ['Africa/Cairo', 23, '2026-04-23', '2026-04-23T21:00Z'],
  ['Africa/Cairo', 0, '2026-04-24', '2026-04-23T22:00Z'],
  ['Africa/Cairo', 0, '2026-04-25', '2026-04-24T21:00Z'],
  ['America/Havana', 0, '2026-03-08', '2026-03-08T05:00Z'],
  ['America/Havana', 0, '2026-11-01', '2026-11-01T04:00Z'],
  ['Asia/Beirut', 0, '2026-03-29', '2026-03-28T22:00Z'],
  // Back from midnight to 23:00 of the day before.
  ['Asia/Beirut', 23, '2026-10-24', '2026-10-24T20:00Z'],
  ['Asia/Beirut', 0, '2026-10-25', '2026-10-24T22:00Z'],
  // Forward over the end of the day, from 23:00 to midnight.
  ['America/Nuuk', 22, '2024-03-30', '2024-03-31T00:00Z'],
  ['America/Nuuk', 23, '2024-03-30', '2024-03-31T01:00Z'],
  ['America/Nuuk', 23, '2024-03-31', '2024-04-01T00:00Z'],
  ['America/Nuuk', 0, '2024-03-31', '2024-03-31T01:00Z'],
  // Back at one minute past midnight, to the day before.
  ['America/St_Johns', 0, '2010-11-07', '2010-11-07T02:30Z'],
  ['America/St_Johns', 23, '2010-11-06', '2010-11-07T01:30Z'],
  // Zones that gave their summer time up: the last year with it, and the first without.
  ['Asia/Baku', 4, '2015-03-29', '2015-03-29T00:00Z'],
  ['Asia/Baku', 4, '2015-10-25', '2015-10-24T23:00Z'],
  ['Asia/Baku', 4, '2016-03-27', '2016-03-27T00:00Z'],
  ['Asia/Tehran', 0, '2022-03-22', '2022-03-21T20:30Z'],
  ['Asia/Tehran', 23, '2022-09-21', '2022-09-21T18:30Z'],
  ['Asia/Tehran', 0, '2022-09-22', '2022-09-21T20:30Z'],
  ['Asia/Tehran', 0, '2023-03-22', '2023-03-21T20:30Z'],
  ['Asia/Tbilisi', 9, '2026-03-29', '2026-03-29T05:00Z'],
  ['Asia/Yerevan', 9, '2026-03-29', '2026-03-29T05:00Z'],
  ['Asia/Kolkata', 9, '2026-03-29', '2026-03-29T03:30Z'],
  // From +06 to +05 at midnight of 1 March 2024.
  ['Asia/Almaty', 9, '2024-02-29', '2024-02-29T03:00Z'],
  ['Asia/Almaty', 23, '2024-02-29', '2024-02-29T17:00Z'],
  ['Asia/Almaty', 0, '2024-03-01', '2024-02-29T19:00Z'],
  ['Asia/Almaty', 9, '2024-03-01', '2024-03-01T04:00Z'],
  // The ends of the world.
  ['Pacific/Kiritimati', 0, '2026-03-01', '2026-02-28T10:00Z'],
  ['Pacific/Pago_Pago', 23, '2026-03-01', '2026-03-02T10:00Z'],
];

test.each(closes)('%s closes its %d o’clock window of %s at %s', (timezone, hour, on, at) => {
  const moment = new Date(at);
  const weekday = new Date(on).getUTCDay() || 7;
  for (const cadence of ['daily', 'weekly'] as const) {
    const schedule = { timezone, hour, weekday };
    expect(nextClose(cadence, schedule, justBefore(moment))).toEqual({ on, at: moment });
    expect(latestClose(cadence, schedule, moment)).toEqual({ on, at: moment });
    expect(nextClose(cadence, schedule, moment).on > on).toBe(true);
    expect(latestClose(cadence, schedule, justBefore(moment)).on < on).toBe(true);
  }
});

describe('a date that a zone left out', () => {
  const apia = { timezone: 'Pacific/Apia', hour: 17, weekday: 5 };
  const thursday = { on: '2011-12-29', at: new Date('2011-12-30T03:00Z') };
  const saturday = { on: '2011-12-31', at: new Date('2011-12-31T03:00Z') };

  test('has no daily close', () => {
    expect(nextClose('daily', apia, thursday.at)).toEqual(saturday);
    expect(latestClose('daily', apia, justBefore(saturday.at))).toEqual(thursday);
  });

  test('has no weekly close', () => {
    const last = { on: '2011-12-23', at: new Date('2011-12-24T03:00Z') };
    const next = { on: '2012-01-06', at: new Date('2012-01-06T03:00Z') };
    expect(nextClose('weekly', apia, last.at)).toEqual(next);
    expect(nextClose('weekly', apia, saturday.at)).toEqual(next);
    expect(latestClose('weekly', apia, saturday.at)).toEqual(last);
  });
});

test('takes only the weekday’s dates of a weekly cadence, from Monday to Sunday', () => {
  const after = new Date('2026-11-24T12:00Z'); // A Tuesday.
  const on = (weekday: number) =>
    nextClose('weekly', { timezone: 'Asia/Almaty', hour: 9, weekday }, after).on;
  expect([1, 2, 3, 4, 5, 6, 7].map(on)).toEqual([
    '2026-11-30',
    '2026-12-01',
    '2026-11-25',
    '2026-11-26',
    '2026-11-27',
    '2026-11-28',
    '2026-11-29',
  ]);
});

describe('after a date that was closed already', () => {
  const closed = new Date('2026-11-24T05:00Z'); // 09:00 in Tbilisi, 18:00 the day before in Honolulu.

  test('waits for the next date when the hour moves later', () => {
    const later = { timezone: 'Asia/Tbilisi', hour: 18, weekday: 1 };
    expect(nextClose('daily', later, closed).on).toBe('2026-11-24');
    expect(nextClose('daily', later, closed, '2026-11-24')).toEqual({
      on: '2026-11-25',
      at: new Date('2026-11-25T14:00Z'),
    });
  });

  test('waits for the next date when the zone moves west', () => {
    const west = { timezone: 'Pacific/Honolulu', hour: 20, weekday: 1 };
    expect(nextClose('daily', west, closed).on).toBe('2026-11-23');
    expect(nextClose('daily', west, closed, '2026-11-24').on).toBe('2026-11-25');
  });

  test('waits for the weekday to come again', () => {
    const tuesdays = { timezone: 'Asia/Tbilisi', hour: 18, weekday: 2 };
    expect(nextClose('weekly', tuesdays, closed, '2026-11-24').on).toBe('2026-12-01');
  });

  test('does not wait for longer than it must', () => {
    const east = { timezone: 'Pacific/Kiritimati', hour: 0, weekday: 1 };
    expect(nextClose('daily', east, closed, '2026-11-24')).toEqual(
      nextClose('daily', east, closed),
    );
  });
});

test('tells the date on the zone’s own calendar', () => {
  const at = new Date('2026-03-01T10:30Z');
  expect(localDate(at, 'Pacific/Kiritimati')).toBe('2026-03-02');
  expect(localDate(at, 'Pacific/Pago_Pago')).toBe('2026-02-28');
  expect(localDate(at, 'UTC')).toBe('2026-03-01');
});

test('refuses a zone and an hour that do not exist', () => {
  const now = new Date();
  const schedule = { timezone: 'UTC', hour: 8, weekday: 1 };
  expect(() => nextClose('daily', { ...schedule, timezone: 'Asia/Nowhere' }, now)).toThrow(
    RangeError,
  );
  expect(() => latestClose('daily', { ...schedule, hour: 24 }, now)).toThrow(RangeError);
});

test('answers a million destinations that share a few schedules in seconds', () => {
  const schedules = Intl.supportedValuesOf('timeZone')
    .slice(0, 50)
    .map((timezone) => ({ timezone, hour: 9, weekday: 1 }));
  const now = Date.parse('2026-11-24T12:00Z');
  const started = performance.now();
  let sum = 0;
  for (let index = 0; index < 1_000_000; index++) {
    const schedule = schedules[index % schedules.length] as Schedule;
    sum += nextClose('daily', schedule, new Date(now + (index % MINUTE))).at.getTime();
  }
  expect(sum).toBeGreaterThan(now * 1_000_000);
  expect(performance.now() - started).toBeLessThan(10_000);
});

describe('in every zone there is', () => {
  const random = seeded(20_261_124);
  const below = (limit: number) => Math.floor(random() * limit);
  const zones = Intl.supportedValuesOf('timeZone');

  /** `count` closes in a row, from a random moment between 2005 and 2034 on. */
  function walk(cadence: DigestCadence, schedule: Schedule, count: number) {
    const found = [];
    let after = new Date(Date.UTC(2005 + below(30), below(12), below(28), below(24), below(60)));
    for (let index = 0; index < count; index++) {
      const close = nextClose(cadence, schedule, after);
      expect(close.at.getTime()).toBeGreaterThan(after.getTime());
      found.push(close);
      after = close.at;
    }
    return found;
  }

  test('the last close and the next are neighbours', () => {
    for (const timezone of zones) {
      const cadence = below(2) ? 'daily' : 'weekly';
      const schedule = { timezone, hour: below(24), weekday: 1 + below(7) };
      const now = new Date(Date.UTC(2005 + below(30), 0, below(365), below(24), below(60)));
      const last = latestClose(cadence, schedule, now);
      const next = nextClose(cadence, schedule, now);
      expect(last.at.getTime()).toBeLessThanOrEqual(now.getTime());
      expect(next.at.getTime()).toBeGreaterThan(now.getTime());
      expect(nextClose(cadence, schedule, last.at)).toEqual(next);
      expect(latestClose(cadence, schedule, next.at)).toEqual(next);
      expect(latestClose(cadence, schedule, justBefore(next.at))).toEqual(last);
    }
  });

  test('each date has one close, at the first moment that shows the hour or is past it', () => {
    for (const timezone of zones) {
      const hour = below(24);
      const shown = wallClock(timezone);
      let previous: string | undefined;
      for (const { on, at } of walk('daily', { timezone, hour, weekday: 1 }, 10)) {
        if (previous !== undefined) expect(on, timezone).toBe(dateAfter(previous, timezone));
        previous = on;
        const wall = `${on} ${String(hour).padStart(2, '0')}:00`;
        const where = `${timezone} ${wall}`;
        // In a gap it is the clock's leap over the hour.
        if (shown(at) !== wall) expect(shown(at) > wall, where).toBe(true);
        for (let early = 1; early <= 180; early += 7) {
          const moment = new Date(at.getTime() - early * MINUTE);
          expect(shown(moment) < wall, `${where}, ${early} minutes before`).toBe(true);
        }
        expect(shown(justBefore(at)) < wall, where).toBe(true);
      }
    }
  });

  test('a weekly close is the daily one of its weekday', () => {
    for (const timezone of zones.filter(() => below(4) === 0)) {
      const schedule = { timezone, hour: below(24), weekday: 1 + below(7) };
      for (const { on, at } of walk('weekly', schedule, 5)) {
        expect(new Date(on).getUTCDay() || 7).toBe(schedule.weekday);
        expect(latestClose('daily', schedule, at)).toEqual({ on, at });
      }
    }
  });
});

function justBefore(moment: Date): Date {
  return new Date(moment.getTime() - 1);
}

/** The date that comes after this one in a zone; some have left one out. */
function dateAfter(date: string, timezone: string): string {
  const next = new Date(Date.parse(date) + DAY).toISOString().slice(0, 10);
  const leftOut = ['Pacific/Apia', 'Pacific/Fakaofo'].includes(timezone) && next === '2011-12-30';
  return leftOut ? '2011-12-31' : next;
}

/** What a clock in the zone shows: "2026-03-29 02:00". */
function wallClock(timezone: string): (at: Date) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return (at) => format.format(at);
}

/** Mulberry32, so that a failure comes again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
