/** Moments as one says them, on the clock of a destination. */

import { localDate } from '../../editions/schedule.js';
import type { LocalDate } from '../../model.js';

export interface Times {
  readonly zone: string;
  /** "09:02 on Tuesday 24 November"; with the year where it is not this one. */
  at(moment: Date): string;
  /** The same, and where: "… in Asia/Almaty". */
  full(moment: Date): string;
  /** "Tuesday's digest" in the week from its date on, else "the digest of 24 November". */
  digestOf(on: LocalDate, seen: Date): string;
}

const week = 7 * 86_400_000;

/** `now` is the moment of asking. Throws a RangeError where there is no such zone. */
export function timesIn(zone: string, now: Date): Times {
  const thisYear = localDate(now, zone).slice(0, 4);
  const dayOf = (on: LocalDate) => {
    const date = new Date(`${on}T00:00:00Z`);
    const part = (options: Intl.DateTimeFormatOptions) =>
      date.toLocaleDateString('en-GB', { timeZone: 'UTC', ...options });
    const year = on.startsWith(thisYear) ? '' : ` ${on.slice(0, 4)}`;
    return {
      weekday: part({ weekday: 'long' }),
      day: `${part({ day: 'numeric', month: 'long' })}${year}`,
    };
  };
  const at = (moment: Date) => {
    const time = moment.toLocaleTimeString('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
    });
    const { weekday, day } = dayOf(localDate(moment, zone));
    return `${time} on ${weekday} ${day}`;
  };
  return {
    zone,
    at,
    full: (moment) => `${at(moment)} in ${zone}`,
    digestOf(on, seen) {
      const { weekday, day } = dayOf(on);
      const after = seen.getTime() - new Date(`${on}T00:00:00Z`).getTime();
      return after < week ? `${weekday}'s digest` : `the digest of ${day}`;
    },
  };
}
