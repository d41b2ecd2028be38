/** Reads forms: their text fields, urlencoded or multipart, within a limit of size. */

import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { isTimezone } from '../config/schedule.js';
import type { Cadence, Schedule } from '../model.js';
import type { PageResponder } from './respond.js';

/** Bytes of the largest form, and much to spare. */
const formLimit = 16 * 1024;

export interface Fields {
  /** The first value of a field, trimmed; empty where there is none. */
  one(name: string): string;
  all(name: string): readonly string[];
}

/** Refuses what is too large for a form. */
export function formSize(respond: PageResponder) {
  return bodyLimit({
    maxSize: formLimit,
    onError: (c) => respond(c, 413, (pages) => pages.notice('unclear')),
  });
}

/** No fields where it cannot be read. */
export async function readForm(c: Context): Promise<Fields> {
  const form = await c.req.formData().catch(() => new FormData());
  return fieldsOf([...form]);
}

export function fieldsOf(entries: readonly (readonly [string, unknown])[]): Fields {
  const all = (name: string) =>
    entries.flatMap(([key, value]) =>
      key === name && typeof value === 'string' ? [value.trim()] : [],
    );
  return { all, one: (name) => all(name)[0] ?? '' };
}

const cadences: readonly string[] = ['instant', 'daily', 'weekly'] satisfies Cadence[];

/** Undefined for what is no cadence. */
export function cadenceOf(text: string): Cadence | undefined {
  return cadences.includes(text) ? (text as Cadence) : undefined;
}

/** What of a schedule a form says; what it does not say, or says wrongly, is left out. */
export function scheduleOf({ one }: Fields): Partial<Schedule> {
  const number = (name: string, least: number, most: number) => {
    const text = one(name);
    const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
  const hour = number('hour', 0, 23);
  const weekday = number('weekday', 1, 7);
  const timezone = one('timezone');
  return {
    ...(hour !== undefined && { hour }),
    ...(weekday !== undefined && { weekday }),
    ...(isTimezone(timezone) && { timezone }),
  };
}
