import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { isTimezone, weekdays } from '../../config/schedule.js';
import type { Cadence, Schedule } from '../../model.js';
import type { AddResult } from '../../subscribers/subscribers.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';

interface CommonOptions {
  readonly config?: string;
  readonly programs?: string;
  readonly cadence: string;
  readonly language?: string;
  readonly consentSource: string;
  readonly as?: string;
  readonly json?: boolean;
}

interface ScheduleOptions {
  readonly hour?: number;
  readonly weekday?: number;
  readonly timezone?: string;
}

const cadences: readonly Cadence[] = ['instant', 'daily', 'weekly'];

const listOf = (text: string | undefined) =>
  (text ?? '').split(/[,;\s]+/).filter((part) => part !== '');

function cadenceOf(text: string): Cadence {
  const found = cadences.find((one) => one === text);
  if (found) return found;
  throw new Failure(
    `There is no cadence "${text}". Write one of: ${cadences.join(', ')}.`,
    exitCodes.usage,
  );
}

function hourOf(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) < 24) return Number(text);
  throw new InvalidArgumentError('Write an hour from 0 to 23.');
}

function weekdayOf(text: string): number {
  const found = (weekdays as readonly string[]).indexOf(text.toLowerCase());
  if (found >= 0) return found + 1;
  throw new InvalidArgumentError(`Write one of: ${weekdays.join(', ')}.`);
}

function timezoneOf(text: string): string {
  if (isTimezone(text)) return text;
  throw new InvalidArgumentError('Write an IANA name, such as Asia/Almaty.');
}

/** Only what was given. */
function scheduleOf({ hour, weekday, timezone }: ScheduleOptions): Partial<Schedule> {
  return {
    ...(hour !== undefined && { hour }),
    ...(weekday !== undefined && { weekday }),
    ...(timezone !== undefined && { timezone }),
  };
}

/** A line's own columns; a cell that makes no sense is told with the line. */
function scheduleOfRecord(record: Record<string, string | undefined>): Partial<Schedule> {
  return scheduleOf({
    ...(record.hour && { hour: hourOf(record.hour) }),
    ...(record.weekday && { weekday: weekdayOf(record.weekday) }),
    ...(record.timezone && { timezone: timezoneOf(record.timezone) }),
  });
}

