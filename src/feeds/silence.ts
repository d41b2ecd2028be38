/** How often a feed or a program brings articles, and when it has been silent for longer than it ever is. */

import type { LocalDate, SilencePolicy } from '../model.js';

/** A date on the newsroom's calendar on which there were articles. */
export interface DayWithArticles {
  readonly on: LocalDate;
  readonly articles: number;
}

export interface History {
  /** In the order of their dates, each once. */
  readonly days: readonly DayWithArticles[];
  /** When the newest article came; null where there was none yet. */
  readonly lastAt: Date | null;
}

/** Days of a history that are looked at: a year, and the longest pause within it. */
export const historyDays = 450;

export interface Pace {
  /** Articles a week over the last eight weeks, or since the first article where that is later. */
  readonly perWeek: number;
  /** Days from one day with articles to the next, the median; null where there was one day only. */
  readonly usualGap: number | null;
}

/** Weeks that the articles a week are counted over. */
const WEEKS = 8;
/** Fewer say nothing of a rhythm: a feed that was just read for the first time may hold three notices of one day. */
const LEAST_ARTICLES = 10;
const LEAST_DAYS = 6;
/** A day of the week is one of rest where it was used less often than by this part of the busiest. */
const REST = 0.2;
/** Nine gaps in ten are no longer than what is called usual. */
const USUAL = 0.9;
/** A gap so many times as long as the usual one is none of them. */
const FACTOR = 2;
/** Where gaps vary, the usual one is exceeded by so many times what lies between it and the middle one. */
const SPREAD = 3;
/** Nobody is told of fewer days, or of fewer weeks of a column that has its weekday: a holiday or two are no news. */
const LEAST_SILENCE = 3;
/** Holidays move a little from year to year. */
const NEAR = 3;
const YEAR = 365;

/** How often articles come; null before the first. `today` is the newsroom's date. */
export function paceOf({ days }: History, today: LocalDate): Pace | null {
  const [first] = days;
  if (!first) return null;
  const now = numberOf(today);
  const weeks = Math.min(WEEKS, Math.max(1, (now - numberOf(first.on) + 1) / 7));
  const recent = days.filter(({ on }) => now - numberOf(on) < weeks * 7);
  const gaps = gapsOf(numbersOf(days), () => true);
  return {
    perWeek: total(recent) / weeks,
    usualGap: gaps.length > 0 ? quantile(gaps, 0.5) : null,
  };
}

/** "are about 5 articles a week", or "is an article about every 12 days". */
export function paceInWords({ perWeek }: Pace): string {
  if (perWeek === 0) return `was none in the last ${WEEKS} weeks`;
  if (perWeek >= 1.5) return `are about ${Math.round(perWeek)} articles a week`;
  return `is an article about every ${Math.round(7 / perWeek)} days`;
}

/**
 * Since when it is silent; undefined where it is not.
 *
 * Of itself (`auto`) it is silent when more full days have passed without an article than three, than twice
 * the usual gap, and than the variation of the gaps explains. Only days count on which an article is to be
 * expected, in the past as now: not those of the week on which hardly any ever comes, and not those around
 * which it paused for as long a year ago, such as over New Year. Before there were ten articles on six days,
 * it is never silent of itself. With seconds as its policy, it is silent when the newest article is older.
 *
 * @param when.until when it was last seen to have nothing new
 * @param when.today that moment's date on the newsroom's calendar
 * @param when.begun when it was first read: counts where there never was an article
 */
export function silentSince(
  { days, lastAt }: History,
  policy: SilencePolicy,
  when: { readonly until: Date; readonly today: LocalDate; readonly begun: Date },
): Date | undefined {
  const since = lastAt ?? when.begun;
  if (policy === 'never') return undefined;
  if (policy !== 'auto') {
    return when.until.getTime() - since.getTime() > policy * 1000 ? since : undefined;
  }
  if (days.length < LEAST_DAYS || total(days) < LEAST_ARTICLES) return undefined;
  const numbers = numbersOf(days);
  const weekdays = workingWeekdays(numbers);
  const works = (day: number) => weekdays.has(day % 7);
  const gaps = gapsOf(numbers, works);
  const [middle, usual] = [quantile(gaps, 0.5), quantile(gaps, USUAL)];
  const least = Math.min(LEAST_SILENCE, weekdays.size);
  const limit = Math.max(least, FACTOR * usual, usual + SPREAD * (usual - middle));
  const pauses = numbers
    .slice(1)
    .map((to, index) => ({ from: numbers[index] ?? to, to, gap: gaps[index] ?? 0 }))
    .filter(({ gap }) => gap > limit);
  const paused = (day: number) =>
    pauses.some(({ from, to }) => day - YEAR > from - NEAR && day - YEAR < to + NEAR);
  const silent = count(
    numbers.at(-1) ?? 0,
    numberOf(when.today) - 1,
    (day) => works(day) && !paused(day),
  );
  return silent > limit ? since : undefined;
}

/** The days of the week on which articles come, as what is left of a day's number by seven. */
function workingWeekdays(numbers: readonly number[]): ReadonlySet<number> {
  const weekdays = [0, 1, 2, 3, 4, 5, 6];
  const used = weekdays.map((weekday) => numbers.filter((day) => day % 7 === weekday).length);
  const least = Math.max(...used) * REST;
  return new Set(weekdays.filter((weekday) => (used[weekday] ?? 0) >= least));
}

/** From each day to the next one, in days that count. */
function gapsOf(days: readonly number[], counts: (day: number) => boolean): readonly number[] {
  return days.slice(1).map((day, index) => count(days[index] ?? day, day, counts));
}

/** The days after `from`, up to and including `to`, that count. */
function count(from: number, to: number, counts: (day: number) => boolean): number {
  let found = 0;
  for (let day = from + 1; day <= to; day += 1) if (counts(day)) found += 1;
  return found;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
}

function total(days: readonly DayWithArticles[]): number {
  return days.reduce((sum, { articles }) => sum + articles, 0);
}

function numbersOf(days: readonly DayWithArticles[]): readonly number[] {
  return days.map(({ on }) => numberOf(on));
}

/** Days since 1970. */
function numberOf(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}
