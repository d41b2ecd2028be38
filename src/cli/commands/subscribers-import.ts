import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AddBatch, AddResult } from '../../subscribers/add.js';
import { type ActOptions, actOptions } from '../act.js';
import type { Csv } from '../csv.js';
import { csvLine } from '../csv-line.js';
import { exitCodes, Failure } from '../exit.js';
import { columnsRead, type Defaults, readRecord } from '../import-record.js';
import type { OpenedLedger } from '../ledger.js';
import type { Register } from '../main.js';
import {
  cadenceOf,
  cadences,
  languageOf,
  listOf,
  type ScheduleOptions,
  scheduleOf,
  scheduleOptions,
} from '../subscriber-options.js';

interface ImportOptions extends ActOptions, ScheduleOptions {
  readonly programs?: string;
  readonly cadence?: string;
  readonly language?: string;
  readonly consentSource?: string;
  readonly encoding?: string;
  readonly update?: boolean;
  readonly report?: string;
}

interface Told {
  readonly line: number;
  readonly address: string;
  readonly result: AddResult['result'];
  readonly reason: string;
}

type Totals = Record<AddResult['result'], number>;

/** Lines that are added in one transaction. */
const batchSize = 500;
/** Problems that are shown; a report has all of them. */
const shownProblems = 100;

