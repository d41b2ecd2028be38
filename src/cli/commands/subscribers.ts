import type { Cadence } from '../../model.js';
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

/** `broadsheet subscribers add` and `import`: readers who have confirmed elsewhere that they want mail. */
export const subscribers: Register = ({ command, exits, io, output }) => {
  const common = (name: string, help: Parameters<typeof command>[1]) =>
    command(name, help)
      .requiredOption('--consent-source <text>', 'how they agreed to be mailed, for the record')
      .option('--cadence <cadence>', `${cadences.join(', ')}`, 'instant')
      .option('--language <tag>', "the reader's language; the newsroom's where left out")
      .option('--as <name>', 'who does it, instead of the user of this system')
      .option('--config <file>', 'read this file instead of BROADSHEET_CONFIG');

  common('subscribers add', {
    summary: 'Add one subscriber who has agreed to be mailed.',
    examples: [
      'broadsheet subscribers add reader@example.org --programs spp,eep --consent-source "Sign-up sheet, May 2026"',
    ],
    json: '{ "result": "added" | "updated" | "unchanged" | "suppressed" | "invalid", "id" or "reason" }',
  })
    .argument('<address>', 'an e-mail address')
    .requiredOption('--programs <ids>', 'which programs, separated by commas')
    .option('--name <name>', 'what the reader is called')
    .action(
      exits(async (address: string, options: CommonOptions & { name?: string }) => {
        const { actorOf, withLedger } = await import('../ledger.js');
        const result = await withLedger(io, options, (ledger) =>
          ledger.subscribers.add(
            {
              address,
              programs: listOf(options.programs),
              cadence: cadenceOf(options.cadence),
              language: options.language ?? ledger.config.newsroom.language,
              consentOrigin: options.consentSource,
              ...(options.name && { name: options.name }),
            },
            actorOf(options),
          ),
        );
        if (options.json) output.json(result);
        else
          output.line('reason' in result ? result.reason : `The subscriber was ${result.result}.`);
        return 'reason' in result ? exitCodes.failed : exitCodes.done;
      }),
    );

  common('subscribers import', {
    summary: 'Add subscribers from a CSV file with the columns address, name, programs, language.',
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
      exits(async (file: string, options: CommonOptions) => {
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
        await withLedger(io, options, async ({ subscribers: list, config }) => {
          let shown = Date.now();
          for await (const { line, record } of readCsv(file)) {
            const result = await list.add(
              {
                address: record.address ?? '',
                programs: listOf(record.programs || options.programs),
                cadence,
                language: record.language || options.language || config.newsroom.language,
                consentOrigin: options.consentSource,
                ...(record.name && { name: record.name }),
              },
              actorOf(options),
            );
            totals[result.result] += 1;
            if ('reason' in result) problems.push({ line, ...result });
            if (Date.now() - shown > 2_000) {
              shown = Date.now();
              output.note(`${line} lines read…`);
            }
          }
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
};
