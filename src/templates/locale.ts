/** What depends on a reader's language: dates, lists, and the direction of writing. */

import type { Instant, Language, LocalDate } from '../model.js';

/** Scripts written from right to left (Unicode, Bidi_Class R and AL, those in use today). */
const rightToLeft = new Set(['Adlm', 'Arab', 'Hebr', 'Mand', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

/** `rtl` for a language whose usual script runs from right to left. */
export function direction(language: Language): 'ltr' | 'rtl' {
  return rightToLeft.has(locale(language).maximize().script ?? '') ? 'rtl' : 'ltr';
}

/** A day in words, such as "March 1, 2026", in the newsroom's zone. */
export function longDate(instant: Instant, language: Language, timezone: string): string {
  const format = new Intl.DateTimeFormat(locale(language), {
    dateStyle: 'long',
    timeZone: timezone,
  });
  return format.format(new Date(instant));
}

/** A local date in words with its weekday, such as "Tuesday, March 3, 2026". */
export function fullDate(date: LocalDate, language: Language): string {
  const format = new Intl.DateTimeFormat(locale(language), { dateStyle: 'full', timeZone: 'UTC' });
  return format.format(new Date(`${date}T12:00:00Z`));
}

/** "A, B and C", as the language has it. */
export function listing(items: readonly string[], language: Language): string {
  return new Intl.ListFormat(locale(language), { type: 'conjunction' }).format(items);
}

/** A feed may call its language anything; what is no language tag counts as English. */
function locale(language: Language): Intl.Locale {
  try {
    return new Intl.Locale(language);
  } catch {
    return new Intl.Locale('en');
  }
}
