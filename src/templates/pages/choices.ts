/** What forms let a reader choose from: hours, weekdays, zones and languages. */

import type { Language, Schedule } from '../../model.js';
import { spoken, strings } from '../strings/index.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly chosen: boolean;
}

/** A Monday. */
const monday = Date.UTC(2024, 0, 1);

/** The hours, weekdays and zones of a schedule, as the language writes them. */
export function scheduleChoices({ hour, weekday, timezone }: Schedule, language: Language) {
  const writes = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options });
    return (hours: number) => format.format(new Date(monday + hours * 3_600_000));
  };
  const time = writes({ hour: 'numeric', minute: '2-digit' });
  const day = writes({ weekday: 'long' });
  const choices = (count: number, first: number, chosen: number, label: (n: number) => string) =>
    Array.from({ length: count }, (_, index): Choice => {
      const value = index + first;
      return { value: String(value), label: label(value), chosen: value === chosen };
    });
  return {
    hours: choices(24, 0, hour, time),
    weekdays: choices(7, 1, weekday, (value) => day((value - 1) * 24)),
    zones: zones(timezone).map((value) => ({
      value,
      label: value.replaceAll('_', ' '),
      chosen: value === timezone,
    })),
  };
}

/** Every zone that Intl knows, UTC, and the one that is chosen. */
function zones(chosen: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', chosen])].sort();
}

export function languageChoices(chosen: Language): Choice[] {
  const own = strings(chosen).language;
  return spoken.map(({ tag, name }) => ({ value: tag, label: name, chosen: tag === own }));
}

/** The language of ours that is meant by a tag; undefined where there is none. */
export function spokenBy(tag: string): Language | undefined {
  return spoken.find((one) => one.tag === tag)?.tag;
}