/** `broadsheet subscribers`: readers who have confirmed elsewhere that they want mail. */
export const subscribers: Register = ({ command, exits, io, output }) => {
  const schedule = (added: Command) =>
    added
      .option('--hour <hour>', 'when digests come, from 0 to 23', hourOf)
      .option('--weekday <day>', 'when weekly digests come, such as friday', weekdayOf)
      .option('--timezone <zone>', 'whose clock that is, such as Asia/Almaty', timezoneOf);
  const common = (name: string, help: Parameters<typeof command>[1]) =>
    schedule(command(name, help))
      .requiredOption('--consent-source <text>', 'how they agreed to be mailed, for the record')
      .option('--cadence <cadence>', `${cadences.join(', ')}`, 'instant')
      .option('--language <tag>', "the reader's language; the newsroom's where left out")
      .option('--as <name>', 'who does it, instead of the user of this system')
      .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG');

  common('subscribers add', {
    summary: 'Add one subscriber who has agreed to be mailed.',
    examples: [
      'broadsheet subscribers add reader@example.org --programs spp,eep --consent-source "Sign-up sheet, May 2026"',
      'broadsheet subscribers add reader@example.org --programs spp --cadence daily --hour 17 --timezone Asia/Almaty --consent-source "Sign-up sheet, May 2026"',
    ],
    json: '{ "result": "added" | "updated" | "unchanged" | "suppressed" | "invalid", "id" or "reason" }',
  })
    .argument('<address>', 'an e-mail address')
    .requiredOption('--programs <ids>', 'which programs, separated by commas')
    .option('--name <name>', 'what the reader is called')
    .action(
      exits(
        async (address: string, options: CommonOptions & ScheduleOptions & { name?: string }) => {
          const { actorOf, withLedger } = await import('../ledger.js');
          const result = await withLedger(io, options, async (ledger) => {
            // In a restored ledger, who has left since the backup must not be brought back.
            await ledger.mergeJournal();
            const added = await ledger.subscribers.add(
              {
                address,
                programs: listOf(options.programs),
                cadence: cadenceOf(options.cadence),
                schedule: scheduleOf(options),
                language: options.language ?? ledger.config.newsroom.language,
                consentOrigin: options.consentSource,
                ...(options.name && { name: options.name }),
              },
              actorOf(options),
            );
            await ledger.mergeJournal();
            return added;
          });
          if (options.json) output.json(result);
          else
            output.line(
              'reason' in result ? result.reason : `The subscriber was ${result.result}.`,
            );
          return 'reason' in result ? exitCodes.failed : exitCodes.done;
        },
      ),
    );

  common('subscribers import', {
    summary:
      'Add subscribers from a CSV file with the columns address, name, programs, language, cadence, hour, weekday, timezone.',
    examples: [
      'broadsheet subscribers import readers.csv --programs spp --consent-source "Old list, double opt-in 2024"',
    ],
    json: '{ "added", "updated", "unchanged", "suppressed", "invalid": numbers, "problems": [{ "line", "result", "reason" }] }',
  })
    .argument(
      '<file>',
      'a CSV file; the first line names its columns, and only "address" is needed',
    )
    .option('--programs <ids>', 'for lines that name no programs')
    .action(
      exits(async (file: string, options: CommonOptions & ScheduleOptions) => {
        const { actorOf, withLedger } = await import('../ledger.js');
        const { readCsv } = await import('../csv.js');
        const totals: Record<AddResult['result'], number> = {
          added: 0,
          updated: 0,
          unchanged: 0,
          suppressed: 0,
          invalid: 0,
        };
        const problems: { line: number; result: string; reason: string }[] = [];
        const cadence = cadenceOf(options.cadence);
        const actor = actorOf(options);
        await withLedger(io, options, async (ledger) => {
          const { subscribers: list, config } = ledger;
          await ledger.mergeJournal();
          let shown = Date.now();
          for await (const { line, record } of readCsv(resolve(io.directory, file))) {
            const add = async () =>
              list.add(
                {
                  address: record.address ?? '',
                  programs: listOf(record.programs || options.programs),
                  cadence: record.cadence ? cadenceOf(record.cadence) : cadence,
                  schedule: { ...scheduleOf(options), ...scheduleOfRecord(record) },
                  language: record.language || options.language || config.newsroom.language,
                  consentOrigin: options.consentSource,
                  ...(record.name && { name: record.name }),
                },
                actor,
              );
            const result = await add().catch(unreadable);
            totals[result.result] += 1;
            if ('reason' in result) problems.push({ line, ...result });
            if (Date.now() - shown > 2_000) {
              shown = Date.now();
              output.note(`${line} lines read…`);
            }
          }
          // Who left by a link while the ledger did not know them is known now.
          await ledger.mergeJournal();
        });
        if (options.json) output.json({ ...totals, problems });
        else {
          for (const { line, reason } of problems) output.note(`line ${line}: ${reason}`);
          const parts = Object.entries(totals).map(([name, count]) => `${count} ${name}`);
          output.line(`${parts.join(', ')}.`);
        }
        return totals.invalid > 0 ? exitCodes.failed : exitCodes.done;
      }),
    );

  schedule(
    command('subscribers set', {
      summary: 'Change how often and when a subscriber gets what they read.',
      examples: [
        'broadsheet subscribers set reader@example.org --cadence weekly --weekday friday --hour 17',
        'broadsheet subscribers set reader@example.org --cadence daily --programs spp --timezone Europe/Berlin',
      ],
      json: '{ "id", "profile": { PROGRAM: CADENCE }, "schedule": { "timezone", "hour", "weekday" } }',
    }),
  )
    .argument('<address>', 'an e-mail address')
    .option('--cadence <cadence>', `${cadences.join(', ')}`, cadenceOf)
    .option('--programs <ids>', 'for which of their programs; all of them where left out')
    .option('--as <name>', 'who does it, instead of the user of this system')
    .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG')
    .action(
      exits(
        async (
          address: string,
          options: ScheduleOptions & {
            cadence?: Cadence;
            programs?: string;
            config?: string;
            as?: string;
            json?: boolean;
          },
        ) => {
          const { actorOf, withLedger } = await import('../ledger.js');
          const { cadence } = options;
          const changed = await withLedger(io, options, ({ subscribers: list }) =>
            list.change(
              address,
              {
                schedule: scheduleOf(options),
                ...(cadence && { cadence: { cadence, of: listOf(options.programs) } }),
              },
              actorOf(options),
            ),
          );
          if (!changed) throw new Failure('There is no subscriber with this address.');
          const { id, profile, schedule: times } = changed;
          if (options.json) output.json({ id, profile, schedule: times });
          else {
            const reads = Object.entries(profile).map(([program, often]) => `${program} ${often}`);
            output.line(
              `The subscriber reads ${reads.join(', ') || 'nothing'}; digests come at ${times.hour}:00 in ${times.timezone}, weekly ones on ${weekdays[times.weekday - 1]}.`,
            );
          }
          return exitCodes.done;
        },
      ),
    );
};

/** A line with a cell that makes no sense is one problem, and no end of the import. */
function unreadable(error: unknown): AddResult {
  if (error instanceof Failure || error instanceof InvalidArgumentError) {
    return { result: 'invalid', reason: error.message };
  }
  throw error;
}
