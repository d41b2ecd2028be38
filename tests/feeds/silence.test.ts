import { describe, expect, test } from 'vitest';
import { type DayWithArticles, paceInWords, paceOf, silentSince } from '../../src/feeds/silence.js';
import type { SilencePolicy } from '../../src/model.js';

const DAY = 86_400_000;
/** A Monday. */
const start = Date.parse('2025-03-03T00:00:00Z');
const date = (day: number) => new Date(start + day * DAY).toISOString().slice(0, 10);
const weekday = (day: number) => day % 7;
const saturday = 5;

/** The days from 0 to `until` on which `articles` says that there are any. */
function history(until: number, articles: (day: number) => number) {
  const days: DayWithArticles[] = [];
  for (let day = 0; day <= until; day += 1) {
    if (articles(day) > 0) days.push({ on: date(day), articles: articles(day) });
  }
  const last = days.at(-1);
  return { days, lastAt: last ? new Date(`${last.on}T09:00:00Z`) : null };
}

function isSilent(past: ReturnType<typeof history>, day: number, policy: SilencePolicy = 'auto') {
  const until = new Date(start + day * DAY + 12 * 3_600_000);
  const begun = new Date(start);
  return silentSince(past, policy, { until, today: date(day), begun }) !== undefined;
}

/** Days from the last article on until it is called silent. */
function noticed(past: ReturnType<typeof history>): number {
  const last = (Date.parse(past.days.at(-1)?.on ?? '') - start) / DAY;
  let day = last;
  while (!isSilent(past, day)) day += 1;
  return day - last;
}

/** How often silence is called while it goes on as it always did. */
function falseAlarms(articles: (day: number) => number, from: number, to: number): number {
  const days = Array.from({ length: to - from }, (_, n) => from + n);
  const silent = days.map((day) => isSilent(history(day, articles), day));
  return silent.filter((is, index) => is && !silent[index - 1]).length;
}

const onWeekdays = (day: number) => (weekday(day) < saturday ? 3 : 0);

describe('of itself', () => {
  test('a newsroom of weekdays is silent after four of them, however the week-end lies', () => {
    // The last article comes on a Monday, and on a Friday.
    expect(noticed(history(70, onWeekdays))).toBe(5);
    expect(noticed(history(74, onWeekdays))).toBe(7);
    expect(falseAlarms(onWeekdays, 0, 200)).toBe(0);
  });

  test('a holiday of three days and its week-end are no silence', () => {
    const holidays = (day: number) => (day >= 98 && day < 101 ? 0 : onWeekdays(day));
    expect(falseAlarms(holidays, 0, 200)).toBe(0);
  });

  test('a pause is told of in its first year, and expected in the next', () => {
    // Two weeks, and a day later than the year before.
    const pauses = (day: number) =>
      (day >= 120 && day < 134) || (day >= 486 && day < 500) ? 0 : onWeekdays(day);
    expect(falseAlarms(pauses, 100, 200)).toBe(1);
    expect(falseAlarms(pauses, 460, 520)).toBe(0);
  });

  test('a weekly column is silent after missing three of its weekdays', () => {
    const weekly = (day: number) => (weekday(day) === 2 ? 1 : 0);
    expect(falseAlarms(weekly, 0, 200)).toBe(0);
    expect(noticed(history(100, weekly))).toBe(22);
  });

  test('a rare feed is given twice its usual gap, and more where its gaps vary', () => {
    const rare = (day: number) => (day % 12 === 0 ? 1 : 0);
    expect(falseAlarms(rare, 0, 300)).toBe(0);
    expect(noticed(history(240, rare))).toBe(26);
    // Four days and twenty in turns.
    const uneven = (day: number) => (day % 24 === 0 || day % 24 === 20 ? 1 : 0);
    expect(falseAlarms(uneven, 0, 300)).toBe(0);
    expect(noticed(history(240, uneven))).toBe(70);
  });

  test('one long silence does not make the feed deaf to the next', () => {
    const broken = (day: number) => (day >= 100 && day < 140 ? 0 : onWeekdays(day));
    expect(noticed(history(200, broken))).toBe(7);
  });

  test('a burst of one day, or too few articles, say nothing yet', () => {
    expect(
      isSilent(
        history(3, (day) => (day < 2 ? 50 : 0)),
        300,
      ),
    ).toBe(false);
    expect(
      isSilent(
        history(60, (day) => (day % 7 === 0 ? 1 : 0)),
        300,
      ),
    ).toBe(false);
    expect(isSilent({ days: [], lastAt: null }, 300)).toBe(false);
  });
});

test('a set time counts from the newest article, or from the first poll where there was none', () => {
  const past = history(70, onWeekdays);
  const twoDays = (2 * DAY) / 1000;
  expect(isSilent(past, 72, twoDays)).toBe(true);
  expect(isSilent(past, 71, twoDays)).toBe(false);
  expect(isSilent(past, 300, 'never')).toBe(false);
  expect(isSilent({ days: [], lastAt: null }, 3, twoDays)).toBe(true);
  expect(isSilent({ days: [], lastAt: null }, 1, twoDays)).toBe(false);
});

test('tells how often articles come', () => {
  const daily = paceOf(history(70, onWeekdays), date(70));
  expect(daily).toEqual({ perWeek: 15, usualGap: 1 });
  expect(daily && paceInWords(daily)).toBe('are about 15 articles a week');
  const rare = paceOf(
    history(55, (day) => (day % 14 === 0 ? 1 : 0)),
    date(55),
  );
  expect(rare).toEqual({ perWeek: 0.5, usualGap: 14 });
  expect(rare && paceInWords(rare)).toBe('is an article about every 14 days');
  // One that has only begun is not measured against weeks before it.
  expect(
    paceOf(
      history(6, () => 1),
      date(6),
    ),
  ).toEqual({ perWeek: 7, usualGap: 1 });
  expect(paceOf({ days: [], lastAt: null }, date(0))).toBeNull();
});
