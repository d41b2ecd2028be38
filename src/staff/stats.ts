/** How many subscribers there are, what they read, and how that came to be. */

import { Temporal } from 'temporal-polyfill';
import type { Cadence, Program } from '../model.js';
import type { Queryable } from '../store/database.js';
import { countSubscribers, type SubscriberCounts } from '../store/stats.js';

export interface Growth {
  /** The period's first day, on the newsroom's calendar. */
  readonly from: string;
  readonly joined: number;
  readonly left: number;
  /** At the period's end. */
  readonly active: number;
}

export interface SubscriberStats extends Omit<SubscriberCounts, 'programs' | 'changes'> {
  readonly at: Date;
  /** In the config's order, also those that nobody reads; then those that the config no longer has. */
  readonly programs: readonly ({ readonly id: string; readonly name: string } & Readonly<
    Record<Cadence, number>
  >)[];
  /** The last periods without a gap, the oldest first. */
  readonly growth: readonly Growth[];
}

export async function subscriberStats(
  db: Queryable,
  options: {
    readonly programs: readonly Program[];
    readonly timezone: string;
    readonly period: 'week' | 'month';
    /** How many periods, this one included. */
    readonly last: number;
    readonly now: Date;
  },
): Promise<SubscriberStats> {
  const { programs, period, timezone, last, now } = options;
  const counts = await countSubscribers(db, { period, timezone, now });
  const { changes, ...rest } = counts;
  const gone = counts.programs
    .map(({ program }) => program)
    .filter((id) => !programs.some((one) => one.id === id));
  const names = new Map([
    ...programs.map(({ id, name }) => [id, name] as const),
    ...gone.map((id) => [id, id] as const),
  ]);
  const readers = (id: string, cadence: Cadence) =>
    counts.programs.find((one) => one.program === id && one.cadence === cadence)?.count ?? 0;
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timezone)
    .toPlainDate();
  return {
    ...rest,
    at: now,
    programs: [...names].map(([id, name]) => ({
      id,
      name,
      instant: readers(id, 'instant'),
      daily: readers(id, 'daily'),
      weekly: readers(id, 'weekly'),
    })),
    growth: growthOf(changes, period, last, today.toString()),
  };
}

/** Pure: the last periods up to the one of `today`, from the changes of all. */
export function growthOf(
  changes: SubscriberCounts['changes'],
  period: 'week' | 'month',
  last: number,
  today: string,
): Growth[] {
  const day = Temporal.PlainDate.from(today);
  const step = period === 'week' ? { weeks: 1 } : { months: 1 };
  let from = period === 'week' ? day.subtract({ days: day.dayOfWeek - 1 }) : day.with({ day: 1 });
  const starts: string[] = [];
  for (let n = 0; n < last; n += 1) {
    starts.unshift(from.toString());
    from = from.subtract(step);
  }
  const net = (those: SubscriberCounts['changes']) =>
    those.reduce((sum, { joined, left }) => sum + joined - left, 0);
  let active = net(changes.filter((one) => one.from < (starts[0] ?? '')));
  return starts.map((start) => {
    const { joined, left } = changes.find((one) => one.from === start) ?? { joined: 0, left: 0 };
    active += joined - left;
    return { from: start, joined, left, active };
  });
}
