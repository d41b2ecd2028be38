/** Dates as pages write them. */

import type { Instant } from '../model.js';

/** The first letters of each month's name: enough to know it, in the languages of the field. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'янв', 'січ', 'қаң'],
  ['feb', 'фев', 'лют', 'ақп'],
  ['mar', 'мар', 'бер', 'нау'],
  ['apr', 'апр', 'кві', 'сәу'],
  ['may', 'май', 'мая', 'тра', 'мам'],
  ['jun', 'июн', 'чер', 'мау'],
  ['jul', 'июл', 'лип', 'шіл'],
  ['aug', 'авг', 'сер', 'там'],
  ['sep', 'сен', 'вер', 'қыр'],
  ['oct', 'окт', 'жов', 'қаз'],
  ['nov', 'ноя', 'лис', 'қар'],
  ['dec', 'дек', 'гру', 'жел'],
];
const MONTH = `(?:${MONTHS.flat().join('|')})[\\p{L}]{0,10}\\.?`;

const FORMS: readonly RegExp[] = [
  // 2021-12-22 and 2021/12/22, with or without a time; ISO 8601 with an offset is read before.
  /(?<y>\d{4})(?<by>[-/.])(?<m>\d{1,2})\k<by>(?<d>\d{1,2})(?!\d)/gu,
  // 22.12.2021 and 22/12/2021: the day first, as everywhere but in the United States.
  /(?<!\d)(?<d>\d{1,2})[./](?<m>\d{1,2})[./](?<y>\d{4})(?!\d)/gu,
  // Dec 22, 2021
  new RegExp(`(?<name>${MONTH})\\s+(?<d>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?<y>\\d{4})(?!\\d)`, 'giu'),
  // 22 December 2021, 22 декабря 2021 г.
  new RegExp(
    `(?<!\\d)(?<d>\\d{1,2})(?:st|nd|rd|th)?\\s+(?<name>${MONTH}),?\\s+(?<y>\\d{4})(?!\\d)(?:\\s*(?:года|год|[гр]\\.))?`,
    'giu',
  ),
];

/** A date with a clock time and an offset, or without one, taken as UTC. */
const ISO =
  /^\s*(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i;

/** Wed, 22 Dec 2021 09:30:00 +0600 */
const RFC_822 = /^\s*[a-z]{3}, \d{1,2} [a-z]{3} \d{4} [\d:]+ (gmt|ut|utc|[+-]\d{4})\s*$/i;

/**
 * The instant that a text names, or undefined. A day without a time is noon in UTC, which is the same
 * day in nearly every zone.
 */
export function readDate(text: string): Instant | undefined {
  const iso = ISO.exec(text);
  // The day is checked on its own: Date takes 31 February for March.
  if (iso) return calendarDay(iso[1] ?? '') && instant(`${iso[1]}T${iso[2]}${iso[3] ?? 'Z'}`);
  if (RFC_822.test(text)) return instant(text);
  const day = findDay(text);
  return day && `${day.date}T12:00:00.000Z`;
}

/** An instant in its one form, or undefined where it is none, or not of the years 1900 to 9999. */
export function instant(text: string | undefined): Instant | undefined {
  const date = new Date(text ?? '');
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 9999 ? date.toISOString() : undefined;
}

/** Where in a text the first date stands. */
export function findDay(
  text: string,
): { readonly date: string; readonly start: number; readonly end: number } | undefined {
  for (const form of FORMS) {
    for (const match of text.matchAll(form)) {
      const { y, m, d, name } = match.groups ?? {};
      if (!y || !d || isInWord(text, match.index)) continue;
      const prefix = name?.slice(0, 3).toLowerCase() ?? '';
      const month = name ? MONTHS.findIndex((names) => names.includes(prefix)) + 1 : Number(m);
      const date = calendarDay(`${y}-${String(month).padStart(2, '0')}-${d.padStart(2, '0')}`);
      if (date) return { date, start: match.index, end: match.index + match[0].length };
    }
  }
  return undefined;
}

/** Whether what begins here goes on with a word. A capital after a small letter does not: "A. NameDec 22, 2021". */
function isInWord(text: string, at: number): boolean {
  const joint = text.slice(Math.max(0, at - 1), at + 1);
  return /^\p{L}\p{L}$/u.test(joint) && !/^\p{Ll}\p{Lu}$/u.test(joint);
}

/** Whether a text is a date and no more than a word or two ("Published on", a weekday, a time). */
export function isDateLine(text: string): boolean {
  const found = text.length <= 80 ? findDay(text) : undefined;
  if (!found) return false;
  const rest = `${text.slice(0, found.start)} ${text.slice(found.end)}`
    .replace(/\d{1,2}:\d{2}(:\d{2})?\s*([ap]\.?m\.?)?/giu, '')
    .replace(/\b(UTC|GMT)\b([+-]\d+)?/g, '')
    .replace(/[\p{P}\p{S}\s]+/gu, ' ')
    .trim();
  return rest === '' || LEAD.test(rest);
}

const LEADS =
  'published|posted|submitted|created|date|updated|last updated|опубликовано|размещено|создано|дата|' +
  'дата публикации|обновлено|жарияланды|жарияланған күні';
const WEEKDAYS =
  '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|понедельник|вторник|среда|четверг|' +
  'пятница|суббота|воскресенье';
const LEAD = new RegExp(`^(?:${LEADS})?(?: ?\\bon)?(?: ?\\b(?:${WEEKDAYS}))?$`, 'iu');

function calendarDay(date: string): string | undefined {
  const parsed = instant(`${date}T12:00:00Z`);
  return parsed?.slice(0, 10) === date ? date : undefined;
}
