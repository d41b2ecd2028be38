/**
 * When windows close: at a local hour on each local date, weekly ones on one weekday's dates only.
 *
 * Where the clock leaps over the hour, the window closes at the first instant after the gap, also when
 * that falls on the next date; where the hour comes twice, at its first occurrence. A date that a zone
 * left out altogether (Samoa had no 30 December 2011) has no close.
 */

import { Temporal } from 'temporal-polyfill';
import type { DigestCadence, LocalDate, Schedule } from '../model.js';

export interface Close {
  /** The date whose close it is. */
  readonly on: LocalDate;
  readonly at: Date;
}

/**
 * The first close later than `after`, and on a local date later than `closedOn` where that is given.
 * Throws a RangeError where the schedule's zone or hour does not exist.
 */
export function nextClose(
  cadence: DigestCadence,
  schedule: Schedule,
  after: Date,
  closedOn?: LocalDate,
): Close {
  let { next } = periodAround(cadence, schedule, after.getTime());
  while (closedOn !== undefined && next.on <= closedOn) {
    next = periodAround(cadence, schedule, next.at).next;
  }
  return { on: next.on, at: new Date(next.at) };
}

/** The last close at or before `now`. Throws as nextClose does. */
export function latestClose(cadence: DigestCadence, schedule: Schedule, now: Date): Close {
  const { last } = periodAround(cadence, schedule, now.getTime());
  return { on: last.on, at: new Date(last.at) };
}

/** The date on the zone's calendar at this moment. Throws a RangeError where the zone does not exist. */
export function localDate(at: Date, timezone: string): LocalDate {
  return dateAt(at.getTime(), timezone).toString();
}

/** When a date begins on the zone's calendar. Throws a RangeError where either does not exist. */
export function startOfDay(on: LocalDate, timezone: string): Date {
  const start = Temporal.PlainDate.from(on).toZonedDateTime(timezone);
  return new Date(start.epochMilliseconds);
}

interface CloseAt {
  readonly on: LocalDate;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** From one close of a schedule to the one after it: `last.at` <= moment < `next.at`. */
interface Period {
  readonly last: CloseAt;
  readonly next: CloseAt;
}

// A period costs a hundred microseconds to find, and a million destinations share a few schedules and
// ask around the same moment: the last period of each schedule answers nearly all of them.
const periods = new Map<string, Period>();
const MOST_PERIODS = 10_000;

function periodAround(cadence: DigestCadence, schedule: Schedule, at: number): Period {
  const { timezone, hour, weekday } = schedule;
  const key = `${timezone} ${hour} ${cadence === 'weekly' ? weekday : ''}`;
  const known = periods.get(key);
  if (known && known.last.at <= at && at < known.next.at) return known;
  const period = findPeriod(cadence, schedule, at);
  if (!known && periods.size >= MOST_PERIODS) periods.clear();
  periods.set(key, period);
  return period;
}

function findPeriod(
  cadence: DigestCadence,
  { timezone, hour, weekday }: Schedule,
  at: number,
): Period {
  const days = cadence === 'weekly' ? 7 : 1;
  // Some clocks are set back over midnight, and a gap may put a close on the next date: the day before
  // the local date is early enough to begin at.
  let date = dateAt(at, timezone).subtract({ days: 1 });
  if (cadence === 'weekly') date = date.add({ days: (weekday - date.dayOfWeek + 7) % 7 });
  let next = closeOn(date, hour, timezone);
  while (!next || next.at <= at) {
    date = date.add({ days });
    next = closeOn(date, hour, timezone);
  }
  let last: CloseAt | undefined;
  while (!last) {
    date = date.subtract({ days });
    last = closeOn(date, hour, timezone);
  }
  return { last, next };
}

/** The date's close; undefined where the zone has no such date. */
function closeOn(date: Temporal.PlainDate, hour: number, timezone: string): CloseAt | undefined {
  const time = Temporal.PlainTime.from({ hour }, { overflow: 'reject' });
  const wall = date.toPlainDateTime(time);
  const found = wall.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  if (found.toPlainDateTime().equals(wall)) {
    return { on: date.toString(), at: found.epochMilliseconds };
  }
  // In a gap "earlier" is a moment before it, as long before its end as the hour is after its start.
  const end = found.getTimeZoneTransition('next');
  if (!end)
    throw new Error(`${timezone} has no ${wall}, and no change of its clock that explains why.`);
  const exists = [end, end.subtract({ nanoseconds: 1 })].some((edge) =>
    edge.toPlainDate().equals(date),
  );
  return exists ? { on: date.toString(), at: end.epochMilliseconds } : undefined;
}

function dateAt(at: number, timezone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate();
}
