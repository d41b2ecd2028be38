/** What the commands about subscribers take, as options and as cells of a file. */

import { type Command, InvalidArgumentError } from 'commander';
import { isTimezone, weekdays } from '../config/schedule.js';
import type { Cadence, Schedule } from '../model.js';
import { exitCodes, Failure } from './exit.js';

export interface ScheduleOptions {
  readonly hour?: number;
  readonly weekday?: number;
  readonly timezone?: string;
}

export const cadences: readonly Cadence[] = ['instant', 'daily', 'weekly'];

/** Ids, divided by commas, semicolons or spaces. */
export const listOf = (text: string | undefined) =>
  (text ?? '').split(/[,;\s]+/).filter((part) => part !== '');

/** Throws a Failure for another word. */
export function cadenceOf(text: string): Cadence {
  const found = cadences.find((one) => one === text);
  if (found) return found;
  throw new Failure(
    `There is no cadence "${text}". Write one of: ${cadences.join(', ')}.`,
    exitCodes.usage,
  );
}

export function hourOf(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) < 24) return Number(text);
  throw new InvalidArgumentError('Write an hour from 0 to 23.');
}

export function weekdayOf(text: string): number {
  const found = (weekdays as readonly string[]).indexOf(text.toLowerCase());
  if (found >= 0) return found + 1;
  throw new InvalidArgumentError(`Write one of: ${weekdays.join(', ')}.`);
}

export function timezoneOf(text: string): string {
  if (isTimezone(text)) return text;
  throw new InvalidArgumentError('Write an IANA name, such as Asia/Almaty.');
}

/** Only what was given. */
export function scheduleOf({ hour, weekday, timezone }: ScheduleOptions): Partial<Schedule> {
  return {
    ...(hour !== undefined && { hour }),
    ...(weekday !== undefined && { weekday }),
    ...(timezone !== undefined && { timezone }),
  };
}

/** Adds the options that say when digests come. */
export function scheduleOptions(added: Command): Command {
  return added
    .option('--hour <hour>', 'when digests come, from 0 to 23', hourOf)
    .option('--weekday <day>', 'when weekly digests come, such as friday', weekdayOf)
    .option('--timezone <zone>', 'whose clock that is, such as Asia/Almaty', timezoneOf);
}

export function languageOf(text: string): string {
  try {
    const [tag] = Intl.getCanonicalLocales(text);
    if (tag) return tag;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('Write a language tag such as en, ru or kk-Cyrl.');
}
