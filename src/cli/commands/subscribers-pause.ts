import { InvalidArgumentError } from 'commander';
import { type ActOptions, actExits, actOf, actOptions, requireReason } from '../act.js';
import { exitCodes, Failure } from '../exit.js';
import type { Register } from '../main.js';
import { stamp } from '../words.js';

interface PauseOptions extends ActOptions {
  readonly until?: string;
  readonly end?: boolean;
}

/** `broadsheet subscribers pause`: one reader gets nothing for a while. */
export const subscribersPause: Register = ({ command, exits, io, output }) => {
  actOptions(
    command('subscribers pause', {
      summary:
        'Send a subscriber nothing until a day, on their own calendar. What comes out meanwhile is not sent later.',
      examples: [
        'broadsheet subscribers pause reader@example.org --until 2026-09-01 --reason "On leave, asked by mail"',
        'broadsheet subscribers pause reader@example.org --end --reason "Back earlier"',
      ],
      json: '{ "until", "before": times or null, "timezone" }',
      exits: actExits,
    })
      .argument('<address>', 'an e-mail address')
      .option(
        '--until <date>',
        'the first day on which they get mail again, such as 2026-09-01',
        dayOf,
      )
      .option('--end', 'let everything go on now'),
    { confirmed: false },
  ).action(
    exits(async (address: string, options: PauseOptions) => {
      const { dryRun, end = false, until } = options;
      if (end === (until !== undefined)) {
        throw new Failure('Write --until DATE, or --end.', exitCodes.usage);
      }
      requireReason(options);
      const { withLedger } = await import('../ledger.js');
      const { pauseReader } = await import('../../staff/pause-reader.js');
      const pause = await withLedger(io, options, (ledger) => {
        const now = ledger.now();
        const act = dryRun ? undefined : actOf(options, now);
        return pauseReader(ledger, address, until ?? null, { now, act });
      });
      if (!pause) throw new Failure('There is no subscriber with this address.');
      if (options.json) output.json(pause);
      else if (end && !pause.before) output.line('The subscriber is not paused.');
      else {
        const be = dryRun ? 'would be' : 'is';
        output.line(
          pause.until
            ? `The subscriber ${be} paused until ${stamp(pause.until, pause.timezone)} in ${pause.timezone}.`
            : `The subscriber ${be} mailed again.`,
        );
      }
      return exitCodes.done;
    }),
  );
};

function dayOf(text: string): string {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : Number.NaN);
  if (!Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError('Write a day as 2026-09-01.');
}
