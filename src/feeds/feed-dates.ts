/** Reads the dates of feeds, as they are and not only as they should be. */

import type { Instant } from '../model.js';

/** Hours east of UTC. Ambiguous names mean what they mean in feeds: EST is New York's, BST London's. */
const ZONES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    z: 0,
    ut: 0,
    utc: 0,
    gmt: 0,
    wet: 0,
    west: 1,
    bst: 1,
    cet: 1,
    met: 1,
    mez: 1,
    cest: 2,
    mest: 2,
    mesz: 2,
    eet: 2,
    sast: 2,
    eest: 3,
    msk: 3,
    msd: 4,
    ist: 5.5,
    hkt: 8,
    sgt: 8,
    jst: 9,
    kst: 9,
    aest: 10,
    aedt: 11,
    nzst: 12,
    nzdt: 13,
    nst: -3.5,
    at: -4,
    ast: -4,
    adt: -3,
    et: -5,
    est: -5,
    edt: -4,
    ct: -6,
    cst: -6,
    cdt: -5,
    mt: -7,
    mst: -7,
    mdt: -6,
    pt: -8,
    pst: -8,
    pdt: -7,
    hst: -10,
  }),
);

const LANGUAGES = 'en ru uk be kk ky uz de fr es it pt ro nl sv pl cs hu el tr'.split(' ');

/** Month names in a few languages, by the letters that tell them apart: "dec", "декабря", "märz". */
const MONTHS: ReadonlyMap<string, number> = new Map(
  LANGUAGES.flatMap((language) =>
    (['short', 'long'] as const).flatMap((width) => {
      // With the day the name takes the form that dates have it in: "декабря", not "декабрь".
      const format = new Intl.DateTimeFormat(language, {
        day: 'numeric',
        month: width,
        timeZone: 'UTC',
      });
      return Array.from({ length: 12 }, (_, month): [string, number] => {
        const parts = format.formatToParts(Date.UTC(2001, month, 1));
        return [fold(parts.find(({ type }) => type === 'month')?.value ?? ''), month];
      });
    }),
  ).filter(([name]) => !/\d/.test(name)),
);

const ISO =
  /^([12]\d{3})(?:-?(\d\d)(?:-?(\d\d)(?:[T\s]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(z|[+-]\d\d?:?(?:\d\d)?)?)?)?)?$/i;

/** A time of day, perhaps with what half of the day it is in, and what follows it. */
const TIME =
  /(오전|오후)?\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?![:\d])\s*([ap]\.?m\b\.?)?\s*(.*)$/i;

/**
 * The instant that a date means, or undefined where it means none: nonsense, the 31st of February,
 * a year before 1970 or after 2199. Takes ISO 8601 and RFC 822 with and without weekday, seconds,
 * time or zone, two-digit years, zones by name, months by name in several languages, "Dec 22, 2021",
 * and numbers alone where they are clear: "2021/12/22", "22.12.2021", "2021년 12월 22일". A time without
 * a zone is taken for UTC's, a day without a time for its noon.
 */
export function readFeedDate(raw: string | undefined): Instant | undefined {
  const text = raw?.trim();
  if (!text || text.length > 100) return undefined;
  const [, year, month = '1', day = '1', hour, minute, second, zone] = ISO.exec(text) ?? [];
  if (year !== undefined) return instant([year, month, day, hour, minute, second], zone);
  return readWords(text);
}

function readWords(text: string): Instant | undefined {
  const time = TIME.exec(text);
  const [, koreanHalf, hour, minute, second, half = koreanHalf, rest = ''] = time ?? [];
  const before = time ? text.slice(0, time.index) : text;
  // asctime has the year after the time and the zone: "Thu Jan  1 00:00:00 GMT 2004".
  const lateYear = /(?<![+-])\b\d{4}$/.exec(rest)?.[0] ?? '';
  const zone = rest.slice(0, rest.length - lateYear.length);
  const date = readDay(`${before} ${lateYear}`);
  return date && instant([...date, hour && hours(Number(hour), half), minute, second], zone);
}

/** Year, month and day of a date in words or in numbers. */
function readDay(text: string): readonly (string | number)[] | undefined {
  const words = fold(text).match(/\p{L}+|\d+/gu) ?? [];
  const numbers = words.filter((word) => /^\d{1,4}$/.test(word));
  // The last one: "mar" is a month, and a Tuesday in Spanish, which comes first.
  const month = words
    .map((word) => MONTHS.get(word) ?? MONTHS.get(word.slice(0, 3)))
    .findLast(isNumber);
  const [first = '', middle = '', last = ''] = numbers;
  if (month === undefined) {
    if (numbers.length !== 3) return undefined;
    if (first.length === 4) return [first, middle, last];
    return last.length === 4 && /\d\.\s?\d/.test(text) ? [last, middle, first] : undefined;
  }
  if (numbers.length !== 2) return undefined;
  // "22 Dec 2021" and "Dec 22, 2021", but a four-digit number is the year wherever it stands.
  return first.length > 2 ? [first, month + 1, middle] : [fullYear(middle), month + 1, first];
}

function hours(hour: number, half: string | undefined): number {
  if (!half) return hour;
  return (hour % 12) + (/^p|오후/i.test(half) ? 12 : 0);
}

function fullYear(year: string): number {
  const value = Number(year);
  if (year.length > 2) return value;
  return value < 70 ? 2000 + value : 1900 + value;
}

function instant(
  [year, month, day, hour, minute, second]: readonly (string | number | undefined)[],
  zone: string | undefined,
): Instant | undefined {
  const parts = [year, month, day, hour ?? 12, minute ?? 0, second ?? 0].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts;
  const offset = minutesEast(zone ?? '');
  if (y < 1970 || y > 2199 || h > 24 || mi > 59 || s > 60 || offset === undefined) return undefined;
  const date = new Date(Date.UTC(y, mo - 1, d));
  // Date.UTC would make the 3rd of March of the 31st of February.
  if (date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d) return undefined;
  return new Date(Date.UTC(y, mo - 1, d, h, mi - offset, s)).toISOString();
}

/** Minutes east of UTC; 0 for a zone nobody knows, as a date some hours off is better than none. */
function minutesEast(zone: string): number | undefined {
  const [, sign, hour, minute = '0'] = /([+-])\s*(\d{1,2}):?(\d\d)?/.exec(zone) ?? [];
  if (sign !== undefined) {
    const minutes = Number(hour) * 60 + Number(minute);
    if (minutes > 15 * 60) return undefined;
    return sign === '-' ? -minutes : minutes;
  }
  const name = /[a-z]+/i.exec(zone)?.[0].toLowerCase() ?? '';
  return (ZONES.get(name) ?? 0) * 60;
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined;
}

/** Lower case, without accents and the dot of an abbreviation. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('.', ' ').trim().toLowerCase();
}
