/** A line of an imported file as a subscriber. */

import { InvalidArgumentError } from 'commander';
import type { Cadence, Language, ProgramId, Schedule } from '../model.js';
import type { NewSubscriber } from '../subscribers/add.js';
import { Failure } from './exit.js';
import {
  cadenceOf,
  hourOf,
  languageOf,
  listOf,
  scheduleOf,
  timezoneOf,
  weekdayOf,
} from './subscriber-options.js';

/** What `subscribers export` writes, and `subscribers import` reads. */
export const columnsRead: readonly string[] = [
  'address',
  'name',
  'programs',
  'language',
  'cadence',
  'hour',
  'weekday',
  'timezone',
  'paused_until',
  'consent_source',
  'consented_at',
];

/** For what a line leaves out. */
export interface Defaults {
  readonly programs: readonly string[];
  readonly cadence?: Cadence;
  readonly language?: Language;
  readonly newsroomLanguage: Language;
  readonly schedule: Partial<Schedule>;
  readonly consentSource: string;
  /** Whether what known readers chose is overwritten. */
  readonly update: boolean;
  readonly now: Date;
}

/** A cell that makes no sense is the line's problem. */
export function readRecord(
  record: Readonly<Record<string, string>>,
  defaults: Defaults,
): { readonly subscriber: NewSubscriber } | { readonly problem: string } {
  try {
    return { subscriber: subscriberOf(record, defaults) };
  } catch (error) {
    if (!(error instanceof Failure || error instanceof InvalidArgumentError)) throw error;
    return { problem: error.message };
  }
}

function subscriberOf(record: Readonly<Record<string, string>>, defaults: Defaults): NewSubscriber {
  const cell = (name: string) => record[name]?.trim() || undefined;
  const name = cell('name');
  const language = cell('language') ? languageOf(cell('language') ?? '') : defaults.language;
  const own = cell('cadence') ? cadenceOf(cell('cadence') ?? '') : defaults.cadence;
  const named = listOf(cell('programs')).map(programOf);
  const chosen = named.length > 0 ? named : defaults.programs.map(programOf);
  const programs = chosen.map(({ program }) => program);
  const cadences = Object.fromEntries(
    chosen.flatMap(({ program, cadence = own }) => (cadence ? [[program, cadence]] : [])),
  );
  const [hour, weekday, timezone] = [cell('hour'), cell('weekday'), cell('timezone')];
  const schedule = {
    ...defaults.schedule,
    ...scheduleOf({
      ...(hour && { hour: hourOf(hour) }),
      ...(weekday && { weekday: weekdayOf(weekday) }),
      ...(timezone && { timezone: timezoneOf(timezone) }),
    }),
  };
  const consentedAt = momentOf(cell('consented_at'));
  if (consentedAt && consentedAt > defaults.now) {
    throw new InvalidArgumentError('They cannot have agreed in the future.');
  }
  const pausedUntil = momentOf(cell('paused_until'));
  return {
    address: record.address ?? '',
    ...(name && { name }),
    language: language ?? defaults.newsroomLanguage,
    programs,
    cadence: own ?? 'instant',
    cadences,
    schedule,
    consentOrigin: cell('consent_source') ?? defaults.consentSource,
    ...(consentedAt && { consentedAt: consentedAt.toISOString() }),
    ...(pausedUntil && { pausedUntil: pausedUntil.toISOString() }),
    ...(defaults.update && {
      overwrite: { ...(name && { name }), ...(language && { language }), schedule, cadences },
    }),
  };
}

/** `spp`, or `spp:weekly`. */
function programOf(text: string): { program: ProgramId; cadence?: Cadence } {
  const [program = '', cadence] = text.split(':', 2);
  return { program, ...(cadence !== undefined && { cadence: cadenceOf(cadence) }) };
}

function momentOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const written = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const at = new Date(written ? text : Number.NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError('Write a date as 2026-05-31, or as 2026-05-31T09:00:00Z.');
}
