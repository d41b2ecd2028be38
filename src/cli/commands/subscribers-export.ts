import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { weekdays } from '../../config/schedule.js';
import type { ExportedSubscriber } from '../../store/people.js';
import { type ActOptions, actOf, actOptions } from '../act.js';
import { csvLine } from '../csv-line.js';
import { exitCodes, Failure } from '../exit.js';
import { columnsRead } from '../import-record.js';
import { print } from '../io.js';
import type { Register } from '../main.js';
import { plural } from '../words.js';

/** `broadsheet subscribers export`: those who are mailed, as a file that `import` reads. */
export const subscribersExport: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('subscribers export', {
      summary:
        'Write those who are mailed as a CSV file, which "subscribers import" reads without a loss. Nobody who left or is suppressed is in it.',
      examples: [
        'broadsheet subscribers export readers.csv --reason "Move to another server"',
        'broadsheet subscribers export | wc -l',
      ],
      json: '{ "exported": number, "file" }; without a file there is no JSON, as the CSV is printed',
    }).argument('[file]', 'where to write it; printed where left out'),
    { confirmed: false },
  ).action(
    exits(async (name: string | undefined, options: ActOptions) => {
      const { withLedger } = await import('../ledger.js');
      const { exportedEvent, subscribersToExport } = await import('../../staff/export.js');
      if (options.json && !name && !options.dryRun) {
        throw new Failure('Name a file to write, or leave --json out.', exitCodes.usage);
      }
      return withLedger(io, options, async ({ database, config, now }) => {
        const act = actOf(options, now());
        const { programs } = config;
        const file =
          name && !options.dryRun ? await create(resolve(io.directory, name)) : undefined;
        const write = options.dryRun
          ? async () => {}
          : (text: string) => (file ? file.appendFile(text) : print(io, text));
        let count = 0;
        try {
          await write(csvLine(columns));
          for await (const chunk of subscribersToExport({ database, programs })) {
            await write(chunk.map((one) => csvLine(cellsOf(one))).join(''));
            count += chunk.length;
          }
        } finally {
          await file?.close();
          if (!options.dryRun) await exportedEvent({ database }, count, act);
        }
        if (options.json) output.json({ exported: count, file: name ?? null });
        else {
          const exported = plural(count, 'subscriber');
          output.note(
            options.dryRun
              ? `${exported} would be written.`
              : `${exported} written${name ? ` to ${name}` : ''}.`,
          );
        }
        return exitCodes.done;
      });
    }),
  );
};

/** All that the import reads, but the cadence: each program has its own. */
const columns = columnsRead.filter((name) => name !== 'cadence');

function cellsOf(one: ExportedSubscriber): string[] {
  const { schedule, consent } = one;
  const cells: Record<string, string> = {
    address: one.address,
    name: one.name ?? '',
    programs: Object.entries(one.profile)
      .map(([program, cadence]) => `${program}:${cadence}`)
      .sort()
      .join(' '),
    language: one.language,
    hour: String(schedule.hour),
    weekday: weekdays[schedule.weekday - 1] ?? '',
    timezone: schedule.timezone,
    paused_until: one.pausedUntil?.toISOString() ?? '',
    consent_source: consent.origin,
    consented_at: new Date(consent.at).toISOString(),
  };
  return columns.map((name) => cells[name] ?? '');
}

async function create(file: string) {
  return open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      error.code === 'EEXIST'
        ? `${file} is there already. Name another file, or remove it.`
        : `${file} cannot be written (${error.code}).`,
    );
  });
}