/** `broadsheet subscribers import`: subscribers from a file. */
export const subscribersImport: Register = ({ command, exits, io, output }) => {
  const added = scheduleOptions(
    command('subscribers import', {
      summary: `Add subscribers from a CSV file. Its first line names the columns: ${columnsRead.join(', ')}.`,
      examples: [
        'broadsheet subscribers import readers.csv --programs spp --consent-source "Old list, double opt-in 2024" --dry-run',
        'broadsheet subscribers import readers.csv --programs spp --consent-source "Old list, double opt-in 2024" --report report.csv',
        'broadsheet subscribers import readers.csv --update --reason "They asked for weekly mail at the conference"',
      ],
      json: '{ "added", "updated", "unchanged", "suppressed", "invalid": numbers, "problems": [{ "line", "address", "result", "reason" }], the first hundred }',
      exits: { 0: 'done', 1: 'failed, or lines were invalid; all others are done' },
    }).argument('<file>', 'a CSV file in which only the column "address" is needed'),
  )
    .option('--programs <ids>', 'for lines that name no programs')
    .option('--cadence <cadence>', `for lines that name none: ${cadences.join(', ')}`)
    .option(
      '--language <tag>',
      "for lines that name none; the newsroom's where left out",
      languageOf,
    )
    .option(
      '--consent-source <text>',
      'how they agreed to be mailed, for lines without a consent_source',
    )
    .option('--encoding <name>', 'of the file, such as windows-1251; UTF-8 where left out')
    .option(
      '--update',
      'overwrite the name, language, hours and cadences that known readers have with what the file says; nobody who left is brought back',
    )
    .option('--report <file>', 'write what becomes of each line there, as CSV');
  actOptions(added, { confirmed: false }).action(
    exits(async (name: string, options: ImportOptions) => {
      const { actorOf, withLedger } = await import('../ledger.js');
      const { readCsv } = await import('../csv.js');
      const { importedEvent } = await import('../../staff/import.js');
      const file = resolve(io.directory, name);
      const report = options.report && resolve(io.directory, options.report);
      if (report === file) {
        throw new Failure(
          'Write the report to another file than the one that is read.',
          exitCodes.usage,
        );
      }
      if (options.update && !options.dryRun && !options.reason?.trim()) {
        throw new Failure(
          'Say why preferences are overwritten with --reason "…".',
          exitCodes.usage,
        );
      }
      const csv = await readCsv(file, options.encoding);
      checkColumns(csv, name, options);
      const actor = actorOf(options);
      const totals: Totals = { added: 0, updated: 0, unchanged: 0, suppressed: 0, invalid: 0 };
      const problems: Told[] = [];
      const dryRun = options.dryRun === true;
      const written = report ? await open(report, 'w', 0o600) : undefined;
      const tell = teller(written, dryRun && !report && !options.json);
      try {
        await withLedger(io, options, async (ledger) => {
          // In a restored ledger, who has left since the backup must not be brought back.
          await ledger.mergeJournal();
          try {
            await ledger.subscribers.addMany({ actor, dryRun }, (add) =>
              addAll(csv, defaultsOf(options, ledger), add, async (told) => {
                for (const one of told) {
                  totals[one.result] += 1;
                  const bad = one.result === 'suppressed' || one.result === 'invalid';
                  if (bad && problems.length < shownProblems) problems.push(one);
                }
                await tell(told);
              }),
            );
          } finally {
            const changed = totals.added + totals.updated > 0;
            if (changed && !dryRun) await importedEvent(ledger, totals, actor, options);
          }
          if (!dryRun) await ledger.mergeJournal();
        });
      } finally {
        await written?.close();
      }
      if (options.json) output.json({ ...totals, problems });
      else summarise(totals, problems, options);
      return totals.invalid > 0 ? exitCodes.failed : exitCodes.done;
    }),
  );

  /** Without a column of addresses, or any word of consent, each line would be wrong. */
  function checkColumns({ columns }: Csv, name: string, options: ImportOptions): void {
    const wrong = (message: string) => new Failure(message, exitCodes.usage);
    if (!columns.includes('address')) {
      throw wrong(`${name} has no column "address". Name it in the first line.`);
    }
    const twice = columns.find((one, index) => one !== '' && columns.indexOf(one) !== index);
    if (twice) throw wrong(`${name} has two columns "${twice}". Remove one of the two.`);
    if (!options.consentSource?.trim() && !columns.includes('consent_source')) {
      throw wrong(
        'Say how these readers agreed to be mailed with --consent-source "…", or in a column consent_source.',
      );
    }
    const others = columns.filter((one) => one !== '' && !columnsRead.includes(one));
    if (others.length > 0) output.note(`Columns that are not read: ${others.join(', ')}.`);
  }

  function defaultsOf(options: ImportOptions, { config }: OpenedLedger): Defaults {
    return {
      programs: listOf(options.programs),
      ...(options.cadence && { cadence: cadenceOf(options.cadence) }),
      ...(options.language && { language: options.language }),
      newsroomLanguage: config.newsroom.language,
      schedule: scheduleOf(options),
      consentSource: options.consentSource ?? '',
      update: options.update === true,
      now: new Date(),
    };
  }

  async function addAll(
    csv: Csv,
    defaults: Defaults,
    add: AddBatch,
    tell: (told: readonly Told[]) => Promise<void>,
  ): Promise<void> {
    let batch: (ReturnType<typeof readRecord> & { line: number; address: string })[] = [];
    let shown = Date.now();
    async function flush() {
      const read = batch;
      batch = [];
      const results = await add(
        read.flatMap((one) => ('subscriber' in one ? [one.subscriber] : [])),
      );
      await tell(
        read.map((one) => {
          const { line, address } = one;
          const invalid = {
            result: 'invalid',
            reason: 'problem' in one ? one.problem : '',
          } as const;
          const result = 'subscriber' in one ? (results.shift() as AddResult) : invalid;
          const stays = 'left' in result && result.left.length > 0;
          const reason = stays ? `Left before, and stays out: ${result.left.join(', ')}.` : '';
          return {
            line,
            address,
            result: result.result,
            reason: 'reason' in result ? result.reason : reason,
          };
        }),
      );
    }
    for await (const line of csv.lines) {
      const read = 'problem' in line ? line : readRecord(line.record, defaults);
      const address = 'record' in line ? (line.record.address ?? '') : '';
      batch.push({ ...read, line: line.line, address });
      if (batch.length >= batchSize) await flush();
      if (Date.now() - shown > 2_000) {
        shown = Date.now();
        output.note(`${line.line} lines read, ${Math.floor(line.done * 100)} % …`);
      }
    }
    await flush();
  }

  /** Writes what became of each line into the report, or prints it. */
  function teller(report: FileHandle | undefined, print: boolean) {
    let begun = false;
    return async (told: readonly Told[]) => {
      if (report) {
        const head = begun ? '' : csvLine(['line', 'result', 'address', 'reason']);
        begun = true;
        const lines = told.map(({ line, result, address, reason }) =>
          csvLine([String(line), result, address, reason]),
        );
        await report.appendFile(head + lines.join(''));
      }
      if (!print) return;
      for (const { line, result, reason } of told) {
        output.line(`line ${line}: ${result}${reason && `: ${reason}`}`);
      }
    };
  }

  function summarise(totals: Totals, problems: readonly Told[], options: ImportOptions): void {
    // A dry run without a report has printed them already.
    if (options.report || !options.dryRun) {
      for (const { line, reason } of problems) output.note(`line ${line}: ${reason}`);
      const more = totals.suppressed + totals.invalid - problems.length;
      if (more > 0) {
        output.note(
          options.report
            ? `And ${more} more: see ${options.report}.`
            : `And ${more} more: --report FILE writes all of them.`,
        );
      }
    }
    const parts = Object.entries(totals).map(([result, count]) => `${count} ${result}`);
    output.line(`${options.dryRun ? 'It would be: ' : ''}${parts.join(', ')}.`);
  }
};
